"""Sequence Ontology terms: their order of severity, impact, and where each applies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cache

from ipse.core.tables import shipped
from ipse.genome.sense import Sense

DONOR, ACCEPTOR = "splice_donor_variant", "splice_acceptor_variant"


@cache
def _order() -> dict[str, int]:
    return {row["term"]: rank for rank, row in enumerate(shipped("ipse.genome", "so_terms"))}


@cache
def _limit(name: str) -> int:
    return shipped("ipse.genome", "consequence_limits")[name].integer("value")


def splice_site() -> int:
    """Length of a splice donor or acceptor site, in the intron [nt]."""
    return _limit("splice_site")


def accession(term: str) -> str:
    """Sequence Ontology accession of a term, e.g. ``SO:0001587``."""
    return shipped("ipse.genome", "so_terms")[term]["accession"]


def impact(terms: Iterable[str]) -> str:
    """``HIGH``, ``MODERATE``, ``LOW`` or ``MODIFIER``: that of the most severe term."""
    first = most_severe_first(terms)
    return shipped("ipse.genome", "so_terms")[first[0]]["impact"] if first else "MODIFIER"


def most_severe_first(terms: Iterable[str]) -> tuple[str, ...]:
    """Terms once each, in Ensembl VEP's order of severity (doi:10.1186/s13059-016-0974-4)."""
    return tuple(sorted(set(terms), key=_order().__getitem__))


def intron_terms(sense: Sense, start: int, end: int) -> set[str]:
    """Terms of a change of ``[start, end)`` on the sense axis that come from introns.

    An insertion (``start == end``) hits a splice site only where it lies between its bases;
    one at the border of exon and intron is exonic and in the splice region.
    """
    terms: set[str] = set()
    site, fifth = _limit("splice_site"), _limit("donor_fifth_base")
    in_exon, in_intron = _limit("splice_region_exon"), _limit("splice_region_intron")
    point = start == end

    def hit(low: int, high: int) -> bool:
        return start < high and end > low

    def touched(low: int, high: int) -> bool:
        return low <= start <= high if point else hit(low, high)

    starts, ends = sense.starts, sense.ends
    for exon in range(max(bisect_right(starts, start) - 2, 0), len(starts) - 1):
        low, high = ends[exon], starts[exon + 1]
        if low - in_exon > end:
            break
        if hit(low, min(low + site, high)):
            terms.add(DONOR)
        if hit(max(high - site, low), high):
            terms.add(ACCEPTOR)
        if hit(low + fifth - 1, min(low + fifth, high)):
            terms.add("splice_donor_5th_base_variant")
        if (
            hit(low - in_exon, low)
            or hit(high, high + in_exon)
            or touched(low + site, min(low + in_intron, high))
            or touched(max(high - in_intron, low), high - site)
            or (point and start in (low, high))
        ):
            terms.add("splice_region_variant")
        inner_low, inner_high = low + site, high - site
        if inner_low < inner_high and touched(inner_low, inner_high):
            terms.add("intron_variant")
    if terms and sense.cds is None:
        terms.add("non_coding_transcript_variant")
    return terms


def flank_terms(sense: Sense, start: int, end: int) -> set[str]:
    """``upstream_gene_variant`` and the like, for what lies outside the transcript."""
    flank = _limit("gene_flank")
    first, last = sense.starts[0], sense.ends[-1]
    if start < first and end <= first:
        return {"upstream_gene_variant" if first - end < flank else "intergenic_variant"}
    if start >= last:
        return {"downstream_gene_variant" if start - last < flank else "intergenic_variant"}
    return set()
