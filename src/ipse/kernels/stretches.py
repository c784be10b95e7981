"""Which of many ascending stretches others touch."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

BIN = 12
"""Stretches are looked for from the first of 2^BIN places on."""


def bins(begins: Numbers) -> Numbers:
    """Number of stretches that begin before each bin, for :func:`last_touched`."""
    last = int(begins[-1]) >> BIN if len(begins) else 0
    edges = np.arange(last + 2, dtype=np.int64) << BIN
    return np.searchsorted(begins, edges, side="left").astype(np.int64)


@njit(cache=True, nogil=True)
def last_touched(
    begins: Numbers, ends: Numbers, binned: Numbers, low: Numbers, high: Numbers, out: Numbers
) -> None:  # pragma: no cover
    """The last stretch that begins before the end of each other and ends after its begin.

    Parameters
    ----------
    begins, ends
        Stretches, both ascending, 0-based half-open.
    binned
        As of :func:`bins`.
    low, high
        (n,): the others, 0-based half-open.
    out
        (n,): place of the stretch, -1 if the last that begins before ends too soon.
    """
    for n in range(len(low)):
        at = max(0, min(high[n] >> BIN, len(binned) - 1))
        k = binned[at]
        while k < len(begins) and begins[k] < high[n]:
            k += 1
        out[n] = k - 1 if k > 0 and ends[k - 1] > low[n] else -1
