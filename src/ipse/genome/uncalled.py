"""Why a file of calls does not show a variant: what its records say at the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ipse.core.errors import InputError, NotInReference
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.projection import left_align, right_align
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant

Kind = Literal[
    "genotype_not_valid", "no_genotypes", "reference", "other", "filtered", "missing", "absent"
]
_ORDER: tuple[Kind, ...] = (
    "genotype_not_valid", "no_genotypes", "reference", "other", "filtered", "missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uncalled:
    """What stands in the place of a call.

    Attributes
    ----------
    kind
        ``genotype_not_valid``: GT names an allele the record has not. ``no_genotypes``: no GT, in
        the record or the whole file. ``reference``: called, as the reference. ``other``: called,
        as alleles that leave no copy for it. ``filtered``: called as one of these two by a record
        that did not pass its filters. ``missing``: a record without a call (``./.``) or with half
        of one. ``absent``: no record.
    place
        Contig and 1-based position of the record, as the file writes them.
    genotype
        GT as the file writes it, "" without one.
    alleles
        Number of ALT alleles of the record.
    """

    kind: Kind
    place: str = ""
    genotype: str = ""
    alleles: int = 0


def why_not_called(
    variant: GenomicVariant, patient_genome: PatientGenome, reference: Reference
) -> Uncalled:
    """What a file of calls says at a variant that it does not show.

    Records count that list the allele, however it is placed in a repeat, those whose genotype is
    the reference's or missing over all of its bases (a reference call of a gVCF has no ALT of
    bases), and those that put other bases in its place on every copy.

    Raises
    ------
    InputError
        If a record is damaged.
    """
    found = list(_told(variant, patient_genome, reference))
    if not found:
        declared = "GT" in patient_genome.formats
        return Uncalled("absent") if declared else Uncalled("no_genotypes")
    return min(found, key=lambda one: _ORDER.index(one.kind))


def _told(
    variant: GenomicVariant, patient_genome: PatientGenome, reference: Reference
) -> Iterator[Uncalled]:
    try:
        left, right = left_align(variant, reference), right_align(variant, reference)
    except NotInReference:
        left = right = variant
    low, high = max(0, left.start - 1), right.end + 1
    for record in patient_genome.raw_records(variant.contig, low, high):
        alts = tuple(record.alts or ())
        numbers = record.samples[patient_genome.sample].allele_indices or ()
        lists_it = any(_is(left, record, alt, reference) for alt in alts)
        # an insertion stands on the base before it
        first = variant.start if variant.ref else variant.start - 1
        covers = record.start <= first and variant.end <= record.stop
        no_other = bool(numbers) and not any(numbers)
        replaced = _replaced(variant, record, numbers)
        if not lists_it and not (covers and no_other) and not replaced:
            continue
        text = genotype_text(record, patient_genome.sample)
        kind: Kind = "other" if any(numbers) else "reference"
        if not text:
            kind = "no_genotypes"
        elif any(int(n) > len(alts) for n in text.replace("|", "/").split("/") if n.isdigit()):
            kind = "genotype_not_valid"
        elif None in numbers:
            kind = "missing"
        elif any(key != "PASS" for key in record.filter):
            kind = "filtered"
        yield Uncalled(kind, f"{record.contig}:{record.pos}", text, len(alts))


def _replaced(variant: GenomicVariant, record: Any, numbers: tuple[int | None, ...]) -> bool:
    """Whether every copy is called with other bases in the place of the variant's."""
    if not numbers or not all(numbers) or not variant.ref:
        return False
    for number in numbers:
        try:
            alt = record.alts[(number or 0) - 1]
            one = GenomicVariant.from_vcf(variant.contig, record.pos, record.ref or "", alt)
        except InputError:  # <DEL>, *
            return False
        if (one.start, one.ref) != (variant.start, variant.ref):
            return False
    return True


def _is(left: GenomicVariant, record: Any, alt: str, reference: Reference) -> bool:
    """Whether an ALT of a record is a left-aligned variant."""
    try:
        one = GenomicVariant.from_vcf(left.contig, record.pos, record.ref or "", alt)
        return left_align(one, reference).trimmed() == left.trimmed()
    except InputError:  # <DEL>, *
        return False
    except NotInReference:
        return one == left


def genotype_text(record: Any, sample: str) -> str:
    """GT of a sample as the file writes it: htslib drops the numbers of alleles that are not there.

    Returns
    -------
    str
        ``0|7``; "" for a record without GT.
    """
    if "GT" not in record.format:
        return ""
    columns = str(record).rstrip("\n").split("\t")
    return columns[9 + list(record.samples).index(sample)].partition(":")[0]
