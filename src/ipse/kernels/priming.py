"""Places where short strands anneal with few mismatches and an exact 3' end, in one pass.

The last 32 letters are kept in one word, two bits a base, the newest lowest. A strand anneals where
its word and theirs differ in few pairs of bits, none of them among the lowest, its 3' end. Where at
most ``m`` bases differ, one of ``m + 1`` blocks before that end is the same: strands are found by
the code of a block and the end together, so that few are ever compared.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from ipse.kernels.intrinsics import count_ones

LONGEST = 32
"""Bases of one word."""
OTHER = 4
CODES: NDArray[np.uint8] = np.full(256, OTHER, np.uint8)
"""ASCII of either case -> code; a base and its partner add up to 3."""
for _code, _letter in enumerate("ACGT"):
    CODES[ord(_letter)] = CODES[ord(_letter.lower())] = _code

_EVEN = 0x5555555555555555


@njit(cache=True, nogil=True)
def scan(
    letters: NDArray[np.uint8],
    codes: NDArray[np.uint8],
    first: int,
    last: int,
    minus: bool,
    words: NDArray[np.uint64],
    lengths: NDArray[np.int64],
    order: NDArray[np.int64],
    buckets: NDArray[np.int64],
    filled: NDArray[np.uint8],
    exact: int,
    block: int,
    most: int,
    out: NDArray[np.int64],
) -> int:  # pragma: no cover
    """Find every place where a strand anneals.

    Parameters
    ----------
    letters
        ASCII of the plus strand.
    codes
        (256,) ASCII -> code, 4 for anything that no strand may lie on.
    first, last
        The 3' base of a place lies in ``first <= p < last``.
    minus
        Whether strands are looked for on the minus strand, read from right to left.
    words, lengths
        Strands, two bits a base with the 3' base lowest.
    order
        (most + 1, strands) strands by their key of each block, see :func:`keys`.
    buckets
        (most + 1, 4 ** (exact + block) + 1) places in ``order`` where the strands of a key begin.
    filled
        (most + 1, 4 ** (exact + block)) whether a key has any strand: small enough for the
        processor's first cache.
    exact
        Bases at the 3' end that must match.
    block
        Bases of a block; no strand is shorter than the exact end and all blocks together.
    most
        Most mismatches.
    out
        (n, 3): strand, place of its 3' base among the letters, mismatches.

    Returns
    -------
    int
        Number of places, which may be more than ``out`` holds; then the rest is not written.
    """
    found = 0
    held = 0
    word = uint64(0)
    even = uint64(_EVEN)
    low = uint64((1 << (2 * exact)) - 1)
    inside = uint64((1 << (2 * block)) - 1)
    shortest = exact + (most + 1) * block
    size = len(letters)
    begin = min(size, last + LONGEST) if minus else max(0, first - LONGEST)
    count = begin - first if minus else last - begin
    for k in range(count):
        place = begin - 1 - k if minus else begin + k
        code = codes[letters[place]]
        if code > 3:
            held = 0
            continue
        if minus:
            code = 3 - code
        word = (word << uint64(2)) | uint64(code)
        held += 1
        if held < shortest or place < first or place >= last:
            continue
        end = word & low
        for part in range(most + 1):
            shift = uint64(2 * (exact + part * block))
            key = np.int64((((word >> shift) & inside) << uint64(2 * exact)) | end)
            if not filled[part, key]:
                continue
            for slot in range(buckets[part, key], buckets[part, key + 1]):
                n = order[part, slot]
                length = lengths[n]
                if length > held:
                    continue
                differ = word ^ words[n]
                if length < LONGEST:
                    differ &= (uint64(1) << uint64(2 * length)) - uint64(1)
                mismatches = np.int64(count_ones((differ | (differ >> uint64(1))) & even))
                if mismatches > most:
                    continue
                told = False  # by an earlier block that is the same too
                for before in range(part):
                    if not (differ >> uint64(2 * (exact + before * block))) & inside:
                        told = True
                if told:
                    continue
                if found < len(out):
                    out[found, 0] = n
                    out[found, 1] = place
                    out[found, 2] = mismatches
                found += 1
    return found


def keys(words: NDArray[np.uint64], exact: int, block: int, part: int) -> NDArray[np.int64]:
    """Code of the exact end and of one block before it, of each strand."""
    end = words & np.uint64(4**exact - 1)
    shift = np.uint64(2 * (exact + part * block))
    inside = (words >> shift) & np.uint64(4**block - 1)
    return ((inside << np.uint64(2 * exact)) | end).astype(np.int64)
