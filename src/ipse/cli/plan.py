"""``ipse plan``: from a case to a plan and its dossier."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from ipse.plan.model import Plan


class Region(StrEnum):
    """Regions whose law and labels Ipse knows."""

    US = "US"
    EU = "EU"
    UK = "UK"


class Format(StrEnum):
    """Human forms of a plan; ``plan.json`` is always written."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="plan")(plan)


def plan(
    case: Annotated[Path, typer.Argument(help="Case folder, or a phenopacket (JSON or YAML).")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder to write.", show_default="CASE-plan"),
    ] = None,
    genome: Annotated[
        str,
        typer.Option("--genome", "-g", help="Registered genome, or a FASTA file."),
    ] = "embedded",
    modalities: Annotated[
        str | None,
        typer.Option("--modalities", "-m", help="Comma list.", show_default="all"),
    ] = None,
    region: Annotated[Region, typer.Option(help="Whose law and labels apply.")] = Region.US,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Date the plan speaks for.",
            show_default="newest date in the shipped catalogue",
        ),
    ] = None,
    sections: Annotated[
        int,
        typer.Option(min=0, help="Proposals per strategy with a section and files of their own."),
    ] = 3,
    rank_by: Annotated[
        str | None,
        typer.Option(
            "--rank-by",
            help="Ranking keys put first, behind the verdict: comma list of evidence, "
            "restoration, serious, cautions, specificity, delivery, efficiency.",
            show_default="that order",
        ),
    ] = None,
    strategies: Annotated[
        str | None,
        typer.Option(help="Comma list of strategies to design.", show_default="all"),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="Form of the dossier.")
    ] = Format.HTML,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier plan.")] = False,
) -> None:
    """Plan living medicines for a case and write the dossier."""
    from ipse.core.errors import InputError
    from ipse.core.files import write_text
    from ipse.core.progress import progress_bar
    from ipse.plan.planner import PlanOptions, make_plan
    from ipse.plan.replay import CASE_POINTER
    from ipse.plan.write import PLAN, plan_folder, plan_text

    folder = out or Path(f"{case_name(case)}-plan")
    for name, given in (
        ("--genome", genome),
        ("--modalities", modalities),
        ("--rank-by", rank_by),
        ("--strategies", strategies),
    ):
        if given is not None and not given.strip():
            raise InputError("an option is empty", field=name, value=given, expected="a name")
    options = PlanOptions(
        genome=genome,
        modalities=names(modalities),
        region=region.value,
        as_of=as_of.date() if as_of else None,
        sections=sections,
        rank_by=names(rank_by) or (),
        strategies=names(strategies),
    )
    with plan_folder(folder, force=force) as temporary:
        with progress_bar() as progress:
            made = make_plan(case, temporary, options, progress)
            write_text(temporary / PLAN, plan_text(made))
            progress.task("writing the dossier")
            dossier = write_dossier(made, temporary, format_)
        pointer = os.path.relpath(case.resolve(), folder.resolve())
        write_text(temporary / CASE_POINTER, pointer + "\n")
    print_summary(made, folder / dossier)


def names(text: str | None) -> tuple[str, ...] | None:
    """Names of a comma list; None if none is given."""
    return tuple(name.strip() for name in text.split(",")) if text else None


def case_name(case: Path) -> str:
    """Name of a case: its folder, or its file without suffixes."""
    resolved = case.resolve()
    if resolved.name == "case.json":
        return resolved.parent.name
    return resolved.name if resolved.is_dir() else resolved.name.split(".")[0]


def dossier_forms() -> dict[Format, tuple[str, Callable[[Plan], str]]]:
    """Human forms of a plan: file name and renderer."""
    from ipse.report.markdown import render_markdown
    from ipse.report.render import render_html

    return {
        Format.HTML: ("dossier.html", render_html),
        Format.MARKDOWN: ("dossier.md", render_markdown),
    }


def write_dossier(made: Plan, folder: Path, form: Format) -> str:
    """Write the human form of a plan and give its file name."""
    from ipse.core.files import write_text
    from ipse.plan.write import PLAN

    if form is Format.JSON:
        return PLAN
    name, render = dossier_forms()[form]
    write_text(folder / name, render(made))
    return name


SHOWN = 5
"""Rows of the terminal's table; the dossier has all."""

MARKS = {"eligible": "bold green", "possible": "cyan", "unknown": "yellow", "excluded": "red"}


def print_summary(made: Plan, dossier: Path | None) -> None:
    """A short table, what weighs on the whole case, and where the dossier lies, if it is kept."""
    from collections import Counter

    from rich.console import Console

    console = Console(highlight=False, emoji=False)
    if made.proposals:
        console.print(_table(made))
    hidden = len(made.proposals) - SHOWN
    if hidden > 0:
        console.print(
            f"[dim]{hidden} more in the dossier; why this order: ipse explain[/]"
            if dossier
            else f"[dim]{hidden} more[/]"
        )
    reasons = Counter(item.reason for item in made.not_proposed)
    for reason, times in list(reasons.items())[: None if not made.proposals else SHOWN]:
        console.print(
            f"not proposed{f' ({times} strategies)' if times > 1 else ''}: {reason}", markup=False
        )
    for unknown in made.unknowns:
        console.print(f"unknown: {unknown.message} -> {unknown.resolves}", markup=False)
    for finding in made.findings:
        if finding.severity.rank >= 1:
            console.print(f"{finding.severity.value}: {finding.message}", markup=False)
    if dossier is not None:
        typer.echo(f"dossier: {dossier}")


def _table(made: Plan) -> Table:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column("verdict", no_wrap=True)
    table.add_column("proposal", ratio=1, overflow="fold")
    table.add_column("decided by", ratio=1, overflow="fold")
    for item in made.proposals[:SHOWN]:
        verdict = item.verdict.value
        table.add_row(
            str(item.rank),
            f"[{MARKS[verdict]}]{verdict}[/]",
            escape(item.title),
            escape(item.reason),
        )
    return table
