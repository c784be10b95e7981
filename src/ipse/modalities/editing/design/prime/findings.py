"""What speaks for and against a prime edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.modalities.editing.catalogue import Precedent, note
from ipse.modalities.editing.design.prime.assemble import LINKER_NOTE
from ipse.modalities.editing.design.prime.catalogue import rule_sources
from ipse.modalities.editing.design.prime.checks import parts_of
from ipse.modalities.editing.design.prime.model import PrimeParts
from ipse.modalities.editing.findings import precedent_findings, spacer_findings
from ipse.modalities.editing.model import EditDesign

RULE_WORDS = {
    "first_base": "its first base, beside the scaffold, is C",
    "terminator": "it holds TTTT, at which a U6 promoter's transcript ends",
    "rtt_length": "its template is longer than the preferred 10 to 16 nt",
    "pbs_gc": "G and C of its binding site are out of range",
}
_RULES = {
    "first_base": "first_base_avoided",
    "terminator": "terminator",
    "rtt_length": "rtt_preferred_max",
    "pbs_gc": "pbs_gc_min",
}


def design_findings(design: EditDesign, precedents: Sequence[Precedent]) -> Iterator[Finding]:
    """Findings that follow from the design alone."""
    parts = parts_of(design)
    yield from precedent_findings(design, precedents)
    yield from spacer_findings(design)
    yield note("prime-by-products")
    yield note("prime-mismatch-repair")
    yield note("prime-editor-size")
    if parts.twin is None:
        yield _second_nick(parts)
        yield _edited_allele(parts)
    yield from _departures(parts)
    yield Finding(
        severity=Severity.INFO,
        code="epegrna-linker",
        message=f"epegRNA: {LINKER_NOTE}.",
        resolves="Run pegLIT on the epegRNA that is ordered.",
        evidence=tuple(
            Evidence(source=source, reason="linker between binding site and 3' motif")
            for source in rule_sources("linker_length")
        ),
    )


def left_out_finding(left_out: str) -> Iterator[Finding]:
    """That a plan lists not every spacer, and where the others stand."""
    if left_out:
        yield Finding(
            severity=Severity.INFO,
            code="spacers-left-out",
            message=f"Not among the proposals: {left_out}.",
            resolves="ipse pegrna lists every spacer with every extension.",
        )


def _second_nick(parts: PrimeParts) -> Finding:
    """What a second nick would add: PE3b, PE3, or none."""
    if not parts.nicking:
        return Finding(
            severity=Severity.INFO,
            code="no-second-nick",
            message=(
                "No guide for a second nick stands within the listed distance: the edit is made "
                "as PE2, by the one nick."
            ),
        )
    best = parts.nicking[0]
    if best.kind == "PE3b":
        finding = note("prime-pe3b")
    else:
        finding = note("prime-second-nick")
    where = f"{abs(best.distance)} nt {'3' if best.distance > 0 else '5'}' of the first nick"
    return finding.model_copy(
        update={"message": f"{best.kind} guide {best.spacer}, {where}. {finding.message}"}
    )


def _edited_allele(parts: PrimeParts) -> Finding:
    """What keeps the editor off the allele it has edited."""
    if parts.kept in ("pam_destroyed", "seed_mismatch"):
        words = "breaks the PAM" if parts.kept == "pam_destroyed" else "changes the seed"
        return Finding(
            severity=Severity.INFO,
            code="edited-allele-protected",
            message=f"The edit {words}: the pegRNA does not lead the editor back to the allele.",
        )
    if parts.silent:
        best = parts.silent[0]
        offer = (
            f" A silent change written with it ({best.described}) would end that; the allele is "
            "then wild type in its protein, not letter by letter."
        )
    else:
        offer = " No single silent change between nick and PAM would end that."
    return Finding(
        severity=Severity.CAUTION,
        code="edited-allele-renicked",
        message=f"Guide and PAM fit the edited allele too: it can be nicked again.{offer}",
        resolves="Compare the templates with and without the silent change."
        if parts.silent
        else "Prefer a spacer whose PAM or seed the edit changes.",
    )


def _departures(parts: PrimeParts) -> Iterator[Finding]:
    rows = [("the extension", parts.extension)]
    if parts.twin is not None:
        rows.append(("the second extension", parts.twin.extension))
    for name, row in rows:
        if not row.departures:
            continue
        sources = rule_sources(*(_RULES[item] for item in row.departures))
        yield Finding(
            severity=Severity.CAUTION,
            code="extension-departs-from-rules",
            message=f"Of {name}: {'; '.join(RULE_WORDS[item] for item in row.departures)}.",
            resolves="See the other extensions of this spacer in pegrnas.tsv.",
            evidence=tuple(
                Evidence(source=source, reason="rule of pegRNA design") for source in sources
            ),
        )
