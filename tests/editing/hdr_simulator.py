"""Repair of a cut in plain strings, written from the text and not from the package.

A cut falls where the nuclease's row says. Both ends are chewed back to the outer ends of the
template's arms, and what the template says is copied between them. Nothing here uses the engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PAIR = str.maketrans("ACGT", "TGCA")
SETS = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "[AG]", "Y": "[CT]", "S": "[CG]", "W": "[AT]",
    "K": "[GT]", "M": "[AC]", "B": "[CGT]", "D": "[AGT]", "H": "[ACT]", "V": "[ACG]",
    "N": "[ACGT]",
}  # fmt: skip
CODE = {
    a + b + c: residue
    for (a, b, c), residue in zip(
        ((a, b, c) for a in "TCAG" for b in "TCAG" for c in "TCAG"),
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
        strict=True,
    )
}


def turned(text: str) -> str:
    return text.translate(PAIR)[::-1]


def read(code: str) -> str:
    """Protein of a reading frame up to its first stop."""
    return "".join(CODE[code[k : k + 3]] for k in range(0, len(code) - 2, 3)).partition("*")[0]


@dataclass(frozen=True)
class Locus:
    """A stretch of the reference, and the patient's allele of it.

    ``at`` is where the variant lies in the stretch; ``start`` the stretch's first position.
    """

    start: int
    reference: str
    at: int
    ref: str
    alt: str

    @property
    def patient(self) -> str:
        assert self.reference[self.at : self.at + len(self.ref)] == self.ref
        return self.reference[: self.at] + self.alt + self.reference[self.at + len(self.ref) :]

    def on_patient(self, position: int) -> int:
        """Index on the patient's allele of a reference position outside the variant."""
        index = position - self.start
        if index <= self.at:
            return index
        assert index >= self.at + len(self.ref), "inside the variant"
        return index - len(self.ref) + len(self.alt)


def repair(locus: Locus, plus: str, first: int, last: int, cuts: tuple[int, int]) -> str:
    """Cut, chew back to the ends of the template's arms, copy the template.

    ``first`` and ``last`` are reference positions of the template's ends, ``cuts`` the indices on
    the patient's allele left of which its two strands are cut.
    """
    patient = locus.patient
    left, right = locus.on_patient(first), locus.on_patient(last)
    assert left < min(cuts) and max(cuts) < right, "the cut lies between the arms"
    # the arms must pair with what stands beyond the change and the silent changes
    assert plus[0] == patient[left] and plus[-1] == patient[right - 1]
    return patient[:left] + plus + patient[right:]


def cut_of(
    patient: str, spacer: str, pam: str, side: str, strand: str, offsets: tuple[int, int]
) -> list[tuple[int, int]]:
    """Where a guide cuts an allele: all perfect sites on a strand."""
    text = patient if strand == "+" else turned(patient)
    pattern = spacer + pam_pattern(pam) if side == "3prime" else pam_pattern(pam) + spacer
    found = []
    for hit in re.finditer(f"(?=({pattern}))", text):
        if side == "3prime":
            edge = hit.start() + len(spacer)
            places = tuple(edge + offset for offset in offsets)
        else:
            edge = hit.start() + len(pam)
            places = tuple(edge - offset for offset in offsets)
        found.append(
            (places[0], places[1])
            if strand == "+"
            else (len(text) - places[0], len(text) - places[1])
        )
    return found


def pam_pattern(pam: str) -> str:
    return "".join(SETS[letter] for letter in pam)


def recut_places(
    allele: str, spacer: str, pams: list[str], side: str, seed: int, enough: int
) -> list[tuple[str, int]]:
    """Places a guide may cut: a PAM beside, and fewer than ``enough`` mismatches in the seed."""
    found = []
    size = len(spacer)
    for strand in "+-":
        text = allele if strand == "+" else turned(allele)
        for start in range(len(text) - size + 1):
            site = text[start : start + size]
            near = range(size - seed, size) if side == "3prime" else range(seed)
            if sum(site[k] != spacer[k] for k in near) >= enough:
                continue
            for pam in pams:
                at = start + size if side == "3prime" else start - len(pam)
                if at >= 0 and re.fullmatch(pam_pattern(pam), text[at : at + len(pam)]):
                    left = start if strand == "+" else len(text) - start - size
                    found.append((strand, left))
                    break
    return found


def protein_of(
    genome: dict[int, str], exons: list[tuple[int, int]], strand: str, cds: tuple[int, int]
) -> str:
    """Protein read from genomic letters through exons (in the transcript's order)."""
    letters = []
    for start, end in exons:
        piece = "".join(genome[k] for k in range(start, end))
        letters.append(piece if strand == "+" else turned(piece))
    return read("".join(letters)[cds[0] : cds[1]])
