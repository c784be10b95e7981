"""What a dossier says, in its order: a plan gathered for reading, without a word of layout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ipse.core.evidence import Level, url
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Criterion, Truth, Verdict
from ipse.core.proposal import NotProposed, Proposal
from ipse.core.sections import Block, Section, Table
from ipse.report.words import SEVERITIES, VERDICTS, count

if TYPE_CHECKING:
    from ipse.patient.variants import Variant
    from ipse.plan.model import Plan

AT_A_GLANCE = 5
"""Proposals in the first table; the ranked table holds all."""

STANDING = "Research software, not a medical device."
DISCLAIMER = (
    "Nothing here is a recommendation to treat: every statement is to be checked by qualified "
    "people before it is acted on."
)


@dataclass(frozen=True)
class Concern:
    """A finding and the proposals it is about (none: the whole case)."""

    finding: Finding
    about: tuple[Proposal, ...]


@dataclass(frozen=True)
class Question:
    """A criterion that is not known, what would decide it, and where it matters."""

    criterion: Criterion
    about: tuple[Proposal, ...]


@dataclass(frozen=True)
class Support:
    """A reason and every source cited for it."""

    level: Level
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Refusals:
    """What was not proposed of one strategy: (code, entries that share it)."""

    modality: str
    strategy: str
    groups: tuple[tuple[str, tuple[NotProposed, ...]], ...]


@dataclass(frozen=True)
class Dossier:
    """A plan, gathered for reading. Used by the HTML template and by the Markdown writer."""

    plan: Plan

    @cached_property
    def _numbers(self) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for place, entry in enumerate(self.plan.bibliography, start=1):
            numbers.setdefault(entry.source, place)
            numbers.setdefault(entry.key, place)
        return numbers

    def number(self, source: str) -> int | None:
        """Number of a source in the bibliography, None if it is not in it."""
        return self._numbers.get(source)

    @cached_property
    def _anchors(self) -> dict[int, str]:
        seen: Counter[str] = Counter(proposal.id for proposal in self.plan.proposals)
        return {
            id(proposal): proposal.id
            if re.fullmatch(r"[a-z]+-[0-9a-f]{8}", proposal.id) and seen[proposal.id] == 1
            else f"proposal-{place}"
            for place, proposal in enumerate(self.plan.proposals, start=1)
        }

    def anchor(self, proposal: Proposal) -> str:
        """Id of a proposal's place in the page."""
        return self._anchors[id(proposal)]

    def shown(self, proposal: Proposal) -> bool:
        """Whether a proposal has a part of its own."""
        return bool(proposal.sections)

    @cached_property
    def detailed(self) -> list[Proposal]:
        """Proposals with a part of their own."""
        return [proposal for proposal in self.plan.proposals if self.shown(proposal)]

    @property
    def leading(self) -> tuple[Proposal, ...]:
        """The first few proposals."""
        return self.plan.proposals[:AT_A_GLANCE]

    def by_id(self, key: str) -> Proposal | None:
        """Proposal of an id, None if there is none."""
        return next((p for p in self.plan.proposals if p.id == key), None)

    @property
    def summary(self) -> str:
        """How many proposals of each verdict, in one sentence."""
        proposals = self.plan.proposals
        if not proposals:
            return "Nothing could be proposed for this case."
        tally = Counter(str(proposal.verdict) for proposal in proposals)
        if len(tally) == 1 and len(proposals) > 1:
            return f"{len(proposals)} proposals, all {VERDICTS[str(proposals[0].verdict)].word}."
        parts = [f"{tally[v]} {VERDICTS[v].word}" for v in map(str, Verdict) if tally[v]]
        return f"{count(len(proposals), 'proposal')}: {', '.join(parts)}."

    def told(self, section: Section, proposal: Proposal | None = None) -> list[Block]:
        """Blocks of a section, without those that repeat what every proposal's part shows anyway.

        These are its findings and its criteria.
        """
        if proposal is None:
            return list(section.blocks)
        criteria = [criterion.name for criterion in proposal.criteria]
        return [
            block
            for block in section.blocks
            if not (block.kind == "findings" and block.findings == proposal.findings)
            and not (
                block.kind == "table" and criteria and [row[0] for row in block.rows] == criteria
            )
        ]

    @cached_property
    def concerns(self) -> dict[str, list[Concern]]:
        """Every finding once, by severity from blocking to info, with the proposals it is about.

        Findings that differ only in their evidence count as one; the first one's evidence shows.
        """
        about: dict[tuple[str, str, str, str], tuple[Finding, list[Proposal]]] = {}

        def note(finding: Finding, proposal: Proposal | None) -> None:
            concerned = about.setdefault(_key(finding), (finding, []))[1]
            if proposal is not None and all(proposal is not other for other in concerned):
                concerned.append(proposal)

        for finding in self.plan.findings:
            note(finding, None)
        for proposal in self.plan.proposals:
            for finding in proposal.findings:
                note(finding, proposal)
        groups: dict[str, list[Concern]] = {severity: [] for severity in SEVERITIES}
        for finding, concerned in about.values():
            groups[str(finding.severity)].append(Concern(finding, tuple(concerned)))
        return {severity: found for severity, found in groups.items() if found}

    def findings_of(self, proposal: Proposal) -> tuple[list[Finding], list[Concern]]:
        """Findings a proposal's part tells, worst first, and those it only points to.

        What concerns every proposal alike is told once, among all findings, unless it is serious.
        """
        every = len(self.plan.proposals)
        shared = {
            _key(concern.finding): concern
            for concern in [*self.concerns.get("caution", ()), *self.concerns.get("info", ())]
            if every > 1 and len(concern.about) == every
        }
        own = [finding for finding in proposal.findings if _key(finding) not in shared]
        return sorted(own, key=lambda finding: -finding.severity.rank), list(shared.values())

    def evidence_of(self, proposal: Proposal) -> list[Support]:
        """What a proposal rests on, outcomes before rules, one entry for each reason."""
        reasons: dict[tuple[Level, str], list[str]] = {}
        for item in sorted(proposal.evidence, key=lambda item: item.level.rank):
            sources = reasons.setdefault((item.level, item.reason), [])
            if item.source not in sources:
                sources.append(item.source)
        return [Support(level, reason, tuple(found)) for (level, reason), found in reasons.items()]

    def place(self, concern: Concern) -> str:
        """Id of a finding's place among all findings."""
        everything = [other for found in self.concerns.values() for other in found]
        return f"finding-{1 + next(i for i, c in enumerate(everything) if c is concern)}"

    def tally(self, proposal: Proposal) -> list[tuple[str, int]]:
        """(severity, number of findings) of a proposal above ``info``, worst first."""
        tally = Counter(str(finding.severity) for finding in proposal.findings)
        return [(s, tally[s]) for s in SEVERITIES if tally[s] and s != Severity.INFO.value]

    @cached_property
    def questions(self) -> list[Question]:
        """Criteria of unknown value that say what would decide them, each once."""
        about: dict[tuple[str, str], tuple[Criterion, list[Proposal]]] = {}
        for proposal in self.plan.proposals:
            for criterion in proposal.criteria:
                if criterion.value is Truth.UNKNOWN and criterion.needs:
                    key = (criterion.name, criterion.needs)
                    concerned = about.setdefault(key, (criterion, []))[1]
                    if all(proposal is not other for other in concerned):
                        concerned.append(proposal)
        return [Question(criterion, tuple(found)) for criterion, found in about.values()]

    @property
    def undecided(self) -> list[Proposal]:
        """Proposals whose deciding data no part of their own tells."""
        return [p for p in self.plan.proposals if p.deciding and not self.shown(p)]

    @property
    def open(self) -> bool:
        """Whether anything was left open."""
        return bool(self.plan.unknowns or self.questions or self.undecided)

    @cached_property
    def refusals(self) -> list[Refusals]:
        """What was not proposed, by modality and strategy, then by reason code."""
        groups: dict[tuple[str, str], dict[str, list[NotProposed]]] = {}
        for entry in self.plan.not_proposed:
            codes = groups.setdefault((entry.modality, entry.strategy), {})
            codes.setdefault(entry.code, []).append(entry)
        return [
            Refusals(
                modality, strategy, tuple((code, tuple(found)) for code, found in codes.items())
            )
            for (modality, strategy), codes in groups.items()
        ]

    @property
    def patient(self) -> list[tuple[str, tuple[str, ...]]]:
        """Label and lines of what the report may say of the patient; empty ones left out."""
        case = self.plan.case
        rows = [
            ("Sex", (case.sex,) if case.sex else ()),
            ("Age", (case.age,) if case.age else ()),
            ("Diagnoses", case.diseases),
            ("Features", case.features),
            ("Features looked for and absent", case.excluded_features),
            ("Measurements", case.measurements),
            ("Treatments and actions", case.actions),
            ("Facts", case.facts),
            ("Files", case.files),
        ]
        return [(label, lines) for label, lines in rows if lines]

    @property
    def leaves(self) -> str:
        """How much of the phenopacket was understood, in one sentence; empty if not counted."""
        leaves = self.plan.case.leaves
        total = sum(leaves.values())
        if not total:
            return ""
        return (
            f"Of {total:,} values in the phenopacket {leaves.get('used', 0):,} were used, "
            f"{leaves.get('kept', 0):,} kept as they are, {leaves.get('not_used', 0):,} not used."
        )

    def variant_rows(self, variant: Variant) -> list[tuple[str, str, bool]]:
        """Label, text and whether it is a sequence name, of what is known of a variant."""
        from ipse.patient.variants import TRANS_BASIS

        others = [self._variant_name(key) for key in variant.in_trans_with]
        trans = " and ".join(others)
        basis = TRANS_BASIS[variant.trans_basis]
        if trans and basis:
            trans += f" ({basis})"
        rows = [
            ("Transcript", ":".join(x for x in (variant.transcript, variant.hgvs_c) if x), True),
            ("Protein", variant.hgvs_p, True),
            ("Genome", variant.brief, True),
            ("Consequence", ", ".join(variant.consequence).replace("_", " "), False),
            ("Zygosity", variant.zygosity, False),
            ("On the other allele", trans, False),
            ("Haplotype", str(variant.haplotype or ""), False),
            ("Diagnosis", variant.disease.label or variant.disease.id, False),
            ("Interpretation", ", ".join(x for x in (variant.status, variant.acmg) if x)
             .replace("_", " ").lower(), False),
            ("Also known as", ", ".join(variant.legacy), False),
            ("As given", variant.label, False),
            ("Structural type", variant.structural_type.label or variant.structural_type.id, False),
            ("Copies", cell(variant.copy_number), False),
            ("Somatic", "yes" if variant.somatic else "", False),
            ("In the patient's VCF", cell(variant.in_patient_vcf), False),
        ]  # fmt: skip
        return [row for row in rows if row[1]]

    def _variant_name(self, key: str) -> str:
        found = next((v for v in self.plan.variants if v.id == key), None)
        return key if found is None else self.variant_title(found)

    def variant_title(self, variant: Variant) -> str:
        """Gene and the shortest exact description."""
        name = variant.hgvs_c or variant.vcf or variant.label or variant.id
        protein = f" ({variant.hgvs_p})" if variant.hgvs_p else ""
        return f"{variant.gene} {name}{protein}".strip()


