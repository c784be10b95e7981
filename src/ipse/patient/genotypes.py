"""What the patient's own calls show of a stated variant: carried or not, zygosity, haplotype."""

from __future__ import annotations

from typing import Literal

from ipse.core.errors import InputError, NotInReference
from ipse.core.finding import Finding, Severity
from ipse.genome.patient_genome import Genotype, PatientGenome
from ipse.genome.projection import left_align, right_align
from ipse.genome.reference import Reference
from ipse.genome.uncalled import Uncalled, why_not_called
from ipse.genome.variant import GenomicVariant
from ipse.patient.model import CaseVariant
from ipse.patient.variant_model import Variant

FILE = "the patient's file of calls"
"""What the file is called: its name and its sample's may be the person's."""

Call = Literal["", "variant", "reference", "no_call", "absent"]
_CALLS: dict[str, Call] = {"reference": "reference", "other": "reference", "absent": "absent"}
"""What a place without the allele says of it; whatever else stands there is no call."""


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
        findings.append(_not_called(_name(variant), why))
        says = _CALLS.get(why.kind, "no_call")
        # only a call without the allele says that it is not there: missing is never no
        carried = False if says == "reference" else None
        return variant.model_copy(update={"call": says, "in_patient_vcf": carried})
    if call.filters:
        findings.append(
            _finding(
                Severity.CAUTION,
                "call-filtered",
                f"The call of {_name(variant)} has the filter {', '.join(call.filters)}: it is "
                "taken as no call.",
                "confirm the variant by another method",
            )
        )
        return variant.model_copy(update={"call": "no_call"})
    zygosity = variant.zygosity
    if call.zygosity and zygosity and call.zygosity != zygosity:
        findings.append(
            _finding(
                Severity.SERIOUS,
                "zygosity-contradiction",
                f"{_name(variant)} is {zygosity} in the phenopacket and {call.zygosity} in "
                f"{FILE}; the phenopacket's word is used.",
                "confirm the genotype (a deletion of the other copy can explain it)",
            )
        )
    one_side = call.phased and len(call.haplotypes) == 1 and len(call.alleles) > 1
    return variant.model_copy(
        update={
            "call": "variant",
            "in_patient_vcf": True,
            "zygosity": zygosity or call.zygosity,
            "haplotype": next(iter(call.haplotypes)) if one_side else None,
            "phase_set": (call.phase_set or "") if one_side else "",
        }
    )


def _not_called(name: str, why: Uncalled) -> Finding:
    """Finding for a stated variant that the patient's file of calls does not show."""
    match why.kind:
        case "no_genotypes":
            where = f"at {why.place}" if why.place else "at all"
            return _finding(
                Severity.CAUTION, "patient-vcf-without-genotype",
                f"{FILE.capitalize()} has no genotypes (GT) {where}, so it does not say whether "
                f"{name} is carried.",
                "name a file with genotypes, written by the variant caller",
            )  # fmt: skip
        case "genotype_not_valid":
            return _finding(
                Severity.SERIOUS, "genotype-not-valid",
                f"The genotype {why.genotype} at {why.place} in {FILE} is not valid: "
                f"the record has {why.alleles} ALT {'allele' if why.alleles == 1 else 'alleles'}. "
                f"It is not used for {name}.",
                "correct the genotype there, or write the file again",
            )  # fmt: skip
        case "reference":
            return _finding(
                Severity.SERIOUS, "patient-vcf-contradicts-case",
                f"{name} is stated in the case, but {FILE} calls the reference at "
                f"{why.place} ({why.genotype}): the two contradict each other.",
                "look at the reads there, and whether file and sample are the patient's",
            )  # fmt: skip
        case "other":
            return _finding(
                Severity.SERIOUS, "patient-vcf-contradicts-case",
                f"{name} is stated in the case, but {FILE} calls other alleles at "
                f"{why.place} ({why.genotype}) and leaves no copy for it: the two contradict "
                "each other.",
                "look at the reads there, and whether file and sample are the patient's",
            )  # fmt: skip
        case "filtered":
            message = (
                f"has a call without it at {why.place} ({why.genotype}), but the record "
                "did not pass its filters: that is no call."
            )
        case "missing":
            message = f"has no call at {why.place} ({why.genotype})."
        case _:
            message = "has no record of it; in a file of variants only, that is no proof."
    return _finding(
        Severity.SERIOUS, "variant-not-in-patient-vcf",
        f"{name} is stated in the case but not called in {FILE}, which {message}",
        "look at the reads there, or correct one of the two",
    )  # fmt: skip


def _finding(severity: Severity, code: str, message: str, resolves: str) -> Finding:
    return Finding(severity=severity, code=code, message=message, resolves=resolves)


def _name(variant: Variant) -> str:
    return f"{variant.gene} {variant.hgvs_c or variant.vcf or variant.label or variant.id}".strip()
