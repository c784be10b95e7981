"""Whether a repaired allele is safe from its guide, and the silent changes that make it so."""

from __future__ import annotations

from dataclasses import dataclass

from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import Nuclease, RepairRules
from ipse.modalities.editing.design.hdr.blocking import KINDS, Blocking, Silence, block
from ipse.modalities.editing.design.hdr.donor import written_into
from ipse.modalities.editing.design.hdr.model import SilentChange
from ipse.modalities.editing.design.hdr.repair import Left, Repair, left_of, placements
from ipse.modalities.editing.design.hdr.sites import cuttable
from ipse.modalities.editing.design.outcomes import Alleles
from ipse.modalities.editing.design.subject import Subject


@dataclass(frozen=True)
class Protected:
    """A repair with what keeps it.

    Attributes
    ----------
    left
        What is left of the site, silent changes included.
    safe
        Whether the nuclease shown is taken not to cut the repaired allele.
    still_cut_by
        Other nucleases that may.
    """

    left: Left
    blocking: Blocking | None
    safe: bool
    still_cut_by: tuple[Nuclease, ...]

    @property
    def changes(self) -> tuple[GenomicVariant, ...]:
        """Silent changes of the template."""
        return self.blocking.changes if self.blocking is not None else ()


def protect(
    subject: Subject, repair: Repair, rules: RepairRules, silence: Silence | None
) -> Protected:
    """Judge a repair, and add silent changes if the correction alone does not protect it.

    Parameters
    ----------
    silence
        Says what is silent; None without a transcript, and then nothing is added.
    """
    allele, site, nuclease = subject.allele, repair.site, repair.nuclease
    repaired, own = written_into(allele.corrected, allele.start, subject.own)
    left = left_of(allele, site, nuclease, rules, repaired)
    blocking = None
    places = placements(allele, site)
    if left.place is not None and _cut(repaired, repair, nuclease, rules, places):
        if silence is not None:
            first = allele.start + allele.at
            fixed = (*range(first, first + len(allele.ref)), *(item.start for item in own))
            blocking = block(
                repaired, allele.start, allele.contig, site, left.place, places, nuclease, rules,
                silence, range(repair.left, repair.right + allele.shift), fixed,
            )  # fmt: skip
        if blocking is not None:
            repaired, _ = written_into(repaired, allele.start, blocking.changes)
            left = left_of(allele, site, nuclease, rules, repaired)
    cut_by = [item for item in repair.cut.nucleases if _cut(repaired, repair, item, rules, places)]
    return Protected(left, blocking, nuclease not in cut_by, tuple(cut_by))


def _cut(
    repaired: str, repair: Repair, nuclease: Nuclease, rules: RepairRules, places: range
) -> bool:
    """Whether the guide is taken to cut where its site was."""
    found = cuttable(repaired, repair.site.spacer, nuclease, rules, places[0], places[-1])
    return any(strand == repair.site.strand for strand, _ in found)


def silent_changes(blocking: Blocking | None, alleles: Alleles) -> tuple[SilentChange, ...]:
    """Silent changes with their descriptions."""
    if blocking is None:
        return ()
    return tuple(
        SilentChange(
            position=change.start,
            ref=change.ref,
            alt=change.alt,
            hgvs_c=alleles.allele_of([change]).hgvs_c,
            kind=KINDS[kind],
        )
        for change, kind in zip(blocking.changes, blocking.kinds, strict=True)
    )
