"""Double-stranded donors with homology arms, for delivery by an adeno-associated virus.

A donor for a correction is the repaired allele itself: the reference's bases around the cut, with
the patient's own substitutions and the silent changes in them. A donor that integrates has the
sequence to be put in between the arms. Every donor here reads as the plus strand of the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ipse.core.sequence import reverse_complement
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.design.hdr.model import DonorParts, DonorPiece
from ipse.modalities.editing.design.hdr.rules import DonorRules

Fit = Literal["fits", "near_limit", "too_long"]

FIT_WORDS = {
    "fits": "fits an adeno-associated virus",
    "near_limit": "longer than what is packaged best, within what is still packaged",
    "too_long": "does not fit an adeno-associated virus",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of a donor with what it is.

    Attributes
    ----------
    kind
        INSDC feature key, e.g. ``repeat_region``, ``misc_recomb``, ``CDS``, ``polyA_signal``.
    strand
        1 or -1 against the donor's strand.
    """

    kind: str
    label: str
    sequence: str
    strand: Literal[1, -1] = 1
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Donor:
    """A donor from repeat to repeat.

    Attributes
    ----------
    left, right
        Reference stretches of the arms, 0-based half-open.
    insert
        Pieces between the arms, plus strand, in order.
    left_arm, right_arm
        Bases of the arms, with the changes written into them.
    written
        Substitutions of the reference that the arms carry.
    genome
        Length of the packaged genome, with both repeats as they are after replication [nt].
    """

    contig: str
    left: tuple[int, int]
    right: tuple[int, int]
    insert: tuple[Piece, ...]
    left_arm: str
    right_arm: str
    written: tuple[GenomicVariant, ...]
    genome: int
    fit: Fit

    @property
    def sequence(self) -> str:
        """Bases between the repeats, plus strand of the reference."""
        return self.left_arm + "".join(item.sequence for item in self.insert) + self.right_arm

    def pieces(self) -> tuple[Piece, ...]:
        """What stands between the repeats, in order."""
        return (
            Piece("misc_recomb", "left homology arm", self.left_arm),
            *self.insert,
            Piece("misc_recomb", "right homology arm", self.right_arm),
        )


@dataclass(frozen=True)
class NoDonor:
    """Why no donor is written: a code, the reason, and the stretch that is missing, if one is."""

    code: Literal["arm-not-held", "too-long"]
    reason: str
    missing: tuple[int, int] | None = None


def fit_of(length: int, rules: DonorRules) -> Fit:
    """Whether a genome of a length [nt] is packaged."""
    if length <= rules.genome:
        return "fits"
    return "near_limit" if length <= rules.most else "too_long"


def arm_length(insert: int, rules: DonorRules) -> int | None:
    """Longest cited arm with which a donor is packaged best, or the shortest cited.

    None if even the shortest arms leave a genome longer than any proposed.
    """
    room = (rules.genome - 2 * rules.itr - insert) // 2
    length = max(rules.shortest, min(rules.longest, room))
    return length if 2 * (rules.itr + length) + insert <= rules.most else None


def make_donor(
    reference: Reference,
    contig: str,
    cut: tuple[int, int],
    insert: Sequence[Piece],
    changes: Sequence[GenomicVariant],
    rules: DonorRules,
) -> Donor | NoDonor:
    """Write a donor around a cut.

    Parameters
    ----------
    cut
        Reference positions between which the insert stands: the left arm ends before the first,
        the right arm begins at the second. Bases between them are replaced.
    insert
        Pieces between the arms, plus strand; none for a correction.
    changes
        Substitutions of the reference to write into the arms: the patient's own and silent ones.

    Returns
    -------
    Donor or NoDonor
        Arms are as long as cited and as the virus leaves room for, and shorter, down to the
        shortest cited, where the reference holds no more.
    """
    size = sum(len(item.sequence) for item in insert)
    arm = arm_length(size, rules)
    if arm is None:
        length = 2 * (rules.itr + rules.shortest) + size
        return NoDonor(
            "too-long",
            f"with arms of {rules.shortest} bp the donor has {length} nt from repeat to repeat, "
            f"and at most {rules.most} are packaged",
        )
    held = [item for item in reference.held(contig) if item[0] <= cut[0] and cut[1] <= item[1]]
    first, last = held[0] if held else (cut[0], cut[1])
    left, right = max(cut[0] - arm, first), min(cut[1] + arm, last)
    for begin, end, wanted in (
        (left, cut[0], (cut[0] - rules.shortest, cut[0])),
        (cut[1], right, (cut[1], cut[1] + rules.shortest)),
    ):
        if end - begin < rules.shortest:
            return NoDonor(
                "arm-not-held",
                f"the reference holds {end - begin} of the {rules.shortest} bases an arm needs "
                f"at {contig}:{wanted[0] + 1}-{wanted[1]}",
                wanted,
            )
    left_arm, one = written_into(reference.fetch(contig, left, cut[0]), left, changes)
    right_arm, two = written_into(reference.fetch(contig, cut[1], right), cut[1], changes)
    genome = 2 * rules.itr + len(left_arm) + size + len(right_arm)
    return Donor(
        contig=contig,
        left=(left, cut[0]),
        right=(cut[1], right),
        insert=tuple(insert),
        left_arm=left_arm,
        right_arm=right_arm,
        written=(*one, *two),
        genome=genome,
        fit=fit_of(genome, rules),
    )


def written_into(
    bases: str, start: int, changes: Sequence[GenomicVariant]
) -> tuple[str, tuple[GenomicVariant, ...]]:
    """Write substitutions into a stretch of the reference that begins at ``start``."""
    letters, written = list(bases), []
    for change in sorted(changes):
        place = change.start - start
        single = len(change.ref) == len(change.alt) == 1
        if single and 0 <= place < len(letters) and letters[place] == change.ref:
            letters[place] = change.alt
            written.append(change)
    return "".join(letters), tuple(written)


def on_plus(pieces: Sequence[Piece], strand: str) -> tuple[Piece, ...]:
    """Pieces written in the sense of a gene, as the plus strand has them."""
    if strand == "+":
        return tuple(pieces)
    turned: dict[Literal[1, -1], Literal[1, -1]] = {1: -1, -1: 1}
    return tuple(
        Piece(
            item.kind,
            item.label,
            reverse_complement(item.sequence),
            turned[item.strand],
            item.sources,
        )
        for item in reversed(pieces)
    )


def donor_parts(donor: Donor, rules: DonorRules) -> DonorParts:
    """A donor as the plan holds it."""
    pieces, at = [], 0
    for item in donor.pieces():
        end = at + len(item.sequence)
        pieces.append(
            DonorPiece(
                kind=item.kind,
                label=item.label,
                start=at,
                end=end,
                strand=item.strand,
                source=item.sources,
            )
        )
        at = end
    return DonorParts(
        contig=donor.contig,
        sequence=donor.sequence,
        pieces=tuple(pieces),
        left=donor.left,
        right=donor.right,
        insert_length=sum(len(item.sequence) for item in donor.insert),
        genome_length=donor.genome,
        fit=donor.fit,
        written=tuple(str(item) for item in donor.written),
        source=tuple(dict.fromkeys((*rules.arm_source, *rules.genome_source))),
    )
