"""Why a proposal stands where it does, key by key."""

from __future__ import annotations

from ipse.core.errors import InputError
from ipse.core.proposal import Proposal
from ipse.plan.model import Plan
from ipse.plan.ranking import KEYS, rank_key, rank_values


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
    columns = [rank_values(other) for other in near]
    rows = [(key, *(column[i] for column in columns)) for i, key in enumerate(KEYS)]
    sentences = [_sentence(near[i], near[i + 1]) for i in range(len(near) - 1)]
    return header, rows, sentences


def _sentence(above: Proposal, below: Proposal) -> str:
    one, other = rank_key(above), rank_key(below)
    for key, (a, b), words in zip(
        KEYS,
        zip(one, other, strict=True),
        zip(rank_values(above), rank_values(below), strict=True),
        strict=True,
    ):
        if a != b:
            return f"{above.id} stands above {below.id} by {key}: {words[0]} against {words[1]}."
    return (
        f"{above.id} and {below.id} are equal in every key; "
        f"the order is the {above.modality} modality's own."
    )
