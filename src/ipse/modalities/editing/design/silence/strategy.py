"""Silencing of the disease allele as a family of strategies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from ipse.construct.genbank import Feature
from ipse.core.errors import InputError
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding
from ipse.core.logic import Criterion, Truth
from ipse.core.proposal import Artefact, Proposal, Restoration
from ipse.core.sections import Block, Mark
from ipse.modalities.editing import checks
from ipse.modalities.editing.catalogue import all_nucleases, repair_rules
from ipse.modalities.editing.design.disrupt.gene import Gene, isoforms_of
from ipse.modalities.editing.design.disrupt.targets import disruption_rules
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Refusal, Site, Tried
from ipse.modalities.editing.design.silence import report
from ipse.modalities.editing.design.silence.applies import Standing, dosages, standing
from ipse.modalities.editing.design.silence.designs import (
    PROPOSED,
    PROPOSED_PAIRS,
    acting_design,
    cutout_design,
)
from ipse.modalities.editing.design.silence.findings import CFD, design_findings
from ipse.modalities.editing.design.silence.haplotypes import differences
from ipse.modalities.editing.design.silence.search import Found, search
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.protocol import Context
from ipse.patient.model import Case

STRATEGY: Strategy = "silence-allele"
DOMINANT = "one altered allele is enough for the disease"
GAIN = "the altered allele harms by what it does, not by what it lacks"
NORMAL = "a normal allele is there to be spared"
SPARED = "the guide has no site on the normal allele by any estimate"
SILENT = "shifted frames of the cut allele are expected to make no lasting transcript"
ONE_COPY = "one working copy of the gene is enough"

_MEMORY = "editing.silence"


class Silence(Family):
    """Cut the allele with the variant and spare the other."""

    strategies: ClassVar[tuple[Strategy, ...]] = (STRATEGY,)
    too_large = "guides that tell the alleles apart need the exact bases of both"

    def of_variant(self, site: Site) -> Iterator[Attempt]:
        """Every guide that tells the alleles apart, by the variant and by linked ones."""
        variant, context = site.variant, site.context
        gene = _gene(site)
        found = standing(variant, gene)
        if found.refused is not None:
            code, reason = found.refused
            yield Tried(STRATEGY, (), Refusal(code, reason, _inherited(found)))
            return
        assert gene is not None and site.variant.contig is not None
        carried = differences(
            variant, context.variants, context.patient_genome, gene.transcript.start,
            gene.transcript.end,
        )  # fmt: skip
        every = all_nucleases()
        result = search(
            context.reference, gene, carried, every, repair_rules().seed,
            far=[item for item in every if item.first],
        )  # fmt: skip
        context.memory.setdefault(_MEMORY, {})[variant.id] = result
        yield _tried(result, site)

    def title(self, draft: Draft) -> str:
        """E.g. ``Silence the allele with TTR c.148G>A: SpCas9, CACATG...``."""
        design, part = draft.design, draft.design.silencing
        assert part is not None
        by = "" if part.telling.phase == "the variant itself" else f" by {part.telling.difference}"
        more = f" and {design.partners[0].spacer}" if design.partners else ""
        name = checks.short_name(draft)
        return f"Silence the allele with {name}{by}: {design.editor}, {design.spacer}{more}"

    def criteria(self, draft: Draft, case: Case) -> tuple[Criterion, ...]:
        """The person and the variant, how the disease comes about, and what is left."""
        assert draft.site is not None and draft.design.silencing is not None
        variant, part = draft.site.variant, draft.design.silencing
        found = standing(variant, _gene(draft.site))
        row = found.row
        source = row.source if row is not None else ()
        mechanism = row.mechanism if row is not None and row.mechanism else "not in the tables"
        het = variant.zygosity == "heterozygous"
        dosage = dosages().get(variant.gene)
        tells = [part.telling, *([part.second] if part.second else [])]
        spared = all(item.by == "pam" and item.cfd_normal == 0 for item in tells)
        return (
            *checks.of_variant(variant, case),
            Criterion(
                name=DOMINANT, value=found.dominant, source=source,
                detail=row.inheritance if row is not None else "not in the tables",
                needs="" if found.dominant is not Truth.UNKNOWN else "how the disease is inherited",
            ),
            Criterion(
                name=GAIN, value=found.gain, detail=mechanism, source=source,
                needs="" if found.gain is not Truth.UNKNOWN else "the mechanism of the variant",
            ),
            Criterion(
                name=NORMAL, value=Truth.of(True if het else None),
                detail=variant.zygosity or "zygosity not stated",
                needs="" if het else "the allelic state of the variant",
            ),
            Criterion(
                name=SPARED, value=Truth.of(True if spared else None), weight="limits",
                detail="; ".join(
                    f"{item.difference}: {item.by}, CFD {_number(item.cfd_normal)}"
                    for item in tells
                ),
                needs="" if spared else "cutting of both alleles, measured in cells of the patient",
                source=(CFD,),
            ),
            Criterion(
                name=SILENT, value=Truth.of(all(frame.decay for frame in part.frames)),
                weight="limits", detail=draft.design.intended_note,
                source=disruption_rules().decay_source,
            ),
            Criterion(
                name=ONE_COPY, value=Truth.of(dosage.enough if dosage else None), weight="limits",
                detail=dosage.why if dosage else "not in the tables",
                needs="" if dosage else "people with one loss-of-function allele of the gene",
                source=dosage.source if dosage else (),
            ),
            checks.not_approved(),
        )  # fmt: skip

    def restoration(self, design: EditDesign) -> Restoration:
        """Functional where one copy is known to be enough and the other is expected silent."""
        part = design.silencing
        assert part is not None
        dosage = dosages().get(design.gene)
        silent = all(frame.decay for frame in part.frames)
        sure = dosage is not None and dosage.enough and silent and part.telling.by == "pam"
        return "functional" if sure else "unknown"

    def in_short(self, design: EditDesign) -> str:
        """How the alleles are told apart, and the estimate on the normal one."""
        part = design.silencing
        assert part is not None
        how = {"pam": "no PAM on the normal allele", "seed": "a mismatch in the seed"}
        estimate = _number(part.telling.cfd_normal)
        return (
            f"{how[part.telling.by]} at {part.telling.difference}, CFD {estimate} there; "
            f"{design.intended_note}"
        )

    def findings(self, draft: Draft, context: Context) -> Iterable[Finding]:
        """The alleles, the estimate on the normal one, what the cut does, phase."""
        assert draft.site is not None
        variant = draft.site.variant
        result: Found | None = context.memory.get(_MEMORY, {}).get(variant.id)
        unphased = len(result.unphased) if result is not None else 0
        dosage = dosages().get(variant.gene)
        return design_findings(draft.design, variant, dosage, context.patient_genome, unphased)

    def evidence(self, draft: Draft) -> tuple[Evidence, ...]:
        """Nuclease, inheritance and mechanism, the estimate and the rule of decay."""
        assert draft.site is not None
        design, variant = draft.design, draft.site.variant
        found = [
            Evidence(source=source, reason=f"{design.editor}: PAM and cut")
            for source in design.alternatives[0].source
        ]
        found += _inherited(standing(variant, _gene(draft.site)))
        found.append(Evidence(source=CFD, reason="estimate of cutting of the normal allele"))
        found += [
            Evidence(source=source, reason="which early stops make a transcript decay")
            for source in disruption_rules().decay_source
        ]
        return tuple(dict.fromkeys(found))

    def blocks(self, design: EditDesign, context: Context) -> list[Block]:
        """How the alleles are told apart, and what the cut does."""
        return report.blocks(design)

    def features(self, design: EditDesign, places: Drawn) -> Iterable[Feature]:
        """The cut."""
        return report.features(design, places)

    def marks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Mark]:
        """The cut."""
        return report.marks(design, places, shift)

    def files(
        self,
        mine: Sequence[tuple[Proposal, EditDesign]],
        detailed: Sequence[tuple[Proposal, EditDesign]],
        folder: Path,
        context: Context,
    ) -> dict[str, list[Artefact]]:
        """The table of all guides, proposed or not."""
        searched: dict[str, Found] = context.memory.get(_MEMORY, {})
        if not searched:
            return {}
        ids = {
            (design.variant, design.spacer, part.cut, part.second_cut): proposal.id
            for proposal, design in mine
            if (part := design.silencing) is not None
        }
        return {"": [report.write_guides(list(searched.items()), ids, folder)]}


def _gene(site: Site) -> Gene | None:
    """The variant's gene on the transcript it is described on; None without a coding one."""
    transcript = site.transcript
    if transcript is None or transcript.cds is None:
        return None
    try:
        others = site.context.annotation.transcripts_of(transcript.gene)
    except InputError:
        others = []
    isoforms = isoforms_of([transcript, *others])
    return Gene(site.context.reference, transcript, isoforms, disruption_rules())


