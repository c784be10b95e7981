"""The ``ipse`` command: gathers the verbs and turns errors into messages."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from ipse import __version__
from ipse.cli import (
    case,
    edit,
    explain,
    genome,
    guides,
    offtargets,
    pegrna,
    plan,
    primers,
    replay,
    schema,
)
from ipse.core.errors import IpseError

errors = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


class Verbs(TyperGroup):
    """A group whose verbs never show a traceback for what a user can mend."""

    def invoke(self, ctx: Any) -> Any:
        """Run a verb; print an :class:`IpseError` and end with its status."""
        try:
            return super().invoke(ctx)
        except IpseError as error:
            print_error(error)
            raise typer.Exit(error.exit_status) from None
        except (typer.Exit, typer.Abort, KeyboardInterrupt):
            raise
        except Exception as error:
            if os.environ.get("IPSE_DEBUG") or _is_usage_error(error):
                raise
            errors.print(f"[bold red]Ipse failed:[/] {type(error).__name__}: ", end="")
            errors.print(str(error), markup=False)
            errors.print(
                "  This is a fault of Ipse, not of your input. Your files are untouched.\n"
                "  next step: run again with IPSE_DEBUG=1 for the details and report them"
            )
            raise typer.Exit(1) from None


def _is_usage_error(error: Exception) -> bool:
    """Whether an error is the command-line parser's own (it prints itself, status 2)."""
    return hasattr(error, "exit_code") and hasattr(error, "show")


def print_error(error: IpseError) -> None:
    """Print an error's message and its fields on standard error."""
    message, *details = str(error).split("\n")
    errors.print("[bold red]Error:[/] ", end="")
    errors.print(message, markup=False)
    for line in details:
        errors.print(line, markup=False)


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: ipse plan examples/cps1-q335x. Research software, not a medical device.",
)
plan.register(app)
edit.register(app)
explain.register(app)
replay.register(app)
guides.register(app)
offtargets.register(app)
pegrna.register(app)
primers.register(app)
app.add_typer(case.app, name="case")
app.add_typer(genome.app, name="genome")
app.add_typer(schema.app, name="schema")


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"ipse {__version__}\n")
        raise typer.Exit


HELP = (
    "Living medicines for one patient: case -> plan -> batch -> follow-up.\n\n"
    "Ipse reads one patient's case (a GA4GH phenopacket and the files it names) and designs the "
    "medicines that could be made for this person, with what speaks for and against each."
)


@app.callback(help=HELP)
def ipse(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Hold the verbs together."""
