"""A corrective cDNA under the gene's own promoter: at the start codon, or in the intron behind it.

At the start codon the whole code and a polyadenylation signal stand in the start codon's place; in
the intron behind the first coding exon, the end of that intron as a splice acceptor, the code of
all further exons and the signal. What lies behind is not read any more: one donor makes up for
every variant downstream.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ipse.core.sequence import on_strand
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import Nuclease, RepairRules
from ipse.modalities.editing.design.hdr.donor import (
    Donor,
    NoDonor,
    Piece,
    arm_length,
    make_donor,
    on_plus,
    written_into,
)
from ipse.modalities.editing.design.hdr.recode import longest_shared, recoded, share_recoded
from ipse.modalities.editing.design.hdr.rules import DonorRules, parts
from ipse.modalities.editing.design.hdr.sites import Cut, cuts, cuttable

Where = Literal["start-codon", "intron"]
MISMATCHES = 4
"""Mismatches up to which a place of the donor counts as one the guide may cut, as in a plan's
off-target search."""


@dataclass(frozen=True)
class Place:
    """Where a cDNA can stand.

    Attributes
    ----------
    exon
        Exon with the start codon, 1-based.
    low, high
        Cuts may lie left of these reference positions and all between.
    junction
        Reference position left of which the code begins at the start codon (right of it, on the
        plus strand, for a gene on the minus strand); None in an intron, where the cut decides.
    first
        First letter of the code that is read from the donor, counted in the coding sequence.
    """

    where: Where
    exon: int
    low: int
    high: int
    junction: int | None
    first: int


@dataclass(frozen=True)
class NoPlace:
    """Why a cDNA cannot stand somewhere: a code and one line."""

    where: Where
    code: str
    reason: str


@dataclass(frozen=True)
class Insert:
    """What is integrated, in the gene's sense.

    Attributes
    ----------
    pieces
        In order.
    code
        Coding letters of the donor with the stop codon.
    recoded_percent, longest_shared
        How much it differs from the gene's own code.
    """

    pieces: tuple[Piece, ...]
    code: str
    recoded_percent: float
    longest_shared: int

    @property
    def length(self) -> int:
        """Bases."""
        return sum(len(item.sequence) for item in self.pieces)


@dataclass(frozen=True)
class KnockIn:
    """A cut with the donor that integrates there.

    Attributes
    ----------
    cut
        Site and cuts as reference positions.
    replaced
        Reference stretch the insert takes the place of.
    safe
        Whether the guide fits nowhere in the donor.
    distance
        Bases between the cut and the start codon; 0 in an intron.
    """

    place: Place
    cut: Cut
    replaced: tuple[int, int]
    donor: Donor
    safe: bool
    distance: int


def places(transcript: Transcript, rules: RepairRules, donors: DonorRules) -> list[Place | NoPlace]:
    """The start codon, and the intron behind the exon that holds it."""
    assert transcript.cds is not None
    plus = transcript.strand == "+"
    begin = transcript.cds[0]
    exon = transcript.exon_number(begin)
    base = transcript.to_genomic(begin)
    junction = base if plus else base + 1
    reach = rules.max_cut_distance
    found: list[Place | NoPlace] = [
        Place("start-codon", exon, junction - reach, junction + reach, junction, 0)
    ]
    if exon == len(transcript.exons):
        return [*found, NoPlace("intron", "no-intron", "the code lies in the last exon alone")]
    here, behind = transcript.exons[exon - 1], transcript.exons[exon]
    low, high = (here[1], behind[0]) if plus else (behind[1], here[0])
    margin = donors.acceptor
    if high - low < 2 * margin:
        reason = f"intron {exon} has {high - low} bases; a cut keeps {margin} from both ends of it"
        return [*found, NoPlace("intron", "intron-too-short", reason)]
    first = transcript.exon_bounds(exon + 1)[0] - begin
    return [*found, Place("intron", exon, low + margin, high - margin, None, first)]


def insert_for(
    place: Place,
    transcript: Transcript,
    reference: Reference,
    changes: Sequence[GenomicVariant],
    donors: DonorRules,
) -> Insert:
    """What is put in at a place.

    Raises
    ------
    NotInReference
        If the end of the intron is not held.
    """
    native = transcript.cds_sequence
    written = recoded(native, place.first)
    code = written[place.first :]
    source = (f"refseq:{transcript.id}",) if transcript.id[:2] in ("NM", "NR") else ()
    signal = parts()["polya"]
    pieces = []
    if place.where == "intron":
        pieces.append(_acceptor(place, transcript, reference, changes, donors))
    pieces += [
        Piece("CDS", f"{transcript.gene} cDNA, recoded", code, sources=source),
        Piece("polyA_signal", signal.name, signal.dna, sources=signal.source),
    ]
    whole = -(-place.first // 3) * 3
    return Insert(
        tuple(pieces),
        code,
        share_recoded(native[whole:], written[whole:]),
        longest_shared(native[place.first :], code),
    )


def _acceptor(
    place: Place,
    transcript: Transcript,
    reference: Reference,
    changes: Sequence[GenomicVariant],
    donors: DonorRules,
) -> Piece:
    """End of the intron, with the patient's own bases."""
    start, end = transcript.exons[place.exon]
    first, last = (
        (start - donors.acceptor, start)
        if transcript.strand == "+"
        else (end, end + donors.acceptor)
    )
    bases, _ = written_into(reference.fetch(transcript.contig, first, last), first, changes)
    sense = on_strand(bases, transcript.strand)
    label = f"end of intron {place.exon}: branch point and splice acceptor"
    return Piece("misc_feature", label, sense, sources=donors.acceptor_source)


