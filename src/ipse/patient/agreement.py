"""Contradictions inside a case: between facts, phenopacket and themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from ipse.core.finding import Finding, Severity
from ipse.patient.model import Case, CaseVariant, Disease, Fact, Feature


def contradictions(case: Case) -> tuple[Finding, ...]:
    """Every contradiction that can be seen without a genome."""
    checks: tuple[Callable[[Case], Iterator[Finding]], ...] = (
        _facts_with_themselves, _facts_with_sex, _facts_with_dates, _facts_with_copies,
        _facts_with_actions, _refusals, _diseases, _features, _sex_and_karyotype, _ages, _zygosity,
    )  # fmt: skip
    return tuple(finding for check in checks for finding in check(case))


def _finding(severity: Severity, code: str, message: str, resolves: str) -> Finding:
    return Finding(severity=severity, code=code, message=message, resolves=resolves)


def _facts_with_themselves(case: Case) -> Iterator[Finding]:
    groups: dict[tuple[str, date | None], list[Fact]] = defaultdict(list)
    for fact in case.facts:
        groups[fact.name, fact.on].append(fact)
    for (name, on), rows in groups.items():
        if len({(isinstance(row.value, bool), row.value) for row in rows}) > 1:
            lines = ", ".join(str(row.line) for row in rows)
            yield _finding(
                Severity.SERIOUS, "facts-contradict",
                f"The fact {name} has different values at the same date "
                f"({on.isoformat() if on else 'no date'}; lines {lines} of facts.tsv).",
                "correct one of them, or date both",
            )  # fmt: skip
    unsourced = [row.name for row in case.facts if not row.source]
    if unsourced:
        yield _finding(
            Severity.INFO, "fact-without-source",
            f"No source is given for: {', '.join(dict.fromkeys(unsourced))}.",
            "fill the column source of facts.tsv",
        )  # fmt: skip


def _facts_with_sex(case: Case) -> Iterator[Finding]:
    for name in ("pregnancy", "breastfeeding"):
        if case.subject.sex == "male" and any(f.name == name and f.value for f in case.facts):
            yield _finding(
                Severity.SERIOUS, "fact-contradicts-sex",
                f"The fact {name} is yes, but the subject's sex is male.", "correct one of them",
            )  # fmt: skip


def _facts_with_dates(case: Case) -> Iterator[Finding]:
    birth, seen = case.subject.birth, case.subject.last_encounter.on
    for fact in case.facts:
        if fact.on and birth and fact.on < birth:
            yield _finding(
                Severity.SERIOUS, "fact-before-birth",
                f"The fact {fact.name} is dated before the date of birth.", "correct the date",
            )  # fmt: skip
        if fact.on and case.as_of and fact.on > case.as_of:
            yield _finding(
                Severity.CAUTION, "fact-after-as-of",
                f"The fact {fact.name} is dated after the date the plan speaks for.",
                "correct the date, or choose a later --as-of",
            )  # fmt: skip
    if seen and case.as_of and seen > case.as_of:
        yield _finding(
            Severity.CAUTION, "encounter-after-as-of",
            "The last encounter is after the date the plan speaks for.", "choose a later --as-of",
        )  # fmt: skip


def _facts_with_copies(case: Case) -> Iterator[Finding]:
    for variant in case.interpretations:
        if variant.copy_number is None or variant.somatic:
            continue
        for gene in filter(None, (variant.gene, variant.hgnc)):
            stated = case.fact_number(f"copy_number:{gene}")
            if stated is not None and stated != variant.copy_number:
                yield _finding(
                    Severity.SERIOUS, "copy-number-contradiction",
                    f"facts.tsv states {stated:g} copies of {gene}, the phenopacket "
                    f"{variant.copy_number}.", f"measure the copies of {gene} again",
                )  # fmt: skip


_WORDS = {
    "prior_transplant": ("transplant",),
    "prior_gene_therapy": ("gene therapy", "parvovec", "lentiviral", "autotemcel"),
    "prior_car_t": ("car-t", "car t", "leucel"),
}
"""Fact -> words in the name of a medical action that say the opposite of *no*."""


def _facts_with_actions(case: Case) -> Iterator[Finding]:
    for name, words in _WORDS.items():
        latest = case.latest_fact(name)
        if latest is None or latest.value:
            continue
        for action in case.actions:
            if any(word in action.text.lower() for word in words):
                yield _finding(
                    Severity.SERIOUS, "fact-contradicts-action",
                    f"The fact {name} is no, but the phenopacket has the medical action "
                    f"{action.term or action.text}.", "correct one of them",
                )  # fmt: skip


def _refusals(case: Case) -> Iterator[Finding]:
    if any(fact.name == "embryo_or_germline" and fact.value for fact in case.facts):
        yield _finding(
            Severity.BLOCKING, "embryo-or-germline",
            "The case is about an embryo or the germ line. Ipse proposes nothing for it.", "",
        )  # fmt: skip


def _diseases(case: Case) -> Iterator[Finding]:
    stated = {d.term.id for d in case.diseases if d.term.id and not d.excluded}
    excluded = {d.term.id: d.term for d in case.diseases if d.term.id and d.excluded}
    stated |= {term.id for term in case.diagnoses if term.id}
    for name in sorted(stated & excluded.keys()):
        yield _finding(
            Severity.SERIOUS, "disease-contradiction",
            f"{excluded[name]} is both diagnosed and excluded.", "correct one of the entries",
        )  # fmt: skip


def _features(case: Case) -> Iterator[Finding]:
    present = {f.term.id for f in case.features if f.term.id and not f.excluded and not f.sample}
    absent = {f.term.id: f.term for f in case.features if f.term.id and f.excluded and not f.sample}
    for name in sorted(present & absent.keys()):
        yield _finding(
            Severity.CAUTION, "feature-contradiction",
            f"{absent[name]} is stated both as present and as absent.",
            "correct one of the entries",
        )  # fmt: skip


def _sex_and_karyotype(case: Case) -> Iterator[Finding]:
    sex, karyotype = case.subject.sex, case.subject.karyotypic_sex
    if (sex == "male" and karyotype and "Y" not in karyotype and karyotype.startswith("X")) or (
        sex == "female" and "Y" in karyotype and karyotype.startswith("X")
    ):
        yield _finding(
            Severity.CAUTION, "sex-and-karyotype",
            f"Sex is {sex} and karyotypic sex {karyotype}: possible, but worth a second look.",
            "confirm both",
        )  # fmt: skip


def _ages(case: Case) -> Iterator[Finding]:
    if case.subject.last_encounter.kind != "age" or case.subject.last_encounter.age_days is None:
        return
    now = case.subject.last_encounter.age_days
    items: tuple[Disease | Feature, ...] = (*case.diseases, *case.features)
    late = [
        str(item.term)
        for item in items
        if item.onset.kind == "age"
        and item.onset.age_days is not None
        and item.onset.age_days > now
    ]
    if late:
        yield _finding(
            Severity.CAUTION, "onset-after-last-encounter",
            f"Onset is after the last encounter for: {'; '.join(late)}.", "correct one of the ages",
        )  # fmt: skip


def _zygosity(case: Case) -> Iterator[Finding]:
    for variant in case.interpretations:
        place = _sex_chromosome(variant)
        if place is None or variant.somatic:
            continue
        if place == "X" and case.subject.sex == "female" and variant.zygosity == "hemizygous":
            if case.subject.karyotypic_sex in ("XO", "XY"):
                continue
            message = f"{variant.gene} is X-linked and the variant hemizygous, but sex is female."
        elif place == "X" and case.subject.sex == "male" and variant.zygosity == "heterozygous":
            if case.subject.karyotypic_sex.count("X") > 1:
                continue
            message = f"{variant.gene} is X-linked and the variant heterozygous, but sex is male."
        elif place == "Y" and case.subject.sex == "female" and not case.subject.karyotypic_sex:
            message = f"A variant of {variant.gene} is on chromosome Y, but sex is female."
        else:
            continue
        yield _finding(
            Severity.CAUTION, "zygosity-contradicts-sex", message,
            "confirm sex, karyotype and zygosity (mosaicism, X inactivation, a pseudo-autosomal "
            "gene or a deletion of the other copy can explain it)",
        )  # fmt: skip


def _sex_chromosome(variant: CaseVariant) -> str | None:
    chrom = "" if variant.vcf is None else variant.vcf.chrom.upper().removeprefix("CHR")
    if chrom.startswith("NC_000023"):
        return "X"
    if chrom.startswith("NC_000024"):
        return "Y"
    return chrom if chrom in ("X", "Y") else None
