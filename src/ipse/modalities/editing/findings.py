"""What speaks for and against any design: who made it before, its spacer, the patient's alleles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.modalities.editing.catalogue import Precedent, note
from ipse.modalities.editing.design.family import Draft
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.own import case_variants, own_sequence
from ipse.modalities.editing.zygosity import allele_findings
from ipse.modalities.protocol import Context

U6_STOP = "TTTT"


def spacer_findings(design: EditDesign) -> Iterator[Finding]:
    """How the spacer is transcribed."""
    if U6_STOP in design.spacer:
        yield note("u6-terminator")
    if not design.spacer.startswith("G"):
        yield note("u6-start")


def patient_findings(draft: Draft, context: Context) -> Iterator[Finding]:
    """What the patient's alleles and calls mean for a design that repairs a variant."""
    assert draft.site is not None
    design, variant = draft.design, draft.site.variant
    yield from allele_findings(design, variant, context.variants)
    yield from case_variants(design, variant, context.variants)
    yield from own_sequence(design, variant, context.patient_genome)


def precedent_findings(design: EditDesign, precedents: Sequence[Precedent]) -> Iterator[Finding]:
    """Who made this edit before, with this guide or another."""
    for row in precedents:
        same = (row.spacer, row.editor) == (design.spacer, design.editor)
        which = "with this spacer and editor" if same else "with another spacer or editor"
        how = f"{row.editor}, spacer {row.spacer or 'not published'}"
        yield Finding(
            severity=Severity.INFO,
            code="precedent" if same else "precedent-by-analogy",
            message=f"This edit was made before {which} ({how}): {row.outcome}",
            evidence=tuple(
                Evidence(
                    source=source,
                    reason=row.outcome,
                    level=row.level if same else row.level.ANALOGY,
                )
                for source in row.source
            ),
        )
