"""Designs of a locus, and of the same locus turned around, in comparable form."""

from __future__ import annotations

from dataclasses import replace

from edit_cases import context, named
from hdr_simulator import turned

from ipse.genome.reference import Reference, SparseReference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import all_nucleases, repair_rules
from ipse.modalities.editing.design.allele import Allele, pathogenic_allele
from ipse.modalities.editing.design.hdr.blocking import Silence
from ipse.modalities.editing.design.hdr.protect import protect
from ipse.modalities.editing.design.hdr.repair import repairs, with_changes
from ipse.modalities.editing.design.outcomes import Alleles
from ipse.modalities.editing.design.subject import Subject
from ipse.modalities.editing.locus import transcript_of

FLANK = 130
FLIP = {"+": "-", "-": "+"}

Row = tuple[object, ...]


def designs_of(name: str, *, turn: bool) -> set[Row]:
    """What is designed for a variant; with ``turn``, on the reverse complement of its contig."""
    variant = named(name)
    where = context([variant])
    transcript = transcript_of(variant, where)
    assert transcript is not None and variant.start is not None and variant.contig is not None
    reference: Reference = where.reference
    contig, start = variant.contig, variant.start
    ref, alt = variant.ref or "", variant.alt or ""
    length = reference.length(contig)
    if turn:
        reference, transcript = _turned(reference, transcript, contig)
        start, ref, alt = length - start - len(ref), turned(ref), turned(alt)
    allele = pathogenic_allele(reference, contig, start, ref, alt, FLANK)
    subject = _subject(allele, transcript, reference)
    rules = repair_rules()
    silence = Silence(reference, transcript, rules.branch_point_farthest, rules.kozak)
    rows: set[Row] = set()
    for repair in repairs(allele, all_nucleases(), rules).repairs:
        kept = protect(subject, repair, rules, silence)
        plus, _ = with_changes(repair, allele, kept.changes)
        site, changes = repair.site, kept.changes
        if turn:
            plus = turned(plus)
            changes = tuple(
                GenomicVariant(contig, length - 1 - one.start, turned(one.ref), turned(one.alt))
                for one in changes
            )
        strand = FLIP[site.strand] if turn else site.strand
        rows.add(
            (
                strand, site.spacer, site.pam,
                tuple(item.name for item in repair.cut.nucleases),
                repair.distance, repair.beyond, kept.left.recut, kept.left.mismatches, kept.safe,
                plus, frozenset(changes), tuple(item.name for item in kept.still_cut_by),
            )
        )  # fmt: skip
    return rows


def _subject(allele: Allele, transcript: Transcript, reference: Reference) -> Subject:
    at = allele.start + allele.at
    change = GenomicVariant(allele.contig, at, allele.ref, allele.alt)
    alleles = Alleles(reference, transcript, allele.contig, change)
    return Subject("v1", "", transcript.gene, transcript.id, allele, alleles, ())


def _turned(
    reference: Reference, transcript: Transcript, contig: str
) -> tuple[Reference, Transcript]:
    length = reference.length(contig)
    pieces = [
        (length - end, turned(reference.fetch(contig, start, end)))
        for start, end in reference.held(contig)
        if start <= transcript.start and transcript.end <= end
    ]
    there = SparseReference("turned", "", {contig: length}, {contig: pieces})
    exons = tuple((length - end, length - start) for start, end in transcript.exons)
    return there, replace(transcript, exons=exons, strand=FLIP[transcript.strand])
