"""Ranking: verdict, evidence, restoration, findings, in this order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ipse.core.evidence import Level
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Verdict
from ipse.core.proposal import Proposal
from ipse.plan.ranking import RESTORATIONS, ranked

findings = st.lists(
    st.sampled_from(list(Severity)).map(lambda s: Finding(severity=s, code="c", message="m")),
    max_size=4,
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
    ):
        if a != b:
            return a < b
    return None


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
