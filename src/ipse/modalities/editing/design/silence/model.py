"""What is special to the silencing of one allele in the design of an edit."""

from __future__ import annotations

from typing import Literal

from ipse.core.model import Model
from ipse.modalities.editing.design.disrupt.model import ReadFrame


class Telling(Model):
    """How a guide tells the disease allele from the normal one.

    Attributes
    ----------
    difference, change
        Name of the difference it uses, and its bases (``chr18:31592974:G:A``, 1-based).
    carried_by
        Allele that carries the change: ``disease`` or ``normal`` (then the guide is made on the
        reference's bases, which the disease allele has).
    phase
        How that is known: ``the variant itself``, ``phased calls`` or ``parents``.
    by
        ``pam``: the normal allele has no PAM where the guide fits; ``seed``: a mismatch in the
        seed.
    cfd_normal
        CFD estimate of cutting of the normal allele, relative to a perfect match, 0-1; None where
        no score is made for the nuclease.
    also
        Other differences of the patient that are written into the guide.
    unphased
        Changes of unknown phase under spacer or PAM: the guide is made without them.
    """

    difference: str
    change: str
    carried_by: Literal["disease", "normal"]
    phase: str
    by: Literal["pam", "seed"]
    cfd_normal: float | None
    also: tuple[str, ...] = ()
    unphased: tuple[str, ...] = ()


class Silencing(Model):
    """How one allele is silenced.

    Attributes
    ----------
    cut
        The cut stands left of this 0-based reference position.
    where
        ``coding exon``, ``splice site`` or ``not coding``.
    exon, codon
        Of the cut.
    frames
        What is read if one base is lost, and two, on the reference's letters.
    second
        For an excision, the other guide's way to tell the alleles apart.
    second_cut, excised, excised_exons
        For an excision: its other cut, the bases between the cuts and the coding exons lost whole.
    place, of, order
        Place in the declared order among guides (or excisions) that tell the alleles apart.
    """

    telling: Telling
    cut: int
    where: Literal["coding exon", "splice site", "not coding"]
    exon: int | None = None
    codon: int | None = None
    frames: tuple[ReadFrame, ...] = ()
    second: Telling | None = None
    second_cut: int | None = None
    excised: int | None = None
    excised_exons: tuple[int, ...] = ()
    place: int
    of: int
    order: str
