"""The case's variants, placed on a reference and described."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ipse.core.errors import NotInReference
from ipse.core.finding import Finding, Severity
from ipse.genome.aliases import is_mitochondrial
from ipse.genome.patient_genome import PatientGenome
from ipse.patient.genotypes import with_genotype
from ipse.patient.model import Case, CaseVariant
from ipse.patient.phase import with_partners
from ipse.patient.placing import place
from ipse.patient.stated import MITOCHONDRIAL, Placed, named_mitochondrial
from ipse.patient.variant_model import TRANS_BASIS, Term, Variant

if TYPE_CHECKING:
    from ipse.genome.embedded import Genome

__all__ = ["TRANS_BASIS", "Term", "Variant", "locate_variants"]


def locate_variants(
    case: Case, genome: Genome, patient_genome: PatientGenome | None = None
) -> tuple[tuple[Variant, ...], tuple[Finding, ...]]:
    """Place every variant of the case on a reference.

    Parameters
    ----------
    case
        The case.
    genome
        Reference and annotation.
    patient_genome
        The patient's own calls over the same reference, for zygosity and phase.

    Returns
    -------
    tuple
        Variants in the order of the phenopacket, those that could not be placed among them with
        ``located`` false, and what is worth saying of them.

    Raises
    ------
    InputError
        If a name states a reference base that is not there and nothing else places the variant,
        or the VCF does not fit the reference.
    """
    findings: list[Finding] = []
    variants: list[Variant] = []
    compound: set[str] = set()
    seen: dict[tuple[object, ...], Variant] = {}
    for stated in case.interpretations:
        placed = place(stated, case, genome)
        variant = _variant(f"v{len(variants) + 1}", stated, placed, genome)
        key = _identity(variant, stated)
        if key in seen:
            twice = _given_twice(seen[key], variant)
            findings.append(twice)
            place_of_first = variants.index(seen[key])
            seen[key] = variants[place_of_first] = _doubted(seen[key], [*stated.doubts, twice])
            continue
        own = placed.findings
        if patient_genome is not None and placed.variant is not None:
            variant = with_genotype(
                variant, stated, placed.variant, patient_genome, genome.reference, own
            )
        findings += own
        if stated.compound:
            compound.add(variant.id)
        seen[key] = _doubted(variant, [*stated.doubts, *own])
        variants.append(seen[key])
    variants, said = with_partners(variants, frozenset(compound))
    findings += said
    if patient_genome is not None:
        findings += patient_genome.findings
    return tuple(variants), _once(findings)


def _doubted(variant: Variant, findings: Iterable[Finding]) -> Variant:
    """The variant with what is serious among findings about it."""
    serious = (f for f in findings if f.severity.rank >= Severity.SERIOUS.rank)
    return variant.model_copy(update={"doubts": _once([*variant.doubts, *serious])})


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without repeats: two variants on one transcript say the same of it."""
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return tuple(kept)


def _variant(name: str, stated: CaseVariant, placed: Placed, genome: Genome) -> Variant:
    at, transcript, effect = placed.variant, placed.transcript, placed.effect
    mitochondrial = is_mitochondrial(at.contig) if at else named_mitochondrial(stated)
    elsewhere = MITOCHONDRIAL if mitochondrial else None
    return Variant(
        id=name,
        gene=transcript.gene if transcript else stated.gene,
        transcript=transcript.id if transcript else "",
        hgvs_c=effect.hgvs_c if effect else _stated_name(stated),
        hgvs_p=effect.hgvs_p if effect else "",
        vcf=_vcf_text(placed, genome),
        contig=at.contig if at else elsewhere,
        start=at.start if at else None,
        ref=at.ref if at else None,
        alt=at.alt if at else None,
        consequence=effect.terms if effect else (),
        zygosity=stated.zygosity,
        parent=stated.parent,
        strand=transcript.strand if transcript else "",
        status=stated.status,
        acmg=stated.acmg,
        disease=Term(id=stated.disease.id, label=stated.disease.label),
        # free text may name a person: it is needed only where nothing else names the variant
        label="" if stated.expressions or stated.vcf else stated.label,
        legacy=placed.legacy,
        structural_type=Term(id=stated.structural_type.id, label=stated.structural_type.label),
        copy_number=stated.copy_number,
        somatic=stated.somatic,
        mitochondrial=mitochondrial,
        located=at is not None,
        notes=tuple(placed.notes),
    )


def _vcf_text(placed: Placed, genome: Genome) -> str:
    """VCF form with its anchor base; empty where the reference does not hold that.

    A record that could not be compared with the reference is given as the case states it.
    """
    at = placed.variant or placed.unchecked
    if at is None:
        return ""
    try:
        return ":".join(str(part) for part in at.vcf(genome.reference))
    except NotInReference:
        return ""


def _stated_name(stated: CaseVariant) -> str:
    """The c. name as the case states it, for a variant whose transcript is not at hand."""
    return stated.expressions.get("hgvs.c", "")


def _identity(variant: Variant, stated: CaseVariant) -> tuple[object, ...]:
    """Two entries with the same identity are one allele, given twice."""
    if variant.located:
        return variant.contig, variant.start, variant.ref, variant.alt, stated.somatic
    if stated.expressions or stated.vcf:
        return tuple(sorted(stated.expressions.values())), stated.vcf, stated.somatic
    return (variant.id,)


def _given_twice(first: Variant, again: Variant) -> Finding:
    name = f"{first.gene} {first.hgvs_c or first.vcf}".strip()
    if again.zygosity and first.zygosity and again.zygosity != first.zygosity:
        how = f"once {first.zygosity} and once {again.zygosity}; the first is used"
        severity = Severity.SERIOUS
    elif first.zygosity == "heterozygous" and first.disease == again.disease:
        how = "each time heterozygous; it counts as one heterozygous allele"
        severity = Severity.SERIOUS
    else:
        how, severity = "it counts once", Severity.INFO
    return Finding(
        severity=severity, code="variant-given-twice",
        message=f"{name} is given more than once in the case: {how}.",
        resolves="state a homozygous variant once, with GENO:0000136",
    )  # fmt: skip
