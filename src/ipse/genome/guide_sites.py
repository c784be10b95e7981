"""Every guide of a stretch of the reference: protospacers beside a PAM, on both strands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipse.core.progress import Progress, Silent
from ipse.genome.efficiency.scorer import Scorer, Scores
from ipse.genome.reference import Reference
from ipse.genome.sites.pam import CODE_OF, CODES, COMPLEMENT_CODES, OTHER, Pam

ABSENT = ord("N")
CHUNK = 1 << 20
"""Places of a stretch that are looked at together."""
BLOCK = 1 << 14
"""Guides whose contexts are held at a time."""
LETTERS: NDArray[np.uint8] = np.frombuffer(f"{CODES}N".encode(), np.uint8)


@dataclass(frozen=True)
class GuideSites:
    """Guides in the order of their first base on the plus strand, plus strand first.

    Attributes
    ----------
    contig
        Name as in the reference.
    length
        Spacer length [nt].
    pam
        PAM they were found with.
    start
        (n,): first base of the protospacer on the plus strand, 0-based.
    minus
        (n,): whether the protospacer reads 5' to 3' on the minus strand.
    pam_length
        (n,): letters of the PAM, of the first pattern that matched.
    offset, letters
        Codes of a stretch around them, and the contig position of its first; 4 stands for what
        the reference does not hold and for what lies beyond the contig.
    """

    contig: str
    length: int
    pam: Pam
    start: NDArray[np.int64]
    minus: NDArray[np.bool_]
    pam_length: NDArray[np.int64]
    offset: int
    letters: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def junction(self) -> NDArray[np.int64]:
        """(n,): border of protospacer and PAM, as the base right of it on the plus strand."""
        right = (self.pam.side == 3) != self.minus
        return self.start + np.where(right, self.length, 0)

    def cut(self, offset: int) -> NDArray[np.int64]:
        """(n,): the base right of a cut on the plus strand.

        Parameters
        ----------
        offset
            Place of the cut from the PAM-side end of the protospacer [nt]: -3 is three bases
            inside the protospacer.
        """
        right = (self.pam.side == 3) != self.minus
        return self.junction + np.where(right, offset, -offset)

    def around(
        self, before: int, after: int, rows: slice | NDArray[np.int64] = slice(None)
    ) -> NDArray[np.uint8]:
        """ASCII of guides with so many letters before the protospacer and behind it.

        Returns
        -------
        (n, before + length + after) of uint8
            5' to 3' on the strand of the protospacer; N for what is not known.
        """
        minus = self.minus[rows]
        first = self.start[rows] - np.where(minus, after, before) - self.offset
        width = before + self.length + after
        places = first[:, None] + np.arange(width)
        inside = (places >= 0) & (places < len(self.letters))
        codes = self.letters[np.clip(places, 0, max(0, len(self.letters) - 1))]
        codes[~inside] = OTHER
        codes[minus] = COMPLEMENT_CODES[codes[minus, ::-1]]
        letters: NDArray[np.uint8] = LETTERS[codes]
        return letters

    def spacers(self) -> list[str]:
        """Sequence of each protospacer."""
        return _texts(self.around(0, 0))

    def pams(self) -> list[str]:
        """Letters of each PAM."""
        out = np.full(len(self), "", dtype=f"U{self.pam.longest}")
        for n in np.unique(self.pam_length).tolist():
            rows = np.nonzero(self.pam_length == n)[0]
            if self.pam.side == 3:
                letters = self.around(0, n, rows)[:, self.length :]
            else:
                letters = self.around(n, 0, rows)[:, :n]
            out[rows] = _texts(letters)
        return [str(text) for text in out]

    def scores(self, scorer: Scorer, progress: Progress | None = None) -> Scores:
        """Efficiency of each guide; the scorer must not refuse their PAM and length."""
        progress = progress or Silent()
        parts = []
        for k in range(0, max(1, len(self)), BLOCK):
            around = self.around(scorer.before, scorer.after, slice(k, k + BLOCK))
            parts.append(scorer.score(around))
            progress.advance(len(around))
        return Scores(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("value", "low", "high", "percentile")
            )
        )


def find_guides(
    reference: Reference,
    contig: str,
    start: int,
    end: int,
    pam: Pam,
    length: int,
    context: int = 0,
) -> GuideSites:
    """Find every guide whose protospacer and PAM lie within a stretch and hold A, C, G, T only.

    Parameters
    ----------
    reference
        Reference.
    contig
        Any name of the contig.
    start, end
        Stretch, 0-based half-open, within the contig.
    pam
        PAM; a protospacer beside several of its patterns is one guide.
    length
        Spacer length [nt].
    context
        Letters on each side of the stretch that will be asked for.
    """
    contig = reference.resolve(contig)
    size = reference.length(contig)
    begin, stop = max(0, start - context), min(size, end + context)
    letters = CODE_OF[reference.letters(contig, begin, stop)]
    found = [
        _of_pattern(letters, first - begin, min(first + CHUNK, end) - begin, end - begin,
                    pam, pattern, length, minus)
        for pattern in pam.patterns
        for minus in (False, True)
        for first in range(start, max(end, start + 1), CHUNK)
    ]  # fmt: skip
    first = np.concatenate([place for place, _, _ in found]) + begin
    minus = np.concatenate([np.full(len(place), strand) for place, strand, _ in found])
    sizes = np.concatenate([np.full(len(place), n, np.int64) for place, _, n in found])
    # The first pattern that matches comes first, and unique keeps the first.
    _, kept = np.unique(2 * first + minus, return_index=True)
    return GuideSites(contig, length, pam, first[kept], minus[kept], sizes[kept], begin, letters)


def _of_pattern(
    letters: NDArray[np.uint8],
    first: int,
    last: int,
    end: int,
    pam: Pam,
    pattern: str,
    length: int,
    minus: bool,
) -> tuple[NDArray[np.int64], bool, int]:
    """Where protospacers lie whose first base or PAM's first base is one of ``first`` to ``last``.

    None reaches over ``end``; all are places among the letters.
    """
    left = pam.leftward(minus)
    n = len(pattern)
    count = min(last, end - length - n + 1) - first
    if count <= 0:
        return np.empty(0, np.int64), minus, n
    part = letters[first : first + count + length + n - 1]
    junction = length if left else n  # from the first base of protospacer or PAM
    known = np.concatenate([[0], np.cumsum(part == OTHER)])
    fits = known[length + n :] == known[:count]
    for offset, allowed in zip(*pam.beside(pattern, minus), strict=True):
        at = junction + int(offset)
        fits &= (int(allowed) >> part[at : at + count].astype(np.int64) & 1).astype(np.bool_)
    return np.nonzero(fits)[0] + first + (0 if left else n), minus, n


def _texts(letters: NDArray[np.uint8]) -> list[str]:
    width = letters.shape[1]
    text = letters.tobytes().decode("ascii")
    return (
        [text[k : k + width] for k in range(0, len(text), width)] if width else [""] * len(letters)
    )
