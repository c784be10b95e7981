"""Base editing as a family of strategies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ipse.construct.genbank import Feature
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding
from ipse.core.logic import Criterion
from ipse.core.proposal import Restoration
from ipse.core.sections import Block, Mark, Track
from ipse.core.sequence import on_strand
from ipse.modalities.editing import checks
from ipse.modalities.editing.catalogue import Precedent, Tolerated, base_editors, tolerated_residues
from ipse.modalities.editing.design.base import attempts, report
from ipse.modalities.editing.design.base.checks import evidence_of, in_short, placed, restoration
from ipse.modalities.editing.design.base.findings import design_findings
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Site
from ipse.modalities.editing.design.subject import same_edit
from ipse.modalities.editing.findings import patient_findings
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.protocol import Context
from ipse.patient.model import Case


class BaseEditing(Family):
    """Undo a substitution, or reach another codon or residue that works."""

    strategies: ClassVar[tuple[Strategy, ...]] = ("base-edit-correct", "base-edit-tolerated")
    too_large = "base editors and short templates change single bases or short indels"

    def of_variant(self, site: Site) -> Iterator[Attempt]:
        """Every spacer of every editor that reaches the base."""
        editors = base_editors()
        yield attempts.correct(site.subject, editors)
        rows = [row for row in tolerated_residues() if row.gene == site.variant.gene]
        yield attempts.tolerate(
            site.subject, site.context.reference, site.transcript, editors, rows
        )

    def title(self, draft: Draft) -> str:
        """E.g. ``Correct CPS1 c.1003C>T: NGC-ABE8e(V106W), A8>G, TGATTC...``."""
        design, tolerated = draft.design, _tolerated(draft)
        name = checks.short_name(draft)
        if tolerated is not None:
            what = f"Turn {name} into {tolerated.name}"
        elif design.intended == "wild_type":
            what = f"Correct {name}"
        else:
            what = f"Restore the residue of {name} by another codon"
        return f"{what}: {design.editor}, {design.target.label}, {design.spacer}"

    def criteria(self, draft: Draft, case: Case) -> tuple[Criterion, ...]:
        """The person and the variant, the editor's window, and what the edit gives."""
        assert draft.site is not None
        return (
            *checks.of_variant(draft.site.variant, case),
            placed(draft.design),
            *checks.of_repair(draft.design, _tolerated(draft)),
        )

    def restoration(self, design: EditDesign) -> Restoration:
        """What the allele becomes as far as the target window says."""
        return restoration(design)

    def in_short(self, design: EditDesign) -> str:
        """Its bystanders."""
        return in_short(design)

    def findings(self, draft: Draft, context: Context) -> Iterator[Finding]:
        """Precedents, bystanders, windows, and the patient's alleles."""
        yield from design_findings(draft.design, _before(draft), _tolerated(draft))
        yield from patient_findings(draft, context)

    def evidence(self, draft: Draft) -> tuple[Evidence, ...]:
        """Editor, windows, tolerated residue, precedents."""
        return evidence_of(draft.design, _before(draft), _tolerated(draft))

    def blocks(self, design: EditDesign, context: Context) -> list[Block]:
        """Outcomes, bystanders, editors."""
        return report.blocks(design)

    def features(self, design: EditDesign, places: Drawn) -> Iterable[Feature]:
        """Windows, the target base and its bystanders."""
        return report.features(design, places)

    def tracks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Track]:
        """Target window and bystander window."""
        return report.tracks(design, places, shift)

    def marks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Mark]:
        """The target base and its bystanders."""
        return report.marks(design, places, shift)


def _tolerated(draft: Draft) -> Tolerated | None:
    target = draft.design.target
    after = on_strand(target.base_after, draft.design.strand)
    return draft.tried.tolerated.get((target.genomic_position, after))


def _before(draft: Draft) -> list[Precedent]:
    assert draft.site is not None
    result = draft.design.alternatives[0].result_p
    return same_edit(draft.site.subject.precedents, "base_edit", result, draft.design.intended)
