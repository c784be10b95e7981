"""Read a case: a folder with a phenopacket and facts, or a bare phenopacket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ipse.core.errors import InputError
from ipse.core.finding import Severity
from ipse.patient import schema
from ipse.patient.agreement import contradictions
from ipse.patient.cursor import Node, Record
from ipse.patient.facts import read_facts
from ipse.patient.files import digests, input_file, read_file
from ipse.patient.interpretations import read_interpretations
from ipse.patient.measurements import measurement
from ipse.patient.message import check_message, refuse_second_person
from ipse.patient.model import Case, CaseVariant, Leaves, Ontology
from ipse.patient.parts import (
    read_action,
    read_biosample,
    read_disease,
    read_feature,
    read_subject,
)
from ipse.patient.text import read_document

CASE_NAMES = ("case.json", "case.yaml", "case.yml")
FACTS = "facts.tsv"
PHENOPACKET = "phenopacket"
"""What a phenopacket by any other name is called in what is written."""


def read_case(path: Path, as_of: date | None = None) -> Case:
    """Read a case.

    Parameters
    ----------
    path
        Folder with ``case.json`` (or ``case.yaml``) and perhaps ``facts.tsv``, or a phenopacket
        as JSON or YAML.
    as_of
        Date the plan speaks for; with a date of birth, age is taken at that date.

    Raises
    ------
    InputError
        If anything cannot be read: malformed text, a wrong type, a phenopacket of version 1, a
        family or cohort, a second affected subject, a bad fact. What is odd but readable becomes
        a finding.
    """
    packet, folder, facts_path = _find(Path(path))
    document = read_document(packet)
    version = check_message(document, packet)
    known = schema.known_leaves(document, packet)
    refuse_second_person(document, packet)
    record = Record()
    case = _read(Node.root(document, record), document, packet, folder, as_of, version)
    inputs = [input_file(packet, packet.name if packet.name in CASE_NAMES else PHENOPACKET)]
    if facts_path is not None:
        facts, said = read_facts(facts_path)
        record.findings += said
        case = replace(case, facts=facts)
        inputs.append(input_file(facts_path, FACTS))
    inputs += digests(case.files, record)
    case = replace(
        case, leaves=_leaves(document, known, record), inputs=tuple(dict.fromkeys(inputs))
    )
    if case.leaves.unused:
        record.say(
            Severity.CAUTION, "leaves-not-used",
            f"{len(case.leaves.unused)} values of the phenopacket are unknown to its schema or "
            "were not understood.", "see them with: ipse case show",
        )  # fmt: skip
    return replace(case, findings=(*record.findings, *contradictions(case)))


def _find(path: Path) -> tuple[Path, Path, Path | None]:
    """Phenopacket, folder and facts of a case."""
    try:
        is_folder, is_file = path.is_dir(), path.exists() and not path.is_dir()
    except (OSError, ValueError):
        is_folder = is_file = False
    if is_folder:
        present = [path / name for name in CASE_NAMES if (path / name).is_file()]
        if len(present) != 1:
            raise InputError(
                "a case folder has no case.json" if not present
                else "a case folder has more than one phenopacket",
                file=path, value=", ".join(sorted(p.name for p in path.iterdir())[:20]),
                expected="exactly one of " + ", ".join(CASE_NAMES),
                next_step="name the phenopacket case.json, or give its path",
            )  # fmt: skip
        packet = present[0]
    elif is_file:
        packet = path
    else:
        raise InputError(
            "there is no such case", file=path,
            expected="a folder with case.json, or a phenopacket",
            next_step="check the path; examples are in the folder examples",
        )  # fmt: skip
    folder = packet.parent
    # a bare phenopacket among others has no facts of its own
    facts = folder / FACTS
    return packet, folder, facts if packet.name in CASE_NAMES and facts.exists() else None


def _read(
    root: Node, document: Mapping[str, Any], packet: Path, folder: Path, as_of: date | None,
    version: str,
) -> Case:  # fmt: skip
    record = root.record
    subject = read_subject(root["subject"], as_of)
    birth = subject.birth
    features = [read_feature(node, birth) for node in root["phenotypicFeatures"]]
    measured = [m for node in root["measurements"] for m in measurement(node, birth)]
    files = [read_file(node, folder) for node in root["files"]]
    samples = []
    for node in root["biosamples"]:
        sample, its_features, its_measurements = read_biosample(node, birth)
        samples.append(sample)
        features += its_features
        measured += its_measurements
        files += [read_file(item, folder, sample.id) for item in node["files"]]
    found = list(
        read_interpretations(
            root["interpretations"], frozenset(sample.id for sample in samples if sample.id)
        )
    )
    diseases = tuple(read_disease(node, birth) for node in root["diseases"])
    listed = {disease.term.id for disease in diseases if not disease.excluded}
    variants = tuple(item for item in found if isinstance(item, CaseVariant))
    root["metaData"]["phenopacketSchemaVersion"].text()
    if not version:
        record.say(
            Severity.INFO, "schema-version-missing",
            "The phenopacket names no schema version; it is read as version 2.",
            "set metaData.phenopacketSchemaVersion to 2.0",
        )  # fmt: skip
    if not variants:
        record.say(
            Severity.CAUTION, "no-variant",
            "The case states no variant; what depends on one cannot be planned.",
            "add the variant under interpretations",
        )  # fmt: skip
    return Case(
        folder=folder,
        path=packet,
        id=root["id"].text(),
        subject=subject,
        diseases=diseases,
        features=tuple(features),
        measurements=tuple(measured),
        biosamples=tuple(samples),
        interpretations=variants,
        genes=tuple(item for item in found if isinstance(item, tuple)),
        diagnoses=tuple(
            dict.fromkeys(
                item for item in found if isinstance(item, Ontology) and item.id not in listed
            )
        ),
        actions=tuple(read_action(node, birth) for node in root["medicalActions"]),
        files=tuple(files),
        facts=(),
        findings=(),
        leaves=Leaves((), (), ()),
        schema_version=version,
        original=document,
        inputs=(),
        as_of=as_of,
    )


def _leaves(document: Mapping[str, Any], known: set[str], record: Record) -> Leaves:
    """Class every leaf; what was read but not understood counts as not used."""
    used, kept, unused = list[str](), list[str](), list[str]()
    for place in schema.leaves(document):
        if place not in known or place in record.unclear:
            unused.append(place)
        elif place in record.used:
            used.append(place)
        else:
            kept.append(place)
    return Leaves(tuple(used), tuple(kept), tuple(unused))
