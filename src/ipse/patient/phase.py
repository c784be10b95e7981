"""Zygosity and phase: what the case states, what the patient's VCF shows, and who is in trans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ipse.core.errors import InputError, NotInReference
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.genome.patient_genome import Genotype, PatientGenome
from ipse.genome.projection import left_align, right_align
from ipse.genome.reference import Reference
from ipse.genome.uncalled import Uncalled, why_not_called
from ipse.genome.variant import GenomicVariant
from ipse.patient.inheritance import inheritance
from ipse.patient.model import CaseVariant
from ipse.patient.variant_model import Variant

PHASING = "phase them: parents' genotypes, long reads, or a phased VCF in the case"


def observed(
    variant: GenomicVariant, patient_genome: PatientGenome, reference: Reference
) -> Genotype | None:
    """The patient's call of a variant, however the VCF places it in a repeat."""
    try:
        left, right = left_align(variant, reference), right_align(variant, reference)
    except NotInReference:
        left = right = variant
    for call in patient_genome.records(variant.contig, max(0, left.start - 1), right.end + 1):
        try:
            same = left_align(call.variant, reference) == left
        except NotInReference:
            same = call.variant == variant
        if same:
            return call
    return None


def with_genotype(
    variant: Variant,
    stated: CaseVariant,
    at: GenomicVariant,
    patient_genome: PatientGenome,
    reference: Reference,
    findings: list[Finding],
) -> Variant:
    """Add zygosity, haplotype and phase set as the patient's VCF shows them.

    Raises
    ------
    InputError
        If the VCF does not fit the reference.
    """
    try:
        covered = patient_genome.covers(at.contig)
    except InputError:
        covered = False
    if not covered or stated.somatic:
        return variant
    call = observed(at, patient_genome, reference)
    if call is None:
        why = why_not_called(at, patient_genome, reference)
        findings.append(_not_called(_name(variant), why, patient_genome))
        silent = why.kind in ("no_genotypes", "genotype_not_valid")
        return variant.model_copy(update={"in_patient_vcf": None if silent else False})
    zygosity = variant.zygosity
    if call.zygosity and zygosity and call.zygosity != zygosity:
        findings.append(
            _finding(
                Severity.SERIOUS,
                "zygosity-contradiction",
                f"{_name(variant)} is {zygosity} in the phenopacket and {call.zygosity} in "
                f"{patient_genome.path.name}; the phenopacket's word is used.",
                "confirm the genotype (a deletion of the other copy can explain it)",
            )
        )
    if call.filters:
        findings.append(
            _finding(
                Severity.CAUTION,
                "call-filtered",
                f"The call of {_name(variant)} has the filter {', '.join(call.filters)}.",
                "confirm the variant by another method",
            )
        )
    one_side = call.phased and len(call.haplotypes) == 1 and len(call.alleles) > 1
    return variant.model_copy(
        update={
            "in_patient_vcf": True,
            "zygosity": zygosity or call.zygosity,
            "haplotype": next(iter(call.haplotypes)) if one_side else None,
            "phase_set": (call.phase_set or "") if one_side else "",
        }
    )


def _not_called(name: str, why: Uncalled, patient_genome: PatientGenome) -> Finding:
    """Finding for a stated variant that the patient's file of calls does not show."""
    file, sample = patient_genome.path.name, patient_genome.sample
    match why.kind:
        case "no_genotypes":
            where = f"at {why.place}" if why.place else "at all"
            return _finding(
                Severity.CAUTION, "patient-vcf-without-genotype",
                f"{file} has no genotypes (GT) {where}, so it does not say whether sample {sample} "
                f"carries {name}.",
                "name a file with genotypes, written by the variant caller",
            )  # fmt: skip
        case "genotype_not_valid":
            return _finding(
                Severity.SERIOUS, "genotype-not-valid",
                f"The genotype {why.genotype} of sample {sample} at {why.place} in {file} is not "
                f"valid: the record has {why.alleles} ALT "
                f"{'allele' if why.alleles == 1 else 'alleles'}. It is not used for {name}.",
                "correct the genotype there, or write the file again",
            )  # fmt: skip
        case "reference":
            return _finding(
                Severity.SERIOUS, "patient-vcf-contradicts-case",
                f"{name} is stated in the case, but {file} calls the reference for sample {sample} "
                f"at {why.place} ({why.genotype}): the two contradict each other.",
                "look at the reads there, and whether file and sample are the patient's",
            )  # fmt: skip
        case "missing":
            message = f"has no call for sample {sample} at {why.place} ({why.genotype})."
        case _:
            message = "has no record of it."
    return _finding(
        Severity.SERIOUS, "variant-not-in-patient-vcf",
        f"{name} is stated in the case but not called in {file}, which {message}",
        "look at the reads there, or correct one of the two",
    )  # fmt: skip


