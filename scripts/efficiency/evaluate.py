"""Rank correlation on guides that were left out, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from efficiency.screens import Screens

Array = NDArray[np.float64]

DRAWS = 1000
SEED = 20261126
LEAST = 8
"""Guides a gene must have to be judged on its own."""


def spearman(a: Array, b: Array) -> float:
    """Spearman's rank correlation; nan where one side is constant."""
    a, b = rankdata(a), rankdata(b)
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size else float("nan")


def within_gene(screens: Screens, predicted: Array) -> float | None:
    """Mean Spearman over the genes with enough guides, weighted by guides less one."""
    total, weight = 0.0, 0
    for gene in np.unique(screens.gene[screens.gene != ""]):
        rows = screens.gene == gene
        if rows.sum() < LEAST:
            continue
        value = spearman(predicted[rows], screens.activity[rows])
        if not np.isnan(value):
            total, weight = total + value * (rows.sum() - 1), weight + int(rows.sum()) - 1
    return total / weight if weight else None


def per_study(screens: Screens, predicted: Array) -> dict[str, float]:
    """Spearman of each study."""
    return {
        study: spearman(predicted[rows], screens.activity[rows])
        for study in screens.studies
        for rows in [screens.study == study]
    }


def mean(values: dict[str, float]) -> float:
    """Plain mean over studies: each counts the same."""
    return float(np.mean(list(values.values())))


@dataclass(frozen=True)
class Drawn:
    """Bootstrap draws of the per-study values of several predictions, drawn in pairs.

    Attributes
    ----------
    values
        Prediction's name -> (draws, studies).
    """

    values: dict[str, Array]

    def interval(self, name: str, study: int) -> tuple[float, float]:
        """95 % interval of a study's value."""
        return _interval(self.values[name][:, study])

    def mean(self, name: str) -> tuple[float, float]:
        """95 % interval of the mean over studies."""
        return _interval(self.values[name].mean(axis=1))

    def gain(self, name: str, over: str, study: int | None = None) -> tuple[float, float]:
        """95 % interval of a difference, of the mean over studies or of one."""
        difference = self.values[name] - self.values[over]
        chosen = difference.mean(axis=1) if study is None else difference[:, study]
        return _interval(chosen)


def draw(
    screens: Screens, predicted: dict[str, Array], groups: NDArray[np.int64] | None = None
) -> Drawn:
    """Draw rows within each study with replacement, or whole groups of them.

    The same draw serves all predictions, so that their differences are paired.
    """
    rng = np.random.default_rng(SEED)
    studies = screens.studies
    values = {name: np.empty((DRAWS, len(studies))) for name in predicted}
    for s, study in enumerate(studies):
        rows = np.nonzero(screens.study == study)[0]
        members = (
            [rows[groups[rows] == g] for g in np.unique(groups[rows])]
            if groups is not None
            else None
        )
        for d in range(DRAWS):
            if members is None:
                chosen = rows[rng.integers(0, len(rows), len(rows))]
            else:
                chosen = np.concatenate(
                    [members[k] for k in rng.integers(0, len(members), len(members))]
                )
            for name, prediction in predicted.items():
                values[name][d, s] = spearman(prediction[chosen], screens.activity[chosen])
    return Drawn(values)


def _interval(values: Array) -> tuple[float, float]:
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
