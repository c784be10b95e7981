"""Findings every design may have: its spacer's fold, copies of its gene, wrongly joined cuts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache

import polars as pl

from ipse.core.finding import Finding
from ipse.modalities.editing.catalogue import note
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.order.bench import (
    assay_finding,
    cloning_findings,
    immune_finding,
    junction_finding,
    pegrna_cloning_findings,
    spacer_findings,
)
from ipse.modalities.editing.order.of_design import KINDS, enzyme, extensions_of
from ipse.modalities.editing.order.parts import enzyme_of, scaffold_of
from ipse.modalities.editing.paralogues import paralogue_finding, paralogues
from ipse.modalities.editing.translocations import Cut, Rearrangement, counted, translocations
from ipse.modalities.protocol import Context

NAMED = 4
"""Rearrangements named in a finding; the dossier's table has all."""

_COPIES = "editing.copies"

Guides = Sequence[tuple[EditDesign, pl.DataFrame]]
"""A design's guides, each as a design with that guide in its place, and its off-target rows."""


def common_findings(
    design: EditDesign, guides: Guides, context: Context, said: Collection[str] = ()
) -> Iterator[Finding]:
    """What is asked of every design, whatever its family.

    Parameters
    ----------
    said
        Codes of what its family has said already.
    guides
        The main guide first, then those of ``design.partners``; rows as
        ``off_targets.classified`` gives them, empty where nothing was searched.
    """
    yield from (note(code) for code in _of_action(design) if code not in said)
    pegrnas = dict(extensions_of(design))
    roles = ["", *(f"Of the {item.role}: " for item in design.partners)]
    for role, (guide, _) in zip(roles, guides, strict=True):
        for item in _of_guide(guide, pegrnas.get(guide.spacer, {}).values()):
            yield item.model_copy(update={"message": role + item.message}) if role else item
    copies = paralogue_finding(
        design.gene,
        cuts=design.action == "cuts",
        searched=context.options.off_targets and _copies_held(design.gene, context),
        matched=_matched(design.gene, guides),
    )
    if copies is not None:
        yield copies
    joined = [row for row in rearrangements(design, guides) if not row.intended]
    if joined:
        yield _rearranged(joined)


def _of_action(design: EditDesign) -> tuple[str, ...]:
    """Notes on what an enzyme does beside its edit: large deletions, p53, stray deamination."""
    if design.action == "cuts":
        return ("cut-by-products", "cut-p53")
    if design.action == "deaminates":
        return (f"guide-independent-{'adenine' if 'ABE' in design.editor_kind else 'cytosine'}",)
    return ()


def _of_guide(guide: EditDesign, extensions: Collection[str]) -> Iterator[Finding]:
    yield from spacer_findings(guide.spacer)
    if extensions:
        yield from pegrna_cloning_findings(guide.spacer, extensions)
        return
    protein = enzyme(guide)
    yield from cloning_findings(guide.spacer, protein, cuts=guide.action == "cuts")
    scaffold = scaffold_of(protein) if protein else None
    if scaffold is not None and (found := junction_finding(guide.spacer, scaffold)) is not None:
        yield found


def _copies_held(gene: str, context: Context) -> bool:
    """Whether every copy of a gene is named by the annotation where the reference has sequence."""
    row = paralogues().get(gene)
    if row is None:
        return False
    named: dict[str, bool] = context.memory.setdefault(_COPIES, {})
    if gene not in named:
        named[gene] = _all_held(row.copies, context)
    return named[gene]


def _all_held(copies: Sequence[str], context: Context) -> bool:
    genes = context.annotation.genes()
    for copy in copies:
        if copy not in genes:
            return False
        models = context.annotation.transcripts_of(copy)
        held = context.reference.held(models[0].contig)
        start, end = min(a for a, _ in models[0].exons), max(b for _, b in models[0].exons)
        if not any(first <= start and end <= last for first, last in held):
            return False
    return True


def _matched(gene: str, guides: Guides) -> dict[str, int]:
    """Copies of a gene that a guide fits, with the fewest edits."""
    row = paralogues().get(gene)
    found: dict[str, int] = {}
    if row is None:
        return found
    for _, rows in guides:
        if not rows.height:
            continue
        off = rows.filter((pl.col("role") == "off_target") & (pl.col("change") != "lost"))
        for names, edits in off.select("gene", "edits").unique().iter_rows():
            for copy in set(names.split(",")) & set(row.copies):
                found[copy] = min(edits, found.get(copy, edits))
    return found


def rearrangements(design: EditDesign, guides: Guides) -> list[Rearrangement]:
    """What the cuts of a design, and the places its guides fit exactly, can be joined to.

    The deletion between a design's own cuts on a chromosome is what they are made for.
    """
    if design.action != "cuts":
        return []
    cuts: dict[tuple[str, int], Cut] = {}
    roles = ["target", *(item.role for item in design.partners)]
    for role, (guide, _) in zip(roles, guides, strict=True):
        place = (guide.contig, _cut(guide))
        cuts.setdefault(place, Cut(_named(role, guide), *place))
    own = {cut.name for cut in cuts.values()}
    for _, rows in guides:
        if not rows.height:
            continue
        exact = rows.filter(
            (pl.col("role") == "off_target") & (pl.col("edits") == 0) & (pl.col("change") != "lost")
        )
        for contig, junction, gene in exact.select("contig", "_junction", "gene").iter_rows():
            name = f"{gene or 'exact match'} {contig}:{junction + 1:,}"
            cuts.setdefault((contig, junction), Cut(name, contig, junction))
    return [
        replace(row, intended=True, joined=f"{row.joined}: the aim")
        if row.kind == "deletion" and {row.first, row.second} <= own
        else row
        for row in translocations(list(cuts.values()))
    ]


def _named(role: str, guide: EditDesign) -> str:
    return f"{guide.gene or guide.contig} {role}".strip()


def _cut(guide: EditDesign) -> int:
    """Where the PAM meets the protospacer: within a few bases of the cut of a Cas9."""
    left = (guide.strand == "+") == (guide.pam_side == "5prime")
    return guide.pam_end if left else guide.pam_start


def _rearranged(joined: Sequence[Rearrangement]) -> Finding:
    named = "; ".join(
        f"{row.kind} of {row.first} and {row.second}"
        + (f" ({row.size:,} bp)" if row.size is not None else "")
        for row in joined[:NAMED]
    )
    more = f"; {len(joined) - NAMED} more" if len(joined) > NAMED else ""
    return note("rearrangements", kinds=counted(joined), named=named + more)


@cache
def _once(kind: str, protein: str | None) -> tuple[Finding, ...]:
    found = (assay_finding(kind), immune_finding(protein))
    return tuple(item for item in found if item is not None)


def plan_findings(designs: Sequence[EditDesign]) -> Iterator[Finding]:
    """What holds for all designs of a kind, said once in a plan: assays and immunity."""
    said: set[tuple[str, str]] = set()
    for design in designs:
        best = design.alternatives[0]
        protein = enzyme_of(best.editor, best.pam_pattern, design.pam_side)
        for item in _once(KINDS[design.action], protein):
            if (item.code, item.message) not in said:
                said.add((item.code, item.message))
                yield item
