"""Measurements, with their units understood through the tables of UCUM units."""

from __future__ import annotations

from datetime import date

from ipse.core.finding import Severity
from ipse.patient.cursor import Node
from ipse.patient.model import Measurement, Moment, Ontology
from ipse.patient.times import moment
from ipse.patient.units import UnknownUnitError, canonical, convert, ucum


def measurement(node: Node, birth: date | None, sample: str = "") -> list[Measurement]:
    """Read one measurement; a complex value gives one row a part."""
    assay = node["assay"].ontology()
    observed = moment(node["timeObserved"], birth)
    description = node["description"].text()
    value, rows = node["value"], list[Measurement]()
    if value["quantity"]:
        rows.append(_quantity(value["quantity"], assay, Ontology(), observed))
    elif value["ontologyClass"]:
        category = value["ontologyClass"].ontology()
        rows.append(Measurement(assay, f"{_name(assay)}: {category}", category=category))
    for part in node["complexValue"]["typedQuantities"]:
        rows.append(_quantity(part["quantity"], assay, part["type"].ontology(), observed))
    if not rows:
        rows.append(Measurement(assay, f"{_name(assay)}: no value"))
    return [
        Measurement(
            row.assay, row.text, row.part, row.value, row.unit, row.category, row.canonical_value,
            row.canonical_unit, row.low, row.high, observed, description, sample,
        )
        for row in rows
    ]  # fmt: skip


def quantity_in_words(node: Node) -> str:
    """A quantity, e.g. a dose, as number and unit; empty if absent."""
    if not node:
        return ""
    value, unit = node["value"].number(), node["unit"].ontology()
    return f"{_plain(value or 0.0)} {unit.label or unit.id}".strip()


def _quantity(node: Node, assay: Ontology, part: Ontology, observed: Moment) -> Measurement:
    # protobuf leaves a zero out, so an absent value is zero where a quantity is given
    value = node["value"].number() or 0.0
    given = node["unit"].ontology()
    unit = given.id or given.label
    name = _name(assay) + (f", {_name(part)}" if part else "")
    in_base: float | None = None
    base = ""
    try:
        unit = ucum(given.id, given.label)
        in_base, base = canonical(value, unit)
    except UnknownUnitError:
        if node["unit"]:
            node["unit"].unclear()
        node.record.say(
            Severity.CAUTION, "unit-not-understood",
            f"The unit {unit or '(none)'} of {name} is not known; the value is kept as text.",
            "give the unit as a UCUM code, e.g. UCUM:kg",
        )  # fmt: skip
    low, high = _range(node["referenceRange"], unit if base else "", name)
    text = f"{name}: {_plain(value)} {unit}".rstrip()
    if low is not None or high is not None:
        text += f" (reference {_plain(low)} to {_plain(high)})"
    if base == "kg" and assay.id.upper().removeprefix("LOINC:") == "29463-7" and value <= 0:
        node.record.say(
            Severity.SERIOUS, "weight-not-positive", "The body weight is not above zero.",
            "correct the measurement",
        )  # fmt: skip
    return Measurement(
        assay, text, part, value, unit, Ontology(), in_base, base, low, high, observed
    )


def _range(node: Node, unit: str, name: str) -> tuple[float | None, float | None]:
    """Reference range in ``unit``; left out, with a finding, if it cannot be converted."""
    if not node:
        return None, None
    low, high = node["low"].number() or 0.0, node["high"].number() or 0.0
    own = node["unit"].ontology()
    if own and unit:
        try:
            code = ucum(own.id, own.label)
            low, high = convert(low, code, unit), convert(high, code, unit)
        except ValueError:
            node["unit"].unclear()
            node.record.say(
                Severity.CAUTION, "reference-range-not-understood",
                f"The reference range of {name} is in a unit that cannot be converted; it is "
                "left out.", f"give it in {unit}",
            )  # fmt: skip
            return None, None
    if low > high:
        node.record.say(
            Severity.CAUTION, "reference-range-reversed",
            f"The reference range of {name} ends below its start.", "correct the range",
        )  # fmt: skip
    return low, high


def _name(term: Ontology) -> str:
    return str(term) or "unnamed assay"


def _plain(value: float | None) -> str:
    return "?" if value is None else f"{value:.6g}"
