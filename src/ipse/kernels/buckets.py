"""Windows sorted into buckets by ten of their bases, and the buckets near a guide.

A window is 25 bases, nearest first, as two planes of 25 bits. The *near* bucket of a window is its
bases 0-9, its *far* bucket bases 10-19: each ``low | high << 10``. An entry of either order is a
word with the window's other bases and a position:

    bits 0-14    low plane of the other ten bases, then of bases 20-24
    bits 15-29   high plane of the same
    bit 30       strand
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint32, uint64
from numpy.typing import NDArray

from ipse.kernels.bitplanes import bits_from
from ipse.kernels.intrinsics import count_ones, prefetch

HALF = 10
EXTRA = 5
BASES = 2 * HALF + EXTRA
BUCKETS = 1 << (2 * HALF)
STRAND = 1 << 30
FREE = 1 << 8
"""A cost beyond any limit."""

_TEN = (1 << HALF) - 1
_FIVE = (1 << EXTRA) - 1
_FIFTEEN = (1 << (HALF + EXTRA)) - 1
_WINDOW = (1 << BASES) - 1
_AHEAD = 8
_LANE = 7

Words = NDArray[np.uint32]


@njit(cache=True, nogil=True)
def site_keys(
    high: NDArray[np.uint64],
    low: NDArray[np.uint64],
    other: NDArray[np.uint64],
    junctions: NDArray[np.int64],
    leftward: bool,
    complement: bool,
    nearest: int,
    most_other: int,
    keys: NDArray[np.uint64],
    kept: NDArray[np.int64],
) -> int:  # pragma: no cover
    """Keys of windows: low plane, high plane << 25, strand << 50.

    Parameters
    ----------
    high, low, other
        Planes of a stretch.
    junctions
        Bit of the first position on the right of each junction.
    leftward, complement
        Which side is read, and whether as the other strand reads it (which is the strand noted).
    nearest, most_other
        Windows with more other letters than ``most_other`` among the nearest are left out.
    keys, kept
        Key and junction of each window that is kept; their number is returned.
    """
    flip = uint64(_WINDOW) if complement else uint64(0)
    strand = uint64(1 << 50) if complement else uint64(0)
    some = uint64((1 << nearest) - 1)
    n = 0
    for junction in junctions:
        if leftward:
            start = junction - 64
            o = _reversed64(bits_from(other, start))
            h = _reversed64(bits_from(high, start))
            lo = _reversed64(bits_from(low, start))
        else:
            o, h, lo = (
                bits_from(other, junction),
                bits_from(high, junction),
                bits_from(low, junction),
            )
        if o & some and count_ones(o & some) > most_other:
            continue
        h = ((h ^ flip) & ~o) & uint64(_WINDOW)
        keys[n] = (lo & uint64(_WINDOW)) | (h << uint64(BASES)) | strand
        kept[n] = junction
        n += 1
    return n


@njit(cache=True, nogil=True, inline="always")
def _reversed64(x: Any) -> Any:  # pragma: no cover
    """Bits in the other order, by ever larger swaps."""
    a, b, c = uint64(0x5555555555555555), uint64(0x3333333333333333), uint64(0x0F0F0F0F0F0F0F0F)
    d, e = uint64(0x00FF00FF00FF00FF), uint64(0x0000FFFF0000FFFF)
    x = ((x >> uint64(1)) & a) | ((x & a) << uint64(1))
    x = ((x >> uint64(2)) & b) | ((x & b) << uint64(2))
    x = ((x >> uint64(4)) & c) | ((x & c) << uint64(4))
    x = ((x >> uint64(8)) & d) | ((x & d) << uint64(8))
    x = ((x >> uint64(16)) & e) | ((x & e) << uint64(16))
    return (x >> uint64(32)) | (x << uint64(32))


@njit(cache=True, nogil=True, inline="always")
def _bucket(key: Any, far: bool) -> Any:  # pragma: no cover
    shift = uint64(HALF if far else 0)
    low = (key >> shift) & uint64(_TEN)
    high = (key >> (shift + uint64(BASES))) & uint64(_TEN)
    return np.int64(low | (high << uint64(HALF)))


@njit(cache=True, nogil=True, inline="always")
def _word(key: Any, far: bool) -> Any:  # pragma: no cover
    """Entry of a key in an order."""
    shift = uint64(0 if far else HALF)
    low = (key >> shift) & uint64(_TEN)
    high = (key >> (shift + uint64(BASES))) & uint64(_TEN)
    more_low = (key >> uint64(2 * HALF)) & uint64(_FIVE)
    more_high = (key >> uint64(2 * HALF + BASES)) & uint64(_FIVE)
    strand = (key >> uint64(50)) & uint64(1)
    return uint32(
        low
        | (more_low << uint64(HALF))
        | (high << uint64(HALF + EXTRA))
        | (more_high << uint64(2 * HALF + EXTRA))
        | (strand << uint64(30))
    )


@njit(cache=True, nogil=True)
def count(
    keys: NDArray[np.uint64], far: bool, counts: NDArray[np.int64]
) -> None:  # pragma: no cover
    """Add the number of keys in each bucket of an order."""
    for key in keys:
        counts[_bucket(key, far)] += 1


@njit(cache=True, nogil=True)
def scatter(
    keys: NDArray[np.uint64],
    positions: Words,
    far: bool,
    cursors: NDArray[np.int64],
    words: Words,
    places: Words,
) -> None:  # pragma: no cover
    """Write entries to their buckets, in the order given.

    Parameters
    ----------
    keys, positions
        Sites.
    far
        Order to write.
    cursors
        (BUCKETS,): where the next entry of each bucket goes; moved on.
    words, places
        Entries and positions of the order.
    """
    for k in range(len(keys)):
        key = keys[k]
        bucket = _bucket(key, far)
        at = cursors[bucket]
        cursors[bucket] = at + 1
        words[at] = _word(key, far)
        places[at] = positions[k]


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
    ten = uint32(_TEN)
    mask = ten | (extra << uint32(HALF))
    half = ten
    n = first
    for guide in range(len(guides)):
        key = guides[guide]
        own = _bucket(key, far)
        word = _word(key, far)
        for k in range(differences):
            if k + _AHEAD < differences:
                prefetch(words, offsets[own ^ np.int64(bits[k + _AHEAD])])
            if k + 2 * _AHEAD < differences:
                prefetch(offsets, own ^ np.int64(bits[k + 2 * _AHEAD]))
            bucket = own ^ np.int64(bits[k])
            left = mismatches - weights[k]
            for at in range(offsets[bucket], offsets[bucket + 1]):
                x = words[at] ^ word
                wrong = (x | (x >> uint32(HALF + EXTRA))) & mask
                if np.int64(count_ones(uint32(wrong))) > left:
                    continue
                if far and np.int64(count_ones(uint32(wrong & half))) <= near_share:
                    continue
                if n < len(hits):
                    hits[n, 0] = guide
                    hits[n, 1] = places[at]
                    hits[n, 2] = (words[at] >> uint32(30)) & uint32(1)
                n += 1
    return n


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
        Buckets; written as far as it reaches.

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
                    out[n] = low | (high << HALF)
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
        Buckets to look into.
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
    own, use = np.zeros(2, np.uint64), np.zeros(2, np.uint64)
    for j in range(length):
        bit = uint64(1) << uint64(j)
        for plane in range(2):
            # Codes with and without this bit: a set with both does not care.
            with_bit, without = (10, 5) if plane == 0 else (12, 3)
            if (sets[j] & with_bit) and not (sets[j] & without):
                own[plane] |= bit
            if not ((sets[j] & with_bit) and (sets[j] & without)):
                use[plane] |= bit
    simple = target <= 1 and unpaired <= 1 and not (mixed and target and unpaired)
    shifts = target + unpaired + 1
    wrong = np.zeros(shifts, np.uint64)
    cost = np.empty((target + 1, unpaired + 1), np.int64)
    ten, fifteen = uint64(_TEN), uint64(_FIFTEEN)
    n = first
    for k in range(len(buckets)):
        if k + _AHEAD < len(buckets):
            prefetch(words, offsets[np.int64(buckets[k + _AHEAD])])
        if k + 2 * _AHEAD < len(buckets):
            prefetch(offsets, np.int64(buckets[k + 2 * _AHEAD]))
        bucket = np.int64(buckets[k])
        own_low, own_high = uint64(bucket & _TEN), uint64(bucket >> HALF)
        for at in range(offsets[bucket], offsets[bucket + 1]):
            word = uint64(words[at])
            low, high = word & fifteen, (word >> uint64(15)) & fifteen
            if far:
                low = (low & ten) | (own_low << uint64(10)) | ((low >> uint64(10)) << uint64(20))
                high = (
                    (high & ten) | (own_high << uint64(10)) | ((high >> uint64(10)) << uint64(20))
                )
            else:
                low = own_low | (low << uint64(10))
                high = own_high | (high << uint64(10))
            straight = _wrong_at(low, high, 0, own, use)
            if simple:
                fits = np.int64(count_ones(straight)) <= mismatches
                if not fits and target:
                    later = _wrong_at(low, high, 1, own, use)
                    fits = np.int64(count_ones(straight & later)) <= mismatches and (
                        _fewest_with_target_base(straight, later) <= mismatches
                    )
                if not fits and unpaired:
                    later = _wrong_at(low, high, -1, own, use)
                    # The unpaired guide base costs nothing wherever it would mismatch.
                    fits = np.int64(count_ones(straight & later)) <= mismatches + 1 and (
                        _fewest_with_guide_base(straight, later, length) <= mismatches
                    )
                if not fits:
                    continue
            else:
                everywhere = ~uint64(0)
                for s in range(shifts):
                    wrong[s] = _wrong_at(low, high, s - unpaired, own, use)
                    everywhere &= wrong[s]
                if np.int64(count_ones(everywhere)) > mismatches + unpaired:
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
def _wrong_at(
    low: Any, high: Any, shift: int, own: NDArray[np.uint64], use: NDArray[np.uint64]
) -> Any:  # pragma: no cover
    """Guide bases that mismatch the base ``shift`` places further on."""
    known = uint64(_WINDOW)
    if shift >= 0:
        up = uint64(shift)
        low, high, known = low >> up, high >> up, known >> up
    else:
        back = uint64(-shift)
        low, high = low << back, high << back
        known = (known << back) & ~((uint64(1) << back) - uint64(1))
    return (((low ^ own[0]) & use[0]) | ((high ^ own[1]) & use[1])) & known


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
