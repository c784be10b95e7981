"""The order in the dossier: what to order, and how it gets there."""

from __future__ import annotations

from collections.abc import Sequence

from ipse.core.proposal import Proposal
from ipse.core.sections import Block, Section, Table, Text
from ipse.modalities.editing.delivery import VEHICLE_WORDS, rows_for, tissues_of
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.order.bench import assays_for
from ipse.modalities.editing.order.items import NOTATION, Item
from ipse.modalities.editing.order.of_design import KINDS, cargo_of, left_out, reach
from ipse.modalities.editing.translocations import Rearrangement

TITLE = "What to order, and how it gets there"
TSV = "orders.tsv"
LONGEST = 400
"""Letters of a sequence shown in the dossier; the file has it whole."""
TSV_COLUMNS = (
    "proposal", "rank", "item", "what", "sequence", "plain", "length", "use", "note", "source",
)  # fmt: skip


def tube(proposal: Proposal, design: EditDesign) -> str:
    """Prefix of the names of a proposal's items: gene, and the proposal's id."""
    return f"{design.gene or design.contig}-{proposal.id.rpartition('-')[2]}"


def tsv_row(proposal: Proposal, item: Item) -> tuple[object, ...]:
    """One item as a row of ``orders.tsv``."""
    return (
        proposal.id, proposal.rank, item.name, item.what, item.sequence, item.plain, item.length,
        item.use, item.note, "; ".join(item.source),
    )  # fmt: skip


def section(
    proposal: Proposal,
    design: EditDesign,
    items: Sequence[Item],
    joined: Sequence[Rearrangement] = (),
) -> Section:
    """Items, vehicles, assays, and the joints that several cuts make possible."""
    blocks: list[Block] = [_summary(design)]
    if items:
        blocks.append(_items(items))
    blocks.append(_vehicles(design))
    if joined:
        blocks.append(_joints(joined))
    blocks.append(_assays(design))
    return Section(title=TITLE, blocks=tuple(blocks), proposal=proposal.id)


def _summary(design: EditDesign) -> Text:
    best = reach(design)
    return Text(text=" ".join([f"Reach: {best.reason}.", *left_out(design)]))


def _items(items: Sequence[Item]) -> Table:
    return Table(
        caption=(
            f"Sequences 5' to 3', ready to paste ({NOTATION}). The same rows, with the letters "
            f"alone and their sources, are in {TSV}."
        ),
        columns=("Item", "Sequence", "Length", "For", "Note"),
        rows=tuple((item.name, item.sequence, item.length, item.use, item.note) for item in items),
        mono=(0, 1),
    )


def _letters(item: Item) -> str:
    """A sequence as far as a table bears it."""
    if len(item.sequence) <= LONGEST:
        return item.sequence
    return f"{item.sequence[:20]}...{item.sequence[-20:]} (whole in {TSV})"


def _vehicles(design: EditDesign) -> Table:
    tissues = tissues_of(design.gene)
    several = len(tissues) > 1
    why = "; ".join(f"{row.name} ({row.why}{': ' + row.note if row.note else ''})"
                    for row in tissues)  # fmt: skip
    where = ("Tissue",) if several else ()
    return Table(
        caption=(
            f"Vehicles. Tissue to be edited for {design.gene}: {why}." if tissues
            else f"Vehicles. The tissue to be edited for {design.gene or design.contig} is not in "
            "the tables."
        ),
        columns=("Vehicle", *where, "Cargo", "In numbers", "Shown in", "Source"),
        rows=tuple(
            (
                VEHICLE_WORDS[row.vehicle],
                *([row.tissue] if several else []),
                row.fit,
                row.numbers,
                f"{row.level.value}: {row.outcome}" if row.level else "not shown",
                "; ".join(row.source),
            )
            for row in rows_for(cargo_of(design), design.gene)
        ),
    )  # fmt: skip


def _joints(joined: Sequence[Rearrangement]) -> Table:
    unsure = any(not row.sure for row in joined)
    more = (
        " Where the side of a centromere is not known, which way of joining two chromosomes gives "
        "which kind is left open."
        if unsure
        else ""
    )
    return Table(
        caption=f"Rearrangements that the cuts make possible.{more}",
        columns=("Kind", "First cut", "Second cut", "What is joined"),
        rows=tuple((row.kind, row.first, row.second, row.joined) for row in joined),
    )


def _assays(design: EditDesign) -> Table:
    kind = KINDS[design.action]
    return Table(
        caption=f"Assays that look for off-target sites of this kind of editor ({kind}).",
        columns=("Assay", "Setting", "Finds", "Note", "Source"),
        rows=tuple(
            (row.name, row.setting, row.finds, row.note, "; ".join(row.source))
            for row in assays_for(kind)
        ),
    )
