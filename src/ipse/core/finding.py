"""Findings: one statement about a proposal or a case."""

from __future__ import annotations

from enum import StrEnum

from ipse.core.evidence import Evidence
from ipse.core.model import Model


class Severity(StrEnum):
    """How much a finding weighs; ``blocking`` implies that the proposal is excluded."""

    INFO = "info"
    CAUTION = "caution"
    SERIOUS = "serious"
    BLOCKING = "blocking"

    @property
    def rank(self) -> int:
        """0 for ``info`` to 3 for ``blocking``."""
        return list(Severity).index(self)


class Finding(Model):
    """One statement about a proposal or the case.

    Attributes
    ----------
    severity
        See :class:`Severity`.
    code
        Stable machine name in kebab case, e.g. ``reference-is-loci-only``.
    message
        The statement, in one or two sentences a physician can read.
    resolves
        What would resolve it (a measurement, a file, a command); empty if nothing can.
    evidence
        What the statement rests on.
    """

    severity: Severity
    code: str
    message: str
    resolves: str = ""
    evidence: tuple[Evidence, ...] = ()
