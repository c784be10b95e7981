"""``ipse guides`` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from ipse.cli.main import app

runner = CliRunner()


def run(*words: str) -> tuple[int, str]:
    result = runner.invoke(app, ["guides", *words])
    return result.exit_code, result.output + (result.stderr or "")


def test_guides_of_an_exon_are_shown_and_written(tmp_path: Path) -> None:
    out = tmp_path / "guides.tsv"
    status, text = run("--gene", "TTR", "--exon", "2", "-o", str(out))
    assert status == 0
    assert "AAAGGCTGCTGATGACACCT GGG" in text
    assert "14 guides, 14 with an efficiency" in text
    table = pl.read_csv(out, separator="\t")
    assert table.height == 14
    assert table["efficiency"].is_between(0, 1).all()
    assert (table["efficiency_low"] <= table["efficiency"]).all()
    assert (table["efficiency"] <= table["efficiency_high"]).all()
    assert set(table["part"]) == {"exon 2"}


def test_a_pam_without_a_score_says_why(tmp_path: Path) -> None:
    out = tmp_path / "guides.tsv"
    status, text = run("--region", "chr18:31,592,897-31,593,026", "--pam", "TTTV", "-o", str(out))
    assert status == 0
    assert "no efficiency: ipse-spcas9" in text
    table = pl.read_csv(out, separator="\t", schema_overrides={"efficiency": pl.Float64})
    assert table["efficiency"].null_count() == table.height
    assert set(table["spacer"].str.len_chars()) <= {23}


def test_bases_that_are_not_held_are_told() -> None:
    status, text = run("--region", "chr18:31586000-31587500")
    assert status == 0
    assert "767 of 1,501 bases are not in reference 'embedded'" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--region, --gene"),
        (("--region", "chr18", "--gene", "TTR"), "--region, --gene"),
        (("--region", "chr18", "--exon", "2"), "--exon, --flank"),
        (("--region", "chr18:1-100"), "is not in reference"),
        (("--region", "chr18:9-1"), "not on its contig"),
        (("--gene", "TTRX"), "TTRX"),
        (("--gene", "TTR", "--exon", "9"), "1 to 4"),
        (("--gene", "TTR", "--pam", "NXG"), "IUPAC"),
        (("--gene", "TTR", "--scorer", "best"), "ipse or rule-set-3"),
    ],
)
def test_bad_input_is_told_without_a_traceback(words: tuple[str, ...], told: str) -> None:
    status, text = run(*words)
    assert status in (1, 2)
    assert told in text
    assert "Traceback" not in text
