"""Exon figure: a transcript's exons to scale, introns shortened to gaps, variants as pins."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

from ipse.core.sections import ExonFigure
from ipse.report.figures import svg

WIDTH = 960
LEFT, RIGHT = 34, 34
CODING, UNTRANSLATED = 26, 14
"""Heights of coding and untranslated stretches."""
LEAST_EXON = 2.0
STEPS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)


def draw(figure: ExonFigure, uid: str) -> str:
    """Write an exon figure, in transcript direction (exon 1 at the left).

    Parameters
    ----------
    figure
        Exons in transcript order, coding extent and variants, in genomic coordinates.
    uid
        Prefix of the ids in the drawing, unique in the page.
    """
    drawing = svg.root(uid, figure.caption or f"Exons of {figure.transcript}", figure.alt)
    boxes, scale = _layout(figure)
    place = _placer(figure, boxes)
    top = _pins(drawing, figure, place) + 4
    middle = top + CODING / 2
    svg.add(
        drawing, "path", d=f"M{LEFT - 6} {svg.number(middle)}H{WIDTH - RIGHT + 6}",
        stroke=svg.FAINT, stroke_width=1.5,
    )  # fmt: skip
    svg.text(drawing, 2, middle + 4, "5′", fill=svg.MUTED)
    svg.text(drawing, WIDTH - 2, middle + 4, "3′", anchor="end", fill=svg.MUTED)
    hit = {_exon_of(figure, position) for position, _ in figure.variants}
    for exon, (start, end) in enumerate(figure.exons):
        _exon(drawing, figure, (start, end), boxes[exon], middle, exon in hit)
    _numbers(drawing, boxes, hit, top + CODING + 15)
    bottom = _foot(drawing, figure, scale, top + CODING + 40)
    return svg.finish(drawing, WIDTH, bottom, floor=0.92)


def focus(figure: ExonFigure) -> float:
    """Where to look first, as a fraction of the width: the first variant."""
    if not figure.variants:
        return 0.0
    place = _placer(figure, _layout(figure)[0])
    return min(place(position) for position, _ in figure.variants) / WIDTH


def _layout(figure: ExonFigure) -> tuple[list[tuple[float, float]], float]:
    """Left and right of each exon, and user units per base."""
    count = len(figure.exons)
    extent = WIDTH - LEFT - RIGHT
    gap = min(26.0, 0.45 * extent / max(1, count - 1)) if count > 1 else 0.0
    lengths = [end - start for start, end in figure.exons]
    total = max(1, sum(lengths))
    scale = (extent - gap * (count - 1)) / total
    widths = [max(LEAST_EXON, length * scale) for length in lengths]
    squeeze = (extent - gap * (count - 1)) / max(1e-9, sum(widths))  # room the least widths took
    boxes, x = [], float(LEFT)
    for width in widths:
        boxes.append((x, x + width * squeeze))
        x += width * squeeze + gap
    return boxes, scale * squeeze


def _exon_of(figure: ExonFigure, position: int) -> int | None:
    """Index of the exon that holds a position."""
    inside = (i for i, (start, end) in enumerate(figure.exons) if start <= position < end)
    return next(inside, None)


def _placer(figure: ExonFigure, boxes: list[tuple[float, float]]) -> Callable[[int], float]:
    """Function from genomic position to x; an intron's length is spread over its gap."""
    forward = figure.strand == "+"
    knots = []  # (position in transcript direction, x), ascending
    for (start, end), (left, right) in zip(figure.exons, boxes, strict=True):
        knots += [(start, left), (end, right)] if forward else [(-end, left), (-start, right)]

    def place(position: int) -> float:
        p = position + 0.5 if forward else -(position + 0.5)
        if not knots or p <= knots[0][0]:
            return LEFT - 4
        for (a, xa), (b, xb) in pairwise(knots):
            if p <= b:
                return xa + (p - a) / max(1, b - a) * (xb - xa)
        return WIDTH - RIGHT + 4

    return place