def guides_at(
    place: Place, contig: str, reference: Reference, nucleases: Sequence[Nuclease]
) -> list[Cut]:
    """Guides that cut at a place, as reference positions; none over bases that are not held.

    Raises
    ------
    NotInReference
        If the place is not held.
    """
    margin = max(item.length + len(item.pam) for item in nucleases)
    margin += max(abs(offset) for item in nucleases for offset in item.cuts)
    held = [one for one in reference.held(contig) if one[0] <= place.low and place.high <= one[1]]
    low, high = place.low - margin, place.high + margin
    if held:
        low, high = max(low, held[0][0]), min(high, held[0][1])
    letters = reference.fetch(contig, low, high)
    return [
        _moved(item, low) for item in cuts(letters, nucleases, place.low - low, place.high - low)
    ]


def _moved(cut: Cut, by: int) -> Cut:
    site = cut.site
    moved = type(site)(
        site.strand, site.start + by, site.spacer, site.pam, site.cut + by, site.cut_other + by
    )
    return Cut(moved, cut.nucleases)


def extent(cut: Cut) -> tuple[int, int]:
    """Reference stretch of protospacer and PAM, 0-based half-open."""
    site, width = cut.site, len(cut.nuclease.pam)
    right = (site.strand == "+") == (cut.nuclease.pam_side == "3prime")
    return site.start - width * (not right), site.start + site.length + width * right


def knock_in(
    place: Place,
    cut: Cut,
    insert: Insert,
    transcript: Transcript,
    reference: Reference,
    changes: Sequence[GenomicVariant],
    rules: RepairRules,
    donors: DonorRules,
) -> KnockIn | NoDonor:
    """Write the donor for one cut.

    At the start codon one arm ends there and the other begins at the cut, or there too if the cut
    lies before it: the bases between are not read any more.
    """
    near, far = cut.site.between
    if place.junction is None:
        replaced, distance = (near, near), 0
    elif transcript.strand == "+":
        replaced = (place.junction, max(place.junction, near))
        distance = max(near - place.junction, place.junction - far, 0)
    else:
        replaced = (min(place.junction, far), place.junction)
        distance = max(near - place.junction, place.junction - far, 0)
    pieces = on_plus(insert.pieces, transcript.strand)
    donor = make_donor(reference, transcript.contig, replaced, pieces, changes, donors)
    if isinstance(donor, NoDonor):
        return donor
    return KnockIn(place, cut, replaced, donor, _safe(donor, cut, rules), distance)


def _safe(donor: Donor, cut: Cut, rules: RepairRules) -> bool:
    """Whether the guide fits nowhere in the donor, and so nowhere in the edited allele either."""
    spacer, text = cut.site.spacer, donor.sequence
    for strand, start in cuttable(text, spacer, cut.nuclease, rules):
        there = on_strand(text[start : start + len(spacer)], strand)
        if sum(a != b for a, b in zip(there, spacer, strict=True)) <= MISMATCHES:
            return False
    return True


def too_long(insert: Insert, donors: DonorRules) -> bool:
    """Whether no arms leave room for an insert."""
    return arm_length(insert.length, donors) is None


def shortest_insert(transcript: Transcript, place: Place, donors: DonorRules) -> int:
    """Bases of an insert, told without any sequence of the locus."""
    acceptor = donors.acceptor if place.where == "intron" else 0
    return transcript.cds_length - place.first + len(parts()["polya"].dna) + acceptor


def downstream(transcript: Transcript, knock: KnockIn, change: GenomicVariant) -> bool:
    """Whether a variant lies where the gene is not read any more after the integration."""
    if transcript.strand == "+":
        return change.start >= knock.replaced[0]
    return change.end <= knock.replaced[1]
