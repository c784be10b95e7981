"""ISO 8601 durations, ages and dates of a phenopacket."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import cache

from ipse.core.finding import Severity
from ipse.core.tables import shipped
from ipse.patient.cursor import Node
from ipse.patient.model import Moment
from ipse.patient.units import convert

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_DURATION = re.compile(
    rf"P(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_PARTS = (
    ("year", "a"), ("month", "mo"), ("week", "wk"), ("day", "d"), ("hour", "h"), ("minute", "min"),
    ("second", "s"),
)  # fmt: skip
LONGEST_LIFE_YEARS = 150
"""An age above this is a slip of the pen."""


def parse_duration(text: str) -> tuple[int, str] | None:
    """Read an ISO 8601 duration.

    Parameters
    ----------
    text
        E.g. ``P3Y6M``; years and months count as mean Julian ones (UCUM ``a``, ``mo``).

    Returns
    -------
    tuple or None
        Whole days and words (``3 years 6 months``); None if it is no duration.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or not text.isascii():
        return None
    days, words = 0.0, []
    for given, (name, unit) in zip(match.groups(), _PARTS, strict=True):
        if given is None:
            continue
        number = Fraction(given.replace(",", "."))
        if len(given) > 12:
            return None
        days += convert(float(number), unit, "d")
        if number:
            words.append(f"{float(number):g} {name}{'' if number == 1 else 's'}")
    return int(days), " ".join(words) or "0 days"


def days_in_words(days: int) -> str:
    """Age in words from days, as coarse as a clinician would say it."""
    months = int(days / convert(1, "mo", "d"))
    return _age_in_words(months, days)


def age_in_words(birth: date, on: date) -> str:
    """Age on a date, counted in birthdays."""
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    return _age_in_words(months, (on - birth).days)


def _age_in_words(months: int, days: int) -> str:
    if months >= 24:
        return f"{months // 12} years"
    number, name = (months, "month") if months else (days, "day")
    return f"{number} {name}{'' if number == 1 else 's'}"


def calendar_date(text: str) -> date | None:
    """Date of a timestamp or ISO date; None if it is neither."""
    try:
        return date.fromisoformat(text.strip()[:10]) if re.match(r"\d{4}-", text.strip()) else None
    except ValueError:
        return None


def moment(node: Node, birth: date | None = None) -> Moment:
    """Read a time element.

    Parameters
    ----------
    node
        Where it stands; may be absent.
    birth
        Date of birth, so that a calendar date becomes an age.
    """
    if not node:
        return Moment()
    if node["age"]:
        return _age(node["age"])
    if node["ageRange"]:
        start, end = _age(node["ageRange"]["start"]), _age(node["ageRange"]["end"])
        text = " to ".join(part for part in (start.text, end.text) if part)
        return Moment("age_range", text, start.age_days)
    if node["gestationalAge"]:
        return _gestation(node["gestationalAge"])
    if node["ontologyClass"]:
        term = node["ontologyClass"].ontology()
        return Moment("ontology", str(term), before_birth=term.id.upper() in _prenatal())
    if node["timestamp"]:
        on = calendar_date(node["timestamp"].text())
        return Moment("timestamp", on.isoformat() if on else "", _age_on(on, birth), on)
    if node["interval"]:
        start_on = calendar_date(node["interval"]["start"].text())
        end_on = calendar_date(node["interval"]["end"].text())
        text = " to ".join(on.isoformat() for on in (start_on, end_on) if on)
        return Moment("interval", text, _age_on(start_on, birth), start_on)
    return Moment()


def _age(node: Node) -> Moment:
    given = node["iso8601duration"]
    text = given.text()
    found = parse_duration(text)
    if found is None:
        if text:
            given.unclear()
            given.record.say(
                Severity.CAUTION, "age-not-understood",
                f"{given.place} is no ISO 8601 duration; it is kept as text.",
                "write it like P3Y6M",
            )  # fmt: skip
        return Moment("age", text) if text else Moment()
    days, words = found
    if days > convert(LONGEST_LIFE_YEARS, "a", "d"):
        given.record.say(
            Severity.SERIOUS, "age-beyond-life",
            f"{given.place} is an age of more than {LONGEST_LIFE_YEARS} years.", "correct the age",
        )  # fmt: skip
    return Moment("age", words, days)


def _gestation(node: Node) -> Moment:
    weeks, days = node["weeks"].whole() or 0, node["days"].whole() or 0
    words = f"{weeks} weeks" + (f" {days} days" if days else "")
    return Moment("gestational_age", f"gestational age {words}", before_birth=True)


@cache
def _prenatal() -> frozenset[str]:
    """Ids of terms for a time before birth."""
    return frozenset(row["term"] for row in shipped("ipse.patient", "prenatal_terms"))


def _age_on(on: date | None, birth: date | None) -> int | None:
    return None if on is None or birth is None or on < birth else (on - birth).days
