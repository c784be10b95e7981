"""What primers are designed on: an allele's plus strand, with its places on the reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError, NotInReference
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant


@dataclass(frozen=True)
class Template:
    """A stretch of the plus strand as one allele has it.

    Attributes
    ----------
    contig
        Contig of the reference.
    sequence
        Bases of the allele.
    positions
        (n + 1,) reference position of each base and of one past the last, never falling; inserted
        bases have that of the base behind them.
    """

    contig: str
    sequence: str
    positions: NDArray[np.int64]

    def __post_init__(self) -> None:
        if len(self.positions) != len(self.sequence) + 1:
            raise ValueError("a template needs a position for each base and one past the last")

    @classmethod
    def plain(cls, contig: str, start: int, sequence: str) -> Template:
        """A sequence that differs from the reference by no insertion or deletion."""
        return cls(contig, sequence.upper(), np.arange(start, start + len(sequence) + 1))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Indices of a stretch of the reference; bases inserted within or at its ends belong to it.

        Parameters
        ----------
        start, end
            0-based half-open on the reference; equal for the place of an insertion.
        """
        first = int(np.searchsorted(self.positions, start, "left"))
        last = int(np.searchsorted(self.positions, end, "right"))
        if last and self.positions[last - 1] == end:
            last -= 1  # the last base at `end` is the reference's own, those before are inserted
        return first, max(first, last)


def apply(
    reference: Reference, contig: str, start: int, end: int, variants: Iterable[GenomicVariant]
) -> Template:
    """Reference with variants in it.

    Parameters
    ----------
    contig, start, end
        Stretch of the reference (0-based half-open).
    variants
        Of this allele; those outside the stretch are left out.

    Raises
    ------
    InputError
        If variants overlap each other or reach over the end of the stretch, or their reference
        bases are not there.
    NotInReference
        If the stretch is not held.
    """
    contig = reference.resolve(contig)
    letters = reference.fetch(contig, start, end)
    own = sorted(
        {
            item.trimmed()
            for item in variants
            if reference.resolve(item.contig) == contig and _touches(item, start, end)
        }
    )
    text: list[str] = []
    places: list[int] = []
    at = start
    for item in own:
        if item.start < at or item.start < start or item.end > end:
            raise InputError(
                "variants of one allele overlap, or one reaches over the end of the sequence",
                field="variant", value=str(item), expected=f"variants within {start + 1}-{end}",
            )  # fmt: skip
        if letters[item.start - start : item.end - start] != item.ref:
            raise InputError(
                "the reference bases of a variant are not there", field="variant", value=str(item),
                expected=letters[item.start - start : item.end - start] or "an insertion",
            )  # fmt: skip
        text += [letters[at - start : item.start - start], item.alt]
        places += range(at, item.start)
        # bases that replace others keep their places as far as there are any
        places += [min(item.start + k, item.end) for k in range(len(item.alt))]
        at = item.end
    text.append(letters[at - start :])
    places += range(at, end + 1)
    return Template(contig, "".join(text), np.array(places, np.int64))


def _touches(item: GenomicVariant, start: int, end: int) -> bool:
    if item.start == item.end:
        return start < item.start < end
    return item.start < end and item.end > start


def held_around(
    reference: Reference, contig: str, start: int, end: int, flank: int
) -> tuple[int, int]:
    """Stretch of the reference around a target, as far as it is held without a gap.

    Raises
    ------
    NotInReference
        If the target itself is not held.
    """
    contig = reference.resolve(contig)
    if not reference.has(contig, start, end):
        raise NotInReference(contig, start, end, reference.name)
    left, right = max(0, start - flank), min(reference.length(contig), end + flank)
    if reference.has(contig, left, right):
        return left, right
    for first, last in reference.held(contig):
        if first <= start and end <= last:
            return max(left, first), min(right, last)
    raise NotInReference(contig, start, end, reference.name)


def marks(template: Template, variants: Sequence[GenomicVariant]) -> NDArray[np.bool_]:
    """Bases of a template at which any of some variants lies.

    An insertion or deletion marks the bases on both sides, whether or not the template has it.
    """
    answer = np.zeros(len(template.sequence), np.bool_)
    for item in variants:
        if item.contig != template.contig:
            continue
        small = item.trimmed()
        insertion = small.start == small.end
        first, last = template.span(small.start - insertion, small.end + insertion)
        if first == last:  # a deletion the template has: its neighbours
            first, last = first - 1, last + 1
        answer[max(0, first) : max(0, last)] = True
    return answer
