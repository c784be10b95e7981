"""``ipse explain``: why one proposal stands where it does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="explain")(explain)


def explain(
    plan: Annotated[Path, typer.Argument(help="Plan folder or its plan.json.")],
    proposal: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Proposal id or rank.", show_default="1"),
    ] = None,
) -> None:
    """Show a proposal's criteria, findings and why it ranks where it does."""
    from rich import box
    from rich.console import Console, Group
    from rich.markup import escape
    from rich.table import Column, Table

    from ipse.plan.explain import comparison, find
    from ipse.plan.write import read_plan

    made = read_plan(plan)
    item = find(made, proposal or "1")
    console = Console(highlight=False, emoji=False)
    console.print(f"[bold]{escape(item.title)}[/]  [dim]{item.id}[/]")
    console.print(f"rank {item.rank} of {len(made.proposals)}: {item.verdict.value}", markup=False)
    console.print(f"decided by: {item.reason}\n", markup=False)

    criteria = Table("criterion", "value", "weight", "why", box=box.SIMPLE_HEAD, pad_edge=False)
    for criterion in item.criteria:
        why = "; ".join(text for text in (criterion.detail, criterion.needs) if text)
        criteria.add_row(
            escape(criterion.name), criterion.value.value, criterion.weight, escape(why)
        )
    code = Column("finding", overflow="fold")  # a code is looked up as it stands: never shortened
    findings = Table(code, "says", "resolved by", box=box.SIMPLE_HEAD, pad_edge=False)
    for finding in sorted(item.findings, key=lambda finding: -finding.severity.rank):
        findings.add_row(
            f"{finding.severity.value}: {finding.code}",
            escape(finding.message),
            escape(finding.resolves),
        )
    console.print(Group(criteria, findings))
    for deciding in item.deciding:
        wanted = ", ".join(f"{name} = {value.value}" for name, value in deciding.values.items())
        console.print(f"would become {deciding.outcome.value} if {wanted}", markup=False)

    header, rows, sentences = comparison(made, item)
    ranking = Table(*map(escape, header), box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        ranking.add_row(*map(escape, row))
    console.print("[bold]Why it ranks here[/] (keys in order; the first that differs decides)")
    console.print(ranking)
    for sentence in sentences:
        console.print(sentence, markup=False)
    if item.evidence:
        console.print("\n[bold]What it rests on[/]")
    for evidence in item.evidence:
        console.print(
            f"- {evidence.source} ({evidence.level.value}): {evidence.reason}", markup=False
        )
