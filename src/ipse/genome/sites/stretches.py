"""Reference sequence in stretches with context on both sides, for a scan or an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipse.genome.reference import Reference, SparseReference
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
    # Where stretches of a genome are held, most of it need not be read to be skipped.
    held = reference.held(contig) if isinstance(reference, SparseReference) else [(0, length)]
    for first in range(0, length + 1, STRETCH):
        last = min(first + STRETCH, length + 1)
        begin, end = max(0, first - CONTEXT), min(length, last + CONTEXT)
        if not any(a < end and b > begin for a, b in held):
            continue
        letters = reference.letters(contig, begin, end)
        # Most stretches show at once that they hold something.
        if (CODE_OF[letters[:64]] != OTHER).any() or (CODE_OF[letters] != OTHER).any():
            yield Stretch(place, begin, letters, first, last, length)
