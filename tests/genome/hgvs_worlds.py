"""A small made-up gene on either strand, and plain editing of its letters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st

from ipse.core.sequence import reverse_complement, translate
from ipse.genome.annotation import Transcript
from ipse.genome.reference import SparseReference
from ipse.genome.variant import GenomicVariant

CONTIG = "chr1"


@dataclass(frozen=True)
class World:
    """A gene: letters along its own direction, exons on them, CDS in transcript coordinates."""

    sense: str
    exons: tuple[tuple[int, int], ...]
    cds: tuple[int, int] | None
    strand: str = "+"
    code: int = 1
    transl_except: tuple[tuple[int, str], ...] = ()
    protein: str = ""

    @property
    def plus(self) -> str:
        return self.sense if self.strand == "+" else reverse_complement(self.sense)

    @property
    def rna(self) -> str:
        return "".join(self.sense[a:b] for a, b in self.exons)

    def reference(self) -> SparseReference:
        letters = self.plus
        return SparseReference("made-up", "", {CONTIG: len(letters)}, {CONTIG: [(0, letters)]})

    def empty_reference(self) -> SparseReference:
        return SparseReference("empty", "", {CONTIG: len(self.sense)}, {CONTIG: []})

    def transcript(self, sequence: str | None = None) -> Transcript:
        size = len(self.sense)
        exons = (
            self.exons if self.strand == "+" else tuple((size - b, size - a) for a, b in self.exons)
        )
        return Transcript(
            id="NM_999999.1", gene="MADE", gene_id="", contig=CONTIG, strand=self.strand,
            exons=exons, cds=self.cds, sequence=self.rna if sequence is None else sequence,
            transl_except=self.transl_except, code=self.code, protein=self.protein,
        )  # fmt: skip

    def variant(self, start: int, end: int, alt: str) -> GenomicVariant:
        """Replacement of ``sense[start:end]``, as a plus-strand variant."""
        ref = self.sense[start:end]
        if self.strand == "-":
            start, ref, alt = (
                len(self.sense) - end,
                reverse_complement(ref),
                reverse_complement(alt),
            )
        return GenomicVariant(CONTIG, start, ref, alt)

    def protein_of(self, rna: str, start: int) -> str | None:
        """Plain translation to the first stop; None without a stop."""
        residues = translate(rna[start:], self.code)
        return residues.partition("*")[0] if "*" in residues else None


@st.composite
def worlds(draw: st.DrawFn, letters: str = "ACGT") -> World:
    """Genes of one to three exons with introns, UTRs and an open reading frame."""
    bases = st.text(letters, min_size=0, max_size=8)
    codons = draw(
        st.lists(
            st.text(letters, min_size=3, max_size=3).filter(lambda c: translate(c) != "*"),
            min_size=4, max_size=9,
        )
    )  # fmt: skip
    cds = "ATG" + "".join(codons) + draw(st.sampled_from(["TAA", "TAG", "TGA"]))
    utr5, utr3 = draw(bases), draw(st.text(letters, min_size=12, max_size=30))
    rna = utr5 + cds + utr3
    cuts = sorted(draw(st.sets(st.integers(2, len(rna) - 2), max_size=2)))
    if any(b - a < 4 for a, b in pairwise(cuts)):
        cuts = cuts[:1]
    sense, exons = draw(st.text(letters, min_size=10, max_size=14)), []
    for low, high in zip([0, *cuts], [*cuts, len(rna)], strict=True):
        exons.append((len(sense), len(sense) + high - low))
        sense += rna[low:high]
        inner = draw(st.text(letters, min_size=6, max_size=20))
        sense += f"GT{inner}AG" if high != len(rna) else inner + "ACGTACGT"
    strand = draw(st.sampled_from("+-"))
    return World(sense, tuple(exons), (len(utr5), len(utr5) + len(cds)), strand)
