"""A splice site on the patient's allele, and what lies around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ipse.core.sequence import reverse_complement
from ipse.core.tables import shipped
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import PACKAGE
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.splice.sites import (
    CORE,
    WORKING,
    SiteKind,
    known_scores,
    score_at,
)


def rule(name: str) -> int:
    """A whole number of ``tables/splice_rules.tsv``."""
    return shipped(PACKAGE, "splice_rules")[name].integer("value")


def least_gain() -> float:
    """Bits a site must gain to count as made or strengthened by a variant."""
    return shipped(PACKAGE, "splice_rules")["least_gain"].number("value")


def rule_source(name: str) -> tuple[str, ...]:
    """Sources of a rule."""
    return shipped(PACKAGE, "splice_rules")[name].source


def allele_over(
    reference: Reference,
    contig: str,
    start: int,
    end: int,
    change: GenomicVariant | None = None,
    own: Iterable[GenomicVariant] = (),
) -> Allele:
    """The patient's allele over a stretch of the reference, as far as the reference holds it.

    Parameters
    ----------
    start, end
        0-based half-open; widened to the change where that reaches out of it.
    change
        The variant, if it may lie there.
    own
        Substitutions the patient carries on this allele.

    Raises
    ------
    NotInReference
        If the middle of the stretch, or the change, is not held.
    """
    if change is not None and (change.end < start or change.start > end):
        change = None
    low, high = (start, end) if change is None else (min(start, change.start), max(end, change.end))
    inner = (start + end) // 2 if change is None else change.start
    low, high = max(0, low), min(high, reference.length(contig))
    if not reference.has(contig, low, high):
        held = [item for item in reference.held(contig) if item[0] <= inner < item[1]]
        if held:
            low, high = max(low, held[0][0]), min(high, held[0][1])
    letters = reference.fetch(contig, low, high)
    missing = (low - min(start, low), max(end, high) - high)
    if change is None:
        allele = Allele(contig, low, letters, 0, "", "", *missing)
    else:
        at = change.start - low
        sequence = letters[:at] + change.alt + letters[at + len(change.ref) :]
        allele = Allele(contig, low, sequence, at, change.ref, change.alt, *missing)
    return with_own(allele, own)


def with_own(allele: Allele, own: Iterable[GenomicVariant]) -> Allele:
    """The allele with substitutions the patient carries beside the variant."""
    bases = list(allele.sequence)
    for item in own:
        if item.contig != allele.contig or len(item.ref) != len(item.alt):
            continue
        for place, base in enumerate(item.alt, item.start):
            if allele.start <= place < allele.end:
                index = allele.index(place)
                if 0 <= index < len(bases) and allele.genomic(index) == place:
                    bases[index] = base
    return replace(allele, sequence="".join(bases))


@dataclass(frozen=True)
class PlacedSite:
    """A splice site on an allele.

    Attributes
    ----------
    plus
        Whether the gene is on the plus strand.
    border
        Border between exon and intron: left of this index of :attr:`sense`.
    exon
        1-based number of the exon it belongs to; None for a cryptic site.
    """

    kind: SiteKind
    allele: Allele
    plus: bool
    border: int
    exon: int | None = None

    @property
    def sense(self) -> str:
        """The allele's bases in gene direction."""
        return self.allele.sequence if self.plus else reverse_complement(self.allele.sequence)

    def index(self, offset: int) -> int:
        """Index in the allele's plus-strand sequence of a base ``offset`` behind the border."""
        place = self.border + offset
        return place if self.plus else len(self.allele.sequence) - 1 - place

    def genomic(self, offset: int) -> int:
        """Reference position, 0-based, of a base ``offset`` behind the border."""
        return self.allele.genomic(self.index(offset))

    @property
    def pair(self) -> str:
        """The two bases of the intron next to the border, in gene direction."""
        first, last = CORE[self.kind]
        return self.sense[self.border + first : self.border + last]

    @property
    def works(self) -> bool:
        """Whether the pair is one that works."""
        return self.pair in WORKING[self.kind]

    def score(self) -> float | None:
        """Score on the weight matrix [bit]; None where letters are missing."""
        return score_at(self.kind, self.sense, self.border)

    def changed(self, edits: Iterable[tuple[int, str]]) -> PlacedSite:
        """The site after edits: (index in the plus-strand sequence, plus-strand base)."""
        bases = list(self.allele.sequence)
        for index, base in edits:
            bases[index] = base
        return replace(self, allele=replace(self.allele, sequence="".join(bases)))


def site_of_exon(
    allele: Allele, plus: bool, exons: Sequence[tuple[int, int]], number: int, kind: SiteKind
) -> PlacedSite:
    """Donor or acceptor of an exon (1-based; genomic stretches in transcript order)."""
    start, end = exons[number - 1]
    # first base behind the border, in gene direction
    behind = {
        ("acceptor", True): start,
        ("acceptor", False): end - 1,
        ("donor", True): end,
        ("donor", False): start - 1,
    }[kind, plus]
    index = allele.index(behind)
    border = index if plus else len(allele.sequence) - 1 - index
    return PlacedSite(kind, allele, plus, border, number)


@dataclass(frozen=True)
class Other:
    """Another site of the same kind near one: offset of its border, and its score [bit]."""

    offset: int
    score: float


def others_near(site: PlacedSite, window: int) -> list[Other]:
    """Sites with a working pair that score like known ones, best first; the site itself is not.

    Known ones: no less than the weakest 5 %.
    """
    least = dict(known_scores(site.kind))[5]
    first, last = CORE[site.kind]
    sense = site.sense
    found = []
    for border in range(site.border - window, site.border + window + 1):
        if border == site.border or sense[border + first : border + last] not in WORKING[site.kind]:
            continue
        value = score_at(site.kind, sense, border)
        if value is not None and value >= least:
            found.append(Other(border - site.border, value))
    return sorted(found, key=lambda item: (-item.score, item.offset))


def made_by(before: PlacedSite, after: PlacedSite, window: int) -> list[Other]:
    """Sites an edit makes or strengthens beside the one it destroys."""
    old = {item.offset: item.score for item in others_near(before, window)}
    gain = least_gain()
    return [
        item
        for item in others_near(after, window)
        if item.offset not in old or item.score >= old[item.offset] + gain
    ]
