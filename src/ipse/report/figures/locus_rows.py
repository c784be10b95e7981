"""Rows of a locus figure: axis, bars, windows, labels of marks, legend."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass

from ipse.core.sections import LocusFigure, Mark, Track
from ipse.report.figures import svg

CELL = 14
"""Width of a base, in user units."""
GUTTER, MARGIN = 112, 34
"""Room for row names at the left and for strand ends at the right."""
LABELS, WINDOW, SPACER = 36, 20, 36
"""Heights of rows."""

MARK_COLOURS = {
    "target": svg.GREEN,
    "bystander": svg.ORANGE_INK,
    "variant": svg.VERMILLION,
    "cut": svg.INK,
    "nick": svg.INK,
}
BAR_COLOURS = {
    "protospacer": (svg.SKY_TINT, svg.BLUE),
    "pam": (svg.BLUE, svg.BLUE),
    "template": (svg.PURPLE_TINT, svg.PURPLE),
    "amplicon": (svg.PAPER, svg.MUTED),
    "exon": (svg.GREY_TINT, svg.MUTED),
}


@dataclass(frozen=True)
class Panel:
    """A stretch of the figure's contig, ``low`` to ``high``, and where its bases stand."""

    drawing: ET.Element
    low: int
    high: int

    @property
    def right(self) -> float:
        """Right end of the sequence."""
        return self.edge(self.high)

    def edge(self, position: int) -> float:
        """Left edge of a base."""
        return GUTTER + (position - self.low) * CELL

    def middle(self, position: int) -> float:
        """Centre of a base."""
        return self.edge(position) + CELL / 2

    def holds(self, position: int) -> bool:
        """Whether a base stands in the panel."""
        return self.low <= position < self.high

    def sees(self, track: Track) -> bool:
        """Whether any part of a track stands in the panel."""
        return track.start < self.high and track.end > self.low

    def clip(self, start: int, end: int) -> tuple[float, float]:
        """Left and right of the visible part of a stretch."""
        return self.edge(max(start, self.low)), self.edge(min(end, self.high))


def axis(panel: Panel, contig: str, y: float) -> float:
    """1-based coordinates with a tick every ten bases."""
    svg.text(panel.drawing, 4, y + 12, svg.shorten(contig, 14), weight=600)
    path, last = [], -1e9
    for position in range(panel.low, panel.high):
        if (position + 1) % 5:
            continue
        x = panel.middle(position)
        tall = (position + 1) % 10 == 0
        path.append(f"M{svg.number(x)} {svg.number(y + (17 if tall else 19))}V{svg.number(y + 22)}")
        words = f"{position + 1:,}"
        half = svg.width_of(words, 11) / 2
        if (position + 1) % 20 == 0 and x - half > last and x + half < panel.right + MARGIN:
            svg.text(panel.drawing, x, y + 12, words, size=11, anchor="middle", fill=svg.MUTED)
            last = x + half + 10
    base = f"M{svg.number(panel.edge(panel.low))} {svg.number(y + 22)}H{svg.number(panel.right)}"
    svg.add(panel.drawing, "path", d="".join([base, *path]), stroke=svg.FAINT, fill="none")
    return y + 30


def bar(
    panel: Panel, track: Track, y: float, height: float, *, dashed: bool = False
) -> tuple[float, float]:
    """A bar, open at an end that lies outside the panel; returns its left and right."""
    left, right = panel.clip(track.start, track.end)
    fill, line = BAR_COLOURS[track.role]
    svg.add(panel.drawing, "rect", x=left, y=y, width=right - left, height=height, fill=fill)
    edges = f"M{svg.number(left)} {svg.number(y)}H{svg.number(right)}"
    edges += f"M{svg.number(left)} {svg.number(y + height)}H{svg.number(right)}"
    for shown, x in ((track.start >= panel.low, left), (track.end <= panel.high, right)):
        edges += f"M{svg.number(x)} {svg.number(y)}v{svg.number(height)}" if shown else ""
    svg.add(
        panel.drawing, "path", d=edges, stroke=line, fill="none",
        stroke_dasharray="4 3" if dashed else None,
    )  # fmt: skip
    return left, right


