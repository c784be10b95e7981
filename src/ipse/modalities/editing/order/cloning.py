"""Cloning oligonucleotides: annealed pairs for guide plasmids, three pairs for a pegRNA."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ipse.core.sequence import reverse_complement
from ipse.modalities.editing.order.guides import u6_start
from ipse.modalities.editing.order.parts import Backbone, Enzyme, Scaffold

JUNCTION = 4
"""Bases of overhang that the type IIS enzymes of the table leave."""


@dataclass(frozen=True)
class Pair:
    """Two oligonucleotides that anneal to an insert with sticky ends.

    Attributes
    ----------
    part
        What the pair is: ``guide``, or ``spacer``, ``scaffold`` and ``extension`` of a pegRNA.
    top, bottom
        5' to 3', as ordered.
    phosphate
        Whether they must carry 5' phosphates.
    note
        What was added, in words.
    """

    part: str
    top: str
    bottom: str
    phosphate: bool = False
    note: str = ""


def guide_pair(spacer: str, backbone: Backbone) -> Pair:
    """The annealed pair that brings a spacer into a guide plasmid.

    A G is put before a spacer that does not begin with one, where the spacer begins the U6
    transcript; behind a direct repeat nothing is added.
    """
    repeat_first = "Cas12a" in backbone.enzyme
    start = None if repeat_first else u6_start(spacer)
    insert = (start.added if start else "") + spacer
    return Pair(
        part="guide",
        top=backbone.top + insert,
        bottom=backbone.bottom + reverse_complement(insert),
        note="the direct repeat stands before it" if start is None else start.note,
    )


def pegrna_pairs(
    spacer: str, extension: str, scaffold: Scaffold, backbone: Backbone
) -> tuple[Pair, ...]:
    """The three pairs of a Golden Gate assembly of a pegRNA.

    Spacer, scaffold and 3' extension meet in the scaffold's own bases: the spacer's pair carries
    its first five, the extension's pair its last four.

    Parameters
    ----------
    spacer
        DNA letters.
    extension
        Reverse-transcription template, primer-binding site, linker and motif, DNA letters.
    scaffold
        Constant part, as in the cited scheme.
    backbone
        Acceptor plasmid; its ``bottom`` overhang is the one behind the extension.
    """
    start = u6_start(spacer)
    insert = start.added + spacer
    body = scaffold.sequence
    first = 5  # bases of the scaffold on the spacer's top strand, as in the cited scheme
    return (
        Pair(
            "spacer",
            backbone.top + insert + body[:first],
            reverse_complement(insert + body[: first + JUNCTION]),
            note=start.note,
        ),
        Pair(
            "scaffold",
            body[first:-JUNCTION],
            reverse_complement(body[first + JUNCTION :]),
            phosphate=True,
            note="the same for every pegRNA of this scaffold",
        ),
        Pair(
            "extension",
            body[-JUNCTION:] + extension,
            backbone.bottom + reverse_complement(extension),
        ),
    )


def sites(sequence: str, enzyme: Enzyme) -> Iterator[tuple[int, str]]:
    """Places of an enzyme's site in a sequence, 0-based, with the strand it is read on."""
    for strand, site in (("+", enzyme.site), ("-", reverse_complement(enzyme.site))):
        place = sequence.find(site)
        while place >= 0:
            yield place, strand
            place = sequence.find(site, place + 1)


def insert_sites(top: str, bottom_overhang: str, enzyme: Enzyme) -> list[tuple[int, str]]:
    """Sites of the cloning enzyme in an insert as it stands in the plasmid.

    The insert is read with both overhangs, so that a site made at a junction is seen.

    Parameters
    ----------
    top
        Top oligonucleotide with its overhang.
    bottom_overhang
        Overhang of the bottom one, whose reverse complement follows the top one.
    """
    return sorted(sites(top + reverse_complement(bottom_overhang), enzyme))
