"""What the terminal shows of a user's own letters: all of them, and nothing else."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from ipse.cli.main import app

RUNNER = CliRunner()


@pytest.mark.parametrize("variant", ["chr2:x:210591886", "HBB:A:T", "one:ok:two"])
def test_letters_between_colons_are_no_pictures(variant: str) -> None:
    done = RUNNER.invoke(app, ["edit", "--variant", variant])
    assert done.exit_code == 2
    assert variant in done.output


@pytest.mark.parametrize(("verb", "unit"), [("pegrna", "site in nt"), ("guides", "length, in nt")])
def test_help_states_units(verb: str, unit: str) -> None:
    done = RUNNER.invoke(app, [verb, "--help"], env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
    assert unit in done.output
