"""The type of a located variant: what the plan says of it."""

from __future__ import annotations

from typing import Literal

from ipse.core.finding import Finding
from ipse.core.model import Model
from ipse.genome.variant import BRIEF, GenomicVariant


class Term(Model):
    """An ontology term."""

    id: str = ""
    label: str = ""


TRANS_BASIS = {
    "": "",
    "phase": "shown by phased calls",
    "parents": "one from each parent",
    "presumed": "presumed, not proven",
}
"""How it is known that two variants stand on different alleles, in words."""


class Variant(Model):
    """A variant of the case on the reference at hand. Part of ``plan.json``.

    Attributes
    ----------
    id
        ``v1``, ``v2``... in the order of the phenopacket.
    gene
        Symbol.
    transcript
        Accession with version that ``hgvs_c`` is written on.
    hgvs_c, hgvs_p
        Description on the transcript and protein; empty if not known.
    vcf
        ``chr2:210591886:C:T`` in the reference's names, 1-based; as the case states it if it
        could not be compared with the reference; empty if there is none.
    contig, start, ref, alt
        The same, 0-based and trimmed; None if not located. A mitochondrial variant has its contig
        in any case.
    consequence
        Sequence Ontology terms, most severe first.
    zygosity
        ``heterozygous``, ``homozygous``, ``hemizygous`` or empty.
    haplotype
        1 or 2, the side of ``|`` it stands on in the patient's phased VCF; None if not known.
    phase_set
        Phase set the haplotype number holds within; empty for whole-contig phase.
    in_trans_with
        Ids of variants on the other allele of the same gene.
    trans_proven
        Whether a phased VCF or the parents' genotypes prove every entry of ``in_trans_with``.
    trans_basis
        What ``in_trans_with`` rests on: ``phase`` (the patient's phased calls), ``parents`` (the
        case states which parent each allele came from) or ``presumed``; empty without an entry.
    in_cis_with
        Ids of pathogenic variants of the same gene on the same allele, by phase or by parent:
        repairing this variant alone leaves that allele altered.
    phase_unknown_with
        Ids of pathogenic variants of the same gene that may stand on either allele: nothing
        proves, and nothing lets one presume, where they are.
    parent
        ``maternal`` or ``paternal`` where the case says which parent the allele came from.
    in_patient_vcf
        Whether the patient's VCF has the allele: False only where it calls the reference there
        (``call`` is ``reference``); None without a VCF, a record or a call.
    call
        What the patient's VCF says at the place: ``variant`` (the allele is called), ``reference``
        (called without the allele), ``no_call`` (a record, but no genotype), ``absent`` (no record:
        in a file of variants only that is no proof of the reference). Empty without a VCF that
        speaks of the contig.
    strand
        Strand of the transcript.
    status, acmg
        Interpretation status and ACMG class of the phenopacket.
    disease
        The diagnosis it stands under.
    label
        Text for an allele that has nothing but a label.
    legacy
        Names physicians use that the text was resolved from or that are known for it.
    structural_type
        Sequence Ontology term of a structural variant.
    copy_number
        Copies stated by the phenopacket.
    somatic
        Whether it was found in a biosample and not in the subject's germ line.
    mitochondrial
        Whether it lies in the mitochondrial genome, by its place or, if it could not be placed, by
        its name.
    located
        Whether contig, start, ref and alt are known and checked against the reference.
    doubts
        Serious findings about this very variant: what is stated of it disagrees, its genotype is
        contradicted, or its allele carries more. Whatever is designed for it carries them.
    notes
        What was done to place it, one line each.
    """

    id: str
    gene: str = ""
    transcript: str = ""
    hgvs_c: str = ""
    hgvs_p: str = ""
    vcf: str = ""
    contig: str | None = None
    start: int | None = None
    ref: str | None = None
    alt: str | None = None
    consequence: tuple[str, ...] = ()
    zygosity: str = ""
    haplotype: int | None = None
    phase_set: str = ""
    in_trans_with: tuple[str, ...] = ()
    trans_proven: bool = False
    trans_basis: Literal["", "phase", "parents", "presumed"] = ""
    in_cis_with: tuple[str, ...] = ()
    phase_unknown_with: tuple[str, ...] = ()
    parent: str = ""
    in_patient_vcf: bool | None = None
    call: Literal["", "variant", "reference", "no_call", "absent"] = ""
    strand: str = ""
    status: str = ""
    acmg: str = ""
    disease: Term = Term()
    label: str = ""
    legacy: tuple[str, ...] = ()
    structural_type: Term = Term()
    copy_number: int | None = None
    somatic: bool = False
    mitochondrial: bool = False
    located: bool = False
    doubts: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def end(self) -> int | None:
        """End of the replaced stretch, 0-based half-open; None if not located."""
        return None if self.start is None or self.ref is None else self.start + len(self.ref)

    @property
    def brief(self) -> str:
        """``vcf`` for people: place and lengths where the alleles are long."""
        known = self.contig is not None and self.start is not None
        if not known or self.ref is None or self.alt is None:
            return self.vcf
        assert self.contig is not None and self.start is not None
        if len(self.ref) + len(self.alt) <= BRIEF:
            return self.vcf
        return GenomicVariant(self.contig, self.start, self.ref, self.alt).brief()

    @property
    def pathogenic(self) -> bool:
        """Whether the phenopacket holds it to be (likely) pathogenic or causative."""
        if self.acmg in ("BENIGN", "LIKELY_BENIGN") or self.status == "REJECTED":
            return False
        return self.acmg in ("PATHOGENIC", "LIKELY_PATHOGENIC") or self.status in (
            "CAUSATIVE", "CONTRIBUTORY",
        )  # fmt: skip
