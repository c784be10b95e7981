"""Cut and repair from a template: which cuts reach a variant, and the oligonucleotide.

Works on the patient's pathogenic allele: the reference with the variant in it. A template carries
the reference's bases in the variant's place and everywhere else, but for the patient's own
substitutions that calls show on this allele and for silent changes against a second cut:
:func:`with_changes` writes both into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ipse.core.sequence import on_strand, reverse_complement
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import Nuclease, RepairRules
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.hdr.sites import (
    Cut,
    Site,
    cuts,
    pam_lost,
    pam_place,
    seed_positions,
)

Recut = Literal["pam_destroyed", "seed_mismatch", "distal_mismatch", "intact"]


@dataclass(frozen=True)
class Repair:
    """A cut and the stretch of the allele that a template replaces.

    Attributes
    ----------
    left, right
        Stretch of the allele the template replaces, 0-based half-open in the allele's sequence.
    distance
        Unchanged bases between cut and change.
    beyond
        Bases of the template beyond the change, seen from the cut.
    """

    cut: Cut
    left: int
    right: int
    distance: int
    beyond: int

    @property
    def site(self) -> Site:
        """The site that is cut."""
        return self.cut.site

    @property
    def nuclease(self) -> Nuclease:
        """The nuclease shown."""
        return self.cut.nuclease


@dataclass(frozen=True)
class Reach:
    """Every cut within reach of a change.

    Attributes
    ----------
    repairs
        Cuts for which a template is made.
    farther
        Cuts of nucleases of second choice where those of first choice are near enough, or where
        others of second choice cut nearer.
    unfit
        Cuts for which no template is made: the change does not lie between the arms, or more
        bases would be written in than the shorter arm is long.
    """

    repairs: tuple[Repair, ...]
    farther: tuple[Cut, ...] = ()
    unfit: tuple[Cut, ...] = ()


def cut_distance(allele: Allele, cut: int, other: int | None = None) -> int:
    """Unchanged bases between a cut and the change in the allele; 0 if they touch.

    Of a staggered cut the place nearer to the change counts; between both places nothing is left
    unchanged.
    """
    first, last = allele.at, allele.at + len(allele.alt)
    left, right = (cut, cut) if other is None else (min(cut, other), max(cut, other))
    if right < first:
        return first - right
    return max(0, left - last)


def repairs(allele: Allele, nucleases: Sequence[Nuclease], rules: RepairRules) -> Reach:
    """Every cut within reach of the change, with the stretch its template replaces.

    Guides that only nucleases of second choice can use are kept where no guide of a nuclease of
    first choice cuts within the preferred distance, and then those of them that cut nearest, if
    that is nearer: there is no other reason to prefer them.
    """
    first, last = allele.at, allele.at + len(allele.alt)
    reach = rules.max_cut_distance
    made: list[Repair] = []
    unfit: list[Cut] = []
    for cut in cuts(allele.sequence, nucleases, first - reach, last + reach):
        repair = _repair(allele, cut, rules)
        if repair is None:
            unfit.append(cut)
        else:
            made.append(repair)
    preferred = rules.preferred_cut_distance
    usual = min((item.distance for item in made if item.nuclease.first), default=reach + 1)
    second = [item for item in made if not item.nuclease.first]
    nearest = min((item.distance for item in second), default=reach + 1)
    wanted = nearest if preferred < usual and nearest < usual else -1
    kept = [item for item in made if item.nuclease.first or item.distance == wanted]
    farther = [item.cut for item in second if item.distance != wanted]
    return Reach(tuple(kept), tuple(farther), tuple(unfit))


def _repair(allele: Allele, cut: Cut, rules: RepairRules) -> Repair | None:
    site = cut.site
    pam_right = (site.strand == "+") == (cut.nuclease.pam_side == "3prime")
    left_arm, right_arm = (
        (rules.distal_arm, rules.proximal_arm)
        if pam_right
        else (rules.proximal_arm, rules.distal_arm)
    )
    near, far = site.between
    left, right = near - left_arm, far + right_arm
    first, last = allele.at, allele.at + len(allele.alt)
    inside = 0 <= left < first and last < right <= len(allele.sequence)
    if not inside or len(allele.ref) > min(rules.proximal_arm, rules.distal_arm):
        return None
    return Repair(
        cut=cut,
        left=left,
        right=right,
        distance=cut_distance(allele, *site.between),
        beyond=right - last if near <= first else first - left,
    )


def with_changes(
    repair: Repair, allele: Allele, changes: Iterable[GenomicVariant]
) -> tuple[str, tuple[GenomicVariant, ...]]:
    """The corrected bases of a repair with substitutions of the reference written in.

    Returns
    -------
    tuple
        The template as the plus strand reads it, and the substitutions that lie in it.
    """
    first, last = allele.at, allele.at + len(allele.alt)
    plus = allele.sequence[repair.left : first] + allele.ref + allele.sequence[last : repair.right]
    bases = list(plus)
    begin = allele.start + repair.left  # the corrected allele is the reference, base by base
    corrected = range(allele.start + first, allele.start + first + len(allele.ref))
    written = []
    for change in changes:
        place = change.start - begin
        single = len(change.ref) == len(change.alt) == 1
        if (
            single
            and 0 <= place < len(bases)
            and change.start not in corrected
            and bases[place] == change.ref
        ):
            bases[place] = change.alt
            written.append(change)
    return "".join(bases), tuple(written)


def oligo(plus: str, site: Site, sense: Literal["target", "non-target"]) -> str:
    """A template as one strand, 5' to 3': a copy of the strand the guide binds, or of the other."""
    plus_strand = (site.strand == "-") == (sense == "target")
    return plus if plus_strand else reverse_complement(plus)


@dataclass(frozen=True)
class Left:
    """What a repair leaves of the site.

    Attributes
    ----------
    mismatches, in_seed
        Bases of the protospacer that differ from the guide, and those of them in the seed.
    place
        Where the protospacer lies in the repaired stretch; None if it lies outside it.
    """

    recut: Recut
    mismatches: int
    in_seed: int
    place: int | None


def placements(allele: Allele, site: Site) -> range:
    """Where a site of the allele may lie on the corrected allele."""
    shifted = site.start + allele.shift
    return range(min(site.start, shifted), max(site.start, shifted) + 1)


def left_of(
    allele: Allele,
    site: Site,
    nuclease: Nuclease,
    rules: RepairRules,
    repaired: str | None = None,
) -> Left:
    """What keeps a nuclease from cutting the corrected allele (and the normal one) again.

    The site is laid on the corrected sequence by its left end, by its right end (shifted by the
    length of the correction) and at every place between. The one that is cut most readily counts:
    with a PAM, with the fewest mismatches in the seed, with the fewest mismatches. A PAM that is
    cut weakly is not lost.

    Parameters
    ----------
    repaired
        The stretch of the allele after the repair, if more than the variant is changed.
    """
    corrected = allele.corrected if repaired is None else repaired
    near = seed_positions(nuclease, rules)
    best: tuple[int, int, int, int] | None = None
    for start in placements(allele, site):
        end = start + nuclease.length
        pam_at, pam_end = pam_place(site, nuclease, start)
        if min(start, pam_at) < 0 or max(end, pam_end) > len(corrected):
            continue
        guide = on_strand(corrected[start:end], site.strand)
        pam = on_strand(corrected[pam_at:pam_end], site.strand)
        wrong = [k for k in range(nuclease.length) if guide[k] != site.spacer[k]]
        lost = int(pam_lost(nuclease, pam))
        found = (lost, sum(k in near for k in wrong), len(wrong), start)
        best = found if best is None else min(best, found)
    if best is None:
        return Left("pam_destroyed", 0, 0, None)
    lost, in_seed, wrong_bases, place = best
    if lost:
        return Left("pam_destroyed", wrong_bases, in_seed, place)
    if not wrong_bases:
        return Left("intact", 0, 0, place)
    return Left("seed_mismatch" if in_seed else "distal_mismatch", wrong_bases, in_seed, place)
