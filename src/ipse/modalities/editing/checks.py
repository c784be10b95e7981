"""What any design is judged by, and how a verdict is put in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ipse.core.evidence import Evidence, Level
from ipse.core.finding import Finding, Severity
from ipse.core.logic import (
    Criterion,
    DecidingSet,
    Truth,
    Verdict,
    conjunction,
    deciding_sets,
)
from ipse.modalities.editing.catalogue import Precedent, Tolerated
from ipse.modalities.editing.design.family import Draft
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.off_target_report import LOCI_ONLY, NOT_SEARCHED
from ipse.patient.model import Case
from ipse.patient.variants import Variant

CAUSE = "the variant causes the disease in this case"
SEQUENCE = "the reference has the bases the variant says it replaces"
RESTORES = "the intended edit gives a working allele"
CARRIES = "the patient carries the variant"
TREATABLE = "the case states neither a death nor a patient before birth"
WILD_TYPE = "the intended edit gives the wild-type protein"
APPROVED = "a product approved for this very edit is known"


SAID_IN_SHORT = frozenset(
    {
        LOCI_ONLY, NOT_SEARCHED, "bystander-in-target-window", "cut-by-products",
        "normal-allele-cut",
    }
)  # fmt: skip
"""Serious findings that most designs have, or that a family's ``in_short`` says in fewer words."""


def of_variant(variant: Variant, case: Case) -> tuple[Criterion, ...]:
    """Criteria of any edit made for a variant: the person, the variant, its bases."""
    return (
        treatable(case),
        _carries(variant),
        _cause(variant),
        Criterion(name=SEQUENCE, value=Truth.TRUE, detail=f"{variant.brief} agrees"),
    )


def of_repair(design: EditDesign, tolerated: Tolerated | None = None) -> tuple[Criterion, ...]:
    """Criteria of an edit that repairs an allele: it works, as the wild type, as approved.

    Parameters
    ----------
    tolerated
        Row the intended residue rests on, if it is not the wild type.
    """
    wild_type = design.intended in ("wild_type", "wild_type_protein")
    return (
        restores(design, tolerated),
        Criterion(
            name=WILD_TYPE,
            value=Truth.of(wild_type and not design.stays_in_cis),
            weight="limits",
            detail=design.intended_note,
            source=tolerated.source if tolerated else (),
        ),
        not_approved(),
    )


def not_approved() -> Criterion:
    """That no product is known for this edit: its use would be investigational."""
    return Criterion(
        name=APPROVED,
        value=Truth.FALSE,
        weight="limits",
        detail="none in the shipped tables: use would be investigational",
    )


def treatable(case: Case) -> Criterion:
    """A person who has died or is not born is not treated; silence on either is not held so."""
    words = {
        "death": ("the person has died", "no death is stated"),
        "birth": ("the last encounter was before birth", "no encounter before birth is stated"),
    }
    dead, unborn = case.alive is Truth.FALSE, case.born is Truth.FALSE
    detail = "; ".join((words["death"][not dead], words["birth"][not unborn]))
    if dead or unborn:
        return Criterion(name=TREATABLE, value=Truth.FALSE, detail=detail)
    if case.born is Truth.UNKNOWN and case.subject.last_encounter.before_birth:
        return Criterion(
            name=TREATABLE,
            value=Truth.UNKNOWN,
            detail="the last encounter was before birth, and a date of birth is stated",
            needs="the age at an encounter after birth, or the date the plan speaks for (--as-of)",
        )
    return Criterion(name=TREATABLE, value=Truth.TRUE, detail=detail)


def _carries(variant: Variant) -> Criterion:
    """What the patient's own calls say of the variant; no call is not the reference."""
    needs = "the reads at the place, or another test of the variant"
    value, detail, needs = {
        "": (Truth.TRUE, "stated by the case; no VCF of the patient speaks of the place", ""),
        "variant": (Truth.TRUE, "stated by the case and called in the patient's VCF", ""),
        "reference": (
            Truth.FALSE,
            "stated by the case, but the patient's VCF calls the reference there",
            "",
        ),
        "no_call": (Truth.UNKNOWN, "the patient's VCF has no call there", needs),
        "absent": (Truth.UNKNOWN, "the patient's VCF has no record of it", needs),
    }[variant.call]
    return Criterion(name=CARRIES, value=value, detail=f"{variant.id}: {detail}", needs=needs)


