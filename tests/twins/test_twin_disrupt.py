"""Disruptions of the package against the letter-by-letter twin, on random genes."""

from __future__ import annotations

import disrupt_twin as twin
import editing_twin
import pytest
from adapter import CONTIG, reference_of, transcript_of
from coding_twin import other_strand
from genes import Gene, genes
from hypothesis import given, settings

from ipse.core.errors import NotInReference
from ipse.genome.reference import SparseReference
from ipse.modalities.editing.catalogue import BaseEditor, Nuclease
from ipse.modalities.editing.design.disrupt.bases import (
    Aim,
    BaseRow,
    placements,
    splice_aims,
    stop_aims,
)
from ipse.modalities.editing.design.disrupt.cuts import cuts
from ipse.modalities.editing.design.disrupt.gene import Gene as Target
from ipse.modalities.editing.design.disrupt.gene import Rules
from ipse.modalities.editing.design.disrupt.options import Option, options

# short enzymes nobody has built: the random genes are short
CUTTERS = [
    Nuclease("three", "NG", "3prime", 4, -1),
    Nuclease("five", "TN", "5prime", 4, 2),
]
CBE = BaseEditor("cbe", "CBE", ("C", "T"), "NG", "3prime", 5, (2, 4), (1, 5))
ABE = BaseEditor("abe", "ABE", ("A", "G"), "NR", "3prime", 5, (2, 4), (1, 5))
CBE5 = BaseEditor("cbe5", "CBE", ("C", "T"), "TN", "5prime", 6, (3, 5), (2, 6))
EDITORS = [CBE, ABE, CBE5]


def target(gene: Gene) -> Target:
    transcript = transcript_of(gene)
    return Target(reference_of(gene), transcript, (transcript,), Rules(twin.DECAY))


def strand_of(genome: str, strand: str) -> str:
    return genome if strand == "+" else other_strand(genome)


def lies(genome: str, strand: str, start: int, spacer: str, pam: str, side: str) -> bool:
    """Whether spacer and PAM stand at a place, leftmost base of the spacer given."""
    text = strand_of(genome, strand)
    at = start if strand == "+" else len(genome) - start - len(spacer)
    beside = at + len(spacer) if side == "3prime" else at - len(pam)
    return text[at : at + len(spacer)] == spacer and text[beside : beside + len(pam)] == pam


@settings(max_examples=60)
@given(genes(intron=4))
def test_cuts(gene: Gene) -> None:
    made = list(cuts(target(gene), CUTTERS))
    allowed = twin.coding_cuts(gene)
    for cut in made:
        tool = next(item for item in CUTTERS if item.name == cut.nuclease)
        site = cut.site
        assert lies(gene.genome, site.strand, site.start, site.spacer, site.pam, tool.pam_side)
        assert site.cut in allowed
        coding = twin.spelled(gene).coding
        assert cut.kept == coding.index(site.cut if gene.strand == "+" else site.cut - 1)
        start, end = gene.exons[cut.exon.number - 1]
        assert start < site.cut < end
        for lost in (1, 2):
            stop = cut.frames[lost - 1]
            assert (stop.codon, stop.decay) == twin.shifted(gene, site.cut, lost)
        assert cut.isoforms == 1
    # complete: every placement of a pattern that cuts between coding bases
    for tool in CUTTERS:
        wanted = set()
        width = tool.length + len(tool.pam)
        for strand in "+-":
            text = strand_of(gene.genome, strand)
            for first in range(len(text) - width + 1):
                if tool.pam_side == "3prime":
                    guide, pam = first, text[first + tool.length : first + width]
                    cut_at = guide + tool.length + tool.cut_offset
                else:
                    guide, pam = first + len(tool.pam), text[first : first + len(tool.pam)]
                    cut_at = guide - tool.cut_offset
                if not editing_twin.fits(tool.pam, pam):
                    continue
                start = guide if strand == "+" else len(text) - guide - tool.length
                place = cut_at if strand == "+" else len(text) - cut_at
                if place in allowed:
                    wanted.add((strand, start, place))
        found = {(c.site.strand, c.site.start, c.site.cut) for c in made if c.nuclease == tool.name}
        assert found == wanted


@settings(max_examples=60)
@given(genes(intron=4))
def test_stop_codons(gene: Gene) -> None:
    made = target(gene)
    aims = list(stop_aims(made))
    assert {(aim.position, aim.codon) for aim in aims} == twin.stop_edits(gene)
    coding = twin.spelled(gene).coding
    for aim in aims:
        assert gene.genome[aim.position] == aim.before
        edited = gene.genome[: aim.position] + aim.after + gene.genome[aim.position + 1 :]
        before = twin.letters(gene.genome, coding, gene.strand)
        after = twin.letters(edited, coding, gene.strand)
        # a stop at that codon and nothing upstream
        assert after[: 3 * aim.codon - 3] == before[: 3 * aim.codon - 3]
        if twin.stop_in(before[: 3 * aim.codon - 3]) is None:
            assert twin.stop_in(after) == aim.codon
        assert aim.stop is not None
        assert aim.stop.decay == twin.decays(gene, coding[3 * aim.codon - 1])


