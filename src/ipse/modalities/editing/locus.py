"""Where a located variant lies: its allele, its transcript, and what designs are made for."""

from __future__ import annotations

from dataclasses import dataclass

from ipse.core.errors import InputError
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import (
    base_editors,
    nucleases,
    precedents,
    repair_rules,
)
from ipse.modalities.editing.design.allele import Allele, pathogenic_allele
from ipse.modalities.editing.design.base.placement import reach
from ipse.modalities.editing.design.outcomes import Alleles
from ipse.modalities.editing.design.subject import Subject
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.others import change_of, others_of
from ipse.modalities.editing.own import own_substitutions
from ipse.modalities.protocol import Context
from ipse.patient.variants import Variant


def allele_of(variant: Variant, context: Context, flank: int | None = None) -> Allele:
    """The patient's pathogenic allele around a located variant.

    Parameters
    ----------
    flank
        Bases on either side; default enough for every editor and template of the tables.
    """
    assert variant.contig is not None and variant.start is not None
    assert variant.ref is not None and variant.alt is not None
    if flank is None:
        rules = repair_rules()
        site = max(item.length + len(item.pam) for item in nucleases())
        template = rules.max_cut_distance + max(site, rules.proximal_arm, rules.distal_arm)
        # a codon may straddle an intron: its other bases are read from the reference, not here
        flank = max(reach(base_editors()) + 3, template)
    return pathogenic_allele(
        context.reference, variant.contig, variant.start, variant.ref, variant.alt, flank
    )


def transcript_of(of: Variant | EditDesign, context: Context) -> Transcript | None:
    """Transcript a variant or a design is described on, or None without one."""
    if not of.transcript:
        return None
    try:
        return context.annotation.transcript(of.transcript)
    except InputError:
        return None


def variant_of(design: EditDesign, context: Context) -> Variant | None:
    """The case's variant a design is made for; None for an edit of a gene without one."""
    if not design.variant:
        return None
    return next(item for item in context.variants if item.id == design.variant)


def subject_of(
    variant: Variant, allele: Allele, transcript: Transcript | None, context: Context
) -> Subject:
    """What designs are made for."""
    at = allele.start + allele.at
    mutation = GenomicVariant(allele.contig, at, allele.ref, allele.alt)
    others = others_of(variant, context.variants)
    beside = [change for item in others.cis if (change := change_of(item)) is not None]
    return Subject(
        variant_id=variant.id,
        hgvs=described(variant),
        gene=variant.gene,
        transcript=variant.transcript,
        allele=allele,
        alleles=Alleles(
            context.reference,
            transcript,
            allele.contig,
            mutation,
            [change for change in beside if change.contig == allele.contig],
        ),
        precedents=tuple(
            row for row in precedents() if row.of_variant(variant.gene, described(variant))
        ),
        others=others,
        own=own_substitutions(variant, allele, context.variants, context.patient_genome),
    )


def described(variant: Variant) -> str:
    """A variant's c. description with its transcript; its place on the genome without one."""
    if not variant.hgvs_c:
        return variant.vcf
    if ":" in variant.hgvs_c or not variant.transcript:
        return variant.hgvs_c
    return f"{variant.transcript}:{variant.hgvs_c}"


@dataclass(frozen=True)
class Drawn:
    """An allele with the places of a design on it, as indices of its sequence.

    Attributes
    ----------
    allele
        The patient's allele; the reference around the target where that lies in another exon.
    has_variant
        Whether the variant is on it.
    guide, pam
        Half-open stretches.
    """

    allele: Allele
    has_variant: bool
    guide: tuple[int, int]
    pam: tuple[int, int]
    strand: str

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Protospacer positions (1-based, both ends included) as a half-open stretch."""
        start, end = self.guide
        if self.strand == "+":
            return start + first - 1, start + last
        return end - last, end - first + 1


def drawn(design: EditDesign, context: Context, flank: int | None) -> Drawn:
    """Lay a design on the allele it was made for.

    Parameters
    ----------
    flank
        Bases wanted on either side of the variant (of the target, for a design without one); None
        for those designs are made with.
    """
    variant = variant_of(design, context)
    margin = reach(base_editors())
    at = design.target.genomic_position
    allele = None
    if variant is not None and variant.located:
        allele = allele_of(variant, context)
        here = allele.start + margin <= at < allele.end - margin or design.template is not None
        if here and flank is not None:
            allele = allele_of(variant, context, flank)
        if not here:
            allele = None
    here = allele is not None
    if allele is None:
        ref = alt = context.reference.fetch(design.contig, at, at + 1)
        if design.target.ref != design.target.alt:
            ref, alt = design.target.ref, design.target.alt
        around = margin if flank is None else flank
        allele = pathogenic_allele(context.reference, design.contig, at, ref, alt, around)
    start = allele.at + design.allele_start
    end = start + len(design.spacer)
    left = (design.strand == "+") == (design.pam_side == "5prime")
    width = len(design.pam)
    pam = (start - width, start) if left else (end, end + width)
    return Drawn(allele, here, (start, end), pam, design.strand)
