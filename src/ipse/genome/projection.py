"""Between the plus strand of a reference and HGVS positions of a transcript.

An indel inside a repeat has many equal placements. VCF takes the leftmost on the plus strand,
HGVS the most 3' one in the direction of its sequence; an insertion that repeats the bases before
it is a duplication, an equally long reverse complement an inversion
(https://hgvs-nomenclature.org/stable/recommendations/general/). Shifting happens along the
genome, so a shift never jumps from one exon to the next: the exception HGVS makes for identical
bases on both sides of an exon junction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.sequence import reverse_complement
from ipse.genome.hgvs.model import Hgvs, NucleotideEdit, NucleotideEditKind, Position, ProteinEdit
from ipse.genome.sense import UNKNOWN, Sense, genome_letters, sense_of
from ipse.genome.shifting import aligned_left, left_align, right_align, rolled_left, rolled_right
from ipse.genome.variant import GenomicVariant

if TYPE_CHECKING:
    from ipse.genome.annotation import Annotation, Transcript
    from ipse.genome.reference import Reference

__all__ = [
    "ReferenceMismatch", "SenseEdit", "describe", "left_align", "on_transcript", "right_align",
    "rolled_left", "sense_edit", "to_coding", "to_genomic", "to_genomic_hgvs", "transcript_for",
]  # fmt: skip

_ACGT = frozenset("ACGT")


class ReferenceMismatch(InputError):
    """The bases an HGVS text states are not those of the sequence it names.

    Attributes
    ----------
    hgvs
        What was described.
    stated, found
        Bases in the text and in the sequence.
    """

    def __init__(self, hgvs: Hgvs, stated: str, found: str, where: str, hint: str = "") -> None:
        self.hgvs, self.stated, self.found, self.where = hgvs, stated, found, where
        super().__init__(
            f"{where} has {found} at {hgvs.start}, the description states {stated}",
            field="HGVS reference base",
            value=str(hgvs),
            expected=found,
            next_step=hint or "check transcript version, genome build and numbering",
        )


@dataclass(frozen=True, slots=True)
class SenseEdit:
    """A change on the sense axis of a transcript, most 3' of its equal placements.

    Attributes
    ----------
    start, end
        Half-open stretch that is replaced; equal for an insertion.
    ref, alt
        Bases in transcript direction; ``ref`` is the transcript's own.
    """

    start: int
    end: int
    ref: str
    alt: str


# -- genome -> transcript -------------------------------------------------------------------


def sense_edit(variant: GenomicVariant, sense: Sense, reference: Reference) -> SenseEdit:
    """A plus-strand variant as an edit of a transcript's own letters, shifted 3'."""
    ref, alt = variant.ref, variant.alt
    start, end = sense.span(variant.start, variant.end)
    if not sense.plus:
        ref, alt = reverse_complement(ref), reverse_complement(alt)
    if ref and sense.transcript.sequence:
        own = sense.transcript_letters(start, end)
        if own != ref:
            ref = "".join(a if b == UNKNOWN else b for a, b in zip(ref, own, strict=True))
    if len(ref) == len(alt) == 1 or ref == alt:
        return SenseEdit(start, end, ref, alt)
    small = GenomicVariant("", start, ref, alt).trimmed()
    start, end, ref, alt = small.start, small.end, small.ref, small.alt
    if ref and alt:
        return SenseEdit(start, end, ref, alt)
    steps, unit = rolled_right(end, ref or alt, lambda a, b: sense.letters(reference, a, b))
    return SenseEdit(start + steps, end + steps, unit if ref else "", unit if alt else "")


def describe(edit: SenseEdit, sense: Sense, reference: Reference) -> Hgvs:
    """HGVS c. (n. for a non-coding transcript) of a shifted edit."""
    start, end, ref, alt = edit.start, edit.end, edit.ref, edit.alt
    kind: NucleotideEditKind
    if ref == alt:
        kind = "identity"
    elif not ref:
        copied = sense.letters(reference, start - len(alt), start) == alt
        kind = "dup" if copied else "ins"
        start, end = (start - len(alt), start) if copied else (start - 1, start + 1)
    elif not alt:
        kind = "del"
    elif len(ref) == len(alt) == 1:
        kind = "sub"
    elif len(ref) == len(alt) and alt == reverse_complement(ref):
        kind = "inv"
    else:
        kind = "delins"
    stated = ref if kind in ("sub", "identity") else ""
    new = alt if kind in ("sub", "ins", "delins") else ""
    first = sense.position(start)
    last = first if end - start <= 1 else sense.position(end - 1)
    transcript = sense.transcript
    return Hgvs(
        transcript.id, transcript.gene, "n" if sense.cds is None else "c", first, last,
        NucleotideEdit(kind, stated, new),
    )  # fmt: skip


def to_coding(variant: GenomicVariant, transcript: Transcript, reference: Reference) -> Hgvs:
    """HGVS c. description of a variant, most 3' in transcript direction.

    Parameters
    ----------
    variant
        Variant on the transcript's contig.
    transcript
        Transcript to describe it on; n. is used where it has no coding sequence. Positions
        before and behind the transcript run on from its ends.
    reference
        Gives the bases outside exons; where it has none, shifting stops.

    Raises
    ------
    InputError
        If the variant is on another contig.
    """
    sense = sense_of(transcript)
    if variant.contig != transcript.contig:
        raise InputError(
            f"{variant} is not on {transcript.contig}, where {transcript.id} is",
            field="contig", value=variant.contig, expected=transcript.contig,
        )  # fmt: skip
    return describe(sense_edit(variant, sense, reference), sense, reference)


# -- HGVS -> genome -------------------------------------------------------------------------


def to_genomic(hgvs: Hgvs, reference: Reference, annotation: Annotation) -> GenomicVariant:
    """Plus-strand variant an HGVS c., n., g. or m. description names, left-aligned.

    Coding positions work from the transcript's own sequence alone where the reference has none.

    Raises
    ------
    InputError
        For a p. description, an unknown transcript or contig, a position the sequence does not
        have, or stated bases that are not there (:class:`ReferenceMismatch`).
    NotInReference
        If a needed base is held by neither the reference nor the transcript.
    """
    if isinstance(hgvs.edit, ProteinEdit) or hgvs.start is None or hgvs.end is None:
        raise InputError(
            "this description does not say which bases change", field="HGVS text",
            value=str(hgvs), expected="a c., n., g. or m. description with a position",
            next_step="use the c. description of the report",
        )  # fmt: skip
    if hgvs.kind in "gm":
        return _from_contig(hgvs, hgvs.edit, hgvs.start, hgvs.end, reference)
    return on_transcript(hgvs, transcript_for(hgvs, annotation), reference)


def transcript_for(hgvs: Hgvs, annotation: Annotation) -> Transcript:
    """Transcript a c. or n. description names; the gene's first where it names a gene only."""
    if hgvs.accession:
        return annotation.transcript(hgvs.accession)
    if hgvs.gene:
        return annotation.transcripts_of(hgvs.gene)[0]
    raise InputError(
        "a description names no transcript", field="HGVS text", value=str(hgvs),
        expected="a transcript or a gene before ':'",
        next_step="write for example NM_000518.5:c.20A>T",
    )  # fmt: skip


