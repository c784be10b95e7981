"""Where a base editor can be placed: every protospacer with its PAM and the base in its window.

Sequence in, hits out; nothing here knows of genes, patients or coordinates of a genome.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ipse.core.sequence import complement, matches, reverse_complement
from ipse.modalities.editing.catalogue import BaseEditor

BASES = frozenset("ACGT")


@dataclass(frozen=True, order=True)
class Hit:
    """An editor on a protospacer, with the target base in its target window.

    Attributes
    ----------
    editor
        Name of the editor.
    strand
        Strand of the given string that carries spacer sequence and PAM.
    start
        Leftmost base of the protospacer, 0-based in the given string.
    spacer
        Protospacer on its strand, 5' to 3' (the guide's spacer as DNA).
    pam
        PAM on the same strand.
    position
        1-based position of the target base, from the 5' end of the protospacer.
    """

    editor: str
    strand: Literal["+", "-"]
    start: int
    spacer: str
    pam: str
    position: int


def enumerate_guides(sequence: str, target_index: int, editors: Iterable[BaseEditor]) -> list[Hit]:
    """Every placement of every editor that can edit one base of a sequence.

    Parameters
    ----------
    sequence
        Upper-case DNA, one strand.
    target_index
        0-based place of the target base in it.
    editors
        Editors to try; each edits its own base, on either strand.

    Returns
    -------
    list of Hit
        Sorted. Placements that overlap an end of the sequence or a letter other than A, C, G or T
        are left out: no guide is made on sequence that is not known.
    """
    mirrored = reverse_complement(sequence)
    last = len(sequence) - 1
    hits: list[Hit] = []
    for editor in editors:
        if sequence[target_index] == editor.edit[0]:
            for start, spacer, pam, position in _placements(sequence, target_index, editor):
                hits.append(Hit(editor.name, "+", start, spacer, pam, position))
        if mirrored[last - target_index] == editor.edit[0]:
            for start, spacer, pam, position in _placements(mirrored, last - target_index, editor):
                leftmost = last - (start + editor.length - 1)
                hits.append(Hit(editor.name, "-", leftmost, spacer, pam, position))
    return sorted(hits)


def _placements(strand: str, target: int, editor: BaseEditor) -> list[tuple[int, str, str, int]]:
    """Placements of an editor on the strand as written: start, spacer, PAM, target position."""
    found = []
    first, last = editor.target
    for position in range(first, last + 1):
        start = target - (position - 1)
        end = start + editor.length
        if editor.pam_side == "3prime":
            pam_start, pam_end = end, end + len(editor.pam)
        else:
            pam_start, pam_end = start - len(editor.pam), start
        if min(start, pam_start) < 0 or max(end, pam_end) > len(strand):
            continue
        spacer, pam = strand[start:end], strand[pam_start:pam_end]
        if matches(editor.pam, pam) and BASES.issuperset(spacer) and BASES.issuperset(pam):
            found.append((start, spacer, pam, position))
    return found


def reach(editors: Iterable[BaseEditor]) -> int:
    """Bases needed on either side of a target so that no editor's placement is cut off."""
    return max((editor.length + len(editor.pam) for editor in editors), default=0)


def result(editor: BaseEditor, base: str) -> str | None:
    """What an editor makes of a plus-strand base, or None if it edits neither strand there.

    A base and its complement are never both an editor's substrate, so the answer is one base.
    """
    before, after = editor.edit
    if base == before:
        return after
    if complement(base) == before:
        return complement(after)
    return None


def editable_positions(spacer: str, editor: BaseEditor) -> list[int]:
    """1-based positions of a spacer inside the bystander window that hold the editor's base."""
    first, last = max(1, editor.bystander[0]), min(len(spacer), editor.bystander[1])
    return [place for place in range(first, last + 1) if spacer[place - 1] == editor.edit[0]]


def genomic_index(start: int, length: int, strand: str, position: int) -> int:
    """0-based place of a protospacer position (1-based) on the plus strand."""
    return start + position - 1 if strand == "+" else start + length - position
