"""What speaks for and against a disruption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.genome.patient_genome import PatientGenome
from ipse.modalities.editing.catalogue import note
from ipse.modalities.editing.design.disrupt.model import Disruption
from ipse.modalities.editing.design.disrupt.targets import (
    DisruptionTarget,
    PublishedGuide,
    published_guides,
)
from ipse.modalities.editing.findings import spacer_findings
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.translocations import Rearrangement, counted

MEASURE = "Measure the protein, and sequence the transcript, in edited cells."


def design_findings(
    design: EditDesign, target: DisruptionTarget | None, patient_genome: PatientGenome | None
) -> Iterator[Finding]:
    """Findings of one disruption."""
    part = design.disruption
    assert part is not None
    yield from _published(design)
    if target is not None and target.outcome:
        yield _before(target)
    yield from _what_is_left(part)
    yield from spacer_findings(design)
    if design.action == "cuts":
        # the note speaks of a template, which is not here
        yield note("cut-by-products").model_copy(update={"message": _BY_PRODUCTS})
        yield note("cut-p53")
        if part.approach == "cut":
            yield note("whole-codons")
    else:
        if part.approach == "stop-codon":
            yield note("stop-codon")
        yield note("base-edit-no-break")
        kind = "cytosine" if design.target.base_before == "C" else "adenine"
        yield note(f"guide-independent-{kind}")
    yield Finding(
        severity=Severity.INFO,
        code="both-alleles-targets",
        message=(
            "Both alleles are targets, normal or not: a cell may end with none, one or two of "
            "them disrupted."
        ),
    )
    yield from _own(design, patient_genome)


_BY_PRODUCTS = (
    "Besides small insertions and deletions, deletions of many kilobases and rearrangements were "
    "found where a nuclease cuts."
)


def _published(design: EditDesign) -> Iterator[Finding]:
    part = design.disruption
    assert part is not None
    how = "cut" if design.action == "cuts" else "base-edit"
    for row in published_guides(design.gene):
        if (row.spacer, row.approach) == (design.spacer, how):
            yield Finding(
                severity=Severity.INFO,
                code="published-guide",
                message=f"This spacer is published: {_named(row)}.",
                evidence=tuple(
                    Evidence(source=source, reason=f"spacer of {row.name}", level=row.level)
                    for source in row.source
                ),
            )


def _named(row: PublishedGuide) -> str:
    rest = f" ({row.note})" if row.note else ""
    return f"{row.name}, {row.gene} {row.aim}, {row.editor}{rest}"


def _before(target: DisruptionTarget) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="target-precedent",
        message=f"{target.gene}, {target.element}: {target.outcome}"
        + (f" Note: {target.note}." if target.note else ""),
        evidence=target.evidence,
    )


def _what_is_left(part: Disruption) -> Iterator[Finding]:
    if part.approach == "published-site":
        return
    if part.isoforms_hit < part.isoforms:
        yield Finding(
            severity=Severity.CAUTION,
            code="isoforms-spared",
            message=(
                f"{part.isoforms - part.isoforms_hit} of {part.isoforms} coding transcripts of the "
                "annotation do not have this place and stay as they are."
            ),
            resolves="Choose a place all transcripts share, or measure which the cells make.",
        )
    if any(not frame.decay for frame in part.frames):
        missing = sum(not frame.decay for frame in part.frames)
        yield Finding(
            severity=Severity.CAUTION,
            code="transcript-may-stay",
            message=(
                f"In {missing} of {len(part.frames)} frames read after the edit the transcript is "
                "not expected to decay: the stop lies in the last exon or too near its junction, "
                "or none comes."
            ),
            resolves=MEASURE,
        )
    if part.in_frame:
        yield Finding(
            severity=Severity.CAUTION,
            code="skip-keeps-frame",
            message=(
                f"Exon {part.exon} holds whole codons: skipped, it leaves a shorter protein in "
                "frame, which may work."
            ),
            resolves=MEASURE,
        )
    if part.weak:
        yield note("gc-donor")
    if part.approach.startswith("splice"):
        yield Finding(
            severity=Severity.INFO,
            code="splicing-not-predicted",
            message=(
                "What is spliced instead (exon skipped, intron kept, a site nearby used) is not "
                "predicted."
            ),
            resolves="Sequence the transcript in edited cells.",
        )
    left = f" By codons that is at most {part.remnant_percent or 0:.0f} %."
    yield _with(note("restart"), left)


def _own(design: EditDesign, genome: PatientGenome | None) -> Iterator[Finding]:
    """The patient's own calls under guide and PAM, on either allele: both are to be disrupted."""
    if genome is None or not genome.covers(design.contig):
        yield Finding(
            severity=Severity.INFO,
            code="patient-sequence-not-given",
            message=(
                "The guide is made on the reference: what the patient carries there is not known."
            ),
            resolves="Name a VCF of the patient that covers the gene in the case's files.",
        )
        return
    start = min(design.protospacer_start, design.pam_start)
    end = max(design.protospacer_end, design.pam_end)
    for call in genome.records(design.contig, start, end):
        if not call.variant.ref and call.variant.start in (start, end):
            continue
        every = call.zygosity in ("homozygous", "hemizygous")
        yield Finding(
            severity=Severity.SERIOUS,
            code="patient-variant-under-guide",
            message=(
                f"The patient carries {call.variant} under guide or PAM, "
                f"{'on every allele' if every else 'on one allele'}: the guide fits the reference "
                f"and {'no' if every else 'not that'} allele of the patient."
            ),
            resolves="Choose a guide without it.",
        )


def joined_finding(found: Sequence[Rearrangement]) -> Finding:
    """The list of what several cuts in one cell may join, all of it."""
    named = "; ".join(
        f"{row.kind} of {row.first} and {row.second}"
        + (f" ({row.size:,} bp)" if row.size is not None else "")
        for row in found
    )
    return note("rearrangements", kinds=counted(found), named=named)


def _with(finding: Finding, more: str) -> Finding:
    """A note of the table with what is said of this very design."""
    return finding.model_copy(update={"message": finding.message + more})
