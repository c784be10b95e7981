"""Base-editor placements of the package against the letter-by-letter twin."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import editing_twin as twin
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ipse.modalities.editing
from ipse.modalities.editing.catalogue import BaseEditor, base_editors
from ipse.modalities.editing.design.base.placement import (
    editable_positions,
    enumerate_guides,
    genomic_index,
    reach,
    result,
)

TABLE = Path(ipse.modalities.editing.__file__).parent / "tables" / "base_editors.tsv"
NUMBERS = (
    "protospacer_length", "target_first", "target_last", "bystander_first", "bystander_last",
)  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """The table's own cells, read without the package's reader."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        found = [dict(row) for row in csv.DictReader(handle, delimiter="\t", quoting=3)]
    return [
        {k: int(v) if k in NUMBERS else v for k, v in row.items()}
        for row in found
        if all(row[k] for k in NUMBERS)
    ]


ROWS = {row["name"]: row for row in rows()}


def as_twin(editor: BaseEditor) -> dict[str, Any]:
    return {
        "name": editor.name,
        "edit": f"{editor.edit[0]}>{editor.edit[1]}",
        "pam": editor.pam,
        "pam_side": editor.pam_side,
        "protospacer_length": editor.length,
        "target_first": editor.target[0],
        "target_last": editor.target[1],
        "bystander_first": editor.bystander[0],
        "bystander_last": editor.bystander[1],
    }


def as_guides(hits: Any) -> list[twin.Guide]:
    return [twin.Guide(h.editor, h.strand, h.start, h.spacer, h.pam, h.position) for h in hits]


def test_every_row_of_the_table_is_used() -> None:
    read = {editor.name: as_twin(editor) for editor in base_editors()}
    assert sorted(read) == sorted(ROWS)
    for name, row in ROWS.items():
        assert read[name] == {key: row[key] for key in read[name]}
        assert row["bystander_first"] <= row["target_first"], name
        assert row["target_last"] <= row["bystander_last"], name


@st.composite
def editors(draw: st.DrawFn) -> BaseEditor:
    """An editor nobody has built: any PAM, side, length and windows."""
    length = draw(st.integers(3, 24))
    first = draw(st.integers(1, length))
    last = draw(st.integers(first, length))
    return BaseEditor(
        name="E",
        kind="ABE",
        edit=draw(st.sampled_from([("A", "G"), ("C", "T"), ("C", "G"), ("T", "C")])),
        pam=draw(st.text("ACGTRYSWKMBDHVN", min_size=1, max_size=5)),
        pam_side=draw(st.sampled_from(["3prime", "5prime"])),
        length=length,
        target=(first, last),
        bystander=(draw(st.integers(1, first)), draw(st.integers(last, length))),
    )


@given(
    st.integers(0, 70).flatmap(lambda size: st.text("ACGT", min_size=size + 1, max_size=size + 1)),
    st.data(),
)
def test_every_shipped_editor_on_random_sequence(sequence: str, data: st.DataObject) -> None:
    target = data.draw(st.integers(0, len(sequence) - 1))
    hits = as_guides(enumerate_guides(sequence, target, base_editors()))
    assert len(hits) == len(set(hits))
    assert set(hits) == twin.guides(sequence, target, list(ROWS.values()))


@given(st.text("ACGT", min_size=1, max_size=60), editors(), st.data())
def test_editors_nobody_has_built(sequence: str, editor: BaseEditor, data: st.DataObject) -> None:
    target = data.draw(st.integers(0, len(sequence) - 1))
    hits = as_guides(enumerate_guides(sequence, target, [editor]))
    assert set(hits) == twin.guides(sequence, target, [as_twin(editor)])
    assert len(hits) == len(set(hits))


@given(st.text("ACGTN", min_size=40, max_size=70), st.data())
def test_unknown_letters_make_no_guide(sequence: str, data: st.DataObject) -> None:
    target = data.draw(st.integers(0, len(sequence) - 1))
    hits = as_guides(enumerate_guides(sequence, target, base_editors()))
    expected = {
        guide
        for guide in twin.guides(sequence, target, list(ROWS.values()))
        if "N" not in guide.spacer + guide.pam
    }
    assert set(hits) == expected


@given(st.text("ACGT", min_size=30, max_size=60), editors(), st.data())
def test_bystanders_and_what_an_edit_makes(
    sequence: str, editor: BaseEditor, data: st.DataObject
) -> None:
    target = data.draw(st.integers(0, len(sequence) - 1))
    plain = as_twin(editor)
    for hit in as_guides(enumerate_guides(sequence, target, [editor])):
        near = twin.bystanders(sequence, hit, plain)
        positions = editable_positions(hit.spacer, editor)
        assert [p for p in positions if p != hit.position] == sorted(near)
        assert hit.position in positions
        for position, place in near.items():
            assert genomic_index(hit.start, editor.length, hit.strand, position) == place
        assert genomic_index(hit.start, editor.length, hit.strand, hit.position) == target
        if len(near) <= 6:
            after = twin.outcomes(sequence, hit, plain)[frozenset()]
            assert after[target] == result(editor, sequence[target])


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row["name"])
def test_no_placement_is_cut_off_within_reach(row: dict[str, Any]) -> None:
    (editor,) = [e for e in base_editors() if e.name == row["name"]]
    far = reach([editor])
    length, pam = editor.length, len(editor.pam)
    for position in range(editor.target[0], editor.target[1] + 1):
        before = position - 1 + (pam if editor.pam_side == "5prime" else 0)
        behind = length - position + (pam if editor.pam_side == "3prime" else 0)
        assert max(before, behind) <= far
