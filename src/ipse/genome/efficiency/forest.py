"""Regression trees whose leaves are added up."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ipse.kernels import trees


@dataclass(frozen=True)
class Forest:
    """Trees as arrays.

    Attributes
    ----------
    roots
        (trees, 2): the first node and the first leaf of each tree.
    feature, threshold
        (nodes,): a row goes left where its feature is not above the threshold.
    children
        (nodes, 2): left and right: a later node of the tree, counted from its first, or
        ``-1 - leaf``; the leaves of a tree are numbered from left to right.
    leaves
        (leaves,).
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    children: NDArray[np.int16]
    leaves: NDArray[np.float32]
    _by_feature: tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.uint32]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        struck = left_leaves(self.roots, self.children)
        sizes = np.diff(np.append(self.roots[:, 0], len(self.feature)))
        tree = np.repeat(np.arange(len(self.roots), dtype=np.int32), sizes)
        order = np.lexsort((self.threshold, self.feature))
        arrays = (self.threshold[order], tree[order], struck[order])
        object.__setattr__(self, "_by_feature", arrays)

    def sums(self, rows: NDArray[np.float32], out: NDArray[np.float64]) -> None:
        """Write the sum of the leaves each row falls into.

        Parameters
        ----------
        rows
            (n, features).
        out
            (n,).
        """
        count = np.bincount(self.feature, minlength=rows.shape[1])
        starts = np.concatenate([[0], np.cumsum(count)])
        first_leaf = np.ascontiguousarray(self.roots[:, 1])
        trees.sum_of_trees(rows, starts, *self._by_feature, first_leaf, self.leaves, out)


def left_leaves(roots: NDArray[np.int32], children: NDArray[np.int16]) -> NDArray[np.uint32]:
    """Leaves on the left side of every node, as bits; arrays as in :class:`Forest`."""
    ends = np.append(roots[1:, 0], len(children))
    below = np.zeros((len(children), 2), np.uint32)
    # Children come behind their node: from the last node of every tree to the first.
    for node in range(int((ends - roots[:, 0]).max(initial=0)) - 1, -1, -1):
        first = roots[ends - roots[:, 0] > node, 0].astype(np.int64)
        for side in range(2):
            child = children[first + node, side].astype(np.int64)
            inner = below[first + np.maximum(child, 0)]
            leaf = np.uint32(1) << np.maximum(-1 - child, 0).astype(np.uint32)
            below[first + node, side] = np.where(child < 0, leaf, inner[:, 0] | inner[:, 1])
    return below[:, 0].copy()
