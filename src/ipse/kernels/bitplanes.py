"""Sequence as bit planes: one bit a position, 64 positions a word.

A letter is three bits: ``high`` and ``low`` of its code (A 00, C 01, T 10, G 11, so that the
complement flips ``high``) and ``other`` for anything that is not A, C, G or T. The code is bits 2
and 1 of the ASCII letter. Planes of a stretch begin with a word of ``other`` and end with two, so
that whatever lies beside the stretch may be read.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint32, uint64
from numpy.typing import NDArray

from ipse.kernels.intrinsics import ascii_bits, count_ones, trailing_zeros

Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]

MARGIN = 64
"""Bit of the first letter of a stretch."""
WINDOW = 32
"""Positions of a window."""
GROUP = 256
"""Sites of a group of windows: 32 rows of 8 words of 32 bits."""
ANY = 31
"""Set of all codes: bits for A, C, T, G, and anything else."""


def plane_words(letters: int) -> int:
    """Words of a plane of so many letters with its margins."""
    return (letters + 63) // 64 + 3


@njit(cache=True, nogil=True)
def pack(letters: Bytes, high: Words, low: Words, other: Words) -> None:  # pragma: no cover
    """Write the planes of ASCII letters of either case.

    Parameters
    ----------
    letters
        Contiguous ASCII.
    high, low, other
        Planes of ``plane_words(len(letters))`` words.
    """
    n = len(letters)
    high[0], low[0], other[0] = 0, 0, ~uint64(0)
    for word in range(n // 64):
        h, lo, o = ascii_bits(letters, word * 64)
        high[word + 1], low[word + 1], other[word + 1] = h, lo, o
    last = n // 64 + 1
    high[last:] = 0
    low[last:] = 0
    other[last:] = ~uint64(0)
    if n % 64:
        rest = np.zeros(64, np.uint8)
        rest[: n % 64] = letters[n - n % 64 :]
        h, lo, o = ascii_bits(rest, 0)
        high[last], low[last], other[last] = h, lo, o


@njit(cache=True, nogil=True, inline="always")
def bits_from(plane: Words, bit: int) -> int:  # pragma: no cover
    """64 bits of a plane from any bit on."""
    word, shift = bit >> 6, uint64(bit & 63)
    # Two shifts, so that a shift by 64 is one by 63 and one by 1.
    return (plane[word] >> shift) | (  # type: ignore[no-any-return]
        (plane[word + 1] << uint64(1)) << (uint64(63) - shift)
    )


@njit(cache=True, nogil=True)
def base_planes(
    high: Words, low: Words, other: Words, complement: bool, out: NDArray[np.uint64]
) -> None:  # pragma: no cover
    """One plane a base: ``out[code]`` has the positions with that code (complemented if asked)."""
    flip = 2 if complement else 0
    for word in range(len(high)):
        h, lo, known = high[word], low[word], ~other[word]
        out[flip, word] = ~h & ~lo & known
        out[flip ^ 1, word] = ~h & lo & known
        out[flip ^ 2, word] = h & ~lo & known
        out[flip ^ 3, word] = h & lo & known


@njit(cache=True, nogil=True)
def match_pattern(
    bases: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    sets: Bytes,
    first: int,
    last: int,
    out: Words,
) -> int:  # pragma: no cover
    """Mark the bits ``p`` of ``first`` to ``last`` (exclusive) where a pattern matches.

    Parameters
    ----------
    bases
        (4, words) planes by base.
    offsets, sets
        The code at bit ``p + offsets[k]`` must be in ``sets[k]``, for every k; ``ANY`` asks for
        nothing.
    out
        Plane to write; bits outside the range are cleared.

    Returns
    -------
    int
        Number of matches.
    """
    begin, end = first >> 6, (last + 63) >> 6
    out[:] = 0
    if first >= last:
        return 0
    out[begin:end] = ~uint64(0)
    for k in range(len(offsets)):
        if sets[k] == ANY:
            continue
        every, none = ~uint64(0), uint64(0)
        use0 = every if sets[k] & 1 else none
        use1 = every if sets[k] & 2 else none
        use2 = every if sets[k] & 4 else none
        use3 = every if sets[k] & 8 else none
        for word in range(begin, end):
            bit = (word << 6) + offsets[k]
            out[word] &= (
                (use0 & bits_from(bases[0], bit))
                | (use1 & bits_from(bases[1], bit))
                | (use2 & bits_from(bases[2], bit))
                | (use3 & bits_from(bases[3], bit))
            )
    out[begin] &= ~uint64(0) << uint64(first - (begin << 6))
    out[end - 1] &= ~uint64(0) >> uint64((end << 6) - last)
    total = 0
    for word in range(begin, end):
        total += int(count_ones(out[word]))
    return total


@njit(cache=True, nogil=True)
def set_bits(plane: Words, out: NDArray[np.int64]) -> int:  # pragma: no cover
    """Write the places of one bits in ascending order; their number is returned."""
    n = 0
    for word in range(len(plane)):
        bits = plane[word]
        while bits:
            out[n] = (word << 6) + int(trailing_zeros(bits))
            n += 1
            bits &= bits - uint64(1)
    return n


@njit(cache=True, nogil=True)
def windows(
    high: Words,
    low: Words,
    other: Words,
    junctions: NDArray[np.int64],
    leftward: bool,
    complement: bool,
    out: NDArray[np.uint32],
) -> None:  # pragma: no cover
    """Planes of the 32 positions beside each junction, in the order of the sequence.

    Parameters
    ----------
    junctions
        Bit of the first position on the right of each junction.
    leftward, complement
        Which side is read, and whether as the other strand reads it.
    out
        (3, groups, 32, 8): high, low, other; site s of a group is ``[s % 32, s // 32]``. Sites
        beyond the last are ``other``.
    """
    back = 32 if leftward else 0
    flip = uint64(0xFFFFFFFF) if complement else uint64(0)
    n = len(junctions)
    for site in range(out.shape[1] * GROUP):
        group, lane, k = site >> 8, (site >> 5) & 7, site & 31
        if site < n:
            bit = junctions[site] - back
            o = bits_from(other, bit)
            out[0, group, k, lane] = uint32((bits_from(high, bit) ^ flip) & ~o)
            out[1, group, k, lane] = uint32(bits_from(low, bit))
            out[2, group, k, lane] = uint32(o)
        else:
            out[0, group, k, lane] = 0
            out[1, group, k, lane] = 0
            out[2, group, k, lane] = uint32(0xFFFFFFFF)


@njit(cache=True, nogil=True)
def transposed_rows(
    sites: NDArray[np.uint64], leftward: bool, rows: NDArray[np.uint64]
) -> None:  # pragma: no cover
    """Rows of the sites whose i-th base, from the junction on, is of a code.

    Parameters
    ----------
    sites
        Windows as of :func:`windows`, seen as (3, groups, 32, 4) words of 64; they are overwritten.
    leftward
        Which side of the junction the windows are of.
    rows
        (codes >= 4, positions, 4 * groups): bit s of ``rows[code, i]`` is site s.
    """
    for group in range(sites.shape[1]):
        _transpose(sites[0, group])
        _transpose(sites[1, group])
        # Other letters are rare.
        some = False
        for k in range(32):
            for lane in range(4):
                some |= sites[2, group, k, lane] != 0
        if some:
            _transpose(sites[2, group])
        for i in range(rows.shape[1]):
            at = 31 - i if leftward else i
            for lane in range(4):
                h, lo = sites[0, group, at, lane], sites[1, group, at, lane]
                known = ~sites[2, group, at, lane]
                word = 4 * group + lane
                rows[0, i, word] = ~h & ~lo & known
                rows[1, i, word] = ~h & lo & known
                rows[2, i, word] = h & ~lo & known
                rows[3, i, word] = h & lo & known


@njit(cache=True, nogil=True, inline="always")
def _swap(blocks: NDArray[np.uint64], width: int, pattern: int) -> None:  # pragma: no cover
    shift, mask = uint64(width), uint64(pattern)
    for base in range(0, 32, 2 * width):
        for k in range(base, base + width):
            for lane in range(4):
                a, b = blocks[k, lane], blocks[k + width, lane]
                swap = ((a >> shift) ^ b) & mask
                blocks[k, lane] = a ^ (swap << shift)
                blocks[k + width, lane] = b ^ swap


@njit(cache=True, nogil=True)
def _transpose(blocks: NDArray[np.uint64]) -> None:  # pragma: no cover
    """Transpose eight 32 x 32 bit matrices: bit j of ``[i, lane]`` becomes bit i of ``[j, lane]``.

    The swaps of ever smaller quarters of Warren, Hacker's Delight, section 7-3, eight at a time.
    """
    _swap(blocks, 16, 0x0000FFFF0000FFFF)
    _swap(blocks, 8, 0x00FF00FF00FF00FF)
    _swap(blocks, 4, 0x0F0F0F0F0F0F0F0F)
    _swap(blocks, 2, 0x3333333333333333)
    _swap(blocks, 1, 0x5555555555555555)


@njit(cache=True, nogil=True)
def shifted_rows(
    bases: NDArray[np.uint64], leftward: bool, first: int, rows: NDArray[np.uint64]
) -> None:  # pragma: no cover
    """Rows as of :func:`transposed_rows` in which every position of a stretch is a junction.

    Parameters
    ----------
    bases
        (4, words) planes by base.
    leftward
        Which side of a junction is read.
    first
        Bit of the first junction, a multiple of 64.
    rows
        (codes >= 4, positions, words): bit ``k`` of ``rows[code, i]`` for junction ``first + k``.
    """
    for i in range(rows.shape[1]):
        start = first - 1 - i if leftward else first + i
        begin, shift = start >> 6, uint64(start & 63)
        for code in range(4):
            # As bits_from, but with one shift for all words, which a register does at once.
            plane, out = bases[code], rows[code, i]
            for word in range(len(out)):
                out[word] = (plane[begin + word] >> shift) | (
                    (plane[begin + word + 1] << uint64(1)) << (uint64(63) - shift)
                )
