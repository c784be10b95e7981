"""Proposals: one concrete product of a modality for one case, or the reason there is none."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ipse.core.canonical import dumps
from ipse.core.evidence import Evidence, Level
from ipse.core.files import sha256_text
from ipse.core.finding import Finding
from ipse.core.logic import Criterion, DecidingSet, Verdict
from ipse.core.model import Model
from ipse.core.off_targets import OffTargets
from ipse.core.sections import Section


class Artefact(Model):
    """A file a laboratory uses.

    Attributes
    ----------
    path
        Relative to the plan's folder, with forward slashes.
    kind
        ``genbank``, ``tsv``, ``bibtex``...
    title
        What it holds, in one line.
    sha256
        Digest of the file.
    """

    path: str
    kind: str
    title: str
    sha256: str


Restoration = Literal["wild_type", "benign", "tolerated", "functional", "none", "unknown"]
"""What the patient's allele becomes, best first; the third ranking key."""


class Preference(Model):
    """A property by which proposals that are equal in verdict, evidence and findings differ.

    Attributes
    ----------
    name
        Ranking key it serves.
    value
        Larger is better; comparable within one key only. None where it is not known.
    words
        The same for people, with its unit.
    """

    name: Literal["specificity", "delivery", "efficiency"]
    value: float | None
    words: str


class Proposal(Model):
    """One concrete product of a modality for this case.

    A modality fills everything but ``rank``, ``artefacts`` and ``sections``, which the planner
    adds. Field names are part of the published schema of ``plan.json``.

    Attributes
    ----------
    id
        Modality and the first 8 hex digits of SHA-256 over the canonical design.
    verdict
        From ``criteria`` and ``findings`` by :func:`ipse.core.logic.verdict`.
    reason
        The one thing that decides the verdict, in one line.
    deciding
        For verdict ``unknown``: the smallest sets of data that would decide it.
    classification
        The law's class, by region, where a rule for it exists; otherwise empty.
    precedent
        Strongest level of evidence that this very approach worked, or None.
    restoration
        What the allele becomes.
    preferences
        What tells equals apart: specificity, delivery, predicted efficiency.
    design
        The modality's own object (its schema is published beside the plan's).
    off_targets
        Result of an off-target search, or None where none was run.
    requires
        Ids of proposals this one needs.
    """

    id: str
    rank: int = 0
    modality: str
    strategy: str
    title: str
    verdict: Verdict
    reason: str
    deciding: tuple[DecidingSet, ...] = ()
    criteria: tuple[Criterion, ...]
    classification: dict[str, str] = Field(default_factory=dict)
    precedent: Level | None = None
    restoration: Restoration
    preferences: tuple[Preference, ...] = ()
    design: dict[str, Any]
    off_targets: OffTargets | None = None
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    requires: tuple[str, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    sections: tuple[Section, ...] = ()


def proposal_id(modality: str, design: dict[str, Any]) -> str:
    """Id of a proposal: ``modality-`` and 8 hex digits of SHA-256 over the canonical design."""
    return f"{modality}-{sha256_text(dumps(design, compact=True))[:8]}"


class NotProposed(Model):
    """A strategy that was considered and cannot be done.

    Attributes
    ----------
    strategy
        Which one.
    reason
        Why not, in one line.
    code
        Stable machine name of the reason.
    variant
        Id of the variant it concerns; empty if it concerns the whole case.
    evidence
        What the reason rests on.
    """

    modality: str
    strategy: str
    code: str
    reason: str
    variant: str = ""
    evidence: tuple[Evidence, ...] = ()


class Unknown(Model):
    """Something Ipse could not decide, and what would resolve it.

    Attributes
    ----------
    resolves
        The datum, file or command that would.
    """

    modality: str
    code: str
    message: str
    resolves: str
    variant: str = ""
