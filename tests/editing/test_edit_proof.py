"""The proof of an edit: its alleles written out by hand, primers off every difference, plates."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from edit_cases import MODALITY, context, design, named, proposals

from ipse.core.sections import Table
from ipse.core.sequence import on_strand
from ipse.genome.embedded import embedded
from ipse.modalities.editing import proof
from ipse.modalities.editing.edited import deaminated
from ipse.plan.ranking import ranked


def written(text: str, start: int, changes: dict[int, str]) -> str:
    letters = list(text)
    for position, base in changes.items():
        letters[position - start] = base
    return "".join(letters)


@pytest.mark.parametrize("name", ["cps1", "sickle", "w1282x"])
def test_outcomes_of_a_base_edit_are_its_bases_and_no_others(name: str) -> None:
    variant = named(name)
    reference = embedded().reference
    assert variant.start is not None and variant.alt is not None
    for item in proposals(variant):
        made = design(item)
        if made.action != "deaminates":
            continue
        left, right = made.protospacer_start - 60, made.protospacer_end + 60
        text = reference.fetch(made.contig, left, right)
        after = on_strand(made.target.base_after, made.strand)
        places = {one.id: one.genomic_position for one in made.bystanders}
        found = deaminated(made, variant, reference)
        assert len({name for name, _ in found}) == len(found)
        for (label, changes), outcome in zip(found, made.outcomes, strict=False):
            edits = {variant.start: variant.alt, made.target.genomic_position: after}
            edits |= {places[one]: after for one in outcome.bystander_ids}
            by_hand = written(text, left, edits)
            assert written(text, left, {c.start: c.alt for c in changes}) == by_hand
            assert all(c.ref == text[c.start - left] != c.alt for c in changes)
            assert label.startswith("corrected" if by_hand == text else ("edited", "corrected"))
            if made.intended == "wild_type" and not outcome.bystander_ids:
                assert by_hand == text and not changes


def test_files_prove_target_and_worst_off_targets(tmp_path: Path) -> None:
    variant = named("cps1")
    where = context([variant])
    found = ranked(proposals(variant))
    files = MODALITY.artefacts(found, found[:4], tmp_path, where)
    assert {proof.PRIMERS, proof.PLATE, proof.AMPLICONS} <= {item.path for item in files[""]}
    with (tmp_path / proof.PRIMERS).open() as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names)
    first = {item.strategy: item for item in reversed(found[:4])}
    for item in found[:4]:
        mine = [row for row in rows if row["name"].startswith(proof.label(item))]
        assert [row["role"] for row in mine[:1]] == ["target"]
        places = {(s.contig, s.start) for s in (item.off_targets.sites if item.off_targets else ())}
        wanted = min(len(places), proof.OFF_TARGETS) if first[item.strategy] is item else 0
        assert len(mine) == 1 + wanted
    lines = (tmp_path / proof.AMPLICONS).read_text().split(">")[1:]
    sequences = {line.split()[0]: "".join(line.split("\n")[1:]) for line in lines}
    name = proof.label(found[0]) + "-target"
    reference, before = sequences[f"{name}|reference"], sequences[f"{name}|with_the_variant"]
    assert sequences[f"{name}|corrected"] == reference != before
    assert variant.alt is not None
    assert sum(a != b for a, b in zip(reference, before, strict=True)) == len(variant.alt)
    (table, *_), *_ = [
        [block for block in section.blocks if isinstance(block, Table)]
        for section in MODALITY.sections(found[0], where)
        if section.title == "Proof of the edit"
    ]
    assert [row[0] for row in table.rows] == [
        n for n in names if n.startswith(proof.label(found[0]))
    ]


def test_primers_lie_on_no_difference_between_the_alleles() -> None:
    variant = named("w1282x")
    found = ranked(proposals(variant))[:3]
    reference = embedded().reference
    pairs = [(item, design(item)) for item in found]
    made = proof.prove(pairs, {variant.id: variant}, MODALITY.by_strategy, reference)
    for item, drawn in pairs:
        target = made[item.id][0]
        assert target.pair is not None, target.reason
        edits = [c for _, changes in MODALITY.by_strategy[item.strategy].edited(
            drawn, variant, reference) for c in changes]  # fmt: skip
        for primer in (target.pair.forward, target.pair.reverse):
            assert not any(primer.start <= c.start < primer.end for c in edits)
            assert not primer.start <= (variant.start or 0) < primer.end


def test_a_guide_far_from_its_variant_is_shown_at_its_own_place() -> None:
    variant = named("cps1")
    (item, *_) = proposals(variant)
    made = design(item)
    far = made.model_copy(
        update={
            "protospacer_start": made.protospacer_start - 900,
            "protospacer_end": made.protospacer_end - 900,
        }
    )
    family = MODALITY.by_strategy[item.strategy]
    reference = embedded().reference
    near = proof.target_site(item, made, family, variant, reference)
    assert near.start <= (variant.start or 0) < near.end
    assert near.end - near.start <= proof.longest_target()
    site = proof.target_site(item, far, family, variant, reference)
    assert (site.start, site.end) == (far.protospacer_start, far.protospacer_end)
    assert [allele.name for allele in site.alleles] == ["reference"]
