"""Read the parts of a phenopacket that are not variants."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ipse.core.finding import Severity
from ipse.core.logic import Truth
from ipse.patient.cursor import Node
from ipse.patient.measurements import measurement, quantity_in_words
from ipse.patient.model import (
    Action,
    Biosample,
    Disease,
    Feature,
    Measurement,
    Moment,
    Ontology,
    Subject,
)
from ipse.patient.times import age_in_words, calendar_date, days_in_words, moment

DAYS_SPELLED_OUT = 60
"""From here on an age given in days is also shown in months or years."""

HUMAN = ("NCBITaxon:9606", "NCBI:txid9606", "9606", "")
_SEX: dict[str, Literal["female", "male", "other", "unknown"]] = {
    "FEMALE": "female", "MALE": "male", "OTHER_SEX": "other",
}  # fmt: skip
_VITAL: dict[str, Literal["alive", "deceased", "unknown"]] = {
    "ALIVE": "alive", "DECEASED": "deceased",
}  # fmt: skip


def read_subject(node: Node, as_of: date | None) -> Subject:
    """Who the case is about, with age at last encounter, or at ``as_of`` given a birth date."""
    record = node.record
    birth = calendar_date(node["dateOfBirth"].text())
    encounter = moment(node["timeAtLastEncounter"], birth)
    days, words = encounter.age_days, encounter.text
    if days is not None and days >= DAYS_SPELLED_OUT and words == f"{days} days":
        words += f" (about {days_in_words(days)})"
    if encounter.kind in ("timestamp", "interval"):
        words = ""
        if birth and encounter.on and encounter.on >= birth:
            words = age_in_words(birth, encounter.on)
        elif birth and encounter.on and encounter.on < birth:
            record.say(
                Severity.SERIOUS, "encounter-before-birth",
                "The last encounter is before the date of birth.", "correct one of the two dates",
            )  # fmt: skip
    if as_of and birth and as_of >= birth:
        days = (as_of - birth).days
        words = age_in_words(birth, as_of)
    if not words:
        record.say(
            Severity.INFO, "age-unknown", "The age at the last encounter is not known.",
            "give subject.timeAtLastEncounter",
        )  # fmt: skip
    taxonomy = node["taxonomy"].ontology()
    if taxonomy.id not in HUMAN:
        record.say(
            Severity.BLOCKING, "subject-not-human",
            f"The subject is {taxonomy}; Ipse plans for people.", "correct subject.taxonomy",
        )  # fmt: skip
    vital = node["vitalStatus"]
    status, death, cause = _vital(vital, birth)
    karyotype = node["karyotypicSex"].enum()
    subject = Subject(
        id=node["id"].text(),
        sex=_SEX.get(node["sex"].enum(), "unknown"),
        karyotypic_sex="" if karyotype == "UNKNOWN_KARYOTYPE" else karyotype,
        age_days=days,
        age_text=words,
        last_encounter=encounter,
        vital_status=status,
        cause_of_death=cause,
        death=death,
        gender=node["gender"].ontology(),
        birth=birth,
    )
    if subject.born is Truth.FALSE or (encounter.before_birth and subject.born is Truth.UNKNOWN):
        when = "The death" if death.before_birth else "The last encounter"
        record.say(
            Severity.SERIOUS, "subject-not-born",
            f"{when} was before birth; Ipse plans for people who are born.",
            "" if death.before_birth else "give the age at an encounter after birth",
        )  # fmt: skip
    return subject


def _vital(
    node: Node, birth: date | None
) -> tuple[Literal["alive", "deceased", "unknown"], Moment, Ontology]:
    """Vital status, time and cause of death; a death says more than a status left out."""
    record = node.record
    status = _VITAL.get(node["status"].enum(), "unknown")
    death, cause = moment(node["timeOfDeath"], birth), node["causeOfDeath"].ontology()
    if death or cause:
        if status == "alive":
            record.say(
                Severity.SERIOUS, "vital-status-contradiction",
                "The vital status is alive, but a time or cause of death is stated; it is taken as "
                "unknown.", "correct subject.vitalStatus",
            )  # fmt: skip
            return "unknown", death, cause
        status = "deceased"
    if status == "deceased":
        record.say(
            Severity.CAUTION, "subject-deceased",
            "The person has died; a plan can only look back.",
        )  # fmt: skip
    return status, death, cause


def read_disease(node: Node, birth: date | None) -> Disease:
    """A diagnosis."""
    return Disease(
        term=node["term"].ontology(),
        excluded=node["excluded"].flag(),
        onset=moment(node["onset"], birth),
        resolution=moment(node["resolution"], birth),
        stage=_terms(node["diseaseStage"]),
        tnm=_terms(node["clinicalTnmFinding"]),
        primary_site=node["primarySite"].ontology(),
        laterality=node["laterality"].ontology(),
    )


def read_feature(node: Node, birth: date | None, sample: str = "") -> Feature:
    """A phenotypic feature."""
    return Feature(
        term=node["type"].ontology(),
        excluded=node["excluded"].flag(),
        severity=node["severity"].ontology(),
        modifiers=_terms(node["modifiers"]),
        onset=moment(node["onset"], birth),
        resolution=moment(node["resolution"], birth),
        description=node["description"].text(),
        sample=sample,
    )


def read_biosample(
    node: Node, birth: date | None
) -> tuple[Biosample, list[Feature], list[Measurement]]:
    """A sample, with the features and measurements that stand under it."""
    name = node["id"].text()
    sample = Biosample(
        id=name,
        tissue=node["sampledTissue"].ontology(),
        type=node["sampleType"].ontology(),
        histology=node["histologicalDiagnosis"].ontology(),
        description=node["description"].text(),
        individual=node["individualId"].text(),
    )
    features = [read_feature(item, birth, name) for item in node["phenotypicFeatures"]]
    measured = [m for item in node["measurements"] for m in measurement(item, birth, name)]
    return sample, features, measured


def read_action(node: Node, birth: date | None) -> Action:
    """A medical action of one of the schema's four kinds."""
    kind: Literal["procedure", "treatment", "radiation", "regimen", ""] = ""
    term, words, start, end = Ontology(), "", Moment(), Moment()
    if node["procedure"]:
        kind, procedure = "procedure", node["procedure"]
        term = procedure["code"].ontology()
        words = _joined(str(term), _prefixed("at", procedure["bodySite"].ontology()))
        start = moment(procedure["performed"], birth)
    elif node["treatment"]:
        kind = "treatment"
        term, words, start = _treatment(node["treatment"])
    elif node["radiationTherapy"]:
        kind, therapy = "radiation", node["radiationTherapy"]
        term = therapy["modality"].ontology()
        dosage, fractions = therapy["dosage"].whole(), therapy["fractions"].whole()
        words = _joined(
            str(term),
            _prefixed("at", therapy["bodySite"].ontology()),
            "" if dosage is None else f"{dosage} Gy",
            "" if fractions is None else f"in {fractions} fractions",
        )
    elif node["therapeuticRegimen"]:
        kind, regimen = "regimen", node["therapeuticRegimen"]
        reference = regimen["externalReference"]
        term = regimen["ontologyClass"].ontology() or Ontology(
            reference["id"].text(), reference["description"].text()
        )
        start, end = moment(regimen["startTime"], birth), moment(regimen["endTime"], birth)
        status = regimen["regimenStatus"].enum().lower()
        words = _joined(str(term), "" if status in ("", "unknown_status") else f"({status})")
    return Action(
        kind=kind,
        term=term,
        text=words,
        start=start,
        end=end,
        target=node["treatmentTarget"].ontology(),
        intent=node["treatmentIntent"].ontology(),
        response=node["responseToTreatment"].ontology(),
        adverse_events=_terms(node["adverseEvents"]),
    )


def _treatment(node: Node) -> tuple[Ontology, str, Moment]:
    agent = node["agent"].ontology()
    route = node["routeOfAdministration"].ontology()
    doses, start = list[str](), Moment()
    for item in node["doseIntervals"]:
        frequency = item["scheduleFrequency"].ontology()
        doses.append(_joined(quantity_in_words(item["quantity"]), frequency.label or frequency.id))
        if not start and item["interval"]:
            on = calendar_date(item["interval"]["start"].text())
            start = Moment("timestamp", on.isoformat() if on else "", None, on)
    total = quantity_in_words(node["cumulativeDose"])
    words = _joined(
        str(agent),
        f"[{', '.join(filter(None, doses))}]" if any(doses) else "",
        _prefixed("by", route),
        f"total {total}" if total else "",
    )
    return agent, words, start


def _terms(node: Node) -> tuple[Ontology, ...]:
    return tuple(item.ontology() for item in node)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _prefixed(word: str, term: Ontology) -> str:
    return f"{word} {term.label or term.id}" if term else ""
