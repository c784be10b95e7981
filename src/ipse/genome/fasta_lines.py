"""Letters of an uncompressed FASTA file as its lines lie, without a copy through text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Lines = Callable[[int, int], NDArray[np.uint8]]
"""ASCII letters of a stretch within one contig."""


def lines_of(path: Path, contig: str) -> Lines | None:
    """Way to read a contig of an indexed, uncompressed file; None if its index lacks it."""
    for line in path.with_name(path.name + ".fai").read_text(encoding="utf-8").splitlines():
        name, *numbers = line.split("\t")
        if name == contig:
            length, offset, bases, width = map(int, numbers[:4])
            break
    else:
        return None
    data = np.memmap(path, dtype=np.uint8, mode="r")

    def read(start: int, end: int) -> NDArray[np.uint8]:
        if start >= end or not length:
            return np.empty(0, np.uint8)
        first, last = start // bases, -(-end // bases)
        raw = data[offset + first * width : offset + last * width]
        if len(raw) < (last - first) * width:  # the last line of the file has no line end
            raw = np.concatenate([raw, np.zeros((last - first) * width - len(raw), np.uint8)])
        letters = raw.reshape(-1, width)[:, :bases].reshape(-1)
        return np.asarray(letters[start - first * bases : end - first * bases])

    return read
