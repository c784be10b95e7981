"""Place one variant of the case on the reference: by its VCF record, checked by its HGVS names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.finding import Severity
from ipse.genome.back_translation import ResidueMismatch
from ipse.genome.consequence import consequence
from ipse.genome.hgvs import OpenBreakpointsError, parse
from ipse.genome.projection import ReferenceMismatch, left_align
from ipse.genome.resolve import Located, locate
from ipse.genome.traditional import ExonOnly
from ipse.genome.variant import GenomicVariant
from ipse.genome.vcf_check import ref_mismatch, same_assembly
from ipse.patient.comparing import check_gene, check_label, check_names, say_unused
from ipse.patient.gene_names import check_symbol
from ipse.patient.model import Case, CaseVariant, VcfRecord
from ipse.patient.stated import (
    INSTALL,
    MITOCHONDRIAL,
    NUCLEOTIDE,
    PROTEIN,
    Placed,
    in_words,
    known_gene,
    name_of,
    named_mitochondrial,
    same_change,
    texts,
    transcripts_of,
)

if TYPE_CHECKING:
    from ipse.genome.embedded import Genome


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
    located = next((item for _, item in named if same_change(item.variant, chosen)), None)
    _describe(placed, stated, located, genome)
    say_unused(stated, errors, placed)
    check_names(stated, named, chosen, genome, placed)
    check_gene(stated, genome, placed)
    check_label(stated, chosen, genome, placed)
    return placed


# -- where it is -----------------------------------------------------------------------------


def _from_vcf(stated: CaseVariant, genome: Genome, placed: Placed) -> GenomicVariant | None:
    """Variant of the VCF record, if it is one of this reference."""
    record, reference = stated.vcf, genome.reference
    if record is None:
        return None
    name = name_of(stated)
    if not same_assembly(record.assembly, reference.assembly):
        placed.notes.append(
            f"The VCF record is on {record.assembly}, the reference on {reference.assembly}; "
            "the place comes from the HGVS name."
        )
        return None
    try:
        if not record.ref.isalpha() or not record.alt.isalpha():
            raise InputError("REF or ALT is not bases", value=f"{record.ref}>{record.alt}")
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
            "correct position and REF of vcfRecord, or state its genomeAssembly, if the position "
            "is one of another assembly",
        )  # fmt: skip
        return None
    if mismatch is None:
        placed.unchecked = variant
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

    transcript = next(iter(transcripts_of(stated, genome)), None)
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
    found, errors = list[tuple[str, Located]](), list[tuple[str, InputError | NotInReference]]()
    names = list(texts(stated, NUCLEOTIDE))
    if not names and stated.vcf is None:
        names = list(texts(stated, PROTEIN)) or ([stated.label] if stated.label else [])
    gene = known_gene(stated, genome)
    for text in names:
        try:
            found.append((text, locate(text, genome, gene)))
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
        placed.notes.append(f"Placed by {text}.")
        other = placed.unchecked
        if other is not None and not same_change(other, located.variant):
            placed.say(
                Severity.SERIOUS, "vcf-and-hgvs-disagree",
                f"For {name_of(stated)} the VCF record ({other}) and {text} are different "
                "variants; the HGVS name is used, as the reference holds no sequence at the VCF "
                "record.",
                "find out which is right (original report) and correct the other",
            )  # fmt: skip
        return located.variant
    differing = [text for text, located in named if not same_change(located.variant, from_vcf)]
    if differing:
        placed.say(
            Severity.SERIOUS, "vcf-and-hgvs-disagree",
            f"For {name_of(stated)} the VCF record ({from_vcf}) and {', '.join(differing)} are "
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
    for text, error in errors:
        if _is_mistake(text, error, stated, genome):
            raise InputError(
                error.message, file=case.path, field=stated.pointer, value=text,
                expected=error.expected, next_step=error.next_step,
            ) from error  # fmt: skip
        if stated.vcf is None:
            try:
                check_symbol(text, genome)
            except InputError as unknown:
                unknown.file, unknown.field = str(case.path), stated.pointer
                raise
    if any(finding.code.startswith("vcf-re") for finding in placed.findings) and not errors:
        return
    name = name_of(stated)
    if stated.expressions or stated.vcf is not None:
        reasons = "; ".join(in_words(text, error) for text, error in errors)
        if named_mitochondrial(stated) and not _held(MITOCHONDRIAL, genome):
            placed.say(
                Severity.CAUTION, "mitochondrial-by-name",
                f"{name} lies in the mitochondrial genome, which the reference "
                f"{genome.reference.name} does not hold; it is kept by its name.",
            )  # fmt: skip
        elif errors and all(isinstance(error, OpenBreakpointsError) for _, error in errors):
            placed.say(
                Severity.CAUTION, "breakpoints-open",
                f"{name} is stated without its breakpoints: it is kept by its name, and only what "
                "needs no place can be designed for it.",
                "sequence the breakpoints, and state the change by them",
            )  # fmt: skip
        elif genome.reference.whole_genome or known_gene(stated, genome):
            placed.say(
                Severity.SERIOUS, "variant-not-placed", f"{name} could not be placed. {reasons}",
                "correct its HGVS name or VCF record",
            )  # fmt: skip
        else:
            placed.say(
                Severity.SERIOUS, "variant-outside-reference",
                f"{name}{_stated_place(stated)} lies where the reference {genome.reference.name} "
                "holds no sequence: it is kept as stated, and nothing is designed for it.",
                INSTALL,
            )  # fmt: skip
        return
    kind = stated.structural_type or stated.description or stated.label or "no name"
    named = "".join(f" {error.message}." for _, error in errors if isinstance(error, ExonOnly))
    placed.say(
        Severity.SERIOUS, "variant-without-place",
        f"{name} is described in words only ({kind}); it is kept as text, and "
        f"nothing that needs a place is designed for it.{named}",
        "give an HGVS name or a VCF record",
    )  # fmt: skip


def _stated_place(stated: CaseVariant) -> str:
    record = stated.vcf
    return f" ({record.chrom}:{record.pos}, {record.assembly})" if record else ""


def _held(contig: str, genome: Genome) -> bool:
    """Whether the reference has sequence of a contig."""
    try:
        return bool(genome.reference.held(contig))
    except InputError:
        return False


def _is_mistake(
    text: str, error: InputError | NotInReference, stated: CaseVariant, genome: Genome
) -> bool:
    """Whether a name is wrong about what is at hand, rather than about what is not."""
    if isinstance(error, ReferenceMismatch | ResidueMismatch):
        return True
    if isinstance(error, NotInReference) or text not in texts(stated, NUCLEOTIDE):
        return False
    try:
        accession = parse(text).accession
    except InputError:
        return False  # a notation Ipse does not read is kept as text
    return (
        genome.reference.whole_genome
        or known_gene(stated, genome) is not None
        or bool(accession and genome.annotation.versions(accession))
    )


# -- what it does ----------------------------------------------------------------------------


def _describe(placed: Placed, stated: CaseVariant, located: Located | None, genome: Genome) -> None:
    assert placed.variant is not None
    if located is not None and located.transcript is not None:
        placed.transcript, placed.effect = located.transcript, located.consequence
        placed.findings += located.findings
        return
    at = placed.variant
    here = genome.annotation.overlapping(at.contig, at.start, max(at.end, at.start + 1))
    ids = {transcript.id for transcript in here}
    preferred = [t for t in transcripts_of(stated, genome) if t.id in ids]
    coding_first = sorted(here, key=lambda transcript: transcript.cds is None)
    if not preferred and coding_first:
        preferred = [
            t for t in genome.annotation.transcripts_of(coding_first[0].gene) if t.id in ids
        ]
    for transcript in preferred[:1]:
        placed.transcript = transcript
        try:
            placed.effect = consequence(at, transcript, genome.reference)
        except (InputError, NotInReference) as error:
            placed.say(
                Severity.CAUTION, "consequence-not-known",
                f"What {name_of(stated)} does to {transcript.id} cannot be told: {error.message}.",
                INSTALL,
            )  # fmt: skip
    if placed.transcript is None:
        placed.say(
            Severity.CAUTION, "no-transcript",
            f"The annotation {genome.annotation.name} has no transcript at {name_of(stated)}; its "
            "consequence is not known.", INSTALL,
        )  # fmt: skip
