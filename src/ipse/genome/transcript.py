"""A transcript: exons on the genome, the coding part, and how the two sets of positions meet."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from ipse.core.errors import InputError
from ipse.core.sequence import STANDARD_CODE, translate


@dataclass(frozen=True, eq=False, slots=True)
class Transcript:
    """A transcript model. Transcript coordinates are 0-based on the spliced, sense strand.

    Attributes
    ----------
    id
        Accession with version, e.g. ``NM_001875.4``.
    gene
        Gene symbol.
    gene_id
        ``HGNC:2323``, or ``""``.
    contig
        Name as in the reference.
    strand
        ``+`` or ``-``.
    exons
        Genomic, 0-based half-open, in transcript order (exon 1 first).
    cds
        Coding part in transcript coordinates, 0-based half-open, stop codon included; None for a
        non-coding transcript. It begins with a whole codon: where the true start is not known
        (tag ``cds_start_NF``), letters before the first whole codon are left out.
    protein_id
        ``NP_001866.2``, or ``""``.
    sequence
        Spliced transcript, sense strand; ``""`` if not known.
    sequence_offset
        Transcript coordinate of ``sequence[0]``.
    protein
        Published protein, one letter each, no stop; ``""`` if not known.
    transl_except
        (1-based codon, residue) where the residue is not the one the code gives, e.g. Sec.
    code
        NCBI translation table (2 for the mitochondrial genome).
    tags
        ``MANE_Select``, ``Ensembl_canonical``, ``LRG``, ``LRG_336t1``… ``MANE_Select_accession``:
        an earlier version of the MANE Select transcript; ``genome_differs``: its published
        sequence is not that of the genome; ``ribosomal_slippage``: read in two frames;
        ``several_proteins``: the longest of its proteins is the one here.
    """

    id: str
    gene: str
    gene_id: str
    contig: str
    strand: str
    exons: tuple[tuple[int, int], ...]
    cds: tuple[int, int] | None
    protein_id: str = ""
    sequence: str = ""
    sequence_offset: int = 0
    protein: str = ""
    transl_except: tuple[tuple[int, str], ...] = ()
    code: int = STANDARD_CODE
    tags: frozenset[str] = frozenset()
    _starts: tuple[int, ...] = field(init=False, repr=False)
    _order: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        lengths = [end - start for start, end in self.exons]
        object.__setattr__(self, "_starts", tuple(accumulate(lengths, initial=0)))
        # Where a genomic position falls among the exons, found along the transcript's direction.
        sign = 1 if self.strand == "+" else -1
        firsts = tuple(start if sign > 0 else 1 - end for start, end in self.exons)
        object.__setattr__(self, "_order", firsts)

    def __repr__(self) -> str:
        return f"<Transcript {self.id} {self.gene} {self.contig}{self.strand}>"

    @property
    def length(self) -> int:
        """Length of the spliced transcript [nt]."""
        return self._starts[-1]

    @property
    def start(self) -> int:
        """Lowest genomic position, 0-based."""
        return min(self.exons[0][0], self.exons[-1][0])

    @property
    def end(self) -> int:
        """One past the highest genomic position."""
        return max(self.exons[0][1], self.exons[-1][1])

    @property
    def accession(self) -> str:
        """Id without its version."""
        return self.id.partition(".")[0]

    @property
    def cds_length(self) -> int:
        """Length of the coding part with its stop codon [nt]; 0 if non-coding."""
        return 0 if self.cds is None else self.cds[1] - self.cds[0]

    @property
    def cds_sequence(self) -> str:
        """Coding letters with the stop codon; ``""`` if non-coding or not known."""
        if self.cds is None or not self.sequence:
            return ""
        start, end = self.cds[0] - self.sequence_offset, self.cds[1] - self.sequence_offset
        return self.sequence[start:end] if start >= 0 and end <= len(self.sequence) else ""

    @property
    def coding_extent(self) -> tuple[int, int] | None:
        """Genomic extent of the coding part, 0-based half-open."""
        if self.cds is None:
            return None
        first, last = self.to_genomic(self.cds[0]), self.to_genomic(self.cds[1] - 1)
        return min(first, last), max(first, last) + 1

    def translated(self) -> str:
        """Protein read from the coding letters, without the stop; ``""`` if they are not known."""
        residues = list(translate(self.cds_sequence, self.code))
        for codon, residue in self.transl_except:
            if 0 < codon <= len(residues):
                residues[codon - 1] = residue
        protein = "".join(residues)
        return protein.removesuffix("*")

    def exon_number(self, pos: int) -> int:
        """1-based number of the exon that holds a transcript coordinate."""
        self._check(pos)
        return bisect_right(self._starts, pos)

    def exon_bounds(self, number: int) -> tuple[int, int]:
        """Transcript coordinates of an exon by its 1-based number, 0-based half-open."""
        return self._starts[number - 1], self._starts[number]

    def to_genomic(self, pos: int) -> int:
        """Genomic position (0-based) of a transcript coordinate (0-based).

        Raises
        ------
        InputError
            If the coordinate is outside the transcript.
        """
        self._check(pos)
        exon = bisect_right(self._starts, pos) - 1
        start, end = self.exons[exon]
        within = pos - self._starts[exon]
        return start + within if self.strand == "+" else end - 1 - within

    def to_transcript(self, gpos: int) -> tuple[int, int]:
        """Transcript coordinate of the nearest exonic base, and the offset from it.

        Parameters
        ----------
        gpos
            Genomic position, 0-based.

        Returns
        -------
        tuple of int
            (transcript coordinate, offset): 0 within an exon, positive downstream of the base in
            the direction of the transcript, negative upstream. The middle base of an intron of
            odd length counts from the exon before it (HGVS). Outside the transcript the offset
            counts from its first or last base.
        """
        along = gpos if self.strand == "+" else -gpos
        exon = bisect_right(self._order, along) - 1
        if exon < 0:
            return 0, along - self._order[0]
        first = self._order[exon]
        length = self._starts[exon + 1] - self._starts[exon]
        if along < first + length:
            return self._starts[exon] + along - first, 0
        after = along - (first + length - 1)
        if exon + 1 < len(self._order):
            before = self._order[exon + 1] - along
            if before < after:
                return self._starts[exon + 1], -before
        return self._starts[exon + 1] - 1, after

    def _check(self, pos: int) -> None:
        if not 0 <= pos < self._starts[-1]:
            raise InputError(
                f"{self.id} has no such position", field="transcript coordinate", value=pos,
                expected=f"0 to {self._starts[-1] - 1}",
            )  # fmt: skip
