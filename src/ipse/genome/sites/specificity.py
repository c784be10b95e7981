"""Per guide: sites by edits, and aggregate specificity."""

from __future__ import annotations

from typing import TypeVar

import polars as pl

PERFECT = 100.0

_Sum = TypeVar("_Sum", float, pl.Expr)


def crispor(total: _Sum) -> _Sum:
    """Specificity, 0-100, from the sum of scores (0-100 each) over all off-target hits.

    As CRISPOR defines it (Haeussler 2016, doi:10.1186/s13059-016-1012-2; there rounded).
    """
    return PERFECT * 100 / (100 + total)


def guidescan(total: _Sum) -> _Sum:
    """Specificity, 0-1, from the sum of CFD over all off-target hits.

    As GuideScan defines it (Tycko 2019, doi:10.1038/s41467-019-11955-7).
    """
    return 1 / (1 + total)


def summary(sites: pl.DataFrame, guides: list[str]) -> pl.DataFrame:
    """Count sites and add up their scores.

    With S the sum over all scored hits but one perfect match, which is the intended target,

    - ``specificity_mit`` = 100 · 100 / (100 + S of MIT) and
    - ``specificity_cfd`` = 100 · 100 / (100 + S of 100 · CFD), both as in :func:`crispor`;
    - ``specificity_guidescan`` = 1 / (1 + S of CFD), as in :func:`guidescan`.

    Parameters
    ----------
    sites
        Table of sites, best alignments.
    guides
        Guides as searched, in the order wanted.

    Returns
    -------
    polars.DataFrame
        A row a guide: ``guide``, ``sites``, ``edits_0`` to the most edits, ``scored``,
        ``unscored``, and the three specificities, empty if no site has a score.
    """
    edits = pl.col("mismatches") + pl.col("bulge_size")
    most = sites.select(edits.max()).item() or 0
    counted = (
        sites.with_columns(edits.alias("_edits"))
        .group_by("guide")
        .agg(
            pl.len().alias("sites"),
            *[(pl.col("_edits") == k).sum().alias(f"edits_{k}") for k in range(most + 1)],
            pl.col("cfd").count().alias("scored"),
            pl.col("cfd").null_count().alias("unscored"),
            pl.col("cfd").sum().alias("_cfd"),
            pl.col("mit").sum().alias("_mit"),
            # The intended target: the perfect match of the highest score.
            pl.col("cfd").filter(pl.col("_edits") == 0).max().fill_null(0.0).alias("_own_cfd"),
            pl.col("mit").filter(pl.col("_edits") == 0).max().fill_null(0.0).alias("_own_mit"),
        )
    )
    cfd, mit = pl.col("_cfd") - pl.col("_own_cfd"), pl.col("_mit") - pl.col("_own_mit")
    scored = pl.col("scored") > 0
    return (
        pl.DataFrame({"guide": guides}, schema={"guide": pl.String})
        .join(counted, on="guide", how="left", maintain_order="left")
        .with_columns(
            pl.when(scored).then(crispor(mit)).alias("specificity_mit"),
            pl.when(scored).then(crispor(100 * cfd)).alias("specificity_cfd"),
            pl.when(scored).then(guidescan(cfd)).alias("specificity_guidescan"),
        )
        .drop("_cfd", "_mit", "_own_cfd", "_own_mit")
        .with_columns(pl.col("sites", "scored", "unscored", "^edits_.*$").fill_null(0))
    )
