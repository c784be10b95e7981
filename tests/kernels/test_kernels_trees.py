"""Sums of trees against walking down each tree."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ipse.genome.efficiency.forest import Forest

FEATURES = 5


def random_forest(rng: np.random.Generator, trees: int) -> Forest:
    roots, nodes, leaves = [], [], []

    def grow(depth: int, first: int, leaf: int) -> int:
        """Lay out a tree, top first and left before right; a leaf is a negative number."""
        if depth == 0 or (depth < 5 and rng.random() < 0.3):
            leaves.append(rng.normal())
            return -1 - (len(leaves) - 1 - leaf)
        at = len(nodes)
        nodes.append(None)
        left = grow(depth - 1, first, leaf)
        right = grow(depth - 1, first, leaf)
        nodes[at] = (rng.integers(FEATURES), rng.integers(0, 4), left, right)
        return at - first

    for _ in range(trees):
        roots.append((len(nodes), len(leaves)))
        grow(5, *roots[-1])
    table = np.array(nodes)
    return Forest(
        np.array(roots, np.int32),
        table[:, 0].astype(np.int16),
        table[:, 1].astype(np.float32),
        table[:, 2:].astype(np.int16),
        np.array(leaves, np.float32),
    )


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.integers(1, 8))
def test_equals_a_walk_down_each_tree(seed: int, trees: int) -> None:
    rng = np.random.default_rng(seed)
    forest = random_forest(rng, trees)
    # Whole numbers: many features lie exactly on a threshold.
    rows = rng.integers(-1, 5, (20, FEATURES)).astype(np.float32)
    out = np.empty(20)
    forest.sums(rows, out)
    for row, got in zip(rows, out, strict=True):
        total = 0.0
        for first, leaf in forest.roots.tolist():
            node = 0
            while node >= 0:
                at = first + node
                node = int(forest.children[at, int(row[forest.feature[at]] > forest.threshold[at])])
            total += float(forest.leaves[leaf - 1 - node])
        np.testing.assert_allclose(got, total, rtol=1e-12, atol=0)
