"""The twins against the HGVS nomenclature's own examples and published records.

Pages are those of https://hgvs-nomenclature.org, recommendations (version 21), by their titles.
Sequences are the ones printed there, put into small genes; numbers are shifted accordingly.
"""

from __future__ import annotations

import pytest
from coding_twin import Edit, GeneTwin, leftmost, other_strand, placements, vcf_record
from editing_twin import Guide, bystanders, guides, outcomes
from protein_twin import CODE, name_change, outcome, translate_to_stop


def both_strands(sense: str, exons: list[tuple[int, int]], cds: tuple[int, int]) -> list[GeneTwin]:
    """The same gene on the plus strand and on the minus strand."""
    size = len(sense)
    minus = [(size - end, size - start) for start, end in exons]
    return [
        GeneTwin(sense, "+", exons, cds),
        GeneTwin(other_strand(sense), "-", minus, cds),
    ]


def test_the_code_is_whole() -> None:
    assert len(CODE) == 64
    assert sorted(codon for codon, residue in CODE.items() if residue == "Ter") == [
        "TAA", "TAG", "TGA",
    ]  # fmt: skip


def test_numbering_has_no_zero_and_a_middle_base_belongs_upstream() -> None:
    """Page "Numbering": -1 follows 1 backwards; the central base of an intron gets a plus."""
    #        exon 1      intron   exon 2
    sense = "TTGCATGgtaagGCCTAACATT"
    for gene in both_strands(sense.upper(), [(2, 7), (12, 20)], (2, 11)):
        names = [gene.name_at.get(place) for place in range(len(sense))]
        assert names == [
            None, None, "-2", "-1", "1", "2", "3", "3+1", "3+2", "3+3", "4-2", "4-1",
            "4", "5", "6", "7", "8", "9", "*1", "*2", None, None,
        ]  # fmt: skip


@pytest.mark.parametrize("strand", [0, 1])
def test_deletion_of_one_of_a_run_is_the_most_3_prime(strand: int) -> None:
    """Page "deletion": ATTGAAAAAAAATTAG, the last A is described, on either strand."""
    sense = "CCATGGAAAAAAAATTAGTAACC"
    gene = both_strands(sense, [(2, 21)], (0, 19))[strand]
    for place in range(6, 14):
        assert gene.name(Edit(place, place + 1, "")) == "c.12del"


@pytest.mark.parametrize("strand", [0, 1])
def test_exon_borders(strand: int) -> None:
    """Page "deletion": c.1704+1del, c.1813del, and c.3921del which never jumps to exon 2."""
    # GAACAGgt: the G at the border is described in the intron
    gene = both_strands("CCGAACAGGTAACAGGTTTTACC", [(2, 8), (15, 21)], (0, 12))[strand]
    assert gene.name(Edit(7, 8, "")) == "c.6+1del"
    # ..agGTTTTA: a G deleted at the border is described in the exon
    assert gene.name(Edit(14, 15, "")) == "c.7del"
    # GAT gta//cag TCA: the T of exon 1 stays in exon 1
    gene = both_strands("CCGAAGATGTAACAGTCATAACC", [(2, 8), (15, 21)], (0, 12))[strand]
    assert gene.name(Edit(7, 8, "")) == "c.6del"
    assert gene.name(Edit(15, 16, "")) == "c.7del"


@pytest.mark.parametrize("strand", [0, 1])
def test_names_of_the_kinds_of_change(strand: int) -> None:
    sense = "GGATGGATGCATACGTCACGTGAGG"
    gene = both_strands(sense, [(2, 23)], (0, 21))[strand]
    assert gene.name(Edit(5, 6, "T")) == "c.4G>T"
    assert gene.name(Edit(5, 7, "TT")) == "c.4_5delinsTT"
    assert gene.name(Edit(5, 6, "")) == "c.4del"
    assert gene.name(Edit(5, 5, "C")) == "c.3_4insC"
    assert gene.name(Edit(5, 5, "ATG")) == "c.1_3dup"
    assert gene.name(Edit(5, 5, "GAT")) == "c.5_7dup"
    assert gene.name(Edit(5, 8, "CC")) == "c.4_6delinsCC"
    assert gene.name(Edit(5, 8, "ATC")) == "c.4_6inv"
    # page "inversion": the same change with unchanged bases around it
    assert gene.name(Edit(4, 9, "GATCG")) == "c.4_6inv"
    for text in ("c.4G>T", "c.4_6inv", "c.5_7dup", "c.3_4insC", "c.4_6delinsCC", "c.4del"):
        assert gene.name(gene.read(f"NM_1.1:{text}")) == text


