"""The cited tables behind an order as typed records: scaffolds, enzymes, backbones, ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from ipse.core.tables import Row, shipped

PACKAGE = "ipse.modalities.editing"
Side = Literal["3prime", "5prime"]


@dataclass(frozen=True)
class Scaffold:
    """The constant part of a guide RNA: a row of ``tables/scaffolds.tsv``.

    Attributes
    ----------
    enzyme
        Protein it binds, e.g. ``SpCas9``.
    side
        On which side of the spacer it stands.
    sequence
        DNA letters, 5' to 3'.
    tail
        What a synthetic guide has after it (the T run that ends a U6 transcript).
    default
        Whether it is the one used unless another is asked for.
    """

    name: str
    enzyme: str
    side: Side
    sequence: str
    tail: str
    default: bool
    source: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Enzyme:
    """A restriction enzyme that cuts beside its site: a row of ``tables/enzymes.tsv``.

    Attributes
    ----------
    cut_top, cut_bottom
        Bases between the end of the site and the cut, on the site's strand and on the other.
    """

    name: str
    site: str
    cut_top: int
    cut_bottom: int
    source: tuple[str, ...]


@dataclass(frozen=True)
class Backbone:
    """A plasmid that a guide is cloned into: a row of ``tables/backbones.tsv``.

    Attributes
    ----------
    enzyme
        Protein whose scaffold (or direct repeat) it holds.
    takes
        ``guide`` or ``pegRNA``.
    cut_with
        Name of the restriction enzyme, empty where not confirmed.
    brings
        Nuclease that the plasmid expresses beside the guide, empty for none: such a plasmid would
        cut where a base or prime editor is to edit.
    top, bottom
        Overhangs the two oligonucleotides carry at their 5' ends.
    """

    name: str
    enzyme: str
    takes: Literal["guide", "pegRNA"]
    cut_with: str
    brings: str
    top: str
    bottom: str
    addgene: str
    source: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Ends:
    """Chemical protection of a synthetic guide: a row of ``tables/modifications.tsv``.

    Attributes
    ----------
    first, last
        Nucleotides with 2'-O-methyl and phosphorothioate at the 5' and the 3' end.
    """

    name: str
    first: int
    last: int
    default: bool
    source: tuple[str, ...]


@cache
def scaffolds() -> tuple[Scaffold, ...]:
    """Every scaffold of the shipped table."""
    return tuple(
        Scaffold(
            name=row["name"],
            enzyme=row["enzyme"],
            side=_side(row["side"]),
            sequence=row["sequence"],
            tail=row["tail"],
            default=row["used"] == "default",
            source=row.source,
            note=row["note"],
        )
        for row in shipped(PACKAGE, "scaffolds")
    )


def scaffold_of(enzyme: str) -> Scaffold | None:
    """The default scaffold of a protein, None where the table has none."""
    return next((row for row in scaffolds() if row.enzyme == enzyme and row.default), None)


@cache
def enzymes() -> dict[str, Enzyme]:
    """Every restriction enzyme of the shipped table, by name."""
    return {
        row["name"]: Enzyme(
            row["name"], row["site"], row.integer("cut_top"), row.integer("cut_bottom"), row.source
        )
        for row in shipped(PACKAGE, "enzymes")
    }


@cache
def backbones() -> tuple[Backbone, ...]:
    """Every backbone of the shipped table, in its order."""
    return tuple(
        Backbone(
            name=row["name"],
            enzyme=row["enzyme"],
            takes="pegRNA" if row["takes"] == "pegRNA" else "guide",
            cut_with=row["cut_with"],
            brings=row["brings"],
            top=row["top"],
            bottom=row["bottom"],
            addgene=row["addgene_id"],
            source=row.source,
            note=row["note"],
        )
        for row in shipped(PACKAGE, "backbones")
    )


def guide_backbones(enzyme: str | None, *, cuts: bool) -> tuple[Backbone, ...]:
    """Plasmids for a guide; those that bring a nuclease only where a cut is wanted."""
    return tuple(
        row
        for row in backbones()
        if row.takes == "guide" and row.enzyme == enzyme and (cuts or not row.brings)
    )


@cache
def ends() -> Ends:
    """The default protection of a synthetic guide's ends."""
    return next(
        Ends(row["name"], row.integer("first"), row.integer("last"), True, row.source)
        for row in shipped(PACKAGE, "modifications")
        if row["used"] == "default"
    )


def bench(name: str) -> Row:
    """One row of ``tables/bench.tsv``: a threshold or rule of the bench."""
    return shipped(PACKAGE, "bench")[name]


@cache
def _systems() -> tuple[Row, ...]:
    return shipped(PACKAGE, "guide_systems").rows


def enzyme_of(editor: str, pam_pattern: str, pam_side: str) -> str | None:
    """Protein whose guide RNA an editor takes.

    An editor listed by name in ``tables/guide_systems.tsv`` comes first; otherwise the PAM tells,
    where it belongs to one protein alone (all PAM variants of SpCas9 take SpCas9's guide).

    Returns
    -------
    str or None
        E.g. ``SpCas9``; None where the table does not tell.
    """
    rows = [row for row in _systems() if row["pam_side"] == pam_side]
    for row in rows:
        if editor in [name.strip() for name in row["editors"].split(";")]:
            return row["enzyme"]
    fitting = [row["enzyme"] for row in rows if pam_pattern in row["pams"].split()]
    return fitting[0] if len(fitting) == 1 else None


def _side(text: str) -> Side:
    return "5prime" if text == "5prime" else "3prime"
