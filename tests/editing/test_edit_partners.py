"""A second pathogenic variant of the gene: what an edit leaves there is said."""

from __future__ import annotations

from typing import Any

import pytest
from edit_cases import MODALITY, case, context, design, located, named, proposals

from ipse.core.finding import Finding, Severity
from ipse.core.logic import Truth, Verdict
from ipse.core.proposal import Proposal
from ipse.modalities.editing.checks import CARRIES, RESTORES, TREATABLE, WILD_TYPE
from ipse.patient.entities import Moment, Subject
from ipse.patient.variants import Term, Variant

DONOR = ("HBB", "chr11", 5226929, "C", "T")
"""HBB c.92+1G>A: 73 bases from c.20, beyond the reach of uptake, and a lost splice donor."""
NEAR = ("HBB", "chr11", 5227003, "C", "T")
"""HBB c.19G>A, the base beside c.20."""


def criterion(proposal: Proposal, name: str) -> Truth:
    (value,) = [item.value for item in proposal.criteria if item.name == name]
    return value


def found(proposal: Proposal, code: str) -> Finding:
    (one,) = [item for item in proposal.findings if item.code == code]
    return one


def words(proposal: Proposal) -> str:
    return " ".join([proposal.reason, *(item.message for item in proposal.findings)])


def pair(other: tuple[Any, ...], mine: str = "heterozygous", **more: Any) -> tuple[Variant, ...]:
    return named("sickle", zygosity=mine, **more), located(*other, id="v2")


def test_a_variant_in_cis_that_stays_excludes_every_edit() -> None:
    every = proposals(*pair(DONOR, in_cis_with=("v2",)))
    mine = [item for item in every if item.design["variant"] == "v1"]
    assert {item.strategy for item in mine} == {"base-edit-tolerated", "hdr-correct"}
    for item in mine:
        assert criterion(item, RESTORES) is Truth.FALSE
        assert criterion(item, WILD_TYPE) is Truth.FALSE
        assert item.verdict is Verdict.EXCLUDED and item.restoration == "none"
        assert "c.92+1G>A" in item.reason
        stays = found(item, "other-variant-stays")
        assert stays.severity is Severity.SERIOUS and "c.92+1G>A" in stays.message
        made = design(item)
        assert all("92+1" in outcome.hgvs_c for outcome in made.outcomes)
        assert all(outcome.effect != "wild_type" for outcome in made.outcomes)
        assert made.alternatives[0].worst_outcome != "wild_type"


def test_a_template_that_writes_over_both_is_not_excluded() -> None:
    every = proposals(*pair(NEAR, in_cis_with=("v2",)))
    for item in every:
        if item.design["variant"] != "v1":
            continue
        if item.strategy == "hdr-correct":
            assert criterion(item, RESTORES) is Truth.TRUE
            assert "c.19G>A" in found(item, "other-variant-in-template").message
            assert set(design(item).outcomes[0].consequence) <= {
                "synonymous_variant",
                "5_prime_UTR_variant",
            }
        else:
            assert item.verdict is Verdict.EXCLUDED


def test_unknown_phase_leaves_the_repair_open_and_names_no_normal_allele() -> None:
    second = located("TTR", "chr18", 31598655, "G", "A", id="v2")
    for more in ({"phase_unknown_with": ("v2",)}, {}):
        for item in proposals(named("v30m", **more), second):
            if item.design["variant"] != "v1":
                continue
            assert criterion(item, RESTORES) is Truth.UNKNOWN
            assert item.verdict is Verdict.UNKNOWN and item.deciding
            assert item.restoration == "unknown"
            serious = found(item, "other-variant-may-stay")
            assert serious.severity is Severity.SERIOUS and second.hgvs_c in serious.message
            assert "normal allele" not in words(item).replace("two normal alleles", "")


def test_presumed_in_trans_counts_as_in_trans_with_its_caution() -> None:
    for item in proposals(*pair(DONOR, in_trans_with=("v2",), trans_basis="presumed")):
        if item.design["variant"] == "v1":
            assert criterion(item, RESTORES) is Truth.TRUE
            assert found(item, "other-allele-untouched").severity is Severity.CAUTION
            assert "phased calls show" not in words(item)
            assert "normal allele" not in words(item)


