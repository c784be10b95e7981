"""From placements of editors to designs: one spacer, its editors in order, its outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ipse.core.evidence import Level
from ipse.core.sequence import matches, on_strand
from ipse.modalities.editing.catalogue import BaseEditor
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.base.intent import Intent
from ipse.modalities.editing.design.base.placement import (
    Hit,
    editable_positions,
    enumerate_guides,
    genomic_index,
)
from ipse.modalities.editing.design.outcomes import (
    MAX_EXACT,
    REMAINS,
    Alleles,
    Edit,
    harmful,
    list_outcomes,
    worst_combination,
)
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.design.subject import Subject, precedent_of
from ipse.modalities.editing.model import (
    Alternative,
    Bystander,
    EditDesign,
    Effect,
    NormalAllele,
    Outcome,
    Strategy,
    Target,
    Window,
    Windows,
)
from ipse.modalities.editing.model import severity as effect_severity
from ipse.modalities.editing.others import name_of

ORDER = (
    "same edit published with this spacer and editor (people, animals, cells); intended result "
    "(wild type, wild-type protein, tolerated residue); fewest bystanders in the target window "
    "that change protein or splice site; fewest such in the bystander window; fewest bystanders; "
    "published before assumed bystander window; narrower target window; name"
)


@dataclass(frozen=True)
class _Row:
    """An editor on a spacer, with everything its place in the order depends on."""

    hit: Hit
    editor: BaseEditor
    intent: Intent
    bystanders: tuple[Bystander, ...]
    alternative: Alternative

    def key(self) -> tuple[int | str, ...]:
        other, mine = self.alternative, self.bystanders
        level = other.precedent.rank if other.precedent and other.precedent_spacer else len(Level)
        return (
            level,
            effect_severity(self.intent.effect),
            sum(harmful(b.effect) for b in mine if b.in_target_window),
            other.harmful_bystanders,
            other.bystanders,
            int(self.editor.bystander_assumed),
            self.editor.target[1] - self.editor.target[0],
            self.editor.name,
        )


def base_designs(
    subject: Subject,
    strategy: Strategy,
    intents: Iterable[Intent],
    editors: Sequence[BaseEditor],
    makes: Mapping[Intent, Sequence[BaseEditor]],
) -> list[EditDesign]:
    """Every spacer of a strategy, with every editor that can use it; best spacer first.

    Parameters
    ----------
    intents
        Edits that would help.
    editors
        All editors, for looking them up by name.
    makes
        Intent -> editors whose chemistry makes that edit.
    """
    by_name = {editor.name: editor for editor in editors}
    groups: dict[tuple[str, int, int], list[_Row]] = {}
    for intent in intents:
        index = subject.allele.index(intent.position)
        for hit in enumerate_guides(subject.allele.sequence, index, makes[intent]):
            row = _row(subject, strategy, intent, hit, by_name[hit.editor])
            groups.setdefault((hit.strand, hit.start, len(hit.spacer)), []).append(row)
    ordered = [sorted(rows, key=_Row.key) for rows in groups.values()]
    ordered.sort(key=lambda rows: (rows[0].key(), rows[0].hit))
    return [_design(subject, strategy, rows) for rows in ordered]


def _row(
    subject: Subject, strategy: Strategy, intent: Intent, hit: Hit, editor: BaseEditor
) -> _Row:
    bystanders = _bystanders(subject, intent, hit, editor)
    alleles = subject.alleles
    edits = [_edit(hit, editor, subject.allele, item.position) for item in bystanders]
    target = (intent.position, intent.after)
    worst, _ = worst_combination(alleles, target, edits)
    result = alleles.describe([target])
    level, same = precedent_of(
        subject.precedents, "base_edit", result.hgvs_p, intent.effect, hit.spacer, editor.name
    )
    inside = [item for item in bystanders if item.in_target_window]
    alternative = Alternative(
        editor=editor.name,
        kind=editor.kind,
        pam=hit.pam,
        pam_pattern=editor.pam,
        target_position=hit.position,
        edit=f"{editor.edit[0]}{hit.position}>{editor.edit[1]}",
        result_p=result.hgvs_p,
        target_window=editor.target,
        target_basis=editor.target_basis,
        bystander_window=_clipped(editor),
        bystander_basis=editor.bystander_basis,
        bystanders=len(bystanders),
        bystanders_in_target_window=len(inside),
        harmful_bystanders=sum(harmful(item.effect) for item in bystanders),
        worst_outcome=_worst(worst or intent.effect, alleles),
        precedent=level,
        precedent_spacer=same,
        size_bp=editor.size_bp,
        source=editor.source,
        note=editor.note,
    )
    return _Row(hit, editor, intent, bystanders, alternative)


def _worst(effect: Effect, alleles: Alleles) -> Effect:
    """Worst effect of an allele, another pathogenic variant that stays on it included."""
    return max(effect, REMAINS, key=effect_severity) if alleles.beside else effect


def _bystanders(
    subject: Subject, intent: Intent, hit: Hit, editor: BaseEditor
) -> tuple[Bystander, ...]:
    alleles = subject.alleles
    target = (intent.position, intent.after)
    first, last = editor.target
    found = []
    for position in editable_positions(hit.spacer, editor):
        if position == hit.position:
            continue
        edit = _edit(hit, editor, subject.allele, position)
        described = alleles.describe([target, edit])
        found.append(
            Bystander(
                id=f"{editor.edit[0]}{position}",
                position=position,
                genomic_position=edit[0],
                in_target_window=first <= position <= last,
                hgvs_c=described.hgvs_c,
                hgvs_p=described.hgvs_p,
                effect=alleles.effect(target, [edit]),
            )
        )
    return tuple(found)


def _edit(hit: Hit, editor: BaseEditor, allele: Allele, position: int) -> Edit:
    """Reference position and plus-strand base of an edit at a protospacer position."""
    index = genomic_index(hit.start, len(hit.spacer), hit.strand, position)
    return allele.genomic(index), on_strand(editor.edit[1], hit.strand)


def _clipped(editor: BaseEditor) -> tuple[int, int]:
    """Bystander window within the protospacer."""
    return max(1, editor.bystander[0]), min(editor.length, editor.bystander[1])


def _design(subject: Subject, strategy: Strategy, rows: list[_Row]) -> EditDesign:
    best = rows[0]
    hit, editor, intent = best.hit, best.editor, best.intent
    allele = subject.allele
    edits = [_edit(hit, editor, allele, item.position) for item in best.bystanders]
    listed, exact = list_outcomes(
        subject.alleles, (intent.position, intent.after), intent.effect, edits
    )
    start, end = hit.start, hit.start + len(hit.spacer)
    pam_left = (hit.strand == "+") == (editor.pam_side == "5prime")
    pam = (start - len(hit.pam), start) if pam_left else (end, end + len(hit.pam))
    return EditDesign(
        variant=subject.variant_id,
        variant_hgvs=subject.hgvs,
        strategy=strategy,
        action="deaminates",
        gene=subject.gene,
        transcript=subject.transcript,
        editor=editor.name,
        editor_kind=editor.kind,
        spacer=hit.spacer,
        pam=hit.pam,
        strand=hit.strand,
        contig=allele.contig,
        protospacer_start=allele.genomic(start),
        protospacer_end=allele.genomic(end - 1) + 1,
        pam_start=allele.genomic(pam[0]),
        pam_end=allele.genomic(pam[1] - 1) + 1,
        pam_side=editor.pam_side,
        allele_start=start - allele.at,
        target=Target(
            position=hit.position,
            genomic_position=intent.position,
            ref=allele.corrected[allele.index(intent.position)],
            alt=intent.before,
            base_before=editor.edit[0],
            base_after=editor.edit[1],
            label=f"{editor.edit[0]}{hit.position}>{editor.edit[1]}",
        ),
        intended=intent.effect,
        intended_note=intent.note,
        stays_in_cis=tuple(name_of(item) for item in subject.others.cis),
        on_one_allele=tuple(name_of(item) for item in subject.others.half),
        may_be_in_cis=tuple(name_of(item) for item in subject.others.unphased),
        windows=Windows(
            target=Window(
                first=editor.target[0],
                last=editor.target[1],
                basis=editor.target_basis,
                source=editor.target_source,
            ),
            bystander=Window(
                first=_clipped(editor)[0],
                last=_clipped(editor)[1],
                basis=editor.bystander_basis,
                source=editor.bystander_source,
            ),
        ),
        bystanders=best.bystanders,
        alternatives=tuple(row.alternative for row in rows),
        alternatives_order=ORDER,
        outcomes=tuple(
            Outcome(
                hgvs_c=item.described.hgvs_c,
                hgvs_p=item.described.hgvs_p,
                bystander_ids=tuple(best.bystanders[i].id for i in item.edited),
                effect=item.effect,
                consequence=item.described.terms,
            )
            for item in listed
        ),
        outcomes_note=outcomes_note(len(edits), len(listed), exact),
        normal_allele=_normal_allele(subject, hit, editor),
        five_prime_g=five_prime_g(hit.spacer),
        gc_percent=gc_percent(hit.spacer),
    )


def outcomes_note(bystanders: int, listed: int, exact: bool) -> str:
    """Say whether the outcomes are all there are."""
    common = "alleles with the target edited; indels are not predicted and no model weighs them"
    if exact:
        return f"all {listed} combinations of {bystanders} bystanders: {common}"
    return (
        f"{bystanders} bystanders have 2^{bystanders} combinations: listed are none, each alone, "
        f"all together and a worst combination (exact up to {MAX_EXACT} bystanders): {common}"
    )


def _normal_allele(subject: Subject, hit: Hit, editor: BaseEditor) -> NormalAllele:
    """What the guide meets on the other allele; the substitution keeps every index."""
    normal = subject.other_allele(subject.allele)
    start, end = hit.start, hit.start + len(hit.spacer)
    site = on_strand(normal[start:end], hit.strand)
    upstream = (hit.strand == "+") == (editor.pam_side == "5prime")
    width = len(editor.pam)
    pam = on_strand(
        normal[start - width : start] if upstream else normal[end : end + width], hit.strand
    )
    return NormalAllele(
        mismatches=tuple(place + 1 for place, base in enumerate(hit.spacer) if site[place] != base),
        pam=pam,
        pam_matches=matches(editor.pam, pam),
        target_editable=site[hit.position - 1] == editor.edit[0],
    )
