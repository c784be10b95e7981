"""``ipse case show``: what is printed, and what must never be."""

from __future__ import annotations

import json
from pathlib import Path

from case_files import FACTS, descriptor, packet, write_case
from packet_mutations import everything
from typer.testing import CliRunner

from ipse.cli.main import app
from ipse.genome.embedded import embedded
from ipse.patient.calls import open_patient_genome
from ipse.patient.read import read_case
from ipse.patient.summary import summary
from ipse.patient.variants import locate_variants
from ipse.plan.model import CaseSummary

run = CliRunner()


def private() -> dict[str, object]:
    """A case with things that identify a person in every place that allows them."""
    document = everything()
    document["subject"] |= {
        "id": "proband", "alternateIds": ["MRN-4711"], "dateOfBirth": "1920-07-03T00:00:00Z",
        "timeAtLastEncounter": {"timestamp": "2019-08-05T00:00:00Z"},
    }  # fmt: skip
    document["phenotypicFeatures"][0]["description"] = "seen by Dr Secretname"
    document["measurements"][0]["description"] = "taken by Nurse Secretname"
    document["files"][0]["individualToFileIdentifiers"] = {"proband": "SECRETNAME_S1"}
    document["medicalActions"][0]["procedure"]["performed"] = {"timestamp": "2018-02-09T00:00:00Z"}
    return document


def test_text_names_everything_and_nobody(tmp_path: Path) -> None:
    facts = FACTS + "prior_gene_therapy\tno\t\t2018-11-23\tDr Secretname\n"
    folder = write_case(tmp_path / "c", private() | {"extra": {"a": [1, 2]}}, facts)
    shown = run.invoke(app, ["case", "show", str(folder)])
    assert shown.exit_code == 0, shown.output
    for words in (
        "LOINC:29463-7: 7.5 kg", "Variant 1", "NM_001875.4:c.1003C>T", "90 years or older",
        "prior_gene_therapy: no, 2018", "/extra/a/* (2)", "Findings", "not used",
    ):  # fmt: skip
        assert words in shown.output, words
    data = run.invoke(app, ["case", "show", str(folder), "--format", "json"])
    read = json.loads(data.output)
    assert read["leaves"]["not_used"] == ["/extra/a/0", "/extra/a/1"]
    for secret in ("1920", "Secretname", "MRN-4711", "SECRETNAME", "2018-", "2019-08"):
        assert secret not in shown.output and secret not in data.output, secret


def test_summary_is_what_a_plan_takes(tmp_path: Path, examples: Path) -> None:
    folder = write_case(tmp_path / "c", private())
    for path in (folder, *sorted(p.parent for p in examples.glob("*/case.json"))):
        case = read_case(path)
        made = CaseSummary(**summary(case))
        leaves = case.leaves
        assert made.leaves["used"] == len(leaves.used)
        assert made.id == f"case-{case.inputs[0].sha256[:8]}"


def test_errors_end_with_status_2(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "c", '{"id": ')
    failed = run.invoke(app, ["case", "show", str(folder)])
    assert failed.exit_code == 2
    folder = write_case(tmp_path / "d", packet(), FACTS + "pregnant\tyes\t\t\t\n")
    failed = run.invoke(app, ["case", "show", str(folder)])
    assert failed.exit_code == 2


def test_names_of_people_stay_out_of_what_is_written(tmp_path: Path) -> None:
    document = packet(id="Jane Doe", files=[
        {"uri": "JaneDoe.vcf", "individualToFileIdentifiers": {"proband": "JaneDoe"}},
        {"uri": "JaneDoe-absent.vcf"}, {"uri": "https://example.org/JaneDoe.vcf"},
    ])  # fmt: skip
    members = descriptor(document)
    members["label"] = "Jane Doe's variant"
    members["vcfRecord"] = {
        "genomeAssembly": "hg38", "chrom": "2", "pos": 210591886, "ref": "C", "alt": "T",
    }  # fmt: skip
    members["geneContext"] = {"symbol": "CPS1"}
    members["expressions"] = []
    folder = write_case(tmp_path / "Jane Doe", document)
    (folder / "JaneDoe.vcf").write_text(
        '##fileformat=VCFv4.2\n##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        "##contig=<ID=2,length=242193529>\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tJaneDoe\n"
        "2\t210591886\t.\tC\tT\t.\tPASS\t.\tGT\t0/0\n"
    )
    case = read_case(folder)
    genome = embedded()
    calls = open_patient_genome(case, genome.reference)
    assert calls is not None and calls.sample == "JaneDoe"
    variants, findings = locate_variants(case, genome, calls)
    assert variants[0].call == "reference"
    written = (summary(case), case.findings, case.inputs, variants, findings)
    assert "Jane" not in str(written).replace("label-differs", "")
    assert [item.path for item in case.inputs] == ["case.json", "files[0]"]
    assert summary(case)["files"][:2] == (
        "files[0], vcf", "files[1], vcf, not found on this machine",
    )  # fmt: skip
    bare = (folder / "case.json").rename(folder / "JaneDoe.json")
    assert read_case(bare).inputs[0].path == "phenopacket"
