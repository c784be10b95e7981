"""Melting temperature and dimers of primers by the nearest-neighbour model.

Stacking energies are the unified ones of Allawi and SantaLucia (doi:10.1021/bi962590c; SantaLucia
1998, doi:10.1073/pnas.95.4.1460), those of mismatches of Allawi, SantaLucia and Peyret; both are
read from Biopython (``DNA_NN3``, ``DNA_IMM1``), and so is the correction of the entropy for salt of
SantaLucia 1998, with magnesium and dNTP as an equivalent of sodium (von Ahsen 2001,
doi:10.1093/clinchem/47.11.1956). Biopython gives the temperature of one primer; all windows of a
sequence are done here at once, from running sums of the same tables.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from Bio.SeqUtils import MeltingTemp
from numpy.typing import NDArray

from ipse.construct.primers.rules import Rules
from ipse.kernels import duplexes
from ipse.kernels.priming import CODES

ZERO_CELSIUS = 273.15
BODY = 37.0
"""Temperature of the free energies that are compared with published limits [degC]."""
GAS_CONSTANT = 1.987
"""[cal/(K mol)], rounded as in Biopython, with whose results the running sums agree."""
_SANTALUCIA_1998 = 5
"""Biopython's number of the salt correction."""
_BASES = "ACGT"
_PARTNER = dict(zip(_BASES, reversed(_BASES), strict=True))


@dataclass(frozen=True)
class Dimer:
    """Most stable duplex of two primers [kcal/mol at 37 degC].

    Attributes
    ----------
    dg
        Of any duplex; 0 if none is stable.
    end_dg
        Of a duplex in which the 3' end of either primer is paired, so that it can be extended.
    """

    dg: float
    end_dg: float


def codes_of(sequence: str) -> NDArray[np.uint8]:
    """Codes of the bases; 4 for anything but A, C, G, T."""
    return CODES[np.frombuffer(sequence.encode("ascii", "replace"), np.uint8)]


def _salt(rules: Rules) -> dict[str, Any]:
    return {
        "Na": rules.monovalent, "Mg": rules.magnesium, "dNTPs": rules.dntp,
    }  # fmt: skip


def melting_temperature(primer: str, rules: Rules) -> float:
    """Melting temperature of a primer on its perfect complement [degC]; Biopython's ``Tm_NN``."""
    return float(
        MeltingTemp.Tm_NN(  # type: ignore[no-untyped-call]
            primer, nn_table=MeltingTemp.DNA_NN3, saltcorr=_SANTALUCIA_1998,
            dnac1=rules.oligo / 2, dnac2=rules.oligo / 2, **_salt(rules),
        )
    )  # fmt: skip


@lru_cache(maxsize=16)
def _entropy_of_salt(rules: Rules) -> float:
    """Entropy that salt adds to each stacking step [cal/(K mol)]."""
    return float(
        MeltingTemp.salt_correction(  # type: ignore[no-untyped-call]
            method=_SANTALUCIA_1998, seq="AC", **_salt(rules)
        )
    )


def _stack(top: str, bottom: str, *, mismatched: bool) -> tuple[float, float] | None:
    """Enthalpy and entropy of a step; ``top`` 5' to 3' over ``bottom`` 3' to 5'."""
    key = f"{top}/{bottom}"
    for table in (MeltingTemp.DNA_IMM1,) if mismatched else (MeltingTemp.DNA_NN3,):
        for name in (key, key[::-1]):
            if name in table:
                return table[name]
    return None


@lru_cache(maxsize=1)
def _paired_steps() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Enthalpy and entropy of the sixteen steps of a perfect duplex, by two codes."""
    values = np.empty((2, 4, 4))
    for i, one in enumerate(_BASES):
        for j, two in enumerate(_BASES):
            found = _stack(one + two, _PARTNER[one] + _PARTNER[two], mismatched=False)
            assert found is not None
            values[:, i, j] = found
    return values[0], values[1]


def _ends() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Enthalpy and entropy of a terminal pair, by code."""
    table = MeltingTemp.DNA_NN3
    pairs = [table["init_A/T" if base in "AT" else "init_G/C"] for base in _BASES]
    return np.array([h for h, _ in pairs]), np.array([s for _, s in pairs])


