"""What one sample carries at a place: a genotype of bases, or a call without a sequence."""

from __future__ import annotations

from dataclasses import dataclass

from ipse.genome.variant import GenomicVariant


@dataclass(frozen=True, slots=True)
class Genotype:
    """One alternate allele that the sample carries.

    Attributes
    ----------
    variant
        The allele in the reference's names, trimmed (not moved).
    alleles
        GT of the record, one allele number a copy; None for a missing copy (``./1``).
    index
        Number of this alternate allele in ``alleles``.
    phased
        Whether GT is phased (``|``).
    phase_set
        PS of the record; None means phase holds along the whole contig.
    haplotypes
        Sides (1, 2) that carry it: both if homozygous, empty if not known.
    deleted
        Numbers in ``alleles`` that mean *overlapped by a deletion* (``*``).
    filters
        FILTER entries other than PASS.
    """

    variant: GenomicVariant
    alleles: tuple[int | None, ...]
    index: int
    phased: bool
    phase_set: str | None
    haplotypes: frozenset[int]
    deleted: frozenset[int] = frozenset()
    filters: tuple[str, ...] = ()

    @property
    def copies(self) -> int:
        """Number of copies of the allele that are called."""
        return self.alleles.count(self.index)

    @property
    def zygosity(self) -> str:
        """``heterozygous``, ``homozygous``, ``hemizygous``, or empty with a missing copy."""
        others = [allele for allele in self.alleles if allele != self.index]
        if None in others:
            return ""
        if len(self.alleles) == 1 or (others and self.deleted.issuperset(others)):
            return "hemizygous"
        return "heterozygous" if others else "homozygous"


@dataclass(frozen=True, slots=True)
class SymbolicCall:
    """A call without a sequence (``<DEL>``, a breakend): kept as text.

    Attributes
    ----------
    start, end
        Stretch of the record, 0-based half-open, END included where given.
    alt
        The ALT text.
    """

    contig: str
    start: int
    end: int
    alt: str
    alleles: tuple[int | None, ...]
