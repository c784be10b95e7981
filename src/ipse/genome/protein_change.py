"""From an edited coding sequence to the protein: what changes, and its HGVS p. description.

Rules: https://hgvs-nomenclature.org/stable/recommendations/protein/. Numbers behind ``fsTer``
count from the first changed residue to the new stop, those behind ``extTer`` the residues added.
Indels take the most C-terminal of their equal placements.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from ipse.core.errors import NotInReference
from ipse.core.sequence import translate
from ipse.genome.hgvs.model import three_letter
from ipse.genome.sense import UNKNOWN, spliced

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ipse.genome.annotation import Transcript
    from ipse.genome.reference import Reference

Edit = tuple[int, int, str]
"""Transcript stretch ``[start, end)`` and the bases that replace it."""

_CHUNK = 300  # bases translated at a time while looking for a stop; any multiple of 3 will do


@dataclass(frozen=True, slots=True)
class ProteinChange:
    """Effect of edits on the protein.

    Attributes
    ----------
    hgvs
        Description such as ``p.Gln335Ter``, without parentheses.
    after
        Resulting protein in one-letter code, None where it cannot be told.
    terms
        Sequence Ontology terms.
    codon
        First changed codon, 1-based.
    in_frame
        Whether the reading frame is kept behind the edits.
    """

    hgvs: str
    after: str | None
    terms: tuple[str, ...]
    codon: int
    in_frame: bool


@dataclass(frozen=True, slots=True)
class Coding:
    """A transcript ready to be translated.

    Attributes
    ----------
    rna
        Spliced transcript (DNA letters; ``.`` for a base that is nowhere).
    start, end
        CDS in transcript coordinates, stop codon included.
    protein
        Its translation without the stop, exceptions applied.
    has_stop
        Whether the CDS ends with a stop codon.
    """

    rna: str
    start: int
    end: int
    protein: str
    has_stop: bool
    code: int
    exceptions: tuple[tuple[int, str], ...]


def coding_of(transcript: Transcript, reference: Reference) -> Coding:
    """Coding view of a transcript (cached).

    Raises
    ------
    NotInReference
        If a base of the CDS is held by neither the transcript nor the reference.
    ValueError
        For a non-coding transcript.
    """
    return _coding(transcript, cast("Hashable", reference))


@lru_cache(maxsize=256)
def _coding(transcript: Transcript, reference: Reference) -> Coding:
    if transcript.cds is None:
        raise ValueError(f"{transcript.id} has no coding sequence")
    start, end = transcript.cds
    rna = spliced(transcript, reference)
    cds = rna[start:end]
    if UNKNOWN in cds:
        place = transcript.to_genomic(start + cds.index(UNKNOWN))
        raise NotInReference(transcript.contig, place, place + 1, reference.name)
    residues = list(translate(cds, transcript.code))
    for codon, residue in transcript.transl_except:
        if 0 < codon <= len(residues):
            residues[codon - 1] = residue
    if residues and transcript.protein[:1] == "M":
        residues[0] = "M"  # the initiator is methionine whatever its codon
    has_stop = bool(residues) and residues[-1] == "*"
    protein = "".join(residues[:-1] if has_stop else residues)
    return Coding(
        rna, start, end, protein, has_stop, transcript.code, tuple(transcript.transl_except)
    )


def edited(rna: str, edits: list[Edit], low: int, high: int) -> str:
    """``rna[low:high]`` with the edits that lie in it; edits are sorted and do not overlap."""
    parts: list[str] = []
    place = low
    for start, end, alt in edits:
        parts += (rna[place:start], alt)
        place = end
    parts.append(rna[place:high])
    return "".join(parts)


def protein_change(coding: Coding, edits: list[Edit]) -> ProteinChange | None:
    """Effect of edits of one allele on the protein; None if none lies in the CDS.

    Parameters
    ----------
    coding
        Transcript to translate.
    edits
        All edits of the allele in transcript coordinates, sorted, none overlapping another.
    """
    first, end = coding.start, coding.end
    inside = [edit for edit in edits if edit[1] > first and edit[0] < end]
    if not inside:
        return None
    if inside[0][0] < first:
        return ProteinChange("p.Met1?", None, ("start_lost",), 1, False)
    codon0 = (inside[0][0] - first) // 3
    low = first + 3 * codon0
    last = inside[-1][1]
    net = sum(len(alt) - (min(b, end) - a) for a, b, alt in inside)
    start_terms: tuple[str, ...] = ()
    if codon0 == 0:
        codon = edited(coding.rna, inside, low, end)[:3]
        if codon != coding.rna[low : low + 3]:
            if translate(codon, coding.code) != "M":
                return ProteinChange("p.Met1?", None, ("start_lost",), 1, net % 3 == 0)
            start_terms = ("start_retained_variant",)
    stop = end - 3 if coding.has_stop else end
    if net % 3 == 0 and last <= stop:
        change = _in_frame(coding, inside, codon0, low, -((first - last) // 3), net)
    else:
        behind = [edit for edit in edits if edit[0] >= low]
        change = _read_through(coding, behind, codon0, low, net, last > stop)
    if start_terms:
        change = ProteinChange(
            change.hgvs, change.after, change.terms + start_terms, change.codon, change.in_frame
        )
    return change


# -- frame kept, stop untouched -------------------------------------------------------------


def _in_frame(
    coding: Coding, edits: list[Edit], codon0: int, low: int, codon1: int, net: int
) -> ProteinChange:
    window = edited(coding.rna, edits, low, coding.start + 3 * codon1)
    new = translate(window, coding.code)
    old = coding.protein[codon0:codon1]
    if codon0 == 0 and new:
        new = old[0] + new[1:]  # the start codon was checked before
    if coding.exceptions and not net:
        new = _with_exceptions(coding, window, new, old, codon0)
    return _kept_frame(coding.protein, codon0, old, new, net)


def _kept_frame(protein: str, codon0: int, old: str, new: str, net: int) -> ProteinChange:
    """Change of ``old`` residues at codon ``codon0`` (0-based) to ``new`` in the same frame."""
    stop = new.find("*")
    if stop >= 0:
        after = protein[:codon0] + new[:stop]
        while old and len(new) > stop + 1 and old[-1] == new[-1]:  # an unchanged residue behind it
            old, new = old[:-1], new[:-1]
        new = new[: stop + 1]
    else:
        after = protein[:codon0] + new + protein[codon0 + len(old) :]
    if new == old:
        name = f"{three_letter(old)}{codon0 + 1}=" if len(old) == 1 else "="
        return ProteinChange(f"p.{name}", after, ("synonymous_variant",), codon0 + 1, True)
    terms: list[str] = []
    if stop >= 0:
        terms.append("stop_gained")
    if net:
        terms.append("inframe_insertion" if net > 0 else "inframe_deletion")
    elif stop < 0:
        terms.append("missense_variant")
    text, codon = _describe_indel(protein, codon0, old, new)
    return ProteinChange(f"p.{text}", after, tuple(terms), codon, True)


def _with_exceptions(coding: Coding, window: str, new: str, old: str, codon0: int) -> str:
    """Residues of codons that are read by exception and did not change."""
    residues = list(new)
    for codon, _ in coding.exceptions:
        at = codon - 1 - codon0
        place = coding.start + 3 * (codon - 1)
        if 0 <= at < len(old) and window[3 * at : 3 * at + 3] == coding.rna[place : place + 3]:
            residues[at] = old[at]
    return "".join(residues)


def _describe_indel(protein: str, place: int, old: str, new: str) -> tuple[str, int]:
    """Description of ``old`` residues at 0-based ``place`` replaced by ``new``; first codon."""
    while old and new and old[0] == new[0]:
        old, new, place = old[1:], new[1:], place + 1
    if new[:1] == "*":
        # a stop in the place of a residue, or inserted before one
        return f"{three_letter(protein[place])}{place + 1}Ter", place + 1
    if not new.endswith("*"):
        while old and new and old[-1] == new[-1]:
            old, new = old[:-1], new[:-1]
    if len(old) == len(new) == 1:
        return f"{three_letter(old)}{place + 1}{three_letter(new)}", place + 1
    if not new:
        while protein[place] == protein[place + len(old) : place + len(old) + 1]:
            place += 1
        return f"{_span(protein, place, place + len(old))}del", place + 1
    if not old:
        return _describe_insertion(protein, place, new)
    return f"{_span(protein, place, place + len(old))}delins{three_letter(new)}", place + 1


def _describe_insertion(protein: str, place: int, new: str) -> tuple[str, int]:
    if not new.endswith("*"):
        while protein[place : place + 1] == new[0]:
            new, place = new[1:] + new[0], place + 1
        if place >= len(new) and protein[place - len(new) : place] == new:
            return f"{_span(protein, place - len(new), place)}dup", place + 1
    if place >= len(protein):  # behind the last residue: before the stop
        name = f"{_span(protein, place - 1, place)}_Ter{place + 1}"
    else:
        name = _span(protein, place - 1, place + 1)
    return f"{name}ins{three_letter(new)}", place + 1


def _span(protein: str, start: int, end: int) -> str:
    first = f"{three_letter(protein[start])}{start + 1}"
    return first if end - start == 1 else f"{first}_{three_letter(protein[end - 1])}{end}"


# -- frame changed, or stop touched ---------------------------------------------------------


def _read_through(
    coding: Coding, edits: list[Edit], codon0: int, low: int, net: int, stop_touched: bool
) -> ProteinChange:
    """Read on to the first stop in the new frame, into the 3' UTR where need be."""
    protein = coding.protein
    shifted = net % 3 != 0
    inside = [edit for edit in edits if edit[0] < coding.end]
    if not shifted and inside[-1][1] <= coding.end:
        whole = translate(edited(coding.rna, inside, low, coding.end), coding.code)
        if whole.endswith("*"):  # another stop codon in the same place
            return _stop_retained(coding, codon0, whole[:-1], net)
    letters = edited(coding.rna, edits, low, len(coding.rna)).partition(UNKNOWN)[0]
    new, stopped = _until_stop(letters, coding.code)
    if codon0 == 0 and new:
        new = protein[0] + new[1:]
    terms = ["frameshift_variant"] if shifted else []
    after = protein[:codon0] + new if stopped else None
    old = protein[codon0:]
    if stopped and new == old:
        name = f"Ter{len(protein) + 1}=" if codon0 == len(protein) else "="
        kept = ("stop_retained_variant",)
        return ProteinChange(f"p.{name}", after, kept, codon0 + 1, not shifted)
    if stopped and _spells(inside, low, 3 * len(new)):
        terms.append("stop_gained")
    same = _common_prefix(old, new)
    place = codon0 + same
    if place < len(protein) and same == len(new):
        text = f"{three_letter(protein[place])}{place + 1}Ter" if stopped else "?"
        terms.append("stop_gained" if stopped else "coding_sequence_variant")
    elif same == len(new):  # the sequence ends before the new end of the protein is known
        text = "?"
        terms.append("stop_lost")
    elif place == len(protein):
        added = f"{len(new) - same}" if stopped else "?"
        text = f"Ter{place + 1}{three_letter(new[same])}extTer{added}"
        terms.append("stop_lost")
    else:  # a shifted frame; HGVS names a deletion that takes the stop codon with it likewise
        distance = f"{len(new) - same + 1}" if stopped else "?"
        text = f"{three_letter(protein[place])}{place + 1}{three_letter(new[same])}fsTer{distance}"
        if stop_touched:
            terms.append("stop_lost")
    return ProteinChange(f"p.{text}", after, tuple(terms), place + 1, not shifted)


