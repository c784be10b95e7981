"""Equal values give equal bytes."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.canonical import canonical, dumps
from ipse.core.proposal import proposal_id

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_round_trip_and_stable(value) -> None:
    text = dumps(value)
    assert json.loads(text) == canonical(value)
    assert dumps(json.loads(text)) == text
    assert canonical(canonical(value)) == canonical(value)
    assert dumps(value, compact=True) == dumps(json.loads(text), compact=True)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_six_significant_digits(number: float) -> None:
    got = canonical(number)
    assert got == pytest.approx(number, rel=5.0000001e-6, abs=0) or abs(number) < 1e-300
    assert f"{got:.6g}" == f"{number + 0.0:.6g}" or number == 0
    assert math.copysign(1, got) == 1 or got < 0


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_hold_is_refused(number: float) -> None:
    for value in (number, [number], {"a": {"b": (1, number)}}):
        with pytest.raises(ValueError, match="not a JSON number"):
            dumps(value)


def test_form() -> None:
    assert dumps({"b": 1, "a": (0.1 + 0.2, -0.0)}, compact=True) == '{"a":[0.3,0.0],"b":1}'
    assert list(json.loads(dumps({"b": 1, "a": 2}))) == ["b", "a"]
    assert dumps("é").encode() == '"é"\n'.encode()
    assert dumps({}).endswith("\n")
    assert canonical(True) is True


def test_id_of_a_design_depends_on_content_only() -> None:
    one = proposal_id("editing", {"spacer": "ACGT", "score": 0.1234567})
    same = proposal_id("editing", {"score": 0.12345671, "spacer": "ACGT"})
    assert one == same
    assert one.startswith("editing-")
    assert len(one.removeprefix("editing-")) == 8
    assert one != proposal_id("editing", {"spacer": "ACGA", "score": 0.1234567})
