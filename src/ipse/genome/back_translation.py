"""From one protein change to the DNA change that makes it, where only one can."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ipse.core.errors import InputError
from ipse.core.sequence import translate
from ipse.genome.hgvs.model import Hgvs, NucleotideEdit, Position, ProteinEdit, three_letter
from ipse.genome.protein_change import coding_of

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript
    from ipse.genome.reference import Reference

_BASES = "ACGT"


class ResidueMismatch(InputError):
    """The residue a p. description states is not the one of the protein."""


class Codons(NamedTuple):
    """Codons that spell the new residue.

    Attributes
    ----------
    single
        Descriptions with one substitution.
    several
        Descriptions with two or three bases changed.
    """

    single: tuple[Hgvs, ...]
    several: tuple[Hgvs, ...]


def check_residues(hgvs: Hgvs, transcript: Transcript, reference: Reference) -> None:
    """Compare the stated residues with the protein.

    Raises
    ------
    ResidueMismatch
        Naming the residue that is there.
    """
    edit = hgvs.edit
    if not isinstance(edit, ProteinEdit) or hgvs.start is None or hgvs.end is None:
        return
    coding = coding_of(transcript, reference)
    protein = coding.protein + ("*" if coding.has_stop else "")
    for stated, position in ((edit.ref_start, hgvs.start), (edit.ref_end, hgvs.end)):
        found = protein[position.base - 1 : position.base]
        if stated in ("", found):
            continue
        there = f"{three_letter(found)}{position.base}" if found else "nothing"
        raise ResidueMismatch(
            f"{transcript.protein_id or transcript.id} has {there} where the description states "
            f"{three_letter(stated)}{position.base}",
            field="HGVS reference residue", value=str(hgvs),
            expected=there if found else f"a position up to {len(protein)}",
        )  # fmt: skip


def dna_of(hgvs: Hgvs, transcript: Transcript, reference: Reference) -> Codons:
    """DNA changes of one codon that make a protein substitution.

    Parameters
    ----------
    hgvs
        ``p.`` substitution whose residue was checked.

    Returns
    -------
    Codons
        c. descriptions, single substitutions apart from the others.
    """
    edit, start = hgvs.edit, hgvs.start
    assert isinstance(edit, ProteinEdit) and start is not None
    coding = coding_of(transcript, reference)
    first = 3 * (start.base - 1)
    codon = coding.rna[coding.start + first : coding.start + first + 3]
    single, several = [], []
    for new in (a + b + c for a in _BASES for b in _BASES for c in _BASES):
        if translate(new, coding.code) != edit.alt:
            continue
        changed = [place for place in range(3) if new[place] != codon[place]]
        low, high = changed[0], changed[-1] + 1
        begin = Position(first + low + 1, 0, "cds_start")
        end = Position(first + high, 0, "cds_start")
        if len(changed) == 1:
            change = NucleotideEdit("sub", codon[low], new[low])
            single.append(Hgvs(transcript.id, transcript.gene, "c", begin, end, change))
        else:
            change = NucleotideEdit("delins", "", new[low:high])
            several.append(Hgvs(transcript.id, transcript.gene, "c", begin, end, change))
    return Codons(tuple(single), tuple(several))
