"""Which pathogenic variants of one gene share an allele, which do not, and how that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.patient.inheritance import inheritance, is_recessive
from ipse.patient.variant_model import Variant

PHASING = "phase them: parents' genotypes, long reads, or a phased VCF in the case"
Basis = Literal["copies", "phase", "parents", "presumed"]
_SHOWN = {
    "copies": "each stands on every copy the other can stand on",
    "phase": "phased calls show it",
    "parents": "both came from one parent",
}
_STRENGTH: tuple[Literal["phase", "parents", "presumed"], ...] = ("phase", "parents", "presumed")


@dataclass(slots=True)
class _Partners:
    """What is known of one variant's allele."""

    cis: list[str] = field(default_factory=list)
    trans: dict[str, Literal["phase", "parents", "presumed"]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)


def with_partners(
    variants: Iterable[Variant], compound: frozenset[str]
) -> tuple[list[Variant], list[Finding]]:
    """Fill in who is in cis, who is in trans and how that is known, and whose phase is unknown.

    Parameters
    ----------
    variants
        All variants of the case.
    compound
        Ids of those the case states to be compound heterozygous.

    Returns
    -------
    tuple
        The variants with ``in_trans_with``, ``trans_basis``, ``trans_proven``, ``in_cis_with``,
        ``phase_unknown_with`` and, where an allele carries more or may, ``doubts``; and findings.
    """
    variants, findings = list(variants), list[Finding]()
    groups: dict[str, list[Variant]] = defaultdict(list)
    for variant in variants:
        if variant.gene and variant.pathogenic and not variant.somatic:
            groups[variant.gene].append(variant)
    known: dict[str, _Partners] = {}
    for group in groups.values():
        if len(group) > 1:
            known |= _group(group, compound, findings)
    return [_filled(v, known[v.id]) if v.id in known else v for v in variants], findings


def _filled(variant: Variant, partners: _Partners) -> Variant:
    # several entries are known as well as the least of them
    basis = max(partners.trans.values(), key=_STRENGTH.index, default="")
    return variant.model_copy(
        update={
            "in_trans_with": tuple(partners.trans),
            "trans_basis": basis,
            "trans_proven": basis in ("phase", "parents"),
            "in_cis_with": tuple(partners.cis),
            "phase_unknown_with": tuple(partners.unknown),
            "doubts": (*variant.doubts, *partners.doubts),
        }
    )


def _group(
    group: list[Variant], compound: frozenset[str], findings: list[Finding]
) -> dict[str, _Partners]:
    """Compare the variants of one gene pair by pair."""
    known = {variant.id: _Partners() for variant in group}

    def doubt(pair: tuple[Variant, Variant], finding: Finding) -> None:
        findings.append(finding)
        for variant in pair:
            if finding.severity is Severity.SERIOUS:
                known[variant.id].doubts.append(finding)

    for pair in combinations(group, 2):
        one, other = pair
        sides = list(_sides(one, other))
        if len({same for same, _ in sides}) > 1:
            doubt(pair, _contradicting(one, other))
            sides = []
        same, basis = sides[0] if sides else (False, None)
        if basis is None:
            presumed, finding = _presumed(one, other, len(group), compound)
            doubt(pair, finding)
            if presumed:
                known[one.id].trans[other.id] = known[other.id].trans[one.id] = "presumed"
            else:
                known[one.id].unknown.append(other.id)
                known[other.id].unknown.append(one.id)
        elif same:
            known[one.id].cis.append(other.id)
            known[other.id].cis.append(one.id)
            doubt(pair, _in_cis(one, other, basis))
        elif basis != "copies":
            known[one.id].trans[other.id] = known[other.id].trans[one.id] = basis
    return known


def _sides(
    one: Variant, other: Variant
) -> Iterator[tuple[bool, Literal["copies", "phase", "parents"]]]:
    """Whether two variants share an allele, by each way to know it, the surest first."""
    zygosities = {one.zygosity, other.zygosity}
    if "homozygous" in zygosities or zygosities == {"hemizygous"}:
        yield True, "copies"
        return
    if (
        one.haplotype is not None
        and other.haplotype is not None
        and (one.contig, one.phase_set) == (other.contig, other.phase_set)
    ):
        yield one.haplotype == other.haplotype, "phase"
    if one.parent and other.parent:
        yield one.parent == other.parent, "parents"


