"""A gene to be disrupted: its coding bases on the genome, and what an early stop does to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ipse.core.errors import NotInReference
from ipse.core.sequence import reverse_complement, translate
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript

START = "ATG"
READ_FIRST = 600
"""Bases of an intron that are read for a stop before the rest of it; speed only."""


@dataclass(frozen=True)
class Rules:
    """Numbers that decide how well a disruption works, from ``tables/disruption_rules.tsv``.

    Attributes
    ----------
    decay_distance
        Bases between a stop codon and the last exon junction from which on the transcript is
        expected to decay [nt].
    decay_source
        Identifiers.
    """

    decay_distance: int
    decay_source: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodingExon:
    """The coding part of an exon.

    Attributes
    ----------
    number
        1-based, among all exons of the transcript.
    start, end
        Genomic, 0-based half-open.
    first
        Coding bases before it.
    """

    number: int
    start: int
    end: int
    first: int

    @property
    def length(self) -> int:
        """Coding bases in it."""
        return self.end - self.start


@dataclass(frozen=True)
class Stop:
    """Where translation ends early.

    Attributes
    ----------
    codon
        1-based number of the stop codon in what is read; None if the frame has none before the
        transcript ends.
    decay
        Whether the transcript is expected to decay: the stop lies farther from the last exon
        junction than the cited distance.
    """

    codon: int | None
    decay: bool


@dataclass(frozen=True)
class Gene:
    """A gene on a reference, read from the transcript it is described on.

    Attributes
    ----------
    isoforms
        Coding transcripts of the gene in the annotation, one an accession; ``transcript`` is one
        of them.
    """

    reference: Reference
    transcript: Transcript
    isoforms: tuple[Transcript, ...]
    rules: Rules

    @cached_property
    def coding_exons(self) -> tuple[CodingExon, ...]:
        """Coding parts in transcript order."""
        transcript = self.transcript
        assert transcript.cds is not None
        first, last = transcript.cds
        found = []
        for number, (start, end) in enumerate(transcript.exons, start=1):
            low, high = transcript.exon_bounds(number)
            begin, stop = max(low, first), min(high, last)
            if begin >= stop:
                continue
            if transcript.strand == "+":
                part = (start + begin - low, start + stop - low)
            else:
                part = (end - (stop - low), end - (begin - low))
            found.append(CodingExon(number, part[0], part[1], begin - first))
        return tuple(found)

    @cached_property
    def spliced(self) -> str:
        """Letters from the start codon to the end of the transcript, as the reference has them.

        Raises
        ------
        NotInReference
            If an exon is not held.
        """
        transcript = self.transcript
        assert transcript.cds is not None
        exons = [self.reference.fetch(transcript.contig, *exon) for exon in transcript.exons]
        if transcript.strand == "-":
            exons = [reverse_complement(exon) for exon in exons]
        return "".join(exons)[transcript.cds[0] :]

    @property
    def coding_length(self) -> int:
        """Coding bases with the stop codon."""
        return self.transcript.cds_length

    @property
    def codons(self) -> int:
        """Residues of the protein."""
        return self.coding_length // 3 - 1

    @cached_property
    def last_junction(self) -> int:
        """Bases from the start codon to the last exon junction; not positive without one after."""
        transcript = self.transcript
        assert transcript.cds is not None
        return transcript.exon_bounds(len(transcript.exons))[0] - transcript.cds[0]

    @cached_property
    def stops(self) -> frozenset[str]:
        """Stop codons of its code."""
        bases = "ACGT"
        codons = (a + b + c for a in bases for b in bases for c in bases)
        return frozenset(c for c in codons if translate(c, self.transcript.code) == "*")

    @cached_property
    def starts_in_frame(self) -> tuple[int, ...]:
        """0-based codons that read ATG in frame, the start codon among them."""
        coding = self.spliced[: self.coding_length]
        return tuple(k for k in range(self.codons) if coding[3 * k : 3 * k + 3] == START)

    def genomic(self, coding: int) -> int:
        """Genomic position of a coding base."""
        assert self.transcript.cds is not None
        return self.transcript.to_genomic(self.transcript.cds[0] + coding)

    def window(self, start: int, end: int, margin: int) -> tuple[int, str]:
        """Letters around a stretch as far as they are held, and where they begin.

        Raises
        ------
        NotInReference
            If the stretch itself is not held.
        """
        contig = self.transcript.contig
        for low, high in self.reference.held(contig):
            if low <= start and end <= high:
                begin = max(low, start - margin)
                return begin, self.reference.fetch(contig, begin, min(high, end + margin))
        raise NotInReference(contig, start, end, self.reference.name)

    def isoforms_with(self, start: int, end: int) -> int:
        """Isoforms that have a whole stretch (0-based half-open) in a coding exon."""
        return sum(_codes(isoform, start, end) for isoform in self.isoforms)

    def isoforms_with_junction(self, inside: int, outside: int) -> int:
        """Isoforms of which ``inside`` is the last base of an exon beside an intron's ``outside``.

        Both are neighbouring genomic positions.
        """
        edge = max(inside, outside)
        return sum(
            any(edge in exon for exon in isoform.exons)
            and _codes(isoform, inside, inside + 1)
            and not any(low <= outside < high for low, high in isoform.exons)
            for isoform in self.isoforms
        )

    def stop_after(self, kept: int, dropped: int) -> Stop:
        """First stop when bases are lost behind a number of coding bases that are kept.

        Parameters
        ----------
        kept
            Coding bases before the change.
        dropped
            Bases lost there.
        """
        whole = kept - kept % 3
        text = self.spliced[whole:kept] + self.spliced[kept + dropped :]
        for index in range(0, len(text) - 2, 3):
            if text[index : index + 3] in self.stops:
                last = whole + index + 3
                return self.stop_at(whole // 3 + index // 3 + 1, last + dropped)
        return Stop(None, False)

    def stop_if_kept(self, index: int) -> Stop:
        """First stop when the intron behind a coding exon stays in the transcript.

        Parameters
        ----------
        index
            Of the exon among the coding exons; not the last.

        Raises
        ------
        NotInReference
            If the intron is not held.
        """
        start, end = self.intron(index)
        kept = self.coding_exons[index].first + self.coding_exons[index].length
        whole, length, last = kept - kept % 3, end - start, self.last_junction > kept
        # most introns hold a stop soon: read on only where there is none
        for reach in (READ_FIRST, length):
            text = self.spliced[whole:kept] + self._sense(start, end, reach)
            text += self.spliced[kept:] if reach >= length else ""
            for at in range(0, len(text) - 2, 3):
                if text[at : at + 3] in self.stops:
                    behind = length - (at + 3 - (kept - whole)) + self.last_junction - kept
                    decay = last and behind > self.rules.decay_distance
                    return Stop(whole // 3 + at // 3 + 1, decay)
        return Stop(None, False)

    def intron(self, index: int) -> tuple[int, int]:
        """Genomic stretch of the intron behind a coding exon, by the exon's index among them."""
        one, other = self.coding_exons[index], self.coding_exons[index + 1]
        return (one.end, other.start) if self.transcript.strand == "+" else (other.end, one.start)

    def _sense(self, start: int, end: int, reach: int) -> str:
        """The first bases of a stretch in the direction of the gene."""
        contig = self.transcript.contig
        if self.transcript.strand == "+":
            return self.reference.fetch(contig, start, min(end, start + reach))
        return reverse_complement(self.reference.fetch(contig, max(start, end - reach), end))

    def stop_at(self, codon: int, end: int) -> Stop:
        """A stop codon by its number and the coding place behind it on the reference."""
        return Stop(codon, self.last_junction - end > self.rules.decay_distance)

    def remnant(self, kept: int, wrong: int) -> float:
        """Largest share of the protein an early stop may leave.

        Parameters
        ----------
        kept
            Coding bases that may still be read before the change.
        wrong
            Coding bases before the first that is not as it should be: a restart at the next ATG
            in frame behind it would make the rest.
        """
        after = next((k for k in self.starts_in_frame if 3 * k >= wrong), self.codons)
        return max(kept // 3, self.codons - after) / self.codons


def _codes(transcript: Transcript, start: int, end: int) -> bool:
    """Whether a stretch lies in one exon and is coding there."""
    extent = transcript.coding_extent
    if extent is None or not (extent[0] <= start and end <= extent[1]):
        return False
    return any(low <= start and end <= high for low, high in transcript.exons)


def isoforms_of(transcripts: Sequence[Transcript]) -> tuple[Transcript, ...]:
    """Coding transcripts, one an accession (the first given), in the order given."""
    kept: dict[str, Transcript] = {}
    for transcript in transcripts:
        if transcript.cds is not None:
            kept.setdefault(transcript.accession, transcript)
    return tuple(kept.values())


def coding_windows(gene: Gene, margin: int) -> Iterator[tuple[CodingExon, int, str]]:
    """Each coding exon with the letters around it and where they begin."""
    for exon in gene.coding_exons:
        begin, letters = gene.window(exon.start, exon.end, margin)
        yield exon, begin, letters
