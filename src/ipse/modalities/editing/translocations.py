"""Rearrangements that two or more cuts make possible, named one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Kind = Literal["deletion", "inversion", "translocation", "dicentric and acentric"]


@dataclass(frozen=True)
class Cut:
    """A double-strand break.

    Attributes
    ----------
    name
        What is shown, e.g. ``TRAC``.
    contig
        Chromosome.
    position
        The cut lies left of this base; 0-based, plus strand.
    centromere
        ``left`` or ``right``: on which side of the cut the centromere lies; empty where not known.
    """

    name: str
    contig: str
    position: int
    centromere: Literal["left", "right", ""] = ""


@dataclass(frozen=True)
class Rearrangement:
    """One way in which the ends of two cuts may be joined wrongly.

    Attributes
    ----------
    kind
        ``deletion``: the stretch between two cuts of a chromosome is lost. ``inversion``: it is
        turned round. ``translocation``: two chromosomes exchange arms and each product has one
        centromere. ``dicentric and acentric``: one product has two centromeres, the other none, and
        both are lost or broken in division. Where a centromere is not known, exchanges of two
        chromosomes are listed as both kinds with ``sure`` False.
    first, second
        Names of the cuts.
    size
        Bases between two cuts of one chromosome, None for two chromosomes.
    joined
        What is joined to what, in words.
    sure
        Whether the kind follows from the places; False where the centromere's side is not known.
    intended
        Whether it is what the cuts are made for.
    """

    kind: Kind
    first: str
    second: str
    size: int | None
    joined: str
    sure: bool = True
    intended: bool = False


def translocations(cuts: Sequence[Cut]) -> list[Rearrangement]:
    """Every rearrangement of every pair of cuts, in the order of the cuts.

    Two cuts make four ends. On one chromosome, the outer ends may be joined (a deletion) or the
    stretch between may be turned round (an inversion). On two chromosomes the ends may be joined in
    two ways: left end to right end, or left to left and right to right.

    Raises
    ------
    ValueError
        For two cuts at one place.
    """
    return [row for first, second in combinations(cuts, 2) for row in _of_pair(first, second)]


def _of_pair(first: Cut, second: Cut) -> Iterator[Rearrangement]:
    if first.contig == second.contig:
        size = abs(first.position - second.position)
        if size == 0:
            raise ValueError(f"two cuts at one place: {first.name} and {second.name}")
        yield Rearrangement(
            "deletion", first.name, second.name, size, f"{size:,} bases between the cuts are lost"
        )
        yield Rearrangement(
            "inversion", first.name, second.name, size, f"{size:,} bases between them turn round"
        )
        return
    a, b = first, second
    straight = f"left of {a.name} to right of {b.name}, left of {b.name} to right of {a.name}"
    crossed = f"left of {a.name} to left of {b.name}, right of {a.name} to right of {b.name}"
    sure = bool(a.centromere and b.centromere)
    # each product must hold one of the two centromere-bearing ends
    same = a.centromere == b.centromere
    kinds: tuple[Kind, Kind] = ("translocation", "dicentric and acentric")
    ways = (straight, crossed) if same or not sure else (crossed, straight)
    for kind, joined in zip(kinds, ways, strict=True):
        yield Rearrangement(kind, a.name, b.name, None, joined, sure)


def counted(rows: Sequence[Rearrangement]) -> str:
    """How many of each kind, in words."""
    words = []
    for kind in ("deletion", "inversion", "translocation", "dicentric and acentric"):
        number = sum(row.kind == kind for row in rows)
        if number:
            words.append(f"{number} {kind}{'s' if number > 1 and kind[-1] == 'n' else ''}")
    return ", ".join(words)
