"""Candidates decided on: letters read, alignments made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ipse.core.sequence import IUPAC, complement
from ipse.genome.sites.guides import GuideSet
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import CODE_OF, Pam
from ipse.genome.sites.scan import Candidates
from ipse.genome.sites.stretches import ABSENT
from ipse.kernels import alignment, windows

Numbers = NDArray[np.int64]

COMPLEMENT_ASCII: NDArray[np.uint8] = np.arange(256, dtype=np.uint8)
UPPER: NDArray[np.uint8] = np.arange(256, dtype=np.uint8)
for _letter in IUPAC:
    COMPLEMENT_ASCII[ord(_letter)] = ord(complement(_letter))
    UPPER[ord(_letter.lower())] = ord(_letter)

Windows = Callable[[Numbers, Numbers, Numbers, NDArray[np.uint8]], None]
"""Fills (sites, letters) with upper-case letters of the plus strand, from a first place of each
row on; N outside the begin and end of each row."""


@dataclass(frozen=True)
class Source:
    """Letters that candidates are decided by, at places of its own.

    Attributes
    ----------
    windows
        Reads letters.
    contig
        Contig of each candidate.
    begin, end
        Places of the first base, and of one past the last, of each candidate's contig.
    """

    windows: Windows
    contig: Numbers
    begin: Numbers
    end: Numbers

    @classmethod
    def of_text(
        cls, text: NDArray[np.uint8], contig: Numbers, begin: Numbers, end: Numbers
    ) -> Source:
        """Letters of a text of either case."""

        def read(first: Numbers, low: Numbers, high: Numbers, out: NDArray[np.uint8]) -> None:
            windows.from_text(text, UPPER, first, low, high, ABSENT, out)

        return cls(read, contig, begin, end)


@dataclass(frozen=True)
class Found:
    """Alignments of guides of one length.

    Attributes
    ----------
    guide
        Place in the guide set.
    contig, junction, minus
        The site.
    pattern
        Place of the PAM pattern that matches.
    found
        (n, 4): mismatches, DNA bulges, RNA bulges, seed mismatches.
    columns
        (n, length + 2): columns of the alignment.
    target
        (n, positions): letters of the strand from the PAM on.
    pam
        (n, longest pattern): letters of the PAM, 5' to 3'.
    """

    guide: NDArray[np.int64]
    contig: NDArray[np.int64]
    junction: NDArray[np.int64]
    minus: NDArray[np.bool_]
    pattern: NDArray[np.int64]
    found: NDArray[np.int64]
    columns: NDArray[np.uint8]
    target: NDArray[np.uint8]
    pam: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.guide)

    @classmethod
    def join(cls, parts: list[Found]) -> Found:
        """Put alignments together; there must be one part at least."""
        return cls(
            *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls))
        )

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Found:
        """Some of the alignments, in the order given."""
        return Found(*(getattr(self, f.name)[which] for f in fields(self)))


def decide(
    candidates: Candidates,
    source: Source,
    guides: GuideSet,
    pam: Pam,
    limits: Limits,
    *,
    every: bool = False,
) -> Found:
    """Align candidates and keep those within the limits.

    Parameters
    ----------
    candidates
        Pairs of guide and junction, the junction as a place of the source.
    source
        Their letters.
    guides, pam, limits
        What is searched.
    every
        Give every alignment instead of the best.
    """
    positions, n = guides.length + limits.dna, len(candidates)
    junction, minus = candidates.junction, candidates.minus
    leftward = np.where(minus, pam.leftward(True), pam.leftward(False))
    read = np.empty((n, positions + pam.longest), np.uint8)
    first = junction - np.where(leftward, positions, pam.longest)
    source.windows(first, source.begin, source.end, read)
    target, codes = np.empty((2, n, positions), np.uint8)
    ends = np.empty((n, pam.longest), np.uint8)
    pattern = np.empty(n, np.int64)
    before, after = junction - source.begin, source.end - junction
    windows.lay_out(
        read, leftward, minus, before, after, pam.sets, pam.lengths, COMPLEMENT_ASCII, CODE_OF,
        target, codes, ends, pattern,
    )  # fmt: skip
    available = np.minimum(np.where(leftward, before, after), positions)
    available[pattern < 0] = 0
    most = (limits.mismatches, limits.dna, limits.rna)
    options = (most, limits.mixed, pam.side == 3, pam.seed)
    found, columns, pairs = _align(candidates.guide, guides, codes, available, options, every)
    return Found(
        guide=candidates.guide[pairs],
        contig=source.contig[pairs],
        junction=(junction - source.begin)[pairs],
        minus=candidates.minus[pairs],
        pattern=pattern[pairs],
        found=found,
        columns=columns,
        target=target[pairs],
        pam=ends[pairs],
    )


def _align(
    which: NDArray[np.int64],
    guides: GuideSet,
    codes: NDArray[np.uint8],
    available: NDArray[np.int64],
    options: tuple[tuple[int, int, int], bool, bool, int],
    every: bool,
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Alignments, their columns, and the candidate each is of."""
    given = (guides.sets, which, guides.length, codes, available, *options)
    capacity = max(len(which), 1)
    while True:
        found = np.full((capacity, 4), -1, np.int64)
        columns = np.empty((capacity, guides.length + alignment.MOST), np.uint8)
        if not every:
            alignment.best(*given, found, columns)
            pairs = np.flatnonzero(found[: len(which), 0] >= 0)
            return found[pairs], columns[pairs], pairs
        pairs = np.empty(capacity, np.int64)
        n = alignment.every(*given, pairs, found, columns)
        if n <= capacity:
            return found[:n], columns[:n], pairs[:n]
        capacity = n
