"""The bibliography of what a plan used, with the reason for each entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ipse.core.evidence import Evidence, url
from ipse.core.finding import Finding
from ipse.core.proposal import NotProposed, Proposal
from ipse.core.tables import shipped
from ipse.plan.model import Reference


def used(
    proposals: Iterable[Proposal],
    not_proposed: Iterable[NotProposed],
    findings: Iterable[Finding],
) -> Iterator[tuple[str, str]]:
    """Yield (source, reason) of every citation in a plan, in reading order."""

    def of(evidence: Iterable[Evidence]) -> Iterator[tuple[str, str]]:
        for item in evidence:
            yield item.source, item.reason

    for finding in findings:
        yield from of(finding.evidence)
    for proposal in proposals:
        yield from of(proposal.evidence)
        for criterion in proposal.criteria:
            for source in criterion.source:
                yield source, f"criterion: {criterion.name}"
        for finding in proposal.findings:
            yield from of(finding.evidence)
    for answer in not_proposed:
        yield from of(answer.evidence)


def bibliography(citations: Iterable[tuple[str, str]]) -> tuple[Reference, ...]:
    """Gather citations into entries, first cited first, each reason once."""
    reasons: dict[str, dict[str, None]] = {}
    for source, reason in citations:
        reasons.setdefault(source, {})[reason] = None
    known = {row["source"]: row.cells for row in shipped("ipse.core", "references")}
    entries = []
    for source, why in reasons.items():
        cells = known.get(source, {})
        entries.append(
            Reference(
                key=citation_key(source),
                source=source,
                authors=cells.get("authors", ""),
                year=cells.get("year", ""),
                title=cells.get("title", ""),
                container=cells.get("container", ""),
                url=url(source) or "",
                reasons=tuple(why),
            )
        )
    return tuple(entries)


def citation_key(source: str) -> str:
    """BibTeX key of a source: its letters and digits."""
    return re.sub(r"[^A-Za-z0-9]+", "_", source).strip("_")


def bibtex(entries: Iterable[Reference]) -> str:
    """BibTeX text of a bibliography; the reasons stand in ``annote``."""
    return "\n".join(_entry(entry) for entry in entries)


def _entry(entry: Reference) -> str:
    kind, _, value = entry.source.partition(":")
    fields = {
        "author": entry.authors,
        "year": entry.year,
        "title": f"{{{_escape(entry.title)}}}" if entry.title else "",
        "journal": entry.container,
        "doi": value if kind == "doi" else "",
        "pmid": value if kind == "pmid" else "",
        "note": entry.source if kind not in ("doi", "pmid") else "",
        "url": entry.url,
        "annote": "; ".join(entry.reasons),
    }
    lines = [
        f"  {name} = {{{text if name in ('title', 'url', 'doi') else _escape(text)}}},"
        for name, text in fields.items()
        if text
    ]
    kind_of_entry = "article" if kind in ("doi", "pmid", "pmcid") else "misc"
    return "\n".join([f"@{kind_of_entry}{{{entry.key},", *lines, "}", ""])


def _escape(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", r"\textbackslash "))
