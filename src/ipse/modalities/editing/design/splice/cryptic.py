"""Cryptic splice sites: does a variant make or strengthen one, and what would be spliced then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipse.genome.sense import sense_of
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.splice.places import PlacedSite, least_gain, rule
from ipse.modalities.editing.design.splice.sites import (
    CORE,
    WORKING,
    SiteKind,
    known_scores,
    matrix,
    score_at,
)


@dataclass(frozen=True)
class Cryptic:
    """A site a variant makes or strengthens.

    Attributes
    ----------
    site
        On the patient's allele.
    before, after
        Score without and with the variant [bit].
    created
        Whether the two bases next to the border are no working pair without the variant.
    """

    site: PlacedSite
    before: float
    after: float
    created: bool


def cryptic_sites(allele: Allele, transcript: Transcript) -> list[Cryptic]:
    """Sites the variant of an allele makes or strengthens; greatest score first.

    A site counts if it scores no less than the weakest 5 % of known sites with the variant, and
    gains at least the cited number of bits by it. Borders of the transcript's own exons are not
    cryptic and do not count.
    """
    plus = transcript.strand == "+"
    own = _own_borders(transcript)
    found: list[Cryptic] = []
    for kind in ("donor", "acceptor"):
        found += _of_kind(kind, allele, plus, own[kind])
    return sorted(found, key=lambda item: -item.after)


def _of_kind(kind: SiteKind, allele: Allele, plus: bool, own: frozenset[int]) -> list[Cryptic]:
    at = matrix(kind)
    least, gain = dict(known_scores(kind))[5], least_gain()
    first, last = CORE[kind]
    size = len(allele.sequence)
    start = allele.at if plus else size - allele.at - len(allele.alt)
    end = start + len(allele.alt)
    normal = _sense(allele.corrected, plus)
    shift = len(allele.ref) - len(allele.alt)
    sense = _sense(allele.sequence, plus)
    found = []
    for border in range(max(0, start - at.after), min(size, end + at.before) + 1):
        pair = sense[border + first : border + last]
        if pair not in WORKING[kind]:
            continue
        value = score_at(kind, sense, border)
        site = PlacedSite(kind, allele, plus, border)
        if value is None or value < least or site.genomic(0) in own:
            continue
        # the same border on the allele without the variant, counted from the nearer unchanged side
        there = [border] if border <= start else []
        there += [border + shift] if border >= end else []
        old = [score_at(kind, normal, place) for place in there]
        before = max((item for item in old if item is not None), default=float("-inf"))
        pairs = {normal[place + first : place + last] for place in there}
        created = not pairs & WORKING[kind]
        if value - before >= gain:
            found.append(Cryptic(site, before, value, created))
    return found


def _sense(plus_strand: str, plus: bool) -> str:
    from ipse.core.sequence import reverse_complement

    return plus_strand if plus else reverse_complement(plus_strand)


def _own_borders(transcript: Transcript) -> dict[SiteKind, frozenset[int]]:
    """Genomic positions of the base behind each border of the transcript, in gene direction."""
    plus = transcript.strand == "+"
    donors = [end if plus else start - 1 for start, end in transcript.exons[:-1]]
    acceptors = [start if plus else end - 1 for start, end in transcript.exons[1:]]
    return {"donor": frozenset(donors), "acceptor": frozenset(acceptors)}


@dataclass(frozen=True)
class Where:
    """Where a place lies in a transcript.

    Attributes
    ----------
    exon
        Exon it lies in, 1-based; None in an intron.
    intron
        Intron it lies in, 1-based; None in an exon.
    distance
        Bases from the nearest exon; 0 in an exon.
    """

    exon: int | None
    intron: int | None
    distance: int

    @property
    def deep(self) -> bool:
        """Whether it is deep in an intron."""
        return self.exon is None and self.distance >= rule("deep_intronic")


def where(transcript: Transcript, position: int) -> Where | None:
    """Where a reference position (0-based) lies in a transcript; None outside it."""
    if not transcript.start <= position < transcript.end:
        return None
    place, offset = transcript.to_transcript(position)
    number = transcript.exon_number(place)
    if offset == 0:
        return Where(number, None, 0)
    return Where(None, number if offset > 0 else number - 1, abs(offset))


@dataclass(frozen=True)
class Pseudoexon:
    """The likely other end of an exon that a cryptic site would make out of intron.

    Attributes
    ----------
    partner
        Site of the other kind.
    length
        Bases of the pseudo-exon [nt].
    score
        Of the partner [bit].
    """

    partner: PlacedSite
    length: int
    score: float


def pseudoexons(cryptic: Cryptic, most: int = 3) -> list[Pseudoexon]:
    """Likely other ends of a pseudo-exon, best-scoring first.

    A cryptic donor looks for acceptors upstream, a cryptic acceptor for donors downstream, within
    the cited lengths; only sites that score no less than the weakest 5 % of known ones.

    Parameters
    ----------
    most
        Most to name: a list for the reader, the first is used.
    """
    site = cryptic.site
    kind: SiteKind = "acceptor" if site.kind == "donor" else "donor"
    least = dict(known_scores(kind))[5]
    first, last = CORE[kind]
    sense = site.sense
    direction = -1 if kind == "acceptor" else 1
    found = []
    for length in range(rule("pseudoexon_shortest"), rule("pseudoexon_longest") + 1):
        border = site.border + direction * length
        if sense[max(0, border + first) : max(0, border + last)] not in WORKING[kind]:
            continue
        value = score_at(kind, sense, border)
        if value is not None and value >= least:
            partner = PlacedSite(kind, site.allele, site.plus, border)
            found.append(Pseudoexon(partner, length, value))
    return sorted(found, key=lambda item: (-item.score, item.length))[:most]


def added_bases(cryptic: Cryptic, transcript: Transcript) -> tuple[int, int] | None:
    """Exon an intronic cryptic site near it would lengthen, and by how many bases.

    Returns
    -------
    tuple or None
        (exon, bases): a cryptic acceptor upstream of the exon's own within the intron before it,
        or a cryptic donor downstream of the exon's own. None deep in an intron or in an exon.
    """
    site = cryptic.site
    sense = sense_of(transcript)
    position = site.genomic(0)
    at = position if site.plus else -position - 1
    reach = rule("pseudoexon_longest")
    for number, (start, end) in enumerate(zip(sense.starts, sense.ends, strict=True), 1):
        if site.kind == "acceptor" and number > 1 and 0 < start - at <= reach:
            return number, start - at
        if site.kind == "donor" and number < len(sense.starts) and 0 < at - end <= reach:
            return number, at - end
    return None


def lost_bases(cryptic: Cryptic, exons: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Exon a cryptic site inside it would shorten, and by how many bases; None outside exons."""
    site = cryptic.site
    position = site.genomic(0)
    for number, (start, end) in enumerate(exons, 1):
        inside = start <= position < end
        if not inside:
            continue
        upstream = position - start if site.plus else end - 1 - position
        downstream = (end - start) - upstream
        return number, downstream if site.kind == "donor" else upstream
    return None
