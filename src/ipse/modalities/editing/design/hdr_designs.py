"""From cuts with templates to designs: one spacer, its nucleases, its template."""

from __future__ import annotations

from collections.abc import Sequence

from ipse.core.sequence import matches
from ipse.modalities.editing.catalogue import Nuclease, RepairRules
from ipse.modalities.editing.design.base_designs import (
    Subject,
    five_prime_g,
    gc_percent,
    precedent_of,
)
from ipse.modalities.editing.design.hdr import Repair, repairs
from ipse.modalities.editing.design.intent import on_strand
from ipse.modalities.editing.model import (
    Alternative,
    EditDesign,
    NormalAllele,
    Outcome,
    Target,
    Template,
)

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


def _design(
    subject: Subject, repair: Repair, nucleases: Sequence[Nuclease], rules: RepairRules
) -> EditDesign:
    site, allele, nuclease = repair.site, subject.allele, nucleases[0]
    start, end = site.start, site.start + nuclease.length
    pam_left = (site.strand == "+") == (nuclease.pam_side == "5prime")
    width = len(nuclease.pam)
    pam = (start - width, start) if pam_left else (end, end + width)
    return EditDesign(
        variant=subject.variant_id,
        variant_hgvs=subject.hgvs,
        strategy="hdr-correct",
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
        windows=None,
        bystanders=(),
        alternatives=tuple(_alternative(subject, repair, item) for item in nucleases),
        alternatives_order=ORDER,
        outcomes=(
            Outcome(
                hgvs_c=subject.alleles.reference_c,
                hgvs_p=subject.alleles.reference_p,
                bystander_ids=(),
                effect="wild_type",
            ),
        ),
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


def _alternative(subject: Subject, repair: Repair, nuclease: Nuclease) -> Alternative:
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
        result_p=subject.alleles.reference_p,
        target_window=None,
        target_basis="",
        bystander_window=None,
        bystander_basis="",
        bystanders=0,
        bystanders_in_target_window=0,
        harmful_bystanders=0,
        worst_outcome="wild_type",
        precedent=level,
        precedent_spacer=same,
        size_bp=nuclease.size_bp,
        source=nuclease.source,
    )


def _normal_allele(subject: Subject, repair: Repair, nuclease: Nuclease) -> NormalAllele:
    """The normal allele is the corrected one: what protects the one protects the other."""
    allele, site = subject.allele, repair.site
    length, width = nuclease.length, len(nuclease.pam)
    normal = allele.corrected
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
    return Template(
        sequence=repair.template,
        length=len(repair.template),
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
        source=tuple(dict.fromkeys((*rules.distance_source, *rules.arm_source))),
    )
