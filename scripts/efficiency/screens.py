"""Public screens of guides with measured activity, read into arrays."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipse.genome.sites.pam import CODE_OF, OTHER
from ipse.kernels import guide_features

HUMAN = "Homo sapiens"
GENE_IN_NAME: dict[str, Callable[[str], str]] = {
    "Chari2015": lambda name: name.split("_")[0],
    "Doench2014": lambda name: name.rsplit("-", 1)[0],
    "Doench2016": lambda name: name.rsplit("-", 1)[0],
    "Hart2016": lambda name: "",  # its names are the guides themselves
    "Moreno-Mateos2015": lambda name: name.split("_")[0],
    "Wang2015": lambda name: re.sub(r"^sg", "", name).rsplit("_", 1)[0],
    "Xu2015": lambda name: name.rsplit("-", 1)[0],
}
"""Gene in the name of a guide, by study; ``""`` where the study's names hold none."""


@dataclass(frozen=True)
class Screens:
    """Guides of several studies, a row each.

    Attributes
    ----------
    study, organism, gene
        Texts; ``gene`` is empty where it is not known.
    contig, place
        Where the context starts on the study's assembly, 0-based.
    guide
        (n, 20) codes.
    context
        (n, 100) codes; a letter that is none of the four has code 4.
    near
        Texts of 30 letters, as other programs take them.
    activity
        Measured, turned so that higher is more active.
    """

    study: NDArray[np.str_]
    organism: NDArray[np.str_]
    gene: NDArray[np.str_]
    contig: NDArray[np.str_]
    place: NDArray[np.int64]
    guide: NDArray[np.uint8]
    context: NDArray[np.uint8]
    near: NDArray[np.str_]
    activity: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.study)

    def take(self, which: NDArray[Any]) -> Screens:
        """Some of the rows, by mask or number."""
        return Screens(*(getattr(self, field.name)[which] for field in fields(self)))

    @property
    def known(self) -> NDArray[np.bool_]:
        """Rows whose context holds A, C, G and T only."""
        mask: NDArray[np.bool_] = (self.context != OTHER).all(axis=1)
        return mask

    @property
    def studies(self) -> list[str]:
        """Names of the studies, sorted."""
        return sorted(set(self.study.tolist()))

    def features(
        self, duplex: NDArray[np.float64], hybrid: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Features of every row, as the shipped scorer computes them."""
        out = np.empty((len(self), guide_features.NUMBER), np.float32)
        guide_features.features(self.context, duplex, hybrid, out)
        return out


def read_screens(folder: Path) -> tuple[Screens, dict[str, str]]:
    """Read every ``*.tsv`` of a folder.

    Returns
    -------
    screens, digests
        Every row, and the SHA-256 of each file.
    """
    rows: list[dict[str, str]] = []
    digests = {}
    for path in sorted(folder.glob("*.tsv")):
        data = path.read_bytes()
        digests[path.name] = hashlib.sha256(data).hexdigest()
        rows += csv.DictReader(data.decode().splitlines(), delimiter="\t")
    for row in rows:
        assert row["context100"][30:53] == row["guide"] + row["pam"], row
        assert row["context100"][26:56] == row["context30"], row
    study = [row["study"].split(" ")[0] for row in rows]
    regions = [row["region"].split(":") for row in rows]
    screens = Screens(
        np.array(study),
        np.array([row["organism"] for row in rows]),
        np.array(
            [GENE_IN_NAME[name](row["guide_name"]) for name, row in zip(study, rows, strict=True)]
        ),
        np.array([region[0] for region in regions]),
        np.array([int(region[1].split("-")[0]) for region in regions]),
        codes([row["guide"] for row in rows]),
        codes([row["context100"] for row in rows]),
        np.array([row["context30"] for row in rows]),
        np.array([float(row["activity"]) * int(row["higher_is_more_active"]) for row in rows]),
    )
    return screens, digests


def codes(texts: list[str]) -> NDArray[np.uint8]:
    """Codes of words of one length."""
    return CODE_OF[np.array([list(text.encode()) for text in texts], np.uint8)]
