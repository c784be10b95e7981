"""What an HGVS description says, and its normal form as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ipse.core.sequence import THREE_LETTER

Kind = Literal["c", "n", "g", "m", "p"]
Datum = Literal["cds_start", "cds_end", "seq_start"]
NucleotideEditKind = Literal["sub", "del", "dup", "ins", "delins", "inv", "identity", "unknown"]
ProteinEditKind = Literal[
    "sub", "del", "dup", "ins", "delins", "fs", "ext", "identity", "unknown", "none"
]


@dataclass(frozen=True, slots=True)
class Position:
    """A nucleotide, as HGVS numbers it.

    Attributes
    ----------
    base
        1-based number as written; negative for ``c.-12``, never 0.
    offset
        Distance into the intron, in transcript direction: 1 in ``c.274+1``, -2 in ``c.275-2``.
    datum
        What ``base`` counts from: the A of the start codon, the base after the stop codon
        (``c.*5``) or the first base of the sequence (n., g., m.).
    """

    base: int
    offset: int = 0
    datum: Datum = "seq_start"

    def __str__(self) -> str:
        star = "*" if self.datum == "cds_end" else ""
        return f"{star}{self.base}{self.offset:+d}" if self.offset else f"{star}{self.base}"


@dataclass(frozen=True, slots=True)
class NucleotideEdit:
    """A change of nucleotides.

    Attributes
    ----------
    kind
        Type of change.
    ref
        Reference bases as stated; ``""`` where the text leaves them out.
    alt
        New bases of ``sub``, ``ins`` and ``delins``.
    length
        Number of reference bases where the text gives a number (``del9``), else None.
    """

    kind: NucleotideEditKind
    ref: str = ""
    alt: str = ""
    length: int | None = None

    def __str__(self) -> str:
        match self.kind:
            case "sub":
                return f"{self.ref}>{self.alt}"
            case "ins" | "delins":
                return f"{self.kind}{self.alt}"
            case "identity":
                return f"{self.ref}="
            case "unknown":
                return "?"
            case _:
                return self.kind


@dataclass(frozen=True, slots=True)
class ProteinEdit:
    """A change of amino acids, in one-letter code (``*`` stop, ``U`` selenocysteine, ``X`` any).

    Attributes
    ----------
    kind
        Type of change; ``none`` is ``p.0``, no protein.
    ref_start, ref_end
        Residues at the first and last position; ``""`` where the text names no position.
    alt
        New residues. For ``fs`` the first new residue or ``""``; for ``ext`` the residue in the
        place of the stop, ``""`` for an N-terminal extension.
    terminus
        For ``fs`` and ``ext`` the number after ``Ter`` (counted from the first changed residue;
        negative at the N-terminus); 0 for ``Ter?``; None if not stated.
    """

    kind: ProteinEditKind
    ref_start: str = ""
    ref_end: str = ""
    alt: str = ""
    terminus: int | None = None


@dataclass(frozen=True, slots=True)
class Hgvs:
    """One HGVS description.

    Attributes
    ----------
    accession
        Reference sequence, e.g. ``NM_000518.5``; a contig name for g. and m.; ``""`` if the text
        names none.
    gene
        Gene symbol, ``""`` if the text names none.
    kind
        ``c``, ``n``, ``g``, ``m`` or ``p``.
    start, end
        First and last position (equal for one position); None for a description of the whole
        protein such as ``p.?``.
    edit
        The change.
    predicted
        Whether a p. description stood in parentheses (deduced, not observed).
    genomic
        Genomic accession in ``NC_000011.10(NM_000518.5):c.…``.
    protein
        The p. description that followed in parentheses, as its own ``Hgvs``.
    """

    accession: str
    gene: str
    kind: Kind
    start: Position | None
    end: Position | None
    edit: NucleotideEdit | ProteinEdit
    predicted: bool = False
    genomic: str = ""
    protein: Hgvs | None = None

    @property
    def description(self) -> str:
        """Normal form without the reference sequence, e.g. ``c.20A>T``."""
        if isinstance(self.edit, ProteinEdit):
            text = _protein(self.edit, self.start, self.end)
            return f"p.({text})" if self.predicted else f"p.{text}"
        return f"{self.kind}.{self._range()}{self.edit}"

    def _range(self) -> str:
        if self.start is None:
            return ""
        return str(self.start) if self.start == self.end else f"{self.start}_{self.end}"

    def __str__(self) -> str:
        if not self.accession:
            head = self.gene
        elif self.genomic:
            head = f"{self.genomic}({self.accession})"
        else:
            head = f"{self.accession}({self.gene})" if self.gene else self.accession
        return f"{head}:{self.description}" if head else self.description


def three_letter(residues: str) -> str:
    """Residues in three-letter code, run together; ``*`` is ``Ter``."""
    return "".join([THREE_LETTER[residue] for residue in residues])


def _protein(edit: ProteinEdit, start: Position | None, end: Position | None) -> str:
    if start is None or end is None:
        return {"identity": "=", "none": "0"}.get(edit.kind, "?")
    place = f"{three_letter(edit.ref_start)}{start.base}"
    if start != end:
        place += f"_{three_letter(edit.ref_end)}{end.base}"
    match edit.kind:
        case "sub":
            return place + three_letter(edit.alt)
        case "ins" | "delins":
            return f"{place}{edit.kind}{three_letter(edit.alt)}"
        case "identity":
            return f"{place}="
        case "unknown":
            return f"{place}?"
        case "fs":
            return f"{place}{three_letter(edit.alt)}fs{_terminus(edit.terminus)}"
        case "ext":
            if edit.terminus is not None and edit.terminus < 0:
                return f"{place}ext{edit.terminus}"
            return f"{place}{three_letter(edit.alt)}ext{_terminus(edit.terminus)}"
        case _:
            return place + edit.kind


def _terminus(number: int | None) -> str:
    return "" if number is None else f"Ter{number or '?'}"
