"""Reading frames without exons: every answer against strings that were cut and read by hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from splice_twin import frame_is_open, read, without

from ipse.genome.annotation import read_annotation
from ipse.genome.embedded import embedded
from ipse.genome.reference import FastaReference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.design.splice.frames import (
    closing_skips,
    exons_of,
    in_words,
    keeps_frame,
    product,
    treated_deletions,
)

GENOME = embedded()
DMD = GENOME.annotation.transcripts_of("DMD")[0]
FREE = [exon.number for exon in exons_of(DMD) if not exon.fixed]


def lengths(transcript: Transcript) -> list[int]:
    return [end - start for start, end in transcript.exons]


def brute(transcript: Transcript, gone: list[int]) -> bool:
    assert transcript.cds is not None
    return frame_is_open(transcript.sequence, lengths(transcript), transcript.cds, gone)


def test_the_free_exons_of_dmd() -> None:
    assert list(range(2, 79)) == FREE
    fixed = {exon.number: exon.fixed for exon in exons_of(DMD) if exon.fixed}
    assert "first exon" in fixed[1]
    assert "last exon" in fixed[79]


def test_frames_of_all_single_exons_and_a_sample_of_deletions_of_dmd() -> None:
    pairs = [(n, n) for n in FREE]
    every = [(i, j) for i in FREE for j in FREE if i < j]
    pairs += random.Random(51).sample(every, 250)
    for first, last in pairs:
        gone = list(range(first, last + 1))
        assert keeps_frame(DMD, GENOME.reference, first, last) == brute(DMD, gone), gone


@pytest.mark.parametrize(
    ("missing", "skipped"),
    [
        # doi:10.1126/scitranslmed.aan8081: exon 50 deleted, exon 51 skipped
        ((50, 50), (51,)),
        # doi:10.3389/fmed.2023.1128557: exon 52 deleted, exon 51 or 53 skipped; 45-52, exon 53
        ((52, 52), (51,)),
        ((52, 52), (53,)),
        ((45, 52), (53,)),
        # doi:10.1002/humu.20918 names exon 51 the skip that treats most; 45-50 is one it treats
        ((45, 50), (51,)),
        ((48, 50), (51,)),
    ],
)
def test_published_skips_of_dmd(missing: tuple[int, int], skipped: tuple[int, ...]) -> None:
    gone = range(missing[0], missing[1] + 1)
    found = closing_skips(DMD, GENOME.reference, missing=gone)
    assert skipped in [skip.exons for skip in found]
    assert missing in treated_deletions(DMD, GENOME.reference, skipped)


def test_deletions_a_skip_treats_are_all_and_only_those() -> None:
    for skipped in (8, 51):
        expected = []
        for i in FREE:
            for j in FREE:
                gone = list(range(i, j + 1))
                if j == skipped - 1 or i == skipped + 1:
                    closes = brute(DMD, sorted([*gone, skipped]))
                    if i <= j and not brute(DMD, gone) and closes:
                        expected.append((i, j))
        assert treated_deletions(DMD, GENOME.reference, [skipped]) == sorted(expected)


def test_closing_skips_are_the_smallest_sets_there_are() -> None:
    for first, last in [(45, 50), (44, 44), (45, 45), (52, 52), (6, 7), (61, 61), (46, 51)]:
        gone = set(range(first, last + 1))
        found = {skip.exons for skip in closing_skips(DMD, GENOME.reference, missing=gone)}
        sets = set()
        for a in range(first - 2, first + 1):
            for b in range(last, last + 3):
                extra = tuple(n for n in range(a, b + 1) if n not in gone)
                allowed = 1 <= len(extra) <= 2 and set(extra) <= set(FREE)
                if allowed and brute(DMD, sorted(gone | set(extra))):
                    sets.add(extra)
        minimal = {s for s in sets if not any(set(t) < set(s) for t in sets)}
        assert found == minimal


def test_proteins_without_an_exon_over_the_embedded_genes() -> None:
    seen = 0
    for gene in GENOME.annotation.genes():
        transcript = GENOME.annotation.transcripts_of(gene)[0]
        assert transcript.cds is not None
        normal = read(transcript.sequence, transcript.cds[0])[:-1]
        for exon in exons_of(transcript):
            if exon.fixed:
                continue
            seen += 1
            result = product(transcript, GENOME.reference, [exon.number])
            rna = without(transcript.sequence, lengths(transcript), [exon.number])
            shorter = read(rna, transcript.cds[0])
            works = brute(transcript, [exon.number])
            assert result.works == works, (gene, exon)
            assert result.protein == shorter.removesuffix("*"), (gene, exon)
            assert result.lost == len(normal) - len(shorter.removesuffix("*"))
            if works:
                assert "Ter" not in result.hgvs_p
    assert seen > 150


def test_in_frame_exons_of_other_genes(shared_data: Path) -> None:
    """All skippable exons of a sample of the LRG genes, as property."""
    genes = shared_data / "genes"
    reference = FastaReference.open(genes / "lrg_genes.fa.gz")
    annotation = read_annotation(genes / "lrg_transcripts.gff3.gz", reference)
    names = random.Random(7).sample(annotation.genes(), 40)
    seen = 0
    for gene in names:
        transcript = annotation.transcripts_of(gene)[0]
        if transcript.cds is None or transcript.transl_except:
            continue
        found = [
            exon.number
            for exon in exons_of(transcript)
            if not exon.fixed and keeps_frame(transcript, reference, exon.number, exon.number)
        ]
        free = [exon.number for exon in exons_of(transcript) if not exon.fixed]
        assert found == [n for n in free if brute(transcript, [n])], gene
        seen += len(free)
    assert seen > 200


def test_names_of_products() -> None:
    single = product(DMD, GENOME.reference, [51])
    assert single.hgvs_r == "r.7310_7542del"  # exon 51 of NM_004006 has 233 bases
    assert not single.works
    both = product(DMD, GENOME.reference, range(45, 52))
    assert (both.hgvs_r, both.hgvs_p) == ("r.6439_7542del", "p.Glu2147_Lys2514del")
    assert both.lost == 368
    apart = product(DMD, GENOME.reference, [6, 8])
    assert apart.hgvs_r == "r.[358_530del;650_831del]"
    assert in_words([45, 46, 47]) == "exons 45-47"
    assert in_words([6, 8]) == "exons 6 and 8"
    assert in_words([51]) == "exon 51"
