"""``ipse case``: what Ipse understood of a case."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ipse.patient.model import Case, CaseVariant

app = typer.Typer(help="Look at a case: what is understood of it and what is not.")


class Format(StrEnum):
    """How a case is shown."""

    TEXT = "text"
    JSON = "json"


@app.callback()
def case() -> None:
    """Look at a case: what is understood of it and what is not."""


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="Case folder, or a phenopacket (JSON or YAML).")],
    form: Annotated[
        Format, typer.Option("--format", "-f", help="Text for people, JSON for programs.")
    ] = Format.TEXT,
) -> None:
    """Show what was understood of a case, what was only kept, and what was not used.

    Example: ipse case show examples/cps1-q335x
    """
    from ipse.patient.read import read_case

    read = read_case(file)
    if form is Format.JSON:
        from ipse.core.canonical import dumps

        typer.echo(dumps(as_data(read)), nl=False)
        return
    from rich.console import Console

    _print(read, Console(highlight=False, emoji=False, soft_wrap=True))


def as_data(case: Case) -> dict[str, Any]:
    """The case as JSON data: the summary, variants, findings and every leaf's class."""
    from ipse.patient.summary import summary

    return {
        **summary(case),
        "schema_version": case.schema_version,
        "variants": [dict(_variant(item)) for item in case.interpretations],
        "findings": [finding.model_dump(mode="json") for finding in case.findings],
        "leaves": {
            "used": list(case.leaves.used),
            "kept": list(case.leaves.kept),
            "not_used": list(case.leaves.unused),
        },
    }


def _print(case: Case, console: Console) -> None:
    from rich.markup import escape
    from rich.table import Table

    from ipse.patient.summary import summary

    shown = summary(case)
    who = ", ".join(part for part in (shown["sex"], shown["age"]) if part)
    console.print(f"[bold]{escape(case.id or case.path.name)}[/]  {escape(who)}")
    for title, key in (
        ("Diseases", "diseases"), ("Features", "features"),
        ("Features looked for and absent", "excluded_features"),
        ("Measurements", "measurements"), ("Medical actions", "actions"), ("Files", "files"),
        ("Facts", "facts"),
    ):  # fmt: skip
        if shown[key]:
            console.print(f"\n[bold]{title}[/]")
            for line in shown[key]:
                console.print(f"  {escape(line)}")
    for number, variant in enumerate(case.interpretations, start=1):
        console.print(f"\n[bold]Variant {number}[/]")
        table = Table.grid(padding=(0, 2))
        for name, text in _variant(variant):
            table.add_row(f"  {name}", escape(text))
        console.print(table)
    _print_findings(case, console)
    _print_leaves(case, console)


def _variant(variant: CaseVariant) -> Iterator[tuple[str, str]]:
    """Name and text of what a variant states."""
    vcf = variant.vcf
    copies = "" if variant.copy_number is None else str(variant.copy_number)
    for name, text in (
        ("gene", " ".join(part for part in (variant.gene, variant.hgnc) if part)),
        *variant.expressions.items(),
        ("vcf", f"{vcf.chrom}:{vcf.pos}:{vcf.ref}:{vcf.alt} ({vcf.assembly})" if vcf else ""),
        ("zygosity", ("compound " if variant.compound else "") + variant.zygosity),
        ("structural type", str(variant.structural_type)),
        ("copies", copies),
        ("description", variant.description),
        ("label", variant.label),
        ("molecule", variant.molecule_context),
        ("status", " ".join(part for part in (variant.status, variant.acmg) if part)),
        ("disease", str(variant.disease)),
        ("inherited", variant.parent),
        ("found in", "a sample (somatic or not known)" if variant.somatic else ""),
    ):
        if text:
            yield name, text


_COLOURS = {"info": "blue", "caution": "yellow", "serious": "red", "blocking": "bold red"}


def _print_findings(case: Case, console: Console) -> None:
    from rich.markup import escape

    if not case.findings:
        return
    console.print("\n[bold]Findings[/]")
    for finding in sorted(case.findings, key=lambda item: -item.severity.rank):
        colour = _COLOURS[finding.severity.value]
        console.print(f"  [{colour}]{finding.severity.value}[/] {escape(finding.message)}")
        if finding.resolves:
            console.print(f"    to resolve: {escape(finding.resolves)}")


def _print_leaves(case: Case, console: Console) -> None:
    from rich.markup import escape

    leaves = case.leaves
    total = len(leaves.used) + len(leaves.kept) + len(leaves.unused)
    console.print(
        f"\n[bold]Values[/] {total}: {len(leaves.used)} used, {len(leaves.kept)} kept, "
        f"{len(leaves.unused)} not used"
    )
    for title, places in (
        ("Kept, not used by the planner", leaves.kept),
        ("Not used: unknown to the schema, or not understood", leaves.unused),
    ):
        if places:
            console.print(f"\n[bold]{title}[/]")
            for line in _folded(places):
                console.print(f"  {escape(line)}")


def _folded(places: tuple[str, ...]) -> Iterator[str]:
    """Pointers, those that differ only in list positions on one line with their number."""
    groups: dict[str, int] = {}
    for place in places:
        pattern = "/".join("*" if part.isdigit() else part for part in place.split("/"))
        groups[pattern] = groups.get(pattern, 0) + 1
    for pattern, number in groups.items():
        yield pattern or "/" if number == 1 else f"{pattern} ({number})"
