"""Guides with bulges or wildcards looked up in buckets: those that a half can align with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint32, uint64
from numpy.typing import NDArray

from ipse.kernels import lanes
from ipse.kernels.bucket_match import AHEAD, LINE
from ipse.kernels.buckets import EXTRA, HALF, TEN, WINDOW, Words
from ipse.kernels.intrinsics import count_ones, prefetch, trailing_zeros
from ipse.kernels.lanes import LANES, may_align

FREE = 1 << 8
"""A cost beyond any limit."""
MOST_SHARE = 5
"""Most mismatches of a half."""
LEAST = 4
"""Bits of a number of mismatches beside a bucket."""
_FIFTEEN = (1 << 15) - 1
_LANE = 7
_HIGH = 32


@njit(cache=True, nogil=True)
def neighbourhood(
    sets: NDArray[np.uint8],
    far: bool,
    share: int,
    target: int,
    guide: int,
    mixed: bool,
    target_between: int,
    guide_between: int,
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
        Which half, and its mismatches, at most ``MOST_SHARE``.
    target, guide, mixed
        Unpaired target and guide bases, and whether in one alignment.
    target_between, guide_between
        Those of them that stand before the eleventh base of the window, the first of the far
        bucket: the near half ends with so many, the far half begins with them.
    out
        Buckets, and in the lowest ``LEAST`` bits the least mismatches of each in this half;
        written as far as it reaches.

    Returns
    -------
    int
        Number of buckets.
    """
    length = len(sets)
    start = HALF if far else 0
    # A lane of a word for each number of bulges: bit k says that k mismatches suffice.
    lane = uint64((1 << (share + 1)) - 1)
    allowed, begin, ending, skipped = uint64(0), uint64(0), uint64(0), uint64(0)
    same = np.zeros((HALF, 4), np.uint64)
    for d in range(target + 1):
        for r in range(guide + 1):
            if d and r and not mixed:
                continue
            shift = uint64(_LANE * (3 * d + r))
            allowed |= lane << shift
            between = d == target_between and r == guide_between
            if between if far else d == 0:
                begin |= lane << shift
            if far or between:
                ending |= lane << shift
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
            if depth == HALF and now[HALF] & ending:
                if n < len(out):
                    bucket = low | (high << HALF)
                    out[n] = (bucket << LEAST) | _least(now[HALF] & ending)
                n += 1
            depth -= 1
            continue
        code = letter[depth]
        letter[depth] += 1
        before, match = now[depth], same[depth, code]
        after = (before & match) | ((before & ~match) << uint64(1))
        after = (after | (before << uint64(3 * _LANE))) & allowed
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
def _least(states: Any) -> Any:  # pragma: no cover
    """Fewest mismatches that suffice in any lane."""
    some = states | (states >> uint64(3 * _LANE)) | (states >> uint64(6 * _LANE))
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
    own, use = _guide_planes(sets)
    simple = target <= 1 and unpaired <= 1 and not (mixed and target and unpaired)
    rest = uint64(TEN) if far else uint64(WINDOW) ^ uint64(TEN)
    asked = _asked(own, use, rest, mismatches, target, unpaired)
    wrong = np.zeros(target + unpaired + 1, np.uint64)
    cost = np.empty((target + 1, unpaired + 1), np.int64)
    last = len(words) - LANES
    n = first
    for k in range(len(buckets)):
        if k + AHEAD < len(buckets):
            ahead = offsets[np.int64(buckets[k + AHEAD] >> uint32(LEAST))]
            prefetch(words, ahead)
            prefetch(words, ahead + LINE)
        if k + 2 * AHEAD < len(buckets):
            prefetch(offsets, np.int64(buckets[k + 2 * AHEAD] >> uint32(LEAST)))
        bucket = np.int64(buckets[k] >> uint32(LEAST))
        # Mismatches left for the bases of the other half.
        left = mismatches - np.int64(buckets[k] & uint32((1 << LEAST) - 1))
        low, high = uint32(bucket & TEN), uint32(bucket >> HALF)
        end = offsets[bucket + 1]
        for begin in range(offsets[bucket], end, LANES):
            # The last entries of all are read with some before them.
            base = min(begin, last)
            found = uint64((1 << LANES) - 1)
            if simple:
                found = may_align(words, base, low, high, np.uint8(far), np.int32(left), asked)
                found >>= uint64(begin - base)
            if end - begin < LANES:
                found &= (uint64(1) << uint64(end - begin)) - uint64(1)
            while found:
                at = begin + np.int64(trailing_zeros(found))
                found &= found - uint64(1)
                planes = _window(words[at], bucket, far)
                if simple:
                    if not _one_bulge(planes, own, use, length, mismatches, target, unpaired):
                        continue
                else:
                    everywhere = ~uint64(0)
                    for s in range(len(wrong)):
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


