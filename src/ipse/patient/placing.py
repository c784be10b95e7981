"""Place one variant of the case on the reference: by its VCF record, checked by its HGVS names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.finding import Finding, Severity
from ipse.genome.consequence import Consequence, consequence
from ipse.genome.projection import ReferenceMismatch, left_align
from ipse.genome.variant import GenomicVariant
from ipse.genome.vcf_check import assembly_family, ref_mismatch, same_assembly
from ipse.patient.model import Case, CaseVariant, VcfRecord

if TYPE_CHECKING:
    from ipse.genome.embedded import Genome
    from ipse.genome.resolve import Located
    from ipse.genome.transcript import Transcript

NUCLEOTIDE = ("hgvs.c", "hgvs", "hgvs.n", "hgvs.g", "hgvs.m", "spdi", "gnomad", "vcf")
"""Syntaxes that name bases, in the order they are tried."""

PROTEIN = ("hgvs.p",)
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
    """

    variant: GenomicVariant | None = None
    transcript: Transcript | None = None
    effect: Consequence | None = None
    legacy: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(self, severity: Severity, code: str, message: str, resolves: str = "") -> None:
        """Add a finding."""
        self.findings.append(
            Finding(severity=severity, code=code, message=message, resolves=resolves)
        )


def place(stated: CaseVariant, case: Case, genome: Genome) -> Placed:
    """Place a variant and describe it.

    The VCF record counts if its assembly is the reference's and its REF is there; otherwise the
    first expression that can be placed. Whatever else is stated is compared with the result.

    Raises
    ------
    InputError
        If a stated reference base is not there and nothing else places the variant.
    """
    placed = Placed()
    from_vcf = _from_vcf(stated, genome, placed)
    named, errors = _from_names(stated, genome)
    chosen = _choose(stated, from_vcf, named, placed)
    if chosen is None:
        _not_placed(stated, case, genome, errors, placed)
        return placed
    placed.variant = chosen
    located = next((item for _, item in named if _same(item.variant, chosen)), None)
    _describe(placed, stated, located, genome)
    _say_unused(stated, errors, placed)
    _check_names(stated, named, chosen, genome, placed)
    _check_gene(stated, genome, placed)
    return placed


# -- where it is -----------------------------------------------------------------------------


def _from_vcf(stated: CaseVariant, genome: Genome, placed: Placed) -> GenomicVariant | None:
    """Variant of the VCF record, if it is one of this reference."""
    record, reference = stated.vcf, genome.reference
    if record is None:
        return None
    name = _name(stated)
    if not same_assembly(record.assembly, reference.assembly):
        placed.notes.append(
            f"The VCF record is on {record.assembly}, the reference on {reference.assembly}; "
            "the place comes from the HGVS name."
        )
        return None
    try:
        contig = reference.resolve(record.chrom)
        variant = GenomicVariant.from_vcf(contig, record.pos, record.ref, record.alt)
    except InputError as error:
        placed.say(
            Severity.SERIOUS, "vcf-record-not-understood",
            f"The VCF record of {name} cannot be used: {error.message} ({error.value}).",
            "correct vcfRecord",
        )  # fmt: skip
        return None
    compared = ref_mismatch(reference, contig, record.pos - 1, record.ref)
    mismatch = (
        _against_transcript(record, stated, genome, contig)
        if compared is None
        else (str(compared) if compared else "")
    )
    if mismatch:
        placed.say(
            Severity.SERIOUS, "vcf-ref-mismatch",
            f"REF of the VCF record of {name} is not the reference's: {mismatch}. The record "
            f"says {record.assembly or 'no assembly'}, the reference is {reference.assembly}.",
            "correct vcfRecord (assembly, position, REF)",
        )  # fmt: skip
        return None
    if mismatch is None and not _speaks(stated):
        return None
    try:
        return left_align(variant, reference)
    except NotInReference:
        return variant


def _against_transcript(
    record: VcfRecord, stated: CaseVariant, genome: Genome, contig: str
) -> str | None:
    """REF against the letters of the gene's transcript, where the reference holds none.

    Returns
    -------
    str or None
        What differs, empty if it agrees; None if no transcript reaches there.
    """
    from ipse.core.sequence import complement

    transcript = next(iter(_transcripts(stated, genome)), None)
    if transcript is None or transcript.contig != contig or not transcript.sequence:
        return None
    letters = ""
    for position in range(record.pos - 1, record.pos - 1 + len(record.ref)):
        if not transcript.start <= position < transcript.end:
            return None
        place, offset = transcript.to_transcript(position)
        index = place - transcript.sequence_offset
        if offset or not 0 <= index < len(transcript.sequence):
            return None
        base = transcript.sequence[index]
        letters += base if transcript.strand == "+" else complement(base)
    if letters == record.ref.upper():
        return ""
    return f"{contig}:{record.pos} says {record.ref}, {transcript.id} has {letters}"


