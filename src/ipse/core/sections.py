"""Typed sections: what a modality wants shown, without a word about how it is laid out.

One template renders them all. A new kind of block or figure is added here and, once, in
``ipse.report``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ipse.core.finding import Finding
from ipse.core.model import Model

Cell = str | int | float | bool | None


class Text(Model):
    """A paragraph of plain text."""

    kind: Literal["text"] = "text"
    text: str


class KeyValues(Model):
    """Label and value pairs, e.g. the identity of a guide."""

    kind: Literal["key_values"] = "key_values"
    items: tuple[tuple[str, str], ...]


class Table(Model):
    """A table.

    Attributes
    ----------
    columns
        Headers, units in brackets.
    rows
        One tuple a row, as long as ``columns``.
    caption
        What the table shows, and what it leaves out.
    mono
        Indices of columns shown in a fixed-width face (sequences).
    """

    kind: Literal["table"] = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    mono: tuple[int, ...] = ()


class Findings(Model):
    """A list of findings."""

    kind: Literal["findings"] = "findings"
    findings: tuple[Finding, ...]


class Track(Model):
    """A stretch of a locus figure.

    Attributes
    ----------
    label
        Name shown beside it.
    role
        What it is; the renderer chooses the look.
    start, end
        0-based half-open, in the coordinates of the figure's contig.
    strand
        ``+`` or ``-`` for a stretch that has one.
    """

    label: str
    role: Literal[
        "protospacer", "pam", "target_window", "bystander_window", "exon", "template", "amplicon",
    ]  # fmt: skip
    start: int
    end: int
    strand: Literal["+", "-", ""] = ""


class Mark(Model):
    """A single place of a locus figure: the target base, a bystander, a cut, a variant.

    Attributes
    ----------
    position
        0-based position; a cut stands left of it.
    role
        What it is.
    label
        Text beside it, e.g. ``A8>G``.
    strand
        Strand that is nicked; empty for the one opposite the guide's, as base editors nick.
    """

    position: int
    role: Literal["target", "bystander", "cut", "variant", "nick"]
    label: str
    strand: Literal["+", "-", ""] = ""


class Codon(Model):
    """A codon over a locus figure: its bases' positions in coding order, and its residue.

    Attributes
    ----------
    positions
        Three 0-based positions in the figure's contig (they may straddle an intron).
    number
        1-based codon number.
    before, after
        One-letter residue of the patient's allele and after the intended edit.
    reference
        One-letter residue of the reference.
    """

    positions: tuple[int, int, int]
    number: int
    reference: str
    before: str
    after: str


class LocusFigure(Model):
    """Both strands of a short stretch of genome with guide, PAM, windows and edits.

    Attributes
    ----------
    contig, start
        Contig and 0-based position of the first base shown.
    plus_strand
        Bases of the plus strand as the patient's pathogenic allele has them.
    gene_strand
        Strand of the gene, so that the figure can be drawn in gene direction.
    alt
        Text alternative: the same in words.
    """

    kind: Literal["locus"] = "locus"
    caption: str
    alt: str
    contig: str
    start: int
    plus_strand: str
    gene_strand: Literal["+", "-"]
    tracks: tuple[Track, ...] = ()
    marks: tuple[Mark, ...] = ()
    codons: tuple[Codon, ...] = ()


class ExonFigure(Model):
    """A transcript's exons to scale (introns shortened), with variants on it.

    Attributes
    ----------
    exons
        0-based half-open, in transcript order.
    coding
        0-based half-open genomic extent of the coding sequence, or None for non-coding.
    variants
        Position and label of each variant.
    """

    kind: Literal["exons"] = "exons"
    caption: str
    alt: str
    transcript: str
    contig: str
    strand: Literal["+", "-"]
    exons: tuple[tuple[int, int], ...]
    coding: tuple[int, int] | None
    variants: tuple[tuple[int, str], ...] = ()


class CodonFigure(Model):
    """Codons and residues around a variant: reference, patient, and after an edit if given.

    Attributes
    ----------
    first_codon
        1-based number of the first codon shown.
    rows
        (label, codons as a string of whole triplets, residues one letter each) per row.
    changed
        0-based offset in ``codons`` of bases that differ from the first row, per row.
    """

    kind: Literal["codons"] = "codons"
    caption: str
    alt: str
    first_codon: int
    rows: tuple[tuple[str, str, str], ...]
    changed: tuple[tuple[int, ...], ...]


class FrameExon(Model):
    """An exon of a frame figure.

    Attributes
    ----------
    label
        Number, or a run of them (``46-49``) drawn as one.
    left, right
        Bases of an unfinished codon before its first and behind its last coding base: 0, 1 or 2.
        Neighbours whose edges fit keep the frame.
    size
        Coding bases [nt].
    role
        ``kept`` in frame, ``shifted`` out of frame or behind a stop, ``missing`` in the gene, or
        ``skipped`` by the cell.
    """

    label: str
    left: int
    right: int
    size: int
    role: Literal["kept", "shifted", "missing", "skipped"]


class FrameRow(Model):
    """A row of a frame figure: one transcript.

    Attributes
    ----------
    label
        Whose transcript, e.g. ``patient``.
    note
        What it is read as, in a few words.
    """

    label: str
    exons: tuple[FrameExon, ...]
    note: str = ""


class FrameFigure(Model):
    """Exons as pieces whose edges show the reading frame, in several transcripts of one gene.

    Attributes
    ----------
    rows
        Every row has the same exons in the same order.
    alt
        Text alternative: the same in words.
    """

    kind: Literal["frames"] = "frames"
    caption: str
    alt: str
    rows: tuple[FrameRow, ...]


class Dot(Model):
    """A point of a dot figure; equal ones are told once, with how many they stand for.

    Attributes
    ----------
    column
        0-based place among the figure's categories.
    value
        Height, within the figure's range; None for what has no value, shown in a row of its own.
    role
        What it is; the renderer chooses the look.
    number
        How many it stands for.
    """

    column: int
    value: float | None
    role: Literal["on_target", "off_target", "gained", "stronger", "weaker", "lost"]
    number: int = 1


class DotFigure(Model):
    """Points over a few categories, e.g. sites by edits and score.

    Attributes
    ----------
    categories
        Words below the columns, left to right.
    x_label, y_label
        Names of the axes.
    y_range
        Least and most of ``value``.
    no_value
        Words for the row of points without a value.
    alt
        Text alternative: the same in words.
    """

    kind: Literal["dots"] = "dots"
    caption: str
    alt: str
    x_label: str
    y_label: str
    categories: tuple[str, ...]
    y_range: tuple[float, float] = (0.0, 1.0)
    no_value: str = "no value"
    dots: tuple[Dot, ...]


Block = Annotated[
    Text
    | KeyValues
    | Table
    | Findings
    | LocusFigure
    | ExonFigure
    | CodonFigure
    | FrameFigure
    | DotFigure,
    Field(discriminator="kind"),
]


class Section(Model):
    """A titled run of blocks about one proposal.

    Attributes
    ----------
    title
        Heading.
    blocks
        In reading order.
    proposal
        Id of the proposal it is about; empty for a section about the whole plan.
    """

    title: str
    blocks: tuple[Block, ...]
    proposal: str = ""
