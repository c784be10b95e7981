"""Repair of a cut from a template as a family of strategies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from ipse.construct.genbank import Feature
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding
from ipse.core.logic import Criterion
from ipse.core.proposal import Restoration
from ipse.core.sections import Block, Mark, Track
from ipse.modalities.editing import checks
from ipse.modalities.editing.catalogue import (
    Nuclease,
    Precedent,
    RepairRules,
    nucleases,
    repair_rules,
)
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Refusal, Site, Tried
from ipse.modalities.editing.design.hdr import report
from ipse.modalities.editing.design.hdr.checks import evidence_of, in_short, placed, restoration
from ipse.modalities.editing.design.hdr.designs import hdr_designs
from ipse.modalities.editing.design.hdr.findings import design_findings
from ipse.modalities.editing.design.subject import Subject, same_edit
from ipse.modalities.editing.findings import patient_findings
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.protocol import Context
from ipse.patient.model import Case

SPCAS9 = "SpCas9"
"""Nuclease of the template strategy: the one whose arms and distances are cited."""


class TemplateRepair(Family):
    """Cut beside the variant and repair the cut from a template."""

    strategies: ClassVar[tuple[Strategy, ...]] = ("hdr-correct",)
    too_large = "base editors and short templates change single bases or short indels"

    def of_variant(self, site: Site) -> Iterator[Attempt]:
        """Every cut within reach, with its template."""
        yield _template(site.subject, nucleases(), repair_rules())

    def title(self, draft: Draft) -> str:
        """E.g. ``Correct CPS1 c.1003C>T: SpCas9 cut and template, TTCATT...``."""
        design = draft.design
        name = checks.short_name(draft)
        return f"Correct {name}: {design.editor} cut and template, {design.spacer}"

    def criteria(self, draft: Draft, case: Case) -> tuple[Criterion, ...]:
        """The person and the variant, the place of the cut, and what the repair gives."""
        assert draft.site is not None
        return (
            *checks.of_variant(draft.site.variant, case),
            placed(draft.design, repair_rules().distance_source),
            *checks.of_repair(draft.design),
        )

    def restoration(self, design: EditDesign) -> Restoration:
        """What the allele becomes; unknown without a precedent of this very cut."""
        return restoration(design)

    def in_short(self, design: EditDesign) -> str:
        """The place of the cut, and whether the repaired allele is cut again."""
        return in_short(design)

    def findings(self, draft: Draft, context: Context) -> Iterator[Finding]:
        """Precedents, by-products of a cut, a second cut, and the patient's alleles."""
        yield from design_findings(draft.design, _before(draft))
        yield from patient_findings(draft, context)

    def evidence(self, draft: Draft) -> tuple[Evidence, ...]:
        """Nuclease, distances and arms, precedents."""
        return evidence_of(draft.design, _before(draft))

    def blocks(self, design: EditDesign, context: Context) -> list[Block]:
        """Outcome, template, nucleases."""
        return report.blocks(design)

    def features(self, design: EditDesign, places: Drawn) -> Iterable[Feature]:
        """The cut and the stretch the template spans."""
        return report.features(design, places)

    def tracks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Track]:
        """The stretch the template spans."""
        return report.tracks(design, places, shift)

    def marks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Mark]:
        """The cut."""
        return report.marks(design, places, shift)


def _template(subject: Subject, known: Sequence[Nuclease], rules: RepairRules) -> Tried:
    strategy: Strategy = "hdr-correct"
    (nuclease,) = (item for item in known if item.name == SPCAS9)
    designs, left_out = hdr_designs(subject, nuclease, known, rules)
    remark = f"{left_out} further cut(s) in reach, but the change does not fit between the arms"
    if designs:
        return Tried(strategy, tuple(designs), left_out=remark if left_out else "")
    if left_out:
        reason = f"{remark} of a single-stranded template"
        return Tried(strategy, (), Refusal("change-too-long", reason))
    reason = (
        f"no {SPCAS9} site ({nuclease.pam}) cuts within {rules.max_cut_distance} bp of the change"
    )
    return Tried(strategy, (), Refusal("no-cut-in-reach", reason))


def _before(draft: Draft) -> list[Precedent]:
    assert draft.site is not None
    result = draft.design.alternatives[0].result_p
    return same_edit(draft.site.subject.precedents, "hdr", result, draft.design.intended)
