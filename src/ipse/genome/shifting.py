"""Equal placements of an insertion or deletion: to the leftmost and the rightmost one.

In a repeat the same change can be written at many places. A deletion of ``unit``, or an insertion
of it, moves one base on wherever the next base is the one that leaves at the other end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ipse.genome.sense import genome_letters
from ipse.genome.variant import GenomicVariant

if TYPE_CHECKING:
    from ipse.genome.reference import Reference

Letters = Callable[[int, int], str]
"""Bases of a half-open stretch, ``.`` where there are none."""


def _steps(unit: str, letters: Callable[[int, int], str], forward: bool) -> int:
    """Number of single steps by which ``unit`` can be rolled through what ``letters`` gives.

    ``letters(a, b)`` gives the bases ``a`` to ``b`` steps away, nearest first.
    """
    size, step, chunk = len(unit), 0, 32
    while True:
        for base in letters(step, step + chunk):
            index = step % size if forward else size - 1 - step % size
            if base != unit[index]:
                return step
            step += 1
        chunk *= 2


def rolled_right(end: int, unit: str, letters: Letters) -> tuple[int, str]:
    """Steps to the rightmost placement of a pure insertion or deletion, and its bases there."""
    steps = _steps(unit, lambda a, b: letters(end + a, end + b), True)
    turn = steps % len(unit)
    return steps, unit[turn:] + unit[:turn]


def rolled_left(start: int, unit: str, letters: Letters) -> tuple[int, str]:
    """Steps to the leftmost placement, and the bases there."""
    steps = _steps(unit, lambda a, b: letters(start - b, start - a)[::-1], False)
    turn = len(unit) - steps % len(unit)
    return steps, unit[turn:] + unit[:turn]


def left_align(variant: GenomicVariant, reference: Reference) -> GenomicVariant:
    """Leftmost placement on the plus strand, trimmed; stops where the reference ends."""
    return aligned_left(variant, lambda a, b: genome_letters(reference, variant.contig, a, b))


def right_align(variant: GenomicVariant, reference: Reference) -> GenomicVariant:
    """Rightmost placement on the plus strand, trimmed."""
    small = variant.trimmed()
    unit = small.ref or small.alt
    if (small.ref and small.alt) or not unit:
        return small
    steps, unit = rolled_right(
        small.end, unit,
        lambda a, b: genome_letters(reference, variant.contig, a, b),
    )  # fmt: skip
    return _moved(small, steps, unit)


def aligned_left(variant: GenomicVariant, letters: Letters) -> GenomicVariant:
    """Leftmost placement on the plus strand whose bases ``letters(start, end)`` gives."""
    small = variant.trimmed()
    unit = small.ref or small.alt
    if (small.ref and small.alt) or not unit:
        return small
    steps, unit = rolled_left(small.start, unit, letters)
    return _moved(small, -steps, unit)


def _moved(variant: GenomicVariant, steps: int, unit: str) -> GenomicVariant:
    if not steps:
        return variant
    ref, alt = (unit, "") if variant.ref else ("", unit)
    return GenomicVariant(variant.contig, variant.start + steps, ref, alt)