def _from_names(
    stated: CaseVariant, genome: Genome
) -> tuple[list[tuple[str, Located]], list[tuple[str, InputError | NotInReference]]]:
    """Every expression placed, and the errors of those that were not.

    A protein name or a label is tried only if nothing that names bases is stated.
    """
    from ipse.genome.resolve import locate

    found, errors = list[tuple[str, Located]](), list[tuple[str, InputError | NotInReference]]()
    texts = list(_texts(stated, NUCLEOTIDE))
    if not texts and stated.vcf is None:
        texts = list(_texts(stated, PROTEIN)) or ([stated.label] if stated.label else [])
    for text in texts:
        try:
            found.append((text, locate(text, genome, stated.gene or None)))
        except (InputError, NotInReference) as error:
            errors.append((text, error))
    return found, errors


def _choose(
    stated: CaseVariant,
    from_vcf: GenomicVariant | None,
    named: list[tuple[str, Located]],
    placed: Placed,
) -> GenomicVariant | None:
    if from_vcf is None:
        if not named:
            return None
        text, located = named[0]
        if stated.vcf is None or not placed.notes:
            placed.notes.append(f"Placed by {text}.")
        return located.variant
    differing = [text for text, located in named if not _same(located.variant, from_vcf)]
    if differing:
        placed.say(
            Severity.SERIOUS, "vcf-and-hgvs-disagree",
            f"For {_name(stated)} the VCF record ({from_vcf}) and {', '.join(differing)} are "
            "different variants; the VCF record is used.",
            "find out which is right (original report) and correct the other",
        )  # fmt: skip
    elif named:
        placed.notes.append("VCF record and HGVS name agree.")
    return from_vcf


def _not_placed(
    stated: CaseVariant,
    case: Case,
    genome: Genome,
    errors: list[tuple[str, InputError | NotInReference]],
    placed: Placed,
) -> None:
    """Say why, or raise where the user stated a base that is not there."""
    for _, error in errors:
        if isinstance(error, ReferenceMismatch) or (
            isinstance(error, InputError) and genome.reference.whole_genome and stated.vcf is None
        ):
            raise InputError(
                error.message, file=case.path, field=stated.pointer, value=error.value,
                expected=error.expected, next_step=error.next_step,
            ) from error  # fmt: skip
    if any(finding.code.startswith("vcf-re") for finding in placed.findings) and not errors:
        return
    name = _name(stated)
    if errors or stated.vcf is not None:
        reasons = "; ".join(f"{text}: {error.message}" for text, error in errors)
        if genome.reference.whole_genome:
            placed.say(
                Severity.SERIOUS, "variant-not-placed", f"{name} could not be placed. {reasons}",
                "correct its HGVS name or VCF record",
            )  # fmt: skip
        else:
            placed.say(
                Severity.SERIOUS, "reference-is-loci-only",
                f"{name} could not be placed: the reference {genome.reference.name} holds only "
                f"some loci. {reasons}".rstrip(), INSTALL,
            )  # fmt: skip
        return
    kind = stated.structural_type or stated.description or stated.label or "no name"
    placed.say(
        Severity.SERIOUS, "variant-without-place",
        f"{name} is described in words only ({kind}); it is kept as text and nothing is "
        "designed for it.", "give an HGVS name or a VCF record",
    )  # fmt: skip


# -- what it does ----------------------------------------------------------------------------


def _describe(placed: Placed, stated: CaseVariant, located: Located | None, genome: Genome) -> None:
    assert placed.variant is not None
    if located is not None and located.transcript is not None:
        placed.transcript, placed.effect = located.transcript, located.consequence
        placed.findings += located.findings
        return
    touching = [
        transcript
        for transcript in _transcripts(stated, genome)
        or genome.annotation.overlapping(
            placed.variant.contig,
            placed.variant.start,
            max(placed.variant.end, placed.variant.start + 1),
        )
        if transcript.contig == placed.variant.contig
    ]
    for transcript in touching[:1]:
        placed.transcript = transcript
        try:
            placed.effect = consequence(placed.variant, transcript, genome.reference)
        except (InputError, NotInReference) as error:
            placed.say(
                Severity.CAUTION, "consequence-not-known",
                f"What {_name(stated)} does to {transcript.id} cannot be told: {error.message}.",
                INSTALL,
            )  # fmt: skip
    if placed.transcript is None:
        placed.say(
            Severity.CAUTION, "no-transcript",
            f"The annotation {genome.annotation.name} has no transcript at {_name(stated)}; its "
            "consequence is not known.", INSTALL,
        )  # fmt: skip