@njit(cache=True, nogil=True)
def _guide_planes(sets: NDArray[np.uint8]) -> tuple[Any, Any]:  # pragma: no cover
    """Planes of a guide, the high one from bit 32 on, and which of their bits count."""
    own, use = uint64(0), uint64(0)
    for j in range(len(sets)):
        for plane in range(2):
            bit = uint64(1) << uint64(j + _HIGH * plane)
            # Codes with and without this bit: a set with both does not care.
            with_bit, without = (10, 5) if plane == 0 else (12, 3)
            if (sets[j] & with_bit) and not (sets[j] & without):
                own |= bit
            if not ((sets[j] & with_bit) and (sets[j] & without)):
                use |= bit
    return own, use


@njit(cache=True, nogil=True)
def _asked(
    own: Any, use: Any, rest: Any, mismatches: int, target: int, unpaired: int
) -> Words:  # pragma: no cover
    """What :func:`ipse.kernels.lanes.may_align` is asked; -1 for a bulge that is not allowed."""
    asked = np.zeros(lanes.SLOTS, np.uint32)
    asked[lanes.OWN_LOW], asked[lanes.OWN_HIGH] = uint32(own), uint32(own >> uint64(_HIGH))
    asked[lanes.USE_LOW], asked[lanes.USE_HIGH] = uint32(use), uint32(use >> uint64(_HIGH))
    asked[lanes.REST], asked[lanes.STRAIGHT] = uint32(rest), uint32(mismatches)
    asked[lanes.TARGET] = uint32(mismatches if target else -1)
    # The guide base that is left out spares a mismatch.
    asked[lanes.GUIDE] = uint32(mismatches + 1 if unpaired else -1)
    return asked


@njit(cache=True, nogil=True, inline="always")
def _window(entry: Any, bucket: Any, far: bool) -> Any:  # pragma: no cover
    """Planes of a window, the high one from bit 32 on, by its entry and its bucket."""
    word, fifteen = uint64(entry), uint64(_FIFTEEN)
    planes = (word & fifteen) | ((word & (fifteen << uint64(15))) << uint64(_HIGH - EXTRA - HALF))
    half = uint64(bucket & TEN) | (uint64(bucket >> HALF) << uint64(_HIGH))
    if far:
        ten = uint64(TEN) | (uint64(TEN) << uint64(_HIGH))
        return (planes & ten) | ((planes & ~ten) << uint64(HALF)) | (half << uint64(HALF))
    return (planes << uint64(HALF)) | half


@njit(cache=True, nogil=True, inline="always")
def _one_bulge(
    planes: Any, own: Any, use: Any, length: int, mismatches: int, target: int, unpaired: int
) -> bool:  # pragma: no cover
    """Whether a window aligns with at most one bulge."""
    straight = _wrong_at(planes, 0, own, use)
    if np.int64(count_ones(straight)) <= mismatches:
        return True
    if target:
        later = _wrong_at(planes, 1, own, use)
        if _fewest_with_target_base(straight, later) <= mismatches:
            return True
    if unpaired:
        later = _wrong_at(planes, -1, own, use)
        return bool(_fewest_with_guide_base(straight, later, length) <= mismatches)
    return False


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
