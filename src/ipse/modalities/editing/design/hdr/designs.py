"""From cuts with templates to designs: one guide, its nucleases, its templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ipse.core.evidence import Level
from ipse.core.sequence import matches, on_strand
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import Nuclease, RepairRules
from ipse.modalities.editing.design.hdr.blocking import Silence
from ipse.modalities.editing.design.hdr.donor import Donor, NoDonor, donor_parts, make_donor
from ipse.modalities.editing.design.hdr.model import HdrParts, Oligo
from ipse.modalities.editing.design.hdr.protect import Protected, protect, silent_changes
from ipse.modalities.editing.design.hdr.repair import Reach, Repair, oligo, repairs, with_changes
from ipse.modalities.editing.design.hdr.rules import DonorRules
from ipse.modalities.editing.design.hdr.sites import pam_place
from ipse.modalities.editing.design.outcomes import REMAINS
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.design.subject import Subject, precedent_of
from ipse.modalities.editing.model import (
    Alternative,
    EditDesign,
    Effect,
    NormalAllele,
    Outcome,
    Target,
    Template,
)
from ipse.modalities.editing.others import change_of, name_of
from ipse.patient.variants import Variant

ORDER = (
    "published with this spacer and nuclease (people, animals, cells); nucleases of first choice; "
    "order of the table"
)
NOTE = (
    "the corrected allele alone: alleles closed without the template (insertions, deletions) are "
    "not predicted"
)


def hdr_designs(
    subject: Subject,
    nucleases: Sequence[Nuclease],
    rules: RepairRules,
    donors: DonorRules,
    silence: Silence | None,
    own: Sequence[GenomicVariant] = (),
) -> tuple[list[EditDesign], Reach]:
    """Every guide that leads a cut within reach of the variant, with its templates.

    Parameters
    ----------
    silence
        Says what is silent; None without a transcript.
    own
        The patient's substitutions on this allele, as far as a donor's arms reach.

    Returns
    -------
    tuple
        Designs, those whose repaired allele is safe from a second cut first and then the nearest;
        and every cut within reach, with those no design is made for.
    """
    reach = repairs(subject.allele, nucleases, rules)
    made = []
    for found in reach.repairs:
        repair = replace(found, cut=replace(found.cut, nucleases=_ordered(subject, found)))
        protected = protect(subject, repair, rules, silence)
        key = (not protected.safe, repair.distance, not repair.nuclease.first, repair.site)
        made.append((key, repair, protected))
    made.sort(key=lambda item: item[0])
    return [_design(subject, item, kept, rules, donors, own) for _, item, kept in made], reach


def _ordered(subject: Subject, repair: Repair) -> tuple[Nuclease, ...]:
    """Nucleases of a guide, best first."""

    def key(nuclease: Nuclease) -> tuple[int, bool]:
        level, same = _precedent(subject, repair, nuclease)
        rank = level.rank if level is not None and same else len(Level)
        return rank, not nuclease.first

    return tuple(sorted(repair.cut.nucleases, key=key))


def _taken(subject: Subject, repair: Repair, other: Variant, rules: RepairRules) -> bool:
    """Whether the template writes over another variant as near the cut as uptake is cited for."""
    change = change_of(other)
    allele = subject.allele
    if change is None or change.contig != allele.contig:
        return False
    first, end = allele.genomic(repair.left), allele.genomic(repair.right - 1) + 1
    if change.start < first or change.end > end:
        return False
    near, far = repair.site.between
    away = max(allele.index(change.start) - far, near - allele.index(change.end), 0)
    return away <= rules.max_cut_distance


def _remaining(
    subject: Subject, repair: Repair, others: Sequence[Variant], rules: RepairRules
) -> tuple[Variant, ...]:
    return tuple(item for item in others if not _taken(subject, repair, item, rules))


def _outcome(subject: Subject, stays: Sequence[Variant], protected: Protected) -> Outcome:
    """The corrected allele, with its silent changes and other pathogenic variants that stay."""
    staying = [change for item in stays if (change := change_of(item)) is not None]
    described = subject.alleles.allele_of([*staying, *protected.changes])
    effect: Effect = "wild_type"
    if protected.blocking is not None:
        coding = set(protected.blocking.kinds) == {"synonymous"}
        effect = "synonymous_bystander" if coding else "noncoding_bystander"
    return Outcome(
        hgvs_c=described.hgvs_c,
        hgvs_p=described.hgvs_p,
        bystander_ids=(),
        effect=REMAINS if stays else effect,
        consequence=described.terms,
    )


def _names(variants: Sequence[Variant]) -> tuple[str, ...]:
    return tuple(name_of(item) for item in variants)


def _design(
    subject: Subject,
    repair: Repair,
    protected: Protected,
    rules: RepairRules,
    donors: DonorRules,
    own: Sequence[GenomicVariant],
) -> EditDesign:
    others = subject.others
    stays = _remaining(subject, repair, others.cis, rules)
    may_stay = _remaining(subject, repair, others.unphased, rules)
    half = _remaining(subject, repair, others.half, rules)
    outcome = _outcome(subject, stays, protected)
    every = (*others.cis, *others.unphased, *others.half)
    taken = tuple(item for item in every if item not in (*stays, *may_stay, *half))
    site, allele, nuclease = repair.site, subject.allele, repair.nuclease
    start, end = site.start, site.start + nuclease.length
    pam = pam_place(site, nuclease)
    silent = silent_changes(protected.blocking, subject.alleles)
    beside = f", with {len(silent)} silent change(s) against a second cut" if silent else ""
    template, parts = _templates(subject, repair, protected, rules, donors, own)
    return EditDesign(
        variant=subject.variant_id,
        variant_hgvs=subject.hgvs,
        strategy="hdr-correct",
        action="cuts",
        gene=subject.gene,
        transcript=subject.transcript,
        editor=nuclease.name,
        editor_kind="nuclease",
        spacer=site.spacer,
        pam=_pam(subject, repair, nuclease),
        strand=site.strand,
        contig=allele.contig,
        protospacer_start=allele.genomic(start),
        protospacer_end=allele.genomic(end - 1) + 1,
        pam_start=allele.genomic(pam[0]),
        pam_end=allele.genomic(pam[1] - 1) + 1,
        pam_side=nuclease.pam_side,
        allele_start=start - allele.at,
        target=_target(subject, repair),
        intended="wild_type",
        intended_note=f"the reference bases are restored from the template{beside}",
        stays_in_cis=_names(stays),
        on_one_allele=_names(half),
        may_be_in_cis=_names(may_stay),
        taken_too=_names(taken),
        alternatives=tuple(
            _alternative(subject, repair, item, outcome, protected) for item in repair.cut.nucleases
        ),
        alternatives_order=ORDER,
        outcomes=(outcome,),
        outcomes_note=NOTE,
        normal_allele=_normal_allele(subject, repair, nuclease),
        template=template,
        hdr=parts.model_copy(update={"blocking": silent}),
        five_prime_g=five_prime_g(site.spacer),
        gc_percent=gc_percent(site.spacer),
    )


def _pam(subject: Subject, repair: Repair, nuclease: Nuclease) -> str:
    """What stands in the PAM's place, as wide as a nuclease reads it."""
    first, end = pam_place(repair.site, nuclease)
    return on_strand(subject.allele.sequence[first:end], repair.site.strand)


