"""What a design of re-splicing is judged by."""

from __future__ import annotations

from collections.abc import Sequence

from ipse.core.evidence import Evidence, Level
from ipse.core.logic import Criterion, Truth
from ipse.core.proposal import Restoration
from ipse.modalities.editing import checks
from ipse.modalities.editing.design.family import Draft
from ipse.modalities.editing.design.splice.frames import in_words
from ipse.modalities.editing.design.splice.model import WAY_WORDS, SpliceParts
from ipse.modalities.editing.design.splice.precedents import (
    SplicePrecedent,
    evidence_from,
    of_method,
    of_target,
    short_protein,
)
from ipse.modalities.editing.model import HARMFUL, EditDesign
from ipse.patient.model import Case

REACHED = "an editor or nuclease reaches the site"
FRAME = "the reading frame is open without the exons"
SPLICED = "the cryptic site is spliced in this patient"
COPY = "the patient has a copy of SMN2"
LOST = "SMN1 is lost or broken"

COPIES = "copy_number:SMN2"
"""Fact that says how many copies of SMN2 there are."""


def parts_of(design: EditDesign) -> SpliceParts:
    """The part every design of this family has."""
    assert design.splice is not None
    return design.splice


def criteria(draft: Draft, case: Case) -> tuple[Criterion, ...]:
    """Criteria of a design."""
    parts = parts_of(draft.design)
    if parts.aim == "include":
        return _include(draft, case)
    person = (
        checks.of_variant(draft.site.variant, case)
        if draft.site is not None
        else (checks.treatable(case), _stated(draft.design))
    )
    return (*person, _reached(draft.design), *_aim(draft), *_limits(draft.design))


def _stated(design: EditDesign) -> Criterion:
    return Criterion(
        name=checks.CARRIES,
        value=Truth.TRUE,
        detail=f"{design.variant}: stated by the case, as {design.variant_hgvs or 'a label'}",
    )


def _reached(design: EditDesign) -> Criterion:
    parts, best = parts_of(design), design.alternatives[0]
    if design.windows is not None:
        first, last = design.windows.target.first, design.windows.target.last
        where = f"{design.target.label} in window {first}-{last}"
    else:
        where = "cut"
    second = f"; second guide {design.partners[0].spacer}" if design.partners else ""
    return Criterion(
        name=REACHED,
        value=Truth.TRUE,
        detail=f"{WAY_WORDS[parts.way]}: {design.editor}, {where}, PAM {design.pam} is "
        f"{best.pam_pattern}{second}",
        source=tuple(dict.fromkeys((*best.source, *parts.source))),
    )


def _aim(draft: Draft) -> tuple[Criterion, ...]:
    design, parts = draft.design, parts_of(draft.design)
    if parts.aim == "skip":
        frame = Criterion(
            name=FRAME,
            value=Truth.TRUE,
            detail=f"without {in_words((*parts.product.missing, *parts.product.skipped))}: "
            f"{parts.product.hgvs_p}, no stop before the gene's own",
        )
        return frame, _short_protein_works(design, parts)
    return _cryptic_is_used(design, parts), checks.restores(design, None)


def _short_protein_works(design: EditDesign, parts: SpliceParts) -> Criterion:
    whole = checks.restores(design, None)
    rows = short_protein(design.gene)
    if whole.value is not Truth.TRUE:
        return whole
    if rows:
        return Criterion(
            name=checks.RESTORES,
            value=Truth.TRUE,
            detail=f"{design.intended_note}. {rows[0].outcome}",
            source=rows[0].source,
        )
    lost = parts.product.lost
    return Criterion(
        name=checks.RESTORES,
        value=Truth.UNKNOWN,
        detail=f"{design.intended_note}; nothing cited says that {design.gene} works without them",
        needs=f"evidence that {design.gene} without these {lost} residues works: carriers of the "
        "same loss, or a test of the shortened protein",
    )


def _cryptic_is_used(design: EditDesign, parts: SpliceParts) -> Criterion:
    cryptic = parts.cryptic
    assert cryptic is not None
    said = (
        f"{cryptic.kind}, {_bits(cryptic.before)} without and {cryptic.after:.1f} bit with the "
        f"variant on the weight matrix: {cryptic.effect}"
    )
    rows = published(design)
    if rows:
        return Criterion(
            name=SPLICED,
            value=Truth.TRUE,
            detail=f"{said}; published of this very variant",
            source=tuple(dict.fromkeys(source for row in rows for source in row.source)),
        )
    return Criterion(
        name=SPLICED,
        value=Truth.UNKNOWN,
        detail=said,
        needs="RNA of the patient's cells (RT-PCR over the exons on either side)",
    )


def _bits(value: float) -> str:
    return "none" if value == float("-inf") else f"{value:.1f}"


def _limits(design: EditDesign) -> tuple[Criterion, ...]:
    parts = parts_of(design)
    normal = parts.product.hgvs_p == "p.=" and not design.stays_in_cis
    return (
        Criterion(
            name=checks.WILD_TYPE,
            value=Truth.of(normal),
            weight="limits",
            detail=design.intended_note,
        ),
        checks.not_approved(),
    )


