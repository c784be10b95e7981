"""Cut and repair from a template: where a nuclease can cut near a variant, and the template.

Works on the patient's pathogenic allele: the reference with the variant in it. A template carries
the reference's bases in the variant's place and everywhere else, but for the patient's own
substitutions that calls show on this allele: :func:`with_own` writes those into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ipse.core.sequence import matches, reverse_complement
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import Nuclease, RepairRules
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.base.placement import BASES

Recut = Literal["pam_destroyed", "seed_mismatch", "distal_mismatch", "intact"]


@dataclass(frozen=True, order=True)
class Site:
    """A protospacer with its PAM, and the cut.

    Attributes
    ----------
    start
        Leftmost base of the protospacer, 0-based in the allele's sequence.
    cut
        The cut stands left of this index.
    """

    strand: Literal["+", "-"]
    start: int
    spacer: str
    pam: str
    cut: int


@dataclass(frozen=True)
class Repair:
    """A site and the template that corrects the allele when it is cut there.

    Attributes
    ----------
    template
        5' to 3': the strand the guide binds, that is the complement of spacer and PAM.
    left, right
        Stretch of the allele it replaces, 0-based half-open in the allele's sequence.
    distance
        Unchanged bases between cut and change.
    beyond
        Bases of the template beyond the change, seen from the cut.
    recut, mismatches
        Whether the nuclease would cut the corrected allele again.
    """

    site: Site
    template: str
    left: int
    right: int
    distance: int
    beyond: int
    recut: Recut
    mismatches: int


def sites(sequence: str, nuclease: Nuclease) -> Iterator[Site]:
    """Every site of a nuclease on both strands of a sequence."""
    mirrored = reverse_complement(sequence)
    size = len(sequence)
    for start, spacer, pam, cut in _sites(sequence, nuclease):
        yield Site("+", start, spacer, pam, cut)
    for start, spacer, pam, cut in _sites(mirrored, nuclease):
        yield Site("-", size - start - nuclease.length, spacer, pam, size - cut)


def _sites(strand: str, nuclease: Nuclease) -> Iterator[tuple[int, str, str, int]]:
    width, length = len(nuclease.pam), nuclease.length
    for start in range(len(strand) - length - width + 1):
        if nuclease.pam_side == "3prime":
            guide, pam_at = start, start + length
            cut = guide + length + nuclease.cut_offset
        else:
            guide, pam_at = start + width, start
            cut = guide - nuclease.cut_offset
        pam, spacer = strand[pam_at : pam_at + width], strand[guide : guide + length]
        if matches(nuclease.pam, pam) and BASES.issuperset(pam) and BASES.issuperset(spacer):
            yield guide, spacer, pam, cut


def cut_distance(allele: Allele, cut: int) -> int:
    """Unchanged bases between a cut and the change in the allele; 0 if they touch."""
    first, last = allele.at, allele.at + len(allele.alt)
    if cut < first:
        return first - cut
    return max(0, cut - last)


def repairs(
    allele: Allele, nuclease: Nuclease, rules: RepairRules
) -> tuple[list[Repair], list[Site]]:
    """Every cut within reach of the change, with its template.

    Returns
    -------
    tuple
        Repairs, and the sites within reach for which no template is made: the change does not lie
        between the arms, or more bases would be written in than the shorter arm is long.
    """
    made, left_out = [], []
    for site in sorted(sites(allele.sequence, nuclease)):
        if cut_distance(allele, site.cut) > rules.max_cut_distance:
            continue
        repair = _repair(allele, site, nuclease, rules)
        if repair is None:
            left_out.append(site)
        else:
            made.append(repair)
    return made, left_out


def _repair(allele: Allele, site: Site, nuclease: Nuclease, rules: RepairRules) -> Repair | None:
    pam_right = (site.strand == "+") == (nuclease.pam_side == "3prime")
    left_arm, right_arm = (
        (rules.distal_arm, rules.proximal_arm)
        if pam_right
        else (rules.proximal_arm, rules.distal_arm)
    )
    left, right = site.cut - left_arm, site.cut + right_arm
    first, last = allele.at, allele.at + len(allele.alt)
    inside = 0 <= left < first and last < right <= len(allele.sequence)
    if not inside or len(allele.ref) > min(rules.proximal_arm, rules.distal_arm):
        return None
    plus = allele.sequence[left:first] + allele.ref + allele.sequence[last:right]
    recut, mismatches = recut_of(allele, site, nuclease, rules.seed)
    return Repair(
        site=site,
        template=reverse_complement(plus) if site.strand == "+" else plus,
        left=left,
        right=right,
        distance=cut_distance(allele, site.cut),
        beyond=right - last if site.cut <= first else first - left,
        recut=recut,
        mismatches=mismatches,
    )


def with_own(
    repair: Repair, allele: Allele, own: Iterable[GenomicVariant]
) -> tuple[str, tuple[GenomicVariant, ...]]:
    """Write the patient's own substitutions of this allele into a template.

    Returns
    -------
    tuple
        The template, 5' to 3', and the substitutions that lie in it.
    """
    on_plus = repair.site.strand == "-"
    bases = list(repair.template if on_plus else reverse_complement(repair.template))
    written = []
    for change in own:
        index = allele.index(change.start)
        beyond = index >= allele.at + len(allele.alt)
        # behind the variant, the template is longer than the allele by what it corrects
        place = index - repair.left + (allele.shift if beyond else 0)
        single = len(change.ref) == len(change.alt) == 1
        in_variant = (
            allele.start + allele.at <= change.start < allele.start + allele.at + len(allele.ref)
        )
        inside = repair.left <= index < repair.right
        if single and inside and not in_variant and bases[place] == change.ref:
            bases[place] = change.alt
            written.append(change)
    plus = "".join(bases)
    return (plus if on_plus else reverse_complement(plus)), tuple(written)


def recut_of(allele: Allele, site: Site, nuclease: Nuclease, seed: int) -> tuple[Recut, int]:
    """What keeps a nuclease from cutting the corrected allele (and the normal one) again.

    The site is laid on the corrected sequence in every way its own bases allow: by its left end
    and, shifted by the length of the correction, by its right end. The way with the fewest
    mismatches counts; mismatches in the ``seed`` bases next to the PAM, or a lost PAM, protect.
    """
    corrected = allele.corrected
    placements = {site.start, site.start + allele.shift}
    best: tuple[int, int, int] | None = None
    for start in sorted(placements):
        end = start + nuclease.length
        width = len(nuclease.pam)
        pam_right = (site.strand == "+") == (nuclease.pam_side == "3prime")
        pam_at = end if pam_right else start - width
        if min(start, pam_at) < 0 or max(end, pam_at + width) > len(corrected):
            continue
        guide, pam = corrected[start:end], corrected[pam_at : pam_at + width]
        if site.strand == "-":
            guide, pam = reverse_complement(guide), reverse_complement(pam)
        if nuclease.pam_side == "5prime":
            near = range(seed)
        else:
            near = range(nuclease.length - seed, nuclease.length)
        wrong = [k for k in range(nuclease.length) if guide[k] != site.spacer[k]]
        lost = 0 if matches(nuclease.pam, pam) else 1
        found = (lost, len(wrong), sum(k in near for k in wrong))
        best = found if best is None else min(best, found)
    if best is None or best[0]:
        return "pam_destroyed", best[1] if best else 0
    if best[1] == 0:
        return "intact", 0
    return ("seed_mismatch" if best[2] else "distal_mismatch"), best[1]
