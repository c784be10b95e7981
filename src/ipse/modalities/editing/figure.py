"""The locus figure of an edit: strands, guide, PAM, windows, bystanders and codons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from ipse.core.errors import NotInReference
from ipse.core.sections import Codon, LocusFigure, Mark, Track
from ipse.core.sequence import complement, translate
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.family import Family
from ipse.modalities.editing.locus import Drawn, drawn, transcript_of, variant_of
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.protocol import Context
from ipse.patient.variants import Variant

FIGURE_FLANK = 25
"""Bases shown on either side of the variant; more where guide and PAM need it."""

MARGIN = 3
"""Bases shown beyond guide and PAM."""

Role = Literal["protospacer", "pam"]


def figure(design: EditDesign, family: Family, context: Context) -> LocusFigure:
    """Both strands around the edit on the patient's allele."""
    places = drawn(design, context, None)
    variant = variant_of(design, context)
    allele = places.allele
    first, last = _extent(places)
    start = allele.genomic(first)
    transcript = transcript_of(design, context)
    return LocusFigure(
        caption=(
            f"{allele.contig}:{start + 1} on: the patient's allele, both strands, "
            f"{design.editor} on the {design.strand} strand."
            + (" Positions behind the variant are those of the allele." if allele.shift else "")
        ),
        alt=_alt(design),
        contig=allele.contig,
        start=start,
        plus_strand=allele.sequence[first:last],
        gene_strand="-" if transcript is not None and transcript.strand == "-" else "+",
        tracks=(
            *_tracks(design, places, start - first),
            *family.tracks(design, places, start - first),
            *_exons(allele, transcript, first, last),
        ),
        marks=(
            *_marks(variant, places, start - first),
            *family.marks(design, places, start - first),
        ),
        codons=tuple(_codons(allele, transcript, design, first, last, context.reference)),
    )


def _extent(places: Drawn) -> tuple[int, int]:
    """First and last index shown: the variant's surroundings, and all of guide and PAM."""
    allele = places.allele
    spots = (*places.guide, *places.pam)
    first = min(allele.at - FIGURE_FLANK, *(spot - MARGIN for spot in spots))
    last = max(allele.at + len(allele.alt) + FIGURE_FLANK, *(spot + MARGIN for spot in spots))
    return max(0, first), min(len(allele.sequence), last)


def _tracks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Track]:
    """Tracks; ``shift`` turns an index of the allele into a position of the figure."""

    def track(role: Role, label: str, stretch: tuple[int, int]) -> Track:
        start, end = stretch[0] + shift, stretch[1] + shift
        return Track(label=label, role=role, start=start, end=end, strand=design.strand)

    yield track("protospacer", design.spacer, places.guide)
    yield track("pam", design.pam, places.pam)


def _exons(allele: Allele, transcript: Transcript | None, first: int, last: int) -> Iterator[Track]:
    """Exons of the variant's transcript that the figure shows a part of."""
    if transcript is None:
        return
    begin, end = allele.genomic(first), allele.genomic(last - 1) + 1
    # behind an insertion or deletion the figure counts on along the allele
    shift = begin - first
    for number, (start, stop) in enumerate(transcript.exons, start=1):
        if start < end and stop > begin:
            yield Track(
                label=f"exon {number}",
                role="exon",
                start=allele.index(max(start, allele.start)) + shift,
                end=allele.index(min(stop, allele.end) - 1) + 1 + shift,
                strand="-" if transcript.strand == "-" else "+",
            )


def _marks(variant: Variant | None, places: Drawn, shift: int) -> Iterator[Mark]:
    if variant is not None and places.has_variant:
        name = variant.hgvs_c.rpartition(":")[2] or variant.vcf
        yield Mark(position=places.allele.at + shift, role="variant", label=name)


def _codons(
    allele: Allele,
    transcript: Transcript | None,
    design: EditDesign,
    first: int,
    last: int,
    reference: Reference,
) -> Iterator[Codon]:
    """Codons with a base in the figure; none behind an indel, where the frame may be another."""
    if transcript is None or transcript.cds is None or allele.shift:
        return
    seen = set()
    for index in range(first, last):
        place, offset = transcript.to_transcript(allele.genomic(index))
        if offset or not transcript.cds[0] <= place < transcript.cds[1]:
            continue
        number = (place - transcript.cds[0]) // 3
        if number in seen:
            continue
        seen.add(number)
        begin = transcript.cds[0] + 3 * number
        a, b, c = (transcript.to_genomic(begin + k) for k in range(3))
        whole = abs(a - c) == 2
        if whole and not all(first <= allele.index(p) < last for p in (a, b, c)):
            continue
        try:
            letters = [_letters(allele, reference, design, p) for p in (a, b, c)]
        except NotInReference:
            continue
        residues = [
            translate(_coding([trio[k] for trio in letters], transcript), transcript.code)
            for k in range(3)
        ]
        yield Codon(
            positions=(a, b, c),
            number=number + 1,
            reference=residues[0],
            before=residues[1],
            after=residues[2],
        )


def _letters(
    allele: Allele, reference: Reference, design: EditDesign, position: int
) -> tuple[str, str, str]:
    """Plus-strand base of the reference, of the patient, and after the intended edit."""
    normal = reference.fetch(allele.contig, position, position + 1)
    patient = normal
    offset = position - (allele.start + allele.at)
    if 0 <= offset < len(allele.alt):
        patient = allele.alt[offset]
    if design.intended == "wild_type" and design.action != "deaminates":
        return normal, patient, normal
    after = patient
    if design.action == "deaminates" and position == design.target.genomic_position:
        edited = design.target.base_after
        after = edited if design.strand == "+" else complement(edited)
    return normal, patient, after


def _coding(bases: Sequence[str], transcript: Transcript) -> str:
    text = "".join(bases)
    return text if transcript.strand == "+" else complement(text)


def _alt(design: EditDesign) -> str:
    """The figure in words."""
    parts = [
        f"Protospacer {design.spacer} on the {design.strand} strand, PAM {design.pam}.",
        f"Target {design.target.label}: {design.intended_note}.",
    ]
    if design.windows is not None:
        target, outer = design.windows.target, design.windows.bystander
        parts.append(
            f"Target window positions {target.first} to {target.last}, bystander window "
            f"{outer.first} to {outer.last}."
        )
        names = ", ".join(item.id for item in design.bystanders)
        parts.append(f"Bystanders: {names or 'none'}.")
    if design.template is not None:
        parts.append(
            f"The nuclease cuts with {design.template.cut_to_edit} unchanged bases between cut "
            "and change."
        )
    return " ".join(parts)
