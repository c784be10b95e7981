"""Numbers that describe the sequence around guides, for a model of their activity.

Letters are codes: A 0, C 1, T 2, G 3, so that ``code ^ 2`` is the complement.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

BEFORE, LENGTH, AFTER = 30, 20, 50
"""Letters of a context: before the protospacer, of it, and behind it with the PAM [nt]."""
CONTEXT = BEFORE + LENGTH + AFTER
NEAR = (26, 56)
"""The 30 letters whose places count: 4, protospacer, PAM, 3 (as in doi:10.1038/nbt.3026)."""
SEGMENTS = ((0, 20), (0, 5), (5, 10), (5, 13), (10, 15), (12, 20), (13, 20), (16, 20))
"""Parts of the protospacer for which a duplex energy is summed, half-open, 5' to 3'."""
GC_SEGMENTS = ((0, 20), (0, 5), (0, 10), (10, 20), (15, 20))
WIDE_GC = ((0, 100), (0, 30), (10, 30), (53, 75), (53, 100))
"""Parts of the protospacer and of the context whose G and C are counted."""
LEAST_LOOP = 3
"""Least unpaired letters between the two of a hairpin's innermost pair [nt]."""

_NEAR_LENGTH = NEAR[1] - NEAR[0]
_MONO = _NEAR_LENGTH * 4
_DI = (_NEAR_LENGTH - 1) * 16
NUMBER = _MONO + _DI + len(GC_SEGMENTS) + 4 + 16 + 4 + 2 * len(SEGMENTS) + 1 + len(WIDE_GC) + 16
"""Features of a guide."""

Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_SEGMENTS = np.array(SEGMENTS)
_GC_SEGMENTS = np.array(GC_SEGMENTS)
_WIDE_GC = np.array(WIDE_GC)
_BONDS = np.zeros((4, 4), np.float32)
for _a, _b, _bonds in ((0, 2, 2), (1, 3, 3), (2, 3, 1)):  # A-U, C-G and the wobble pair G-U
    _BONDS[_a, _b] = _BONDS[_b, _a] = _bonds


def names() -> list[str]:
    """Name of each feature, in order; places are 1-based in the protospacer, 0 just before it."""
    places = [k - BEFORE + 1 for k in range(*NEAR)]
    letters = "ACTG"
    pairs = [a + b for a in letters for b in letters]
    return [
        *(f"{letter} at {place}" for place in places for letter in letters),
        *(f"{pair} at {place}" for place in places[:-1] for pair in pairs),
        *(f"GC of {a + 1}-{b}" for a, b in GC_SEGMENTS),
        *(f"number of {letter}" for letter in letters),
        *(f"number of {pair}" for pair in pairs),
        *(f"longest run of {letter}" for letter in letters),
        *(
            f"{kind} energy of {a + 1}-{b}"
            for a, b in SEGMENTS
            for kind in ("DNA duplex", "RNA-DNA duplex")
        ),
        "strongest hairpin",
        *(f"GC of context {a - BEFORE + 1} to {b - BEFORE}" for a, b in WIDE_GC),
        *(f"number of {pair} in the context" for pair in pairs),
    ]


@njit(cache=True, nogil=True)
def features(
    contexts: Codes, duplex: NDArray[np.float64], hybrid: NDArray[np.float64], out: Floats
) -> None:  # pragma: no cover
    """Fill one row of features a context.

    One-hot letters and pairs of the near letters, then counts of the protospacer, its longest runs,
    energies of its segments, its strongest hairpin, and counts of the whole context.

    Parameters
    ----------
    contexts
        (n, CONTEXT) of codes 0-3.
    duplex, hybrid
        (4, 4): energy of a nearest-neighbour pair, DNA with DNA and guide RNA with DNA [kcal/mol].
    out
        (n, NUMBER).
    """
    counts = np.empty(16, np.int64)
    for n in range(len(contexts)):
        context = contexts[n]
        row = out[n]
        row[:] = 0
        first, last = NEAR
        for k in range(first, last):
            row[4 * (k - first) + context[k]] = 1
        at = 4 * (last - first)
        for k in range(first, last - 1):
            row[at + 16 * (k - first) + 4 * context[k] + context[k + 1]] = 1
        at += 16 * (last - first - 1)
        guide = context[BEFORE : BEFORE + LENGTH]
        at = _count_gc(guide, _GC_SEGMENTS, row, at)
        for k in range(LENGTH):
            row[at + guide[k]] += 1
        at = _count_pairs(guide, counts, row, at + 4)
        at = _runs(guide, row, at)
        for s in range(len(_SEGMENTS)):
            a, b = 0.0, 0.0
            for k in range(_SEGMENTS[s, 0], _SEGMENTS[s, 1] - 1):
                a += duplex[guide[k], guide[k + 1]]
                b += hybrid[guide[k], guide[k + 1]]
            row[at], row[at + 1] = a, b
            at += 2
        row[at] = _hairpin(guide)
        at = _count_gc(context, _WIDE_GC, row, at + 1)
        _count_pairs(context, counts, row, at)


@njit(cache=True, nogil=True)
def _count_gc(
    codes: Codes, segments: NDArray[np.int64], row: Floats, at: int
) -> int:  # pragma: no cover
    for s in range(len(segments)):
        total = 0
        for k in range(segments[s, 0], segments[s, 1]):
            total += codes[k] & 1
        row[at + s] = total
    return at + len(segments)


@njit(cache=True, nogil=True)
def _count_pairs(
    codes: Codes, counts: NDArray[np.int64], row: Floats, at: int
) -> int:  # pragma: no cover
    counts[:] = 0
    for k in range(len(codes) - 1):
        counts[4 * codes[k] + codes[k + 1]] += 1
    for k in range(16):
        row[at + k] = counts[k]
    return at + 16


@njit(cache=True, nogil=True)
def _runs(codes: Codes, row: Floats, at: int) -> int:  # pragma: no cover
    run = 0
    for k in range(len(codes)):
        run = run + 1 if k and codes[k] == codes[k - 1] else 1
        if run > row[at + codes[k]]:
            row[at + codes[k]] = run
    return at + 4


@njit(cache=True, nogil=True)
def _hairpin(codes: Codes) -> float:  # pragma: no cover
    """Most hydrogen bonds of an unbroken stem of the guide with itself."""
    best = 0.0
    n = len(codes)
    # A stem's pairs share the sum of their two places: begin at its loop and go outwards.
    for total in range(LEAST_LOOP + 1, 2 * n - LEAST_LOOP - 2):
        j = (total + LEAST_LOOP + 2) // 2
        i = total - j
        bonds = 0.0
        while i >= 0 and j < n:
            pair = _BONDS[codes[i], codes[j]]
            bonds = bonds + pair if pair > 0 else 0.0
            best = max(best, bonds)
            i -= 1
            j += 1
    return best