def spans(panel: Panel, tracks: list[Track], y: float) -> float:
    """Templates and amplicons: one bar a row, its label inside or beside it."""
    for track in tracks:
        if not panel.sees(track):
            continue
        left, right = bar(panel, track, y + 2, 16, dashed=track.role == "amplicon")
        words = track.label
        if track.start < panel.low or track.end > panel.high:
            words += f" ({track.start + 1:,}–{track.end:,})"
        _inside_or_beside(panel, words, left, right, y + 14)
        y += 24
    return y


def _inside_or_beside(
    panel: Panel, words: str, left: float, right: float, y: float, fill: str | None = None
) -> None:
    """A label in the middle of a bar if it fits, else on the side with room."""
    words = svg.shorten(words, 60)
    width = svg.width_of(words, 11, bold=True)
    if width + 6 <= right - left:
        svg.text(panel.drawing, (left + right) / 2, y, words, size=11, anchor="middle", weight=600,
                 fill=fill)  # fmt: skip
    elif right + 6 + width <= panel.right + MARGIN:
        svg.text(panel.drawing, right + 6, y, words, size=11, weight=600)
    else:
        svg.text(panel.drawing, left - 6, y, words, size=11, weight=600, anchor="end")


def protospacer(panel: Panel, tracks: list[Track], y: float, *, above: bool) -> None:
    """Protospacer as an arrow to its 3' end, PAM filled, positions counted from the 5' end."""
    bar, count = (y + 14, y + 10) if above else (y + 4, y + 32)
    for track in tracks:
        left, right = panel.clip(track.start, track.end)
        if track.role == "pam":
            svg.add(panel.drawing, "rect", x=left + 1, y=bar, width=right - left - 2, height=18,
                    rx=2, fill=svg.BLUE)  # fmt: skip
            label = _spoken(track, "PAM")
            if svg.width_of(label, 11, bold=True) + 2 > right - left:
                free = right + 5 if track.strand != "-" else left - 5
                anchor = "start" if track.strand != "-" else "end"
                svg.text(panel.drawing, free, bar + 13, svg.shorten(label, 12), size=11,
                         anchor=anchor, weight=700, fill=svg.BLUE)  # fmt: skip
                continue
            svg.text(panel.drawing, (left + right) / 2, bar + 13, label, size=11, anchor="middle",
                     weight=700, fill=svg.PAPER)  # fmt: skip
            continue
        forward = track.strand != "-"
        tip = 9.0 if (track.end <= panel.high if forward else track.start >= panel.low) else 0.0
        x0, x1 = (left, right) if forward else (right, left)
        neck = x1 - tip if forward else x1 + tip
        svg.add(
            panel.drawing, "path", fill=svg.SKY_TINT, stroke=svg.BLUE, stroke_linejoin="round",
            d=f"M{svg.number(x0)} {svg.number(bar)}H{svg.number(neck)}"
            f"L{svg.number(x1)} {svg.number(bar + 9)}"
            f"L{svg.number(neck)} {svg.number(bar + 18)}H{svg.number(x0)}Z",
        )  # fmt: skip
        _inside_or_beside(panel, _spoken(track, "protospacer"), left, right, bar + 13)
        length = track.end - track.start
        for place in range(length):
            position = track.start + place if forward else track.end - 1 - place
            if panel.holds(position) and (place + 1) % 5 * place == 0:
                svg.text(panel.drawing, panel.middle(position), count, str(place + 1), size=10,
                         anchor="middle", fill=svg.MUTED)  # fmt: skip


def _spoken(track: Track, word: str) -> str:
    """A word in place of a label that only repeats the letters of the strand it lies on.

    On the minus strand such a label would even read against the letters above it.
    """
    return word if set(track.label) <= set("ACGTUN") else track.label


