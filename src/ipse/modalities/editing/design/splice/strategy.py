"""Re-splicing as a family of strategies: skip exons, silence cryptic sites, include an exon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from ipse.construct.genbank import Feature
from ipse.core.errors import InputError, NotInReference
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding
from ipse.core.logic import Criterion
from ipse.core.proposal import Artefact, Proposal, Restoration, Unknown
from ipse.core.sections import Block, Mark, Track
from ipse.core.tables import shipped
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import PACKAGE, base_editors, nucleases
from ipse.modalities.editing.checks import short_name
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Refusal, Site, Tried
from ipse.modalities.editing.design.splice import checks, cryptic_plans, include, report, skip
from ipse.modalities.editing.design.splice.findings import design_findings
from ipse.modalities.editing.design.splice.frames import in_words
from ipse.modalities.editing.design.splice.plans import Patient, Planned
from ipse.modalities.editing.design.splice.stated import exon_loss
from ipse.modalities.editing.edited import Edited
from ipse.modalities.editing.findings import patient_findings
from ipse.modalities.editing.locus import Drawn, described
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.editing.off_target_report import ADD_GENOME
from ipse.modalities.editing.others import change_of, name_of
from ipse.modalities.editing.own import own_substitutions
from ipse.modalities.protocol import Context
from ipse.patient.model import Case
from ipse.patient.variants import Variant

SKIP, ABLATE, INCLUDE = skip.STRATEGY, cryptic_plans.STRATEGY, include.STRATEGY
OPENED = frozenset({"stop_gained", "frameshift_variant"})
SITE_LOST = frozenset({"splice_acceptor_variant", "splice_donor_variant"})
HOW = (
    "skipping treats deletions of whole exons that are stated as such, by their breakpoints or "
    "as e.g. NM_004006.2:c.(6438+1_6439-1)_(7309+1_7310-1)del"
)


class Resplicing(Family):
    """Change what is spliced: leave exons out, or keep a cryptic exon out or an exon in."""

    strategies: ClassVar[tuple[Strategy, ...]] = (SKIP, ABLATE, INCLUDE)

    def of_variant(self, site: Site) -> Iterator[Attempt]:
        """Skips of exons, guides against cryptic sites; inclusion is of the case as a whole."""
        if site.transcript is None:
            refusal = Refusal("no-transcript", "no transcript says where exons and their sites lie")
            yield Tried(SKIP, (), refusal)
            yield Tried(ABLATE, (), refusal)
        else:
            patient = _patient(site, site.transcript)
            yield _tried(SKIP, _skip(site.variant, patient))
            number = site.subject.hgvs.rpartition(":")[2]
            yield _tried(ABLATE, cryptic_plans.silence_cryptic(patient, number))
        if site.variant.gene != include.SMN1:
            yield _no_element()

    def of_structural(self, variant: Variant, kind: str, context: Context) -> Iterator[Attempt]:
        """Skips for a deletion of exons whose breakpoints are not known."""
        transcript = _transcript(variant, context)
        if transcript is None:
            yield Unknown(
                modality="editing",
                code="locus-missing",
                message=(
                    f"{name_of(variant)}: whether skipping an exon would close the frame is not "
                    f"known, as no transcript of {variant.gene or 'the gene'} is at hand."
                ),
                resolves=ADD_GENOME,
                variant=variant.id,
            )
        else:
            loss = exon_loss(variant, transcript)
            if isinstance(loss, str):
                reason = f"{kind}: {loss or HOW}"
                yield Tried(SKIP, (), Refusal("structural", reason))
            else:
                patient = Patient(
                    variant.id, described(variant), transcript.gene, transcript,
                    context.reference, base_editors(), nucleases(),
                )  # fmt: skip
                try:
                    yield _tried(SKIP, skip.skip_for_deletion(patient, loss))
                except NotInReference as missing:
                    yield _missing(variant, missing)
        reason = f"{kind}: without a place, no cryptic splice site is looked for"
        yield Tried(ABLATE, (), Refusal("structural", reason))
        if variant.gene != include.SMN1:
            yield _no_element()

    def of_case(self, case: Case, context: Context) -> Iterator[Attempt]:
        """Inclusion of exon 7 of SMN2, for spinal muscular atrophy."""
        if not _has_sma(case, context):
            return
        if case.fact_number(checks.COPIES) == 0:
            reason = "the case states that there is no copy of SMN2"
            yield Tried(INCLUDE, (), Refusal("no-copy", reason))
            return
        try:
            found = include.include_exon(
                context.reference, context.annotation, base_editors(), nucleases()
            )
        except NotInReference as missing:
            place = f"{missing.contig}:{missing.start + 1}-{missing.end}"
            yield Unknown(
                modality="editing",
                code="locus-sequence-missing",
                message=f"SMN2 is made from SMN1, and {missing.reference!r} lacks {place}.",
                resolves=ADD_GENOME,
            )
            return
        yield _tried(INCLUDE, found)

    def title(self, draft: Draft) -> str:
        """E.g. ``Skip exon 51 of DMD c.(...)del: ABE8e, A5>G, TGATTC...``."""
        design, parts = draft.design, checks.parts_of(draft.design)
        name = short_name(draft) if draft.site is not None else design.gene
        if parts.aim == "skip":
            gone = f" (without {in_words(parts.product.missing)})" if parts.product.missing else ""
            what = f"Skip {in_words(parts.product.skipped)} of {design.gene}{gone}"
            if not parts.product.missing:
                what += f", which holds {name.removeprefix(design.gene).strip()}"
        elif parts.aim == "cryptic":
            assert parts.cryptic is not None
            what = f"Silence the cryptic {parts.cryptic.kind} of {name}"
            if parts.other_end and parts.site is not None:
                what = f"Silence the other end ({parts.site.kind}) of the pseudo-exon of {name}"
        else:
            what = f"Keep exon 7 in {design.gene}"
        return f"{what}: {design.editor}, {_how(design)}, {design.spacer}"

    def criteria(self, draft: Draft, case: Case) -> tuple[Criterion, ...]:
        """The person and the variant, the site, the frame or the cryptic site, what is made."""
        return checks.criteria(draft, case)

    def restoration(self, design: EditDesign) -> Restoration:
        """Functional where something cited says so."""
        return checks.restoration(design)

    def in_short(self, design: EditDesign) -> str:
        """The site and what becomes of it."""
        return checks.in_short(design)

    def findings(self, draft: Draft, context: Context) -> Iterator[Finding]:
        """Sites, transcripts, by-products, precedents, and the patient's alleles."""
        yield from design_findings(draft.design)
        if draft.site is not None:
            yield from patient_findings(draft, context)

    def evidence(self, draft: Draft) -> tuple[Evidence, ...]:
        """Editors, rules, precedents."""
        return checks.evidence(draft.design)

    def blocks(self, design: EditDesign, context: Context) -> list[Block]:
        """Exons before and after, what is expected, the guides' own tables."""
        return report.blocks(design, context)

    def files(
        self,
        mine: Sequence[tuple[Proposal, EditDesign]],
        detailed: Sequence[tuple[Proposal, EditDesign]],
        folder: Path,
        context: Context,
    ) -> dict[str, list[Artefact]]:
        """``splicing.tsv``: what each design does to the transcript, with both guides."""
        return {"": [report.table(mine, folder)]} if mine else {}

    def edited(
        self, design: EditDesign, variant: Variant | None, reference: Reference
    ) -> list[Edited]:
        """Base edits as every family's; for two cuts the ends joined without loss."""
        deleted = checks.parts_of(design).deleted
        if deleted is None:
            return super().edited(design, variant, reference)
        start, end = deleted
        gone = reference.fetch(design.contig, start, end)
        return [("ends joined", (GenomicVariant(design.contig, start, gone, ""),))]

    def features(self, design: EditDesign, places: Drawn) -> Iterable[Feature]:
        """The splice site, windows and edit, or cuts."""
        return report.features(design, places)

    def tracks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Track]:
        """Windows of a base editor."""
        return report.tracks(design, places, shift)

    def marks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Mark]:
        """Target and bystanders, or the cut."""
        return report.marks(design, places, shift)


