"""``ipse primers`` as typed."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipse.cli.main import app

run = partial(CliRunner().invoke, app)
Q335X = "NM_001875.5:c.1003C>T"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def test_a_variant_to_an_order(tmp_path: Path) -> None:
    out = tmp_path / "order"
    done = run(["primers", Q335X, "--adaptors", "nextera", "-o", str(out)])
    assert done.exit_code == 0, done.output
    (pair,) = rows(out / "primers.tsv")
    assert (pair["name"], pair["unintended_products"]) == ("CPS1 c.1003C>T", "0")
    wells = rows(out / "plate.tsv")
    assert [(well["plate"], well["well"]) for well in wells] == [("F1", "A1"), ("R1", "A1")]
    assert wells[0]["sequence"].endswith(pair["forward"])
    records = (out / "amplicons.fa").read_text().split(">")[1:]
    one, two = (record.split("\n")[1] for record in records)
    differ = [k for k in range(len(one)) if one[k] != two[k]]
    assert len(differ) == 1
    assert (one[differ[0]], two[differ[0]]) == ("T", "C")
    again = run(["primers", Q335X, "-o", str(out)])
    assert again.exit_code == 2
    assert "files of an earlier order" in again.output
    assert run(["primers", Q335X, "-o", str(out), "--force"]).exit_code == 0


def test_exons_of_a_gene_are_cut_to_fit(tmp_path: Path) -> None:
    done = run(["primers", "--gene", "F9", "--no-specificity", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    names = [row["name"] for row in rows(tmp_path / "primers.tsv")]
    assert "F9_exon1" in names
    assert "F9_exon8.1" in names


def test_a_file_of_targets_and_what_is_not_held(tmp_path: Path) -> None:
    bed = tmp_path / "t.bed"
    bed.write_text("track name=x\n#c\nchr2\t210591880\t210591900\tsite\nchr3\t10\t20\n")
    done = run(["primers", "--targets", str(bed), "--no-specificity", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    first, second = rows(tmp_path / "primers.tsv")
    assert (first["name"], first["target_start_1based"], first["target_end"]) == (
        "site", "210591881", "210591900",
    )  # fmt: skip
    assert "not in reference" in second["reason"]
    table = tmp_path / "t.tsv"
    table.write_text(f"name\tgene\ttarget\na\t\t{Q335X}\na\tTTR\tV30M\n")
    done = run(["primers", "--targets", str(table), "--no-specificity", "-o", str(tmp_path / "2")])
    assert done.exit_code == 0, done.output
    assert [row["name"] for row in rows(tmp_path / "2" / "primers.tsv")] == ["a", "a_2"]


def test_a_vcf_of_targets(tmp_path: Path) -> None:
    path = tmp_path / "t.vcf"
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\n"
    path.write_text(f"{head}chr2\t210591886\tq\tC\tT,G\n")
    done = run(["primers", "--targets", str(path), "--no-specificity", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert [row["name"] for row in rows(tmp_path / "primers.tsv")] == ["q", "q_2"]
    for record in ("chr2\t210591886\t.\tC\t<DEL>\n", "chr2\t210591886\t.\tC\n"):
        path.write_text(head + record)
        done = run(["primers", "--targets", str(path)])
        assert done.exit_code == 2, done.output


def test_the_patients_variants_are_kept_from_the_ends(tmp_path: Path) -> None:
    run(["primers", Q335X, "--no-specificity", "-o", str(tmp_path / "free")])
    (free,) = rows(tmp_path / "free" / "primers.tsv")
    end = int(free["product_start_1based"]) + len(free["forward"]) - 1
    calls = tmp_path / "calls.vcf"
    base = free["forward"][-1]
    calls.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr2>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
        f"chr2\t{end}\t.\t{base}\t{'A' if base != 'A' else 'G'}\t.\t.\t.\tGT\t0|1\n"
    )
    command = ["primers", Q335X, "--no-specificity", "--vcf", str(calls), "-o", str(tmp_path / "p")]
    done = run(command)
    assert done.exit_code == 0, done.output
    (moved,) = rows(tmp_path / "p" / "primers.tsv")
    last = int(moved["product_start_1based"]) + len(moved["forward"]) - 1
    assert not last - 4 <= end <= last


def test_an_edit_of_a_plan(tmp_path: Path, examples: Path) -> None:
    folder = tmp_path / "plan"
    case = examples / "ttr-amyloidosis"
    made = run(["plan", str(case), "-o", str(folder), "--strategies", "base-edit-correct",
                "--sections", "1", "-f", "json"])  # fmt: skip
    assert made.exit_code == 0, made.output
    command = ["primers", "--plan", str(folder), "--no-specificity", "-o", str(tmp_path / "o")]
    done = run(command)
    assert done.exit_code == 0, done.output
    first, *others = rows(tmp_path / "o" / "primers.tsv")
    assert first["role"] == "target"
    assert first["name"].endswith("-target")
    assert {row["role"] for row in others} <= {"off_target"}
    for bad in (
        ["--proposal", "1"],
        ["--plan", str(tmp_path)],
        ["--plan", str(folder), "--proposal", "x"],
    ):
        assert run(["primers", *bad]).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no target was given"),
        (["chr2:9-3"], "ends before it starts"),
        (["chr2:0-3"], "outside its contig"),
        (["chrQ:1-4"], "no contig"),
        (["foo"], "not understood"),
        ([Q335X, "--amplicon", "abc"], "not understood"),
        ([Q335X, "--amplicon", "300-200"], "cannot have this size"),
        ([Q335X, "--adaptors", "x"], "no such adaptors"),
        ([Q335X, "--sample", "S"], "no file of calls"),
        (["--gene", "NOPE"], "NOPE"),
        (["--targets", "absent.bed"], "cannot be read"),
        (["--gene", "TTR", "--amplicon", "80-90"], "shows an exon"),
    ],
)
def test_bad_input_is_told_without_a_traceback(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(["primers", *arguments])
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("text", ["", "#\n", "chr2\t5\n", "chr2\t9\t3\n", "name\ttarget\nx\t\n"])
def test_bad_files_of_targets(text: str, tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text(text)
    done = run(["primers", "--targets", str(path)])
    assert done.exit_code == 2, done.output
    assert "t.txt" in done.output
