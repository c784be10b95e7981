"""Which single-base edits would help an allele: undo the variant, or reach a residue that works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ipse.core.sequence import complement, translate
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.catalogue import BaseEditor, Tolerated
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.base.placement import result


@dataclass(frozen=True)
class Intent:
    """An edit of one base that would help.

    Attributes
    ----------
    position
        Reference position of the base, 0-based.
    before, after
        Plus-strand base of the patient's allele, and the base wanted.
    effect
        What the edit alone makes of the allele.
    note
        The same in words.
    tolerated
        Row of the table the residue rests on, for a tolerated residue.
    """

    position: int
    before: str
    after: str
    effect: Literal["wild_type", "wild_type_protein", "tolerated_residue"]
    note: str
    tolerated: Tolerated | None = None


@dataclass(frozen=True)
class AffectedCodon:
    """The codon a substitution lies in.

    Attributes
    ----------
    number
        1-based.
    positions
        Reference positions of its bases in coding order; they may straddle an intron.
    reference, patient
        Codon on the coding strand before and with the variant.
    wild_type, mutant
        Their residues, one letter.
    """

    number: int
    positions: tuple[int, int, int]
    reference: str
    patient: str
    wild_type: str
    mutant: str


def correction(allele: Allele) -> Intent:
    """Undo a substitution of one base."""
    return Intent(
        position=allele.start + allele.at,
        before=allele.alt,
        after=allele.ref,
        effect="wild_type",
        note="the reference base is restored",
    )


def affected_codon(
    reference: Reference, transcript: Transcript, allele: Allele
) -> AffectedCodon | None:
    """Codon of a one-base substitution; None outside the coding sequence.

    Raises
    ------
    NotInReference
        If a base of the codon (across an intron) is not held.
    """
    position = allele.start + allele.at
    place, offset = transcript.to_transcript(position)
    if transcript.cds is None or offset or not transcript.cds[0] <= place < transcript.cds[1]:
        return None
    number = (place - transcript.cds[0]) // 3 + 1
    first = transcript.cds[0] + 3 * (number - 1)
    a, b, c = (transcript.to_genomic(first + k) for k in range(3))
    bases = [reference.fetch(transcript.contig, p, p + 1) for p in (a, b, c)]
    mutated = [allele.alt if p == position else base for p, base in zip((a, b, c), bases)]  # noqa: B905
    if transcript.strand == "-":
        bases, mutated = [complement(x) for x in bases], [complement(x) for x in mutated]
    before, after = "".join(bases), "".join(mutated)
    return AffectedCodon(
        number=number,
        positions=(a, b, c),
        reference=before,
        patient=after,
        wild_type=translate(before, transcript.code),
        mutant=translate(after, transcript.code),
    )


def residue_edits(
    codon: AffectedCodon,
    transcript: Transcript,
    editors: Iterable[BaseEditor],
    tolerated: Sequence[Tolerated],
    correction_of: Intent,
) -> list[Intent]:
    """Single-base edits of a codon that give the wild-type residue or a tolerated one.

    One base is enough: for no sense codon and no substitution is there a pair of edits by one
    editor that gives the wild-type residue where a single edit does not (tests/editing).

    Parameters
    ----------
    codon
        The affected codon; its residue must be what is wrong.
    tolerated
        Rows for this gene.
    correction_of
        Intent that undoes the variant: it is another strategy and is left out here.
    """
    found: dict[tuple[int, str], Intent] = {}
    rows = {row.residue: row for row in tolerated if row.position == codon.number}
    for index, position in enumerate(codon.positions):
        coding_base = codon.patient[index]
        plus = coding_base if transcript.strand == "+" else complement(coding_base)
        for editor in editors:
            after = result(editor, plus)
            if after is None or (position, after) == (correction_of.position, correction_of.after):
                continue
            coding = after if transcript.strand == "+" else complement(after)
            edited = codon.patient[:index] + coding + codon.patient[index + 1 :]
            residue = translate(edited, transcript.code)
            # a start codon is read by its bases, not by its residue
            if residue == codon.wild_type and codon.number > 1:
                note = (
                    f"codon {codon.number} {codon.patient} to {edited}: {residue} by another codon"
                )
                intent = Intent(position, plus, after, "wild_type_protein", note)
            elif residue in rows:
                row = rows[residue]
                note = f"codon {codon.number} {codon.patient} to {edited}: {row.name}, {row.known}"
                intent = Intent(position, plus, after, "tolerated_residue", note, row)
            else:
                continue
            found.setdefault((position, after), intent)
    return list(found.values())
