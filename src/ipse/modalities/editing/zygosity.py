"""Which of the patient's alleles an edit reaches, and what repairing it is expected to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.modalities.editing.model import HARMFUL, EditDesign
from ipse.patient.inheritance import Inheritance, inheritance
from ipse.patient.variants import Variant

SAME_AS = "as for "
"""How ``gene_disease.tsv`` points to another row of the same disease."""


def name_of(variant: Variant) -> str:
    """A variant as people name it: gene, c. and p. description."""
    protein = f" ({variant.hgvs_p})" if variant.hgvs_p else ""
    return f"{variant.gene} {variant.hgvs_c or variant.vcf or variant.label}{protein}".strip()


def allele_findings(
    design: EditDesign, variant: Variant, variants: Sequence[Variant]
) -> Iterator[Finding]:
    """Which allele is edited, which is not, and what the guide does to the normal one.

    Parameters
    ----------
    variants
        All variants of the case, to name those on the other allele.
    """
    by_id = {item.id: item for item in variants}
    others = [by_id[key] for key in variant.in_trans_with if key in by_id]
    if variant.zygosity == "heterozygous":
        yield _edited_allele(variant, others)
        if others:
            yield _other_allele(others, variant.trans_proven)
        yield _normal_allele(design, others)
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
    yield expectation(variant)


def _edited_allele(variant: Variant, others: Sequence[Variant]) -> Finding:
    side = f" (haplotype {variant.haplotype})" if variant.haplotype is not None else ""
    what = "the other disease allele" if others else "the normal allele"
    return Finding(
        severity=Severity.INFO,
        code="edited-allele",
        message=f"The edit repairs the allele with {name_of(variant)}{side}, not {what}.",
    )


def _other_allele(others: Sequence[Variant], proven: bool) -> Finding:
    names = ", ".join(name_of(item) for item in others)
    phase = "phased calls prove it" if proven else "presumed in trans, not proven by phased calls"
    return Finding(
        severity=Severity.INFO if proven else Severity.CAUTION,
        code="other-allele-untouched",
        message=f"The other allele carries {names} and stays as it is ({phase}).",
        resolves="" if proven else "Phase the two variants: parents' genotypes or long reads.",
    )


def _normal_allele(design: EditDesign, others: Sequence[Variant]) -> Finding:
    normal = design.normal_allele
    name = "other allele" if others else "normal allele"
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
    fit = f"with a mismatch at position {places}" if places else "without a mismatch"
    if design.template is not None:
        return Finding(
            severity=Severity.CAUTION if normal.mismatches or others else Severity.SERIOUS,
            code="normal-allele-cut",
            message=(
                f"The guide fits the {name} too, {fit}: a cut there may leave an insertion or "
                "deletion" + ("." if others else " in the one allele that works.")
            ),
            resolves="Measure cutting of both alleles in cells of the patient.",
        )
    harm = [item for item in design.bystanders if item.effect in HARMFUL]
    target = (
        "the target base is editable there too"
        if normal.target_editable
        else "there is nothing to edit in the target's place"
    )
    rest = f", but bystanders {', '.join(item.id for item in harm)} are there" if harm else ""
    return Finding(
        severity=Severity.CAUTION if harm or normal.target_editable else Severity.INFO,
        code="normal-allele-bound",
        message=f"The guide fits the {name} too, {fit}: {target}{rest}.",
        resolves="Measure editing of both alleles in cells of the patient." if harm else "",
    )


def expectation(variant: Variant) -> Finding:
    """What repairing one allele is expected to do in this disease, as the cited table says."""
    rows = inheritance(variant.gene, variant.disease.id)
    if not rows:
        name = variant.disease.label or variant.disease.id or "the disease"
        return Finding(
            severity=Severity.CAUTION,
            code="inheritance-not-in-table",
            message=(
                f"The tables do not say how {name} is inherited through "
                f"{variant.gene or 'this gene'}: what one repaired allele does is left open."
            ),
            resolves="State what one working allele does in this disease, from its literature.",
        )
    row = _with_text(rows[0])
    return Finding(
        severity=Severity.INFO,
        code="one-repaired-allele",
        message=f"{row.disease} ({row.inheritance}). {row.one_allele}.",
        evidence=tuple(
            Evidence(source=source, reason=f"inheritance of {row.disease} and one working allele")
            for source in row.source
        ),
    )


def _with_text(row: Inheritance) -> Inheritance:
    """The row itself, or the row of the same gene its text refers to (``as for ID``)."""
    if not row.one_allele.startswith(SAME_AS):
        return row
    same = inheritance(row.gene, row.one_allele.removeprefix(SAME_AS).strip())
    return same[0] if same else row