def on_transcript(hgvs: Hgvs, transcript: Transcript, reference: Reference) -> GenomicVariant:
    """:func:`to_genomic` for a c. or n. description on a given transcript."""
    edit, first, last = hgvs.edit, hgvs.start, hgvs.end
    if isinstance(edit, ProteinEdit) or first is None or last is None:
        raise InputError(
            "this description names no bases", field="HGVS text", value=str(hgvs),
            expected="a c. or n. description with a position",
        )  # fmt: skip
    sense = sense_of(transcript)
    start, end = sense.place(first), sense.place(last) + 1
    if end <= start:
        raise InputError(
            "a range ends before it starts", field="HGVS range", value=hgvs.description,
            expected="the smaller position first",
        )  # fmt: skip
    if edit.kind == "ins":
        if end - start != 2:
            raise _no_neighbours(hgvs, sense, start, end - 1)
        start, end = start + 1, end - 1
    own = sense.letters(reference, start, end)
    _check(hgvs, edit, own, transcript.id)
    ref = sense.genome_first(reference, start, end)
    if UNKNOWN in ref:
        raise NotInReference(transcript.contig, *sense.span(start, end), reference.name)
    place, removed, inserted = _replaced(hgvs, edit, start, end, ref, own)
    low, _high = sense.span(place, place + len(removed))
    if not sense.plus:
        removed, inserted = reverse_complement(removed), reverse_complement(inserted)
    variant = GenomicVariant(transcript.contig, low, removed, inserted)

    def letters(a: int, b: int) -> str:
        text = sense.genome_first(reference, *sense.span(a, b))
        return text if sense.plus else reverse_complement(text)

    return aligned_left(variant, letters)


