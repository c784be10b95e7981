"""What is special to a prime edit, as ``plan.json`` holds it (``EditDesign.prime``).

Spacers, templates and binding sites are DNA letters, 5' to 3'; a guide has U for T.
"""

from __future__ import annotations

from typing import Literal

from ipse.core.model import Model

Kept = Literal["pam_destroyed", "seed_mismatch", "distal_mismatch", "intact"]
KEPT_WORDS: dict[str, str] = {
    "pam_destroyed": "the edit breaks the PAM",
    "seed_mismatch": "the edit changes the seed",
    "distal_mismatch": "the edited allele differs far from the PAM only",
    "intact": "guide and PAM fit the edited allele as before",
}


class ExtensionRow(Model):
    """A 3' extension.

    Attributes
    ----------
    rtt, pbs
        Template and primer binding site.
    homology
        Template bases beyond the edit; for a pair of flaps the bases over which they pair [nt].
    pbs_tm
        Melting temperature of the binding site, as RNA on DNA [degrees Celsius].
    pbs_gc
        Its G and C [%].
    longest_run
        Longest run of one base in the extension [nt].
    fold_energy
        Energy of the best fold of the extension alone [kcal/mol]; None where it was not folded.
    departures
        Cited rules it departs from.
    """

    rtt: str
    pbs: str
    rtt_length: int
    pbs_length: int
    homology: int
    pbs_tm: float
    pbs_gc: float
    longest_run: int
    fold_energy: float | None = None
    departures: tuple[str, ...] = ()


class NickingRow(Model):
    """A guide for a second nick.

    Attributes
    ----------
    kind
        ``PE3b`` fits the edited allele alone; ``PE3`` both; ``PE3-distal`` differs from the
        unedited one far from the PAM only.
    start, end, pam_start, pam_end
        Protospacer and PAM, 0-based half-open on the reference.
    distance
        From the pegRNA's nick along its strand, positive 3' of it [nt].
    unedited
        What keeps it off the unedited allele.
    preferred
        Whether the distance is the cited one, or does not matter.
    """

    kind: Literal["PE3", "PE3b", "PE3-distal"]
    spacer: str
    pam: str
    strand: Literal["+", "-"]
    start: int
    end: int
    pam_start: int
    pam_end: int
    distance: int
    unedited: Kept
    preferred: bool


class SilentRow(Model):
    """One more, silent, base that keeps the guide off the edited allele.

    Attributes
    ----------
    position
        0-based on the plus strand of the reference.
    before, after
        Plus-strand bases.
    described
        c. and p. description of the change alone.
    extension
        The first extension that writes edit and silent change.
    """

    position: int
    before: str
    after: str
    described: str
    kept: Kept
    extension: ExtensionRow


class WholeGuide(Model):
    """A pegRNA from end to end.

    Attributes
    ----------
    name
        ``pegRNA``, or ``epegRNA`` with its motif.
    linker
        Between binding site and motif; empty without one.
    sequence
        DNA letters of spacer, scaffold, template, binding site, linker and motif.
    """

    name: str
    linker: str = ""
    motif: str = ""
    sequence: str
    length: int


class TwinParts(Model):
    """The second pegRNA of a pair, and what the pair replaces.

    Attributes
    ----------
    spacer, pam, strand
        Of the second pegRNA, on the minus strand.
    nick
        It nicks left of this 0-based position of the patient's allele, counted from the first
        base of the variant there.
    replaced, written
        Plus-strand bases between the nicks, and what replaces them.
    overlap
        Bases over which the two flaps pair [nt].
    """

    spacer: str
    pam: str
    strand: Literal["+", "-"]
    start: int
    end: int
    nick: int
    extension: ExtensionRow
    guides: tuple[WholeGuide, ...]
    replaced: str
    written: str
    overlap: int


class PrimeParts(Model):
    """What a prime edit needs beside its spacer.

    Attributes
    ----------
    architecture
        What the editor is made of.
    nick
        The nick lies left of this 0-based position of the patient's allele, counted from the
        first base of the variant there.
    start, end
        What binding sites and templates cover, 0-based half-open on the reference.
    nick_to_edit
        Unchanged bases between nick and edit [nt]; 0 is the position usually called +1.
    written_end
        Bases that the template writes in place, counted on the strand that is nicked from the
        nick to the last base of the edit [nt].
    kept
        What keeps the guide off the edited allele.
    extension
        The extension shown.
    others, total
        The next ones, and how many there are in all.
    nicking, nicking_total
        Guides for a second nick, best first, and how many there are in all.
    silent
        Silent changes that keep the guide off the edited allele; sought where the edit does not.
    guides
        pegRNA and epegRNAs from end to end.
    own
        The patient's own variants that stand in the sequence they are designed on.
    order, nicking_order
        Rules of the orders.
    source
        Identifiers of the rules.
    """

    architecture: str
    nick: int
    start: int
    end: int
    nick_to_edit: int
    written_end: int
    kept: Kept
    extension: ExtensionRow
    others: tuple[ExtensionRow, ...] = ()
    total: int = 1
    nicking: tuple[NickingRow, ...] = ()
    nicking_total: int = 0
    silent: tuple[SilentRow, ...] = ()
    guides: tuple[WholeGuide, ...]
    own: tuple[str, ...] = ()
    twin: TwinParts | None = None
    order: str
    nicking_order: str = ""
    source: tuple[str, ...] = ()
