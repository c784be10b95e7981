"""One person's haplotypes beside the reference: only the pieces that differ, as one text.

Edits close enough for one site to touch two of them form a *cluster*. For each combination of the
arms of a cluster's blocks, the sequence is written out with flanks as long as a site can reach. A
combination without any edit is the reference itself and is not written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ipse.genome.sites.patient_edits import Base, Carried, Edits
from ipse.genome.sites.stretches import CONTEXT, STRETCH, Stretch
from ipse.kernels import haplotypes

Numbers = NDArray[np.int64]

MOST_BLOCKS = 10
"""Blocks of one window of which all combinations are searched: 2^10."""


@dataclass(frozen=True)
class Clusters:
    """Edits that one site may touch together.

    Attributes
    ----------
    bounds
        First carried edit of each, one more than there are clusters.
    low, high
        Stretch of the reference from the first edit to the last, 0-based half-open.
    blocks
        Number of blocks; ``MOST_BLOCKS + 1`` if there are more than are searched.
    carried
        The carried edits.
    """

    bounds: Numbers
    low: Numbers
    high: Numbers
    blocks: Numbers
    carried: Carried

    def __len__(self) -> int:
        return len(self.blocks)

    @property
    def over(self) -> NDArray[np.bool_]:
        """Clusters of too many combinations."""
        return self.blocks > MOST_BLOCKS

    @cached_property
    def phased(self) -> NDArray[np.bool_]:
        """Whether the only block of a cluster is phased."""
        answer = np.zeros(len(self), np.bool_)
        one = np.flatnonzero(self.blocks == 1)
        # The largest block number among the edits is the only one: others have -1.
        block = np.maximum.reduceat(self.carried.block, self.bounds[:-1])[one] if len(one) else one
        answer[one] = self.carried.phased[block]
        return answer

    def phased_blocks(self, cluster: int) -> list[bool]:
        """Whether each local block of a cluster is phased."""
        block = self.carried.block[self.bounds[cluster] : self.bounds[cluster + 1]]
        return [bool(self.carried.phased[b]) for b in np.unique(block[block >= 0])]

    def at(self, low: Numbers, high: Numbers) -> Numbers:
        """The cluster that a stretch of the reference touches, -1 for none.

        A stretch that holds a cluster's edits, or lies beside an insertion, touches it; it is
        never longer than the reach the clusters were made for.
        """
        if not len(self):
            return np.full(len(low), -1, np.int64)
        place = np.searchsorted(self.low, high, side="left") - 1
        touches = (place >= 0) & (self.high[np.maximum(place, 0)] > low)
        return np.where(touches, place, -1)


@dataclass(frozen=True)
class Overlay:
    """Pieces of a person's haplotypes on one contig that are not the reference's.

    Attributes
    ----------
    edits, clusters
        What they are made of.
    text
        ASCII of all pieces, N between them.
    pieces
        (n, 4): begin and end in the text, begin in the reference, first applied edit.
    cluster, combination
        Of each piece; bit ``k`` of a combination is the arm of the cluster's block ``k``.
    places, applied
        Begin in the text of each applied edit, and which edit it is.
    """

    edits: Edits
    clusters: Clusters
    text: NDArray[np.uint8]
    pieces: Numbers
    cluster: Numbers
    combination: Numbers
    places: Numbers
    applied: Numbers

    @cached_property
    def first_applied(self) -> Numbers:
        """First applied edit of each piece, one more than there are pieces."""
        return np.concatenate([self.pieces[:, 3], [len(self.applied)]])

    @cached_property
    def widths(self) -> Numbers:
        """Letters of each applied edit."""
        return self.edits.first[self.applied + 1] - self.edits.first[self.applied]

    @cached_property
    def begins(self) -> Numbers:
        """Begin of each piece in the text."""
        return np.ascontiguousarray(self.pieces[:, 0])

    def piece_at(self, places: Numbers) -> Numbers:
        """Piece that a place of the text, or a junction behind its last letter, is in."""
        return np.searchsorted(self.begins, places, side="right") - 1

    def touched(self, piece: Numbers, low: Numbers, high: Numbers) -> Numbers:
        """(n, 2): applied edits that stretches of the text touch: first, one past the last."""
        out = np.empty((len(piece), 2), np.int64)
        haplotypes.touched(piece, low, high, self.first_applied, self.places, self.widths, out)
        return out

    def trace(self, piece: Numbers, place: Numbers) -> Numbers:
        """(n, 2): base of the reference that letters stand for, and letters beyond the anchor."""
        out = np.empty((len(piece), 2), np.int64)
        edits = self.edits
        haplotypes.trace(
            piece, place, self.pieces, self.first_applied, self.places, self.applied,
            edits.start, edits.end, edits.first, out,
        )  # fmt: skip
        return out

    def untouched(self, piece: Numbers, low: Numbers, high: Numbers) -> NDArray[np.bool_]:
        """Whether stretches of the reference stand in pieces as they are."""
        out = np.empty(len(piece), np.bool_)
        haplotypes.untouched(
            piece, low, high, self.first_applied, self.applied, self.edits.start, self.edits.end,
            out,
        )  # fmt: skip
        return out

    def stretches(self, place: int) -> Iterator[Stretch]:
        """The text, for a scan; ``place`` is that of the contig."""
        length = len(self.text)
        for first in range(0, length, STRETCH):
            last = min(first + STRETCH, length)
            begin, end = max(0, first - CONTEXT), min(length, last + CONTEXT)
            yield Stretch(place, begin, self.text[begin:end], first, last, length)


def overlay(edits: Edits, base: Base, carried: Carried, reach: int) -> Overlay:
    """Write out the pieces of one person on one contig.

    Parameters
    ----------
    edits, carried
        Calls; overlapping ones that are left out are counted in ``carried.counts``.
    base
        The reference's letters around them.
    reach
        Letters of the longest site, PAM included.
    """
    clusters, local = _clusters(edits, carried, reach)
    jobs = _jobs(clusters)
    given = (
        clusters.bounds, carried.edit, edits.start, edits.end, edits.first,
    )  # fmt: skip
    flank = reach - 1
    sizes = np.zeros((len(jobs), 3), np.int64)
    haplotypes.measure(
        jobs, *given, carried.arms, local, flank, edits.length, sizes
    )  # fmt: skip
    carried.counts.overlapping += _left_out(jobs, sizes)
    kept = sizes[:, 1] > 0
    jobs, sizes = jobs[kept], sizes[kept]
    text = np.empty(int(sizes[:, 0].sum()) + len(jobs), np.uint8)
    pieces = np.empty((len(jobs), 4), np.int64)
    places, applied = np.empty((2, int(sizes[:, 1].sum())), np.int64)
    haplotypes.write(
        jobs, *given, edits.letters, carried.arms, local, flank, edits.length,
        base.letters, base.first, text, pieces, places, applied,
    )  # fmt: skip
    return Overlay(edits, clusters, text, pieces, jobs[:, 0], jobs[:, 1], places, applied)


def _clusters(edits: Edits, carried: Carried, reach: int) -> tuple[Clusters, Numbers]:
    """Clusters, and the local block of each carried edit."""
    start, end = edits.start[carried.edit], edits.end[carried.edit]
    reached = np.maximum.accumulate(end) if len(end) else end
    apart = np.flatnonzero(start[1:] - reached[:-1] >= reach) + 1
    bounds = np.concatenate([[0], apart, [len(start)]]).astype(np.int64)
    if not len(start):
        bounds = bounds[:1]
    local = np.empty(len(start), np.int64)
    blocks = np.empty(len(bounds) - 1, np.int64)
    haplotypes.local_blocks(bounds, carried.block, MOST_BLOCKS, local, blocks)
    made = Clusters(bounds, start[bounds[:-1]], reached[bounds[1:] - 1], blocks, carried)
    return made, local


def _jobs(clusters: Clusters) -> Numbers:
    """(n, 2): cluster and combination of every sequence to be written, if it has an edit."""
    searched = np.flatnonzero(~clusters.over)
    many = np.left_shift(1, clusters.blocks[searched])
    cluster = np.repeat(searched, many)
    firsts = np.cumsum(many) - many
    combination = np.arange(len(cluster)) - np.repeat(firsts, many)
    return np.stack([cluster, combination], axis=1).astype(np.int64)


def _left_out(jobs: Numbers, sizes: Numbers) -> int:
    """Overlapping edits: of each cluster, the most that one combination leaves out."""
    if not len(jobs):
        return 0
    firsts = np.flatnonzero(np.diff(jobs[:, 0], prepend=-1))
    return int(np.maximum.reduceat(sizes[:, 2], firsts).sum())
