"""What speaks for and against a cut with a template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.modalities.editing.catalogue import Precedent, note, repair_rules
from ipse.modalities.editing.findings import precedent_findings, spacer_findings
from ipse.modalities.editing.model import EFFECT_WORDS, EditDesign


def design_findings(design: EditDesign, precedents: Sequence[Precedent]) -> Iterator[Finding]:
    """Findings that follow from the design alone."""
    yield from precedent_findings(design, precedents)
    yield from spacer_findings(design)
    yield note("template-needs-division")
    yield note("cut-by-products")
    yield note("cut-p53")
    yield from _recut(design)
    yield from _arms(design)
    yield from _distance(design)


def _recut(design: EditDesign) -> Iterator[Finding]:
    """What keeps the nuclease from cutting the repaired allele again."""
    template, parts = design.template, design.hdr
    assert template is not None and parts is not None
    several = "s" * (template.recut_mismatches != 1)
    what = "the correction" if not parts.blocking else "the template"
    words = {
        "pam_destroyed": f"{what} breaks the PAM",
        "seed_mismatch": f"{what} leaves {template.recut_mismatches} mismatch{'e' * bool(several)}"
        f"{several}, in the seed",
        "distal_mismatch": f"{what} leaves {template.recut_mismatches} "
        f"mismatch{'e' * bool(several)}{several}, far from the PAM",
        "intact": "",
    }[template.recut]
    if parts.blocking:
        names = ", ".join(f"{item.hgvs_c} ({item.kind})" for item in parts.blocking)
        words += f"; silent change{'s' * (len(parts.blocking) > 1)} in it: {names}"
    if parts.protected:
        yield Finding(
            severity=Severity.INFO,
            code="corrected-allele-protected",
            message=f"Against a second cut of the corrected allele: {words}.",
            evidence=tuple(
                Evidence(source=source, reason="silent changes against a second cut")
                for source in (repair_rules().blocking_source if parts.blocking else ())
            ),
        )
    elif template.recut == "intact":
        yield note("corrected-allele-recut")
    else:
        yield Finding(
            severity=Severity.CAUTION,
            code="corrected-allele-weakly-protected",
            message=(
                f"Against a second cut of the corrected allele: {words}; no silent change that "
                "protects it was found."
            ),
            resolves="Choose another guide, or measure second cuts in cells.",
        )
    if any("non-coding" in EFFECT_WORDS[item.effect] for item in design.outcomes):
        yield Finding(
            severity=Severity.CAUTION,
            code="silent-change-not-coding",
            message="A silent change lies outside the code: what it does there is not predicted.",
            resolves="Check the transcript in edited cells.",
        )
    if parts.still_cut_by:
        yield Finding(
            severity=Severity.INFO,
            code="other-nucleases-recut",
            message=(
                f"The repaired allele is safe from {design.editor}, but not from every nuclease "
                f"that can use this guide: {', '.join(parts.still_cut_by)} may cut it again."
            ),
        )


def _arms(design: EditDesign) -> Iterator[Finding]:
    """What the arms rest on, and what the donor has room for."""
    parts = design.hdr
    assert parts is not None
    if parts.overhang or design.pam_side == "5prime":
        yield Finding(
            severity=Severity.INFO,
            code="arms-of-another-nuclease",
            message=(
                f"{design.editor} cuts the two strands {parts.overhang} bases apart; the lengths "
                "of the arms and the choice of strand were published for SpCas9."
            ),
            resolves="Compare both strands in cells.",
        )
    if parts.donor is None:
        yield Finding(
            severity=Severity.INFO,
            code="no-viral-donor",
            message=f"No donor for an adeno-associated virus: {parts.donor_note}.",
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
