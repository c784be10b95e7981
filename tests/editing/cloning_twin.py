"""Plain digestion, annealing and ligation, written from the enzymes' geometry."""

from __future__ import annotations

from itertools import pairwise

PAIRS = {"A": "T", "C": "G", "G": "C", "T": "A"}


def other_strand(sequence: str) -> str:
    """Reverse complement, base by base."""
    return "".join(PAIRS[base] for base in reversed(sequence))


class Duplex:
    """Double-stranded DNA whose ends may carry 5' overhangs.

    ``top`` reads 5' to 3'; ``left`` bases of it stand alone at its start, and ``right`` bases of
    the other strand stand alone beyond its end.
    """

    def __init__(self, whole: str, left: int, right: int) -> None:
        self.whole = whole
        self.left = left
        self.right = right

    @property
    def left_overhang(self) -> str:
        return self.whole[: self.left]

    @property
    def right_overhang(self) -> str:
        """As the top strand would read it."""
        return self.whole[len(self.whole) - self.right :]


def anneal(top: str, bottom: str) -> Duplex:
    """Two oligonucleotides with 5' overhangs; fails unless the rest pairs base by base."""
    below = other_strand(bottom)
    for left in range(1, len(top)):
        overlap = len(top) - left
        if top[left:] == below[:overlap]:
            return Duplex(top + below[overlap:], left, len(below) - overlap)
    raise AssertionError("the two do not anneal")


def cut(plasmid: str, site: str, near: int, far: int) -> list[Duplex]:
    """Cut a linear stretch of plasmid with a type IIS enzyme: every piece, in order."""
    breaks = []
    for place in range(len(plasmid)):
        if plasmid.startswith(site, place):
            breaks.append((place + len(site) + near, place + len(site) + far))
        if plasmid.startswith(other_strand(site), place):
            breaks.append((place - far, place - near))
    pieces, start, left = [], 0, 0
    for first, last in sorted(breaks):
        pieces.append(Duplex(plasmid[start:last], left, last - first))
        start, left = first, last - first
    pieces.append(Duplex(plasmid[start:], left, 0))
    return pieces


def ligate(*parts: Duplex) -> str:
    """Join pieces in order; each right overhang must pair with the next left overhang."""
    joined = parts[0].whole
    for before, after in pairwise(parts):
        assert before.right == after.left > 0
        assert before.right_overhang == after.left_overhang
        joined += after.whole[after.left :]
    return joined
