"""Slow twin of the efficiency model: features from their description, trees walked one by one."""

from __future__ import annotations

import itertools

import numpy as np
from Bio.SeqUtils import MeltingTemp

from ipse.core.sequence import complement
from ipse.genome.efficiency import ModelScorer

LETTERS = "ACTG"
PAIRS = ["".join(pair) for pair in itertools.product(LETTERS, repeat=2)]
BONDS = {"AT": 2, "TA": 2, "CG": 3, "GC": 3, "GT": 1, "TG": 1}


def energy(table: dict[str, tuple[float, float]], sequence: str) -> float:
    """Sum of nearest-neighbour energies at 37 degrees [kcal/mol]."""
    total = 0.0
    for k in range(len(sequence) - 1):
        key = f"{sequence[k : k + 2]}/{complement(sequence[k : k + 2])}"
        enthalpy, entropy = table[key] if key in table else table[key[::-1]]
        total += enthalpy - 310.15 * entropy / 1000
    return total


def gc(sequence: str) -> int:
    return sequence.count("G") + sequence.count("C")


def pairs(sequence: str) -> list[int]:
    found = [sequence[k : k + 2] for k in range(len(sequence) - 1)]
    return [found.count(pair) for pair in PAIRS]


def hairpin(guide: str) -> int:
    """Most hydrogen bonds of an unbroken stem around a loop of three letters or more."""
    best = 0
    for i in range(len(guide)):
        for j in range(i + 4, len(guide)):
            bonds, a, b = 0, i, j
            while a >= 0 and b < len(guide) and guide[a] + guide[b] in BONDS:
                bonds += BONDS[guide[a] + guide[b]]
                a, b = a - 1, b + 1
            best = max(best, bonds)
    return best


def features(context: str) -> list[float]:
    """Features of 30 + 20 + 50 letters."""
    near, guide = context[26:56], context[30:50]
    row: list[float] = [near[k] == letter for k in range(30) for letter in LETTERS]
    row += [near[k : k + 2] == pair for k in range(29) for pair in PAIRS]
    row += [gc(guide), gc(guide[:5]), gc(guide[:10]), gc(guide[10:]), gc(guide[15:])]
    row += [guide.count(letter) for letter in LETTERS]
    row += pairs(guide)
    for letter in LETTERS:
        row.append(max(n for n in range(21) if letter * n in guide))
    for a, b in ((0, 20), (0, 5), (5, 10), (5, 13), (10, 15), (12, 20), (13, 20), (16, 20)):
        row.append(energy(MeltingTemp.DNA_NN3, guide[a:b]))
        row.append(energy(MeltingTemp.R_DNA_NN1, guide[a:b]))
    row.append(hairpin(guide))
    row += [gc(context[a:b]) for a, b in ((0, 100), (0, 30), (10, 30), (53, 75), (53, 100))]
    return row + pairs(context)


def walk(forest: object, row: list[float]) -> float:
    """Sum of the leaves a row ends in."""
    total = 0.0
    for first, leaf in forest.roots.tolist():  # type: ignore[attr-defined]
        node = 0
        while node >= 0:
            at = first + node
            right = np.float32(row[forest.feature[at]]) > forest.threshold[at]  # type: ignore[attr-defined]
            node = int(forest.children[at, int(right)])  # type: ignore[attr-defined]
        total += float(forest.leaves[leaf - 1 - node])  # type: ignore[attr-defined]
    return total


def score(model: ModelScorer, context: str) -> tuple[float, float, float, float] | None:
    """Value, low, high and percentile; None where the score does not apply."""
    if set(context) - set("ACGT") or context[51:53] != "GG":
        return None
    raw = walk(model.forest, features(context))
    w = model.weights
    value = min(1.0, max(0.0, w["line"][0] + w["line"][1] * raw))
    return (
        value,
        min(value, between(raw, w["interval_at"], w["interval_low"])),
        max(value, between(raw, w["interval_at"], w["interval_high"])),
        between(raw, w["percentiles"], [k / 100 for k in range(101)]),
    )


def between(x: float, xs: object, ys: object) -> float:
    """Value on a broken line, level beyond its ends."""
    points = list(zip(xs, ys, strict=True))  # type: ignore[call-overload]
    if x <= points[0][0]:
        return float(points[0][1])
    for (a, low), (b, high) in itertools.pairwise(points):
        if x <= b:
            return float(low + (high - low) * (x - a) / (b - a))
    return float(points[-1][1])
