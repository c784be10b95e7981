"""Integrated cDNAs, spliced and read in plain strings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from edit_cases import answers, context, design, located, named
from hdr_simulator import PAIR, read, turned

from ipse.construct.genbank import read_genbank
from ipse.core.proposal import NotProposed, Proposal, Unknown
from ipse.genome.embedded import embedded
from ipse.genome.transcript import Transcript
from ipse.modalities.editing import EditingModality
from ipse.modalities.editing.design.hdr.donor import arm_length
from ipse.modalities.editing.design.hdr.knock_in import MISMATCHES
from ipse.modalities.editing.design.hdr.knock_strategy import CdnaKnockIn
from ipse.modalities.editing.design.hdr.recode import longest_shared, recoded
from ipse.modalities.editing.design.hdr.rules import donor_rules, parts
from ipse.modalities.editing.model import EditDesign
from ipse.patient.variants import Variant

FAMILY = (CdnaKnockIn(),)
GENES = ["IL2RG", "F9", "TTR", "PCSK9", "LMNA", "SMN1", "LDLR"]


def transcript_of(gene: str) -> Transcript:
    return embedded().annotation.transcripts_of(gene)[0]


def late_stop(gene: str) -> Variant:
    """A substitution in the last coding exon: downstream of every place."""
    transcript = transcript_of(gene)
    assert transcript.cds is not None
    at = transcript.to_genomic(transcript.cds[1] - 40)
    base = embedded().reference.fetch(transcript.contig, at, at + 1)
    return located(gene, transcript.contig, at + 1, base, "A" if base != "A" else "C")


@cache
def found(gene: str) -> list[Proposal]:
    made = answers(late_stop(gene), families=FAMILY)
    return [item for item in made if isinstance(item, Proposal)]


def edited(made: EditDesign) -> tuple[int, str]:
    """The allele with the donor in it, from the left arm's first base to the right arm's last."""
    parts_of = made.knock_in
    assert parts_of is not None
    donor, reference = parts_of.donor, embedded().reference
    left = reference.fetch(donor.contig, *donor.left)
    right = reference.fetch(donor.contig, *donor.right)
    # both arms are the reference's own bases on either side of what is replaced
    assert donor.sequence.startswith(left) and donor.sequence.endswith(right)
    assert donor.left[1] == parts_of.replaced[0] and donor.right[0] == parts_of.replaced[1]
    return donor.left[0], donor.sequence


def spliced(made: EditDesign) -> str:
    """Code read from the edited allele: the exons before the donor, then the donor's own."""
    knock, transcript = made.knock_in, transcript_of(made.gene)
    assert knock is not None
    _, allele = edited(made)
    sense = allele if transcript.strand == "+" else turned(allele)
    first, behind = _right_of_arm(made, sense), sense.index(parts()["polya"].dna)
    if knock.place == "start-codon":
        return sense[first:behind]
    assert sense[first : first + knock.acceptor_length].endswith("AG")
    native = transcript.cds_sequence[: _exonic(transcript, knock.exon)]
    return native + sense[first + knock.acceptor_length : behind]


def _right_of_arm(made: EditDesign, sense: str) -> int:
    """Where the insert begins on the sense strand."""
    assert made.knock_in is not None
    donor = made.knock_in.donor
    if transcript_of(made.gene).strand == "+":
        return donor.left[1] - donor.left[0]
    return donor.right[1] - donor.right[0]


def _exonic(transcript: Transcript, exon: int) -> int:
    """Coding letters up to the end of an exon."""
    assert transcript.cds is not None
    length = sum(end - start for start, end in transcript.exons[:exon])
    return length - transcript.cds[0]


@pytest.mark.parametrize("gene", GENES)
def test_the_edited_allele_is_read_as_the_wild_type_protein(gene: str) -> None:
    transcript = transcript_of(gene)
    shown = [design(item) for item in found(gene)]
    assert shown
    for made in shown:
        code = spliced(made)
        assert len(code) % 3 == 0 and code[:3] == "ATG"
        assert read(code) == transcript.protein
        assert code[-3:] in ("TAA", "TAG", "TGA")


@pytest.mark.parametrize("gene", ["IL2RG", "TTR", "F9"])
def test_the_start_codon_stays_in_its_place(gene: str) -> None:
    """What stands before the start codon is the gene's own 5' untranslated region."""
    transcript = transcript_of(gene)
    assert transcript.cds is not None
    before = transcript.sequence[: transcript.cds[0]][-30:]
    for item in found(gene):
        made = design(item)
        if made.knock_in is None or made.knock_in.place != "start-codon":
            continue
        _, allele = edited(made)
        sense = allele if transcript.strand == "+" else turned(allele)
        assert sense[: _right_of_arm(made, sense)].endswith(before)


