"""Cuts and templates: an independent repair in plain strings gives the intended allele."""

from __future__ import annotations

from functools import cache

import pytest
from edit_cases import NAMED, design, named, proposals
from hdr_checks import check_design, locus_of
from hdr_mirror import designs_of
from hdr_simulator import cut_of, recut_places, turned
from hypothesis import given, settings
from hypothesis import strategies as st

from ipse.core.sequence import reverse_complement
from ipse.genome.embedded import embedded
from ipse.modalities.editing.catalogue import Nuclease, all_nucleases, repair_rules
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.hdr.blocking import KINDS
from ipse.modalities.editing.design.hdr.donor import arm_length
from ipse.modalities.editing.design.hdr.repair import (
    cut_distance,
    left_of,
    oligo,
    repairs,
    with_changes,
)
from ipse.modalities.editing.design.hdr.rules import donor_rules, parts
from ipse.modalities.editing.design.hdr.sites import cuts, cuttable, sites
from ipse.modalities.editing.design.hdr.strategy import TemplateRepair
from ipse.modalities.editing.model import EditDesign

RULES = repair_rules()
TABLE = {item.name: item for item in all_nucleases()}
SPCAS9, CAS12A = TABLE["SpCas9"], TABLE["AsCas12a"]
DNA = st.text("ACGT", min_size=150, max_size=220)


@cache
def hdr(name: str) -> list[EditDesign]:
    found = proposals(named(name), families=(TemplateRepair(),))
    return [design(item) for item in found if item.strategy == "hdr-correct"]


@pytest.mark.parametrize("name", NAMED)
def test_every_design_of_the_examples_repairs_the_allele(name: str) -> None:
    found = hdr(name)
    assert found
    locus = locus_of(named(name))
    for made in found:
        check_design(made, locus)
        template = made.template
        assert template is not None
        assert template.cut_to_edit <= RULES.max_cut_distance
        assert {template.left_arm, template.right_arm} == {RULES.proximal_arm, RULES.distal_arm}
        pam_right = (made.strand == "+") == (made.pam_side == "3prime")
        assert (template.right_arm == RULES.proximal_arm) == pam_right
        assert template.strand != made.strand
        gain = len(made.target.ref) - len(made.target.alt)
        assert made.hdr is not None
        size = RULES.proximal_arm + RULES.distal_arm + gain + made.hdr.overhang
        assert template.length == len(template.sequence) == size


def test_most_designs_of_the_examples_are_kept_from_a_second_cut() -> None:
    designs = [made for name in NAMED for made in hdr(name)]
    kept = [made for made in designs if made.hdr is not None and made.hdr.protected]
    assert len(kept) > 0.9 * len(designs)
    assert any(made.hdr.blocking_place == "pam" for made in kept if made.hdr)
    assert any(made.hdr.blocking_place == "seed" for made in kept if made.hdr)


def test_silent_changes_leave_the_protein() -> None:
    for name in NAMED:
        for made in hdr(name):
            assert made.hdr is not None
            if made.hdr.blocking and all(
                item.kind == KINDS["synonymous"] for item in made.hdr.blocking
            ):
                assert made.outcomes[0].consequence == ("synonymous_variant",)
                assert made.outcomes[0].effect == "synonymous_bystander"
            assert not any("splice" in term for term in made.outcomes[0].consequence)


def test_sickle_cut_used_in_people_is_among_the_sites() -> None:
    """Protospacer of the HBB cut in product records (GSRS AAC95PP873)."""
    found = {made.spacer: made for made in hdr("sickle")}
    made = found["CTTGCCCCACAGGGCAGTAA"]
    assert made.pam == "CGG" and made.editor == "SpCas9"
    assert {"HiFi Cas9", "SpCas9-HF1", "eSpCas9(1.1)"} <= {row.editor for row in made.alternatives}
    # c.33C>G is the same alanine and breaks the PAM
    assert made.template is not None and made.template.recut == "pam_destroyed"


def test_f508del_puts_the_three_bases_back() -> None:
    for made in hdr("f508del"):
        assert made.template is not None
        bases = {made.template.sequence, reverse_complement(made.template.sequence)}
        assert any("TTTGGTG" in text or "TTCGGTG" in text for text in bases)
        assert set(made.outcomes[0].consequence) <= {"synonymous_variant", "intron_variant"}


def test_a_design_says_which_other_nucleases_still_cut() -> None:
    made = next(item for item in hdr("sickle") if item.spacer == "CACGTTCACCTTGCCCCACA")
    assert made.hdr is not None and made.hdr.protected
    notes = {row.editor: row.note for row in made.alternatives}
    for name in made.hdr.still_cut_by:
        assert "may cut the repaired allele again" in notes[name]
    assert "high fidelity" in notes["HiFi Cas9"]


