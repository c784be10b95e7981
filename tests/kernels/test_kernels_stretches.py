"""Stretches touched, against all of them tried one by one."""

from __future__ import annotations

import random

import numpy as np

from ipse.kernels import stretches


def test_the_last_stretch_that_is_touched() -> None:
    rng = random.Random(3)
    for number in (0, 1, 200):
        edges = sorted(rng.sample(range(40_000), 2 * number))
        begins, ends = (np.array(edges[k::2], np.int64) for k in (0, 1))
        low = np.array([rng.randrange(-100, 41_000) for _ in range(500)], np.int64)
        high = low + np.array([rng.randrange(1, 60) for _ in range(500)])
        out = np.empty(500, np.int64)
        stretches.last_touched(begins, ends, stretches.bins(begins), low, high, out)
        for a, b, got in zip(low.tolist(), high.tolist(), out.tolist(), strict=True):
            before = [k for k in range(number) if begins[k] < b]
            assert got == (before[-1] if before and ends[before[-1]] > a else -1)
