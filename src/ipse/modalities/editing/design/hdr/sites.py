"""Where nucleases cut: protospacers with a PAM on both strands, and what stays cuttable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ipse.core.sequence import IUPAC, matches, reverse_complement
from ipse.modalities.editing.catalogue import Nuclease, RepairRules

BASES = frozenset("ACGT")
Strand = Literal["+", "-"]


@dataclass(frozen=True, order=True)
class Site:
    """A protospacer with its PAM, and the cut.

    Attributes
    ----------
    start
        Leftmost base of the protospacer, 0-based in the sequence searched.
    cut, cut_other
        The strand with the PAM is cut left of index ``cut`` of the sequence, the other strand left
        of ``cut_other``; they differ where the cut is staggered.
    """

    strand: Strand
    start: int
    spacer: str
    pam: str
    cut: int
    cut_other: int

    @property
    def length(self) -> int:
        """Bases of the protospacer."""
        return len(self.spacer)

    @property
    def between(self) -> tuple[int, int]:
        """Leftmost and rightmost cut: the stretch between them is unpaired after the cut."""
        return min(self.cut, self.cut_other), max(self.cut, self.cut_other)


@dataclass(frozen=True)
class Cut:
    """A site with every nuclease that cuts it at this very place, in the order of the table."""

    site: Site
    nucleases: tuple[Nuclease, ...]

    @property
    def nuclease(self) -> Nuclease:
        """The first of them."""
        return self.nucleases[0]


def sites(sequence: str, nuclease: Nuclease) -> Iterator[Site]:
    """Every site of a nuclease on both strands of a sequence; none with a letter but A, C, G, T."""
    beyond = max(map(abs, nuclease.cuts)) + nuclease.length  # a cut may lie outside the sequence
    for cut in cuts(sequence, [nuclease], -beyond, len(sequence) + beyond):
        yield cut.site


def cuts(sequence: str, nucleases: Iterable[Nuclease], first: int, last: int) -> list[Cut]:
    """Every guide that leads a nuclease to cut a stretch of a sequence.

    Parameters
    ----------
    sequence
        Plus strand.
    nucleases
        In order of preference.
    first, last
        A guide counts if one of its cuts lies left of an index from ``first`` to ``last``, both
        included.

    Returns
    -------
    list of Cut
        Sorted by site. Nucleases with the same protospacer and cut share one guide.
    """
    groups: dict[tuple[str, int, int, int], list[Nuclease]] = {}
    for nuclease in nucleases:
        groups.setdefault(nuclease.geometry, []).append(nuclease)
    mirrored, size = reverse_complement(sequence), len(sequence)
    found = []
    for members in groups.values():
        for start, spacer, using, cut, other in _on_strand(sequence, members, first, last):
            site = Site("+", start, spacer, using[0][1], cut, other)
            found.append(Cut(site, tuple(item for item, _ in using)))
        for start, spacer, using, cut, other in _on_strand(
            mirrored, members, size - last, size - first
        ):
            left = size - start - len(spacer)
            site = Site("-", left, spacer, using[0][1], size - cut, size - other)
            found.append(Cut(site, tuple(item for item, _ in using)))
    return sorted(found, key=lambda item: item.site)


def _on_strand(
    strand: str, members: Sequence[Nuclease], first: int, last: int
) -> Iterator[tuple[int, str, list[tuple[Nuclease, str]], int, int]]:
    """Sites of nucleases of one geometry on one strand: start, spacer, nucleases, cuts."""
    side, length, offset, other = members[0].geometry
    widest = max(len(item.pam) for item in members)
    right = side == "3prime"
    # places of the cuts, counted from the first base of the protospacer
    near, far = (length + offset, length + other) if right else (-offset, -other)
    lowest = max(0 if right else 1, first - max(near, far))
    highest = min(len(strand) - length, last - min(near, far))
    for start in range(lowest, highest + 1):
        end = start + length
        cut, beyond = start + near, start + far
        if not (first <= cut <= last or first <= beyond <= last):
            continue
        beside = strand[end : end + widest] if right else strand[max(0, start - widest) : start]
        using = []
        for item in members:
            width = len(item.pam)
            pam = (
                beside[:width] if right else beside[len(beside) - width :] * (len(beside) >= width)
            )
            if len(pam) == width and _fits(item.pam, pam):
                using.append((item, pam))
        if using and BASES.issuperset(spacer := strand[start:end]):
            yield start, spacer, using, cut, beyond


@cache
def _fits(pattern: str, pam: str) -> bool:
    """Whether a PAM of A, C, G and T is one a pattern stands for (few of either are ever seen)."""
    return BASES.issuperset(pam) and matches(pattern, pam)


def pam_place(site: Site, nuclease: Nuclease, start: int | None = None) -> tuple[int, int]:
    """Stretch of the PAM beside a protospacer on the plus strand, 0-based half-open."""
    first = site.start if start is None else start
    width = len(nuclease.pam)
    pam_right = (site.strand == "+") == (nuclease.pam_side == "3prime")
    at = first + site.length if pam_right else first - width
    return at, at + width


def seed_positions(nuclease: Nuclease, rules: RepairRules) -> range:
    """Positions of the protospacer that form the seed, 0-based from its 5' end."""
    if nuclease.pam_side == "5prime":
        return range(rules.seed_5prime)
    return range(nuclease.length - rules.seed, nuclease.length)


def pam_lost(nuclease: Nuclease, pam: str) -> bool:
    """Whether what stands in the PAM's place is cut neither well nor weakly."""
    if not BASES.issuperset(pam):
        return False
    return not any(_fits(pattern, pam) for pattern in (nuclease.pam, *nuclease.also))


def pam_letters(nuclease: Nuclease) -> tuple[int, ...]:
    """Positions of the PAM at which not every base will do."""
    return tuple(k for k, letter in enumerate(nuclease.pam) if len(IUPAC[letter]) < len(BASES))


def cuttable(
    sequence: str,
    spacer: str,
    nuclease: Nuclease,
    rules: RepairRules,
    first: int = 0,
    last: int | None = None,
) -> list[tuple[Strand, int]]:
    """Places of a sequence a guide is taken to cut: a PAM, weak ones too, and too few mismatches.

    A site is safe if its PAM is lost or at least ``blocking_mismatches`` bases of its seed differ;
    mismatches far from the PAM are not relied upon.

    Parameters
    ----------
    first, last
        Stretch in which the protospacer must start; the whole sequence by default.

    Returns
    -------
    list of tuple
        Strand and leftmost base, 0-based on the plus strand.
    """
    size, length = len(sequence), len(spacer)
    last = size - length if last is None else min(last, size - length)
    seed = seed_positions(nuclease, rules)
    width = len(nuclease.pam)
    found: list[tuple[Strand, int]] = []
    directions: tuple[tuple[Strand, str], ...] = (
        ("+", spacer),
        ("-", reverse_complement(spacer)),
    )
    for strand, guide in directions:
        places = [k if strand == "+" else length - 1 - k for k in seed]
        pam_right = (strand == "+") == (nuclease.pam_side == "3prime")
        for start in range(max(first, 0), last + 1):
            wrong = 0
            for k in places:
                if sequence[start + k] != guide[k]:
                    wrong += 1
                    if wrong >= rules.blocking_mismatches:
                        break
            else:
                at = start + length if pam_right else start - width
                pam = sequence[max(at, 0) : at + width] if at + width > 0 else ""
                if strand == "-":
                    pam = reverse_complement(pam)
                if len(pam) == width and not pam_lost(nuclease, pam):
                    found.append((strand, start))
    return found
