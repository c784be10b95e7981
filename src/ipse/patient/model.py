"""The case: one patient, as a phenopacket, its files and its facts say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ipse.core.finding import Finding
from ipse.core.logic import Truth
from ipse.core.provenance import InputFile
from ipse.patient.entities import (
    Action,
    Biosample,
    CaseFile,
    CaseVariant,
    Disease,
    Fact,
    Feature,
    Leaves,
    Measurement,
    Moment,
    Ontology,
    Subject,
    VcfRecord,
    Zygosity,
)

__all__ = [
    "BODY_WEIGHT",
    "Action",
    "Biosample",
    "Case",
    "CaseFile",
    "CaseVariant",
    "Disease",
    "Fact",
    "Feature",
    "Leaves",
    "Measurement",
    "Moment",
    "Ontology",
    "Subject",
    "VcfRecord",
    "Zygosity",
]


@dataclass(frozen=True, eq=False)
class Case:
    """One patient.

    Attributes
    ----------
    folder
        Folder that relative paths start from.
    path
        The phenopacket file.
    id
        Id of the phenopacket.
    interpretations
        Every variant of every interpretation, in the file's order.
    genes
        Genes interpreted without a variant: (symbol, HGNC id, status).
    diagnoses
        Diseases of the interpretations that are not under ``diseases``.
    facts
        Rows of ``facts.tsv``.
    findings
        What was odd, contradictory or not understood.
    original
        The phenopacket as it was read, untouched.
    inputs
        Files read so far with their digests.
    """

    folder: Path
    path: Path
    id: str
    subject: Subject
    diseases: tuple[Disease, ...]
    features: tuple[Feature, ...]
    measurements: tuple[Measurement, ...]
    biosamples: tuple[Biosample, ...]
    interpretations: tuple[CaseVariant, ...]
    genes: tuple[tuple[str, str, str], ...]
    diagnoses: tuple[Ontology, ...]
    actions: tuple[Action, ...]
    files: tuple[CaseFile, ...]
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    leaves: Leaves
    schema_version: str
    original: Mapping[str, Any] = field(repr=False)
    inputs: tuple[InputFile, ...]
    as_of: date | None = None

    @property
    def born(self) -> Truth:
        """Whether the case is about a person who has been born; see :attr:`Subject.born`."""
        return self.subject.born

    @property
    def alive(self) -> Truth:
        """Whether the person is alive, as ``vitalStatus`` says; unknown if it does not."""
        return self.subject.alive

    def latest_fact(self, name: str) -> Fact | None:
        """Latest fact of a name: an undated row is older than any dated one."""
        rows = [fact for fact in self.facts if fact.name == name]
        return max(rows, key=lambda row: (row.on or date.min, row.line), default=None)

    def fact(self, name: str) -> Truth:
        """Truth of a yes/no fact; unknown if it is not stated or stated both ways.

        Parameters
        ----------
        name
            A kind of ``tables/fact_kinds.tsv``, with its subject after a colon where it has one.
            A kind that takes a subject, asked without it, is true if it holds for any subject.
        """
        rows = [fact for fact in self.facts if fact.name == name]
        if not rows and ":" not in name:
            values = {
                self.fact(fact.name) for fact in self.facts if fact.name.startswith(f"{name}:")
            }
            return Truth.TRUE if Truth.TRUE in values else Truth.UNKNOWN
        latest = max((row.on or date.min for row in rows), default=None)
        now = {bool(row.value) for row in rows if (row.on or date.min) == latest}
        return Truth.of(now.pop()) if len(now) == 1 else Truth.UNKNOWN

    def fact_number(self, name: str) -> float | None:
        """Number of the latest fact of a name; None if absent, a yes/no, or contradictory."""
        rows = [
            fact for fact in self.facts if fact.name == name and not isinstance(fact.value, bool)
        ]
        latest = max((row.on or date.min for row in rows), default=None)
        now = {float(row.value) for row in rows if (row.on or date.min) == latest}
        return now.pop() if len(now) == 1 else None

    def measurement(self, loinc: str) -> Measurement | None:
        """Latest measurement of a LOINC code (``29463-7``); the last in the file among equals."""
        wanted = loinc.upper().removeprefix("LOINC:")
        rows = [
            (place, row)
            for place, row in enumerate(self.measurements)
            if not row.sample and row.assay.id.upper().removeprefix("LOINC:") == wanted
        ]

        def when(item: tuple[int, Measurement]) -> tuple[date, int, int]:
            place, row = item
            days = row.observed.age_days
            return row.observed.on or date.min, -1 if days is None else days, place

        return max(rows, key=when)[1] if rows else None

    def body_weight(self) -> float | None:
        """Latest body weight [kg], or None."""
        row = self.measurement(BODY_WEIGHT)
        if row is None or row.canonical_value is None or row.canonical_unit != "kg":
            return None
        return row.canonical_value

    def vcf_files(self) -> list[CaseFile]:
        """Files that hold variant calls of the subject (not of a biosample)."""
        return [f for f in self.files if f.format in ("vcf", "bcf", "gvcf") and not f.biosample]


BODY_WEIGHT = "29463-7"
"""LOINC code of body weight."""