def with_partners(
    variants: Iterable[Variant], compound: frozenset[str]
) -> tuple[list[Variant], list[Finding]]:
    """Fill ``in_trans_with``: by phase where it is known, else presumed, and say which.

    Parameters
    ----------
    variants
        All variants of the case.
    compound
        Ids of those the case states to be compound heterozygous.
    """
    variants, findings = list(variants), list[Finding]()
    groups: dict[str, list[Variant]] = defaultdict(list)
    for variant in variants:
        one_copy = variant.zygosity in ("heterozygous", "")
        if variant.gene and variant.pathogenic and one_copy and not variant.somatic:
            groups[variant.gene].append(variant)
    partners: dict[str, tuple[tuple[str, ...], bool]] = {}
    for gene, group in groups.items():
        if len(group) > 1:
            partners |= _partners(gene, group, compound, findings)
    return [
        variant.model_copy(
            update={
                "in_trans_with": partners[variant.id][0],
                "trans_proven": partners[variant.id][1],
            }
        )
        if variant.id in partners
        else variant
        for variant in variants
    ], findings


def _partners(
    gene: str, group: list[Variant], compound: frozenset[str], findings: list[Finding]
) -> dict[str, tuple[tuple[str, ...], bool]]:
    names = " and ".join(_name(variant) for variant in group)
    sides = _sides(group)
    if sides:
        partners = {
            variant.id: tuple(v.id for v in group if sides[v.id] != sides[variant.id])
            for variant in group
        }
        if any(partners.values()):
            return {name: (others, True) for name, others in partners.items() if others}
        severity = Severity.SERIOUS if _recessive(group) is not False else Severity.INFO
        findings.append(
            _finding(
                severity,
                "variants-in-cis",
                f"{names} are on the same allele of {gene} by phase or by parent; the other allele "
                "carries neither.",
                "look for a second pathogenic allele",
            )
        )
        return {}
    recessive = _recessive(group)
    stated = all(variant.id in compound for variant in group)
    if len(group) > 2 or (recessive is False and not stated):
        findings.append(
            _finding(
                Severity.SERIOUS,
                "phase-unknown",
                f"It is not known which of {names} stand on the same allele of {gene}.",
                PHASING,
            )
        )
        return {}
    first, second = group
    if stated:
        why = "the case states compound heterozygosity, which says so without proof at hand"
    elif recessive:
        why = "the diagnosis is recessive and both are heterozygous and pathogenic"
    else:
        why = (
            "both are heterozygous, pathogenic and of one gene; how the disease is inherited is "
            "not settled in Ipse's table"
        )
    findings.append(
        Finding(
            severity=Severity.CAUTION, code="presumed-in-trans",
            message=f"{names} are presumed to be in trans (on different alleles of {gene}), not "
            f"proven: {why}.",
            resolves=PHASING, evidence=_evidence(group),
        )
    )  # fmt: skip
    return {first.id: ((second.id,), False), second.id: ((first.id,), False)}


def _sides(group: list[Variant]) -> dict[str, str]:
    """Id -> side of each variant, by phased calls or by parent; empty if not known of all."""
    if all(_comparable(group[0], variant) for variant in group):
        return {variant.id: str(variant.haplotype) for variant in group}
    if all(variant.parent for variant in group):
        return {variant.id: variant.parent for variant in group}
    return {}


def _comparable(one: Variant, other: Variant) -> bool:
    """Whether two haplotype numbers mean the same two sides."""
    return (
        one.haplotype is not None
        and other.haplotype is not None
        and one.contig == other.contig
        and one.phase_set == other.phase_set
    )


def _recessive(group: list[Variant]) -> bool | None:
    """Whether the group's diagnosis is recessive; None if the table does not know it."""
    ways = {
        row.recessive for variant in group for row in inheritance(variant.gene, variant.disease.id)
    }
    return ways.pop() if len(ways) == 1 else None


def _evidence(group: list[Variant]) -> tuple[Evidence, ...]:
    rows = inheritance(group[0].gene, group[0].disease.id)
    return tuple(
        Evidence(source=source, reason=f"{row.disease} is inherited as {row.inheritance}")
        for row in rows[:1]
        for source in row.source
    )


def _finding(severity: Severity, code: str, message: str, resolves: str) -> Finding:
    return Finding(severity=severity, code=code, message=message, resolves=resolves)


def _name(variant: Variant) -> str:
    return f"{variant.gene} {variant.hgvs_c or variant.vcf or variant.label or variant.id}".strip()
