"""A transcript laid out along its own direction.

The *sense* axis runs 5' to 3' on either strand: for a gene on plus it is the genomic coordinate
``g``, for one on minus it is ``-g - 1``, so that the half-open stretch ``[a, b)`` becomes
``[-b, -a)``. Everything HGVS says about a transcript (exon order, "most 3'", donor before
acceptor) then reads the same on both strands.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.sequence import reverse_complement
from ipse.genome.hgvs.model import Position

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript
    from ipse.genome.reference import Reference

UNKNOWN = "."
"""Letter of a base that neither the transcript nor the reference holds; equals no base."""


class Sense:
    """Coordinates and letters of one transcript along its own direction.

    Attributes
    ----------
    starts, ends
        Exon borders on the sense axis, exon 1 first.
    offsets
        Transcript coordinate of each exon's first base.
    cds
        CDS in transcript coordinates, stop codon included; None for a non-coding transcript.
    """

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.contig = transcript.contig
        self.plus = transcript.strand == "+"
        exons = [(start, end) if self.plus else (-end, -start) for start, end in transcript.exons]
        self.starts = [start for start, _ in exons]
        self.ends = [end for _, end in exons]
        self.offsets: list[int] = []
        self.length = 0
        for start, end in exons:
            self.offsets.append(self.length)
            self.length += end - start
        self.cds = transcript.cds

    # -- coordinates ------------------------------------------------------------------------

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Genomic half-open stretch -> sense axis, and back (the map is its own inverse)."""
        return (start, end) if self.plus else (-end, -start)

    def exon_at(self, place: int) -> int | None:
        """Index of the exon that holds a base, None outside exons."""
        index = bisect_right(self.starts, place) - 1
        return index if index >= 0 and place < self.ends[index] else None

    def transcript_place(self, place: int) -> tuple[int, int]:
        """Transcript coordinate of the nearest exonic base, and the signed distance into the
        intron; before the first and behind the last exon the coordinate simply runs on.
        """  # noqa: D205
        index = bisect_right(self.starts, place) - 1
        if index < 0:
            return place - self.starts[0], 0
        end = self.ends[index]
        if place < end or index == len(self.starts) - 1:
            return self.offsets[index] + place - self.starts[index], 0
        left, right = place - end + 1, self.starts[index + 1] - place
        if left <= right:  # HGVS: the middle base of an odd intron belongs to its 5' half
            return self.offsets[index + 1] - 1, left
        return self.offsets[index + 1], -right

    def position(self, place: int) -> Position:
        """HGVS position of a base: c. numbering, or n. for a non-coding transcript."""
        number, offset = self.transcript_place(place)
        if self.cds is None:
            return Position(number + 1 if number >= 0 else number, offset)
        first, behind = self.cds
        if number >= behind:
            return Position(number - behind + 1, offset, "cds_end")
        base = number - first
        return Position(base + 1 if base >= 0 else base, offset, "cds_start")

    def place(self, position: Position) -> int:
        """Base an HGVS position names, on the sense axis.

        Raises
        ------
        InputError
            For a coding position behind the stop codon, or an intron position that does not
            count from the border of an exon or leaves its intron.
        """
        number = self._number(position)
        index = bisect_right(self.offsets, number) - 1
        index = max(index, 0)
        place = self.starts[index] + number - self.offsets[index]
        return place + self._into_intron(position, index, place) if position.offset else place

    def _number(self, position: Position) -> int:
        base = position.base
        if position.datum == "seq_start":
            number = base - 1 if base > 0 else base
            if number >= self.length:
                raise self._outside(position, f"n.1 to n.{self.length}")
            return number
        if self.cds is None:
            raise InputError(
                "a transcript without a coding sequence has no c. positions",
                field=self.transcript.id, value=f"c.{position}", expected="an n. description",
            )  # fmt: skip
        first, behind = self.cds
        if position.datum == "cds_end":
            return behind + base - 1
        if base > behind - first:
            raise self._outside(position, f"c.1 to c.{behind - first}, then c.*1 and on")
        return first + base - 1 if base > 0 else first + base

    def _outside(self, position: Position, expected: str) -> InputError:
        return InputError(
            f"position {position} lies behind the end of {self.transcript.id}",
            field="position", value=str(position), expected=expected,
            next_step="check the transcript and its version",
        )  # fmt: skip

    def _into_intron(self, position: Position, index: int, place: int) -> int:
        offset = position.offset
        last = len(self.starts) - 1
        if (offset < 0 and place == self.starts[0]) or (offset > 0 and place == self.ends[-1] - 1):
            return offset  # before or behind the transcript: c.-68-10 for c.-78
        if offset > 0 and place == self.ends[index] - 1 and index < last:
            room = self.starts[index + 1] - self.ends[index]
        elif offset < 0 and place == self.starts[index] and index > 0:
            room = self.starts[index] - self.ends[index - 1]
        else:
            side = "last" if offset > 0 else "first"
            borders = self.ends if offset > 0 else self.starts
            shift = 1 if offset > 0 else 0
            near = sorted(borders, key=lambda border: abs(border - shift - place))[:2]
            names = " or ".join(str(self.position(border - shift)) for border in sorted(near))
            raise InputError(
                f"{Position(position.base, 0, position.datum)} is not the {side} base of an exon "
                f"of {self.transcript.id}, so {position} names no intron base",
                field="position", value=str(position),
                expected=f"an exon border; the nearest are {names}",
                next_step="check the transcript version, or write '_' for a range of exon bases",
            )  # fmt: skip
        if abs(offset) > room:
            raise InputError(
                f"{position} leaves its intron, which has {room} bases",
                field="position", value=str(position), expected=f"an offset of at most {room}",
                next_step="check the position, or write '_' for a range of exon bases",
            )  # fmt: skip
        return offset

    # -- letters ----------------------------------------------------------------------------

    def genome_letters(self, reference: Reference, start: int, end: int) -> str:
        """Reference bases of a stretch of the sense axis; ``.`` where absent."""
        begin, stop = self.span(start, end)
        letters = genome_letters(reference, self.contig, begin, stop)
        return letters if self.plus else reverse_complement(letters)

    def transcript_letters(self, start: int, end: int) -> str:
        """Bases of a stretch of the sense axis by the transcript's own record, else ``.``."""
        sequence, shift = self.transcript.sequence, self.transcript.sequence_offset
        if not sequence:
            return UNKNOWN * (end - start)
        index = self.exon_at(start)
        if index is not None and end <= self.ends[index]:  # inside one exon: the common case
            first = self.offsets[index] + start - self.starts[index] - shift
            if first >= 0 and first + end - start <= len(sequence):
                return sequence[first : first + end - start]
        letters = [UNKNOWN] * (end - start)
        for exon in range(max(bisect_right(self.starts, start) - 1, 0), len(self.starts)):
            if self.starts[exon] >= end:
                break
            low, high = max(start, self.starts[exon]), min(end, self.ends[exon])
            for place in range(low, high):
                at = self.offsets[exon] + place - self.starts[exon] - shift
                if 0 <= at < len(sequence):
                    letters[place - start] = sequence[at]
        return "".join(letters)

    def letters(self, reference: Reference, start: int, end: int) -> str:
        """The transcript's bases in exons, the reference's elsewhere, ``.`` where neither has."""
        own = self.transcript_letters(start, end)
        return (
            own if UNKNOWN not in own else _filled(own, self.genome_letters(reference, start, end))
        )

    def genome_first(self, reference: Reference, start: int, end: int) -> str:
        """The reference's bases, those of the transcript where the reference has none."""
        genome = self.genome_letters(reference, start, end)
        return (
            genome
            if UNKNOWN not in genome
            else _filled(genome, self.transcript_letters(start, end))
        )


