"""Transcript positions against a list of every base's genomic position."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.errors import InputError
from ipse.core.sequence import reverse_complement
from ipse.genome.annotation import splice
from ipse.genome.reference import SparseReference
from ipse.genome.transcript import Transcript

GAPS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 9)), min_size=1, max_size=6)


def make(gaps: list[tuple[int, int]], strand: str) -> tuple[Transcript, list[int]]:
    """A transcript, and the genomic position of each of its bases."""
    exons, at = [], 5
    for exon, intron in gaps:
        exons.append((at, at + exon))
        at += exon + intron
    if strand == "-":
        exons.reverse()
    bases = [
        position
        for start, end in exons
        for position in (range(start, end) if strand == "+" else range(end - 1, start - 1, -1))
    ]
    return Transcript("T.1", "G", "", "chr1", strand, tuple(exons), None), bases


def nearest(bases: list[int], gpos: int, sign: int) -> tuple[int, int]:
    """Nearest base of the transcript, by trying them all; in a tie the one before."""
    distances = [((gpos - base) * sign, place) for place, base in enumerate(bases)]
    offset, place = min(distances, key=lambda d: (abs(d[0]), -d[0]))
    return place, offset


@given(gaps=GAPS, strand=st.sampled_from("+-"))
def test_positions_agree_with_a_list_of_all_bases(gaps: list[tuple[int, int]], strand: str) -> None:
    transcript, bases = make(gaps, strand)
    sign = 1 if strand == "+" else -1
    assert transcript.length == len(bases)
    assert (transcript.start, transcript.end) == (min(bases), max(bases) + 1)
    for place, gpos in enumerate(bases):
        assert transcript.to_genomic(place) == gpos
        assert transcript.to_transcript(gpos) == (place, 0)
        number = transcript.exon_number(place)
        start, end = transcript.exon_bounds(number)
        assert start <= place < end
        assert transcript.exons[number - 1][0] <= gpos < transcript.exons[number - 1][1]
    for gpos in range(min(bases) - 9, max(bases) + 10):
        assert transcript.to_transcript(gpos) == nearest(bases, gpos, sign)
    for outside in (-1, len(bases)):
        with pytest.raises(InputError, match="no such position"):
            transcript.to_genomic(outside)


@given(gaps=GAPS, strand=st.sampled_from("+-"), letters=st.text("ACGT", min_size=140, max_size=140))
def test_splicing_agrees_with_picking_every_base(
    gaps: list[tuple[int, int]], strand: str, letters: str
) -> None:
    transcript, bases = make(gaps, strand)
    reference = SparseReference("r", "", {"chr1": 140}, {"chr1": [(0, letters)]})
    picked = "".join(
        letters[base] if strand == "+" else reverse_complement(letters[base]) for base in bases
    )
    assert splice(transcript, reference) == picked
    partial = SparseReference("r", "", {"chr1": 140}, {"chr1": [(0, letters[: bases[0]])]})
    assert splice(transcript, partial) == ""


def test_coding_part() -> None:
    #                    exon 1 AATGG, intron, exon 2 CTGATAAGG: ATG GCT GAT AA -> M A U
    transcript = Transcript(
        "T.3", "G", "HGNC:1", "chr1", "+", ((10, 15), (20, 29)), (1, 13),
        sequence="AATGGCTTGATAAG", transl_except=((3, "U"),),
    )  # fmt: skip
    assert transcript.accession == "T"
    assert transcript.cds_sequence == "ATGGCTTGATAA"
    assert transcript.cds_length == 12
    assert transcript.translated() == "MAU"
    assert transcript.coding_extent == (11, 28)
    assert repr(transcript) == "<Transcript T.3 G chr1+>"


def test_sequence_may_cover_only_the_coding_part() -> None:
    whole = Transcript("T", "G", "", "c", "-", ((0, 20),), (5, 11), sequence="ACATGTAGA",
                       sequence_offset=3)  # fmt: skip
    assert whole.cds_sequence == "ATGTAG"
    assert whole.translated() == "M"
    unknown = Transcript("T", "G", "", "c", "-", ((0, 20),), (5, 11), sequence="AC",
                         sequence_offset=3)  # fmt: skip
    assert unknown.cds_sequence == ""
    silent = Transcript("T", "G", "", "c", "-", ((0, 20),), None)
    assert (silent.cds_sequence, silent.translated(), silent.coding_extent) == ("", "", None)
    assert silent.cds_length == 0
