"""What tells edits apart that are equal in verdict, evidence and findings."""

from __future__ import annotations

from ipse.core.off_targets import OffTargets
from ipse.core.proposal import Preference
from ipse.modalities.editing.activity import activity
from ipse.modalities.editing.delivery import UNKNOWN, UNREACHED
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.order.of_design import reach
from ipse.modalities.protocol import Context


def preferences(
    design: EditDesign, off_targets: OffTargets | None, context: Context
) -> tuple[Preference, ...]:
    """Specificity, delivery and predicted efficiency of an edit, each None where not known."""
    return (_specificity(off_targets), _delivery(design), activity(design, context))


def _specificity(told: OffTargets | None) -> Preference:
    """Aggregate specificity after CRISPOR with the CFD score; larger is better."""
    if told is None:
        return Preference(name="specificity", value=None, words="not known: not searched")
    whose = "the patient's genome" if told.patient else told.reference
    value = told.specificity_cfd
    if value is None:
        why = "the score does not apply" if told.whole_genome else "no whole genome was searched"
        words = f"not known: {why}"
    else:
        words = f"CFD specificity {value:.3g} of 100 in {whose}"
    return Preference(name="specificity", value=value, words=words)


def _delivery(design: EditDesign) -> Preference:
    """How far a vehicle that holds the editor was shown in the tissue to be edited."""
    found = reach(design)
    known = found.rank != UNKNOWN
    value = float(UNREACHED - found.rank) if known else None
    return Preference(name="delivery", value=value, words=found.reason)
