"""Whatever a user types for a variant: its place, its names and what it does."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ipse.core.errors import InputError
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.genome import suggestions
from ipse.genome.back_translation import ResidueMismatch, check_residues, dna_of
from ipse.genome.consequence import Consequence, consequence
from ipse.genome.hgvs import Hgvs, ProteinEdit, parse
from ipse.genome.projection import ReferenceMismatch, on_transcript, to_genomic
from ipse.genome.sense import UNKNOWN, sense_of
from ipse.genome.traditional import by_protein_name, read_traditional
from ipse.genome.transcript_choice import approved_symbol, touching, transcript_of
from ipse.genome.typed_position import contig_of, read_position
from ipse.genome.variant import BRIEF, GenomicVariant

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript
    from ipse.genome.embedded import Genome

_HGVS = re.compile(r"(?:^|[:\s])\s*[cgmnprCGMNPR]\s?\.\s?\(?\S")
_DBSNP = re.compile(r"rs\d+", re.IGNORECASE)
_EXAMPLES = (
    "HGVS such as NM_001875.4:c.1003C>T, a position such as chr2-210591886-C-T, or a "
    "traditional name with its gene such as TTR V30M"
)
_NUMBERING = "check transcript version and numbering"


@dataclass(frozen=True, slots=True)
class Located:
    """A variant with its place and names.

    Attributes
    ----------
    variant
        Left-aligned, on the plus strand of the reference.
    transcript
        Transcript it is described on; None where no gene is.
    hgvs_c, hgvs_p
        Normal forms; ``""`` without a transcript.
    consequence
        What it does to the transcript; None without one.
    findings
        What the reader must know: numbering, transcript and normalisation differences.
    """

    variant: GenomicVariant
    transcript: Transcript | None
    hgvs_c: str
    hgvs_p: str
    consequence: Consequence | None
    findings: tuple[Finding, ...]


def locate(text: str, genome: Genome, gene: str | None = None) -> Located:
    """Read a variant in any of the usual notations and place it.

    Parameters
    ----------
    text
        HGVS c., n., g., m., or p. of one codon; ``chr2-210591886-C-T``; SPDI; or a traditional
        name with its gene (``TTR V30M``, ``CFTR delta-F508``, ``FIX R338L``).
    genome
        Reference and annotation.
    gene
        Gene symbol, HGNC id or protein name, where the text names none.

    Raises
    ------
    InputError
        If the text is not understood, names what is not there, or is ambiguous: always with what
        is there and what may have been meant.
    NotInReference
        If it is understood but its bases are not held.
    """
    return _Search(text, genome, gene).locate()


class _Search:
    """One call of :func:`locate`."""

    def __init__(self, text: str, genome: Genome, gene: str | None) -> None:
        self.text = " ".join(text.split())
        self.genome = genome
        self.gene = approved_symbol(gene, genome) if gene else ""
        self.findings: list[Finding] = []

    def locate(self) -> Located:
        """Try HGVS, then positions, then traditional names."""
        if _HGVS.search(self.text):
            return self._hgvs(parse(self.text))
        place = read_position(self.text, self.genome)
        if place is not None:
            return self._described(place, None)
        if _DBSNP.fullmatch(self.text):
            raise InputError(
                "a dbSNP number cannot be looked up without a database", field="variant",
                value=self.text, expected=_EXAMPLES,
                next_step="open it at https://www.ncbi.nlm.nih.gov/snp/ and give the HGVS name",
            )  # fmt: skip
        named = read_traditional(self.text, self.genome, self.gene, self._say)
        if named is None:
            raise self._not_understood()
        hgvs, transcript = named
        if hgvs.kind == "p":
            return self._protein(hgvs, transcript)
        return self._coding(hgvs, transcript)

    # -- HGVS -------------------------------------------------------------------------------

    def _hgvs(self, hgvs: Hgvs) -> Located:
        if not hgvs.accession and not hgvs.gene:
            hgvs = replace(hgvs, gene=self.gene)
        if hgvs.kind in ("g", "m"):
            return self._contig(hgvs)
        if not hgvs.accession and not hgvs.gene:
            raise InputError(
                "no transcript and no gene is named", field="HGVS text", value=self.text,
                expected=_EXAMPLES, next_step="put the transcript before ':'",
            )  # fmt: skip
        transcript = transcript_of(hgvs, self.genome, self.gene, self._say)
        self._check_gene(hgvs.gene or self.gene, transcript)
        if hgvs.kind == "p":
            return self._protein(hgvs, transcript)
        return self._coding(hgvs, transcript)

    def _check_gene(self, gene: str, transcript: Transcript) -> None:
        """Say so if the gene named beside the transcript is another one."""
        try:
            symbol = approved_symbol(gene, self.genome) if gene else transcript.gene
        except InputError:
            symbol = gene
        if symbol != transcript.gene:
            self._say(
                Severity.SERIOUS, "gene-differs",
                f"The text names the gene {gene}, but {transcript.id} is of {transcript.gene}.",
                "find out which is right and correct the other",
            )  # fmt: skip

    def _contig(self, hgvs: Hgvs) -> Located:
        name = hgvs.accession or ("chrM" if hgvs.kind == "m" else "")
        if name:
            hgvs = replace(hgvs, accession=contig_of(name, self.genome))
        try:
            variant = to_genomic(hgvs, self.genome.reference, self.genome.annotation)
        except ReferenceMismatch as error:
            raise self._mismatch(error, None) from None
        return self._described(variant, None)

    def _coding(self, hgvs: Hgvs, transcript: Transcript) -> Located:
        try:
            variant = on_transcript(hgvs, transcript, self.genome.reference)
        except ReferenceMismatch as error:
            raise self._mismatch(error, transcript) from None
        located = self._described(variant, transcript)
        self._compare_letters(variant, transcript)
        if located.hgvs_c != hgvs.description:
            self._say(
                Severity.INFO, "hgvs-normalised",
                f"{hgvs.description} is {located.hgvs_c} in HGVS form on {transcript.id} (most 3' "
                "position, dup for a repeated insertion).",
            )  # fmt: skip
        stated = hgvs.protein.description if hgvs.protein else ""
        if stated and _comparable(stated) != _comparable(located.hgvs_p):
            self._say(
                Severity.CAUTION, "protein-name-differs",
                f"The text says {stated}, but {located.hgvs_c} on {transcript.id} gives "
                f"{located.hgvs_p or 'no change of the coding sequence'}.", _NUMBERING,
            )  # fmt: skip
        return replace(located, findings=tuple(self.findings))

    def _compare_letters(self, variant: GenomicVariant, transcript: Transcript) -> None:
        """Say so where the transcript's letters are not the reference's."""
        sense, reference = sense_of(transcript), self.genome.reference
        start, end = sense.span(variant.start, variant.end)
        own = sense.letters(reference, start, end)
        genome = sense.genome_letters(reference, start, end)
        differ = sum(
            a != b and UNKNOWN not in (a, b) for a, b in zip(own, genome, strict=True)
        )  # fmt: skip
        if differ:
            how = (
                f"{transcript.id} has {own} where {reference.name} has {genome} in transcript "
                "direction"
                if len(own) <= BRIEF
                else f"{transcript.id} and {reference.name} differ in {differ} of {len(own):,}"
                " bases"
            )
            self._say(
                Severity.CAUTION, "transcript-differs-from-genome",
                f"{how}; {variant.brief()} is relative to {reference.name}.",
                "check on which sequence the variant was described",
            )  # fmt: skip

    def _mismatch(self, error: ReferenceMismatch, transcript: Transcript | None) -> InputError:
        hint = suggestions.for_bases(error, transcript, self.genome)
        return ReferenceMismatch(error.hgvs, error.stated, error.found, error.where, hint)

    # -- protein changes --------------------------------------------------------------------

    def _protein(self, hgvs: Hgvs, transcript: Transcript) -> Located:
        reference = self.genome.reference
        if transcript.cds is None:
            raise InputError(
                f"{transcript.id} codes for no protein", field="variant", value=self.text,
                expected="a coding transcript",
            )  # fmt: skip
        try:
            check_residues(hgvs, transcript, reference)
        except ResidueMismatch as error:
            raise ResidueMismatch(
                error.message, field=error.field, value=self.text, expected=error.expected,
                next_step=suggestions.for_residue(hgvs, transcript, self.genome),
            ) from None  # fmt: skip
        named = by_protein_name(hgvs, self.text, transcript, self._say)
        if named is not None:
            return self._coding(*named)
        edit = hgvs.edit
        if not isinstance(edit, ProteinEdit) or edit.kind != "sub" or hgvs.start is None:
            raise self._not_one_codon(hgvs)
        if hgvs.start.base == 1:
            raise self._not_one_codon(hgvs)
        codons = dna_of(hgvs, transcript, reference)
        if len(codons.single) != 1:
            names = ", ".join(one.description for one in codons.single or codons.several)
            how = "several base substitutions" if codons.single else "no single base substitution"
            raise InputError(
                f"{how} in {transcript.id} can make {hgvs.description}", field="variant",
                value=self.text, expected=f"one of {names}",
                next_step="give the c. description of the report",
            )  # fmt: skip
        (single,) = codons.single
        self._say(
            Severity.INFO, "dna-change-deduced",
            f"{hgvs.description} was given; {transcript.id}:{single.description} is the only "
            "single-base change that makes it.",
            "confirm the c. description in the laboratory report",
        )  # fmt: skip
        return self._coding(single, transcript)

    def _not_one_codon(self, hgvs: Hgvs) -> InputError:
        return InputError(
            f"{hgvs.description} does not say which bases change", field="variant",
            value=self.text, expected="a substitution of one residue, or a c. description",
            next_step="give the c. description of the report",
        )  # fmt: skip

    # -- description ------------------------------------------------------------------------

    def _described(self, variant: GenomicVariant, transcript: Transcript | None) -> Located:
        if transcript is None:
            transcript = next(iter(touching(variant, self.genome, self.gene)), None)
        if transcript is None:
            self._say(
                Severity.INFO, "no-transcript",
                f"No transcript of annotation {self.genome.annotation.name} is at {variant}.",
            )  # fmt: skip
            return Located(variant, None, "", "", None, tuple(self.findings))
        effect = consequence(variant, transcript, self.genome.reference)
        if variant.ref == variant.alt:
            self._say(
                Severity.CAUTION, "no-change",
                f"{self.text!r} changes nothing on {self.genome.reference.name}.",
                "check the description",
            )  # fmt: skip
        return Located(
            variant, transcript, effect.hgvs_c, effect.hgvs_p, effect, tuple(self.findings)
        )

    def _say(
        self,
        severity: Severity,
        code: str,
        message: str,
        resolves: str = "",
        evidence: tuple[Evidence, ...] = (),
    ) -> None:
        self.findings.append(
            Finding(
                severity=severity, code=code, message=message, resolves=resolves, evidence=evidence
            )
        )

    def _not_understood(self) -> InputError:
        word = re.split(r"[\s:]+", self.text)[0].upper()
        genes = self.genome.annotation.genes()
        near = [] if word in genes else difflib.get_close_matches(word, genes, n=3)
        return InputError(
            "a variant is not understood", field="variant", value=self.text, expected=_EXAMPLES,
            next_step=f"did you mean the gene {', '.join(near)}?" if near
            else "give the HGVS name of the laboratory report",
        )  # fmt: skip


def _comparable(name: str) -> str:
    """Protein name as far as two descriptions of one change must agree."""
    hgvs = parse(name) if name else None
    if hgvs is None or hgvs.start is None or hgvs.start.base == 1:
        return "?"
    edit = hgvs.edit
    if isinstance(edit, ProteinEdit) and edit.kind in ("fs", "ext"):
        return f"{edit.kind}{hgvs.start}{edit.ref_start}"
    return replace(hgvs, predicted=False).description
