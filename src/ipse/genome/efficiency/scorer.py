"""What a scorer of guide efficiency gives, and how one is opened by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.genome.sites.pam import Pam

NAMES = ("ipse", "rule-set-3")
"""Names of the scorers that come with Ipse; the first is the default."""


@dataclass(frozen=True)
class Scores:
    """Scores of guides; NaN where a score does not apply, never 0.

    Attributes
    ----------
    value
        (n,): higher is more active, in the scorer's own scale.
    low, high
        (n,): interval, NaN where the scorer gives none.
    percentile
        (n,): part of the scorer's training guides that score lower, 0-1; NaN where not known.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    percentile: NDArray[np.float64]


class Scorer(Protocol):
    """What any score of guide efficiency offers. A new one needs no more than this.

    Attributes
    ----------
    name
        Short name, written beside every score.
    scale
        What the value is, in a few words.
    before, after
        Letters of context a guide needs before its protospacer and behind it, PAM included [nt].
    source
        Identifiers to cite.
    """

    @property
    def name(self) -> str:
        """Short name."""
        ...

    @property
    def scale(self) -> str:
        """What the value is."""
        ...

    @property
    def before(self) -> int:
        """Letters before the protospacer [nt]."""
        ...

    @property
    def after(self) -> int:
        """Letters behind the protospacer [nt]."""
        ...

    @property
    def source(self) -> tuple[str, ...]:
        """Identifiers to cite."""
        ...

    def refusal(self, pam: Pam, length: int) -> str:
        """Why guides of this PAM and length have no score; ``""`` if they may have one."""
        ...

    def score(self, contexts: NDArray[np.uint8]) -> Scores:
        """Score guides.

        Parameters
        ----------
        contexts
            (n, before + spacer length + after): ASCII, 5' to 3' on the strand of the protospacer;
            N for a letter that is not known or lies beyond the end of a contig.
        """
        ...


def open_scorer(name: str = NAMES[0]) -> Scorer:
    """Open a scorer by name.

    Raises
    ------
    InputError
        For a name that is not known, or a scorer that is not installed.
    """
    if name == "ipse":
        from ipse.genome.efficiency.model import ModelScorer

        return ModelScorer.shipped()
    if name == "rule-set-3":
        from ipse.genome.efficiency.rule_set_3 import RuleSet3Scorer

        return RuleSet3Scorer()
    raise InputError(
        "no such score of efficiency", field="--scorer", value=name, expected=" or ".join(NAMES)
    )


def refused_by_spcas9(pam: Pam, length: int, guide: int = 20) -> str:
    """Why a score of SpCas9 with NGG does not apply to a PAM and spacer length; ``""`` if it does.

    A wider PAM of SpCas9 is admitted: of its sites only those with NGG are scored.
    """
    if length != guide:
        return f"it is known for spacers of {guide} nt only"
    if not pam.scored or not any(_may_be_ngg(pattern) for pattern in pam.patterns):
        return f"it was measured with SpCas9 at NGG, not at {pam} on the {pam.side}' side"
    return ""


def _may_be_ngg(pattern: str) -> bool:
    from ipse.core.sequence import IUPAC

    return len(pattern) == 3 and all("G" in IUPAC[letter] for letter in pattern[1:])


def nothing(n: int) -> NDArray[np.float64]:
    """Scores that say nothing."""
    return np.full(n, np.nan)
