"""The plan: machine form of everything Ipse says of a case (``plan.json``)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from ipse.core.finding import Finding
from ipse.core.model import Model
from ipse.core.proposal import Artefact, NotProposed, Proposal, Unknown
from ipse.core.provenance import Provenance
from ipse.core.sections import Section
from ipse.patient.variants import Variant

SCHEMA_VERSION: Literal["1"] = "1"


class CaseSummary(Model):
    """The case as a report may show it: no name, no date of birth.

    Attributes
    ----------
    id
        Id of the phenopacket.
    age
        Age at last encounter in words, e.g. ``6 months``; empty if not known.
    diseases, features, excluded_features, measurements, actions, facts, files
        One line of text each.
    leaves
        Number of leaves of the phenopacket that were used, kept, and not used.
    """

    id: str
    sex: str
    age: str
    diseases: tuple[str, ...]
    features: tuple[str, ...]
    excluded_features: tuple[str, ...]
    measurements: tuple[str, ...]
    actions: tuple[str, ...]
    facts: tuple[str, ...]
    files: tuple[str, ...]
    leaves: dict[Literal["used", "kept", "not_used"], int]


class Reference(Model):
    """An entry of the bibliography, with every reason it is cited for in this plan."""

    key: str
    source: str
    authors: str = ""
    year: str = ""
    title: str = ""
    container: str = ""
    url: str = ""
    reasons: tuple[str, ...]


class Plan(Model):
    """All proposals for a case, ranked, with what they rest on.

    Field names are stable: later versions add, none renames.
    """

    schema_version: Literal["1"] = SCHEMA_VERSION
    case: CaseSummary
    as_of: date
    region: Literal["US", "EU", "UK"]
    variants: tuple[Variant, ...]
    options: tuple[dict[str, Any], ...] = ()
    trials: tuple[dict[str, Any], ...] = ()
    proposals: tuple[Proposal, ...]
    not_proposed: tuple[NotProposed, ...]
    unknowns: tuple[Unknown, ...]
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    artefacts: tuple[Artefact, ...]
    bibliography: tuple[Reference, ...]
    provenance: Provenance
