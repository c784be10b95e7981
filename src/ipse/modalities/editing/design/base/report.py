"""What the dossier and the GenBank record show of a base edit."""

from __future__ import annotations

from collections.abc import Iterator

from ipse.construct.genbank import Feature
from ipse.core.sections import Block, Mark, Table, Track
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EFFECT_WORDS, EditDesign
from ipse.modalities.editing.report import MAX_ROWS, outcomes


def blocks(design: EditDesign) -> list[Block]:
    """Outcomes, bystanders, editors."""
    found: list[Block] = [outcomes(design)]
    if design.bystanders:
        found.append(_bystanders(design))
    found.append(_editors(design))
    return found


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


def _editors(design: EditDesign) -> Table:
    shown = design.alternatives[:MAX_ROWS]
    omitted = len(design.alternatives) - len(shown)
    more = f" {omitted} more rows are in guides.tsv." if omitted else ""
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


def features(design: EditDesign, places: Drawn) -> Iterator[Feature]:
    """Windows, the target base and its bystanders."""
    strand = 1 if design.strand == "+" else -1
    place = places.place
    assert design.windows is not None and design.target.position is not None
    for name, window in (
        ("target window", design.windows.target),
        ("bystander window", design.windows.bystander),
    ):
        yield Feature(
            "misc_feature", (place(window.first, window.last),), strand,
            label=f"{name} {window.first}-{window.last}",
            notes=(f"{design.editor}: {window.basis}",), sources=window.source,
        )  # fmt: skip
    position = design.target.position
    yield Feature(
        "misc_feature", (place(position, position),), strand,
        label=f"edit {design.target.label}", notes=(design.intended_note,),
    )  # fmt: skip
    for item in design.bystanders:
        yield Feature(
            "misc_feature", (place(item.position, item.position),), strand,
            label=f"bystander {item.id}",
            notes=(f"{item.hgvs_c} {item.hgvs_p}".strip(), EFFECT_WORDS[item.effect]),
        )  # fmt: skip


def tracks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Track]:
    """Target window and bystander window."""
    assert design.windows is not None
    target, outer = design.windows.target, design.windows.bystander
    for role, name, window in (
        ("target_window", "target window", target),
        ("bystander_window", "bystander window", outer),
    ):
        start, end = places.place(window.first, window.last)
        yield Track(
            label=f"{name} {window.first}-{window.last}",
            role="target_window" if role == "target_window" else "bystander_window",
            start=start + shift,
            end=end + shift,
            strand=design.strand,
        )


def marks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Mark]:
    """The target base and its bystanders."""
    assert design.target.position is not None
    at = places.place(design.target.position, design.target.position)[0] + shift
    yield Mark(position=at, role="target", label=design.target.label)
    for item in design.bystanders:
        at = places.place(item.position, item.position)[0] + shift
        yield Mark(position=at, role="bystander", label=item.id)
