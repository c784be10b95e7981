"""Units against the definitions of NIST and UCUM, and against conversion by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.tables import shipped
from ipse.patient.units import UnknownUnitError, canonical, convert, parse_unit, ucum


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1, "[lb_av]", "kg", 0.45359237),  # NIST SP 811, appendix B.8
        (1, "[oz_av]", "g", 28.349523125),
        (1, "[ft_i]", "m", 0.3048),
        (212, "[degF]", "Cel", 100),
        (37, "Cel", "[degF]", 98.6),
        (-273.15, "Cel", "K", 0),
        (760, "mm[Hg]", "Pa", 101324.72),
        (5, "10*9/L", "/uL", 5000),
        (5, "10^3/uL", "10*9/L", 5),
        (1, "a", "d", 365.25),
        (100, "mg/dL", "g/L", 1),
        (1, "mmol/L", "umol/mL", 1),
        (30, "kg/m2", "g/cm2", 3),
        (1, "kat/L", "U/L", 6e7),
        (50, "%", "1", 0.5),
        (2, "m[iU]/mL", "[iU]/L", 2),
    ],
)
def test_conversions(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("unit", "to"), [("mg/dL", "mmol/L"), ("eq/L", "mol/L"), ("[iU]", "g"), ("kg", "m")]
)
def test_nothing_is_converted_that_needs_the_substance(unit: str, to: str) -> None:
    with pytest.raises(ValueError, match="cannot be converted"):
        convert(1, unit, to)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UCUM:kg", "kg"), ("UO:0000009", "kg"), ("Kilograms", "kg"), ("mmHg", "mm[Hg]"),
        ("cells/µL", "/uL"), ("IU/L", "[iU]/L"), ("lbs", "[lb_av]"), ("{score}", "{score}"),
        ("10*3/uL", "10*3/uL"), ("°C", "Cel"),
    ],
)  # fmt: skip
def test_names(text: str, code: str) -> None:
    assert ucum(text) == code


@pytest.mark.parametrize("text", ["", "furlong", "kg kg", "kg/", "kg..m", "(g)", "0.kg", "Cel2"])
def test_no_units(text: str) -> None:
    with pytest.raises(UnknownUnitError):
        parse_unit(text)
    with pytest.raises(UnknownUnitError):
        ucum(text)


def test_annotations_are_kept() -> None:
    assert canonical(90, "mL/min/{1.73_m2}") == (90, "mL/min/{1.73_m2}")
    assert canonical(20, "[lb_av]")[1] == "kg"


def test_every_unit_of_every_table_is_read() -> None:
    for table, column in (("units", "code"), ("unit_names", "unit"), ("canonical_units", "unit")):
        for row in shipped("ipse.patient", table):
            parse_unit(row[column])


UNITS = st.sampled_from(["kg", "[lb_av]", "Cel", "[degF]", "mg/dL", "g/L", "d", "mo", "/uL", "%"])


@given(st.floats(-1e6, 1e6), UNITS, UNITS)
def test_there_and_back(value: float, unit: str, to: str) -> None:
    if parse_unit(unit).dimension != parse_unit(to).dimension:
        return
    back = convert(convert(value, unit, to), to, unit)
    # an offset of hundreds of kelvin costs a temperature near zero its last digits
    slack = 1e-9 if parse_unit(unit).offset else 0
    assert abs(back - value) <= max(abs(value) * 1e-12, slack)


@given(st.text(max_size=12))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    try:
        parse_unit(ucum(text))
    except UnknownUnitError:
        return
