"""GenBank records: written, read back, and the same bytes for the same construct."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.construct.genbank import (
    AnnotatedSequence,
    Feature,
    locus_name,
    read_genbank,
    to_record,
    write_genbank,
)
from ipse.core.errors import InputError

SEQUENCE = "ATGGCCTTTAAACCCGGGTAGACGTACGTACGT"
CONSTRUCT = AnnotatedSequence(
    name="a name that is far too long for GenBank",
    accession="TEST_1",
    description='a construct – with α and a "quote"',
    sequence=SEQUENCE,
    day=date(2026, 11, 22),
    features=(
        Feature("CDS", ((0, 9), (12, 21)), 1, label="coding", qualifiers={"gene": "ABC1"}),
        Feature("exon", ((2, 6), (20, 30)), -1, label="reverse"),
        Feature("misc_feature", ((4, 5),), notes=("one base",), sources=("doi:10.1/x", "pmid:1")),
    ),
    comments=("first line", "second line"),
)


def test_a_record_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "x.gb"
    write_genbank(path, CONSTRUCT)
    record = read_genbank(path)
    assert str(record.seq) == SEQUENCE
    assert record.name == "a_name_that_is_f"
    assert record.annotations["date"] == "22-NOV-2026"
    assert record.annotations["comment"] == "first line\nsecond line"
    coding, reverse, base = record.features
    assert str(coding.extract(record.seq)) == SEQUENCE[0:9] + SEQUENCE[12:21]
    assert coding.qualifiers["gene"] == ["ABC1"]
    # the complement of a joined feature is read from its right end
    turned = SEQUENCE[2:6] + SEQUENCE[20:30]
    assert str(reverse.extract(record.seq).reverse_complement()) == turned
    assert reverse.location.strand == -1
    assert (int(base.location.start), int(base.location.end)) == (4, 5)
    assert base.qualifiers["note"] == ["one base", "source: doi:10.1/x; pmid:1"]


def test_positions_in_the_file_are_one_based(tmp_path: Path) -> None:
    path = tmp_path / "x.gb"
    write_genbank(path, CONSTRUCT)
    text = path.read_text("ascii")
    assert "     CDS             join(1..9,13..21)\n" in text
    assert "     exon            complement(join(3..6,21..30))\n" in text
    assert "     misc_feature    5\n" in text


def test_equal_constructs_give_equal_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1.gb", tmp_path / "2.gb"
    write_genbank(first, CONSTRUCT)
    write_genbank(second, replace(CONSTRUCT))
    assert first.read_bytes() == second.read_bytes()


def test_a_feature_outside_the_sequence_is_refused(tmp_path: Path) -> None:
    outside = replace(CONSTRUCT, features=(Feature("exon", ((0, 99),)),))
    with pytest.raises(InputError, match="outside its sequence"):
        write_genbank(tmp_path / "x.gb", outside)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_genbank_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gb"
    path.write_text(">fasta\nACGT\n")
    with pytest.raises(InputError, match="GenBank"):
        read_genbank(path)


@given(st.text(max_size=40))
def test_any_text_becomes_a_locus_name(text: str) -> None:
    name = locus_name(text)
    assert 1 <= len(name) <= 16
    assert name.isascii() and " " not in name


def test_circular_and_linear_are_kept() -> None:
    assert to_record(replace(CONSTRUCT, topology="circular")).annotations["topology"] == "circular"
