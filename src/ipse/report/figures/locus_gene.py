"""Rows of a locus figure that belong to the gene: its exons and direction, its codons."""

from __future__ import annotations

from itertools import groupby

from ipse.core.sections import Codon, LocusFigure, Track
from ipse.core.sequence import THREE_LETTER
from ipse.report.figures import svg
from ipse.report.figures.locus_rows import Panel, bar

RESIDUE = 20
"""Height of a row of residues."""
ROWS = ("reference", "patient", "after edit")


def letters_of(codon: Codon) -> tuple[str, str, str]:
    """Residues of a codon in the order of ``ROWS``."""
    return codon.reference, codon.before, codon.after


def gene(panel: Panel, figure: LocusFigure, y: float, *, above: bool) -> float:
    """Exon bar with the gene's direction, and three rows of residues; returns the y below."""
    exons = [t for t in figure.tracks if t.role == "exon" and panel.sees(t)]
    codons = [c for c in figure.codons if any(panel.holds(p) for p in c.positions)]
    if above:
        y = _gene_bar(panel, figure, exons, y)
        return _residues(panel, figure, codons, y, above=True) if codons else y
    y = _residues(panel, figure, codons, y, above=False) if codons else y
    return _gene_bar(panel, figure, exons, y)


def _gene_bar(panel: Panel, figure: LocusFigure, exons: list[Track], y: float) -> float:
    """A line with arrow heads along the gene, and its exons as bars on it."""
    middle, forward = y + 12, figure.gene_strand == "+"
    svg.text(panel.drawing, 4, middle + 4, "gene " + ("→" if forward else "←"), fill=svg.MUTED)
    left, right = panel.edge(panel.low), panel.right
    line = f"M{svg.number(left)} {svg.number(middle)}H{svg.number(right)}"
    svg.add(panel.drawing, "path", d=line, stroke=svg.FAINT, stroke_width=1.5)
    heads = ""
    x = left + 28
    while x < right - 8:
        heads += f"M{svg.number(x)} {svg.number(middle - 4)}" + ("l5 4l-5 4" if forward else
                                                                  "l-5 4l5 4")  # fmt: skip
        x += 56
    for track in exons:
        bar(panel, track, middle - 8, 16)
    svg.add(panel.drawing, "path", d=heads or "M0 0", stroke=svg.FAINT, fill="none",
            stroke_width=1.5)  # fmt: skip
    for track in exons:
        a, b = panel.clip(track.start, track.end)
        words = svg.shorten(track.label, 30)
        width = svg.width_of(words, 11, bold=True)
        if width + 8 <= b - a:
            svg.add(panel.drawing, "rect", x=(a + b - width) / 2 - 4, y=middle - 7, width=width + 8,
                    height=14, fill=svg.GREY_TINT)  # fmt: skip
            svg.text(panel.drawing, (a + b) / 2, middle + 4, words, size=11, anchor="middle",
                     weight=600)  # fmt: skip
    return y + 26


def _runs(panel: Panel, codon: Codon) -> list[tuple[int, int]]:
    """Visible neighbouring bases of a codon as stretches, ascending."""
    seen = sorted(p for p in codon.positions if panel.holds(p))
    runs = []
    for _, group in groupby(enumerate(seen), key=lambda item: item[1] - item[0]):
        members = [position for _, position in group]
        runs.append((members[0], members[-1] + 1))
    return runs


def _residues(
    panel: Panel, figure: LocusFigure, codons: list[Codon], y: float, *, above: bool
) -> float:
    """Codon numbers, residues of reference, patient and edited allele, brackets to the bases."""
    top = y if above else y + 10
    height = 16 + 3 * RESIDUE
    for row, name in enumerate(ROWS):
        svg.text(panel.drawing, 4, top + 16 + row * RESIDUE + 15, name, fill=svg.MUTED)
    svg.text(panel.drawing, 4, top + 12, "codon", fill=svg.MUTED)
    stops = [
        min((c.number for c in figure.codons if letters_of(c)[row] == "*"), default=None)
        for row in range(len(ROWS))
    ]
    varied = {mark.position for mark in figure.marks if mark.role == "variant"}
    for codon in codons:
        runs = _runs(panel, codon)
        main = max(runs, key=lambda run: run[1] - run[0])
        changed = not codon.reference == codon.before == codon.after or not varied.isdisjoint(
            codon.positions
        )
        for start, end in runs:
            a, b = panel.edge(start) + 1.5, panel.edge(end) - 1.5
            rail, foot = (top + height + 3, 4) if above else (top - 5, -4)
            svg.add(panel.drawing, "path", fill="none", stroke=svg.INK if changed else svg.FAINT,
                    d=f"M{svg.number(a)} {svg.number(rail + foot)}v{-foot}H{svg.number(b)}"
                    f"v{foot}", stroke_dasharray="2 2" if len(runs) > 1 or end - start < 3
                    else None)  # fmt: skip
        x = (panel.edge(main[0]) + panel.edge(main[1])) / 2
        whole = main[1] - main[0] == 3
        if changed or (codon.number % 5 == 0 and whole):
            svg.text(
                panel.drawing, x, top + 12, str(codon.number), size=11, anchor="middle",
                fill=svg.INK if changed else svg.MUTED, weight=700 if changed else None,
            )  # fmt: skip
        for row, letter in enumerate(letters_of(codon)):
            stop = stops[row]
            look = _look(codon, row, pale=stop is not None and codon.number > stop)
            word = THREE_LETTER.get(letter, letter) if main[1] - main[0] > 1 else letter
            _residue(panel, x, top + 16 + row * RESIDUE, word, look)
    return top + height + 10 if above else top + height + 6


def _look(codon: Codon, row: int, *, pale: bool) -> str:
    """How a residue is shown: plain, pale (after a stop), lost, restored or other."""
    letter = letters_of(codon)[row]
    if row == 0:
        return "plain"
    if row == 2 and codon.before != codon.reference and letter == codon.reference:
        return "restored"
    if letter != codon.reference and not pale:
        return "lost" if row == 1 or letter == codon.before else "other"
    return "pale" if pale else "plain"


def _residue(panel: Panel, x: float, y: float, word: str, look: str) -> None:
    """A residue on its box."""
    # fill, outline and corner radius: the shape tells what the colour tells
    boxes = {
        "lost": (svg.VERMILLION, None, 0),
        "restored": (svg.GREEN, None, 8),
        "other": (svg.PAPER, svg.ORANGE_INK, 3),
    }
    if look in boxes:
        paint, line, radius = boxes[look]
        svg.add(
            panel.drawing, "rect", x=x - 18, y=y + 1, width=36, height=18, fill=paint, stroke=line,
            stroke_dasharray=line and "3 2", rx=radius,
        )  # fmt: skip
    fill = {"lost": svg.PAPER, "restored": svg.PAPER, "pale": svg.PALE}.get(look)
    svg.text(panel.drawing, x, y + 15, word, size=12, anchor="middle", fill=fill,
             weight=700 if look in boxes else None)  # fmt: skip
