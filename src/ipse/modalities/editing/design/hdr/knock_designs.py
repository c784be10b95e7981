"""From integrations of a cDNA to designs: the guides of each place, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipse.core.evidence import Evidence, Level
from ipse.core.sequence import on_strand
from ipse.core.tables import shipped
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.catalogue import PACKAGE, RepairRules, all_nucleases, base_editors
from ipse.modalities.editing.design.allele import pathogenic_allele
from ipse.modalities.editing.design.base.placement import reach
from ipse.modalities.editing.design.family import Site
from ipse.modalities.editing.design.hdr.donor import NoDonor, arm_length, donor_parts
from ipse.modalities.editing.design.hdr.knock_in import (
    Insert,
    KnockIn,
    NoPlace,
    Place,
    downstream,
    extent,
    guides_at,
    insert_for,
    knock_in,
    places,
    shortest_insert,
)
from ipse.modalities.editing.design.hdr.model import KnockInParts
from ipse.modalities.editing.design.hdr.rules import DonorRules
from ipse.modalities.editing.design.hdr.sites import Cut, pam_place
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.model import (
    Alternative,
    EditDesign,
    NormalAllele,
    Outcome,
    Target,
)
from ipse.modalities.editing.others import change_of, name_of
from ipse.modalities.editing.own import own_substitutions
from ipse.patient.variants import Variant

SHOWN = 2
"""Guides proposed at each place; how many more there are is said."""
ORDER = "order of the table of nucleases"
NOTE = (
    "the allele with the donor in it: alleles closed without it (insertions, deletions), and those "
    "into which it went otherwise, are not predicted"
)


@dataclass(frozen=True)
class Found:
    """What came of one place: designs, or why there are none.

    Attributes
    ----------
    missing
        Stretch of the reference that is needed and not held, if that is why.
    """

    where: str
    designs: tuple[EditDesign, ...] = ()
    code: str = ""
    reason: str = ""
    missing: tuple[int, int] | None = None


def found_at_places(site: Site, rules: RepairRules, donors: DonorRules) -> list[Found]:
    """Designs of every place of the variant's gene.

    Raises
    ------
    NotInReference
        If a place is not held.
    """
    transcript = site.transcript
    assert transcript is not None
    return [
        Found(place.where, (), place.code, place.reason)
        if isinstance(place, NoPlace)
        else _found(site, transcript, place, rules, donors)
        for place in places(transcript, rules, donors)
    ]


def _found(
    site: Site, transcript: Transcript, place: Place, rules: RepairRules, donors: DonorRules
) -> Found:
    size = shortest_insert(transcript, place, donors)
    if arm_length(size, donors) is None:
        length = size + 2 * (donors.itr + donors.shortest)
        reason = (
            f"with arms of {donors.shortest} bp the donor has {length} nt from repeat to repeat; "
            f"an adeno-associated virus packages at most {donors.most}"
        )
        return Found(place.where, (), "donor-too-long", reason)
    context, contig = site.context, transcript.contig
    at = place.junction if place.junction is not None else (place.low + place.high) // 2
    base = context.reference.fetch(contig, at, at + 1)
    around = donors.longest + max(at - place.low, place.high - at)
    wide = pathogenic_allele(context.reference, contig, at, base, base, around)
    own = own_substitutions(site.variant, wide, context.variants, context.patient_genome)
    insert = insert_for(place, transcript, context.reference, own, donors)
    kinds = [item for item in all_nucleases() if item.first]
    if place.where == "intron":
        kinds = [item for item in kinds if item.family == kinds[0].family]
    guides = guides_at(place, contig, context.reference, kinds)
    usable = [cut for cut in guides if not _over_variant(cut, site.variant)]
    usable.sort(key=lambda cut: _key(cut, place))
    kept: list[KnockIn] = []
    failed: NoDonor | None = None
    upstream = 0
    for cut in usable:
        made = knock_in(place, cut, insert, transcript, context.reference, own, rules, donors)
        if isinstance(made, NoDonor):
            failed = failed or made
            continue
        if not _treats(site.variant, transcript, made):
            upstream += 1
            continue
        if made.safe:
            kept.append(made)
            if len(kept) == SHOWN:
                break
    if kept:
        made_of = [_design(site, transcript, item, insert, len(guides), donors) for item in kept]
        return Found(place.where, tuple(made_of))
    if failed is not None:
        return Found(place.where, (), failed.code, failed.reason, failed.missing)
    if upstream:
        reason = "the variant lies before the place: it would stay in what is still read"
        return Found(place.where, (), "variant-upstream", reason)
    reason = (
        f"none of {len(guides)} guides that cut there spares the allele with the donor in it"
        if guides
        else "no nuclease of first choice cuts there"
    )
    return Found(place.where, (), "no-guide", reason)


def _over_variant(cut: Cut, variant: Variant) -> bool:
    """Whether the variant lies under guide or PAM, which are taken from the reference here."""
    first, end = extent(cut)
    assert variant.start is not None and variant.end is not None
    return first < max(variant.end, variant.start + 1) and variant.start < end


def _key(cut: Cut, place: Place) -> tuple[float | str, ...]:
    """Order of guides: near the start codon, no U6 terminator, half of it G and C, by place."""
    near, far = cut.site.between
    away = 0
    if place.junction is not None:
        away = max(near - place.junction, place.junction - far, 0)
    spacer = cut.site.spacer
    return away, "TTTT" in spacer, abs(gc_percent(spacer) - 50), cut.site.start, cut.site.strand


def _treats(variant: Variant, transcript: Transcript, made: KnockIn) -> bool:
    change = change_of(variant)
    return change is not None and downstream(transcript, made, change)


def _design(
    site: Site,
    transcript: Transcript,
    made: KnockIn,
    insert: Insert,
    guides: int,
    donors: DonorRules,
) -> EditDesign:
    variant, subject, cut = site.variant, site.subject, made.cut
    nuclease, spot = cut.nuclease, cut.site
    pam = pam_place(spot, nuclease)
    others = [*subject.others.cis, *subject.others.unphased, *subject.others.half]
    stays = [item for item in others if not _treats(item, transcript, made)]
    cis = [item for item in stays if item in subject.others.cis]
    half = [item for item in stays if item in subject.others.half]
    unphased = [item for item in stays if item in subject.others.unphased]
    level = Level.ANALOGY if precedents_of(transcript.gene) else None
    letters = site.context.reference.fetch(transcript.contig, *pam)
    shown = on_strand(letters, spot.strand)
    outcome = Outcome(
        hgvs_c="c.=",
        hgvs_p="p.=",
        bystander_ids=(),
        effect="other_variant_remains" if cis else "protein_from_donor",
    )
    where = _where(made.place)
    base = made.replaced[0]
    return EditDesign(
        variant=variant.id,
        variant_hgvs=subject.hgvs,
        strategy="cdna-knock-in",
        action="cuts",
        gene=subject.gene,
        transcript=transcript.id,
        editor=nuclease.name,
        editor_kind="nuclease",
        spacer=spot.spacer,
        pam=shown,
        strand=spot.strand,
        contig=transcript.contig,
        protospacer_start=spot.start,
        protospacer_end=spot.start + spot.length,
        pam_start=pam[0],
        pam_end=pam[1],
        pam_side=nuclease.pam_side,
        allele_start=_allele_start(site, spot.start, base),
        target=Target(
            position=None,
            genomic_position=base,
            ref="",
            alt="",
            base_before="",
            base_after="",
            label=f"cDNA {where}",
        ),
        intended="protein_from_donor",
        intended_note=(
            f"the wild-type protein is read from a cDNA {where}, under the gene's own promoter"
        ),
        stays_in_cis=tuple(name_of(item) for item in cis),
        on_one_allele=tuple(name_of(item) for item in half),
        may_be_in_cis=tuple(name_of(item) for item in unphased),
        alternatives=tuple(
            Alternative(
                editor=item.name,
                kind="nuclease",
                pam=shown[: len(item.pam)] if nuclease.pam_side == "3prime" else shown,
                pam_pattern=item.pam,
                edit="cut and integrate",
                result_p="p.=",
                worst_outcome=outcome.effect,
                precedent=level,
                size_bp=item.size_bp,
                source=item.source,
                note="high fidelity" if item.high_fidelity else "",
            )
            for item in cut.nucleases
        ),
        alternatives_order=ORDER,
        outcomes=(outcome,),
        outcomes_note=NOTE,
        normal_allele=NormalAllele(
            mismatches=(), pam=shown, pam_matches=True, target_editable=False
        ),
        knock_in=KnockInParts(
            place=made.place.where,
            exon=made.place.exon,
            junction=base if transcript.strand == "+" else made.replaced[1],
            replaced=made.replaced,
            first_residue=made.place.first // 3 + 1,
            cdna_length=len(insert.code),
            recoded_percent=round(insert.recoded_percent, 1),
            longest_shared=insert.longest_shared,
            acceptor_length=donors.acceptor if made.place.where == "intron" else 0,
            treats=_treated_words(made.place),
            treated=tuple(
                name_of(item) for item in (variant, *others) if _treats(item, transcript, made)
            ),
            untreated=tuple(name_of(item) for item in stays),
            guides_in_reach=guides,
            overhang=abs(spot.cut - spot.cut_other),
            protected=made.safe,
            donor=donor_parts(made.donor, donors),
        ),
        five_prime_g=five_prime_g(spot.spacer),
        gc_percent=gc_percent(spot.spacer),
    )


def _where(place: Place) -> str:
    return "at the start codon" if place.where == "start-codon" else f"in intron {place.exon}"


def _treated_words(place: Place) -> str:
    if place.where == "start-codon":
        return (
            "every variant of the allele from the start codon on, in exons and introns; not those "
            "of the promoter or the 5' untranslated region"
        )
    return (
        f"every variant of the allele behind the cut in intron {place.exon}; not those in exon "
        f"{place.exon} or before it"
    )


def _allele_start(site: Site, start: int, at: int) -> int:
    """Leftmost base of the protospacer, counted as a design's ``allele_start`` is."""
    allele, margin = site.allele, reach(base_editors())
    if allele.start + margin <= at < allele.end - margin:
        return allele.index(start) - allele.at
    return start - at


@dataclass(frozen=True)
class KnockInPrecedent:
    """An integration into a gene that was published."""

    place: str
    level: Level
    outcome: str
    source: tuple[str, ...]


def precedents_of(gene: str) -> Sequence[KnockInPrecedent]:
    """Published integrations into a gene."""
    return [
        KnockInPrecedent(row["place"], Level(row["level"]), row["outcome"], row.source)
        for row in shipped(PACKAGE, "knock_in_precedents", unique=False)
        if row["gene"] == gene
    ]


def precedent_evidence(gene: str) -> list[Evidence]:
    """Works that integrated into a gene; another guide and donor, so by analogy."""
    return [
        Evidence(source=source, reason=f"integration into {gene}: {row.outcome}",
                 level=Level.ANALOGY)
        for row in precedents_of(gene)
        for source in row.source
    ]  # fmt: skip
