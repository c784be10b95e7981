"""Every pegRNA of an edit: spacer by primer binding site by template, ranked by cited rules.

Sequence in, rows out; nothing here knows of genes, patients or coordinates of a genome.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from ipse.core.sequence import reverse_complement
from ipse.modalities.editing.design.prime.catalogue import PrimeEditor, PrimeRules
from ipse.modalities.editing.design.prime.change import BASES, Change
from ipse.modalities.editing.design.prime.features import (
    gc_percent,
    longest_run,
    melting_temperature,
)
from ipse.modalities.editing.design.prime.model import Kept
from ipse.modalities.editing.design.prime.sites import (
    Site,
    Strand,
    fits_once,
    kept_off,
    reach,
    sites_at,
)

ORDER = (
    "fewest departures from the cited rules (first base of the extension, U6 terminator, length "
    "of the template); binding site nearest the preferred length, one base farther where its G "
    "and C are out of range; shortest template; shortest run of one base"
)
SPACER_ORDER = (
    "editor in the order of the table; fewest departures of its best extension; PAM or seed lost "
    "by the edit; nick nearest the edit"
)


class Extension(NamedTuple):
    """A 3' extension: template, then primer binding site, both 5' to 3' as DNA.

    Attributes
    ----------
    rtt, pbs
        Reverse-transcription template and primer binding site.
    homology
        Template bases beyond the edit [nt].
    pbs_tm, pbs_gc
        Melting temperature on DNA [degrees Celsius], and G and C [%], of the binding site.
    run
        Longest run of one base in the extension [nt].
    departures
        Names of the rules it departs from.
    """

    rtt: str
    pbs: str
    homology: int
    pbs_tm: float
    pbs_gc: float
    run: int
    departures: tuple[str, ...]

    @property
    def sequence(self) -> str:
        """The extension, 5' to 3'."""
        return self.rtt + self.pbs

    @property
    def flap(self) -> str:
        """DNA copied from the template, 5' to 3'."""
        return reverse_complement(self.rtt)


@dataclass(frozen=True)
class PegSite:
    """A spacer that can write an edit.

    Attributes
    ----------
    site
        Protospacer, nick and editors.
    change
        The edit on the strand that is nicked.
    nick_to_edit
        Unchanged bases between nick and edit [nt]; 0 is the position usually called +1.
    kept
        What keeps the guide off the edited allele.
    best
        Its first extension; the others are listed when they are asked for.
    """

    site: Site
    change: Change
    nick_to_edit: int
    kept: Kept
    best: Extension
    rules: PrimeRules

    @cached_property
    def extensions(self) -> tuple[Extension, ...]:
        """Every template by every binding site, best first."""
        return tuple(extensions(self.change, self.site.nick, self.rules))

    def first(self, number: int) -> list[Extension]:
        """The first extensions alone."""
        return extensions(self.change, self.site.nick, self.rules, number)

    @property
    def count(self) -> int:
        """Number of extensions, without listing them."""
        letters = self.change, self.site.nick, self.rules
        return len(_templates(*letters)) * len(_binding_sites(*letters))


def peg_sites(change: Change, editors: Sequence[PrimeEditor], rules: PrimeRules) -> list[PegSite]:
    """Every spacer that can write an edit by one flap, best first.

    A spacer that fits a second place of the stretch is none (:func:`repeated_sites` counts them).

    Parameters
    ----------
    change
        The edit on the plus strand, with enough sequence around it: spacers, binding sites and
        templates that an end cuts off are left out.
    editors
        In order of preference.
    """
    ranks = {editor.name: rank for rank, editor in enumerate(editors)}
    found: list[PegSite] = []
    for site, own in _in_reach(change, editors, rules):
        if not fits_once(site, own):
            continue
        best = best_extension(own, site.nick, rules)
        if best is not None:
            kept = kept_off(site, own.after, site.start, site.editor, rules.seed)
            found.append(PegSite(site, own, own.start - site.nick, kept, best, rules))
    found.sort(
        key=lambda peg: (
            ranks[peg.site.editor.name],
            len(peg.best.departures),
            peg.kept == "intact",
            peg.nick_to_edit,
            peg.site.strand,
        )
    )
    return found


def repeated_sites(change: Change, editors: Sequence[PrimeEditor], rules: PrimeRules) -> int:
    """Number of spacers in reach that are left out because they fit a second place nearby."""
    return sum(not fits_once(site, own) for site, own in _in_reach(change, editors, rules))


def _in_reach(
    change: Change, editors: Sequence[PrimeEditor], rules: PrimeRules
) -> Iterator[tuple[Site, Change]]:
    """Every protospacer in reach of an edit, with the edit on its strand."""
    strands: tuple[Strand, Strand] = ("+", "-")
    for strand in strands:
        own = change.on(strand)
        nicks = reach(own, rules.rtt_max, rules.homology_min)
        for site in sites_at(strand, own.before, nicks, editors):
            yield site, own


def why_none(change: Change, editors: Sequence[PrimeEditor], rules: PrimeRules) -> tuple[str, str]:
    """Why no single flap writes an edit: a stable code and one line."""
    size = min(item.end_after - item.start for item in (change, change.mirrored))
    if size + rules.homology_min > rules.rtt_max:
        reason = (
            f"{size} bases to write and {rules.homology_min} of homology exceed the longest "
            f"template ({rules.rtt_max} nt)"
        )
        return "edit-too-long", reason
    names = ", ".join(dict.fromkeys(f"{editor.name} ({editor.pam})" for editor in editors))
    reason = (
        f"no PAM of {names} puts a nick 5' of the edit so that a template of {rules.rtt_max} nt "
        f"spans it with {rules.homology_min} nt beyond"
    )
    return "no-nick-in-reach", reason


def extensions(
    change: Change, nick: int, rules: PrimeRules, most: int | None = None
) -> list[Extension]:
    """Every 3' extension for a nick, best first; the first ``most`` of them if that is given.

    Parameters
    ----------
    change
        The edit on the strand that is nicked.
    nick
        Index of the base right behind the nick.
    """
    sites = _binding_sites(change, nick, rules)
    made = [
        (_key(template, site, rules), template, site)
        for template in _templates(change, nick, rules)
        for site in sites
    ]
    made.sort(key=itemgetter(0))
    return [_row(template, site, rules) for _, template, site in made[:most]]


def best_extension(change: Change, nick: int, rules: PrimeRules) -> Extension | None:
    """The first of all extensions for a nick, or None if there is none.

    Of templates that depart from the same rules the shortest stands first with any binding site,
    so that only those are compared.
    """
    shortest: dict[tuple[tuple[str, ...], bool], _Template] = {}
    for template in _templates(change, nick, rules):
        shortest.setdefault((template.departures, template.stops), template)
    pairs = [
        (template, site)
        for site in _binding_sites(change, nick, rules)
        for template in shortest.values()
    ]
    if not pairs:
        return None
    return _row(*min(pairs, key=lambda pair: _key(pair[0], pair[1], rules)), rules)


class _Template(NamedTuple):
    """A template with what its place in the order depends on."""

    letters: str
    homology: int
    departures: tuple[str, ...]
    stops: bool


class _BindingSite(NamedTuple):
    """A primer binding site with what its place in the order depends on."""

    letters: str
    gc: float
    gc_off: bool
    stops: bool


def _stops(template: _Template, site: _BindingSite, rules: PrimeRules) -> bool:
    """Whether the extension holds the terminator, over the seam too."""
    near = len(rules.terminator) - 1
    seam = template.letters[-near:] + site.letters[:near]
    return template.stops or site.stops or rules.terminator in seam


def _run(template: _Template, site: _BindingSite) -> int:
    """Longest run of one base in the extension."""
    return longest_run(template.letters + site.letters)


def _key(template: _Template, site: _BindingSite, rules: PrimeRules) -> tuple[int, ...]:
    departures = len(template.departures) + _stops(template, site, rules)
    length = len(site.letters)
    away = abs(length - rules.pbs_preferred)
    run = _run(template, site)
    return departures, away + site.gc_off, away, len(template.letters), run, length


def _row(template: _Template, site: _BindingSite, rules: PrimeRules) -> Extension:
    departures = template.departures
    if _stops(template, site, rules):
        departures = (*departures, "terminator")
    return Extension(
        rtt=template.letters,
        pbs=site.letters,
        homology=template.homology,
        pbs_tm=melting_temperature(site.letters),
        pbs_gc=site.gc,
        run=_run(template, site),
        departures=departures,
    )


def _templates(change: Change, nick: int, rules: PrimeRules) -> list[_Template]:
    """Templates of all lengths, shortest first, as far as the sequence is known.

    The bases a template holds beyond the edit must stand once behind the nick on the patient's
    allele: else the end of the flap pairs in more places than one. What stands once with few
    bases does so with more.
    """
    low, high = rules.rtt_preferred
    written = change.after[nick : nick + rules.rtt_max]
    known = next((k for k, base in enumerate(written) if base not in BASES), len(written))
    whole = reverse_complement(written[:known])
    behind = change.before[nick:]
    unique = False
    found = []
    for length in range(change.end_after - nick + rules.homology_min, known + 1):
        rtt = whole[known - length :]
        homology = nick + length - change.end_after
        if not unique:
            tail = written[length - homology : length]
            unique = behind.find(tail) == behind.rfind(tail)
            if not unique:
                continue
        departures: tuple[str, ...] = ()
        if rtt[0] == rules.first_base_avoided:
            departures = ("first_base",)
        if not low <= length <= high:
            departures = (*departures, "rtt_length")
        found.append(_Template(rtt, homology, departures, rules.terminator in rtt))
    return found


def _binding_sites(change: Change, nick: int, rules: PrimeRules) -> list[_BindingSite]:
    """Binding sites of all lengths, as far as the sequence is known."""
    low, high = rules.pbs_gc
    found = []
    for length in range(rules.pbs_min, rules.pbs_max + 1):
        primer = change.before[nick - length : nick] if nick >= length else ""
        if len(primer) < length or not BASES.issuperset(primer):
            break
        pbs = reverse_complement(primer)
        gc = gc_percent(pbs)
        found.append(
            _BindingSite(
                letters=pbs,
                gc=gc,
                gc_off=not low <= gc <= high,
                stops=rules.terminator in pbs,
            )
        )
    return found
