"""Guides of a stretch against a plain search, on both strands and both sides of the PAM."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipse.core.errors import InputError, NotInReference
from ipse.core.sequence import matches, reverse_complement
from ipse.genome import guide_sites
from ipse.genome.efficiency import ModelScorer
from ipse.genome.embedded import embedded
from ipse.genome.guide_sites import find_guides
from ipse.genome.guide_table import guide_table, transcripts_over
from ipse.genome.reference import SparseReference
from ipse.genome.region import held, of_transcript, read_region
from ipse.genome.sites import Pam

PAMS = ("NGG", "NGG+NAG", "TTTV", "NNGRRT", "NRN+NGG", "NG+NGA", "TTN")
GENOME = embedded()


def reference(text: str) -> SparseReference:
    """One contig; N stands for what is not held."""
    parts, at = [], 0
    for word in text.replace("N", " N ").split():
        if word != "N":
            parts.append((at, word))
        at += len(word)
    return SparseReference("made", "", {"c": len(text)}, {"c": parts})


def plain(
    text: str, start: int, end: int, pam: Pam, length: int, before: int, after: int
) -> list[tuple[int, bool, str, str, str]]:
    """Start, strand, spacer, PAM and surroundings of every guide, letter by letter."""
    found = {}
    for minus in (False, True):
        whole = reverse_complement(text) if minus else text
        low, high = (len(text) - end, len(text) - start) if minus else (start, end)
        padded = "N" * 200 + whole + "N" * 200
        for pattern in pam.patterns:
            for at in range(low, high - length - len(pattern) + 1):
                site = whole[at : at + length + len(pattern)]
                spacer = site[:length] if pam.side == 3 else site[-length:]
                beside = site[length:] if pam.side == 3 else site[:-length]
                if "N" in site or not matches(pattern, beside):
                    continue
                first = at if pam.side == 3 else at + len(pattern)
                around = padded[200 + first - before : 200 + first + length + after]
                place = len(text) - first - length if minus else first
                found.setdefault((place, minus), (place, minus, spacer, beside, around))
    return [found[key] for key in sorted(found)]


def rows(guides: guide_sites.GuideSites, before: int, after: int) -> list[tuple[object, ...]]:
    around = [bytes(row).decode() for row in guides.around(before, after)]
    columns = (guides.start.tolist(), guides.minus.tolist(), guides.spacers(), guides.pams())
    return list(zip(*columns, around, strict=True))


@settings(max_examples=60)
@given(
    st.text("ACGT" * 6 + "N", min_size=1, max_size=120), st.sampled_from(PAMS),
    st.integers(17, 23), st.data(),
)  # fmt: skip
def test_equals_a_plain_search(text: str, pattern: str, length: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    pam = Pam.parse(pattern)
    guides = find_guides(reference(text), "c", start, end, pam, length, 9)
    assert rows(guides, 5, 9) == plain(text, start, end, pam, length, 5, 9)


def test_a_long_stretch_is_searched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    text = "".join(rng.choice(list("ACGT"), 3000))
    pam = Pam.parse("NGG")
    monkeypatch.setattr(guide_sites, "CHUNK", 97)
    monkeypatch.setattr(guide_sites, "BLOCK", 13)
    guides = find_guides(reference(text), "c", 11, 2950, pam, 20, 60)
    assert rows(guides, 30, 50) == plain(text, 11, 2950, pam, 20, 30, 50)
    model = ModelScorer.shipped()
    together = model.score(guides.around(30, 50))
    np.testing.assert_array_equal(guides.scores(model).value, together.value)


@settings(max_examples=5)
@given(st.integers(0, 10**9))
def test_the_other_strand_has_the_same_guides_and_scores(seed: int) -> None:
    rng = np.random.default_rng(seed)
    text = "".join(rng.choice(list("ACGT"), 400))
    pam, model = Pam.parse("NGG"), ModelScorer.shipped()

    def scored(letters: str) -> list[tuple[str, str, float]]:
        guides = find_guides(reference(letters), "c", 0, 400, pam, 20, 50)
        values = guides.scores(model).value.tolist()
        return sorted(zip(guides.spacers(), guides.pams(), map(repr, values), strict=True))

    assert scored(text) == scored(reverse_complement(text))


def test_a_context_that_the_contig_cuts_off_has_no_score() -> None:
    rng = np.random.default_rng(8)
    text = "".join(rng.choice(list("ACGT"), 300))
    guides = find_guides(reference(text), "c", 0, 300, Pam.parse("NGG"), 20, 50)
    value = guides.scores(ModelScorer.shipped()).value
    first = guides.start - np.where(guides.minus, 50, 30)
    last = guides.start + 20 + np.where(guides.minus, 30, 50)
    assert (np.isnan(value) == ((first < 0) | (last > 300))).all()
    assert np.isnan(value).any()
    assert (value[~np.isnan(value)] > 0).all()


def test_the_guide_given_to_people_is_found_in_exon_2_of_ttr() -> None:
    # NTLA-2001 (doi:10.1056/NEJMoa2107454)
    transcript = GENOME.annotation.transcripts_of("TTR")[0]
    contig, start, end = of_transcript(transcript, 2)
    guides = find_guides(GENOME.reference, contig, start, end, Pam.parse("NGG"), 20, 50)
    table = guide_table(guides, -3, [transcript], guides.scores(ModelScorer.shipped()))
    row = table.row(by_predicate=pl.col("spacer") == "AAAGGCTGCTGATGACACCT", named=True)
    assert (row["pam"], row["strand"], row["part"], row["region"]) == ("GGG", "+", "exon 2", "cds")
    assert row["cut"] == row["end"] - 3
    assert GENOME.reference.fetch(contig, row["start"], row["end"]) == row["spacer"]


@pytest.mark.parametrize("gene", ["TTR", "HBB", "CPS1"])  # plus, minus, many exons
def test_every_cut_is_placed_as_the_transcript_places_its_two_bases(gene: str) -> None:
    transcript = GENOME.annotation.transcripts_of(gene)[0]
    contig, start, end = of_transcript(transcript, None)
    start, end = start - 60, min(end, start + 20_000) + 60
    guides = find_guides(GENOME.reference, contig, start, end, Pam.parse("NGG"), 20)
    table = guide_table(guides, -3, [transcript], None)
    assert transcript.cds is not None
    for row in table.iter_rows(named=True):
        sides = (row["cut"] - 1, row["cut"])
        inside = [transcript.start <= base < transcript.end for base in sides]
        if not all(inside):
            assert (row["region"], row["gene"], row["at"]) == ("intergenic", "", "")
            continue
        placed = [transcript.to_transcript(base) for base in sides]
        exonic = [position for position, offset in placed if offset == 0]
        coding = [p for p in exonic if transcript.cds[0] <= p < transcript.cds[1]]
        assert row["region"] == ("cds" if coding else "utr" if exonic else "intron")
        if exonic:
            numbers = {f"exon {transcript.exon_number(p)}" for p in exonic}
            assert row["part"] in numbers
        if len(coding) == 2:
            first, last = sorted(p - transcript.cds[0] + 1 for p in coding)
            assert row["at"] == f"c.{first}_{last}"
            assert row["cds_percent"] == pytest.approx(
                100 * first / transcript.cds_length, abs=1e-4
            )
    assert {"cds", "intron", "intergenic", "utr"} <= set(table["region"])


def test_without_a_known_cut_nothing_is_claimed_of_it() -> None:
    contig, start, end = read_region("chr11:5,225,464-5,227,071", GENOME)
    guides = find_guides(GENOME.reference, contig, start, end, Pam.parse("TTTV"), 23)
    over = transcripts_over(GENOME.annotation, contig, start, end)
    table = guide_table(guides, None, over, None)
    assert table["cut"].null_count() == table["efficiency"].null_count() == table.height > 0
    assert [transcript.id for transcript in over] == ["NM_000518.5"]
    for row in table.iter_rows(named=True):
        assert row["gc"] == pytest.approx(sum(row["spacer"].count(x) for x in "GC") / 23, abs=1e-4)
        assert row["tttt"] == ("TTTT" in row["spacer"])
        assert row["starts_with_g"] == (row["spacer"][0] == "G")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chr11", ""), ("11:5225464-5227071", ""), ("chr11:0-20", "not on its contig"),
        ("chr11:20-10", "not on its contig"), ("chr11:5-999999999", "not on its contig"),
        ("chr11:a-b", "is not one"), ("", "is not one"), ("chrQ:1-2", "chrQ"),
    ],
)  # fmt: skip
def test_regions_are_read_or_refused(text: str, words: str) -> None:
    if not words:
        contig, start, end = read_region(text, GENOME)
        assert contig == "chr11"
        assert held(GENOME, contig, start, end) > 1000
        return
    with pytest.raises(InputError) as caught:
        read_region(text, GENOME)
    assert words in str(caught.value)


def test_a_region_without_sequence_is_not_in_the_reference() -> None:
    with pytest.raises(NotInReference):
        read_region("chr11:1-2000", GENOME)
    with pytest.raises(InputError, match="no such exon"):
        of_transcript(GENOME.annotation.transcripts_of("TTR")[0], 5)
