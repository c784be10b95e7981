"""Search: every site of guides in a reference within limits."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import polars as pl

from ipse.core.progress import Progress, Silent
from ipse.genome.reference import Reference
from ipse.genome.sites.found import Found, decide
from ipse.genome.sites.guides import GuideSet, by_length, parse_guides
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.rows import frame
from ipse.genome.sites.scan import scan
from ipse.genome.sites.stretches import STRETCH, Stretch, stretches

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def search(
    guides: str | Iterable[str],
    reference: Reference,
    pam: str | Pam = "NGG",
    limits: Limits | None = None,
    *,
    all_alignments: bool = False,
    spacer_only: bool = False,
    contigs: Iterable[str] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Find every site of guides within limits, without an index.

    Parameters
    ----------
    guides
        Spacers of 17 to 25 nt, 5' to 3', without the PAM.
    reference
        Where to search.
    pam
        IUPAC pattern, several joined by ``+``, or a :class:`Pam`.
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
        For a guide, a PAM or a limit that cannot be searched.
    """
    pam = Pam.parse(pam) if isinstance(pam, str) else pam
    limits = limits or Limits()
    parsed = parse_guides(guides, pam, spacer_only=spacer_only)
    guide_sets = by_length(parsed, pam)
    names = reference.contigs()
    wanted = names if contigs is None else [reference.resolve(name) for name in contigs]
    report = progress or Silent()
    report.task("searching", sum(reference.length(name) for name in wanted))

    def one(stretch: Stretch) -> list[Found]:
        return _scan_and_decide(stretch, pam, guide_sets, limits, all_alignments)

    def pieces() -> Iterator[Stretch]:
        for name in wanted:
            yield from stretches(reference, name, names.index(name))

    parts: list[list[Found]] = [[] for _ in guide_sets]
    for found in in_threads(one, pieces(), threads):
        for k, part in enumerate(found):
            parts[k].append(part)
        report.advance(STRETCH)
    joined = [
        (guide_set, Found.join(part))
        for guide_set, part in zip(guide_sets, parts, strict=True)
        if part
    ]
    return frame(joined, parsed, names, pam)


def _scan_and_decide(
    stretch: Stretch, pam: Pam, guide_sets: list[GuideSet], limits: Limits, every: bool
) -> list[Found]:
    return [
        decide(
            candidates,
            stretch.contig,
            stretch.length,
            lambda positions: stretch.letters[positions - stretch.offset],
            guides,
            pam,
            limits,
            every=every,
        )
        for guides, candidates in zip(
            guide_sets, scan(stretch, pam, guide_sets, limits), strict=True
        )
    ]


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
