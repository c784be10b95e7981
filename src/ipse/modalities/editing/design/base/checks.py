"""What a base edit is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipse.core.evidence import Evidence
from ipse.core.logic import Criterion, Truth
from ipse.core.proposal import Restoration
from ipse.modalities.editing.catalogue import Precedent, Tolerated
from ipse.modalities.editing.checks import listed, plural, precedent_evidence
from ipse.modalities.editing.model import HARMFUL, Bystander, EditDesign, Effect, severity

PLACED = "an editor with a matching PAM has the target in its window"


def placed(design: EditDesign) -> Criterion:
    """That the target lies in the window of an editor whose PAM is there."""
    best = design.alternatives[0]
    window = best.target_window or (0, 0)
    return Criterion(
        name=PLACED,
        value=Truth.TRUE,
        detail=(
            f"{design.editor}: {design.target.label}, window {window[0]}-{window[1]} "
            f"({best.target_basis}), PAM {design.pam} is {best.pam_pattern}"
        ),
        source=best.source,
    )


def restoration(design: EditDesign) -> Restoration:
    """What the patient's allele becomes; docs/plan.md defines each value.

    ``none`` if another pathogenic variant stays on the edited allele, ``unknown`` if one may.

    A base edit is judged as active as its target window says, over all outcomes whose bystanders
    lie there: ``wild_type`` if there are no such bystanders (``tolerated`` where the intended
    residue is a tolerated one), ``benign`` if all they do is synonymous, ``unknown`` if one changes
    protein, splicing or non-coding bases: then treated cells hold a mixture nobody has tested.
    Bystanders in the outer window only are left to the findings.
    """
    if design.stays_in_cis:
        return "none"
    if design.may_be_in_cis or design.on_one_allele:
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


def in_short(design: EditDesign) -> str:
    """What sets a design apart from others of its strategy, in a few words."""
    for inside, place in ((True, ""), (False, ", outside the target window,")):
        there = [item for item in design.bystanders if item.in_target_window is inside]
        if harm := [item for item in there if item.effect in HARMFUL]:
            return f"{_ids(harm)} beside the target{place} {plural(harm, 'change')} {_what(harm)}"
        if inside and there:
            quiet = all(item.effect == "synonymous_bystander" for item in there)
            rest = "synonymous" if quiet else "of an effect that is not predicted"
            return f"{_ids(there)} beside the target {plural(there, 'is', 'are')} {rest}"
    if design.bystanders:
        return f"no other base in the target window; {_ids(design.bystanders)} outside it"
    return "no other base in the editor's windows"


def _ids(bystanders: Sequence[Bystander]) -> str:
    return listed([item.id for item in bystanders])


def _what(bystanders: Sequence[Bystander]) -> str:
    names = [item.hgvs_p if item.hgvs_p not in ("", "p.=") else item.hgvs_c for item in bystanders]
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def evidence_of(
    design: EditDesign, precedents: Iterable[Precedent], tolerated: Tolerated | None
) -> tuple[Evidence, ...]:
    """What a design rests on: its editor, its windows, and who made the same edit before."""
    found = [
        Evidence(source=source, reason=f"{design.editor}: PAM and activity window")
        for source in design.alternatives[0].source
    ]
    if design.windows is not None:
        window = design.windows.bystander
        found += [
            Evidence(source=source, reason=f"{design.editor}: bystander window ({window.basis})")
            for source in window.source
        ]
    if tolerated is not None:
        found += [
            Evidence(
                source=source, reason=f"{tolerated.name}: {tolerated.known}", level=tolerated.level
            )
            for source in tolerated.source
        ]
    return tuple(dict.fromkeys([*found, *precedent_evidence(design, precedents)]))
