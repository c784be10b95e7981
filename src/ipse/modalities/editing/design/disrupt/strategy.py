"""Disruption as a family of strategies: for a diagnosis, or asked for by another modality."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, cast

from ipse.construct.genbank import Feature
from ipse.core.errors import InputError, NotInReference
from ipse.core.evidence import Evidence, Level
from ipse.core.finding import Finding
from ipse.core.logic import Criterion, Truth
from ipse.core.proposal import Artefact, Proposal, Restoration, Unknown
from ipse.core.sections import Block, Mark, Track
from ipse.genome.annotation import Annotation
from ipse.genome.reference import Reference
from ipse.modalities.editing import checks
from ipse.modalities.editing.catalogue import Nuclease, all_nucleases, base_editors
from ipse.modalities.editing.design.disrupt import report
from ipse.modalities.editing.design.disrupt.designs import (
    Ranked,
    by_strategy,
    design_of,
    proposed,
)
from ipse.modalities.editing.design.disrupt.elements import element_design, element_sites
from ipse.modalities.editing.design.disrupt.findings import design_findings, joined_finding
from ipse.modalities.editing.design.disrupt.gene import Gene, isoforms_of
from ipse.modalities.editing.design.disrupt.options import options
from ipse.modalities.editing.design.disrupt.targets import (
    Chosen,
    DisruptionTarget,
    PublishedGuide,
    chosen_for,
    disruption_rules,
    disruption_targets,
    published_guides,
)
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Refusal, Tried
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.editing.off_target_report import ADD_GENOME
from ipse.modalities.editing.translocations import Cut, translocations
from ipse.modalities.protocol import Context, Request
from ipse.patient.model import Case

TREATS = "loss of this target treats a disease of this case"
ASKED = "another modality asks for this knock-out"
EVERYWHERE = "every coding transcript of the annotation is hit"
ENDS = "no frame read after the edit is expected to give a lasting transcript"

_MEMORY = "editing.disrupt"


class Disrupt(Family):
    """Cut early in a gene, make a stop codon, or take a splice site away."""

    strategies: ClassVar[tuple[Strategy, ...]] = ("disrupt-cut", "disrupt-stop", "disrupt-splice")
    needs_variant = False

    def of_structural(self, variant: object, kind: str, context: Context) -> Iterator[Attempt]:
        """Nothing: this family speaks of the case, not of its variants."""
        return iter(())

    def of_case(self, case: Case, context: Context) -> Iterator[Attempt]:
        """Targets whose loss treats a disease of the case."""
        chosen = chosen_for(case, context.variants)
        if not chosen:
            reason = "no disease of the case is in the table of targets whose loss treats it"
            for strategy in self.strategies:
                yield Tried(strategy, (), Refusal("no-target", reason))
        for item in chosen:
            yield from self._of_target(item, context)

    def of_request(self, request: Request, case: Case, context: Context) -> Iterator[Attempt]:
        """A knock-out that another modality asks for.

        ``Request.parameters`` holds ``gene`` or ``genes``, symbols; ``strategy`` is ``knock-out``
        or one of this family's.
        """
        if request.strategy not in ("knock-out", *self.strategies):
            return
        named = request.parameters.get("genes") or [request.parameters.get("gene", "")]
        genes = [named] if isinstance(named, str) else [str(item) for item in named]
        cuts: list[Cut] = []
        for gene in dict.fromkeys(gene for gene in genes if gene):
            for attempt in self._of_target(_asked(gene, request), context):
                made = attempt.strategy if isinstance(attempt, Tried) else request.strategy
                if request.strategy in self.strategies and made != request.strategy:
                    continue
                if isinstance(attempt, Tried) and made == "disrupt-cut":
                    cuts += [_place(design) for design in attempt.designs[:1]]
                yield attempt
        if found := translocations(cuts):
            yield joined_finding(found)

    def _of_target(self, chosen: Chosen, context: Context) -> Iterator[Attempt]:
        target = chosen.target
        try:
            if target.kind == "regulatory":
                yield from _element(chosen, context)
            else:
                yield from _gene(chosen, context)
        except (NotInReference, InputError):
            yield _missing(target, context)

    def title(self, draft: Draft) -> str:
        """E.g. ``Disrupt TTR: SpCas9 cut in codon 60, AAAGGC...``."""
        design, part = draft.design, draft.design.disruption
        assert part is not None
        if design.action == "cuts":
            what = f"{design.editor} {design.target.label}"
        else:
            what = f"{design.editor}, {design.target.label}, {design.intended_note}"
        return f"Disrupt {design.gene}: {what}, {design.spacer}"

    def criteria(self, draft: Draft, case: Case) -> tuple[Criterion, ...]:
        """The person, what calls for the loss, and how surely the protein ends."""
        part, target = draft.design.disruption, _target_of(draft.design)
        assert part is not None
        found = [checks.treatable(case), _called_for(draft.design, target)]
        if part.approach != "published-site":
            found += [
                Criterion(
                    name=EVERYWHERE,
                    value=Truth.of(part.isoforms_hit == part.isoforms),
                    weight="limits",
                    detail=f"{part.isoforms_hit} of {part.isoforms}",
                ),
                Criterion(
                    name=ENDS,
                    value=Truth.of(_ends(draft.design)),
                    weight="limits",
                    detail=draft.design.intended_note,
                    source=disruption_rules().decay_source,
                ),
            ]
        return (*found, _approved(draft.design))

    def restoration(self, design: EditDesign) -> Restoration:
        """Functional where the protein is expected to end in every transcript, else unknown."""
        part = design.disruption
        assert part is not None
        if part.approach == "published-site":
            return "functional"
        sure = _ends(design) and part.isoforms_hit == part.isoforms
        return "functional" if sure else "unknown"

    def in_short(self, design: EditDesign) -> str:
        """Place in the declared order, and what is left."""
        part = design.disruption
        assert part is not None
        known = f"published as {part.published[0]}; " if part.published else ""
        if part.remnant_percent is None:
            return f"{known}{design.intended_note}"
        where = f"exon {part.exon} of {part.exons}, codon {part.codon} of {part.codons}"
        return (
            f"{known}{where}; {part.place} of {part.of} in order, at most "
            f"{part.remnant_percent:.0f} % of the protein left"
        )

    def findings(self, draft: Draft, context: Context) -> Iterable[Finding]:
        """Published guides, what is left of the protein, what a cut does, the patient's calls."""
        target = _target_of(draft.design)
        return design_findings(draft.design, target, context.patient_genome)

    def evidence(self, draft: Draft) -> tuple[Evidence, ...]:
        """Enzyme, target, published guides and the rule of decay."""
        return _evidence(draft.design)

    def blocks(self, design: EditDesign, context: Context) -> list[Block]:
        """What is disrupted, what is left, and the enzymes."""
        return report.blocks(design)

    def features(self, design: EditDesign, places: Drawn) -> Iterable[Feature]:
        """The cut, or windows and target base."""
        return report.features(design, places)

    def tracks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Track]:
        """Windows of a base editor."""
        return report.tracks(design, places, shift)

    def marks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Mark]:
        """The cut, or the target base."""
        return report.marks(design, places, shift)

    def files(
        self,
        mine: Sequence[tuple[Proposal, EditDesign]],
        detailed: Sequence[tuple[Proposal, EditDesign]],
        folder: Path,
        context: Context,
    ) -> dict[str, list[Artefact]]:
        """The table of all guides, proposed or not."""
        listed: list[report.Listed] = context.memory.get(_MEMORY, [])
        if not listed:
            return {}
        ids: dict[tuple[str, str, int, str], str] = {
            (design.strategy, design.gene, design.protospacer_start, design.spacer): proposal.id
            for proposal, design in mine
        }
        return {"": [report.write_guides(listed, ids, folder)]}


