"""Windows sorted into buckets by ten of their bases.

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
from ipse.kernels.intrinsics import count_ones

HALF = 10
EXTRA = 5
BASES = 2 * HALF + EXTRA
BUCKETS = 1 << (2 * HALF)
STRAND = 1 << 30

TEN = (1 << HALF) - 1
FIVE = (1 << EXTRA) - 1
WINDOW = (1 << BASES) - 1

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
    flip = uint64(WINDOW) if complement else uint64(0)
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
        h = ((h ^ flip) & ~o) & uint64(WINDOW)
        keys[n] = (lo & uint64(WINDOW)) | (h << uint64(BASES)) | strand
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
def bucket_of(key: Any, far: bool) -> Any:  # pragma: no cover
    """Bucket of a key in an order."""
    shift = uint64(HALF if far else 0)
    low = (key >> shift) & uint64(TEN)
    high = (key >> (shift + uint64(BASES))) & uint64(TEN)
    return np.int64(low | (high << uint64(HALF)))


@njit(cache=True, nogil=True, inline="always")
def word_of(key: Any, far: bool) -> Any:  # pragma: no cover
    """Entry of a key in an order."""
    shift = uint64(0 if far else HALF)
    low = (key >> shift) & uint64(TEN)
    high = (key >> (shift + uint64(BASES))) & uint64(TEN)
    more_low = (key >> uint64(2 * HALF)) & uint64(FIVE)
    more_high = (key >> uint64(2 * HALF + BASES)) & uint64(FIVE)
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
        counts[bucket_of(key, far)] += 1


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
        bucket = bucket_of(key, far)
        at = cursors[bucket]
        cursors[bucket] = at + 1
        words[at] = word_of(key, far)
        places[at] = positions[k]