@pytest.mark.parametrize("gene", GENES)
def test_sizes_and_arms(gene: str) -> None:
    rules = donor_rules()
    for item in found(gene):
        made = design(item)
        assert made.knock_in is not None
        donor = made.knock_in.donor
        arms = [donor.left[1] - donor.left[0], donor.right[1] - donor.right[0]]
        assert donor.genome_length == 290 + sum(arms) + donor.insert_length <= rules.most
        assert all(rules.shortest <= arm <= rules.longest for arm in arms)
        assert len(donor.sequence) == sum(arms) + donor.insert_length
        assert [piece.start for piece in donor.pieces[1:]] == [
            piece.end for piece in donor.pieces[:-1]
        ]
        assert donor.pieces[-1].end == len(donor.sequence)


@pytest.mark.parametrize("gene", GENES)
def test_the_guide_cuts_the_gene_and_not_the_donor(gene: str) -> None:
    reference = embedded().reference
    for item in found(gene):
        made = design(item)
        assert made.knock_in is not None and made.knock_in.protected
        own = reference.fetch(made.contig, made.protospacer_start, made.protospacer_end)
        assert made.spacer == (own if made.strand == "+" else turned(own))
        pam = reference.fetch(made.contig, made.pam_start, made.pam_end)
        assert made.pam == (pam if made.strand == "+" else turned(pam))
        size = len(made.spacer)
        for text in (made.knock_in.donor.sequence, turned(made.knock_in.donor.sequence)):
            for k in range(len(text) - size - 3):
                wrong = sum(a != b for a, b in zip(text[k : k + size], made.spacer, strict=True))
                if wrong <= 1 and made.pam_side == "3prime":
                    assert text[k + size + 1 : k + size + 3] not in ("GG", "AG", "GA")
    assert MISMATCHES >= 1


def test_recoding_keeps_the_protein_and_shares_little() -> None:
    for gene in GENES:
        code = transcript_of(gene).cds_sequence
        for first in (0, 1, 2, 3, 100):
            other = recoded(code, first)
            assert read(other) == read(code) and other[:first] == code[:first]
        assert longest_shared(code, recoded(code)) < 12


def test_a_variant_before_the_place_is_not_made_up_for() -> None:
    """IL2RG exon 1: only the donor at the start codon takes its place."""
    transcript = transcript_of("IL2RG")
    assert transcript.cds is not None
    at = transcript.to_genomic(transcript.cds[0] + 60)
    base = embedded().reference.fetch(transcript.contig, at, at + 1)
    variant = located("IL2RG", transcript.contig, at + 1, base, "A" if base != "A" else "C")
    shown = [x for x in answers(variant, families=FAMILY) if isinstance(x, Proposal)]
    places = {x.design["knock_in"]["place"] for x in shown}
    assert places == {"start-codon"}
    assert {x.design["knock_in"]["place"] for x in found("IL2RG")} == {"start-codon", "intron"}


@pytest.mark.parametrize("name", ["cps1", "w1282x"])
def test_a_long_code_does_not_fit(name: str) -> None:
    (item,) = answers(named(name), families=FAMILY)
    assert isinstance(item, NotProposed) and item.code == "donor-too-long"
    assert "4900" in item.reason


def test_a_locus_held_in_part_is_unknown_and_says_what_resolves_it() -> None:
    """HBB: 267 bases before the start codon are held, and intron 1 is short."""
    made = answers(named("sickle"), families=FAMILY)
    (unknown,) = [item for item in made if isinstance(item, Unknown)]
    assert unknown.code == "locus-sequence-missing" and "genome add" in unknown.resolves
    (refused,) = [item for item in made if isinstance(item, NotProposed)]
    assert "intron" in refused.reason and "130 bases" in refused.reason


def test_published_integrations_are_cited_as_analogies() -> None:
    for gene in ("IL2RG", "F9"):
        for item in found(gene):
            assert item.precedent == "analogy"
            codes = {one.code for one in item.findings}
            assert "knock-in-precedent-by-analogy" in codes and "cdna-treats" in codes
    assert all(item.precedent is None for item in found("TTR"))


def test_the_genbank_donor_reads_from_repeat_to_repeat(tmp_path: Path) -> None:
    shown = found("IL2RG")
    where = context([late_stop("IL2RG")])
    EditingModality(FAMILY).artefacts(shown, shown[:2], tmp_path, where)
    for item in shown[:2]:
        made = design(item)
        assert made.knock_in is not None
        record = read_genbank(tmp_path / f"genbank/{item.id}-donor.gb")
        (code,) = [f for f in record.features if f.type == "CDS"]
        letters = str(code.extract(record.seq))
        protein = transcript_of("IL2RG").protein
        if made.knock_in.place == "start-codon":
            assert read(letters) == protein
        assert len(letters) == made.knock_in.cdna_length
        kinds = [f.type for f in record.features]
        assert kinds.count("repeat_region") == 2 and "polyA_signal" in kinds
    assert (tmp_path / "knock-in-donors.fa").read_text().count(">") == len(shown)


def test_arms_shrink_before_a_donor_is_given_up() -> None:
    assert arm_length(2808, donor_rules()) == 801
    assert PAIR[ord("A")] == ord("T")