def _gene(chosen: Chosen, context: Context) -> Iterator[Attempt]:
    """Designs in the coding exons of a gene."""
    held = cast(Hashable, context.reference)  # equal to itself alone
    found = _enumerated(context.annotation, held, chosen.target.gene)
    if found is None:
        reason = f"{chosen.target.gene} has no coding transcript in the annotation"
        for strategy in Disrupt.strategies:
            yield Tried(strategy, (), Refusal("not-coding", reason))
        return
    gene, every = found
    tools = first_choice()
    context.memory.setdefault(_MEMORY, []).append((chosen, gene, every))
    for strategy, rows in every.items():
        shown = proposed(rows)
        if not shown:
            reason = f"{chosen.target.gene}: no spacer of any enzyme in the tables does it"
            yield Tried(strategy, (), Refusal("no-pam", reason))
            continue
        left = len(rows) - len(shown)
        yield Tried(
            strategy,
            tuple(design_of(row, gene, chosen, tools) for row in shown),
            left_out=f"{left} further spacers are in {report.TSV}" if left else "",
        )


def first_choice() -> list[Nuclease]:
    """Nucleases whose cuts are enumerated: of the table, those of first choice."""
    return [item for item in all_nucleases() if item.first]


@lru_cache(maxsize=8)
def _enumerated(
    annotation: Annotation, reference: Hashable, symbol: str
) -> tuple[Gene, dict[Strategy, list[Ranked]]] | None:
    """A gene and all its options, the same for every case; None without a coding transcript."""
    held = cast(Reference, reference)
    isoforms = isoforms_of(annotation.transcripts_of(symbol))
    if not isoforms:
        return None
    gene = Gene(held, isoforms[0], isoforms, disruption_rules())
    found = options(gene, first_choice(), base_editors(), published_guides(symbol))
    return gene, by_strategy(found)


