"""The case as a report may show it: de-identified, one line of text each.

Not shown are the ids of phenopacket, subject and samples, alternate ids, names of files, date of
birth, days and months of events, and free text (descriptions, summaries), because any of these may
name a person. Ages above
89 years are given as *90 years or older* (45 CFR 164.514(b)(2)(i)(C)).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ipse.patient.model import Case, CaseFile, Disease, Fact, Feature, Measurement, Moment
from ipse.patient.times import days_in_words
from ipse.patient.units import convert

OLDEST_SHOWN_YEARS = 89
NINETY = f"{OLDEST_SHOWN_YEARS + 1} years or older"


def summary(case: Case) -> dict[str, Any]:
    """Fields of ``ipse.plan.model.CaseSummary``."""
    features = [f for f in case.features if not f.sample]
    return {
        "id": pseudonym(case),
        "sex": case.subject.sex
        + (f" ({case.subject.karyotypic_sex})" if case.subject.karyotypic_sex else ""),
        "age": _age(case.subject.age_days, case.subject.age_text),
        "diseases": tuple(
            dict.fromkeys(
                [_disease(d) for d in case.diseases] + [str(term) for term in case.diagnoses]
            )
        ),
        "features": tuple(_feature(f) for f in features if not f.excluded),
        "excluded_features": tuple(_feature(f) for f in features if f.excluded),
        "measurements": tuple(_measurement(m) for m in case.measurements),
        "actions": tuple(_with(a.text, _when(a.start)) for a in case.actions),
        "facts": tuple(_fact(f) for f in case.facts),
        "files": tuple(_file(f) for f in case.files),
        "leaves": {
            "used": len(case.leaves.used),
            "kept": len(case.leaves.kept),
            "not_used": len(case.leaves.unused),
        },
    }


def pseudonym(case: Case) -> str:
    """Name of a case in what is written: the first 8 hex digits of its phenopacket's SHA-256."""
    return f"case-{case.inputs[0].sha256[:8]}"


def _age(days: int | None, words: str) -> str:
    if days is not None and days >= convert(OLDEST_SHOWN_YEARS + 1, "a", "d"):
        return NINETY
    return words


def _when(moment: Moment) -> str:
    """An age where one is known, else no more of a date than its year."""
    if moment.age_days is not None:
        words = moment.text if moment.kind in ("age", "age_range") else ""
        return f"at {_age(moment.age_days, words or days_in_words(moment.age_days))}"
    if moment.on is not None:
        return str(moment.on.year)
    return moment.text if moment.kind in ("ontology", "gestational_age") else ""


def _with(text: str, *more: str) -> str:
    return ", ".join([text, *(part for part in more if part)])


def _disease(disease: Disease) -> str:
    onset = _when(disease.onset)
    return _with(
        f"excluded: {disease.term}" if disease.excluded else str(disease.term),
        f"onset {onset}" if onset else "",
        *(f"stage {stage}" for stage in disease.stage),
        *(str(finding) for finding in disease.tnm),
    )


def _feature(feature: Feature) -> str:
    onset = _when(feature.onset)
    return _with(
        str(feature.term),
        str(feature.severity),
        *(str(modifier) for modifier in feature.modifiers),
        f"onset {onset}" if onset else "",
        "resolved" if feature.resolution else "",
    )


def _measurement(measurement: Measurement) -> str:
    where = "in a sample" if measurement.sample else ""
    return _with(measurement.text, _when(measurement.observed), where)


def _fact(fact: Fact) -> str:
    words = Fact(fact.name, fact.value, fact.unit).text
    return _with(words, _year(fact.on))


def _year(on: date | None) -> str:
    return "" if on is None else str(on.year)


def _file(file: CaseFile) -> str:
    return _with(
        file.role, file.format, file.assembly, "" if file.exists else "not found on this machine"
    )
