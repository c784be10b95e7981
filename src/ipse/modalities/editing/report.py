"""What the dossier shows of an edit, as typed sections."""

from __future__ import annotations

import polars as pl

from ipse.core.errors import NotInReference
from ipse.core.proposal import Proposal
from ipse.core.sections import Block, KeyValues, Section, Table, Text
from ipse.modalities.editing import off_target_report, proof
from ipse.modalities.editing.design.family import Family
from ipse.modalities.editing.figure import figure
from ipse.modalities.editing.model import EFFECT_WORDS, EditDesign
from ipse.modalities.editing.off_targets import classified, guides_of, key_of, sites_of, told
from ipse.modalities.editing.order import report as order_report
from ipse.modalities.editing.order.findings import rearrangements
from ipse.modalities.editing.order.report import tube
from ipse.modalities.protocol import Context

MAX_ROWS = 16
"""Rows of a table in a section; the files hold all of them."""


PREFERENCES = {
    "specificity": "Specificity",
    "delivery": "Delivery",
    "efficiency": "Predicted efficiency",
}
"""What tells equals apart, as the dossier calls it."""


def sections(proposal: Proposal, family: Family, context: Context) -> list[Section]:
    """Sections of one edit: the edit itself, where else its guide fits, and what to order.

    Criteria, findings, verdict and strategy are the proposal's own, which the page shows anyway.
    """
    design = EditDesign.model_validate(proposal.design)
    blocks: list[Block] = [_identity(design, proposal)]
    if design.partners:
        blocks.append(_partners(design))
    try:
        blocks.append(figure(design, family, context))
    except NotInReference as missing:
        blocks.append(Text(text=f"No figure: {missing.message}."))
    blocks += family.blocks(design, context)
    known, _ = sites_of([design], context)
    guides = [(guide, classified(guide, known[key_of(guide)])) for guide in guides_of(design)]
    items = tuple(family.items(design, tube(proposal, design)))
    found = [
        Section(title=proposal.title, blocks=tuple(blocks), proposal=proposal.id),
        _off_targets(proposal, design, guides[0][1], context),
        order_report.section(proposal, design, items, rearrangements(design, guides)),
    ]
    if proven := proof.blocks(proposal, context):
        found.append(Section(title="Proof of the edit", blocks=tuple(proven), proposal=proposal.id))
    return found


def _partners(design: EditDesign) -> Table:
    return Table(
        caption="Further guides this design needs.",
        columns=("What for", "Enzyme", "Spacer (5' to 3', DNA)", "PAM", "Protospacer (1-based)"),
        rows=tuple(
            (
                item.role,
                item.editor,
                item.spacer,
                f"{item.pam} ({item.pam_pattern})",
                f"{item.contig}:{item.start + 1}-{item.end} ({item.strand})",
            )
            for item in design.partners
        ),
        mono=(2, 3),
    )


def _off_targets(
    proposal: Proposal, design: EditDesign, rows: pl.DataFrame, context: Context
) -> Section:
    found = proposal.off_targets or told(design, rows, context)
    return Section(
        title="Off-target sites",
        blocks=tuple(off_target_report.blocks(design, found, rows)),
        proposal=proposal.id,
    )


def _identity(design: EditDesign, proposal: Proposal) -> KeyValues:
    best = design.alternatives[0]
    place = f"{design.contig}:{design.protospacer_start + 1}-{design.protospacer_end}"
    kind = "Nuclease" if design.action == "cuts" else "Editor"
    items = [
        ("Variant" if design.variant else "Gene", f"{design.gene} {design.variant_hgvs}".strip()),
        (kind, f"{design.editor} ({design.editor_kind})"),
        ("Spacer (5' to 3', DNA)", design.spacer),
        ("PAM", f"{design.pam} ({best.pam_pattern})"),
        ("Protospacer", f"{place} ({design.strand} strand, 1-based)"),
        ("Edit", f"{design.target.label}: {design.intended_note}"),
    ]
    if design.windows is not None:
        target, outer = design.windows.target, design.windows.bystander
        items.append(("Target window", f"{target.first}-{target.last} ({target.basis})"))
        items.append(("Bystander window", f"{outer.first}-{outer.last} ({outer.basis})"))
    items += [
        ("Guide in a U6 cassette", design.five_prime_g),
        ("GC of the spacer [%]", f"{design.gc_percent:.0f}"),
    ]
    items += [(PREFERENCES[item.name], item.words) for item in proposal.preferences]
    return KeyValues(items=tuple(items))


def outcomes(design: EditDesign) -> Table:
    """The alleles that may come of an edit."""
    shown = design.outcomes[:MAX_ROWS]
    omitted = len(design.outcomes) - len(shown)
    more = f" {omitted} more rows are in edit-outcomes.tsv." if omitted else ""
    return Table(
        caption=f"Alleles that may come of the edit: {design.outcomes_note}.{more}",
        columns=("Bystanders edited too", "c.", "p.", "What it is"),
        rows=tuple(
            (
                ", ".join(item.bystander_ids) or "none",
                item.hgvs_c,
                item.hgvs_p,
                EFFECT_WORDS[item.effect],
            )
            for item in shown
        ),
        mono=(1, 2),
    )
