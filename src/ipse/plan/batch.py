"""Edits for many variants at once, spread over processes."""

from __future__ import annotations

import csv
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ipse.core.errors import InputError, NotInReference
from ipse.core.files import read_text
from ipse.core.progress import Progress, Silent
from ipse.core.proposal import NotProposed, Proposal, Unknown
from ipse.genome.registry import Genome, open_genome
from ipse.patient.typed_case import typed_case
from ipse.plan.planner import PlanOptions, propose

COLUMNS = ("variant", "gene", "zygosity", "disease")
"""Columns of a file of variants; only the first is needed."""
CHUNK = 8
"""Variants a process takes at a time."""


@dataclass(frozen=True)
class Asked:
    """One line of a batch: a variant as people write it, and what is said of it."""

    variant: str
    gene: str = ""
    zygosity: str = ""
    disease: str = ""
    line: int = 0


@dataclass(frozen=True)
class Edited:
    """What came of one line.

    Attributes
    ----------
    error
        Why the line could not be read, in one line; empty if it was.
    """

    asked: Asked
    proposals: tuple[Proposal, ...] = ()
    not_proposed: tuple[NotProposed, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    error: str = ""


def read_batch(path: Path) -> list[Asked]:
    """Read variants: a TSV with a column ``variant``, or a variant a line.

    Raises
    ------
    InputError
        For a file without a variant, an unknown column or a ragged line.
    """
    text = read_text(path, "a file of variants")
    rows = [
        (number, row)
        for number, row in enumerate(csv.reader(text.splitlines(), delimiter="\t"), start=1)
        if any(cell.strip() for cell in row) and not row[0].startswith("#")
    ]
    if not rows:
        raise InputError("a file of variants is empty", file=path, expected="a variant a line")
    names: Sequence[str] = COLUMNS[:1]
    if "variant" in rows[0][1]:
        names = [cell.strip() for cell in rows[0][1]]
        for name in names:
            if name not in COLUMNS:
                raise InputError(
                    "an unknown column", file=path, value=name, expected=", ".join(COLUMNS)
                )
        rows = rows[1:]
    found = []
    for number, row in rows:
        if len(row) > len(names):
            raise InputError(
                "a line has more cells than the header", file=path, field=f"line {number}",
                value=len(row), expected=f"{len(names)}: {', '.join(names)}",
            )  # fmt: skip
        cells = dict(zip(names, (cell.strip() for cell in row), strict=False))
        if not cells.get("variant"):
            raise InputError(
                "a line names no variant", file=path, field=f"line {number}", expected="a variant"
            )
        found.append(Asked(**cells, line=number))
    return found


def edit_all(
    asked: Sequence[Asked],
    options: PlanOptions,
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[Edited]:
    """Design edits for every variant, in the order given.

    Parameters
    ----------
    options
        As for a plan; ``modalities`` is set to editing.
    workers
        Processes; 1 works in this one. What comes out does not depend on it.
    """
    progress = progress or Silent()
    options = replace(options, modalities=("editing",))
    progress.task("designing edits", total=len(asked))
    if workers <= 1:
        for item in asked:
            yield edit_one(item, options)
            progress.advance()
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        jobs = ((item, options) for item in asked)
        for done in pool.map(_job, jobs, chunksize=CHUNK):
            yield done
            progress.advance()


def edit_one(asked: Asked, options: PlanOptions) -> Edited:
    """Design edits for one variant; bad input is told in ``error``, not raised."""
    genome = _genome(options.genome)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            case = typed_case(
                Path(scratch), asked.variant, genome,
                gene=asked.gene, zygosity=asked.zygosity, disease=asked.disease,
            )  # fmt: skip
            *_, answers = propose(case, genome, options, Silent())
    except NotInReference as missing:
        return Edited(asked, error=f"{missing.message}")
    except InputError as error:
        said = [error.message, *(f"{error.value}" for _ in [0] if error.value is not None)]
        return Edited(asked, error=": ".join(said))
    return Edited(
        asked,
        tuple(answers.proposals.values()),
        tuple(answers.not_proposed),
        tuple(answers.unknowns),
    )


def _job(job: tuple[Asked, PlanOptions]) -> Edited:
    return edit_one(*job)


@cache
def _genome(name: str) -> Genome:
    """Genome of this process, opened once."""
    return open_genome(name)
