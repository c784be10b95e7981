"""What the dossier shows of an edit, as typed sections."""

from __future__ import annotations

from ipse.core.errors import NotInReference
from ipse.core.proposal import Proposal
from ipse.core.sections import Block, KeyValues, Section, Table, Text
from ipse.modalities.editing import off_target_report
from ipse.modalities.editing.figure import figure
from ipse.modalities.editing.model import EFFECT_WORDS, EditDesign
from ipse.modalities.editing.off_targets import classified, key_of, sites_of, told
from ipse.modalities.protocol import Context

MAX_ROWS = 16
"""Rows of a table in a section; the files hold all of them."""


def sections(proposal: Proposal, context: Context) -> list[Section]:
    """Sections of one edit: the edit itself, and where else its guide fits.

    Criteria, findings, verdict and strategy are the proposal's own, which the page shows anyway.
    """
    design = EditDesign.model_validate(proposal.design)
    variant = next(item for item in context.variants if item.id == design.variant)
    blocks: list[Block] = [_identity(design)]
    try:
        blocks.append(figure(design, variant, context))
    except NotInReference as missing:
        blocks.append(Text(text=f"No figure: {missing.message}."))
    blocks.append(_outcomes(design))
    if design.bystanders:
        blocks.append(_bystanders(design))
    if design.template is not None:
        blocks.append(_template(design))
    blocks.append(_alternatives(design))
    return [
        Section(title=proposal.title, blocks=tuple(blocks), proposal=proposal.id),
        _off_targets(proposal, design, context),
    ]


def _off_targets(proposal: Proposal, design: EditDesign, context: Context) -> Section:
    known, _ = sites_of([design], context)
    rows = classified(design, known[key_of(design)])
    found = proposal.off_targets or told(design, rows, context)
    return Section(
        title="Off-target sites",
        blocks=tuple(off_target_report.blocks(design, found, rows)),
        proposal=proposal.id,
    )


def _identity(design: EditDesign) -> KeyValues:
    best = design.alternatives[0]
    place = f"{design.contig}:{design.protospacer_start + 1}-{design.protospacer_end}"
    window = best.target_window
    items = [
        ("Variant", f"{design.gene} {design.variant_hgvs}".strip()),
        ("Editor" if window else "Nuclease", f"{design.editor} ({design.editor_kind})"),
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
    return KeyValues(items=tuple(items))


def _outcomes(design: EditDesign) -> Table:
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


def _bystanders(design: EditDesign) -> Table:
    return Table(
        caption=f"Other bases {design.editor} may edit, each alone beside the target.",
        columns=("Bystander", "In target window", "c.", "p.", "What it is"),
        rows=tuple(
            (
                item.id,
                "yes" if item.in_target_window else "no",
                item.hgvs_c,
                item.hgvs_p,
                EFFECT_WORDS[item.effect],
            )
            for item in design.bystanders
        ),
        mono=(2, 3),
    )


def _template(design: EditDesign) -> KeyValues:
    template = design.template
    assert template is not None
    protection = {
        "pam_destroyed": "the correction breaks the PAM",
        "seed_mismatch": "the correction changes the seed",
        "distal_mismatch": "one or more mismatches far from the PAM only",
        "intact": "none: guide and PAM stay intact",
    }[template.recut]
    return KeyValues(
        items=(
            ("Template (5' to 3')", template.sequence),
            ("Length [nt]", str(template.length)),
            ("Strand", f"copy of the {template.sense} strand ({template.strand} of the reference)"),
            (
                "Arms left and right of the cut [nt]",
                f"{template.left_arm} and {template.right_arm}",
            ),
            ("Cut", f"between {design.contig}:{template.cut} and {template.cut + 1} (1-based)"),
            ("Unchanged bases between cut and change [bp]", str(template.cut_to_edit)),
            ("Homology beyond the change [nt]", str(template.homology_beyond_edit)),
            ("Protection of the corrected allele", protection),
        )
    )


def _alternatives(design: EditDesign) -> Table:
    shown = design.alternatives[:MAX_ROWS]
    omitted = len(design.alternatives) - len(shown)
    more = f" {omitted} more rows are in guides.tsv." if omitted else ""
    if design.template is not None:
        return Table(
            caption=f"Nucleases for this cut, best first ({design.alternatives_order}).{more}",
            columns=("Nuclease", "PAM", "Coding sequence [bp]", "Precedent"),
            rows=tuple(
                (
                    row.editor,
                    f"{row.pam} ({row.pam_pattern})",
                    row.size_bp,
                    "" if row.precedent is None else row.precedent.value,
                )
                for row in shown
            ),
            mono=(1,),
        )
    return Table(
        caption=f"Editors for this spacer, best first ({design.alternatives_order}).{more}",
        columns=(
            "Editor", "Class", "PAM", "Edit", "Target window", "Bystanders", "in target window",
            "harmful", "Worst outcome", "Precedent",
        ),
        rows=tuple(
            (
                row.editor,
                row.kind,
                f"{row.pam} ({row.pam_pattern})",
                row.edit,
                "{}-{}".format(*row.target_window) if row.target_window else "",
                row.bystanders,
                row.bystanders_in_target_window,
                row.harmful_bystanders,
                EFFECT_WORDS[row.worst_outcome],
                "" if row.precedent is None else row.precedent.value,
            )
            for row in shown
        ),
        mono=(2,),
    )  # fmt: skip
