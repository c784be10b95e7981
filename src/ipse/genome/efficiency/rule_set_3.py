"""Rule Set 3 (DeWeirdt 2022, doi:10.1038/s41467-022-33024-2), if ``rs3`` is installed.

Only the sequence model is used. ``rs3`` stores it as an estimator of an old scikit-learn; the
trees in it are read by the installed LightGBM through its booster, which gives the same numbers.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.genome.efficiency.scorer import Scores, nothing, refused_by_spcas9
from ipse.genome.sites.pam import CODE_OF, CODES, OTHER, Pam

BEFORE, LENGTH, AFTER = 4, 20, 6
"""Letters of the contexts Rule Set 3 takes [nt]."""
G = CODES.index("G")
TRACRS = ("Hsu2013", "Chen2013")
"""Scaffolds it tells apart."""


class RuleSet3Scorer:
    """Rule Set 3's sequence score: a z-score of activity in knock-out screens, no interval.

    Parameters
    ----------
    tracr
        Scaffold of the guide, one of ``TRACRS``.

    Raises
    ------
    InputError
        If ``rs3`` is not installed, or for another scaffold.
    """

    name = "rule-set-3"
    scale = "z-score of activity in knock-out screens"
    before, after = BEFORE, AFTER
    source = ("doi:10.1038/s41467-022-33024-2",)

    def __init__(self, tracr: str = TRACRS[0]) -> None:
        if tracr not in TRACRS:
            raise InputError(
                "Rule Set 3 knows no such scaffold", field="tracr", value=tracr,
                expected=" or ".join(TRACRS),
            )  # fmt: skip
        try:
            from rs3 import seq
        except ImportError as error:
            raise InputError(
                "Rule Set 3 is not installed", field="--scorer", value=str(error),
                expected="the package rs3",
                next_step="uv sync --extra rs3; or pip install --no-deps rs3 sglearn, and lightgbm "
                "scikit-learn seqfold pandas joblib",
            ) from None  # fmt: skip
        self.tracr = tracr
        self._seq: Any = seq
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the age of the stored estimator
            self._booster = seq.load_seq_model()._Booster

    def refusal(self, pam: Pam, length: int) -> str:
        """Why guides of this PAM and length have no score; ``""`` if they may have one."""
        return refused_by_spcas9(pam, length, LENGTH)

    def score(self, contexts: NDArray[np.uint8]) -> Scores:
        """Score guides of 20 nt from contexts of 4 + 20 + 6 letters."""
        codes = CODE_OF[contexts]
        pam = BEFORE + LENGTH
        known = (codes != OTHER).all(axis=1) & (codes[:, pam + 1 : pam + 3] == G).all(axis=1)
        value = nothing(len(contexts))
        if known.any():
            letters = np.frombuffer(CODES.encode(), np.uint8)[codes[known]]
            texts = [bytes(row).decode() for row in letters]
            # rs3 and its progress bar write to the terminal.
            with (
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(io.StringIO()),
            ):
                rows = self._seq.featurize_context(texts, sequence_tracr=self.tracr)
            value[known] = self._booster.predict(rows.to_numpy(dtype=float))
        return Scores(value, nothing(len(contexts)), nothing(len(contexts)), nothing(len(contexts)))
