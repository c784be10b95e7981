"""The same searches over a Dask cluster: contigs by people by batches of guides.

``ipse offtargets --scheduler tcp://HOST:PORT`` calls :func:`search_distributed`. Workers open the
genome and the calls by their paths, so these must be the same on every machine. A task that a lost
worker had in hand is given to another, and the parts are put together in one order: the result is
that of a search on one machine.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ipse.core.errors import InputError, IpseError
from ipse.core.progress import Progress, Silent
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import Reference
from ipse.genome.registry import open_genome
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.patient import Asked, PatientSites, search_patient
from ipse.genome.sites.patient_haplotypes import Considered, Haplotypes
from ipse.genome.sites.patient_rows import in_order
from ipse.genome.sites.population import open_cohort, people_of, sites_by_contig
from ipse.genome.sites.population_table import ContigSites, PopulationSites, joined
from ipse.genome.sites.search import search

if TYPE_CHECKING:
    from distributed import Client

TOGETHER = 64_000_000
"""Contigs are put into one task until they have so many bases."""
GUIDES = 100
"""Guides of one task."""
PEOPLE = 50
"""People of one task."""
_ADDRESS = re.compile(r"[a-z]+://\S+:\d+")
ANSWER = 20
"""How long a scheduler may take to answer [s]."""


@dataclass(frozen=True)
class Request:
    """A search as text and paths, so that it can be sent to another machine.

    Attributes
    ----------
    guides
        Spacers, 5' to 3', without the PAM.
    genome
        Installed genome, or path of a FASTA file.
    pam, side
        Pattern; side 3 or 5, None for the pattern's own.
    limits
        Limits.
    index
        Folder of the site index, if there is one.
    vcf, sample
        File of calls; the person's name for a search of one person.
    population
        Search everyone of the file, or ``samples``.
    groups
        Group of each sample, as pairs.
    """

    guides: tuple[str, ...]
    genome: str
    pam: str = "NGG"
    side: int | None = None
    limits: Limits = field(default_factory=Limits)
    index: str | None = None
    vcf: str | None = None
    sample: str | None = None
    population: bool = False
    samples: tuple[str, ...] | None = None
    groups: tuple[tuple[str, str], ...] = ()

    def asked(self) -> Asked:
        """The search, read and laid out, for one thread."""
        pam = Pam.parse(self.pam, self.side)
        return Asked.of(self.guides, pam, self.limits, None, True, 1)


@dataclass(frozen=True)
class Task:
    """A part of a search.

    Attributes
    ----------
    request
        The search, of this task's guides alone.
    contigs
        Contigs of the task.
    people
        Samples of the task, and the number of the first among all.
    reach
        Letters of the longest site of all guides, PAM included.
    search
        Name of the search, made anew for each, as files may change between two.
    """

    request: Request
    contigs: tuple[str, ...]
    people: tuple[str, ...]
    first: int
    reach: int
    search: str


@dataclass(frozen=True)
class Part:
    """Result of a task: rows of a reference or a person, or sites of a part of a cohort."""

    table: pl.DataFrame | None
    sites: list[ContigSites]
    considered: list[Considered]


def search_distributed(
    request: Request,
    scheduler: str | Client,
    *,
    guides_a_task: int = GUIDES,
    people_a_task: int = PEOPLE,
    bases_a_task: int = TOGETHER,
    progress: Progress | None = None,
) -> pl.DataFrame | PatientSites | PopulationSites:
    """Search on a cluster.

    Parameters
    ----------
    request
        What to search.
    scheduler
        Address of a Dask scheduler, or a client of one.
    guides_a_task, people_a_task, bases_a_task
        Size of the tasks.
    progress
        Where to report.

    Returns
    -------
    polars.DataFrame, PatientSites or PopulationSites
        As of :func:`search`, :func:`search_patient` and :func:`search_population`.

    Raises
    ------
    InputError
        As of those.
    IpseError
        If Dask is not installed, the scheduler does not answer, or every worker is lost.
    """
    asked = request.asked()
    opened = (uuid.uuid4().hex, threading.get_ident())
    reference = _genome(request.genome, opened)
    people: list[str] = []
    if request.population:
        people = people_of(_cohort(request, opened), request.samples)
    tasks = list(_tasks(opened[0], request, asked, reference, people, guides_a_task, people_a_task,
                        bases_a_task))  # fmt: skip
    parts = _run(tasks, scheduler, progress or Silent())
    contigs = reference.contigs()
    if request.population:
        sites = [one for part in parts for one in part.sites]
        considered = _considered(tasks, parts, people)
        groups = dict(request.groups)
        return joined(sites, people, groups, asked.guides, contigs, considered)
    tables = [part.table for part in parts if part.table is not None]
    table = in_order(pl.concat(tables), asked.guides, contigs)
    if request.vcf is None:
        return table
    return PatientSites(table, _considered(tasks, parts, [])[0])


def _tasks(
    search_name: str,
    request: Request,
    asked: Asked,
    reference: Reference,
    people: list[str],
    guides_a_task: int,
    people_a_task: int,
    bases_a_task: int,
) -> Iterator[Task]:
    """Parts of a search; batches of guides outermost, then contigs, then people."""
    texts = [guide.sequence for guide in asked.guides]
    groups: list[list[str]] = [[]]
    size = 0
    # An index is searched as a whole.
    apart = request.index is None
    for name in reference.contigs():
        length = reference.length(name)
        if apart and groups[-1] and size + length > bases_a_task:
            groups.append([])
            size = 0
        groups[-1].append(name)
        size += length
    batches = [people[k : k + people_a_task] for k in range(0, len(people), people_a_task)] or [[]]
    for start in range(0, len(texts), guides_a_task):
        part = replace(request, guides=tuple(texts[start : start + guides_a_task]))
        for contigs in groups:
            first = 0
            for batch in batches:
                yield Task(part, tuple(contigs), tuple(batch), first, asked.reach, search_name)
                first += len(batch)


def work(task: Task) -> Part:
    """Do one task; this is what runs on a worker."""
    request, opened = task.request, (task.search, threading.get_ident())
    asked = request.asked()
    reference = _genome(request.genome, opened)
    index = None if request.index is None else _index(request.index, request.genome, opened)
    contigs = list(task.contigs)
    if request.population:
        cohort = _cohort(request, opened)
        sites, considered = sites_by_contig(
            asked, cohort, list(task.people), index, contigs, task.reach, Silent()
        )
        return Part(None, [one.moved(task.first) for one in sites], considered)
    if request.vcf is not None:
        patient = _patient(request.vcf, request.sample, request.genome, opened)
        haplotypes = _haplotypes(
            request.vcf, request.sample, request.genome, task.contigs, task.reach, opened
        )
        found = search_patient(
            request.guides, patient, asked.pam, asked.limits, index=index, haplotypes=haplotypes,
            spacer_only=True, contigs=contigs, threads=1,
        )  # fmt: skip
        return Part(found.table, [], [found.considered])
    table = search(
        request.guides, index or reference, asked.pam, asked.limits, spacer_only=True,
        contigs=contigs, threads=1,
    )  # fmt: skip
    return Part(table, [], [])


# What a worker has opened is kept for its next task of the same search; files are not shared
# between threads.
Opened = tuple[str, int]


@lru_cache(maxsize=16)
def _genome(genome: str, search: Opened) -> Reference:
    return open_genome(genome).reference


@lru_cache(maxsize=16)
def _index(folder: str, genome: str, search: Opened) -> SiteIndex:
    return SiteIndex.open(Path(folder), _genome(genome, search))


@lru_cache(maxsize=16)
def _patient(vcf: str, sample: str | None, genome: str, search: Opened) -> PatientGenome:
    return PatientGenome(_genome(genome, search), Path(vcf), sample)


@lru_cache(maxsize=4)
def _haplotypes(
    vcf: str, sample: str | None, genome: str, contigs: tuple[str, ...], reach: int, search: Opened
) -> Haplotypes:
    return Haplotypes.build(_patient(vcf, sample, genome, search), reach, contigs=contigs)


def _cohort(request: Request, search: Opened) -> PatientGenome:
    if request.vcf is None:
        raise InputError("a cohort needs a file of calls", field="--vcf", expected="a VCF or BCF")
    return _opened_cohort(request.vcf, request.genome, search)


@lru_cache(maxsize=4)
def _opened_cohort(vcf: str, genome: str, search: Opened) -> PatientGenome:
    return open_cohort(_genome(genome, search), Path(vcf))


def _run(tasks: list[Task], scheduler: str | Client, progress: Progress) -> list[Part]:
    """Give tasks to the cluster, and their results in the order of the tasks."""
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise IpseError(
            "Dask is not installed", field="--scheduler", expected="the package distributed",
            next_step="install it: pip install 'ipse[cluster]'",
        ) from None  # fmt: skip
    client: Any = scheduler
    if isinstance(scheduler, str):
        if not _ADDRESS.fullmatch(scheduler):
            raise InputError(
                "the address of a scheduler is not one", field="--scheduler", value=scheduler,
                expected="PROTOCOL://HOST:PORT, e.g. tcp://127.0.0.1:8786",
            )  # fmt: skip
        try:
            client = Client(  # type: ignore[no-untyped-call]
                scheduler, timeout=ANSWER, set_as_default=False
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise IpseError(
                "the scheduler does not answer", field="--scheduler", value=scheduler,
                expected=f"a running Dask scheduler ({type(error).__name__})",
                next_step="start one: dask scheduler; then workers: dask worker tcp://HOST:8786",
            ) from None  # fmt: skip
    progress.task("searching on the cluster", len(tasks))
    try:
        futures = client.map(work, tasks, pure=False)
        for done in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call]
            if done.status == "error":
                break
            progress.advance()
        results: list[Part] = client.gather(futures)
    except KilledWorker as error:
        raise IpseError(
            "a task was lost with every worker that tried it", field="--scheduler",
            value=str(error), expected="workers with enough memory",
            next_step="look into the workers' logs; give them more memory, or fewer guides a task",
        ) from None  # fmt: skip
    finally:
        if isinstance(scheduler, str):
            client.close()
    return results


def _considered(tasks: list[Task], parts: list[Part], people: list[str]) -> list[Considered]:
    """What became of the calls: of the first batch of guides, all contigs together."""
    first = tasks[0].request
    sums = [Considered(name) for name in people]
    for task, part in zip(tasks, parts, strict=True):
        if task.request != first:
            continue
        if not sums:
            sums = [Considered(part.considered[0].sample)]
        for k, one in enumerate(part.considered):
            sums[task.first + k].counts.add(one.counts)
            sums[task.first + k].over += one.over
    return sums
