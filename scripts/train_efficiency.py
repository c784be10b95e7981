"""Train the model of guide efficiency and judge it on guides that were left out.

    uv run python scripts/train_efficiency.py --data FOLDER [--out FOLDER] [--rule-set-3 FILE]

``FOLDER`` holds the screens (``efficiency/*.tsv`` of the development data). The split is made
before anything is fitted. Each fold is left out once; number of leaves, number of trees and the
baseline's penalty are chosen on inner folds of the rest. Writes the weights, with the digests of
data and scripts and the table of results inside, and the figure and table of
``docs/efficiency.md``. The same data and the same pinned packages give the same weights.

``--rule-set-3`` takes a TSV of 30-letter contexts and Rule Set 3 scores (see
``scripts/rule_set_3.py``), to be shown on the same rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from Bio.SeqUtils import MeltingTemp
from efficiency import evaluate, learn
from efficiency.figure import write_figure
from efficiency.screens import HUMAN, Screens, read_screens
from efficiency.split import FOLDS, check, components, folds, loci
from numpy.typing import NDArray

from ipse.core.sequence import complement
from ipse.genome.efficiency.forest import Forest
from ipse.genome.sites.pam import CODES

Array = NDArray[np.float64]
Rows = NDArray[np.float32]

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "src/ipse/genome/efficiency/data/spcas9.npz"
BODY = 310.15
"""Temperature duplex energies are taken at [K]."""
BINS = 20
"""Groups of equally many left-out guides from which the interval is read."""
PART = 80
"""Part of the left-out guides the interval holds [%]."""


def energies(table: dict[str, tuple[float, float]]) -> Array:
    """Energy at body temperature of each pair of neighbours of a Biopython table [kcal/mol]."""
    out = np.empty((4, 4))
    for i, a in enumerate(CODES):
        for j, b in enumerate(CODES):
            key = f"{a}{b}/{complement(a)}{complement(b)}"
            enthalpy, entropy = table.get(key) or table[key[::-1]]
            out[i, j] = enthalpy - BODY * entropy / 1000
    return out


class Fold:
    """Rows to learn from, with what is learned from them."""

    def __init__(self, screens: Screens, features: Rows, fold: NDArray[np.int64]) -> None:
        self.screens, self.features, self.fold = screens, features, fold
        self.target = learn.target(screens, loci(screens))
        self.weight = learn.weights(screens)

    def choose(self) -> tuple[float, int, int]:
        """Penalty, leaves and trees with the best mean over studies on inner folds."""
        n = len(self.screens)
        ridge = {penalty: np.empty(n) for penalty in learn.PENALTIES}
        trees = {(a, b): np.empty(n) for a in learn.LEAVES for b in learn.TREES}
        for k in np.unique(self.fold):
            inner = self.fold != k
            part = Fold(self.screens.take(inner), self.features[inner], self.fold[inner])
            for penalty in learn.PENALTIES:
                ridge[penalty][~inner] = part.ridge(penalty).predict(
                    self.features[~inner, learn.ONE_HOT]
                )
            for leaves in learn.LEAVES:
                grown = learn.grow(
                    part.features, part.target, part.weight, leaves, max(learn.TREES), 0
                )
                for number in learn.TREES:
                    trees[leaves, number][~inner] = grown.predict(
                        self.features[~inner], num_iteration=number
                    )

        def quality(predicted: Array) -> float:
            return evaluate.mean(evaluate.per_study(self.screens, predicted))

        penalty = max(ridge, key=lambda key: quality(ridge[key]))
        leaves, number = max(trees, key=lambda key: quality(trees[key]))
        return penalty, leaves, number

    def ridge(self, penalty: float) -> learn.Ridge:
        """Baseline."""
        rows = self.features[:, learn.ONE_HOT]
        return learn.Ridge.fit(rows, self.target, self.weight, penalty)

    def forest(self, leaves: int, number: int) -> Forest:
        """Mean of forests, one a seed."""
        grown = [
            learn.grow(self.features, self.target, self.weight, leaves, number, seed)
            for seed in learn.SEEDS
        ]
        forest = learn.as_arrays(grown)
        mean = np.mean([booster.predict(self.features[:500]) for booster in grown], axis=0)
        np.testing.assert_allclose(
            learn.predict(forest, self.features[:500]), mean, rtol=1e-5, atol=0
        )
        return forest


def left_out(
    screens: Screens, features: Rows, fold: NDArray[np.int64], human: NDArray[np.bool_]
) -> tuple[dict[str, Array], list[dict[str, Any]]]:
    """Predictions for every row by models that have not seen its fold; other species: the mean."""
    predicted = {name: np.zeros(len(screens)) for name in ("model", "ridge")}
    chosen = []
    for k in range(FOLDS):
        seen = human & (fold != k)
        part = Fold(screens.take(seen), features[seen], fold[seen])
        penalty, leaves, number = part.choose()
        chosen.append({"fold": k, "penalty": penalty, "leaves": leaves, "trees": number})
        print(chosen[-1], flush=True)
        found = {
            "model": learn.predict(part.forest(leaves, number), features),
            "ridge": part.ridge(penalty).predict(features[:, learn.ONE_HOT]),
        }
        for name, values in found.items():
            out = human & (fold == k)
            predicted[name][out] = values[out]
            predicted[name][~human] += values[~human] / FOLDS
    return predicted, chosen


def non_decreasing(values: Array) -> Array:
    """Closest non-decreasing sequence, by pooling neighbours (all weigh the same)."""
    blocks: list[list[float]] = []
    for value in values:
        blocks.append([value, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n), (b, m) = blocks[-2:]
            blocks[-2:] = [[(a * n + b * m) / (n + m), n + m]]
    return np.repeat([b[0] for b in blocks], [int(b[1]) for b in blocks])


def calibration(predicted: Array, target: Array, weight: Array) -> dict[str, Array]:
    """Mean, interval and percentile of a prediction, read from left-out guides."""
    slope, level = np.polyfit(predicted, target, 1, w=np.sqrt(weight))
    order = np.argsort(predicted, kind="stable")
    parts = np.array_split(order, BINS)
    tails = np.array([(100 - PART) / 2, (100 + PART) / 2])
    bounds = np.array([np.percentile(target[part], tails) for part in parts])
    return {
        "line": np.array([level, slope]),
        "interval_at": np.array([predicted[part].mean() for part in parts]),
        "interval_low": non_decreasing(bounds[:, 0]),
        "interval_high": non_decreasing(bounds[:, 1]),
        "percentiles": np.percentile(predicted, np.arange(101)),
    }


def coverage(predicted: Array, target: Array, weight: Array, fold: NDArray[np.int64]) -> float:
    """Part of the guides of a fold within the interval read from the other folds."""
    inside = 0
    for k in range(FOLDS):
        rest, own = fold != k, fold == k
        found = calibration(predicted[rest], target[rest], weight[rest])
        low, high = (
            np.interp(predicted[own], found["interval_at"], found[name])
            for name in ("interval_low", "interval_high")
        )
        inside += int(((target[own] >= low) & (target[own] <= high)).sum())
    return inside / len(predicted)


def results(screens: Screens, predicted: dict[str, Array], group: NDArray[np.int64]) -> Any:
    """Table of results on some rows: per study, and the mean over studies."""
    drawn = evaluate.draw(screens, predicted)
    grouped = evaluate.draw(screens, predicted, group)
    rows = []
    for s, study in enumerate(screens.studies):
        own = screens.study == study
        part = screens.take(own)
        row: dict[str, Any] = {"study": study, "guides": int(own.sum())}
        row["genes"] = len(set(part.gene.tolist()) - {""})
        for name, values in predicted.items():
            row[name] = evaluate.spearman(values[own], part.activity)
            row[f"{name} interval"] = drawn.interval(name, s)
            row[f"{name} within gene"] = evaluate.within_gene(part, values[own])
        row["gain interval"] = drawn.gain("model", "ridge", s)
        rows.append(row)
    mean = {name: float(np.mean([row[name] for row in rows])) for name in predicted}
    return {
        "studies": rows,
        "mean": mean,
        "mean interval": {name: drawn.mean(name) for name in predicted},
        "gain": mean["model"] - mean["ridge"],
        "gain interval": drawn.gain("model", "ridge"),
        "gain interval by component": grouped.gain("model", "ridge"),
    }


def script_digest() -> str:
    """SHA-256 over the scripts and the kernel that makes the features."""
    paths = [Path(__file__), *sorted((Path(__file__).parent / "efficiency").glob("*.py"))]
    paths.append(ROOT / "src/ipse/kernels/guide_features.py")
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def other_scores(path: Path | None, screens: Screens) -> dict[str, Array]:
    """Rule Set 3's score of every row, if a file of them is given."""
    if path is None:
        return {}
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    score = {line[0]: float(line[1]) for line in lines}
    return {"rule set 3": np.array([score[context] for context in screens.near])}


