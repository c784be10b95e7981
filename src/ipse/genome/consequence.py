"""What a change does to a transcript and its protein."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ipse.core.errors import InputError
from ipse.genome.hgvs.model import Hgvs
from ipse.genome.projection import SenseEdit, describe, on_transcript, rolled_left, sense_edit
from ipse.genome.protein_change import Coding, Edit, coding_of, protein_change
from ipse.genome.sense import Sense, sense_of
from ipse.genome.terms import (
    ACCEPTOR,
    DONOR,
    flank_terms,
    impact,
    intron_terms,
    most_severe_first,
    splice_site,
)
from ipse.genome.variant import GenomicVariant

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript
    from ipse.genome.reference import Reference


@dataclass(frozen=True, slots=True)
class Consequence:
    """Consequence of the changes of one allele for one transcript.

    Attributes
    ----------
    terms
        Sequence Ontology names, most severe first.
    hgvs_c
        ``c.1003C>T``; ``c.[5A>G;8A>G]`` for several changes, neighbours as one delins; n. for a
        non-coding transcript.
    hgvs_p
        ``p.Gln335Ter``, a prediction although written without parentheses; ``p.?`` where the
        protein cannot be told; ``""`` where the coding sequence is not changed.
    protein_before
        Protein of the transcript, one-letter code, without the stop; ``""`` if non-coding.
    protein_after
        Protein of the edited allele; None if it cannot be told (splice site, start codon).
    codon
        First changed codon, 1-based; None outside the coding sequence.
    in_frame
        Whether the reading frame is kept; None outside the coding sequence.
    impact
        ``HIGH``, ``MODERATE``, ``LOW`` or ``MODIFIER`` (Ensembl VEP's rating).
    """

    terms: tuple[str, ...]
    hgvs_c: str
    hgvs_p: str
    protein_before: str
    protein_after: str | None
    codon: int | None
    in_frame: bool | None
    impact: str


def consequence(
    variant: GenomicVariant | Hgvs | Sequence[GenomicVariant],
    transcript: Transcript,
    reference: Reference,
) -> Consequence:
    """Consequence of a change, or of several on one allele together.

    Parameters
    ----------
    variant
        A plus-strand variant, a c. or n. description on ``transcript``, or variants that lie on
        the same allele and do not overlap.
    transcript
        Transcript; its own sequence is the truth for codons.
    reference
        Gives what the transcript does not hold.

    Raises
    ------
    InputError
        If variants overlap or are on another contig.
    NotInReference
        If a needed base is held by neither.
    """
    if isinstance(variant, Hgvs):
        variants = [on_transcript(variant, transcript, reference)]
    elif isinstance(variant, GenomicVariant):
        variants = [variant]
    else:
        variants = list(variant)
    sense = sense_of(transcript)
    for one in variants:
        if one.contig != transcript.contig:
            raise InputError(
                f"{one} is not on {transcript.contig}, where {transcript.id} is",
                field="contig", value=one.contig, expected=transcript.contig,
            )  # fmt: skip
    edits = [sense_edit(one, sense, reference) for one in variants]
    if len(edits) > 1:
        edits.sort(key=lambda edit: (edit.start, edit.end))
        _check_apart(edits)
    hgvs_c = _coding_name(_neighbours_joined(edits), sense, reference)
    return _consequence([edit for edit in edits if edit.ref != edit.alt], sense, reference, hgvs_c)


def _check_apart(edits: list[SenseEdit]) -> None:
    for left, right in pairwise(edits):
        if right.start < left.end or (left.start, left.end) == (right.start, right.end):
            raise InputError(
                "two changes of one allele overlap", field="variants",
                value=f"{left.ref or '-'}>{left.alt or '-'}, {right.ref or '-'}>{right.alt or '-'}",
                expected="changes of different bases",
                next_step="describe overlapping changes as one delins",
            )  # fmt: skip


def _neighbours_joined(edits: list[SenseEdit]) -> list[SenseEdit]:
    """Sorted edits, replacements of neighbouring bases as one.

    HGVS names a change of consecutive bases as one delins
    (https://hgvs-nomenclature.org/stable/recommendations/DNA/delins/).
    """
    joined: list[SenseEdit] = []
    for edit in edits:
        last = joined[-1] if joined else None
        if last is not None and last.end == edit.start and _replaces(last) and _replaces(edit):
            joined[-1] = SenseEdit(last.start, edit.end, last.ref + edit.ref, last.alt + edit.alt)
        else:
            joined.append(edit)
    return joined


def _replaces(edit: SenseEdit) -> bool:
    """Whether an edit puts as many other bases in the place of those it takes."""
    return edit.ref != edit.alt and len(edit.ref) == len(edit.alt)


def _coding_name(edits: list[SenseEdit], sense: Sense, reference: Reference) -> str:
    names = [describe(edit, sense, reference).description for edit in edits]
    if len(names) == 1:
        return names[0]
    return f"{names[0][:2]}[{';'.join(name[2:] for name in names)}]" if names else ""


def _consequence(
    edits: list[SenseEdit], sense: Sense, reference: Reference, hgvs_c: str
) -> Consequence:
    coding = None if sense.cds is None else coding_of(sense.transcript, reference)
    before = coding.protein if coding else ""
    if not edits:
        name = "p.=" if coding else ""
        terms: tuple[str, ...] = ("no_sequence_alteration",)
        return Consequence(terms, hgvs_c, name, before, before, None, None, impact(terms))
    found: set[str] = set()
    pieces: list[Edit] = []
    told = True
    for shifted in edits:
        edit = _whole_exons(shifted, sense, reference)
        found |= flank_terms(sense, edit.start, edit.end)
        found |= intron_terms(sense, edit.start, edit.end)
        own, known = _exonic(edit, sense, found)
        pieces += own
        told = told and known and not _breaks_splicing(edit, found, sense)
        if _copies_a_border(edit, sense, reference):
            told = False
            found.add("coding_sequence_variant")
    if "transcript_ablation" in found:
        return _named(
            {"transcript_ablation"}, hgvs_c, "p.0" if before else "", before, None, None, None
        )
    found |= _exon_terms(pieces, sense)
    if coding is None:
        return _named(found, hgvs_c, "", "", "", None, None)
    if not told:
        if _in_cds(pieces, coding):
            found.add("coding_sequence_variant")
        return _named(found, hgvs_c, "p.?", before, None, None, None)
    change = protein_change(coding, pieces)
    if change is None:
        return _named(found, hgvs_c, "", before, before, None, None)
    found.discard("coding_sequence_variant")
    found.update(change.terms)
    return _named(found, hgvs_c, change.hgvs, before, change.after, change.codon, change.in_frame)


def _named(
    found: set[str],
    hgvs_c: str,
    hgvs_p: str,
    before: str,
    after: str | None,
    codon: int | None,
    in_frame: bool | None,
) -> Consequence:
    terms = most_severe_first(found)
    return Consequence(terms, hgvs_c, hgvs_p, before, after, codon, in_frame, impact(terms))


def _whole_exons(edit: SenseEdit, sense: Sense, reference: Reference) -> SenseEdit:
    """Of the equal placements of a deletion, one that takes whole exons with both ends in introns.

    ``c.6439_6614del``, exactly an exon, moves one base into the intron by the 3' rule where the
    intron begins with the exon's first base; the exon is still what is lost.
    """
    size = len(edit.ref)
    if edit.alt or not size or _told(edit, sense)[0]:
        return edit
    steps, _ = rolled_left(edit.start, edit.ref, lambda a, b: sense.letters(reference, a, b))
    for back in range(1, steps + 1):
        turn = -back % size
        start = edit.start - back
        moved = SenseEdit(start, start + size, edit.ref[turn:] + edit.ref[:turn], "")
        told, found = _told(moved, sense)
        if told and "exon_loss_variant" in found:
            return moved
    return edit


def _told(edit: SenseEdit, sense: Sense) -> tuple[bool, set[str]]:
    """Whether the spliced product of an edit can be told, and the terms found on the way."""
    found = intron_terms(sense, edit.start, edit.end)
    _, told = _exonic(edit, sense, found)
    return told and not _breaks_splicing(edit, found, sense), found


def _exonic(edit: SenseEdit, sense: Sense, found: set[str]) -> tuple[list[Edit], bool]:
    """Edits in transcript coordinates, and whether the spliced transcript can be told.

    A deletion with both ends in introns removes its exons from the transcript. One that ends
    inside an exon removes a splice site: what is spliced then is not known.
    """
    start, end = edit.start, edit.end
    starts, ends, offsets = sense.starts, sense.ends, sense.offsets
    index = max(bisect_right(starts, start) - 1, 0)
    if start == end:  # at a border of an exon the inserted bases belong to the exon
        for exon in (index, index - 1):
            if exon >= 0 and starts[exon] <= start <= ends[exon]:
                outside = start == starts[0] or start == ends[-1]
                place = offsets[exon] + start - starts[exon]
                return ([] if outside else [(place, place, edit.alt)]), True
        return [], True
    whole_exon = not edit.alt and start == starts[index] and end == ends[index]
    if starts[index] <= start and end <= ends[index] and not whole_exon:
        place = offsets[index] + start - starts[index]
        return [(place, place + end - start, edit.alt)], True
    last = len(starts) - 1
    pieces: list[Edit] = []
    whole, told = 0, True
    for exon in range(index, last + 1):
        low, high = max(start, starts[exon]), min(end, ends[exon])
        if low >= high:
            continue
        place = offsets[exon] + low - starts[exon]
        pieces.append((place, place + high - low, ""))
        if low == starts[exon] and high == ends[exon]:
            whole += 1
        elif (start < starts[exon] and exon > 0) or (end > ends[exon] and exon < last):
            told = False
    if whole == len(starts):
        found.clear()
        found.add("transcript_ablation")
        return pieces, False
    if whole:
        found.add("exon_loss_variant")
        # without its first or last exon there is no such transcript
        ends_lost = pieces[0][0] == 0 or pieces[-1][1] == sense.length
        return pieces, told and not ends_lost
    return pieces, told


def _breaks_splicing(edit: SenseEdit, found: set[str], sense: Sense) -> bool:
    """Whether a splice site that the edited transcript needs is changed."""
    if not found & {DONOR, ACCEPTOR}:
        return False
    if "exon_loss_variant" not in found:
        return True
    # lost exons take their own sites with them; those of the exons that stay must be whole
    site = splice_site()
    left = bisect_right(sense.ends, edit.start) - 1
    right = bisect_right(sense.starts, edit.end - 1)
    last = len(sense.starts) - 1
    # in a shorter intron a site ends where the next exon begins
    return (
        left >= 0
        and left < last
        and edit.start < min(sense.ends[left] + site, sense.starts[left + 1])
    ) or (0 < right <= last and edit.end > max(sense.starts[right] - site, sense.ends[right - 1]))


def _copies_a_border(edit: SenseEdit, sense: Sense, reference: Reference) -> bool:
    """Whether an insertion duplicates both exon and intron, with a splice site on a new place."""
    size = len(edit.alt)
    if edit.ref or size <= splice_site():
        return False
    start = edit.start - size
    borders = (*sense.ends[:-1], *sense.starts[1:])
    if not any(start < border < edit.start for border in borders):
        return False
    return sense.letters(reference, start, edit.start) == edit.alt


def _exon_terms(pieces: list[Edit], sense: Sense) -> set[str]:
    if not pieces:
        return set()
    if sense.cds is None:
        return {"non_coding_transcript_exon_variant"}
    first, behind = sense.cds
    terms = set()
    for start, end, _ in pieces:
        if start < first or start == end == first:
            terms.add("5_prime_UTR_variant")
        if end > behind or start == end == behind:
            terms.add("3_prime_UTR_variant")
    return terms


def _in_cds(pieces: list[Edit], coding: Coding) -> bool:
    return any(end > coding.start and start < coding.end for start, end, _ in pieces)
