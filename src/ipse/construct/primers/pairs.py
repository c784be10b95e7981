"""Pairs of primers around a target, best first, or why there is none."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ipse.construct.primers.candidates import Candidates, candidates
from ipse.construct.primers.model import Primer, PrimerPair
from ipse.construct.primers.rules import Rules
from ipse.construct.primers.template import Template
from ipse.construct.primers.thermodynamics import Dimer, dimer, hairpin

AT_ONCE = 400
"""Primers of each strand whose pairs are weighed against each other at once, best first; the next
so many follow where none of them makes a pair."""


_Weighed = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Places of the forward and the reverse primer, and the penalty before dimers, lowest first."""


@dataclass
class Design:
    """What a design found.

    Attributes
    ----------
    pairs
        Best first.
    reason
        Why there is none; empty otherwise.
    refused
        Reason -> number of pairs that were refused on the way.
    """

    pairs: list[PrimerPair] = field(default_factory=list)
    reason: str = ""
    refused: Counter[str] = field(default_factory=Counter)


def design(
    template: Template,
    target: tuple[int, int] | None,
    rules: Rules,
    variants: NDArray[np.bool_] | None = None,
    wanted: int = 1,
    apart: int | None = None,
) -> Design:
    """Design pairs whose product holds a target, away from both primers.

    Parameters
    ----------
    template
        What the primers are designed on.
    target
        Indices of the template the product must show (0-based half-open); None for a product
        anywhere.
    variants
        (n,) bases at which the patient has a variant: none lies under the 3' end of a primer.
    wanted
        Most pairs given.
    apart
        Bases by which at least one 3' end of a pair is away from those of every better pair.
    """
    length = len(template.sequence)
    marked = np.zeros(length, np.bool_) if variants is None else variants
    if target is None:
        parts = ((0, length), (0, length))
    else:
        # a product that holds the target reaches no farther than this
        reach = rules.product_max - rules.length_min - rules.margin_min
        parts = (
            (target[1] - reach, target[0] - rules.margin_min),
            (target[1] + rules.margin_min, target[0] + reach),
        )
        room = target[1] - target[0] + 2 * (rules.margin_min + rules.length_min)
        if room > rules.product_max:
            return Design(
                reason=f"the target of {target[1] - target[0]} bp with {rules.margin_min} bp and a "
                f"primer on either side does not fit a product of {rules.product_max} bp"
            )
    forward = candidates(template, "+", parts[0], marked, rules)
    reverse = candidates(template, "-", parts[1], marked, rules)
    for side in (forward, reverse):
        if not len(side):
            return Design(reason=_no_primer(side))
    apart = rules.alternative_distance if apart is None else apart
    return _Search(template, target, rules, (forward, reverse), wanted, apart).run()


def _no_primer(side: Candidates) -> str:
    which = "forward" if side.strand == "+" else "reverse"
    if not side.tried:
        return f"there is no sequence for a {which} primer beside the target"
    why = ", ".join(f"{reason}: {number}" for reason, number in side.refused.items())
    return f"none of {side.tried} {which} primers meets the rules ({why})"


