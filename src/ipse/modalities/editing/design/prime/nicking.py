"""Guides for a second nick, on the strand that is not edited: PE3 and PE3b."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ipse.modalities.editing.design.prime.catalogue import PrimeEditor, PrimeRules
from ipse.modalities.editing.design.prime.change import Change
from ipse.modalities.editing.design.prime.model import Kept
from ipse.modalities.editing.design.prime.sites import Site, Strand, kept_off, sites_at

ORDER = (
    "PE3b before PE3; then nicks at the preferred distance 3' of the edit, those at it on the "
    "other side, the rest by how far they are from it"
)
_ACROSS: dict[Strand, Strand] = {"+": "-", "-": "+"}


@dataclass(frozen=True)
class NickingGuide:
    """A guide that nicks the strand that is not edited.

    Attributes
    ----------
    site
        Its protospacer on the edited allele, on its own strand.
    distance
        From the pegRNA's nick to this one along the pegRNA's strand, positive 3' of it, counted
        on the edited allele [nt].
    kind
        ``PE3b``: its PAM or seed fits the edited allele alone, so that it waits for the edit;
        ``PE3``: it fits both alleles; ``PE3-distal``: it differs from the unedited allele, but
        only far from the PAM, where a mismatch often is borne.
    unedited
        What keeps it off the unedited allele.
    preferred
        Whether the distance is the preferred one (PE3) or does not matter (PE3b).
    """

    site: Site
    distance: int
    kind: Literal["PE3", "PE3b", "PE3-distal"]
    unedited: Kept
    preferred: bool


def nicking_guides(
    change: Change, strand: Strand, nick: int, editors: Sequence[PrimeEditor], rules: PrimeRules
) -> list[NickingGuide]:
    """Every guide for a second nick within the listed distance, best first.

    Parameters
    ----------
    change
        The edit on the pegRNA's strand.
    strand, nick
        The pegRNA's strand and nick.
    editors
        Editors that may make the nick: those of the pegRNA, as one protein makes both.
    """
    across = change.mirrored
    length = len(across.after)
    first, last = length - nick - rules.nicking_listed, length - nick + rules.nicking_listed
    found = []
    for site in sites_at(
        _ACROSS[strand], across.after, range(max(0, first), min(length, last) + 1), editors
    ):
        distance = length - site.nick - nick
        unedited = _on_unedited(across, site, rules.seed)
        kind: Literal["PE3", "PE3b", "PE3-distal"] = "PE3b"
        if unedited == "intact":
            kind = "PE3"
        elif unedited == "distal_mismatch":
            kind = "PE3-distal"
        low, high = rules.pe3_distance
        preferred = kind == "PE3b" or low <= abs(distance) <= high
        found.append(NickingGuide(site, distance, kind, unedited, preferred))
    found.sort(key=lambda guide: _key(guide, rules))
    return found


def _on_unedited(across: Change, site: Site, seed: int) -> Kept:
    """What keeps a guide off the unedited allele, laid on by its left and by its right end.

    The way that fits it best counts: an insertion or deletion leaves two.
    """
    order: list[Kept] = ["pam_destroyed", "seed_mismatch", "distal_mismatch", "intact"]
    ways = {site.start, site.start - across.shift}
    # away from the edit only one of the two stands for the same place
    end = site.pam_start + len(site.pam)
    if end <= across.start:
        ways = {site.start}
    elif site.start >= across.end_after:
        ways = {site.start - across.shift}
    return max(
        (kept_off(site, across.before, way, site.editor, seed) for way in ways), key=order.index
    )


def _key(guide: NickingGuide, rules: PrimeRules) -> tuple[int, int, bool, int, str]:
    low, high = rules.pe3_distance
    size = abs(guide.distance)
    off = 0 if low <= size <= high else min(abs(size - low), abs(size - high))
    kind = {"PE3b": 0, "PE3": 1, "PE3-distal": 2}[guide.kind]
    if guide.kind == "PE3b":
        off = 0 if guide.unedited == "pam_destroyed" else 1
    return kind, off, guide.distance < 0, size, guide.site.spacer
