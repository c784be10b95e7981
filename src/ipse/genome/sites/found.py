"""Candidates decided on: letters read, alignments made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ipse.core.sequence import IUPAC, complement
from ipse.genome.sites.guides import GuideSet
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import CODE_OF, Pam, code_set
from ipse.genome.sites.scan import Candidates
from ipse.kernels import alignment

COMPLEMENT_ASCII: NDArray[np.uint8] = np.arange(256, dtype=np.uint8)
UPPER: NDArray[np.uint8] = np.arange(256, dtype=np.uint8)
for _letter in IUPAC:
    COMPLEMENT_ASCII[ord(_letter)] = ord(complement(_letter))
    UPPER[ord(_letter.lower())] = ord(_letter)

LettersAt = Callable[[NDArray[np.int64]], NDArray[np.uint8]]
"""Letters of the plus strand at places of a source, (sites, letters) places each."""


@dataclass(frozen=True)
class Source:
    """Letters that candidates are decided by, at places of its own.

    Attributes
    ----------
    letters_at
        Letters at places; asked for places within contigs only.
    contig
        Contig of each candidate.
    begin, end
        Places of the first base, and of one past the last, of each candidate's contig.
    """

    letters_at: LettersAt
    contig: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


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
    positions = guides.length + limits.dna
    junction = candidates.junction
    target = np.empty((len(candidates), positions), np.uint8)
    ends = np.zeros((len(candidates), pam.longest), np.uint8)
    pattern = np.full(len(candidates), -1, np.int64)
    available = np.zeros(len(candidates), np.int64)
    steps = np.arange(positions, dtype=np.int64)
    for minus in (False, True):
        which = np.flatnonzero(candidates.minus == minus)
        if not len(which):
            continue
        at = junction[which, None]
        begin, end = source.begin[which], source.end[which]
        leftward = pam.leftward(minus)
        letters, _ = _within(at - 1 - steps if leftward else at + steps, begin, end, source)
        target[which] = COMPLEMENT_ASCII[letters] if minus else letters
        room = junction[which] - begin if leftward else end - junction[which]
        available[which] = np.minimum(room, positions)
        for k, text in enumerate(pam.patterns):
            offsets, _ = pam.beside(text, minus)
            read, inside = _within(at + offsets, begin, end, source)
            read = COMPLEMENT_ASCII[read] if minus else read
            fits = inside & _matches(text, read) & (pattern[which] < 0)
            pattern[which[fits]] = k
            ends[which[fits], : len(text)] = read[fits]
    available[pattern < 0] = 0
    codes = CODE_OF[target]
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


def _within(
    places: NDArray[np.int64], begin: NDArray[np.int64], end: NDArray[np.int64], source: Source
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Upper-case letters, N outside the contig, and which rows lie in it as a whole."""
    # Places of a row rise or fall by one.
    low = np.minimum(places[:, 0], places[:, -1])
    whole = (low >= begin) & (low + places.shape[1] <= end)
    if whole.all():
        return UPPER[source.letters_at(places)], whole
    # A place outside is read as the nearest inside, and then covered.
    inside = (places >= begin[:, None]) & (places < end[:, None])
    nearest = np.clip(places, begin[:, None], np.maximum(end - 1, begin)[:, None])
    letters = UPPER[source.letters_at(nearest)]
    letters[~inside] = ord("N")
    return letters, whole


def _matches(pattern: str, letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Rows whose letters match a pattern; what is not A, C, G, T matches N alone."""
    codes = CODE_OF[letters]
    answer = np.ones(len(letters), np.bool_)
    for k, letter in enumerate(pattern):
        if letter != "N":
            answer &= (code_set(letter) >> codes[:, k].astype(np.int64)) & 1 == 1
    return answer
