"""Nucleotide letters, complements and the genetic code."""

from __future__ import annotations

from Bio.Data.CodonTable import unambiguous_dna_by_id
from Bio.Data.IUPACData import ambiguous_dna_values, protein_letters_1to3

IUPAC: dict[str, frozenset[str]] = {k: frozenset(v) for k, v in ambiguous_dna_values.items()}
"""IUPAC letter -> the bases it stands for (Biopython, after NC-IUB 1984)."""

_COMPLEMENT = str.maketrans("ACGTUNRYSWKMBDHVacgtunryswkmbdhv", "TGCAANYRSWMKVHDBtgcaanyrswmkvhdb")

STANDARD_CODE = 1
MITOCHONDRIAL_CODE = 2
"""NCBI translation tables."""

_CODONS: dict[int, dict[str, str]] = {
    number: {**table.forward_table, **dict.fromkeys(table.stop_codons, "*")}
    for number, table in unambiguous_dna_by_id.items()
    if number in (STANDARD_CODE, MITOCHONDRIAL_CODE)
}

THREE_LETTER: dict[str, str] = {**protein_letters_1to3, "U": "Sec", "*": "Ter", "X": "Xaa"}
ONE_LETTER: dict[str, str] = {three: one for one, three in THREE_LETTER.items()}


def reverse_complement(sequence: str) -> str:
    """Reverse complement, IUPAC letters and case kept; U is read as T's partner."""
    return sequence.translate(_COMPLEMENT)[::-1]


def complement(base: str) -> str:
    """Complement without reversal."""
    return base.translate(_COMPLEMENT)


def on_strand(base: str, strand: str) -> str:
    """Bases of the plus strand as a strand reads them."""
    return base if strand == "+" else reverse_complement(base)


def translate(sequence: str, code: int = STANDARD_CODE) -> str:
    """Translate whole codons; ``*`` is a stop, ``X`` a codon with an ambiguous letter.

    Parameters
    ----------
    sequence
        Upper-case DNA; trailing bases short of a codon are ignored.
    code
        NCBI translation table (1 standard, 2 vertebrate mitochondrial).
    """
    codons = _CODONS[code]
    get = codons.get
    return "".join([get(sequence[i : i + 3], "X") for i in range(0, len(sequence) - 2, 3)])


def matches(pattern: str, sequence: str) -> bool:
    """Whether a sequence of A, C, G, T is one the IUPAC pattern stands for.

    A sequence letter that is not A, C, G or T matches only the pattern letter N.
    """
    return len(pattern) == len(sequence) and all(
        p == "N" or s in IUPAC[p] for p, s in zip(pattern, sequence, strict=True)
    )
