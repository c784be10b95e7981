"""Locus figure: both strands of a short stretch of genome with guide, windows, edits and codons.

Rows stand on the side of the strand they belong to, from the strands outward: labels of marks,
windows and protospacer of the guides on that strand, then the codons if the gene is on it. A long
stretch is broken into panels so that letters stay legible on paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ipse.core.sections import LocusFigure, Mark, Track
from ipse.core.sequence import complement
from ipse.report.figures import locus_gene, svg
from ipse.report.figures import locus_rows as rows
from ipse.report.figures.locus_rows import CELL, GUTTER, MARGIN, Panel

MOST_BASES = 64
"""Bases a panel holds, by about ``SLACK`` more where a guide is kept whole by it."""
SLACK = 8
STRAND = 22
"""Height of a strand's row."""
SIDES = ("+", "-")
WINDOWS = ("target_window", "bystander_window")


@dataclass(frozen=True)
class Sides:
    """Which side each track and mark is drawn on: ``+`` above, ``-`` below."""

    figure: LocusFigure

    def guide(self, position: int) -> str:
        """Strand of the protospacer over (else nearest to) a position; else the gene's."""
        spacers = [t for t in self.figure.tracks if t.role == "protospacer"]
        if not spacers:
            return self.figure.gene_strand
        nearest = min(spacers, key=lambda t: max(t.start - position, position - t.end + 1, 0))
        return nearest.strand or "+"

    def of_track(self, track: Track) -> str:
        """Its own strand, else that of the guide it belongs to."""
        return track.strand or self.guide((track.start + track.end) // 2)

    def of_mark(self, mark: Mark) -> str:
        """A variant stands on the gene's side, everything else on its guide's."""
        return self.figure.gene_strand if mark.role == "variant" else self.guide(mark.position)


def draw(figure: LocusFigure, uid: str) -> str:
    """Write a locus figure, plus strand left to right.

    Parameters
    ----------
    figure
        Sequence, tracks, marks and codons in the coordinates of its contig.
    uid
        Prefix of the ids in the drawing, unique in the page.
    """
    drawing = svg.root(uid, figure.caption or f"Locus on {figure.contig}", figure.alt)
    sides = Sides(figure)
    y = 4.0
    for low, high in panels(figure):
        panel = Panel(drawing, figure.start + low, figure.start + high)
        if low:
            svg.add(
                drawing, "path", d=f"M4 {svg.number(y + 4)}H{svg.number(panel.right)}",
                stroke=svg.HAIR, stroke_dasharray="2 4",
            )  # fmt: skip
            y += 16
        y = _panel(panel, figure, sides, figure.plus_strand[low:high], y)
    width = _width(figure)
    y = rows.legend(drawing, figure, width, y + 10)
    return svg.finish(drawing, width, y)


def panels(figure: LocusFigure) -> list[tuple[int, int]]:
    """Offsets of the panels: even, but broken beside a guide rather than through it."""
    length = len(figure.plus_strand)
    count = max(1, -(-length // MOST_BASES))
    kept: list[tuple[int, int]] = []  # guides: protospacer with the PAM and windows that touch it
    for track in sorted(figure.tracks, key=lambda t: t.start):
        if track.role in ("protospacer", "pam", *WINDOWS):
            if kept and track.start <= kept[-1][1]:
                kept[-1] = (kept[-1][0], max(kept[-1][1], track.end))
            else:
                kept.append((track.start, track.end))
    breaks = [0]
    for place in range(1, count):
        even = length * place // count
        least = max(breaks[-1] + 1, length - (count - place) * MOST_BASES - SLACK)
        most = min(breaks[-1] + MOST_BASES + SLACK, length - 1)

        def cost(at: int, even: int = even) -> tuple[int, int]:
            position = figure.start + at
            return sum(start < position < end for start, end in kept), abs(at - even)

        breaks.append(min(range(least, most + 1), key=cost, default=even))
    return list(pairwise([*breaks, length]))


def _width(figure: LocusFigure) -> float:
    """Width of the drawing."""
    return max(GUTTER + max(high - low for low, high in panels(figure)) * CELL + MARGIN, 560)


def focus(figure: LocusFigure) -> float:
    """Where to look first, as a fraction of the width: the target, else the first mark."""
    marks = sorted(figure.marks, key=lambda mark: (mark.role != "target", mark.position))
    if not marks:
        return 0.0
    offset = marks[0].position - figure.start
    low = max((low for low, _ in panels(figure) if low <= offset), default=0)
    return min(1.0, (GUTTER + (offset - low) * CELL) / _width(figure))


def _panel(panel: Panel, figure: LocusFigure, sides: Sides, plus: str, y: float) -> float:
    """One panel; returns the y below it."""
    y = rows.axis(panel, figure.contig, y)
    above = figure.gene_strand == "+"
    y = rows.spans(panel, [t for t in figure.tracks if t.role in ("template", "amplicon")], y)
    if above:
        y = locus_gene.gene(panel, figure, y, above=True)
    y = _guides(panel, figure, sides, "+", y)
    y, strands = _strands(panel, figure, sides, plus, y)
    y = _guides(panel, figure, sides, "-", y)
    if not above:
        y = locus_gene.gene(panel, figure, y, above=False)
    rows.cuts(panel, figure, sides.guide, strands)
    return y


def _guides(panel: Panel, figure: LocusFigure, sides: Sides, side: str, y: float) -> float:
    """Label row, windows and protospacers of one side, outward from the strands."""
    marks = [m for m in figure.marks if panel.holds(m.position) and sides.of_mark(m) == side]
    tracks = [t for t in figure.tracks if panel.sees(t) and sides.of_track(t) == side]
    windows = [t for t in tracks if t.role in WINDOWS]
    windows.sort(key=lambda t: (t.end - t.start, t.start))
    spacers = [t for t in tracks if t.role in ("protospacer", "pam")]
    rail = [("windows", lane) for lane in _lanes(windows)]
    rail += [("spacers", lane) for lane in _lanes(spacers)]
    above = side == "+"
    if marks and not above:
        rows.labels(panel, marks, y, above=above)
        y += rows.LABELS
    for kind, lane in reversed(rail) if above else rail:
        if kind == "windows":
            rows.windows(panel, lane, y, above=above)
            y += rows.WINDOW
        else:
            rows.protospacer(panel, lane, y, above=above)
            y += rows.SPACER
    if marks and above:
        rows.labels(panel, marks, y, above=above)
        y += rows.LABELS
    return y


def _lanes(tracks: list[Track]) -> list[list[Track]]:
    """Tracks in as few rows as they need without overlap, in the given order of preference."""
    lanes: list[list[Track]] = []
    for track in tracks:
        for lane in lanes:
            if all(track.end <= other.start or other.end <= track.start for other in lane):
                lane.append(track)
                break
        else:
            lanes.append([track])
    return lanes


def _strands(
    panel: Panel, figure: LocusFigure, sides: Sides, plus: str, y: float
) -> tuple[float, tuple[float, float]]:
    """The two strands with window bands, base pairs and marked bases.

    Returns the y below them, and their upper and lower edge.
    """
    drawing, top = panel.drawing, y + 2
    bottom = top + 2 * STRAND
    edge = {"+": top, "-": top + STRAND}
    for role, tint in (("bystander_window", svg.ORANGE_TINT), ("target_window", svg.GREEN_TINT)):
        for track in figure.tracks:
            if track.role == role and panel.sees(track):
                left, right = panel.clip(track.start, track.end)
                svg.add(
                    drawing, "rect", x=left, y=edge[sides.of_track(track)], width=right - left,
                    height=STRAND, fill=tint,
                )  # fmt: skip
    spoken = _spoken(panel, figure, sides)
    exons = [t for t in figure.tracks if t.role == "exon"]
    for side, letters in (("+", plus), ("-", "".join(complement(base) for base in plus))):
        base_y = edge[side] + 16
        ends = ("5′", "3′") if side == "+" else ("3′", "5′")
        svg.text(drawing, 4, base_y, f"{'plus' if side == '+' else 'minus'} strand",
                 fill=svg.MUTED)  # fmt: skip
        svg.text(drawing, GUTTER - 6, base_y, ends[0], anchor="end", weight=700)
        svg.text(drawing, panel.right + 6, base_y, ends[1], weight=700)
        groups: dict[str, list[int]] = {}
        for place, _ in enumerate(letters):
            position = panel.low + place
            if (position, side) in spoken:
                continue
            inside = not exons or any(t.start <= position < t.end for t in exons)
            groups.setdefault(svg.INK if inside else svg.PALE, []).append(place)
        for fill, places in groups.items():
            svg.letters(
                drawing, [panel.middle(panel.low + i) for i in places], base_y,
                "".join(letters[i] for i in places), fill=None if fill == svg.INK else fill,
            )  # fmt: skip
    for (position, side), roles in sorted(spoken.items()):
        letter = plus[position - panel.low]
        letter = letter if side == "+" else complement(letter)
        rows.marked_base(panel, position, edge[side], letter, roles)
    return bottom + 2, (top, bottom)


def _spoken(panel: Panel, figure: LocusFigure, sides: Sides) -> dict[tuple[int, str], set[str]]:
    """(position, strand) -> roles of the bases that are marked."""
    spoken: dict[tuple[int, str], set[str]] = {}
    for mark in figure.marks:
        if mark.role in ("variant", "bystander", "target") and panel.holds(mark.position):
            spoken.setdefault((mark.position, sides.of_mark(mark)), set()).add(mark.role)
    return spoken
