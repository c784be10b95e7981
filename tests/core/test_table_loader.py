"""The loader of cited tables refuses what cannot be checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ipse.core.errors import InputError, IpseError
from ipse.core.tables import catalogue_date, read_table, shipped_tables

HEADER = "name\tvalue\tvalue_source\tsource\tas_of\n"
ROW = "window\t4\t\tdoi:10.1038/nature17946\t2026-11-22\n"


@pytest.fixture
def table(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "things.tsv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_reads_rows_sources_and_newest_date(table) -> None:
    read = read_table(
        table(HEADER + ROW + "width\t0.5\tpmid:7\tlabel:EU GMP annex 2 2018-06-26\t2026-11-23\n")
    )
    assert read.name == "things"
    assert [row["name"] for row in read] == ["window", "width"]
    assert read.newest == date(2026, 11, 23)
    assert read["window"].integer("value") == 4
    assert read["width"].number("value") == 0.5
    assert read["window"].sources_of("value") == ("doi:10.1038/nature17946",)
    assert read["width"].sources_of("value") == ("pmid:7",)
    assert read["width"].source == ("label:EU GMP annex 2 2018-06-26",)
    assert [row.line for row in read] == [2, 3]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "source"),
        ("name\tas_of\nx\t2026-11-22\n", "source"),
        ("name\tsource\nx\tpmid:1\n", "as_of"),
        (HEADER + "x\t1\t\t\t2026-11-22\n", "line 2"),
        (HEADER + "x\t1\t\tfrom memory\t2026-11-22\n", "line 2"),
        (HEADER + ROW + "x\t1\tmemory\tpmid:1\t2026-11-22\n", "line 3"),
        (HEADER + "x\t1\t\tpmid:1\t\n", "as_of"),
        (HEADER + "x\t1\t\tpmid:1\tlast year\n", "as_of"),
        (HEADER + "x\t1\t\tpmid:1\t2026-13-01\n", "as_of"),
        (HEADER + "x\t1\t\tpmid:1\n", "line 2"),
        (HEADER + ROW.rstrip("\n") + "\tmore\n", "line 2"),
        (HEADER + ROW + ROW, "name"),
    ],
)
def test_refuses(table, text: str, field: str) -> None:
    path = table(text)
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert caught.value.file == str(path)
    assert field in (caught.value.field or "")


def test_refuses_a_table_without_rows(table) -> None:
    with pytest.raises(InputError, match="no rows"):
        read_table(table(HEADER))


def test_conflicting_values_may_stand_side_by_side(table) -> None:
    assert len(read_table(table(HEADER + ROW + ROW), unique=False).rows) == 2


def test_a_quote_is_an_ordinary_letter(table) -> None:
    text = 'name\tnote\tsource\tas_of\nx\t5" and "quoted\tpmid:1\t2026-11-22\n'
    assert read_table(table(text))["x"]["note"] == '5" and "quoted'


def test_bad_numbers_name_table_line_and_column(table) -> None:
    row = read_table(table(HEADER + "x\tmany\t\tpmid:1\t2026-11-22\n"))["x"]
    with pytest.raises(IpseError) as caught:
        row.number("value")
    assert "line 2" in str(caught.value)
    assert "many" in str(caught.value)
    empty = read_table(table(HEADER + "x\t\t\tpmid:1\t2026-11-22\n"))["x"]
    assert empty.optional_int("value") is None
    with pytest.raises(IpseError):
        empty.integer("value")


@pytest.mark.parametrize("path", shipped_tables(), ids=lambda path: path.stem)
def test_every_shipped_table_is_cited(path: Path) -> None:
    read = read_table(path, unique=False)
    assert all(row.source for row in read)
    assert read.newest <= catalogue_date()
