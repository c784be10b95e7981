"""Small words for drawing: SVG elements, text widths, labels that do not overlap."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import pairwise

from ipse.report.words import clean

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"

# Okabe, M. & Ito, K. (2008) Color Universal Design: eight colours that every common form of
# colour vision tells apart; the tints below are mixtures with white.
INK = "#1b1f24"
MUTED = "#57606a"
FAINT = "#8c959f"
PALE = "#6e7781"
HAIR = "#d0d7de"
PAPER = "#ffffff"
BLUE = "#0072b2"
SKY = "#56b4e9"
SKY_TINT = "#dcf0fb"
GREEN = "#007a59"  # bluish green, darkened until white letters stand on it (WCAG contrast 4.5)
GREEN_TINT = "#d5efe6"
ORANGE = "#b87d00"  # darkened until a line of it shows on white (contrast 3)
ORANGE_TINT = "#fcefd2"
ORANGE_INK = "#8a5a00"
VERMILLION = "#c04e00"  # darkened likewise
VERMILLION_TINT = "#fbe5d6"
PURPLE = "#a0527b"
PURPLE_TINT = "#f3e3ec"
GREY_TINT = "#eef1f4"


def number(value: float) -> str:
    """A coordinate with at most one decimal, without a trailing zero."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: object) -> ET.Element:
    """Add an element; ``_`` in attribute names stands for ``-``, None leaves one out."""
    written = {
        name.rstrip("_").replace("_", "-"): number(value)
        if isinstance(value, int | float)
        else clean(str(value))
        for name, value in attributes.items()
        if value is not None
    }
    element = ET.SubElement(parent, tag, written)
    if text is not None:
        element.text = clean(text)
    return element


def root(uid: str, title: str, description: str) -> ET.Element:
    """An empty figure with its text alternative; close it with :func:`finish`."""
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "role": "img",
            "aria-labelledby": f"{uid}-title {uid}-desc",
            "font-family": SANS,
            "font-size": "12",
            "fill": INK,
        },
    )
    add(svg, "title", title, id=f"{uid}-title")
    add(svg, "desc", description, id=f"{uid}-desc")
    return svg


def finish(svg: ET.Element, width: float, height: float, *, floor: float = 0.86) -> str:
    """Give a drawing its size and write it.

    Parameters
    ----------
    width, height
        Extent in user units, which are CSS pixels at full size.
    floor
        Least scale on a narrow screen; below that the figure's own box scrolls.
    """
    svg.set("viewBox", f"0 0 {number(width)} {number(height)}")
    svg.set("width", number(width))
    svg.set("height", number(height))
    svg.set("style", f"--natural:{number(width)}px;--least:{number(width * floor)}px")
    return ET.tostring(svg, encoding="unicode")


def text(
    parent: ET.Element,
    x: float,
    y: float,
    words: str,
    *,
    size: float = 12,
    anchor: str = "start",
    fill: str | None = None,
    weight: int | None = None,
    mono: bool = False,
) -> ET.Element:
    """Text with its baseline at ``y``."""
    return add(
        parent, "text", words, x=x, y=y,
        font_size=None if size == 12 else size,
        text_anchor=None if anchor == "start" else anchor,
        fill=fill, font_weight=weight, font_family=MONO if mono else None,
    )  # fmt: skip


def letters(
    parent: ET.Element, xs: Sequence[float], y: float, sequence: str, *, fill: str | None = None,
    size: float = 14, weight: int | None = None,
) -> None:  # fmt: skip
    """A sequence as one text, each letter centred on its own ``x``."""
    if sequence:
        add(
            parent, "text", sequence, x=" ".join(number(x) for x in xs), y=y, font_size=size,
            text_anchor="middle", fill=fill, font_family=MONO, font_weight=weight,
        )  # fmt: skip


_NARROW = frozenset("iljtfrI.,:;|'!()[] -")
_WIDE = frozenset("mwMWGOQCDNHU@%&—→")


def width_of(words: str, size: float = 12, *, mono: bool = False, bold: bool = False) -> float:
    """Estimated width of text in user units, on the generous side."""
    if mono:
        return 0.62 * size * len(words)
    em = sum(0.38 if c in _NARROW else 0.86 if c in _WIDE else 0.64 for c in words)
    return em * size * (1.12 if bold else 1.0)


def shorten(words: str, limit: int = 42) -> str:
    """Text of at most ``limit`` characters, a longer one ending in an ellipsis."""
    words = clean(words)
    return words if len(words) <= limit else words[: limit - 1] + "…"


def spread(
    wanted: Sequence[float], widths: Sequence[float], low: float, high: float, gap: float = 6
) -> list[float]:
    """Centres of labels in a row, nearest to where they are wanted, without overlap.

    Least squares by pooling neighbours that would overlap into one block.

    Parameters
    ----------
    wanted
        Wanted centres, ascending.
    widths
        Width of each label.
    low, high
        Extent of the row; respected where the labels fit in it.
    gap
        Least space between neighbours.
    """
    blocks: list[tuple[float, list[int]]] = []  # (offset of the first centre, members)
    shift = [0.0]
    for left, right in pairwise(widths):
        shift.append(shift[-1] + (left + right) / 2 + gap)

    def first(members: list[int]) -> float:
        mean = sum(wanted[i] - (shift[i] - shift[members[0]]) for i in members) / len(members)
        most = high - widths[members[-1]] / 2 - (shift[members[-1]] - shift[members[0]])
        return max(low + widths[members[0]] / 2, min(mean, most))

    for i in range(len(wanted)):
        members = [i]
        while blocks:
            start, before = blocks[-1]
            if start + shift[i] - shift[before[0]] <= first(members) + shift[i] - shift[members[0]]:
                break
            members = before + members
            blocks.pop()
        blocks.append((first(members), members))
    return [start + shift[i] - shift[members[0]] for start, members in blocks for i in members]


def lanes(widths: Sequence[float], extent: float, gap: float = 6) -> int:
    """Number of rows that labels of these widths need in an extent."""
    return max(1, -(-int(sum(widths) + gap * len(widths)) // max(1, int(extent))))
