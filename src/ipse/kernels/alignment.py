"""All alignments of one guide with one target, and the best of them, by dynamic programming.

Columns are read in guide orientation. A path through states (guide bases read, target bulges so
far, guide bulges so far) ends with given numbers of bulges, so the target's length is known at its
start; a table holds the least cost from each state to the end. Of the paths of least cost, the
first in the order of columns is taken: at the first column where two differ, a target bulge comes
before a guide bulge before a pair, which puts the leftmost bulge first.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

TARGET_BULGE, GUIDE_BULGE, PAIR = 0, 1, 2
MOST = 2
"""Most bulges of a kind."""
_SEED = 64
_FAR = 1 << 20

# Columns of the results of `best` and `every`.
MISMATCHES, TARGET_BULGES, GUIDE_BULGES, SEED_MISMATCHES = 0, 1, 2, 3


@njit(cache=True, nogil=True)
def _costs(
    guide: Bytes,
    target: Bytes,
    length: int,
    target_bulges: int,
    guide_bulges: int,
    anchor_right: bool,
    seed: int,
    table: NDArray[np.int32],
) -> None:  # pragma: no cover
    """Fill ``table[j, d, r]`` with the least cost from a state to the end.

    The cost is ``_SEED`` a mismatch and one more for one in the seed.
    """
    for j in range(length, -1, -1):
        for d in range(target_bulges, -1, -1):
            for r in range(guide_bulges, -1, -1):
                if j == length and d == target_bulges and r == guide_bulges:
                    table[j, d, r] = 0
                    continue
                least = _FAR
                inner = j > 0 if anchor_right else j < length
                if d < target_bulges and inner:
                    least = min(least, table[j, d + 1, r])
                if j < length:
                    end = 0 if anchor_right else length - 1
                    if r < guide_bulges and j != end:
                        least = min(least, table[j + 1, d, r + 1])
                    i = j + d - r
                    if i >= 0 and i < length + target_bulges - guide_bulges:
                        cost = _pair(
                            guide,
                            target,
                            length,
                            i,
                            j,
                            target_bulges - guide_bulges,
                            anchor_right,
                            seed,
                        )
                        least = min(least, table[j + 1, d, r] + cost)
                table[j, d, r] = least


@njit(cache=True, nogil=True, inline="always")
def _pair(
    guide: Bytes,
    target: Bytes,
    length: int,
    i: int,
    j: int,
    longer: int,
    anchor_right: bool,
    seed: int,
) -> int:  # pragma: no cover
    """Cost of pairing guide base j with target base i, both in guide orientation."""
    # Guide and target are given from the anchor on.
    g = length - 1 - j if anchor_right else j
    t = length + longer - 1 - i if anchor_right else i
    if (guide[g] >> target[t]) & 1:
        return 0
    return _SEED + 1 if g < seed else _SEED


@njit(cache=True, nogil=True)
def best(
    guides: Bytes,
    which: NDArray[np.int64],
    length: int,
    targets: Bytes,
    available: NDArray[np.int64],
    most: tuple[int, int, int],
    mixed: bool,
    anchor_right: bool,
    seed: int,
    found: NDArray[np.int64],
    columns: Bytes,
) -> None:  # pragma: no cover
    """Best alignment of each pair of a guide and a target.

    Parameters
    ----------
    guides
        (guides, length): set of codes a base pairs with, as bits, from the anchor on.
    which
        (n,): guide of each pair.
    length
        Guide bases.
    targets
        (n, positions): codes 0-3 of the bases from the anchor on, 4 for one that pairs with none.
    available
        (n,): bases that exist.
    most
        Most mismatches, target bulges and guide bulges.
    mixed
        Whether both kinds of bulge may stand in one alignment.
    anchor_right
        Whether the anchor is on the right of the guide in its orientation.
    seed
        Guide bases beside the anchor that are seed.
    found
        (n, 4): mismatches (-1 if there is no alignment), target bulges, guide bulges, mismatches in
        the seed.
    columns
        (n, length + MOST): columns in guide orientation.
    """
    table = np.empty((length + 1, MOST + 1, MOST + 1), np.int32)
    path = np.empty(length + MOST, np.uint8)
    for n in range(len(which)):
        guide, target = guides[which[n]], targets[n]
        found[n, 0] = -1
        best_edits, best_bulges, best_seed = _FAR, 0, 0
        for d in range(most[1] + 1):
            for r in range(most[2] + 1):
                if (d and r and not mixed) or length + d - r > available[n]:
                    continue
                if d + r > best_edits:
                    continue
                if d == 0 and r == 0:
                    mismatches, in_seed = _straight(guide, target, length, seed)
                    if mismatches <= most[0]:
                        best_edits, best_bulges, best_seed = mismatches, 0, in_seed
                        found[n, 0], found[n, 1], found[n, 2], found[n, 3] = (
                            mismatches,
                            0,
                            0,
                            in_seed,
                        )
                        columns[n, :] = PAIR
                    continue
                _costs(guide, target, length, d, r, anchor_right, seed, table)
                cost = table[0, 0, 0]
                mismatches, in_seed = cost // _SEED, cost % _SEED
                edits = mismatches + d + r
                if mismatches > most[0] or edits > best_edits:
                    continue
                if edits == best_edits and d + r > best_bulges:
                    continue
                if edits == best_edits and d + r == best_bulges and in_seed > best_seed:
                    continue
                _walk(guide, target, length, d, r, anchor_right, seed, table, path)
                same = edits == best_edits and d + r == best_bulges and in_seed == best_seed
                if same and not _before(path, columns[n]):
                    continue
                best_edits, best_bulges, best_seed = edits, d + r, in_seed
                found[n, 0], found[n, 1], found[n, 2], found[n, 3] = mismatches, d, r, in_seed
                columns[n, :] = path


@njit(cache=True, nogil=True)
def _straight(
    guide: Bytes, target: Bytes, length: int, seed: int
) -> tuple[int, int]:  # pragma: no cover
    """Mismatches without a bulge, in all and in the seed."""
    mismatches = in_seed = 0
    for j in range(length):
        if not (guide[j] >> target[j]) & 1:
            mismatches += 1
            in_seed += j < seed
    return mismatches, in_seed


@njit(cache=True, nogil=True)
def _walk(
    guide: Bytes,
    target: Bytes,
    length: int,
    target_bulges: int,
    guide_bulges: int,
    anchor_right: bool,
    seed: int,
    table: NDArray[np.int32],
    path: Bytes,
) -> None:  # pragma: no cover
    """Write the first path of least cost."""
    path[:] = PAIR
    j, d, r, n = 0, 0, 0, 0
    while j < length or d < target_bulges:
        inner = j > 0 if anchor_right else j < length
        end = 0 if anchor_right else length - 1
        cost = table[j, d, r]
        if d < target_bulges and inner and table[j, d + 1, r] == cost:
            path[n] = TARGET_BULGE
            d += 1
        elif r < guide_bulges and j < length and j != end and table[j + 1, d, r + 1] == cost:
            path[n] = GUIDE_BULGE
            j, r = j + 1, r + 1
        else:
            j += 1
        n += 1


@njit(cache=True, nogil=True)
def _before(path: Bytes, other: Bytes) -> bool:  # pragma: no cover
    for k in range(len(path)):
        if path[k] != other[k]:
            return path[k] < other[k]  # type: ignore[no-any-return]
    return False


@njit(cache=True, nogil=True)
def every(
    guides: Bytes,
    which: NDArray[np.int64],
    length: int,
    targets: Bytes,
    available: NDArray[np.int64],
    most: tuple[int, int, int],
    mixed: bool,
    anchor_right: bool,
    seed: int,
    pairs: NDArray[np.int64],
    found: NDArray[np.int64],
    columns: Bytes,
) -> int:  # pragma: no cover
    """Every alignment within limits.

    Parameters are as of :func:`best`, but for

    Parameters
    ----------
    pairs
        (capacity,): which pair of guide and target an alignment is of.
    found, columns
        As of :func:`best`, one row an alignment; written as far as they reach.

    Returns
    -------
    int
        Number of alignments, whether they were written or not.
    """
    table = np.empty((length + 1, MOST + 1, MOST + 1), np.int32)
    path = np.full(length + MOST, PAIR, np.uint8)
    # A state's next choice on the stack of a walk: column kinds in order.
    choice = np.empty(length + MOST + 1, np.uint8)
    cost = np.empty(length + MOST + 1, np.int32)
    total = 0
    for n in range(len(which)):
        guide, target = guides[which[n]], targets[n]
        for df in range(most[1] + 1):
            for rf in range(most[2] + 1):
                if (df and rf and not mixed) or length + df - rf > available[n]:
                    continue
                _costs(guide, target, length, df, rf, anchor_right, seed, table)
                j, d, r, depth = 0, 0, 0, 0
                choice[0], cost[0] = TARGET_BULGE, 0
                while depth >= 0:
                    if j == length and d == df:
                        if total < len(pairs):
                            pairs[total] = n
                            found[total, 0], found[total, 1] = cost[depth] // _SEED, df
                            found[total, 2], found[total, 3] = rf, cost[depth] % _SEED
                            columns[total, :] = PAIR
                            columns[total, :depth] = path[:depth]
                        total += 1
                        choice[depth] = PAIR + 1
                    step = choice[depth]
                    if step > PAIR:
                        depth -= 1
                        if depth >= 0:
                            taken = path[depth]
                            d -= taken == TARGET_BULGE
                            r -= taken == GUIDE_BULGE
                            j -= taken != TARGET_BULGE
                        continue
                    choice[depth] = step + 1
                    added, possible = 0, False
                    if step == TARGET_BULGE:
                        possible = d < df and (j > 0 if anchor_right else j < length)
                    elif step == GUIDE_BULGE:
                        end = 0 if anchor_right else length - 1
                        possible = r < rf and j < length and j != end
                    elif j < length:
                        i = j + d - r
                        possible = i >= 0 and i < length + df - rf
                        if possible:
                            added = _pair(guide, target, length, i, j, df - rf, anchor_right, seed)
                    if not possible:
                        continue
                    dd = d + (step == TARGET_BULGE)
                    rr = r + (step == GUIDE_BULGE)
                    jj = j + (step != TARGET_BULGE)
                    if (cost[depth] + added + table[jj, dd, rr]) // _SEED > most[0]:
                        continue
                    path[depth] = step
                    depth += 1
                    j, d, r = jj, dd, rr
                    choice[depth], cost[depth] = TARGET_BULGE, cost[depth - 1] + added
    return total


@njit(cache=True, nogil=True)
def spell(
    columns: Bytes,
    guide_letters: Bytes,
    which: NDArray[np.int64],
    target_letters: Bytes,
    bulges: NDArray[np.int64],
    guide_ends: Bytes,
    which_end: NDArray[np.int64],
    target_ends: Bytes,
    end_lengths: NDArray[np.int64],
    anchor_right: bool,
    gap: int,
    stop: int,
    guide_text: Bytes,
    target_text: Bytes,
) -> int:  # pragma: no cover
    """Write both rows of each alignment, the anchor's letters beside them, and a stop letter.

    Parameters
    ----------
    columns
        (n, length + MOST): kinds of columns.
    guide_letters, which
        (guides, length): guide letters in guide orientation; (n,): guide of each alignment.
    target_letters
        (n, positions): target letters from the anchor on.
    bulges
        (n, 2): target and guide bulges.
    guide_ends, which_end, end_lengths
        (ends, longest): letters of the anchor in guide orientation; (n,): which of them; (ends,):
        how many they are.
    target_ends
        (n, longest): letters of the target beside the anchor, as many.
    anchor_right, gap, stop
        Side of the anchor, letter of a gap, letter after each row.
    guide_text, target_text
        Buffers; the same number of letters of both is written and returned.
    """
    length = guide_letters.shape[1]
    at = 0
    for n in range(len(columns)):
        spelled, guide, end = length + bulges[n, 0], which[n], which_end[n]
        if not anchor_right:
            for k in range(end_lengths[end]):
                guide_text[at], target_text[at] = guide_ends[end, k], target_ends[n, k]
                at += 1
        i, j, last = 0, 0, spelled - bulges[n, 1] - 1
        for k in range(spelled):
            kind = columns[n, k]
            if kind == TARGET_BULGE:
                guide_text[at] = gap
            else:
                guide_text[at] = guide_letters[guide, j]
                j += 1
            if kind == GUIDE_BULGE:
                target_text[at] = gap
            else:
                target_text[at] = target_letters[n, last - i if anchor_right else i]
                i += 1
            at += 1
        if anchor_right:
            for k in range(end_lengths[end]):
                guide_text[at], target_text[at] = guide_ends[end, k], target_ends[n, k]
                at += 1
        guide_text[at], target_text[at] = stop, stop
        at += 1
    return at