# page, coding sequence before, coding sequence after, kept frame, name
PROTEINS = [
    ("frame shift, p.(Tyr4*)", "ATGGATGCATACGTCACGTGA", "ATGGATGCATAGTCACGTGA", "Tyr4Ter"),
    (
        "frame shift, c.6_13dup",
        "ATGGATGCATACGAGATGAGGTAA",
        "ATGGATGCATACGTGCATACGAGATGAGGTAA",
        "Glu5ValfsTer5",
    ),
    ("deletion, Trp4del", "ATGCTGTGGTGGGAATAA", "ATGCTGTGGGAATAA", "Trp4del"),
    (
        "deletion, Ser5del whichever codon goes",
        "ATGTGGTCCAGTTCCCACGATTAA",
        "ATGTGGTCCTCCCACGATTAA",
        "Ser5del|Ser4del",
    ),
    ("insertion, His4_Gln5insAla", "ATGAAAGGTCATCAACAATGTTAA",
     "ATGAAAGGTCATGCTCAACAATGTTAA", "His4_Gln5insAla"),
    ("insertion, Lys2_Gly3insGlnSerLys", "ATGAAAGGTCATCAACAATGTTAA",
     "ATGAAACAATCTAAAGGTCATCAACAATGTTAA", "Lys2_Gly3insGlnSerLys"),
    ("insertion, c.9_10insGGGTAG", "ATGAAAATGCATCAATAA", "ATGAAAATGGGGTAGCATCAATAA",
     "Met3_His4insGlyTer"),
    ("delins, Cys28delinsTrpVal in small", "ATGTGCCATTAA", "ATGTGGGTACATTAA", "Cys2delinsTrpVal"),
    ("delins, Cys28_Lys29delinsTrp in small", "ATGTGCAAACATTAA", "ATGTGGCATTAA",
     "Cys2_Lys3delinsTrp"),
    ("delins, c.1733_1735delinsTTT in small", "ATGCCCAAGGGCTAA", "ATGCTTTAGGGCTAA",
     "Pro2_Lys3delinsLeuTer"),
    ("duplication of one", "ATGGCATCATAA", "ATGGCAGCATCATAA", "Ala2dup"),
    ("duplication of three", "ATGGCATCACCACATTAA", "ATGGCATCACCAGCATCACCACATTAA", "Ala2_Pro4dup"),
    ("substitution", "ATGTGGCATTAA", "ATGTGTCATTAA", "Trp2Cys"),
    ("substitution, silent", "ATGTGCCATTAA", "ATGTGTCATTAA", "="),
]  # fmt: skip


@pytest.mark.parametrize(("page", "before", "after", "name"), PROTEINS, ids=lambda x: str(x)[:30])
def test_protein_examples(page: str, before: str, after: str, name: str) -> None:
    del page
    kept = (len(after) - len(before)) % 3 == 0
    got = name_change(
        translate_to_stop(before),
        translate_to_stop(after),
        [CODE[after[i : i + 3]] for i in range(0, len(after), 3)] if kept else None,
    )
    if name == "Ser5del|Ser4del":
        # Ser3 Ser4 Ser5: the page shows MetTrpSerSerSerHis, where the last Ser is number 5
        assert got == {"Ser5del"}
    else:
        assert got == {name}


def test_extension_counts_to_the_new_stop() -> None:
    """Hb Constant Spring, HBA2:c.427T>C: 31 residues more, p.Ter143GlnextTer31 in small."""
    sense = "ATGCGTTAAGCTGGAGCCTAA"
    for gene in both_strands("CC" + sense + "CC", [(2, 2 + len(sense))], (0, 9)):
        assert outcome(gene, Edit(8, 9, "C")).names == {"Ter3GlnextTer4"}
        # page "extension", discussion: one base more within the stop codon is an extension too
        (name,) = outcome(gene, Edit(9, 9, "C")).names or {""}
        assert name.startswith("Ter3SerextTer")
    for gene in both_strands("CCATGCGTTAAGCTGGCC", [(2, 16)], (0, 9)):
        assert outcome(gene, Edit(8, 9, "C")).names == {"Ter3GlnextTer?"}


def test_deletion_of_the_stop_codon_with_a_residue_is_a_frame_shift() -> None:
    """Page "frame shift": "deletions starting 5' of and including the termination codon"."""
    sense = "ATGCGTCATTAAGCTGGAGCCTAA"
    for gene in both_strands("CC" + sense + "CC", [(2, 2 + len(sense))], (0, 12)):
        assert outcome(gene, Edit(8, 14, "")).names == {"His3AlafsTer4"}


def test_vcf_normal_form() -> None:
    """Tan 2015, figure 1: GGGCACACACAGGG, one CA less, has one normal record."""
    text = "GGGCACACACAGGG"
    for start in range(3, 8):
        assert vcf_record(text, Edit(start, start + 2, "")) == (3, "GCA", "G")
    assert leftmost(text, Edit(8, 10, "")) == Edit(3, 5, "")
    assert [trial.start for trial in placements(text, Edit(3, 5, ""))] == [3, 4, 5, 6, 7, 8, 9]
    assert vcf_record(text, Edit(0, 1, "T")) == (1, "G", "T")


CPS1 = {
    "name": "NGC-ABE", "edit": "A>G", "pam": "NGC", "pam_side": "3prime", "protospacer_length": 20,
    "target_first": 4, "target_last": 8, "bystander_first": 1, "bystander_last": 11,
}  # fmt: skip


def test_the_published_cps1_guide() -> None:
    """k-abe in the N-of-1 case (doi:10.1056/NEJMoa2504747): A at position 8, PAM AGC."""
    spacer, pam = "TGATTCTAAGCAGTAATGAA", "AGC"
    sequence = "CCCC" + spacer + pam + "CCCC"
    expected = Guide("NGC-ABE", "+", 4, spacer, pam, 8)
    assert expected in guides(sequence, 11, [CPS1])
    turned = other_strand(sequence)
    assert expected._replace(strand="-", start=7) in guides(turned, len(sequence) - 12, [CPS1])
    assert bystanders(sequence, expected, CPS1) == {3: 6, 9: 12}
    assert len(outcomes(sequence, expected, CPS1)) == 4
    assert outcomes(sequence, expected, CPS1)[frozenset()][4:24] == "TGATTCTGAGCAGTAATGAA"
