"""Silent changes of a template that keep the nuclease from cutting the repaired allele again.

A repair is undone if the guide still fits the repaired allele. A change of the PAM, or of bases in
the seed, prevents it; it must not change the protein, nor lie where it could disturb splicing, and
no new site of the guide may come of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from ipse.core.sequence import complement, on_strand
from ipse.genome.consequence import consequence
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import Nuclease, RepairRules
from ipse.modalities.editing.design.hdr.sites import (
    BASES,
    Site,
    cuttable,
    pam_letters,
    pam_lost,
    pam_place,
    seed_positions,
)

KINDS = {
    "synonymous": "synonymous",
    "intron": "in an intron, clear of splice sites and branch point",
    "outside": "outside the transcript",
    "3_prime_utr": "in the 3' untranslated region",
    "5_prime_utr": "in the 5' untranslated region",
}
"""Kinds of silent change, the one whose effect is known best first."""

START = "ATG"

_TERMS = {
    "synonymous_variant": "synonymous",
    "intron_variant": "intron",
    "upstream_gene_variant": "outside",
    "downstream_gene_variant": "outside",
    "intergenic_variant": "outside",
    "3_prime_UTR_variant": "3_prime_utr",
    "5_prime_UTR_variant": "5_prime_utr",
}


@dataclass(frozen=True)
class Blocking:
    """Changes against a second cut.

    Attributes
    ----------
    changes
        Substitutions of the reference, plus strand, by position.
    kinds
        What each is, of :data:`KINDS`.
    place
        ``pam`` or ``seed``.
    """

    changes: tuple[GenomicVariant, ...]
    kinds: tuple[str, ...]
    place: str


@dataclass
class Silence:
    """Says which substitutions of the reference leave protein and splicing as they are.

    Parameters
    ----------
    transcript
        Transcript they are judged on.
    margin
        Distance from the end of an intron within which its branch point lies [nt].
    kozak
        Bases before the start codon that decide how it is read [nt].
    """

    reference: Reference
    transcript: Transcript
    margin: int
    kozak: int
    _known: dict[GenomicVariant, str | None] = field(default_factory=dict)

    def kind(self, change: GenomicVariant) -> str | None:
        """Kind of one silent substitution, None if it is not silent."""
        if change not in self._known:
            self._known[change] = self._kind(change)
        return self._known[change]

    def _kind(self, change: GenomicVariant) -> str | None:
        terms = consequence([change], self.transcript, self.reference).terms
        kinds = {_TERMS.get(term, "") for term in terms}
        if len(kinds) != 1 or "" in kinds:
            return None
        (kind,) = kinds
        if kind == "intron":
            _, offset = self.transcript.to_transcript(change.start)
            if -self.margin <= offset < 0:
                return None
        if kind == "5_prime_utr" and self._at_start(change):
            return None
        return kind

    def _at_start(self, change: GenomicVariant) -> bool:
        """Whether a change before the start codon may change where reading begins."""
        transcript = self.transcript
        assert transcript.cds is not None
        place, _ = transcript.to_transcript(change.start)
        if place >= transcript.cds[0] - self.kozak:
            return True
        at = place - transcript.sequence_offset
        around = transcript.sequence[max(0, at - 2) : at + 3]
        if not around:
            return True
        letters = list(around)
        letters[at - max(0, at - 2)] = on_strand(change.alt, transcript.strand)
        return START in "".join(letters)

    def together(self, changes: Sequence[GenomicVariant]) -> bool:
        """Whether silent substitutions stay silent on one allele: two may share a codon."""
        if len(changes) == 1:
            return True
        found = consequence(sorted(changes), self.transcript, self.reference)
        return found.protein_after == found.protein_before and all(
            term in _TERMS for term in found.terms
        )


def block(
    repaired: str,
    start: int,
    contig: str,
    site: Site,
    place: int,
    places: range,
    nuclease: Nuclease,
    rules: RepairRules,
    silence: Silence,
    within: range,
    fixed: Sequence[int] = (),
) -> Blocking | None:
    """Find the silent changes that protect a repaired allele from its guide.

    Parameters
    ----------
    repaired
        Plus strand of the allele after the repair, base by base the reference's but for the
        patient's own substitutions.
    start
        Reference position of its first base.
    site, place, places
        The site that was cut, where its protospacer lies in ``repaired``, and where else it might.
    within
        Indices of ``repaired`` that the template covers.
    fixed
        Reference positions that must stay: the variant's, and the patient's own substitutions.

    Returns
    -------
    Blocking or None
        A change of the PAM if one is silent, else changes of the seed, nearest the PAM first; None
        if no silent changes protect.
    """
    make = _Maker(repaired, start, contig, silence, within, frozenset(fixed))
    before = set(cuttable(repaired, site.spacer, nuclease, rules))
    for kind, changes in _candidates(make, site, place, nuclease, rules):
        if not silence.together(changes):
            continue
        after = set(cuttable(make.with_(changes), site.spacer, nuclease, rules))
        if after <= before and not any((site.strand, at) in after for at in places):
            kinds = tuple(silence.kind(item) or "" for item in changes)
            return Blocking(tuple(changes), kinds, kind)
    return None


@dataclass(frozen=True)
class _Maker:
    repaired: str
    start: int
    contig: str
    silence: Silence
    within: range
    fixed: frozenset[int]

    def silent(self, index: int) -> list[tuple[int, GenomicVariant]]:
        """Silent substitutions at an index, with the place of their kind in the order of kinds."""
        position = self.start + index
        if index not in self.within or position in self.fixed:
            return []
        old = self.repaired[index]
        made = (
            GenomicVariant(self.contig, position, old, new)
            for new in "ACGT"
            if new != old and old in BASES
        )
        order = list(KINDS)
        return [(order.index(kind), item) for item in made if (kind := self.silence.kind(item))]

    def with_(self, changes: Sequence[GenomicVariant]) -> str:
        bases = list(self.repaired)
        for item in changes:
            bases[item.start - self.start] = item.alt
        return "".join(bases)


def _candidates(
    make: _Maker, site: Site, place: int, nuclease: Nuclease, rules: RepairRules
) -> Iterator[tuple[str, list[GenomicVariant]]]:
    """Changes that may protect, best first: one of the PAM, then as many of the seed as needed."""
    yield from (("pam", [item]) for item in _pam_changes(make, site, place, nuclease))
    seed = seed_positions(nuclease, rules)
    plus = site.strand == "+"

    def index(k: int) -> int:
        return place + (k if plus else site.length - 1 - k)

    from_pam = sorted(seed, reverse=nuclease.pam_side == "3prime")
    guide = site.spacer if plus else "".join(complement(base) for base in site.spacer)
    differing = [k for k in seed if make.repaired[index(k)] != guide[k]]
    needed = rules.blocking_mismatches - len(differing)
    options = [
        (rank, order, item)
        for order, k in enumerate(from_pam)
        if k not in differing
        for rank, item in make.silent(index(k))
    ]
    sets = [
        chosen
        for chosen in combinations(options, max(needed, 1))
        if len({item.start for _, _, item in chosen}) == len(chosen)
    ]
    # ties are broken as the guide reads, so that a locus turned around gives the same changes
    sets.sort(
        key=lambda chosen: (
            max(rank for rank, _, _ in chosen),
            sum(order for _, order, _ in chosen),
            sorted((order, on_strand(item.alt, site.strand)) for _, order, item in chosen),
        )
    )
    for chosen in sets:
        yield "seed", sorted(item for _, _, item in chosen)


def _pam_changes(make: _Maker, site: Site, place: int, nuclease: Nuclease) -> list[GenomicVariant]:
    first, end = pam_place(site, nuclease, place)
    if first < 0 or end > len(make.repaired):
        return []
    plus = site.strand == "+"
    options = []
    for k in pam_letters(nuclease):
        at = first + k if plus else end - 1 - k
        for rank, item in make.silent(at):
            after = make.with_([item])[first:end]
            pam = after if plus else "".join(complement(base) for base in reversed(after))
            if pam_lost(nuclease, pam):
                options.append((rank, k, on_strand(item.alt, site.strand), item))
    return [item for *_, item in sorted(options, key=lambda option: option[:3])]