def _exon(
    drawing: ET.Element, figure: ExonFigure, exon: tuple[int, int], box: tuple[float, float],
    middle: float, hit: bool,
) -> None:  # fmt: skip
    """Untranslated parts low, the coding part high."""
    (start, end), (left, right) = exon, box
    scale = (right - left) / max(1, end - start)
    fill, line = (svg.SKY_TINT, svg.BLUE) if hit else (svg.GREY_TINT, svg.MUTED)

    def bar(a: int, b: int, height: float) -> None:
        near = (a - start) if figure.strand == "+" else (end - b)
        svg.add(
            drawing, "rect", x=left + near * scale, y=middle - height / 2,
            width=max(1.0, (b - a) * scale), height=height, fill=fill, stroke=line,
            stroke_width=1 if right - left > 4 else 0.6,
        )  # fmt: skip

    if figure.coding is None:
        bar(start, end, UNTRANSLATED)
        return
    low, high = max(start, figure.coding[0]), min(end, figure.coding[1])
    if low >= high:
        bar(start, end, UNTRANSLATED)
        return
    for a, b in ((start, low), (high, end)):
        if a < b:
            bar(a, b, UNTRANSLATED)
    bar(low, high, CODING)


def _numbers(
    drawing: ET.Element, boxes: list[tuple[float, float]], hit: set[int | None], y: float
) -> None:
    """Exon numbers: all where they fit, else every second or fifth; always the hit ones."""
    count = len(boxes)
    centres = [(left + right) / 2 for left, right in boxes]
    every = next(
        (n for n in (1, 2, 5, 10) if all(b - a >= 18 for a, b in pairwise(centres[n - 1 :: n]))), 20
    )
    taken = [centres[i] for i in sorted(i for i in hit if i is not None)]
    for i, x in enumerate(centres):
        shown = i == 0 or i == count - 1 or (i + 1) % every == 0
        near = any(abs(x - other) < 18 for other in taken)
        if i in hit:
            svg.text(drawing, x, y, str(i + 1), anchor="middle", weight=700, fill=svg.BLUE)
        elif shown and not near:
            svg.text(drawing, x, y, str(i + 1), size=11, anchor="middle", fill=svg.MUTED)
            taken.append(x)


def _pins(drawing: ET.Element, figure: ExonFigure, place: Callable[[int], float]) -> float:
    """Labelled pins above the exons; returns the y of the exons' top."""
    pins = sorted((place(position), svg.shorten(label, 36)) for position, label in figure.variants)
    if not pins:
        return 6.0
    widths = [svg.width_of(label, 13, bold=True) for _, label in pins]
    rows = svg.lanes(widths, WIDTH - 2, gap=14)
    top = 8 + rows * 20 + 22
    for row in range(rows):
        members = list(range(row, len(pins), rows))
        xs = svg.spread(
            [pins[i][0] for i in members], [widths[i] for i in members], 1, WIDTH - 1, gap=14
        )
        baseline = 8 + (rows - 1 - row) * 20 + 10
        for i, x in zip(members, xs, strict=True):
            at, label = pins[i]
            svg.add(
                drawing, "path", fill="none", stroke=svg.VERMILLION, stroke_width=1.5,
                d=f"M{svg.number(x)} {svg.number(baseline + 5)}"
                f"L{svg.number(at)} {svg.number(top - 9)}V{svg.number(top + 4)}",
            )  # fmt: skip
            svg.add(
                drawing, "path", fill=svg.VERMILLION,
                d=f"M{svg.number(at - 4)} {svg.number(top - 3)}h8l-4 7z",
            )  # fmt: skip
            word = svg.text(drawing, x, baseline, label, size=13, anchor="middle", weight=700)
            word.set("stroke", svg.PAPER)  # a halo, so that a line behind never crosses letters
            word.set("stroke-width", "4")
            word.set("paint-order", "stroke")
    return float(top)


def _foot(drawing: ET.Element, figure: ExonFigure, scale: float, y: float) -> float:
    """Scale bar, direction and extent on the genome; returns the height of the drawing."""
    step = max((s for s in STEPS if s * scale <= 160), default=STEPS[0])
    length = step * scale
    svg.add(
        drawing, "path", fill="none", stroke=svg.INK, stroke_width=1.2,
        d=f"M{LEFT} {svg.number(y - 9)}v8m0 -4h{svg.number(length)}m0 -4v8",
    )  # fmt: skip
    svg.text(drawing, LEFT + length + 8, y, f"{step:,} bp of exon; introns not to scale",
             fill=svg.MUTED)  # fmt: skip
    if figure.exons:
        low = min(start for start, _ in figure.exons) + 1
        high = max(end for _, end in figure.exons)
        strand = "plus" if figure.strand == "+" else "minus"
        words = f"{figure.contig}:{low:,}–{high:,}, gene on the {strand} strand"
        svg.text(drawing, WIDTH - RIGHT, y, svg.shorten(words, 70), anchor="end", fill=svg.MUTED)
    return y + 8
