"""Outcomes: how many, which, and that each is what plain string work gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from edit_cases import NAMED, context, design, located, named, proposals

from ipse.core.proposal import Proposal
from ipse.core.sequence import reverse_complement, translate
from ipse.genome.embedded import embedded
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import base_editors
from ipse.modalities.editing.design.base.attempts import makers
from ipse.modalities.editing.design.base.designs import base_designs
from ipse.modalities.editing.design.base.intent import correction
from ipse.modalities.editing.design.outcomes import (
    MAX_EXACT,
    Alleles,
    list_outcomes,
    worst_combination,
)
from ipse.modalities.editing.locus import allele_of, subject_of
from ipse.modalities.editing.model import EditDesign, severity

SNVS = [name for name in NAMED if name != "f508del"]


def base_edits(name: str) -> list[Proposal]:
    return [item for item in proposals(named(name)) if item.strategy.startswith("base-edit")]


def protein(name: str, changes: dict[int, str]) -> str:
    """Protein of the gene's transcript with plus-strand bases replaced, by plain string work."""
    gene = NAMED[name][0]
    transcript = embedded().annotation.transcripts_of(gene)[0]
    assert transcript.cds is not None
    letters = list(transcript.cds_sequence)
    for position, base in changes.items():
        place, offset = transcript.to_transcript(position)
        index = place - transcript.cds[0]
        if offset or not 0 <= index < len(letters):
            continue
        letters[index] = base if transcript.strand == "+" else reverse_complement(base)
    return translate("".join(letters)).split("*")[0]


def plus(base: str, strand: str) -> str:
    return base if strand == "+" else reverse_complement(base)


@pytest.mark.parametrize("name", SNVS)
def test_outcomes_are_all_combinations_and_their_proteins_are_right(name: str) -> None:
    _, _, position, ref, alt, _, _ = NAMED[name]
    wild = protein(name, {})
    for proposal in base_edits(name):
        made = design(proposal)
        assert len(made.outcomes) == 2 ** len(made.bystanders)
        assert len({item.bystander_ids for item in made.outcomes}) == len(made.outcomes)
        places = {item.id: item.genomic_position for item in made.bystanders}
        for outcome in made.outcomes:
            changes = {position - 1: alt}
            after = plus(made.target.base_after, made.strand)
            for at in (made.target.genomic_position, *(places[x] for x in outcome.bystander_ids)):
                changes[at] = after
            same = protein(name, changes) == wild
            if outcome.effect in ("wild_type", "wild_type_protein", "synonymous_bystander"):
                assert same or made.intended == "tolerated_residue"
            if outcome.effect in ("missense_bystander", "nonsense_bystander"):
                assert not same
            if made.intended != "tolerated_residue":
                assert same == (outcome.hgvs_p == "" or outcome.hgvs_p.endswith("="))
            if outcome.effect == "wild_type":
                assert changes[position - 1] == ref and outcome.bystander_ids == ()
            assert outcome.probability is None


@pytest.mark.parametrize("name", SNVS)
def test_the_shown_edit_in_plain_strings(name: str) -> None:
    """Find the spacer on the patient's allele, change the target letter, compare."""
    variant = named(name)
    allele = allele_of(variant, context([variant]))
    for proposal in base_edits(name):
        made = design(proposal)
        strand = allele.sequence if made.strand == "+" else reverse_complement(allele.sequence)
        at = strand.index(made.spacer)
        beside = strand[at + len(made.spacer) :]
        pam_side = next(e for e in base_editors() if e.name == made.editor).pam_side
        assert beside.startswith(made.pam) if pam_side == "3prime" else True
        assert made.target.position is not None
        base = at + made.target.position - 1
        assert strand[base] == made.target.base_before
        after = strand[:base] + made.target.base_after + strand[base + 1 :]
        after = after if made.strand == "+" else reverse_complement(after)
        if made.intended == "wild_type":
            assert after == allele.corrected
        for item in made.bystanders:
            assert strand[at + item.position - 1] == made.target.base_before == item.id[0]


@pytest.mark.parametrize("name", SNVS)
def test_worst_of_each_alternative_equals_the_worst_of_all_combinations(name: str) -> None:
    variant = named(name)
    where = context([variant])
    transcript = where.annotation.transcript(variant.transcript)
    subject = subject_of(variant, allele_of(variant, where), transcript, where)
    intent = correction(subject.allele)
    editors = makers(intent, base_editors())
    for made in base_designs(subject, "base-edit-correct", [intent], editors, {intent: editors}):
        worst = max((item.effect for item in made.outcomes), key=severity)
        assert made.alternatives[0].worst_outcome == worst


def alleles_of(name: str) -> tuple[Alleles, EditDesign]:
    variant = named(name)
    where = context([variant])
    transcript = where.annotation.transcript(variant.transcript)
    return (
        subject_of(variant, allele_of(variant, where), transcript, where).alleles,
        design(base_edits(name)[0]),
    )


def edits(made: EditDesign) -> list[tuple[int, str]]:
    after = plus(made.target.base_after, made.strand)
    return [(item.genomic_position, after) for item in made.bystanders]


