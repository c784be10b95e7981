"""Which exons a deletion takes: from its place, or from a name that leaves the breakpoints open."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ipse.core.errors import InputError
from ipse.genome import legacy
from ipse.genome.hgvs.model import Position
from ipse.genome.sense import Sense, sense_of
from ipse.genome.transcript import Transcript
from ipse.patient.variants import Variant

_NUMBER = r"\d+"
_OPEN = rf"(?:\?|\*?-?{_NUMBER}(?:[+-](?:\?|{_NUMBER}))?)"
_UNSURE = re.compile(
    rf"c\.\({_OPEN}_(?P<first>{_NUMBER})-1\)_\((?P<last>{_NUMBER})\+1_{_OPEN}\)del"
)
_OLD = re.compile(rf"c\.(?P<first>{_NUMBER})-\?_(?P<last>{_NUMBER})\+\?del")
_WORDS = re.compile(
    r"(?:del(?:etion)?\b[^0-9]{0,20}?(?:exons?|ex)?\s*(?P<a>\d+)\s*(?:(?:-|–|to|_)\s*(?P<b>\d+))?"
    r"|exons?\s*(?P<c>\d+)\s*(?:(?:-|–|to|_)\s*(?P<d>\d+))?\s*del(?:etion|eted)?\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ExonLoss:
    """Whole exons a deletion takes.

    Attributes
    ----------
    exons
        1-based numbers, in order.
    located
        Whether the breakpoints are known.
    basis
        What says so, in words.
    """

    exons: tuple[int, ...]
    located: bool
    basis: str


def exon_loss(variant: Variant, transcript: Transcript) -> ExonLoss | str:
    """Exons a deletion takes whole, or why that cannot be told, in one line.

    An empty reason: the variant is no deletion of exons.
    """
    if variant.located:
        return _by_place(variant, transcript)
    name = variant.hgvs_c.rpartition(":")[2].replace(" ", "")
    for pattern in (_UNSURE, _OLD):
        match = pattern.fullmatch(name)
        if match:
            return _by_borders(int(match["first"]), int(match["last"]), transcript)
    match = _WORDS.search(variant.label) if variant.label else None
    if match:
        first = int(match["a"] or match["c"])
        last = int(match["b"] or match["d"] or first)
        return _by_numbers(first, last, transcript)
    return ""


def _by_place(variant: Variant, transcript: Transcript) -> ExonLoss | str:
    start, end = variant.start, variant.end
    if start is None or end is None or variant.alt or variant.contig != transcript.contig:
        return ""
    whole, cut = [], []
    for number, (a, b) in enumerate(transcript.exons, 1):
        if start <= a and b <= end:
            whole.append(number)
        elif start < b and a < end:
            cut.append(number)
    if not whole:
        return ""
    if cut:
        names = " and ".join(str(number) for number in cut)
        return f"the deletion ends inside exon {names}: how its rest is spliced is not known"
    return ExonLoss(tuple(whole), True, "breakpoints as stated")


def _by_borders(first: int, last: int, transcript: Transcript) -> ExonLoss | str:
    """From the first and last coding base that is gone."""
    sense = sense_of(transcript)
    a, b = _place(sense, first), _place(sense, last)
    if a is None or b is None or a not in sense.starts or b + 1 not in sense.ends:
        wrong = first if a is None or a not in sense.starts else last
        side = "begins" if wrong == first else "ends"
        return f"c.{wrong} is not where an exon of {transcript.id} {side}"
    numbers = range(sense.starts.index(a) + 1, sense.ends.index(b + 1) + 2)
    return ExonLoss(tuple(numbers), False, "the name states exons, not breakpoints")


def _place(sense: Sense, base: int) -> int | None:
    try:
        return sense.place(Position(base, 0, "cds_start"))
    except InputError:
        return None


def _by_numbers(first: int, last: int, transcript: Transcript) -> ExonLoss | str:
    """From exon numbers, traditional ones where the gene has them."""
    count = len(transcript.exons)
    names = [legacy.exon_name(f"exon {number}", transcript.gene) for number in (first, last)]
    low, high = (names[0].ordinal if names[0] else 0), (names[1].ordinal if names[1] else 0)
    if not 1 <= low <= high <= count:
        return f"{transcript.id} has exons 1 to {count}, not {first} to {last}"
    same = (low, high) == (first, last)
    counted = "as the transcript counts them" if same else f"{low} to {high} of {transcript.id}"
    return ExonLoss(
        tuple(range(low, high + 1)), False,
        f"the label states exons {first} to {last}, {counted}, not breakpoints",
    )  # fmt: skip
