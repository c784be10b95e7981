"""Repair of a cut from a template as a family of strategies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from ipse.construct.genbank import Feature
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Criterion
from ipse.core.proposal import Artefact, Proposal, Restoration
from ipse.core.sections import Block, Mark, Track
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing import checks
from ipse.modalities.editing.catalogue import Precedent, all_nucleases, repair_rules
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Refusal, Site, Tried
from ipse.modalities.editing.design.hdr import files, report
from ipse.modalities.editing.design.hdr.blocking import Silence
from ipse.modalities.editing.design.hdr.checks import evidence_of, in_short, placed, restoration
from ipse.modalities.editing.design.hdr.designs import hdr_designs
from ipse.modalities.editing.design.hdr.files import CUT_SITES
from ipse.modalities.editing.design.hdr.findings import design_findings
from ipse.modalities.editing.design.hdr.repair import Reach
from ipse.modalities.editing.design.hdr.rules import donor_rules
from ipse.modalities.editing.design.subject import same_edit
from ipse.modalities.editing.findings import patient_findings
from ipse.modalities.editing.locus import Drawn, allele_of
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.editing.others import name_of
from ipse.modalities.editing.own import own_substitutions
from ipse.modalities.protocol import Context
from ipse.patient.model import Case


class TemplateRepair(Family):
    """Cut beside the variant and repair the cut from a template."""

    strategies: ClassVar[tuple[Strategy, ...]] = ("hdr-correct",)
    too_large = "base editors and short templates change single bases or short indels"

    def of_variant(self, site: Site) -> Iterator[Attempt]:
        """Every guide that cuts within reach, with its templates."""
        yield from _correct(site)

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

    def files(
        self,
        mine: Sequence[tuple[Proposal, EditDesign]],
        detailed: Sequence[tuple[Proposal, EditDesign]],
        folder: Path,
        context: Context,
    ) -> dict[str, list[Artefact]]:
        """All cuts in reach, all templates, and a GenBank file for each detailed donor."""
        return files.write(mine, detailed, folder, context)


def _correct(site: Site) -> Iterator[Attempt]:
    strategy: Strategy = "hdr-correct"
    subject, rules, donors = site.subject, repair_rules(), donor_rules()
    transcript = site.transcript
    silence = None
    if transcript is not None:
        silence = Silence(
            site.context.reference, transcript, rules.branch_point_farthest, rules.kozak
        )
    designs, reach = hdr_designs(
        subject, all_nucleases(), rules, donors, silence, _own(site, donors.longest)
    )
    if designs:
        yield Tried(strategy, tuple(designs))
        yield from _left_out(site, reach)
        return
    if reach.unfit:
        reason = (
            f"{len(reach.unfit)} guide(s) cut in reach, but the change does not fit between the "
            "arms of a single-stranded template"
        )
        yield Tried(strategy, (), Refusal("change-too-long", reason))
        return
    reason = f"no nuclease of the table cuts within {rules.max_cut_distance} bp of the change"
    yield Tried(strategy, (), Refusal("no-cut-in-reach", reason))


def _own(site: Site, flank: int) -> Sequence[GenomicVariant]:
    """The patient's own substitutions of the allele as far as a donor's arms reach."""
    context = site.context
    if context.patient_genome is None:
        return ()
    wide = allele_of(site.variant, context, flank)
    return own_substitutions(site.variant, wide, context.variants, context.patient_genome)


def _left_out(site: Site, reach: Reach) -> Iterator[Finding]:
    """What is in reach and not proposed."""
    told = []
    if reach.farther:
        told.append(
            f"{len(reach.farther)} guides that only nucleases of second choice can use are not "
            "needed, for others cut near enough"
        )
    if reach.unfit:
        told.append(f"{len(reach.unfit)} guides leave the change outside the arms of a template")
    if told:
        yield Finding(
            severity=Severity.INFO,
            code="cuts-not-proposed",
            message=(
                f"{name_of(site.variant)}, repair from a template: {'; '.join(told)}. They are "
                f"not proposed; {CUT_SITES} lists them."
            ),
        )


def _before(draft: Draft) -> list[Precedent]:
    assert draft.site is not None
    result = draft.design.alternatives[0].result_p
    return same_edit(draft.site.subject.precedents, "hdr", result, draft.design.intended)
