"""Figures: SVG text from the figure types of ``ipse.core.sections``.

A sequence with its codons is not a chart, so these few functions place letters and bars
themselves; charts are matplotlib's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipse.report.figures import codons, exons, locus

FIGURES: dict[str, Callable[[Any, str], str]] = {
    "locus": locus.draw,
    "exons": exons.draw,
    "codons": codons.draw,
}
"""Kind of block -> function of (figure, prefix of its ids) that writes an SVG element."""

FOCUS: dict[str, Callable[[Any], float]] = {"locus": locus.focus, "exons": exons.focus}
"""Kind of block -> function that gives where to look first, as a fraction of the width."""
