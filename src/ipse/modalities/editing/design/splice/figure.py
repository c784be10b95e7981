"""The exons around a skip as pieces of a frame figure: normal, the patient's, after the edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipse.core.sections import FrameExon, FrameFigure, FrameRow
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.design.splice.frames import Exon, exons_of, in_words
from ipse.modalities.editing.design.splice.model import SpliceParts

BESIDE = 2
"""Exons shown on either side of those that are missing or skipped."""
LONGEST_RUN = 5
"""A longer run of missing exons is drawn as its first, its last, and one piece between."""


def frames(transcript: Transcript, parts: SpliceParts) -> FrameFigure:
    """Three rows of the same exons: what they are read as without and with the skip."""
    product = parts.product
    missing, skipped = set(product.missing), set(product.skipped)
    exons = exons_of(transcript)
    low = max(1, min(missing | skipped) - BESIDE)
    high = min(len(exons), max(missing | skipped) + BESIDE)
    shown = exons[low - 1 : high]
    pieces = _grouped(shown, missing)
    gone = in_words(missing) if missing else ""
    held = product.variant_exon
    patient = f"without {gone} the frame is lost" if missing else f"the variant lies in exon {held}"
    rows = (
        _row("normal", pieces, set(), set(), ""),
        _row("patient", pieces, missing, set(), patient, held),
        _row("after the edit", pieces, missing, skipped, product.hgvs_p),
    )
    return FrameFigure(
        caption=(
            f"Exons {low} to {high} of {transcript.id} as pieces: edges that fit keep the reading "
            "frame. Width by size; introns left out."
        ),
        alt=(
            f"{f'Without {gone}, ' if gone else ''}{in_words(skipped)} skipped: exons "
            f"{min(missing | skipped) - 1} and {max(missing | skipped) + 1} join in frame, "
            f"{product.hgvs_p}."
        ),
        rows=rows,
    )


Piece = tuple[str, Sequence[Exon]]


def _grouped(shown: Sequence[Exon], missing: set[int]) -> list[Piece]:
    """Exons by themselves, the inside of a long missing run together."""
    inside = [exon for exon in shown if exon.number in missing]
    middle = inside[1:-1] if len(inside) > LONGEST_RUN else []
    pieces: list[Piece] = []
    for exon in shown:
        if exon in middle:
            if exon is middle[0]:
                pieces.append((f"{middle[0].number}-{middle[-1].number}", middle))
        else:
            pieces.append((str(exon.number), [exon]))
    return pieces


def _row(
    label: str,
    pieces: Iterable[Piece],
    missing: set[int],
    skipped: set[int],
    note: str,
    held: int | None = None,
) -> FrameRow:
    """One transcript; ``held``: exon whose variant spoils what is read from there on."""
    found, phase, spoiled = [], None, False
    for name, exons in pieces:
        first, last = exons[0], exons[-1]
        numbers = {exon.number for exon in exons}
        left, right = first.phase, (last.phase + last.coding) % 3
        if numbers & missing:
            role = "missing"
        elif numbers & skipped:
            role = "skipped"
        else:
            spoiled = spoiled or held in numbers
            fits = phase is None or phase == left
            role = "kept" if fits and not spoiled else "shifted"
            spoiled = spoiled or not fits
            phase = right
        size = sum(exon.coding for exon in exons)
        found.append(FrameExon(label=name, left=left, right=right, size=size, role=role))
    return FrameRow(label=label, exons=tuple(found), note=note)
