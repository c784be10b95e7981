"""The patient's allele as prime editing meets it: wide, and with the patient's own letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.prime.catalogue import PrimeEditor, PrimeRules
from ipse.modalities.editing.design.prime.change import Change
from ipse.modalities.editing.design.subject import Subject
from ipse.modalities.editing.others import change_of


@dataclass(frozen=True)
class Locus:
    """The patient's allele as prime editing meets it.

    Attributes
    ----------
    allele
        Wide enough for templates and nicking guides.
    change
        The edit on the plus strand, with the patient's own substitutions in both strings.
    own
        Substitutions that stand in it.
    """

    allele: Allele
    change: Change
    own: tuple[GenomicVariant, ...]


def flank_needed(editors: Sequence[PrimeEditor], rules: PrimeRules) -> int:
    """Bases on either side of a variant, so that no design is cut off."""
    site = max(editor.length + len(editor.pam) for editor in editors)
    return 2 * rules.rtt_max + rules.nicking_listed + site


def locus_of(subject: Subject, allele: Allele) -> Locus:
    """The edit of an allele, on the patient's own sequence.

    Substitutions that stand on this very allele (phased or homozygous calls, and other variants
    the case states in cis) are in it before and after the edit; what is pathogenic among them is
    not repaired by this one.
    """
    stated = [change for item in subject.others.cis if (change := change_of(item)) is not None]
    before, after = list(allele.sequence), list(allele.corrected)
    written = []
    for item in dict.fromkeys((*subject.own, *stated)):
        if item.contig != allele.contig or len(item.ref) != 1 or len(item.alt) != 1:
            continue
        inside = allele.start <= item.start < allele.end
        at = allele.start + allele.at
        if not inside or at <= item.start < at + len(allele.ref):
            continue
        places = allele.index(item.start), item.start - allele.start
        if before[places[0]] == item.ref == after[places[1]]:
            before[places[0]] = after[places[1]] = item.alt
            written.append(item)
    return Locus(allele, Change("".join(before), "".join(after)), tuple(written))
