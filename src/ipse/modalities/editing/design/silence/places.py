"""What a cut does to an allele: nothing in an intron, an end of the protein in a coding exon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ipse.modalities.editing.design.disrupt.gene import CodingExon, Gene, Stop

Where = Literal["coding exon", "splice site", "not coding"]


@dataclass(frozen=True)
class CutEffect:
    """Where a cut falls and what is expected of it.

    Attributes
    ----------
    exon
        1-based number of the coding exon it lies in or whose splice site it hits.
    codon
        1-based codon it lies in.
    frames
        First stop if one base is lost, and two; read on the reference's letters.
    """

    where: Where
    exon: int | None = None
    codon: int | None = None
    frames: tuple[Stop, ...] = ()

    @property
    def acts(self) -> bool:
        """Whether one cut is expected to silence the allele."""
        return self.where != "not coding"

    @property
    def decays(self) -> int:
        """Shifted frames in which the transcript is expected to decay."""
        return sum(stop.decay for stop in self.frames)


def effect_of(gene: Gene, cut: int) -> CutEffect:
    """What a cut left of a reference position does."""
    exons = gene.coding_exons
    for index, exon in enumerate(exons):
        if exon.start < cut < exon.end:
            forward = gene.transcript.strand == "+"
            kept = exon.first + (cut - exon.start if forward else exon.end - cut)
            frames = (gene.stop_after(kept, 1), gene.stop_after(kept, 2))
            return CutEffect("coding exon", exon.number, kept // 3 + 1, frames)
        if _at_splice_site(gene, exons, index, cut):
            return CutEffect("splice site", exon.number)
    return CutEffect("not coding")


def _at_splice_site(gene: Gene, exons: tuple[CodingExon, ...], index: int, cut: int) -> bool:
    """Whether a cut touches the exon's border or the two bases of an intron beside it."""
    exon = exons[index]
    forward = gene.transcript.strand == "+"
    inner_left = index > 0 if forward else index < len(exons) - 1
    inner_right = index < len(exons) - 1 if forward else index > 0
    left = inner_left and exon.start - 2 <= cut <= exon.start
    right = inner_right and exon.end <= cut <= exon.end + 2
    return left or right


@dataclass(frozen=True)
class Excision:
    """What is lost between two cuts.

    Attributes
    ----------
    exons
        Numbers of the coding exons that are lost whole.
    silences
        Whether that is expected to silence the allele: the start codon is lost, or coding bases
        that are not whole codons.
    """

    exons: tuple[int, ...]
    bases: int
    silences: bool


def excision(gene: Gene, left: int, right: int) -> Excision:
    """What two cuts outside coding exons take out (0-based, left of each position)."""
    lost = [exon for exon in gene.coding_exons if left <= exon.start and exon.end <= right]
    bases = sum(exon.length for exon in lost)
    start = any(exon.first == 0 for exon in lost)
    return Excision(
        tuple(exon.number for exon in lost), right - left, bool(lost) and (start or bases % 3 != 0)
    )
