"""Cuts and templates: an independent repair in plain strings gives the reference back."""

from __future__ import annotations

import pytest
from edit_cases import NAMED, design, named, proposals
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.sequence import reverse_complement
from ipse.modalities.editing.catalogue import Nuclease, nucleases, repair_rules
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.hdr.repair import cut_distance, repairs, sites
from ipse.modalities.editing.model import EditDesign

RULES = repair_rules()
SPCAS9 = next(item for item in nucleases() if item.name == "SpCas9")
CAS12A = Nuclease("invented 5' PAM", "TTTV", "5prime", 23, -18)
DNA = st.text("ACGT", min_size=150, max_size=220)


def repaired(patient: str, template: str, gain: int) -> str:
    """Lay a template on the patient's allele by its longer end and put it in.

    ``gain`` bases more than it replaces are in the template.
    """
    for text in (template, reverse_complement(template)):
        size = len(text) - gain
        if patient.count(text[:30]) == 1:
            start = patient.index(text[:30])
            return patient[:start] + text + patient[start + size :]
        if patient.count(text[-30:]) == 1:
            end = patient.index(text[-30:]) + 30
            return patient[: end - size] + text + patient[end:]
    raise AssertionError("the template is not of this allele")


def hdr(name: str) -> list[EditDesign]:
    return [design(item) for item in proposals(named(name)) if item.strategy == "hdr-correct"]


@pytest.mark.parametrize("name", NAMED)
def test_templates_of_the_examples(name: str) -> None:
    found = hdr(name)
    assert found
    for made in found:
        assert made.template is not None
        template = made.template
        assert template.cut_to_edit <= RULES.max_cut_distance
        assert {template.left_arm, template.right_arm} == {RULES.proximal_arm, RULES.distal_arm}
        pam_right = made.strand == "+"
        assert (template.right_arm == RULES.proximal_arm) == pam_right
        assert template.strand != made.strand
        gain = len(made.target.ref) - len(made.target.alt)
        assert (
            template.length
            == len(template.sequence)
            == RULES.proximal_arm + RULES.distal_arm + gain
        )
        assert made.normal_allele.pam_matches == (template.recut != "pam_destroyed")
        if template.recut == "intact":
            assert made.normal_allele.mismatches == ()


def test_sickle_cut_used_in_people_is_among_the_sites() -> None:
    """Protospacer of the HBB cut in product records (GSRS AAC95PP873)."""
    found = {made.spacer: made for made in hdr("sickle")}
    made = found["CTTGCCCCACAGGGCAGTAA"]
    assert made.pam == "CGG"
    assert made.template is not None and made.template.recut == "intact"


def test_f508del_puts_the_three_bases_back() -> None:
    for made in hdr("f508del"):
        assert made.template is not None
        bases = {made.template.sequence, reverse_complement(made.template.sequence)}
        assert any("ATATCATCTTTGGTG" in text for text in bases)
        assert made.outcomes[0].hgvs_p == "p.="


def allele_with(sequence: str, at: int, ref: str, alt: str) -> Allele:
    """A reference in which ``ref`` stands at ``at``, changed to ``alt``."""
    return Allele("x", 1000, sequence[:at] + alt + sequence[at:], at, ref, alt)


CHANGES = st.tuples(st.text("ACGT", max_size=6), st.text("ACGT", max_size=6)).filter(
    lambda pair: pair[0] != pair[1]
)


@given(DNA, CHANGES, st.sampled_from([SPCAS9, CAS12A]))
def test_every_template_repairs_the_allele(
    sequence: str, change: tuple[str, str], nuclease: Nuclease
) -> None:
    allele = allele_with(sequence, len(sequence) // 2, *change)
    made, _ = repairs(allele, nuclease, RULES)
    for repair in made:
        text = repair.template
        plus = reverse_complement(text) if repair.site.strand == "+" else text
        whole = allele.sequence[: repair.left] + plus + allele.sequence[repair.right :]
        assert whole == allele.corrected
        assert repair.distance == cut_distance(allele, repair.site.cut) <= RULES.max_cut_distance
        assert repair.left < allele.at and allele.at + len(allele.alt) < repair.right


@given(DNA, CHANGES)
def test_recut_says_what_is_left_of_the_site(sequence: str, change: tuple[str, str]) -> None:
    allele = allele_with(sequence, len(sequence) // 2, *change)
    corrected = allele.corrected
    there = {(site.spacer, site.strand) for site in sites(corrected, SPCAS9)}
    made, _ = repairs(allele, SPCAS9, RULES)
    for repair in made:
        site = repair.site
        if repair.recut == "intact":
            assert (site.spacer, site.strand) in there
        clear_left = site.start + 23 <= allele.at
        clear_right = site.start - 3 >= allele.at + len(allele.alt)
        if clear_left or clear_right:
            assert repair.recut == "intact" and repair.mismatches == 0


@given(DNA)
def test_sites_of_the_mirrored_sequence_are_mirrored(sequence: str) -> None:
    size = len(sequence)
    for nuclease in (SPCAS9, CAS12A):
        here = {(s.strand, s.start, s.spacer, s.pam, s.cut) for s in sites(sequence, nuclease)}
        there = {
            ("-" if s.strand == "+" else "+", size - s.start - nuclease.length, s.spacer, s.pam,
             size - s.cut)
            for s in sites(reverse_complement(sequence), nuclease)
        }  # fmt: skip
        assert here == there


def test_spcas9_cuts_three_bases_from_its_pam() -> None:
    sequence = "A" * 30 + "CGTCGTCATCATGATGATCA" + "TGG" + "A" * 30
    (site,) = (s for s in sites(sequence, SPCAS9) if s.strand == "+")
    assert (site.start, site.cut, site.pam) == (30, 47, "TGG")


def test_a_change_longer_than_the_shorter_arm_gets_no_template() -> None:
    sequence = ("ACGGTTCAAGTCCGGATTACAGGCATGGTACC" * 12)[:360]
    long = "ACGTTGCA" * 5
    made, left_out = repairs(allele_with(sequence, 180, long, ""), SPCAS9, RULES)
    assert made == [] and left_out


def test_repair_in_plain_strings_on_the_real_locus() -> None:
    from edit_cases import context

    from ipse.modalities.editing.locus import allele_of

    for name in ("f508del", "v30m", "cps1"):
        variant = named(name)
        allele = allele_of(variant, context([variant]))
        for made in hdr(name):
            assert made.template is not None
            gain = len(allele.ref) - len(allele.alt)
            assert repaired(allele.sequence, made.template.sequence, gain) == allele.corrected
