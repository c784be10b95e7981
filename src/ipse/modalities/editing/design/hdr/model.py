"""What a repair from a template has beside other designs: strands, silent changes, donors."""

from __future__ import annotations

from typing import Literal

from ipse.core.model import Model


class Oligo(Model):
    """A single-stranded template, ready to order.

    Attributes
    ----------
    sense
        Which strand of the protospacer it is a copy of: the one the guide binds (``target``) or
        the one with the PAM.
    strand
        Strand of the reference it reads as.
    sequence
        5' to 3'.
    note
        Why it is listed.
    """

    sense: Literal["target", "non-target"]
    strand: Literal["+", "-"]
    sequence: str
    length: int
    note: str = ""


class SilentChange(Model):
    """A substitution of a template that keeps the repaired allele from being cut again.

    Attributes
    ----------
    position
        0-based on the plus strand of the reference.
    ref, alt
        Plus-strand bases before and after.
    hgvs_c
        Its description alone on the transcript.
    kind
        What makes it silent, e.g. ``synonymous``.
    """

    position: int
    ref: str
    alt: str
    hgvs_c: str
    kind: str


class DonorPiece(Model):
    """A stretch of a donor's sequence with what it is.

    Attributes
    ----------
    kind
        INSDC feature key.
    start, end
        0-based half-open in the donor's sequence.
    strand
        1 or -1 against it.
    """

    kind: str
    label: str
    start: int
    end: int
    strand: Literal[1, -1]
    source: tuple[str, ...] = ()


class DonorParts(Model):
    """A donor for an adeno-associated virus.

    Attributes
    ----------
    sequence
        Between the repeats, as the plus strand of the reference reads.
    left, right
        Reference stretches of the arms, 0-based half-open.
    insert_length
        Bases between the arms [bp].
    genome_length
        From repeat to repeat, as packaged [nt].
    fit
        ``fits``, or ``near_limit``: longer than what is packaged best.
    written
        Substitutions of the reference the arms carry (``chr2:210591875:G:A``, 1-based).
    pieces
        Stretches of the sequence with what they are.
    """

    contig: str
    sequence: str
    pieces: tuple[DonorPiece, ...]
    left: tuple[int, int]
    right: tuple[int, int]
    insert_length: int
    genome_length: int
    fit: Literal["fits", "near_limit", "too_long"]
    written: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


class HdrParts(Model):
    """Parts of a repair from a template.

    Attributes
    ----------
    overhang
        Unpaired bases at each end of a staggered cut [nt]; 0 for a blunt one.
    blocking
        Silent changes of every template here; empty if the correction alone protects, or if none
        was found.
    blocking_place
        ``pam`` or ``seed``; empty without such changes.
    protected
        Whether the guide, with the nuclease shown, is taken not to cut the repaired allele.
    still_cut_by
        Other nucleases of the list that may cut the repaired allele.
    oligos
        Single-stranded templates; the first is the one of ``template``.
    donor
        Donor for an adeno-associated virus, None where none can be written.
    donor_note
        Why there is no donor.
    """

    overhang: int
    blocking: tuple[SilentChange, ...] = ()
    blocking_place: str = ""
    protected: bool
    still_cut_by: tuple[str, ...] = ()
    oligos: tuple[Oligo, ...]
    donor: DonorParts | None = None
    donor_note: str = ""


class KnockInParts(Model):
    """Parts of a corrective cDNA that is put under the gene's own promoter.

    Attributes
    ----------
    place
        ``start-codon`` or ``intron``.
    exon
        1-based number of the exon with the start codon, or of the exon before the intron.
    junction
        0-based reference position the insert stands left of (right of, for a gene on the minus
        strand: the position is that of the plus strand all the same).
    replaced
        Reference stretch that the insert takes the place of, 0-based half-open; empty if the cut
        is where the insert stands.
    first_residue
        First residue read from the donor, 1-based.
    cdna_length
        Coding bases of the donor with the stop codon [nt].
    recoded_percent
        Share of the donor's codons that are written with another codon than the gene's [%].
    longest_shared
        Longest stretch of the donor's code that is also the gene's [nt].
    acceptor_length
        Bases of the intron's own end that are put before the code; 0 at the start codon [nt].
    treats
        Which variants of the gene it makes up for, in words.
    treated, untreated
        The case's pathogenic variants of the gene that it makes up for, and those it does not.
    guides_in_reach
        Guides that cut at this place, of which each proposal shows one.
    """

    place: Literal["start-codon", "intron"]
    exon: int
    junction: int
    replaced: tuple[int, int]
    first_residue: int
    cdna_length: int
    recoded_percent: float
    longest_shared: int
    acceptor_length: int
    treats: str
    treated: tuple[str, ...]
    untreated: tuple[str, ...]
    guides_in_reach: int
    overhang: int
    protected: bool
    donor: DonorParts
