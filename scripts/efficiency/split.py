"""The split, made before anything is fitted.

Guides that may tell of one another stay together: those of one gene, those of one place of the
genome (which also joins a gene's two names and the guides of studies that name no gene), and those
whose protospacers are nearly the same, in whatever study. The connected components of the three
relations are dealt out to folds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efficiency.screens import Screens

FOLDS = 5
SEED = 20261125
NEAREST = 3
"""Protospacers with as many mismatches or fewer stay in one fold."""
APART = 100_000
"""Guides of one contig with less between neighbours stay in one fold [bp]."""


def near_pairs(guides: NDArray[np.uint8], most: int = NEAREST) -> NDArray[np.int64]:
    """All pairs of guides with at most so many mismatches: (pairs, 2), the lower row first."""
    n, length = guides.shape
    one_hot = (guides[:, :, None] == np.arange(4)).reshape(n, -1).astype(np.float32)
    found = []
    for start in range(0, n, 512):
        same = one_hot[start : start + 512] @ one_hot.T  # whole numbers: exact
        a, b = np.nonzero(same >= length - most)
        found.append(np.column_stack([a + start, b])[a + start < b])
    return np.concatenate(found)


def loci(screens: Screens) -> NDArray[np.int64]:
    """Number of the place of each row: a run of neighbours with gaps of at most ``APART``."""
    order = np.lexsort((screens.place, screens.contig, screens.organism))
    same = (screens.contig[order][1:] == screens.contig[order][:-1]) & (
        screens.organism[order][1:] == screens.organism[order][:-1]
    )
    near = np.diff(screens.place[order]) <= APART
    numbers = np.empty(len(screens), np.int64)
    numbers[order] = np.concatenate([[0], np.cumsum(~(same & near))])
    return numbers


def genes(screens: Screens) -> NDArray[np.int64]:
    """Number of the gene of each row; a row without a gene's name has a number of its own."""
    keys = [
        f"{organism} {gene}" if gene else f"row {row}"
        for row, (organism, gene) in enumerate(zip(screens.organism, screens.gene, strict=True))
    ]
    return np.unique(keys, return_inverse=True)[1]


def components(screens: Screens) -> NDArray[np.int64]:
    """Number of the connected component of each row over gene, place and near-identity."""
    parent = np.arange(len(screens))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = int(parent[row])
        return row

    def join(a: int, b: int) -> None:
        a, b = root(a), root(b)
        parent[max(a, b)] = min(a, b)

    for relation in (loci(screens), genes(screens)):
        first: dict[int, int] = {}
        for row, number in enumerate(relation.tolist()):
            join(row, first.setdefault(number, row))
    for a, b in near_pairs(screens.guide).tolist():
        join(a, b)
    return np.unique([root(row) for row in range(len(screens))], return_inverse=True)[1]


def folds(screens: Screens, component: NDArray[np.int64], number: int = FOLDS) -> NDArray[np.int64]:
    """Deal components out, large ones first, so that each study is spread evenly.

    A component goes where the sum of squares of the studies' shares grows least; equals go to the
    first fold. The order of equally large components is drawn with ``SEED``.
    """
    names = screens.studies
    study = np.searchsorted(names, screens.study)
    shares = np.zeros((component.max() + 1, len(names)))
    np.add.at(shares, (component, study), 1)
    sizes = shares.sum(axis=1)
    shares /= np.bincount(study)
    order = list(range(len(shares)))
    np.random.default_rng(SEED).shuffle(order)
    order.sort(key=lambda c: -sizes[c])
    load = np.zeros((number, len(names)))
    of_component = np.empty(len(shares), np.int64)
    for c in order:
        growth = [((row + shares[c]) ** 2).sum() - (row**2).sum() for row in load]
        of_component[c] = int(np.argmin(growth))
        load[of_component[c]] += shares[c]
    return of_component[component]


def check(screens: Screens, fold: NDArray[np.int64]) -> None:
    """Assert, over all pairs, that no fold shares gene, place or near-identical guide."""
    for relation in (loci(screens), genes(screens)):
        for number in np.unique(relation):
            assert len(set(fold[relation == number].tolist())) == 1
    pairs = near_pairs(screens.guide)
    assert (fold[pairs[:, 0]] == fold[pairs[:, 1]]).all()
