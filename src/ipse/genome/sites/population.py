"""Off-target sites of a cohort: each distinct haplotype window is searched once.

``ipse offtargets --vcf FILE --population [--groups FILE]`` calls :func:`search_population`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pysam
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.core.progress import Progress, Silent
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import Reference
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.patient import Asked
from ipse.genome.sites.patient_calls import each_contig
from ipse.genome.sites.patient_edits import Edits
from ipse.genome.sites.patient_haplotypes import Considered
from ipse.genome.sites.patient_overlay import Overlay, overlay
from ipse.genome.sites.patient_rows import Parted, near
from ipse.genome.sites.population_table import UNDECIDED, ContigSites, PopulationSites, joined
from ipse.genome.sites.rows import SCHEMA
from ipse.genome.sites.search import search

Numbers = NDArray[np.int64]


def open_cohort(reference: Reference, path: Path) -> PatientGenome:
    """Open a file of many samples; all are there under :attr:`PatientGenome.samples`.

    Raises
    ------
    InputError
        As of :class:`PatientGenome`, or if the file has no sample.
    """
    try:
        with pysam.VariantFile(str(path)) as handle:
            samples = list(handle.header.samples)
    except (OSError, ValueError):
        samples = []  # said better on opening it below
    return PatientGenome(reference, path, samples[0] if samples else None)


def read_groups(path: Path, samples: Iterable[str]) -> dict[str, str]:
    """Read a table of two columns, sample and group, with or without a head.

    Raises
    ------
    InputError
        If it cannot be read, a line has not two columns, or no sample of the file is in it.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "a table of groups cannot be read", file=path, value=str(error),
            expected="a TSV of sample and group",
        ) from None  # fmt: skip
    groups: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) < 2 or not fields[0].strip() or not fields[1].strip():
            raise InputError(
                "a line of a table of groups has not two columns", file=path,
                field=f"line {number}", value=line, expected="sample, tab, group",
            )  # fmt: skip
        sample, group = fields[0].strip(), fields[1].strip()
        if groups.get(sample, group) != group:
            raise InputError(
                "a sample stands in two groups", file=path, field=f"line {number}", value=sample,
                expected="one group a sample",
            )  # fmt: skip
        groups[sample] = group
    if not set(samples) & set(groups):
        raise InputError(
            "no sample of the cohort is in the table of groups", file=path, field="sample",
            value=", ".join(list(groups)[:5]), expected=", ".join(list(samples)[:5]),
        )  # fmt: skip
    return groups


