"""Stretches of a genome at their true places."""

from __future__ import annotations

import bisect
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ipse.core.errors import InputError, NotInReference
from ipse.core.finding import Finding
from ipse.genome import aliases
from ipse.genome.reference_protocol import Reference, check_order, loci_only


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a contig whose letters may be read later.

    Attributes
    ----------
    start, length
        0-based place on the contig and number of bases.
    md5
        MD5 of the upper-case letters.
    read
        Gives the letters; called once, when they are first needed.
    """

    start: int
    length: int
    md5: str
    read: Callable[[], str]

    @property
    def end(self) -> int:
        """One past the last base."""
        return self.start + self.length


class SparseReference(Reference):
    """Stretches of a genome at their true places.

    Parameters
    ----------
    name, assembly
        See :class:`Reference`.
    lengths
        Contig -> true length [bp].
    stretches
        Contig -> (start, sequence) or :class:`Stretch`, in any order. Eager stretches that touch
        or overlap are joined, and cut at every N; where they overlap they must agree.
    """

    def __init__(
        self,
        name: str,
        assembly: str,
        lengths: Mapping[str, int],
        stretches: Mapping[str, Iterable[tuple[int, str] | Stretch]],
    ) -> None:
        self._name = name
        self._assembly = assembly
        self._lengths = dict(lengths)
        self._names = aliases.ContigNames(lengths, name, assembly)
        self._stretches = {
            contig: _in_order(contig, given, self._lengths[contig])
            for contig, given in stretches.items()
        }
        self._starts = {c: [s.start for s in given] for c, given in self._stretches.items()}
        self._letters: dict[tuple[str, int], str] = {}

    @property
    def name(self) -> str:
        """Name it goes by."""
        return self._name

    @property
    def assembly(self) -> str:
        """Assembly its positions are of."""
        return self._assembly

    @property
    def whole_genome(self) -> bool:
        """Never: only stretches are held."""
        return False

    @cached_property
    def identity(self) -> str:
        """SHA-256 over contigs, lengths and the place and MD5 of each stretch."""
        lines = [
            f"{contig}\t{self._lengths[contig]}\t{s.start}\t{s.end}\t{s.md5}\n"
            for contig in self._lengths
            for s in self._stretches.get(contig, ())
        ]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def resolve(self, contig: str) -> str:
        """Own name of a contig."""
        return self._names.resolve(contig)

    def length(self, contig: str) -> int:
        """True length of a contig [bp]."""
        return self._lengths[self.resolve(contig)]

    def contigs(self) -> list[str]:
        """Own names of all contigs."""
        return list(self._lengths)

    def fetch(self, contig: str, start: int, end: int) -> str:
        """Letters of a stretch; see :meth:`Reference.fetch`."""
        own = self.resolve(contig)
        check_order(start, end)
        if start == end and 0 <= start <= self._lengths[own]:
            return ""
        stretch = self._covering(own, start, end)
        if stretch is None:
            raise NotInReference(own, start, end, self._name)
        letters = self._read(own, stretch)
        return letters[start - stretch.start : end - stretch.start]

    def has(self, contig: str, start: int, end: int) -> bool:
        """Whether :meth:`fetch` would answer."""
        try:
            own = self.resolve(contig)
        except InputError:
            return False
        if start == end:
            return 0 <= start <= self._lengths[own]
        return start < end and self._covering(own, start, end) is not None

    def held(self, contig: str) -> list[tuple[int, int]]:
        """Stretches held."""
        return [(s.start, s.end) for s in self._stretches.get(self.resolve(contig), ())]

    def findings(self) -> tuple[Finding, ...]:
        """That only loci are present."""
        return (loci_only(self._name),)

    def _covering(self, own: str, start: int, end: int) -> Stretch | None:
        stretches = self._stretches.get(own, ())
        place = bisect.bisect_right(self._starts.get(own, []), start) - 1
        if place < 0:
            return None
        stretch = stretches[place]
        return stretch if end <= stretch.end and start <= stretch.end else None

    def _read(self, own: str, stretch: Stretch) -> str:
        key = (own, stretch.start)
        letters = self._letters.get(key)
        if letters is None:
            letters = self._letters[key] = stretch.read()
        return letters


def _in_order(
    contig: str, given: Iterable[tuple[int, str] | Stretch], length: int
) -> Sequence[Stretch]:
    """Sort stretches, join eager ones that touch, and check them against the contig."""
    lazy = [piece for piece in given if isinstance(piece, Stretch)]
    eager = sorted((p for p in given if not isinstance(p, Stretch)), key=lambda piece: piece[0])
    joined: list[tuple[int, str]] = []
    for start, text in eager:
        letters = text.upper()
        if joined and start <= joined[-1][0] + len(joined[-1][1]):
            first, before = joined[-1]
            overlap = before[start - first : start - first + len(letters)]
            if overlap != letters[: len(overlap)]:
                raise ValueError(f"stretches of {contig} disagree from {start}")
            joined[-1] = (first, before + letters[len(overlap) :])
        else:
            joined.append((start, letters))
    lazy += [
        _eager(start + run.start(), run.group())
        for start, letters in joined
        for run in re.finditer("[^N]+", letters)
    ]
    lazy.sort(key=lambda stretch: stretch.start)
    end = 0
    for stretch in lazy:
        if stretch.start < end or stretch.end > length:
            raise ValueError(f"a stretch of {contig} from {stretch.start} overlaps or sticks out")
        end = stretch.end
    return lazy


def _eager(start: int, letters: str) -> Stretch:
    digest = hashlib.md5(letters.encode(), usedforsecurity=False).hexdigest()
    return Stretch(start, len(letters), digest, lambda: letters)
