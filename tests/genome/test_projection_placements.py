"""Names of variants against the list of all their equal placements."""

from __future__ import annotations

import re

import pytest
from hgvs_worlds import CONTIG, World, worlds
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipse.core.errors import InputError, NotInReference
from ipse.core.sequence import reverse_complement
from ipse.genome.annotation import Annotation
from ipse.genome.hgvs import parse
from ipse.genome.projection import (
    ReferenceMismatch,
    left_align,
    on_transcript,
    right_align,
    to_coding,
    to_genomic,
    to_genomic_hgvs,
)
from ipse.genome.variant import GenomicVariant


def placements(letters: str, start: int, end: int, alt: str) -> list[tuple[int, int, str]]:
    """Every (start, end, bases) of the same lengths that gives the same sequence."""
    edited = letters[:start] + alt + letters[end:]
    removed, size = end - start, len(alt)
    found = []
    for place in range(len(letters) - removed + 1):
        new = edited[place : place + size]
        if letters[:place] + new + letters[place + removed :] == edited:
            found.append((place, place + removed, new))
    return found


def numbered(world: World, place: int) -> str:
    """HGVS position of a base of the sense letters, from a table of all of them."""
    exonic = [at for a, b in world.exons for at in range(a, b)]
    assert world.cds is not None
    first, behind = world.cds

    def name(index: int) -> str:
        if index >= behind:
            return f"*{index - behind + 1}"
        return str(index - first + 1) if index >= first else str(index - first)

    if place in exonic:
        return name(exonic.index(place))
    before = [at for at in exonic if at < place]
    after = [at for at in exonic if at > place]
    if not before:
        return name(place - after[0])
    if not after:
        return name(len(exonic) - 1 + place - before[-1])
    left, right = place - before[-1], after[0] - place
    if left <= right:
        return f"{name(exonic.index(before[-1]))}+{left}"
    return f"{name(exonic.index(after[0]))}-{right}"


def expected(world: World, start: int, end: int, alt: str) -> str:
    """HGVS name by its rules, from the list of placements."""
    letters = world.sense
    while start < end and alt and letters[end - 1] == alt[-1]:
        end, alt = end - 1, alt[:-1]
    while start < end and alt and letters[start] == alt[0]:
        start, alt = start + 1, alt[1:]
    if start == end or not alt:
        start, end, alt = placements(letters, start, end, alt)[-1]

    def span(low: int, high: int) -> str:
        first = numbered(world, low)
        return f"c.{first}" if high - low == 1 else f"c.{first}_{numbered(world, high - 1)}"

    ref = letters[start:end]
    if not alt:
        return f"{span(start, end)}del"
    if not ref:
        if letters[max(start - len(alt), 0) : start] == alt:
            return f"{span(start - len(alt), start)}dup"
        return f"{span(start - 1, start + 1)}ins{alt}"
    if len(ref) == len(alt) == 1:
        return f"{span(start, end)}{ref}>{alt}"
    if reverse_complement(ref) == alt:
        return f"{span(start, end)}inv"
    return f"{span(start, end)}delins{alt}"


@st.composite
def edits(draw: st.DrawFn) -> tuple[World, int, int, str]:
    world = draw(worlds(draw(st.sampled_from(["ACGT", "AC", "AT"]))))
    start = draw(st.integers(8, len(world.sense) - 8))
    end = start + draw(st.integers(0, min(6, len(world.sense) - 8 - start)))
    alt = draw(st.text("ACGT", max_size=6))
    assume(world.sense[start:end] != alt)
    return world, start, end, alt


@settings(max_examples=250)
@given(edits())
def test_coding_name_of_any_edit(edit: tuple[World, int, int, str]) -> None:
    world, start, end, alt = edit
    reference, transcript = world.reference(), world.transcript()
    variant = world.variant(start, end, alt)
    hgvs = to_coding(variant, transcript, reference)
    assert hgvs.description == expected(world, start, end, alt)
    # and back: the leftmost placement on the plus strand
    back = on_transcript(parse(str(hgvs)), transcript, reference)
    assert back == left_align(variant, reference)


@settings(max_examples=150)
@given(edits())
def test_left_and_right_alignment(edit: tuple[World, int, int, str]) -> None:
    world, start, end, alt = edit
    reference = world.reference()
    variant = world.variant(start, end, alt).trimmed()
    assume(not (variant.ref and variant.alt))
    every = placements(world.plus, variant.start, variant.end, variant.alt)
    for aligned, place in ((left_align(variant, reference), every[0]),
                           (right_align(variant, reference), every[-1])):  # fmt: skip
        assert (aligned.start, aligned.end, aligned.alt) == place
        assert aligned.ref == world.plus[place[0] : place[1]]
    assert to_genomic(to_genomic_hgvs(variant, reference), reference, NONE) == left_align(
        variant, reference
    )


NONE = Annotation("none", "", [])
MADE = World(
    # 5' flank, exon 1 (5' UTR, c.1-9), intron, exon 2 (c.10-21, 3' UTR)
    sense="TTTTTTTTTT" "CCATGAAATTT" "GTAAGTCCCCCCCTTAG" "TTGGGAAACTAACCC" "GGGGGGGGGG",
    exons=((10, 21), (38, 53)),
    cds=(2, 23),
)  # fmt: skip


