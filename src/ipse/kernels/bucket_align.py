"""Guides with bulges or wildcards looked up in buckets: those that a half can align with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint32, uint64
from numpy.typing import NDArray

from ipse.kernels.bucket_match import AHEAD
from ipse.kernels.buckets import BUCKETS, EXTRA, HALF, TEN, WINDOW, Words
from ipse.kernels.intrinsics import count_ones, prefetch, trailing_zeros

FREE = 1 << 8
"""A cost beyond any limit."""
_FIFTEEN = (1 << 15) - 1
_LANE = 7
_HIGH = 32
_BUCKET = BUCKETS - 1


@njit(cache=True, nogil=True)
def neighbourhood(
    sets: NDArray[np.uint8],
    far: bool,
    share: int,
    target: int,
    guide: int,
    mixed: bool,
    out: Words,
) -> int:  # pragma: no cover
    """Buckets of all windows of which a half of a guide can align within its share.

    The ten bases of the half's bucket are grown one by one; at each, the least mismatches so far
    are known for each number of bulges before it. Mismatches of guide bases 0-9 count in the near
    half, those of all others in the far half; a guide base that the bucket's bases do not reach,
    and a base of the bucket beyond the guide, cost nothing.

    Parameters
    ----------
    sets
        (length,): codes each guide base pairs with, as bits, nearest first.
    far, share
        Which half, and its mismatches.
    target, guide, mixed
        Unpaired target and guide bases, and whether in one alignment.
    out
        Buckets, and from bit 20 on the least mismatches of each in this half; written as far as it
        reaches.

    Returns
    -------
    int
        Number of buckets.
    """
    length = len(sets)
    start = HALF if far else 0
    # A lane of a word for each number of bulges: bit k says that k mismatches suffice.
    lane = uint64((1 << (share + 1)) - 1)
    lanes, begin, skipped = uint64(0), uint64(0), uint64(0)
    same = np.zeros((HALF, 4), np.uint64)
    for d in range(target + 1):
        for r in range(guide + 1):
            if d and r and not mixed:
                continue
            shift = uint64(_LANE * (3 * d + r))
            lanes |= lane << shift
            if far or d == 0:
                begin |= lane << shift
            if r:
                skipped |= lane << shift
            for depth in range(HALF):
                j = start + depth - d + r
                for code in range(4):
                    free = j >= length or j < 0 or (j >= HALF) != far
                    if free or (sets[j] >> code) & 1:
                        same[depth, code] |= lane << shift
    now = np.zeros(HALF + 1, np.uint64)
    now[0] = begin
    letter = np.zeros(HALF + 1, np.int64)
    n, depth, low, high = 0, 0, 0, 0
    while depth >= 0:
        if depth == HALF or letter[depth] == 4:
            if depth == HALF:
                if n < len(out):
                    out[n] = low | (high << HALF) | (_least(now[HALF]) << (2 * HALF))
                n += 1
            depth -= 1
            continue
        code = letter[depth]
        letter[depth] += 1
        before, match = now[depth], same[depth, code]
        after = (before & match) | ((before & ~match) << uint64(1))
        after = (after | (before << uint64(3 * _LANE))) & lanes
        after |= (after << uint64(_LANE)) & skipped
        after |= (after << uint64(_LANE)) & skipped
        if after == 0:
            continue
        mask = (1 << depth) - 1
        low = (low & mask) | ((code & 1) << depth)
        high = (high & mask) | ((code >> 1) << depth)
        depth += 1
        now[depth] = after
        letter[depth] = 0
    return n


@njit(cache=True, nogil=True, inline="always")
def _least(lanes: Any) -> Any:  # pragma: no cover
    """Fewest mismatches that suffice in any lane."""
    some = lanes | (lanes >> uint64(3 * _LANE)) | (lanes >> uint64(6 * _LANE))
    some |= (some >> uint64(_LANE)) | (some >> uint64(2 * _LANE))
    return np.int64(trailing_zeros(some))


@njit(cache=True, nogil=True)
def align(
    offsets: NDArray[np.int64],
    words: Words,
    places: Words,
    far: bool,
    buckets: Words,
    guide: int,
    sets: NDArray[np.uint8],
    mismatches: int,
    target: int,
    unpaired: int,
    mixed: bool,
    hits: NDArray[np.int64],
    first: int,
) -> int:  # pragma: no cover
    """Windows in some buckets that may align with a guide within limits.

    Parameters
    ----------
    buckets
        Buckets to look into, as of :func:`neighbourhood`.
    guide
        Number of the guide, for the hits.
    sets
        Its bases, as of :func:`neighbourhood`.
    mismatches, target, unpaired, mixed
        Limits: mismatches, unpaired target bases, unpaired guide bases, and both in one.
    offsets, words, places, far, hits, first
        As of :func:`match`.

    Returns
    -------
    int
        Hits, whether they were written or not. Bases beyond the window count as matching.
    """
    length = len(sets)
    # Both planes of the guide in a word, the high one from bit 32 on, as are those of a window.
    own, use = uint64(0), uint64(0)
    for j in range(length):
        for plane in range(2):
            bit = uint64(1) << uint64(j + _HIGH * plane)
            # Codes with and without this bit: a set with both does not care.
            with_bit, without = (10, 5) if plane == 0 else (12, 3)
            if (sets[j] & with_bit) and not (sets[j] & without):
                own |= bit
            if not ((sets[j] & with_bit) and (sets[j] & without)):
                use |= bit
    simple = target <= 1 and unpaired <= 1 and not (mixed and target and unpaired)
    rest = uint64(TEN) if far else uint64(WINDOW) ^ uint64(TEN)
    shifts = target + unpaired + 1
    wrong = np.zeros(shifts, np.uint64)
    cost = np.empty((target + 1, unpaired + 1), np.int64)
    ten = uint64(TEN) | (uint64(TEN) << uint64(_HIGH))
    fifteen, high_at = uint64(_FIFTEEN), uint64(_HIGH - EXTRA - HALF)
    n = first
    for k in range(len(buckets)):
        if k + AHEAD < len(buckets):
            prefetch(words, offsets[np.int64(buckets[k + AHEAD]) & _BUCKET])
        if k + 2 * AHEAD < len(buckets):
            prefetch(offsets, np.int64(buckets[k + 2 * AHEAD]) & _BUCKET)
        bucket = np.int64(buckets[k]) & _BUCKET
        # Mismatches left for the bases of the other half.
        left = mismatches - np.int64(buckets[k] >> uint32(2 * HALF))
        half = uint64(bucket & TEN) | (uint64(bucket >> HALF) << uint64(_HIGH))
        half <<= uint64(HALF if far else 0)
        for at in range(offsets[bucket], offsets[bucket + 1]):
            word = uint64(words[at])
            planes = (word & fifteen) | ((word & (fifteen << uint64(15))) << high_at)
            if far:
                planes = (planes & ten) | ((planes & ~ten) << uint64(HALF)) | half
            else:
                planes = (planes << uint64(HALF)) | half
            straight = _wrong_at(planes, 0, own, use)
            if simple:
                fits = np.int64(count_ones(straight)) <= mismatches
                if not fits and target:
                    later = _wrong_at(planes, 1, own, use)
                    fits = (
                        np.int64(count_ones(straight & later & rest)) <= left
                        and _at_least(straight, later) <= mismatches
                        and _fewest_with_target_base(straight, later) <= mismatches
                    )
                if not fits and unpaired:
                    later = _wrong_at(planes, -1, own, use)
                    # The unpaired guide base costs nothing wherever it would mismatch.
                    fits = (
                        np.int64(count_ones(straight & later & rest)) <= left + 1
                        and _at_least(straight, later) <= mismatches + 1
                        and _fewest_with_guide_base(straight, later, length) <= mismatches
                    )
                if not fits:
                    continue
            else:
                everywhere = ~uint64(0)
                for s in range(shifts):
                    wrong[s] = _wrong_at(planes, s - unpaired, own, use)
                    everywhere &= wrong[s]
                if np.int64(count_ones(everywhere & rest)) > left + unpaired:
                    continue
                if _fewest(wrong, length, target, unpaired, mixed, cost) > mismatches:
                    continue
            if n < len(hits):
                hits[n, 0] = guide
                hits[n, 1] = places[at]
                hits[n, 2] = (words[at] >> uint32(30)) & uint32(1)
            n += 1
    return n


@njit(cache=True, nogil=True, inline="always")
def _wrong_at(planes: Any, shift: int, own: Any, use: Any) -> Any:  # pragma: no cover
    """Guide bases that mismatch the base ``shift`` places further on."""
    known = uint64(WINDOW)
    if shift >= 0:
        moved, known = planes >> uint64(shift), known >> uint64(shift)
    else:
        moved = planes << uint64(-shift)
        known = (known << uint64(-shift)) & ~((uint64(1) << uint64(-shift)) - uint64(1))
    differing = (moved ^ own) & use
    return (differing | (differing >> uint64(_HIGH))) & known


@njit(cache=True, nogil=True, inline="always")
def _at_least(straight: Any, later: Any) -> Any:  # pragma: no cover
    """Number of mismatches below which none can be with one bulge, wherever it is.

    Of the half that the bulge is not in, all bases are read straight, or all later.
    """
    near, both = uint64(TEN), straight & later
    in_near = count_ones(both & near) + count_ones(later & ~near)
    in_far = count_ones(straight & near) + count_ones(both & ~near)
    return np.int64(min(in_near, in_far))


@njit(cache=True, nogil=True, inline="always")
def _fewest_with_target_base(straight: Any, later: Any) -> Any:  # pragma: no cover
    """Fewest mismatches with one unpaired target base: straight before it, one later after."""
    now = np.int64(count_ones(later))
    fewest = now
    changes = straight ^ later
    while changes:
        bit = changes & (~changes + uint64(1))
        now += 1 if straight & bit else -1
        fewest = min(fewest, now)
        changes ^= bit
    return fewest


@njit(cache=True, nogil=True, inline="always")
def _fewest_with_guide_base(straight: Any, later: Any, length: int) -> Any:  # pragma: no cover
    """Fewest mismatches with one unpaired guide base, which is not the last."""
    now = np.int64(count_ones(later))
    fewest = now
    # Only where a later mismatch is spared, or more are to come, can the count be least.
    places = (straight | later) & ((uint64(1) << uint64(length - 1)) - uint64(1))
    while places:
        bit = places & (~places + uint64(1))
        if later & bit:
            now -= 1
            fewest = min(fewest, now)
        if straight & bit:
            now += 1
        places ^= bit
    return fewest


@njit(cache=True, nogil=True)
def _fewest(
    wrong: NDArray[np.uint64],
    length: int,
    target: int,
    unpaired: int,
    mixed: bool,
    cost: NDArray[np.int64],
) -> int:  # pragma: no cover
    """Fewest mismatches over all ways to place bulges."""
    cost[:, :] = FREE
    cost[0, 0] = 0
    for j in range(length):
        for d in range(target):
            for r in range(unpaired + 1):
                if mixed or r == 0:
                    cost[d + 1, r] = min(cost[d + 1, r], cost[d, r])
        for d in range(target + 1):
            # From many skipped guide bases to few: each takes over what was before this base.
            for r in range(unpaired, -1, -1):
                if d and r and not mixed:
                    continue
                here = (wrong[d - r + unpaired] >> uint64(j)) & uint64(1)
                best = cost[d, r] + np.int64(here)
                if r > 0 and j < length - 1:
                    best = min(best, cost[d, r - 1])
                cost[d, r] = best
    fewest = FREE
    for d in range(target + 1):
        for r in range(unpaired + 1):
            fewest = min(fewest, cost[d, r])
    return fewest
