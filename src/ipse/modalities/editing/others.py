"""Other pathogenic variants of the gene: on the edited allele, on the other, or not known where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ipse.core.finding import Finding, Severity
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.model import EditDesign
from ipse.patient.variants import Variant

PHASING = "Phase the variants: parents' genotypes, long reads, or a phased VCF in the case."

SAID_BY_DESIGN = frozenset({"variants-in-cis", "phase-unknown"})
"""Doubts of a variant that each design says for itself: it may take the other variant away."""


def name_of(variant: Variant) -> str:
    """A variant as people name it: gene, c. and p. description."""
    protein = f" ({variant.hgvs_p})" if variant.hgvs_p else ""
    return f"{variant.gene} {variant.hgvs_c or variant.vcf or variant.label}{protein}".strip()


@dataclass(frozen=True)
class Others:
    """Other pathogenic variants of the gene, by where they stand.

    Attributes
    ----------
    cis
        On every copy of the allele that is edited.
    half
        On one of the two alleles that carry a homozygous variant.
    unphased
        Perhaps on the allele that is edited.
    trans
        On the other allele, shown or presumed.
    """

    cis: tuple[Variant, ...] = ()
    half: tuple[Variant, ...] = ()
    unphased: tuple[Variant, ...] = ()
    trans: tuple[Variant, ...] = ()


def others_of(variant: Variant, variants: Sequence[Variant]) -> Others:
    """Sort the other pathogenic variants of a variant's gene.

    A variant of which nothing says where it stands may be on the edited allele: missing is
    never no. One that is on every copy is on the edited allele.
    """
    cis, half, unphased, trans = [], [], [], []
    for other in variants:
        same_gene = bool(variant.gene) and other.gene == variant.gene
        if other.id == variant.id or not same_gene or not other.pathogenic or other.somatic:
            continue
        if variant.zygosity == "homozygous" and other.zygosity == "heterozygous":
            half.append(other)
        elif other.id in variant.in_cis_with or other.zygosity in ("homozygous", "hemizygous"):
            cis.append(other)
        elif other.id in variant.in_trans_with:
            trans.append(other)
        else:
            unphased.append(other)
    return Others(tuple(cis), tuple(half), tuple(unphased), tuple(trans))


def change_of(variant: Variant) -> GenomicVariant | None:
    """A variant as a change of the genome; None if it is not located."""
    if variant.contig is None or variant.start is None:
        return None
    if variant.ref is None or variant.alt is None:
        return None
    return GenomicVariant(variant.contig, variant.start, variant.ref, variant.alt)


def other_variant_findings(design: EditDesign, variant: Variant) -> Iterator[Finding]:
    """What other pathogenic variants of the gene mean for an edit, and the variant's own doubts."""
    if design.stays_in_cis:
        names = " and ".join(design.stays_in_cis)
        yield Finding(
            severity=Severity.SERIOUS,
            code="other-variant-stays",
            message=(
                f"{names} on the same allele is not touched by this edit: the edited allele still "
                "carries a pathogenic variant."
            ),
            resolves="Repair both at once, or repair another allele.",
        )
    if design.on_one_allele:
        names = " and ".join(design.on_one_allele)
        yield Finding(
            severity=Severity.SERIOUS,
            code="other-variant-on-one-allele",
            message=(
                f"One of the two alleles with {name_of(variant)} also carries {names}, which this "
                "edit leaves: only the allele without it can come to work."
            ),
            resolves="Measure which of the two alleles is edited, by reads over both places.",
        )
    if design.may_be_in_cis:
        names = " and ".join(design.may_be_in_cis)
        yield Finding(
            severity=Severity.SERIOUS,
            code="other-variant-may-stay",
            message=(
                f"{names} may stand on the allele that is edited: this edit would leave it there, "
                "and that allele would stay pathogenic."
            ),
            resolves=PHASING,
        )
    if design.taken_too:
        names = " and ".join(design.taken_too)
        yield Finding(
            severity=Severity.CAUTION,
            code="other-variant-in-template",
            message=(
                f"The template also has the reference's bases in the place of {names}: it corrects "
                "both where both places are taken up, and one where not."
            ),
            resolves="Read both places in single molecules of edited cells.",
        )
    for doubt in variant.doubts:
        if doubt.code not in SAID_BY_DESIGN:
            yield doubt
