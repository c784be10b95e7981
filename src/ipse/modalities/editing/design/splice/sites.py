"""Splice sites: where they lie, how they score, and which single-base changes destroy them.

Everything here runs on the *sense* axis of a transcript (:mod:`ipse.genome.sense`): 5' to 3' in
gene direction on either strand. A donor is placed by the first base of its intron, an acceptor by
the first base of its exon.

The score is a position weight matrix: the sum over positions of log2 of a base's share among known
sites over its share by chance (a quarter) [bit], in the manner of Shapiro and Senapathy 1987
(Nucleic Acids Res 15:7155-7174). The shares were counted for this project
(``scripts/build_splice_matrix.py``, ``tables/splice_matrix.tsv``). A weight matrix sees a site
alone: not branch points, enhancers or silencers, nor positions that depend on each other. It ranks
sites; it does not tell what a cell splices.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from math import log2
from typing import Literal

from ipse.core.sequence import complement
from ipse.core.tables import shipped
from ipse.modalities.editing.catalogue import PACKAGE

SiteKind = Literal["donor", "acceptor"]

PERCENTILES = (1, 5, 10, 25, 50)
"""Rows of ``tables/splice_rules.tsv`` that say what known sites score."""


@dataclass(frozen=True)
class Matrix:
    """Weights of one kind of site.

    Attributes
    ----------
    before, after
        Bases read before and after the border between exon and intron.
    weights
        One dict a position, base -> weight [bit].
    """

    before: int
    after: int
    weights: tuple[dict[str, float], ...]

    @property
    def length(self) -> int:
        """Bases of a site."""
        return self.before + self.after


@cache
def matrix(kind: SiteKind) -> Matrix:
    """Weights of donors or acceptors, from the counts of the shipped table.

    One is added to each count, so that an unseen base weighs little and not minus infinity.
    """
    rows = [row for row in shipped(PACKAGE, "splice_matrix") if row["site"] == kind]
    rows.sort(key=lambda row: row.integer("position"))
    weights = []
    for row in rows:
        counts = {base: row.integer(base) + 1 for base in "ACGT"}
        total = sum(counts.values())
        weights.append({base: log2(number / total / 0.25) for base, number in counts.items()})
    before = sum(row.integer("position") < 0 for row in rows)
    return Matrix(before, len(rows) - before, tuple(weights))


def score(kind: SiteKind, letters: str) -> float:
    """Score of a site's letters (donor: 3 of the exon and 6 of the intron; acceptor: 20 and 3).

    Returns
    -------
    float
        Sum of weights [bit]; a letter other than A, C, G or T makes it minus infinity.
    """
    weights = matrix(kind).weights
    if len(letters) != len(weights):
        raise ValueError(f"a {kind} has {len(weights)} letters, not {len(letters)}")
    if not set(letters) <= set("ACGT"):
        return float("-inf")
    return sum(at[base] for at, base in zip(weights, letters, strict=True))


def score_at(kind: SiteKind, letters: str, border: int) -> float | None:
    """Score of the site whose border lies left of an index; None where letters are missing."""
    at = matrix(kind)
    first, last = border - at.before, border + at.after
    if first < 0 or last > len(letters):
        return None
    return score(kind, letters[first:last])


@cache
def known_scores(kind: SiteKind) -> tuple[tuple[int, float], ...]:
    """(percent, score): that share of the known sites scores less."""
    rules = shipped(PACKAGE, "splice_rules")
    return tuple((p, rules[f"{kind}_score_p{p:02d}"].number("value")) for p in PERCENTILES)


def standing(kind: SiteKind, value: float) -> str:
    """Where a score stands among the known sites, in words."""
    known = known_scores(kind)
    place = bisect_left([item for _, item in known], value)
    if place == 0:
        return f"below 99 % of known {kind}s"
    share = known[place - 1][0]
    return f"above the weakest {share} % of known {kind}s"


CORE: dict[SiteKind, tuple[int, int]] = {"donor": (0, 2), "acceptor": (-2, 0)}
"""The two bases of the intron next to the border, relative to it."""

WORKING: dict[SiteKind, frozenset[str]] = {
    "donor": frozenset({"GT", "GC"}),
    "acceptor": frozenset({"AG"}),
}
"""Pairs of bases that are taken to work; GC donors are the minority that the matrix counts too."""

STRONG: dict[SiteKind, frozenset[str]] = {
    "donor": frozenset({"GT"}),
    "acceptor": frozenset({"AG"}),
}
"""Pairs an edit must not leave. GT turned into GC is let through and marked: it may still work."""


@dataclass(frozen=True)
class Ablation:
    """A change of one base that leaves a site without a working pair.

    Attributes
    ----------
    offset
        Of the base from the border, on the sense axis.
    before, after
        Sense bases.
    pair
        The two bases of the intron afterwards.
    """

    offset: int
    before: str
    after: str
    pair: str


def ablations(kind: SiteKind, pair: str) -> list[Ablation]:
    """Transitions, which base editors make, that destroy a site; empty if it is none.

    GT turned into GC is among them: where it was published it was enough to skip an exon, but part
    of all donors are GC, so whoever uses it must say so.

    Examples
    --------
    >>> [f"{a.before}{a.offset:+d}{a.after}" for a in ablations("acceptor", "AG")]
    ['A-2G', 'G-1A']
    """
    if pair not in WORKING[kind]:
        return []
    first = CORE[kind][0]
    found = []
    for index, base in enumerate(pair):
        after = TRANSITION[base]
        changed = pair[:index] + after + pair[index + 1 :]
        if changed not in STRONG[kind]:
            found.append(Ablation(first + index, base, after, changed))
    return found


TRANSITION = {"A": "G", "G": "A", "C": "T", "T": "C"}


def on_plus(base: str, plus: bool) -> str:
    """A sense base as the plus strand has it, and back."""
    return base if plus else complement(base)
