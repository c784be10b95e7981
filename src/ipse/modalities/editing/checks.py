"""What a design is judged by: its criteria, the restoration it gives, and what decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipse.core.evidence import Evidence, Level
from ipse.core.finding import Finding, Severity
from ipse.core.logic import (
    Criterion,
    DecidingSet,
    Truth,
    Verdict,
    conjunction,
    deciding_sets,
)
from ipse.core.proposal import Restoration
from ipse.modalities.editing.catalogue import Precedent, Tolerated
from ipse.modalities.editing.model import EditDesign, Effect, severity
from ipse.modalities.editing.off_target_report import LOCI_ONLY
from ipse.patient.variants import Variant

CAUSE = "the variant causes the disease in this case"
SEQUENCE = "the reference has the bases the variant says it replaces"
PLACED = "an editor with a matching PAM has the target in its window"
CUT = "a nuclease cuts near enough to the change"
RESTORES = "the intended edit gives a working allele"
WILD_TYPE = "the intended edit gives the wild-type protein"
APPROVED = "a product approved for this very edit is known"


def criteria_of(
    design: EditDesign, variant: Variant, tolerated: Tolerated | None, rules: Sequence[str]
) -> tuple[Criterion, ...]:
    """Criteria of a design; the weights are those of :class:`ipse.core.logic.Criterion`.

    Parameters
    ----------
    tolerated
        Row the intended residue rests on, if it is not the wild type.
    rules
        Sources of the distance bound, for a template edit.
    """
    best = design.alternatives[0]
    if design.template is not None:
        where = Criterion(
            name=CUT,
            value=Truth.TRUE,
            detail=(
                f"{design.editor} cuts with {design.template.cut_to_edit} unchanged bases between "
                f"cut and change; PAM {design.pam}"
            ),
            source=tuple(dict.fromkeys((*best.source, *rules))),
        )
    else:
        window = best.target_window or (0, 0)
        where = Criterion(
            name=PLACED,
            value=Truth.TRUE,
            detail=(
                f"{design.editor}: {design.target.label}, window {window[0]}-{window[1]} "
                f"({best.target_basis}), PAM {design.pam} is {best.pam_pattern}"
            ),
            source=best.source,
        )
    wild_type = design.intended in ("wild_type", "wild_type_protein")
    return (
        _cause(variant),
        Criterion(name=SEQUENCE, value=Truth.TRUE, detail=f"{variant.vcf} agrees"),
        where,
        Criterion(
            name=RESTORES,
            value=Truth.TRUE,
            detail=design.intended_note,
            source=tolerated.source if tolerated else (),
        ),
        Criterion(
            name=WILD_TYPE,
            value=Truth.of(wild_type),
            weight="limits",
            detail=design.intended_note,
            source=tolerated.source if tolerated else (),
        ),
        Criterion(
            name=APPROVED,
            value=Truth.FALSE,
            weight="limits",
            detail="none in the shipped tables: use would be investigational",
        ),
    )


def _cause(variant: Variant) -> Criterion:
    stated = ", ".join(
        text
        for text in (
            f"interpretation {variant.status}" if variant.status else "",
            f"ACMG {variant.acmg}" if variant.acmg else "",
        )
        if text
    )
    return Criterion(
        name=CAUSE,
        value=Truth.TRUE if variant.pathogenic else Truth.UNKNOWN,
        detail=f"{variant.id}: {stated or 'neither interpretation nor ACMG class is stated'}",
        needs="" if variant.pathogenic else "interpretation of the variant (ACMG class or status)",
    )


def deciding(criteria: Iterable[Criterion]) -> tuple[DecidingSet, ...]:
    """Smallest sets of data that would decide the required criteria; empty if they are decided."""
    required = {item.name: item.value for item in criteria if item.weight == "required"}
    return tuple(deciding_sets(conjunction(required), required))


def restoration(design: EditDesign) -> Restoration:
    """What the patient's allele becomes when the editor is as active as its target window says.

    Over all outcomes whose bystanders lie in the target window: ``wild_type`` if there are no
    such bystanders (``tolerated`` where the intended residue is a tolerated one), ``benign`` if
    all they do is synonymous, ``unknown`` if one changes protein, splicing or non-coding bases:
    then treated cells hold a mixture nobody has tested. Bystanders in the outer window only are
    left to the findings.
    """
    inside = {item.id for item in design.bystanders if item.in_target_window}
    worst: Effect = design.intended
    for outcome in design.outcomes:
        if inside.issuperset(outcome.bystander_ids) and severity(outcome.effect) > severity(worst):
            worst = outcome.effect
    if severity(worst) > severity("synonymous_bystander"):
        return "unknown"
    if design.intended == "tolerated_residue":
        return "tolerated"
    return "benign" if worst == "synonymous_bystander" else "wild_type"


def evidence_of(
    design: EditDesign, precedents: Iterable[Precedent], tolerated: Tolerated | None
) -> tuple[Evidence, ...]:
    """What a design rests on: its editor, its windows, and who made the same edit before."""
    best = design.alternatives[0]
    found = [
        Evidence(source=source, reason=f"{design.editor}: PAM and activity window")
        for source in best.source
    ]
    if design.windows is not None:
        window = design.windows.bystander
        found += [
            Evidence(source=source, reason=f"{design.editor}: bystander window ({window.basis})")
            for source in window.source
        ]
    if design.template is not None:
        found += [
            Evidence(source=source, reason="distance of the cut and arms of the template")
            for source in design.template.source
        ]
    if tolerated is not None:
        found += [
            Evidence(
                source=source, reason=f"{tolerated.name}: {tolerated.known}", level=tolerated.level
            )
            for source in tolerated.source
        ]
    for row in precedents:
        same = (row.spacer, row.editor) == (design.spacer, design.editor)
        how = "this spacer and editor" if same else "the same edit with another spacer or editor"
        found += [
            Evidence(
                source=source,
                reason=f"{how}: {row.outcome}",
                level=row.level if same else Level.ANALOGY,
            )
            for source in row.source
        ]
    return tuple(dict.fromkeys(found))


def reason_of(
    verdict: Verdict,
    criteria: Sequence[Criterion],
    findings: Sequence[Finding],
    precedent: Level | None,
) -> str:
    """The one thing that decides a verdict, in one line."""
    blocking = [item for item in findings if item.severity is Severity.BLOCKING]
    if blocking:
        return blocking[0].message
    required = [item for item in criteria if item.weight == "required"]
    for value in (Truth.FALSE, Truth.UNKNOWN):
        missing = [item for item in required if item.value is value]
        if missing:
            word = "not so" if value is Truth.FALSE else "not known"
            return f"{word}: {missing[0].name} ({missing[0].needs or missing[0].detail})"
    if precedent in (Level.HUMAN, Level.ANIMAL, Level.CELL):
        where = {Level.HUMAN: "a person", Level.ANIMAL: "animals", Level.CELL: "cells"}[precedent]
        return f"this very edit was made in {where}; no approved product makes it"
    design_findings = [
        item for item in findings if item.severity is Severity.SERIOUS and item.code != LOCI_ONLY
    ]
    if design_findings:
        return design_findings[0].message
    limits = [item for item in criteria if item.weight == "limits" and item.value is not Truth.TRUE]
    if limits and limits[0].name == WILD_TYPE:
        return f"functional, not wild type: {limits[0].detail}"
    return "investigational: no approved product makes this edit"
