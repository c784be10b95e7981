"""Units in UCUM terms: read, compared and converted through cited tables.

The Unified Code for Units of Measure gives every unit a formula over base units. Here the mole,
the equivalent, the osmole and arbitrary units (``[iU]``) are bases of their own, so that nothing
is converted that needs knowledge of the substance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from ipse.core.tables import shipped

Dimension = tuple[tuple[str, int], ...]

_FACTOR = re.compile(r"\d+(?:\.\d+)?$")
_COMPONENT = re.compile(
    r"(?P<atom>10[*^]|[^0-9+\-.]*(?:\[[^\]]*\])?[^0-9+\-.]*)(?P<exp>[+-]?\d+)?$"
)
MAX_EXPONENT = 30


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a factor and an offset to base units.

    Attributes
    ----------
    dimension
        Base unit and exponent, sorted; empty for a pure number.
    factor, offset
        ``base value = (value + offset) * factor``; exact.
    """

    dimension: Dimension
    factor: Fraction
    offset: Fraction = Fraction(0)


class UnknownUnitError(ValueError):
    """A text that is no unit of the tables."""


def ucum(text: str, label: str = "") -> str:
    """UCUM code for a unit as people write it.

    Parameters
    ----------
    text
        Code, ontology id (``UO:0000009``, ``UCUM:kg``) or name.
    label
        Its label, tried if the text is not known.

    Raises
    ------
    UnknownUnitError
        If neither is known.
    """
    for given in (text.strip(), label.strip()):
        if not given:
            continue
        code = re.sub(r"^ucum:", "", given, flags=re.IGNORECASE).strip()
        names = _names()
        for name in (code, code.upper(), code.lower()):
            if name in names and not _is_unit(code):
                return names[name]
        if _is_unit(code):
            return code
    raise UnknownUnitError(text or label)


def convert(value: float, unit: str, to: str) -> float:
    """Convert a number between units of one dimension.

    Parameters
    ----------
    value
        Number in ``unit``.
    unit, to
        UCUM codes.

    Raises
    ------
    UnknownUnitError
        If a unit is unknown.
    ValueError
        If the dimensions differ.
    """
    one, other = parse_unit(unit), parse_unit(to)
    if one.dimension != other.dimension:
        raise ValueError(f"{unit} cannot be converted to {to}")
    if unit == to:
        return value
    exact = (Fraction(repr(float(value))) + one.offset) * one.factor / other.factor - other.offset
    try:
        return float(exact)
    except OverflowError:
        raise ValueError(f"{value} {unit} is beyond what {to} can hold") from None


def canonical(value: float, unit: str) -> tuple[float, str]:
    """Give the number in the preferred unit of its dimension, or as it is where there is none.

    A unit with an annotation, e.g. ``mL/min/{1.73_m2}``, is left as it is: the annotation says
    something the conversion would lose.
    """
    if "{" in unit:
        parse_unit(unit)
        return value, unit
    dimension = parse_unit(unit).dimension
    for row in shipped("ipse.patient", "canonical_units"):
        if parse_unit(row["unit"]).dimension == dimension:
            try:
                return convert(value, unit, row["unit"]), row["unit"]
            except ValueError:
                break
    return value, unit


@cache
def parse_unit(text: str) -> Unit:
    """Read a UCUM code such as ``mg/dL``, ``10*9/L`` or ``kg/m2``.

    Annotations in braces count as 1; parentheses and the special units other than temperatures are
    not read.

    Raises
    ------
    UnknownUnitError
        If it is no unit of the tables.
    """
    code = re.sub(r"\{[^{}]*\}", "", text)
    if not text or re.search(r"[\s(){}]", code):
        raise UnknownUnitError(text)
    if code == "":
        return Unit((), Fraction(1))
    parts = re.split(r"([./])", _protect(code))
    exponents: dict[str, int] = {}
    factor, offset, sign = Fraction(1), Fraction(0), 1
    for place, part in enumerate(parts):
        if part in (".", "/"):
            sign = -1 if part == "/" else 1
            continue
        part = part.replace("\0", ".").replace("\1", "/")
        if part == "":
            if (place == 0 and len(parts) > 1) or (place and "{" in text):
                continue  # "/uL", or an annotation that stood alone
            raise UnknownUnitError(text)
        unit, power = _component(part, text)
        power *= sign
        if unit.offset:
            if power != 1 or len(parts) > 1:
                raise UnknownUnitError(text)
            offset = unit.offset
        factor *= unit.factor**power
        for base, exponent in unit.dimension:
            exponents[base] = exponents.get(base, 0) + exponent * power
    dimension = tuple(sorted((base, exp) for base, exp in exponents.items() if exp))
    return Unit(dimension, factor, offset)


def _protect(code: str) -> str:
    """Hide dots and slashes inside brackets from the split."""
    return re.sub(r"\[[^\]]*\]", lambda m: m.group().replace(".", "\0").replace("/", "\1"), code)


def _component(part: str, whole: str) -> tuple[Unit, int]:
    if _FACTOR.match(part) and part.isascii():
        if not Fraction(part):
            raise UnknownUnitError(whole)
        return Unit((), Fraction(part)), 1
    match = _COMPONENT.match(part)
    if match is None or not match["atom"]:
        raise UnknownUnitError(whole)
    power = int(match["exp"] or 1)
    if abs(power) > MAX_EXPONENT:
        raise UnknownUnitError(whole)
    return _atom(match["atom"], whole), power


@cache
def _atom(atom: str, whole: str) -> Unit:
    table = shipped("ipse.patient", "units").by_key
    if atom in table:
        return _defined(atom)
    for row in shipped("ipse.patient", "unit_prefixes"):
        rest = atom.removeprefix(row["prefix"])
        if rest != atom and rest in table and table[rest]["prefixes"] == "yes":
            unit = _defined(rest)
            return Unit(unit.dimension, unit.factor * Fraction(row["value"]))
    raise UnknownUnitError(whole)


@cache
def _defined(code: str) -> Unit:
    row = shipped("ipse.patient", "units")[code]
    if not row["unit"]:
        return Unit(((code, 1),), Fraction(row["value"]))
    inner = parse_unit(row["unit"])
    return Unit(inner.dimension, inner.factor * Fraction(row["value"]), Fraction(row["offset"]))


@cache
def _names() -> dict[str, str]:
    return {row["name"]: row["unit"] for row in shipped("ipse.patient", "unit_names")}


def _is_unit(code: str) -> bool:
    try:
        parse_unit(code)
    except UnknownUnitError:
        return False
    return True
