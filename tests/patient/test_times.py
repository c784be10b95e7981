"""Durations and ages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.patient.times import age_in_words, days_in_words, parse_duration


@pytest.mark.parametrize(
    ("text", "days", "words"),
    [
        ("P8M", 243, "8 months"),
        ("P3Y6M", 1278, "3 years 6 months"),
        ("P2W", 14, "2 weeks"),
        ("P1D", 1, "1 day"),
        ("P0D", 0, "0 days"),
        ("P1.5Y", 547, "1.5 years"),
        ("P1DT12H", 1, "1 day 12 hours"),
    ],
)
def test_durations(text: str, days: int, words: str) -> None:
    assert parse_duration(text) == (days, words)


@pytest.mark.parametrize("text", ["", "P", "PT", "8M", "P8", "P-1Y", "P1M1Y", "p1y", "P٣Y", "P1H"])
def test_no_durations(text: str) -> None:
    assert parse_duration(text) is None


@given(st.text(alphabet="PT0123456789YMWDHS.,", max_size=14))
def test_any_text_is_a_duration_or_none(text: str) -> None:
    found = parse_duration(text)
    assert found is None or found[0] >= 0


def test_ages_count_birthdays() -> None:
    assert age_in_words(date(2020, 2, 29), date(2025, 2, 28)) == "4 years"
    assert age_in_words(date(2020, 2, 29), date(2025, 3, 1)) == "5 years"
    assert age_in_words(date(2020, 1, 31), date(2020, 2, 28)) == "28 days"
    assert age_in_words(date(2020, 1, 1), date(2021, 11, 30)) == "22 months"
    assert days_in_words(243) == "7 months" and days_in_words(800) == "2 years"
