"""Base edits that end a protein early: stop codons, and splice sites taken away.

A stop codon comes of one C to T change on either strand (CAA, CAG, CGA and TGG in the standard
code). A splice site is destroyed by any change of GT at an intron's start or AG at its end, except
GT to GC: cells use some GC donors, so that such an edit is marked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ipse.core.sequence import complement
from ipse.modalities.editing.catalogue import BaseEditor
from ipse.modalities.editing.design.base.placement import (
    Hit,
    enumerate_guides,
    reach,
    result,
)
from ipse.modalities.editing.design.disrupt.gene import Gene, Stop, coding_windows

STOP_MAKERS = "CBE"
"""Class of editors that make stop codons: C to T on the strand they act on."""

DONOR, ACCEPTOR, WEAK_DONOR = "GT", "AG", "GC"

BaseApproach = Literal["splice-donor", "splice-acceptor", "stop-codon"]


@dataclass(frozen=True)
class Aim:
    """One base whose change ends the protein early.

    Attributes
    ----------
    position
        Genomic, 0-based.
    before, after
        Plus-strand base, and what it must become.
    exon
        1-based number of the exon with the codon, or of the exon that loses its splice site.
    before_sense, after_sense
        Codon, or splice dinucleotide, as the gene reads it before and after.
    codon
        1-based codon that becomes a stop; for a splice site the first whole codon that is lost.
    place
        What tells aims apart: the codon, or the splice site.
    stop
        Where translation ends; for a splice site if the exon is skipped, None where it holds the
        start or the end of the coding part.
    kept
        For a splice site, where translation ends if the intron is kept; else None.
    in_frame
        For a splice site: whether skipping the exon keeps the frame.
    weak
        Whether the edited splice site may still be used.
    """

    approach: BaseApproach
    position: int
    before: str
    after: str
    exon: int
    before_sense: str
    after_sense: str
    codon: int
    place: str
    stop: Stop | None
    isoforms: int
    remnant: float
    kept: Stop | None = None
    in_frame: bool = False
    weak: bool = False

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Stops of all frames that may be read."""
        return tuple(stop for stop in (self.stop, self.kept) if stop is not None)


@dataclass(frozen=True)
class BaseRow:
    """An editor on a spacer: the placement on genomic positions, and the base it is put to."""

    hit: Hit
    editor: BaseEditor
    aim: Aim


def stop_aims(gene: Gene) -> Iterator[Aim]:
    """Every coding base whose C to T change, on either strand, makes a stop codon."""
    firsts = [exon.first for exon in gene.coding_exons]
    coding = gene.spliced[: gene.coding_length]
    forward = gene.transcript.strand == "+"
    for index in range(1, gene.codons):
        codon = coding[3 * index : 3 * index + 3]
        if codon in gene.stops:
            continue
        for offset, (base, after) in enumerate((b, {"C": "T", "G": "A"}.get(b)) for b in codon):
            edited = codon[:offset] + (after or base) + codon[offset + 1 :]
            if after is None or edited not in gene.stops:
                continue
            at = gene.genomic(3 * index + offset)
            yield Aim(
                approach="stop-codon",
                position=at,
                before=base if forward else complement(base),
                after=after if forward else complement(after),
                exon=gene.coding_exons[bisect_right(firsts, 3 * index + offset) - 1].number,
                before_sense=codon,
                after_sense=edited,
                codon=index + 1,
                place=f"codon {index + 1}",
                stop=gene.stop_at(index + 1, 3 * index + 3),
                isoforms=gene.isoforms_with(at, at + 1),
                remnant=gene.remnant(3 * index, 3 * index + 3),
            )


def splice_aims(gene: Gene) -> Iterator[Aim]:
    """Every base of the introns' GT and AG between coding exons, with each change that hits it.

    Introns that do not begin with GT, or end with AG, are passed over at that end.
    """
    for site in splice_sites(gene):
        intron = site.exon if site.approach == "splice-donor" else site.exon - 1
        kept = gene.stop_if_kept(intron)
        for offset, base in enumerate(site.letters):
            for after in "ACGT":
                if after == base:
                    continue
                edited = site.letters[:offset] + after + site.letters[offset + 1 :]
                aim = _splice_aim(gene, site, offset, base, after, edited)
                yield replace(aim, kept=kept)


