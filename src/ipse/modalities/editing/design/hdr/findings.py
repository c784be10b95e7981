"""What speaks for and against a cut with a template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.modalities.editing.catalogue import Precedent, note, repair_rules
from ipse.modalities.editing.findings import precedent_findings, spacer_findings
from ipse.modalities.editing.model import EditDesign


def design_findings(design: EditDesign, precedents: Sequence[Precedent]) -> Iterator[Finding]:
    """Findings that follow from the design alone."""
    yield from precedent_findings(design, precedents)
    yield from spacer_findings(design)
    yield note("template-needs-division")
    yield note("cut-by-products")
    yield note("cut-p53")
    yield _recut(design)
    yield from _distance(design)


def _recut(design: EditDesign) -> Finding:
    template = design.template
    assert template is not None
    if template.recut == "intact":
        return note("corrected-allele-recut")
    words = {
        "pam_destroyed": "the correction breaks the PAM",
        "seed_mismatch": (
            f"the correction leaves {template.recut_mismatches} mismatch(es), in the seed"
        ),
        "distal_mismatch": (
            f"the correction leaves {template.recut_mismatches} mismatch(es), far from the PAM"
        ),
    }[template.recut]
    weak = template.recut == "distal_mismatch"
    return Finding(
        severity=Severity.CAUTION if weak else Severity.INFO,
        code="corrected-allele-weakly-protected" if weak else "corrected-allele-protected",
        message=f"Against a second cut of the corrected allele: {words}.",
        resolves="Add a silent change that breaks the PAM to the template." if weak else "",
    )


def _distance(design: EditDesign) -> Iterator[Finding]:
    template, rules = design.template, repair_rules()
    assert template is not None
    if template.cut_to_edit <= rules.preferred_cut_distance:
        return
    yield Finding(
        severity=Severity.CAUTION,
        code="cut-far-from-change",
        message=(
            f"{template.cut_to_edit} unchanged bases lie between cut and change, and "
            f"{template.homology_beyond_edit} bases of the template beyond it: a change is taken "
            "up less often the farther it lies from the cut."
        ),
        resolves=f"Prefer a cut within {rules.preferred_cut_distance} bp, or test it in cells.",
        evidence=tuple(
            Evidence(source=source, reason="uptake of a change by its distance from the cut")
            for source in rules.distance_source
        ),
    )
