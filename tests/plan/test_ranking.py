"""Ranking: verdict, evidence, restoration, findings, in this order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.errors import InputError
from ipse.core.evidence import Level
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Verdict
from ipse.core.proposal import Preference, Proposal
from ipse.plan.ranking import KEYS, RESTORATIONS, ranked, ranking_keys

findings = st.lists(
    st.sampled_from(list(Severity)).map(lambda s: Finding(severity=s, code="c", message="m")),
    max_size=4,
)
preferences = st.tuples(
    *(
        st.builds(
            Preference,
            name=st.just(name),
            value=st.none() | st.sampled_from([0.0, 0.5, 1.0]),
            words=st.just("w"),
        )
        for name in ("specificity", "delivery", "efficiency")
    )
)
proposals = st.lists(
    st.builds(
        Proposal,
        id=st.uuids().map(str),
        modality=st.just("editing"),
        strategy=st.just("s"),
        title=st.just("t"),
        verdict=st.sampled_from(list(Verdict)),
        reason=st.just("r"),
        criteria=st.just(()),
        precedent=st.none() | st.sampled_from(list(Level)),
        restoration=st.sampled_from(RESTORATIONS),
        design=st.just({}),
        findings=findings.map(tuple),
        preferences=preferences,
    ),
    max_size=8,
)

VERDICTS = ["eligible", "possible", "unknown", "excluded"]
EVIDENCE = {"human": 0, "animal": 1, "cell": 2, "analogy": 3, "rule": 3, None: 3}
RESTORED = ["wild_type", "benign", "tolerated", "functional", "none", "unknown"]


def stands_above(one: Proposal, other: Proposal) -> bool | None:
    """The rule written out; None for a tie."""
    for a, b in (
        (VERDICTS.index(one.verdict), VERDICTS.index(other.verdict)),
        (EVIDENCE[one.precedent], EVIDENCE[other.precedent]),
        (RESTORED.index(one.restoration), RESTORED.index(other.restoration)),
        (count(one, "serious", "blocking"), count(other, "serious", "blocking")),
        (count(one, "caution"), count(other, "caution")),
        *zip(refined(one), refined(other), strict=True),
    ):
        if a != b:
            return a < b
    return None


def refined(item: Proposal) -> list[float]:
    return [2 if one.value is None else 1 - one.value for one in item.preferences]


def count(item: Proposal, *severities: str) -> int:
    return sum(finding.severity.value in severities for finding in item.findings)


@given(proposals)
def test_ranked_keeps_the_rule_and_the_given_order_within_ties(items: list[Proposal]) -> None:
    ordered = ranked(items)
    place = {item.id: index for index, item in enumerate(items)}
    assert sorted(item.id for item in ordered) == sorted(place)
    for above, below in pairwise(ordered):
        first = stands_above(above, below)
        assert first is True or (first is None and place[above.id] < place[below.id])
    assert [item.rank for item in ordered] == list(range(1, len(items) + 1))


@given(proposals, st.permutations([key.name for key in KEYS]))
def test_a_wish_comes_right_behind_the_verdict(items: list[Proposal], wishes: list[str]) -> None:
    keys = ranking_keys(wishes[:3])
    names = [key.name for key in keys]
    assert names[0] == "verdict" and sorted(names) == sorted(key.name for key in KEYS)
    wanted = [name for name in wishes[:3] if name != "verdict"]
    assert names[1 : 1 + len(wanted)] == wanted
    rest = names[1 + len(wanted) :]
    assert rest == [key.name for key in KEYS if key.name in rest]
    ordered = ranked(items, keys)
    for above, below in pairwise(ordered):
        assert [key.of(above) for key in keys] <= [key.of(below) for key in keys]


@pytest.mark.parametrize("wishes", [("speed",), ("efficiency", "efficiency"), ("",)])
def test_an_unknown_or_repeated_key_is_refused(wishes: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="ranking key"):
        ranking_keys(wishes)
