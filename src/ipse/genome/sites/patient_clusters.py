"""Edits of one person that one site may touch together.

Edits closer than a site is long form a *hull*. A hull is one cluster, of which all combinations of
arms are written out; one of many blocks is cut into *territories*, stretches of PAM bases from
which the same edits can be reached, and each territory with its edits is a cluster.

Reach is counted in bases that no edit of the hull replaces: whatever the combination, these are
there, so that no site is longer on a haplotype than it looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ipse.genome.sites.patient_edits import Carried, Edits
from ipse.kernels import haplotypes, stretches

Numbers = NDArray[np.int64]

MOST_BLOCKS = 10
"""Blocks of one window of which all combinations are searched: 2^10."""
WHOLE_BLOCKS = 4
"""Blocks up to which a hull is written out as a whole."""
_SHIFT = 34
_LOWEST = -(1 << (_SHIFT - 1)) + 1
"""Begin of a hull's first territory: less than any place in a contig."""


@dataclass(frozen=True)
class Clusters:
    """Clusters of one person on one contig.

    Attributes
    ----------
    carried
        The carried edits.
    edit, arms, block
        Edits of all clusters one after the other; those of neighbouring territories repeat.
    bounds
        First of them of each cluster, one more than there are clusters.
    local
        Block of each among its cluster's, -1 for none.
    blocks
        Number of blocks of each cluster; ``MOST_BLOCKS + 1`` if there are more than are searched.
    hull, turn
        Hull of each cluster, and where its territory begins, in bases no edit replaces.
    low, high
        Stretch of the reference from the first edit of each hull to the last, 0-based half-open.
    start, reached, free
        For each carried edit: its start, the furthest end of its hull's edits so far, and the
        bases of the hull before it that no edit replaces.
    """

    carried: Carried
    edit: Numbers
    arms: NDArray[np.uint8]
    block: Numbers
    bounds: Numbers
    local: Numbers
    blocks: Numbers
    hull: Numbers
    turn: Numbers
    low: Numbers
    high: Numbers
    start: Numbers
    reached: Numbers
    free: Numbers

    @classmethod
    def of(cls, edits: Edits, carried: Carried, reach: int) -> Clusters:
        """Put edits together.

        Parameters
        ----------
        edits, carried
            Calls.
        reach
            Letters of the longest site, PAM included.
        """
        start, end = edits.start[carried.edit], edits.end[carried.edit]
        reached = np.maximum.accumulate(end) if len(end) else end
        gap = np.maximum(start[1:] - reached[:-1], 0)
        apart = np.flatnonzero(gap >= reach) + 1
        bounds = np.concatenate([[0], apart, [len(start)]]).astype(np.int64)
        if not len(start):
            bounds = bounds[:1]
        free = np.concatenate([[0], np.cumsum(gap)]).astype(np.int64)[: len(start)]
        sizes = np.diff(bounds)
        free -= np.repeat(free[bounds[:-1]], sizes)
        _, blocks = _blocks(bounds, carried.block)
        first, last, hull, turn = _territories(bounds, blocks, free, reach)
        many = last - first
        inner = np.concatenate([[0], np.cumsum(many)]).astype(np.int64)
        own = np.repeat(first, many) + np.arange(inner[-1]) - np.repeat(inner[:-1], many)
        block = carried.block[own]
        local, blocks = _blocks(inner, block)
        return cls(
            carried=carried, edit=carried.edit[own], arms=carried.arms[own], block=block,
            bounds=inner, local=local, blocks=blocks, hull=hull, turn=turn,
            low=start[bounds[:-1]], high=reached[bounds[1:] - 1], start=start, reached=reached,
            free=free,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.blocks)

    @property
    def over(self) -> NDArray[np.bool_]:
        """Clusters of too many combinations."""
        return self.blocks > MOST_BLOCKS

    def windows_over(self) -> list[tuple[int, int, int]]:
        """Stretches of clusters of too many combinations, joined: start, end, number of blocks."""
        found: list[tuple[int, int, int]] = []
        for cluster in np.flatnonzero(self.over).tolist():
            own = slice(self.bounds[cluster], self.bounds[cluster + 1])
            place = np.searchsorted(self.carried.edit, self.edit[own])
            low, high = int(self.start[place].min()), int(self.reached[place].max())
            blocks = len(np.unique(self.block[own][self.block[own] >= 0]))
            if found and found[-1][1] >= low:
                before = found.pop()
                low, high, blocks = before[0], max(high, before[1]), max(blocks, before[2])
            found.append((low, high, blocks))
        return found

    @cached_property
    def phased(self) -> NDArray[np.bool_]:
        """Whether the only block of a cluster is phased."""
        answer = np.zeros(len(self), np.bool_)
        one = np.flatnonzero(self.blocks == 1)
        # The largest block number among the edits is the only one: others have -1.
        block = np.maximum.reduceat(self.block, self.bounds[:-1])[one] if len(one) else one
        answer[one] = self.carried.phased[block]
        return answer

    def phased_blocks(self, cluster: int) -> list[bool]:
        """Whether each local block of a cluster is phased."""
        block = self.block[self.bounds[cluster] : self.bounds[cluster + 1]]
        return [bool(self.carried.phased[b]) for b in np.unique(block[block >= 0])]

    @cached_property
    def bins(self) -> Numbers:
        """Of the hulls, as of :func:`ipse.kernels.stretches.bins`."""
        return stretches.bins(self.low)

    def at(self, low: Numbers, high: Numbers, base: Numbers) -> Numbers:
        """The clusters of the longest sites of the reference, -1 for those that touch no hull.

        Parameters
        ----------
        low, high
            Stretches of the reference, 0-based half-open.
        base
            Their PAM bases.
        """
        if not len(self):
            return np.full(len(low), -1, np.int64)
        hull = np.empty(len(low), np.int64)
        stretches.last_touched(self.low, self.high, self.bins, low, high, hull)
        touches = hull >= 0
        answer = np.full(len(low), -1, np.int64)
        answer[touches] = self.of_base(hull[touches], base[touches])
        return answer

    def of_base(self, hull: Numbers, base: Numbers) -> Numbers:
        """The cluster that sites with a PAM base belong to."""
        before = np.searchsorted(self.start, base, side="right") - 1
        # A place left of the hull is seen from the hull's first edit.
        first = np.searchsorted(self.start, self.low[hull], side="left")
        left = before < first
        place = np.where(left, first, before)
        beyond = np.maximum(base - self.reached[place], 0)
        free = self.free[place] + np.where(left, base - self.low[hull], beyond)
        keys = (self.hull << _SHIFT) + self.turn
        return np.searchsorted(keys, (hull << _SHIFT) + free, side="right") - 1


