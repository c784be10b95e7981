"""The training scripts: a split that keeps relatives together, and the same weights every time."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import train_efficiency  # noqa: E402
from efficiency import evaluate, learn, screens, split  # noqa: E402

from ipse.genome.efficiency import ModelScorer  # noqa: E402


def made(rng: np.random.Generator, n: int) -> screens.Screens:
    """Screens of two studies with few genes, near copies among their guides."""
    context = rng.integers(0, 4, (n, 100)).astype(np.uint8)
    for row in range(1, n, 5):  # near copies of other guides, in any gene
        context[row, 30:50] = context[rng.integers(0, row), 30:50]
        for _ in range(rng.integers(0, 6)):
            context[row, rng.integers(30, 50)] = rng.integers(0, 4)
    study = rng.choice(["one", "two"], n)
    return screens.Screens(
        study,
        np.full(n, screens.HUMAN),
        np.where(study == "one", rng.choice(["A", "B", "C", "D", "E", "F", ""], n), ""),
        rng.choice(["chr1", "chr2"], n),
        rng.integers(0, 10_000_000, n),
        context[:, 30:50].copy(),
        context,
        np.full(n, "A" * 30),
        rng.normal(size=n) + (context[:, 49] == 3),
    )


@settings(max_examples=15)
@given(st.integers(0, 10**9))
def test_no_relatives_on_two_sides_of_the_split(seed: int) -> None:
    data = made(np.random.default_rng(seed), 60)
    fold = split.folds(data, split.components(data), 3)
    for a, b in itertools.combinations(range(len(data)), 2):
        same_gene = data.gene[a] == data.gene[b] != ""
        near = (data.guide[a] != data.guide[b]).sum() <= 3
        close = data.contig[a] == data.contig[b] and abs(data.place[a] - data.place[b]) <= 100_000
        assert fold[a] == fold[b] or not (same_gene or near or close)
    split.check(data, fold)
    other = fold.copy()
    pairs = split.near_pairs(data.guide)
    if len(pairs):
        other[pairs[0, 0]] = 7
        with pytest.raises(AssertionError):
            split.check(data, other)


@settings(max_examples=15)
@given(st.integers(0, 10**9))
def test_near_pairs_are_all_pairs_within_three_mismatches(seed: int) -> None:
    guides = made(np.random.default_rng(seed), 40).guide
    expected = [
        [a, b]
        for a, b in itertools.combinations(range(len(guides)), 2)
        if (guides[a] != guides[b]).sum() <= 3
    ]
    assert sorted(split.near_pairs(guides).tolist()) == expected


def test_the_real_split_parts_no_relatives(shared_data: Path) -> None:
    data, digests = screens.read_screens(shared_data / "efficiency")
    component = split.components(data)
    fold = split.folds(data, component)
    split.check(data, fold)
    assert digests == ModelScorer.shipped().about["data"]
    human = data.organism == screens.HUMAN
    assert human.sum() == ModelScorer.shipped().about["guides"]
    assert (~data.known).sum() == 1
    # Screens of the same essential genes share guides: the relation across studies is not empty.
    pairs = split.near_pairs(data.guide)
    assert (data.study[pairs[:, 0]] != data.study[pairs[:, 1]]).sum() > 200
    for study in data.studies:
        shares = np.bincount(fold[data.study == study], minlength=split.FOLDS)
        if study != "Doench2014":  # three genes only
            assert shares.min() > 0.15 * shares.sum()


def test_the_same_rows_give_the_same_trees_and_those_lightgbm_grew() -> None:
    rng = np.random.default_rng(5)
    data = made(rng, 300)
    energies = np.zeros((4, 4)), rng.random((4, 4))
    rows = data.features(*energies)
    wanted, weight = learn.target(data, split.loci(data)), learn.weights(data)
    first, second = (
        learn.as_arrays([learn.grow(rows, wanted, weight, 7, 20, seed) for seed in (1, 2)])
        for _ in range(2)
    )
    for name in ("roots", "feature", "threshold", "children", "leaves"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    grown = [learn.grow(rows, wanted, weight, 7, 20, seed).predict(rows) for seed in (1, 2)]
    np.testing.assert_allclose(learn.predict(first, rows), np.mean(grown, 0), rtol=1e-5, atol=0)


def test_the_ridge_is_where_its_gradient_vanishes() -> None:
    rng = np.random.default_rng(6)
    rows = rng.integers(0, 2, (80, 12)).astype(np.float32)
    wanted, weight = rng.normal(size=80), rng.random(80)
    ridge = learn.Ridge.fit(rows, wanted, weight, 3.0)
    rest = weight * (wanted - ridge.predict(rows))
    assert abs(rest.sum()) < 1e-10
    np.testing.assert_allclose(rows.T @ rest, 3.0 * ridge.slope, rtol=1e-6, atol=0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=12))
def test_spearman_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array(pairs, float).T
    got = evaluate.spearman(a, b)
    if len(set(a)) == 1 or len(set(b)) == 1:
        assert np.isnan(got)
    else:
        assert got == pytest.approx(spearmanr(a, b)[0], rel=1e-9, abs=1e-12)


def test_the_weights_come_from_these_scripts() -> None:
    assert train_efficiency.script_digest() == ModelScorer.shipped().about["scripts"]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10))
def test_pooling_neighbours_gives_the_closest_rising_sequence(values: list[int]) -> None:
    got = train_efficiency.non_decreasing(np.array(values, float))
    assert (np.diff(got) >= 0).all()
    # The minimax formula of isotonic regression.
    for k in range(len(values)):
        best = max(
            min(np.mean(values[a : b + 1]) for b in range(k, len(values))) for a in range(k + 1)
        )
        assert got[k] == pytest.approx(best, rel=1e-9, abs=1e-12)
