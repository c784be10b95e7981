"""Scores that are products over the positions of two aligned words."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


@njit(cache=True, nogil=True)
def product(
    a: Bytes, b: Bytes, factors: NDArray[np.float64], out: NDArray[np.float64]
) -> None:  # pragma: no cover
    """Product of ``factors[k, a[k], b[k]]`` over the positions where two words differ.

    Parameters
    ----------
    a, b
        (n, length): codes.
    factors
        (length, codes, codes).
    out
        (n,); NaN where a code has no factor.
    """
    codes = factors.shape[1]
    for n in range(len(a)):
        value = 1.0
        for k in range(a.shape[1]):
            if a[n, k] >= codes or b[n, k] >= codes:
                value = np.nan
                break
            if a[n, k] != b[n, k]:
                value *= factors[k, a[n, k], b[n, k]]
        out[n] = value


@njit(cache=True, nogil=True)
def spread(a: Bytes, b: Bytes, out: NDArray[np.int64]) -> None:  # pragma: no cover
    """Number of positions where two words differ, and places of the first and the last.

    Parameters
    ----------
    a, b
        (n, length): codes.
    out
        (n, 3).
    """
    for n in range(len(a)):
        number, first, last = 0, 0, 0
        for k in range(a.shape[1]):
            if a[n, k] != b[n, k]:
                if number == 0:
                    first = k
                last = k
                number += 1
        out[n, 0], out[n, 1], out[n, 2] = number, first, last
