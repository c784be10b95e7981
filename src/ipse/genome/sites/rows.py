"""Alignments as rows of a table."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ipse.genome.sites import scores
from ipse.genome.sites.found import Found
from ipse.genome.sites.guides import Guide, GuideSet
from ipse.genome.sites.order import ordered, packed
from ipse.genome.sites.pam import Pam
from ipse.kernels import alignment

BULGES = ("none", "dna", "rna", "mixed")
SCHEMA: dict[str, type[pl.DataType]] = {
    "guide": pl.String,
    "contig": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
    "strand": pl.String,
    "pam": pl.String,
    "guide_aligned": pl.String,
    "target_aligned": pl.String,
    "mismatches": pl.Int64,
    "bulge": pl.String,
    "bulge_size": pl.Int64,
    "seed_mismatches": pl.Int64,
    "cfd": pl.Float64,
    "mit": pl.Float64,
    "haplotypes": pl.String,
    "variants": pl.String,
    "change": pl.String,
}
"""Columns of a table of sites, in order."""
_GAP, _STOP = ord("-"), ord("\n")


def frame(
    parts: list[tuple[GuideSet, Found]], guides: list[Guide], contigs: list[str], pam: Pam
) -> pl.DataFrame:
    """Table of alignments in the order of ``docs/offtargets.md``.

    Parameters
    ----------
    parts
        Alignments by guide length.
    guides
        All guides of the search.
    contigs
        Names of the reference's contigs.
    pam
        PAM of the search.
    """
    frames = [
        _part(guide_set, found, guides, contigs, pam) for guide_set, found in parts if len(found)
    ]
    if not frames:
        return pl.DataFrame(schema=SCHEMA)
    if len(frames) == 1:
        return frames[0].drop("_guide")
    # Each part is in order, and holds all rows of its guides.
    return pl.concat(frames).sort("_guide", maintain_order=True).drop("_guide")


def _part(
    guide_set: GuideSet, found: Found, guides: list[Guide], contigs: list[str], pam: Pam
) -> pl.DataFrame:
    span = guide_set.length + found.found[:, 1] - found.found[:, 2]
    pam_lengths = pam.lengths[found.pattern]
    leftward = np.where(found.minus, pam.leftward(True), pam.leftward(False))
    start = found.junction - np.where(leftward, span, pam_lengths)
    end = found.junction + np.where(leftward, pam_lengths, span)
    order = _order(guide_set, found, start, end)
    found, start, end = found.take(order), start[order], end[order]
    mismatches, dna, rna, seed = np.ascontiguousarray(found.found.T)
    guide_text, target_text, pam_text = spelled(guide_set, found, pam)
    cfd, mit = _scores(guide_set, found, pam)
    places = guide_set.places[found.guide]
    return pl.DataFrame(
        {
            "_guide": places,
            "guide": _names([guide.sequence for guide in guides], places),
            "contig": _names(contigs, found.contig),
            "start": start,
            "end": end,
            "strand": _names(["+", "-"], found.minus.astype(np.int64)),
            "pam": pam_text,
            "guide_aligned": guide_text,
            "target_aligned": target_text,
            "mismatches": mismatches,
            "bulge": _names(list(BULGES), (dna > 0) + 2 * (rna > 0)),
            "bulge_size": dna + rna,
            "seed_mismatches": seed,
            "cfd": pl.Series(cfd, nan_to_null=True),
            "mit": pl.Series(mit, nan_to_null=True),
            "haplotypes": "ref",
            "variants": "",
            "change": "",
        },
        schema={"_guide": pl.Int64, **SCHEMA},
    )


def _order(
    guide_set: GuideSet,
    found: Found,
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Order of rows, of which those of one site stand in that of their columns."""
    bulges = found.found[:, 1] + found.found[:, 2]
    columns = [
        guide_set.places[found.guide], found.found[:, 0] + bulges, bulges, found.contig, start,
        found.minus, end - start,
    ]  # fmt: skip
    order, alike = ordered(columns)
    if not alike.any():
        return order
    return np.lexsort((_column_order(found), *packed(columns)[::-1]))


def _column_order(found: Found) -> NDArray[np.uint64]:
    """Number that grows with the columns read from the left: base 3, as far as 64 bits reach."""
    order = np.zeros(len(found), np.uint64)
    for k in range(found.columns.shape[1]):
        order = order * np.uint64(3) + found.columns[:, k]
    return order


def _names(names: list[str], places: NDArray[np.int64]) -> pl.Series:
    """Names by their places."""
    return pl.Series(names, dtype=pl.String).gather(pl.Series(places))


def spelled(guide_set: GuideSet, found: Found, pam: Pam) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Aligned guide, aligned target, and PAM as text."""
    pattern_letters = np.zeros((len(pam.patterns), pam.longest), np.uint8)
    for row, pattern in zip(pattern_letters, pam.patterns, strict=True):
        row[: len(pattern)] = list(pattern.encode())
    if pam.lengths.min() == pam.longest:
        pams = _texts(found.pam)
        if not found.found[:, 1:3].any():
            return *_straight(guide_set, found, pam), pams
    else:
        stops = np.full((len(found), 1), _STOP, np.uint8)
        ends = np.concatenate([found.pam, stops], axis=1).ravel()
        pams = _lines(ends[ends != 0])
    size = len(found) * (found.columns.shape[1] + pam.longest + 1)
    texts = np.empty((2, size), np.uint8)
    used = alignment.spell(
        found.columns, guide_set.ascii, found.guide, found.target,
        np.ascontiguousarray(found.found[:, 1:3]), pattern_letters, found.pattern, found.pam,
        pam.lengths, pam.side == 3, _GAP, _STOP, texts[0], texts[1],
    )  # fmt: skip
    return _lines(texts[0, :used]), _lines(texts[1, :used]), pams


def _straight(guide_set: GuideSet, found: Found, pam: Pam) -> tuple[pl.Series, pl.Series]:
    """Aligned guide and target of rows without a bulge, of patterns of one length."""
    letters = [row.tobytes().decode("ascii") for row in guide_set.ascii]
    near = found.target[:, : guide_set.length]
    if pam.side == 3:
        names = [text + pattern for text in letters for pattern in pam.patterns]
        target = np.concatenate([near[:, ::-1], found.pam], axis=1)
    else:
        names = [pattern + text for text in letters for pattern in pam.patterns]
        target = np.concatenate([found.pam, near], axis=1)
    return _names(names, found.guide * len(pam.patterns) + found.pattern), _texts(target)


def _texts(letters: NDArray[np.uint8]) -> pl.Series:
    """Rows of ASCII letters as texts."""
    rows = pl.Series(np.ascontiguousarray(letters))
    return rows.cast(pl.List(pl.UInt8)).cast(pl.Binary).cast(pl.String)


def _lines(text: NDArray[np.uint8]) -> pl.Series:
    """Lines of ASCII letters as texts."""
    return pl.Series([text[:-1].tobytes().decode("ascii")]).str.split("\n").explode()


def _scores(
    guide_set: GuideSet, found: Found, pam: Pam
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    cfd, mit = np.full((2, len(found)), np.nan)
    which = np.flatnonzero((found.found[:, 1] == 0) & (found.found[:, 2] == 0))
    if guide_set.length == scores.LENGTH and pam.scored and len(which):
        targets = found.target[which, : scores.LENGTH][:, ::-1]
        cfd[which], mit[which] = scores.hit_scores(
            guide_set.ascii, found.guide[which], targets, found.pam[which]
        )
    return cfd, mit
