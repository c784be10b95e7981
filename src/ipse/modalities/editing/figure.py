"""The locus figure of an edit: strands, guide, PAM, windows, bystanders and codons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ipse.core.errors import NotInReference
from ipse.core.sections import Codon, LocusFigure, Mark, Track
from ipse.core.sequence import complement, translate
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.design.allele import Allele, pathogenic_allele
from ipse.modalities.editing.locus import allele_of, transcript_of
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.protocol import Context
from ipse.patient.variants import Variant

FIGURE_FLANK = 25
"""Bases shown on either side of the variant; more where guide and PAM need it."""

Place = Callable[[int], int]
"""Reference position -> position in the figure."""


def figure(design: EditDesign, variant: Variant, context: Context) -> LocusFigure:
    """Both strands around the edit on the patient's allele."""
    allele = allele_of(variant, context)
    if not allele.start <= design.target.genomic_position < allele.end:
        at = design.target.genomic_position
        allele = _elsewhere(context.reference, allele, at)
    first, last = _extent(allele, design)
    start = allele.genomic(first)
    shift = first - start

    def at_index(position: int) -> int:
        """Position of the figure's contig: the allele's own numbering from the left end on."""
        return allele.index(position) - shift

    guide = (at_index(design.protospacer_start), at_index(design.protospacer_end))
    transcript = transcript_of(variant, context)
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
        tracks=tuple(_tracks(design, guide, at_index)),
        marks=tuple(_marks(design, variant, guide, at_index)),
        codons=tuple(_codons(allele, transcript, design, first, last, context.reference)),
    )


def _elsewhere(reference: Reference, allele: Allele, position: int) -> Allele:
    """Stretch around a base of the codon beyond an intron, where the allele is the reference."""
    base = reference.fetch(allele.contig, position, position + 1)
    return pathogenic_allele(reference, allele.contig, position, base, base, 2 * FIGURE_FLANK)


def _extent(allele: Allele, design: EditDesign) -> tuple[int, int]:
    """First and last index shown: the variant's surroundings, and all of guide and PAM."""
    spots = [
        allele.index(design.protospacer_start),
        allele.index(design.protospacer_end),
        allele.index(design.pam_start),
        allele.index(design.pam_end),
    ]
    first = min(allele.at - FIGURE_FLANK, *(spot - 3 for spot in spots))
    last = max(allele.at + len(allele.alt) + FIGURE_FLANK, *(spot + 3 for spot in spots))
    return max(0, first), min(len(allele.sequence), last)


def _place(guide: tuple[int, int], strand: str, first: int, last: int) -> tuple[int, int]:
    """Protospacer positions, both ends included, as a half-open stretch of the figure."""
    if strand == "+":
        return guide[0] + first - 1, guide[0] + last
    return guide[1] - last, guide[1] - first + 1


def _tracks(design: EditDesign, guide: tuple[int, int], at_index: Place) -> Iterator[Track]:
    yield Track(
        label=design.spacer, role="protospacer", start=guide[0], end=guide[1], strand=design.strand
    )
    yield Track(
        label=design.pam, role="pam", start=at_index(design.pam_start),
        end=at_index(design.pam_end), strand=design.strand,
    )  # fmt: skip
    if design.windows is not None:
        target, outer = design.windows.target, design.windows.bystander
        for role, window in (("target_window", target), ("bystander_window", outer)):
            start, end = _place(guide, design.strand, window.first, window.last)
            yield Track(
                label=f"{role.replace('_', ' ')} {window.first}-{window.last}",
                role="target_window" if role == "target_window" else "bystander_window",
                start=start,
                end=end,
                strand=design.strand,
            )


def _marks(
    design: EditDesign, variant: Variant, guide: tuple[int, int], at_index: Place
) -> Iterator[Mark]:
    if variant.start is not None:
        name = variant.hgvs_c.rpartition(":")[2] or variant.vcf
        yield Mark(position=at_index(variant.start), role="variant", label=name)
    if design.template is None:
        yield Mark(
            position=at_index(design.target.genomic_position), role="target",
            label=design.target.label,
        )  # fmt: skip
        for item in design.bystanders:
            yield Mark(position=at_index(item.genomic_position), role="bystander", label=item.id)
    else:
        yield Mark(position=at_index(design.template.cut), role="cut", label="cut")


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
    if design.template is not None:
        return normal, patient, normal
    after = patient
    if position == design.target.genomic_position:
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
