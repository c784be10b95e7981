"""A variant on the plus strand of a reference: what every room below HGVS speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ipse.core.errors import InputError

if TYPE_CHECKING:
    from ipse.genome.reference import Reference

_BASES = frozenset("ACGTN")


class VcfAllele(NamedTuple):
    """Columns of a VCF record: 1-based position, never an empty allele."""

    contig: str
    pos: int
    ref: str
    alt: str


BRIEF = 60
"""Bases of both alleles up to which a variant is written out for people."""


@dataclass(frozen=True, order=True, slots=True)
class GenomicVariant:
    """Replacement of reference bases on the plus strand.

    Attributes
    ----------
    contig
        Contig, in the reference's own name.
    start
        0-based position of the first base of ``ref``; of the base behind the place of an
        insertion, where ``ref`` is empty.
    ref, alt
        Plus-strand bases; either may be empty, both equal means no change.
    """

    contig: str
    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """0-based end, exclusive."""
        return self.start + len(self.ref)

    @property
    def kind(self) -> str:
        """``identity``, ``sub``, ``ins``, ``del`` or ``delins``, after trimming."""
        small = self.trimmed()
        if small.ref == small.alt:
            return "identity"
        if not small.ref:
            return "ins"
        if not small.alt:
            return "del"
        return "sub" if len(small.ref) == len(small.alt) == 1 else "delins"

    def trimmed(self) -> GenomicVariant:
        """Same variant without shared bases at the ends (suffix first, as VCF does).

        A variant that changes nothing is left as it is.
        """
        ref, alt = self.ref, self.alt
        if not ref or not alt or ref == alt or (ref[-1] != alt[-1] and ref[0] != alt[0]):
            return self
        shorter = min(len(ref), len(alt))
        suffix = 0
        while suffix < shorter and ref[-1 - suffix] == alt[-1 - suffix]:
            suffix += 1
        ref, alt = ref[: len(ref) - suffix], alt[: len(alt) - suffix]
        shorter -= suffix
        prefix = 0
        while prefix < shorter and ref[prefix] == alt[prefix]:
            prefix += 1
        return GenomicVariant(self.contig, self.start + prefix, ref[prefix:], alt[prefix:])

    def vcf(self, reference: Reference) -> VcfAllele:
        """VCF columns of this variant.

        An insertion or deletion gets the base before it, at the start of a contig the one behind.

        Raises
        ------
        NotInReference
            If the anchor base is needed and absent.
        """
        if self.ref and self.alt:
            return VcfAllele(self.contig, self.start + 1, self.ref, self.alt)
        if self.start == 0:
            base = reference.fetch(self.contig, self.end, self.end + 1)
            return VcfAllele(self.contig, 1, self.ref + base, self.alt + base)
        base = reference.fetch(self.contig, self.start - 1, self.start)
        return VcfAllele(self.contig, self.start, base + self.ref, base + self.alt)

    def brief(self) -> str:
        """For people: as written, or place and lengths where the alleles are long."""
        if len(self.ref) + len(self.alt) <= BRIEF:
            return str(self)
        place = f"{self.contig}:{self.start + 1}-{self.end}"
        if not self.alt:
            return f"{place}, {len(self.ref):,} bases deleted"
        return f"{place}, {len(self.ref):,} bases replaced by {len(self.alt):,}"

    def __str__(self) -> str:
        """``chr2:210591886:C:T``; 1-based; an empty allele is ``-``."""
        return f"{self.contig}:{self.start + 1}:{self.ref or '-'}:{self.alt or '-'}"

    @classmethod
    def from_vcf(cls, contig: str, pos: int, ref: str, alt: str) -> GenomicVariant:
        """Trimmed variant of a VCF record's columns (``pos`` 1-based).

        Raises
        ------
        InputError
            For a position below 1 or an allele that is not bases (``<DEL>``, ``*``).
        """
        ref, alt = ref.upper(), alt.upper()
        ref, alt = ref.strip("-."), alt.strip("-.")
        for field, bases in (("REF", ref), ("ALT", alt)):
            if not _BASES.issuperset(bases):
                raise InputError(
                    "an allele is not a sequence of bases", field=field, value=bases,
                    expected="letters A, C, G, T, N",
                )  # fmt: skip
        if pos < 1:
            raise InputError("a position is below 1", field="POS", value=pos, expected="1 or more")
        return cls(contig, pos - 1, ref, alt).trimmed()
