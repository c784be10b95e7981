"""Batches and typed cases: the same edits as a plan's, in the order given, bad lines told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipse.core.errors import InputError
from ipse.core.progress import Silent
from ipse.genome.registry import open_genome
from ipse.patient.read import read_case
from ipse.patient.typed_case import typed_case
from ipse.plan.batch import Asked, edit_all, read_batch
from ipse.plan.planner import PlanOptions, propose

FAST = PlanOptions(strategies=("base-edit-correct", "base-edit-tolerated"), off_targets=False)
ASKED = [
    Asked("NM_001875.5:c.1003C>T", zygosity="heterozygous"),
    Asked("V30M", gene="TTR"),
    Asked("nonsense"),
    Asked("chr1-94000000-C-T"),
    Asked("NM_000518.5:c.20A>T", zygosity="triploid"),
    Asked("NM_000518.5:c.20A>T", zygosity="homozygous", disease="OMIM:603903"),
]


def test_a_batch_says_what_came_of_every_line() -> None:
    done = list(edit_all(ASKED, FAST))
    assert [item.asked for item in done] == ASKED
    assert [bool(item.proposals) for item in done] == [True, True, False, False, False, True]
    assert "not understood" in done[2].error
    assert "not in reference" in done[3].error
    assert "triploid" in done[4].error
    best = done[0].proposals[0]
    assert best.design["spacer"] == "TGATTCTAAGCAGTAATGAA" and best.rank == 1
    assert best.off_targets is None
    assert "off-targets-not-searched" in {finding.code for finding in best.findings}
    assert {item.strategy for one in done for item in one.not_proposed} <= set(
        FAST.strategies or ()
    )


def test_processes_do_not_change_what_comes_out() -> None:
    assert list(edit_all(ASKED[:3], FAST, workers=2)) == list(edit_all(ASKED[:3], FAST))


def test_a_typed_case_is_the_case_written_out(tmp_path: Path, examples: Path) -> None:
    genome = open_genome("embedded")
    folder = typed_case(
        tmp_path, "CPS1 Q335X", genome, zygosity="heterozygous", disease="OMIM:237300"
    )
    case = read_case(folder)
    assert not case.leaves.unused
    options = PlanOptions(strategies=("base-edit-correct",))
    *_, typed = propose(folder, genome, options, Silent())
    *_, written = propose(examples / "cps1-q335x", genome, options, Silent())
    spacers = [item.design["spacer"] for item in written.proposals.values()]
    assert [item.design["spacer"] for item in typed.proposals.values()] == [
        spacer for spacer in spacers if spacer in {i.design["spacer"] for i in
                                                   typed.proposals.values()}
    ]  # fmt: skip
    assert next(iter(typed.proposals.values())).precedent == "human"


def test_calls_and_their_sample_travel_with_a_typed_case(tmp_path: Path) -> None:
    genome = open_genome("embedded")
    with pytest.raises(InputError, match="no such file"):
        typed_case(tmp_path, "CPS1 Q335X", genome, vcf=tmp_path / "absent.vcf")
    calls = tmp_path / "calls.vcf"
    calls.write_text("##fileformat=VCFv4.2\n")
    case = read_case(typed_case(tmp_path, "CPS1 Q335X", genome, vcf=calls, sample="P1"))
    (file,) = case.vcf_files()
    assert file.path == calls and file.samples == {case.subject.id: "P1"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("# only a remark\n", "empty"),
        ("variant\tsize\nV30M\t3\n", "unknown column"),
        ("variant\tgene\nV30M\tTTR\tmore\n", "more cells"),
        ("variant\tgene\n\tTTR\n", "names no variant"),
    ],
)
def test_a_bad_file_of_variants_is_refused(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "variants.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=word):
        read_batch(path)


def test_a_file_of_variants_with_and_without_a_header(tmp_path: Path) -> None:
    path = tmp_path / "variants.tsv"
    path.write_text("TTR V30M\n\n# remark\nNM_001875.5:c.1003C>T\n")
    assert [item.variant for item in read_batch(path)] == ["TTR V30M", "NM_001875.5:c.1003C>T"]
    path.write_text("gene\tvariant\nTTR\tV30M\n")
    assert read_batch(path) == [Asked("V30M", gene="TTR", line=2)]
    with pytest.raises(InputError):
        read_batch(tmp_path)