def _target(subject: Subject, repair: Repair) -> Target:
    """The change itself; its first base's position if it lies in the protospacer."""
    allele, site = subject.allele, repair.site
    length = len(site.spacer)
    inside = site.start <= allele.at < site.start + length and len(allele.alt) == 1
    position = None
    if inside:
        offset = allele.at - site.start
        position = offset + 1 if site.strand == "+" else length - offset
    before, after = on_strand(allele.alt, site.strand), on_strand(allele.ref, site.strand)
    return Target(
        position=position,
        genomic_position=allele.start + allele.at,
        ref=allele.ref,
        alt=allele.alt,
        base_before=before,
        base_after=after,
        label=f"{before or 'nothing'}>{after or 'nothing'}",
    )


def _precedent(subject: Subject, repair: Repair, nuclease: Nuclease) -> tuple[Level | None, bool]:
    return precedent_of(
        subject.precedents, "hdr", "p.=", "wild_type", repair.site.spacer, nuclease.name
    )


def _alternative(
    subject: Subject,
    repair: Repair,
    nuclease: Nuclease,
    outcome: Outcome,
    protected: Protected,
) -> Alternative:
    level, same = _precedent(subject, repair, nuclease)
    notes = []
    if nuclease.high_fidelity:
        notes.append("high fidelity")
    if nuclease in protected.still_cut_by:
        notes.append("may cut the repaired allele again")
    if nuclease.cut_basis != "published":
        notes.append(f"place of the cut {nuclease.cut_basis}")
    return Alternative(
        editor=nuclease.name,
        kind="nuclease",
        pam=_pam(subject, repair, nuclease),
        pam_pattern=nuclease.pam,
        edit="cut and template",
        result_p=outcome.hgvs_p,
        worst_outcome=outcome.effect,
        precedent=level,
        precedent_spacer=same,
        size_bp=nuclease.size_bp,
        source=nuclease.source,
        note="; ".join(notes),
    )


