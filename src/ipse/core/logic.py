"""Kleene's three-valued logic over criteria, and what would decide an unknown.

Kleene, S. C. (1952) *Introduction to Metamathematics*, section 64 (strong connectives): missing
data is never "no".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ipse.core.finding import Finding, Severity
from ipse.core.model import Model


class Truth(StrEnum):
    """False, unknown, true: ordered by :attr:`rank`."""

    FALSE = "false"
    UNKNOWN = "unknown"
    TRUE = "true"

    @property
    def rank(self) -> int:
        """0, 1, 2."""
        return list(Truth).index(self)

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """Truth of a Python bool, ``None`` being unknown."""
        return cls.UNKNOWN if value is None else cls.TRUE if value else cls.FALSE


def all_of(values: Iterable[Truth]) -> Truth:
    """Conjunction: the smallest value (true if empty)."""
    return min(values, key=lambda value: value.rank, default=Truth.TRUE)


def any_of(values: Iterable[Truth]) -> Truth:
    """Disjunction: the greatest value (false if empty)."""
    return max(values, key=lambda value: value.rank, default=Truth.FALSE)


def negation(value: Truth) -> Truth:
    """Negation: unknown stays unknown."""
    return list(Truth)[2 - value.rank]


@dataclass(frozen=True)
class Expr:
    """A formula over named criteria: ``and``, ``or``, ``not`` or a ``name``."""

    op: str
    parts: tuple[Expr, ...] = ()
    name: str = ""

    @classmethod
    def atom(cls, name: str) -> Expr:
        """A criterion by its name."""
        return cls("name", name=name)

    def __and__(self, other: Expr) -> Expr:
        return Expr("and", (self, other))

    def __or__(self, other: Expr) -> Expr:
        return Expr("or", (self, other))

    def __invert__(self) -> Expr:
        return Expr("not", (self,))

    def names(self) -> Iterator[str]:
        """Names of the criteria, each time they occur."""
        if self.op == "name":
            yield self.name
        for part in self.parts:
            yield from part.names()

    def value(self, values: Mapping[str, Truth]) -> Truth:
        """Truth of the formula; a name without a value is unknown."""
        if self.op == "name":
            return values.get(self.name, Truth.UNKNOWN)
        inner = [part.value(values) for part in self.parts]
        if self.op == "not":
            return negation(inner[0])
        return all_of(inner) if self.op == "and" else any_of(inner)


def conjunction(names: Iterable[str]) -> Expr:
    """The formula that every named criterion holds."""
    return Expr("and", tuple(Expr.atom(name) for name in names))


class DecidingSet(Model):
    """Values of unknown criteria that, known, would decide a formula.

    Attributes
    ----------
    outcome
        What the formula becomes.
    values
        Criterion -> the value that forces the outcome. No part of it forces it alone.
    """

    outcome: Truth
    values: dict[str, Truth]


def deciding_sets(formula: Expr, values: Mapping[str, Truth]) -> list[DecidingSet]:
    """Minimal sets of unknown criteria that would decide a formula (its prime implicants).

    Parameters
    ----------
    formula
        Formula over criteria.
    values
        What is known; a missing name is unknown.

    Returns
    -------
    list of DecidingSet
        Smallest first, those that make it true before those that make it false; empty if the
        formula is decided already.

    Notes
    -----
    A conjunction becomes true by making every part true, false by making any part false; a
    disjunction the other way round. Sets that would give one criterion both values are dropped,
    and so is every set that holds a smaller one. The number of sets can grow as the product of
    the sizes of nested disjunctions.
    """
    if formula.value(values) is not Truth.UNKNOWN:
        return []
    found = [
        DecidingSet(outcome=outcome, values=dict(sorted(literals)))
        for outcome in (Truth.TRUE, Truth.FALSE)
        for literals in _implicants(formula, values, outcome)
    ]
    order = {name: place for place, name in enumerate(formula.names())}
    return sorted(
        found,
        key=lambda item: (
            len(item.values),
            -item.outcome.rank,
            sorted(order[name] for name in item.values),
        ),
    )


Literals = frozenset[tuple[str, Truth]]


def _implicants(formula: Expr, values: Mapping[str, Truth], outcome: Truth) -> set[Literals]:
    """Minimal sets of literals over unknown criteria that force an outcome."""
    if formula.op == "name":
        known = values.get(formula.name, Truth.UNKNOWN)
        if known is Truth.UNKNOWN:
            return {frozenset({(formula.name, outcome)})}
        return {frozenset()} if known is outcome else set()
    if formula.op == "not":
        return _implicants(formula.parts[0], values, negation(outcome))
    parts = [_implicants(part, values, outcome) for part in formula.parts]
    if (formula.op == "and") is (outcome is Truth.FALSE):
        return _minimal(literals for part in parts for literals in part)
    together: set[Literals] = {frozenset()}
    for part in parts:
        together = _minimal(
            one | other for one in together for other in part if _consistent(one | other)
        )
    return together


def _minimal(sets: Iterable[Literals]) -> set[Literals]:
    kept: list[Literals] = []
    for literals in sorted(set(sets), key=len):
        if not any(smaller <= literals for smaller in kept):
            kept.append(literals)
    return set(kept)


def _consistent(literals: Literals) -> bool:
    return len({name for name, _ in literals}) == len(literals)


class Verdict(StrEnum):
    """What a plan says of a proposal, best first."""

    ELIGIBLE = "eligible"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"

    @property
    def rank(self) -> int:
        """0 for ``eligible``."""
        return list(Verdict).index(self)


class Criterion(Model):
    """One criterion of a proposal.

    Attributes
    ----------
    name
        Short statement that is true, false or unknown for this case.
    value
        Its truth.
    weight
        ``required`` enters the verdict; ``limits`` holds the verdict at ``possible`` when it is
        not true (off-label, investigational, functional rather than wild-type restoration).
    detail
        Why it has this value.
    needs
        The datum that would decide it, when unknown.
    source
        Identifiers the criterion rests on (``kind:value``); empty for a fact of the case itself.
    """

    name: str
    value: Truth
    weight: Literal["required", "limits"] = "required"
    detail: str = ""
    needs: str = ""
    source: tuple[str, ...] = ()


def verdict(criteria: Iterable[Criterion], findings: Iterable[Finding]) -> Verdict:
    """Combine criteria and findings into a verdict (see the words in DESIGN.md).

    ``excluded`` for a false required criterion or a blocking finding; ``unknown`` while a required
    one is unknown; ``eligible`` if nothing limits and no serious finding is open; else
    ``possible``.
    """
    criteria, findings = list(criteria), list(findings)
    truth = all_of(item.value for item in criteria if item.weight == "required")
    worst = max((item.severity.rank for item in findings), default=0)
    if truth is Truth.FALSE or worst == Severity.BLOCKING.rank:
        return Verdict.EXCLUDED
    if truth is Truth.UNKNOWN:
        return Verdict.UNKNOWN
    limited = any(item.weight == "limits" and item.value is not Truth.TRUE for item in criteria)
    return Verdict.POSSIBLE if limited or worst == Severity.SERIOUS.rank else Verdict.ELIGIBLE