def _transcripts(stated: CaseVariant, genome: Genome) -> list[Transcript]:
    """The transcript named, else another version of it, else the gene's, canonical first."""
    annotation = genome.annotation
    for text in _texts(stated, ("hgvs.c", "hgvs.n", "hgvs")):
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


def _check_names(
    stated: CaseVariant,
    named: list[tuple[str, Located]],
    chosen: GenomicVariant,
    genome: Genome,
    placed: Placed,
) -> None:
    """Compare what else is stated with what was placed."""
    differing = [text for text, located in named if not _same(located.variant, chosen)]
    told = any(finding.code == "vcf-and-hgvs-disagree" for finding in placed.findings)
    if differing and not told:
        placed.say(
            Severity.SERIOUS, "names-disagree",
            f"Names of {_name(stated)} mean different variants: {', '.join(differing)} is not "
            f"{chosen}.", "find out which is right and correct the other",
        )  # fmt: skip
    for text in _texts(stated, PROTEIN):
        own = placed.effect.hgvs_p if placed.effect else ""
        if own and plain_protein(text) and plain_protein(text) != plain_protein(own):
            placed.say(
                Severity.CAUTION, "protein-name-differs",
                f"{_name(stated)} is stated as {text}, but its predicted protein change on "
                f"{placed.transcript.id if placed.transcript else 'the transcript'} is {own}.",
                "check transcript version and numbering",
            )  # fmt: skip


def _say_unused(
    stated: CaseVariant, errors: list[tuple[str, InputError | NotInReference]], placed: Placed
) -> None:
    for text, error in errors:
        if isinstance(error, ReferenceMismatch):
            placed.say(
                Severity.SERIOUS, "hgvs-reference-mismatch",
                f"{text} of {_name(stated)} states a base that is not there: {error.message}.",
                error.next_step or "correct the HGVS name",
            )  # fmt: skip
        elif isinstance(error, NotInReference):
            continue
        else:
            placed.notes.append(f"{text} was not compared: {error.message}.")


def _check_gene(stated: CaseVariant, genome: Genome, placed: Placed) -> None:
    transcript = placed.transcript
    if transcript is None or not stated.gene or stated.gene == transcript.gene:
        return
    try:
        genes = {item.gene for item in genome.annotation.transcripts_of(stated.gene)}
    except InputError:
        genes = set()
    if transcript.gene not in genes:
        placed.say(
            Severity.SERIOUS, "gene-differs",
            f"The case states the gene {stated.gene}, but the variant lies in {transcript.gene}.",
            "correct geneContext or the variant",
        )  # fmt: skip


# -- small things ----------------------------------------------------------------------------


def plain_protein(text: str) -> str:
    """A p. name without accession, parentheses and spellings that mean the same; "" if unknown.

    ``p.(Glu386ArgfsTer65)`` and ``p.Glu386fs`` compare equal up to the first residue only where
    one of them gives no more.
    """
    name = text.rpartition(":")[2].strip()
    name = re.sub(r"[()\s]", "", name).replace("*", "Ter")
    name = re.sub(r"(?<=[a-z0-9])X(?=$|\d)", "Ter", name)
    name = re.sub(r"fs(Ter)?(\d+|\?)?$", "fs", name)
    name = re.sub(r"(\d+)[A-Z][a-z]{2}fs$", r"\1fs", name)
    return "" if name in ("p.?", "p.", "p.0?", "") or name.startswith("p.Met1") else name


def _texts(stated: CaseVariant, syntaxes: tuple[str, ...]) -> Iterator[str]:
    for syntax in syntaxes:
        for key, text in stated.expressions.items():
            if key.partition("#")[0].lower() == syntax:
                yield text


def _speaks(stated: CaseVariant) -> bool:
    """Whether a VCF record alone can be trusted: it must say which assembly it is of."""
    return stated.vcf is not None and bool(assembly_family(stated.vcf.assembly))


def _same(one: GenomicVariant, other: GenomicVariant) -> bool:
    return one.trimmed() == other.trimmed()


def _name(stated: CaseVariant) -> str:
    text = next(_texts(stated, NUCLEOTIDE), "") or next(_texts(stated, PROTEIN), "")
    record = stated.vcf
    if not text and record is not None:
        text = f"{record.chrom}:{record.pos}:{record.ref}:{record.alt}"
    gene = "" if stated.gene and stated.gene in text else stated.gene
    return f"{gene} {text or stated.label or stated.description or stated.id}".strip()
