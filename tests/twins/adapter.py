"""A random gene as the package's own reference and transcript."""

from __future__ import annotations

from coding_twin import Edit
from genes import Gene

from ipse.genome.reference import SparseReference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant

CONTIG = "chr1"
ID = "NM_999999.1"


class Catalogue:
    """All of an annotation that a projection asks for: one transcript by its id."""

    name = "twin"
    identity = "twin"

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript

    def transcript(self, name: str) -> Transcript:
        assert name == self._transcript.id
        return self._transcript

    def transcripts_of(self, gene: str) -> list[Transcript]:
        assert gene == self._transcript.gene
        return [self._transcript]


def reference_of(gene: Gene) -> SparseReference:
    return SparseReference("twin", "", {CONTIG: len(gene.genome)}, {CONTIG: [(0, gene.genome)]})


def transcript_of(gene: Gene) -> Transcript:
    twin = gene.twin()
    return Transcript(
        id=ID,
        gene="GENE",
        gene_id="",
        contig=CONTIG,
        strand=gene.strand,
        exons=gene.exons,
        cds=gene.cds,
        sequence=twin.transcript,
    )


def variant_of(gene: Gene, edit: Edit) -> GenomicVariant:
    return GenomicVariant(CONTIG, edit.start, gene.genome[edit.start : edit.end], edit.new)