def _inherited(found: Standing) -> tuple[Evidence, ...]:
    row = found.row
    if row is None:
        return ()
    reason = f"inheritance of {row.disease}"
    return tuple(Evidence(source=source, reason=reason) for source in row.source)


def _tried(result: Found, site: Site) -> Tried:
    acting, cutouts = result.acting, result.cutouts
    designs = [
        acting_design(row, site, place, len(acting))
        for place, row in enumerate(acting[:PROPOSED], start=1)
    ]
    designs += [
        cutout_design(row, site, place, len(cutouts))
        for place, row in enumerate(cutouts[:PROPOSED_PAIRS], start=1)
    ]
    left = len(acting) + len(cutouts) - len(designs)
    if designs:
        remark = f"{left} further guides or excisions are in {report.TSV}" if left else ""
        return Tried(STRATEGY, tuple(designs), left_out=remark)
    return Tried(STRATEGY, (), Refusal("not-told-apart", _why_none(result)))


def _why_none(result: Found) -> str:
    """Why no guide is proposed, and what was seen."""
    parts = [
        "no nuclease of the tables tells the alleles apart where a cut would silence one: "
        f"{result.alike} sites fit both alleles or differ only outside the seed"
    ]
    if result.idle:
        parts.append(f"{result.idle} lie where a cut does nothing, and no two cut an exon out")
    if result.unphased:
        number = len(result.unphased)
        parts.append(f"{number} heterozygous changes of the gene are not phased with the variant")
    return "; ".join(parts)


def _number(value: float | None) -> str:
    return "not made" if value is None else f"{value:.2f}"