def windows(panel: Panel, tracks: list[Track], y: float, *, above: bool) -> None:
    """A bracket: solid for the target window, dashed for the bystander window."""
    for track in tracks:
        left, right = panel.clip(track.start, track.end)
        target = track.role == "target_window"
        rail, foot = (y + 8, 7) if above else (y + 11, -7)
        d = f"M{svg.number(left + 1)} {svg.number(rail)}H{svg.number(right - 1)}"
        for shown, x in (
            (track.start >= panel.low, left + 1),
            (track.end <= panel.high, right - 1),
        ):
            d += f"M{svg.number(x)} {svg.number(rail)}v{foot}" if shown else ""
        svg.add(
            panel.drawing, "path", d=d, fill="none", stroke=svg.GREEN if target else svg.ORANGE,
            stroke_width=3 if target else 2, stroke_dasharray=None if target else "5 3",
        )  # fmt: skip
        words, width = svg.shorten(track.label, 48), svg.width_of(track.label, 11)
        if right + 6 + width <= panel.right + MARGIN:
            svg.text(panel.drawing, right + 6, rail + 4, words, size=11)
        else:
            svg.text(panel.drawing, left - 6, rail + 4, words, size=11, anchor="end")


def labels(panel: Panel, marks: list[Mark], y: float, *, above: bool) -> None:
    """Labels of marks, spread so that none overlap, each with a line to its base."""
    marks = sorted(marks, key=lambda m: (m.position, m.role))
    wanted = [_at(panel, mark) for mark in marks]
    words = [svg.shorten(mark.label, 30) for mark in marks]
    widths = [svg.width_of(word, 12, bold=True) for word in words]
    places = svg.spread(wanted, widths, 2, panel.right + MARGIN - 2, gap=8)
    for mark, word, at, x in zip(marks, words, wanted, places, strict=True):
        near, far, baseline = (y + LABELS, y + 18, y + 13) if above else (y, y + 18, y + 30)
        svg.add(
            panel.drawing, "path", fill="none", stroke=MARK_COLOURS[mark.role],
            d=f"M{svg.number(at)} {svg.number(near)}"
            f"V{svg.number(near - 4 if above else near + 4)}L{svg.number(x)} {svg.number(far)}",
        )  # fmt: skip
        svg.text(panel.drawing, x, baseline, word, anchor="middle", fill=MARK_COLOURS[mark.role],
                 weight=700)  # fmt: skip


def _at(panel: Panel, mark: Mark) -> float:
    """A cut or nick stands left of its base, everything else in its middle."""
    cut = mark.role in ("cut", "nick")
    return panel.edge(mark.position) if cut else panel.middle(mark.position)


def marked_base(panel: Panel, position: int, y: float, letter: str, roles: set[str]) -> None:
    """A base with a mark: filled square target, dashed circle bystander, framed variant."""
    drawing, x = panel.drawing, panel.edge(position)
    if "target" in roles:
        svg.add(
            drawing, "rect", x=x - 0.5, y=y + 1, width=CELL + 1, height=20, rx=2, fill=svg.GREEN
        )
    elif "bystander" in roles:
        svg.add(
            drawing, "ellipse", cx=x + CELL / 2, cy=y + 11, rx=6.4, ry=9.6, fill=svg.PAPER,
            stroke=svg.ORANGE_INK, stroke_width=1.5, stroke_dasharray="3 2",
        )  # fmt: skip
    if "variant" in roles:
        alone = len(roles) == 1
        svg.add(
            drawing, "rect", x=x, y=y + 1.5, width=CELL, height=19, stroke_width=2,
            fill=svg.VERMILLION_TINT if alone else "none", stroke=svg.VERMILLION,
        )  # fmt: skip
    svg.letters(
        drawing, [x + CELL / 2], y + 16, letter, weight=700,
        fill=svg.PAPER if "target" in roles else None,
    )  # fmt: skip


