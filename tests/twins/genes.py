"""Random small genes and edits for the twins, as Hypothesis strategies."""

from __future__ import annotations

from typing import NamedTuple

from coding_twin import Edit, GeneTwin, other_strand
from hypothesis import strategies as st
from protein_twin import CODE

SENSE_CODONS = sorted(codon for codon, residue in CODE.items() if residue != "Ter")
STOPS = ["TAA", "TAG", "TGA"]
REPETITIVE = ["CAG", "CAC", "AAA", "GCA", "ATG", "GGG"]


def bases(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text("ACGT", min_size=least, max_size=most) | st.text(
        "AG", min_size=least, max_size=most
    )


class Gene(NamedTuple):
    """A random gene: its plus strand and model."""

    genome: str
    strand: str
    exons: tuple[tuple[int, int], ...]
    cds: tuple[int, int]

    def twin(self) -> GeneTwin:
        return GeneTwin(self.genome, self.strand, list(self.exons), self.cds)


@st.composite
def genes(draw: st.DrawFn, intron: int = 1) -> Gene:
    """1 to 4 exons on either strand, coding sequence of 3 to 12 codons, both UTRs, flanks.

    Introns have at least ``intron`` bases; some begin with GT and end with AG.
    """
    codon = st.sampled_from(SENSE_CODONS) | st.sampled_from(REPETITIVE)
    inner = draw(st.lists(codon, min_size=1, max_size=10))
    coding = "ATG" + "".join(inner) + draw(st.sampled_from(STOPS))
    utr5, utr3 = draw(bases(0, 7)), draw(bases(0, 14))
    spliced = utr5 + coding + utr3
    cuts = draw(st.lists(st.integers(1, len(spliced) - 1), unique=True, max_size=3).map(sorted))
    sense, exons, last = draw(bases(4, 10)), [], 0
    for cut in [*cuts, len(spliced)]:
        if exons:
            middle = draw(bases(0, 9))
            sense += f"GT{middle}AG" if draw(st.booleans()) else draw(bases(intron, 9))
        exons.append((len(sense), len(sense) + cut - last))
        sense += spliced[last:cut]
        last = cut
    sense += draw(bases(4, 10))
    cds = (len(utr5), len(utr5) + len(coding))
    if draw(st.booleans()):
        return Gene(sense, "+", tuple(exons), cds)
    size = len(sense)
    return Gene(other_strand(sense), "-", tuple((size - e, size - s) for s, e in exons), cds)


@st.composite
def genes_and_edits(draw: st.DrawFn, intron: int = 1) -> tuple[Gene, Edit]:
    """A gene and a plus-strand edit between its first and last exonic base, half of them at an
    exon's end."""
    gene = draw(genes(intron))
    low = min(start for start, _ in gene.exons)
    high = max(end for _, end in gene.exons)
    borders = sorted({p for exon in gene.exons for p in exon})
    near = st.sampled_from(borders).flatmap(lambda b: st.integers(b - 4, b + 4))
    start = min(max(draw(st.integers(low, high - 1) | near), low), high - 1)
    kind = draw(st.sampled_from(["sub", "del", "ins", "dup", "delins"]))
    if kind == "sub":
        return gene, Edit(start, start + 1, draw(st.sampled_from("ACGT")))
    end = min(start + draw(st.integers(1, 7)), high)
    if kind == "del":
        return gene, Edit(start, end, "")
    if kind == "ins":
        return gene, Edit(start, start, draw(bases(1, 7)))
    if kind == "dup":
        return gene, Edit(end, end, gene.genome[start:end])
    return gene, Edit(start, end, draw(bases(1, 7)))