@pytest.mark.parametrize("strand", "+-")
@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("c.7del", "c.9del"),  # TTT before the intron: stays in its exon
        ("c.10del", "c.11del"),  # TT behind it: likewise
        ("c.4_5insA", "c.6dup"),
        ("c.9+1G>A", "c.9+1G>A"),
        ("c.10-2A>G", "c.10-2A>G"),
        ("c.-1C>T", "c.-1C>T"),
        ("c.-3T>C", "c.-3T>C"),  # before the transcript
        ("c.*3C>G", "c.*3C>G"),
        ("c.12_14inv", "c.12_14inv"),
        ("c.12_14delinsGGA", "c.14G>A"),
        ("c.9_11del", "c.9_11del"),  # with the intron between
        ("c.9_10del", "c.9+2_12del"),  # likewise, and the two bases behind are TG as at its start
    ],
)
def test_names_on_both_strands(strand: str, name: str, normal: str) -> None:
    world = World(MADE.sense, MADE.exons, MADE.cds, strand)
    reference, transcript = world.reference(), world.transcript()
    hgvs = parse(name)
    variant = on_transcript(hgvs, transcript, reference)
    assert to_coding(variant, transcript, reference).description == normal


def test_transcript_alone_serves_coding_positions() -> None:
    transcript, empty = MADE.transcript(), MADE.empty_reference()
    for name in ("c.4A>G", "c.5_6del", "c.4_5insG", "c.13dup"):
        with_genome = on_transcript(parse(name), transcript, MADE.reference())
        assert on_transcript(parse(name), transcript, empty) == with_genome
        assert to_coding(with_genome, transcript, empty) == to_coding(
            with_genome, transcript, MADE.reference()
        )
    for name in ("c.9+1G>A", "c.9_10del"):
        with pytest.raises(NotInReference):
            on_transcript(parse(name), transcript, empty)


def test_transcript_letters_are_the_truth_for_c() -> None:
    letters = MADE.rna[:5] + "C" + MADE.rna[6:]  # c.4 is C on the transcript, A on the genome
    transcript, reference = MADE.transcript(letters), MADE.reference()
    variant = on_transcript(parse("c.4C>G"), transcript, reference)
    assert (variant.ref, variant.alt) == ("A", "G")
    assert to_coding(variant, transcript, reference).description == "c.4C>G"
    same = MADE.variant(15, 16, "C")
    assert to_coding(same, transcript, reference).description == "c.4C="
    with pytest.raises(ReferenceMismatch, match="has C at 4"):
        on_transcript(parse("c.4A>G"), transcript, reference)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("c.4G>T", "has A at 4"),
        ("c.5_6delCC", "has AA at 5"),
        ("c.8+1G>A", "not the last base of an exon"),
        ("c.9+30G>A", "leaves its intron"),
        ("c.100A>T", "behind the end"),
        ("c.9_10insA", "an intron lies between"),
        ("c.4A>N", "not A, C, G or T"),
        ("c.4?", "unknown change"),
        ("p.Lys2Arg", "names no bases"),
        ("c.4_6del2", "2 bases are"),
    ],
)
def test_what_cannot_be_placed_says_why(name: str, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        on_transcript(parse(name), MADE.transcript(), MADE.reference())
    assert caught.value.expected


def test_genomic_names() -> None:
    reference = MADE.reference()
    variant = to_genomic(parse(f"{CONTIG}:g.16_18del"), reference, NONE)
    assert variant == GenomicVariant(CONTIG, 15, "AAA", "")
    assert variant.vcf(reference) == (CONTIG, 15, "GAAA", "G")
    assert str(to_genomic_hgvs(variant, reference)) == f"{CONTIG}:g.16_18del"
    for name in (f"{CONTIG}:g.1A>G", f"{CONTIG}:g.15_16insC", f"{CONTIG}:g.16_17delinsCC"):
        try:
            placed = to_genomic(parse(name), reference, NONE)
        except ReferenceMismatch as error:
            assert "has T at 1" in error.message
        else:
            assert str(to_genomic_hgvs(placed, reference)) == name
    with pytest.raises(InputError, match="which bases"):
        to_genomic(parse("p.Lys2Arg"), reference, NONE)


def test_variant_columns() -> None:
    reference = MADE.reference()
    trimmed = GenomicVariant.from_vcf(CONTIG, 15, "GAAA", "GA")
    assert trimmed == GenomicVariant(CONTIG, 15, "AA", "")
    assert trimmed.vcf(reference) == (CONTIG, 15, "GAA", "G")
    assert (trimmed.kind, trimmed.end, str(trimmed)) == ("del", 17, f"{CONTIG}:16:AA:-")
    first = GenomicVariant(CONTIG, 0, "T", "")
    assert first.vcf(reference) == (CONTIG, 1, "TT", "T")
    assert GenomicVariant(CONTIG, 3, "T", "T").kind == "identity"
    with pytest.raises(InputError, match="not a sequence of bases"):
        GenomicVariant.from_vcf(CONTIG, 5, "A", "<DEL>")
    with pytest.raises(InputError, match="below 1"):
        GenomicVariant.from_vcf(CONTIG, 0, "A", "T")
