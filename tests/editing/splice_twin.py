"""Plain checkers of re-splicing: strings, a codon table, and nothing of the package's engine."""

from __future__ import annotations

from collections.abc import Iterable

BASES = "TCAG"
AMINO = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODE = {
    a + b + c: AMINO[16 * i + 4 * j + k]
    for i, a in enumerate(BASES)
    for j, b in enumerate(BASES)
    for k, c in enumerate(BASES)
}
"""Standard code in the order of NCBI's table 1."""

IUPAC = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT",
    "K": "GT", "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip


def other_strand(letters: str) -> str:
    return letters[::-1].translate(str.maketrans("ACGT", "TGCA"))


def read(rna: str, start: int) -> str:
    """Protein from a start on, up to the first stop, which is kept as ``*`` where there is one."""
    protein = []
    for at in range(start, len(rna) - 2, 3):
        protein.append(CODE[rna[at : at + 3]])
        if protein[-1] == "*":
            break
    return "".join(protein)


def without(rna: str, lengths: list[int], gone: Iterable[int]) -> str:
    """A spliced transcript without exons (1-based)."""
    missing, kept, at = set(gone), [], 0
    for number, length in enumerate(lengths, 1):
        if number not in missing:
            kept.append(rna[at : at + length])
        at += length
    return "".join(kept)


def frame_is_open(rna: str, lengths: list[int], cds: tuple[int, int], gone: Iterable[int]) -> bool:
    """Whether the transcript without exons is read to the gene's own stop codon."""
    normal = read(rna, cds[0])
    shorter = read(without(rna, lengths, gone), cds[0])
    last = without(rna, lengths, gone)
    behind = len(rna) - cds[1]  # bases behind the stop codon stay as they are
    whole = cds[0] + 3 * len(shorter) == len(last) - behind
    return whole and shorter.endswith("*") and normal.endswith("*")


def pam_fits(pattern: str, letters: str) -> bool:
    return len(pattern) == len(letters) and all(
        base in IUPAC[code] for code, base in zip(pattern, letters, strict=True)
    )


def sp_cut(plus: str, start: int, strand: str) -> int:
    """Cut of SpCas9: three bases before the PAM; index left of which it lies on the plus strand."""
    return start + 17 if strand == "+" else start + 3
