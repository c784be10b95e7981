"""How active the guide of a cut is likely to be at its target."""

from __future__ import annotations

import math

import numpy as np

from ipse.core.errors import NotInReference
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.core.proposal import Preference
from ipse.core.sequence import reverse_complement
from ipse.genome.efficiency import Scorer, open_scorer
from ipse.modalities.editing.locus import drawn
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.off_targets import pam_of
from ipse.modalities.protocol import Context

MEASURED_WITH = "SpCas9"
"""Nuclease of the screens the scores were trained on."""


def activity(design: EditDesign, context: Context) -> Preference:
    """Predicted efficiency of the guide, on the allele it is made for.

    Not known for what the screens did not measure: another enzyme, a PAM other than NGG, a base
    editor or a nick, or a context that is not held.
    """
    scorer = open_scorer()
    why = _refusal(design, scorer)
    if why:
        return _unknown(why)
    try:
        letters = _context(design, context, scorer)
    except NotInReference:
        return _unknown("sequence around the target is missing")
    found = scorer.score(np.frombuffer(letters.encode(), np.uint8)[None, :])
    value = float(found.value[0])
    if math.isnan(value):
        return _unknown("the PAM is not NGG, or letters around the target are not known")
    low, high = float(found.low[0]), float(found.high[0])
    words = f"expected rank {value:.2f} ({low:.2f}-{high:.2f}) of 0-1, by {scorer.name}"
    return Preference(name="efficiency", value=value, words=words)


def about() -> Finding:
    """What the prediction rests on, once in a plan."""
    scorer = open_scorer()
    return Finding(
        severity=Severity.INFO,
        code="efficiency-predicted",
        message=(
            "Guides of SpCas9 cuts have a predicted efficiency: the expected rank among the guides "
            "of a screen, with the range that held 80 % of guides left out of the training. It is "
            "a weak prediction and ranks last."
        ),
        resolves="Test several guides in the patient's cells.",
        evidence=tuple(
            Evidence(source=source, reason="screens the efficiency score was trained on")
            for source in scorer.source
        ),
    )


def _unknown(why: str) -> Preference:
    return Preference(name="efficiency", value=None, words=f"not known: {why}")


def _refusal(design: EditDesign, scorer: Scorer) -> str:
    if design.action != "cuts" or design.editor != MEASURED_WITH:
        return f"it is measured for cuts by {MEASURED_WITH}"
    pattern = design.alternatives[0].pam_pattern
    return scorer.refusal(pam_of(pattern, design.pam_side), len(design.spacer))


def _context(design: EditDesign, context: Context, scorer: Scorer) -> str:
    """Letters around the protospacer on its strand, N where none are held."""
    flank = scorer.before + len(design.spacer) + scorer.after
    places = drawn(design, context, flank)
    text = places.allele.sequence
    start, end = places.guide
    if places.strand == "-":
        text = reverse_complement(text)
        start, end = len(text) - end, len(text) - start
    left, right = start - scorer.before, end + scorer.after
    return "N" * max(0, -left) + text[max(0, left) : right] + "N" * max(0, right - len(text))
