"""Plans that silence a cryptic splice site a variant makes or strengthens."""

from __future__ import annotations

from dataclasses import replace

from ipse.genome.consequence import consequence
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.design.family import Refusal
from ipse.modalities.editing.design.outcomes import SPLICE_SITE, STOPPED
from ipse.modalities.editing.design.splice.aim import Aim
from ipse.modalities.editing.design.splice.cryptic import (
    Cryptic,
    Pseudoexon,
    added_bases,
    cryptic_sites,
    lost_bases,
    pseudoexons,
    where,
)
from ipse.modalities.editing.design.splice.designs import base_design
from ipse.modalities.editing.design.splice.guides import Destroyer, destroyers
from ipse.modalities.editing.design.splice.model import CrypticSite, SpliceProduct
from ipse.modalities.editing.design.splice.places import PlacedSite, rule, rule_source
from ipse.modalities.editing.design.splice.plans import Patient, Planned, cut_designs, pair_designs
from ipse.modalities.editing.design.splice.precedents import of_target
from ipse.modalities.editing.model import EditDesign, Strategy

STRATEGY: Strategy = "ablate-splice-site"
_A = {"donor": "a donor", "acceptor": "an acceptor"}
LONGEST = 50
"""Longest allele that is looked at for cryptic sites [nt]; a choice of engineering."""


def silence_cryptic(patient: Patient, number: str) -> Planned | Refusal:
    """Designs against the cryptic sites of a located variant.

    Parameters
    ----------
    number
        c. description without the transcript, to find what was published of it.
    """
    change = patient.change
    assert change is not None
    if max(len(change.ref), len(change.alt)) > LONGEST:
        reason = f"a change of more than {LONGEST} bases is not looked at for cryptic splice sites"
        return Refusal("change-too-long", reason)
    if where(patient.transcript, change.start) is None:
        return Refusal("outside-transcript", "the variant lies outside the transcript")
    if set(consequence([change], patient.transcript, patient.reference).terms) & SPLICE_SITE:
        return Refusal(
            "site-already-lost",
            "the variant lies in a splice site of the gene: silencing another gives none back",
        )
    reach = rule("pseudoexon_longest") + 60
    allele = patient.over(change.start - reach, change.end + reach)
    found = cryptic_sites(allele, patient.transcript)
    if not found:
        return Refusal(
            "no-cryptic-site",
            "on the weight matrix the variant makes or strengthens no splice site beside those of "
            "the transcript",
        )
    designs: list[EditDesign] = []
    left_out: list[str] = []
    for cryptic in found:
        made, why = _of_site(patient, cryptic, number)
        designs += made
        left_out += why
    if not designs:
        return Refusal("no-guide", "; ".join(left_out))
    return Planned(tuple(designs), tuple(left_out))


def _of_site(patient: Patient, cryptic: Cryptic, number: str) -> tuple[list[EditDesign], list[str]]:
    site, change = cryptic.site, patient.change
    assert change is not None
    likely = pseudoexons(cryptic) if _deep(patient, cryptic) else []
    aim = _aim(patient, cryptic, likely, number)
    name = f"cryptic {site.kind}"
    designs, left_out = [], []
    undo = _undo(site, change)
    made, stops = _base(patient, aim, site, undo)
    designs += made
    if stops:
        left_out.append(f"{name}: {stops} spacer(s) whose edit itself makes a stop codon")
    if likely:
        partner = likely[0].partner
        kind = f"likely other end of the pseudo-exon, {_A[partner.kind]}"
        note = (
            f"the {kind}, goes, so that the pseudo-exon has no end; only RNA proves that it is one"
        )
        more, _ = _base(patient, replace(aim, note=note).with_parts(other_end=True), partner, ())
        designs += more
        if not more:
            left_out.append(f"{kind}: no base editor reaches it")
    place = where(patient.transcript, site.genomic(0))
    if place is None or place.exon is not None:
        left_out.append(
            f"{name}: it lies in an exon, where cuts would shift the frame or take coding bases"
        )
        return designs, left_out
    cut = cut_designs(patient, aim, site)
    designs += cut
    if not cut:
        left_out.append(f"{name}: no nuclease cuts in it")
    paired, why = pair_designs(patient, aim, *_letters(site))
    designs += paired
    if why:
        left_out.append(f"{name}, two cuts: {why}")
    return designs, left_out


def _base(
    patient: Patient, aim: Aim, site: PlacedSite, undo: tuple[tuple[int, str], ...]
) -> tuple[list[EditDesign], int]:
    """Base edits of a site, and how many spacers were left out for a stop codon of their own."""
    designs, stops = [], 0
    for group in destroyers(site, patient.editors, undo):
        if _in_new_bases(site, group[0]):
            continue
        described = _edited(patient, site, group[0])
        if described is None:
            stops += 1
            continue
        hgvs_p, changed = described
        mine = aim
        if changed:
            result = aim.parts["product"].model_copy(update={"hgvs_p": hgvs_p})
            mine = aim.with_parts(product=result)
        designs.append(base_design(mine, site, group))
    return designs, stops


