"""Which of the patient's alleles an edit reaches, and what repairing it is expected to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.modalities.editing.catalogue import repair_rules
from ipse.modalities.editing.model import HARMFUL, EditDesign, NormalAllele
from ipse.modalities.editing.others import (
    PHASING,
    Others,
    name_of,
    other_variant_findings,
    others_of,
)
from ipse.patient.inheritance import Inheritance, inheritance, is_recessive
from ipse.patient.variants import Variant


def allele_findings(
    design: EditDesign, variant: Variant, variants: Sequence[Variant]
) -> Iterator[Finding]:
    """Which allele is edited, which is not, and what the guide does to the other one.

    Parameters
    ----------
    variants
        All variants of the case, to name those on either allele.
    """
    others = others_of(variant, variants)
    yield from other_variant_findings(design, variant)
    if variant.zygosity == "heterozygous":
        yield _edited_allele(variant, others)
        if others.trans:
            yield _other_allele(others.trans, variant)
        if design.normal_allele is not None:
            name = _other_name(variant, others)
            yield _on_the_other(design, design.normal_allele, others, name)
    elif variant.zygosity == "homozygous":
        yield Finding(
            severity=Severity.INFO,
            code="both-alleles-targets",
            message=(
                "Both alleles carry the variant and both are targets: a cell may end with none, "
                "one or two of them edited."
            ),
        )
    elif variant.zygosity == "hemizygous":
        yield Finding(
            severity=Severity.INFO,
            code="only-allele-target",
            message="The variant is hemizygous: there is one allele, and it is the target.",
        )
    else:
        yield Finding(
            severity=Severity.CAUTION,
            code="zygosity-unknown",
            message="The zygosity is not stated: whether a normal allele is there is not known.",
            resolves="State the allelic state of the variant in the case.",
        )
    yield expectation(variant, others)


def _other_name(variant: Variant, others: Others) -> str:
    """The allele that is not edited; ``normal`` only if nothing speaks against it."""
    recessive = is_recessive(variant.gene, variant.disease.id)
    if others.trans or others.unphased or recessive:
        return "other allele"
    return "normal allele"


def _edited_allele(variant: Variant, others: Others) -> Finding:
    name = _other_name(variant, others)
    plain = variant.hgvs_c or name_of(variant)
    if others.trans:
        rest = "the other disease allele"
    elif others.unphased:
        rest = f"the other one, which may carry {_listed(others.unphased)}"
    elif name == "normal allele":
        rest = "the normal allele"
    else:
        rest = "the other one, on which the case states no pathogenic variant"
    if variant.haplotype is not None:
        side = f" It is haplotype {variant.haplotype} of the phased calls."
    elif variant.parent:
        side = f" It is the {variant.parent} allele, as the case states."
    else:
        side = " Which haplotype that is, is not known without phased calls."
    return Finding(
        severity=Severity.INFO,
        code="edited-allele",
        message=f"The edit repairs the allele with {plain}, not {rest}.{side}",
    )


def _listed(variants: Sequence[Variant]) -> str:
    return " and ".join(name_of(item) for item in variants)


def _other_allele(others: Sequence[Variant], variant: Variant) -> Finding:
    known = {
        "phase": "phased calls show it",
        "parents": "the case states which parent each allele came from",
    }.get(variant.trans_basis)
    return Finding(
        severity=Severity.INFO if known else Severity.CAUTION,
        code="other-allele-untouched",
        message=(
            f"The other allele carries {_listed(others)} and stays as it is "
            f"({known or 'presumed in trans, not proven'})."
        ),
        resolves="" if known else PHASING,
    )


def _on_the_other(design: EditDesign, normal: NormalAllele, others: Others, name: str) -> Finding:
    """What the guide does to the allele that is not the target."""
    places = ", ".join(str(place) for place in normal.mismatches)
    if not normal.pam_matches:
        return Finding(
            severity=Severity.INFO,
            code="normal-allele-not-bound",
            message=(
                f"The guide tells the alleles apart: the {name} has {normal.pam} in the PAM's "
                f"place, which {design.editor} does not accept."
            ),
        )
    several = "s" if len(normal.mismatches) > 1 else ""
    fit = f"with a mismatch at position{several} {places}" if places else "without a mismatch"
    if design.action == "cuts":
        return Finding(
            severity=Severity.CAUTION if others.trans or in_seed(design) else Severity.SERIOUS,
            code="normal-allele-cut",
            message=(
                f"The guide fits the {name} too, {fit}: a cut there may leave an insertion or "
                "deletion" + (" in the one allele that works." if name[0] == "n" else ".")
            ),
            resolves="Measure cutting of both alleles in cells of the patient.",
            evidence=tuple(
                Evidence(source=source, reason="seed of the protospacer, next to the PAM")
                for source in repair_rules().seed_source
                if normal.mismatches
            ),
        )
    harm = [item for item in design.bystanders if item.effect in HARMFUL]
    target = (
        "the target base is editable there too"
        if normal.target_editable
        else "there is nothing to edit in the target's place"
    )
    ids = ", ".join(item.id for item in harm)
    there = f"bystanders {ids} are" if len(harm) > 1 else f"bystander {ids} is"
    rest = f", but {there} there" if harm else ""
    return Finding(
        severity=Severity.CAUTION if harm or normal.target_editable else Severity.INFO,
        code="normal-allele-bound",
        message=f"The guide fits the {name} too, {fit}: {target}{rest}.",
        resolves="Measure editing of both alleles in cells of the patient.",
    )


def in_seed(design: EditDesign) -> bool:
    """Whether the other allele differs from the guide in the seed, next to the PAM."""
    rules, length = repair_rules(), len(design.spacer)
    places = design.normal_allele.mismatches if design.normal_allele is not None else ()
    if design.pam_side == "5prime":
        return any(place <= rules.seed_5prime for place in places)
    return any(place > length - rules.seed for place in places)


def expectation(variant: Variant, others: Others) -> Finding:
    """What repairing one allele is expected to do in this disease, as the cited table says."""
    rows = inheritance(variant.gene, variant.disease.id)
    name = variant.disease.label or variant.disease.id or "the disease"
    gene = variant.gene or "this gene"
    if not rows and not variant.disease.id:
        return _not_in_table(
            f"The case gives no id of the diagnosis; the tables know none or several of {gene}",
            "Give the diagnosis with its OMIM or MONDO id.",
        )
    if not rows:
        return _not_in_table(
            f"The tables do not say how {name} is inherited through {gene}",
            "State what one working allele does in this disease, from its literature.",
        )
    row = rows[0]
    what = f"{row.disease} ({row.inheritance})"
    mechanism = f" Mechanism: {row.mechanism}." if row.mechanism else ""
    return Finding(
        severity=Severity.INFO,
        code="one-repaired-allele",
        message=f"{what}.{mechanism} {row.one_allele}.{_beside(others)}",
        evidence=_evidence(row),
    )


def _beside(others: Others) -> str:
    """That the table speaks of alleles with one pathogenic variant, where here may be more."""
    if others.cis:
        return f" That is said of an allele with one such variant; here {_listed(others.cis)} too."
    if others.unphased:
        where = f"{_listed(others.unphased)} may be on either allele"
        return f" That is said of a person with one such variant; here {where}."
    return ""


def _evidence(row: Inheritance) -> tuple[Evidence, ...]:
    mechanism = ", mechanism" if row.mechanism else ""
    reason = f"inheritance of {row.disease}{mechanism} and one working allele"
    return tuple(Evidence(source=source, reason=reason) for source in row.source)


def _not_in_table(why: str, resolves: str) -> Finding:
    return Finding(
        severity=Severity.CAUTION,
        code="inheritance-not-in-table",
        message=f"{why}: what one repaired allele does is left open.",
        resolves=resolves,
    )
