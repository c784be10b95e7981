"""The command line: one file per verb."""

from ipse.cli.main import main

__all__ = ["main"]
