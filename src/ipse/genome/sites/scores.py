"""Scores of one hit: cutting frequency determination and the MIT hit score."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ipse.core.sequence import complement
from ipse.core.tables import shipped
from ipse.genome.sites.pam import CODE_OF, CODES, OTHER

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
def _mit_weights() -> NDArray[np.float64]:
    rows = sorted(shipped("ipse.genome", "scores_mit"), key=lambda row: row.integer("position"))
    return np.array([row.number("weight") for row in rows])


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
    mismatch, pam_table = _cfd_tables()
    g, t, p = CODE_OF[guides], CODE_OF[targets], CODE_OF[pams[:, 1:3]]
    bad = _not_plain(g, t) | (p == OTHER).any(axis=1)
    g, t, p = g % OTHER, t % OTHER, p % OTHER
    factors = mismatch[np.arange(LENGTH), g, t]
    factors[g == t] = 1.0
    score: NDArray[np.float64] = factors.prod(axis=1) * pam_table[p[:, 0], p[:, 1]]
    score[bad] = np.nan
    return score


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
    g, t = CODE_OF[guides], CODE_OF[targets]
    differs = g != t
    n = differs.sum(axis=1)
    product = np.where(differs, 1 - _mit_weights(), 1.0).prod(axis=1)
    first = differs.argmax(axis=1)
    last = LENGTH - 1 - differs[:, ::-1].argmax(axis=1)
    several = n >= 2
    distance = np.where(several, (last - first) / np.maximum(n - 1, 1), 0.0)
    spread = np.where(several, 1 / (4 * (19 - distance) / 19 + 1), 1.0)
    score: NDArray[np.float64] = 100 * product * spread / np.maximum(n, 1) ** 2
    score[_not_plain(g, t)] = np.nan
    return score


def _not_plain(g: NDArray[np.uint8], t: NDArray[np.uint8]) -> NDArray[np.bool_]:
    bad: NDArray[np.bool_] = (g == OTHER).any(axis=1) | (t == OTHER).any(axis=1)
    return bad
