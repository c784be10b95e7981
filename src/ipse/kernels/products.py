"""Products over the positions where two aligned words differ."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


@njit(cache=True, nogil=True)
def products(
    a: Bytes,
    which: NDArray[np.int64],
    b: Bytes,
    codes: Bytes,
    factors: NDArray[np.float64],
    out: NDArray[np.float64],
    spread: NDArray[np.int64],
) -> None:  # pragma: no cover
    """Products of ``factors[s, k, a[k], b[k]]`` over the positions where two words differ.

    Parameters
    ----------
    a
        (words, length): letters.
    which
        (n,): word of ``a`` that each word of ``b`` is compared with.
    b
        (n, length): letters.
    codes
        (256,): code of a letter.
    factors
        (sets, length, codes, codes).
    out
        (sets, n): one product for each set of factors; NaN where a letter's code has none.
    spread
        (3, n): number of positions where the words differ, the first and the last of them.
    """
    sets, length, known = factors.shape[0], factors.shape[1], factors.shape[2]
    for n in range(len(which)):
        number, first, last = 0, 0, 0
        out[:, n] = 1.0
        for k in range(length):
            x, y = codes[a[which[n], k]], codes[b[n, k]]
            if x >= known or y >= known:
                out[:, n] = np.nan
            elif x != y:
                if number == 0:
                    first = k
                last = k
                number += 1
                for s in range(sets):
                    out[s, n] *= factors[s, k, x, y]
        spread[0, n], spread[1, n], spread[2, n] = number, first, last
