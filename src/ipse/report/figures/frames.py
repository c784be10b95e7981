"""Frame figure: exons as pieces whose edges fit where the reading frame goes on.

An edge is straight where an exon begins or ends with a whole codon, an arrow to the right where
one base of a codon is left over, an arrow to the left where two are: pieces with edges of one kind
fit together.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ipse.core.sections import FrameExon, FrameFigure
from ipse.report.figures import svg

WIDTH = 960
LABEL = 118
"""Room for the names of the rows."""
HEIGHT, ROW = 34, 78
"""Height of a piece, and from row to row."""
NOTCH = 9.0
GAP = 8.0
LEAST, MOST = 36.0, 150.0
"""Least and greatest width of a piece."""

_LOOK = {
    "kept": (svg.GREEN_TINT, svg.GREEN, None),
    "shifted": (svg.VERMILLION_TINT, svg.VERMILLION, None),
    "missing": (svg.PAPER, svg.FAINT, "4 3"),
    "skipped": (svg.SKY_TINT, svg.BLUE, "2 3"),
}
_WORDS = {
    "kept": "read in frame",
    "shifted": "out of frame, or behind a stop",
    "missing": "missing in the gene",
    "skipped": "skipped",
}


def draw(figure: FrameFigure, uid: str) -> str:
    """Write a frame figure, exons in transcript direction.

    Parameters
    ----------
    figure
        Rows of the same exons.
    uid
        Prefix of the ids in the drawing, unique in the page.
    """
    drawing = svg.root(uid, figure.caption, figure.alt)
    lefts, widths = _layout(figure)
    for index, row in enumerate(figure.rows):
        top = 10.0 + index * ROW
        svg.text(drawing, 2, top + HEIGHT / 2 + 4, svg.shorten(row.label, 18), weight=700)
        for place, exon in enumerate(row.exons):
            _piece(drawing, exon, lefts[place], widths[place], top)
        if row.note:
            svg.text(drawing, LABEL, top + HEIGHT + 17, svg.shorten(row.note, 110), fill=svg.MUTED)
    bottom = 10.0 + len(figure.rows) * ROW
    used = [exon.role for row in figure.rows for exon in row.exons]
    _key(drawing, [role for role in _LOOK if role in used], bottom + 6)
    return svg.finish(drawing, WIDTH, bottom + 26)


def _layout(figure: FrameFigure) -> tuple[list[float], list[float]]:
    """Left edge and width of every piece: by size, within the room there is."""
    sizes = [exon.size for exon in figure.rows[0].exons] if figure.rows else []
    room = WIDTH - LABEL - 12 - GAP * max(0, len(sizes) - 1)
    total = max(1, sum(sizes))
    widths = [min(MOST, max(LEAST, room * size / total)) for size in sizes]
    squeeze = min(1.0, room / max(1.0, sum(widths)))
    widths = [width * squeeze for width in widths]
    lefts, x = [], float(LABEL)
    for width in widths:
        lefts.append(x)
        x += width + GAP
    return lefts, widths


def _piece(drawing: ET.Element, exon: FrameExon, left: float, width: float, top: float) -> None:
    fill, line, dashes = _LOOK[exon.role]
    right, middle, bottom = left + width, top + HEIGHT / 2, top + HEIGHT
    n = svg.number
    near, far = _notch(exon.left), _notch(exon.right)
    svg.add(
        drawing, "path", fill=fill, stroke=line, stroke_width=1.4, stroke_dasharray=dashes,
        stroke_linejoin="round",
        d=(
            f"M{n(left)} {n(top)}H{n(right)}L{n(right + far)} {n(middle)}L{n(right)} {n(bottom)}"
            f"H{n(left)}L{n(left + near)} {n(middle)}Z"
        ),
    )  # fmt: skip
    ink = svg.FAINT if exon.role == "missing" else svg.INK
    svg.text(
        drawing, left + width / 2 + (near + far) / 2, middle + 4, svg.shorten(exon.label, 9),
        anchor="middle", fill=ink, weight=None if exon.role == "missing" else 700,
    )  # fmt: skip


def _notch(bases: int) -> float:
    """How far an edge points, in user units: to the right for one base over, left for two."""
    return {0: 0.0, 1: NOTCH, 2: -NOTCH}[bases % 3]


def _key(drawing: ET.Element, roles: list[str], y: float) -> None:
    x = float(LABEL)
    for role in roles:
        fill, line, dashes = _LOOK[role]
        svg.add(
            drawing, "rect", x=x, y=y, width=18, height=11, fill=fill, stroke=line,
            stroke_dasharray=dashes,
        )  # fmt: skip
        svg.text(drawing, x + 24, y + 10, _WORDS[role], fill=svg.MUTED)
        x += 24 + svg.width_of(_WORDS[role]) + 22