def melting_temperatures(
    codes: NDArray[np.uint8], lengths: range, rules: Rules
) -> NDArray[np.float64]:
    """Melting temperature of every window of a sequence.

    Parameters
    ----------
    codes
        (n,) codes of the bases.
    lengths
        Lengths of the windows.

    Returns
    -------
    (len(lengths), n) of float64
        By length and first base [degC]; NaN where a window runs over the end or an unknown base.
    """
    n = len(codes)
    known = codes < 4
    safe = np.where(known, codes, 0)
    enthalpy, entropy = _paired_steps()
    end_h, end_s = _ends()
    extra = _entropy_of_salt(rules)
    sums = np.zeros((3, n + 1))
    if n > 1:
        np.cumsum(enthalpy[safe[:-1], safe[1:]], out=sums[0, 1:n])
        np.cumsum(entropy[safe[:-1], safe[1:]] + extra, out=sums[1, 1:n])
    np.cumsum(~known, out=sums[2, 1:])
    # as Biopython: the strands are not self-complementary, k = c1 - c2 / 2
    concentration = GAS_CONSTANT * np.log(rules.oligo / 4 * 1e-9)
    answer = np.full((len(lengths), n), np.nan)
    for row, length in enumerate(lengths):
        if length > n:
            continue
        starts = np.arange(n - length + 1)
        stop = starts + length - 1
        h = sums[0, stop] - sums[0, starts] + end_h[safe[starts]] + end_h[safe[stop]]
        s = sums[1, stop] - sums[1, starts] + end_s[safe[starts]] + end_s[safe[stop]]
        tm = 1000 * h / (s + concentration) - ZERO_CELSIUS
        clean = sums[2, stop + 1] == sums[2, starts]
        answer[row, starts] = np.where(clean, tm, np.nan)
    return answer


@lru_cache(maxsize=16)
def duplex_energies(rules: Rules) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Energies of stacking steps and ends at 37 degC and the salt of the rules [kcal/mol].

    Returns
    -------
    steps, ends
        As :func:`ipse.kernels.duplexes.best` takes them. A step with one or two mismatched pairs
        is that of ``DNA_IMM1``, infinite if it has none.
    """
    kelvin = BODY + ZERO_CELSIUS
    extra = _entropy_of_salt(rules)
    steps = np.full((4, 4, 4, 4), np.inf)
    for a, one in enumerate(_BASES):
        for b, two in enumerate(_BASES):
            for c, three in enumerate(_BASES):
                for d, four in enumerate(_BASES):
                    mismatched = a + c != 3 or b + d != 3
                    found = _stack(one + two, three + four, mismatched=mismatched)
                    if found is not None:
                        steps[a, b, c, d] = found[0] - kelvin * (found[1] + extra) / 1000
    end_h, end_s = _ends()
    return steps, end_h - kelvin * end_s / 1000


def dimer(one: str, other: str, rules: Rules) -> Dimer:
    """Most stable duplex of two primers without bulges; see :mod:`ipse.kernels.duplexes`."""
    steps, ends = duplex_energies(rules)
    out = np.empty(2)
    duplexes.best(codes_of(one), codes_of(other), steps, ends, out)
    return Dimer(float(out[0]), float(out[1]))


def hairpin(primer: str, celsius: float) -> float:
    """Free energy of a primer's most stable fold at a temperature [kcal/mol], by seqfold.

    Positive where the open strand is the more stable, as it should be; infinite where no fold
    exists. seqfold implements Zuker 1981 with the energies of SantaLucia and Hicks 2004
    (doi:10.1146/annurev.biophys.32.110601.141800), at 1 M sodium.
    """
    from seqfold import dg

    energy = float(dg(primer, temp=celsius))
    return energy if math.isfinite(energy) else math.inf  # -inf is its mark of "no fold"
