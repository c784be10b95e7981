"""How mismatches are shared between the halves of a guide, and the buckets each half leads to.

Of an alignment with at most ``m`` mismatches, the near half has at most ``p``, or the far half has
at most ``m - p - 1``. ``p`` may be another for each number of bulges in the near half: a half with
a bulge leads to many more buckets than one without, and an alignment with one bulge has one half
without.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from math import comb

import numpy as np
from numpy.typing import NDArray

from ipse.genome.sites.limits import Limits
from ipse.kernels import bucket_align

Words = NDArray[np.uint32]


@cache
def shares(length: int, limits: Limits) -> tuple[tuple[tuple[int, int], int, int], ...]:
    """Mismatches to be looked up in each half, so that few buckets are looked into.

    Returns
    -------
    tuple
        For each number of DNA and RNA bulge bases in the near half: those numbers, and the
        mismatches of the near and of the far half; -1 for a half that is not looked up.
    """
    # Neighbourhoods of one guide are much like another's.
    sets = (1 << np.random.default_rng(1).integers(0, 4, length)).astype(np.uint8)
    nothing = np.empty(0, np.uint32)

    def size(far: bool, share: int, bulges: tuple[int, int]) -> int:
        return _lookup(sets, limits, far, share, bulges, nothing) if share >= 0 else 0

    chosen = []
    for bulges in product(range(limits.dna + 1), range(limits.rna + 1)):
        if all(bulges) and not limits.mixed:
            continue
        # From even shares on, as long as it gets better: neighbourhoods grow fast.
        tried: dict[int, int] = {}

        def cost(near: int, bulges: tuple[int, int] = bulges, tried: dict[int, int] = tried) -> int:
            far = limits.mismatches - 1 - near
            if near not in tried:
                tried[near] = size(False, near, bulges) + size(True, far, bulges)
            return tried[near]

        near = limits.mismatches // 2
        for step in (-1, 1):
            while _possible(near + step, limits) and cost(near + step) < cost(near):
                near += step
        chosen.append((bulges, near, limits.mismatches - 1 - near))
    return tuple(chosen)


def expected(sites: int, length: int, mismatches: int) -> int:
    """Sites within so many mismatches, were all bases of a genome drawn evenly."""
    within = sum(comb(length, k) * 3**k for k in range(mismatches + 1))
    return int(sites * within // 4**length)


def _possible(near: int, limits: Limits) -> bool:
    far = limits.mismatches - 1 - near
    return min(near, far) >= -1 and max(near, far) <= bucket_align.MOST_SHARE


def neighbourhoods(sets: NDArray[np.uint8], limits: Limits, most: int) -> dict[bool, Words] | None:
    """Buckets that a guide can be found in, as of :func:`ipse.kernels.bucket_align.align`.

    Parameters
    ----------
    sets
        (length,): codes each base of the guide pairs with, as bits.
    limits
        Limits of the search.
    most
        Buckets beyond which the answer is None.

    Returns
    -------
    dict or None
        Of the near half (False) and the far half (True), ascending.
    """
    out = np.empty(most, np.uint32)
    found: dict[bool, Words] = {}
    end = 0
    for far in (False, True):
        begin = end
        for bulges, *both in shares(len(sets), limits):
            if both[far] >= 0:
                end += _lookup(sets, limits, far, both[far], bulges, out[end:])
                if end > most:
                    return None
        if end > begin:
            found[far] = _united(out[begin:end])
    return found


def _lookup(
    sets: NDArray[np.uint8],
    limits: Limits,
    far: bool,
    share: int,
    bulges: tuple[int, int],
    out: Words,
) -> int:
    """Neighbourhood of a half with so many bulges in the near one."""
    dna, rna = (limits.dna, limits.rna) if far else bulges
    n: int = bucket_align.neighbourhood(sets, far, share, dna, rna, limits.mixed, *bulges, out)
    return n


def _united(words: Words) -> Words:
    """Each bucket once, with the least of its mismatches."""
    words.sort()
    bucket = words >> np.uint32(bucket_align.LEAST)
    first = np.empty(len(words), np.bool_)
    first[0] = True
    np.not_equal(bucket[1:], bucket[:-1], out=first[1:])
    return words[first]
