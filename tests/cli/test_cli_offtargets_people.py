"""``ipse offtargets`` of a person and a cohort, as typed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from ipse.cli.main import app

run = partial(CliRunner().invoke, app)
GUIDE = "GATTACAGATTACAGATTAC"
LETTERS = "ACGTACCTACGTCATGCATG" + GUIDE + "TGG" + "TTACGATCGATTACGATTTA"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IPSE_HOME", str(tmp_path / "home"))
    (tmp_path / "g.fa").write_text(f">c\n{LETTERS}\n")
    head = "##fileformat=VCFv4.2\n##contig=<ID=c>\n"
    head += '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT S T".replace(" ", "\t")
    record = "c 21 . G C . . . GT 0|1 1|1".replace(" ", "\t")
    (tmp_path / "calls.vcf").write_text(f"{head}{columns}\n{record}\n")
    return tmp_path


def asked(files: Path, *more: str) -> list[str]:
    return ["offtargets", GUIDE, "--reference", str(files / "g.fa"), "-m", "2", *more]


def test_a_person(files: Path) -> None:
    out = files / "hits.tsv"
    done = run(asked(files, "--vcf", str(files / "calls.vcf"), "--sample", "S", "--out", str(out)))
    assert done.exit_code == 0, done.output
    assert "1 same, 1 weaker" in done.stdout
    rows = pl.read_csv(out, separator="\t").select("haplotypes", "variants", "change").rows()
    assert rows == [("ref,1", None, "same"), ("2", "c:21:G:C", "weaker")]


def test_a_cohort_with_groups_and_carriers(files: Path) -> None:
    out, carriers, groups = files / "hits.tsv", files / "who.tsv", files / "groups.tsv"
    groups.write_text("S\tnorth\nT\tsouth\n")
    done = run(
        asked(files, "--vcf", str(files / "calls.vcf"), "--population", "--groups", str(groups),
              "--carriers", str(carriers), "--out", str(out))
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    rows = pl.read_csv(out, separator="\t")
    assert rows.select("carriers", "copies", "frequency", "frequency_north").rows() == [
        (1, 1, 0.25, 0.5), (2, 3, 0.75, 0.5),
    ]  # fmt: skip
    who = pl.read_csv(carriers, separator="\t")
    assert who.filter(pl.col("site") == 1).select("sample", "haplotypes", "group").rows() == [
        ("S", "2", "north"), ("T", "1,2", "south"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field"),
    [(["--sample", "S"], "--sample"), (["--population"], "--population"),
     (["--groups", "x"], "--groups"), (["--carriers", "x"], "--carriers"),
     (["--vcf", "calls.vcf", "--all-alignments"], "--all-alignments")],
)  # fmt: skip
def test_options_that_do_not_go_together(files: Path, more: list[str], field: str) -> None:
    done = run(asked(files, *more))
    assert done.exit_code == 2 or done.exception is not None
    assert field in f"{done.output}{done.exception}"


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        (["--vcf", "calls.vcf"], "--sample", "one of: S, T"),
        (["--vcf", "calls.vcf", "--sample", "U"], "--sample", "one of: S, T"),
        (["--vcf", "absent.vcf"], "--vcf", "a VCF or BCF file"),
        (["--vcf", "g.fa"], None, "VCF or BCF, plain or compressed"),
        (["--reference", "absent.fa"], "--reference", "a FASTA file"),
        (["--scheduler", "nonsense"], "--scheduler", "tcp://127.0.0.1:8786"),
    ],
)
def test_what_is_not_there_is_named_by_its_option(
    files: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], field: str | None, words: str
) -> None:
    monkeypatch.chdir(files)
    done = run(asked(files, *more))
    assert done.exit_code == 2
    assert field is None or f"field: {field}\n" in done.output
    assert words in done.output


def test_the_table_says_who_has_a_site(files: Path) -> None:
    done = run(asked(files, "--vcf", str(files / "calls.vcf"), "--sample", "S"))
    assert "same (ref,1)" in done.stdout
    assert "weaker (2) c:21:G:C" in done.stdout
    assert "2 sites by edits" in done.stdout


def test_a_long_guide_that_looks_like_one_with_its_pam_is_searched_and_said(files: Path) -> None:
    genome = ["--reference", str(files / "g.fa")]
    done = run(["offtargets", "TTTA" + GUIDE, *genome, "--pam", "TTTV"])
    assert done.exit_code == 0, done.output
    assert "begins with TTTA like a PAM" in done.stderr
    done = run(["offtargets", "TTTA" + GUIDE, *genome, "--pam", "TTTV", "--spacer-only"])
    assert "like a PAM" not in done.stderr
    done = run(["offtargets", GUIDE, *genome, "--pam", "TTTV"])
    assert "like a PAM" not in done.stderr
