"""Calls of one or many samples, read contig by contig."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.genome.patient_genome import DAMAGE, PatientGenome
from ipse.genome.reference import Reference
from ipse.genome.sites.found import UPPER
from ipse.genome.sites.patient_edits import (
    EVERY_ARM,
    NO_BLOCK,
    Base,
    Carried,
    Counts,
    Edits,
)
from ipse.genome.sites.stretches import ABSENT
from ipse.genome.vcf_check import mismatch_error, ref_mismatch

BASES = frozenset("ACGTN")


def each_contig(
    patient: PatientGenome,
    samples: Sequence[str],
    contigs: Collection[str] | None = None,
    margin: int = 64,
) -> Iterator[tuple[Edits, Base, list[Carried]]]:
    """Read a file once and give the calls of one contig after the other.

    Parameters
    ----------
    patient
        File and reference.
    samples
        Samples wanted, in the file's order.
    contigs
        The reference's names of the contigs wanted; all by default.
    margin
        Letters of the reference given on both sides of the edits.

    Raises
    ------
    InputError
        If REF of a record is not the reference's (the first ten places and the likely cause are
        named), a record is damaged, or the records of a contig do not stand together.
    """
    pile: _Pile | None = None
    done: set[str] = set()
    with_sets = "PS" in patient.formats
    for contig, record in patient.each_record(samples, contigs):
        if pile is None or pile.contig != contig:
            if pile is not None:
                yield pile.finished(patient, margin)
                done.add(pile.contig)
            if contig in done:
                raise InputError(
                    "records of a contig do not stand together", file=patient.path,
                    field="CHROM", value=contig, expected="a file sorted by contig and position",
                    next_step="sort it: bcftools sort",
                )  # fmt: skip
            pile = _Pile(contig, len(samples), with_sets)
        try:
            pile.add(record)
        except DAMAGE as error:
            raise InputError(
                "a record of a file of variant calls is malformed", file=patient.path,
                field=f"{contig}:{record.pos}", value=str(error) or type(error).__name__,
                expected="a whole VCF record", next_step="check it: bcftools view FILE",
            ) from None  # fmt: skip
    if pile is not None:
        yield pile.finished(patient, margin)


@dataclass
class _Sample:
    """Calls of a sample as they are read; edits by number in the pile."""

    edit: list[int] = field(default_factory=list)
    arms: list[int] = field(default_factory=list)
    block: list[int] = field(default_factory=list)
    sets: dict[object, int] = field(default_factory=dict)
    phased: list[bool] = field(default_factory=list)
    runs: list[tuple[int, int]] = field(default_factory=list)
    run: tuple[int, int] | None = None
    diploid: bool = False
    counts: Counts = field(default_factory=Counts)

    def block_of(self, phased: bool, phase_set: object) -> int:
        """Block of a phase set (None: the whole contig), or a new one for an unphased call."""
        if phased and phase_set in self.sets:
            return self.sets[phase_set]
        number = len(self.phased)
        self.phased.append(phased)
        if phased:
            self.sets[phase_set] = number
        return number

    def copies(self, one: bool, start: int, end: int) -> None:
        """Note how many copies a record speaks of."""
        if one:
            first, last = self.run or (start, end)
            self.run = min(first, start), max(last, end)
        else:
            self.diploid = True
            if self.run is not None:
                self.runs.append(self.run)
                self.run = None

    def carried(self, rank: NDArray[np.int64], length: int) -> Carried:
        """The calls in order; ``rank`` is the place of each edit of the pile."""
        edit = rank[np.array(self.edit, np.int64)]
        order = np.argsort(edit, kind="stable")
        block = np.array(self.block, np.int64)[order]
        # Blocks are numbered anew by their first edits.
        own, firsts = np.unique(block[block >= 0], return_index=True)
        renumbered = np.full(len(self.phased) + 1, NO_BLOCK, np.int64)
        by_first = own[np.argsort(firsts)]
        renumbered[by_first] = np.arange(len(own))
        runs = [*self.runs, *([self.run] if self.run else [])]
        if runs and not self.diploid:
            runs = [(0, length)]
        return Carried(
            edit=edit[order],
            arms=np.array(self.arms, np.uint8)[order],
            block=renumbered[block],
            phased=np.array(self.phased, np.bool_)[by_first],
            single=np.array(runs, np.int64).reshape(-1, 2),
            counts=self.counts,
        )


_NOTHING, _SYMBOLIC = -1, -2
_PLAIN = frozenset("ACGT")
_CARRIES = {(0, 1): 2, (1, 0): 1, (1, 1): EVERY_ARM}


class _Pile:
    """Records of a contig, gathered."""

    def __init__(self, contig: str, samples: int, with_sets: bool) -> None:
        self.contig = contig
        self._with_sets = with_sets
        self._samples = [_Sample() for _ in range(samples)]
        self._start: list[int] = []
        self._end: list[int] = []
        self._alt: list[str] = []
        self._record_start: list[int] = []
        self._record_ref: list[str] = []

    def add(self, record: Any) -> None:
        """Take a record."""
        if len(self._samples) == 1 and self._add_plain(record):
            return
        start, ref = record.start, record.ref
        numbers: dict[int, int] = {}
        for sample, call in zip(self._samples, record.samples.values(), strict=True):
            alleles = call.allele_indices
            if not alleles or alleles.count(None) == len(alleles):
                sample.counts.no_calls += 1
                continue
            if len(alleles) > 2:
                sample.counts.polyploid += 1
                continue
            sample.copies(len(alleles) == 1, start, start + len(ref))
            if None in alleles:
                sample.counts.half_calls += 1
            same = alleles[0] == alleles[-1]
            if same and alleles[0] == 0:
                continue
            block = None
            for allele in alleles[:1] if same else alleles:
                if not allele:
                    continue
                if allele not in numbers:
                    numbers[allele] = self._edit(start, ref, record.alts[allele - 1])
                number = numbers[allele]
                if number < 0:
                    sample.counts.symbolic += number == _SYMBOLIC
                    continue
                if same:
                    arms, block = EVERY_ARM, NO_BLOCK
                else:
                    arms = 1 if alleles[0] == allele else 2
                    if block is None:
                        block = sample.block_of(call.phased, self._phase_set(call))
                sample.edit.append(number)
                sample.arms.append(arms)
                sample.block.append(block)
                sample.counts.alleles += 1
        if numbers:
            self._record_start.append(start)
            self._record_ref.append(ref)

    def _add_plain(self, record: Any) -> bool:
        """Take most records of a file of one sample: a diploid call of one base for another."""
        ref, alts = record.ref, record.alts
        if len(ref) != 1 or not alts or len(alts) != 1 or alts[0] not in _PLAIN or ref == alts[0]:
            return False
        call = record.samples[0]
        alleles = call.allele_indices
        if alleles not in _CARRIES:
            return False
        sample, start = self._samples[0], record.start
        sample.copies(False, start, start + 1)
        arms = _CARRIES[alleles]
        block = NO_BLOCK
        if arms != EVERY_ARM:
            phased = call.phased
            if phased and not self._with_sets and None in sample.sets:
                block = sample.sets[None]
            else:
                block = sample.block_of(phased, self._phase_set(call))
        sample.edit.append(len(self._start))
        sample.arms.append(arms)
        sample.block.append(block)
        sample.counts.alleles += 1
        self._start.append(start)
        self._end.append(start + 1)
        self._alt.append(alts[0])
        self._record_start.append(start)
        self._record_ref.append(ref)
        return True

    def _phase_set(self, call: Any) -> object:
        return call.get("PS") if self._with_sets and "PS" in call else None

    def _edit(self, start: int, ref: str, alt: str | None) -> int:
        """Number of a new allele, or why it is none."""
        ref, alt = ref.upper(), (alt or "*").upper()
        if not BASES.issuperset(alt):
            return _NOTHING if alt == "*" else _SYMBOLIC
        if ref == alt:
            return _NOTHING
        end = start + len(ref)
        if len(ref) > 1 or len(alt) > 1:
            last = min(len(ref), len(alt))
            cut = 0
            while cut < last and ref[-1 - cut] == alt[-1 - cut]:
                cut += 1
            end, alt = end - cut, alt[: len(alt) - cut]
            last -= cut
            cut = 0
            while cut < last and ref[cut] == alt[cut]:
                cut += 1
            start, alt = start + cut, alt[cut:]
        self._start.append(start)
        self._end.append(end)
        self._alt.append(alt)
        return len(self._start) - 1

    def finished(self, patient: PatientGenome, margin: int) -> tuple[Edits, Base, list[Carried]]:
        """Arrays of the calls, after a look at the reference."""
        length = patient.reference.length(self.contig)
        low = min([*self._record_start, *self._start], default=0)
        high = max((s + len(r) for s, r in zip(self._record_start, self._record_ref, strict=True)),
                   default=0)  # fmt: skip
        low, high = max(0, low - margin), min(length, high + margin)
        base = _letters(patient.reference, self.contig, low, high)
        self._check(patient, base, low)
        start, end = np.array(self._start, np.int64), np.array(self._end, np.int64)
        order = np.lexsort((end, start))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        sizes = np.array([len(alt) for alt in self._alt], np.int64)[order]
        letters = "".join([self._alt[k] for k in order.tolist()])
        start, end = start[order], end[order]
        replaced, replaced_first = _spans(base, start - low, end - low)
        edits = Edits(
            contig=self.contig,
            length=length,
            start=start,
            end=end,
            letters=np.frombuffer(letters.encode("ascii"), np.uint8),
            first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            replaced=replaced,
            replaced_first=replaced_first,
            before=_letters_at(base, start - 1 - low),
            after=_letters_at(base, end - low),
        )
        carried = [sample.carried(rank, length) for sample in self._samples]
        return edits, Base(base, low), carried

    def _check(self, patient: PatientGenome, base: NDArray[np.uint8], low: int) -> None:
        """Compare REF of every record that is used with the reference."""
        if not self._record_start:
            return
        stated = np.frombuffer("".join(self._record_ref).encode("ascii"), np.uint8)
        sizes = np.array([len(ref) for ref in self._record_ref], np.int64)
        firsts = np.cumsum(sizes) - sizes
        within = np.arange(len(stated)) - np.repeat(firsts, sizes)
        places = np.repeat(np.array(self._record_start, np.int64), sizes) + within - low
        wrong = (places < 0) | (places >= len(base))
        wrong[~wrong] = UPPER[stated[~wrong]] != base[places[~wrong]]
        suspects = np.unique(np.repeat(np.arange(len(sizes)), sizes)[wrong])
        bad = []
        for k in suspects.tolist():
            mismatch = ref_mismatch(
                patient.reference, self.contig, self._record_start[k], self._record_ref[k]
            )
            if mismatch:
                bad.append(mismatch)
            beyond = self._record_start[k] + len(self._record_ref[k]) - low > len(base)
            if mismatch is None and beyond:
                raise InputError(
                    "a record lies beyond the end of its contig", file=patient.path, field="POS",
                    value=f"{self.contig}:{self._record_start[k] + 1}",
                    expected=f"at most {low + len(base)}",
                    next_step="choose the reference the calls were made on with --genome",
                )  # fmt: skip
        if bad:
            raise mismatch_error(patient.path, patient.reference, bad, len(sizes))


def _spans(
    letters: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Letters of stretches one after the other, and where each begins."""
    sizes = end - start
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    places = np.arange(first[-1]) + np.repeat(start - first[:-1], sizes)
    return letters[places], first


def _letters_at(letters: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Letters at places, N beyond the ends."""
    answer = np.full(len(places), ABSENT, np.uint8)
    inside = (places >= 0) & (places < len(letters))
    answer[inside] = letters[places[inside]]
    return answer


def _letters(reference: Reference, contig: str, start: int, end: int) -> NDArray[np.uint8]:
    """Upper-case letters, N where the reference holds nothing."""
    # Bit 5 is what tells lower case from upper; indexing a table is ten times slower.
    return reference.letters(contig, start, end) & np.uint8(0xDF)
