"""The twins agree with themselves: names read back, both strands say the same."""

from __future__ import annotations

from coding_twin import Edit, GeneTwin, leftmost, other_strand, placements, rightmost, vcf_record
from genes import Gene, genes, genes_and_edits
from hypothesis import assume, given
from protein_twin import outcome


@given(genes())
def test_every_base_has_one_name(gene: Gene) -> None:
    twin = gene.twin()
    low = min(start for start, _ in gene.exons)
    high = max(end for _, end in gene.exons)
    assert sorted(twin.to_sense(place) for place in twin.name_at) == list(range(low, high))
    start, end = gene.cds
    assert twin.transcript[start : start + 3] == "ATG"
    assert (end - start) % 3 == 0


@given(genes_and_edits())
def test_a_name_reads_back_to_the_same_string(both: tuple[Gene, Edit]) -> None:
    gene, edit = both
    assume(edit.apply(gene.genome) != gene.genome)
    twin = gene.twin()
    sense = twin.sense_edit(edit.start, edit.end, edit.new)
    assume(twin.inside(sense))
    name = twin.name(sense)
    assert twin.read(name).apply(twin.sense) == sense.apply(twin.sense)
    assert twin.name(twin.read(name)) == name
    # every other way to write the same change has the same name
    for trial in placements(twin.sense, sense):
        assert twin.name(trial) == name


@given(genes_and_edits())
def test_the_strand_does_not_matter(both: tuple[Gene, Edit]) -> None:
    gene, edit = both
    assume(edit.apply(gene.genome) != gene.genome)
    twin = gene.twin()
    size = len(gene.genome)
    turned = GeneTwin(
        other_strand(gene.genome),
        "+" if gene.strand == "-" else "-",
        [(size - e, size - s) for s, e in gene.exons],
        gene.cds,
    )
    sense = twin.sense_edit(edit.start, edit.end, edit.new)
    assert turned.sense == twin.sense
    assume(twin.inside(sense))
    assert turned.name(sense) == twin.name(sense)
    assert outcome(turned, sense).names == outcome(twin, sense).names


@given(genes_and_edits())
def test_left_on_one_strand_is_right_on_the_other(both: tuple[Gene, Edit]) -> None:
    gene, edit = both
    text, size = gene.genome, len(gene.genome)
    assume(edit.apply(text) != text)
    mirrored = Edit(size - edit.end, size - edit.start, other_strand(edit.new))
    left, right = leftmost(text, edit), rightmost(other_strand(text), mirrored)
    assert (left.start, left.end) == (size - right.end, size - right.start)
    pos, ref, alt = vcf_record(text, edit)
    assert Edit(pos - 1, pos - 1 + len(ref), alt).apply(text) == edit.apply(text)
    assert text[pos - 1 : pos - 1 + len(ref)] == ref
    # the anchor base is the only difference from the leftmost smallest edit
    if left.start == left.end or not left.new:
        assert pos - 1 == max(0, left.start - 1)
    else:
        assert (pos - 1, ref, alt) == (left.start, text[left.start : left.end], left.new)
