"""What else the patient carries under guide and template: the case's variants and the VCF's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.finding import Finding, Severity
from ipse.genome.genotype import Genotype
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.others import change_of, name_of
from ipse.patient.variants import Variant


def on_allele(call: Genotype, variant: Variant) -> bool | None:
    """Whether a call stands on the allele with the variant; None if its phase is not known."""
    if call.zygosity in ("homozygous", "hemizygous"):
        return True
    same_set = (call.phase_set or "") == variant.phase_set
    if variant.haplotype is None or not call.haplotypes or not same_set:
        return None
    return variant.haplotype in call.haplotypes


def own_substitutions(
    variant: Variant,
    allele: Allele,
    variants: Sequence[Variant],
    patient_genome: PatientGenome | None,
) -> tuple[GenomicVariant, ...]:
    """Substitutions the calls show on the allele with the variant, to be kept by a repair.

    Pathogenic variants of the case are left out, and so are calls with a filter, calls whose
    phase is not known, and insertions and deletions, which no template is written for.
    """
    if patient_genome is None or not patient_genome.covers(allele.contig):
        return ()
    harmful = {change_of(item) for item in variants if item.pathogenic or item.id == variant.id}
    return tuple(
        call.variant
        for call in patient_genome.records(allele.contig, allele.start, allele.end)
        if call.variant not in harmful
        and len(call.variant.ref) == len(call.variant.alt) == 1
        and not call.filters
        and on_allele(call, variant)
    )


def case_variants(
    design: EditDesign, variant: Variant, variants: Sequence[Variant]
) -> Iterator[Finding]:
    """Other variants the case states under the guide; the VCF's stand in :func:`own_sequence`."""
    start = min(design.protospacer_start, design.pam_start)
    end = max(design.protospacer_end, design.pam_end)
    for other in variants:
        if other.id == variant.id or not other.located or other.contig != design.contig:
            continue
        assert other.start is not None and other.end is not None
        if other.start >= end or max(other.end, other.start + 1) <= start:
            continue
        if other.id in variant.in_trans_with and other.zygosity == "heterozygous":
            yield Finding(
                severity=Severity.INFO,
                code="case-variant-on-other-allele",
                message=(
                    f"{name_of(other)} lies under the guide, on the other allele: the guide fits "
                    "less there."
                ),
            )
        elif design.prime is not None and str(change_of(other)) in design.prime.own:
            yield Finding(
                severity=Severity.INFO,
                code="case-variant-in-guide",
                message=(
                    f"{name_of(other)} lies under guide or PAM on the same allele: the guide is "
                    "written for it."
                ),
            )
        else:
            where = "is" if other.id in variant.in_cis_with else "may be"
            yield Finding(
                severity=Severity.SERIOUS,
                code="case-variant-under-guide",
                message=(
                    f"{name_of(other)} lies under guide or PAM and {where} on the same allele: "
                    "then the guide does not fit it as it is written."
                ),
                resolves="Phase the two variants, or choose a guide without the other.",
            )


def own_sequence(
    design: EditDesign, variant: Variant, patient_genome: PatientGenome | None
) -> Iterator[Finding]:
    """What the patient's own VCF says of the bases under guide, PAM and template."""
    if patient_genome is None or not patient_genome.covers(design.contig):
        missing = "no VCF of the patient" if patient_genome is None else "the patient's VCF says"
        rest = "" if patient_genome is None else f" nothing of {design.contig}"
        plain = design.template is None and design.prime is None
        parts = "guide" if plain else "guide or template"
        yield Finding(
            severity=Severity.INFO,
            code="patient-sequence-not-given",
            message=(
                "The edit is made on the reference with the variant in it: other variants of the "
                f"patient under the {parts} are not known ({missing}{rest})."
            ),
            resolves="Name a VCF of the patient that covers the gene in the case's files.",
        )
        return
    start = min(design.protospacer_start, design.pam_start)
    end = max(design.protospacer_end, design.pam_end)
    own = {(variant.start, variant.ref, variant.alt)}
    written = design.prime.own if design.prime is not None else ()
    for call in patient_genome.records(design.contig, start, end):
        at_border = not call.variant.ref and call.variant.start in (start, end)
        if (call.variant.start, call.variant.ref, call.variant.alt) not in own and not at_border:
            fits = str(call.variant) in written
            yield _in_guide(call) if fits else _under_guide(call, variant)
    for symbolic in patient_genome.symbolic(design.contig, start, end):
        yield Finding(
            severity=Severity.SERIOUS,
            code="patient-variant-under-guide",
            message=(
                f"The patient's VCF has {symbolic.alt} at {symbolic.contig}:{symbolic.start + 1}-"
                f"{symbolic.end} over the guide, without a sequence."
            ),
            resolves="Resolve the structural call, or choose a guide outside it.",
        )
    template = design.template or design.prime
    if template is not None:
        for call in patient_genome.records(design.contig, template.start, template.end):
            if (call.variant.start, call.variant.ref, call.variant.alt) not in own:
                yield _in_template(call, variant, template.own)


def _in_guide(call: Genotype) -> Finding:
    """A call on the allele with the variant, in a guide made on the patient's own sequence."""
    return Finding(
        severity=Severity.INFO,
        code="patient-base-in-guide",
        message=(
            f"The patient carries {call.variant} under the guide, on the allele with the variant: "
            "the guide is written for it, not for the reference."
        ),
    )


def _in_template(call: Genotype, variant: Variant, written: Sequence[str]) -> Finding:
    """A call under the template: written into it, of the other allele, or left out and why."""
    carried = f"The patient carries {call.variant} under the template"
    if str(call.variant) in written:
        return Finding(
            severity=Severity.INFO,
            code="patient-base-in-template",
            message=f"{carried}, on the allele with the variant; it is written into the template.",
        )
    side = on_allele(call, variant)
    if side is False:
        return Finding(
            severity=Severity.INFO,
            code="patient-variant-on-other-allele",
            message=(
                f"{carried}, on the other allele: the template keeps the reference's base, which "
                "the allele with the variant has."
            ),
        )
    if side is None:
        why, resolves = "its phase is not known", "Phase it; write it in if it is on this allele."
    elif call.filters:
        why, resolves = (
            f"its call has the filter {', '.join(call.filters)}",
            "Confirm it; then write it into the template.",
        )
    else:
        why, resolves = (
            "it is stated as pathogenic, or is not a single substitution",
            "Decide whether the repaired allele should keep it.",
        )
    return Finding(
        severity=Severity.CAUTION,
        code="patient-variant-in-template",
        message=f"{carried}; the template has the reference's bases there: {why}.",
        resolves=resolves,
    )


def _under_guide(call: Genotype, variant: Variant) -> Finding:
    side = on_allele(call, variant)
    if call.zygosity in ("homozygous", "hemizygous"):
        where = "on every allele"
    elif side is None:
        where = "phase not known"
    else:
        where = f"on haplotype {', '.join(str(side) for side in sorted(call.haplotypes))}, " + (
            "the one with the variant" if side else "not the one with the variant"
        )
    if side is False:
        return Finding(
            severity=Severity.INFO,
            code="patient-variant-on-other-allele",
            message=(
                f"The patient carries {call.variant} under the guide {where}: the guide fits the "
                "allele with the variant and differs more from the other."
            ),
        )
    return Finding(
        severity=Severity.SERIOUS,
        code="patient-variant-under-guide",
        message=(
            f"The patient carries {call.variant} under guide or PAM ({where}): the guide fits "
            "the reference and not, or not surely, this patient's allele."
        ),
        resolves="Phase the variant, or choose a guide without it.",
    )
