"""What a person carries on a contig, as arrays.

A person's calls of a contig are edits of the reference, each with the *arms* that carry it. Arms
belong to a *block*: calls phased with one another are one block, an unphased heterozygous call is a
block of its own, and what every copy carries has no block. Which arm of one block lies beside
which arm of another is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EVERY_ARM = 3
"""Bits of both arms."""
NO_BLOCK = -1


@dataclass
class Counts:
    """What became of the calls of a sample.

    Attributes
    ----------
    alleles
        Alternate alleles considered.
    symbolic
        Alternate alleles carried that are no sequence (``<DEL>``, breakends): not considered.
    polyploid
        Calls of more than two copies: not considered.
    half_calls
        Calls with a missing copy, which is read as the reference's.
    no_calls
        Calls without any allele, read as the reference's.
    overlapping
        Alleles left out of a haplotype because one before overlaps them.
    """

    alleles: int = 0
    symbolic: int = 0
    polyploid: int = 0
    half_calls: int = 0
    no_calls: int = 0
    overlapping: int = 0

    def add(self, other: Counts) -> None:
        """Add those of another contig."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class Edits:
    """Alternate alleles of a contig, trimmed, by start and end.

    Attributes
    ----------
    contig
        The reference's name.
    length
        Length of the contig [bp].
    start, end
        Bases replaced, 0-based half-open.
    letters, first
        ASCII of all alleles, and where each begins; one more than there are alleles.
    replaced, replaced_first
        The same of the reference's letters they replace.
    before, after
        ASCII of the reference's letters on both sides; N beyond its ends.
    """

    contig: str
    length: int
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    letters: NDArray[np.uint8]
    first: NDArray[np.int64]
    replaced: NDArray[np.uint8]
    replaced_first: NDArray[np.int64]
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.start)

    def names(self, edits: NDArray[np.int64]) -> list[str]:
        """Names of edits, as of :meth:`name`."""
        alt, ref = self.first[edits], self.replaced_first[edits]
        single = (self.first[edits + 1] - alt == 1) & (self.replaced_first[edits + 1] - ref == 1)
        # Most are of one base for another, of which no text need be cut out.
        rows = zip(
            edits.tolist(), single.tolist(), (self.start[edits] + 1).tolist(),
            self._letters(self.replaced, ref), self._letters(self.letters, alt), strict=True,
        )  # fmt: skip
        return [
            f"{self.contig}:{place}:{ref}:{alt}" if one else self.name(edit)
            for edit, one, place, ref, alt in rows
        ]

    @staticmethod
    def _letters(letters: NDArray[np.uint8], places: NDArray[np.int64]) -> str:
        """A letter at each place, N where there is none."""
        out = np.full(len(places), ord("N"), np.uint8)
        inside = places < len(letters)
        out[inside] = letters[places[inside]]
        return out.tobytes().decode("ascii")

    def name(self, edit: int) -> str:
        """``contig:pos1:REF:ALT`` as short as VCF allows, with an anchor base where needed."""
        start = int(self.start[edit])
        alt = _text(self.letters, self.first, edit)
        ref = _text(self.replaced, self.replaced_first, edit)
        if not ref or not alt:
            if start:
                start -= 1
                anchor = chr(self.before[edit])
                ref, alt = anchor + ref, anchor + alt
            else:
                anchor = chr(self.after[edit])
                ref, alt = ref + anchor, alt + anchor
        return f"{self.contig}:{start + 1}:{ref}:{alt}"


def _text(letters: NDArray[np.uint8], first: NDArray[np.int64], k: int) -> str:
    return letters[first[k] : first[k + 1]].tobytes().decode("ascii")


class Base(NamedTuple):
    """Upper-case letters of the reference from a place on, as far as the edits need them."""

    letters: NDArray[np.uint8]
    first: int


@dataclass(frozen=True)
class Carried:
    """Edits that one sample carries on a contig.

    Attributes
    ----------
    edit
        Places among :class:`Edits`, ascending.
    arms
        Bit 0 for the first arm of the block, bit 1 for the second.
    block
        Block of each, numbered from 0 in the order of their first edits; -1 on every copy.
    phased
        For each block, whether its arms are the haplotypes 1 and 2 of the file.
    single
        (n, 2): stretches of which there is one copy, 0-based half-open.
    counts
        What became of the calls.
    """

    edit: NDArray[np.int64]
    arms: NDArray[np.uint8]
    block: NDArray[np.int64]
    phased: NDArray[np.bool_]
    single: NDArray[np.int64]
    counts: Counts