@settings(max_examples=60)
@given(genes(intron=4))
def test_splice_sites(gene: Gene) -> None:
    made = target(gene)
    aims = list(splice_aims(made))
    normal = twin.splice_letters(gene, gene.genome)
    wanted = {
        (name, number, place, base)
        for (name, number), (places, text) in normal.items()
        if text == ("GT" if name == "splice-donor" else "AG")
        for place in places
        for base in "ACGT"
        if base != gene.genome[place]
    }
    assert {(aim.approach, aim.exon, aim.position, aim.after) for aim in aims} == wanted
    for aim in aims:
        edited = gene.genome[: aim.position] + aim.after + gene.genome[aim.position + 1 :]
        _, text = twin.splice_letters(gene, edited)[aim.approach, aim.exon]
        assert text == aim.after_sense != aim.before_sense
        assert aim.weak == (aim.approach == "splice-donor" and text == "GC")
        assert aim.kept is not None
        intron = aim.exon - (aim.approach == "splice-acceptor")
        assert (aim.kept.codon, aim.kept.decay) == twin.kept_intron(gene, intron)
        check_skip(gene, aim)


def check_skip(gene: Gene, aim: Aim) -> None:
    """What is read without the exon, if it holds neither start nor end of the coding part."""
    where = twin.spelled(gene)
    exon = set(range(*gene.exons[aim.exon - 1]))
    mine = [place for place in where.coding if place in exon]
    if where.coding[0] in exon or where.coding[-1] in exon:
        assert aim.stop is None and not aim.in_frame
        return
    rest = [place for place in where.places[gene.cds[0] :] if place not in exon]
    assert aim.stop is not None
    assert aim.stop.codon == twin.stop_in(twin.letters(gene.genome, rest, gene.strand))
    assert aim.in_frame == (len(mine) % 3 == 0)


@settings(max_examples=60)
@given(genes(intron=4))
def test_placements_of_editors(gene: Gene) -> None:
    made = target(gene)
    aims = [*splice_aims(made), *stop_aims(made)]
    rows = [row for group in placements(made, aims, EDITORS) for row in group]
    for row in rows:
        check_row(gene, row)
    cells = [as_cells(editor) for editor in EDITORS]
    found = {(r.hit.editor, r.hit.strand, r.hit.start, r.aim.place) for r in rows}
    wanted = set()
    for aim in aims:
        for guide in editing_twin.guides(gene.genome, aim.position, cells):
            editor = next(item for item in EDITORS if item.name == guide.editor)
            new = editor.edit[1] if guide.strand == "+" else other_strand(editor.edit[1])
            kind = aim.approach == "stop-codon" and editor.kind != "CBE"
            if new == aim.after and not kind:
                wanted.add((guide.editor, guide.strand, guide.start, aim.place))
    assert found == wanted


def check_row(gene: Gene, row: BaseRow) -> None:
    """The editor's base stands at the place stated, and its product is the one aimed at."""
    hit, editor = row.hit, row.editor
    assert lies(gene.genome, hit.strand, hit.start, hit.spacer, hit.pam, editor.pam_side)
    assert editing_twin.fits(editor.pam, hit.pam)
    assert editor.target[0] <= hit.position <= editor.target[1]
    assert hit.spacer[hit.position - 1] == editor.edit[0]
    at = hit.position - 1 if hit.strand == "+" else len(hit.spacer) - hit.position
    assert hit.start + at == row.aim.position


def as_cells(editor: BaseEditor) -> dict[str, object]:
    return {
        "name": editor.name, "edit": ">".join(editor.edit), "pam": editor.pam,
        "pam_side": editor.pam_side, "protospacer_length": editor.length,
        "target_first": editor.target[0], "target_last": editor.target[1],
        "bystander_first": editor.bystander[0], "bystander_last": editor.bystander[1],
    }  # fmt: skip


def seen(option: Option, size: int, turned: bool) -> tuple[object, ...]:
    """What must be the same on either strand of the genome."""
    length = len(option.spacer)
    start = size - option.start - length if turned else option.start
    strand = {"+": "-", "-": "+"}[option.strand] if turned else option.strand
    return (
        option.approach, strand, start, option.spacer, option.pam, option.exon, option.codon,
        round(option.remnant, 9), option.frames_without_decay, option.doubt,
    )  # fmt: skip


@settings(max_examples=40)
@given(genes(intron=4))
def test_the_mirrored_gene_has_the_mirrored_guides(gene: Gene) -> None:
    here = options(target(gene), CUTTERS, EDITORS, ())
    there = options(target(twin.mirrored(gene)), CUTTERS, EDITORS, ())
    size = len(gene.genome)
    assert sorted(seen(o, size, False) for o in here) == sorted(seen(o, size, True) for o in there)


@settings(max_examples=30)
@given(genes(intron=4))
def test_an_exon_that_is_not_held_is_said_and_never_guessed(gene: Gene) -> None:
    """With one coding base missing there is no guide: the reference says what it lacks."""
    hole = twin.spelled(gene).coding[0]
    parts = [(0, gene.genome[:hole]), (hole + 1, gene.genome[hole + 1 :])]
    held = SparseReference("holed", "", {CONTIG: len(gene.genome)}, {CONTIG: parts})
    transcript = transcript_of(gene)
    made = Target(held, transcript, (transcript,), Rules(twin.DECAY))
    with pytest.raises(NotInReference):
        options(made, CUTTERS, EDITORS, ())
