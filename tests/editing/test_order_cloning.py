"""Guides and cloning oligonucleotides: published pairs, and a simulation of the cloning."""

from __future__ import annotations

from collections import Counter

import pytest
from cloning_twin import anneal, cut, ligate, other_strand
from hypothesis import given
from hypothesis import strategies as st

from ipse.modalities.editing.order.cloning import (
    guide_pair,
    insert_sites,
    pegrna_pairs,
    sites,
)
from ipse.modalities.editing.order.guides import (
    guide_dna,
    protected,
    rna,
    t7_start,
    t7_template,
    u6_start,
)
from ipse.modalities.editing.order.items import guide_items, pegrna_items
from ipse.modalities.editing.order.parts import (
    Backbone,
    Ends,
    backbones,
    enzyme_of,
    enzymes,
    scaffold_of,
    scaffolds,
)

U6_END = "ATATATCTTGTGGAAAGGACGAAA"  # last bases of the human U6 promoter before CACC
EMX1 = "GAGTCCGAGCAGAAGAAGAA"  # Tsai 2015
BCL11A = "CTAACAGTTGCTTTTATCAC"  # exa-cel
CPS1 = "TGATTCTAAGCAGTAATGAA"  # k-abe
SP = scaffold_of("SpCas9")
assert SP is not None
SPACERS = st.text("ACGT", min_size=20, max_size=20)


def backbone(name: str) -> Backbone:
    return next(row for row in backbones() if row.name == name)


def empty_plasmid(row: Backbone, after: str) -> str:
    """Promoter end, overhang, two sites that face outward, overhang, scaffold."""
    enzyme = enzymes()[row.cut_with]
    gap = "A" * enzyme.cut_top
    left = row.top + gap + other_strand(enzyme.site)
    right = enzyme.site + gap + other_strand(row.bottom)
    return U6_END + left + "ATATATAT" + right + after


# --- the guide itself --------------------------------------------------------------------------


def test_the_guide_of_k_abe_has_its_published_composition() -> None:
    whole = guide_dna(CPS1, SP, tail=True)
    # doi:10.1056/NEJMoa2504747: A34 C14 G23 U29
    assert Counter(rna(whole)) == {"A": 34, "C": 14, "G": 23, "U": 29}
    assert len(whole) == 100


def test_a_direct_repeat_stands_before_the_spacer() -> None:
    lb = scaffold_of("LbCas12a")
    assert lb is not None
    assert (
        guide_dna("CCTTGTCAAGGCTATTGGTCA", lb) == "TAATTTCTACTAAGTGTAGAT" + "CCTTGTCAAGGCTATTGGTCA"
    )


def test_ends_in_vendor_notation() -> None:
    text = protected(guide_dna(CPS1, SP, tail=True))
    assert text.startswith("mU*mG*mA*UUCUAAGC")
    assert text.endswith("GGUGCU*mU*mU*mU")
    assert text.count("*") == 6
    assert text.replace("m", "").replace("*", "") == rna(guide_dna(CPS1, SP, tail=True))
    two = protected("ACGUACGUAC", Ends("2xMS", 2, 2, False, ()))
    assert two == "mA*mC*GUACGU*mA*mC"


@given(st.text("ACGT", min_size=1, max_size=30))
def test_protection_changes_no_letter(sequence: str) -> None:
    text = protected(sequence)
    assert text.replace("m", "").replace("*", "") == sequence.replace("T", "U")
    assert text.count("m") == min(6, len(sequence))
    assert not text.startswith("*") and not text.endswith("*")


@pytest.mark.parametrize("row", scaffolds(), ids=lambda row: row.name)
def test_scaffold_row(row) -> None:  # type: ignore[no-untyped-def]
    assert set(row.sequence) <= set("ACGT")
    assert row.side == ("5prime" if "Cas12a" in row.enzyme else "3prime")
    assert f"{len(row.sequence)} nt" in row.note


def test_one_default_scaffold_for_each_protein() -> None:
    assert Counter(row.enzyme for row in scaffolds() if row.default) == dict.fromkeys(
        ("SpCas9", "SaCas9", "LbCas12a", "AsCas12a"), 1
    )


@pytest.mark.parametrize(
    ("editor", "pam", "side", "enzyme"),
    [
        ("ABE8e", "NGG", "3prime", "SpCas9"),
        ("SpRY-ABE8e", "NRN", "3prime", "SpCas9"),
        ("ABE8e-NRCH", "NRCH", "3prime", "SpCas9"),
        ("SaKKH-ABE", "NNNRRT", "3prime", "SaCas9"),
        ("Cas12a-BE", "TTTV", "5prime", "LbCas12a"),
        ("AsCas12a", "TTTV", "5prime", "AsCas12a"),
        ("some Cas12a", "TTTV", "5prime", None),
        ("some Cas9", "NNNNGATT", "3prime", None),
    ],
)
def test_which_guide_an_editor_takes(editor: str, pam: str, side: str, enzyme: str | None) -> None:
    assert enzyme_of(editor, pam, side) == enzyme


