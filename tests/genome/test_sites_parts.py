"""PAMs, guides, scores, reading of files, and the verb."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import polars as pl
import pysam
import pytest
import typer
from test_sites_twin import reference_of
from typer.testing import CliRunner

from ipse.cli import offtargets as verb
from ipse.core.errors import InputError
from ipse.genome.reference import FastaReference
from ipse.genome.sites import Limits, Pam, SiteIndex, parse_guides, search
from ipse.genome.sites import scores as hit_scores
from ipse.genome.sites.specificity import summary

GUIDE = "CTAACAGTTGCTTTTATCAC"


def ascii_rows(*texts: str) -> np.ndarray:
    return np.array([list(text.encode()) for text in texts], np.uint8)


@pytest.mark.parametrize(
    ("text", "side", "seed", "scored"),
    [
        ("NGG", 3, 10, True), ("ngg+nag", 3, 10, True), ("NNGRRT", 3, 10, False),
        ("TTTV", 5, 6, False), ("NGA", 3, 10, True), ("TTN", 3, 10, True), ("NRN", 3, 10, False),
    ],
)  # fmt: skip
def test_pams(text: str, side: int, seed: int, scored: bool) -> None:
    pam = Pam.parse(text)
    assert (pam.side, pam.seed, pam.scored) == (side, seed, scored)


@pytest.mark.parametrize("text", ["", "NXG", "N" * 13, "NGG+TTTV", "NGG+"])
def test_bad_pams(text: str) -> None:
    with pytest.raises(InputError):
        Pam.parse(text)


def test_a_side_can_be_told() -> None:
    assert Pam.parse("TTN", 5).side == 5
    assert Pam.parse("TTN", 5).seed == 6
    with pytest.raises(InputError, match="no such side"):
        Pam.parse("TTN", 4)


def test_guides_are_read() -> None:
    pam = Pam.parse("NGG")
    guides = parse_guides(["cuaacaguugcuuuuaucac", GUIDE, "R" + GUIDE[1:]], pam)
    assert [guide.sequence for guide in guides] == [GUIDE, "R" + GUIDE[1:]]
    assert guides[1].wildcards == "R"


@pytest.mark.parametrize(
    ("guide", "words"),
    [
        ("", "no nucleotide"), ("CTAACAGTTGC-TTTATCAC", "no nucleotide"),
        (GUIDE[:16], "has 16 nt"), ("A" * 26, "has 26 nt"), (GUIDE + "TGG", "its PAM"),
    ],
)  # fmt: skip
def test_bad_guides(guide: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_guides(guide, Pam.parse("NGG"))


def test_a_long_spacer_can_be_meant() -> None:
    assert parse_guides(GUIDE + "TGG", Pam.parse("NGG"), spacer_only=True)[0].sequence[-3:] == "TGG"
    with pytest.raises(InputError, match="begins with TTTA"):
        parse_guides("TTTA" + GUIDE + "CTA", Pam.parse("TTTV"))


@pytest.mark.parametrize("limits", [(9, 0, 0), (-1, 0, 0), (4, 3, 0), (4, 0, -1)])
def test_bad_limits(limits: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="out of range"):
        Limits(*limits)


# Printed in the documentation of a public implementation after CRISPOR's, 100 for a perfect match.
MIT = [
    ("AAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAA", 100.0),
    ("AAGGCCAACCGGCGCCGCGC", "GCGCGGCGCCGGTTGGCCTT", 6.039504885480631e-06),
    ("GAAGGCCAACCGGCGCCGCG", "CGCGGCGCCGGTTGGCCTTC", 1.6703747039472636e-05),
]


@pytest.mark.parametrize(("guide", "target", "score"), MIT)
def test_mit_equals_a_printed_score(guide: str, target: str, score: float) -> None:
    made = hit_scores.mit(ascii_rows(guide), ascii_rows(target))
    assert made.tolist() == pytest.approx([score], rel=1e-9, abs=0)


def test_scores_are_empty_for_other_letters() -> None:
    guide, target = ascii_rows("A" * 20, "A" * 20), ascii_rows("N" + "A" * 19, "A" * 20)
    assert np.isnan(hit_scores.mit(guide, target)).tolist() == [True, False]
    pams = ascii_rows("AGG", "ANG")
    assert np.isnan(hit_scores.cfd(guide, target, pams)).tolist() == [True, True]


def test_specificity_of_a_guide() -> None:
    sites = pl.DataFrame(
        {
            "guide": ["g", "g", "g", "h"],
            "mismatches": [0, 2, 3, 1],
            "bulge_size": [0, 0, 1, 0],
            "cfd": [1.0, 0.25, None, 0.5],
            "mit": [100.0, 4.0, None, 10.0],
        }
    )
    first, second, third = summary(sites, ["g", "h", "none"]).iter_rows(named=True)
    assert [first[f"edits_{k}"] for k in range(5)] == [1, 0, 1, 0, 1]
    assert (first["sites"], first["scored"], first["unscored"]) == (3, 2, 1)
    assert first["specificity_cfd"] == pytest.approx(100 * 100 / 125, rel=1e-12, abs=0)
    assert first["specificity_mit"] == pytest.approx(100 * 100 / 104, rel=1e-12, abs=0)
    assert first["specificity_guidescan"] == pytest.approx(1 / 1.25, rel=1e-12, abs=0)
    assert second["specificity_guidescan"] == pytest.approx(1 / 1.5, rel=1e-12, abs=0)
    assert third["sites"] == 0
    assert third["specificity_cfd"] is None


def genome(tmp_path: Path, width: int, end: str = "\n") -> tuple[Path, dict[str, str]]:
    rng = random.Random(width)
    contigs = {}
    for name, length in (("chr1", 5003), ("chr2", 60), ("chr3", 7)):
        letters = "".join(rng.choice("ACGTACGTACGTacgtN") for _ in range(length))
        contigs[name] = letters[: length // 2] + GUIDE.lower() + "tGG" + letters[length // 2 :]
    path = tmp_path / f"g{width}.fa"
    with path.open("w", newline="") as handle:
        for name, letters in contigs.items():
            lines = [letters[i : i + width] for i in range(0, len(letters), width)]
            handle.write(f">{name} words{end}" + end.join(lines) + (end if name != "chr3" else ""))
    return path, contigs


@pytest.mark.parametrize("width", [10, 60, 10_000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_is_read_like_letters_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, end: str
) -> None:
    monkeypatch.setattr("ipse.genome.sites.stretches.STRETCH", 1024)
    path, contigs = genome(tmp_path, width, end)
    expected = search(GUIDE, reference_of(contigs), "NGG", Limits(8), threads=1)
    assert expected.filter(pl.col("mismatches") == 0).height == 3
    assert search(GUIDE, FastaReference.open(path), "NGG", Limits(8), threads=1).equals(expected)
    packed = tmp_path / "packed.fa.gz"
    pysam.tabix_compress(str(path), str(packed))
    assert search(GUIDE, FastaReference.open(packed), "NGG", Limits(8), threads=1).equals(expected)
    index = SiteIndex.build(FastaReference.open(path), tmp_path / "sites")
    assert search(GUIDE, index, "NGG", Limits(8), threads=1).equals(expected)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("IPSE_HOME", str(tmp_path / "home"))
    app = typer.Typer()
    verb.register(app)
    return lambda *options: CliRunner().invoke(app, [str(option) for option in options])


@pytest.mark.parametrize("form", ["tsv", "parquet", "bed", "vcf"])
def test_the_verb_writes_each_form(tmp_path: Path, run, form: str) -> None:  # type: ignore[no-untyped-def]
    path, contigs = genome(tmp_path, 60)
    out = tmp_path / f"hits.{form}"
    done = run(GUIDE, "--reference", path, "-m", 8, "-o", out, "--threads", 1)
    assert done.exit_code == 0, done.output
    expected = search(GUIDE, reference_of(contigs), "NGG", Limits(8), threads=1)
    if form == "tsv":
        read = pl.read_csv(out, separator="\t", schema_overrides={"variants": pl.String})
        assert read["start"].to_list() == expected["start"].to_list()
    elif form == "parquet":
        assert pl.read_parquet(out).select(expected.columns).equals(expected)
    elif form == "bed":
        rows = [line.split("\t") for line in out.read_text().splitlines()]
        assert [int(row[1]) for row in rows] == expected["start"].to_list()
        assert {row[5] for row in rows} <= {"+", "-"}
    else:
        with pysam.VariantFile(str(out)) as records:
            read_back = [(r.contig, r.pos, r.stop, r.info["GUIDE"]) for r in records]
        assert sorted(read_back) == sorted(
            (c, s, e, GUIDE) for c, s, e in expected.select("contig", "start", "end").iter_rows()
        )


def test_the_verb_builds_and_uses_an_index(tmp_path: Path, run) -> None:  # type: ignore[no-untyped-def]
    path, _ = genome(tmp_path, 60)
    guides, out = tmp_path / "guides.txt", [tmp_path / "a.tsv", tmp_path / "b.tsv"]
    guides.write_text(f"# two guides\n{GUIDE} first\n\n{GUIDE[::-1]}\n")
    options = ("--guides", guides, "--reference", path, "-m", 8, "--threads", 1)
    assert run(*options, "-o", out[0]).exit_code == 0
    built = run(*options, "-o", out[1], "--build-index", "--summary", tmp_path / "s.tsv")
    assert built.exit_code == 0, built.output
    assert out[0].read_bytes() == out[1].read_bytes()
    assert len(list((tmp_path / "home" / "sites").iterdir())) == 1
    assert (tmp_path / "s.tsv").read_text().count("\n") == 3
    words = next((tmp_path / "home" / "sites").glob("*/near_words"))
    words.write_bytes(b"")
    assert isinstance(run(*options).exception, InputError)
    assert run(*options, "--build-index", "-o", out[1]).exit_code == 0
    assert out[0].read_bytes() == out[1].read_bytes()


@pytest.mark.parametrize(
    "options",
    [(), ("--guides", "absent.txt"), ("ACGT",), (GUIDE, "--pam", "N?G"), (GUIDE, "-m", 9)],
)
def test_the_verb_refuses_bad_input(run, options: tuple[object, ...]) -> None:  # type: ignore[no-untyped-def]
    assert isinstance(run(*options).exception, InputError)
