"""From guides that tell the alleles apart to designs."""

from __future__ import annotations

from ipse.core.sequence import on_strand
from ipse.modalities.editing.catalogue import all_nucleases, base_editors
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.base.placement import reach
from ipse.modalities.editing.design.disrupt.gene import Stop
from ipse.modalities.editing.design.disrupt.model import ReadFrame
from ipse.modalities.editing.design.family import Site
from ipse.modalities.editing.design.silence.model import Silencing, Telling
from ipse.modalities.editing.design.silence.search import (
    ORDER,
    PAIR_ORDER,
    Acting,
    Cutout,
)
from ipse.modalities.editing.design.silence.telling import Guide
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.model import (
    Alternative,
    EditDesign,
    NormalAllele,
    Outcome,
    Partner,
    Target,
)

PROPOSED, PROPOSED_PAIRS = 4, 2
"""Guides and excisions proposed for a variant; ``silencing-guides.tsv`` holds all of them."""

NOTE = (
    "alleles closed with insertions and deletions, which are not predicted; read on the "
    "reference's letters, the shifted frames end as stated"
)
NUCLEASE_ORDER = "as the guides; those that cut alike in the order of the table"


def acting_design(row: Acting, site: Site, place: int, of: int) -> EditDesign:
    """One cut that is expected to silence the allele."""
    guide, effect = row.guide, row.effect
    what = f"exon {effect.exon}" if effect.where == "coding exon" else effect.where
    frames = map(_frame, ("one base lost", "two bases lost"), effect.frames)
    part = Silencing(
        telling=telling_of(guide), cut=guide.cut, where=effect.where, exon=effect.exon,
        codon=effect.codon, frames=tuple(frames), place=place, of=of, order=ORDER,
    )  # fmt: skip
    return _design(row, guide, site, part, f"the disease allele alone is cut in {what}", ())


def cutout_design(row: Cutout, site: Site, place: int, of: int) -> EditDesign:
    """Two cuts that take coding exons out of the disease allele."""
    lost = row.excision
    part = Silencing(
        telling=telling_of(row.left), cut=row.left.cut, where="not coding",
        second=telling_of(row.right), second_cut=row.right.cut, excised=lost.bases,
        excised_exons=lost.exons, place=place, of=of, order=PAIR_ORDER,
    )  # fmt: skip
    names = ", ".join(map(str, lost.exons))
    what = f"exons {names} ({lost.bases} bases) are cut out of the disease allele alone"
    return _design(None, row.left, site, part, what, (_partner(row.right),))


def telling_of(guide: Guide) -> Telling:
    """How a guide tells the alleles apart, as the plan holds it."""
    assert guide.tells is not None
    item = guide.difference
    return Telling(
        difference=item.name,
        change=str(item.change),
        carried_by="disease" if item.side == "mutant" else "normal",
        phase=item.basis,
        by=guide.tells,
        cfd_normal=guide.cfd_normal,
        also=tuple(other.name for other in guide.also),
        unphased=tuple(other.name for other in guide.unwritten),
    )


def _frame(after: str, stop: Stop) -> ReadFrame:
    return ReadFrame(after=after, stop_codon=stop.codon, decay=stop.decay)


def _stretches(guide: Guide) -> tuple[int, int, int, int]:
    """Protospacer and PAM on the reference."""
    arm, site, tool = guide.pair.mutant, guide.site, guide.nuclease
    start, end, width = site.start, site.start + tool.length, len(tool.pam)
    left = (site.strand == "+") == (tool.pam_side == "5prime")
    pam = (start - width, start) if left else (end, end + width)
    return (
        arm.genomic(start), arm.genomic(end - 1) + 1,
        arm.genomic(pam[0]), arm.genomic(pam[1] - 1) + 1,
    )  # fmt: skip


def _partner(guide: Guide) -> Partner:
    start, end, pam_start, pam_end = _stretches(guide)
    tool = guide.nuclease
    return Partner(
        role="second cut", editor=tool.name, spacer=guide.site.spacer, pam=guide.site.pam,
        pam_pattern=tool.pam, pam_side=tool.pam_side, strand=guide.site.strand,
        contig=guide.difference.change.contig, start=start, end=end, pam_start=pam_start,
        pam_end=pam_end,
    )  # fmt: skip


def _alternatives(guide: Guide, others: tuple[Guide, ...]) -> tuple[Alternative, ...]:
    """Nucleases that use the spacer and tell the alleles apart, those that cut alike together."""
    return tuple(
        Alternative(
            editor=item.name, kind="nuclease", pam=one.site.pam, pam_pattern=item.pam, edit="cut",
            worst_outcome="allele_silenced", size_bp=item.size_bp, source=item.source,
            note=f"tells the alleles apart by the {one.tells}",
        )
        for one in (guide, *others)
        for item in all_nucleases()
        if item.cuts_like(one.nuclease)
    )  # fmt: skip


def _design(
    row: Acting | None,
    guide: Guide,
    site: Site,
    part: Silencing,
    what: str,
    partners: tuple[Partner, ...],
) -> EditDesign:
    subject, tool, spacer = site.subject, guide.nuclease, guide.site.spacer
    start, end, pam_start, pam_end = _stretches(guide)
    return EditDesign(
        variant=subject.variant_id,
        variant_hgvs=subject.hgvs,
        strategy="silence-allele",
        action="cuts",
        gene=subject.gene,
        transcript=subject.transcript,
        editor=tool.name,
        editor_kind="nuclease",
        spacer=spacer,
        pam=guide.site.pam,
        strand=guide.site.strand,
        contig=guide.difference.change.contig,
        protospacer_start=start,
        protospacer_end=end,
        pam_start=pam_start,
        pam_end=pam_end,
        pam_side=tool.pam_side,
        allele_start=_allele_start(guide, site.allele),
        target=_target(guide),
        intended="allele_silenced",
        intended_note=what,
        partners=partners,
        alternatives=_alternatives(guide, row.others if row is not None else ()),
        alternatives_order=NUCLEASE_ORDER,
        outcomes=(Outcome(hgvs_c="", hgvs_p="", bystander_ids=(), effect="allele_silenced"),),
        outcomes_note=NOTE,
        normal_allele=NormalAllele(
            mismatches=guide.normal.mismatches, pam=guide.normal.pam,
            pam_matches=guide.normal.accepted, target_editable=False,
        ),
        silencing=part,
        five_prime_g=five_prime_g(spacer),
        gc_percent=gc_percent(spacer),
    )  # fmt: skip


def _target(guide: Guide) -> Target:
    """The difference the guide uses: as the disease allele has it, over the reference."""
    change = guide.difference.change
    carried = guide.difference.side == "mutant"
    ref, alt = change.ref, change.alt if carried else change.ref
    return Target(
        position=None,
        genomic_position=change.start,
        ref=ref,
        alt=alt,
        base_before=on_strand(alt, guide.site.strand),
        base_after="",
        label=f"cut at {guide.difference.name}",
    )


def _allele_start(guide: Guide, allele: Allele) -> int:
    """Leftmost base of the protospacer, counted as ``locus.drawn`` does.

    From the variant where the variant's allele reaches the difference, else from the difference.
    """
    margin = reach(base_editors())
    arm, change = guide.pair.mutant, guide.difference.change
    own = guide.difference.basis == "the variant itself"
    if not own and allele.start + margin <= change.start < allele.end - margin:
        return allele.index(arm.genomic(guide.site.start)) - allele.at
    return guide.site.start - guide.pair.spans[change][0]
