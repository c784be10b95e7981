"""Letters around junctions: read from planes or text, and laid out from the junction on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from ipse.kernels.bitplanes import Bytes, Words, bits_from
from ipse.kernels.intrinsics import prefetch

Numbers = NDArray[np.int64]
Rows = NDArray[np.uint8]

AHEAD = 16
"""Windows from the one in hand to the one whose words are asked for."""
_WORD = 64


@njit(cache=True, nogil=True)
def from_planes(
    high: Words,
    low: Words,
    run_starts: Numbers,
    run_ends: Numbers,
    run_letters: Bytes,
    first: Numbers,
    begin: Numbers,
    end: Numbers,
    absent: int,
    out: Rows,
) -> None:  # pragma: no cover
    """Read windows back from planes.

    Parameters
    ----------
    high, low
        Planes.
    run_starts, run_ends, run_letters
        Runs of one other letter each, in order.
    first
        (n,): first bit of each window.
    begin, end
        (n,): bits that each window may show; all others are ``absent``.
    absent
        ASCII.
    out
        (n, letters): ASCII.
    """
    bases = np.array([65, 67, 84, 71], np.uint8)
    width = out.shape[1]
    for n in range(len(first)):
        if n + AHEAD < len(first):
            prefetch(high, first[n + AHEAD] >> 6)
            prefetch(low, first[n + AHEAD] >> 6)
        at = first[n]
        for k in range(0, width, _WORD):
            h, lo = bits_from(high, at + k), bits_from(low, at + k)
            for j in range(min(_WORD, width - k)):
                bit = uint64(j)
                code = (((h >> bit) & uint64(1)) << uint64(1)) | ((lo >> bit) & uint64(1))
                out[n, k + j] = bases[code]
        run = np.searchsorted(run_ends, at, side="right")
        while run < len(run_starts) and run_starts[run] < at + width:
            for k in range(max(run_starts[run] - at, 0), min(run_ends[run] - at, width)):
                out[n, k] = run_letters[run]
            run += 1
        _cover(out[n], at, begin[n], end[n], absent)


@njit(cache=True, nogil=True)
def from_text(
    text: Bytes,
    upper: Bytes,
    first: Numbers,
    begin: Numbers,
    end: Numbers,
    absent: int,
    out: Rows,
) -> None:  # pragma: no cover
    """Read windows of a text.

    Parameters
    ----------
    text
        ASCII.
    upper
        (256,): letter to be shown for a letter.
    first, begin, end, absent, out
        As of :func:`from_planes`; what lies outside the text is ``absent`` too.
    """
    width = out.shape[1]
    for n in range(len(first)):
        at = first[n]
        for k in range(max(0, -at), min(width, len(text) - at)):
            out[n, k] = upper[text[at + k]]
        _cover(out[n], at, max(begin[n], 0), min(end[n], len(text)), absent)


@njit(cache=True, nogil=True, inline="always")
def _cover(row: Any, at: Any, begin: Any, end: Any, absent: Any) -> None:  # pragma: no cover
    """Cover what lies outside."""
    for k in range(min(begin - at, len(row))):
        row[k] = absent
    for k in range(max(end - at, 0), len(row)):
        row[k] = absent


@njit(cache=True, nogil=True)
def lay_out(
    windows: Rows,
    leftward: NDArray[np.bool_],
    minus: NDArray[np.bool_],
    before: Numbers,
    after: Numbers,
    patterns: Rows,
    lengths: Numbers,
    complement: Bytes,
    codes: Bytes,
    target: Rows,
    target_codes: Rows,
    ends: Rows,
    pattern: Numbers,
) -> None:  # pragma: no cover
    """Part windows at their junctions, and match the letters of one side with patterns.

    Parameters
    ----------
    windows
        (n, positions + longest): ASCII, the target's side being left or right of the junction.
    leftward
        (n,): whether the target's side is the left.
    minus
        (n,): whether letters are read as the other strand.
    before, after
        (n,): letters that exist left and right of the junction.
    patterns, lengths
        (patterns, longest): sets of codes a letter may be of, as bits, in reading order of the
        strand; and how many of them.
    complement, codes
        (256,): complement and code of an ASCII letter.
    target, target_codes
        (n, positions): letters and codes of the target's side, from the junction on.
    ends
        (n, longest): letters matched by the pattern, in reading order; then zeros.
    pattern
        (n,): first pattern that matches, -1 for none.
    """
    positions, longest = target.shape[1], ends.shape[1]
    for n in range(len(windows)):
        left, turned = leftward[n], minus[n]
        junction = positions if left else longest
        for k in range(positions):
            letter = windows[n, junction - 1 - k if left else junction + k]
            if turned:
                letter = complement[letter]
            target[n, k] = letter
            target_codes[n, k] = codes[letter]
        pattern[n] = -1
        ends[n, :] = 0
        for p in range(len(patterns)):
            size = lengths[p]
            if size > (after[n] if left else before[n]):
                continue
            first = junction if left else junction - size
            fits = True
            for k in range(size):
                letter = windows[n, first + (size - 1 - k if turned else k)]
                if turned:
                    letter = complement[letter]
                if not (patterns[p, k] >> codes[letter]) & 1:
                    fits = False
                    break
                ends[n, k] = letter
            if fits:
                pattern[n] = p
                break
            ends[n, :] = 0