def _key(finding: Finding) -> tuple[str, str, str, str]:
    """What makes two findings the same statement."""
    return str(finding.severity), finding.code, finding.message, finding.resolves


def link(address: str) -> str:
    """A web address if it is one a page may carry, else empty."""
    return address if re.fullmatch(r"https?://[^\s<>\"']+", address) else ""


def source_link(source: str) -> str:
    """Web address of a source, empty for kinds that have none."""
    return link(url(source) or "")


def file_link(path: str) -> str:
    """A path below the dossier's folder if it is a plain one, else empty."""
    plain = re.fullmatch(r"[A-Za-z0-9_][\w.+\-/]*", path) and ".." not in path.split("/")
    return path if plain else ""


def flat(value: Any) -> str:
    """A value of a free-form record as one line of text."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {flat(item)}" for key, item in value.items())
    if isinstance(value, str) or not isinstance(value, Iterable):
        return cell(value)
    return ", ".join(flat(item) for item in value)


def is_sequence(text: str) -> bool:
    """Whether a text is nucleotides, to be set in a fixed-width face."""
    return re.fullmatch(r"[ACGTUNacgtun.\-/ ]{8,}", text) is not None


def length_class(text: str) -> str:
    """How a cell wraps: a short one not at all, a long one not too narrow."""
    return "short" if len(text) <= 18 else "long" if len(text) > 40 else ""


def numeric(table: Table) -> set[int]:
    """Columns that hold numbers only, to be set flush right."""
    return {
        column
        for column in range(len(table.columns))
        if (values := [row[column] for row in table.rows if row[column] is not None])
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    }


def cell(value: object) -> str:
    """A table cell as text: None empty, yes and no, floats to six significant digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
