"""Guides of a stretch as a table: what each is, where it cuts, how active it is likely to be."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ipse.genome.annotation import Annotation
from ipse.genome.efficiency.scorer import Scores
from ipse.genome.guide_sites import GuideSites
from ipse.genome.sense import sense_of
from ipse.genome.sites.regions import REGIONS
from ipse.genome.transcript import Transcript

_CDS, _UTR, _EXON, _INTRON, _NONE = range(len(REGIONS))


def guide_table(
    guides: GuideSites,
    cut_offset: int | None,
    transcripts: Iterable[Transcript],
    scores: Scores | None,
) -> pl.DataFrame:
    """Table of guides, a row each, in their order.

    Parameters
    ----------
    guides
        Guides.
    cut_offset
        Place of the nuclease's cut from the PAM-side end of the protospacer [nt]; None if not
        known: the column ``cut`` is empty, and the annotation is that of the border of
        protospacer and PAM.
    transcripts
        Transcripts to place cuts on, one a gene.
    scores
        Efficiencies; None if no score applies: their columns are empty.

    Returns
    -------
    polars.DataFrame
        ``start``, ``end`` of the protospacer and ``cut`` (the base right of it) are 0-based on the
        plus strand. ``region`` is one of ``REGIONS``, ``part`` the exon or intron, ``at`` the two
        bases the cut parts in HGVS numbering, ``cds_percent`` how much of the coding sequence lies
        before it [%], ``gc`` the part of G and C in the spacer.
    """
    place = guides.junction if cut_offset is None else guides.cut(cut_offset)
    spacers = guides.spacers()
    n = len(guides)
    letters = guides.around(0, 0)
    empty: NDArray[np.float64] = np.full(n, np.nan)
    found = scores or Scores(empty, empty, empty, empty)
    table = pl.DataFrame(
        {
            "contig": pl.Series([guides.contig] * n, dtype=pl.String),
            "start": guides.start,
            "end": guides.start + guides.length,
            "strand": np.where(guides.minus, "-", "+"),
            "spacer": pl.Series(spacers, dtype=pl.String),
            "pam": pl.Series(guides.pams(), dtype=pl.String),
            "cut": pl.Series([None] * n if cut_offset is None else place, dtype=pl.Int64),
            **_placed(place, transcripts),
            "gc": np.isin(letters, np.frombuffer(b"CG", np.uint8)).mean(axis=1),
            "tttt": pl.Series(["TTTT" in spacer for spacer in spacers], dtype=pl.Boolean),
            "starts_with_g": pl.Series([s.startswith("G") for s in spacers], dtype=pl.Boolean),
            "efficiency": found.value,
            "efficiency_low": found.low,
            "efficiency_high": found.high,
            "efficiency_percentile": found.percentile,
        }
    )
    return table.with_columns(pl.selectors.float().fill_nan(None).round(4))


def transcripts_over(annotation: Annotation, contig: str, start: int, end: int) -> list[Transcript]:
    """The first transcript of each gene over a stretch: MANE Select where there is one."""
    genes = dict.fromkeys(t.gene for t in annotation.overlapping(contig, start, end))
    over = []
    for gene in genes:
        for transcript in annotation.transcripts_of(gene):
            if transcript.contig == contig and transcript.start < end and transcript.end > start:
                over.append(transcript)
                break
    return over


def _placed(place: NDArray[np.int64], transcripts: Iterable[Transcript]) -> dict[str, pl.Series]:
    """Gene, transcript and position of borders between two bases; coding parts are told first."""
    n = len(place)
    region = np.full(n, _NONE)
    columns = {name: np.full(n, "", dtype=object) for name in ("gene", "transcript", "part", "at")}
    percent = np.full(n, np.nan)
    for transcript in transcripts:
        rows, own, parts, before = _on_transcript(place, transcript)
        better = own < region[rows]
        rows, own, parts, before = rows[better], own[better], parts[better], before[better]
        region[rows] = own
        columns["gene"][rows] = transcript.gene
        columns["transcript"][rows] = transcript.id
        kind = np.where(own == _INTRON, "intron ", "exon ")
        columns["part"][rows] = [f"{a}{b}" for a, b in zip(kind, parts, strict=True)]
        columns["at"][rows] = _named(place[rows], transcript)
        percent[rows] = before
    return {
        **{
            name: pl.Series(columns[name].tolist(), dtype=pl.String)
            for name in ("gene", "transcript")
        },
        "region": pl.Series([REGIONS[k] for k in region], dtype=pl.String),
        **{name: pl.Series(columns[name].tolist(), dtype=pl.String) for name in ("part", "at")},
        "cds_percent": pl.Series(percent, dtype=pl.Float64),
    }


def _on_transcript(
    place: NDArray[np.int64], transcript: Transcript
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Borders within a transcript: rows, regions, numbers of exon or intron, CDS before it [%]."""
    sense = sense_of(transcript)
    starts, ends = np.array(sense.starts), np.array(sense.ends)
    border = place if sense.plus else -place
    rows = np.nonzero((border > starts[0]) & (border < ends[-1]))[0]
    sides = np.stack([border[rows] - 1, border[rows]])  # the bases before and behind
    exon = np.searchsorted(starts, sides, side="right") - 1
    inside = sides < ends[exon]
    in_transcript = np.array(sense.offsets)[exon] + sides - starts[exon]
    percent = np.full(len(rows), np.nan)
    coding = np.zeros_like(inside)
    if sense.cds is None:
        region = np.where(inside.any(axis=0), _EXON, _INTRON)
    else:
        first, last = sense.cds
        coding = inside & (in_transcript >= first) & (in_transcript < last)
        region = np.where(inside.any(axis=0), np.where(coding.any(axis=0), _CDS, _UTR), _INTRON)
        bases = np.where(coding[0], in_transcript[0] + 1 - first, in_transcript[1] - first)
        percent = np.where(coding.any(axis=0), 100 * bases / (last - first), np.nan)
    number = np.where(inside[1], exon[1], exon[0]) + 1
    return rows, region, number, percent


def _named(place: NDArray[np.int64], transcript: Transcript) -> list[str]:
    """HGVS numbers of the two bases beside each border, as a range."""
    sense = sense_of(transcript)
    letter = "n" if sense.cds is None else "c"
    borders = place if sense.plus else -place
    return [f"{letter}.{sense.position(b - 1)}_{sense.position(b)}" for b in borders.tolist()]
