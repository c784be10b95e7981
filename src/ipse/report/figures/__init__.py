"""Figures: SVG text from the figure types of ``ipse.core.sections``.

A sequence with its codons is not a chart, and a dot of a shape of its own needs none: these few
functions place letters, bars and dots themselves; other charts are matplotlib's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipse.report.figures import codons, dots, exons, frames, locus

FIGURES: dict[str, Callable[[Any, str], str]] = {
    "locus": locus.draw,
    "exons": exons.draw,
    "codons": codons.draw,
    "frames": frames.draw,
    "dots": dots.draw,
}
"""Kind of block -> function of (figure, prefix of its ids) that writes an SVG element."""

FOCUS: dict[str, Callable[[Any], float]] = {"locus": locus.focus, "exons": exons.focus}
"""Kind of block -> function that gives where to look first, as a fraction of the width."""
