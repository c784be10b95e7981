"""A gene and its mirror image get the same re-splicing, and the patient's own bases are kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from splice_twin import other_strand

from ipse.core.errors import NotInReference
from ipse.genome.embedded import embedded
from ipse.genome.reference import Reference
from ipse.genome.resolve import locate
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import base_editors, nucleases
from ipse.modalities.editing.design.splice.cryptic_plans import silence_cryptic
from ipse.modalities.editing.design.splice.plans import Patient, Planned
from ipse.modalities.editing.design.splice.skip import skip_for_deletion, skip_for_variant
from ipse.modalities.editing.design.splice.stated import ExonLoss
from ipse.modalities.editing.model import EditDesign

GENOME = embedded()
NUCLEASES = tuple(item for item in nucleases() if item.name == "SpCas9")


class Mirror(Reference):
    """The other strand of a stretch of a reference, as a contig of its own."""

    name, assembly, identity, whole_genome = "mirror", "", "mirror", False

    def __init__(self, letters: str) -> None:
        self.letters_ = letters

    def resolve(self, contig: str) -> str:
        return contig

    def length(self, contig: str) -> int:
        return len(self.letters_)

    def contigs(self) -> list[str]:
        return ["mirror"]

    def fetch(self, contig: str, start: int, end: int) -> str:
        if not 0 <= start <= end <= len(self.letters_):
            raise NotInReference(contig, start, end, self.name)
        return self.letters_[start:end]

    def has(self, contig: str, start: int, end: int) -> bool:
        return 0 <= start <= end <= len(self.letters_)

    def held(self, contig: str) -> list[tuple[int, int]]:
        return [(0, len(self.letters_))]

    def findings(self) -> tuple[()]:
        return ()


def mirrored(transcript: Transcript, low: int, high: int) -> tuple[Mirror, Transcript]:
    """A stretch of the genome turned round, with its transcript."""
    letters = GENOME.reference.fetch(transcript.contig, low, high)
    size = high - low
    exons = tuple((size - (end - low), size - (start - low)) for start, end in transcript.exons)
    turned = replace(
        transcript, contig="mirror", strand="-" if transcript.strand == "+" else "+", exons=exons
    )
    return Mirror(other_strand(letters)), turned


def patient(
    transcript: Transcript, reference: Reference, change: GenomicVariant | None = None
) -> Patient:
    return Patient(
        "v1", "", transcript.gene, transcript, reference, base_editors(), NUCLEASES, change
    )


def told(designs: tuple[EditDesign, ...]) -> set[tuple[object, ...]]:
    """What a design is, without its places."""
    return {
        (
            d.spacer, d.pam, d.editor, d.target.label, d.splice.way,  # type: ignore[union-attr]
            d.splice.product.hgvs_p,  # type: ignore[union-attr]
            tuple(sorted(b.id for b in d.bystanders)),
            tuple(row.editor for row in d.alternatives),
            d.splice.site.score if d.splice and d.splice.site else None,
        )
        for d in designs
        if d.splice is None or d.splice.deleted is None
    }  # fmt: skip


def deletions(designs: tuple[EditDesign, ...]) -> set[tuple[int, frozenset[str]]]:
    """Length and guides of two cuts; which guide is called the first depends on the strand."""
    return {
        (d.splice.deleted[1] - d.splice.deleted[0], frozenset((d.spacer, d.partners[0].spacer)))
        for d in designs
        if d.splice is not None and d.splice.deleted is not None
    }


def span(gene: str) -> tuple[Transcript, int, int]:
    transcript = GENOME.annotation.transcripts_of(gene)[0]
    for low, high in GENOME.reference.held(transcript.contig):
        if low <= transcript.start and transcript.end <= high:
            return transcript, low, high
    raise AssertionError(gene)


def test_a_skip_of_the_mirrored_gene_is_the_same() -> None:
    transcript, low, high = span("LMNA")
    reference, turned = mirrored(transcript, low, high)
    one = skip_for_deletion(patient(transcript, GENOME.reference), ExonLoss((7,), True, ""))
    other = skip_for_deletion(patient(turned, reference), ExonLoss((7,), True, ""))
    assert isinstance(one, Planned)
    assert isinstance(other, Planned)
    assert told(one.designs) == told(other.designs)
    assert deletions(one.designs) == deletions(other.designs)
    assert deletions(one.designs)


@pytest.mark.parametrize("name", ["HBB:c.93-21G>A", "LMNA:c.1824C>T", "HBB:c.316-197C>T"])
def test_a_cryptic_site_of_the_mirrored_gene_is_the_same(name: str) -> None:
    gene = name.partition(":")[0]
    transcript, low, high = span(gene)
    change = locate(name, GENOME, None).variant
    reference, turned = mirrored(transcript, low, high)
    size = high - low
    flipped = GenomicVariant(
        "mirror", size - (change.end - low), other_strand(change.ref), other_strand(change.alt)
    )
    one = silence_cryptic(patient(transcript, GENOME.reference, change), "")
    other = silence_cryptic(patient(turned, reference, flipped), "")
    assert isinstance(one, Planned)
    assert isinstance(other, Planned)
    assert told(one.designs) == told(other.designs)
    assert {length for length, _ in deletions(one.designs)} == {
        length for length, _ in deletions(other.designs)
    }


def test_the_patients_own_bases_stand_in_the_guides() -> None:
    """A substitution beside the splice site is in every spacer over it."""
    transcript, _, _ = span("DMD")
    plain = skip_for_variant(patient(transcript, GENOME.reference), 23, ())
    assert isinstance(plain, Planned)
    first = next(d for d in plain.designs if d.windows)
    place = first.protospacer_start + 2
    ref = GENOME.reference.fetch("chrX", place, place + 1)
    alt = {"A": "C", "C": "A", "G": "T", "T": "G"}[ref]
    carried = replace(
        patient(transcript, GENOME.reference),
        own=lambda allele: (GenomicVariant("chrX", place, ref, alt),),
    )
    found = skip_for_variant(carried, 23, ())
    assert isinstance(found, Planned)
    over = [d for d in found.designs if d.protospacer_start <= place < d.protospacer_end]
    assert over
    for design in over:
        at = place - design.protospacer_start
        letter = design.spacer[at] if design.strand == "+" else other_strand(design.spacer)[at]
        assert letter == alt
