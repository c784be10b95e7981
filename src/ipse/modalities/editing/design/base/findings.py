"""What speaks for and against a base edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.modalities.editing.catalogue import Precedent, Tolerated, note
from ipse.modalities.editing.findings import precedent_findings, spacer_findings
from ipse.modalities.editing.model import EFFECT_WORDS, HARMFUL, Bystander, EditDesign

MEASURE = "Sequence the target in edited cells of the patient and count the alleles."


def design_findings(
    design: EditDesign, precedents: Sequence[Precedent], tolerated: Tolerated | None
) -> Iterator[Finding]:
    """Findings that follow from the design alone."""
    yield from precedent_findings(design, precedents)
    if design.intended == "wild_type_protein":
        yield Finding(
            severity=Severity.INFO,
            code="synonymous-codon",
            message=(
                f"The DNA stays different from the reference: {design.intended_note}. Splicing "
                "and translation of the new codon are not predicted."
            ),
            resolves="Check the transcript and the protein in edited cells.",
        )
    if tolerated is not None:
        yield Finding(
            severity=Severity.CAUTION,
            code="tolerated-residue",
            message=(
                f"The edit does not restore the wild type: {design.intended_note}. The claim "
                "that this residue is tolerated rests on the cited work."
            ),
            resolves="Test the function of the edited protein in the patient's cells.",
            evidence=tuple(
                Evidence(source=source, reason=tolerated.known, level=tolerated.level)
                for source in tolerated.source
            ),
        )
    yield from _bystanders(design)
    yield from _windows(design)
    yield from spacer_findings(design)
    kind = "cytosine" if design.target.base_before == "C" else "adenine"
    yield note(f"guide-independent-{kind}")


def _bystanders(design: EditDesign) -> Iterator[Finding]:
    groups: dict[tuple[bool, str], list[Bystander]] = {}
    for item in design.bystanders:
        if item.effect in HARMFUL:
            kind = "harmful"
        elif item.effect == "synonymous_bystander":
            kind = "synonymous"
        else:
            kind = "unknown"
        groups.setdefault((item.in_target_window, kind), []).append(item)
    choose = _narrower(design)
    for inside, severity in ((True, Severity.SERIOUS), (False, Severity.CAUTION)):
        place = "the target window" if inside else "the bystander window"
        if found := groups.get((inside, "harmful")):
            yield Finding(
                severity=severity,
                code="bystander-in-target-window" if inside else "bystander-in-outer-window",
                message=f"Editable beside the target in {place}: {_listed(found)}.",
                resolves=MEASURE + choose,
            )
        if found := groups.get((inside, "unknown")):
            yield Finding(
                severity=Severity.CAUTION,
                code="bystander-effect-not-predicted",
                message=(
                    f"Editable beside the target in {place}, outside the protein's code or near a "
                    f"splice site: {_listed(found)}; the effect is not predicted."
                ),
                resolves=MEASURE,
            )
        if found := groups.get((inside, "synonymous")):
            # with a precedent of this guide and editor they were there too
            known = design.alternatives[0].precedent_spacer
            yield Finding(
                severity=Severity.INFO if known else Severity.CAUTION,
                code="bystander-synonymous",
                message=(
                    f"Editable beside the target in {place}, synonymous: {_listed(found)}; what "
                    "they do to splicing is not predicted."
                ),
                resolves="Check the transcript in edited cells.",
            )
    alone = max((list(EFFECT_WORDS).index(item.effect) for item in design.bystanders), default=0)
    joint = max(list(EFFECT_WORDS).index(item.effect) for item in design.outcomes)
    if design.bystanders and joint > alone:
        worst = max(design.outcomes, key=lambda item: list(EFFECT_WORDS).index(item.effect))
        yield Finding(
            severity=Severity.CAUTION,
            code="bystanders-together",
            message=(
                f"Bystanders {', '.join(worst.bystander_ids)} together do more than each alone: "
                f"{worst.hgvs_p}."
            ),
            resolves=MEASURE,
        )


def _narrower(design: EditDesign) -> str:
    """Another editor whose published windows hold no harmful bystander; none beside a precedent."""
    if design.alternatives[0].precedent_spacer:
        return ""
    for row in design.alternatives[1:]:
        published = row.target_basis.startswith("published")
        published = published and row.bystander_basis.startswith("published")
        if published and row.harmful_bystanders == 0:
            return f" Or try {row.editor}, whose published windows hold no such base."
    return ""


def _listed(bystanders: Sequence[Bystander]) -> str:
    return ", ".join(
        f"{item.id} ({item.hgvs_p if item.hgvs_p not in ('', 'p.=') else item.hgvs_c})"
        for item in bystanders
    )


def _windows(design: EditDesign) -> Iterator[Finding]:
    if design.windows is None:
        return
    target, bystander = design.windows.target, design.windows.bystander
    if not target.basis.startswith("published"):
        yield Finding(
            severity=Severity.CAUTION,
            code="target-window-not-published",
            message=(
                f"The target window {target.first}-{target.last} of {design.editor} is "
                f"{target.basis}, not published for this editor."
            ),
            resolves="Measure editing by position with this editor.",
            evidence=tuple(
                Evidence(source=source, reason=f"target window: {target.basis}")
                for source in target.source
            ),
        )
    if not bystander.basis.startswith("published"):
        yield Finding(
            severity=Severity.CAUTION,
            code="bystander-window-assumed",
            message=(
                f"No outer activity of {design.editor} is published in the tables: bystanders are "
                f"counted over positions {bystander.first}-{bystander.last}, an assumption "
                f"({bystander.basis})."
            ),
            resolves="Measure editing by position with this editor.",
        )
