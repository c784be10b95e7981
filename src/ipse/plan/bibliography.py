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
    journal = _JOURNAL.fullmatch(entry.container)
    fields = {
        "author": bibtex_authors(entry.authors),
        "year": entry.year,
        "title": f"{{{_escape(entry.title)}}}" if entry.title else "",
        "journal": _escape(journal["name"] if journal else entry.container),
        "volume": journal["volume"] if journal else "",
        "pages": journal["pages"].replace("-", "--") if journal else "",
        "doi": value if kind == "doi" else "",
        "pmid": value if kind == "pmid" else "",
        "note": _escape(entry.source) if kind not in ("doi", "pmid") else "",
        "url": entry.url,
        "annote": _escape("; ".join(entry.reasons)),
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    kind_of_entry = "article" if kind in ("doi", "pmid", "pmcid") else "misc"
    return "\n".join([f"@{kind_of_entry}{{{entry.key},", *lines, "}", ""])


_JOURNAL = re.compile(r"(?P<name>\D+?) (?P<volume>\d+)(?:\(\d+\))?:(?P<pages>[\w-]+)")


def bibtex_authors(text: str) -> str:
    """Turn authors as BibTeX wants them: ``Rees HA, Liu DR`` into ``Rees, H. A. and Liu, D. R.``.

    A name without initials is a group's and kept whole in braces.
    """
    names = [name.strip() for name in re.sub(r",?\s+et al\.?$", ", others", text).split(",")]
    return " and ".join(_author(name) for name in names if name)


def _author(name: str) -> str:
    family, _, initials = name.rpartition(" ")
    if name == "others" or (name.isalpha() and not family):
        return name
    if family and re.fullmatch(r"[A-Z]{1,4}", initials):
        return f"{_escape(family)}, {' '.join(f'{letter}.' for letter in initials)}"
    return f"{{{_escape(name)}}}"


def _escape(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", r"\textbackslash "))
