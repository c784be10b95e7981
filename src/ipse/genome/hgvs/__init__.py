"""HGVS nomenclature: parse, hold and format descriptions of sequence variants.

Source: HGVS Nomenclature, https://hgvs-nomenclature.org (den Dunnen et al. 2016,
doi:10.1002/humu.22981; Hart et al. 2024, doi:10.1186/s13073-024-01421-5).
"""

from ipse.genome.hgvs.model import Datum, Hgvs, Kind, NucleotideEdit, Position, ProteinEdit
from ipse.genome.hgvs.parse import OpenBreakpointsError, parse

__all__ = [
    "Datum", "Hgvs", "Kind", "NucleotideEdit", "OpenBreakpointsError", "Position", "ProteinEdit",
    "parse",
]  # fmt: skip