def _edited(patient: Patient, site: PlacedSite, item: Destroyer) -> tuple[str, bool] | None:
    """Protein of the allele with the variant and the edit, and whether it is not the normal one.

    None if the edit itself makes a stop or takes the start or stop codon away.
    """
    contig, transcript = patient.transcript.contig, patient.transcript
    index, base = item.target
    at = site.allele.genomic(index)
    ref = patient.reference.fetch(contig, at, at + 1)
    place = where(transcript, at)
    if place is None or place.exon is None or ref == base:
        return "p.=", False
    found = consequence(_together(patient, site, item), transcript, patient.reference)
    if set(found.terms) & (STOPPED | {"start_lost", "stop_lost"}):
        return None
    return found.hgvs_p or "p.=", found.protein_after != found.protein_before


def _in_new_bases(site: PlacedSite, item: Destroyer) -> bool:
    """Whether the base lies among bases an insertion brings, which have no place to be named by."""
    allele, index = site.allele, item.target[0]
    single = len(allele.ref) == len(allele.alt) == 1
    return not single and allele.at <= index < allele.at + len(allele.alt)


def _together(patient: Patient, site: PlacedSite, item: Destroyer) -> GenomicVariant:
    """Variant and edit as one change of the reference, from the first base to the last."""
    contig, change, allele = patient.transcript.contig, patient.change, site.allele
    index, base = item.target
    at = allele.genomic(index)
    low, high = at, at + 1
    if change is not None:
        low, high = min(low, change.start), max(high, change.end)
    edited = allele.sequence[:index] + base + allele.sequence[index + 1 :]
    letters = edited[allele.index(low) : _behind(site, high)]
    ref = patient.reference.fetch(contig, low, high)
    return GenomicVariant(contig, low, ref, letters).trimmed()


def _behind(site: PlacedSite, end: int) -> int:
    """Index behind the last base before a reference position; inserted bases included."""
    allele = site.allele
    if end <= allele.start + allele.at:
        return end - allele.start
    return end - allele.start - allele.shift


def _undo(site: PlacedSite, change: GenomicVariant) -> tuple[tuple[int, str], ...]:
    """The edit that restores the reference base: another strategy's."""
    if len(change.ref) != 1 or len(change.alt) != 1:
        return ()
    return ((site.allele.at, change.ref),)


def _letters(site: PlacedSite) -> tuple[int, int]:
    """Reference stretch of the two bases next to the border."""
    ends = [site.genomic(offset) for offset in (-2, 1)]
    return min(ends), max(ends) + 1


def _deep(patient: Patient, cryptic: Cryptic) -> bool:
    place = where(patient.transcript, cryptic.site.genomic(0))
    return place is not None and place.deep


def _aim(patient: Patient, cryptic: Cryptic, likely: list[Pseudoexon], number: str) -> Aim:
    site = cryptic.site
    protein = patient.transcript.protein or patient.transcript.translated()
    change = patient.change
    own = "p.="
    if change is not None:
        described = consequence([change], patient.transcript, patient.reference)
        if described.protein_after is not None:
            own = described.hgvs_p or "p.="
    effect = _effect(patient, cryptic, likely)
    parts = {
        "aim": "cryptic",
        "product": SpliceProduct(
            hgvs_r="r.=", hgvs_p=own, length=len(protein), normal_length=len(protein), lost=0
        ),
        "cryptic": CrypticSite(
            kind=site.kind, position=site.genomic(0), before=cryptic.before, after=cryptic.after,
            created=cryptic.created, effect=effect,
            pseudoexon=likely[0].length if likely else None,
        ),
        "source": rule_source("least_gain"),
    }  # fmt: skip
    return Aim(
        strategy=STRATEGY, effect="splice_site_lost",
        note=f"the cryptic {site.kind} goes, so that the gene's own sites are used again",
        variant=patient.variant, variant_hgvs=patient.variant_hgvs, gene=patient.gene,
        transcript=patient.transcript, reference=patient.reference, parts=parts,
        editors=patient.editors, change=change, trans=patient.trans, frame=patient.frame,
        precedents=tuple(of_target(patient.gene, "cryptic", number)), stays=patient.stays,
    )  # fmt: skip


def _effect(patient: Patient, cryptic: Cryptic, likely: list[Pseudoexon]) -> str:
    """What would be spliced, in words."""
    site, transcript = cryptic.site, patient.transcript
    lost = lost_bases(cryptic, transcript.exons)
    if lost is not None:
        exon, bases = lost
        which = "last" if site.kind == "donor" else "first"
        return f"exon {exon} would lose its {which} {bases} bases"
    if likely:
        best = likely[0]
        return (
            f"a pseudo-exon of {best.length} bases, if the {best.partner.kind} that scores best "
            "nearby is its other end"
        )
    added = added_bases(cryptic, transcript)
    if added is not None:
        exon, bases = added
        return f"exon {exon} would be {bases} bases longer"
    return "a pseudo-exon whose other end is not found nearby"