class _Search:
    """One call of :func:`design`: pairs in order of penalty, dear tests last and once."""

    def __init__(
        self, template: Template, target: tuple[int, int] | None, rules: Rules,
        sides: tuple[Candidates, Candidates], wanted: int, apart: int,
    ) -> None:  # fmt: skip
        self.template, self.target, self.rules = template, target, rules
        self.wanted, self.apart = wanted, apart
        self.sides = (_in_order(sides[0]), _in_order(sides[1]))
        self.found = Design()
        self._selves: dict[str, Dimer] = {}
        self._folds: dict[tuple[str, float], float] = {}
        self._verdicts: dict[tuple[int, int], str] = {}

    def run(self) -> Design:
        """Give pairs by penalty; dimers add to it and are known last, so pairs wait in a heap."""
        pairs = self.found.pairs
        for take in self._rounds():
            left = self._weighed(take)
            waiting: list[tuple[float, int, PrimerPair]] = []
            at = number = 0
            while len(pairs) < self.wanted and (waiting or at < len(left[0])):
                penalty = float(left[2][at]) if at < len(left[0]) else math.inf
                # no later pair can have a lower penalty than it has before its dimers
                if waiting and waiting[0][0] <= penalty:
                    pair = heapq.heappop(waiting)[2]
                    if self._is_new(pair):
                        pairs.append(pair)
                        left, at = self._new_ones(left, at, pair), 0
                    continue
                unfit = self._unfit_of(int(left[0][at]), int(left[1][at]))
                if unfit is not None:
                    left, at = self._without(left, at, *unfit), 0
                    continue
                made = self._pair(int(left[0][at]), int(left[1][at]), penalty)
                at, number = at + 1, number + 1
                if made is not None:
                    heapq.heappush(waiting, (made.penalty, number, made))
            if pairs:
                return self.found
        self.found.reason = self._no_pair()
        return self.found

    def _unfit_of(self, i: int, j: int) -> tuple[int, int] | None:
        """Which of two primers makes no pair at all: its side and place."""
        for side, k in ((0, i), (1, j)):
            if self._unfit(side, k):
                return side, k
        return None

    def _unfit(self, side: int, k: int) -> str:
        """Why a primer makes no pair with any other; empty if it may."""
        key = (side, k)
        if key not in self._verdicts:
            primer = self.sides[side].sequence(self.template.sequence, k)
            # no pair anneals higher than this, and a fold is the less stable the hotter it is
            hottest = float(self.sides[side].tm[k]) - self.rules.annealing_below_tm
            if _too_stable(self._self_dimer(primer), self.rules):
                verdict = "a primer binds itself"
            elif self._fold(primer, hottest) < self.rules.hairpin_dg_min:
                verdict = "a primer folds"
            else:
                verdict = ""
            self._verdicts[key] = verdict
        return self._verdicts[key]

    def _without(self, left: _Weighed, at: int, side: int, k: int) -> _Weighed:
        """Pairs not yet looked at that have not a certain primer."""
        i, j, penalty = left[0][at:], left[1][at:], left[2][at:]
        keep = (i, j)[side] != k
        self.found.refused[self._unfit(side, k)] += int((~keep).sum())
        return i[keep], j[keep], penalty[keep]

    def _new_ones(self, left: _Weighed, at: int, pair: PrimerPair) -> _Weighed:
        """Pairs not yet looked at, without those much like one that was given."""
        i, j, penalty = left[0][at:], left[1][at:], left[2][at:]
        places = self.template.positions
        ends = places[self.sides[0].end[i] - 1] + 1
        starts = places[self.sides[1].start[j]]
        new = (np.abs(ends - pair.forward.end) >= self.apart) | (
            np.abs(starts - pair.reverse.start) >= self.apart
        )
        return i[new], j[new], penalty[new]

    def _rounds(self) -> Iterator[tuple[int, int]]:
        most = max(map(len, self.sides))
        for k in range(AT_ONCE, most + AT_ONCE, AT_ONCE):
            yield k - AT_ONCE, k

    def _weighed(self, take: tuple[int, int]) -> _Weighed:
        """Pairs that have a primer of this round and keep every rule but dimers and folds."""
        before, upto = take
        forward, reverse = self.sides
        rows, columns = min(upto, len(forward)), min(upto, len(reverse))
        i = np.repeat(np.arange(rows), columns)
        j = np.tile(np.arange(columns), rows)
        if before:
            fit = [
                np.array([not self._unfit(side, k) for k in range(number)])
                for side, number in ((0, rows), (1, columns))
            ]
            fresh = ((i >= before) | (j >= before)) & fit[0][i] & fit[1][j]
            i, j = i[fresh], j[fresh]
        rules = self.rules
        size = reverse.end[j] - forward.start[i]
        apart = reverse.start[j] - forward.end[i]
        good = (size >= rules.product_min) & (size <= rules.product_max) & (apart >= 0)
        self.found.refused["product size"] += int((~good).sum())
        difference = np.abs(forward.tm[i] - reverse.tm[j])
        close = difference <= rules.tm_difference_max
        self.found.refused["melting temperatures apart"] += int((good & ~close).sum())
        good &= close
        i, j, size, difference = i[good], j[good], size[good], difference[good]
        penalty = (
            forward.penalty[i] + reverse.penalty[j]
            + rules.weight_tm_difference * difference
            + rules.weight_product * np.abs(size - rules.product_opt)
        )  # fmt: skip
        if self.target is not None:
            for margin in (self.target[0] - forward.end[i], reverse.start[j] - self.target[1]):
                penalty += rules.weight_margin * np.maximum(0, rules.margin_opt - margin)
        order = np.lexsort((j, i, penalty))
        return i[order], j[order], penalty[order]

    def _pair(self, i: int, j: int, penalty: float) -> PrimerPair | None:
        """The pair, if it folds and binds itself no more than it may."""
        rules, refused = self.rules, self.found.refused
        forward, reverse = self.sides
        one = forward.sequence(self.template.sequence, i)
        two = reverse.sequence(self.template.sequence, j)
        own = [self._self_dimer(one), self._self_dimer(two)]
        between = dimer(one, two, rules)
        if _too_stable(between, rules):
            refused["the primers bind each other"] += 1
            return None
        tms = (float(forward.tm[i]), float(reverse.tm[j]))
        annealing = min(tms) - rules.annealing_below_tm
        folds = [self._fold(one, annealing), self._fold(two, annealing)]
        if min(folds) < rules.hairpin_dg_min:
            refused["a primer folds"] += 1
            return None
        worst = min(between.dg, own[0].dg, own[1].dg)
        return PrimerPair(
            forward=self._primer(forward, i, one, own[0], folds[0]),
            reverse=self._primer(reverse, j, two, own[1], folds[1]),
            product_size=int(reverse.end[j] - forward.start[i]),
            tm_difference=abs(tms[0] - tms[1]),
            annealing=annealing,
            dimer_dg=between.dg,
            end_dimer_dg=between.end_dg,
            margins=self._margins(int(forward.end[i]), int(reverse.start[j])),
            penalty=penalty - rules.weight_dimer * worst,
        )

    def _margins(self, end: int, start: int) -> tuple[int, int]:
        if self.target is None:
            return (0, 0)
        return (self.target[0] - end, start - self.target[1])

    def _primer(self, side: Candidates, k: int, sequence: str, own: Dimer, fold: float) -> Primer:
        places = self.template.positions
        start, end = int(side.start[k]), int(side.end[k])
        return Primer(
            sequence=sequence,
            contig=self.template.contig,
            start=int(places[start]),
            end=int(places[end - 1]) + 1,
            strand="+" if side.strand == "+" else "-",
            tm=float(side.tm[k]),
            gc_percent=float(side.gc[k]),
            hairpin_dg=fold if math.isfinite(fold) else None,
            dimer_dg=own.dg,
            end_dimer_dg=own.end_dg,
            variants=int(side.variants[k]),
        )

    def _self_dimer(self, primer: str) -> Dimer:
        if primer not in self._selves:
            self._selves[primer] = dimer(primer, primer, self.rules)
        return self._selves[primer]

    def _fold(self, primer: str, celsius: float) -> float:
        # whole degrees, so that a primer is folded once for pairs of much the same temperature
        key = (primer, float(math.floor(celsius)))
        if key not in self._folds:
            self._folds[key] = hairpin(*key)
        return self._folds[key]

    def _is_new(self, pair: PrimerPair) -> bool:
        return all(
            abs(pair.forward.end - other.forward.end) >= self.apart
            or abs(pair.reverse.start - other.reverse.start) >= self.apart
            for other in self.found.pairs
        )

    def _no_pair(self) -> str:
        forward, reverse = self.sides
        why = ", ".join(
            f"{reason}: {number}" for reason, number in self.found.refused.items() if number
        )
        return (
            f"no pair of {len(forward)} forward and {len(reverse)} reverse primers meets the rules "
            f"({why})"
        )


def _in_order(side: Candidates) -> Candidates:
    return side.take(np.lexsort((side.end, side.start, side.penalty)))


def _too_stable(item: Dimer, rules: Rules) -> bool:
    return item.dg < rules.dimer_dg_min or item.end_dg < rules.end_dimer_dg_min