def _presumed(
    one: Variant, other: Variant, number: int, compound: frozenset[str]
) -> tuple[bool, Finding]:
    """Whether two variants of unproven phase may be presumed in trans, and what to say of it.

    Two heterozygous variants in a recessive disease explain it only in trans. Without both
    zygosities, with a third variant, or where one allele is enough, they prove nothing.
    """
    names = f"{_name(one)} and {_name(other)}"
    stated = one.id in compound and other.id in compound
    recessive = _recessive(one, other)
    silent = [_name(v) for v in (one, other) if not v.zygosity]
    if silent:
        why = f"the zygosity of {' and '.join(silent)} is not stated"
    elif {one.zygosity, other.zygosity} != {"heterozygous"}:
        why = f"one is {one.zygosity}, the other {other.zygosity}"
    elif number > 2:
        why = f"{number} pathogenic variants of {one.gene} are stated"
    elif stated:
        return True, _said_presumed(
            one, names, "the case states compound heterozygosity, which says so without proof"
        )
    elif recessive:
        way = (
            "the diagnosis is recessive"
            if one.disease.id
            else f"the diagnosis has no id, but the diseases of {one.gene} that are curated are "
            "recessive"
        )
        return True, _said_presumed(one, names, f"{way} and both are heterozygous and pathogenic")
    elif recessive is None:
        why = "how the disease is inherited is not settled in Ipse's table"
    else:
        why = "one altered allele is enough for the disease, so it does not tell"
    return False, _finding(
        "phase-unknown",
        f"It is not known whether {names} stand on the same allele of {one.gene}: {why}. If they "
        "do, repairing one leaves the other on that allele.",
        f"state the allelic state of both; {PHASING}" if silent else PHASING,
    )


def _said_presumed(one: Variant, names: str, why: str) -> Finding:
    rows = inheritance(one.gene, one.disease.id)
    return Finding(
        severity=Severity.CAUTION,
        code="presumed-in-trans",
        message=(
            f"{names} are presumed to be in trans (on different alleles of {one.gene}), not "
            f"proven: {why}."
        ),
        resolves=PHASING,
        evidence=tuple(
            Evidence(source=source, reason=f"{row.disease} is inherited as {row.inheritance}")
            for row in rows[:1]
            for source in row.source
        ),
    )


def _in_cis(one: Variant, other: Variant, basis: Literal["copies", "phase", "parents"]) -> Finding:
    hemizygous = one.zygosity == other.zygosity == "hemizygous"
    if hemizygous:
        why = "both are hemizygous, and there is one allele"
    elif basis == "copies":
        both = [_name(v) for v in (one, other) if v.zygosity == "homozygous"]
        why = f"{' and '.join(both)} {'is' if len(both) == 1 else 'are'} homozygous"
    else:
        why = _SHOWN[basis]
    rest = (
        " The other allele carries neither, so a second pathogenic allele is not known."
        if basis != "copies" and _recessive(one, other)
        else ""
    )
    return _finding(
        "variants-in-cis",
        f"{_name(one)} and {_name(other)} are on the same allele of {one.gene} ({why}): repairing "
        f"one leaves the other on that allele.{rest}",
        "repair both at once, or look for a second pathogenic allele"
        if rest
        else "repair both at once",
    )


def _contradicting(one: Variant, other: Variant) -> Finding:
    return _finding(
        "phase-contradicts-parents",
        f"Phased calls and the parents disagree on whether {_name(one)} and {_name(other)} stand "
        f"on the same allele of {one.gene}; their phase is taken as unknown.",
        "confirm the parental origin of both, and the phased calls",
    )


def _recessive(one: Variant, other: Variant) -> bool | None:
    """Whether both variants' diagnosis is recessive; None if that is not settled."""
    ways = {is_recessive(variant.gene, variant.disease.id) for variant in (one, other)}
    return ways.pop() if len(ways) == 1 else None


def _finding(code: str, message: str, resolves: str) -> Finding:
    return Finding(severity=Severity.SERIOUS, code=code, message=message, resolves=resolves)


def _name(variant: Variant) -> str:
    return f"{variant.gene} {variant.hgvs_c or variant.vcf or variant.label or variant.id}".strip()
