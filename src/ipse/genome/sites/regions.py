"""Genes and regions that sites lie in."""

from __future__ import annotations

import polars as pl

from ipse.genome.annotation import Annotation
from ipse.genome.transcript import Transcript

REGIONS = ("cds", "utr", "exon", "intron", "intergenic")
"""Regions, the one that is told first; ``exon`` is one of a non-coding transcript."""


def annotate(sites: pl.DataFrame, annotation: Annotation) -> pl.DataFrame:
    """Add the columns ``gene`` and ``region``.

    Parameters
    ----------
    sites
        Table of sites.
    annotation
        Transcripts of the same reference.

    Returns
    -------
    polars.DataFrame
        ``gene`` names every gene over the site, by comma; ``region`` is the first of ``REGIONS``
        over all their transcripts.
    """
    places = sites.select("contig", "start", "end").unique(maintain_order=True)
    genes, regions = [], []
    for contig, start, end in places.iter_rows():
        transcripts = annotation.overlapping(contig, start, end)
        genes.append(",".join(sorted({transcript.gene for transcript in transcripts})))
        found = {_region(transcript, start, end) for transcript in transcripts}
        regions.append(next((name for name in REGIONS if name in found), REGIONS[-1]))
    known = places.with_columns(
        pl.Series("gene", genes, dtype=pl.String), pl.Series("region", regions, dtype=pl.String)
    )
    return sites.join(known, on=["contig", "start", "end"], how="left", maintain_order="left")


def _region(transcript: Transcript, start: int, end: int) -> str:
    coding = transcript.coding_extent
    exons = [(max(a, start), min(b, end)) for a, b in transcript.exons if a < end and b > start]
    if not exons:
        return "intron"
    if coding is None:
        return "exon"
    return "cds" if any(a < coding[1] and b > coding[0] for a, b in exons) else "utr"