def cuts(
    panel: Panel, figure: LocusFigure, guide: Callable[[int], str], strands: tuple[float, float]
) -> None:
    """A cut as a line through both strands, a nick through its own."""
    top, bottom = strands
    middle = (top + bottom) / 2
    for mark in figure.marks:
        if mark.role not in ("cut", "nick") or not panel.low <= mark.position <= panel.high:
            continue
        x, a, b = panel.edge(mark.position), top - 2, bottom + 2
        if mark.role == "nick":
            opposite = "-" if guide(mark.position) == "+" else "+"
            a, b = (a, middle) if (mark.strand or opposite) == "+" else (middle, b)
        svg.add(panel.drawing, "path", stroke=svg.INK, stroke_width=2, fill="none",
                d=f"M{svg.number(x)} {svg.number(a)}V{svg.number(b)}")  # fmt: skip
        if mark.role == "cut" or a < middle:
            svg.add(panel.drawing, "path", d=f"M{svg.number(x - 4)} {svg.number(a - 4)}h8l-4 6z")
        if mark.role == "cut" or b > middle:
            svg.add(panel.drawing, "path", d=f"M{svg.number(x - 4)} {svg.number(b + 4)}h8l-4 -6z")


def legend(drawing: ET.Element, figure: LocusFigure, width: float, y: float) -> float:
    """What each shape means, for the shapes in use; returns the height of the drawing."""
    roles = {m.role for m in figure.marks} | {t.role for t in figure.tracks}
    words = {
        "target": "target base",
        "bystander": "bystander base",
        "variant": "variant",
        "target_window": "target window",
        "bystander_window": "bystander window",
        "cut": "cut (both strands)",
        "nick": "nick (one strand)",
    }
    used = [(role, word) for role, word in words.items() if role in roles]
    x = 4.0
    for role, word in used:
        extent = 24 + svg.width_of(word, 11) + 14
        if x + extent > width:
            x, y = 4.0, y + 20
        _swatch(drawing, role, x, y)
        svg.text(drawing, x + 24, y + 12, word, size=11, fill=svg.MUTED)
        x += extent
    if any(c.before == "*" and c.reference != "*" for c in figure.codons):
        words_pale = "pale residues: after the stop, not made"
        if x + svg.width_of(words_pale, 11) > width:
            x, y = 4.0, y + 20
        svg.text(drawing, x + 4, y + 12, words_pale, size=11, fill=svg.MUTED)
    return y + (20 if used else 0)


def _swatch(drawing: ET.Element, role: str, x: float, y: float) -> None:
    """The shape of a role, small."""
    if role == "target":
        svg.add(drawing, "rect", x=x + 4, y=y + 1, width=13, height=14, rx=2, fill=svg.GREEN)
    elif role == "bystander":
        svg.add(drawing, "ellipse", cx=x + 10, cy=y + 8, rx=6, ry=7, fill=svg.PAPER,
                stroke=svg.ORANGE_INK, stroke_width=1.5, stroke_dasharray="3 2")  # fmt: skip
    elif role == "variant":
        svg.add(drawing, "rect", x=x + 4, y=y + 1.5, width=12, height=13, stroke_width=2,
                fill=svg.VERMILLION_TINT, stroke=svg.VERMILLION)  # fmt: skip
    elif role in ("target_window", "bystander_window"):
        target = role == "target_window"
        svg.add(drawing, "rect", x=x + 1, y=y + 5, width=18, height=10,
                fill=svg.GREEN_TINT if target else svg.ORANGE_TINT)  # fmt: skip
        svg.add(drawing, "path", d=f"M{svg.number(x + 1)} {svg.number(y + 4)}h18", fill="none",
                stroke=svg.GREEN if target else svg.ORANGE, stroke_width=3 if target else 2,
                stroke_dasharray=None if target else "5 3")  # fmt: skip
    else:
        svg.add(drawing, "path", d=f"M{svg.number(x + 10)} {svg.number(y + 1)}v14", stroke=svg.INK,
                stroke_width=2, fill="none")  # fmt: skip
        svg.add(drawing, "path", d=f"M{svg.number(x + 6)} {svg.number(y)}h8l-4 6z")
