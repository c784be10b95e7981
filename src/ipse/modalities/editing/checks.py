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
from ipse.modalities.editing.model import (
    HARMFUL,
    Bystander,
    EditDesign,
    Effect,
    Template,
    severity,
)
from ipse.modalities.editing.off_target_report import LOCI_ONLY
from ipse.patient.model import Case
from ipse.patient.variants import Variant

CAUSE = "the variant causes the disease in this case"
SEQUENCE = "the reference has the bases the variant says it replaces"
PLACED = "an editor with a matching PAM has the target in its window"
CUT = "a nuclease cuts near enough to the change"
RESTORES = "the intended edit gives a working allele"
CARRIES = "the patient carries the variant"
TREATABLE = "the case states neither a death nor a patient before birth"
WILD_TYPE = "the intended edit gives the wild-type protein"
APPROVED = "a product approved for this very edit is known"


SAID_IN_SHORT = frozenset(
    {
        LOCI_ONLY, "bystander-in-target-window", "cut-by-products", "normal-allele-cut",
    }
)  # fmt: skip
"""Serious findings that most designs have, or that :func:`in_short` says in fewer words."""


def criteria_of(
    design: EditDesign,
    variant: Variant,
    tolerated: Tolerated | None,
    rules: Sequence[str],
    case: Case,
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
        _treatable(case),
        _carries(variant),
        _cause(variant),
        Criterion(name=SEQUENCE, value=Truth.TRUE, detail=f"{variant.vcf} agrees"),
        where,
        _restores(design, tolerated),
        Criterion(
            name=WILD_TYPE,
            value=Truth.of(wild_type and not design.stays_in_cis),
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


def _treatable(case: Case) -> Criterion:
    """A person who has died or is not born is not treated; silence on either is not held so."""
    words = {
        "death": ("the person has died", "no death is stated"),
        "birth": ("the last encounter was before birth", "no encounter before birth is stated"),
    }
    dead, unborn = case.alive is Truth.FALSE, case.born is Truth.FALSE
    detail = "; ".join((words["death"][not dead], words["birth"][not unborn]))
    if dead or unborn:
        return Criterion(name=TREATABLE, value=Truth.FALSE, detail=detail)
    if case.born is Truth.UNKNOWN and case.subject.last_encounter.before_birth:
        return Criterion(
            name=TREATABLE,
            value=Truth.UNKNOWN,
            detail="the last encounter was before birth, and a date of birth is stated",
            needs="the age at an encounter after birth, or the date the plan speaks for (--as-of)",
        )
    return Criterion(name=TREATABLE, value=Truth.TRUE, detail=detail)


def _carries(variant: Variant) -> Criterion:
    """What the patient's own calls say of the variant; no call is not the reference."""
    needs = "the reads at the place, or another test of the variant"
    value, detail, needs = {
        "": (Truth.TRUE, "stated by the case; no VCF of the patient speaks of the place", ""),
        "variant": (Truth.TRUE, "stated by the case and called in the patient's VCF", ""),
        "reference": (
            Truth.FALSE,
            "stated by the case, but the patient's VCF calls the reference there",
            "",
        ),
        "no_call": (Truth.UNKNOWN, "the patient's VCF has no call there", needs),
        "absent": (Truth.UNKNOWN, "the patient's VCF has no record of it", needs),
    }[variant.call]
    return Criterion(name=CARRIES, value=value, detail=f"{variant.id}: {detail}", needs=needs)


def _restores(design: EditDesign, tolerated: Tolerated | None) -> Criterion:
    """Whether the edited allele works: not while another pathogenic variant stays on it."""
    source = tolerated.source if tolerated else ()
    if design.stays_in_cis:
        names = " and ".join(design.stays_in_cis)
        return Criterion(
            name=RESTORES,
            value=Truth.FALSE,
            detail=f"{names} on the same allele is left there",
            source=source,
        )
    if design.may_be_in_cis:
        names = " and ".join(design.may_be_in_cis)
        return Criterion(
            name=RESTORES,
            value=Truth.UNKNOWN,
            detail=f"{design.intended_note}, but {names} may be on the same allele and would stay",
            needs=f"the phase of {names}: parents' genotypes, long reads or a phased VCF",
            source=source,
        )
    more = ""
    if design.on_one_allele:
        names = " and ".join(design.on_one_allele)
        more = f"; of the two alleles, only the one without {names}"
    return Criterion(
        name=RESTORES, value=Truth.TRUE, detail=f"{design.intended_note}{more}", source=source
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
    """What the patient's allele becomes; docs/plan.md defines each value.

    ``none`` if another pathogenic variant stays on the edited allele, ``unknown`` if one may.

    A base edit is judged as active as its target window says, over all outcomes whose bystanders
    lie there: ``wild_type`` if there are no such bystanders (``tolerated`` where the intended
    residue is a tolerated one), ``benign`` if all they do is synonymous, ``unknown`` if one changes
    protein, splicing or non-coding bases: then treated cells hold a mixture nobody has tested.
    Bystanders in the outer window only are left to the findings.

    A cut leaves such a mixture too, of repaired alleles and of insertions and deletions that are
    not predicted: ``unknown``, unless the same guide and nuclease were used for this repair.
    """
    if design.stays_in_cis:
        return "none"
    if design.may_be_in_cis or design.on_one_allele:
        return "unknown"
    if design.template is not None and not design.alternatives[0].precedent_spacer:
        return "unknown"
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
    design: EditDesign,
    verdict: Verdict,
    criteria: Sequence[Criterion],
    findings: Sequence[Finding],
) -> str:
    """The one thing that decides a verdict, in one line; it tells like designs apart."""
    blocking = [item for item in findings if item.severity is Severity.BLOCKING]
    if blocking:
        return blocking[0].message
    required = [item for item in criteria if item.weight == "required"]
    for value in (Truth.FALSE, Truth.UNKNOWN):
        missing = [item for item in required if item.value is value]
        if missing:
            word = "not so" if value is Truth.FALSE else "not known"
            return f"{word}: {missing[0].name} ({missing[0].needs or missing[0].detail})"
    about_case = [
        item
        for item in findings
        if item.severity is Severity.SERIOUS and item.code not in SAID_IN_SHORT
    ]
    if about_case:
        return about_case[0].message
    level = design.alternatives[0].precedent
    if level in (Level.HUMAN, Level.ANIMAL, Level.CELL):
        where = {Level.HUMAN: "a person", Level.ANIMAL: "animals", Level.CELL: "cells"}[level]
        return f"this very edit was made in {where}; {in_short(design)}"
    if design.intended == "tolerated_residue":
        return f"functional, not wild type; {in_short(design)}"
    return in_short(design)


def in_short(design: EditDesign) -> str:
    """What sets a design apart from others of its strategy, in a few words."""
    if design.template is not None:
        return _cut_in_short(design, design.template)
    for inside, place in ((True, ""), (False, ", outside the target window,")):
        there = [item for item in design.bystanders if item.in_target_window is inside]
        if harm := [item for item in there if item.effect in HARMFUL]:
            return f"{_ids(harm)} beside the target{place} {_plural(harm, 'change')} {_what(harm)}"
        if inside and there:
            quiet = all(item.effect == "synonymous_bystander" for item in there)
            rest = "synonymous" if quiet else "of an effect that is not predicted"
            return f"{_ids(there)} beside the target {_plural(there, 'is', 'are')} {rest}"
    if design.bystanders:
        return f"no other base in the target window; {_ids(design.bystanders)} outside it"
    return "no other base in the editor's windows"


def _cut_in_short(design: EditDesign, template: Template) -> str:
    after = {
        "pam_destroyed": "the repaired allele is not cut again",
        "seed_mismatch": "the repaired allele differs in the seed",
        "distal_mismatch": "the repaired allele stays cuttable, with a mismatch far from the PAM",
        "intact": "the repaired allele stays cuttable",
    }[template.recut]
    place = f"{template.cut_to_edit} bp from" if template.cut_to_edit else "at"
    return f"cut {place} the variant ({design.strand} strand); {after}"


def _ids(bystanders: Sequence[Bystander]) -> str:
    """Their ids; beyond three, how many more."""
    shown = ", ".join(item.id for item in bystanders[:3])
    return shown + (f" and {len(bystanders) - 3} more" if len(bystanders) > 3 else "")


def _what(bystanders: Sequence[Bystander]) -> str:
    names = [item.hgvs_p if item.hgvs_p not in ("", "p.=") else item.hgvs_c for item in bystanders]
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def _plural(items: Sequence[object], one: str, many: str = "") -> str:
    if len(items) == 1:
        return one if many else f"{one}s"
    return many or one
