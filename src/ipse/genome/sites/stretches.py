"""Reference sequence in stretches with context on both sides, for a scan or an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipse.genome import fasta
from ipse.genome.reference import FastaReference, Reference
from ipse.genome.sites.pam import CODE_OF, OTHER

STRETCH = 1 << 20
"""Junctions of a stretch."""
CONTEXT = 64
"""Letters on each side that a site of the stretch may reach into."""
ABSENT = ord("N")


@dataclass(frozen=True)
class Stretch:
    """Letters around a run of junctions.

    A junction ``p`` lies before base ``p``.

    Attributes
    ----------
    contig
        Place of the contig in the list of contigs.
    offset
        Contig position of the first letter.
    letters
        ASCII of either case; N where the reference holds nothing.
    first, last
        Junctions of this stretch, contig coordinates, last exclusive.
    length
        Length of the contig [bp].
    """

    contig: int
    offset: int
    letters: NDArray[np.uint8]
    first: int
    last: int
    length: int


def stretches(reference: Reference, contig: str, place: int) -> Iterator[Stretch]:
    """Cut a contig into stretches; what the reference does not hold at all is skipped.

    Parameters
    ----------
    reference
        Reference.
    contig
        Its own name of the contig.
    place
        Place of the contig in the list of contigs.
    """
    length = reference.length(contig)
    letters_of = reader(reference, contig)
    for first in range(0, length + 1, STRETCH):
        last = min(first + STRETCH, length + 1)
        begin, end = max(0, first - CONTEXT), min(length, last + CONTEXT)
        letters = letters_of(begin, end)
        if letters is not None:
            yield Stretch(place, begin, letters, first, last, length)


Reader = Callable[[int, int], NDArray[np.uint8] | None]
"""Letters of a stretch of one contig, None if all are absent."""


def reader(reference: Reference, contig: str) -> Reader:
    """Way to read a contig, N where the reference holds nothing; a plain FASTA file directly."""
    if isinstance(reference, FastaReference):
        direct = plain_fasta(reference, contig)
        if direct is not None:
            return direct
    held = reference.held(contig)

    def read(start: int, end: int) -> NDArray[np.uint8] | None:
        pieces = [(max(a, start), min(b, end)) for a, b in held if a < end and b > start]
        if not pieces:
            return None
        letters = np.full(end - start, ABSENT, np.uint8)
        for a, b in pieces:
            text = reference.fetch(contig, a, b)
            letters[a - start : b - start] = np.frombuffer(text.encode("ascii"), np.uint8)
        return letters

    return read


def plain_fasta(reference: FastaReference, contig: str) -> Reader | None:
    """Read lines of an uncompressed FASTA file as they lie; None if it is compressed."""
    path = reference._fasta.path
    index = path.with_name(path.name + ".fai")
    if fasta.sniff(path) != "plain" or not index.exists():
        return None
    for line in index.read_text().splitlines():
        name, *numbers = line.split("\t")
        if name == contig:
            _, offset, bases, width = map(int, numbers[:4])
            break
    else:
        return None
    data = np.memmap(path, dtype=np.uint8, mode="r")
    absent = reference._absent.get(contig, ())

    def read(start: int, end: int) -> NDArray[np.uint8] | None:
        if start >= end:
            return None
        first, last = start // bases, -(-end // bases)
        raw = data[offset + first * width : offset + last * width]
        if len(raw) < (last - first) * width:  # the last line of the file has no line end
            raw = np.concatenate([raw, np.zeros((last - first) * width - len(raw), np.uint8)])
        letters = raw.reshape(-1, width)[:, :bases].reshape(-1)
        letters = letters[start - first * bases : end - first * bases]
        hidden = [(max(a, start), min(b, end)) for a, b in absent if a < end and b > start]
        if hidden:
            letters = letters.copy()
            for a, b in hidden:
                letters[a - start : b - start] = ABSENT
        # Most stretches show at once that they hold something.
        some = (CODE_OF[letters[:64]] != OTHER).any() or (CODE_OF[letters] != OTHER).any()
        return letters if some else None

    return read
