"""How proposals are ranked across modalities, one key after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from ipse.core.errors import InputError
from ipse.core.evidence import Level
from ipse.core.finding import Severity
from ipse.core.proposal import Preference, Proposal, Restoration

RESTORATIONS: tuple[str, ...] = get_args(Restoration)

WORKED = (Level.HUMAN, Level.ANIMAL, Level.CELL)
"""Levels at which an approach can have worked; an analogy is shown and never ranked."""


@dataclass(frozen=True)
class Key:
    """A ranking key.

    Attributes
    ----------
    name
        What ``--rank-by`` calls it.
    label
        What people read.
    of
        Place of a proposal under it, smaller is better.
    words
        The same in words.
    """

    name: str
    label: str
    of: Callable[[Proposal], float]
    words: Callable[[Proposal], str]


def _severities(proposal: Proposal, *kinds: Severity) -> int:
    return sum(finding.severity in kinds for finding in proposal.findings)


def _serious(proposal: Proposal) -> int:
    return _severities(proposal, Severity.SERIOUS, Severity.BLOCKING)


def _cautions(proposal: Proposal) -> int:
    return _severities(proposal, Severity.CAUTION)


def _worked(proposal: Proposal) -> int:
    level = proposal.precedent
    return WORKED.index(level) if level in WORKED else len(WORKED)


def _preference(proposal: Proposal, name: str) -> Preference | None:
    return next((item for item in proposal.preferences if item.name == name), None)


def _refinement(name: str, label: str) -> Key:
    """A key from what a modality measured; what is not known stands last."""

    def of(proposal: Proposal) -> float:
        found = _preference(proposal, name)
        return float("inf") if found is None or found.value is None else -found.value

    def words(proposal: Proposal) -> str:
        found = _preference(proposal, name)
        return found.words if found is not None else "not known"

    return Key(name, label, of, words)


KEYS: tuple[Key, ...] = (
    Key("verdict", "verdict", lambda p: p.verdict.rank, lambda p: p.verdict.value),
    Key(
        "evidence",
        "evidence it worked",
        _worked,
        lambda p: p.precedent.value if p.precedent else "none in the tables",
    ),
    Key(
        "restoration",
        "restoration",
        lambda p: RESTORATIONS.index(p.restoration),
        lambda p: p.restoration.replace("_", " "),
    ),
    Key("serious", "open serious findings", _serious, lambda p: str(_serious(p))),
    Key("cautions", "open cautions", _cautions, lambda p: str(_cautions(p))),
    _refinement("specificity", "specificity"),
    _refinement("delivery", "reach of the tissue"),
    _refinement("efficiency", "predicted efficiency"),
)
"""The ranking keys, most important first; within equals a modality's own order stands."""


def ranking_keys(rank_by: Sequence[str] = ()) -> tuple[Key, ...]:
    """The keys in order, with those the user puts first right behind the verdict.

    The verdict always comes first: no wish puts an excluded proposal above an eligible one.

    Raises
    ------
    InputError
        For a name that is no key, or one given twice.
    """
    by_name = {key.name: key for key in KEYS}
    for name in rank_by:
        if name not in by_name or list(rank_by).count(name) > 1:
            raise InputError(
                "there is no such ranking key" if name not in by_name
                else "a ranking key is given twice",
                field="--rank-by", value=name, expected=", ".join(by_name),
            )  # fmt: skip
    names = dict.fromkeys(["verdict", *rank_by, *by_name])
    return tuple(by_name[name] for name in names)


def rank_key(proposal: Proposal, keys: Sequence[Key] = KEYS) -> tuple[float, ...]:
    """Sort key of a proposal, one number for each key (smaller is better)."""
    return tuple(key.of(proposal) for key in keys)


def ranked(proposals: Iterable[Proposal], keys: Sequence[Key] = KEYS) -> list[Proposal]:
    """Proposals in order with ``rank`` set, 1 for the best."""
    ordered = sorted(proposals, key=lambda proposal: rank_key(proposal, keys))
    return [
        proposal.model_copy(update={"rank": rank}) for rank, proposal in enumerate(ordered, start=1)
    ]
