"""HGVS text: what is read, how it is written back, and what an error says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipse.core.errors import InputError
from ipse.genome.hgvs import Hgvs, NucleotideEdit, Position, ProteinEdit, parse

# Examples of the nomenclature's own pages (https://hgvs-nomenclature.org/stable/recommendations/
# for DNA and protein: substitution, deletion, duplication, insertion, inversion, delins,
# frameshift, extension): each is in normal form already.
NOMENCLATURE = [
    "NC_000023.11:g.33038255C>A",
    "NM_004006.2:c.93+1G>T",
    "LRG_199t1:c.79_80delinsTT",
    "NM_004006.2:c.123=",
    "NC_000023.11:g.33344591del",
    "NM_004006.2:c.5697del",
    "LRG_199t1:c.3921del",
    "NM_004006.2:c.183_186+48del",
    "NM_004006.2:c.4072-1234_5155-246del",
    "NM_004006.2:c.20dup",
    "NM_004006.2:c.20_23dup",
    "NM_004006.2:c.169_170insA",
    "NM_004006.2:c.5657_5660inv",
    "NM_004006.2:c.6775delinsGA",
    "NM_004006.2:c.145_147delinsTGG",
    "NC_012920.1:m.3243A>G",
    "NM_004006.2:c.-128_-126del",
    "NM_004006.2:c.*46T>A",
    "NR_002196.1:n.601G>T",
    "NC_000023.11(NM_004006.2):c.357+1G>A",
    "NP_003997.1:p.Trp24Cys",
    "NP_003997.1:p.(Trp24Cys)",
    "NP_003997.1:p.Trp24Ter",
    "NP_003997.1:p.Cys188=",
    "NP_003997.1:p.Met1?",
    "NP_003997.1:p.0",
    "NP_003997.1:p.?",
    "NP_003997.1:p.Val7del",
    "NP_003997.1:p.Lys23_Val25del",
    "NP_003997.1:p.Lys23_Val25dup",
    "NP_003997.1:p.His4_Gln5insAla",
    "NP_003997.1:p.Lys2_Gly3insGlnSerLys",
    "NP_003997.1:p.Met3_His4insGlyTer",
    "NP_003997.1:p.Cys28delinsTrpVal",
    "NP_003997.1:p.Cys28_Lys29delinsTrp",
    "NP_003997.1:p.Pro578_Lys579delinsLeuTer",
    "NP_0123456.1:p.Arg97ProfsTer23",
    "NP_0123456.1:p.Arg97fs",
    "NP_0123456.1:p.Ile327ArgfsTer?",
    "NP_003997.2:p.Ter110GlnextTer17",
    "NP_003997.2:p.Met1ext-5",
    "p.Ter327ArgextTer?",
]

# what people type -> normal form
TYPED = [
    ("NM_000518.5(HBB):c.20A>T (p.Glu7Val)", "NM_000518.5(HBB):c.20A>T"),
    ("NM_000518.5 (HBB) : c.20 A > T", "NM_000518.5(HBB):c.20A>T"),
    ("nm_000518.5(HBB):C.20a>t", "NM_000518.5(HBB):c.20A>T"),
    ("HBB(NM_000518.5):c.20A>T", "NM_000518.5(HBB):c.20A>T"),
    ("NM_000518.5:c.20A→T", "NM_000518.5:c.20A>T"),
    ("NM_000518.5:c.20A&gt;T", "NM_000518.5:c.20A>T"),
    ("c.−12C＞T", "c.-12C>T"),
    ("c.274–2A>G", "c.274-2A>G"),
    ("CPS1:c.1003C>T", "CPS1:c.1003C>T"),
    ("CPS1 c.1003C>T", "CPS1:c.1003C>T"),
    ("c.1521_1523delCTT", "c.1521_1523del"),
    ("c.1521_1523del3", "c.1521_1523del"),
    ("c.1521delCTT", "c.1521_1523del"),
    ("c.1521_1523DELCTT", "c.1521_1523del"),
    ("c.76_78delACTinsG", "c.76_78delinsG"),
    ("c.93dupA", "c.93dup"),
    ("c.A20T", "c.20A>T"),
    ("c.20A>A", "c.20A="),
    ("c.142_143CC>TT", "c.142_143delinsTT"),
    ("lrg_1T1:c.10_11insta", "LRG_1t1:c.10_11insTA"),
    ("LRG_1p1:p.Gly178Ser", "LRG_1p1:p.Gly178Ser"),
    ("chr2:g.210591886C>T", "chr2:g.210591886C>T"),
    ("ENST00000233072.10:c.1003C>T", "ENST00000233072.10:c.1003C>T"),
    ("p.Q335*", "p.Gln335Ter"),
    ("p.Q335X", "p.Gln335Ter"),
    ("p.Gln335X", "p.Gln335Ter"),
    ("p.(gln335TER)", "p.(Gln335Ter)"),
    ("p.Gln335Stop", "p.Gln335Ter"),
    ("CPS1 p.Q335X", "CPS1:p.Gln335Ter"),
    ("p.R97Pfs*23", "p.Arg97ProfsTer23"),
    ("p.Arg97ProfsX23", "p.Arg97ProfsTer23"),
    ("p.Arg97Profs", "p.Arg97Profs"),
    ("p.Tyr4Terfs", "p.Tyr4Ter"),
    ("p.*110Gext*17", "p.Ter110GlyextTer17"),
    ("p.F508del", "p.Phe508del"),
    ("p.Asp1013_Gly1014insVNSS", "p.Asp1013_Gly1014insValAsnSerSer"),
    ("p.(=)", "p.(=)"),
    ("p.Glu7Glu", "p.Glu7="),
    ("P68871:p.Glu7Val", "P68871:p.Glu7Val"),
]

# text, character named, words of the message or of what is expected
WRONG = [
    ("", 1, "not an HGVS description"),
    ("HBB", 1, "not an HGVS description"),
    ("c.", 3, "position"),
    ("NM_000518.5:c.0A>T", 15, "no position 0"),
    ("c.20A>", 7, "cannot be read"),
    ("c.20 A > ", 10, "cannot be read"),
    ("c.20A>T!", 8, "cannot be read"),
    ("c.76insA", 5, "76_77"),
    ("c.76_79insA", 8, "76_77"),
    ("c.10_8del", 6, "8_10"),
    ("c.10_12delAC", 8, "2 bases are named for 3 positions"),
    ("c.93_94ins", 11, "inserted sequence is not given"),
    ("c.100_101ins10", 13, "inserted sequence is not given"),
    ("c.54GCA[21]", 5, "repeat"),
    ("r.76a>c", 1, "RNA"),
    ("c.(4071+1_4072-1)_(5154+1_5155-1)del", 3, "breakpoints"),
    ("c.[76A>C;83G>C]", 3, "several variants"),
    ("c.IVS4-2A>G", 3, "IVS"),
    ("g.-5A>T", 3, "positive number"),
    ("g.5+1A>T", 3, "no intron positions"),
    ("p.Glu7", 7, "residues cannot be read"),
    ("p.(Glu7Val", 11, "not closed"),
    ("p.Glu7_Val9Lys", 12, "range of residues"),
    ("p.Glu7ins", 7, "two neighbouring residues"),
    ("p.Zzz7Val", 3, "residue"),
    ("a b(c)d:c.1A>T", 1, "reference sequence"),
]


@pytest.mark.parametrize("text", NOMENCLATURE)
def test_examples_of_the_nomenclature_round_trip(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize(("text", "normal"), TYPED)
def test_what_people_type(text: str, normal: str) -> None:
    assert str(parse(text)) == normal
    assert str(parse(normal)) == normal


@pytest.mark.parametrize(("text", "character", "words"), WRONG)
def test_errors_name_the_place(text: str, character: int, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    error = caught.value
    assert error.field is not None and f"character {character} " in error.field, str(error)
    assert words in str(error)
    assert error.expected and error.next_step and error.exit_status == 2


def test_parts() -> None:
    hgvs = parse("NM_000518.5(HBB):c.93-21G>A (p.?)")
    assert (hgvs.accession, hgvs.gene, hgvs.kind) == ("NM_000518.5", "HBB", "c")
    assert hgvs.start == hgvs.end == Position(93, -21, "cds_start")
    assert hgvs.edit == NucleotideEdit("sub", "G", "A")
    assert hgvs.protein is not None and hgvs.protein.description == "p.?"
    utr = parse("c.-12_*5del")
    assert utr.start == Position(-12, 0, "cds_start") and utr.end == Position(5, 0, "cds_end")
    fs = parse("p.Arg97ProfsTer23").edit
    assert fs == ProteinEdit("fs", "R", "R", "P", 23)
    assert parse("p.Arg97ProfsTer?").edit == ProteinEdit("fs", "R", "R", "P", 0)


def test_a_very_long_text_is_refused() -> None:
    with pytest.raises(InputError, match="too long"):
        parse("c.1_2ins" + "A" * 100_000)


POSITIONS = st.builds(
    Position,
    st.integers(1, 10**6) | st.integers(-(10**4), -1),
    st.just(0) | st.integers(-(10**5), 10**5),
    st.just("cds_start"),
) | st.builds(Position, st.integers(1, 10**4), st.integers(-99, 99), st.just("cds_end"))
BASES = st.text("ACGT", min_size=1, max_size=8)


@st.composite
def descriptions(draw: st.DrawFn) -> Hgvs:
    """c. descriptions in normal form."""
    kind = draw(st.sampled_from(["sub", "del", "dup", "delins", "inv", "identity"]))
    start = end = draw(POSITIONS)
    if kind != "sub" and draw(st.booleans()):
        end = Position(start.base + draw(st.integers(1, 50)), start.offset, start.datum)
        if start.base < 0 <= end.base:
            end = Position(end.base + 1, end.offset, end.datum)
    alt = draw(BASES) if kind == "delins" else ""
    ref = ""
    if kind == "sub":
        ref, alt = draw(st.permutations("ACGT"))[:2]
    gene = draw(st.sampled_from(["", "HBB", "C9orf72", "HLA-A"]))
    accession = draw(st.sampled_from(["", "NM_000518.5", "LRG_1t1", "ENST00000233072.10"]))
    return Hgvs(accession, gene, "c", start, end, NucleotideEdit(kind, ref, alt))


@given(descriptions())
def test_format_then_parse_is_the_same(hgvs: Hgvs) -> None:
    assert parse(str(hgvs)) == hgvs


@settings(max_examples=300)
@given(st.sampled_from(NOMENCLATURE + [text for text, _ in TYPED]), st.data())
def test_a_broken_text_gives_an_answer_or_a_clean_error(text: str, data: st.DataObject) -> None:
    letters = list(text)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(letters)))
        new = data.draw(st.sampled_from(" _:()[]*?=+->.;0123456789ACGTpcgmndelinsdupTerXΔ→é\u200b"))
        letters[place : place + data.draw(st.integers(0, 2))] = [new]
    try:
        hgvs = parse("".join(letters))
    except InputError as error:
        assert error.expected and error.field
    else:
        assert str(parse(str(hgvs))) == str(hgvs)


@given(st.text(max_size=60))
def test_any_text_gives_an_answer_or_a_clean_error(text: str) -> None:
    try:
        parse(text)
    except InputError as error:
        assert error.expected
