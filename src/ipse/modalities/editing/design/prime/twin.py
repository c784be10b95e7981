"""Twin prime editing: two nicks, two flaps that pair with each other, and what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipse.core.sequence import reverse_complement
from ipse.modalities.editing.design.prime.catalogue import PrimeEditor, PrimeRules
from ipse.modalities.editing.design.prime.change import BASES, Change
from ipse.modalities.editing.design.prime.features import (
    gc_percent,
    longest_run,
    melting_temperature,
)
from ipse.modalities.editing.design.prime.pegrnas import Extension
from ipse.modalities.editing.design.prime.sites import Site, fits_once, sites_at

ORDER = (
    "fewest departures from the cited rules in both extensions; shortest new sequence between "
    "the nicks; places"
)


@dataclass(frozen=True)
class TwinPair:
    """Two pegRNAs that replace what lies between their nicks.

    Attributes
    ----------
    left, right
        Sites on the plus and on the minus strand, the edit between their nicks.
    left_extension, right_extension
        Their 3' extensions; the two flaps are complementary over ``overlap`` bases.
    replaced
        Bases of the patient's allele between the nicks, on the plus strand.
    written
        What replaces them.
    overlap
        Bases over which the flaps pair [nt].
    """

    left: Site
    right: Site
    left_extension: Extension
    right_extension: Extension
    replaced: str
    written: str
    overlap: int

    @property
    def departures(self) -> int:
        """Departures from the rules in both extensions."""
        return len(self.left_extension.departures) + len(self.right_extension.departures)


def twin_pairs(change: Change, editors: Sequence[PrimeEditor], rules: PrimeRules) -> list[TwinPair]:
    """Every pair of nicks around an edit whose two flaps can hold what stands between.

    For each pair of nicks the flaps are of one length and overlap by the length of the table (by
    one base more where that makes them even), or pair over all of the new sequence if it is
    shorter; each binding site is the one with the
    fewest departures and nearest the preferred length.

    Parameters
    ----------
    change
        The edit on the plus strand.
    """
    mirror = change.mirrored
    room = 2 * rules.rtt_max - rules.twin_overlap
    size = change.end_after - change.start
    if size > room:
        return []
    away = room - size
    nicks = range(max(0, change.start - away), change.start + 1)
    lefts = [s for s in sites_at("+", change.before, nicks, editors) if fits_once(s, change)]
    nicks = range(max(0, mirror.start - away), mirror.start + 1)
    rights = [s for s in sites_at("-", mirror.before, nicks, editors) if fits_once(s, mirror)]
    found = []
    for left in lefts:
        for right in rights:
            pair = _pair(change, left, right, rules)
            if pair is not None:
                found.append(pair)
    found.sort(
        key=lambda pair: (pair.departures, len(pair.written), pair.left.nick, pair.right.nick)
    )
    return found


def _pair(change: Change, left: Site, right: Site, rules: PrimeRules) -> TwinPair | None:
    """The pair of pegRNAs for two nicks; None if their flaps cannot hold the new sequence."""
    end = len(change.before) - right.nick  # the right nick on the plus strand, before the edit
    written = change.after[left.nick : end + change.shift]
    shared = {editor.name for editor, _ in left.editors} & {e.name for e, _ in right.editors}
    if not shared or end < change.end_before or not BASES.issuperset(written):
        return None
    overlap = min(len(written), rules.twin_overlap)
    if overlap < rules.homology_min:
        return None
    # flaps of one length, so that neither strand is preferred
    flap = (len(written) + overlap + 1) // 2
    if flap > rules.rtt_max:
        return None
    overlap = 2 * flap - len(written)
    left_made = _extension(
        reverse_complement(written[:flap]), change.before[: left.nick], overlap, rules
    )
    right_made = _extension(
        written[len(written) - flap :], change.mirrored.before[: right.nick], overlap, rules
    )
    if left_made is None or right_made is None:
        return None
    replaced = change.before[left.nick : end]
    return TwinPair(
        _limited(left, shared), _limited(right, shared), left_made, right_made, replaced,
        written, overlap,
    )  # fmt: skip


def _limited(site: Site, names: set[str]) -> Site:
    """A site with those editors only: one protein makes both nicks."""
    kept = tuple((editor, pam) for editor, pam in site.editors if editor.name in names)
    return Site(site.strand, site.start, site.nick, site.spacer, kept)


def _extension(rtt: str, before_nick: str, overlap: int, rules: PrimeRules) -> Extension | None:
    """The best binding site behind a template; ``homology`` is the overlap of the flaps."""
    low, high = rules.pbs_gc
    made = []
    for length in range(rules.pbs_min, rules.pbs_max + 1):
        primer = before_nick[-length:]
        if len(primer) < length or not BASES.issuperset(primer):
            break
        pbs = reverse_complement(primer)
        gc = gc_percent(pbs)
        departures = tuple(
            name
            for name, departs in (
                ("first_base", rtt[:1] == rules.first_base_avoided),
                ("terminator", rules.terminator in rtt + pbs),
                ("pbs_gc", not low <= gc <= high),
            )
            if departs
        )
        run = longest_run(rtt + pbs)
        made.append(Extension(rtt, pbs, overlap, melting_temperature(pbs), gc, run, departures))
    return min(
        made,
        key=lambda item: (len(item.departures), abs(len(item.pbs) - rules.pbs_preferred)),
        default=None,
    )
