"""Three-valued logic against Kleene's printed tables and brute force."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.finding import Finding, Severity
from ipse.core.logic import (
    Criterion,
    Expr,
    Truth,
    Verdict,
    all_of,
    any_of,
    conjunction,
    deciding_sets,
    negation,
    verdict,
)

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE

# Kleene (1952), section 64: the strong tables, typed in row by row (left, right, and, or).
KLEENE = [
    (F, F, F, F), (F, U, F, U), (F, T, F, T),
    (U, F, F, U), (U, U, U, U), (U, T, U, T),
    (T, F, F, T), (T, U, U, T), (T, T, T, T),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "both", "either"), KLEENE)
def test_truth_tables(left: Truth, right: Truth, both: Truth, either: Truth) -> None:
    assert all_of([left, right]) is both
    assert any_of([left, right]) is either
    values = {"a": left, "b": right}
    a, b = Expr.atom("a"), Expr.atom("b")
    assert (a & b).value(values) is both
    assert (a | b).value(values) is either


def test_negation_and_empty() -> None:
    assert [negation(value) for value in (F, U, T)] == [T, U, F]
    assert [(~Expr.atom("a")).value({"a": value}) for value in (F, U, T)] == [T, U, F]
    assert all_of([]) is T
    assert any_of([]) is F
    assert Expr.atom("a").value({}) is U
    assert [Truth.of(value) for value in (False, None, True)] == [F, U, T]


@pytest.mark.parametrize("values", list(product((F, U, T), repeat=3)))
def test_laws_hold_for_every_triple(values: tuple[Truth, Truth, Truth]) -> None:
    a, b, c = values
    assert negation(all_of([a, b])) is any_of([negation(a), negation(b)])
    assert all_of([a, any_of([b, c])]) is any_of([all_of([a, b]), all_of([a, c])])
    assert all_of([a, b, c]) is all_of([all_of([a, b]), c])
    assert any_of([a, b, c]) is any_of([a, any_of([b, c])])


NAMES = "abcd"
formulas = st.recursive(
    st.sampled_from(NAMES).map(Expr.atom),
    lambda inner: (
        st.tuples(inner, inner).map(lambda two: two[0] & two[1])
        | st.tuples(inner, inner).map(lambda two: two[0] | two[1])
        | inner.map(lambda one: ~one)
    ),
    max_leaves=8,
)
worlds = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([F, U, T]))


@given(formulas, worlds)
def test_learning_never_changes_a_decided_value(formula: Expr, world: dict[str, Truth]) -> None:
    before = formula.value(world)
    unknown = [name for name in NAMES if world.get(name, U) is U]
    for answers in product((F, U, T), repeat=len(unknown)):
        after = formula.value({**world, **dict(zip(unknown, answers, strict=True))})
        if before is not U:
            assert after is before


@given(formulas, worlds)
def test_deciding_sets_are_the_prime_implicants(formula: Expr, world: dict[str, Truth]) -> None:
    """Brute force: every partial assignment of the unknowns, minimal ones kept."""
    unknown = [name for name in NAMES if world.get(name, U) is U]
    forcing = []
    for answers in product((F, U, T), repeat=len(unknown)):
        trial = {n: a for n, a in zip(unknown, answers, strict=True) if a is not U}
        if (outcome := formula.value({**world, **trial})) is not U:
            forcing.append((trial, outcome))
    minimal = [
        (trial, outcome)
        for trial, outcome in forcing
        if trial and not any(o.items() < trial.items() for o, _ in forcing)
    ]
    got = deciding_sets(formula, world)
    if formula.value(world) is not U:
        assert got == []
        return
    key = sorted((sorted(trial.items()), outcome) for trial, outcome in minimal)
    assert sorted((sorted(s.values.items()), s.outcome) for s in got) == key
    assert [len(s.values) for s in got] == sorted(len(s.values) for s in got)


def test_conjunction_names_each_missing_datum() -> None:
    formula = conjunction(["age", "titre", "weight"])
    sets = deciding_sets(formula, {"age": T})
    assert [(s.outcome, s.values) for s in sets] == [
        (F, {"titre": F}),
        (F, {"weight": F}),
        (T, {"titre": T, "weight": T}),
    ]
    assert deciding_sets(formula, {"age": F}) == []


def test_many_unknowns_keep_the_set_that_makes_a_conjunction_true() -> None:
    names = [f"c{i}" for i in range(20)]
    sets = deciding_sets(conjunction(names), {})
    assert [len(s.values) for s in sets] == [1] * 20 + [20]
    assert sets[-1].outcome is T


def _criterion(value: Truth, weight: str) -> Criterion:
    return Criterion(name="c", value=value, weight=weight)


def _finding(severity: Severity) -> Finding:
    return Finding(severity=severity, code="x", message="x")


@pytest.mark.parametrize("required", [F, U, T])
@pytest.mark.parametrize("limits", [F, U, T])
@pytest.mark.parametrize("severity", [None, *Severity])
def test_verdict_for_every_combination(
    required: Truth, limits: Truth, severity: Severity | None
) -> None:
    """DESIGN's sentences, tried in its order, for all 45 combinations."""
    if required is F or severity is Severity.BLOCKING:
        expected = Verdict.EXCLUDED
    elif required is U:
        expected = Verdict.UNKNOWN
    elif limits is not T or severity is Severity.SERIOUS:
        expected = Verdict.POSSIBLE
    else:
        expected = Verdict.ELIGIBLE
    criteria = [_criterion(T, "required"), _criterion(required, "required")]
    findings = [] if severity is None else [_finding(severity), _finding(Severity.INFO)]
    got = verdict([*criteria, _criterion(limits, "limits")], findings)
    assert got is expected


def test_missing_data_is_never_no() -> None:
    known = [_criterion(T, "required")] * 5
    assert verdict([*known, _criterion(U, "required")], []) is Verdict.UNKNOWN
    assert verdict([_criterion(F, "required"), _criterion(U, "required")], []) is Verdict.EXCLUDED


def test_orders() -> None:
    assert [v.rank for v in Verdict] == [0, 1, 2, 3]
    assert next(iter(Verdict)) is Verdict.ELIGIBLE
    assert [s.value for s in Severity] == ["info", "caution", "serious", "blocking"]
