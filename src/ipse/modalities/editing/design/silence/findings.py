"""What speaks for and against the silencing of one allele."""

from __future__ import annotations

from collections.abc import Iterator

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.genome.patient_genome import PatientGenome
from ipse.modalities.editing.catalogue import note, repair_rules
from ipse.modalities.editing.design.silence.applies import Dosage
from ipse.modalities.editing.design.silence.model import Silencing, Telling
from ipse.modalities.editing.findings import spacer_findings
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.others import PHASING, name_of
from ipse.patient.variants import Variant

CFD = "doi:10.1038/nbt.3437"
BOTH = "Measure cutting of both alleles in cells of the patient."


def design_findings(
    design: EditDesign,
    variant: Variant,
    dosage: Dosage | None,
    genome: PatientGenome | None,
    unphased: int,
) -> Iterator[Finding]:
    """Findings of one design.

    Parameters
    ----------
    dosage
        What is known of one working copy; None if nothing is.
    unphased
        Heterozygous changes of the gene whose allele is not known.
    """
    part = design.silencing
    assert part is not None
    yield _allele(part, variant)
    yield _normal(part.telling, "guide")
    if part.second is not None:
        yield _normal(part.second, "second guide")
    yield from _effect(part)
    yield _one_copy(variant, dosage)
    yield from _phase(part, genome, unphased)
    yield from spacer_findings(design)
    yield note("cut-by-products").model_copy(update={"message": _BY_PRODUCTS})
    yield note("cut-p53")
    yield from variant.doubts


_BY_PRODUCTS = (
    "Besides small insertions and deletions, deletions of many kilobases and rearrangements were "
    "found where a nuclease cuts."
)


def _allele(part: Silencing, variant: Variant) -> Finding:
    if variant.haplotype is not None:
        side = f" It is haplotype {variant.haplotype} of the phased calls."
    elif variant.parent:
        side = f" It is the {variant.parent} allele, as the case states."
    else:
        side = ""
    return Finding(
        severity=Severity.INFO,
        code="silenced-allele",
        message=(
            f"The cut is meant for the allele with {name_of(variant)}, told from the normal one by "
            f"{part.telling.difference} ({part.telling.phase}).{side}"
        ),
    )


def _normal(telling: Telling, which: str) -> Finding:
    """What the guide may do to the normal allele, with the basis of the estimate."""
    estimate = "no published score is made for this nuclease"
    evidence: tuple[Evidence, ...] = ()
    if telling.cfd_normal is not None:
        estimate = (
            f"the CFD score, made for off-target sites, estimates its cutting at "
            f"{telling.cfd_normal:.2f} of a perfect match"
        )
        evidence = (Evidence(source=CFD, reason="fraction active by mismatch and PAM"),)
    if telling.by == "pam":
        some = telling.cfd_normal is None or telling.cfd_normal > 0
        return Finding(
            severity=Severity.CAUTION if some else Severity.INFO,
            code="told-apart-by-pam",
            message=(
                f"The {which} fits the normal allele without an accepted PAM only; {estimate}."
            ),
            resolves=BOTH,
            evidence=(*evidence, *note("allele-by-pam").evidence),
        )
    return Finding(
        severity=Severity.SERIOUS,
        code="told-apart-by-seed",
        message=(
            f"The {which} fits the normal allele with a PAM and a mismatch in the seed: one "
            f"mismatch often does not keep Cas9 from cutting; {estimate}."
        ),
        resolves=BOTH,
        evidence=(
            *evidence,
            *(
                Evidence(source=source, reason="seed of the protospacer, next to the PAM")
                for source in repair_rules().seed_source
            ),
        ),
    )


def _effect(part: Silencing) -> Iterator[Finding]:
    if part.where == "coding exon":
        yield note("whole-codons")
    missing = sum(not frame.decay for frame in part.frames)
    if missing:
        yield Finding(
            severity=Severity.CAUTION,
            code="transcript-may-stay",
            message=(
                f"In {missing} of {len(part.frames)} shifted frames the transcript is not expected "
                "to decay: the allele may make a shortened or altered protein, which could harm "
                "in its turn."
            ),
            resolves="Measure transcript and protein of the allele in edited cells.",
        )
    if part.second is not None:
        yield note("allele-excision")


def _one_copy(variant: Variant, dosage: Dosage | None) -> Finding:
    if dosage is None:
        return Finding(
            severity=Severity.CAUTION,
            code="one-copy-left",
            message=(
                f"Silencing leaves one working copy of {variant.gene}; whether one is enough is "
                "not in the tables."
            ),
            resolves=(
                "Look up people with one loss-of-function allele of the gene (ClinGen dosage "
                "sensitivity, gnomAD constraint)."
            ),
        )
    return Finding(
        severity=Severity.INFO if dosage.enough else Severity.SERIOUS,
        code="one-copy-left",
        message=f"Silencing leaves one working copy of {variant.gene}: {dosage.why}.",
        evidence=tuple(
            Evidence(source=source, reason=f"one working copy of {variant.gene}")
            for source in dosage.source
        ),
    )


def _phase(part: Silencing, genome: PatientGenome | None, unphased: int) -> Iterator[Finding]:
    under = [*part.telling.unphased, *(part.second.unphased if part.second else ())]
    if under:
        yield Finding(
            severity=Severity.SERIOUS,
            code="patient-variant-under-guide",
            message=(
                f"The patient carries {', '.join(under)} under guide or PAM, on which allele is "
                "not known: the guide is made without."
            ),
            resolves=PHASING,
        )
    if genome is None:
        yield Finding(
            severity=Severity.INFO,
            code="patient-sequence-not-given",
            message=(
                "Without a VCF of the patient only the stated variants tell the alleles apart, and "
                "what else lies under the guide is not known."
            ),
            resolves="Name a phased VCF of the patient that covers the gene in the case's files.",
        )
    elif unphased:
        several = unphased > 1
        yield Finding(
            severity=Severity.INFO,
            code="unphased-differences",
            message=(
                f"{unphased} heterozygous {'changes' if several else 'change'} of the gene "
                f"{'are' if several else 'is'} not phased with the variant: guides that use "
                f"{'them' if several else 'it'} are not made."
            ),
            resolves=PHASING,
        )
