"""Every primer a sequence has room for, and why the others are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipse.construct.primers.rules import Rules
from ipse.construct.primers.template import Template
from ipse.construct.primers.thermodynamics import codes_of, melting_temperatures
from ipse.core.sequence import reverse_complement

REASONS = (
    "an unknown base",
    "melting temperature too low",
    "melting temperature too high",
    "GC content out of range",
    "G and C at the 3' end out of range",
    "a run of one base",
    "a dinucleotide repeat",
    "a patient's variant under the 3' end",
    "an insertion or deletion of the allele under it",
)
"""Tests of a primer by itself, in the order they are made."""


@dataclass(frozen=True)
class Candidates:
    """Primers of one strand that meet the rules a primer meets by itself.

    Attributes
    ----------
    strand
        ``+`` for primers that read as the plus strand does.
    start, end
        Places on the template (0-based half-open, plus strand).
    tm, gc
        Melting temperature [degC] and G and C [percent].
    variants
        Bases under which the patient has a variant.
    penalty
        Weighted departures from the optimum.
    refused
        Reason -> number of primers it was the first to refuse.
    """

    strand: str
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    tm: NDArray[np.float64]
    gc: NDArray[np.float64]
    variants: NDArray[np.int64]
    penalty: NDArray[np.float64]
    refused: dict[str, int]

    def __len__(self) -> int:
        return len(self.start)

    def take(self, which: NDArray[np.int64]) -> Candidates:
        """Some of them, in the order given."""
        return Candidates(
            self.strand, self.start[which], self.end[which], self.tm[which], self.gc[which],
            self.variants[which], self.penalty[which], self.refused,
        )  # fmt: skip

    @property
    def tried(self) -> int:
        """Number of primers tried."""
        return len(self) + sum(self.refused.values())

    def sequence(self, template: str, k: int) -> str:
        """Primer ``k``, 5' to 3'."""
        text = template[self.start[k] : self.end[k]]
        return text if self.strand == "+" else reverse_complement(text)


def candidates(
    template: Template,
    strand: str,
    part: tuple[int, int],
    variants: NDArray[np.bool_],
    rules: Rules,
) -> Candidates:
    """Primers of one strand within a part of a template.

    Parameters
    ----------
    template
        What the primers are designed on.
    strand
        ``+`` or ``-``.
    part
        Part the whole primer lies in (0-based half-open).
    variants
        (n,) bases of the template at which the patient has a variant.
    """
    first, last = max(0, part[0]), max(0, min(part[1], len(template.sequence)))
    text = template.sequence[first:last]
    marked = variants[first:last]
    # between bases that are no neighbours on the reference
    joints = np.diff(template.positions[first:last]) != 1
    if strand == "-":
        text, marked, joints = reverse_complement(text), marked[::-1], joints[::-1]
    lengths = range(rules.length_min, rules.length_max + 1)
    if len(text) < rules.length_min:
        return _none(strand)
    size = np.array(lengths)[:, None]
    start = np.arange(len(text))[None, :]
    inside = start + size <= len(text)
    begin, length = np.broadcast_arrays(start, size)
    begin, length = begin[inside], length[inside]
    stop = begin + length

    codes = codes_of(text)
    tm = melting_temperatures(codes, lengths, rules)[inside]
    gc_sums = _sums((codes == 1) | (codes == 2))
    gc = 100 * (gc_sums[stop] - gc_sums[begin]) / length
    end_gc = gc_sums[stop] - gc_sums[stop - rules.end_window]
    marks, breaks = _sums(marked), _sums(joints)
    tests = (
        np.isnan(tm),
        tm < rules.tm_min,
        tm > rules.tm_max,
        (gc < rules.gc_min) | (gc > rules.gc_max),
        (end_gc < rules.end_gc_min) | (end_gc > rules.end_gc_max),
        _holds_run(codes, 1, rules.run_max + 1, begin, stop),
        _holds_run(codes, 2, 2 * (rules.dinucleotide_max + 1), begin, stop),
        marks[stop] > marks[stop - min(rules.variant_free_end, rules.length_min)],
        breaks[stop - 1] > breaks[begin],
    )
    good = np.ones(len(begin), np.bool_)
    refused = {}
    for reason, failed in zip(REASONS, tests, strict=True):
        number = int((good & failed).sum())
        if number:
            refused[reason] = number
        good &= ~failed
    begin, stop, length, tm, gc = begin[good], stop[good], length[good], tm[good], gc[good]
    under = marks[stop] - marks[begin]
    weak_end = (codes[stop - 1] == 0) | (codes[stop - 1] == 3)
    penalty = (
        rules.weight_tm * np.abs(tm - rules.tm_opt)
        + rules.weight_length * np.abs(length - rules.length_opt)
        + rules.weight_end * weak_end
        + rules.weight_variant * under
    )
    left, right = (begin, stop) if strand == "+" else (len(text) - stop, len(text) - begin)
    return Candidates(strand, left + first, right + first, tm, gc, under, penalty, refused)


def _none(strand: str) -> Candidates:
    whole, real = np.empty(0, np.int64), np.empty(0)
    return Candidates(strand, whole, whole, real, real, whole, real, {})


def _sums(marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Running sums: the marks of ``a`` to ``b`` are ``sums[b] - sums[a]``."""
    answer = np.zeros(len(marks) + 1, np.int64)
    np.cumsum(marks, out=answer[1:])
    return answer


def _holds_run(
    codes: NDArray[np.uint8], period: int, length: int,
    begin: NDArray[np.int64], stop: NDArray[np.int64],
) -> NDArray[np.bool_]:  # fmt: skip
    """Whether windows hold so many bases that repeat with a period."""
    same = np.zeros(len(codes), np.int64)
    same[period:] = codes[period:] == codes[:-period]
    # bases up to here, this one included, that equal those a period before
    count = np.arange(len(codes)) + 1
    broken = np.maximum.accumulate(np.where(same == 1, 0, count))
    run = count - broken + period
    ends = _sums(run >= length)
    return ends[stop] > ends[np.minimum(begin + length - 1, stop)]
