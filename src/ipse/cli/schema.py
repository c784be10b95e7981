"""``ipse schema``: the published JSON schemas."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Print a published JSON schema.")


@app.callback()
def schema() -> None:
    """Print a published JSON schema."""


@app.command()
def plan() -> None:
    """JSON schema of plan.json."""
    from ipse.core.canonical import dumps
    from ipse.plan.schema import plan_schema

    typer.echo(dumps(plan_schema()), nl=False)
