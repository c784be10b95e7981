"""Whether a case is about a person who is born and alive: stated, not stated, or contradictory."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from case_files import packet, write_case

from ipse.core.logic import Truth
from ipse.core.tables import shipped
from ipse.patient.read import read_case

GESTATION = {"gestationalAge": {"weeks": 20}}
AGE = {"age": {"iso8601duration": "P8M"}}
FETAL = {"ontologyClass": {"id": "HP:0011461", "label": "Fetal onset"}}
ADULT = {"ontologyClass": {"id": "HP:0003581", "label": "Adult onset"}}
BIRTH = {"dateOfBirth": "2020-01-01T00:00:00Z"}


def subject(encounter: Any = None, vital: Any = None, **more: Any) -> dict[str, Any]:
    members: dict[str, Any] = {"id": "proband", **more}
    if encounter is not None:
        members["timeAtLastEncounter"] = encounter
    if vital is not None:
        members["vitalStatus"] = vital
    return packet(subject=members)


@pytest.mark.parametrize(
    ("document", "born"),
    [
        (subject(), Truth.UNKNOWN),
        (subject(AGE), Truth.TRUE),
        (subject({"age": {"iso8601duration": "young"}}), Truth.TRUE),
        (subject(GESTATION), Truth.FALSE),
        (subject(FETAL), Truth.FALSE),
        (subject(ADULT), Truth.UNKNOWN),
        (subject(**BIRTH), Truth.TRUE),
        (subject(GESTATION, **BIRTH), Truth.UNKNOWN),
        (subject(vital={"status": "DECEASED", "timeOfDeath": GESTATION}), Truth.FALSE),
        (subject(AGE, {"status": "DECEASED", "timeOfDeath": AGE}), Truth.TRUE),
    ],
)
def test_born(tmp_path: Path, document: dict[str, Any], born: Truth) -> None:
    case = read_case(write_case(tmp_path, document))
    assert case.born is born
    said = "subject-not-born" in {finding.code for finding in case.findings}
    assert said is (born is Truth.FALSE or "gestationalAge" in str(document))


def test_born_by_the_date_the_plan_speaks_for(tmp_path: Path) -> None:
    folder = write_case(tmp_path, subject(GESTATION, **BIRTH))
    case = read_case(folder, as_of=date(2024, 1, 1))
    assert case.born is Truth.TRUE
    assert "subject-not-born" not in {finding.code for finding in case.findings}


@pytest.mark.parametrize(
    ("vital", "alive", "code"),
    [
        (None, Truth.UNKNOWN, None),
        ({"status": "UNKNOWN_STATUS"}, Truth.UNKNOWN, None),
        ({"status": "ALIVE"}, Truth.TRUE, None),
        ({"status": "DECEASED"}, Truth.FALSE, "subject-deceased"),
        ({"timeOfDeath": AGE}, Truth.FALSE, "subject-deceased"),
        ({"causeOfDeath": {"id": "MONDO:1"}}, Truth.FALSE, "subject-deceased"),
        ({"status": "ALIVE", "timeOfDeath": AGE}, Truth.UNKNOWN, "vital-status-contradiction"),
    ],
)
def test_alive(tmp_path: Path, vital: Any, alive: Truth, code: str | None) -> None:
    case = read_case(write_case(tmp_path, subject(AGE, vital)))
    assert case.alive is alive
    codes = {finding.code for finding in case.findings}
    assert codes & {"subject-deceased", "vital-status-contradiction"} == ({code} if code else set())


def test_terms_for_a_time_before_birth_are_sourced() -> None:
    rows = list(shipped("ipse.patient", "prenatal_terms"))
    assert len(rows) == 6 and all(row.source for row in rows)
