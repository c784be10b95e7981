"""A stretch of the reference as a user writes it: ``chr18:31,591,766-31,599,024``."""

from __future__ import annotations

import re

from ipse.core.errors import InputError, NotInReference
from ipse.genome.embedded import Genome
from ipse.genome.transcript import Transcript
from ipse.genome.typed_position import contig_of

_REGION = re.compile(r"(?P<contig>[^\s:]+)(?::(?P<start>[0-9,]{1,15})-(?P<end>[0-9,]{1,15}))?")


def read_region(text: str, genome: Genome) -> tuple[str, int, int]:
    """Read a region, 1-based and inclusive; a contig alone is all of it.

    Returns
    -------
    tuple
        The reference's own name of the contig, start and end, 0-based half-open.

    Raises
    ------
    InputError
        For another form, an unknown contig, or a place outside the contig.
    NotInReference
        If the reference holds none of it.
    """
    match = _REGION.fullmatch(text.strip())
    if match is None:
        raise InputError(
            "a region is not one", field="--region", value=text,
            expected="CONTIG:FIRST-LAST, 1-based, such as chr18:31591766-31599024",
        )  # fmt: skip
    contig = contig_of(match["contig"], genome)
    length = genome.reference.length(contig)
    start, end = 0, length
    if match["start"]:
        digits = [match[name].replace(",", "") for name in ("start", "end")]
        start, end = int(digits[0] or 0) - 1, int(digits[1] or 0)
    if not 0 <= start < end <= length:
        raise InputError(
            "a region is not on its contig", field="--region", value=text,
            expected=f"first <= last, both 1 to {length}",
        )  # fmt: skip
    if held(genome, contig, start, end) == 0:
        raise NotInReference(contig, start, end, genome.reference.name)
    return contig, start, end


def held(genome: Genome, contig: str, start: int, end: int) -> int:
    """Bases of a stretch that the reference has sequence for."""
    stretches = genome.reference.held(contig)
    return sum(max(0, min(b, end) - max(a, start)) for a, b in stretches)


def of_transcript(transcript: Transcript, exon: int | None) -> tuple[str, int, int]:
    """Contig and extent of a transcript or of one of its exons (1-based), 0-based half-open.

    Raises
    ------
    InputError
        If it has no such exon.
    """
    if exon is None:
        return transcript.contig, transcript.start, transcript.end
    if not 1 <= exon <= len(transcript.exons):
        raise InputError(
            f"{transcript.id} of {transcript.gene} has no such exon", field="--exon", value=exon,
            expected=f"1 to {len(transcript.exons)}",
        )  # fmt: skip
    return transcript.contig, *transcript.exons[exon - 1]
