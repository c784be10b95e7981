"""Scores of one hit: cutting frequency determination and the MIT hit score."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ipse.core.sequence import complement
from ipse.core.tables import shipped
from ipse.genome.sites.pam import CODE_OF, CODES, OTHER
from ipse.kernels import products

LENGTH = 20
"""Spacer length both scores are defined for [nt]."""


@cache
def _cfd_tables() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fraction active by (position, guide code, target code), and by the PAM's last two codes."""
    mismatch = np.ones((LENGTH, 4, 4))
    for row in shipped("ipse.genome", "scores_cfd_mismatches", unique=False):
        # "rA:dG" pairs the guide's A with G of the other strand: the target letter is C.
        rna, dna = row["pair"].removeprefix("r").split(":d")
        guide, target = CODES.index(rna.replace("U", "T")), CODES.index(complement(dna))
        mismatch[row.integer("position") - 1, guide, target] = row.number("fraction_active")
    pams = np.full((4, 4), np.nan)
    for row in shipped("ipse.genome", "scores_cfd_pams"):
        pams[CODES.index(row["pam"][0]), CODES.index(row["pam"][1])] = row.number("fraction_active")
    return mismatch, pams


@cache
def _mit_factors() -> NDArray[np.float64]:
    """Factor of a mismatch by (position, guide code, target code): of its position alone."""
    rows = sorted(shipped("ipse.genome", "scores_mit"), key=lambda row: row.integer("position"))
    factors = np.array([1 - row.number("weight") for row in rows])
    return np.tile(factors[:, None, None], (1, 4, 4))


@cache
def _factors() -> NDArray[np.float64]:
    """Factors of both scores."""
    return np.ascontiguousarray(np.stack([_cfd_tables()[0], _mit_factors()]))


def hit_scores(
    guides: NDArray[np.uint8],
    which: NDArray[np.int64],
    targets: NDArray[np.uint8],
    pams: NDArray[np.uint8],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both scores of hits, as of :func:`cfd` and :func:`mit`.

    Parameters
    ----------
    guides
        (guides, 20): ASCII, 5' to 3'.
    which
        (n,): guide of each hit.
    targets, pams
        (n, 20) and (n, 3): ASCII, 5' to 3'.
    """
    score, spread = np.empty((2, len(which))), np.empty((3, len(which)), np.int64)
    products.products(guides, which, targets, CODE_OF, _factors(), score, spread)
    cfd, mit = score
    pam_table = _cfd_tables()[1]
    p = CODE_OF[pams[:, 1:3]]
    cfd *= pam_table[p[:, 0] % OTHER, p[:, 1] % OTHER]
    cfd[(p == OTHER).any(axis=1)] = np.nan
    n, first, last = spread
    several = n >= 2
    distance = np.where(several, (last - first) / np.maximum(n - 1, 1), 0.0)
    mit *= 100 * np.where(several, 1 / (4 * (19 - distance) / 19 + 1), 1.0)
    mit /= np.maximum(n, 1) ** 2
    return cfd, mit


def cfd(
    guides: NDArray[np.uint8], targets: NDArray[np.uint8], pams: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """Cutting frequency determination (Doench 2016, doi:10.1038/nbt.3437).

    Parameters
    ----------
    guides, targets
        (n, 20): ASCII, 5' to 3'.
    pams
        (n, 3): ASCII of the PAM.

    Returns
    -------
    (n,) of float
        Product of the fractions active of all mismatches and of the PAM, 0-1; NaN where a letter
        is not A, C, G or T.
    """
    return hit_scores(guides, np.arange(len(guides)), targets, pams)[0]


def mit(guides: NDArray[np.uint8], targets: NDArray[np.uint8]) -> NDArray[np.float64]:
    """MIT score of one hit (Hsu 2013, doi:10.1038/nbt.2647), 0-100.

    The product of 1 - weight over the mismatches, divided by the square of their number and, from
    two mismatches on, by 4 (19 - d) / 19 + 1, where d is the mean distance of neighbouring
    mismatches (which is that of the outermost, divided by their number less one).

    Parameters
    ----------
    guides, targets
        (n, 20): ASCII, 5' to 3'.

    Returns
    -------
    (n,) of float
        NaN where a letter is not A, C, G or T.
    """
    pams = np.zeros((len(guides), 3), np.uint8)
    return hit_scores(guides, np.arange(len(guides)), targets, pams)[1]
