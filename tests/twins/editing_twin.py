"""Slow twin of base-editing guides: look at every window of both strands, letter by letter.

A protospacer is read 5' to 3' on the strand it lies on, position 1 its first base: the one
farthest from a 3' PAM, the one beside a 5' PAM. The PAM stands directly after the protospacer
(3' PAM) or directly before it (5' PAM) on the same strand. A guide is listed when the target base
(or its partner, on the other strand) is the base the editor changes and lies in the editor's
target window. Bystanders are all other bases the editor changes in the outer window.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

# NC-IUB (1984), typed in
MEANS = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT",
    "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip
PARTNER = {"A": "T", "C": "G", "G": "C", "T": "A", "N": "N"}


class Guide(NamedTuple):
    """A guide; ``start`` is the leftmost base of the protospacer in the given string."""

    editor: str
    strand: str
    start: int
    spacer: str
    pam: str
    position: int


def other_strand(text: str) -> str:
    return "".join(PARTNER[letter] for letter in reversed(text))


def fits(pattern: str, bases: str) -> bool:
    if len(pattern) != len(bases):
        return False
    return all(b in MEANS[p] for p, b in zip(pattern, bases, strict=True))


def guides(sequence: str, target: int, editors: list[dict[str, Any]]) -> set[Guide]:
    """Every guide that places base ``target`` (0-based) in an editor's target window."""
    found = set()
    size = len(sequence)
    for editor in editors:
        old = editor["edit"][0]
        length, pam_length = editor["protospacer_length"], len(editor["pam"])
        for strand in "+-":
            text = sequence if strand == "+" else other_strand(sequence)
            place = target if strand == "+" else size - 1 - target
            for first in range(size - length + 1):
                spacer = text[first : first + length]
                if editor["pam_side"] == "3prime":
                    pam = text[first + length : first + length + pam_length]
                elif first >= pam_length:
                    pam = text[first - pam_length : first]
                else:
                    pam = ""
                position = place - first + 1
                if (
                    fits(editor["pam"], pam)
                    and editor["target_first"] <= position <= editor["target_last"]
                    and 1 <= position <= length
                    and text[place] == old
                ):
                    start = first if strand == "+" else size - first - length
                    found.add(Guide(editor["name"], strand, start, spacer, pam, position))
    return found


def bystanders(sequence: str, guide: Guide, editor: dict[str, Any]) -> dict[int, int]:
    """Other editable bases in the outer window: position in the protospacer -> index in string.

    The outer window may reach beyond the protospacer; bases outside the string are not there.
    """
    size, length = len(sequence), editor["protospacer_length"]
    found = {}
    for position in range(editor["bystander_first"], editor["bystander_last"] + 1):
        if guide.strand == "+":
            place = guide.start + position - 1
        else:
            place = guide.start + length - position
        if not 0 <= place < size or position == guide.position:
            continue
        base = sequence[place] if guide.strand == "+" else PARTNER[sequence[place]]
        if base == editor["edit"][0]:
            found[position] = place
    return found


def outcomes(sequence: str, guide: Guide, editor: dict[str, Any]) -> dict[frozenset[int], str]:
    """The string after the target edit and each of the 2^n subsets of bystander positions."""
    places = bystanders(sequence, guide, editor)
    length = editor["protospacer_length"]
    target = (
        guide.start + guide.position - 1
        if guide.strand == "+"
        else guide.start + length - guide.position
    )
    new = editor["edit"][2] if guide.strand == "+" else PARTNER[editor["edit"][2]]
    found = {}
    for count in range(len(places) + 1):
        for chosen in combinations(sorted(places), count):
            letters = list(sequence)
            for place in [target, *(places[p] for p in chosen)]:
                letters[place] = new
            found[frozenset(chosen)] = "".join(letters)
    return found