def _include(draft: Draft, case: Case) -> tuple[Criterion, ...]:
    copies = case.fact_number(COPIES)
    has = Truth.UNKNOWN if copies is None else Truth.of(copies >= 1)
    design = draft.design
    return (
        checks.treatable(case),
        Criterion(
            name=LOST,
            value=Truth.TRUE,
            detail="the case states spinal muscular atrophy or a variant of SMN1",
        ),
        Criterion(
            name=COPY,
            value=has,
            detail="not stated" if copies is None else f"{copies:g} copies",
            needs="" if copies is not None else f"the fact {COPIES} (MLPA or digital PCR)",
        ),
        _reached(design),
        Criterion(
            name=checks.RESTORES,
            value=Truth.TRUE,
            detail=design.intended_note,
            source=parts_of(design).source,
        ),
        Criterion(
            name=checks.WILD_TYPE,
            value=Truth.TRUE,
            weight="limits",
            detail="full-length SMN protein from SMN2",
        ),
        checks.not_approved(),
    )


def target_of(design: EditDesign) -> str:
    """Target as the table of precedents writes it."""
    parts = parts_of(design)
    if parts.aim == "skip":
        return in_words(parts.product.skipped).split(" ", 1)[1]
    if parts.aim == "include":
        return "ISS-N1" if parts.way == "cut_silencer" else "c.840"
    return design.variant_hgvs.rpartition(":")[2]


def published(design: EditDesign) -> list[SplicePrecedent]:
    """Rows of this very gene, aim and target."""
    return of_target(design.gene, parts_of(design).aim, target_of(design))


def restoration(design: EditDesign) -> Restoration:
    """What the patient's allele becomes; docs/plan.md defines each value.

    A shortened protein is ``functional`` where something cited says that the gene's shortened
    proteins work, else ``unknown``. A cryptic site that goes leaves a normal transcript with a
    changed intron: ``functional``, unless the edit changes the protein too. A single cut leaves a
    mixture that is not predicted: ``unknown``, unless the same way was published for this target.
    """
    if design.stays_in_cis:
        return "none"
    if design.may_be_in_cis or design.on_one_allele:
        return "unknown"
    parts = parts_of(design)
    if _harmful_inside(design):
        return "unknown"
    if parts.way in ("cut_site", "cut_silencer"):
        same = any(row.way == parts.way for row in published(design))
        if not same:
            return "unknown"
    if parts.aim == "skip":
        return "functional" if short_protein(design.gene) else "unknown"
    return "functional" if parts.product.hgvs_p == "p.=" else "unknown"


def _harmful_inside(design: EditDesign) -> bool:
    return any(b.effect in HARMFUL and b.in_target_window for b in design.bystanders)


def in_short(design: EditDesign) -> str:
    """What sets a design apart from others of its strategy, in a few words."""
    parts = parts_of(design)
    if parts.deleted is not None:
        start, end = parts.deleted
        return f"{end - start} bp go between two cuts"
    if parts.way == "cut_silencer":
        return "cut in the silencer"
    inside = [b for b in design.bystanders if b.in_target_window]
    harm = [b.id for b in inside if b.effect in HARMFUL]
    if harm:
        beside = f"{checks.listed(harm)} beside the target {checks.plural(harm, 'change')} the gene"
    elif inside:
        beside = f"{checks.listed([b.id for b in inside])} beside the target, outside what stays"
    else:
        beside = "no other base in the target window"
    if parts.site is None:
        return beside
    place = f"{parts.site.kind} {parts.site.pair}"
    if parts.way == "cut_site":
        return f"cut in the {place}"
    new = "; makes another site nearby" if parts.makes else ""
    gc = ", which may still work" if parts.leaves_gc else ""
    return f"{place} becomes {parts.site.pair_after}{gc}; {beside}{new}"


def evidence(design: EditDesign) -> tuple[Evidence, ...]:
    """Editors, windows and rules, what was published of the target and of the method."""
    parts, best = parts_of(design), design.alternatives[0]
    found = [
        Evidence(source=source, reason=f"{design.editor}: PAM, and window or cut")
        for source in best.source
    ]
    if design.windows is not None:
        window = design.windows.bystander
        found += [
            Evidence(source=source, reason=f"{design.editor}: bystander window ({window.basis})")
            for source in window.source
        ]
    found += [
        Evidence(source=source, reason="where sites and cuts are looked for", level=Level.RULE)
        for source in parts.source
    ]
    rows: Sequence[SplicePrecedent] = [
        *published(design),
        *of_method(parts.aim, parts.way, design.editor_kind),
        *(short_protein(design.gene) if parts.aim == "skip" else ()),
    ]
    found += evidence_from(rows, parts.way, design.editor, design.spacer)
    return tuple(dict.fromkeys(found))
