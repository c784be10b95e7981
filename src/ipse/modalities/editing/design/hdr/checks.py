"""What a cut with a template is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipse.core.evidence import Evidence
from ipse.core.logic import Criterion, Truth
from ipse.core.proposal import Restoration
from ipse.modalities.editing.catalogue import Precedent
from ipse.modalities.editing.checks import precedent_evidence
from ipse.modalities.editing.model import EditDesign

CUT = "a nuclease cuts near enough to the change"


def placed(design: EditDesign, rules: Sequence[str]) -> Criterion:
    """That the cut is near enough.

    Parameters
    ----------
    rules
        Sources of the distance bound.
    """
    best, template = design.alternatives[0], design.template
    assert template is not None
    return Criterion(
        name=CUT,
        value=Truth.TRUE,
        detail=(
            f"{design.editor} cuts with {template.cut_to_edit} unchanged bases between cut and "
            f"change; PAM {design.pam}"
        ),
        source=tuple(dict.fromkeys((*best.source, *rules))),
    )


def restoration(design: EditDesign) -> Restoration:
    """What the patient's allele becomes; docs/plan.md defines each value.

    A cut leaves a mixture of repaired alleles and of insertions and deletions that are not
    predicted: ``unknown``, unless the same guide and nuclease were used for this repair.
    """
    if design.stays_in_cis:
        return "none"
    if design.may_be_in_cis or design.on_one_allele:
        return "unknown"
    return "wild_type" if design.alternatives[0].precedent_spacer else "unknown"


def in_short(design: EditDesign) -> str:
    """What sets a design apart from others of its strategy, in a few words."""
    template, parts = design.template, design.hdr
    assert template is not None and parts is not None
    if parts.protected:
        by = f" by {len(parts.blocking)} silent change(s)" if parts.blocking else ""
        after = f"the repaired allele is kept from a second cut{by}"
    else:
        after = {
            "pam_destroyed": "the repaired allele is not cut again",
            "seed_mismatch": "the repaired allele differs in the seed, by too little",
            "distal_mismatch": "the repaired allele stays cuttable, with a mismatch far from the "
            "PAM",
            "intact": "the repaired allele stays cuttable",
        }[template.recut]
    place = f"{template.cut_to_edit} bp from" if template.cut_to_edit else "at"
    return f"cut {place} the variant ({design.strand} strand); {after}"


def evidence_of(design: EditDesign, precedents: Iterable[Precedent]) -> tuple[Evidence, ...]:
    """What a design rests on: its nuclease, its template, and who made the same edit before."""
    found = [
        Evidence(source=source, reason=f"{design.editor}: PAM and cut")
        for source in design.alternatives[0].source
    ]
    if design.template is not None:
        found += [
            Evidence(source=source, reason="distance of the cut and arms of the template")
            for source in design.template.source
        ]
    if design.hdr is not None and design.hdr.donor is not None:
        found += [
            Evidence(source=source, reason="arms and packaged length of the viral donor")
            for source in design.hdr.donor.source
        ]
    return tuple(dict.fromkeys([*found, *precedent_evidence(design, precedents)]))
