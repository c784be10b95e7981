"""Coordinates and c. names of the package against the explicit-table twin."""

from __future__ import annotations

from adapter import CONTIG, ID, Catalogue, reference_of, transcript_of, variant_of
from coding_twin import Edit, GeneTwin, leftmost, placements, rightmost, vcf_record
from genes import Gene, genes, genes_and_edits
from hypothesis import assume, given, settings

from ipse.genome.hgvs import parse
from ipse.genome.projection import (
    left_align,
    right_align,
    to_coding,
    to_genomic,
    to_genomic_hgvs,
)
from ipse.genome.reference import SparseReference


def text(hgvs: object) -> str:
    """A description without its accession."""
    return str(hgvs).split(":", 1)[1]


@settings(max_examples=30)
@given(genes())
def test_every_base_of_the_gene(gene: Gene) -> None:
    """Each base changed to each other letter: the name, and back to the plus strand."""
    twin, reference, transcript = gene.twin(), reference_of(gene), transcript_of(gene)
    for place in twin.name_at:
        plus = twin.to_sense(place)
        new = "A" if gene.genome[plus] != "A" else "C"
        edit = Edit(plus, plus + 1, new)
        expected = twin.name(twin.sense_edit(plus, plus + 1, new))
        variant = variant_of(gene, edit)
        named = to_coding(variant, transcript, reference)
        assert text(named) == expected
        again = to_genomic(parse(str(named)), reference, Catalogue(transcript))
        assert again == variant


@given(genes_and_edits())
def test_names_of_any_edit(both: tuple[Gene, Edit]) -> None:
    gene, edit = both
    assume(edit.apply(gene.genome) != gene.genome)
    twin, reference, transcript = gene.twin(), reference_of(gene), transcript_of(gene)
    sense = twin.sense_edit(edit.start, edit.end, edit.new)
    assume(twin.inside(sense))
    named = to_coding(variant_of(gene, edit), transcript, reference)
    assert text(named) == twin.name(sense)


@given(genes_and_edits())
def test_back_to_the_genome_is_left_aligned(both: tuple[Gene, Edit]) -> None:
    gene, edit = both
    assume(edit.apply(gene.genome) != gene.genome)
    twin, reference, transcript = gene.twin(), reference_of(gene), transcript_of(gene)
    sense = twin.sense_edit(edit.start, edit.end, edit.new)
    assume(twin.inside(sense))
    got = to_genomic(parse(f"{ID}:{twin.name(sense)}"), reference, Catalogue(transcript))
    expected = leftmost(gene.genome, edit)
    assert got == variant_of(gene, expected)


@settings(max_examples=40)
@given(genes())
def test_coding_bases_need_no_genome(gene: Gene) -> None:
    """With a reference that holds nothing, exonic substitutions still go both ways."""
    twin, transcript = gene.twin(), transcript_of(gene)
    bare = SparseReference("bare", "", {CONTIG: len(gene.genome)}, {})
    for place in twin.place:
        plus = twin.to_sense(place)
        new = "A" if gene.genome[plus] != "A" else "C"
        variant = variant_of(gene, Edit(plus, plus + 1, new))
        name = twin.name(twin.sense_edit(plus, plus + 1, new))
        assert text(to_coding(variant, transcript, bare)) == name
        assert to_genomic(parse(f"{ID}:{name}"), bare, Catalogue(transcript)) == variant


@given(genes_and_edits())
def test_genomic_names(both: tuple[Gene, Edit]) -> None:
    """g. names: the contig as one long exon on the plus strand, numbered from 1."""
    gene, edit = both
    assume(edit.apply(gene.genome) != gene.genome)
    size = len(gene.genome)
    whole = GeneTwin(gene.genome, "+", [(0, size)], (0, size - size % 3))
    assume(all(p.end < size - 2 and p.start > 0 for p in placements(gene.genome, edit)))
    got = to_genomic_hgvs(variant_of(gene, edit), reference_of(gene))
    assert text(got) == whole.name(edit).replace("c.", "g.")


@given(genes_and_edits())
def test_alignment_and_vcf_columns(both: tuple[Gene, Edit]) -> None:
    gene, edit = both
    assume(edit.apply(gene.genome) != gene.genome)
    reference, variant = reference_of(gene), variant_of(gene, edit)
    left = left_align(variant, reference)
    assert left == variant_of(gene, leftmost(gene.genome, edit))
    assert right_align(variant, reference) == variant_of(gene, rightmost(gene.genome, edit))
    record = left.vcf(reference)
    assert tuple(record) == (CONTIG, *vcf_record(gene.genome, edit))
    back = type(variant).from_vcf(*record)
    assert Edit(back.start, back.end, back.alt).apply(gene.genome) == edit.apply(gene.genome)
