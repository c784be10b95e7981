"""The example cases, and a plan with where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ipse.plan.model import Plan

EXAMPLES = (
    "cps1-q335x", "sickle-cell", "progeria", "cftr-w1282x", "ttr-amyloidosis", "dmd-exons45-52",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A plan, the folder it lies in and the case it was made from."""

    plan: Plan
    folder: Path
    case: Path