def restores(design: EditDesign, tolerated: Tolerated | None) -> Criterion:
    """Whether the edited allele works: not while another pathogenic variant stays on it."""
    source = tolerated.source if tolerated else ()
    if design.stays_in_cis:
        names = " and ".join(design.stays_in_cis)
        return Criterion(
            name=RESTORES,
            value=Truth.FALSE,
            detail=f"{names} on the same allele is left there",
            source=source,
        )
    if design.may_be_in_cis:
        names = " and ".join(design.may_be_in_cis)
        return Criterion(
            name=RESTORES,
            value=Truth.UNKNOWN,
            detail=f"{design.intended_note}, but {names} may be on the same allele and would stay",
            needs=f"the phase of {names}: parents' genotypes, long reads or a phased VCF",
            source=source,
        )
    more = ""
    if design.on_one_allele:
        names = " and ".join(design.on_one_allele)
        more = f"; of the two alleles, only the one without {names}"
    return Criterion(
        name=RESTORES, value=Truth.TRUE, detail=f"{design.intended_note}{more}", source=source
    )


def _cause(variant: Variant) -> Criterion:
    stated = ", ".join(
        text
        for text in (
            f"interpretation {variant.status}" if variant.status else "",
            f"ACMG {variant.acmg}" if variant.acmg else "",
        )
        if text
    )
    return Criterion(
        name=CAUSE,
        value=Truth.TRUE if variant.pathogenic else Truth.UNKNOWN,
        detail=f"{variant.id}: {stated or 'neither interpretation nor ACMG class is stated'}",
        needs="" if variant.pathogenic else "interpretation of the variant (ACMG class or status)",
    )


def deciding(criteria: Iterable[Criterion]) -> tuple[DecidingSet, ...]:
    """Smallest sets of data that would decide the required criteria; empty if they are decided."""
    required = {item.name: item.value for item in criteria if item.weight == "required"}
    return tuple(deciding_sets(conjunction(required), required))


def reason_of(
    in_short: str,
    design: EditDesign,
    verdict: Verdict,
    criteria: Sequence[Criterion],
    findings: Sequence[Finding],
) -> str:
    """The one thing that decides a verdict, in one line; it tells like designs apart.

    Parameters
    ----------
    in_short
        What sets the design apart, as its family says it.
    """
    blocking = [item for item in findings if item.severity is Severity.BLOCKING]
    if blocking:
        return blocking[0].message
    required = [item for item in criteria if item.weight == "required"]
    for value in (Truth.FALSE, Truth.UNKNOWN):
        missing = [item for item in required if item.value is value]
        if missing:
            word = "not so" if value is Truth.FALSE else "not known"
            return f"{word}: {missing[0].name} ({missing[0].needs or missing[0].detail})"
    about_case = [
        item
        for item in findings
        if item.severity is Severity.SERIOUS and item.code not in SAID_IN_SHORT
    ]
    if about_case:
        return about_case[0].message
    where = {Level.HUMAN: "a person", Level.ANIMAL: "animals", Level.CELL: "cells"}
    level = design.alternatives[0].precedent
    if level in where:
        return f"this very edit was made in {where[level]}; {in_short}"
    if design.intended == "tolerated_residue":
        return f"functional, not wild type; {in_short}"
    return in_short


def short_name(draft: Draft) -> str:
    """Gene and c. description of the variant a design is made for; the gene alone without one."""
    if draft.site is None:
        return draft.design.gene
    variant = draft.site.variant
    return f"{variant.gene} {variant.hgvs_c.rpartition(':')[2] or variant.vcf}".strip()


def listed(names: Sequence[str]) -> str:
    """Up to three names, and how many more."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def plural(items: Sequence[object], one: str, many: str = "") -> str:
    """``one`` for a single item and ``many`` for several; a verb takes its s for a single one."""
    if len(items) == 1:
        return one if many else f"{one}s"
    return many or one


def precedent_evidence(design: EditDesign, precedents: Iterable[Precedent]) -> Iterator[Evidence]:
    """Who made the same edit before; by another spacer or editor it is an analogy."""
    for row in precedents:
        same = (row.spacer, row.editor) == (design.spacer, design.editor)
        how = "this spacer and editor" if same else "the same edit with another spacer or editor"
        for source in row.source:
            yield Evidence(
                source=source,
                reason=f"{how}: {row.outcome}",
                level=row.level if same else Level.ANALOGY,
            )
