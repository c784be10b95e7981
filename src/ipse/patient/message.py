"""Whether a document is one person's phenopacket of schema version 2."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ipse.core.errors import InputError

_VERSION_2 = re.compile(r"v?2(\.\d+){0,3}(\.post\d+|-[A-Za-z0-9.]+)?")
_V1_TOP = ("variants", "genes", "htsFiles", "hts_files")
_V1_SUBJECT = (
    "ageAtCollection", "ageRangeAtCollection", "age_at_collection", "age_range_at_collection",
)  # fmt: skip
_CONVERT = "convert it to version 2 (phenopacket-tools convert), or ask its source for version 2"


def check_message(document: dict[str, Any], path: Path) -> str:
    """Refuse anything but a Phenopacket v2.

    Returns
    -------
    str
        Schema version the file names; empty if none.

    Raises
    ------
    InputError
        For version 1, another version, a family or a cohort.
    """
    _refuse_groups(document, path)
    meta = document.get("metaData", document.get("meta_data"))
    meta = meta if isinstance(meta, dict) else {}
    version = meta.get("phenopacketSchemaVersion", meta.get("phenopacket_schema_version"))
    version = version if isinstance(version, str) else ""
    if re.match(r"v?1(\.|$)|v?0\.", version) or (not version and _looks_like_v1(document)):
        raise InputError(
            "this is a phenopacket of schema version 1", file=path,
            field="/metaData/phenopacketSchemaVersion", value=version or "(none)",
            expected="version 2", next_step=_CONVERT,
        )  # fmt: skip
    if version and not _VERSION_2.fullmatch(version.strip()):
        raise InputError(
            "this schema version is not known", file=path,
            field="/metaData/phenopacketSchemaVersion", value=version,
            expected="2, 2.0 or 2.0.2", next_step="write the file by schema version 2",
        )  # fmt: skip
    if not any(key in document for key in ("subject", "id", "metaData", "meta_data")):
        raise InputError(
            "this is not a phenopacket", file=path, field="/",
            value=", ".join(list(document)[:8]) or "(empty object)",
            expected="an object with id, subject and metaData",
            next_step="see docs/case.md for a small example",
        )  # fmt: skip
    return version


def _looks_like_v1(document: dict[str, Any]) -> bool:
    subject = document.get("subject")
    features = document.get("phenotypicFeatures", document.get("phenotypic_features"))
    return (
        any(key in document for key in _V1_TOP)
        or (isinstance(subject, dict) and any(key in subject for key in _V1_SUBJECT))
        or (
            isinstance(features, list)
            and any(isinstance(item, dict) and "negated" in item for item in features)
        )
    )


def _refuse_groups(document: dict[str, Any], path: Path) -> None:
    for key, kind in (("proband", "Family"), ("relatives", "Family"), ("members", "Cohort")):
        if key in document:
            people = document[key]
            number = len(people) if isinstance(people, list) else 1
            raise InputError(
                f"this is a {kind} message; a case is one person", file=path, field=f"/{key}",
                value=f"{number} phenopacket{'' if number == 1 else 's'}",
                expected="one Phenopacket",
                next_step="save the phenopacket of the person to be treated as case.json",
            )  # fmt: skip
    if "phenopacket" in document and "subject" not in document:
        raise InputError(
            "the phenopacket is wrapped in another object", file=path, field="/phenopacket",
            expected="the phenopacket itself at the top level",
            next_step="save what stands under phenopacket as case.json",
        )  # fmt: skip


def refuse_second_person(document: dict[str, Any], path: Path) -> None:
    """Refuse a case in which a second affected person, or another person's sample, appears.

    Raises
    ------
    InputError
        With the pointer of the place.
    """
    pedigree = document.get("pedigree")
    persons = pedigree.get("persons") if isinstance(pedigree, dict) else None
    affected = [
        number
        for number, person in enumerate(persons if isinstance(persons, list) else ())
        if isinstance(person, dict)
        and person.get("affectedStatus", person.get("affected_status")) in ("AFFECTED", 2)
    ]
    if len(affected) > 1:
        raise _two_people(path, f"/pedigree/persons/{affected[1]}", f"{len(affected)} affected")
    subject = document.get("subject")
    own = subject.get("id") if isinstance(subject, dict) else None
    own = own if isinstance(own, str) else None
    samples = set[str]()
    for number, sample in enumerate(_objects(document.get("biosamples"))):
        if isinstance(sample.get("id"), str):
            samples.add(sample["id"])
        whose = sample.get("individualId", sample.get("individual_id"))
        if whose and own and whose != own:
            raise _two_people(path, f"/biosamples/{number}/individualId", "another individual")
    people = {own} if own else set()
    for number, interpretation in enumerate(_objects(document.get("interpretations"))):
        diagnosis = interpretation.get("diagnosis")
        diagnosis = diagnosis if isinstance(diagnosis, dict) else {}
        items = diagnosis.get("genomicInterpretations", diagnosis.get("genomic_interpretations"))
        for place, item in enumerate(_objects(items)):
            whose = item.get("subjectOrBiosampleId", item.get("subject_or_biosample_id"))
            if whose and isinstance(whose, str) and whose not in samples:
                people.add(whose)
            if len(people) > 1:
                raise _two_people(
                    path,
                    f"/interpretations/{number}/diagnosis/genomicInterpretations/{place}"
                    "/subjectOrBiosampleId",
                    "an id that is neither the subject's nor a biosample's",
                )


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _two_people(path: Path, field: str, value: str) -> InputError:
    return InputError(
        "the case speaks of two people", file=path, field=field, value=value,
        expected="one affected subject, and samples that are listed under biosamples",
        next_step="make one case for each person; if it is a sample, list it under biosamples",
    )  # fmt: skip
