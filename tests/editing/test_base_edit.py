"""Placements of base editors: windows, strands, unknown sequence, and the genetic code."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.sequence import complement, matches, reverse_complement, translate
from ipse.modalities.editing.catalogue import BaseEditor, base_editors
from ipse.modalities.editing.design.base.placement import (
    Hit,
    editable_positions,
    enumerate_guides,
    genomic_index,
    reach,
    result,
)

EDITORS = {editor.name: editor for editor in base_editors()}
DNA = st.text("ACGT", min_size=30, max_size=90)


def edited(sequence: str, hit: Hit, editor: BaseEditor) -> str:
    """The sequence after the hit's edit, by plain string work on the hit's own strand."""
    strand = sequence if hit.strand == "+" else reverse_complement(sequence)
    at = strand.find(hit.spacer)
    starts = []
    while at >= 0:
        starts.append(at)
        at = strand.find(hit.spacer, at + 1)
    place = hit.start if hit.strand == "+" else len(sequence) - hit.start - len(hit.spacer)
    assert place in starts
    base = place + hit.position - 1
    assert strand[base] == editor.edit[0]
    strand = strand[:base] + editor.edit[1] + strand[base + 1 :]
    return strand if hit.strand == "+" else reverse_complement(strand)


@given(DNA, st.data())
def test_every_hit_edits_the_target_and_nothing_else(sequence: str, data: st.DataObject) -> None:
    target = data.draw(st.integers(0, len(sequence) - 1))
    for hit in enumerate_guides(sequence, target, EDITORS.values()):
        editor = EDITORS[hit.editor]
        after = edited(sequence, hit, editor)
        changed = [k for k in range(len(sequence)) if after[k] != sequence[k]]
        assert changed == [target]
        assert after[target] == result(editor, sequence[target])
        assert editor.target[0] <= hit.position <= editor.target[1]
        assert matches(editor.pam, hit.pam)
        assert genomic_index(hit.start, len(hit.spacer), hit.strand, hit.position) == target


@given(DNA, st.data())
def test_the_mirrored_locus_gives_the_mirrored_guides(sequence: str, data: st.DataObject) -> None:
    target = data.draw(st.integers(0, len(sequence) - 1))
    size = len(sequence)
    here = enumerate_guides(sequence, target, EDITORS.values())
    there = enumerate_guides(reverse_complement(sequence), size - 1 - target, EDITORS.values())
    turned = sorted(
        Hit(
            hit.editor,
            "-" if hit.strand == "+" else "+",
            size - hit.start - len(hit.spacer),
            hit.spacer,
            hit.pam,
            hit.position,
        )
        for hit in there
    )
    assert here == turned


@given(DNA, st.data())
def test_no_guide_on_unknown_sequence(sequence: str, data: st.DataObject) -> None:
    target = data.draw(st.integers(0, len(sequence) - 1))
    hole = data.draw(st.integers(0, len(sequence) - 1))
    known = enumerate_guides(sequence, target, EDITORS.values())
    holed = sequence[:hole] + "N" + sequence[hole + 1 :]
    left = enumerate_guides(holed, target, EDITORS.values())
    assert set(left) <= set(known)
    for hit in known:
        width = len(hit.pam)
        upstream = (hit.strand == "+") == (EDITORS[hit.editor].pam_side == "5prime")
        end = hit.start + len(hit.spacer)
        covered = range(hit.start - width, end) if upstream else range(hit.start, end + width)
        assert (hit in left) == (hole not in covered)


def test_reach_is_enough_for_every_editor() -> None:
    """Widening the sequence beyond ``reach`` finds nothing new."""
    flank = reach(EDITORS.values())
    sequence = ("ACGTTGCAAGGCTTAACCGGTATCGATTACCG" * 8)[: 2 * (flank + 20) + 1]
    middle = len(sequence) // 2
    narrow = sequence[middle - flank : middle + flank + 1]
    wide = enumerate_guides(sequence, middle, EDITORS.values())
    near = enumerate_guides(narrow, flank, EDITORS.values())
    assert [(h.editor, h.strand, h.spacer, h.position) for h in wide] == [
        (h.editor, h.strand, h.spacer, h.position) for h in near
    ]


@pytest.mark.parametrize("editor", EDITORS.values(), ids=EDITORS)
def test_windows_lie_in_the_protospacer_and_in_each_other(editor: BaseEditor) -> None:
    first, last = editor.target
    outer_first, outer_last = editor.bystander
    assert 1 <= first <= last <= editor.length
    assert outer_first <= first and last <= outer_last
    assert editor.source and editor.target_source and editor.bystander_source
    spacer = editor.edit[0] * editor.length
    assert editable_positions(spacer, editor) == list(
        range(max(1, outer_first), min(editor.length, outer_last) + 1)
    )


def test_one_edit_in_a_codon_is_enough() -> None:
    """Why the tolerated strategy tries single edits.

    For every sense codon and every substitution in it: where no single edit by the table's
    chemistries gives the wild-type residue, no several edits of one codon by one editor do.
    """
    chemistries = {editor.edit for editor in EDITORS.values()}
    codons = ["".join(trio) for trio in st_product("ACGT", 3)]
    for normal in codons:
        for place in range(3):
            for base in "ACGT":
                mutant = normal[:place] + base + normal[place + 1 :]
                if translate(mutant) == translate(normal):
                    continue
                sizes = rescue_sizes(mutant, translate(normal), chemistries)
                assert not sizes or min(sizes) == 1, (normal, mutant)


def st_product(letters: str, repeat: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for _ in range(repeat):
        found = [(*old, letter) for old in found for letter in letters]
    return found


def rescue_sizes(codon: str, residue: str, chemistries: set[tuple[str, str]]) -> set[int]:
    sizes = set()
    for before, after in chemistries:
        for old, new in ((before, after), (complement(before), complement(after))):
            places = [k for k in range(3) if codon[k] == old]
            for n in range(1, len(places) + 1):
                for chosen in combinations(places, n):
                    made = "".join(new if k in chosen else codon[k] for k in range(3))
                    if translate(made) == residue:
                        sizes.add(n)
    return sizes
