"""From options to designs: one spacer of one approach, with every enzyme that can use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipse.core.evidence import Level
from ipse.genome.consequence import Consequence, consequence
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import Nuclease
from ipse.modalities.editing.design.base.placement import editable_positions
from ipse.modalities.editing.design.disrupt.bases import BaseRow
from ipse.modalities.editing.design.disrupt.gene import Gene, Stop
from ipse.modalities.editing.design.disrupt.model import Disruption, ReadFrame
from ipse.modalities.editing.design.disrupt.options import (
    APPROACHES,
    EDITOR_ORDER,
    ORDER,
    Approach,
    Option,
)
from ipse.modalities.editing.design.disrupt.targets import Chosen, PublishedGuide
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.model import (
    Alternative,
    EditDesign,
    Outcome,
    Strategy,
    Target,
    Window,
    Windows,
)

PROPOSED = 4
"""Spacers of a gene and strategy that are proposed; ``disruption-guides.tsv`` holds all. Spacers of
published guides are proposed whatever their place."""

STRATEGY: dict[Approach, Strategy] = {
    "cut": "disrupt-cut",
    "splice-donor": "disrupt-splice",
    "splice-acceptor": "disrupt-splice",
    "stop-codon": "disrupt-stop",
}
NUCLEASE_ORDER = "published with this spacer and nuclease; order of the table"
CUT_NOTE = (
    "alleles closed with insertions and deletions, which are not predicted; what the two shifted "
    "frames read is shown below"
)
BASE_NOTE = "the intended edit alone; other bases of the window do not undo it"


@dataclass(frozen=True)
class Ranked:
    """An option with its place among those of its strategy."""

    option: Option
    place: int
    of: int


def by_strategy(found: Sequence[Option]) -> dict[Strategy, list[Ranked]]:
    """Options of each strategy in order, with their places."""
    groups: dict[Strategy, list[Option]] = {STRATEGY[approach]: [] for approach in APPROACHES}
    for option in found:
        groups[STRATEGY[option.approach]].append(option)
    return {
        strategy: [Ranked(option, place, len(rows)) for place, option in enumerate(rows, start=1)]
        for strategy, rows in groups.items()
    }


def proposed(rows: Sequence[Ranked]) -> list[Ranked]:
    """The best of a strategy, and every published spacer."""
    return [row for row in rows if row.place <= PROPOSED or row.option.published]


def design_of(
    ranked: Ranked, gene: Gene, chosen: Chosen, nucleases: Sequence[Nuclease]
) -> EditDesign:
    """The design of an option.

    Parameters
    ----------
    chosen
        The target, with what in the case calls for it.
    nucleases
        Those of the table, to look them up by name.
    """
    if ranked.option.cuts:
        return _cut_design(ranked, gene, chosen, {item.name: item for item in nucleases})
    return _base_design(ranked, gene, chosen)


def _cut_design(
    ranked: Ranked, gene: Gene, chosen: Chosen, known: dict[str, Nuclease]
) -> EditDesign:
    option = ranked.option
    cut = option.cuts[0]
    tools = [known[item.nuclease] for item in option.cuts]
    outcome = Outcome(hgvs_c="", hgvs_p="", bystander_ids=(), effect="knocked_out")
    part = _part(
        ranked, gene, chosen,
        cut=cut.site.cut,
        isoforms_hit=cut.isoforms,
        frames=tuple(map(_frame, ("one base lost", "two bases lost"), cut.frames)),
    )  # fmt: skip
    return _design(
        ranked, gene, part,
        action="cuts",
        editor=tools[0].name,
        editor_kind="nuclease",
        pam_side=tools[0].pam_side,
        allele_start=option.start - cut.site.cut,
        target=Target(
            position=None, genomic_position=cut.site.cut, ref="", alt="", base_before="",
            base_after="", label=f"cut in codon {cut.codon}",
        ),
        intended_note=(
            f"a cut between coding bases {cut.kept} and {cut.kept + 1} of {gene.coding_length}, in "
            f"exon {cut.exon.number}; insertions and deletions shift the frame unless they are of "
            "whole codons"
        ),
        alternatives=tuple(
            Alternative(
                editor=tool.name, kind="nuclease", pam=item.site.pam, pam_pattern=tool.pam,
                edit="cut", worst_outcome="knocked_out", size_bp=tool.size_bp, source=tool.source,
                precedent=_precedent(chosen, option.published, tool.name)[0],
                precedent_spacer=_precedent(chosen, option.published, tool.name)[1],
            )
            for tool, item in zip(tools, option.cuts, strict=True)
        ),
        alternatives_order=NUCLEASE_ORDER,
        outcomes=(outcome,),
        outcomes_note=CUT_NOTE,
    )  # fmt: skip


def _base_design(ranked: Ranked, gene: Gene, chosen: Chosen) -> EditDesign:
    option = ranked.option
    best = option.rows[0]
    editor, aim, hit = best.editor, best.aim, best.hit
    described = [_described(gene, row) for row in option.rows]
    skipped = "stop codon" if aim.approach == "stop-codon" else "exon skipped"
    frames = tuple(
        _frame(after, stop)
        for after, stop in ((skipped, aim.stop), ("intron kept", aim.kept))
        if stop is not None
    )
    part = _part(
        ranked, gene, chosen,
        before=aim.before_sense,
        after=aim.after_sense,
        isoforms_hit=aim.isoforms,
        frames=frames,
        in_frame=aim.in_frame,
        weak=aim.weak,
    )  # fmt: skip
    label = f"{editor.edit[0]}{hit.position}>{editor.edit[1]}"
    effect = "knocked_out" if aim.approach == "stop-codon" else "splice_site_lost"
    return _design(
        ranked, gene, part,
        action="deaminates",
        editor=editor.name,
        editor_kind=editor.kind,
        pam_side=editor.pam_side,
        allele_start=hit.start - aim.position,
        target=Target(
            position=hit.position, genomic_position=aim.position, ref=aim.before, alt=aim.before,
            base_before=editor.edit[0], base_after=editor.edit[1], label=label,
        ),
        intended=effect,
        intended_note=f"{aim.place}: {aim.before_sense} to {aim.after_sense}",
        windows=Windows(
            target=Window(
                first=editor.target[0], last=editor.target[1], basis=editor.target_basis,
                source=editor.target_source,
            ),
            bystander=Window(
                first=max(1, editor.bystander[0]), last=min(editor.length, editor.bystander[1]),
                basis=editor.bystander_basis, source=editor.bystander_source,
            ),
        ),
        alternatives=tuple(
            _base_alternative(row, chosen, option.published, found)
            for row, found in zip(option.rows, described, strict=True)
        ),
        alternatives_order=EDITOR_ORDER,
        outcomes=(
            Outcome(
                hgvs_c=described[0].hgvs_c, hgvs_p=described[0].hgvs_p, bystander_ids=(),
                effect=effect, consequence=described[0].terms,
            ),
        ),
        outcomes_note=BASE_NOTE,
    )  # fmt: skip


def _base_alternative(
    row: BaseRow, chosen: Chosen, published: Sequence[PublishedGuide], found: Consequence
) -> Alternative:
    editor, aim = row.editor, row.aim
    level, same = _precedent(chosen, published, editor.name)
    beside = [at for at in editable_positions(row.hit.spacer, editor) if at != row.hit.position]
    first, last = editor.target
    return Alternative(
        editor=editor.name,
        kind=editor.kind,
        pam=row.hit.pam,
        pam_pattern=editor.pam,
        target_position=row.hit.position,
        edit=f"{editor.edit[0]}{row.hit.position}>{editor.edit[1]}",
        result_p=found.hgvs_p,
        target_window=editor.target,
        target_basis=editor.target_basis,
        bystander_window=(max(1, editor.bystander[0]), min(editor.length, editor.bystander[1])),
        bystander_basis=editor.bystander_basis,
        bystanders=len(beside),
        bystanders_in_target_window=sum(first <= at <= last for at in beside),
        worst_outcome="knocked_out" if aim.approach == "stop-codon" else "splice_site_lost",
        precedent=level,
        precedent_spacer=same,
        size_bp=editor.size_bp,
        source=editor.source,
        note="GT to GC: the donor may still be used" if aim.weak else editor.note,
    )


def _described(gene: Gene, row: BaseRow) -> Consequence:
    change = GenomicVariant(gene.transcript.contig, row.aim.position, row.aim.before, row.aim.after)
    return consequence([change], gene.transcript, gene.reference)


def _precedent(
    chosen: Chosen, published: Sequence[PublishedGuide], enzyme: str
) -> tuple[Level | None, bool]:
    """Strongest level at which this spacer and enzyme were used; by others it is an analogy."""
    same = [row.level for row in published if row.editor == enzyme]
    if same:
        return min(same, key=lambda level: level.rank), True
    if chosen.target.level is Level.RULE:
        return None, False
    return Level.ANALOGY, False


def _frame(after: str, stop: Stop) -> ReadFrame:
    return ReadFrame(after=after, stop_codon=stop.codon, decay=stop.decay)


def _part(ranked: Ranked, gene: Gene, chosen: Chosen, **more: object) -> Disruption:
    option, target = ranked.option, chosen.target
    return Disruption.model_validate(
        {
            "target": target.key,
            "element": target.element,
            "aim": target.aim,
            "cells": target.cells,
            "basis": chosen.basis,
            "why": chosen.why,
            "approach": option.approach,
            "exon": option.exon,
            "exons": len(gene.transcript.exons),
            "codon": option.codon,
            "codons": gene.codons,
            "isoforms": len(gene.isoforms),
            "remnant_percent": 100 * option.remnant,
            "place": ranked.place,
            "of": ranked.of,
            "order": ORDER,
            "published": tuple(row.name for row in option.published),
            **more,
        }
    )


def _design(ranked: Ranked, gene: Gene, part: Disruption, **more: object) -> EditDesign:
    """The fields every disruption shares."""
    option = ranked.option
    start, end = option.start, option.start + len(option.spacer)
    pam_left = (option.strand == "+") == (more["pam_side"] == "5prime")
    width = len(option.pam)
    pam = (start - width, start) if pam_left else (end, end + width)
    return EditDesign.model_validate(
        {
            "variant": "",
            "variant_hgvs": "",
            "strategy": STRATEGY[option.approach],
            "gene": gene.transcript.gene,
            "transcript": gene.transcript.id,
            "spacer": option.spacer,
            "pam": option.pam,
            "strand": option.strand,
            "contig": gene.transcript.contig,
            "protospacer_start": start,
            "protospacer_end": end,
            "pam_start": pam[0],
            "pam_end": pam[1],
            "intended": "knocked_out",
            "disruption": part,
            "five_prime_g": five_prime_g(option.spacer),
            "gc_percent": gc_percent(option.spacer),
            **more,
        }
    )
