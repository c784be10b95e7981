"""Variants of the embedded loci, and a context to propose edits in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from ipse.core.logic import Truth
from ipse.core.proposal import NotProposed, Proposal
from ipse.genome.consequence import consequence
from ipse.genome.embedded import Genome, embedded
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing import EditingModality
from ipse.modalities.editing.design.base.strategy import BaseEditing
from ipse.modalities.editing.design.family import Family
from ipse.modalities.editing.design.hdr.strategy import TemplateRepair
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.protocol import Answer, Context
from ipse.patient.entities import Ontology, Subject
from ipse.patient.model import Case
from ipse.patient.variants import Term, Variant

NAMED = {
    "cps1": ("CPS1", "chr2", 210591886, "C", "T", "OMIM:237300", "heterozygous"),
    "sickle": ("HBB", "chr11", 5227002, "T", "A", "OMIM:603903", "homozygous"),
    "progeria": ("LMNA", "chr1", 156138613, "C", "T", "OMIM:176670", "heterozygous"),
    "w1282x": ("CFTR", "chr7", 117642566, "G", "A", "OMIM:219700", "homozygous"),
    "v30m": ("TTR", "chr18", 31592974, "G", "A", "OMIM:105210", "heterozygous"),
    "f508del": ("CFTR", "chr7", 117559591, "TCT", "", "OMIM:219700", "homozygous"),
}  # fmt: skip
"""Name -> gene, contig, 1-based position, ref, alt, disease, zygosity (GRCh38, plus strand)."""


MODALITY = EditingModality((BaseEditing(), TemplateRepair()))
"""The two families most of these tests are about; each other family has tests of its own."""


def located(
    gene: str,
    contig: str,
    position: int,
    ref: str,
    alt: str,
    disease: str = "",
    zygosity: str = "heterozygous",
    genome: Genome | None = None,
    **more: Any,
) -> Variant:
    """A located pathogenic variant on the gene's first transcript."""
    genome = genome or embedded()
    transcript = genome.annotation.transcripts_of(gene)[0]
    change = GenomicVariant(contig, position - 1, ref, alt)
    found = consequence(change, transcript, genome.reference)
    given: dict[str, Any] = {
        "id": "v1",
        "gene": gene,
        "transcript": transcript.id,
        "hgvs_c": found.hgvs_c,
        "hgvs_p": found.hgvs_p,
        "vcf": f"{contig}:{position}:{ref}:{alt}",
        "contig": contig,
        "start": position - 1,
        "ref": ref,
        "alt": alt,
        "consequence": found.terms,
        "zygosity": zygosity,
        "strand": transcript.strand,
        "status": "CAUSATIVE",
        "disease": Term(id=disease),
        "located": True,
    }
    return Variant(**{**given, **more})


def named(name: str, **more: Any) -> Variant:
    gene, contig, position, ref, alt, disease, zygosity = NAMED[name]
    variant = located(gene, contig, position, ref, alt, disease, zygosity)
    return variant.model_copy(update=more)


def context(
    variants: Iterable[Variant], genome: Genome | None = None, patient: Any = None
) -> Context:
    genome = genome or embedded()
    return Context(
        reference=genome.reference,
        annotation=genome.annotation,
        variants=tuple(variants),
        patient_genome=patient,
        as_of=date(2026, 11, 22),
        region="US",
        request=lambda _name, _request: (),
    )


def case(subject: Subject | None = None, diagnoses: Sequence[Ontology] = (), **facts: bool) -> Case:
    """A case that is only asked for its subject, its diagnoses and for facts."""
    subject = subject or Subject()
    fake = SimpleNamespace(
        fact=lambda name: Truth.of(facts.get(name)),
        fact_number=lambda name: None,
        subject=subject,
        alive=subject.alive,
        born=subject.born,
        diseases=(),
        diagnoses=tuple(diagnoses),
    )
    return cast(Case, fake)


def answers(
    *variants: Variant, families: Sequence[Family] = MODALITY.families, **more: Any
) -> list[Answer]:
    return list(EditingModality(families).propose(case(), context(variants, **more)))


def proposals(*variants: Variant, **more: Any) -> list[Proposal]:
    return [item for item in answers(*variants, **more) if isinstance(item, Proposal)]


def reasons(*variants: Variant, **more: Any) -> dict[str, NotProposed]:
    found = [item for item in answers(*variants, **more) if isinstance(item, NotProposed)]
    return {item.strategy: item for item in found}


def design(proposal: Proposal) -> EditDesign:
    return EditDesign.model_validate(proposal.design)


def by_spacer(found: Iterable[Proposal], strategy: str) -> dict[str, EditDesign]:
    return {item.design["spacer"]: design(item) for item in found if item.strategy == strategy}
