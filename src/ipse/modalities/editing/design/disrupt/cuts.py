"""Nuclease cuts in coding exons: where they fall, and what the common small indels do there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ipse.modalities.editing.catalogue import Nuclease
from ipse.modalities.editing.design.disrupt.gene import CodingExon, Gene, Stop, coding_windows
from ipse.modalities.editing.design.hdr.sites import Site, sites


@dataclass(frozen=True)
class Cut:
    """A site whose cut falls between two coding bases of one exon.

    Attributes
    ----------
    site
        The site, on genomic positions.
    kept
        Coding bases before the cut.
    frames
        First stop if the reading frame is shifted by the loss of one base, and of two (or the
        gain of one).
    isoforms
        Isoforms in which both bases beside the cut are coding.
    remnant
        Largest share of the protein that may be left.
    """

    nuclease: str
    site: Site
    exon: CodingExon
    kept: int
    frames: tuple[Stop, Stop]
    isoforms: int
    remnant: float

    @property
    def codon(self) -> int:
        """1-based codon the cut lies in, or before."""
        return self.kept // 3 + 1

    @property
    def decays(self) -> int:
        """In how many of the two shifted frames the transcript is expected to decay."""
        return sum(stop.decay for stop in self.frames)


def cuts(gene: Gene, nucleases: Iterable[Nuclease]) -> Iterator[Cut]:
    """Every cut of every nuclease inside a coding exon, in transcript order of the exons.

    Raises
    ------
    NotInReference
        If an exon is not held.
    """
    groups = alike(nucleases)
    margin = max((tools[0].length + len(tools[0].pam) for tools in groups), default=0)
    for exon, begin, letters in coding_windows(gene, margin):
        known: dict[int, Cut] = {}
        for tools in groups:
            for site in sorted(sites(letters, tools[0])):
                at = begin + site.cut
                if not exon.start < at < exon.end:
                    continue
                placed = replace(
                    site, start=begin + site.start, cut=at, cut_other=begin + site.cut_other
                )
                if at not in known:
                    known[at] = _cut(gene, tools[0], exon, placed)
                for tool in tools:
                    yield replace(known[at], nuclease=tool.name, site=placed)


def alike(nucleases: Iterable[Nuclease]) -> list[list[Nuclease]]:
    """Nucleases that cut the same sites at the same place, together, in the order given."""
    groups: list[list[Nuclease]] = []
    for tool in nucleases:
        mine = next((group for group in groups if group[0].cuts_like(tool)), None)
        if mine is None:
            groups.append([tool])
        else:
            mine.append(tool)
    return groups


def _cut(gene: Gene, tool: Nuclease, exon: CodingExon, site: Site) -> Cut:
    """What a cut does: of its place alone, whatever made it."""
    forward = gene.transcript.strand == "+"
    kept = exon.first + (site.cut - exon.start if forward else exon.end - site.cut)
    return Cut(
        nuclease=tool.name,
        site=site,
        exon=exon,
        kept=kept,
        frames=(gene.stop_after(kept, 1), gene.stop_after(kept, 2)),
        isoforms=gene.isoforms_with(site.cut - 1, site.cut + 1),
        remnant=gene.remnant(kept, kept),
    )
