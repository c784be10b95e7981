"""Every registered modality over every example case, and what each example must show."""

from __future__ import annotations

import json

import jsonschema
import pytest
from plan_cases import EXAMPLES, Made

from ipse.core.evidence import Level
from ipse.core.files import sha256
from ipse.core.logic import Verdict, verdict
from ipse.core.proposal import proposal_id
from ipse.plan.ranking import rank_key
from ipse.plan.registry import REGISTRY
from ipse.plan.schema import plan_schema
from ipse.plan.write import plan_text, read_plan

pytestmark = pytest.mark.xdist_group("plans")

Plans = dict[str, Made]


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("modality", REGISTRY)
def test_every_modality_answers_every_example(plans: Plans, example: str, modality: str) -> None:
    plan = plans[example].plan
    mine = [item for item in plan.proposals if item.modality == modality]
    reasons = [item for item in plan.not_proposed if item.modality == modality]
    assert mine or reasons, "a modality says what it can do or why it cannot"
    for item in mine:
        assert item.id == proposal_id(modality, item.design)
        assert item.verdict is verdict(item.criteria, item.findings)
        assert item.reason and "\n" not in item.reason
        assert item.evidence, "a proposal rests on something"
        assert (item.verdict is Verdict.UNKNOWN) == bool(item.deciding)
    for answer in reasons:
        assert answer.reason and "\n" not in answer.reason
    assert len({item.id for item in plan.proposals}) == len(plan.proposals)


@pytest.mark.parametrize("example", EXAMPLES)
def test_plan_validates_against_the_published_schema(plans: Plans, example: str) -> None:
    schema = plan_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(plan_text(plans[example].plan))
    jsonschema.Draft202012Validator(schema).validate(document)
    document["proposals"][0]["design"]["no_such_field"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("example", EXAMPLES)
def test_plan_reads_back_and_ranks_in_order(plans: Plans, example: str) -> None:
    made = plans[example]
    assert plan_text(read_plan(made.folder)) == plan_text(made.plan)
    keys = [rank_key(item) for item in made.plan.proposals]
    assert keys == sorted(keys)
    assert [item.rank for item in made.plan.proposals] == list(range(1, len(keys) + 1))


@pytest.mark.parametrize("example", EXAMPLES)
def test_artefacts_are_there_with_their_digests(plans: Plans, example: str) -> None:
    made = plans[example]
    files = [*made.plan.artefacts, *(f for p in made.plan.proposals for f in p.artefacts)]
    assert {"guides.tsv", "bibliography.bib"} <= {file.path for file in files}
    assert any(file.kind == "genbank" for file in files)
    for file in files:
        assert sha256(made.folder / file.path) == file.sha256


@pytest.mark.parametrize("example", EXAMPLES)
def test_sections_go_to_the_first_of_each_strategy(plans: Plans, example: str) -> None:
    plan = plans[example].plan
    for strategy in {item.strategy for item in plan.proposals}:
        shown = [bool(item.sections) for item in plan.proposals if item.strategy == strategy]
        assert shown == [place < 3 for place in range(len(shown))]


@pytest.mark.parametrize("example", EXAMPLES)
def test_bibliography_covers_every_citation_once_with_reasons(plans: Plans, example: str) -> None:
    plan = plans[example].plan
    sources = [entry.source for entry in plan.bibliography]
    cited = {e.source for p in plan.proposals for e in p.evidence}
    cited |= {e.source for p in plan.proposals for f in p.findings for e in f.evidence}
    assert cited <= set(sources)
    assert len(sources) == len(set(sources))
    assert all(entry.reasons for entry in plan.bibliography)
    bib = (plans[example].folder / "bibliography.bib").read_text()
    assert bib.count("\n@") + bib.startswith("@") == len(sources)


def test_cps1_published_guide_ranks_first(plans: Plans) -> None:
    """Musunuru et al. 2025, doi:10.1056/NEJMoa2504747: the edit given to a person."""
    first = plans["cps1-q335x"].plan.proposals[0]
    assert first.design["spacer"] == "TGATTCTAAGCAGTAATGAA"
    assert first.design["pam"] == "AGC"
    assert first.design["target"]["position"] == 8
    assert "NGC" in first.design["editor"]
    assert first.precedent is Level.HUMAN
    assert first.verdict is Verdict.POSSIBLE
    variants = {item.id: item for item in plans["cps1-q335x"].plan.variants}
    mine = variants[first.design["variant"]]
    assert mine.hgvs_c.endswith("c.1003C>T") and mine.hgvs_p == "p.Gln335Ter"
    (other,) = mine.in_trans_with
    assert variants[other].hgvs_p == "p.Glu714Ter"
    words = " ".join(finding.message for finding in first.findings)
    assert "Glu714Ter" in words, "the other allele is named"
    assert "phased calls prove" not in words, "the parents' genotypes prove it, no VCF is there"


def test_sickle_cell_makassar_is_possible_and_explained(plans: Plans) -> None:
    """Newby et al. 2021, doi:10.1038/s41586-021-03609-w: Val7Ala by an NRCH adenine editor."""
    plan = plans["sickle-cell"].plan
    makassar = [
        item
        for item in plan.proposals
        if any("NRCH" in row["editor"] for row in item.design.get("alternatives", ()))
        and item.restoration in ("benign", "tolerated")
    ]
    assert makassar
    assert makassar[0].verdict is Verdict.POSSIBLE
    assert "Makassar" in json.dumps(makassar[0].model_dump(mode="json"))
    reasons = " ".join(item.reason for item in plan.not_proposed)
    assert "transversion" in reasons


def test_progeria_says_which_allele(plans: Plans) -> None:
    plan = plans["progeria"].plan
    (variant,) = plan.variants
    assert variant.hgvs_c.endswith("c.1824C>T")
    assert variant.zygosity == "heterozygous"
    first = plan.proposals[0]
    assert first.restoration == "wild_type"
    words = " ".join(finding.message for finding in first.findings)
    assert "splice" in words, "what a synonymous change does is said"
    assert "the allele with c.1824C>T" in words, "which allele the guide edits"
    assert first.precedent is Level.ANIMAL
    assert first.design["spacer"] == "GGTCCACCCACCTGGGCTCC"
