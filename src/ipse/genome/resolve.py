"""Whatever a user types for a variant -> its place, its names and what it does."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.genome import aliases, legacy, suggestions
from ipse.genome.back_translation import ResidueMismatch, check_residues, dna_of
from ipse.genome.consequence import Consequence, consequence
from ipse.genome.hgvs import Hgvs, ProteinEdit, parse
from ipse.genome.projection import (
    ReferenceMismatch,
    left_align,
    on_transcript,
    to_genomic,
)
from ipse.genome.sense import genome_letters, sense_of
from ipse.genome.variant import GenomicVariant

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript
    from ipse.genome.embedded import Genome

_HGVS = re.compile(r"(?:^|[:\s])\s*[cgmnprCGMNPR]\s?\.\s?\(?\S")
_CONTIG = r"(?:chr)?(?:[0-9]{1,2}|[XYM]|MT)|N[CTW]_\d+\.\d+|[A-Za-z][\w.]*"
_ALLELES = r"([ACGTNacgtn]*|-|\.)"
_VCF = re.compile(
    rf"({_CONTIG})[:\-_ ]\s?([\d,]{{1,14}})[:\-_ ]?\s?{_ALLELES}\s?[:\-_/> ]\s?{_ALLELES}"
)
_SPDI = re.compile(rf"(N[CTWG]_\d+\.\d+):(\d{{1,12}}):(\d{{1,6}}|[ACGTNacgtn]*):([ACGTNacgtn]*)")
_EXAMPLES = (
    "HGVS such as NM_001875.4:c.1003C>T, a position such as chr2-210591886-C-T, or a "
    "traditional name with its gene such as TTR V30M"
)


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
        self.text = text.strip()
        self.genome = genome
        self.gene = self._symbol(gene) if gene else ""
        self.findings: list[Finding] = []

    def locate(self) -> Located:
        if not self.text:
            raise self._not_understood()
        if _HGVS.search(self.text) and not re.match(r"(?i)ex(on)?\b", self.text):
            return self._hgvs(parse(self.text))
        return self._genomic() or self._legacy()

    # -- places -----------------------------------------------------------------------------

    def _genomic(self) -> Located | None:
        """``chr2-210591886-C-T`` or SPDI."""
        reference = self.genome.reference
        if match := _SPDI.fullmatch(self.text):
            contig = self._contig(match.group(1))
            start, ref, alt = int(match.group(2)), match.group(3).upper(), match.group(4).upper()
            if ref.isdigit():
                ref = reference.fetch(contig, start, start + int(ref))
        elif (match := _VCF.fullmatch(self.text)) and self._is_contig(match.group(1)):
            contig = self._contig(match.group(1))
            place = GenomicVariant.from_vcf(
                contig, int(match.group(2).replace(",", "") or 0), match.group(3), match.group(4)
            )
            start, ref, alt = place.start, place.ref, place.alt
        else:
            return None
        if start < 0 or start + len(ref) > reference.length(contig):
            raise InputError(
                f"{contig} has {reference.length(contig)} bases", field="position",
                value=self.text, expected="a position on the contig",
            )  # fmt: skip
        variant = GenomicVariant(contig, start, ref, alt)
        self._check_ref(variant)
        return self._described(left_align(variant, reference))

    def _check_ref(self, variant: GenomicVariant) -> None:
        reference = self.genome.reference
        if not variant.ref:
            return
        letters = genome_letters(reference, variant.contig, variant.start, variant.end)
        if "." in letters:
            for transcript in self._touching(variant):
                sense = sense_of(transcript)
                own = sense.genome_first(reference, *sense.span(variant.start, variant.end))
                if "." not in own:
                    from ipse.core.sequence import reverse_complement

                    letters = own if sense.plus else reverse_complement(own)
                    break
            else:
                raise NotInReference(variant.contig, variant.start, variant.end, reference.name)
        if letters != variant.ref:
            other = "GRCh37" if reference.assembly == "GRCh38" else "GRCh38"
            hint = f"the position may be of {other}; the reference is {reference.assembly}"
            one_off = genome_letters(reference, variant.contig, variant.start - 1, variant.end - 1)
            if one_off == variant.ref:
                hint += "; or the text counts from 0 where 1 was expected, or the reverse"
            raise InputError(
                f"{reference.name} has {letters} at {variant.contig}:{variant.start + 1}, the text "
                f"states {variant.ref}", field="reference bases", value=self.text,
                expected=letters, next_step=hint,
            )  # fmt: skip

    def _is_contig(self, name: str) -> bool:
        try:
            self.genome.reference.resolve(name)
        except InputError:
            return bool(re.fullmatch(r"(?i)(chr)?(\d{1,2}|[XYM]|MT)|N[CTW]_\d+\.\d+", name))
        return True

    def _contig(self, name: str) -> str:
        """Reference's name of a contig; says so if the accession is of another assembly."""
        reference = self.genome.reference
        for assembly in aliases.assemblies():
            for chromosome in aliases.chromosomes(assembly):
                if name == chromosome.refseq and reference.assembly not in ("", assembly):
                    if self._is_same(chromosome.refseq):
                        continue
                    raise InputError(
                        f"{name} is chromosome {chromosome.molecule} of {assembly}, the reference "
                        f"is {reference.assembly}", field="contig", value=self.text,
                        expected=f"a position on {reference.assembly}",
                        next_step=f"convert the position to {reference.assembly}, or give the c. "
                        "name",
                    )  # fmt: skip
        return reference.resolve(name)

    def _is_same(self, refseq: str) -> bool:
        """Whether the reference's assembly has the very same accession (the mitochondrion)."""
        assembly = self.genome.reference.assembly
        return any(refseq == one.refseq for one in aliases.chromosomes(assembly))

    # -- HGVS -------------------------------------------------------------------------------

    def _hgvs(self, hgvs: Hgvs) -> Located:
        if not hgvs.accession and not hgvs.gene and self.gene:
            hgvs = replace(hgvs, gene=self.gene)
        if hgvs.kind == "p":
            return self._protein(hgvs, self._transcript(hgvs))
        if hgvs.kind in "gm":
            if hgvs.accession:
                self._contig(hgvs.accession)
            try:
                variant = to_genomic(hgvs, self.genome.reference, self.genome.annotation)
            except ReferenceMismatch as error:
                raise self._mismatch(error, None) from None
            return self._described(variant)
        return self._coding(hgvs, self._transcript(hgvs))

    def _coding(self, hgvs: Hgvs, transcript: Transcript) -> Located:
        try:
            variant = on_transcript(hgvs, transcript, self.genome.reference)
        except ReferenceMismatch as error:
            raise self._mismatch(error, transcript) from None
        located = self._described(variant, transcript)
        if located.hgvs_c != hgvs.description:
            self._say(
                Severity.INFO, "hgvs-normalised",
                f"{hgvs.description} is {located.hgvs_c} in HGVS form on {transcript.id} (most 3' "
                "position, dup for a repeated insertion).",
            )  # fmt: skip
        stated = hgvs.protein.description if hgvs.protein else ""
        if stated and _plain(stated) != _plain(located.hgvs_p):
            self._say(
                Severity.CAUTION, "protein-name-differs",
                f"The text says {stated}, but {located.hgvs_c} on {transcript.id} gives "
                f"{located.hgvs_p or 'no change of the coding sequence'}.",
                "check transcript version and numbering",
            )  # fmt: skip
        return replace(located, findings=tuple(self.findings))

    def _mismatch(self, error: ReferenceMismatch, transcript: Transcript | None) -> InputError:
        hint = suggestions.for_bases(error, transcript, self.genome)
        return ReferenceMismatch(error.hgvs, error.stated, error.found, error.where, hint)

    def _transcript(self, hgvs: Hgvs) -> Transcript:
        """Transcript a c., n. or p. description means, with a finding if it stands in."""
        annotation = self.genome.annotation
        accession = hgvs.accession
        if not accession:
            if not hgvs.gene:
                raise InputError(
                    "no transcript and no gene is named", field="HGVS text", value=self.text,
                    expected=_EXAMPLES, next_step="put the transcript before ':'",
                )  # fmt: skip
            return self._canonical(self._symbol(hgvs.gene))
        if accession.startswith(("NP_", "ENSP", "LRG_")) or hgvs.kind == "p":
            found = self._by_tag_or_protein(accession, hgvs.gene or self.gene)
            if found is not None:
                return found
        try:
            return annotation.transcript(accession)
        except InputError as error:
            return self._stand_in(accession, hgvs.gene or self.gene, error)

    def _stand_in(self, accession: str, gene: str, error: InputError) -> Transcript:
        annotation = self.genome.annotation
        same = annotation.same_cds(accession)
        if same is not None:
            transcript, reason = same
            self._say(
                Severity.INFO, "transcript-version-substituted",
                f"{accession} is not in the annotation; {transcript.id} stands in. {reason}",
                f"install an annotation that has {accession}",
            )  # fmt: skip
            return transcript
        present = annotation.versions(accession)
        if present and "." not in accession:
            self._say(
                Severity.CAUTION, "transcript-version-missing",
                f"{accession} is given without a version; {present[0].id} is used.",
                "give the version the variant was described on",
            )  # fmt: skip
            return present[0]
        if present or not gene:
            raise error
        others = [t.id for t in annotation.transcripts_of(self._symbol(gene))]
        raise InputError(
            error.message, field=error.field, value=error.value,
            expected=f"a transcript of {gene} that is here: {', '.join(others)}",
            next_step="give the name on one of these, or install an annotation that has it",
        ) from None  # fmt: skip

    def _by_tag_or_protein(self, accession: str, gene: str) -> Transcript | None:
        """Transcript by LRG name (a tag) or by protein accession, among the gene's."""
        annotation = self.genome.annotation
        reference = self.genome.reference
        tag = re.sub(r"p(\d+)$", r"t\1", accession)
        if gene:
            genes = [self._symbol(gene)]
        elif reference.whole_genome:
            raise InputError(
                f"{accession} names no gene", field="HGVS text", value=self.text,
                expected="the gene in parentheses behind the accession",
                next_step=f"write {accession}(GENE):…, or give the c. name",
            )  # fmt: skip
        else:
            genes = annotation.genes()
        for symbol in genes:
            for transcript in annotation.transcripts_of(symbol):
                if tag in transcript.tags or transcript.protein_id == accession:
                    return transcript
        for symbol in genes:  # another version of the protein
            for transcript in annotation.transcripts_of(symbol):
                own = transcript.protein_id.partition(".")[0]
                if own and own == accession.partition(".")[0]:
                    self._say(
                        Severity.CAUTION, "protein-version-substituted",
                        f"{accession} is not in the annotation; {transcript.protein_id} "
                        f"({transcript.id}) is used.", "check that the residues agree",
                    )  # fmt: skip
                    return transcript
        return self._canonical(genes[0]) if gene else None

    def _canonical(self, gene: str) -> Transcript:
        transcript = self.genome.annotation.transcripts_of(gene)[0]
        self._say(
            Severity.INFO, "transcript-chosen",
            f"The text names the gene {gene} only; {transcript.id} is used.",
            "give the transcript the variant was described on",
        )  # fmt: skip
        return transcript

    def _symbol(self, gene: str) -> str:
        """Approved symbol of a gene however it is called; near matches if unknown."""
        annotation = self.genome.annotation
        for name in (gene, gene.upper()):
            try:
                return annotation.transcripts_of(name)[0].gene
            except InputError as error:
                unknown = error
        known, rest = legacy.split_gene(gene)
        if known and not rest:
            return self._symbol(known)
        raise unknown

    # -- protein changes --------------------------------------------------------------------

    def _protein(self, hgvs: Hgvs, transcript: Transcript) -> Located:
        reference = self.genome.reference
        try:
            check_residues(hgvs, transcript, reference)
        except ResidueMismatch as error:
            raise ResidueMismatch(
                error.message, field=error.field, value=self.text, expected=error.expected,
                next_step=suggestions.for_residue(hgvs, transcript, self.genome),
            ) from None  # fmt: skip
        edit = hgvs.edit
        assert isinstance(edit, ProteinEdit)
        named = legacy.resolve_legacy(hgvs.description, transcript.gene)
        if named and named.evidence:
            return self._named(named, transcript)
        if edit.kind != "sub" or hgvs.start is None or hgvs.start.base == 1:
            raise InputError(
                f"{hgvs.description} does not say which bases change", field="variant",
                value=self.text, expected="a substitution of one residue, or a c. description",
                next_step="give the c. description of the report",
            )  # fmt: skip
        codons = dna_of(hgvs, transcript, reference)
        if len(codons.single) != 1:
            found = codons.single or codons.several
            names = ", ".join(one.description for one in found)
            number = "several" if codons.single else "no single"
            raise InputError(
                f"{number} base substitution{'s' if codons.single else ''} in {transcript.id} "
                f"make{'' if codons.single else 's'} {hgvs.description}", field="variant",
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

    # -- traditional names ------------------------------------------------------------------

    def _legacy(self) -> Located:
        gene, rest = legacy.split_gene(self.text)
        if not gene:
            gene, rest = self._gene_word(self.text)
        gene = self._symbol(gene) if gene else self.gene
        if re.match(r"(?i)rs\d+$", rest):
            raise InputError(
                "a dbSNP number cannot be looked up without a database", field="variant",
                value=self.text, expected=_EXAMPLES,
                next_step="open it at https://www.ncbi.nlm.nih.gov/snp/ and give the HGVS name",
            )  # fmt: skip
        named = legacy.resolve_legacy(rest, gene)
        if named is not None and (named.gene or gene):
            transcript = self.genome.annotation.transcripts_of(named.gene or gene)[0]
            if named.evidence:
                return self._named(named, transcript)
            return self._numbered(named, rest, transcript)
        if gene:
            transcript = self.genome.annotation.transcripts_of(gene)[0]
            intron = legacy.intron_name(rest, gene, transcript)
            if intron is not None:
                return self._intron(intron, transcript)
            exon = legacy.exon_name(rest, gene)
            if exon is not None:
                raise self._only_an_exon(exon, transcript)
        elif named is not None or re.fullmatch(r"(?i)IVS.*|ex(on)?\s?\d.*", rest):
            raise InputError(
                "a traditional name needs its gene", field="variant", value=self.text,
                expected="the gene before the name, e.g. TTR V30M",
                next_step="add the gene symbol",
            )  # fmt: skip
        raise self._not_understood()

    def _gene_word(self, text: str) -> tuple[str, str]:
        """First word that is a gene of the annotation, and the rest."""
        words = re.split(r"[\s:,]+", text.strip())
        for place, word in enumerate(words):
            if re.fullmatch(r"[A-Za-z][\w-]{1,14}", word) and word.lower() not in ("of", "exon"):
                try:
                    symbol = self._symbol(word)
                except InputError:
                    continue
                rest = [other for at, other in enumerate(words) if at != place]
                return symbol, " ".join(w for w in rest if w.lower() not in ("of", "in", "gene"))
        return "", text

    def _named(self, named: legacy.Legacy, transcript: Transcript) -> Located:
        (hgvs,) = named.hgvs
        self._say(
            Severity.INFO, "legacy-name",
            f"{self.text!r} is a traditional name: {hgvs.description} on {transcript.id}. "
            f"{named.note}.", "", named.evidence,
        )  # fmt: skip
        return self._coding(
            replace(hgvs, accession=transcript.id, gene=transcript.gene), transcript
        )

    def _numbered(self, named: legacy.Legacy, rest: str, transcript: Transcript) -> Located:
        """A protein change whose numbering is settled by the residue that is there."""
        fitting = []
        for hgvs, offset in zip(named.hgvs, named.offsets, strict=True):
            try:
                check_residues(hgvs, transcript, self.genome.reference)
            except ResidueMismatch as error:
                failed = error
                continue
            fitting.append((hgvs, offset))
        if not fitting:
            raise ResidueMismatch(
                failed.message, field=failed.field, value=self.text, expected=failed.expected,
                next_step=suggestions.for_residue(named.hgvs[-1], transcript, self.genome),
            )  # fmt: skip
        if len(fitting) > 1:
            names = " or ".join(
                f"{hgvs.description} (counting {offset.counts if offset else 'from Met1, HGVS'})"
                for hgvs, offset in fitting
            )
            raise InputError(
                f"{rest} can be read in two numberings of {transcript.gene}", field="variant",
                value=self.text, expected=names, next_step="write the p. or c. name in HGVS",
            )  # fmt: skip
        hgvs, offset = fitting[0]
        if offset is not None:
            self._say(
                Severity.INFO, "legacy-numbering",
                f"{rest} counts {offset.counts}: in HGVS it is {hgvs.description} on "
                f"{transcript.id}.", "", offset.evidence(),
            )  # fmt: skip
        return self._protein(hgvs, transcript)

    def _intron(self, named: legacy.Legacy, transcript: Transcript) -> Located:
        errors: list[InputError] = []
        for hgvs in named.hgvs:
            try:
                variant = on_transcript(hgvs, transcript, self.genome.reference)
            except ReferenceMismatch as error:
                errors.append(self._mismatch(error, transcript))
                continue
            self._say(
                Severity.INFO, "legacy-intron-name",
                f"{self.text!r}: {named.note}; in HGVS it is {hgvs.description}.",
                "", named.evidence,
            )  # fmt: skip
            return self._described(variant, transcript)
        raise errors[0]

    def _only_an_exon(self, exon: legacy.ExonName, transcript: Transcript) -> InputError:
        sense = sense_of(transcript)
        if not 1 <= exon.ordinal <= len(sense.starts):
            return InputError(
                f"{transcript.id} has {len(sense.starts)} exons", field="exon", value=self.text,
                expected="an exon of the transcript",
            )  # fmt: skip
        first = sense.position(sense.starts[exon.ordinal - 1])
        last = sense.position(sense.ends[exon.ordinal - 1] - 1)
        why = f" ({exon.note})" if exon.note else ""
        return InputError(
            f"exon {exon.name} of {exon.gene} is exon {exon.ordinal} of {transcript.id}, "
            f"c.{first}_{last}{why}; it names no change", field="variant", value=self.text,
            expected=f"a change in it, e.g. {transcript.id}:c.{first}_{last}del",
            next_step="give the HGVS name of the change",
        )  # fmt: skip

    # -- description ------------------------------------------------------------------------

    def _described(self, variant: GenomicVariant, transcript: Transcript | None = None) -> Located:
        if transcript is None:
            transcript = next(iter(self._touching(variant)), None)
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

    def _touching(self, variant: GenomicVariant) -> list[Transcript]:
        """Transcripts at a variant: the asked gene's first, canonical before others."""
        annotation = self.genome.annotation
        end = max(variant.end, variant.start + 1)
        here = annotation.overlapping(variant.contig, variant.start, end)
        genes = dict.fromkeys(t.gene for t in here)
        ordered = sorted(genes, key=lambda gene: gene != self.gene)
        ids = {t.id for t in here}
        found = [t for gene in ordered for t in annotation.transcripts_of(gene) if t.id in ids]
        return sorted(found, key=lambda t: (t.gene != self.gene, t.cds is None))

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
        word = re.split(r"[\s:]+", self.text)[0] if self.text else ""
        near = difflib.get_close_matches(word.upper(), self.genome.annotation.genes(), n=3)
        return InputError(
            "a variant is not understood", field="variant", value=self.text, expected=_EXAMPLES,
            next_step=f"did you mean the gene {', '.join(near)}?" if near
            else "give the HGVS name of the laboratory report",
        )  # fmt: skip


def _plain(name: str) -> str:
    """p. name as far as two descriptions of one change must agree."""
    hgvs = parse(name) if name else None
    if hgvs is None or hgvs.start is None:
        return "?"
    edit = hgvs.edit
    if isinstance(edit, ProteinEdit) and edit.kind in ("fs", "ext"):
        return f"{edit.kind}{hgvs.start}{edit.ref_start}"
    if hgvs.start.base == 1:
        return "?"
    return replace(hgvs, predicted=False).description