def _stop_retained(coding: Coding, codon0: int, new: str, net: int) -> ProteinChange:
    old = coding.protein[codon0:]
    if new == old:
        name = f"Ter{len(coding.protein) + 1}=" if codon0 == len(coding.protein) else "="
        change = ProteinChange(f"p.{name}", coding.protein, (), codon0 + 1, True)
    else:
        change = _kept_frame(coding.protein, codon0, old, new, net)
    terms = (*change.terms, "stop_retained_variant")
    return ProteinChange(change.hgvs, change.after, terms, change.codon, True)


def _spells(edits: list[Edit], low: int, stop: int) -> bool:
    """Whether bases an edit puts in are part of the stop codon ``stop`` bases behind ``low``."""
    length, place = 0, low
    for start, end, alt in edits:
        length += start - place
        if alt and length < stop + 3 and stop < length + len(alt):
            return True
        length, place = length + len(alt), end
    return False


def _until_stop(letters: str, code: int) -> tuple[str, bool]:
    """Residues up to the first stop, and whether there is one."""
    parts: list[str] = []
    for place in range(0, len(letters), _CHUNK):
        part = translate(letters[place : place + _CHUNK], code)
        stop = part.find("*")
        if stop >= 0:
            parts.append(part[:stop])
            return "".join(parts), True
        parts.append(part)
    return "".join(parts), False


def _common_prefix(first: str, second: str) -> int:
    for place, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return place
    return min(len(first), len(second))
