"""What is known of one stated variant while it is being placed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.finding import Finding, Severity
from ipse.genome.aliases import is_mitochondrial
from ipse.genome.consequence import Consequence
from ipse.genome.variant import GenomicVariant
from ipse.patient.model import CaseVariant

if TYPE_CHECKING:
    from ipse.genome.embedded import Genome
    from ipse.genome.transcript import Transcript

NUCLEOTIDE = ("hgvs.c", "hgvs", "hgvs.n", "hgvs.g", "hgvs.m", "spdi", "gnomad", "vcf")
"""Syntaxes that name bases, in the order they are tried."""

PROTEIN = ("hgvs.p",)
MITOCHONDRIAL = "chrM"
"""Contig of a mitochondrial variant that has no other place."""

MITOCHONDRIAL_GENES = "MT-"
"""How HGNC's symbols of the genes of the mitochondrial genome begin."""

INSTALL = "install the whole genome: ipse genome add hg38 hg38.fa.gz --annotation gencode.gff3.gz"


@dataclass
class Placed:
    """What was learned of one variant's place.

    Attributes
    ----------
    variant
        Left-aligned on the plus strand; None if it could not be placed.
    transcript
        Transcript it is described on; None without one.
    effect
        Its consequence there.
    unchecked
        The VCF record's variant where the reference holds no sequence to compare it with.
    legacy
        Traditional names of it.
    """

    variant: GenomicVariant | None = None
    transcript: Transcript | None = None
    effect: Consequence | None = None
    unchecked: GenomicVariant | None = None
    legacy: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(self, severity: Severity, code: str, message: str, resolves: str = "") -> None:
        """Add a finding."""
        self.findings.append(
            Finding(severity=severity, code=code, message=message, resolves=resolves)
        )


def in_words(text: str, error: InputError | NotInReference) -> str:
    """What is wrong with a stated name: where in its text, and what was expected there."""
    place = (error.field or "").partition("HGVS text, ")[2]
    words = f"{text}: {error.message}" + (f", at {place}" if place else "")
    told = isinstance(error, InputError) and error.expected
    return f"{words} (expected {error.expected})" if told else words


def texts(stated: CaseVariant, syntaxes: tuple[str, ...]) -> Iterator[str]:
    """Expressions of some syntaxes, in the order of the syntaxes."""
    for syntax in syntaxes:
        for key, text in stated.expressions.items():
            if key.partition("#")[0].lower() == syntax:
                yield text


def same_change(one: GenomicVariant, other: GenomicVariant) -> bool:
    """Whether two left-aligned variants are one."""
    return one.trimmed() == other.trimmed()


def name_of(stated: CaseVariant) -> str:
    """What to call a stated variant in a message."""
    text = next(texts(stated, NUCLEOTIDE), "") or next(texts(stated, PROTEIN), "")
    record = stated.vcf
    if not text and record is not None:
        text = f"{record.chrom}:{record.pos}:{record.ref}:{record.alt}"
    gene = "" if stated.gene and stated.gene in text else stated.gene
    return f"{gene} {text or stated.label or stated.description or stated.id}".strip()


def named_mitochondrial(stated: CaseVariant) -> bool:
    """Whether a stated variant is one of the mitochondrial genome by any of its names."""
    if stated.vcf is not None and is_mitochondrial(stated.vcf.chrom):
        return True
    if stated.gene.upper().startswith(MITOCHONDRIAL_GENES):
        return True
    names = [*texts(stated, NUCLEOTIDE), *([stated.label] if stated.label else [])]
    for text in names:
        sequence, colon, change = text.rpartition(":")
        bare = re.split(r"[:(]", sequence, maxsplit=1)[0].strip()
        if re.match(r"\s*m\s?\.", change) or (
            colon and (bare.upper().startswith(MITOCHONDRIAL_GENES) or is_mitochondrial(bare))
        ):
            return True
    return any(True for _ in texts(stated, ("hgvs.m",)))


def known_gene(stated: CaseVariant, genome: Genome) -> str | None:
    """The stated gene, if the annotation has it: a wrong symbol must not hide a good name."""
    for gene in filter(None, (stated.hgnc, stated.gene)):
        try:
            return genome.annotation.transcripts_of(gene)[0].gene
        except InputError:
            continue
    return None


def transcripts_of(stated: CaseVariant, genome: Genome) -> list[Transcript]:
    """The transcript named, else another version of it, else the gene's, canonical first."""
    annotation = genome.annotation
    for text in texts(stated, ("hgvs.c", "hgvs.n", "hgvs")):
        accession = re.split(r"[:(]", text, maxsplit=1)[0].strip()
        try:
            return [annotation.transcript(accession)]
        except InputError:
            same = annotation.same_cds(accession)
            if same is not None:
                return [same[0]]
    for gene in filter(None, (stated.hgnc, stated.gene)):
        try:
            return annotation.transcripts_of(gene)
        except InputError:
            continue
    return []
