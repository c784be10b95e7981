"""How a disease of a gene is inherited, and what restoring one allele is expected to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ipse.core.tables import Row, shipped


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
    """

    gene: str
    disease_id: str
    disease: str
    inheritance: str
    mechanism: str
    one_allele: str
    source: tuple[str, ...]

    @property
    def recessive(self) -> bool | None:
        """Whether both alleles must be affected; None where both ways are reported."""
        ways = {way.strip() in ("AR", "XLR") for way in self.inheritance.split("/")}
        return ways.pop() if len(ways) == 1 else None


def inheritance(gene: str, disease_id: str = "") -> list[Inheritance]:
    """Rows for a gene, and for one disease of it if that is given and known.

    Parameters
    ----------
    gene
        Symbol.
    disease_id
        Id of the diagnosis; empty for all of the gene's diseases.

    Returns
    -------
    list of Inheritance
        Rows of exactly that disease; all rows of the gene if no id is given. Empty if nothing is
        known: that is not the same as any kind of inheritance.
    """
    rows = [row for row in _table() if row.gene == gene]
    if not disease_id:
        return rows
    return [row for row in rows if row.disease_id.upper() == disease_id.upper()]


@cache
def _table() -> tuple[Inheritance, ...]:
    if not files("ipse.patient").joinpath("tables", "gene_disease.tsv").is_file():
        return ()
    table = shipped("ipse.patient", "gene_disease", unique=False)
    words = {(row["gene"], row["disease_id"]): row["one_allele"] for row in table}
    return tuple(_row(row, words) for row in table)


def _row(row: Row, words: dict[tuple[str, str], str]) -> Inheritance:
    # a row may say "as for OMIM:237300" where the same disease has a second id
    one_allele = row["one_allele"]
    one_allele = words.get((row["gene"], one_allele.removeprefix("as for ")), one_allele)
    return Inheritance(
        gene=row["gene"],
        disease_id=row["disease_id"],
        disease=row["disease"],
        inheritance=row["inheritance"],
        mechanism=row["mechanism"],
        one_allele=one_allele,
        source=row.source,
    )
