"""The editing modality: from a case's variants to ranked edits, their sections and files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ipse.core.errors import NotInReference
from ipse.core.evidence import Evidence, Level
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Truth, Verdict, verdict
from ipse.core.off_targets import OffTargets
from ipse.core.proposal import Artefact, NotProposed, Proposal, Unknown, proposal_id
from ipse.core.sections import Section
from ipse.genome.aliases import is_mitochondrial
from ipse.modalities.editing import activity, artefacts, off_target_report, proof, report
from ipse.modalities.editing.catalogue import note
from ipse.modalities.editing.checks import deciding, reason_of
from ipse.modalities.editing.design.allele import Allele, stated_bases_hold
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Refusal, Site, Tried
from ipse.modalities.editing.families import FAMILIES
from ipse.modalities.editing.locus import allele_of, subject_of, transcript_of
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.editing.off_target_report import ADD_GENOME
from ipse.modalities.editing.off_targets import classified, guides_of, key_of, sites_of, told
from ipse.modalities.editing.order.findings import Guides, common_findings, plan_findings
from ipse.modalities.editing.order.of_design import evidence_of as order_evidence
from ipse.modalities.editing.others import name_of
from ipse.modalities.editing.preferences import preferences
from ipse.modalities.protocol import Answer, Context, Request
from ipse.patient.model import Case
from ipse.patient.variants import Variant


class EditingModality:
    """Edit the patient's genes: every family of strategies, judged by the same rules.

    Parameters
    ----------
    families
        Families to ask; all of them by default.
    """

    name = "editing"

    def __init__(self, families: Sequence[Family] = FAMILIES) -> None:
        self.families = tuple(families)
        self.by_strategy: dict[str, Family] = {
            strategy: family for family in self.families for strategy in family.strategies
        }

    @property
    def strategies(self) -> tuple[str, ...]:
        """Strategies of all families."""
        return tuple(self.by_strategy)

    def design_schema(self) -> dict[str, Any]:
        """JSON schema of an edit's design."""
        return EditDesign.model_json_schema()

    def propose(self, case: Case, context: Context) -> Iterator[Answer]:
        """Every edit of every pathogenic variant, and why each other strategy is not one."""
        if case.fact("embryo_or_germline") is Truth.TRUE:
            refusal = note("germline-refused")
            yield refusal
            reason = "editing of embryos and the germ line is refused"
            yield from self._refuse(
                self.families, "", Refusal(refusal.code, reason, refusal.evidence)
            )
            return
        drafts: list[Draft] = []
        wanted = context.options.strategies
        for answer in self._all(case, context):
            if not _asked_for(answer, wanted):
                continue
            if isinstance(answer, Draft):
                drafts.append(answer)
            else:
                yield answer
        yield from self._proposals(drafts, case, context)

    def answer(self, request: Request, case: Case, context: Context) -> Iterator[Answer]:
        """Answer another modality by the families that offer what it asks."""
        drafts: list[Draft] = []
        heard = False
        for family in self.families:
            for answer in _drafted(family, None, family.of_request(request, case, context)):
                heard = True
                if isinstance(answer, Draft):
                    drafts.append(answer)
                else:
                    yield answer
        if not heard:
            yield NotProposed(
                modality=self.name,
                strategy=request.strategy,
                code="not-offered",
                reason=f"editing offers {', '.join(self.by_strategy)}, not {request.strategy}",
            )
        yield from self._proposals(drafts, case, context)

    def sections(self, proposal: Proposal, context: Context) -> list[Section]:
        """What the dossier shows of an edit."""
        return report.sections(proposal, self.by_strategy[proposal.strategy], context)

    def artefacts(
        self, proposals: list[Proposal], detailed: list[Proposal], folder: Path, context: Context
    ) -> dict[str, list[Artefact]]:
        """Write the tables of guides and outcomes, and a GenBank file for each detailed edit."""
        return artefacts.write(proposals, detailed, self.by_strategy, folder, context)

    def _all(self, case: Case, context: Context) -> Iterator[Answer | Draft]:
        """Drafts and answers of every family, first about the variants and then about the case."""
        if not context.variants:
            yield from self._refuse(
                self._about_variants(),
                "",
                Refusal("no-variant", "the case states no variant to edit"),
            )
        for variant in context.variants:
            yield from self._answers(variant, case, context)
        for family in self._asked(context):
            yield from _drafted(family, None, family.of_case(case, context))

    def _about_variants(self) -> list[Family]:
        return [family for family in self.families if family.needs_variant]

    def _asked(self, context: Context) -> list[Family]:
        """Families with a strategy that is asked for."""
        wanted = context.options.strategies
        return [
            family
            for family in self.families
            if wanted is None or not set(wanted).isdisjoint(family.strategies)
        ]

    def _answers(self, variant: Variant, case: Case, context: Context) -> Iterator[Answer | Draft]:
        refused = _refused(variant)
        if refused is not None:
            yield from self._refuse(self._about_variants(), variant.id, refused)
            return
        kind = _structural(variant)
        if kind and not variant.located:
            for family in self._asked(context):
                tried = family.of_structural(variant, kind, context)
                yield from _drafted(family, None, tried, variant)
            return
        if not variant.located:
            yield self._not_located(variant)
            return
        try:
            yield from self._located(variant, case, context)
        except NotInReference as missing:
            yield self._missing(variant, missing)

    def _refuse(
        self, families: Iterable[Family], variant: str, refusal: Refusal
    ) -> Iterator[NotProposed]:
        for family in families:
            for strategy in family.strategies:
                yield _not_proposed(strategy, refusal, variant)

    def _not_located(self, variant: Variant) -> Unknown:
        return Unknown(
            modality=self.name,
            code="variant-not-located",
            message=f"{name_of(variant)} has no place on the reference: no edit can be designed.",
            resolves=ADD_GENOME if variant.vcf else "State it as HGVS or as a VCF record.",
            variant=variant.id,
        )

    def _missing(self, variant: Variant, missing: NotInReference) -> Unknown:
        place = f"{missing.contig}:{missing.start + 1}-{missing.end}"
        return Unknown(
            modality=self.name,
            code="locus-sequence-missing",
            message=(
                f"{name_of(variant)}: the reference {missing.reference!r} holds no sequence at "
                f"{place}, so no guide can be made there."
            ),
            resolves=ADD_GENOME,
            variant=variant.id,
        )

    def _located(self, variant: Variant, case: Case, context: Context) -> Iterator[Answer | Draft]:
        allele = allele_of(variant, context)
        holds, found = stated_bases_hold(
            context.reference, allele.contig, allele.start + allele.at, allele.ref
        )
        if not holds:
            reason = f"the reference has {found} where {variant.vcf} states {allele.ref}"
            refusal = Refusal("reference-differs", reason)
            yield from self._refuse(self._about_variants(), variant.id, refusal)
            return
        if not variant.pathogenic:
            yield _cause_not_stated(variant)
        if allele.left_missing or allele.right_missing:
            yield _clipped(variant, allele, context)
        transcript = transcript_of(variant, context)
        if transcript is None:
            yield _no_transcript(variant, context)
        subject = subject_of(variant, allele, transcript, context)
        site = Site(variant, allele, transcript, subject, case, context)
        for family in self._asked(context):
            try:
                yield from _drafted(family, site, family.of_variant(site), variant)
            except NotInReference as missing:
                yield self._missing(variant, missing)

    def _proposals(self, drafts: Sequence[Draft], case: Case, context: Context) -> Iterator[Answer]:
        """Search the guides of all drafts together, then judge each."""
        yield from plan_findings([draft.design for draft in drafts])
        if not context.options.off_targets:
            nothing = (off_target_report.not_searched(),)
            for draft in drafts:
                guides = [(guide, pl.DataFrame()) for guide in guides_of(draft.design)]
                yield self._proposal(draft, guides, None, nothing, case, context)
            return
        known, left_out = sites_of((draft.design for draft in drafts), context)
        yield from left_out
        if drafts:
            yield proof.rules()
            if any(draft.design.editor == activity.MEASURED_WITH for draft in drafts):
                yield activity.about()
        for draft in drafts:
            guides = [
                (guide, classified(guide, known[key_of(guide)]))
                for guide in guides_of(draft.design)
            ]
            off_targets, found = _off_targets(draft.design, guides, context)
            yield self._proposal(draft, guides, off_targets, found, case, context)

    def _proposal(
        self,
        draft: Draft,
        guides: Guides,
        off_targets: OffTargets | None,
        about_off_targets: Iterable[Finding],
        case: Case,
        context: Context,
    ) -> Proposal:
        design, family = draft.design, draft.family
        criteria = family.criteria(draft, case)
        mine = list(family.findings(draft, context))
        said = {item.code for item in mine}
        findings = [*mine, *common_findings(design, guides, context, said), *about_off_targets]
        outcome = verdict(criteria, findings)
        level = design.alternatives[0].precedent
        body = design.model_dump(mode="json")
        return Proposal(
            id=proposal_id(self.name, body),
            modality=self.name,
            strategy=design.strategy,
            title=family.title(draft),
            verdict=outcome,
            reason=reason_of(family.in_short(design), design, outcome, criteria, findings),
            deciding=deciding(criteria) if outcome is Verdict.UNKNOWN else (),
            criteria=criteria,
            precedent=level if level is not Level.RULE else None,
            restoration=family.restoration(design),
            preferences=preferences(design, off_targets, context),
            design=body,
            off_targets=off_targets,
            findings=tuple(sorted(findings, key=lambda item: -item.severity.rank)),
            evidence=_each_once(family.evidence(draft), order_evidence(design)),
        )


