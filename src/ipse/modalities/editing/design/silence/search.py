"""All guides and excisions for one variant, in the declared order, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from ipse.core.errors import NotInReference
from ipse.genome.reference import Reference
from ipse.modalities.editing.catalogue import Nuclease
from ipse.modalities.editing.design.disrupt.cuts import alike
from ipse.modalities.editing.design.disrupt.gene import Gene
from ipse.modalities.editing.design.silence.haplotypes import Difference, pair_around
from ipse.modalities.editing.design.silence.places import (
    CutEffect,
    Excision,
    effect_of,
    excision,
)
from ipse.modalities.editing.design.silence.telling import Guide, guides

FLANK = 60
"""Bases on either side of a difference in which its guides, and their places on the normal allele,
lie: more than spacer, PAM and a short insertion. Speed only."""

ORDER = (
    "no change of unknown phase under the guide; frames in which the transcript is expected to "
    "decay; PAM that the normal allele lacks before seed mismatch; smallest CFD estimate on the "
    "normal allele; the variant itself before a linked one; place"
)
PAIR_ORDER = "larger of the two CFD estimates on the normal allele; fewest bases excised; place"


@dataclass(frozen=True)
class Acting:
    """A guide of which one cut is expected to silence the allele.

    Attributes
    ----------
    others
        The same spacer with other nucleases that tell the alleles apart there, best first.
    """

    guide: Guide
    effect: CutEffect
    others: tuple[Guide, ...] = ()

    def key(self) -> tuple[float | int | str, ...]:
        """Place in :data:`ORDER`."""
        unwritten, pam, cfd, mismatches = self.guide.key()
        return (
            unwritten, -self.effect.decays, pam, cfd, mismatches,
            int(self.guide.difference.basis != "the variant itself"),
            self.guide.cut, self.guide.site.strand, self.guide.site.spacer,
            self.guide.nuclease.name,
        )  # fmt: skip


@dataclass(frozen=True)
class Cutout:
    """Two guides outside coding exons, and what they take out between them."""

    left: Guide
    right: Guide
    excision: Excision

    def key(self) -> tuple[float | int, ...]:
        """Place in :data:`PAIR_ORDER`."""
        one, other = self.left.key(), self.right.key()
        worst = [max(a, b) for a, b in zip(one, other, strict=True)]
        return (*worst, self.excision.bases, self.left.cut)


@dataclass
class Found:
    """What a search gave.

    Attributes
    ----------
    alike
        Sites over a difference that fit the normal allele as well, or differ only far from the PAM.
    idle
        Guides that tell the alleles apart where a cut does nothing by itself.
    unphased
        Heterozygous changes of the gene whose allele is not known.
    not_held
        Differences around which the reference holds no sequence.
    """

    acting: list[Acting] = field(default_factory=list)
    cutouts: list[Cutout] = field(default_factory=list)
    alike: int = 0
    idle: int = 0
    unphased: list[Difference] = field(default_factory=list)
    not_held: list[Difference] = field(default_factory=list)


def search(
    reference: Reference,
    gene: Gene,
    found: Sequence[Difference],
    nucleases: Sequence[Nuclease],
    seed: int,
    *,
    far: Sequence[Nuclease] | None = None,
) -> Found:
    """Every guide on every difference of known phase.

    Parameters
    ----------
    found
        Differences of the gene, the pathogenic variant first.
    nucleases
        Those that cut alike are tried once; the first stands for them.
    seed
        Bases of the seed next to the PAM [nt].
    far
        Nucleases for differences that lie too far from a coding exon for one cut to act; default
        the same.
    """
    near_tools = [group[0] for group in alike(nucleases)]
    far_tools = near_tools if far is None else [group[0] for group in alike(far)]
    result = Found(unphased=[item for item in found if item.side == "unknown"])
    seen: set[tuple[str, str, int, str]] = set()
    silent: dict[int, list[Guide]] = {}
    for item in found:
        if not item.tells:
            continue
        start, end = item.change.start - FLANK, max(item.change.end, item.change.start + 1) + FLANK
        try:
            pair = pair_around(reference, found, item.change.contig, start, end)
        except NotInReference:
            result.not_held.append(item)
            continue
        near = [other for other in found if other.change in pair.spans]
        acts = any(exon.start - FLANK < end and start < exon.end for exon in gene.coding_exons)
        tools = near_tools if acts else far_tools
        for guide in guides(pair, near, tools, seed):
            place = pair.mutant.genomic(guide.site.start)
            key = (guide.nuclease.name, guide.site.strand, place, guide.site.spacer)
            if key in seen:
                continue
            seen.add(key)
            if guide.tells is None:
                result.alike += 1
                continue
            effect = effect_of(gene, guide.cut)
            if effect.acts:
                result.acting.append(Acting(guide, effect))
            else:
                result.idle += 1
                silent.setdefault(_gap(gene, guide.cut), []).append(guide)
    result.acting = _by_spacer(result.acting)
    # of each gap between coding exons its best guide: all pairs of gaps that silence the allele
    best = [min(rows, key=Guide.key) for _, rows in sorted(silent.items())]
    for one, other in combinations(sorted(best, key=lambda guide: guide.cut), 2):
        lost = excision(gene, one.cut, other.cut)
        if lost.silences:
            result.cutouts.append(Cutout(one, other, lost))
    result.cutouts.sort(key=Cutout.key)
    return result


def _by_spacer(rows: Sequence[Acting]) -> list[Acting]:
    """One row a spacer, in order, with the other nucleases that can use it."""
    groups: dict[tuple[str, int, str], list[Acting]] = {}
    for row in sorted(rows, key=Acting.key):
        site = row.guide.site
        place = row.guide.pair.mutant.genomic(site.start)
        groups.setdefault((site.strand, place, site.spacer), []).append(row)
    return [
        Acting(first.guide, first.effect, tuple(row.guide for row in rest))
        for first, *rest in groups.values()
    ]


def _gap(gene: Gene, cut: int) -> int:
    """Number of coding exons left of a place on the plus strand: names the gap it lies in."""
    return sum(exon.end <= cut for exon in gene.coding_exons)
