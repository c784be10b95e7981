"""How a disease of a gene is inherited, and what restoring one allele is expected to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from ipse.core.tables import Row, shipped

SAME_AS = "as for "
"""How a row of ``tables/gene_disease.tsv`` points to another row of the same disease."""


@dataclass(frozen=True, slots=True)
class Inheritance:
    """A row of ``tables/gene_disease.tsv``.

    Attributes
    ----------
    gene
        Symbol.
    disease_id, disease
        OMIM or MONDO id and name.
    inheritance
        ``AD``, ``AR``, ``XLR``, ``XLD``, ``MT``, or ``AD/AR`` where both are reported.
    mechanism
        What goes wrong, e.g. loss of function, gain of function, dominant negative, splicing.
    one_allele
        What restoring one allele is expected to do, in one sentence.
    source
        Identifiers it rests on.
    same_as
        Id of the row that holds the text, where this one is the same disease by another id.
    """

    gene: str
    disease_id: str
    disease: str
    inheritance: str
    mechanism: str
    one_allele: str
    source: tuple[str, ...]
    same_as: str = ""

    @property
    def recessive(self) -> bool | None:
        """Whether both alleles must be affected; None where both ways are reported."""
        ways = {way.strip() in ("AR", "XLR") for way in self.inheritance.split("/")}
        return ways.pop() if len(ways) == 1 else None


def inheritance(gene: str, disease_id: str = "") -> list[Inheritance]:
    """Rows for a disease of a gene.

    Parameters
    ----------
    gene
        Symbol.
    disease_id
        Id of the diagnosis; empty if the case states none.

    Returns
    -------
    list of Inheritance
        Rows of exactly that disease. Without an id, one row if all of the gene's rows are one
        disease, under the name *GENE-related disease*: the case states no other. Empty if nothing
        is known, or if without an id several diseases could be meant: that is not the same as any
        kind of inheritance.
    """
    rows = [row for row in _table() if row.gene == gene]
    if disease_id:
        return [row for row in rows if row.disease_id.upper() == disease_id.upper()]
    one_id = len({row.same_as or row.disease_id for row in rows}) == 1
    one_name = len({row.disease.casefold() for row in rows}) == 1
    one_way = len({row.inheritance for row in rows}) == 1
    if not one_way or not (one_id or one_name):
        return []
    return [replace(rows[0], disease=f"{gene}-related disease", disease_id="")]


def is_recessive(gene: str, disease_id: str = "") -> bool | None:
    """Whether the disease is recessive; None if that is not settled.

    Without an id, it is settled if all diseases of the gene in the table agree.
    """
    rows = [row for row in _table() if row.gene == gene]
    if disease_id:
        rows = inheritance(gene, disease_id)
    ways = {row.recessive for row in rows}
    return ways.pop() if len(ways) == 1 else None


@cache
def _table() -> tuple[Inheritance, ...]:
    if not files("ipse.patient").joinpath("tables", "gene_disease.tsv").is_file():
        return ()
    table = shipped("ipse.patient", "gene_disease", unique=False)
    words = {(row["gene"], row["disease_id"]): row["one_allele"] for row in table}
    return tuple(_row(row, words) for row in table)


def _row(row: Row, words: dict[tuple[str, str], str]) -> Inheritance:
    # a row may say "as for OMIM:237300" where the same disease has a second id
    named = row["one_allele"].removeprefix(SAME_AS)
    same_as = named if (row["gene"], named) in words else ""
    one_allele = words[row["gene"], named] if same_as else row["one_allele"]
    return Inheritance(
        gene=row["gene"],
        disease_id=row["disease_id"],
        disease=row["disease"],
        inheritance=row["inheritance"],
        mechanism=row["mechanism"],
        one_allele=one_allele,
        source=row.source,
        same_as=same_as,
    )
