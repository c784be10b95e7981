"""``ipse pegrna``: a variant, a bare sequence, and input that is neither."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipse.cli.main import app

RUNNER = CliRunner()
HEK3 = (
    "GCTTCTCCAGCCCTGGCCTGGGTCAATCCTTGGGGCCCAGACTGAGCACG(+CTT)TGATGGCAGAGGAAAGGAAGCCCTGCTTCCTCCAGAGG"
    "GCGTCGCAGGACAGC"
)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def test_bare_sequence_gives_the_published_pegrna(tmp_path: Path) -> None:
    out = tmp_path / "pegrnas.tsv"
    done = RUNNER.invoke(app, ["pegrna", "--sequence", HEK3, "--editors", "PE2", "-o", str(out)])
    assert done.exit_code == 0, done.output
    first = read(out)[0]
    assert (first["spacer"], first["extension"], first["pam"]) == (
        "GGCCCAGACTGAGCACGTGA", "TCTGCCATCAAAGCGTGCTCAGTCTG", "TGG",
    )  # fmt: skip
    assert float(first["fold_kcal_mol"]) < 0
    start, end = int(first["protospacer_start_1based"]), int(first["protospacer_end_1based"])
    assert HEK3.replace("(+CTT)", "")[start - 1 : end] == first["spacer"]


def test_lengths_are_those_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "pegrnas.tsv"
    options = ["--pbs", "11-12", "--rtt-max", "20", "--editors", "PE2", "-o", str(out)]
    done = RUNNER.invoke(app, ["pegrna", "--sequence", HEK3, *options])
    assert done.exit_code == 0, done.output
    rows = [row for row in read(out) if row["kind"] == "pegRNA"]
    assert {row["pbs_nt"] for row in rows} == {"11", "12"}
    assert max(int(row["rtt_nt"]) for row in rows) == 20


def test_variant_on_the_embedded_locus(tmp_path: Path) -> None:
    out = tmp_path / "pegrnas.tsv"
    done = RUNNER.invoke(
        app, ["pegrna", "--variant", "NM_000518.5:c.20A>T", "--editors", "PE2", "-o", str(out)]
    )
    assert done.exit_code == 0, done.output
    rows = read(out)
    assert "GTAACGGCAGACTTCTCCAC" in {row["spacer"] for row in rows}
    assert {row["contig"] for row in rows} == {"chr11"}
    assert any(row["silent_change"] for row in rows)


def test_no_single_flap_is_said_with_the_pairs_that_do() -> None:
    left, right = HEK3.split("(+CTT)")
    long = "ACGTTGCATTCGAACCTGTA" * 5
    done = RUNNER.invoke(app, ["pegrna", "--sequence", f"{left}(+{long}){right}"])
    assert done.exit_code == 0, done.output
    assert "no pegRNA: 100 bases to write" in done.output and "pairs of flaps" in done.output


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ([], "--variant, --sequence"),
        (["--variant", "chr2-1-A-C", "--sequence", HEK3], "--variant, --sequence"),
        (["--sequence", "ACGT"], "--sequence"),
        (["--sequence", "ACG(T/A"], "--sequence"),
        (["--sequence", HEK3, "--gene", "CPS1"], "--gene"),
        (["--sequence", HEK3, "--pbs", "17-8"], "--pbs"),
        (["--sequence", HEK3, "--pbs", "x"], "--pbs"),
        (["--sequence", HEK3, "--pbs", "8-99"], "--pbs"),
        (["--sequence", HEK3, "--rtt-max", "3"], "--rtt-max"),
        (["--sequence", HEK3, "--editors", "PE9"], "--editors"),
        (["--sequence", HEK3, "--vcf", "none.vcf"], "--vcf"),
        (["--sequence", HEK3, "--fold", "vienna"], "--fold"),
        (["--variant", "no such thing"], ""),
        (["--variant", "NM_000518.5:c.20A>T", "--vcf", "none.vcf"], "--vcf"),
    ],
)
def test_bad_input_is_told_and_ends_with_status_2(
    options: list[str], field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    done = RUNNER.invoke(app, ["pegrna", *options])
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output and field in done.output
