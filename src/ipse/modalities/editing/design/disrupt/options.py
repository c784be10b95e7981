"""All ways to disrupt a gene, one a spacer and approach, in the declared order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ipse.modalities.editing.catalogue import BaseEditor, Nuclease
from ipse.modalities.editing.design.disrupt.bases import (
    BaseRow,
    placements,
    splice_aims,
    stop_aims,
)
from ipse.modalities.editing.design.disrupt.cuts import Cut, cuts
from ipse.modalities.editing.design.disrupt.gene import Gene
from ipse.modalities.editing.design.disrupt.targets import PublishedGuide

Approach = Literal["cut", "splice-donor", "splice-acceptor", "stop-codon"]
APPROACHES: tuple[Approach, ...] = ("cut", "splice-donor", "splice-acceptor", "stop-codon")
"""Splice donors before acceptors before stop codons: the order of reliability measured in human T
cells (doi:10.1038/s41467-021-22009-2)."""

ORDER = (
    "published guide of this gene (by its evidence, then any); share of isoforms hit; no remaining "
    "use of an edited GC donor, no skip that keeps the frame; frames in which the transcript is "
    "expected to decay; smallest part of the protein that may be left, by the part before the edit "
    "or a restart at the next ATG in frame; splice donor, acceptor, stop codon; more editors that "
    "can use the spacer; place in the gene"
)
EDITOR_ORDER = (
    "named with this spacer in a published guide; whole loss of the splice site; published before "
    "assumed bystander window; narrower target window; name"
)


@dataclass(frozen=True)
class Option:
    """A spacer that disrupts the gene in one way.

    Attributes
    ----------
    cuts
        The nucleases that cut there, best first; empty for a base edit.
    rows
        The base editors that can use it, best first; empty for a cut.
    published
        Published guides of the gene with this very spacer, used in the same way.
    """

    approach: Approach
    strand: Literal["+", "-"]
    start: int
    spacer: str
    pam: str
    cuts: tuple[Cut, ...] = ()
    rows: tuple[BaseRow, ...] = ()
    published: tuple[PublishedGuide, ...] = ()
    isoforms_share: float = 0.0

    @property
    def exon(self) -> int:
        """1-based number of the exon."""
        return self.cuts[0].exon.number if self.cuts else self.rows[0].aim.exon

    @property
    def codon(self) -> int:
        """1-based codon of the cut or the stop; for a splice site the exon's first."""
        return self.cuts[0].codon if self.cuts else self.rows[0].aim.codon

    @property
    def remnant(self) -> float:
        """Largest share of the protein that may be left."""
        return self.cuts[0].remnant if self.cuts else self.rows[0].aim.remnant

    @property
    def frames_without_decay(self) -> int:
        """Frames read after the edit in which the transcript is not expected to decay."""
        if self.cuts:
            return len(self.cuts[0].frames) - self.cuts[0].decays
        return sum(not stop.decay for stop in self.rows[0].aim.stops)

    @property
    def doubt(self) -> int:
        """Ways in which a base edit may not end the protein: weak donor, frame kept."""
        aim = self.rows[0].aim if self.rows else None
        return 0 if aim is None else int(aim.weak) + int(aim.in_frame)

    def key(self) -> tuple[float | int | str, ...]:
        """Place in :data:`ORDER`; smaller is better."""
        level = min((row.level.rank for row in self.published), default=99)
        return (
            level,
            -self.isoforms_share,
            self.doubt,
            self.frames_without_decay,
            round(self.remnant, 6),
            APPROACHES.index(self.approach),
            -len(self.cuts) - len(self.rows),
            self.codon,
            self.strand,
            self.start,
            self.spacer,
        )


def options(
    gene: Gene,
    nucleases: Sequence[Nuclease],
    editors: Sequence[BaseEditor],
    published: Sequence[PublishedGuide],
) -> list[Option]:
    """Every spacer that cuts a coding exon, makes a stop codon or takes a splice site away.

    Raises
    ------
    NotInReference
        If an exon or a splice site is not held.
    """
    found = [*_cuts(gene, nucleases), *_bases(gene, editors, published)]
    whole = len(gene.isoforms)
    made = []
    for option in found:
        how = "cut" if option.cuts else "base-edit"
        mine = tuple(p for p in published if (p.spacer, p.approach) == (option.spacer, how))
        hit = option.cuts[0].isoforms if option.cuts else option.rows[0].aim.isoforms
        made.append(_with(option, mine, hit / whole))
    return sorted(made, key=Option.key)


def _with(option: Option, published: tuple[PublishedGuide, ...], share: float) -> Option:
    return Option(
        option.approach, option.strand, option.start, option.spacer, option.pam,
        option.cuts, option.rows, published, share,
    )  # fmt: skip


def _cuts(gene: Gene, nucleases: Sequence[Nuclease]) -> list[Option]:
    groups: dict[tuple[str, int, int], list[Cut]] = {}
    for cut in cuts(gene, nucleases):
        site = cut.site
        groups.setdefault((site.strand, site.start, len(site.spacer)), []).append(cut)
    return [
        Option("cut", rows[0].site.strand, rows[0].site.start, rows[0].site.spacer,
               rows[0].site.pam, cuts=tuple(rows))
        for rows in groups.values()
    ]  # fmt: skip


def _bases(
    gene: Gene, editors: Sequence[BaseEditor], published: Sequence[PublishedGuide]
) -> list[Option]:
    named = {(row.spacer, row.editor) for row in published}
    found = []
    for group in placements(gene, [*splice_aims(gene), *stop_aims(gene)], editors):
        rows = sorted(group, key=lambda row: _editor_key(row, named))
        hit, aim = rows[0].hit, rows[0].aim
        found.append(
            Option(aim.approach, hit.strand, hit.start, hit.spacer, hit.pam, rows=tuple(rows))
        )
    return found


def _editor_key(row: BaseRow, named: set[tuple[str, str]]) -> tuple[int | str, ...]:
    """Place in :data:`EDITOR_ORDER`."""
    first, last = row.editor.target
    return (
        int((row.hit.spacer, row.editor.name) not in named),
        int(row.aim.weak),
        int(row.editor.bystander_assumed),
        last - first,
        row.editor.name,
    )