def plain(value: Any) -> Any:
    """Numbers to four decimals, for the table that is stored."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/efficiency")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--figure", type=Path, default=ROOT / "docs/efficiency.svg")
    parser.add_argument("--rule-set-3", type=Path, default=None)
    options = parser.parse_args()

    screens, digests = read_screens(options.data)
    component = components(screens)
    fold = folds(screens, component)
    check(screens, fold)
    known = screens.known
    screens, component, fold = screens.take(known), component[known], fold[known]
    human = screens.organism == HUMAN
    print(f"{len(screens)} guides, {component.max() + 1} components, {np.bincount(fold)} by fold")

    duplex, hybrid = energies(MeltingTemp.DNA_NN3), energies(MeltingTemp.R_DNA_NN1)
    features = screens.features(duplex, hybrid)
    predicted, chosen = left_out(screens, features, fold, human)
    shown = {**predicted, **other_scores(options.rule_set_3, screens)}

    def of(rows: NDArray[np.bool_]) -> Any:
        values = {name: value[rows] for name, value in shown.items()}
        return results(screens.take(rows), values, component[rows])

    everything = Fold(screens.take(human), features[human], fold[human])
    _, leaves, number = everything.choose()
    forest = everything.forest(leaves, number)
    truth = (predicted["model"][human], everything.target, everything.weight)
    about = {
        "name": "ipse-spcas9-1",
        "scripts": script_digest(),
        "data": digests,
        "guides": int(human.sum()),
        "leaves": leaves,
        "trees": number,
        "seeds": list(learn.SEEDS),
        "chosen": chosen,
        "human": of(human),
        "closed fold": of(human & (fold == 0)),
        "zebrafish": of(~human),
        "interval": f"{PART} %",
        "coverage": coverage(*truth, fold[human]),
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        "roots": forest.roots, "feature": forest.feature, "threshold": forest.threshold,
        "children": forest.children, "leaves": forest.leaves, "duplex": duplex, "hybrid": hybrid,
        **calibration(*truth),
    }  # fmt: skip
    with options.out.open("wb") as handle:
        np.savez_compressed(handle, about=np.array(json.dumps(plain(about))), **arrays)
    write_figure(options.figure, plain(about["human"]), plain(about["zebrafish"]))
    print(json.dumps(plain(about), indent=1))
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
