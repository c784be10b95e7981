"""Designs re-verified rule by rule, with the patient's variants, on alleles, or refused."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import numpy as np
import pytest
from Bio.SeqUtils import MeltingTemp, gc_fraction
from hypothesis import given, settings
from hypothesis import strategies as st
from primer_twins import best_duplexes, reverse_complement
from seqfold import dg

from ipse.construct.primers import (
    Allele,
    PrimerPair,
    ProofPlan,
    Rules,
    Site,
    Template,
    apply,
    design,
    design_sites,
    proof_plan,
    rule_sources,
    shipped_rules,
    titre_assay,
)
from ipse.construct.primers.template import marks
from ipse.core.errors import InputError
from ipse.genome.embedded import embedded
from ipse.genome.reference import SparseReference
from ipse.genome.variant import GenomicVariant

RULES = shipped_rules()
SALT = MeltingTemp.salt_correction(method=5, seq="AC", Na=50, Mg=1.5, dNTPs=0.6)


def letters(seed: int, size: int, weights: tuple[int, int, int, int] = (1, 1, 1, 1)) -> str:
    return "".join(random.Random(seed).choices("ACGT", weights, k=size))


def reference_of(text: str) -> SparseReference:
    return SparseReference("made", "", {"c": len(text)}, {"c": [(0, text)]})


def broken_rules(
    pair: PrimerPair, text: str, target: tuple[int, int], marked: set[int]
) -> list[str]:
    """Every rule of the table a pair breaks, by numbers written here a second time."""
    broken = []
    one, two = pair.forward, pair.reverse
    if text[one.start : one.end] != one.sequence:
        broken.append("forward is not the template")
    if reverse_complement(text[two.start : two.end]) != two.sequence:
        broken.append("reverse is not the template")
    product = two.end - one.start
    if product != pair.product_size or not 150 <= product <= 280:
        broken.append(f"product of {product}")
    if target[0] - one.end < 20 or two.start - target[1] < 20:
        broken.append("target near a primer")
    tms = []
    for item in (one, two):
        text_of = item.sequence
        tm = MeltingTemp.Tm_NN(
            text_of, nn_table=MeltingTemp.DNA_NN3, saltcorr=5, Na=50, Mg=1.5, dNTPs=0.6,
            dnac1=25, dnac2=25,
        )  # fmt: skip
        tms.append(tm)
        gc = 100 * gc_fraction(text_of)
        tail = sum(base in "GC" for base in text_of[-5:])
        checks = {
            "length": 18 <= len(text_of) <= 27,
            "tm": 57 <= tm <= 63 and item.tm == pytest.approx(tm, rel=1e-9),
            "gc": 30 <= gc <= 70 and item.gc_percent == pytest.approx(gc, rel=1e-9),
            "3' gc": 1 <= tail <= 3,
            "run": not re.search(r"(.)\1{4}", text_of),
            "repeat": not re.search(r"(..)\1{4}", text_of),
            "self-dimer": best_duplexes(text_of, text_of, SALT)[0] >= -9,
            "self-dimer at 3'": best_duplexes(text_of, text_of, SALT)[1] >= -6,
        }
        last = range(item.end - 5, item.end) if item is one else range(item.start, item.start + 5)
        checks["variant at 3'"] = not marked.intersection(last)
        checks["variants"] = item.variants == len(marked.intersection(range(item.start, item.end)))
        broken += [f"{item.strand} {name}" for name, good in checks.items() if not good]
    between = best_duplexes(one.sequence, two.sequence, SALT)
    if between[0] < -9 or between[1] < -6:
        broken.append("hetero-dimer")
    if abs(tms[0] - tms[1]) > 5:
        broken.append("melting temperatures apart")
    annealing = min(tms) - 5
    for item in (one, two):
        energy = dg(item.sequence, temp=float(int(annealing)))
        if np.isfinite(energy) and energy < 0:
            broken.append(f"{item.strand} hairpin")
    return broken


@settings(max_examples=6)
@given(
    st.integers(0, 10**6),
    st.sampled_from([(1, 1, 1, 1), (3, 2, 2, 3), (2, 3, 3, 2)]),
    st.lists(st.integers(0, 599), max_size=12),
)
def test_every_pair_keeps_every_rule(
    seed: int, weights: tuple[int, int, int, int], variants: list[int]
) -> None:
    text = letters(seed, 600, weights)
    template = Template.plain("c", 0, text)
    marked = np.zeros(600, np.bool_)
    marked[variants] = True
    found = design(template, (295, 318), RULES, marked, wanted=2)
    assert bool(found.pairs) != bool(found.reason)
    for pair in found.pairs:
        assert broken_rules(pair, text, (295, 318), set(variants)) == []
    penalties = [pair.penalty for pair in found.pairs]
    assert penalties == sorted(penalties)
    for k, pair in enumerate(found.pairs):
        for better in found.pairs[:k]:
            apart = (
                pair.forward.end - better.forward.end,
                pair.reverse.start - better.reverse.start,
            )
            assert max(map(abs, apart)) >= 3


def test_the_first_pair_has_the_lowest_penalty_of_all() -> None:
    template = Template.plain("c", 0, letters(11, 160))
    best = design(template, (75, 80), RULES, wanted=1).pairs[0]
    every = design(template, (75, 80), RULES, wanted=10**6, apart=0).pairs
    assert 10 < len(every) < 2000
    assert best == min(every, key=lambda pair: pair.penalty)


def test_reverse_complement_gives_the_mirrored_design() -> None:
    text = letters(5, 500)
    plus = design(Template.plain("c", 0, text), (240, 260), RULES).pairs[0]
    minus = design(Template.plain("c", 0, reverse_complement(text)), (240, 260), RULES).pairs[0]
    assert (plus.forward.sequence, plus.reverse.sequence) == (
        minus.reverse.sequence, minus.forward.sequence,
    )  # fmt: skip
    assert plus.penalty == pytest.approx(minus.penalty, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("GC" * 300, "melting temperature too high"),
        ("AT" * 300, "melting temperature too low"),
        ("N" * 600, "an unknown base"),
        (letters(1, 600, (1, 9, 9, 1)), "melting temperature too high"),
    ],
)
def test_a_sequence_without_primers_says_why(text: str, reason: str) -> None:
    found = design(Template.plain("c", 0, text), (290, 310), RULES)
    assert found.pairs == []
    assert reason in found.reason


def test_targets_that_cannot_be_shown_say_why() -> None:
    template = Template.plain("c", 0, letters(2, 600))
    assert "does not fit a product of 280 bp" in design(template, (100, 400), RULES).reason
    assert "no sequence for a forward primer" in design(template, (10, 20), RULES).reason
    assert "no sequence for a reverse primer" in design(template, (580, 590), RULES).reason


def test_no_three_prime_end_lies_on_a_variant_and_others_are_penalised() -> None:
    text = letters(3, 600)
    template = Template.plain("c", 0, text)
    free = design(template, (290, 310), RULES).pairs[0]
    end = free.forward.end
    for place in range(end - 5, end):
        marked = np.zeros(600, np.bool_)
        marked[place] = True
        pair = design(template, (290, 310), RULES, marked).pairs[0]
        assert broken_rules(pair, text, (290, 310), {place}) == []
        assert pair.forward.sequence != free.forward.sequence
    marked = np.zeros(600, np.bool_)
    marked[free.forward.start] = True
    moved = design(template, (290, 310), RULES, marked).pairs[0]
    assert free.penalty <= moved.penalty <= free.penalty + RULES.weight_variant


# --- templates -----------------------------------------------------------------------------------


def test_an_allele_keeps_the_places_of_the_reference() -> None:
    reference = reference_of("AAACCCGGGTTT")
    deletion = GenomicVariant("c", 3, "CCC", "")
    insertion = GenomicVariant("c", 9, "", "AC")
    made = apply(reference, "c", 0, 12, [deletion, insertion])
    assert made.sequence == "AAAGGGACTTT"
    assert made.positions.tolist() == [0, 1, 2, 6, 7, 8, 9, 9, 9, 10, 11, 12]
    assert made.span(3, 6) == (3, 3), "nothing is left of a deletion"
    assert made.span(9, 9) == (6, 8), "inserted bases"
    assert made.span(2, 7) == (2, 4)
    assert np.flatnonzero(marks(made, [deletion])).tolist() == [2, 3]
    assert np.flatnonzero(marks(made, [insertion])).tolist() == [5, 6, 7, 8]


def test_no_primer_lies_over_an_insertion_or_deletion_of_its_allele() -> None:
    text = letters(41, 600)
    reference = reference_of(text)
    free = design(Template.plain("c", 0, text), (295, 300), RULES).pairs[0]
    at = free.forward.start + 6
    for change in (
        GenomicVariant("c", at, text[at : at + 2], ""),
        GenomicVariant("c", at, "", "TT"),
    ):
        made = apply(reference, "c", 0, 600, [change])
        pairs = design(made, made.span(295, 300), RULES, wanted=3).pairs
        assert pairs
        for pair in pairs:
            one, two = pair.forward, pair.reverse
            assert text[one.start : one.end] == one.sequence
            assert text[two.start : two.end] == reverse_complement(two.sequence)


@pytest.mark.parametrize(
    "variants",
    [
        [GenomicVariant("c", 3, "CC", "T"), GenomicVariant("c", 4, "C", "G")],
        [GenomicVariant("c", 3, "G", "T")],
        [GenomicVariant("c", 11, "TT", "")],
    ],
)
def test_alleles_that_cannot_be_are_refused(variants: list[GenomicVariant]) -> None:
    with pytest.raises(InputError):
        apply(reference_of("AAACCCGGGTTT"), "c", 0, 12, variants)


# --- plans ---------------------------------------------------------------------------------------

Q335X = GenomicVariant("chr2", 210591885, "C", "T")


def test_a_proof_plan_shows_the_edit_and_its_absence() -> None:
    genome = embedded()
    patient, corrected = Allele("patient", (Q335X,)), Allele("corrected", (), after=True)
    bystander = Allele("with a bystander", (GenomicVariant("chr2", 210591888, "A", "G"),), True)
    target = Site("Q335X", "2", Q335X.start, Q335X.end, (patient, corrected, bystander))
    others = [Site("OT1", "chr18", 31592900, 31592923), Site("nowhere", "chr3", 1000, 1023)]
    plan = proof_plan(target, others, genome.reference)
    first, second, third = plan.amplicons
    assert [item.role for item in plan.amplicons] == ["target", "off_target", "off_target"]
    assert len(plan.designed) == 2
    assert plan.sources == rule_sources()
    assert ProofPlan.model_validate_json(plan.model_dump_json()) == plan
    before, after, beside = (item.sequence for item in first.amplicons)
    pair = first.pair
    assert pair is not None
    assert genome.reference.fetch("chr2", pair.forward.start, pair.reverse.end) == after
    at = Q335X.start - pair.forward.start
    assert before == after[:at] + "T" + after[at + 1 :]
    assert beside == after[: at + 3] + "G" + after[at + 4 :]
    for item in (before, after, beside):
        assert item.startswith(pair.forward.sequence)
        assert item.endswith(reverse_complement(pair.reverse.sequence))
    assert pair.specificity is not None
    assert pair.specificity.specific
    assert second.pair is not None
    assert third.pair is None
    assert "not in reference" in third.reason


def test_an_outcome_longer_than_the_product_is_no_product() -> None:
    genome = embedded()
    gone = GenomicVariant(
        "chr2", 210591800, genome.reference.fetch("chr2", 210591800, 210592200), ""
    )
    alleles = (Allele("reference"), Allele("deleted", (gone,), after=True))
    (item,) = design_sites([Site("d", "chr2", 210591885, 210591886, alleles)], genome.reference)
    assert item.pair is None
    assert "does not fit" in item.reason


def test_variants_of_the_patient_are_kept_from_the_ends() -> None:
    reference = embedded().reference
    site = Site("s", "chr2", 210591885, 210591886)
    (free,) = design_sites([site], reference, specific=False)
    assert free.pair is not None
    assert free.pair.specificity is None
    base = free.pair.reverse.start + 1
    letter = reference.fetch("chr2", base, base + 1)
    known = GenomicVariant("2", base, letter, "A" if letter != "A" else "C")
    (moved,) = design_sites([site], reference, patient_variants=[known], specific=False)
    assert moved.pair is not None
    assert not moved.pair.reverse.start <= base < moved.pair.reverse.start + 5


def test_a_target_in_a_repeat_is_told_from_its_copies() -> None:
    unit = letters(21, 700)
    text = letters(22, 900) + unit + letters(23, 900) + unit + letters(24, 900)
    reference = reference_of(text)
    (item,) = design_sites([Site("s", "c", 1240, 1260)], reference)
    assert item.pair is not None
    found = item.pair.specificity
    assert found is not None
    # the other copy, and from the first copy to the second
    size = item.pair.product_size
    assert found.unintended == 2
    assert [product.size for product in found.products] == [size, size, size + 1600]
    assert any("other products up to 3000 bp on made: 2" in note for note in item.notes)
    # near the border of the copy the forward primer finds sequence of its own
    (item,) = design_sites([Site("s", "c", 920, 940)], reference)
    assert item.pair is not None
    assert item.pair.specificity is not None
    size = item.pair.product_size
    assert [product.size for product in item.pair.specificity.products] == [size, size + 1600]


def test_a_titre_assay_leaves_the_gene_alone() -> None:
    genome = embedded()
    cdna = genome.annotation.transcripts_of("F9")[0].cds_sequence
    assay = titre_assay(cdna, genome.reference)
    assert assay.pair is not None
    assert 75 <= len(assay.amplicon) <= 150
    assert assay.amplicon in cdna
    assert assay.amplicon.startswith(assay.pair.forward.sequence)
    contig = genome.annotation.transcripts_of("F9")[0].contig
    locus = "".join(genome.reference.fetch(contig, a, b) for a, b in genome.reference.held(contig))
    assert assay.amplicon not in locus
    assert assay.amplicon not in reverse_complement(locus)
    assert "stretches" in assay.notes[0]


def test_a_construct_that_is_the_gene_has_no_titre_assay() -> None:
    genome = embedded()
    text = genome.reference.fetch("chr2", 210591700, 210592000)
    assay = titre_assay(text, genome.reference)
    assert assay.pair is None
    assert assay.tried > 0
    assert "amplify embedded" in assay.reason
    bounded = titre_assay(letters(31, 400) + text, genome.reference, regions=[(400, 700), (0, 400)])
    assert bounded.pair is not None
    assert bounded.pair.reverse.end <= 400


@pytest.mark.parametrize("bad", ["", "ACGTX", "MKV*"])
def test_what_is_no_construct_is_refused(bad: str) -> None:
    with pytest.raises(InputError, match="not a DNA sequence"):
        titre_assay(bad, embedded().reference)


def test_sizes_that_cannot_be_are_refused() -> None:
    for smallest, largest in ((280, 150), (10, 100), (150, 10**6)):
        with pytest.raises(InputError, match="cannot have this size"):
            RULES.with_product(smallest, largest)
    changed: Rules = RULES.with_product(300, 500)
    assert (changed.product_min, changed.product_opt) == (300, 300)
    with pytest.raises(ValueError, match="primers of"):
        replace(RULES, length_max=40)
