"""Guides against a splice site: base editors that destroy it, cuts in it or around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ipse.core.sequence import reverse_complement
from ipse.modalities.editing.catalogue import BaseEditor, Nuclease
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.base.placement import (
    Hit,
    editable_positions,
    enumerate_guides,
    genomic_index,
    result,
)
from ipse.modalities.editing.design.hdr.sites import Site as CutSite
from ipse.modalities.editing.design.hdr.sites import sites as cut_sites
from ipse.modalities.editing.design.splice.places import (
    Other,
    PlacedSite,
    made_by,
    rule,
)
from ipse.modalities.editing.design.splice.sites import CORE, Ablation, ablations, on_plus


@dataclass(frozen=True)
class Destroyer:
    """A base editor on a spacer that destroys a splice site.

    Attributes
    ----------
    ablation
        The change in gene direction.
    bystanders
        Other bases it may change: position in the protospacer, index in the allele's sequence and
        base afterwards, both on the plus strand.
    score_after
        Score of the site after the intended change [bit].
    makes
        Sites of the same kind that the intended change makes or strengthens nearby.
    """

    hit: Hit
    editor: BaseEditor
    ablation: Ablation
    target: tuple[int, str]
    bystanders: tuple[tuple[int, int, str], ...]
    score_after: float | None
    makes: tuple[Other, ...]

    def in_target_window(self) -> int:
        """Bystanders where the editor is most active."""
        first, last = self.editor.target
        return sum(first <= position <= last for position, _, _ in self.bystanders)

    @property
    def leaves_gc(self) -> bool:
        """Whether it only turns GT into GC, a pair that part of all donors have."""
        return self.ablation.pair == "GC"

    def key(self) -> tuple[int | str, ...]:
        """Order among editors of a spacer, and among spacers."""
        return (
            int(self.leaves_gc),
            len(self.makes),
            self.in_target_window(),
            len(self.bystanders),
            int(self.editor.bystander_assumed),
            self.editor.target[1] - self.editor.target[0],
            self.editor.name,
        )


ORDER = (
    "no GC donor left; no new splice site made; fewest bystanders in the target window; fewest "
    "bystanders; published before assumed bystander window; narrower target window; name"
)


def destroyers(
    site: PlacedSite,
    editors: Sequence[BaseEditor],
    barred: Iterable[tuple[int, str]] = (),
) -> list[list[Destroyer]]:
    """Base editors that destroy a site, grouped by spacer; best spacer first, best editor first.

    Parameters
    ----------
    barred
        Edits (index, plus-strand base) that are another strategy's, e.g. undoing the variant.
    """
    taken = set(barred)
    groups: dict[tuple[str, int, int], list[Destroyer]] = {}
    by_name = {editor.name: editor for editor in editors}
    window = rule("rival_window")
    sequence = site.allele.sequence
    for ablation in ablations(site.kind, site.pair):
        index = site.index(ablation.offset)
        before, after = on_plus(ablation.before, site.plus), on_plus(ablation.after, site.plus)
        if (index, after) in taken:
            continue
        edited = site.changed([(index, after)])
        value, made = edited.score(), tuple(made_by(site, edited, window))
        able = [editor for editor in editors if result(editor, before) == after]
        for hit in enumerate_guides(sequence, index, able):
            editor = by_name[hit.editor]
            beside = tuple(
                (position, *edit_at(hit, editor, position))
                for position in editable_positions(hit.spacer, editor)
                if position != hit.position
            )
            groups.setdefault((hit.strand, hit.start, len(hit.spacer)), []).append(
                Destroyer(hit, editor, ablation, (index, after), beside, value, made)
            )
    ordered = [sorted(group, key=Destroyer.key) for group in groups.values()]
    return sorted(ordered, key=lambda group: (group[0].key(), group[0].hit))


def edit_at(hit: Hit, editor: BaseEditor, position: int) -> tuple[int, str]:
    """Index in the allele and plus-strand base an editor leaves at a protospacer position."""
    index = genomic_index(hit.start, len(hit.spacer), hit.strand, position)
    return index, on_plus(editor.edit[1], hit.strand == "+")


@dataclass(frozen=True)
class Cutter:
    """A nuclease on a spacer.

    Attributes
    ----------
    cut
        Reference position left of which the cut lies, 0-based.
    distance
        Bases between the cut and what it is meant for; 0 if it lies in it.
    """

    nuclease: Nuclease
    site: CutSite
    cut: int
    distance: int

    @property
    def terminates(self) -> bool:
        """Whether a U6 promoter would end the guide early."""
        return "TTTT" in self.site.spacer

    def key(self) -> tuple[int | str, ...]:
        """Order: no U6 terminator, near, by letters, so that it is the same on either strand."""
        return (int(self.terminates), self.distance, self.site.spacer)


def cutters(site: PlacedSite, nucleases: Sequence[Nuclease]) -> list[Cutter]:
    """Nucleases whose cut lies in the two bases next to the border, or nearly so; nearest first."""
    first, last = CORE[site.kind]
    ends = [site.index(first), site.index(last - 1)]
    low, high = min(ends), max(ends) + 1
    most = rule("cut_to_core")
    found = []
    for nuclease in nucleases:
        margin = nuclease.length + len(nuclease.pam) + abs(nuclease.cut_offset) + most
        start, end = max(0, low - margin), high + margin
        for item in cut_sites(site.allele.sequence[start:end], nuclease):
            moved = _moved(item, start)
            distance = max(low - moved.cut, moved.cut - high, 0)
            if distance <= most:
                found.append(Cutter(nuclease, moved, site.allele.genomic(moved.cut), distance))
    return sorted(found, key=lambda item: (item.key(), item.nuclease.name))


def _moved(item: CutSite, by: int) -> CutSite:
    return replace(item, start=item.start + by, cut=item.cut + by, cut_other=item.cut_other + by)


def cutters_between(
    allele: Allele, low: int, high: int, nuclease: Nuclease, nearest_to: int
) -> list[Cutter]:
    """Sites of a nuclease that cut within a stretch of the reference; nearest to a place first.

    Parameters
    ----------
    low, high
        0-based; cuts from ``low`` to ``high``, both included.
    """
    found = []
    for item in cut_sites(allele.sequence, nuclease):
        cut = allele.genomic(item.cut) if item.cut < len(allele.sequence) else allele.end
        if low <= cut <= high:
            found.append(Cutter(nuclease, item, cut, abs(cut - nearest_to)))
    return sorted(found, key=Cutter.key)


@dataclass(frozen=True)
class Pair:
    """Two cuts, and the stretch of the reference that goes when both ends join."""

    left: Cutter
    right: Cutter

    @property
    def span(self) -> tuple[int, int]:
        """0-based half-open."""
        return self.left.cut, self.right.cut


def pairs(left: Sequence[Cutter], right: Sequence[Cutter]) -> list[Pair]:
    """Pair guides of two sides so that each stands in a pair: best with best, next with next.

    The longer side's rest is paired with the other side's best. Any other combination deletes the
    stretch between its own two cuts just as well; the guides of both sides are all told.
    """
    if not left or not right:
        return []
    size = max(len(left), len(right))
    return [
        Pair(left[i] if i < len(left) else left[0], right[i] if i < len(right) else right[0])
        for i in range(size)
    ]


def spacer_on(allele: Allele, strand: str, start: int, length: int) -> str:
    """Letters of a protospacer as its strand reads."""
    letters = allele.sequence[start : start + length]
    return letters if strand == "+" else reverse_complement(letters)
