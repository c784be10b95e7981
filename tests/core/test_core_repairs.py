"""Faults that were found and mended in the core: each stays mended."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from ipse.core.errors import InputError
from ipse.core.evidence import parse_source
from ipse.core.files import writing
from ipse.core.logic import Criterion, Expr, Truth, conjunction, deciding_sets
from ipse.core.tables import read_table


def test_deciding_sets_of_many_unknowns_are_minimal_and_quick() -> None:
    names = [f"c{number}" for number in range(200)]
    start = time.process_time()
    sets = deciding_sets(conjunction(names), {})
    assert time.process_time() - start < 5, "linear in a conjunction, not exponential"
    assert [item.outcome for item in sets] == [Truth.FALSE] * 200 + [Truth.TRUE]
    assert {name for item in sets[:-1] for name in item.values} == set(names)
    assert sets[-1].values == dict.fromkeys(names, Truth.TRUE)


def test_a_disjunction_of_many_is_decided_by_any_one() -> None:
    formula = Expr("or", tuple(Expr.atom(f"c{number}") for number in range(20)))
    sets = deciding_sets(formula, {})
    assert [len(item.values) for item in sets] == [1] * 20 + [20]
    assert sets[-1].outcome is Truth.FALSE


def test_a_misspelt_weight_is_refused() -> None:
    with pytest.raises(ValidationError):
        Criterion(name="n", value=Truth.FALSE, weight="requird")  # type: ignore[arg-type]


@pytest.mark.parametrize("source", ["label:FDA x 2025-13-45", "pmid:٣", "label:x 20250101"])
def test_sources_that_cannot_be_checked_are_refused(source: str) -> None:
    with pytest.raises(InputError):
        parse_source(source)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\tsource\tas_of\tname\na\tpmid:1\t2026-01-01\tb\n", "twice"),
        ("name\tsource\tas_of\na\tpmid:1\t20260101\n", "date"),
    ],
)
def test_tables_that_would_lose_data_are_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "t.tsv"
    file.write_text(text)
    with pytest.raises(InputError, match=says):
        read_table(file)


def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot read a table"):
        read_table(tmp_path / "t.tsv")
    with pytest.raises(InputError, match="cannot read a table"):
        read_table(tmp_path / "absent.tsv")


def test_numbers_of_a_table_are_numbers(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("name\tn\tsource\tas_of\na\tnan\tpmid:1\t2026-01-01\n")
    row = read_table(tmp_path / "t.tsv")["a"]
    for read in (row.number, row.optional_int):
        with pytest.raises(Exception, match="bad cell"):
            read("n")


def test_an_unreadable_input_is_not_called_a_failed_write(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError),
        writing(tmp_path / "out") as temporary,
    ):
        temporary.write_text("half")
        (tmp_path / "absent").read_text()
    assert list(tmp_path.iterdir()) == []
