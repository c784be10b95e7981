"""Markdown dossier: the same content as GitHub-flavoured Markdown, figures as their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ipse.core.finding import Finding
from ipse.core.logic import Criterion
from ipse.core.proposal import Artefact, Proposal
from ipse.core.sections import Section
from ipse.report import words
from ipse.report.view import DISCLAIMER, STANDING, Dossier, cell, file_link, flat, link, source_link

if TYPE_CHECKING:
    from ipse.plan.model import Plan

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$&])")
_LEADING = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|$))", re.MULTILINE)


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    line = " ".join(words.clean(text).split())
    line = _SPECIAL.sub(r"\\\1", line)
    line = _LEADING.sub(lambda m: m[1] + m[2][:-1] + "\\" + m[2][-1], line)
    return re.sub(r"(?i)\b(https?|www|ftp)([:.])", r"\1&#8203;\2", line)


def code(text: str) -> str:
    """Text in a code span; backquotes inside are kept by a longer fence."""
    line = " ".join(words.clean(text).split()).replace("|", "\\|")
    if not line:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if "`" in line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def render_markdown(plan: Plan) -> str:
    """Write the dossier of a plan as GitHub-flavoured Markdown.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    str
        The document, ending in a newline; equal plans give equal bytes.
    """
    writer = _Writer(Dossier(plan))
    parts = (
        writer.head, writer.glance, writer.patient, writer.variant, writer.options,
        writer.proposals, writer.refused, writer.findings, writer.unknowns, writer.files,
        writer.provenance, writer.bibliography,
    )  # fmt: skip
    lines = [line for part in parts for line in part()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


class _Writer:
    """Writes each part as lines."""

    def __init__(self, dossier: Dossier) -> None:
        self.d = dossier
        self.plan = dossier.plan

    def head(self) -> list[str]:
        plan = self.plan
        return [
            f"# Ipse dossier: {escape(plan.case.id)}", "",
            f"As of {plan.as_of}, region {plan.region}, Ipse {escape(plan.provenance.ipse)}.", "",
            f"> **{STANDING}** {DISCLAIMER}", "",
        ]  # fmt: skip

    def glance(self) -> list[str]:
        names = [
            self.d.variant_title(v) + (f", {v.zygosity}" if v.zygosity else "")
            for v in self.plan.variants
            if v.hgvs_c or v.vcf or v.label
        ]
        lines = ["## At a glance", ""]
        lines += [f"{escape('; '.join(names))}.", ""] if names else []
        lines += [self.d.summary, ""]
        if self.d.leading:
            lines += table(
                ("Rank", "Proposal", "Verdict", "What decides"),
                [
                    (str(p.rank), escape(p.title), words.VERDICTS[p.verdict].word, escape(p.reason))
                    for p in self.d.leading
                ],
            )
            rest = len(self.plan.proposals) - len(self.d.leading)
            lines += [f"{rest} more under *Options, ranked*.", ""] if rest > 0 else []
        return lines

    def patient(self) -> list[str]:
        lines = ["## The patient", ""]
        for label, values in self.d.patient:
            if len(values) == 1:
                lines.append(f"- **{label}:** {escape(values[0])}")
            else:
                lines += [f"- **{label}:**", *(f"  - {escape(value)}" for value in values)]
        if not self.d.patient:
            lines.append("The case says nothing of the patient.")
        note = f"De-identified: no name and no date of birth. {self.d.leaves}".strip()
        return [*lines, "", note, ""]

    def variant(self) -> list[str]:
        lines = ["## The variant and what it does", ""]
        for section in self.plan.sections:
            lines += self.section(section, "###")
        for variant in () if self.plan.sections else self.plan.variants:
            lines += [f"### {escape(self.d.variant_title(variant))}", ""]
            lines += [
                f"- **{label}:** {code(value) if mono else escape(value)}"
                for label, value, mono in self.d.variant_rows(variant)
            ]
            lines += [] if variant.located else ["- Not placed on the reference."]
            lines += [*(f"- {escape(note)}" for note in variant.notes), ""]
        if not self.plan.variants and not self.plan.sections:
            lines += ["The case names no variant.", ""]
        return lines

    def options(self) -> list[str]:
        lines = ["## Options, ranked", ""]
        rows = []
        for p in self.plan.proposals:
            open_findings = ", ".join(f"{n} {severity}" for severity, n in self.d.tally(p))
            precedent = words.PRECEDENTS[p.precedent] if p.precedent else "none cited"
            rows.append(
                (
                    str(p.rank), escape(p.title), words.VERDICTS[p.verdict].word,
                    words.RESTORATIONS[p.restoration], precedent, open_findings or "none",
                    escape(p.reason), code(p.id),
                )
            )  # fmt: skip
        columns = ("Rank", "Proposal", "Verdict", "Restores", "Precedent", "Open findings",
                   "What decides", "Id")  # fmt: skip
        lines += table(columns, rows) if rows else ["None.", ""]
        for title, records in (
            ("Options known to exist", self.plan.options),
            ("Trials", self.plan.trials),
        ):
            if records:
                lines += [f"### {title}", ""]
                for record in records:
                    pairs = [(k, v) for k, v in record.items() if v is not None]
                    lines += [
                        f"- **{escape(words.titled(k))}:** {escape(flat(v))}" for k, v in pairs
                    ]
                    lines.append("")
        return lines

    def proposals(self) -> list[str]:
        if not self.d.detailed:
            return []
        lines = ["## Proposals", ""]
        left = len(self.plan.proposals) - len(self.d.detailed)
        if left > 0:
            lines += [
                f"{left} of {len(self.plan.proposals)} proposals have no part of their own here; "
                "all are in the ranked table, in plan.json and in the files.", "",
            ]  # fmt: skip
        for proposal in self.d.detailed:
            lines += self.proposal(proposal)
        return lines

    def proposal(self, p: Proposal) -> list[str]:
        precedent = words.PRECEDENTS[p.precedent] if p.precedent else "none cited"
        lines = [
            f"### {p.rank}. {escape(p.title)}", "",
            f"**{words.VERDICTS[p.verdict].word}**: {escape(p.reason)}", "",
            f"{escape(words.titled(p.modality))}, {escape(words.titled(p.strategy))}; result: "
            f"{words.RESTORATIONS[p.restoration]}; precedent: {precedent}; {code(p.id)}", "",
        ]  # fmt: skip
        if p.requires:
            lines += ["Needs " + ", ".join(code(key) for key in p.requires) + ".", ""]
        lines += self.deciding(p)
        lines += [""] if p.deciding else []
        for section in p.sections:
            lines += self.section(section, "####", p)
        if p.criteria:
            lines += ["#### Criteria", ""]
            columns = ("Criterion", "Value", "Why, or what would decide it")
            lines += table(columns, map(self.criterion, p.criteria))
        if p.findings:
            own, shared = self.d.findings_of(p)
            lines += ["#### Findings", "", *(self.finding(f) for f in own), ""]
            if shared:
                codes = ", ".join(code(c.finding.code) for c in shared)
                lines += [f"Common to every proposal, told under *Findings*: {codes}.", ""]
        if p.evidence:
            lines += ["#### Evidence", ""]
            lines += [
                f"- **{words.PRECEDENTS[e.level]}:** {escape(e.reason)} {self.cite(e.sources)}"
                for e in self.d.evidence_of(p)
            ]
            lines.append("")
        if p.classification:
            lines += ["#### Classification", ""]
            lines += [f"- **{escape(k)}:** {escape(v)}" for k, v in p.classification.items()] + [""]
        if p.artefacts:
            lines += ["#### Files", "", *map(self.file, p.artefacts), ""]
        return lines

    def deciding(self, p: Proposal) -> list[str]:
        lines = []
        for deciding in p.deciding:
            values = " and ".join(
                f"*{escape(name)}* {words.TRUTHS[value].word}"
                for name, value in deciding.values.items()
            )
            lines.append(f"- Would decide it: {values} → {words.OUTCOMES[deciding.outcome]}")
        return lines

    def criterion(self, c: Criterion) -> tuple[str, str, str]:
        weight = "" if c.weight == "required" else words.WEIGHTS.get(c.weight, c.weight)
        name = escape(c.name) + (f" ({escape(weight)})" if weight else "")
        needs = f"Decided by: {escape(c.needs)}" if c.needs else ""
        why = " ".join(x for x in (escape(c.detail), self.cite(c.source), needs) if x)
        return name, words.TRUTHS[c.value].word, why

    def section(self, section: Section, level: str, about: Proposal | None = None) -> list[str]:
        same = about is not None and about.title == section.title
        lines = [] if same else [f"{level} {escape(section.title)}", ""]
        for block in self.d.told(section, about):
            lines += [*self.block(block), ""]
        return lines

    def block(self, block: Any) -> list[str]:
        match block.kind:
            case "text":
                return [escape(block.text)]
            case "key_values":
                return [f"- **{escape(label)}:** {escape(value)}" for label, value in block.items]
            case "table":
                rows = [
                    [
                        code(cell(value)) if place in block.mono else escape(cell(value))
                        for place, value in enumerate(row)
                    ]
                    for row in block.rows
                ]
                above = [escape(block.caption), ""] if block.caption else []
                return [*above, *table([escape(c) or " " for c in block.columns], rows)]
            case "findings":
                return [self.finding(finding) for finding in block.findings]
            case _:
                caption = f"> **Figure.** {escape(block.caption)}"
                return [caption, ">", f"> {escape(block.alt)}"]

    def finding(self, finding: Finding, about: Sequence[Proposal] | None = None) -> str:
        line = f"- **{words.SEVERITIES[finding.severity].word}** {code(finding.code)}: "
        line += " ".join(
            x for x in (escape(finding.message), self.cite(e.source for e in finding.evidence)) if x
        )
        if finding.resolves:
            line += f" *Resolved by:* {escape(finding.resolves)}"
        if about is not None:
            line += f" ({self.about(about)})"
        return line

    def about(self, about: Sequence[Proposal]) -> str:
        if not about:
            return "the whole case"
        if len(about) > 3 and len(about) == len(self.plan.proposals):
            return "every proposal"
        return words.count(len(about), "proposal") + " " + ", ".join(f"no. {p.rank}" for p in about)

    def cite(self, sources: Iterable[str]) -> str:
        numbers = [(source, self.d.number(source)) for source in sources]
        return "".join(f"\\[{n}\\]" if n else f"\\[{escape(source)}\\]" for source, n in numbers)

    def refused(self) -> list[str]:
        lines = ["## Not proposed, and why", ""] if self.d.refusals else []
        for refusals in self.d.refusals:
            lines += [f"### {escape(words.titled(refusals.strategy))} "
                      f"({escape(words.titled(refusals.modality))})", ""]  # fmt: skip
            for _, entries in refusals.groups:
                for entry in entries:
                    variant = f" ({escape(entry.variant)})" if entry.variant else ""
                    cited = self.cite(e.source for e in entry.evidence)
                    lines.append(f"- {escape(entry.reason)}{variant} {cited}".rstrip())
            lines.append("")
        return lines

    def findings(self) -> list[str]:
        lines = ["## Findings", ""]
        for severity, concerns in self.d.concerns.items():
            meaning = words.SEVERITIES[severity].meaning
            lines += [f"### {words.titled(severity)}: {meaning}", ""]
            lines += [*(self.finding(c.finding, c.about) for c in concerns), ""]
        return lines if self.d.concerns else [*lines, "None.", ""]

    def unknowns(self) -> list[str]:
        lines = ["## What Ipse did not know", ""]
        for unknown in self.plan.unknowns:
            variant = f", {escape(unknown.variant)}" if unknown.variant else ""
            where = f"({escape(words.titled(unknown.modality))}{variant})"
            resolves = f" *Resolved by:* {escape(unknown.resolves)}" if unknown.resolves else ""
            lines.append(f"- {escape(unknown.message)} {where}{resolves}")
        for question in self.d.questions:
            lines.append(
                f"- {escape(question.criterion.name)} ({self.about(question.about)}) "
                f"*Decided by:* {escape(question.criterion.needs)}"
            )
        for proposal in self.d.undecided:
            lines.append(f"- Verdict of no. {proposal.rank}, {escape(proposal.title)}:")
            lines += [f"  {line}" for line in self.deciding(proposal)]
        if not self.d.open:
            lines.append("Nothing was left open.")
        return [*lines, ""]

    def file(self, artefact: Artefact) -> str:
        path = file_link(artefact.path)
        name = f"[{code(path)}](<{path}>)" if path else code(artefact.path)
        return f"- {name} {escape(artefact.title)}"

    def files(self) -> list[str]:
        if not self.plan.artefacts:
            return []
        return ["## Files for the laboratory", "", *map(self.file, self.plan.artefacts), ""]

    def provenance(self) -> list[str]:
        p = self.plan.provenance
        rows = [("Ipse", p.ipse), ("verb", p.verb), ("as of", str(p.as_of)), ("seed", str(p.seed))]
        for name, pairs in (("option", p.options), ("reference", p.reference),
                            ("package", p.packages), ("table", p.tables)):  # fmt: skip
            rows += [(f"{name} {key}", "not given" if value is None else flat(value))
                     for key, value in pairs.items()]  # fmt: skip
        rows += [(f"input {file.path}", file.sha256) for file in p.inputs]
        cells = [(escape(key), code(value)) for key, value in rows]
        return ["## Provenance", "", *table(("What", "Value"), cells)]

    def bibliography(self) -> list[str]:
        lines = ["## Bibliography", ""]
        for place, entry in enumerate(self.plan.bibliography, start=1):
            text = ". ".join(
                escape(part).removesuffix(".")
                for part in (
                    entry.authors, entry.title,
                    ", ".join(x for x in (entry.container, entry.year) if x),
                )
                if part
            )  # fmt: skip
            address = link(entry.url) or source_link(entry.source)
            source = escape(entry.source)
            where = f"[{source}](<{address}>)" if address else source
            lines.append(f"{place}. {text + '. ' if text else ''}{where}")
            lines += [f"   - {escape(reason)}" for reason in entry.reasons]
        return [*lines, ""] if self.plan.bibliography else [*lines, "Nothing was cited.", ""]