def test_beyond_the_exact_limit_singles_and_the_worst_are_listed() -> None:
    """Thirteen bystanders invented along the coding sequence: 2^13 are not listed."""
    alleles, made = alleles_of("cps1")
    target = (made.target.genomic_position, plus(made.target.base_after, made.strand))
    reference = embedded().reference
    many: list[tuple[int, str]] = []
    position = target[0]
    while len(many) < MAX_EXACT + 1:
        position += 1
        base = reference.fetch("chr2", position, position + 1)
        many.append((position, "C" if base != "C" else "T"))
    listed, exact = list_outcomes(alleles, target, "wild_type", many)
    assert not exact
    assert len(listed) < 2 ** len(many)
    sizes = [len(item.edited) for item in listed]
    assert sizes.count(0) == 1 and sizes.count(1) == len(many) and len(many) in sizes
    worst, which = worst_combination(alleles, target, many)
    assert which in {item.edited for item in listed}
    assert worst == max((item.effect for item in listed), key=severity)
    listed, exact = list_outcomes(alleles, target, "wild_type", many[:MAX_EXACT])
    assert exact and len(listed) == 2**MAX_EXACT


def test_worst_combination_sees_two_edits_of_one_codon() -> None:
    """Two edits of one codon are judged together: AAA>GGA is Gly, though AAA>AGA is Arg."""
    alleles, made = alleles_of("cps1")
    target = (made.target.genomic_position, plus(made.target.base_after, made.strand))
    transcript = alleles.transcript
    assert transcript is not None and transcript.cds is not None
    found = 0
    for number in range(336, 372):
        begin = transcript.cds[0] + 3 * (number - 1)
        places = [transcript.to_genomic(begin + k) for k in range(3)]
        pair: Sequence[tuple[int, str]] = [(places[0], "T"), (places[1], "A")]
        listed, exact = list_outcomes(alleles, target, "wild_type", pair)
        worst, _ = worst_combination(alleles, target, pair)
        assert exact
        assert worst == max((item.effect for item in listed[1:]), key=severity)
        found += worst == "nonsense_bystander"
    assert found, "some codon of the stretch becomes TAA or TAG only by both edits"


def test_without_a_transcript_the_change_is_described_on_the_genome() -> None:
    reference = embedded().reference
    alleles = Alleles(reference, None, "chr2", GenomicVariant("chr2", 210591885, "C", "T"))
    assert alleles.describe([(210591885, "C")]).hgvs_c == "g.="
    assert alleles.describe([]).hgvs_c == "g.210591886C>T"
    assert alleles.effect((210591885, "C"), [(210591884, "C")]) == "undescribed_bystander"


def test_an_intronic_variant_is_corrected_at_the_dna() -> None:
    """Invented G>A in the intron behind LMNA exon 11: nothing in the protein to restore."""
    intron = embedded().reference.fetch("chr1", 156138767, 156138867)
    variants = [
        located("LMNA", "chr1", 156138768 + k, "G", "A")
        for k, base in enumerate(intron)
        if base == "G"
    ]
    assert {variant.hgvs_p for variant in variants} == {""}
    found = [
        item
        for variant in variants[:6]
        for item in proposals(variant)
        if item.strategy == "base-edit-correct"
    ]
    assert found
    for item in found:
        made = design(item)
        assert made.outcomes[0].effect == "wild_type"
        assert made.outcomes[0].hgvs_c == "c.="
        assert all(b.effect != "missense_bystander" for b in made.bystanders)


def test_a_bystander_in_the_splice_region_of_the_target_is_seen() -> None:
    """Both lie three and four bases into intron 11 of LMNA: the target's own term hides nothing."""
    reference = embedded().reference
    transcript = embedded().annotation.transcripts_of("LMNA")[0]
    end = next(end for start, end in transcript.exons if start <= 156138612 < end)
    first, second = end + 2, end + 3
    other = {"A": "G", "G": "A", "C": "T", "T": "C"}
    changed = [other[reference.fetch("chr1", p, p + 1)] for p in (first, second)]
    alleles = Alleles(
        reference,
        transcript,
        "chr1",
        GenomicVariant("chr1", first, reference.fetch("chr1", first, first + 1), changed[0]),
    )
    stays = (first, changed[0])  # an intended edit that keeps the term
    assert any(term.startswith("splice_") for term in alleles.describe([stays]).terms)
    assert alleles.effect(stays, [(second, changed[1])]) == "splice_region_bystander"


def test_restoration_counts_only_what_the_target_window_holds() -> None:
    from ipse.modalities.editing.design.base.checks import restoration

    made = design(proposals(named("cps1"))[0])
    assert restoration(made) == "wild_type"
    moved = tuple(b.model_copy(update={"in_target_window": True}) for b in made.bystanders)
    assert restoration(made.model_copy(update={"bystanders": moved})) == "benign"


def test_equal_edits_are_described_once() -> None:
    alleles, made = alleles_of("w1282x")
    target = (made.target.genomic_position, plus(made.target.base_after, made.strand))
    first = alleles.describe([target, *edits(made)])
    assert alleles.describe([*reversed(edits(made)), target]) is first
    other = replace(first, hgvs_p="p.?")
    assert other != first
