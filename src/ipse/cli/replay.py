"""``ipse replay``: verify a plan against its inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="replay")(replay)


def replay(
    plan: Annotated[Path, typer.Argument(help="Plan folder.")],
    case: Annotated[
        Path | None,
        typer.Option("--case", help="Case it was made from.", show_default="where it lay then"),
    ] = None,
) -> None:
    """Verify every digest of a plan, compute it again and report any difference."""
    from ipse.cli.plan import dossier_forms
    from ipse.core.progress import progress_bar
    from ipse.plan.replay import Difference, find_case
    from ipse.plan.replay import replay as compute
    from ipse.plan.write import read_plan

    made = read_plan(plan)
    folder = plan if plan.is_dir() else plan.parent
    case_path = case or find_case(folder, made)
    with progress_bar() as progress:
        again, differences = compute(made, folder, case_path, progress)
        for name, render in dossier_forms().values():
            dossier = folder / name
            if dossier.is_file() and dossier.read_text(encoding="utf-8") != render(again):
                differences.append(Difference(name, "as it lies there", "rendered otherwise"))
    if not differences:
        files = len(made.artefacts) + sum(len(item.artefacts) for item in made.proposals)
        typer.echo(
            f"identical: {len(made.provenance.inputs)} inputs and {files} artefacts verified, "
            f"{len(made.proposals)} proposals computed again"
        )
        return
    for item in differences:
        typer.echo(f"differs: {item.where}\n  then: {item.then}\n  now:  {item.now}")
    typer.echo(f"{len(differences)} difference{'s' if len(differences) > 1 else ''}")
    raise typer.Exit(1)
