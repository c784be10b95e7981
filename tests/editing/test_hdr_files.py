"""Files of repairs from a template: cut sites, FASTA, GenBank of donors."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from Bio import SeqIO
from edit_cases import context, design, named, proposals

from ipse.construct.genbank import read_genbank
from ipse.core.proposal import Proposal
from ipse.modalities.editing import EditingModality
from ipse.modalities.editing.catalogue import all_nucleases
from ipse.modalities.editing.design.hdr.rules import parts
from ipse.modalities.editing.design.hdr.strategy import TemplateRepair

MODALITY = EditingModality((TemplateRepair(),))


def written(name: str, folder: Path) -> list[Proposal]:
    where = context([named(name)])
    found = proposals(named(name), families=(TemplateRepair(),))
    MODALITY.artefacts(found, found[:3], folder, where)
    return found


@pytest.mark.parametrize("name", ["v30m", "f508del"])
def test_templates_in_the_fasta_are_those_of_the_plan(name: str, tmp_path: Path) -> None:
    found = written(name, tmp_path)
    with (tmp_path / "donors.fa").open() as handle:
        records = list(SeqIO.parse(handle, "fasta"))
    for item in found:
        made = design(item)
        assert made.hdr is not None and made.hdr.donor is not None
        mine = [str(record.seq) for record in records if record.id == item.id]
        assert mine == [*(one.sequence for one in made.hdr.oligos), made.hdr.donor.sequence]


def test_cut_sites_lists_every_cut_and_says_why_not(tmp_path: Path) -> None:
    found = written("v30m", tmp_path)
    with (tmp_path / "cut-sites.tsv").open() as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    proposed = {row["spacer"] for row in rows if row["proposed"] == "yes"}
    assert proposed == {item.design["spacer"] for item in found}
    assert all(bool(row["why_not"]) == (row["proposed"] == "no") for row in rows)
    assert all(int(row["unchanged_bases_to_the_change"]) <= 30 for row in rows)
    named_there = {name for row in rows for name in row["nucleases"].split(", ")}
    assert named_there <= {item.name for item in all_nucleases()}
    assert {"SpCas9", "SaCas9-KKH", "AsCas12a", "SpRY", "Nme2Cas9"} <= named_there


def test_genbank_of_a_donor_runs_from_repeat_to_repeat(tmp_path: Path) -> None:
    found = written("v30m", tmp_path)
    for item in found[:3]:
        made = design(item)
        assert made.hdr is not None and made.hdr.donor is not None
        record = read_genbank(tmp_path / f"genbank/{item.id}-donor.gb")
        left, right = parts()["itr_left"].dna, parts()["itr_right"].dna
        assert str(record.seq) == left + made.hdr.donor.sequence + right
        labelled = {f.qualifiers["label"][0]: f for f in record.features}
        arms = [labelled[f"{side} homology arm"].extract(record.seq) for side in ("left", "right")]
        assert "".join(map(str, arms)) == made.hdr.donor.sequence
        silent = [f for f in record.features if f.type == "variation"]
        assert len(silent) == len(made.hdr.blocking)
        for one, feature in zip(made.hdr.blocking, silent, strict=True):
            assert str(feature.extract(record.seq)) == one.alt