# --- starts of transcripts ---------------------------------------------------------------------


@given(SPACERS)
def test_u6_starts_with_g(spacer: str) -> None:
    start = u6_start(spacer)
    assert (start.added + spacer)[0] == "G"
    assert start.added == ("" if spacer[0] == "G" else "G")


@given(SPACERS)
def test_t7_starts_with_two_g(spacer: str) -> None:
    start = t7_start(spacer)
    assert (start.added + spacer).startswith("GG")
    assert len(start.added) == max(0, 2 - (len(spacer) - len(spacer.lstrip("G"))))


@given(SPACERS)
def test_t7_template_fills_in_to_the_whole_guide(spacer: str) -> None:
    for row in scaffolds():
        forward, reverse = t7_template(spacer, row)
        below = other_strand(reverse)
        joined = next(
            forward + below[overlap:]
            for overlap in range(min(len(forward), len(below)), 0, -1)
            if forward.endswith(below[:overlap])
        )
        guide = guide_dna(spacer, row)
        assert joined.startswith("TAATACGACTCACTATAGG")
        assert joined.endswith(guide)
        assert len(joined) <= len("TAATACGACTCACTATA") + 2 + len(guide)


# --- single pairs ------------------------------------------------------------------------------


def test_published_pairs() -> None:
    px330 = backbone("pX330")
    # EMX1 begins with G: no base is added (pair as in the lentiCRISPR v2 protocol's layout)
    pair = guide_pair(EMX1, px330)
    assert pair.top == "CACCGAGTCCGAGCAGAAGAAGAA"
    assert pair.bottom == "AAACTTCTTCTTCTGCTCGGACTC"
    # exa-cel's spacer does not: CACCG + N20, AAAC + N20 + C (Zhang laboratory protocol)
    pair = guide_pair(BCL11A, px330)
    assert pair.top == "CACCGCTAACAGTTGCTTTTATCAC"
    assert pair.bottom == "AAACGTGATAAAAGCAACTGTTAGC"


@pytest.mark.parametrize(
    "name", [row.name for row in backbones() if row.takes == "guide" and row.cut_with]
)
@given(spacer=SPACERS)
def test_cloned_guide_stands_between_promoter_and_scaffold(name: str, spacer: str) -> None:
    row = backbone(name)
    enzyme = enzymes()[row.cut_with]
    scaffold = scaffold_of(row.enzyme)
    assert scaffold is not None
    overhang = other_strand(row.bottom)
    assert scaffold.sequence.startswith(overhang)
    plasmid = empty_plasmid(row, scaffold.sequence[len(overhang) :])
    pieces = cut(plasmid, enzyme.site, enzyme.cut_top, enzyme.cut_bottom)
    assert len(pieces) == 3
    pair = guide_pair(spacer, row)
    joined = ligate(pieces[0], anneal(pair.top, pair.bottom), pieces[2])
    added = u6_start(spacer).added
    assert joined == U6_END + "CACC" + added + guide_dna(spacer, scaffold)


def test_behind_a_direct_repeat_no_g_is_added() -> None:
    pair = guide_pair("CCTTGTCAAGGCTATTGGTCA", backbone("pU6-As-crRNA"))
    assert pair.top == "AGATCCTTGTCAAGGCTATTGGTCA"
    assert pair.bottom == "AAAATGACCAATAGCCTTGACAAGG"
    # the overhang is the end of the repeat
    assert all(
        scaffold_of(enzyme).sequence.endswith("AGAT")  # type: ignore[union-attr]
        for enzyme in ("AsCas12a", "LbCas12a")
    )


# --- a pegRNA ----------------------------------------------------------------------------------


@given(SPACERS, st.text("ACGT", min_size=18, max_size=90))
def test_cloned_pegrna_is_the_pegrna(spacer: str, extension: str) -> None:
    row = backbone("pU6-pegRNA-GG-acceptor")
    enzyme = enzymes()[row.cut_with]
    plasmid = empty_plasmid(row, "TTTAAGCTT")
    pieces = cut(plasmid, enzyme.site, enzyme.cut_top, enzyme.cut_bottom)
    pairs = pegrna_pairs(spacer, extension, SP, row)
    inserts = [anneal(pair.top, pair.bottom) for pair in pairs]
    joined = ligate(pieces[0], *inserts, pieces[2])
    added = u6_start(spacer).added
    wanted = U6_END + "CACC" + added + spacer + SP.sequence + extension + "TTTTTTTAAGCTT"
    assert joined == wanted
    # the three junctions differ, so that the parts join in one order
    ends = [item.left_overhang for item in inserts] + [inserts[-1].right_overhang]
    assert len({*ends, *map(other_strand, ends)}) == 2 * len(ends)


