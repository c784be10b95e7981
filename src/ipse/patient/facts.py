"""``facts.tsv``: what a phenopacket cannot say, from a closed list of facts."""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from datetime import date
from pathlib import Path

from ipse.core.errors import InputError
from ipse.core.files import check_regular
from ipse.core.finding import Finding, Severity
from ipse.core.tables import Row, shipped
from ipse.patient.model import Fact
from ipse.patient.units import UnknownUnitError, convert, ucum

COLUMNS = ("fact", "value", "unit", "date", "source")
_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+\-/()]*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def read_facts(path: Path) -> tuple[tuple[Fact, ...], tuple[Finding, ...]]:
    """Read a table of facts.

    Parameters
    ----------
    path
        Tab-separated text with the columns of ``COLUMNS``; lines that begin with ``#`` are
        comments.

    Returns
    -------
    tuple
        Facts in the file's order, and findings about their units.

    Raises
    ------
    InputError
        For a missing or unknown column, a row of the wrong length, a fact that is not on the
        list, a value of the wrong kind or a malformed date.
    """
    lines = _lines(path)
    if not lines:
        raise InputError(
            "a table of facts has no header", file=path, expected="\t".join(COLUMNS),
            next_step="begin it with that line, tab-separated",
        )  # fmt: skip
    header = [cell.strip() for cell in lines[0][1]]
    if sorted(header) != sorted(COLUMNS):
        raise InputError(
            "a table of facts has other columns", file=path, field=f"line {lines[0][0]}",
            value=", ".join(header), expected=", ".join(COLUMNS),
            next_step="correct the header; cells are separated by tabs",
        )  # fmt: skip
    facts, findings = list[Fact](), list[Finding]()
    for number, cells in lines[1:]:
        if len(cells) != len(header):
            raise InputError(
                "a row of facts has the wrong number of cells", file=path, field=f"line {number}",
                value="\t".join(cells), expected=f"{len(header)} cells separated by tabs",
                next_step="leave a cell empty rather than out",
            )  # fmt: skip
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        facts.append(_fact(row, number, path, findings))
    return tuple(facts), tuple(findings)


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    check_regular(path, "a table of facts")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "a table of facts is UTF-8 text", file=path, field=f"byte {error.start}",
            expected="UTF-8", next_step="save the file again as UTF-8",
        ) from None  # fmt: skip
    except OSError as error:
        raise InputError(
            "a table of facts cannot be read", file=path, value=error.strerror or str(error),
            expected="a file that can be read",
        ) from None  # fmt: skip
    try:
        reader = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [(number, cells) for number, cells in enumerate(reader, start=1)]
    except csv.Error as error:
        raise InputError(
            "a table of facts is malformed", file=path, value=str(error),
            expected="tab-separated text",
        ) from None  # fmt: skip
    return [
        (number, cells)
        for number, cells in rows
        if any(cell.strip() for cell in cells) and not cells[0].startswith("#")
    ]


def _fact(row: dict[str, str], number: int, path: Path, findings: list[Finding]) -> Fact:
    where = f"line {number}"
    name, kind = _name(row["fact"], where, path)
    value = _value(row["value"], kind, where, path)
    on = None
    if row["date"]:
        try:
            on = date.fromisoformat(row["date"])
        except ValueError:
            raise InputError(
                "a fact has no valid date", file=path, field=f"{where}, date", value=row["date"],
                expected="YYYY-MM-DD, or empty",
            ) from None  # fmt: skip
    unit = row["unit"]
    if not isinstance(value, bool):
        value, unit = _in_unit(value, unit, kind, name, findings)
    return Fact(name, value, unit, on, row["source"], number)


def _name(text: str, where: str, path: Path) -> tuple[str, Row]:
    table = shipped("ipse.patient", "fact_kinds").by_key
    given, colon, subject = text.partition(":")
    given, subject = given.strip(), subject.strip()
    if given not in table:
        near = difflib.get_close_matches(given, table, 3)
        raise InputError(
            "this fact is not on the list", file=path, field=f"{where}, fact", value=text,
            expected=f"one of: {', '.join(near or table)}",
            next_step="see docs/case.md for every fact and its meaning",
        )  # fmt: skip
    kind = table[given]
    wanted = kind["subject"]
    if bool(wanted) != bool(colon) or (wanted and not _SUBJECT.fullmatch(subject)):
        raise InputError(
            "a fact names what it is about after a colon, if and only if it is about something",
            file=path, field=f"{where}, fact", value=text,
            expected=f"{given}:{wanted}" if wanted else given,
        )  # fmt: skip
    return (f"{given}:{subject}" if wanted else given), kind


def _value(text: str, kind: Row, where: str, path: Path) -> bool | float:
    word = text.lower()
    if kind["value"] != "number" and word in ("yes", "no"):
        return word == "yes"
    if kind["value"] != "yes_no" and _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        if float(text) < 0:
            text = "a negative number"
        else:
            return float(text)
    expected = {"yes_no": "yes or no", "number": "a number of 0 or more"}
    raise InputError(
        "a fact has a value of the wrong kind", file=path, field=f"{where}, value", value=text,
        expected=expected.get(kind["value"], "yes, no, or a number of 0 or more"),
        next_step="leave the row out if it is not known: missing is never no",
    )  # fmt: skip


def _in_unit(
    value: float, unit: str, kind: Row, name: str, findings: list[Finding]
) -> tuple[float, str]:
    """Number in the kind's unit; as given, with a finding, if it cannot be converted."""
    wanted = kind["unit"]
    if not unit or not wanted:
        return value, unit or wanted.replace("1", "", 1)
    try:
        return convert(value, ucum(unit), wanted), "" if wanted == "1" else wanted
    except (UnknownUnitError, ValueError):
        findings.append(
            Finding(
                severity=Severity.CAUTION,
                code="fact-unit-not-understood",
                message=f"The unit of the fact {name} cannot be converted to {wanted}; "
                "the number is kept as given.",
                resolves=f"state it in {wanted}",
            )
        )
        return value, unit
