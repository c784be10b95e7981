"""Gene symbols: tell a gene that is not at hand from one that nobody knows."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ipse.core.errors import InputError
from ipse.core.tables import shipped
from ipse.genome.hgvs import parse

if TYPE_CHECKING:
    from ipse.genome.embedded import Genome


def known_symbols(genome: Genome) -> set[str]:
    """Symbols of the annotation at hand and of the shipped tables, in upper case."""
    symbols = set(genome.annotation.genes())
    symbols |= {row["gene"] for row in shipped("ipse.genome", "gene_symbols")}
    symbols |= {row["gene"] for row in shipped("ipse.patient", "gene_disease", unique=False)}
    return {symbol.upper() for symbol in symbols}


def check_symbol(text: str, genome: Genome) -> None:
    """Refuse a coding name written on a gene symbol that is known to nobody.

    Parameters
    ----------
    text
        HGVS text as stated; one with an accession, or of no protein-coding gene, passes.
    genome
        Reference and annotation at hand.

    Raises
    ------
    InputError
        With near matches. A gene that exists but is in no table must be named by its transcript.
    """
    try:
        named = parse(text)
    except InputError:
        return
    symbol = named.gene
    known = known_symbols(genome)
    if named.accession or named.kind != "c" or not symbol or symbol.upper() in known:
        return
    near = get_close_matches(symbol.upper(), sorted(known), n=4, cutoff=0.5)
    raise InputError(
        f"no gene {symbol!r} is known",
        field="HGVS text", value=text,
        expected="an approved gene symbol" + (f" such as {', '.join(near)}" if near else ""),
        next_step="correct the symbol; if it is right, name the transcript (NM_...) or give the "
        "VCF record, or install a genome with its annotation: ipse genome add",
    )  # fmt: skip
