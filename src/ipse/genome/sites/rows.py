"""Alignments as rows of a table."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ipse.genome.sites import scores
from ipse.genome.sites.found import Found
from ipse.genome.sites.guides import Guide, GuideSet
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
_ORDER = ("_guide", "_edits", "bulge_size", "_contig", "start", "strand", "end", "_columns")
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
    if len(frames) == 1:  # sorted already
        return frames[0].select(list(SCHEMA)).collect()
    return pl.concat(frames).sort(_ORDER).select(list(SCHEMA)).collect()


def _part(
    guide_set: GuideSet, found: Found, guides: list[Guide], contigs: list[str], pam: Pam
) -> pl.LazyFrame:
    span = guide_set.length + found.found[:, 1] - found.found[:, 2]
    pam_lengths = np.array([len(pattern) for pattern in pam.patterns], np.int64)[found.pattern]
    leftward = np.where(found.minus, pam.leftward(True), pam.leftward(False))
    start = found.junction - np.where(leftward, span, pam_lengths)
    end = found.junction + np.where(leftward, pam_lengths, span)
    order = _order(guide_set, found, len(contigs), start, end)
    found, start, end = found.take(order), start[order], end[order]
    mismatches, dna, rna, seed = (found.found[:, k] for k in range(4))
    guide_text, target_text, pam_text = _spell(guide_set, found, pam)
    cfd, mit = _scores(guide_set, found, pam)
    numbers = pl.LazyFrame(
        {
            "_guide": guide_set.places[found.guide],
            "_contig": found.contig,
            "start": start,
            "end": end,
            "_strand": found.minus.astype(np.int64),
            "pam": pam_text,
            "guide_aligned": guide_text,
            "target_aligned": target_text,
            "mismatches": mismatches,
            "_bulge": (dna > 0) + 2 * (rna > 0),
            "bulge_size": dna + rna,
            "seed_mismatches": seed,
            "cfd": cfd,
            "mit": mit,
            "_edits": mismatches + dna + rna,
            "_columns": _column_order(found),
        }
    )
    return numbers.with_columns(
        _names([guide.sequence for guide in guides], "_guide").alias("guide"),
        _names(contigs, "_contig").alias("contig"),
        _names(["+", "-"], "_strand").alias("strand"),
        _names(list(BULGES), "_bulge").alias("bulge"),
        pl.col("cfd", "mit").fill_nan(None),
        pl.lit("ref").alias("haplotypes"),
        pl.lit("").alias("variants"),
        pl.lit("").alias("change"),
    )


def _order(
    guide_set: GuideSet,
    found: Found,
    contigs: int,
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Order of ``_ORDER`` for guides of one length, by three numbers a row."""
    bulges = found.found[:, 1] + found.found[:, 2]
    edits = found.found[:, 0] + bulges
    first = ((guide_set.places[found.guide] * 16 + edits) * 8 + bulges) * contigs + found.contig
    second = (start * 2 + found.minus) * 64 + (end - start)
    return np.lexsort((_column_order(found), second, first))


def _column_order(found: Found) -> NDArray[np.uint64]:
    """Number that grows with the columns read from the left: base 3, as far as 64 bits reach."""
    order = np.zeros(len(found), np.uint64)
    for k in range(found.columns.shape[1]):
        order = order * np.uint64(3) + found.columns[:, k]
    return order


def _names(names: list[str], places: str) -> pl.Expr:
    """Names by the places in a column."""
    return pl.lit(pl.Series(names, dtype=pl.String)).gather(pl.col(places))


def _spell(guide_set: GuideSet, found: Found, pam: Pam) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Aligned guide, aligned target, and PAM as text."""
    n, longest = len(found), pam.longest
    pattern_letters = np.zeros((len(pam.patterns), longest), np.uint8)
    for k, pattern in enumerate(pam.patterns):
        pattern_letters[k, : len(pattern)] = list(pattern.encode())
    lengths = np.array([len(pattern) for pattern in pam.patterns], np.int64)[found.pattern]
    size = n * (found.columns.shape[1] + longest + 1)
    texts = np.empty((2, size), np.uint8)
    used = alignment.spell(
        found.columns,
        guide_set.ascii[found.guide],
        found.target,
        np.ascontiguousarray(found.found[:, 1:3]),
        pattern_letters[found.pattern],
        found.pam,
        lengths,
        pam.side == 3,
        _GAP,
        _STOP,
        texts[0],
        texts[1],
    )
    stops = np.full((n, 1), _STOP, np.uint8)
    pams = np.concatenate([found.pam, stops], axis=1).ravel()
    return _lines(texts[0, :used]), _lines(texts[1, :used]), _lines(pams[pams != 0])


def _lines(text: NDArray[np.uint8]) -> pl.Series:
    return pl.Series(text.tobytes().decode("ascii").split("\n")[:-1], dtype=pl.String)


def _scores(
    guide_set: GuideSet, found: Found, pam: Pam
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    cfd, mit = np.full(len(found), np.nan), np.full(len(found), np.nan)
    which = np.flatnonzero((found.found[:, 1] == 0) & (found.found[:, 2] == 0))
    if guide_set.length == scores.LENGTH and pam.scored and len(which):
        spacers = guide_set.ascii[found.guide[which]]
        targets = found.target[which, : scores.LENGTH][:, ::-1]
        cfd[which] = scores.cfd(spacers, targets, found.pam[which])
        mit[which] = scores.mit(spacers, targets)
    return cfd, mit