def _element(chosen: Chosen, context: Context) -> Iterator[Attempt]:
    """Published guides of an element outside coding exons, where its sequence is at hand."""
    target = chosen.target
    transcripts = [context.annotation.transcripts_of(gene)[0] for gene in target.gene.split("/")]
    guides = published_guides(target.gene)
    sites = element_sites(context.reference, transcripts, guides, all_nucleases())
    if not sites:
        yield _missing(target, context)
        return
    made = tuple(
        element_design(site, chosen, place, len(sites)) for place, site in enumerate(sites, start=1)
    )
    yield Tried("disrupt-cut", made)


def _missing(target: DisruptionTarget, context: Context) -> Unknown:
    """No sequence of the target: the published guides as text."""
    guides = published_guides(target.gene)
    named = "; ".join(_as_text(row) for row in guides)
    known = f" Published guides: {named}." if named else " No guide of it is in the shipped tables."
    return Unknown(
        modality="editing",
        code="locus-sequence-missing",
        message=(
            f"Disrupt {target.gene} ({target.element}): locus sequence missing, the reference "
            f"{context.reference.name!r} does not hold it; {target.aim or 'asked for'}."
            f"{known}"
        ),
        resolves=ADD_GENOME,
    )


def _as_text(row: PublishedGuide) -> str:
    return f"{row.spacer} ({row.editor}, PAM {row.pam}; {row.name}; {', '.join(row.source)})"


def _asked(gene: str, request: Request) -> Chosen:
    """A gene asked for, by its row of the table if it has one."""
    row = next((item for item in disruption_targets() if item.gene == gene), None)
    target = row or DisruptionTarget(
        key="", gene=gene, element="coding exons", kind="gene", disease_ids=frozenset(),
        disease="", disease_words=(), patient_genes=frozenset(), cells="", aim="",
        level=Level.RULE, outcome="", source=(), note="",
    )  # fmt: skip
    return Chosen(target, "request", f"a knock-out of {gene}, by {request.asked_by}")


def _place(design: EditDesign) -> Cut:
    return Cut(design.gene, design.contig, design.target.genomic_position)


def _target_of(design: EditDesign) -> DisruptionTarget | None:
    assert design.disruption is not None
    key = design.disruption.target
    return next((item for item in disruption_targets() if item.key == key), None)


def _ends(design: EditDesign) -> bool:
    part = design.disruption
    assert part is not None
    return all(frame.decay for frame in part.frames) and not (part.in_frame or part.weak)


def _called_for(design: EditDesign, target: DisruptionTarget | None) -> Criterion:
    part = design.disruption
    assert part is not None
    source = target.source if target is not None else ()
    if part.basis == "request":
        return Criterion(name=ASKED, value=Truth.TRUE, detail=part.why, source=source)
    sure = part.basis == "diagnosis"
    return Criterion(
        name=TREATS,
        value=Truth.of(True if sure else None),
        detail=f"by the {part.basis}: {part.why}; {part.aim}",
        needs="" if sure else "the diagnosis with its OMIM, MONDO or ORPHA id",
        source=source,
    )


def _approved(design: EditDesign) -> Criterion:
    rows = [
        row
        for row in published_guides(design.gene)
        if row.approved and (row.spacer, row.editor) == (design.spacer, design.editor)
    ]
    if not rows:
        return checks.not_approved()
    return Criterion(
        name=checks.APPROVED,
        value=Truth.TRUE,
        weight="limits",
        detail=f"{rows[0].name}: {rows[0].approved}",
        source=rows[0].approved_source,
    )


def _evidence(design: EditDesign) -> tuple[Evidence, ...]:
    part, target = design.disruption, _target_of(design)
    assert part is not None
    what = "PAM and cut" if design.action == "cuts" else "PAM and activity window"
    found = [
        Evidence(source=source, reason=f"{design.editor}: {what}")
        for source in design.alternatives[0].source
    ]
    if target is not None:
        found += target.evidence
    if part.frames:
        found += [
            Evidence(source=source, reason="which early stops make a transcript decay")
            for source in disruption_rules().decay_source
        ]
    for row in published_guides(design.gene):
        if row.name in part.published and row.spacer == design.spacer:
            found += [
                Evidence(source=source, reason=f"spacer of {row.name}", level=row.level)
                for source in row.source
            ]
    return tuple(dict.fromkeys(found))