def _how(design: EditDesign) -> str:
    parts = checks.parts_of(design)
    if parts.deleted is not None:
        return f"two cuts, {parts.deleted[1] - parts.deleted[0]} bp"
    return design.target.label


def _tried(strategy: Strategy, found: Planned | Refusal) -> Tried:
    if isinstance(found, Refusal):
        return Tried(strategy, (), found)
    designs = []
    for design in found.designs:
        parts = checks.parts_of(design).model_copy(update={"left_out": found.left_out})
        designs.append(design.model_copy(update={"splice": parts}))
    return Tried(strategy, tuple(designs), left_out="; ".join(found.left_out))


def _no_element() -> Tried:
    reason = "no exon is known whose inclusion by editing was published for this gene (SMN2 only)"
    return Tried(INCLUDE, (), Refusal("no-known-exon", reason))


def _patient(site: Site, transcript: Transcript) -> Patient:
    variant, subject, context = site.variant, site.subject, site.context
    trans = (change_of(item) for item in subject.others.trans)

    def own(allele: Allele) -> tuple[GenomicVariant, ...]:
        return own_substitutions(variant, allele, context.variants, context.patient_genome)

    return Patient(
        variant=variant.id,
        variant_hgvs=subject.hgvs,
        gene=variant.gene,
        transcript=transcript,
        reference=context.reference,
        editors=base_editors(),
        nucleases=nucleases(),
        change=change_of(variant),
        own=own,
        trans=tuple(item for item in trans if item is not None),
        frame=site.allele,
        stays={
            "stays_in_cis": tuple(name_of(item) for item in subject.others.cis),
            "on_one_allele": tuple(name_of(item) for item in subject.others.half),
            "may_be_in_cis": tuple(name_of(item) for item in subject.others.unphased),
        },
    )


