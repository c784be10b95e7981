"""Letters, complements and the code, against tables typed in here."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.sequence import (
    IUPAC,
    MITOCHONDRIAL_CODE,
    complement,
    matches,
    reverse_complement,
    translate,
)

# NC-IUB (1984) Nucleic Acids Res 13, 3021-3030, table 1
LETTERS = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT",
    "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip
PARTNER = {"A": "T", "C": "G", "G": "C", "T": "A"}

# NCBI genetic codes 1 and 2, bases in the order TCAG
STANDARD = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
VERTEBRATE_MITOCHONDRIAL = "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG"


@pytest.mark.parametrize(
    ("code", "residues"), [(1, STANDARD), (MITOCHONDRIAL_CODE, VERTEBRATE_MITOCHONDRIAL)]
)
def test_code(code: int, residues: str) -> None:
    codons = ["".join(bases) for bases in product("TCAG", repeat=3)]
    assert "".join(translate(codon, code) for codon in codons) == residues
    assert translate("".join(codons), code) == residues


def test_translate_edges() -> None:
    assert translate("") == ""
    assert translate("ATGTA") == "M"
    assert translate("ATGNNNTAA") == "MX*"


@pytest.mark.parametrize("letter", LETTERS)
def test_letters(letter: str) -> None:
    assert IUPAC[letter] == frozenset(LETTERS[letter])
    partners = {PARTNER[base] for base in LETTERS[letter]}
    assert IUPAC[complement(letter)] == partners
    for base in "ACGT":
        assert matches(letter, base) is (base in LETTERS[letter])
    assert matches(letter, "N") is (letter == "N")
    assert not matches(letter, "")


@given(st.text("ACGTRYSWKMBDHVNacgt"))
def test_reverse_complement_undoes_itself(sequence: str) -> None:
    assert reverse_complement(reverse_complement(sequence)) == sequence
    assert reverse_complement(sequence) == complement(sequence)[::-1]