def test_a_homozygous_target_with_a_second_variant_on_one_allele() -> None:
    for item in proposals(*pair(DONOR, "homozygous", in_cis_with=("v2",))):
        if item.design["variant"] == "v1":
            assert criterion(item, RESTORES) is Truth.TRUE
            assert item.restoration == "unknown"
            assert "c.92+1G>A" in found(item, "other-variant-on-one-allele").message


def test_the_other_allele_is_what_the_case_states_of_it() -> None:
    """Haemoglobin SC: the allele without c.20A>T carries c.19G>A, two mismatches side by side."""
    for item in proposals(*pair(NEAR, in_trans_with=("v2",))):
        made = design(item)
        if made.variant != "v1" or made.spacer != "TTCTCCACAGGAGTCAGATG":
            continue
        assert made.normal_allele.mismatches == (7, 8)
        assert "positions 7, 8" in found(item, "normal-allele-bound").message
        break
    else:
        pytest.fail("the Makassar guide is not there")


@pytest.mark.parametrize(
    ("call", "value", "outcome"),
    [
        ("", Truth.TRUE, Verdict.POSSIBLE),
        ("variant", Truth.TRUE, Verdict.POSSIBLE),
        ("reference", Truth.FALSE, Verdict.EXCLUDED),
        ("no_call", Truth.UNKNOWN, Verdict.UNKNOWN),
        ("absent", Truth.UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_what_the_patients_calls_say_of_the_variant(
    call: str, value: Truth, outcome: Verdict
) -> None:
    for item in proposals(named("v30m", call=call)):
        assert criterion(item, CARRIES) is value
        assert item.verdict is outcome
        if value is Truth.UNKNOWN:
            assert {tuple(one.values) for one in item.deciding} == {(CARRIES,)}
            assert "reads at the place" in item.reason


def test_doubts_about_the_variant_reach_its_proposals() -> None:
    doubt = Finding(
        severity=Severity.SERIOUS,
        code="vcf-and-hgvs-disagree",
        message="The record and the name disagree.",
        resolves="Correct one.",
    )
    for item in proposals(named("cps1", doubts=(doubt,))):
        assert doubt in item.findings and item.reason == doubt.message
        assert item.verdict is Verdict.POSSIBLE


@pytest.mark.parametrize(
    ("subject", "value"),
    [
        (Subject(), Truth.TRUE),
        (Subject(vital_status="alive"), Truth.TRUE),
        (Subject(vital_status="deceased"), Truth.FALSE),
        (Subject(last_encounter=Moment(kind="gestational_age", before_birth=True)), Truth.FALSE),
    ],
)
def test_the_dead_and_the_unborn_are_excluded(subject: Subject, value: Truth) -> None:
    found = MODALITY.propose(case(subject), context([named("v30m")]))
    every = [item for item in found if isinstance(item, Proposal)]
    assert every
    for item in every:
        assert criterion(item, TREATABLE) is value
        assert (item.verdict is Verdict.EXCLUDED) == (value is Truth.FALSE)


def test_progeria_says_what_the_variant_does_and_which_allele_is_edited() -> None:
    first = proposals(named("progeria"))[0]
    said = found(first, "one-repaired-allele")
    for word in ("cryptic splice site", "progerin", "(AD)", "Dominant"):
        assert word in said.message
    assert any("mechanism" in item.reason for item in said.evidence)
    edited = found(first, "edited-allele").message
    assert "the allele with c.1824C>T" in edited
    assert "not known without phased calls" in edited
    phased = proposals(named("progeria", haplotype=1))[0]
    assert "haplotype 1" in found(phased, "edited-allele").message


def test_a_diagnosis_without_an_id_is_not_given_a_disease() -> None:
    variant = named("progeria", disease=Term(label="laminopathy"))
    said = found(proposals(variant)[0], "inheritance-not-in-table")
    assert "no id" in said.message and said.severity is Severity.CAUTION
