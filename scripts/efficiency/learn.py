"""Targets, the ridge baseline, and boosted trees as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from efficiency.screens import Screens
from ipse.genome.efficiency.forest import Forest
from ipse.kernels import guide_features

Array = NDArray[np.float64]

SHRINK = 3.0
"""Guides of the average gene that a gene's own mean is shrunk with."""
SEEDS = (1, 2, 3, 4, 5)
"""Each forest is grown once a seed; their mean is the model."""
PENALTIES = (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
LEAVES = (7, 15)
TREES = (100, 200, 300, 400)
GROWTH = {
    "objective": "regression",
    "learning_rate": 0.03,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.2,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
"""What is not chosen on inner folds."""
ONE_HOT = slice(0, (guide_features.NEAR[1] - guide_features.NEAR[0]) * 20 - 16)
"""Features of the baseline: letters and pairs of letters by place."""


def ranks(screens: Screens, values: Array) -> Array:
    """Rank of each row within its study, 0-1."""
    out = np.empty(len(values))
    for study in screens.studies:
        rows = screens.study == study
        out[rows] = (rankdata(values[rows]) - 0.5) / rows.sum()
    return out


def target(screens: Screens, locus: NDArray[np.int64]) -> Array:
    """Rank of a guide within its study once its gene's own effect is taken off, 0-1.

    A knock-out screen measures the gene as well as the guide. The mean rank of a gene, shrunk, is
    taken off each of its guides; where no gene is named, that of the place on the genome.
    """
    rank = ranks(screens, screens.activity)
    keys = [
        f"{study} {gene or number}"
        for study, gene, number in zip(screens.study, screens.gene, locus, strict=True)
    ]
    group = np.unique(keys, return_inverse=True)[1]
    mean = np.bincount(group, rank - 0.5) / (np.bincount(group) + SHRINK)
    return ranks(screens, rank - mean[group])


def weights(screens: Screens) -> Array:
    """Weight of each row: one over the square root of its study's size, mean 1."""
    names, study = np.unique(screens.study, return_inverse=True)
    weight = 1 / np.sqrt(np.bincount(study, minlength=len(names))[study])
    return weight / weight.mean()


@dataclass(frozen=True)
class Ridge:
    """Ridge regression by its normal equations; the intercept is not penalised."""

    slope: Array
    intercept: float

    @classmethod
    def fit(cls, rows: NDArray[np.float32], wanted: Array, weight: Array, penalty: float) -> Ridge:
        """Least weighted squares with a penalty."""
        x = rows.astype(np.float64)
        centre, level = np.average(x, 0, weight), float(np.average(wanted, weights=weight))
        x -= centre
        scaled = x * weight[:, None]
        gram = scaled.T @ x
        gram[np.diag_indices_from(gram)] += penalty
        slope = np.linalg.solve(gram, scaled.T @ (wanted - level))
        return cls(slope, level - float(centre @ slope))

    def predict(self, rows: NDArray[np.float32]) -> Array:
        """Value of each row."""
        return rows.astype(np.float64) @ self.slope + self.intercept


def predict(forest: Forest, rows: NDArray[np.float32]) -> Array:
    """Sum of the trees for each row."""
    out = np.empty(len(rows))
    forest.sums(rows, out)
    return out


def grow(
    rows: NDArray[np.float32], wanted: Array, weight: Array, leaves: int, trees: int, seed: int
) -> lightgbm.Booster:
    """Boost trees on some rows."""
    data = lightgbm.Dataset(rows, wanted, weight=weight)
    return lightgbm.train({**GROWTH, "num_leaves": leaves, "seed": seed}, data, trees)


def as_arrays(boosters: list[lightgbm.Booster]) -> Forest:
    """Mean of boosters as one list of trees."""
    roots: list[tuple[int, int]] = []
    nodes: list[tuple[int, float, int, int]] = []
    leaves: list[float] = []

    def place(tree: dict[str, Any], first: int) -> int:
        """Lay a tree out and give the number of its top within the tree."""
        if "leaf_value" in tree:
            leaves.append(tree["leaf_value"] / len(boosters))
            return -1 - (len(leaves) - 1 - roots[-1][1])
        assert tree["decision_type"] == "<="
        at = len(nodes)
        nodes.append((0, 0.0, 0, 0))
        left = place(tree["left_child"], first)
        right = place(tree["right_child"], first)
        nodes[at] = (tree["split_feature"], tree["threshold"], left, right)
        return at - first

    for booster in boosters:
        for entry in booster.dump_model()["tree_info"]:
            if entry["num_leaves"] == 1:
                nodes.append((0, float("inf"), -1, -1))  # all go left
                roots.append((len(nodes) - 1, len(leaves)))
                leaves.append(entry["tree_structure"]["leaf_value"] / len(boosters))
                continue
            roots.append((len(nodes), len(leaves)))
            place(entry["tree_structure"], len(nodes))
    exact = np.array([node[1] for node in nodes])
    threshold = exact.astype(np.float32)
    # A feature is a 32-bit number: rounded down, a threshold parts the same ones.
    high = threshold > exact
    threshold[high] = np.nextafter(threshold[high], np.float32(-np.inf))
    return Forest(
        np.array(roots, np.int32),
        np.array([node[0] for node in nodes], np.int16),
        threshold,
        np.array([node[2:] for node in nodes], np.int16),
        np.array(leaves, np.float32),
    )
