"""Sequences with replacements: pieces of text written out, and places in them traced back.

Replacements ("edits") of a base sequence come sorted by start and end; an edit ``[start, end)``
puts its own letters in the place of the base's, either of which may be none. A piece is a stretch
of the base with some edits applied and flanks on both sides; pieces lie in one text, a separator
between them.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

SEPARATOR = ord("N")


@njit(cache=True, nogil=True)
def local_blocks(
    bounds: Numbers, block: Numbers, most: int, local: Numbers, counts: Numbers
) -> None:  # pragma: no cover
    """Number the blocks of each cluster of carried edits.

    Parameters
    ----------
    bounds
        (clusters + 1,): first carried edit of each cluster.
    block
        (carried,): block of each, -1 for one that is always applied.
    most
        Clusters of more blocks are given up.
    local
        (carried,): rank of the block among those of the cluster, -1 for none.
    counts
        (clusters,): number of blocks, ``most + 1`` where given up.
    """
    seen = np.empty(most + 1, np.int64)
    for cluster in range(len(counts)):
        n = 0
        for edit in range(bounds[cluster], bounds[cluster + 1]):
            own = block[edit]
            if own < 0:
                continue
            place = 0
            while place < n and seen[place] < own:
                place += 1
            if place < n and seen[place] == own:
                continue
            if n == most:
                n = most + 1
                break
            for k in range(n, place, -1):
                seen[k] = seen[k - 1]
            seen[place] = own
            n += 1
        counts[cluster] = n
        for edit in range(bounds[cluster], bounds[cluster + 1]):
            local[edit] = -1
            if n <= most:
                for k in range(n):
                    if seen[k] == block[edit]:
                        local[edit] = k


@njit(cache=True, nogil=True)
def apply(
    first: int,
    last: int,
    combination: int,
    which: Numbers,
    start: Numbers,
    end: Numbers,
    arms: Bytes,
    local: Numbers,
    applied: Numbers,
) -> int:  # pragma: no cover
    """Edits of a cluster that a combination of arms applies.

    An edit that overlaps one applied before is left out, so is a second insertion at one place.

    Parameters
    ----------
    first, last
        Carried edits of the cluster.
    combination
        Bit ``k`` is the arm of local block ``k``.
    which
        (carried,): which edit each is.
    arms, local
        (carried,): bits of the arms that have it; local block.
    applied
        Edits applied, written.

    Returns
    -------
    int
        Number of edits applied.
    """
    n = 0
    reached = -1
    inserted = -1
    for k in range(first, last):
        if local[k] >= 0 and not (arms[k] >> ((combination >> local[k]) & 1)) & 1:
            continue
        edit = which[k]
        insertion = start[edit] == end[edit]
        if start[edit] < reached or (insertion and start[edit] == inserted):
            continue
        applied[n] = edit
        n += 1
        reached = end[edit]
        if insertion:
            inserted = start[edit]
    return n


@njit(cache=True, nogil=True)
def left_out(
    which: Numbers, start: Numbers, end: Numbers, arms: Bytes, out: NDArray[np.bool_]
) -> None:  # pragma: no cover
    """Mark the carried edits that overlap one before on the first arms, or on the second.

    Parameters
    ----------
    which, start, end, arms
        As of :func:`apply`.
    out
        (carried,): answer.
    """
    out[:] = False
    for arm in range(2):
        reached = -1
        inserted = -1
        for k in range(len(which)):
            if not (arms[k] >> arm) & 1:
                continue
            edit = which[k]
            insertion = start[edit] == end[edit]
            if start[edit] < reached or (insertion and start[edit] == inserted):
                out[k] = True
                continue
            reached = end[edit]
            if insertion:
                inserted = start[edit]


@njit(cache=True, nogil=True)
def measure(
    jobs: Numbers,
    bounds: Numbers,
    which: Numbers,
    start: Numbers,
    end: Numbers,
    letters_first: Numbers,
    arms: Bytes,
    local: Numbers,
    flank: int,
    length: int,
    sizes: Numbers,
) -> None:  # pragma: no cover
    """Size of each piece.

    Parameters
    ----------
    jobs
        (n, 2): cluster and combination.
    letters_first
        (edits + 1,): where the letters of each edit begin.
    flank, length
        Letters on both sides, and length of the base sequence.
    sizes
        (n, 2): letters, and edits applied; no letters where no edit is.
    """
    widest = 1
    for cluster in range(len(bounds) - 1):
        widest = max(widest, bounds[cluster + 1] - bounds[cluster])
    applied = np.empty(widest, np.int64)
    for job in range(len(jobs)):
        cluster = jobs[job, 0]
        n = apply(
            bounds[cluster], bounds[cluster + 1], jobs[job, 1], which, start, end, arms, local,
            applied,
        )  # fmt: skip
        size = 0
        if n:
            begin = max(0, start[applied[0]] - flank)
            stop = min(length, end[applied[n - 1]] + flank)
            size = stop - begin
            for k in range(n):
                edit = applied[k]
                size += letters_first[edit + 1] - letters_first[edit] - (end[edit] - start[edit])
        sizes[job, 0], sizes[job, 1] = size, n


@njit(cache=True, nogil=True)
def write(
    jobs: Numbers,
    bounds: Numbers,
    which: Numbers,
    start: Numbers,
    end: Numbers,
    letters_first: Numbers,
    letters: Bytes,
    arms: Bytes,
    local: Numbers,
    flank: int,
    length: int,
    base: Bytes,
    base_first: int,
    text: Bytes,
    pieces: Numbers,
    places: Numbers,
    edits: Numbers,
) -> None:  # pragma: no cover
    """Write the pieces of jobs that apply any edit.

    Parameters
    ----------
    base, base_first
        Letters of the base sequence from this place on, as far as needed.
    text
        Letters of all pieces, a separator behind each.
    pieces
        (n, 4): begin and end in the text, begin in the base sequence, first applied edit.
    places, edits
        (applied,): begin in the text of each applied edit, and which edit it is.
    """
    widest = 1
    for cluster in range(len(bounds) - 1):
        widest = max(widest, bounds[cluster + 1] - bounds[cluster])
    applied = np.empty(widest, np.int64)
    at = done = 0
    for job in range(len(jobs)):
        cluster = jobs[job, 0]
        n = apply(
            bounds[cluster], bounds[cluster + 1], jobs[job, 1], which, start, end, arms, local,
            applied,
        )  # fmt: skip
        here = max(0, start[applied[0]] - flank)
        pieces[job, 0], pieces[job, 2], pieces[job, 3] = at, here, done
        for k in range(n):
            edit = applied[k]
            for place in range(here, start[edit]):
                text[at] = base[place - base_first]
                at += 1
            places[done], edits[done] = at, edit
            done += 1
            for place in range(letters_first[edit], letters_first[edit + 1]):
                text[at] = letters[place]
                at += 1
            here = end[edit]
        for place in range(here, min(length, here + flank)):
            text[at] = base[place - base_first]
            at += 1
        pieces[job, 1] = at
        text[at] = SEPARATOR
        at += 1


@njit(cache=True, nogil=True)
def touched(
    piece: Numbers,
    low: Numbers,
    high: Numbers,
    first_applied: Numbers,
    places: Numbers,
    widths: Numbers,
    out: Numbers,
) -> None:  # pragma: no cover
    """Applied edits that stretches of text touch.

    A stretch touches an edit if it holds one of its letters, or letters on both sides of it.

    Parameters
    ----------
    piece
        (n,): piece of each stretch.
    low, high
        (n,): stretches of the text, half-open; they may reach beyond the piece.
    first_applied
        (pieces + 1,): first applied edit of each piece.
    places, widths
        (applied,): begin in the text and number of letters.
    out
        (n, 2): first touched applied edit, and one past the last.
    """
    for n in range(len(piece)):
        begin, stop = first_applied[piece[n]], first_applied[piece[n] + 1]
        while begin < stop:
            # Without letters, an edit is touched where letters on both sides are.
            reach = places[begin] + widths[begin]
            if reach > low[n]:
                break
            begin += 1
        last = begin
        while last < stop and places[last] < high[n]:
            last += 1
        out[n, 0], out[n, 1] = begin, last


@njit(cache=True, nogil=True)
def trace(
    piece: Numbers,
    place: Numbers,
    pieces: Numbers,
    first_applied: Numbers,
    places: Numbers,
    edits: Numbers,
    start: Numbers,
    end: Numbers,
    letters_first: Numbers,
    out: Numbers,
) -> None:  # pragma: no cover
    """Trace letters of the text back to the base sequence.

    A letter of an edit stands for the base at its place in the edit; beyond the bases the edit
    replaces, it is anchored on the last of them, or on the base before an insertion.

    Parameters
    ----------
    piece, place
        (n,): piece and place in the text.
    out
        (n, 2): place in the base sequence, and how many letters beyond the anchor (0 if none).
    """
    for n in range(len(piece)):
        begin, stop = first_applied[piece[n]], first_applied[piece[n] + 1]
        # The last applied edit at or before the place: edits without letters share places.
        low, high = begin, stop
        while low < high:
            middle = (low + high) // 2
            if places[middle] <= place[n]:
                low = middle + 1
            else:
                high = middle
        if low == begin:
            out[n, 0], out[n, 1] = pieces[piece[n], 2] + place[n] - pieces[piece[n], 0], 0
            continue
        edit = edits[low - 1]
        width = letters_first[edit + 1] - letters_first[edit]
        replaced = end[edit] - start[edit]
        inside = place[n] - places[low - 1]
        if inside >= width:
            out[n, 0], out[n, 1] = end[edit] + inside - width, 0
        elif inside < replaced:
            out[n, 0], out[n, 1] = start[edit] + inside, 0
        else:
            anchor = end[edit] - 1
            out[n, 0], out[n, 1] = max(anchor, 0), inside - replaced + 1


@njit(cache=True, nogil=True)
def untouched(
    piece: Numbers,
    low: Numbers,
    high: Numbers,
    first_applied: Numbers,
    edits: Numbers,
    start: Numbers,
    end: Numbers,
    out: NDArray[np.bool_],
) -> None:  # pragma: no cover
    """Whether stretches of the base sequence stand in a piece as they are.

    Parameters
    ----------
    piece
        (n,): piece of each stretch.
    low, high
        (n,): stretches of the base sequence, half-open; they may reach beyond its ends.
    out
        (n,): answer.
    """
    for n in range(len(piece)):
        out[n] = True
        begin, last = first_applied[piece[n]], first_applied[piece[n] + 1]
        # Ends of applied edits ascend: skip those left of the stretch.
        stop = last
        while begin < stop:
            middle = (begin + stop) // 2
            if end[edits[middle]] <= low[n]:
                begin = middle + 1
            else:
                stop = middle
        if begin < last and start[edits[begin]] < high[n]:
            out[n] = False
