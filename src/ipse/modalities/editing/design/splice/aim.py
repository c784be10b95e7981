"""What the designs of one variant and site share, and what they do to the alleles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ipse.core.sequence import matches
from ipse.genome.consequence import consequence
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import BaseEditor
from ipse.modalities.editing.design.allele import Allele, other_allele
from ipse.modalities.editing.design.outcomes import SPLICE_SITE, STOPPED
from ipse.modalities.editing.design.splice.cryptic import where
from ipse.modalities.editing.design.splice.guides import Destroyer, spacer_on
from ipse.modalities.editing.design.splice.precedents import SplicePrecedent
from ipse.modalities.editing.design.splice.sites import on_plus
from ipse.modalities.editing.model import (
    HARMFUL,
    Bystander,
    Effect,
    NormalAllele,
    Outcome,
    Strategy,
    severity,
)


@dataclass(frozen=True)
class Aim:
    """What the designs for one variant, site and product have in common.

    Attributes
    ----------
    parts
        Common fields of :class:`SpliceParts`; ``product`` among them.
    note
        What the intended edit does, in words.
    gone
        Exons that are not in the transcript afterwards: what happens to their bases is idle.
    trans
        Substitutions of the patient's other allele.
    frame
        The allele the modality draws designs on, for places relative to the variant; None without.
    precedents
        Published edits of this aim.
    stays
        Fields ``stays_in_cis``, ``may_be_in_cis``, ``on_one_allele`` of a design.
    """

    strategy: Strategy
    effect: Effect
    note: str
    variant: str
    variant_hgvs: str
    gene: str
    transcript: Transcript
    reference: Reference
    parts: dict[str, Any]
    editors: Sequence[BaseEditor]
    gone: frozenset[int] = frozenset()
    change: GenomicVariant | None = None
    trans: tuple[GenomicVariant, ...] = ()
    frame: Allele | None = None
    precedents: tuple[SplicePrecedent, ...] = ()
    stays: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def result_p(self) -> str:
        """Protein expected."""
        text: str = self.parts["product"].hgvs_p
        return text

    def with_parts(self, **more: Any) -> Aim:
        """The aim with further fields of its parts."""
        return replace(self, parts={**self.parts, **more})


def bystanders_of(aim: Aim, allele: Allele, item: Destroyer) -> tuple[Bystander, ...]:
    """Other bases an editor may change, with what each does alone."""
    first, last = item.editor.target
    found = []
    for position, index, base in item.bystanders:
        at = allele.genomic(index)
        hgvs_c, hgvs_p, effect = effect_of(aim, at, base)
        found.append(
            Bystander(
                id=f"{item.editor.edit[0]}{position}",
                position=position,
                genomic_position=at,
                in_target_window=first <= position <= last,
                hgvs_c=hgvs_c,
                hgvs_p=hgvs_p,
                effect=effect,
            )
        )
    return tuple(found)


def effect_of(aim: Aim, position: int, base: str) -> tuple[str, str, Effect]:
    """What one changed base does, alone, to a transcript that lacks some exons.

    Returns
    -------
    tuple
        c. and p. descriptions and the effect; bases of exons that are gone, and splice sites of
        these, do nothing.
    """
    contig = aim.transcript.contig
    ref = aim.reference.fetch(contig, position, position + 1)
    change = GenomicVariant(contig, position, ref, base)
    found = consequence([change], aim.transcript, aim.reference)
    place = where(aim.transcript, position)
    if place is None or ref == base:
        return found.hgvs_c, "", "noncoding_bystander"
    if place.exon in aim.gone:
        return found.hgvs_c, "", "noncoding_bystander"
    terms = set(found.terms)
    if place.exon is None:
        nearest = aim.transcript.exon_number(aim.transcript.to_transcript(position)[0])
        if nearest in aim.gone:
            return found.hgvs_c, "", "noncoding_bystander"
        if terms & SPLICE_SITE:
            return found.hgvs_c, found.hgvs_p, "splice_bystander"
        region = any(term.startswith("splice_") for term in terms)
        return found.hgvs_c, "", "splice_region_bystander" if region else "noncoding_bystander"
    if terms & STOPPED:
        return found.hgvs_c, found.hgvs_p, "nonsense_bystander"
    if terms & {"start_lost", "stop_lost"}:
        return found.hgvs_c, found.hgvs_p, "start_or_stop_lost_bystander"
    if found.protein_after != found.protein_before:
        return found.hgvs_c, found.hgvs_p, "missense_bystander"
    if any(term.startswith("splice_") for term in terms):
        return found.hgvs_c, found.hgvs_p, "splice_region_bystander"
    synonymous = found.codon is not None
    return (
        found.hgvs_c, found.hgvs_p,
        "synonymous_bystander" if synonymous else "noncoding_bystander",
    )  # fmt: skip


def base_outcomes(
    aim: Aim, at: int, base: str, bystanders: Sequence[Bystander], editor: BaseEditor, strand: str
) -> tuple[Outcome, ...]:
    """The intended edit alone, and with every bystander.

    Parameters
    ----------
    at, base
        Reference position and plus-strand base of the intended edit.
    """
    after = on_plus(editor.edit[1], strand == "+")
    contig = aim.transcript.contig

    def name(edits: Sequence[tuple[int, str]]) -> tuple[str, tuple[str, ...]]:
        changes = []
        for position, letter in sorted(edits):
            ref = aim.reference.fetch(contig, position, position + 1)
            if ref != letter:
                changes.append(GenomicVariant(contig, position, ref, letter))
        if not changes:
            return "c.=", ()
        found = consequence(changes, aim.transcript, aim.reference)
        return found.hgvs_c, found.terms

    alone, terms = name([(at, base)])
    outcomes = [
        Outcome(
            hgvs_c=alone, hgvs_p=aim.result_p, bystander_ids=(), effect=aim.effect,
            consequence=terms,
        )
    ]  # fmt: skip
    if bystanders:
        places = {at: base} | {b.genomic_position: after for b in bystanders}
        together, more = name(list(places.items()))
        worst = max((b.effect for b in bystanders), key=severity)
        harmless = worst not in HARMFUL
        outcomes.append(
            Outcome(
                hgvs_c=together, hgvs_p=aim.result_p if harmless else "p.?",
                bystander_ids=tuple(b.id for b in bystanders),
                effect=max(worst, aim.effect, key=severity), consequence=more,
            )
        )  # fmt: skip
    return tuple(outcomes)


def normal_allele(
    aim: Aim, allele: Allele, strand: str, start: int, spacer: str, pattern: str,
    pam: tuple[int, int], position: int | None, before: str,
) -> NormalAllele | None:  # fmt: skip
    """What the guide meets on the other allele; None where an indel under it leaves that open."""
    end = start + len(spacer)
    low, high = min(start, pam[0]), max(end, pam[1])
    touches = allele.at < high and allele.at + len(allele.alt) > low
    if allele.shift and touches:
        return None
    if allele.shift:
        site, there = spacer, spacer_on(allele, strand, pam[0], pam[1] - pam[0])
    else:
        normal = replace(allele, sequence=other_allele(allele, aim.trans))
        site = spacer_on(normal, strand, start, len(spacer))
        there = spacer_on(normal, strand, pam[0], pam[1] - pam[0])
    return NormalAllele(
        mismatches=tuple(n + 1 for n, base in enumerate(spacer) if site[n] != base),
        pam=there,
        pam_matches=matches(pattern, there),
        target_editable=position is not None and site[position - 1] == before,
    )
