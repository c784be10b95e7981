"""Where a prime editor can nick: protospacers whose nick lies 5' of an edit, within reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ipse.core.sequence import matches
from ipse.modalities.editing.design.prime.catalogue import PrimeEditor
from ipse.modalities.editing.design.prime.change import BASES, Change
from ipse.modalities.editing.design.prime.model import Kept

Strand = Literal["+", "-"]


@dataclass(frozen=True)
class Site:
    """A protospacer with the editors that take its PAM, on the strand that carries the PAM.

    Attributes
    ----------
    strand
        Strand of the given stretch that is nicked.
    start
        Index of the first base of the protospacer on that strand as written 5' to 3'.
    nick
        Index of the base right behind the nick, likewise.
    spacer
        Protospacer (the guide's spacer as DNA).
    editors
        Editors with their PAMs there, in the order of the table; the first is the one meant.
    """

    strand: Strand
    start: int
    nick: int
    spacer: str
    editors: tuple[tuple[PrimeEditor, str], ...]

    @property
    def editor(self) -> PrimeEditor:
        """The editor that stands first."""
        return self.editors[0][0]

    @property
    def pam(self) -> str:
        """What stands beside the protospacer, as long as the first editor's pattern."""
        return self.editors[0][1]

    @property
    def pam_start(self) -> int:
        """Index of the first base of the PAM on the strand."""
        return self.start + len(self.spacer)


def sites_at(
    strand: Strand, letters: str, nicks: range, editors: Sequence[PrimeEditor]
) -> Iterator[Site]:
    """Every protospacer on a strand that is nicked in front of one of some bases.

    Editors that take different PAMs of one protospacer share a site. A protospacer or PAM with a
    letter other than A, C, G, T, or cut off by an end, is none.
    """
    shapes: dict[tuple[int, int], list[PrimeEditor]] = {}
    for editor in editors:
        shapes.setdefault((editor.length, editor.nick_offset), []).append(editor)
    for nick in nicks:
        for (length, offset), sharing in shapes.items():
            start = nick - length - offset
            end = start + length
            spacer = letters[start:end] if start >= 0 else ""
            if len(spacer) != length:
                continue
            fitting = tuple(
                (editor, pam)
                for editor in sharing
                if BASES.issuperset(pam := letters[end : end + len(editor.pam)])
                and matches(editor.pam, pam)
            )
            if fitting and BASES.issuperset(spacer):
                yield Site(strand, start, nick, spacer, fitting)


def kept_off(site: Site, letters: str, start: int, editor: PrimeEditor, seed: int) -> Kept:
    """What keeps a guide off the letters of an allele, laid on from ``start``.

    Parameters
    ----------
    letters
        The allele, on the guide's strand.
    seed
        Bases next to the PAM that form the seed.
    """
    guide = letters[start : start + editor.length]
    pam = letters[start + editor.length : start + editor.length + len(editor.pam)]
    if start < 0 or len(guide) < editor.length or not matches(editor.pam, pam):
        return "pam_destroyed"
    wrong = [k for k in range(editor.length) if guide[k] != site.spacer[k]]
    if not wrong:
        return "intact"
    return "seed_mismatch" if wrong[-1] >= editor.length - seed else "distal_mismatch"


def fits_once(site: Site, change: Change) -> bool:
    """Whether a guide fits one place alone of the allele as given, on either strand.

    Parameters
    ----------
    change
        The edit on the site's strand.
    """
    for letters, here in ((change.before, site.start), (change.mirrored.before, -1)):
        at = letters.find(site.spacer)
        while at >= 0:
            beside = at + len(site.spacer)
            if at != here and any(
                matches(editor.pam, letters[beside : beside + len(editor.pam)])
                for editor, _ in site.editors
            ):
                return False
            at = letters.find(site.spacer, at + 1)
    return True


def reach(change: Change, longest: int, homology: int) -> range:
    """Nicks (on the strand of the change) from which a template of a length spans the edit."""
    return range(max(0, change.end_after + homology - longest), change.start + 1)
