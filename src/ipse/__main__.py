"""``python -m ipse``."""

from ipse.cli import main

main()