def _off_targets(
    design: EditDesign, guides: Guides, context: Context
) -> tuple[OffTargets, list[Finding]]:
    """Sites of a design's guide, and findings about them and those of its further guides."""
    first, *partners = guides
    off_targets = told(*first, context)
    findings = [*off_target_report.findings(off_targets, first[1])]
    for partner, (guide, rows) in zip(design.partners, partners, strict=True):
        of_partner = told(guide, rows, context)
        findings += off_target_report.partner_findings(partner.role, of_partner, rows)
    return off_targets, findings


def _each_once(mine: Sequence[Evidence], more: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """A family's evidence, and what the order adds to it."""
    cited = {item.source for item in mine}
    return (*mine, *(item for item in more if item.source not in cited))


def _asked_for(answer: Answer | Draft, wanted: tuple[str, ...] | None) -> bool:
    """Whether an answer is of a strategy asked for, or of none."""
    strategy: str = answer.design.strategy if isinstance(answer, Draft) else ""
    if isinstance(answer, NotProposed):
        strategy = answer.strategy
    return wanted is None or not strategy or strategy in wanted


def _drafted(
    family: Family,
    site: Site | None,
    attempts: Iterable[Attempt],
    variant: Variant | None = None,
) -> Iterator[Answer | Draft]:
    """Designs as drafts, refusals as answers; what is an answer already passes through."""
    name = f"{name_of(variant)}: " if variant is not None else ""
    for tried in attempts:
        if not isinstance(tried, Tried):
            yield tried
            continue
        if tried.refusal is not None:
            refusal = tried.refusal
            said = Refusal(refusal.code, f"{name}{refusal.reason}", refusal.evidence)
            yield _not_proposed(tried.strategy, said, variant.id if variant is not None else "")
        for design in tried.designs:
            yield Draft(design, tried, family, site)


def _not_proposed(strategy: Strategy, refusal: Refusal, variant: str) -> NotProposed:
    return NotProposed(
        modality=EditingModality.name,
        strategy=strategy,
        code=refusal.code,
        reason=refusal.reason,
        variant=variant,
        evidence=refusal.evidence,
    )


def _refused(variant: Variant) -> Refusal | None:
    """Why a variant is edited by no strategy at all."""
    if variant.acmg in ("BENIGN", "LIKELY_BENIGN") or variant.status == "REJECTED":
        stated = variant.acmg or variant.status
        return Refusal("not-disease-causing", f"{name_of(variant)} is stated as {stated}")
    if variant.somatic:
        return Refusal(
            "somatic",
            f"{name_of(variant)} was found in a sample, not in the patient's germ line",
        )
    if variant.contig is not None and is_mitochondrial(variant.contig):
        finding = note("mitochondrial-genome")
        return Refusal(finding.code, finding.message, finding.evidence)
    return None


def _structural(variant: Variant) -> str:
    """Name of the structural type; empty for a variant that has none.

    A name with open breakpoints, or a label of whole exons, is one without being typed so.
    """
    stated = variant.structural_type.label or variant.structural_type.id
    if not stated and _OPEN.search(variant.hgvs_c):
        return "variant with open breakpoints"
    if not stated and not variant.hgvs_c and _EXONS.search(variant.label):
        return "variant of whole exons"
    return stated


_OPEN = re.compile(r"c\..*(?:[+-]\?|\([^()]*_[^()]*\))")
_EXONS = re.compile(r"\bex(ons?)?\b.*\bdel|\bdel.*\bex(ons?)?\b", re.IGNORECASE)


def _no_transcript(variant: Variant, context: Context) -> Finding:
    wanted = variant.transcript or "none is stated"
    return Finding(
        severity=Severity.CAUTION,
        code="no-transcript",
        message=(
            f"{name_of(variant)}: no transcript to describe edits on ({wanted}; annotation "
            f"{context.annotation.name!r}): what bystanders do to the protein is left open."
        ),
        resolves="State the variant on a transcript of the annotation, as HGVS c.",
    )


def _cause_not_stated(variant: Variant) -> Finding:
    return Finding(
        severity=Severity.CAUTION,
        code="cause-not-stated",
        message=(
            f"{name_of(variant)}: the case states neither that it causes the disease nor that it "
            "is (likely) pathogenic."
        ),
        resolves="State interpretation status or ACMG class of the variant.",
    )


def _clipped(variant: Variant, allele: Allele, context: Context) -> Finding:
    return Finding(
        severity=Severity.CAUTION,
        code="locus-clipped",
        message=(
            f"{name_of(variant)} lies near the end of the sequence held: {allele.left_missing} "
            f"bases to the left and {allele.right_missing} to the right are missing, and guides "
            "or templates that need them are not listed."
        ),
        resolves="" if context.reference.whole_genome else ADD_GENOME,
    )
