"""Guides that fit the disease allele and not, or less, the normal one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import ne
from typing import Literal

import numpy as np

from ipse.core.sequence import matches, reverse_complement
from ipse.genome.sites.scores import LENGTH, cfd
from ipse.modalities.editing.catalogue import Nuclease
from ipse.modalities.editing.design.hdr.sites import Site, sites
from ipse.modalities.editing.design.silence.haplotypes import Difference, Pair

Tells = Literal["pam", "seed"]
SPCAS9_PAM = "NGG"
"""PAM the CFD score was made for: a nuclease with another has no estimate."""

MOST = 4
"""Mismatches up to which a place with a fitting PAM counts as the guide's site on the normal
allele: those of the off-target search. No number of biology: fewer mismatches are always found."""


@dataclass(frozen=True)
class NormalSite:
    """What a guide meets on the normal allele: the place it fits best there.

    Attributes
    ----------
    start
        Index of its leftmost base on the normal allele.
    mismatches
        1-based positions in the protospacer.
    accepted
        Whether the nuclease accepts the PAM.
    """

    start: int
    mismatches: tuple[int, ...]
    pam: str
    accepted: bool


@dataclass(frozen=True)
class Guide:
    """A site of the disease allele that a difference lies in.

    Attributes
    ----------
    site
        On indices of the mutant allele of ``pair``.
    difference
        The difference that tells the alleles apart.
    also
        Other differences in spacer or PAM that are written into the guide.
    tells
        ``pam``: no PAM on the normal allele where the guide fits; ``seed``: a mismatch in the seed;
        None: only a mismatch far from the PAM, or none. The seed is that of SpCas9: a nuclease of
        another geometry tells by the PAM alone.
    cfd_normal
        Largest CFD score of the guide over the normal allele, 0-1; None where no score is made for
        the nuclease.
    unwritten
        Changes of unknown phase under spacer or PAM.
    """

    pair: Pair
    nuclease: Nuclease
    site: Site
    difference: Difference
    also: tuple[Difference, ...]
    normal: NormalSite
    tells: Tells | None
    cfd_normal: float | None
    unwritten: tuple[Difference, ...]

    @property
    def cut(self) -> int:
        """The cut stands left of this reference position."""
        return self.pair.mutant.genomic(self.site.cut)

    def key(self) -> tuple[float, ...]:
        """Better first: a PAM the normal allele lacks, less cutting there by the estimate."""
        return (
            len(self.unwritten),
            int(self.tells != "pam"),
            1.0 if self.cfd_normal is None else self.cfd_normal,
            -len(self.normal.mismatches),
        )


def guides(
    pair: Pair, found: Sequence[Difference], nucleases: Iterable[Nuclease], seed: int
) -> Iterator[Guide]:
    """Every site of the mutant allele with a difference in spacer or PAM.

    Parameters
    ----------
    found
        Differences of the stretch that stand on one known allele; others do not tell.
    seed
        Bases next to the PAM that form the seed of a nuclease like SpCas9 [nt].
    """
    telling = [item for item in found if item.tells and item.change in pair.spans]
    for tool in nucleases:
        for site in sites(pair.mutant.letters, tool):
            first, last = _extent(site, tool)
            under = [item for item in telling if _touches(pair.spans[item.change], first, last)]
            if not under:
                continue
            normal = best_on_normal(site, tool, pair.normal.letters, seed)
            yield Guide(
                pair=pair,
                nuclease=tool,
                site=site,
                difference=under[0],
                also=tuple(under[1:]),
                normal=normal,
                tells=_tells(normal, tool, seed),
                cfd_normal=cfd_on(site, tool, pair.normal.letters),
                unwritten=tuple(
                    item
                    for item in pair.unwritten
                    if item.change.start < pair.mutant.genomic(last - 1) + 1
                    and max(item.change.end, item.change.start + 1) > pair.mutant.genomic(first)
                ),
            )


def _extent(site: Site, tool: Nuclease) -> tuple[int, int]:
    """Stretch of spacer and PAM, half-open."""
    start, end, width = site.start, site.start + tool.length, len(tool.pam)
    left = (site.strand == "+") == (tool.pam_side == "5prime")
    return (start - width, end) if left else (start, end + width)


def _touches(span: tuple[int, int], first: int, last: int) -> bool:
    """Whether a stretch, or the joint where bases are missing, lies within spacer and PAM."""
    start, end = span
    if start == end:
        return first < start < last
    return start < last and end > first


def _placements(site: Site, tool: Nuclease, letters: str) -> Iterator[tuple[int, str, str]]:
    """Every stretch of an allele on the guide's strand: leftmost index, protospacer, PAM."""
    width = len(tool.pam)
    text = letters if site.strand == "+" else reverse_complement(letters)
    for first in range(len(text) - tool.length - width + 1):
        if tool.pam_side == "3prime":
            guide, pam = first, text[first + tool.length : first + tool.length + width]
        else:
            guide, pam = first + width, text[first : first + width]
        start = guide if site.strand == "+" else len(text) - guide - tool.length
        yield start, text[guide : guide + tool.length], pam


def best_on_normal(site: Site, tool: Nuclease, letters: str, seed: int) -> NormalSite:
    """The place of the normal allele that a guide fits best.

    Places with an accepted PAM and at most :data:`MOST` mismatches come first, by mismatches and
    then by those in the seed; without one, the place with the fewest mismatches.
    """
    best: tuple[tuple[int, int, int, int], NormalSite] | None = None
    for start, found, pam in _placements(site, tool, letters):
        number = sum(map(ne, found, site.spacer))
        accepted = matches(tool.pam, pam)
        fits = accepted and number <= MOST
        if best is not None and (int(not fits), number) > best[0][:2]:
            continue
        wrong = tuple(k + 1 for k in range(tool.length) if found[k] != site.spacer[k])
        key = (int(not fits), number, len(in_seed(wrong, tool, seed)), abs(start - site.start))
        if best is None or key < best[0]:
            best = key, NormalSite(start, wrong, pam, accepted)
    assert best is not None
    return best[1]


def in_seed(places: Iterable[int], tool: Nuclease, seed: int) -> list[int]:
    """Positions of a protospacer that lie in the seed, next to the PAM."""
    if tool.pam_side == "5prime":
        return [place for place in places if place <= seed]
    return [place for place in places if place > tool.length - seed]


def _tells(normal: NormalSite, tool: Nuclease, seed: int) -> Tells | None:
    if not (normal.accepted and len(normal.mismatches) <= MOST):
        return "pam"
    seeded = tool.pam_side == "3prime" and tool.length == LENGTH
    return "seed" if seeded and in_seed(normal.mismatches, tool, seed) else None


def cfd_on(site: Site, tool: Nuclease, letters: str) -> float | None:
    """Largest CFD score of a guide over an allele; None where the score is not made for it."""
    if tool.pam != SPCAS9_PAM or tool.pam_side != "3prime" or tool.length != LENGTH:
        return None
    rows = list(_placements(site, tool, letters))
    spacers = np.frombuffer("".join(row[1] for row in rows).encode(), np.uint8)
    pams = np.frombuffer("".join(row[2] for row in rows).encode(), np.uint8)
    guide = np.tile(np.frombuffer(site.spacer.encode(), np.uint8), (len(rows), 1))
    scores = cfd(guide, spacers.reshape(-1, LENGTH), pams.reshape(-1, len(tool.pam)))
    return float(np.nanmax(scores)) if not np.isnan(scores).all() else None
