"""The two alleles of a stretch: which differences stand on which, and what each allele reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ipse.core.errors import NotInReference
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.others import change_of
from ipse.modalities.editing.own import on_allele
from ipse.patient.variants import Variant

Side = Literal["mutant", "normal", "both", "unknown"]
Basis = Literal["the variant itself", "phased calls", "parents", "copies", ""]


@dataclass(frozen=True)
class Difference:
    """A change of the genome with the allele it stands on, and how that is known.

    Attributes
    ----------
    side
        ``mutant``: the allele with the pathogenic variant; ``unknown``: heterozygous, not phased
        with it.
    name
        How people call it; the place and bases without a name.
    """

    change: GenomicVariant
    side: Side
    basis: Basis
    name: str

    @property
    def tells(self) -> bool:
        """Whether it stands on one known allele."""
        return self.side in ("mutant", "normal")


def differences(
    variant: Variant,
    variants: Sequence[Variant],
    genome: PatientGenome | None,
    start: int,
    end: int,
) -> list[Difference]:
    """Every change the patient carries in a stretch, by position; the variant itself first.

    Parameters
    ----------
    variant
        The pathogenic variant, located and heterozygous.
    variants
        All variants of the case: those with a known phase or parent count beside the calls.
    start, end
        0-based half-open.
    """
    own = change_of(variant)
    assert own is not None
    found = {own: Difference(own, "mutant", "the variant itself", variant.hgvs_c or str(own))}
    for other in variants:
        change = change_of(other)
        inside = change is not None and change.contig == own.contig
        if change is None or not inside or not start <= change.start < end or other.somatic:
            continue
        side, basis = _stated(variant, other)
        found.setdefault(change, Difference(change, side, basis, other.hgvs_c or str(change)))
    if genome is not None and genome.covers(own.contig):
        for call in genome.records(own.contig, start, end):
            known = found.get(call.variant)
            if call.filters or (known is not None and known.side != "unknown"):
                continue
            name = known.name if known is not None else str(call.variant)
            if call.zygosity in ("homozygous", "hemizygous"):
                found[call.variant] = Difference(call.variant, "both", "copies", name)
                continue
            here = on_allele(call, variant)
            side = "unknown" if here is None else "mutant" if here else "normal"
            basis = "phased calls" if here is not None else ""
            found[call.variant] = Difference(call.variant, side, basis, name)
    first, *rest = found.values()
    return [first, *sorted(rest, key=lambda item: item.change)]


def _stated(variant: Variant, other: Variant) -> tuple[Side, Basis]:
    """Allele of another variant of the case, as phase or parents tell."""
    if other.zygosity in ("homozygous", "hemizygous"):
        return "both", "copies"
    phased = other.haplotype is not None and variant.haplotype is not None
    if phased and (other.contig, other.phase_set) == (variant.contig, variant.phase_set):
        same = other.haplotype == variant.haplotype
        return ("mutant" if same else "normal"), "phased calls"
    if other.parent and variant.parent:
        return ("mutant" if other.parent == variant.parent else "normal"), "parents"
    return "unknown", ""


@dataclass(frozen=True)
class Arm:
    """One allele of a stretch.

    Attributes
    ----------
    letters
        Its bases, plus strand.
    places
        Reference position of each base; of the base behind it, for an inserted one.
    """

    letters: str
    places: tuple[int, ...]

    def genomic(self, index: int) -> int:
        """Reference position of an index; one past the end is the position after the last base."""
        return self.places[index] if index < len(self.places) else self.places[-1] + 1


@dataclass(frozen=True)
class Pair:
    """Both alleles of a stretch, with what is written into either and what is not.

    Attributes
    ----------
    spans
        Difference -> the stretch of the mutant allele it reads as, half-open; for bases that only
        the normal allele has, an empty stretch.
    unwritten
        Changes of unknown phase in the stretch, and such as overlap another that is written in.
    """

    mutant: Arm
    normal: Arm
    spans: dict[GenomicVariant, tuple[int, int]]
    unwritten: tuple[Difference, ...]


def pair_around(
    reference: Reference, found: Iterable[Difference], contig: str, start: int, end: int
) -> Pair:
    """Write the differences of a stretch into both alleles.

    Parameters
    ----------
    start, end
        0-based half-open; clipped to what the reference holds around it.

    Raises
    ------
    NotInReference
        If the middle of the stretch is not held.
    """
    middle = (start + end) // 2
    held = [span for span in reference.held(contig) if span[0] <= middle < span[1]]
    if not held:
        raise NotInReference(contig, start, end, reference.name)
    start, end = max(start, held[0][0]), min(end, held[0][1])
    inside = [d for d in found if start <= d.change.start and d.change.end <= end]
    written, unwritten = _fitting(inside)
    letters = reference.fetch(contig, start, end)
    mutant, spans = _arm(letters, start, [d for d in written if d.side != "normal"])
    normal, _ = _arm(letters, start, [d for d in written if d.side != "mutant"])
    for item in written:
        if item.side == "normal":
            at = _index(mutant, item.change.start)
            spans[item.change] = (at, at + len(item.change.ref))
    return Pair(mutant, normal, spans, tuple(unwritten))


def _fitting(inside: Sequence[Difference]) -> tuple[list[Difference], list[Difference]]:
    """Changes that can be written side by side on each allele, and the others."""
    written: list[Difference] = []
    unwritten: list[Difference] = []
    # the variant itself stands first and is always written
    for item in inside:
        clash = any(_overlap(item, other) for other in written)
        (unwritten if item.side == "unknown" or clash else written).append(item)
    return sorted(written, key=lambda item: item.change), unwritten


def _overlap(one: Difference, other: Difference) -> bool:
    a, b = one.change, other.change
    touching = a.start < max(b.end, b.start + 1) and b.start < max(a.end, a.start + 1)
    return touching and {one.side, other.side} != {"mutant", "normal"}


def _arm(
    letters: str, start: int, changes: Sequence[Difference]
) -> tuple[Arm, dict[GenomicVariant, tuple[int, int]]]:
    text: list[str] = []
    places: list[int] = []
    spans: dict[GenomicVariant, tuple[int, int]] = {}
    at = 0
    for item in changes:
        change = item.change
        index = change.start - start
        text += letters[at:index]
        places += range(start + at, start + index)
        spans[change] = (len(text), len(text) + len(change.alt))
        text += change.alt
        places += [change.start + min(k, len(change.ref)) for k in range(len(change.alt))]
        at = index + len(change.ref)
    text += letters[at:]
    places += range(start + at, start + len(letters))
    return Arm("".join(text), tuple(places)), spans


def _index(arm: Arm, position: int) -> int:
    """First index of an allele at or behind a reference position."""
    return next((i for i, place in enumerate(arm.places) if place >= position), len(arm.places))
