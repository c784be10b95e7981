"""Positions as typed: ``chr2-210591886-C-T``, ``2:210591886:C:T`` and SPDI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.sequence import reverse_complement
from ipse.genome import aliases
from ipse.genome.projection import left_align
from ipse.genome.sense import UNKNOWN, genome_letters, sense_of
from ipse.genome.transcript_choice import touching
from ipse.genome.variant import GenomicVariant

if TYPE_CHECKING:
    from ipse.genome.embedded import Genome

_PLAIN = r"(?:chr)?(?:[0-9]{1,2}|[XYM]|MT)|N[CTW]_[0-9]+\.[0-9]+"
_ALLELE = r"([ACGTN]*|-|\.)"
_VCF = re.compile(
    rf"({_PLAIN}|[A-Z][\w.]*)[:\-_ ]\s?([0-9,]{{1,14}})[:\-_ ]?\s?"
    rf"{_ALLELE}\s?[:\-_/> ]\s?{_ALLELE}",
    re.IGNORECASE | re.ASCII,
)
_SPDI = re.compile(
    r"(N[CTWG]_[0-9]+\.[0-9]+):([0-9]{1,12}):([0-9]{1,6}|[ACGTN]*):([ACGTN]*)",
    re.IGNORECASE | re.ASCII,
)


def read_position(text: str, genome: Genome) -> GenomicVariant | None:
    """Left-aligned variant of a position as typed, None if the text is no such thing.

    A RefSeq accession with four fields apart by ``:`` is SPDI (doi:10.1093/bioinformatics/btz856)
    and counts from 0; every other form counts from 1, as VCF does.

    Raises
    ------
    InputError
        If the contig is unknown or of another assembly, the position is outside it, or the
        stated bases are not there.
    NotInReference
        If neither reference nor transcripts hold the stated bases.
    """
    reference = genome.reference
    if match := _SPDI.fullmatch(text):
        contig = contig_of(match.group(1), genome)
        start, ref, alt = int(match.group(2)), match.group(3).upper(), match.group(4).upper()
        length = int(ref) if ref.isdigit() else len(ref)
        _check_inside(text, contig, start, length, genome)
        if ref.isdigit():
            ref = reference.fetch(contig, start, start + length) if length else ""
        variant = GenomicVariant(contig, start, ref, alt)
    elif (match := _VCF.fullmatch(text)) and _is_contig(match.group(1), genome):
        contig = contig_of(match.group(1), genome)
        digits = match.group(2).replace(",", "")
        variant = GenomicVariant.from_vcf(contig, int(digits or 0), match.group(3), match.group(4))
        _check_inside(text, contig, variant.start, len(variant.ref), genome)
    else:
        return None
    _check_bases(text, variant, genome)
    return left_align(variant, reference)


def contig_of(name: str, genome: Genome) -> str:
    """Reference's own name of a contig.

    Raises
    ------
    InputError
        If it is unknown, or is an accession of another assembly.
    """
    reference = genome.reference
    own = {one.refseq for one in aliases.chromosomes(reference.assembly)}
    for assembly in aliases.assemblies():
        for chromosome in aliases.chromosomes(assembly):
            if name != chromosome.refseq or name in own or not reference.assembly:
                continue
            raise InputError(
                f"{name} is chromosome {chromosome.molecule} of {assembly}, the reference is "
                f"{reference.assembly}", field="contig", value=name,
                expected=f"a position on {reference.assembly}",
                next_step=f"convert the position to {reference.assembly}, or give the c. name",
            )  # fmt: skip
    return reference.resolve(name)


def _is_contig(name: str, genome: Genome) -> bool:
    try:
        genome.reference.resolve(name)
    except InputError:
        return bool(re.fullmatch(_PLAIN, name, re.IGNORECASE))
    return True


def _check_inside(text: str, contig: str, start: int, length: int, genome: Genome) -> None:
    size = genome.reference.length(contig)
    if start + length > size:
        raise InputError(
            f"{contig} has {size} bases", field="position", value=text,
            expected="a position on the contig", next_step="check the position and the assembly",
        )  # fmt: skip


def _check_bases(text: str, variant: GenomicVariant, genome: Genome) -> None:
    """Stated bases against the reference, or the transcripts where it holds none."""
    if not variant.ref:
        return
    reference = genome.reference
    letters = genome_letters(reference, variant.contig, variant.start, variant.end)
    for transcript in touching(variant, genome, "") if UNKNOWN in letters else ():
        sense = sense_of(transcript)
        own = sense.genome_first(reference, *sense.span(variant.start, variant.end))
        letters = own if sense.plus else reverse_complement(own)
        if UNKNOWN not in letters:
            break
    if UNKNOWN in letters:
        raise NotInReference(variant.contig, variant.start, variant.end, reference.name)
    if letters == variant.ref:
        return
    other = "GRCh37" if reference.assembly == "GRCh38" else "GRCh38"
    hint = f"the position may be of {other}; the reference is {reference.assembly or 'unnamed'}"
    for step in (-1, 1):
        near = genome_letters(reference, variant.contig, variant.start + step, variant.end + step)
        if near == variant.ref:
            hint += f"; or the count starts at another number: {variant.ref} is {step:+d} away"
    if reverse_complement(letters) == variant.ref:
        hint += "; or the bases are those of the minus strand"
    raise InputError(
        f"{reference.name} has {letters} at {variant.contig}:{variant.start + 1}, the text states "
        f"{variant.ref}", field="reference bases", value=text, expected=letters, next_step=hint,
    )  # fmt: skip
