"""The editing modality: from a case's variants to ranked edits, their sections and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import polars as pl

from ipse.core.errors import NotInReference
from ipse.core.evidence import Evidence, Level
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Truth, Verdict, verdict
from ipse.core.proposal import Artefact, NotProposed, Proposal, Unknown, proposal_id
from ipse.core.sections import Section
from ipse.genome.aliases import is_mitochondrial
from ipse.modalities.editing import artefacts, off_target_report, report
from ipse.modalities.editing.catalogue import (
    Tolerated,
    base_editors,
    note,
    nucleases,
    repair_rules,
    tolerated_residues,
)
from ipse.modalities.editing.checks import (
    criteria_of,
    deciding,
    evidence_of,
    reason_of,
    restoration,
)
from ipse.modalities.editing.design.allele import Allele, stated_bases_hold
from ipse.modalities.editing.design.base_designs import Subject, same_edit
from ipse.modalities.editing.design.intent import on_strand
from ipse.modalities.editing.design.strategies import Tried, try_all
from ipse.modalities.editing.findings import design_findings
from ipse.modalities.editing.locus import allele_of, subject_of, transcript_of
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.editing.off_target_report import ADD_GENOME
from ipse.modalities.editing.off_targets import classified, key_of, sites_of, told
from ipse.modalities.editing.others import name_of
from ipse.modalities.editing.own import case_variants, own_sequence
from ipse.modalities.editing.zygosity import allele_findings
from ipse.modalities.protocol import Answer, Context, Request
from ipse.patient.model import Case
from ipse.patient.variants import Variant

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)


@dataclass(frozen=True)
class _Draft:
    """A design before its off-target sites are known, and with them its verdict."""

    design: EditDesign
    tried: Tried
    variant: Variant
    subject: Subject


class EditingModality:
    """Correct a variant with base editors, or by a cut and a template."""

    name = "editing"

    def design_schema(self) -> dict[str, Any]:
        """JSON schema of an edit's design."""
        return EditDesign.model_json_schema()

    def propose(self, case: Case, context: Context) -> Iterator[Answer]:
        """Every edit of every pathogenic variant, and why each other strategy is not one."""
        if case.fact("embryo_or_germline") is Truth.TRUE:
            refusal = note("germline-refused")
            yield refusal
            for strategy in STRATEGIES:
                yield NotProposed(
                    modality=self.name,
                    strategy=strategy,
                    code=refusal.code,
                    reason="editing of embryos and the germ line is refused",
                    evidence=refusal.evidence,
                )
            return
        if not context.variants:
            for strategy in STRATEGIES:
                yield NotProposed(
                    modality=self.name,
                    strategy=strategy,
                    code="no-variant",
                    reason="the case states no variant to edit",
                )
        drafts: list[_Draft] = []
        for variant in context.variants:
            for answer in self._answers(variant, context):
                if isinstance(answer, _Draft):
                    drafts.append(answer)
                else:
                    yield answer
        yield from self._proposals(drafts, case, context)

    def answer(self, request: Request, case: Case, context: Context) -> Iterator[Answer]:
        """Answer another modality; only a patient's own variants are edited so far."""
        yield NotProposed(
            modality=self.name,
            strategy=request.strategy,
            code="not-offered",
            reason=f"editing offers {', '.join(STRATEGIES)}, not {request.strategy}",
        )

    def sections(self, proposal: Proposal, context: Context) -> list[Section]:
        """What the dossier shows of an edit."""
        return report.sections(proposal, context)

    def artefacts(
        self, proposals: list[Proposal], detailed: list[Proposal], folder: Path, context: Context
    ) -> dict[str, list[Artefact]]:
        """Write the tables of guides and outcomes, and a GenBank file for each detailed edit."""
        return artefacts.write(proposals, detailed, folder, context)

    def _answers(self, variant: Variant, context: Context) -> Iterator[Answer | _Draft]:
        refused = self._refused(variant)
        if refused is not None:
            for strategy in STRATEGIES:
                yield refused.model_copy(update={"strategy": strategy})
            return
        if not variant.located:
            yield self._not_located(variant)
            return
        try:
            yield from self._located(variant, context)
        except NotInReference as missing:
            yield self._missing(variant, missing)

    def _refused(self, variant: Variant) -> NotProposed | None:
        """Refusal of a variant as a whole, with the strategy still to be filled in."""
        evidence: tuple[Evidence, ...] = ()
        if variant.acmg in ("BENIGN", "LIKELY_BENIGN") or variant.status == "REJECTED":
            stated = variant.acmg or variant.status
            code, reason = "not-disease-causing", f"{name_of(variant)} is stated as {stated}"
        elif variant.somatic:
            code = "somatic"
            reason = f"{name_of(variant)} was found in a sample, not in the patient's germ line"
        elif (kind := _structural(variant)) and not variant.located:
            code = "structural"
            reason = f"{kind}: base editors and short templates change single bases or short indels"
        elif variant.contig is not None and is_mitochondrial(variant.contig):
            finding = note("mitochondrial-genome")
            code, reason, evidence = finding.code, finding.message, finding.evidence
        else:
            return None
        return NotProposed(
            modality=self.name,
            strategy="",
            code=code,
            reason=reason,
            variant=variant.id,
            evidence=evidence,
        )

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

    def _located(self, variant: Variant, context: Context) -> Iterator[Answer | _Draft]:
        allele = allele_of(variant, context)
        holds, found = stated_bases_hold(
            context.reference, allele.contig, allele.start + allele.at, allele.ref
        )
        if not holds:
            reason = f"the reference has {found} where {variant.vcf} states {allele.ref}"
            for strategy in STRATEGIES:
                yield NotProposed(
                    modality=self.name,
                    strategy=strategy,
                    code="reference-differs",
                    reason=reason,
                    variant=variant.id,
                )
            return
        if not variant.pathogenic:
            yield _cause_not_stated(variant)
        if allele.left_missing or allele.right_missing:
            yield _clipped(variant, allele, context)
        transcript = transcript_of(variant, context)
        if transcript is None:
            yield _no_transcript(variant, context)
        subject = subject_of(variant, allele, transcript, context)
        rows = [row for row in tolerated_residues() if row.gene == variant.gene]
        for tried in try_all(
            subject,
            context.reference,
            transcript,
            base_editors(),
            nucleases(),
            repair_rules(),
            rows,
        ):
            if tried.refusal is not None:
                yield NotProposed(
                    modality=self.name,
                    strategy=tried.strategy,
                    code=tried.refusal.code,
                    reason=f"{name_of(variant)}: {tried.refusal.reason}",
                    variant=variant.id,
                )
            for design in tried.designs:
                yield _Draft(design, tried, variant, subject)

    def _proposals(
        self, drafts: Sequence[_Draft], case: Case, context: Context
    ) -> Iterator[Answer]:
        """Search the guides of all drafts together, then judge each."""
        known, left_out = sites_of((draft.design for draft in drafts), context)
        yield from left_out
        for draft in drafts:
            rows = classified(draft.design, known[key_of(draft.design)])
            yield self._proposal(draft, rows, case, context)

    def _proposal(
        self, draft: _Draft, rows: pl.DataFrame, case: Case, context: Context
    ) -> Proposal:
        design, variant, tried, subject = draft.design, draft.variant, draft.tried, draft.subject
        off_targets = told(design, rows, context)
        target = design.target
        after = on_strand(target.base_after, design.strand)
        tolerated = tried.tolerated.get((target.genomic_position, after))
        method = "hdr" if design.template is not None else "base_edit"
        best = design.alternatives[0]
        before = same_edit(subject.precedents, method, best.result_p, design.intended)
        rules = repair_rules()
        criteria = criteria_of(design, variant, tolerated, rules.distance_source, case)
        findings = (
            *design_findings(design, before, tolerated),
            *allele_findings(design, variant, context.variants),
            *case_variants(design, variant, context.variants),
            *own_sequence(design, variant, context.patient_genome),
            *off_target_report.findings(off_targets, rows),
        )
        outcome = verdict(criteria, findings)
        level = best.precedent
        body = design.model_dump(mode="json")
        return Proposal(
            id=proposal_id(self.name, body),
            modality=self.name,
            strategy=design.strategy,
            title=_title(design, variant, tolerated),
            verdict=outcome,
            reason=reason_of(design, outcome, criteria, findings),
            deciding=deciding(criteria) if outcome is Verdict.UNKNOWN else (),
            criteria=criteria,
            precedent=level if level is not Level.RULE else None,
            restoration=restoration(design),
            design=body,
            off_targets=off_targets,
            findings=tuple(sorted(findings, key=lambda item: -item.severity.rank)),
            evidence=evidence_of(design, before, tolerated),
        )


def _structural(variant: Variant) -> str:
    """Name of the structural type; empty for a variant that has none."""
    return variant.structural_type.label or variant.structural_type.id


def _title(design: EditDesign, variant: Variant, tolerated: Tolerated | None) -> str:
    name = f"{variant.gene} {variant.hgvs_c.rpartition(':')[2] or variant.vcf}".strip()
    if design.template is not None:
        return f"Correct {name}: {design.editor} cut and template, {design.spacer}"
    if tolerated is not None:
        what = f"Turn {name} into {tolerated.name}"
    elif design.intended == "wild_type":
        what = f"Correct {name}"
    else:
        what = f"Restore the residue of {name} by another codon"
    return f"{what}: {design.editor}, {design.target.label}, {design.spacer}"


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
