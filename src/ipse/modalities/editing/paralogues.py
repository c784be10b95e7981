"""Genes with a near-identical copy in the genome, and what a cut or edit in both can do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.core.tables import shipped

PACKAGE = "ipse.modalities.editing"


@dataclass(frozen=True)
class Copies:
    """A gene and its copies: a row of ``tables/paralogues.tsv``.

    Attributes
    ----------
    kind
        ``paralogue`` (a copy that is a gene) or ``pseudogene``.
    between
        What is known to happen between the copies.
    """

    gene: str
    copies: tuple[str, ...]
    kind: str
    between: str
    note: str
    source: tuple[str, ...]


@cache
def paralogues() -> dict[str, Copies]:
    """Every gene of the shipped table."""
    return {
        row["gene"]: Copies(
            row["gene"],
            tuple(row["copies"].split()),
            row["kind"],
            row["between"],
            row["note"],
            row.source,
        )
        for row in shipped(PACKAGE, "paralogues")
    }


def paralogue_finding(
    gene: str, *, cuts: bool, searched: bool, matched: dict[str, int] | None = None
) -> Finding | None:
    """What a guide in a gene with a near-identical copy must expect.

    Parameters
    ----------
    gene
        Gene of the target.
    cuts
        Whether the editor makes double-strand breaks.
    searched
        Whether the copies' sequence was among what was searched for off-target sites.
    matched
        Copy -> fewest edits between the guide and a place in it, for the copies it fits within the
        limits of the search.

    Returns
    -------
    Finding or None
        None for a gene that the table does not list.
    """
    row = paralogues().get(gene)
    if row is None:
        return None
    names = _and(row.copies)
    matched = matched or {}
    if matched:
        fits = ", ".join(
            f"{name} with {edits} edit{'' if edits == 1 else 's'}" if edits else f"{name} exactly"
            for name, edits in sorted(matched.items(), key=lambda item: (item[1], item[0]))
        )
        checked = f"The guide fits {fits}."
    elif searched:
        checked = f"Within the limits of the search the guide does not fit {names}."
    else:
        checked = (
            f"Whether the guide fits {names} too could not be checked: reference and annotation at "
            "hand do not hold it."
        )
    danger = (
        "cuts in both copies can delete or turn round what lies between them, and a cut copy can "
        "be repaired with the other's sequence (gene conversion)"
        if cuts
        else "an editor that fits both edits both; nicks and the cuts that follow some of them can "
        "delete what lies between, and one copy can be repaired with the other's sequence (gene "
        "conversion)"
    )
    safe = searched and not matched
    return Finding(
        severity=Severity.CAUTION if safe else Severity.SERIOUS,
        code="paralogue",
        message=(
            f"{gene} has a near-identical {row.kind}, {names} ({row.between}). {checked} Expect: "
            f"{danger}."
        ),
        resolves=(
            "Place the guide where the copies differ, and count copies and sequence of both by "
            "long reads or long-range PCR in edited cells."
        ),
        evidence=tuple(
            Evidence(source=source, reason=f"{gene} and {names}: {row.between}")
            for source in row.source
        ),
    )


def _and(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
