"""What was published of re-splicing by editing: rows of ``tables/splice_precedents.tsv``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from ipse.core.evidence import Evidence, Level
from ipse.core.tables import shipped
from ipse.modalities.editing.catalogue import PACKAGE

ANY = "*"


@dataclass(frozen=True)
class SplicePrecedent:
    """A published case of re-splicing.

    Attributes
    ----------
    gene
        Symbol, or ``*`` for a method shown on several genes.
    aim
        ``skip``, ``cryptic``, ``include``, or ``short_protein`` for what is known of the shortened
        proteins themselves.
    target
        Exon or exons, the variant's c. description, or the base; empty for any.
    way
        As in ``SpliceParts.way``, or another one that is not designed here.
    spacer
        Guide that was used; empty where it was not read.
    """

    gene: str
    aim: str
    target: str
    way: str
    editor: str
    spacer: str
    level: Level
    outcome: str
    source: tuple[str, ...]

    def very_edit(self, way: str, editor: str, spacer: str) -> bool:
        """Whether way, enzyme and guide are these."""
        return bool(self.spacer) and (self.way, self.editor, self.spacer) == (way, editor, spacer)


@cache
def splice_precedents() -> tuple[SplicePrecedent, ...]:
    """Every row of the shipped table."""
    return tuple(
        SplicePrecedent(
            row["gene"], row["aim"], row["target"], row["way"], row["editor"], row["spacer"],
            Level(row["level"]), row["outcome"], row.source,
        )
        for row in shipped(PACKAGE, "splice_precedents", unique=False)
    )  # fmt: skip


def of_target(gene: str, aim: str, target: str) -> list[SplicePrecedent]:
    """Rows of this very gene, aim and target."""
    return [
        row for row in splice_precedents() if (row.gene, row.aim, row.target) == (gene, aim, target)
    ]


def of_method(aim: str, way: str, editor_kind: str) -> list[SplicePrecedent]:
    """Rows that show the method on other genes."""
    return [
        row
        for row in splice_precedents()
        if (row.gene, row.aim, row.way, row.editor) == (ANY, aim, way, editor_kind)
    ]


def short_protein(gene: str) -> list[SplicePrecedent]:
    """What is known of proteins of a gene that lack exons in frame."""
    return [row for row in splice_precedents() if (row.gene, row.aim) == (gene, "short_protein")]


def level_of(
    rows: Iterable[SplicePrecedent], way: str, editor: str, spacer: str
) -> tuple[Level | None, bool]:
    """Strongest level of the very edit and True; ``analogy`` and False if only the aim agrees."""
    rows = list(rows)
    same = [row.level for row in rows if row.very_edit(way, editor, spacer)]
    if same:
        return min(same, key=lambda level: level.rank), True
    return (Level.ANALOGY, False) if rows else (None, False)


def evidence_from(
    rows: Iterable[SplicePrecedent], way: str, editor: str, spacer: str
) -> Iterator[Evidence]:
    """Rows as evidence: their own level for the very edit, else an analogy."""
    for row in rows:
        same = row.very_edit(way, editor, spacer)
        for source in row.source:
            yield Evidence(
                source=source,
                reason=row.outcome,
                level=row.level if same else Level.ANALOGY,
            )
