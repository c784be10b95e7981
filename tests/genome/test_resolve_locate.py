"""Everything a user may type for a variant, and what is said when it is not there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipse.core.errors import InputError, NotInReference
from ipse.genome.annotation import Annotation
from ipse.genome.embedded import Genome, embedded
from ipse.genome.reference import SparseReference
from ipse.genome.resolve import Located, locate

CPS1 = "chr2:210591886:C:T"
SICKLE = "chr11:5227002:T:A"
F508 = "chr7:117559591:TCT:-"


def find(text: str, gene: str | None = None) -> Located:
    return locate(text, embedded(), gene)


def codes(located: Located) -> set[str]:
    return {finding.code for finding in located.findings}


@pytest.mark.parametrize(
    ("text", "gene", "variant", "code"),
    [
        ("NM_001875.4:c.1003C>T", None, CPS1, ""),
        ("NM_001875.4(CPS1):c.1003C>T (p.Gln335Ter)", None, CPS1, ""),
        ("NM_001875.5:c.1003C>T", None, CPS1, "transcript-version-substituted"),
        ("NM_001875:c.1003C>T", None, CPS1, "transcript-version-missing"),
        ("CPS1:c.1003C>T", None, CPS1, "transcript-chosen"),
        ("HGNC:2323", "skip", "", ""),
        ("c.1003C>T", "CPS1", CPS1, "transcript-chosen"),
        ("c.1003C>T", "HGNC:2323", CPS1, "transcript-chosen"),
        ("CPS1 p.Q335X", None, CPS1, "dna-change-deduced"),
        ("p.Gln335Ter", "CPS1", CPS1, "dna-change-deduced"),
        ("NP_001866.2:p.Gln335Ter", None, CPS1, "dna-change-deduced"),
        ("Q335X", "CPS1", CPS1, "dna-change-deduced"),
        ("NC_000002.12:g.210591886C>T", None, CPS1, ""),
        ("chr2:g.210591886C>T", None, CPS1, ""),
        ("chr2-210591886-C-T", None, CPS1, ""),
        ("2:210591886:C:T", None, CPS1, ""),
        ("2 210,591,886 C/T", None, CPS1, ""),
        ("chr2:210591886C>T", None, CPS1, ""),
        ("NC_000002.12:210591885:C:T", None, CPS1, ""),
        ("NC_000002.12:210591885:1:T", None, CPS1, ""),
        ("HBB E6V", None, SICKLE, "legacy-numbering"),
        ("E6V", "HBB", SICKLE, "legacy-numbering"),
        ("HbS", None, SICKLE, "legacy-name"),
        ("NM_000518.4:c.20A>T", None, SICKLE, ""),
        ("CFTR delta-F508", None, F508, "legacy-name"),
        ("ΔF508", None, F508, "legacy-name"),
        ("CFTR p.Phe508del", None, F508, "legacy-name"),
        ("NM_000492.3:c.1520_1522delTCT", None, F508, "hgvs-normalised"),
        ("chr7-117559590-ATCT-A", None, F508, ""),
        ("TTR V30M", None, "chr18:31592974:G:A", "legacy-numbering"),
        ("FIX R338L", None, "chrX:139561836:G:T", "legacy-numbering"),
        ("HBB IVS1-110G>A", None, "chr11:5226820:C:T", "legacy-intron-name"),
        ("CFTR W1282X", None, "chr7:117642566:G:A", "legacy-name"),
        ("LMNA G608G", None, "chr1:156138613:C:T", "legacy-name"),
    ],
)
def test_places(text: str, gene: str | None, variant: str, code: str) -> None:
    if gene == "skip":
        with pytest.raises(InputError):
            find(text)
        return
    located = find(text, gene)
    assert str(located.variant) == variant
    assert (code in codes(located)) if code else not codes(located)
    assert located.consequence is not None and located.transcript is not None
    assert located.hgvs_c == located.consequence.hgvs_c
    if code.startswith("legacy"):
        (finding,) = [f for f in located.findings if f.code == code]
        assert finding.evidence and ("c." in finding.message or "p." in finding.message)


@pytest.mark.parametrize(
    ("text", "gene", "words"),
    [
        # the base there, and where the stated one would be right
        ("NM_001875.4:c.1003G>T", None, ["has C at 1003", "states G", "other strand"]),
        (
            "NM_001875.4:c.1004C>T",
            None,
            ["next step: the name may be of another version or isoform of the transcript (here: "],
        ),
        ("NM_000518.5:c.20T>A", None, ["has A at 20", "other strand"]),
        (
            "NM_000371.3:c.88G>A",
            None,
            ["has T at 88", "c.148 if c.1 is taken as the first base of the mature protein"],
        ),
        ("chr2:g.210591886A>T", None, ["has C at 210591886", "GRCh37"]),
        ("chr2-210591885-C-T", None, ["states C", "+1 away", "GRCh37"]),
        ("NC_000002.11:g.211456610C>T", None, ["chromosome 2 of GRCh37", "convert"]),
        ("NC_000002.11:211456609:C:T", None, ["chromosome 2 of GRCh37"]),
        ("HBB p.E6V", None, ["has Pro6", "p.Glu7Val", "uniprot:P68871"]),
        ("TTR p.V30M", None, ["has Cys30", "p.Val50Met"]),
        ("CPS1 L1P", None, ["has Met1", "nearest Leu"]),
        # transcripts and genes
        ("NM_001875.3:c.1003C>T", None, ["NM_001875.4"]),
        ("NM_000001.1(CPS1):c.1003C>T", None, ["a transcript of CPS1", "NM_001875.4"]),
        ("CPS2:c.1003C>T", None, ["CPS1"]),
        ("V30M", None, ["needs its gene"]),
        ("c.20A>T", None, ["no gene is named"]),
        # proteins that leave the DNA open
        ("CFTR p.Gly542Arg", None, ["c.1624G>A", "c.1624G>C"]),
        ("CPS1 p.Gln335Trp", None, ["no single base", "delins"]),
        ("CPS1 p.Gln335fs", None, ["does not say which bases"]),
        ("CPS1 p.Met1?", None, ["does not say which bases"]),
        ("TTR T60A", None, ["two numberings", "p.Thr80Ala", "p.Thr60Ala"]),
        # not variants
        ("rs334", None, ["dbSNP"]),
        ("exon 7 of SMN1", None, ["exon 8 of NM_000344.3", "names no change"]),
        ("exon 7", None, ["needs its gene"]),
        ("DMD exon 99", None, ["has 79 exons"]),
        ("garbage", None, ["not understood"]),
        ("", None, ["not understood"]),
        ("chr2-999999999-A-T", None, ["242193529 bases"]),
        ("CPS1:c.9999C>T", None, ["behind the end"]),
        ("CPS1:c.1003+5C>T", None, ["not the last base of an exon"]),
    ],
)
def test_what_is_wrong_and_what_may_have_been_meant(
    text: str, gene: str | None, words: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        find(text, gene)
    for word in words:
        assert word in str(caught.value)
    assert caught.value.expected or caught.value.next_step


def test_no_sequence_is_said_so() -> None:
    with pytest.raises(NotInReference):
        find("chr20-3000000-A-G")


def test_without_a_transcript() -> None:
    genome = embedded()
    start, end = genome.reference.held("chr11")[0]
    base = genome.reference.fetch("chr11", start, start + 1)
    located = find(f"chr11-{start + 1}-{base}-{'A' if base != 'A' else 'C'}")
    if located.transcript is None:
        assert codes(located) == {"no-transcript"} and located.hgvs_c == ""
    assert end > start


def test_a_stated_protein_change_is_compared() -> None:
    located = find("NM_000518.5(HBB):c.20A>T (p.Glu6Val)")
    assert "protein-name-differs" in codes(located)
    assert "protein-name-differs" not in codes(find("NM_000518.5:c.20A>T (p.E7V)"))
    assert "protein-name-differs" not in codes(find("NM_000518.5:c.27dup (p.Ser10fs)"))


def test_another_gene_beside_the_transcript() -> None:
    assert "gene-differs" in codes(find("NM_000518.5(CFTR):c.20A>T"))
    assert "gene-differs" in codes(find("NM_000518.5:c.20A>T", "CFTR"))
    assert "gene-differs" not in codes(find("NM_000518.5:c.20A>T", "beta-globin"))


def test_letters_of_transcript_and_genome() -> None:
    genome = embedded()
    hbb = genome.annotation.transcript("NM_000518.5")
    letters = hbb.sequence[:69] + "G" + hbb.sequence[70:]  # c.20 (A) in the transcript's place
    other = replace(hbb, id="NM_000518.99", sequence=letters)
    made = Genome(genome.reference, Annotation("made-up", "", [other], genome.reference))
    located = locate("NM_000518.99:c.20G>T", made)
    assert str(located.variant) == SICKLE
    assert "transcript-differs-from-genome" in codes(located)


def test_mitochondrial_descriptions_need_no_accession() -> None:
    letters = "GATCACAGGTCTATCACCCTATTAACC"
    reference = SparseReference("mito", "", {"chrM": len(letters)}, {"chrM": [(0, letters)]})
    made = Genome(reference, Annotation("none", "", [], reference))
    assert str(locate("m.3T>C", made).variant) == "chrM:3:T:C"


def test_nothing_changes() -> None:
    assert "no-change" in codes(find("NM_000518.5:c.20="))


@settings(max_examples=150)
@given(
    st.sampled_from(
        ["NM_001875.4:c.1003C>T", "CPS1 p.Q335X", "chr2-210591886-C-T", "TTR V30M", "delta-F508",
         "HBB IVS1-110G>A", "NC_000002.12:210591885:C:T", "exon 7 of SMN1", "CPS1:c.1000_1010del"]
    ),
    st.data(),
)  # fmt: skip
def test_broken_texts_give_an_answer_or_a_clean_error(text: str, data: st.DataObject) -> None:
    letters = list(text)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(letters)))
        letters[place : place + data.draw(st.integers(0, 2))] = data.draw(
            st.text(" :_-+*>()0123456789ACGTcgpdelinsMVXΔ", max_size=2)
        )
    try:
        located = find("".join(letters))
    except (InputError, NotInReference) as error:
        assert re.search(r"\w", error.message)
    else:
        assert located.variant.contig.startswith("chr")