@dataclass(frozen=True)
class SpliceSite:
    """The GT at an intron's start or the AG at its end.

    Attributes
    ----------
    positions
        Genomic positions of the two bases in the order the gene reads them.
    exon
        Index in the coding exons of the exon beside it.
    """

    approach: Literal["splice-donor", "splice-acceptor"]
    letters: str
    positions: tuple[int, int]
    exon: int


def splice_sites(gene: Gene, *, canonical: bool = True) -> Iterator[SpliceSite]:
    """Splice sites of the introns between coding exons; only GT and AG, or only others.

    Raises
    ------
    NotInReference
        If their letters are not held.
    """
    step = 1 if gene.transcript.strand == "+" else -1
    for index in range(len(gene.coding_exons) - 1):
        before, after = gene.coding_exons[index], gene.coding_exons[index + 1]
        last = before.end - 1 if step > 0 else before.start
        first = after.start if step > 0 else after.end - 1
        for approach, positions, wanted, exon in (
            ("splice-donor", (last + step, last + 2 * step), DONOR, index),
            ("splice-acceptor", (first - 2 * step, first - step), ACCEPTOR, index + 1),
        ):
            letters = "".join(
                gene.reference.fetch(gene.transcript.contig, at, at + 1) for at in positions
            )
            letters = letters if step > 0 else complement(letters)
            if (letters == wanted) is canonical:
                name: Literal["splice-donor", "splice-acceptor"] = (
                    "splice-donor" if approach == "splice-donor" else "splice-acceptor"
                )
                yield SpliceSite(name, letters, (positions[0], positions[1]), exon)


def _splice_aim(
    gene: Gene, site: SpliceSite, offset: int, base: str, after: str, edited: str
) -> Aim:
    forward = gene.transcript.strand == "+"
    exon = gene.coding_exons[site.exon]
    step = 1 if forward else -1
    # the exon's base beside the intron, and the intron's base beside the exon
    outside = site.positions[0] if site.approach == "splice-donor" else site.positions[1]
    inside = outside - step if site.approach == "splice-donor" else outside + step
    skips_start, skips_end = site.exon == 0, site.exon == len(gene.coding_exons) - 1
    whole = not (skips_start or skips_end)
    # with the intron kept, a donor's exon is still read to its end
    kept = exon.first + (exon.length if site.approach == "splice-donor" else 0)
    return Aim(
        approach=site.approach,
        position=site.positions[offset],
        before=base if forward else complement(base),
        after=after if forward else complement(after),
        exon=exon.number,
        before_sense=site.letters,
        after_sense=edited,
        codon=exon.first // 3 + 1,
        place=f"{site.approach} of exon {exon.number}",
        stop=gene.stop_after(exon.first, exon.length) if whole else None,
        isoforms=gene.isoforms_with_junction(inside, outside),
        remnant=gene.remnant(kept, exon.first),
        in_frame=whole and exon.length % 3 == 0,
        weak=edited == WEAK_DONOR and site.approach == "splice-donor",
    )


def placements(
    gene: Gene, aims: Iterable[Aim], editors: Sequence[BaseEditor]
) -> list[tuple[BaseRow, ...]]:
    """Every spacer with which an editor makes an aim, the editors of a spacer gathered.

    An editor that reaches two bases of one codon is listed with the first; both together make a
    stop codon too.

    Parameters
    ----------
    editors
        Those to try; one serves an aim only if its chemistry gives the base wanted.
    """
    margin = reach(editors) + len(DONOR)
    windows = [
        (exon.start - len(DONOR), exon.end + len(DONOR), begin, letters)
        for exon, begin, letters in coding_windows(gene, margin)
    ]
    by_name = {editor.name: editor for editor in editors}
    groups: dict[tuple[str, str, int, int], dict[str, BaseRow]] = {}
    for aim in aims:
        able = [e for e in editors if result(e, aim.before) == aim.after]
        if aim.approach == "stop-codon":
            able = [e for e in able if e.kind == STOP_MAKERS]
        begin, letters = next(
            (begin, text) for low, high, begin, text in windows if low <= aim.position < high
        )
        for hit in enumerate_guides(letters, aim.position - begin, able):
            placed = replace(hit, start=begin + hit.start)
            key = (aim.place, hit.strand, placed.start, len(hit.spacer))
            row = BaseRow(placed, by_name[hit.editor], aim)
            groups.setdefault(key, {}).setdefault(hit.editor, row)
    return [tuple(rows.values()) for rows in groups.values()]
