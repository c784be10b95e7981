"""Search: every site of guides in a reference within limits."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.core.progress import Progress, Silent
from ipse.genome.reference import Reference
from ipse.genome.sites.found import Found, Source, decide
from ipse.genome.sites.guides import GuideSet, by_length, parse_guides
from ipse.genome.sites.halves import expected
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.rows import frame
from ipse.genome.sites.scan import Candidates, scan
from ipse.genome.sites.stretches import STRETCH, Stretch, stretches

_BATCH, _BATCH_BULGES = 64, 4
"""Guides of one task."""
_CANDIDATES = 2_000_000
"""Sites of one task, about: each takes some 150 bytes until it is a row."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def search(
    guides: str | Iterable[str],
    genome: Reference | SiteIndex,
    pam: str | Pam | None = None,
    limits: Limits | None = None,
    *,
    all_alignments: bool = False,
    spacer_only: bool = False,
    contigs: Iterable[str] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Find every site of guides within limits.

    Parameters
    ----------
    guides
        Spacers of 17 to 25 nt, 5' to 3', without the PAM.
    genome
        Where to search: a reference, which is scanned, or an index.
    pam
        IUPAC pattern, several joined by ``+``, or a :class:`Pam`; by default that of the index,
        or NGG.
    limits
        By default up to four mismatches and no bulge.
    all_alignments
        Give every alignment of a site, not the best alone.
    spacer_only
        The guides hold no PAM, even where it looks like it.
    contigs
        Search these alone.
    threads
        Threads; by default one for each processor this process may use.
    progress
        Where to report.

    Returns
    -------
    polars.DataFrame
        Columns and order of ``docs/offtargets.md``.

    Raises
    ------
    InputError
        For a guide, a PAM or a limit that cannot be searched, or a PAM the index is not of.
    """
    index = genome if isinstance(genome, SiteIndex) else None
    if pam is None:
        pam = "NGG" if index is None else index.pam
    pam = Pam.parse(pam) if isinstance(pam, str) else pam
    parsed = parse_guides(guides, pam, spacer_only=spacer_only)
    job = Job(pam, limits or Limits(), by_length(parsed, pam), all_alignments, threads)
    report = progress or Silent()
    if isinstance(genome, SiteIndex):
        names = genome.meta.contigs
        parts = _look_up(genome, job, report)
    else:
        names = genome.contigs()
        parts = _scan(
            job, _stretches(genome, names, contigs), sum(map(genome.length, names)), report
        )
    found = frame(parts, parsed, names, pam)
    if index is not None and contigs is not None:
        found = found.filter(pl.col("contig").is_in(list(contigs)))
    return found


@dataclass(frozen=True)
class Job:
    """What is searched, and how: PAM, limits, guides, every alignment or the best, threads."""

    pam: Pam
    limits: Limits
    guide_sets: list[GuideSet]
    every: bool
    threads: int | None

    def decide(self, candidates: Candidates, source: Source, guides: GuideSet) -> Found:
        """Align candidates."""
        return decide(candidates, source, guides, self.pam, self.limits, every=self.every)


Parts = list[tuple[GuideSet, Found]]


def _scan(job: Job, pieces: Iterable[Stretch], total: int, report: Progress) -> Parts:
    """Scan stretches."""
    report.task("searching", total)
    parts: list[list[Found]] = [[] for _ in job.guide_sets]
    for found in in_threads(lambda stretch: _scan_one(stretch, job), pieces, job.threads):
        for k, part in enumerate(found):
            parts[k].append(part)
        report.advance(STRETCH)
    return [
        (guides, Found.join(part))
        for guides, part in zip(job.guide_sets, parts, strict=True)
        if part
    ]


def _stretches(
    reference: Reference, names: list[str], wanted: Iterable[str] | None
) -> Iterator[Stretch]:
    chosen = names if wanted is None else [reference.resolve(name) for name in wanted]
    for name in chosen:
        yield from stretches(reference, name, names.index(name))


def _look_up(index: SiteIndex, job: Job, report: Progress) -> Parts:
    """Look guides up; those that are quicker found by a scan are scanned for together."""
    if not index.pam.contains(job.pam):
        raise InputError(
            "a site index is of another PAM", file=index.folder, field="--pam",
            value=str(job.pam), expected=str(index.pam),
            next_step="search without the index, or build one of this PAM",
        )  # fmt: skip
    report.task("searching", sum(map(len, job.guide_sets)))
    most = _BATCH_BULGES if job.limits.bulges else _BATCH
    tasks = []
    for guides in job.guide_sets:
        each = expected(len(index), guides.length, job.limits.mismatches)
        batch = min(most, max(1, _CANDIDATES // (each + 1)))
        tasks += [
            (guides, np.arange(start, min(start + batch, len(guides)), dtype=np.int64))
            for start in range(0, len(guides), batch)
        ]

    def one(task: tuple[GuideSet, NDArray[np.int64]]) -> tuple[Found, NDArray[np.int64]]:
        guides, places = task
        candidates, left = index.candidates(guides, places, job.limits)
        return job.decide(candidates, index.source(candidates.junction), guides), left

    parts: Parts = []
    by_scan: list[GuideSet] = []
    for (guides, places), (found, left) in zip(
        tasks, in_threads(one, tasks, job.threads), strict=True
    ):
        parts.append((guides, found))
        if len(left):
            by_scan.append(guides.take(left))
        report.advance(len(places))
    if by_scan:
        rest = replace(job, guide_sets=by_scan)
        parts += _scan(rest, index.stretches(), sum(index.meta.lengths), report)
    return [
        (guides, Found.join([found for other, found in parts if other is guides]))
        for guides in {id(guides): guides for guides, _ in parts}.values()
    ]


def _scan_one(stretch: Stretch, job: Job) -> list[Found]:
    found = []
    every = scan(stretch, job.pam, job.guide_sets, job.limits)
    for guides, candidates in zip(job.guide_sets, every, strict=True):
        n = len(candidates)
        source = Source.of_text(
            stretch.letters,
            contig=np.full(n, stretch.contig, np.int64),
            begin=np.full(n, -stretch.offset, np.int64),
            end=np.full(n, stretch.length - stretch.offset, np.int64),
        )
        found.append(job.decide(candidates, source, guides))
    return found


def processors() -> int:
    """Processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def in_threads(
    work: Callable[[_Item], _Result], items: Iterable[_Item], threads: int | None
) -> Iterator[_Result]:
    """Do work in threads and give the results in the order of the items.

    Few items are taken ahead, so that a genome is never in memory as a whole.
    """
    threads = threads or processors()
    if threads == 1:
        yield from map(work, items)
        return
    source = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque(pool.submit(work, item) for item in islice(source, 2 * threads))
        while waiting:
            result = waiting.popleft().result()
            for item in islice(source, 1):
                waiting.append(pool.submit(work, item))
            yield result
