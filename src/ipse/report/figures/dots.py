"""Dot figure: points over a few categories, every kind with a shape and a colour of its own."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from ipse.core.sections import Dot, DotFigure
from ipse.report.figures import svg

LEFT, TOP, HEIGHT, ROW = 78, 18, 150, 40
"""Room for the axis, above the plot, height of the plot and of the row without values."""
COLUMN = 92
"""Least width of a column; dots of one height stand beside each other in it."""
PITCH = 13
"""Room of a dot without a number beside it."""
TICKS = 4

WORDS = {
    "on_target": "on-target",
    "off_target": "off-target",
    "gained": "gained by the patient",
    "stronger": "fits the patient better",
    "weaker": "fits the patient less",
    "lost": "lost in the patient",
}
"""Role -> words of the legend, in its order."""


def draw(figure: DotFigure, uid: str) -> str:
    """Write a dot figure.

    Parameters
    ----------
    figure
        Points by category and value.
    uid
        Prefix of the ids in the drawing, unique in the page.
    """
    drawing = svg.root(uid, figure.caption or "Points", figure.alt)
    columns = max(1, len(figure.categories))
    legend = _legend_width(figure.dots)
    width: float = LEFT + columns * COLUMN + 16
    valued = any(dot.value is not None for dot in figure.dots)
    bare = any(dot.value is None for dot in figure.dots)
    width = max(width, min(legend, width + 120))
    y = float(TOP)
    if valued:
        _axis(drawing, figure, columns, y)
        _row(drawing, figure, [dot for dot in figure.dots if dot.value is not None], y)
        y += HEIGHT
    if bare:
        y = _bare_row(drawing, figure, columns, y, valued)
    y = _categories(drawing, figure, columns, y)
    y = _legend(drawing, figure.dots, width, y)
    return svg.finish(drawing, width, y)


def _centre(column: int) -> float:
    return LEFT + (column + 0.5) * COLUMN


def _height(figure: DotFigure, value: float, top: float) -> float:
    low, high = figure.y_range
    share = (value - low) / (high - low) if high > low else 0.0
    return top + HEIGHT - 8 - (HEIGHT - 16) * min(1.0, max(0.0, share))


def _axis(drawing: ET.Element, figure: DotFigure, columns: int, top: float) -> None:
    """Values at the left, hair lines across, and the axis' name."""
    low, high = figure.y_range
    right = LEFT + columns * COLUMN
    for tick in range(TICKS + 1):
        value = low + (high - low) * tick / TICKS
        y = _height(figure, value, top)
        svg.add(
            drawing, "path", d=f"M{svg.number(LEFT)} {svg.number(y)}H{svg.number(right)}",
            stroke=svg.HAIR,
        )  # fmt: skip
        svg.text(drawing, LEFT - 8, y + 4, f"{value:g}", size=11, anchor="end", fill=svg.MUTED)
    svg.text(drawing, 4, top + 4, svg.shorten(figure.y_label, 12), weight=600)


def _row(drawing: ET.Element, figure: DotFigure, dots: Sequence[Dot], top: float) -> None:
    """Dots at their heights; those that would touch stand side by side."""
    for column in sorted({dot.column for dot in dots}):
        level: list[tuple[float, Dot]] = []
        for dot in sorted(
            (dot for dot in dots if dot.column == column),
            key=lambda dot: (dot.value or 0.0, list(WORDS).index(dot.role)),
        ):
            y = _height(figure, dot.value or 0.0, top)
            if level and y < level[0][0] - PITCH + 2:
                _beside(drawing, column, level)
                level = []
            level.append((y, dot))
        _beside(drawing, column, level)


def _beside(drawing: ET.Element, column: int, level: Sequence[tuple[float, Dot]]) -> None:
    """Dots of nearly one height, spread about the middle of their column."""
    widths = [_room(dot) for _, dot in level]
    room = sum(widths)
    scale = min(1.0, (COLUMN - 6) / room) if room else 1.0
    x = _centre(column) - room * scale / 2
    for (y, dot), width in zip(level, widths, strict=True):
        _dot(drawing, dot, x + PITCH * scale / 2, y)
        x += width * scale


