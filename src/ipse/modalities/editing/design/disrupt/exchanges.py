"""What may come of several cuts in one cell: the exchanges between every two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, order=True)
class CutPlace:
    """A cut: the name of what is cut, its contig and the 0-based position right of it."""

    name: str
    contig: str
    cut: int


@dataclass(frozen=True)
class Exchange:
    """What may join when two cuts are open at once.

    Attributes
    ----------
    kind
        ``deletion or inversion`` on one contig, ``translocation`` between two.
    size
        Bases between two cuts of one contig; None between contigs.
    """

    one: CutPlace
    other: CutPlace
    kind: str
    size: int | None

    def __str__(self) -> str:
        """E.g. ``TRAC and B2M: translocation chr14/chr15, balanced, or dicentric and acentric``."""
        names = f"{self.one.name} and {self.other.name}"
        if self.size is not None:
            return f"{names}: deletion or inversion of {self.size} bases of {self.one.contig}"
        contigs = f"{self.one.contig}/{self.other.contig}"
        return f"{names}: translocation {contigs}, balanced, or dicentric and acentric"


def exchanges(cuts: Iterable[CutPlace]) -> list[Exchange]:
    """Every pair of cuts with what may join there, in order of the cuts; equal cuts count once."""
    found = []
    for one, other in combinations(sorted(set(cuts)), 2):
        if one.contig != other.contig:
            found.append(Exchange(one, other, "translocation", None))
        else:
            size = abs(other.cut - one.cut)
            found.append(Exchange(one, other, "deletion or inversion", size))
    return found
