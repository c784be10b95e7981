"""What every plan of re-splicing starts from, and the guides around a stretch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ipse.core.errors import NotInReference
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import BaseEditor, Nuclease
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.base.placement import reach
from ipse.modalities.editing.design.splice.aim import Aim
from ipse.modalities.editing.design.splice.designs import cut_design, pair_design
from ipse.modalities.editing.design.splice.guides import (
    Cutter,
    Pair,
    cutters,
    cutters_between,
    pairs,
)
from ipse.modalities.editing.design.splice.places import PlacedSite, allele_over, rule, with_own
from ipse.modalities.editing.model import EditDesign

PAIR_NUCLEASE = "SpCas9"
"""Nuclease of two cuts; others that cut the same sites are its alternatives."""


def no_own(_allele: Allele) -> tuple[GenomicVariant, ...]:
    """No substitutions of the patient's own are known."""
    return ()


@dataclass(frozen=True)
class Patient:
    """The allele re-splicing is designed for.

    Attributes
    ----------
    change
        The variant, where it is located.
    own
        Substitutions the patient carries on this allele over a stretch of it.
    frame
        The stretch designs near the variant are drawn on; None if it has no place.
    """

    variant: str
    variant_hgvs: str
    gene: str
    transcript: Transcript
    reference: Reference
    editors: Sequence[BaseEditor]
    nucleases: Sequence[Nuclease]
    change: GenomicVariant | None = None
    own: Callable[[Allele], tuple[GenomicVariant, ...]] = no_own
    trans: tuple[GenomicVariant, ...] = ()
    frame: Allele | None = None
    stays: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def over(self, start: int, end: int) -> Allele:
        """The patient's allele over a stretch of the reference (0-based half-open).

        Raises
        ------
        NotInReference
            If the reference does not hold it.
        """
        contig = self.transcript.contig
        allele = allele_over(self.reference, contig, start, end, self.change)
        return with_own(allele, self.own(allele))

    def around(self, position: int) -> Allele:
        """The allele around a splice site: all its letters, rivals and every editor's reach."""
        margin = reach(self.editors) + rule("rival_window") + 30
        return self.over(position - margin, position + margin)


@dataclass(frozen=True)
class Planned:
    """Designs of one strategy, best first.

    Attributes
    ----------
    left_out
        Remarks on what was left out, one line each.
    """

    designs: tuple[EditDesign, ...]
    left_out: tuple[str, ...] = ()


def cut_designs(patient: Patient, aim: Aim, placed: PlacedSite) -> list[EditDesign]:
    """A cut in a splice site: one design a spacer, nearest cut first."""
    found = sorted(cutters(placed, patient.nucleases), key=_spot)
    groups = [list(group) for _, group in groupby(found, key=_spot)]
    groups.sort(key=lambda group: group[0].key())
    return [cut_design(aim, placed, group, "cut_site") for group in groups]


def _spot(item: Cutter) -> tuple[int, str, int]:
    return item.site.start, item.site.strand, len(item.site.spacer)


def pair_designs(patient: Patient, aim: Aim, low: int, high: int) -> tuple[list[EditDesign], str]:
    """Two cuts around a stretch of the reference, each side in what may go.

    Parameters
    ----------
    low, high
        What must go, 0-based half-open.

    Returns
    -------
    tuple
        Designs, and why there are none; empty if there are some.
    """
    nuclease = next(item for item in patient.nucleases if item.name == PAIR_NUCLEASE)
    twins = [item for item in patient.nucleases if item.cuts_like(nuclease)]
    sides = []
    for side in ("left", "right"):
        window = _window(patient, aim, low, high, side)
        if window is None:
            return [], f"no room for a cut {side} of it that spares what must stay"
        margin = nuclease.length + len(nuclease.pam)
        try:
            allele = patient.over(window[0] - margin, window[1] + margin)
        except NotInReference:
            return [], f"the reference holds no sequence {side} of it"
        edge = low if side == "left" else high
        sides.append((allele, cutters_between(allele, *window, nuclease, edge)))
    (left, first), (right, other) = sides
    if not first or not other:
        return (
            [],
            f"no {nuclease.name} site ({nuclease.pam}) on the {'left' if not first else 'right'}",
        )
    counts = (len(first), len(other))
    ordered = sorted(pairs(first, other), key=_pair_key)
    return [pair_design(aim, left, right, pair, twins, counts) for pair in ordered], ""


def _pair_key(pair: Pair) -> tuple[int, int, int]:
    def bad(item: Cutter) -> int:
        return int(item.terminates)

    start, end = pair.span
    return bad(pair.left) + bad(pair.right), end - start, start


def _window(patient: Patient, aim: Aim, low: int, high: int, side: str) -> tuple[int, int] | None:
    """Cuts allowed on one side: near enough, clear of exons that stay; None if there are none."""
    near, far, keep = rule("pair_nearest"), rule("pair_farthest"), rule("pair_keep")
    stay = [
        exon for number, exon in enumerate(patient.transcript.exons, 1) if number not in aim.gone
    ]
    change = patient.change
    if change is not None and len(change.ref) > keep:
        stay.append((change.start + keep, change.end - keep))
    if side == "left":
        first, last = low - far, low - near
        first = max([first, *(end + keep for _, end in stay if end <= low)])
    else:
        first, last = high + near, high + far
        last = min([last, *(start - keep for start, _ in stay if start >= high)])
    return (first, last) if first <= last else None
