"""Sums of small regression trees, all trees of a row at once.

Instead of walking down each tree, a row strikes out the leaves it cannot reach: a node whose test
fails strikes those of its left side, and the leftmost leaf that remains is the one a walk would
have ended in (QuickScorer, doi:10.1145/2766462.2767733). Nodes are looked up by feature with their
thresholds in order, so that a feature's first test that holds ends its part of the work.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

MOST_LEAVES = 32
"""Leaves a tree may have: one bit each."""


@njit(cache=True, nogil=True)
def sum_of_trees(
    rows: NDArray[np.float32],
    starts: NDArray[np.int64],
    threshold: NDArray[np.float32],
    tree: NDArray[np.int32],
    struck: NDArray[np.uint32],
    first_leaf: NDArray[np.int32],
    leaves: NDArray[np.float32],
    out: NDArray[np.float64],
) -> None:  # pragma: no cover
    """Add up the leaves that rows fall into.

    Parameters
    ----------
    rows
        (n, features).
    starts
        (features + 1,): where the nodes of each feature begin in the three arrays that follow.
    threshold
        (nodes,): ascending within a feature; a row goes left where its feature is not above it.
    tree
        (nodes,): tree of a node.
    struck
        (nodes,): leaves on its left side, as bits.
    first_leaf
        (trees,): where a tree's leaves begin.
    leaves
        (leaves,).
    out
        (n,).
    """
    open_leaves = np.empty(len(first_leaf), np.uint32)
    for n in range(len(rows)):
        open_leaves[:] = ~np.uint32(0)
        for feature in range(len(starts) - 1):
            value = rows[n, feature]
            for node in range(starts[feature], starts[feature + 1]):
                if not value > threshold[node]:
                    break
                open_leaves[tree[node]] &= ~struck[node]
        total = 0.0
        for k in range(len(first_leaf)):
            bits = open_leaves[k]
            leaf = 0
            while not bits & np.uint32(0xF):
                bits >>= np.uint32(4)
                leaf += 4
            while not bits & np.uint32(1):
                bits >>= np.uint32(1)
                leaf += 1
            total += leaves[first_leaf[k] + leaf]
        out[n] = total
