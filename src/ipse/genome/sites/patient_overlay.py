"""One person's haplotypes beside the reference: only the pieces that differ, as one text.

For each combination of the arms of a cluster's blocks, the sequence is written out with flanks as
long as a site can reach. A combination without any edit is the reference itself and is not written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ipse.genome.sites.patient_clusters import Clusters
from ipse.genome.sites.patient_edits import Base, Carried, Edits
from ipse.genome.sites.stretches import CONTEXT, STRETCH, Stretch
from ipse.kernels import haplotypes

Numbers = NDArray[np.int64]


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
    clusters = Clusters.of(edits, carried, reach)
    jobs = _jobs(clusters)
    given = (clusters.bounds, clusters.edit, edits.start, edits.end, edits.first)
    flank = reach - 1
    sizes = np.zeros((len(jobs), 2), np.int64)
    haplotypes.measure(
        jobs, *given, clusters.arms, clusters.local, flank, edits.length, sizes
    )  # fmt: skip
    kept = sizes[:, 1] > 0
    jobs, sizes = jobs[kept], sizes[kept]
    text = np.empty(int(sizes[:, 0].sum()) + len(jobs), np.uint8)
    pieces = np.empty((len(jobs), 4), np.int64)
    places, applied = np.empty((2, int(sizes[:, 1].sum())), np.int64)
    haplotypes.write(
        jobs, *given, edits.letters, clusters.arms, clusters.local, flank, edits.length,
        base.letters, base.first, text, pieces, places, applied,
    )  # fmt: skip
    out = np.empty(len(carried.edit), np.bool_)
    haplotypes.left_out(carried.edit, edits.start, edits.end, carried.arms, out)
    carried.counts.overlapping = int(out.sum())
    return Overlay(edits, clusters, text, pieces, jobs[:, 0], jobs[:, 1], places, applied)


def _jobs(clusters: Clusters) -> Numbers:
    """(n, 2): cluster and combination of every sequence to be written, if it has an edit."""
    searched = np.flatnonzero(~clusters.over)
    many = np.left_shift(1, clusters.blocks[searched])
    cluster = np.repeat(searched, many)
    firsts = np.cumsum(many) - many
    combination = np.arange(len(cluster)) - np.repeat(firsts, many)
    return np.stack([cluster, combination], axis=1).astype(np.int64)
