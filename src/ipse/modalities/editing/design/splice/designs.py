"""From guides against splice sites to designs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ipse.genome.consequence import consequence
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import BaseEditor, Nuclease
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.base.placement import reach
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.design.splice.aim import (
    Aim,
    base_outcomes,
    bystanders_of,
    normal_allele,
)
from ipse.modalities.editing.design.splice.guides import ORDER, Cutter, Destroyer, Pair
from ipse.modalities.editing.design.splice.model import NearbySite, SpliceParts, SpliceSite
from ipse.modalities.editing.design.splice.places import Other, PlacedSite, others_near, rule
from ipse.modalities.editing.design.splice.precedents import level_of
from ipse.modalities.editing.design.splice.sites import standing
from ipse.modalities.editing.model import (
    HARMFUL,
    Alternative,
    Bystander,
    EditDesign,
    Outcome,
    Partner,
    Target,
    Window,
    Windows,
    severity,
)

CUT_ORDER = "nearest cut to the site; name"
PAIR_ORDER = "same two cuts; name"


def base_design(aim: Aim, placed: PlacedSite, group: Sequence[Destroyer]) -> EditDesign:
    """A spacer with every base editor that destroys the site by it."""
    best = group[0]
    bystanders = {item: bystanders_of(aim, placed.allele, item) for item in group}
    mine = bystanders[best]
    alternatives = tuple(_base_row(aim, item, bystanders[item]) for item in group)
    hit, editor = best.hit, best.editor
    end = hit.start + len(hit.spacer)
    left = (hit.strand == "+") == (editor.pam_side == "5prime")
    pam = (hit.start - len(hit.pam), hit.start) if left else (end, end + len(hit.pam))
    index, base = best.target
    at = placed.allele.genomic(index)
    window, outer = editor.target, _clipped(editor)
    return EditDesign(
        **_head(aim, placed.allele, hit.strand, hit.start, hit.spacer, hit.pam, pam, at),
        action="deaminates",
        editor=editor.name,
        editor_kind=editor.kind,
        pam_side=editor.pam_side,
        target=Target(
            position=hit.position,
            genomic_position=at,
            ref=aim.reference.fetch(placed.allele.contig, at, at + 1),
            alt=placed.allele.sequence[index],
            base_before=editor.edit[0],
            base_after=editor.edit[1],
            label=f"{editor.edit[0]}{hit.position}>{editor.edit[1]}",
        ),
        windows=Windows(
            target=Window(
                first=window[0], last=window[1], basis=editor.target_basis,
                source=editor.target_source,
            ),
            bystander=Window(
                first=outer[0], last=outer[1], basis=editor.bystander_basis,
                source=editor.bystander_source,
            ),
        ),
        bystanders=mine,
        alternatives=alternatives,
        alternatives_order=ORDER,
        outcomes=base_outcomes(aim, at, base, mine, editor, hit.strand),
        outcomes_note=(
            "the intended edit alone, and with every bystander; indels are not predicted and no "
            "model weighs them. The protein is the one expected if the cell splices as intended"
        ),
        normal_allele=normal_allele(
            aim, placed.allele, hit.strand, hit.start, hit.spacer, editor.pam, pam, hit.position,
            editor.edit[0],
        ),
        splice=SpliceParts(
            **aim.parts,
            way="base_edit_site",
            site=site_model(placed, best),
            makes=_near(best.makes),
            rivals=_near(others_near(placed, rule("rival_window"))),
            leaves_gc=best.leaves_gc,
        ),
    )  # fmt: skip


def second(design: EditDesign, aim: Aim, placed: PlacedSite, other: Destroyer) -> EditDesign:
    """The design with a second guide that destroys another site with the same editor."""
    hit, allele = other.hit, placed.allele
    end = hit.start + len(hit.spacer)
    left = (hit.strand == "+") == (other.editor.pam_side == "5prime")
    pam = (hit.start - len(hit.pam), hit.start) if left else (end, end + len(hit.pam))
    partner = Partner(
        role=f"second site: {placed.kind} of exon {placed.exon}",
        editor=other.editor.name,
        spacer=hit.spacer,
        pam=hit.pam,
        pam_pattern=other.editor.pam,
        pam_side=other.editor.pam_side,
        strand=hit.strand,
        contig=allele.contig,
        start=allele.genomic(hit.start),
        end=allele.genomic(end - 1) + 1,
        pam_start=allele.genomic(pam[0]),
        pam_end=allele.genomic(pam[1] - 1) + 1,
    )
    assert design.splice is not None
    parts = design.splice.model_copy(update={"second_site": site_model(placed, other)})
    return design.model_copy(update={"partners": (partner,), "splice": parts})


def cut_design(aim: Aim, placed: PlacedSite, group: Sequence[Cutter], way: str) -> EditDesign:
    """A spacer with every nuclease that cuts the site by it."""
    best = group[0]
    nuclease = best.nuclease
    return EditDesign(
        **_cut_head(aim, placed.allele, best),
        alternatives=tuple(_cut_row(aim, item, way, item.nuclease) for item in group),
        alternatives_order=CUT_ORDER,
        outcomes=(
            Outcome(
                hgvs_c="c.?", hgvs_p=aim.result_p, bystander_ids=(), effect=aim.effect,
            ),
        ),
        outcomes_note=(
            "small insertions and deletions at the cut, which are not predicted; the protein is "
            "the one expected of those that take the site away"
        ),
        splice=SpliceParts(
            **aim.parts,
            way=way,
            site=site_model(placed) if way == "cut_site" else None,
            rivals=_near(others_near(placed, rule("rival_window"))) if way == "cut_site" else (),
        ),
        normal_allele=normal_allele(
            aim, placed.allele, best.site.strand, best.site.start, best.site.spacer, nuclease.pam,
            _pam_span(best), None, "",
        ),
    )  # fmt: skip


def pair_design(
    aim: Aim,
    left: Allele,
    right: Allele,
    pair: Pair,
    twins: Sequence[Nuclease],
    counts: tuple[int, int],
) -> EditDesign:
    """Two guides whose cuts take out what lies between."""
    first, other = pair.left, pair.right
    allele = right
    site = other.site
    end = site.start + len(site.spacer)
    pam = _pam_span(other)
    partner = Partner(
        role="second cut",
        editor=other.nuclease.name,
        spacer=site.spacer,
        pam=site.pam,
        pam_pattern=other.nuclease.pam,
        pam_side=other.nuclease.pam_side,
        strand=site.strand,
        contig=allele.contig,
        start=allele.genomic(site.start),
        end=allele.genomic(end - 1) + 1,
        pam_start=allele.genomic(pam[0]),
        pam_end=allele.genomic(pam[1] - 1) + 1,
    )
    start, stop = pair.span
    gone = GenomicVariant(allele.contig, start, aim.reference.fetch(allele.contig, start, stop), "")
    name = consequence([gone], aim.transcript, aim.reference).hgvs_c
    return EditDesign(
        **_cut_head(aim, left, first),
        partners=(partner,),
        alternatives=tuple(
            _cut_row(aim, replace(first, nuclease=item), "delete_between_cuts", item)
            for item in twins
        ),
        alternatives_order=PAIR_ORDER,
        outcomes=(
            Outcome(hgvs_c=name, hgvs_p=aim.result_p, bystander_ids=(), effect=aim.effect),
        ),
        outcomes_note=(
            "the two ends joined without loss; inversions, insertions and deletions at either cut "
            "come beside it and are not predicted"
        ),
        splice=SpliceParts(
            **aim.parts, way="delete_between_cuts", deleted=(start, stop),
            guides_left=counts[0], guides_right=counts[1],
        ),
    )  # fmt: skip


def site_model(placed: PlacedSite, by: Destroyer | None = None) -> SpliceSite:
    """A site as the design holds it."""
    value = placed.score()
    return SpliceSite(
        kind=placed.kind,
        exon=placed.exon,
        position=placed.genomic(0),
        pair=placed.pair,
        pair_after=by.ablation.pair if by is not None else "",
        score=value,
        score_after=by.score_after if by is not None else None,
        standing=standing(placed.kind, value) if value is not None else "",
    )


# -- pieces ---------------------------------------------------------------------------------------


def _near(sites: Iterable[Other]) -> tuple[NearbySite, ...]:
    return tuple(NearbySite(offset=item.offset, score=item.score) for item in sites)


def _clipped(editor: BaseEditor) -> tuple[int, int]:
    return max(1, editor.bystander[0]), min(editor.length, editor.bystander[1])


def _head(
    aim: Aim, allele: Allele, strand: str, start: int, spacer: str, pam_letters: str,
    pam: tuple[int, int], target: int,
) -> dict[str, Any]:  # fmt: skip
    """Fields every design has."""
    end = start + len(spacer)
    return {
        "variant": aim.variant,
        "variant_hgvs": aim.variant_hgvs,
        "strategy": aim.strategy,
        "gene": aim.gene,
        "transcript": aim.transcript.id,
        "spacer": spacer,
        "pam": pam_letters,
        "strand": strand,
        "contig": allele.contig,
        "protospacer_start": allele.genomic(start),
        "protospacer_end": allele.genomic(end - 1) + 1,
        "pam_start": allele.genomic(pam[0]),
        "pam_end": allele.genomic(pam[1] - 1) + 1,
        "allele_start": _allele_start(aim, allele, start, target),
        "intended": aim.effect,
        "intended_note": aim.note,
        "five_prime_g": five_prime_g(spacer),
        "gc_percent": gc_percent(spacer),
        **aim.stays,
    }


def _cut_head(aim: Aim, allele: Allele, cutter: Cutter) -> dict[str, Any]:
    site, nuclease = cutter.site, cutter.nuclease
    return {
        **_head(aim, allele, site.strand, site.start, site.spacer, site.pam, _pam_span(cutter),
                cutter.cut),
        "action": "cuts",
        "editor": nuclease.name,
        "editor_kind": "nuclease",
        "pam_side": nuclease.pam_side,
        "target": Target(
            position=None, genomic_position=cutter.cut, ref="", alt="", base_before="",
            base_after="", label="cut",
        ),
    }  # fmt: skip


def _pam_span(cutter: Cutter) -> tuple[int, int]:
    site, nuclease = cutter.site, cutter.nuclease
    end, width = site.start + len(site.spacer), len(site.pam)
    left = (site.strand == "+") == (nuclease.pam_side == "5prime")
    return (site.start - width, site.start) if left else (end, end + width)


def _allele_start(aim: Aim, allele: Allele, start: int, target: int) -> int:
    """Leftmost base of the protospacer, counted from the variant where that is near.

    That is how designs are drawn (:func:`ipse.modalities.editing.locus.drawn`): on the variant's
    own allele if the target lies in it, else on the reference around the target.
    """
    frame, margin = aim.frame, reach(aim.editors)
    if frame is not None and frame.start + margin <= target < frame.end - margin:
        return start - allele.index(frame.start + frame.at)
    return allele.genomic(start) - target


def _base_row(aim: Aim, item: Destroyer, bystanders: Sequence[Bystander]) -> Alternative:
    hit, editor = item.hit, item.editor
    level, same = level_of(aim.precedents, "base_edit_site", editor.name, hit.spacer)
    worst = max((b.effect for b in bystanders), key=severity, default=aim.effect)
    return Alternative(
        editor=editor.name,
        kind=editor.kind,
        pam=hit.pam,
        pam_pattern=editor.pam,
        target_position=hit.position,
        edit=f"{editor.edit[0]}{hit.position}>{editor.edit[1]}",
        result_p=aim.result_p,
        target_window=editor.target,
        target_basis=editor.target_basis,
        bystander_window=_clipped(editor),
        bystander_basis=editor.bystander_basis,
        bystanders=len(bystanders),
        bystanders_in_target_window=sum(b.in_target_window for b in bystanders),
        harmful_bystanders=sum(b.effect in HARMFUL for b in bystanders),
        worst_outcome=max(worst, aim.effect, key=severity),
        precedent=level,
        precedent_spacer=same,
        size_bp=editor.size_bp,
        source=editor.source,
        note=editor.note,
    )


def _cut_row(aim: Aim, item: Cutter, way: str, nuclease: Nuclease) -> Alternative:
    level, same = level_of(aim.precedents, way, nuclease.name, item.site.spacer)
    return Alternative(
        editor=nuclease.name,
        kind="nuclease",
        pam=item.site.pam,
        pam_pattern=nuclease.pam,
        edit="cut",
        result_p=aim.result_p,
        worst_outcome=aim.effect,
        precedent=level if level is not None else None,
        precedent_spacer=same,
        size_bp=nuclease.size_bp,
        source=nuclease.source,
    )
