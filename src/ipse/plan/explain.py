"""Why a proposal stands where it does, key by key."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ipse.core.errors import InputError
from ipse.core.proposal import Proposal
from ipse.plan.model import Plan
from ipse.plan.ranking import Key, ranking_keys


def find(plan: Plan, name: str) -> Proposal:
    """Find a proposal by id, by an unambiguous beginning of it, or by rank.

    Raises
    ------
    InputError
        If none or several fit.
    """
    if name.isdigit() and 1 <= int(name) <= len(plan.proposals):
        return plan.proposals[int(name) - 1]
    exact = [item for item in plan.proposals if item.id == name]
    fits = exact or [item for item in plan.proposals if item.id.startswith(name)]
    if len(fits) == 1:
        return fits[0]
    some = ", ".join(item.id for item in (fits or plan.proposals)[:8])
    raise InputError(
        "no such proposal" if not fits else "several proposals begin so",
        field="ID", value=name,
        expected=f"a rank from 1 to {len(plan.proposals)} or an id such as {some}"
        if plan.proposals
        else "nothing: this plan has no proposals",
    )  # fmt: skip


def comparison(
    plan: Plan, item: Proposal
) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[str]]:
    """Compare a proposal with its neighbours in rank.

    Returns
    -------
    header, rows, sentences
        Columns and rows of a table over the ranking keys, and one sentence per neighbour naming
        the first key that differs.
    """
    place = item.rank - 1
    near = list(plan.proposals[max(0, place - 1) : place + 2])
    header = ("key", *(f"{other.rank}. {other.id}" for other in near))
    keys = ranking_keys(chosen_keys(plan))
    rows = [(key.label, *(key.words(other) for other in near)) for key in keys]
    sentences = [_sentence(above, below, keys) for above, below in pairwise(near)]
    return header, rows, sentences


def chosen_keys(plan: Plan) -> tuple[str, ...]:
    """Ranking keys the user put first."""
    chosen = plan.provenance.options.get("rank_by")
    return tuple(map(str, chosen)) if isinstance(chosen, list) else ()


def _sentence(above: Proposal, below: Proposal, keys: Sequence[Key]) -> str:
    for key in keys:
        if key.of(above) != key.of(below):
            return (
                f"{above.id} stands above {below.id} by {key.label}: {key.words(above)} against "
                f"{key.words(below)}."
            )
    return (
        f"{above.id} and {below.id} are equal in every key; "
        f"the order is the {above.modality} modality's own."
    )
