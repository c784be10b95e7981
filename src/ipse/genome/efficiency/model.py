"""The default score: boosted trees over sequence features, trained on public screens.

Weights come from ``scripts/train_efficiency.py``; method, split and results stand in
``docs/efficiency.md``.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import IpseError
from ipse.genome.efficiency.forest import Forest
from ipse.genome.efficiency.scorer import Scores, nothing, refused_by_spcas9
from ipse.genome.sites.pam import CODE_OF, CODES, OTHER, Pam
from ipse.kernels import guide_features

WEIGHTS = Path(str(files("ipse.genome.efficiency"))) / "data" / "spcas9.npz"
BLOCK = 1024
"""Guides whose features are held at a time."""
FOREST = ("roots", "feature", "threshold", "children", "leaves")
"""Arrays of the trees in a weights file."""
G = CODES.index("G")
SOURCE = (
    "doi:10.1186/s13059-016-1012-2",  # the collection of screens the model is trained on
    "doi:10.1038/nbt.3026",
    "doi:10.1038/nbt.3437",
    "doi:10.1038/nmeth.3473",
    "doi:10.1101/gr.191452.115",
    "doi:10.1126/science.aac7041",
    "doi:10.1016/j.cell.2015.11.015",
)
"""The collection of screens, and the screens of Doench (2014, 2016), Chari, Xu, Wang and Hart."""


@dataclass(frozen=True)
class ModelScorer:
    """Expected rank of a guide's activity among the guides of a screen.

    Attributes
    ----------
    forest
        Trees.
    weights
        Other arrays of the weights file: pair energies, and what left-out guides told of the
        prediction's mean, interval and percentile.
    about
        What it was trained on, how, and how well it predicts.
    """

    forest: Forest
    weights: dict[str, NDArray[Any]]
    about: dict[str, Any]
    scale: str = "expected rank of activity in a screen, 0-1"
    before: int = guide_features.BEFORE
    after: int = guide_features.AFTER
    source: tuple[str, ...] = SOURCE

    @classmethod
    @cache
    def shipped(cls) -> ModelScorer:
        """Model that comes with Ipse."""
        return cls.read(WEIGHTS)

    @classmethod
    def read(cls, path: Path) -> ModelScorer:
        """Read a weights file.

        Raises
        ------
        IpseError
            If it is damaged.
        """
        try:
            with path.open("rb") as handle, np.load(handle, allow_pickle=False) as stored:
                weights = {key: stored[key] for key in stored.files}
            about = json.loads(str(weights.pop("about")))
            forest = Forest(*(weights.pop(key) for key in FOREST))
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise IpseError(
                "the weights of the efficiency model cannot be read", file=path, value=str(error),
                next_step="install Ipse again",
            ) from None  # fmt: skip
        return cls(forest, weights, about)

    @property
    def name(self) -> str:
        """Name with the model's number."""
        return str(self.about["name"])

    def refusal(self, pam: Pam, length: int) -> str:
        """Why guides of this PAM and length have no score; ``""`` if they may have one."""
        return refused_by_spcas9(pam, length, guide_features.LENGTH)

    def raw(self, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Sum of the trees for contexts of codes 0-3, before calibration."""
        out = np.empty(len(codes))
        starts = range(0, len(codes), BLOCK)
        if len(starts) < 2:
            self._block(codes, out)
            return out
        # Each guide is scored alone: how they are dealt to processors changes nothing.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            parts = (slice(start, start + BLOCK) for start in starts)
            list(pool.map(lambda part: self._block(codes[part], out[part]), parts))
        return out

    def _block(self, codes: NDArray[np.uint8], out: NDArray[np.float64]) -> None:
        rows = np.empty((len(codes), guide_features.NUMBER), np.float32)
        guide_features.features(codes, self.weights["duplex"], self.weights["hybrid"], rows)
        self.forest.sums(rows, out)

    def score(self, contexts: NDArray[np.uint8]) -> Scores:
        """Score guides of 20 nt from contexts of 30 + 20 + 50 letters.

        Returns
        -------
        Scores
            ``value`` is the rank that left-out guides with this prediction had on average,
            ``low`` to ``high`` holds 80 % of them. NaN where the PAM is not NGG or a letter of
            the context is not A, C, G or T.
        """
        codes = CODE_OF[contexts]
        pam = guide_features.BEFORE + guide_features.LENGTH
        known = (codes != OTHER).all(axis=1) & (codes[:, pam + 1 : pam + 3] == G).all(axis=1)
        raw = self.raw(np.ascontiguousarray(codes[known]))
        w = self.weights
        level, slope = w["line"]
        value = np.clip(level + slope * raw, 0, 1)
        bounds = [
            np.interp(raw, w["interval_at"], w[side]) for side in ("interval_low", "interval_high")
        ]
        found = (
            value,
            np.minimum(bounds[0], value),
            np.maximum(bounds[1], value),
            np.interp(raw, w["percentiles"], np.linspace(0, 1, len(w["percentiles"]))),
        )
        columns = []
        for values in found:
            column = nothing(len(contexts))
            column[known] = values
            columns.append(column)
        return Scores(*columns)
