"""From cuts with templates to designs: one spacer, its nucleases, its template."""

from __future__ import annotations

from collections.abc import Sequence

from ipse.core.sequence import matches, on_strand
from ipse.modalities.editing.catalogue import Nuclease, RepairRules
from ipse.modalities.editing.design.hdr.repair import Repair, repairs, with_own
from ipse.modalities.editing.design.outcomes import REMAINS
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.design.subject import Subject, precedent_of
from ipse.modalities.editing.model import (
    Alternative,
    EditDesign,
    NormalAllele,
    Outcome,
    Target,
    Template,
)
from ipse.modalities.editing.others import change_of, name_of
from ipse.patient.variants import Variant

ORDER = "published with this spacer and nuclease (people, animals, cells); order of the table"
RECUT_ORDER = ("pam_destroyed", "seed_mismatch", "distal_mismatch", "intact")
NOTE = (
    "the corrected allele alone: alleles closed without the template (insertions, deletions) are "
    "not predicted"
)


def hdr_designs(
    subject: Subject, nuclease: Nuclease, all_nucleases: Sequence[Nuclease], rules: RepairRules
) -> tuple[list[EditDesign], int]:
    """Every cut of a nuclease within reach of the variant, with its template.

    Returns
    -------
    tuple
        Designs, best protected against a second cut and nearest first, and the number of sites
        within reach for which no template is made.
    """
    partners = [nuclease, *(n for n in all_nucleases if n != nuclease and n.cuts_like(nuclease))]
    made, left_out = repairs(subject.allele, nuclease, rules)
    made.sort(key=lambda item: (RECUT_ORDER.index(item.recut), item.distance, item.site))
    return [_design(subject, item, partners, rules) for item in made], len(left_out)


def _taken(subject: Subject, repair: Repair, other: Variant, rules: RepairRules) -> bool:
    """Whether the template writes over another variant as near the cut as uptake is cited for."""
    change = change_of(other)
    allele = subject.allele
    if change is None or change.contig != allele.contig:
        return False
    first, end = allele.genomic(repair.left), allele.genomic(repair.right - 1) + 1
    if change.start < first or change.end > end:
        return False
    cut = repair.site.cut
    away = max(allele.index(change.start) - cut, cut - allele.index(change.end), 0)
    return away <= rules.max_cut_distance


def _remaining(
    subject: Subject, repair: Repair, others: Sequence[Variant], rules: RepairRules
) -> tuple[Variant, ...]:
    return tuple(item for item in others if not _taken(subject, repair, item, rules))


def _outcome(subject: Subject, stays: Sequence[Variant]) -> Outcome:
    """The corrected allele, with the other pathogenic variants that stay on it."""
    described = subject.alleles.allele_of(
        [change for item in stays if (change := change_of(item)) is not None]
    )
    return Outcome(
        hgvs_c=described.hgvs_c,
        hgvs_p=described.hgvs_p,
        bystander_ids=(),
        effect=REMAINS if stays else "wild_type",
        consequence=described.terms,
    )


def _names(variants: Sequence[Variant]) -> tuple[str, ...]:
    return tuple(name_of(item) for item in variants)


def _design(
    subject: Subject, repair: Repair, nucleases: Sequence[Nuclease], rules: RepairRules
) -> EditDesign:
    others = subject.others
    stays = _remaining(subject, repair, others.cis, rules)
    may_stay = _remaining(subject, repair, others.unphased, rules)
    half = _remaining(subject, repair, others.half, rules)
    outcome = _outcome(subject, stays)
    every = (*others.cis, *others.unphased, *others.half)
    taken = tuple(item for item in every if item not in (*stays, *may_stay, *half))
    site, allele, nuclease = repair.site, subject.allele, nucleases[0]
    start, end = site.start, site.start + nuclease.length
    pam_left = (site.strand == "+") == (nuclease.pam_side == "5prime")
    width = len(nuclease.pam)
    pam = (start - width, start) if pam_left else (end, end + width)
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
        pam=site.pam,
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
        intended_note="the reference bases are restored from the template",
        stays_in_cis=_names(stays),
        on_one_allele=_names(half),
        may_be_in_cis=_names(may_stay),
        taken_too=_names(taken),
        windows=None,
        bystanders=(),
        alternatives=tuple(_alternative(subject, repair, item, outcome) for item in nucleases),
        alternatives_order=ORDER,
        outcomes=(outcome,),
        outcomes_note=NOTE,
        normal_allele=_normal_allele(subject, repair, nuclease),
        template=_template(subject, repair, nuclease, rules),
        five_prime_g=five_prime_g(site.spacer),
        gc_percent=gc_percent(site.spacer),
    )


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


def _alternative(
    subject: Subject, repair: Repair, nuclease: Nuclease, outcome: Outcome
) -> Alternative:
    level, same = precedent_of(
        subject.precedents, "hdr", "p.=", "wild_type", repair.site.spacer, nuclease.name
    )
    return Alternative(
        editor=nuclease.name,
        kind="nuclease",
        pam=repair.site.pam,
        pam_pattern=nuclease.pam,
        target_position=None,
        edit="cut and template",
        result_p=outcome.hgvs_p,
        target_window=None,
        target_basis="",
        bystander_window=None,
        bystander_basis="",
        bystanders=0,
        bystanders_in_target_window=0,
        harmful_bystanders=0,
        worst_outcome=outcome.effect,
        precedent=level,
        precedent_spacer=same,
        size_bp=nuclease.size_bp,
        source=nuclease.source,
    )


def _normal_allele(subject: Subject, repair: Repair, nuclease: Nuclease) -> NormalAllele:
    """The other allele is the corrected one but for the variants the case states on it."""
    allele, site = subject.allele, repair.site
    length, width = nuclease.length, len(nuclease.pam)
    normal = subject.other_allele(allele)
    pam_right = (site.strand == "+") == (nuclease.pam_side == "3prime")
    # an indel moves one end of the site: lay it on by the end that keeps the PAM in place
    pam_at = site.start + length if pam_right else site.start - width
    start = site.start + (allele.shift if pam_at >= allele.at else 0)
    guide = on_strand(normal[start : start + length], site.strand)
    place = start + length if pam_right else start - width
    pam = on_strand(normal[place : place + width], site.strand)
    return NormalAllele(
        mismatches=tuple(k + 1 for k, base in enumerate(site.spacer) if guide[k] != base),
        pam=pam,
        pam_matches=matches(nuclease.pam, pam),
        target_editable=False,
    )


def _template(subject: Subject, repair: Repair, nuclease: Nuclease, rules: RepairRules) -> Template:
    site, allele = repair.site, subject.allele
    sequence, own = with_own(repair, allele, subject.own)
    return Template(
        sequence=sequence,
        length=len(sequence),
        sense="target",
        strand="-" if site.strand == "+" else "+",
        start=allele.genomic(repair.left),
        end=allele.genomic(repair.right - 1) + 1,
        allele_start=repair.left - allele.at,
        allele_end=repair.right - allele.at,
        allele_cut=site.cut - allele.at,
        left_arm=site.cut - repair.left,
        right_arm=repair.right - site.cut,
        cut=allele.genomic(site.cut),
        cut_to_edit=repair.distance,
        homology_beyond_edit=repair.beyond,
        recut=repair.recut,
        recut_mismatches=repair.mismatches,
        own=tuple(str(item) for item in own),
        source=tuple(dict.fromkeys((*rules.distance_source, *rules.arm_source))),
    )
