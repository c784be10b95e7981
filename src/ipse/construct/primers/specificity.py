"""In-silico PCR: every product of a pair, and of each primer with itself, on a reference.

A primer anneals where it has few mismatches and none at its 3' end; a product lies between a primer
on the plus strand and one on the minus strand behind it. The search is exact: one pass over the
sequence finds all places of all primers at once (:mod:`ipse.kernels.priming`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ipse.construct.primers.model import PrimerPair, Product, Specificity
from ipse.construct.primers.rules import Rules
from ipse.construct.primers.thermodynamics import codes_of
from ipse.core.errors import InputError
from ipse.core.progress import Progress, Silent
from ipse.genome.reference import Reference
from ipse.genome.sites.search import in_threads
from ipse.genome.sites.stretches import STRETCH, Stretch, stretches
from ipse.kernels import priming

SHOWN = 20
"""Products of a pair that are kept; all are counted."""
_BLOCK = 1_000_000
"""Pairs of places looked at together."""
_BLOCK_BASES = 4
"""Most bases of a block of the kernel: its tables stay in the processor's cache."""

Which = Literal["forward", "reverse"]


@dataclass(frozen=True)
class Places:
    """Where primers anneal.

    Attributes
    ----------
    primer
        Place in the list of primers.
    contig
        Place in the reference's list of contigs.
    start, end
        0-based half-open, plus strand.
    minus
        Whether the primer reads as the minus strand does.
    mismatches
        Number of mismatches.
    """

    primer: NDArray[np.int64]
    contig: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    minus: NDArray[np.bool_]
    mismatches: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.primer)

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Places:
        """Some of them, in the order given."""
        return Places(
            self.primer[which], self.contig[which], self.start[which], self.end[which],
            self.minus[which], self.mismatches[which],
        )  # fmt: skip


def places(
    primers: Sequence[str],
    reference: Reference,
    *,
    mismatches: int,
    exact_end: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Places:
    """Every place of a reference where primers anneal.

    Parameters
    ----------
    primers
        A, C, G and T, 5' to 3'; at most 32 bases.
    mismatches
        Most mismatches.
    exact_end
        Bases at the 3' end that must match.

    Raises
    ------
    InputError
        If a primer has another letter or length.
    """
    job = _Job.of(primers, mismatches, exact_end)
    report = progress or Silent()
    names = reference.contigs()
    report.task("searching where primers anneal", sum(map(reference.length, names)))
    parts = [np.empty((0, 6), np.int64)]
    for found in in_threads(job.scan, _stretches(reference, names), threads):
        parts.append(found)
        report.advance(STRETCH)
    rows = np.concatenate(parts)
    order = np.lexsort((rows[:, 2], rows[:, 4], rows[:, 1], rows[:, 0]))
    rows = rows[order]
    return Places(
        rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 4].astype(np.bool_), rows[:, 5]
    )


def _stretches(reference: Reference, names: list[str]) -> Iterator[Stretch]:
    for number, name in enumerate(names):
        yield from stretches(reference, name, number)