def _skip(variant: Variant, patient: Patient) -> Planned | Refusal:
    """Skip for a located variant: a deletion of exons, or a small one in an exon."""
    transcript = patient.transcript
    if transcript.cds is None:
        return Refusal("not-coding", f"{transcript.id} is not coding: no frame to restore")
    loss = exon_loss(variant, transcript)
    if isinstance(loss, str):
        if loss:
            return Refusal("exon-cut", loss)
        return _skip_small(variant, patient)
    return skip.skip_for_deletion(patient, loss)


def _skip_small(variant: Variant, patient: Patient) -> Planned | Refusal:
    terms = set(variant.consequence)
    if terms & SITE_LOST:
        reason = (
            "the variant lies in a splice site of an exon: that site is to be repaired, and what "
            "is spliced without it only RNA tells"
        )
        return Refusal("site-already-lost", reason)
    if not terms & OPENED:
        reason = "the variant neither shifts the frame nor makes a stop: skipping its exon would "
        return Refusal("frame-open", reason + "only take more residues away")
    assert variant.start is not None and variant.end is not None
    place = transcript_place(patient.transcript, variant.start, variant.end)
    if place is None:
        return Refusal("not-in-one-exon", "the variant does not lie in one exon")
    return skip.skip_for_variant(patient, place, ())


def transcript_place(transcript: Transcript, start: int, end: int) -> int | None:
    """Exon (1-based) that holds a stretch of the reference whole; None if there is none."""
    for number, (a, b) in enumerate(transcript.exons, 1):
        if a <= start and max(end, start + 1) <= b:
            return number
    return None


def _transcript(variant: Variant, context: Context) -> Transcript | None:
    """Transcript a variant without a place is named on, else the gene's first."""
    accession = variant.hgvs_c.partition(":")[0].partition("(")[0].strip()
    try:
        if ":" in variant.hgvs_c and accession:
            return context.annotation.transcript(accession)
    except InputError:
        same = context.annotation.same_cds(accession)
        if same is not None:
            return same[0]
    try:
        found = context.annotation.transcripts_of(variant.gene) if variant.gene else []
    except InputError:
        return None
    return found[0] if found else None


def _missing(variant: Variant, missing: NotInReference) -> Unknown:
    place = f"{missing.contig}:{missing.start + 1}-{missing.end}"
    return Unknown(
        modality="editing",
        code="locus-sequence-missing",
        message=f"{name_of(variant)}: the reference {missing.reference!r} lacks {place}.",
        resolves=ADD_GENOME,
        variant=variant.id,
    )


def _has_sma(case: Case, context: Context) -> bool:
    """Whether the case states spinal muscular atrophy of SMN1, or a pathogenic variant of it."""
    if any(item.gene == include.SMN1 and item.pathogenic for item in context.variants):
        return True
    known = {row["disease"] for row in shipped(PACKAGE, "include_diseases")}
    stated = {item.disease.id for item in context.variants if item.gene in ("", include.SMN1)}
    return bool(known & (stated | _diagnoses(case)))


def _diagnoses(case: Case) -> set[str]:
    return {item.term.id for item in getattr(case, "diseases", ()) if not item.excluded}