def _from_contig(
    hgvs: Hgvs, edit: NucleotideEdit, first: Position, last: Position, reference: Reference
) -> GenomicVariant:
    contig = reference.resolve(hgvs.accession) if hgvs.accession else ""
    if not contig:
        raise InputError(
            "a genomic description names no contig", field="HGVS text", value=str(hgvs),
            expected="a contig before ':'", next_step="write for example NC_000002.12:g.…",
        )  # fmt: skip
    start, end = first.base - 1, last.base
    if edit.kind == "ins":
        start, end = start + 1, end - 1
    ref = reference.fetch(contig, start, end) if end > start else ""
    _check(hgvs, edit, ref, f"{contig} of {reference.name}")
    place, removed, inserted = _replaced(hgvs, edit, start, end, ref, ref)
    return left_align(GenomicVariant(contig, place, removed, inserted), reference)


def _replaced(
    hgvs: Hgvs, edit: NucleotideEdit, start: int, end: int, ref: str, own: str
) -> tuple[int, str, str]:
    """Place, removed and inserted bases of an edit of ``[start, end)``."""
    match edit.kind:
        case "sub" | "delins":
            alt = edit.alt
        case "del":
            alt = ""
        case "ins":
            return start, "", _plain(hgvs, edit.alt)
        case "dup":
            return end, "", own
        case "inv":
            alt = reverse_complement(own)
        case "identity":
            alt = own
        case _:
            raise InputError(
                "an unknown change cannot be placed", field="HGVS text", value=str(hgvs),
                expected="a change that names the new bases",
            )  # fmt: skip
    return start, ref, _plain(hgvs, alt)


def _plain(hgvs: Hgvs, bases: str) -> str:
    if not _ACGT.issuperset(bases):
        raise InputError(
            "a new base is not A, C, G or T", field="HGVS text", value=str(hgvs),
            expected="unambiguous bases", next_step="enter each possible change by itself",
        )  # fmt: skip
    return bases


def _check(hgvs: Hgvs, edit: NucleotideEdit, own: str, where: str) -> None:
    """Stated bases and their number against the sequence."""
    if edit.length is not None and edit.length != len(own):
        raise InputError(
            f"{edit.length} bases are stated for {len(own)} positions", field="HGVS text",
            value=hgvs.description, expected="as many bases as positions",
        )  # fmt: skip
    if not edit.ref or edit.ref == own:
        return
    if len(edit.ref) != len(own):
        raise InputError(
            f"{len(edit.ref)} bases are named for {len(own)} positions", field="HGVS text",
            value=f"{hgvs.kind}.{hgvs.start}_{hgvs.end}{edit.kind}{edit.ref}",
            expected="as many bases as positions",
            next_step="correct the range, or leave the bases out",
        )  # fmt: skip
    if any(b not in (UNKNOWN, a) for a, b in zip(edit.ref, own, strict=True)):
        raise ReferenceMismatch(hgvs, edit.ref, own, where)


def _no_neighbours(hgvs: Hgvs, sense: Sense, left: int, right: int) -> InputError:
    names = [
        f"{sense.position(left)}_{sense.position(left + 1)}",
        f"{sense.position(right - 1)}_{sense.position(right)}",
    ]
    edge = left + 1 in sense.ends and right in sense.starts
    return InputError(
        "an intron lies between the two positions of an insertion"
        if edge
        else "an insertion lies between two neighbouring positions",
        field="HGVS range", value=hgvs.description,
        expected=" or ".join(names),
        next_step="write on which side of the intron the bases are inserted" if edge else None,
    )  # fmt: skip


def to_genomic_hgvs(variant: GenomicVariant, reference: Reference) -> Hgvs:
    """HGVS g. (m. on the mitochondrial genome) of a variant, most 3' on the plus strand."""
    moved = right_align(variant, reference)
    start, ref, alt = moved.start, moved.ref, moved.alt
    end = moved.end
    kind: NucleotideEditKind = "delins"
    if ref == alt:
        kind = "identity"
    elif not ref:
        copied = genome_letters(reference, moved.contig, start - len(alt), start) == alt
        kind = "dup" if copied else "ins"
        start, end = (start - len(alt), start) if copied else (start - 1, start + 1)
    elif not alt:
        kind = "del"
    elif len(ref) == len(alt) == 1:
        kind = "sub"
    elif alt == reverse_complement(ref):
        kind = "inv"
    edit = NucleotideEdit(
        kind,
        ref if kind in ("sub", "identity") else "",
        alt if kind in ("sub", "ins", "delins") else "",
    )
    mitochondrial = moved.contig in ("chrM", "MT", "chrMT", "M") or "012920" in moved.contig
    return Hgvs(
        moved.contig, "", "m" if mitochondrial else "g", Position(start + 1), Position(end), edit
    )
