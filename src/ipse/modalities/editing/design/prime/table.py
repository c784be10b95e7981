"""``pegrnas.tsv``: every spacer, every extension, every guide for a second nick."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ipse.modalities.editing.design.prime.catalogue import PrimeEditor, PrimeRules
from ipse.modalities.editing.design.prime.nicking import NickingGuide, nicking_guides
from ipse.modalities.editing.design.prime.pegrnas import Extension, PegSite
from ipse.modalities.editing.design.prime.silent import Judge, silent_changes
from ipse.modalities.editing.design.prime.sites import Site
from ipse.modalities.editing.order.bench import fold_energy

COLUMNS = (
    "variant", "kind", "spacer_rank", "rank", "editor", "editors", "spacer", "pam", "strand",
    "contig", "protospacer_start_1based", "protospacer_end_1based", "nick_to_edit_nt",
    "edited_allele", "pbs", "rtt", "extension", "pbs_nt", "rtt_nt", "homology_nt", "pbs_tm_c",
    "pbs_gc_percent", "longest_run_nt", "fold_kcal_mol", "departures", "silent_change",
    "nick_to_nick_nt", "unedited_allele",
)  # fmt: skip
MOST_ROWS = 5_000
"""Extensions of one variant beyond which a plan's file leaves out the last ones of each spacer."""
FOLDED = 12
"""First extensions of each spacer that are folded."""
MOST_GUIDES = 20
"""Guides for a second nick that a plan's file lists for a spacer."""


@dataclass(frozen=True)
class Place:
    """Where a stretch lies, to name places in it.

    Attributes
    ----------
    contig, start
        Name, and position of the first base of the edited stretch, 0-based.
    first, alt, ref
        Index of the variant in the patient's stretch, and the lengths of its alleles; 0 for a
        bare sequence, whose places are those of the patient's stretch.
    """

    contig: str = ""
    start: int = 0
    first: int = 0
    alt: int = 0
    ref: int = 0

    def span(self, index: int, length: int) -> tuple[int, int]:
        """1-based first and last reference position of a stretch of the patient's allele."""
        return self._at(index) + 1, self._at(index + length - 1) + 1

    def _at(self, index: int) -> int:
        if index < self.first:
            return self.start + index
        if index >= self.first + self.alt:
            return self.start + index + self.ref - self.alt
        return self.start + self.first + min(index - self.first, self.ref)


@dataclass(frozen=True)
class Rows:
    """Rows of one variant, and how many were left out."""

    rows: tuple[tuple[object, ...], ...]
    left_out: int


def rows_of(
    variant: str,
    sites: Sequence[PegSite],
    place: Place,
    rules: PrimeRules,
    judge: Judge | None = None,
    most: int | None = MOST_ROWS,
    guides: int | None = MOST_GUIDES,
    fold: Callable[[str], float] | None = fold_energy,
) -> Rows:
    """Every row of a variant; where there would be too many, the best of each spacer.

    Parameters
    ----------
    variant
        Its name in the first column.
    judge
        Tells whether a further change is silent; without it none is sought.
    most, guides
        Extensions in all, and guides for a second nick of each spacer, that are listed; None for
        every one.
    fold
        Energy of the fold of an extension [kcal/mol]; the first of each spacer are folded, none
        without it (a fold takes milliseconds, and a plan has thousands of rows).
    """
    total = sum(peg.count for peg in sites)
    share = None if most is None or total <= most else max(1, most // len(sites))
    made: list[tuple[object, ...]] = []
    left_out = 0
    for rank, peg in enumerate(sites, start=1):
        listed = peg.first(share) if share else peg.extensions
        left_out += peg.count - len(listed)
        made += [
            _pegrna(
                variant,
                rank,
                number,
                peg,
                row,
                place,
                "",
                fold(row.sequence) if fold is not None and number <= FOLDED else None,
            )
            for number, row in enumerate(listed, start=1)
        ]
        if judge is not None:
            for silent in silent_changes(peg, judge, rules):
                row = silent.extension
                energy = fold(row.sequence) if fold is not None else None
                made.append(_pegrna(variant, rank, 1, peg, row, place, silent.described, energy))
        second = list(_nicking(variant, rank, peg, place, rules))
        left_out += len(second[guides:]) if guides is not None else 0
        made += second[:guides]
    return Rows(tuple(made), left_out)


def _span(site: Site, whole: int, place: Place) -> tuple[int, int]:
    length = len(site.spacer)
    left = site.start if site.strand == "+" else whole - site.start - length
    return place.span(left, length)


def _pegrna(
    variant: str,
    rank: int,
    number: int,
    peg: PegSite,
    row: Extension,
    place: Place,
    silent: str,
    energy: float | None,
) -> tuple[object, ...]:
    site = peg.site
    first, last = _span(site, len(peg.change.before), place)
    return (
        variant, "pegRNA", rank, number, site.editor.name,
        " ".join(editor.name for editor, _ in site.editors), site.spacer, site.pam, site.strand,
        place.contig, first, last, peg.nick_to_edit, peg.kept, row.pbs, row.rtt, row.sequence,
        len(row.pbs), len(row.rtt), row.homology, row.pbs_tm, row.pbs_gc, row.run,
        energy, " ".join(row.departures), silent, None, None,
    )  # fmt: skip


def _nicking(
    variant: str, rank: int, peg: PegSite, place: Place, rules: PrimeRules
) -> Iterator[tuple[object, ...]]:
    editors: list[PrimeEditor] = [peg.site.editor]
    guides: list[NickingGuide] = nicking_guides(
        peg.change, peg.site.strand, peg.site.nick, editors, rules
    )
    # nicking guides stand on the edited allele, which has the reference's length
    edited = Place(place.contig, place.start)
    for number, guide in enumerate(guides, start=1):
        first, last = _span(guide.site, len(peg.change.after), edited)
        yield (
            variant, guide.kind, rank, number, guide.site.editor.name, guide.site.editor.name,
            guide.site.spacer, guide.site.pam, guide.site.strand, place.contig, first, last,
            *[None] * 14, guide.distance, guide.unedited,
        )  # fmt: skip
