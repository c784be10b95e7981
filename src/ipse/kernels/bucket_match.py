"""Guides without bulges looked up in buckets: those whose ten bases differ in few places."""

from __future__ import annotations

import numpy as np
from numba import njit, uint32, uint64
from numpy.typing import NDArray

from ipse.kernels.buckets import EXTRA, HALF, TEN, Words, bucket_of, word_of
from ipse.kernels.intrinsics import count_ones, prefetch, trailing_zeros
from ipse.kernels.lanes import LANES, within

AHEAD = 16
"""Buckets from the one in hand to the one whose entries are asked for."""
LINE = 16
"""Entries of a cache line."""


@njit(cache=True, nogil=True)
def flips(most: int, bits: Words, weights: NDArray[np.int64]) -> int:  # pragma: no cover
    """Differences of two ten-base words in at most so many bases, as ``low | high << 10``.

    Those of fewer bases come first; their number is returned.
    """
    n = 0
    for weight in range(most + 1):
        for value in range(1 << HALF):
            if count_ones(uint64(value)) != weight:
                continue
            # Every nonzero (low, high) pair at every chosen base.
            for low in range(1 << HALF):
                if low & ~value:
                    continue
                rest = value & ~low
                # Bases of `low` may have high 0 or 1; the rest must have high 1.
                high = low
                while True:
                    bits[n] = low | ((rest | high) << HALF)
                    weights[n] = weight
                    n += 1
                    if high == 0:
                        break
                    high = (high - 1) & low
    return n


@njit(cache=True, nogil=True)
def match(
    offsets: NDArray[np.int64],
    words: Words,
    places: Words,
    far: bool,
    guides: NDArray[np.uint64],
    length: int,
    near_share: int,
    mismatches: int,
    bits: Words,
    weights: NDArray[np.int64],
    differences: int,
    hits: NDArray[np.int64],
    first: int,
) -> int:  # pragma: no cover
    """Windows within so many mismatches of guides of 20 to 25 plain bases, by one order.

    Every match is found once: in the near order if its near half has at most ``near_share``
    mismatches, in the far order if it has more.

    Parameters
    ----------
    offsets, words, places
        An order: entries of bucket b are ``offsets[b]`` to ``offsets[b + 1]``.
    far
        Which order.
    guides
        Keys of the guides.
    length
        Guide bases.
    near_share, mismatches
        Mismatches allowed in the near half of a match of the near order, and in all.
    bits, weights, differences
        As made by :func:`flips`, for the half that is looked up.
    hits
        (capacity, 3): guide, position, strand.
    first
        Hits that stand there already.

    Returns
    -------
    int
        Hits, whether they were written or not.
    """
    extra = uint32((1 << (length - 2 * HALF)) - 1)
    ten = uint32(TEN)
    mask = ten | (extra << uint32(HALF))
    last = len(words) - LANES
    n = first
    for guide in range(len(guides)):
        key = guides[guide]
        own = bucket_of(key, far)
        word = word_of(key, far)
        for k in range(differences):
            if k + AHEAD < differences:
                ahead = offsets[own ^ np.int64(bits[k + AHEAD])]
                prefetch(words, ahead)
                prefetch(words, ahead + LINE)
            if k + 2 * AHEAD < differences:
                prefetch(offsets, own ^ np.int64(bits[k + 2 * AHEAD]))
            bucket = own ^ np.int64(bits[k])
            left = mismatches - weights[k]
            end = offsets[bucket + 1]
            for begin in range(offsets[bucket], end, LANES):
                # The last entries of all are read with some before them.
                base = min(begin, last)
                found = within(words, base, word, mask, np.int32(left)) >> uint64(begin - base)
                if end - begin < LANES:
                    found &= (uint64(1) << uint64(end - begin)) - uint64(1)
                while found:
                    at = begin + np.int64(trailing_zeros(found))
                    found &= found - uint64(1)
                    if far:
                        x = words[at] ^ word
                        wrong = (x | (x >> uint32(HALF + EXTRA))) & ten
                        if np.int64(count_ones(uint32(wrong))) <= near_share:
                            continue
                    if n < len(hits):
                        hits[n, 0] = guide
                        hits[n, 1] = places[at]
                        hits[n, 2] = (words[at] >> uint32(30)) & uint32(1)
                    n += 1
    return n