def search_population(
    guides: str | Iterable[str],
    cohort: PatientGenome,
    pam: str | Pam | None = None,
    limits: Limits | None = None,
    *,
    samples: Iterable[str] | None = None,
    groups: Mapping[str, str] | None = None,
    index: SiteIndex | None = None,
    spacer_only: bool = False,
    contigs: Iterable[str] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> PopulationSites:
    """Find every site of guides on every haplotype anyone of a cohort carries.

    Parameters
    ----------
    guides, pam, limits, index, spacer_only, contigs, threads, progress
        As of :func:`ipse.genome.sites.patient.search_patient`.
    cohort
        File of many samples and its reference; the sample it was opened with does not matter.
    samples
        People to be searched; by default all of the file.
    groups
        Group of each sample; those without one count for everyone alone.

    Raises
    ------
    InputError
        As of :func:`ipse.genome.sites.patient.search_patient`, or if a sample is not in the file.
    """
    people = people_of(cohort, samples)
    reference = cohort.reference
    asked = Asked.of(guides, pam, limits, index, spacer_only, threads)
    wanted = None if contigs is None else [reference.resolve(name) for name in contigs]
    report = progress or Silent()
    found, considered = sites_by_contig(asked, cohort, people, index, wanted, asked.reach, report)
    return joined(found, people, dict(groups or {}), asked.guides, reference.contigs(), considered)


def sites_by_contig(
    asked: Asked,
    cohort: PatientGenome,
    people: list[str],
    index: SiteIndex | None,
    wanted: list[str] | None,
    reach: int,
    report: Progress,
) -> tuple[list[ContigSites], list[Considered]]:
    """Search contig by contig; ``reach`` is the longest site of all guides, PAM included."""
    reference = cohort.reference
    rows = search(
        [guide.sequence for guide in asked.guides], index or reference, asked.pam, asked.limits,
        spacer_only=True, contigs=wanted, threads=asked.job.threads, progress=report,
    )  # fmt: skip
    _, _, base = asked.geometry.of(rows)
    rows = rows.with_columns(
        _base=pl.Series(base, dtype=pl.Int64), _beyond=pl.lit(0, dtype=pl.Int64)
    )
    by_contig = rows.partition_by("contig", as_dict=True)
    considered = [Considered(name) for name in people]
    report.task("searching the cohort", len(reference.contigs()))
    found: list[ContigSites] = []
    for edits, letters, carried in each_contig(cohort, people, wanted):
        here = by_contig.pop((edits.contig,), rows.clear())
        laid = [overlay(edits, letters, own, reach) for own in carried]
        for own, one in zip(considered, laid, strict=True):
            own.add(one)
        found.append(_of_contig(here, edits, laid, asked, report))
        report.advance()
    found += [ContigSites(str(name), rest, None, {}) for (name,), rest in by_contig.items()]
    return found, considered


def people_of(cohort: PatientGenome, samples: Iterable[str] | None) -> list[str]:
    """Samples wanted, in the file's order."""
    wanted = set(cohort.samples if samples is None else samples)
    unknown = sorted(wanted - set(cohort.samples))
    if unknown or not wanted:
        raise InputError(
            "a sample is not in the file of variant calls", file=cohort.path, field="sample",
            value=", ".join(unknown[:5]), expected=", ".join(cohort.samples[:20]),
        )  # fmt: skip
    return [name for name in cohort.samples if name in wanted]


def _of_contig(
    rows: pl.DataFrame, edits: Edits, laid: list[Overlay], asked: Asked, report: Progress
) -> ContigSites:
    """Search the windows of everyone, and say who has what."""
    pool = Pool.of(edits, laid)
    (hits,) = asked.rows([pool.overlay], None, report)
    plain = rows.select(list(SCHEMA))
    every, places = np.arange(plain.height), np.stack(asked.geometry.of(plain))
    tables = []
    for k, own in enumerate(laid):
        parted = Parted.of(plain, every, places, own)
        made = near(parted, pool.rows_of(k, hits, own), own, asked.geometry)
        over = rows[parted.over].with_columns(
            _own=pl.lit(""), _is_reference=pl.lit(True), change=pl.lit(UNDECIDED)
        )
        together = pl.concat([made, over.select(made.columns)])
        tables.append(together.with_columns(_sample=pl.lit(k, dtype=pl.Int64)))
    single = {
        k: own.clusters.carried.single
        for k, own in enumerate(laid)
        if len(own.clusters.carried.single)
    }
    return ContigSites(edits.contig, rows, pl.concat(tables), single)


@dataclass(frozen=True)
class Pool:
    """Pieces of many people, each distinct one once.

    Attributes
    ----------
    overlay
        The distinct pieces; its clusters are nobody's.
    which
        For each person, the distinct piece of each of theirs.
    """

    overlay: Overlay
    which: list[Numbers]

    @classmethod
    def of(cls, edits: Edits, laid: list[Overlay]) -> Pool:
        """Put pieces together: the same place and the same edits are the same piece."""
        alike = _alike(edits)
        known: dict[bytes, int] = {}
        which: list[Numbers] = []
        kept: list[tuple[int, int]] = []
        for person, own in enumerate(laid):
            names = alike[own.applied]
            numbers = np.empty(len(own.pieces), np.int64)
            bounds = own.first_applied.tolist()
            for piece in range(len(own.pieces)):
                key = names[bounds[piece] : bounds[piece + 1]].tobytes()
                numbers[piece] = known.setdefault(key, len(known))
                if numbers[piece] == len(kept):
                    kept.append((person, piece))
            which.append(numbers)
        return cls(_together(edits, laid, kept), which)

    def rows_of(self, person: int, hits: pl.DataFrame, own: Overlay) -> pl.DataFrame:
        """Rows of the pool as those of one person's overlay."""
        pool = self.overlay
        of_piece = pool.piece_at(hits["start"].to_numpy())
        order = np.argsort(of_piece, kind="stable")
        wanted = self.which[person]
        first = np.searchsorted(of_piece[order], wanted, side="left")
        many = np.searchsorted(of_piece[order], wanted, side="right") - first
        piece = np.repeat(np.arange(len(wanted)), many)
        steps = np.arange(len(piece)) - np.repeat(np.cumsum(many) - many, many)
        chosen: pl.DataFrame = hits[order[first[piece] + steps]]
        moved = pl.Series(own.pieces[piece, 0] - pool.pieces[wanted[piece], 0])
        start, end = chosen["start"] + moved, chosen["end"] + moved
        return chosen.with_columns(start, end)


def _alike(edits: Edits) -> Numbers:
    """Number of each edit, the same for edits that do the same."""
    known: dict[tuple[int, int, bytes], int] = {}
    bounds = edits.first.tolist()
    return np.array(
        [
            known.setdefault((start, end, edits.letters[bounds[k] : bounds[k + 1]].tobytes()), k)
            for k, (start, end) in enumerate(
                zip(edits.start.tolist(), edits.end.tolist(), strict=True)
            )
        ],
        np.int64,
    )


def _together(edits: Edits, laid: list[Overlay], kept: list[tuple[int, int]]) -> Overlay:
    """An overlay of chosen pieces (person, piece)."""
    texts, pieces, places, applied = [], [], [], []
    at = done = 0
    for person, piece in kept:
        own = laid[person]
        begin, end, start, _ = own.pieces[piece].tolist()
        first, last = own.first_applied[piece : piece + 2].tolist()
        texts.append(own.text[begin : end + 1])
        pieces.append((at, at + end - begin, start, done))
        places.append(own.places[first:last] + at - begin)
        applied.append(own.applied[first:last])
        at += end - begin + 1
        done += last - first
    nothing = np.empty(0, np.int64)
    return Overlay(
        edits=edits,
        clusters=laid[0].clusters,
        text=np.concatenate([np.empty(0, np.uint8), *texts]),
        pieces=np.array(pieces, np.int64).reshape(-1, 4),
        cluster=nothing,
        combination=nothing,
        places=np.concatenate([nothing, *places]),
        applied=np.concatenate([nothing, *applied]),
    )