@dataclass(frozen=True)
class _Job:
    """Primers as the kernel takes them, in tables by each block and the 3' end."""

    words: NDArray[np.uint64]
    lengths: NDArray[np.int64]
    order: NDArray[np.int64]
    buckets: NDArray[np.int64]
    filled: NDArray[np.uint8]
    mismatches: int
    exact_end: int
    block: int

    @classmethod
    def of(cls, primers: Sequence[str], mismatches: int, exact_end: int) -> _Job:
        numbers = []
        for primer in primers:
            codes = codes_of(primer).tolist()
            if not exact_end <= len(codes) <= priming.LONGEST or max(codes, default=4) > 3:
                raise InputError(
                    "a primer cannot be searched for", field="primer", value=primer,
                    expected=f"A, C, G and T, {max(1, exact_end)} to {priming.LONGEST} of them",
                )  # fmt: skip
            word = 0
            for code in codes:
                word = word << 2 | code
            numbers.append(word)
        words = np.array(numbers, np.uint64)
        lengths = np.array([len(primer) for primer in primers], np.int64)
        room = int(lengths.min(initial=priming.LONGEST)) - exact_end
        block = min(_BLOCK_BASES, room // (mismatches + 1))
        order, buckets, filled = [], [], []
        for part in range(mismatches + 1):
            keys = priming.keys(words, exact_end, block, part)
            order.append(np.argsort(keys, kind="stable"))
            sizes = np.bincount(keys, minlength=4 ** (exact_end + block))
            buckets.append(np.concatenate([[0], np.cumsum(sizes)]))
            filled.append((sizes > 0).astype(np.uint8))
        return cls(
            words,
            lengths,
            np.stack(order),
            np.stack(buckets),
            np.stack(filled),
            mismatches,
            exact_end,
            block,
        )

    def scan(self, stretch: Stretch) -> NDArray[np.int64]:
        """Rows primer, contig, start, end, minus, mismatches of one stretch."""
        letters = np.ascontiguousarray(stretch.letters)
        first = stretch.first - stretch.offset
        last = min(stretch.last - stretch.offset, len(letters))
        parts = []
        for minus in (False, True):
            out = np.empty((1 << 12, 3), np.int64)
            while True:
                n = priming.scan(
                    letters, priming.CODES, first, last, minus, self.words, self.lengths,
                    self.order, self.buckets, self.filled, self.exact_end, self.block,
                    self.mismatches, out,
                )  # fmt: skip
                if n <= len(out):
                    break
                out = np.empty((n, 3), np.int64)
            found = out[:n]
            end = found[:, 1] + stretch.offset
            size = self.lengths[found[:, 0]]
            rows = np.empty((n, 6), np.int64)
            rows[:, 0] = found[:, 0]
            rows[:, 1] = stretch.contig
            rows[:, 2] = end if minus else end - size + 1
            rows[:, 3] = rows[:, 2] + size
            rows[:, 4] = minus
            rows[:, 5] = found[:, 2]
            parts.append(rows)
        return np.concatenate(parts)


def check(
    pairs: Sequence[PrimerPair],
    reference: Reference,
    rules: Rules,
    *,
    intended: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[Specificity]:
    """Every product of each pair on a reference, all pairs in one pass.

    Parameters
    ----------
    intended
        Whether a product at the pair's own place is the intended one; False where the pair was
        made for another sequence, so that none is.
    """
    primers = list(
        dict.fromkeys(text for p in pairs for text in (p.forward.sequence, p.reverse.sequence))
    )
    found = places(
        primers, reference, mismatches=rules.mismatches_max, exact_end=rules.exact_end,
        threads=threads, progress=progress,
    )  # fmt: skip
    names = reference.contigs()
    number = {primer: k for k, primer in enumerate(primers)}
    bounds = np.searchsorted(found.primer, np.arange(len(primers) + 1))
    answers = []
    for pair in pairs:
        own = tuple(number[p.sequence] for p in (pair.forward, pair.reverse))
        which = np.concatenate([np.arange(bounds[k], bounds[k + 1]) for k in dict.fromkeys(own)])
        sites = found.take(which)
        products = _products(sites, own[0], names, rules)
        answers.append(_told(pair, sites, own, products, reference, rules, intended))
    return answers


def _products(sites: Places, forward: int, names: list[str], rules: Rules) -> NDArray[np.int64]:
    """Rows contig, start, end, plus is forward, minus is forward, mismatches of both."""
    plus, minus = sites.take(~sites.minus), sites.take(sites.minus)
    plus = plus.take(np.lexsort((plus.start, plus.contig)))
    # minus places in order of contig and end, found by one number
    stride = np.int64(1) << np.int64(40)
    minus = minus.take(np.argsort(minus.contig * stride + minus.end, kind="stable"))
    keys = minus.contig * stride + minus.end
    first = np.searchsorted(keys, plus.contig * stride + plus.end, "left")
    last = np.searchsorted(
        keys, plus.contig * stride + plus.start + rules.stray_product_max, "right"
    )
    count = np.maximum(0, last - first)
    parts = [np.empty((0, 7), np.int64)]
    total = np.concatenate([[0], np.cumsum(count)])
    begin = 0
    while begin < len(plus):
        # as many plus places as have a block of partners, one at least
        stop = int(np.searchsorted(total, total[begin] + _BLOCK, "right")) - 1
        stop = min(max(stop, begin + 1), len(plus))
        part = np.arange(begin, stop)
        i = np.repeat(part, count[part])
        within = np.arange(len(i)) - np.repeat(total[part] - total[begin], count[part])
        j = first[i] + within
        good = (minus.start[j] >= plus.start[i]) & (
            plus.mismatches[i] + minus.mismatches[j] <= rules.pair_mismatches_max
        )
        i, j = i[good], j[good]
        parts.append(
            np.stack(
                [
                    plus.contig[i], plus.start[i], minus.end[j], plus.primer[i] == forward,
                    minus.primer[j] == forward, plus.mismatches[i], minus.mismatches[j],
                ],
                axis=1,
            ).astype(np.int64)
        )  # fmt: skip
        begin = stop
    return np.concatenate(parts)


def _told(
    pair: PrimerPair, sites: Places, own: tuple[int, ...], rows: NDArray[np.int64],
    reference: Reference, rules: Rules, wants: bool,
) -> Specificity:  # fmt: skip
    """What is said of a pair's products."""
    names = reference.contigs()
    meant = np.zeros(len(rows), np.bool_)
    if wants and pair.forward.contig in names:
        here = names.index(pair.forward.contig)
        place = (here, pair.forward.start, pair.reverse.end)
        meant = (rows[:, :3] == place).all(axis=1)
    size = rows[:, 2] - rows[:, 1]
    order = np.lexsort((size, rows[:, 5] + rows[:, 6], ~meant))
    words: tuple[Which, Which] = ("reverse", "forward")
    products = tuple(
        Product(
            contig=names[rows[k, 0]],
            start=int(rows[k, 1]),
            end=int(rows[k, 2]),
            size=int(size[k]),
            plus=words[rows[k, 3]],
            minus=words[rows[k, 4]],
            plus_mismatches=int(rows[k, 5]),
            minus_mismatches=int(rows[k, 6]),
            intended=bool(meant[k]),
        )
        for k in order[:SHOWN].tolist()
    )
    return Specificity(
        reference=reference.name,
        whole_genome=reference.whole_genome,
        mismatches=rules.mismatches_max,
        pair_mismatches=rules.pair_mismatches_max,
        exact_end=rules.exact_end,
        longest=rules.stray_product_max,
        intended=bool(meant.any()),
        unintended=int((~meant).sum()),
        sites=(int((sites.primer == own[0]).sum()), int((sites.primer == own[1]).sum())),
        products=products,
        omitted=max(0, len(rows) - SHOWN),
    )
