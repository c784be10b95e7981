"""A second, silent change that keeps a pegRNA off the allele it has edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ipse.core.sequence import complement
from ipse.genome.consequence import consequence
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.design.prime.catalogue import PrimeRules
from ipse.modalities.editing.design.prime.change import Change
from ipse.modalities.editing.design.prime.model import Kept
from ipse.modalities.editing.design.prime.pegrnas import Extension, PegSite, best_extension
from ipse.modalities.editing.design.prime.sites import kept_off

HARMLESS = (
    frozenset({"synonymous_variant"}),
    frozenset({"intron_variant"}),
    frozenset({"3_prime_UTR_variant"}),
)
"""Consequences a change may have, each alone: a splice site, a splice region, a start codon or an
upstream reading frame is none of them."""

Judge = Callable[[int, str, str], str | None]
"""Plus-strand index in the edited stretch, base there, new base -> what the change is called, or
None if it is not silent."""


@dataclass(frozen=True)
class SilentChange:
    """One more base changed with the edit.

    Attributes
    ----------
    index
        On the plus strand of the edited stretch.
    before, after
        Plus-strand bases.
    described
        Its c. and p. description.
    kept
        What then keeps the guide off the edited allele.
    extension
        The first extension that writes both.
    """

    index: int
    before: str
    after: str
    described: str
    kept: Kept
    extension: Extension


def silent_changes(peg: PegSite, judge: Judge, rules: PrimeRules) -> list[SilentChange]:
    """Every silent change between nick and end of the PAM that ends the guide's fit.

    Best first: in the PAM, then in the seed; few departures of the extension; nearest the nick.
    None is sought where the edit itself keeps the guide off.
    """
    if peg.kept in ("pam_destroyed", "seed_mismatch"):
        return []
    site, change = peg.site, peg.change
    found: list[tuple[int, int, int, SilentChange]] = []
    for index in range(site.nick, site.pam_start + len(site.pam)):
        old = change.after[index]
        for new in "ACGT":
            if new == old:
                continue
            after = change.after[:index] + new + change.after[index + 1 :]
            kept = kept_off(site, after, site.start, site.editor, rules.seed)
            if kept not in ("pam_destroyed", "seed_mismatch"):
                continue
            plus = site.strand == "+"
            place = index if plus else len(after) - 1 - index
            bases = (old, new) if plus else (complement(old), complement(new))
            described = judge(place, *bases)
            if described is None:
                continue
            made = best_extension(Change(change.before, after), site.nick, rules)
            if made is not None:
                silent = SilentChange(place, *bases, described, kept, made)
                rank = ("pam_destroyed", "seed_mismatch").index(kept)
                found.append((rank, len(made.departures), index, silent))
    found.sort(key=lambda item: (*item[:3], item[3].after))
    return [item[3] for item in found]


def judge_of(start: int, contig: str, transcript: Transcript | None, reference: Reference) -> Judge:
    """Judge changes of the corrected allele by their consequence for a transcript.

    Parameters
    ----------
    start
        Reference position of the first base of the edited stretch, which has the reference's
        length.
    transcript
        Without one nothing is known to be silent.
    """

    def judge(index: int, before: str, after: str) -> str | None:
        if transcript is None:
            return None
        position = start + index
        # a base of the patient's own that is not the reference's is left as it is
        if not reference.has(contig, position, position + 1):
            return None
        if reference.fetch(contig, position, position + 1) != before:
            return None
        found = consequence(GenomicVariant(contig, position, before, after), transcript, reference)
        if frozenset(found.terms) not in HARMLESS:
            return None
        return " ".join(filter(None, (found.hgvs_c, found.hgvs_p)))

    return judge