def test_published_scaffold_pair() -> None:
    pairs = pegrna_pairs(BCL11A, "ACGT" * 6, SP, backbone("pU6-pegRNA-GG-acceptor"))
    spacer, scaffold, extension = pairs
    # doi:10.1038/s41586-019-1711-4, as public code of it prints them
    assert spacer.top == "CACCG" + BCL11A + "GTTTT"
    assert spacer.bottom == "CTCTAAAAC" + other_strand(BCL11A) + "C"
    assert scaffold.top == "AGAGCTAGAAATAGCAAGTTAAAATAAGGCTAGTCCGTTATCAACTTGAAAAAGTGGCACCGAGTCG"
    assert scaffold.bottom.startswith("GCACCGACTCGGTGCC")
    assert scaffold.phosphate and not spacer.phosphate
    assert extension.top.startswith("GTGC") and extension.bottom.startswith("AAAA")


# --- sites of the enzyme -----------------------------------------------------------------------


def test_enzymes_agree_with_rebase() -> None:
    from Bio import Restriction

    for row in enzymes().values():
        theirs = getattr(Restriction, row.name)
        assert theirs.site == row.site
        assert theirs.fst5 == len(row.site) + row.cut_top
        assert row.cut_bottom - row.cut_top == 4 == -theirs.ovhg


def test_a_site_in_the_insert_or_at_its_edge_is_seen() -> None:
    bbsi, bsmbi = enzymes()["BbsI"], enzymes()["BsmBI"]
    assert list(sites("AAGAAGACTT", bbsi)) == [(2, "+")]
    assert list(sites("AAGTCTTCTT", bbsi)) == [(2, "-")]
    inside = guide_pair("GACTGAAGACTACGATCGAT", backbone("pX330"))
    assert insert_sites(inside.top, "AAAC", bbsi) == [(8, "+")]
    # the last C of the overhang CACC and a spacer that begins with GTCTC make CGTCTC
    edge = guide_pair("GTCTCATACGATCGATTACG", backbone("lentiGuide-Puro"))
    assert insert_sites(edge.top, "AAAC", bsmbi) == [(3, "+")]


@given(SPACERS)
def test_sites_against_a_search_of_both_strands(spacer: str) -> None:
    row = backbone("pX330")
    pair = guide_pair(spacer, row)
    whole = pair.top + "GTTT"
    for enzyme in enzymes().values():
        found = {place for place, _ in insert_sites(pair.top, row.bottom, enzyme)}
        twin = {
            place
            for place in range(len(whole))
            if whole[place : place + 6] in (enzyme.site, other_strand(enzyme.site))
        }
        assert found == twin


# --- items -------------------------------------------------------------------------------------


def test_items_of_a_guide() -> None:
    items = {item.name: item for item in guide_items("p1", CPS1, "SpCas9")}
    assert list(items) == ["p1-guide", "p1-U6-F", "p1-U6-R", "p1-T7-F", "p1-T7-R"]
    assert items["p1-U6-F"].sequence == "CACCG" + CPS1
    assert "pX330 (addgene 42230, BbsI" in items["p1-U6-F"].use
    assert "lentiGuide-Puro (addgene 52963, BsmBI)" in items["p1-U6-F"].use
    assert items["p1-T7-F"].sequence.startswith("TAATACGACTCACTATAGG" + CPS1)
    assert all(item.source and item.length == len(item.plain) for item in items.values())


def test_no_nuclease_comes_with_the_guide_of_a_base_editor() -> None:
    edits = {item.name: item for item in guide_items("p1", CPS1, "SpCas9", cuts=False)}
    assert "lentiGuide-Puro" in edits["p1-U6-F"].use
    assert "pX330" not in edits["p1-U6-F"].use and "lentiCRISPR" not in edits["p1-U6-F"].use
    cuts = {item.name: item for item in guide_items("p1", CPS1, "SpCas9")}
    assert "pX330 (addgene 42230, BbsI, brings SpCas9)" in cuts["p1-U6-F"].use


def test_no_items_without_a_scaffold() -> None:
    assert guide_items("p1", CPS1, None) == ()
    assert guide_items("p1", CPS1, "CjCas9") == ()


def test_items_of_a_pegrna() -> None:
    plain, motif = "ACGTACGTACGTACGTACGTAC", "ACGTACGTACGTACGTACGTACAACCAACCCGCGGTTC"
    forms = {"pegRNA": plain, "epegRNA tevopreQ1": motif}
    items = {item.name: item for item in pegrna_items("p1", CPS1, forms)}
    assert len(items) == 2 + 2 + 2 + 2 * 2
    assert items["p1-pegRNA"].plain == rna(CPS1 + SP.sequence + plain)
    assert items["p1-epegRNA-tevopreQ1"].plain == rna(CPS1 + SP.sequence + motif)
    assert items["p1-scaffold-F"].sequence.startswith("/5Phos/AGAGCTAG")
    assert items["p1-pegRNA-extension-R"].note == "anneal with p1-pegRNA-extension-F"
    assert items["p1-epegRNA-tevopreQ1-extension-F"].plain == "GTGC" + motif
