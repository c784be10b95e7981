"""The patient's pathogenic allele: the reference around a variant with the variant in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ipse.core.errors import NotInReference
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant


@dataclass(frozen=True)
class Allele:
    """A stretch of the plus strand as the patient's pathogenic allele has it.

    Attributes
    ----------
    start
        Reference position of the first base, 0-based.
    sequence
        Bases of the allele.
    at, ref, alt
        Index of the variant in ``sequence``, the reference's bases and the patient's.
    left_missing, right_missing
        Bases asked for on either side that the reference does not hold.
    """

    contig: str
    start: int
    sequence: str
    at: int
    ref: str
    alt: str
    left_missing: int = 0
    right_missing: int = 0

    @property
    def shift(self) -> int:
        """How much longer the reference is than the allele."""
        return len(self.ref) - len(self.alt)

    @property
    def end(self) -> int:
        """Reference position after the last base."""
        return self.start + len(self.sequence) + self.shift

    @property
    def corrected(self) -> str:
        """The same stretch with the variant undone."""
        return self.replaced(self.ref)

    def replaced(self, bases: str) -> str:
        """The same stretch with other bases in the variant's place."""
        return self.sequence[: self.at] + bases + self.sequence[self.at + len(self.alt) :]

    def index(self, position: int) -> int:
        """Index in ``sequence`` of a reference position; inside the variant, of its like."""
        begin = self.start + self.at
        if position < begin:
            return position - self.start
        if position >= begin + len(self.ref):
            return position - self.start - self.shift
        return self.at + min(position - begin, len(self.alt))

    def genomic(self, index: int) -> int:
        """Reference position of an index; inserted bases count as the first base after them."""
        if index < self.at:
            return self.start + index
        if index >= self.at + len(self.alt):
            return self.start + index + self.shift
        return self.start + self.at + min(index - self.at, len(self.ref))


def pathogenic_allele(
    reference: Reference, contig: str, start: int, ref: str, alt: str, flank: int
) -> Allele:
    """Apply a variant to the reference around it.

    Parameters
    ----------
    contig, start, ref, alt
        The variant: 0-based, plus strand.
    flank
        Bases wanted on either side of the variant; fewer are taken where the reference ends, and
        ``left_missing`` and ``right_missing`` say how many.

    Raises
    ------
    NotInReference
        If the variant's own bases are not held.
    """
    end = start + len(ref)
    left, right = max(0, start - flank), min(reference.length(contig), end + flank)
    if not reference.has(contig, left, right):
        held = [item for item in reference.held(contig) if item[0] <= start and end <= item[1]]
        if not held:
            raise NotInReference(contig, start, end, reference.name)
        left, right = max(left, held[0][0]), min(right, held[0][1])
    before = reference.fetch(contig, left, start) if left < start else ""
    after = reference.fetch(contig, end, right) if end < right else ""
    return Allele(
        contig=contig,
        start=left,
        sequence=before + alt + after,
        at=len(before),
        ref=ref,
        alt=alt,
        left_missing=flank - len(before),
        right_missing=flank - len(after),
    )


def other_allele(allele: Allele, changes: Iterable[GenomicVariant]) -> str:
    """The stretch without the variant, with substitutions of the other allele.

    Insertions and deletions are left out: they would move every index behind them.
    """
    bases = list(allele.corrected)
    for change in changes:
        at = change.start - allele.start
        inside = at >= 0 and at + len(change.ref) <= len(bases)
        if inside and len(change.ref) == len(change.alt) and change.contig == allele.contig:
            bases[at : at + len(change.ref)] = change.alt
    return "".join(bases)


def stated_bases_hold(reference: Reference, contig: str, start: int, ref: str) -> tuple[bool, str]:
    """Whether the reference has the bases a variant says it replaces, and what it has."""
    found = reference.fetch(contig, start, start + len(ref)) if ref else ""
    return found == ref, found