def _room(dot: Dot) -> float:
    return PITCH + (svg.width_of(str(dot.number), 11) + 4 if dot.number > 1 else 0)


def _dot(drawing: ET.Element, dot: Dot, x: float, y: float) -> None:
    """A dot, with its number beside it if it stands for several."""
    shape(drawing, dot.role, x, y)
    if dot.number > 1:
        svg.text(drawing, x + 8, y + 4, str(dot.number), size=11, fill=svg.MUTED)


def shape(drawing: ET.Element, role: str, x: float, y: float) -> None:
    """The sign of a role; no two differ by colour alone."""
    n = svg.number
    if role == "on_target":
        svg.add(drawing, "rect", x=x - 5, y=y - 5, width=10, height=10, fill=svg.GREEN)
    elif role == "off_target":
        svg.add(drawing, "circle", cx=x, cy=y, r=4.5, fill=svg.BLUE, fill_opacity="0.75",
                stroke=svg.PAPER)  # fmt: skip
    elif role in ("gained", "lost"):
        up = role == "gained"
        tip, base = (y - 6, y + 4.5) if up else (y + 6, y - 4.5)
        svg.add(
            drawing, "path", d=f"M{n(x)} {n(tip)}L{n(x + 6)} {n(base)}H{n(x - 6)}z",
            fill=svg.VERMILLION if up else svg.PAPER, stroke=svg.VERMILLION if up else svg.MUTED,
            stroke_width=1.5,
        )  # fmt: skip
    else:
        better = role == "stronger"
        svg.add(
            drawing, "path", d=f"M{n(x)} {n(y - 6)}l6 6l-6 6l-6 -6z", stroke_width=1.5,
            fill=svg.ORANGE if better else svg.PAPER, stroke=svg.ORANGE if better else svg.MUTED,
        )  # fmt: skip


def _bare_row(drawing: ET.Element, figure: DotFigure, columns: int, y: float, ruled: bool) -> float:
    """Dots without a value, one a kind and column, with how many they stand for."""
    right = LEFT + columns * COLUMN
    if ruled:
        y += 10
    svg.add(drawing, "rect", x=LEFT, y=y, width=right - LEFT, height=ROW - 10, fill=svg.GREY_TINT)
    middle = y + (ROW - 10) / 2
    svg.text(
        drawing, LEFT - 8, middle + 4, svg.shorten(figure.no_value, 12), size=11, anchor="end",
        fill=svg.MUTED,
    )  # fmt: skip
    for column in range(columns):
        here = [d for d in figure.dots if d.value is None and d.column == column]
        here.sort(key=lambda dot: list(WORDS).index(dot.role))
        _beside(drawing, column, [(middle, dot) for dot in here])
    return y + ROW - 10


def _categories(drawing: ET.Element, figure: DotFigure, columns: int, y: float) -> float:
    """Words below the columns, and the name of their axis."""
    for column, word in enumerate(figure.categories):
        svg.text(drawing, _centre(column), y + 17, svg.shorten(word, 14), anchor="middle")
    svg.text(drawing, 4, y + 17, svg.shorten(figure.x_label, 11), weight=600)
    return y + 28


def _legend_width(dots: Sequence[Dot]) -> float:
    roles = {dot.role for dot in dots}
    return 8 + sum(38 + svg.width_of(WORDS[role], 11) for role in WORDS if role in roles)


def _legend(drawing: ET.Element, dots: Sequence[Dot], width: float, y: float) -> float:
    """What each shape means, for the shapes in use."""
    roles = {dot.role for dot in dots}
    x = 4.0
    y += 4
    for role, word in WORDS.items():
        if role not in roles:
            continue
        extent = 38 + svg.width_of(word, 11)
        if x > 4 and x + extent > width:
            x, y = 4.0, y + 20
        shape(drawing, role, x + 10, y + 8)
        svg.text(drawing, x + 24, y + 12, word, size=11, fill=svg.MUTED)
        x += extent
    return y + 20