def _normal_allele(subject: Subject, repair: Repair, nuclease: Nuclease) -> NormalAllele:
    """The other allele is the corrected one but for the variants the case states on it."""
    allele, site = subject.allele, repair.site
    length = nuclease.length
    normal = subject.other_allele(allele)
    # an indel moves one end of the site: lay it on by the end that keeps the PAM in place
    start = site.start + (allele.shift if pam_place(site, nuclease)[0] >= allele.at else 0)
    guide = on_strand(normal[start : start + length], site.strand)
    first, end = pam_place(site, nuclease, start)
    pam = on_strand(normal[first:end], site.strand)
    return NormalAllele(
        mismatches=tuple(k + 1 for k, base in enumerate(site.spacer) if guide[k] != base),
        pam=pam,
        pam_matches=matches(nuclease.pam, pam),
        target_editable=False,
    )


def _templates(
    subject: Subject,
    repair: Repair,
    protected: Protected,
    rules: RepairRules,
    donors: DonorRules,
    own: Sequence[GenomicVariant],
) -> tuple[Template, HdrParts]:
    """The oligonucleotides of both strands, and the donor with long arms."""
    site, allele = repair.site, subject.allele
    plus, written = with_changes(repair, allele, [*subject.own, *protected.changes])
    near, far = site.between
    template = Template(
        sequence=oligo(plus, site, "target"),
        length=len(plus),
        sense="target",
        strand="-" if site.strand == "+" else "+",
        start=allele.genomic(repair.left),
        end=allele.genomic(repair.right - 1) + 1,
        allele_start=repair.left - allele.at,
        allele_end=repair.right - allele.at,
        allele_cut=site.cut - allele.at,
        left_arm=near - repair.left,
        right_arm=repair.right - far,
        cut=allele.genomic(site.cut),
        cut_to_edit=repair.distance,
        homology_beyond_edit=repair.beyond,
        recut=protected.left.recut,
        recut_mismatches=protected.left.mismatches,
        own=tuple(str(item) for item in written if item in subject.own),
        source=tuple(dict.fromkeys((*rules.distance_source, *rules.arm_source))),
    )
    cut = allele.genomic(near)
    donor = make_donor(
        subject.alleles.reference, allele.contig, (cut, cut), (), [*own, *protected.changes], donors
    )
    parts = HdrParts(
        overhang=far - near,
        blocking_place=protected.blocking.place if protected.blocking is not None else "",
        protected=protected.safe,
        still_cut_by=tuple(item.name for item in protected.still_cut_by if item != repair.nuclease),
        oligos=(
            Oligo(
                sense="target",
                strand=template.strand,
                sequence=template.sequence,
                length=len(plus),
                note="complementary to the strand with the PAM, as published",
            ),
            Oligo(
                sense="non-target",
                strand=site.strand,
                sequence=oligo(plus, site, "non-target"),
                length=len(plus),
                note="the other strand, to be compared",
            ),
        ),
        donor=donor_parts(donor, donors) if isinstance(donor, Donor) else None,
        donor_note=donor.reason if isinstance(donor, NoDonor) else "",
    )
    return template, parts