@lru_cache(maxsize=2048)
def sense_of(transcript: Transcript) -> Sense:
    """Layout of a transcript (cached)."""
    return Sense(transcript)


def spliced(transcript: Transcript, reference: Reference) -> str:
    """Whole spliced transcript, 5' to 3'; ``.`` for a base that is nowhere."""
    sense = sense_of(transcript)
    own, shift = transcript.sequence, transcript.sequence_offset
    if shift == 0 and len(own) == sense.length:
        return own
    return "".join(
        sense.letters(reference, start, end)
        for start, end in zip(sense.starts, sense.ends, strict=True)
    )


def genome_letters(reference: Reference, contig: str, start: int, end: int) -> str:
    """Plus-strand letters of any stretch, ``.`` for what is absent or outside the contig."""
    if end <= start:
        return ""
    try:
        return reference.fetch(contig, start, end)
    except NotInReference:
        pass
    letters = [UNKNOWN * (end - start)]
    for low, high in reference.held(contig):
        low, high = max(low, start), min(high, end)
        if low < high:
            piece = letters.pop()
            letters = [piece[: low - start] + reference.fetch(contig, low, high)]
            letters[0] += piece[high - start :]
    return letters[0]


def _filled(first: str, second: str) -> str:
    return "".join(b if a == UNKNOWN else a for a, b in zip(first, second, strict=True))
