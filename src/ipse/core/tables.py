"""Cited tables: every number of biology stands in one, with its source.

A table is a TSV file with a header. ``source`` holds checked identifiers for the whole row;
a column ``COLUMN_source`` cites one column where sources differ. ``as_of`` is the ISO date on
which the row was confirmed; the newest over all shipped tables is a plan's default date.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from ipse.core.errors import InputError, IpseError
from ipse.core.evidence import is_date, parse_source


@dataclass(frozen=True)
class Row:
    """One row of a cited table: text by column, with typed readers.

    Attributes
    ----------
    table
        Name of the table.
    line
        1-based line in its file.
    cells
        Column -> text as written.
    source
        Identifiers of the row.
    """

    table: str
    line: int
    cells: dict[str, str]
    source: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def sources_of(self, column: str) -> tuple[str, ...]:
        """Sources of one column: its own if given, else the row's."""
        own = self.cells.get(f"{column}_source", "")
        return parse_source(own) if own else self.source

    def optional_int(self, column: str) -> int | None:
        """Integer of a cell, None if empty."""
        text = self.cells[column]
        if text and not text.lstrip("-").isdecimal():
            raise self._bad(column, "a whole number or nothing")
        return int(text) if text else None

    def integer(self, column: str) -> int:
        """Integer of a cell that must not be empty."""
        value = self.optional_int(column)
        if value is None:
            raise self._bad(column, "a whole number")
        return value

    def number(self, column: str) -> float:
        """Decimal number of a cell that must not be empty."""
        try:
            value = float(self.cells[column])
        except ValueError:
            raise self._bad(column, "a number") from None
        if not math.isfinite(value):
            raise self._bad(column, "a finite number")
        return value

    def _bad(self, column: str, expected: str) -> IpseError:
        return IpseError(
            "a cited table has a bad cell",
            file=self.table, field=f"line {self.line}, column {column}",
            value=self.cells[column], expected=expected,
        )  # fmt: skip


@dataclass(frozen=True)
class CitedTable:
    """A table whose every row has a source."""

    name: str
    rows: tuple[Row, ...]
    newest: date
    by_key: dict[str, Row] = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, key: str) -> Row:
        """Row by the text of its first column."""
        return self.by_key[key]


def read_table(path: Path, *, unique: bool = True) -> CitedTable:
    """Read and check a cited table.

    Parameters
    ----------
    path
        TSV file with columns ``source`` and ``as_of`` among others.
    unique
        Whether the first column is a key. Tables that hold conflicting published values side by
        side are read with False.

    Raises
    ------
    InputError
        For a missing column, an empty or uncheckable source, a bad date or a repeated key.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "cannot read a table", file=path, value=str(error), expected="a UTF-8 text file"
        ) from None
    return _parsed(path, lines, unique=unique)


def _parsed(path: Path, lines: list[str], *, unique: bool) -> CitedTable:
    reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = reader.fieldnames or []
    if len(set(columns)) != len(columns):
        raise InputError(
            "a column stands twice in a table", file=path, field="header",
            value=", ".join(columns),
        )  # fmt: skip
    for column in ("source", "as_of"):
        if column not in columns:
            raise InputError(
                "a table has no such column", file=path, field=column,
                expected="columns source and as_of",
            )  # fmt: skip
    rows = [_row(path, f"line {reader.line_num}", reader.line_num, record) for record in reader]
    if not rows:
        raise InputError("a table has no rows", file=path, expected="at least one row")
    by_key = {row.cells[columns[0]]: row for row in rows}
    if unique and len(by_key) != len(rows):
        keys = [row.cells[columns[0]] for row in rows]
        again = next(key for place, key in enumerate(keys) if key in keys[:place])
        raise InputError("a key stands twice in a table", file=path, field=columns[0], value=again)
    return CitedTable(Path(path).stem, tuple(rows), max(map(_confirmed, rows)), by_key)


def _row(path: Path, where: str, line: int, record: dict[str, str]) -> Row:
    """Check one row: as many cells as columns, a source, a date."""
    if None in record or None in record.values():
        raise InputError(
            "a row has the wrong number of cells", file=path, field=where,
            expected="one cell for each column",
        )  # fmt: skip
    try:
        sources = parse_source(record["source"])
        for column, cell in record.items():
            if column.endswith("_source") and cell:
                parse_source(cell)
    except InputError as error:
        raise InputError(
            error.message, file=path, field=f"{where}, source", value=error.value,
            expected=error.expected, next_step=error.next_step,
        ) from None  # fmt: skip
    if not is_date(record["as_of"]):
        raise InputError(
            "a row has no date", file=path, field=f"{where}, as_of",
            value=record["as_of"], expected="YYYY-MM-DD",
        )  # fmt: skip
    return Row(Path(path).stem, line, dict(record), sources)


def _confirmed(row: Row) -> date:
    return date.fromisoformat(row["as_of"])


def shipped_tables() -> list[Path]:
    """Every cited table in the package, in path order."""
    root = Path(str(files("ipse")))
    return sorted(path for path in root.rglob("tables/*.tsv"))


@cache
def shipped(package: str, name: str, *, unique: bool = True) -> CitedTable:
    """Read a table shipped in ``PACKAGE/tables/NAME.tsv`` (cached)."""
    return read_table(Path(str(files(package))) / "tables" / f"{name}.tsv", unique=unique)


def catalogue_date() -> date:
    """Newest ``as_of`` over all shipped tables: the default date of a plan."""
    return max(read_table(path, unique=False).newest for path in shipped_tables())
