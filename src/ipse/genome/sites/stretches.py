"""Reference sequence in stretches with context on both sides, for a scan or an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipse.genome.reference import Reference

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


class reader:  # noqa: N801 - used like a function
    """Reads letters of one contig, N where the reference holds nothing."""

    def __init__(self, reference: Reference, contig: str) -> None:
        self._reference, self._contig = reference, contig
        self._held = reference.held(contig)

    def __call__(self, start: int, end: int) -> NDArray[np.uint8] | None:
        """Letters of a stretch, None if all are absent."""
        pieces = [(max(a, start), min(b, end)) for a, b in self._held if a < end and b > start]
        if not pieces:
            return None
        letters = np.full(end - start, ABSENT, np.uint8)
        for a, b in pieces:
            text = self._reference.fetch(self._contig, a, b)
            letters[a - start : b - start] = np.frombuffer(text.encode("ascii"), np.uint8)
        return letters
