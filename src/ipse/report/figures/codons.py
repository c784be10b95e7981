"""Codon figure: the same codons on the reference, the patient's allele and after an edit."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ipse.core.sections import CodonFigure
from ipse.core.sequence import THREE_LETTER
from ipse.report.figures import svg

BASE = 15
"""Width of a base, in user units."""
CODON = 3 * BASE + 13
PER_PANEL = 14
ROW = 50


def draw(figure: CodonFigure, uid: str) -> str:
    """Write a codon figure.

    Parameters
    ----------
    figure
        Codons and residues by row; the first row is what the others are compared with.
    uid
        Prefix of the ids in the drawing, unique in the page.
    """
    drawing = svg.root(uid, figure.caption or "Codons", figure.alt)
    gutter = 22 + max(
        (svg.width_of(svg.shorten(label, 24), bold=True) for label, _, _ in figure.rows), default=60
    )
    count = max((len(codons) // 3 for _, codons, _ in figure.rows), default=0)
    panels = max(1, -(-count // PER_PANEL))
    per = max(1, -(-count // panels))
    y = 8.0
    for panel in range(panels):
        y = _panel(drawing, figure, panel * per, min(count, (panel + 1) * per), gutter, y)
    width = gutter + per * CODON + 12
    return svg.finish(drawing, width, y)


def _panel(
    drawing: ET.Element, figure: CodonFigure, low: int, high: int, gutter: float, y: float
) -> float:
    """Codons ``low`` to ``high`` of every row; returns the y below them."""

    def left(codon: int) -> float:
        return gutter + (codon - low) * CODON

    svg.text(drawing, 4, y + 12, "codon", fill=svg.MUTED)
    for codon in range(low, high):
        svg.text(
            drawing, left(codon) + 1.5 * BASE, y + 12, str(figure.first_codon + codon),
            anchor="middle", fill=svg.MUTED,
        )  # fmt: skip
    y += 20
    first = figure.rows[0][2] if figure.rows else ""
    for place, (label, codons, residues) in enumerate(figure.rows):
        changed = set(figure.changed[place]) if place < len(figure.changed) else set()
        stop = residues.find("*")
        svg.text(drawing, 4, y + 18, svg.shorten(label, 24), weight=600)
        for codon in range(low, min(high, len(codons) // 3)):
            x = left(codon)
            past_stop = 0 <= stop < codon
            _bases(drawing, x, y, codons[3 * codon : 3 * codon + 3], 3 * codon, changed, past_stop)
            residue = residues[codon] if codon < len(residues) else ""
            differs = place > 0 and codon < len(first) and residue != first[codon]
            _residue(drawing, x + 1.5 * BASE, y + 41, residue, differs, past_stop)
        y += ROW
        if place + 1 < len(figure.rows):
            svg.add(
                drawing, "path", d=f"M4 {svg.number(y)}H{svg.number(left(high) - 13)}",
                stroke=svg.HAIR, stroke_width=1,
            )  # fmt: skip
            y += 4
    return y + 6


def _bases(
    drawing: ET.Element, x: float, y: float, codon: str, offset: int, changed: set[int],
    pale: bool,
) -> None:  # fmt: skip
    """Three letters; a changed one white on a filled square."""
    centres = [x + (i + 0.5) * BASE for i in range(len(codon))]
    marked = [i for i in range(len(codon)) if offset + i in changed]
    for i in marked:
        svg.add(
            drawing, "rect", x=x + i * BASE + 0.5, y=y + 4, width=BASE - 1, height=19, rx=3,
            fill=svg.BLUE,
        )  # fmt: skip
    plain = [i for i in range(len(codon)) if i not in marked]
    svg.letters(
        drawing, [centres[i] for i in plain], y + 18, "".join(codon[i] for i in plain), size=15,
        fill=svg.PALE if pale else None,
    )  # fmt: skip
    svg.letters(
        drawing, [centres[i] for i in marked], y + 18, "".join(codon[i] for i in marked), size=15,
        fill=svg.PAPER, weight=700,
    )  # fmt: skip


def _residue(
    drawing: ET.Element, x: float, y: float, letter: str, differs: bool, past_stop: bool
) -> None:
    """A residue in three letters; a changed one boxed, a stop in a dark box."""
    word = THREE_LETTER.get(letter, letter)
    if not word:
        return
    if letter == "*" or (differs and not past_stop):
        stop = letter == "*"
        svg.add(
            drawing, "rect", x=x - 17, y=y - 13, width=34, height=18, rx=0 if stop else 9,
            fill=svg.VERMILLION if stop else svg.PAPER, stroke=svg.VERMILLION, stroke_width=1.5,
        )  # fmt: skip
        svg.text(
            drawing, x, y, word, size=13, anchor="middle", weight=700,
            fill=svg.PAPER if stop else svg.INK,
        )  # fmt: skip
        return
    svg.text(drawing, x, y, word, size=13, anchor="middle", fill=svg.PALE if past_stop else svg.INK)
