"""What is special to a disruption in the design of an edit."""

from __future__ import annotations

from typing import Literal

from ipse.core.model import Model


class ReadFrame(Model):
    """What is read after the edit.

    Attributes
    ----------
    after
        What came of the edit: ``one base lost``, ``two bases lost`` (or one gained),
        ``stop codon``, ``exon skipped``, ``intron kept``.
    stop_codon
        Number of the first stop codon in what is read; None if none comes.
    decay
        Whether the transcript is expected to decay.
    """

    after: str
    stop_codon: int | None
    decay: bool


class Disruption(Model):
    """The gene or element that is taken away, and what is left of it.

    Attributes
    ----------
    target
        Key of the row in ``tables/disruption_targets.tsv``; empty for a gene that was asked for and
        is not in it.
    element, aim, cells
        What is hit, why, and in which cells.
    basis, why
        What in the case calls for it: ``diagnosis``, ``name of the diagnosis``, ``gene of the
        variant`` or ``request``.
    approach
        ``published-site``: the place of a published guide in an element outside coding exons.
    exon, exons, codon, codons
        Where in the transcript; None outside coding exons. For a splice site, the exon that loses
        it and its first codon.
    cut
        A cut stands left of this 0-based position; None for a base edit.
    before, after
        Codon or splice site as the gene reads it.
    isoforms_hit, isoforms
        Coding transcripts of the annotation that are hit, and all.
    frames
        For a cut, the two shifted frames; for a base edit, the stop codon, or what is read if the
        exon is skipped and if the intron is kept.
    in_frame
        Whether skipping the exon keeps the frame.
    weak
        Whether the edited splice site may still be used (GC donor).
    remnant_percent
        Largest share of the protein that may be left, before the edit or by a restart at the next
        ATG in frame [%].
    place, of
        Place in the declared order among all spacers of this approach and gene.
    order
        That order.
    published
        Names of published guides with this spacer.
    """

    target: str
    element: str
    aim: str
    cells: str
    basis: str
    why: str
    approach: Literal["cut", "splice-donor", "splice-acceptor", "stop-codon", "published-site"]
    exon: int | None = None
    exons: int | None = None
    codon: int | None = None
    codons: int | None = None
    cut: int | None = None
    before: str = ""
    after: str = ""
    isoforms_hit: int = 0
    isoforms: int = 0
    frames: tuple[ReadFrame, ...] = ()
    in_frame: bool = False
    weak: bool = False
    remnant_percent: float | None = None
    place: int
    of: int
    order: str
    published: tuple[str, ...] = ()
