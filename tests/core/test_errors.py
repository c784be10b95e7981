"""Errors name the file, field, value, what was expected and the next step."""

from __future__ import annotations

from ipse.core.errors import InputError, IpseError, NotInReference


def test_all_parts_are_printed_in_order() -> None:
    error = InputError(
        "wrong",
        file="case.json",
        field="subject.sex",
        value="X\nY",
        expected="MALE",
        next_step="go",
    )
    assert str(error).splitlines() == [
        "wrong",
        "  file: case.json",
        "  field: subject.sex",
        "  value: X\\nY",
        "  expected: MALE",
        "  next step: go",
    ]


def test_long_values_are_cut_and_absent_parts_left_out() -> None:
    text = str(InputError("wrong", value="A" * 10_000))
    assert len(text) < 200
    assert "…" in text
    assert "file" not in text


def test_exit_statuses() -> None:
    assert InputError("x").exit_status == 2
    assert IpseError("x").exit_status == 1


def test_absent_sequence_is_told_one_based() -> None:
    error = NotInReference("chr2", 9, 20, "embedded")
    assert "chr2:10-20" in str(error)
    assert "ipse genome add" in str(error)
