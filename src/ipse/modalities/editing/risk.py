"""What an off-target site would break, and the order of such sites by it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from ipse.core.evidence import Evidence
from ipse.core.tables import shipped

PACKAGE = "ipse.modalities.editing"

KINDS = ("tumour suppressor", "oncogene", "essential")
"""Kinds of the risk list, the gravest first.

Loss of a tumour suppressor may let a cell grow; a change of an oncogene seldom activates it; a cell
that loses an essential gene dies, and with it the edit, not the patient.
"""

TOUCHED = {"cds": 0, "utr": 1, "exon": 1, "intron": 2, "intergenic": 3}
"""Regions of ``genome.sites.regions`` by what a small change there does to the product."""

INTERGENIC = TOUCHED["intergenic"]


@cache
def risk_genes() -> dict[str, tuple[str, ...]]:
    """Gene symbol -> its kinds in the risk list, the gravest first.

    Symbols under which the sources list a gene are known beside today's.
    """
    known: dict[str, set[str]] = {}
    for row in shipped(PACKAGE, "risk_genes", unique=False):
        for name in filter(None, (row["gene"], row["listed_as"])):
            known.setdefault(name, set()).add(row["kind"])
    return {name: tuple(kind for kind in KINDS if kind in kinds) for name, kinds in known.items()}


@cache
def risk_evidence() -> tuple[Evidence, ...]:
    """Where the risk list comes from."""
    table = shipped(PACKAGE, "risk_genes", unique=False)
    sources: dict[str, str] = {}
    for row in table:
        what = "essential genes" if row["kind"] == "essential" else "cancer driver genes"
        for source in row.source:
            sources.setdefault(source, f"list of {what} that off-target sites are compared with")
    return tuple(Evidence(source=source, reason=reason) for source, reason in sources.items())


@dataclass(frozen=True)
class Risk:
    """What a site would break.

    Attributes
    ----------
    level
        0 for the gravest; see :func:`risk`.
    gene
        The gene it is judged by, empty if none.
    reason
        In words, e.g. ``coding sequence of the tumour suppressor TP53``; empty for a site of no
        listed gene outside exons.
    """

    level: int
    gene: str
    reason: str


def risk(genes: str, region: str) -> Risk:
    """Rank a site by its genes and region.

    Exons of a listed gene come first (tumour suppressor, oncogene, essential), then coding sequence
    of any gene, then introns of listed genes, then other exons, introns of other genes, and what
    lies between genes. Nothing is known of a region that no annotation covers: it ranks last.

    Parameters
    ----------
    genes
        Symbols, by comma, as in a table of sites.
    region
        One of ``genome.sites.regions.REGIONS``, or empty without annotation.
    """
    names = [name for name in genes.split(",") if name]
    touched = TOUCHED.get(region, INTERGENIC)
    where = {"cds": "coding sequence", "utr": "untranslated region", "intron": "intron"}.get(
        region, "exon"
    )
    listed = [
        (KINDS.index(kinds[0]), name) for name in names if (kinds := risk_genes().get(name, ()))
    ]
    exonic = touched < TOUCHED["intron"]
    if listed and touched < INTERGENIC:
        kind, name = min(listed)
        article = "the oncogene" if kind == 1 else f"the {KINDS[kind]} gene"
        if kind == 0:
            article = "the tumour suppressor"
        base = 0 if exonic else len(KINDS) + 1
        return Risk(base + kind, name, f"{where} of {article} {name}")
    first = names[0] if names else ""
    if region == "cds":
        return Risk(len(KINDS), first, f"coding sequence of {genes}")
    rest = 2 * len(KINDS) + 1
    if exonic:
        return Risk(rest, first, f"{where} of {genes}")
    return Risk(rest + 1 if touched < INTERGENIC else rest + 2, first, "")


LEVELS = 2 * len(KINDS) + 4
"""Number of levels; the last is a site between genes."""


def with_risk(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``risk`` (level, 0 the gravest) and ``breaks`` (in words) to rows of sites.

    Parameters
    ----------
    rows
        With columns ``gene`` and ``region``.
    """
    pairs = rows.select("gene", "region").unique(maintain_order=True)
    judged = [risk(gene or "", region or "") for gene, region in pairs.iter_rows()]
    known = pairs.with_columns(
        pl.Series("risk", [item.level for item in judged], dtype=pl.Int64),
        pl.Series("breaks", [item.reason for item in judged], dtype=pl.String),
    )
    return rows.join(
        known, on=["gene", "region"], how="left", maintain_order="left", nulls_equal=True
    )