def _blocks(bounds: Numbers, block: Numbers) -> tuple[Numbers, Numbers]:
    """Local block of each edit, and number of blocks of each cluster."""
    local = np.empty(len(block), np.int64)
    blocks = np.empty(len(bounds) - 1, np.int64)
    haplotypes.local_blocks(bounds, block, MOST_BLOCKS, local, blocks)
    return local, blocks


def _territories(
    bounds: Numbers, blocks: Numbers, free: Numbers, reach: int
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """First and one past the last carried edit, hull, and begin of each cluster's territory."""
    first: list[Numbers] = []
    last: list[Numbers] = []
    hull: list[Numbers] = []
    turn: list[Numbers] = []
    done = 0
    for number in np.flatnonzero(blocks > WHOLE_BLOCKS).tolist():
        _whole(bounds, done, number, first, last, hull, turn)
        done = number + 1
        begin, stop = int(bounds[number]), int(bounds[number + 1])
        own = free[begin:stop]
        turns = np.unique(np.concatenate([own - reach, own + reach + 1]))
        firsts = begin + np.searchsorted(own, turns - reach, side="left")
        lasts = begin + np.searchsorted(own, turns + reach, side="right")
        kept = firsts < lasts
        turns = turns[kept]
        turns[0] = _LOWEST
        first.append(firsts[kept])
        last.append(lasts[kept])
        hull.append(np.full(len(turns), number))
        turn.append(turns)
    _whole(bounds, done, len(bounds) - 1, first, last, hull, turn)
    nothing = np.empty(0, np.int64)
    return (
        np.concatenate([nothing, *first]), np.concatenate([nothing, *last]),
        np.concatenate([nothing, *hull]), np.concatenate([nothing, *turn]),
    )  # fmt: skip


def _whole(
    bounds: Numbers, begin: int, stop: int, first: list[Numbers], last: list[Numbers],
    hull: list[Numbers], turn: list[Numbers],
) -> None:  # fmt: skip
    """Hulls that are one cluster each."""
    first.append(bounds[begin:stop])
    last.append(bounds[begin + 1 : stop + 1])
    hull.append(np.arange(begin, stop))
    turn.append(np.full(stop - begin, _LOWEST))
