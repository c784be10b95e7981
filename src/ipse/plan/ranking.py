"""How proposals are ranked across modalities, one key after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from ipse.core.evidence import Level
from ipse.core.finding import Severity
from ipse.core.proposal import Proposal, Restoration

RESTORATIONS: tuple[str, ...] = get_args(Restoration)

WORKED = (Level.HUMAN, Level.ANIMAL, Level.CELL)
"""Levels at which an approach can have worked; an analogy is shown and never ranked."""

KEYS = (
    "verdict",
    "evidence that this approach worked",
    "restoration",
    "open serious findings",
    "open cautions",
)
"""The ranking keys, most important first; within equals a modality's own order stands."""


def rank_key(proposal: Proposal) -> tuple[int, ...]:
    """Sort key of a proposal, one number for each of :data:`KEYS` (smaller is better)."""
    severities = [finding.severity for finding in proposal.findings]
    return (
        proposal.verdict.rank,
        WORKED.index(proposal.precedent) if proposal.precedent in WORKED else len(WORKED),
        RESTORATIONS.index(proposal.restoration),
        severities.count(Severity.SERIOUS) + severities.count(Severity.BLOCKING),
        severities.count(Severity.CAUTION),
    )


def rank_values(proposal: Proposal) -> tuple[str, ...]:
    """The same keys in words, for people."""
    key = rank_key(proposal)
    return (
        proposal.verdict.value,
        proposal.precedent.value if proposal.precedent else "none in the tables",
        proposal.restoration.replace("_", " "),
        str(key[3]),
        str(key[4]),
    )


def ranked(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Proposals in order with ``rank`` set, 1 for the best."""
    ordered = sorted(proposals, key=rank_key)
    return [
        proposal.model_copy(update={"rank": rank}) for rank, proposal in enumerate(ordered, start=1)
    ]
