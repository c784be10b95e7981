"""Orders of whole plans: every proposal has its items, its reach, and the common findings."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import polars as pl
import pytest
from edit_cases import MODALITY, answers, context, design, located, named, proposals
from test_edit_off_targets import own, world

from ipse.core.finding import Finding, Severity
from ipse.core.proposal import Proposal
from ipse.core.sections import Table, Text
from ipse.genome.embedded import embedded
from ipse.modalities.editing.design.prime.strategy import PrimeEditing
from ipse.modalities.editing.model import Partner
from ipse.modalities.editing.off_targets import guides_of
from ipse.modalities.editing.order.findings import common_findings, rearrangements
from ipse.modalities.editing.order.of_design import cargo_of, enzyme
from ipse.modalities.editing.order.report import TITLE, TSV


def codes(item: Proposal) -> set[str]:
    return {finding.code for finding in item.findings}


def finding(item: Proposal, code: str) -> Finding:
    (found,) = (one for one in item.findings if one.code == code)
    return found


def delivery(item: Proposal) -> tuple[float | None, str]:
    (found,) = (one for one in item.preferences if one.name == "delivery")
    return found.value, found.words


@pytest.fixture(scope="module")
def cps1() -> list[Proposal]:
    return proposals(named("cps1"))


def test_every_proposal_has_rows_in_the_file(cps1: list[Proposal], tmp_path: Path) -> None:
    where = context([named("cps1")])
    files = MODALITY.artefacts(cps1, [], tmp_path, where)[""]
    assert TSV in {file.path for file in files}
    with (tmp_path / TSV).open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert {row["proposal"] for row in rows} == {item.id for item in cps1}
    for row in rows:
        assert row["source"] or row["what"] == "editor"
        if row["what"] == "editor":
            continue
        assert re.fullmatch(r"[ACGTU]+", row["plain"]), row
        assert re.sub(r"m|\*|/5Phos/", "", row["sequence"]) == row["plain"]
        assert int(row["length"]) == len(row["plain"])
    names = [row["item"] for row in rows if row["what"] != "editor"]
    assert len(names) == len(set(names)), "two tubes of one name"
    cut = [item for item in cps1 if item.strategy == "hdr-correct"]
    donors = {row["plain"] for row in rows if row["what"] == "donor template"}
    for item in cut:
        one = design(item)
        assert one.template is not None and one.hdr is not None
        wanted = {one.template.sequence, *(oligo.sequence for oligo in one.hdr.oligos)}
        if one.hdr.donor is not None:
            wanted.add(one.hdr.donor.sequence)
        assert wanted <= donors
        assert {row["plain"] for row in rows if row["proposal"] == item.id
                and row["what"] == "donor template"} == wanted  # fmt: skip


def test_the_section_of_k_abe(cps1: list[Proposal]) -> None:
    first = next(item for item in cps1 if item.design["spacer"] == "TGATTCTAAGCAGTAATGAA")
    *_, section = MODALITY.sections(first, context([named("cps1")]))
    assert section.title == TITLE
    summary, items, vehicles, assays = section.blocks
    assert isinstance(summary, Text) and "lipid nanoparticles, shown in people" in summary.text
    assert isinstance(items, Table) and isinstance(vehicles, Table) and isinstance(assays, Table)
    (guide,) = (row for row in items.rows if str(row[0]).endswith("-guide"))
    assert str(guide[1]).startswith("mU*mG*mA*UUCUAAGCAGUAAUGAAGUUUUAGAGC") and guide[2] == 100
    assert [row[1] for row in vehicles.rows] == ["fits", "fits", "needs split", "fits"]
    assert {row[0] for row in assays.rows} >= {"ONE-seq"}
    assert delivery(first)[0] == 4
    assert "doi:10.1038/nbt.3290" in {item.source for item in first.evidence}


def test_what_holds_for_all_is_said_once() -> None:
    found = [item for item in answers(named("cps1")) if isinstance(item, Finding)]
    assays = [item for item in found if item.code == "off-target-assay"]
    assert len(assays) == len({item.message for item in assays}) == 2  # base editors, nucleases
    immune = [item for item in found if item.code == "immunity-to-editor"]
    assert len(immune) == len({item.message for item in immune}) >= 1


def test_hbb_has_its_copy_as_a_serious_finding() -> None:
    item = proposals(named("sickle"))[0]
    found = finding(item, "paralogue")
    assert found.severity is Severity.SERIOUS
    assert "HBD" in found.message and "could not be checked" in found.message
    assert delivery(item)[0] == 4 and "outside the body" in delivery(item)[1]


def test_smn1_has_its_copy_as_a_serious_finding() -> None:
    genome = embedded()
    transcript = genome.annotation.transcripts_of("SMN1")[0]
    contig = transcript.contig
    start, end = next(
        (start, end)
        for start, end in transcript.exons
        if any(a <= start and end <= b for a, b in genome.reference.held(contig))
    )
    base = genome.reference.fetch(contig, start, end)
    # a change that adenine editors undo, somewhere in a held exon of SMN1
    place = next(at for at, letter in enumerate(base) if letter == "G")
    item = located("SMN1", contig, start + place + 1, "G", "A", "OMIM:253300", "homozygous")
    found = proposals(item)
    assert found
    for one in found:
        assert finding(one, "paralogue").severity is Severity.SERIOUS
        assert "SMN2" in finding(one, "paralogue").message
        assert "gene conversion" in finding(one, "paralogue").message


def test_genes_without_a_copy_have_no_such_finding(cps1: list[Proposal]) -> None:
    assert all("paralogue" not in codes(item) for item in cps1)


def test_an_exact_second_match_of_a_cut_names_its_joints(tmp_path: Path) -> None:
    variant, genome = world(tmp_path)
    item = own(proposals(variant, genome=genome))
    found = finding(item, "rearrangements")
    assert "1 deletion, 1 inversion" in found.message
    *_, section = MODALITY.sections(item, context([variant], genome=genome))
    joints = [
        block for block in section.blocks if isinstance(block, Table) and block.columns[0] == "Kind"
    ]
    assert [row[0] for row in joints[0].rows] == ["deletion", "inversion"]
    base = [one for one in proposals(variant, genome=genome) if one.strategy != "hdr-correct"]
    assert all("rearrangements" not in codes(one) for one in base)


def test_each_editor_in_the_examples_has_a_scaffold() -> None:
    for name in ("cps1", "sickle", "progeria", "w1282x", "v30m"):
        for item in proposals(named(name)):
            one = design(item)
            assert enzyme(one) in ("SpCas9", "SaCas9", "LbCas12a")
            assert cargo_of(one).guide > 40


def test_orders_of_prime_edits_hold_pegrnas_and_nicking_guides() -> None:
    family = PrimeEditing()
    found = proposals(named("cps1"), families=(family,))
    assert found
    for item in found[:4]:
        one = design(item)
        assert one.prime is not None
        items = {thing.name: thing for thing in family.items(one, "x")}
        for guide in one.prime.guides:
            tube = items[f"x-{guide.name.replace(' ', '-')}"]
            assert tube.plain == guide.sequence.replace("T", "U")
        extension = one.prime.extension.rtt + one.prime.extension.pbs
        assert items["x-pegRNA-extension-F"].plain == "GTGC" + extension
        assert items["x-spacer-F"].plain.endswith(one.spacer + "GTTTT")
        if one.partners:
            assert one.partners[0].spacer in items["x-2-U6-F"].plain
        # a second guide brings a promoter of its own
        single = cargo_of(one.model_copy(update={"partners": ()}))
        extra = 249 + 20 + 76 if one.partners else 0
        assert cargo_of(one).guide == single.guide + extra
        assert single.guide == 20 + 76 + len(extension)
        assert delivery(item)[0] == 4


def test_every_enzyme_is_spoken_of_for_what_it_does_beside_its_edit(cps1: list[Proposal]) -> None:
    wanted = {
        "cuts": {"cut-by-products", "cut-p53"},
        "deaminates": {"guide-independent-adenine"},
        "nicks": set(),
    }
    for item in cps1:
        one = design(item)
        found = [finding.code for finding in item.findings]
        assert wanted[one.action] <= set(found)
        assert all(found.count(code) == 1 for code in wanted[one.action])
        # a family that says nothing of it is spoken for
        guides = [(guide, pl.DataFrame()) for guide in guides_of(one)]
        alone = {item.code for item in common_findings(one, guides, context([named("cps1")]))}
        assert wanted[one.action] <= alone


def test_the_deletion_between_two_cuts_of_a_design_is_its_aim(cps1: list[Proposal]) -> None:
    one = next(design(item) for item in cps1 if item.strategy == "hdr-correct")
    partner = Partner(
        role="second cut", editor=one.editor, spacer=one.spacer, pam=one.pam, pam_pattern="NGG",
        pam_side="3prime", strand="+", contig=one.contig, start=one.protospacer_start + 900,
        end=one.protospacer_end + 900, pam_start=one.pam_end + 900, pam_end=one.pam_end + 903,
    )  # fmt: skip
    two = one.model_copy(update={"partners": (partner,)})
    guides = [(guide, pl.DataFrame()) for guide in guides_of(two)]
    rows = rearrangements(two, guides)
    assert [(row.kind, row.intended) for row in rows] == [("deletion", True), ("inversion", False)]
    found = {item.code: item for item in common_findings(two, guides, context([named("cps1")]))}
    assert "1 inversion" in found["rearrangements"].message
    assert "deletion" not in found["rearrangements"].message