# --- arithmetic on sequences -------------------------------------------------------------------


def allele_with(sequence: str, at: int, ref: str, alt: str) -> Allele:
    """A reference in which ``ref`` stands at ``at``, changed to ``alt``."""
    return Allele("x", 1000, sequence[:at] + alt + sequence[at:], at, ref, alt)


CHANGES = st.tuples(st.text("ACGT", max_size=6), st.text("ACGT", max_size=6)).filter(
    lambda pair: pair[0] != pair[1]
)


@settings(max_examples=30)
@given(DNA, CHANGES, st.sampled_from(sorted(TABLE)))
def test_every_template_repairs_the_allele(
    sequence: str, change: tuple[str, str], name: str
) -> None:
    allele = allele_with(sequence, len(sequence) // 2, *change)
    for made in repairs(allele, [TABLE[name]], RULES).repairs:
        plus, _ = with_changes(made, allele, [])
        assert reverse_complement(oligo(plus, made.site, "target")) == oligo(
            plus, made.site, "non-target"
        )
        whole = allele.sequence[: made.left] + plus + allele.sequence[made.right :]
        assert whole == allele.corrected
        assert made.distance == cut_distance(allele, *made.site.between) <= RULES.max_cut_distance
        assert made.left < allele.at and allele.at + len(allele.alt) < made.right
        assert oligo(plus, made.site, "target") == (
            reverse_complement(plus) if made.site.strand == "+" else plus
        )


@settings(max_examples=30)
@given(DNA, CHANGES)
def test_what_is_left_of_the_site(sequence: str, change: tuple[str, str]) -> None:
    allele = allele_with(sequence, len(sequence) // 2, *change)
    there = {(site.spacer, site.strand) for site in sites(allele.corrected, SPCAS9)}
    for made in repairs(allele, [SPCAS9], RULES).repairs:
        site = made.site
        left = left_of(allele, site, SPCAS9, RULES)
        if left.recut == "intact":
            assert (site.spacer, site.strand) in there
        clear_left = site.start + 23 <= allele.at
        clear_right = site.start - 3 >= allele.at + len(allele.alt)
        if clear_left or clear_right:
            assert left.recut == "intact" and left.mismatches == 0


@settings(max_examples=30)
@given(st.text("ACGTN", min_size=60, max_size=160), st.data())
def test_cuts_of_the_mirrored_sequence_are_mirrored(sequence: str, data: st.DataObject) -> None:
    size = len(sequence)
    first = data.draw(st.integers(0, size))
    last = data.draw(st.integers(first, size))
    here = {
        (c.site, tuple(item.name for item in c.nucleases))
        for c in cuts(sequence, TABLE.values(), first, last)
    }
    there = set()
    for c in cuts(reverse_complement(sequence), TABLE.values(), size - last, size - first):
        site = c.site
        mirrored = type(site)(
            "-" if site.strand == "+" else "+",
            size - site.start - site.length,
            site.spacer, site.pam, size - site.cut, size - site.cut_other,
        )  # fmt: skip
        there.add((mirrored, tuple(item.name for item in c.nucleases)))
    assert here == there
    for site, _ in here:
        assert "N" not in site.spacer + site.pam
        assert any(first <= place <= last for place in (site.cut, site.cut_other))


@settings(max_examples=20)
@given(st.text("ACGT", min_size=60, max_size=120), st.sampled_from(sorted(TABLE)))
def test_sites_are_those_of_a_plain_search(sequence: str, name: str) -> None:
    nuclease = TABLE[name]
    found = {(s.strand, s.spacer, (s.cut, s.cut_other)) for s in sites(sequence, nuclease)}
    plain = set()
    size, width = nuclease.length, len(nuclease.pam)
    for strand in "+-":
        text = sequence if strand == "+" else turned(sequence)
        for start in range(len(text) - size - width + 1):
            spacer = (
                text[start : start + size]
                if nuclease.pam_side == "3prime"
                else text[start + width : start + width + size]
            )
            for places in cut_of(
                sequence, spacer, nuclease.pam, nuclease.pam_side, strand, nuclease.cuts
            ):
                if all(0 <= place <= len(sequence) for place in places):
                    plain.add((strand, spacer, places))
    inside = {item for item in found if all(0 <= place <= len(sequence) for place in item[2])}
    assert inside == plain


@settings(max_examples=30)
@given(st.text("ACG", min_size=60, max_size=100), st.data())
def test_what_stays_cuttable_is_what_a_plain_search_finds(
    sequence: str, data: st.DataObject
) -> None:
    nuclease = TABLE[data.draw(st.sampled_from(["SpCas9", "SaCas9", "AsCas12a", "MAD7"]))]
    at = data.draw(st.integers(10, len(sequence) - nuclease.length - 10))
    spacer = sequence[at : at + nuclease.length]
    seed = RULES.seed_5prime if nuclease.pam_side == "5prime" else RULES.seed
    pams = [nuclease.pam, *nuclease.also]
    plain = recut_places(sequence, spacer, pams, nuclease.pam_side, seed, RULES.blocking_mismatches)
    assert sorted(cuttable(sequence, spacer, nuclease, RULES)) == sorted(plain)


def test_spcas9_cuts_three_bases_from_its_pam() -> None:
    sequence = "A" * 30 + "CGTCGTCATCATGATGATCA" + "TGG" + "A" * 30
    (site,) = (s for s in sites(sequence, SPCAS9) if s.strand == "+")
    assert (site.start, site.cut, site.cut_other, site.pam) == (30, 47, 47, "TGG")


def test_cas12a_leaves_five_unpaired_bases() -> None:
    """18 bases after the PAM on its strand, 23 on the other."""
    sequence = "G" * 30 + "TTTC" + "CGTCGTCATCATGATGATCACGT" + "G" * 30
    (site,) = (s for s in sites(sequence, CAS12A) if s.strand == "+")
    assert (site.start, site.cut, site.cut_other, site.pam) == (34, 52, 57, "TTTC")


def test_a_change_longer_than_the_shorter_arm_gets_no_template() -> None:
    sequence = ("ACGGTTCAAGTCCGGATTACAGGCATGGTACC" * 12)[:360]
    long = "ACGTTGCA" * 5
    found = repairs(allele_with(sequence, 180, long, ""), [SPCAS9], RULES)
    assert found.repairs == () and found.unfit


def test_a_second_choice_is_kept_only_where_no_first_one_is_near() -> None:
    second = Nuclease("second", "NGA", "3prime", 20, -3)
    sequence = "AT" * 60 + "C" + "AT" * 60
    near = sequence[:110] + "CATCATCATCATCATCATCTTGA" + sequence[133:]
    allele = allele_with(near, 127, "A", "C")
    found = repairs(allele, [SPCAS9, second], RULES)
    assert {made.nuclease.name for made in found.repairs} == {"second"}
    both = allele_with(near.replace("TTGA", "TTGG"), 127, "A", "C")
    first = Nuclease("first", "NGG", "3prime", 20, -3, first=True)
    wide = Nuclease("wide", "NNN", "3prime", 20, -3)
    found = repairs(both, [first, wide], RULES)
    assert {made.nuclease.name for made in found.repairs} == {"first"}
    assert found.farther


# --- donors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("insert", "arm"), [(0, 1000), (2410, 1000), (3000, 705), (3610, 400)])
def test_arms_fill_the_room_the_virus_leaves(insert: int, arm: int) -> None:
    assert arm_length(insert, donor_rules()) == arm


def test_a_long_insert_leaves_no_room() -> None:
    rules = donor_rules()
    most = rules.most - 2 * (rules.itr + rules.shortest)
    assert arm_length(most, rules) == rules.shortest
    assert arm_length(most + 1, rules) is None


def test_repeats_are_those_of_aav2() -> None:
    """The plasmid form lacks the outer 15 of 145 bases; both ends pair into the same hairpin."""
    known = parts()
    left, right = known["itr_left"].dna, known["itr_right"].dna
    assert len(left) == len(right) == donor_rules().itr - 15
    assert left.endswith("AGGGGTTCCT") and right.startswith("AGGAACCCCT")
    assert turned(left)[:60] == right[:60]


def test_donors_of_a_whole_locus_have_the_longest_arms() -> None:
    reference = embedded().reference
    for made in hdr("v30m"):
        assert made.hdr is not None and made.hdr.donor is not None
        donor = made.hdr.donor
        assert donor.left[1] == donor.right[0]
        assert donor.left[1] - donor.left[0] == donor.right[1] - donor.right[0] == 1000
        assert donor.genome_length == 2000 + 290 and donor.fit == "fits"
        plain = list(reference.fetch(donor.contig, donor.left[0], donor.right[1]))
        for change in made.hdr.blocking:
            plain[change.position - donor.left[0]] = change.alt
        assert donor.sequence == "".join(plain)


def test_a_locus_held_in_part_gives_no_donor_and_says_why() -> None:
    for made in hdr("sickle"):
        assert made.hdr is not None and made.hdr.donor is None
        assert "chr11:" in made.hdr.donor_note and "400" in made.hdr.donor_note


@pytest.mark.parametrize("name", NAMED)
def test_a_locus_turned_around_gives_the_mirrored_designs(name: str) -> None:
    here = designs_of(name, turn=False)
    assert here and here == designs_of(name, turn=True)
