"""The figure of ``docs/efficiency.md``: left-out rank correlation per study, with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ipse.report.figures import svg

WIDTH, LEFT, RIGHT = 760, 190, 30
ROW, TOP = 44, 64
MOST = 0.8
SERIES = (("model", svg.BLUE, "Ipse's model"), ("ridge", svg.ORANGE, "ridge baseline"))
INTERVAL = " interval"


def write_figure(path: Path, human: dict[str, Any], other: dict[str, Any]) -> None:
    """Write an SVG: a row a study, then the mean over the human studies, then zebrafish apart."""
    rows = [(row["study"], f"{row['guides']} guides", row) for row in human["studies"]]
    mean = {**human["mean"]}
    for name, _, _ in SERIES:
        mean[name + INTERVAL] = human["mean interval"][name]
    rows.append(("mean of six", "human studies", mean))
    rows += [(row["study"], f"zebrafish, {row['guides']}", row) for row in other["studies"]]

    title = "Left-out Spearman correlation of predicted and measured guide activity"
    drawing = svg.root("efficiency", title, "One row a study; lines are 95 % bootstrap intervals.")
    height = TOP + ROW * len(rows) + 46
    svg.add(drawing, "rect", x=0, y=0, width=WIDTH, height=height, fill=svg.PAPER)
    svg.text(drawing, 16, 24, title, size=14, weight=600)
    at = 16.0
    for name, colour, words in SERIES:
        svg.add(drawing, "circle", cx=at + 5, cy=42, r=5, fill=colour)
        svg.text(drawing, at + 16, 46, words, fill=svg.MUTED)
        at += 40 + svg.width_of(words)
        del name

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * value / MOST

    bottom = TOP + ROW * len(rows)
    for tenth in range(0, int(MOST * 10) + 1, 2):
        place = x(tenth / 10)
        svg.add(drawing, "line", x1=place, x2=place, y1=TOP, y2=bottom, stroke=svg.HAIR)
        svg.text(drawing, place, bottom + 18, f"{tenth / 10:.1f}", anchor="middle", fill=svg.MUTED)
    svg.text(
        drawing, (LEFT + WIDTH - RIGHT) / 2, bottom + 36, "Spearman correlation",
        anchor="middle", fill=svg.MUTED,
    )  # fmt: skip
    for k, (label, words, row) in enumerate(rows):
        y = TOP + ROW * k + ROW / 2
        if label.startswith("mean"):
            svg.add(
                drawing, "rect", x=8, y=y - ROW / 2 + 2, width=WIDTH - 16, height=ROW - 4,
                fill=svg.GREY_TINT, fill_opacity="0.7",
            )  # fmt: skip
        svg.text(drawing, LEFT - 14, y - 1, label, anchor="end", weight=600)
        svg.text(drawing, LEFT - 14, y + 14, words, anchor="end", size=11, fill=svg.MUTED)
        for s, (name, colour, _) in enumerate(SERIES):
            line = y - 6 + 12 * s
            low, high = (min(MOST, max(0.0, value)) for value in row[name + INTERVAL])
            svg.add(
                drawing, "line", x1=x(low), x2=x(high), y1=line, y2=line, stroke=colour,
                stroke_width=2,
            )  # fmt: skip
            svg.add(drawing, "circle", cx=x(row[name]), cy=line, r=4.5, fill=colour)
    path.write_text(svg.finish(drawing, WIDTH, height) + "\n", encoding="utf-8")
