"""A proposed repair carried out on the patient's allele by the simulator, and judged."""

from __future__ import annotations

from functools import cache

from edit_cases import context
from hdr_simulator import PAIR, Locus, cut_of, read, recut_places, repair, turned

from ipse.genome.transcript import Transcript
from ipse.modalities.editing.catalogue import all_nucleases, repair_rules
from ipse.modalities.editing.locus import allele_of
from ipse.modalities.editing.model import EditDesign
from ipse.patient.variants import Variant

RULES = repair_rules()
TABLE = {item.name: item for item in all_nucleases()}
BESIDE = max(len(item.pam) for item in TABLE.values())


def locus_of(variant: Variant, flank: int = 160) -> Locus:
    allele = allele_of(variant, context([variant]), flank)
    return Locus(allele.start, allele.corrected, allele.at, allele.ref, allele.alt)


def check_design(made: EditDesign, locus: Locus) -> None:
    """Cut and repair the patient's allele with every template of a design."""
    template, extra = made.template, made.hdr
    assert template is not None and extra is not None
    nuclease = TABLE[made.editor]
    at = cut_of(locus.patient, made.spacer, nuclease.pam, made.pam_side, made.strand, nuclease.cuts)
    cut = locus.at + template.allele_cut
    (places,) = [pair for pair in at if pair[0] == cut]
    assert abs(places[0] - places[1]) == extra.overhang
    intended = list(locus.reference)
    for change in extra.blocking:
        assert intended[change.position - locus.start] == change.ref
        intended[change.position - locus.start] = change.alt
    whole = "".join(intended)
    plus_strands = {
        item.sequence if item.strand == "+" else turned(item.sequence) for item in extra.oligos
    }
    assert len(extra.oligos) == 2 and len(plus_strands) == 1
    assert {item.strand for item in extra.oligos} == {"+", "-"}
    (plus,) = plus_strands
    assert repair(locus, plus, template.start, template.end, places) == whole
    donor = extra.donor
    if donor is not None and donor.left[0] <= locus.start:
        shown = donor.sequence[locus.start - donor.left[0] :][: len(whole)]
        assert shown == whole, "the donor is the same allele"
    pams = [nuclease.pam, *nuclease.also]
    seed = RULES.seed_5prime if made.pam_side == "5prime" else RULES.seed
    before = locus.at + made.allele_start
    gain = len(locus.ref) - len(locus.alt)
    reach, between = abs(gain), range(before + min(gain, 0), before + max(gain, 0) + 1)
    # the guide's own site: what else looks like it elsewhere is for the off-target search
    first = max(0, before - reach - BESIDE)
    window = whole[first : before + len(made.spacer) + reach + BESIDE]
    again = recut_places(window, made.spacer, pams, made.pam_side, seed, RULES.blocking_mismatches)
    there = [at + first for strand, at in again if strand == made.strand and at + first in between]
    assert extra.protected == (not there), (made.spacer, there, before)


@cache
def coding_places(transcript: Transcript) -> dict[int, int]:
    """Genomic position -> index in the coding sequence, walked exon by exon."""
    step = 1 if transcript.strand == "+" else -1
    order = [place for exon in transcript.exons for place in list(range(*exon))[::step]]
    first, end = transcript.cds or (0, 0)
    return {place: k for k, place in enumerate(order[first:end])}


def check_silent(made: EditDesign, transcript: Transcript) -> None:
    """Silent changes leave the protein, and those outside the code keep off splice sites."""
    assert made.hdr is not None
    places = coding_places(transcript)
    code = list(transcript.cds_sequence)
    for change in made.hdr.blocking:
        place = places.get(change.position)
        if place is None:
            assert change.kind != "synonymous"
            for start, end in transcript.exons:
                near = start - 8 <= change.position < end + 8
                inside = start <= change.position < end
                beyond = not transcript.start <= change.position < transcript.end
                assert not near or inside or beyond, "an exon's border is kept"
        else:
            assert change.kind == "synonymous"
            base = change.alt if transcript.strand == "+" else change.alt.translate(PAIR)
            code[place] = base
    if code != list(transcript.cds_sequence):
        assert read("".join(code)) == protein(transcript)


@cache
def protein(transcript: Transcript) -> str:
    return read(transcript.cds_sequence)
