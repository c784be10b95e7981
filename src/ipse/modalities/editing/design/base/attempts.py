"""Strategies of base editing for one located variant: designs, or why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ipse.core.sequence import THREE_LETTER, complement
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.catalogue import BaseEditor, Tolerated
from ipse.modalities.editing.design.allele import pathogenic_allele
from ipse.modalities.editing.design.base.designs import base_designs
from ipse.modalities.editing.design.base.intent import (
    Intent,
    affected_codon,
    correction,
    residue_edits,
)
from ipse.modalities.editing.design.base.placement import reach, result
from ipse.modalities.editing.design.family import Refusal, Tried
from ipse.modalities.editing.design.subject import Subject
from ipse.modalities.editing.model import Strategy


def correct(subject: Subject, editors: Sequence[BaseEditor]) -> Tried:
    """Undo a substitution."""
    strategy: Strategy = "base-edit-correct"
    allele = subject.allele
    if len(allele.ref) != 1 or len(allele.alt) != 1:
        return Tried(strategy, (), Refusal("not-a-substitution", f"{_kind(subject)}: {_SINGLE}"))
    intent = correction(allele)
    able = makers(intent, editors)
    if not able:
        ref, alt = _sense(subject, allele.ref), _sense(subject, allele.alt)
        name = "transversion" if _transversion(ref, alt) else "transition"
        reason = f"{name} {ref}>{alt}: no base editor in the table reverses {alt}>{ref}"
        return Tried(strategy, (), Refusal("chemistry", reason))
    designs = base_designs(subject, strategy, [intent], editors, {intent: able})
    if not designs:
        return Tried(strategy, (), _no_place(able))
    return Tried(strategy, tuple(designs))


def tolerate(
    subject: Subject,
    reference: Reference,
    transcript: Transcript | None,
    editors: Sequence[BaseEditor],
    tolerated: Sequence[Tolerated],
) -> Tried:
    """Reach another codon for the residue, or a residue cited as tolerated.

    Parameters
    ----------
    tolerated
        Rows of the gene.
    """
    strategy: Strategy = "base-edit-tolerated"
    allele = subject.allele
    if len(allele.ref) != 1 or len(allele.alt) != 1:
        return Tried(strategy, (), Refusal("not-a-substitution", f"{_kind(subject)}: {_SINGLE}"))
    codon = affected_codon(reference, transcript, allele) if transcript is not None else None
    if codon is None or transcript is None:
        return Tried(strategy, (), Refusal("not-coding", "the variant is in no codon"))
    if codon.wild_type == codon.mutant:
        reason = (
            f"the variant is synonymous ({codon.reference}>{codon.patient}): the residue is not "
            "what is wrong, so another codon for it is no repair"
        )
        return Tried(strategy, (), Refusal("synonymous", reason))
    intents = residue_edits(codon, transcript, editors, tolerated, correction(allele))
    if not intents:
        residue = THREE_LETTER[codon.wild_type]
        reason = (
            f"no single base edit of codon {codon.number} ({codon.patient}) gives {residue} by "
            "another codon or a residue cited as tolerated"
        )
        return Tried(strategy, (), Refusal("no-such-codon", reason))
    makes = {intent: makers(intent, editors) for intent in intents}
    designs = [
        design
        for near, group in _by_place(subject, reference, intents, reach(editors))
        for design in base_designs(near, strategy, group, editors, makes)
    ]
    if not designs:
        return Tried(strategy, (), _no_place([e for able in makes.values() for e in able]))
    rows = {(i.position, i.after): i.tolerated for i in intents if i.tolerated is not None}
    return Tried(strategy, tuple(designs), tolerated=rows)


def _by_place(
    subject: Subject, reference: Reference, intents: Sequence[Intent], flank: int
) -> list[tuple[Subject, list[Intent]]]:
    """Intents with the stretch of the allele they lie on.

    A codon may straddle an intron: a base of it beyond the intron gets a stretch of its own, on
    which the patient's allele is the reference.
    """
    allele = subject.allele
    first, last = allele.start + flank, allele.end - flank
    near = [intent for intent in intents if first <= intent.position < last]
    groups = [(subject, near)] if near else []
    for intent in intents:
        if intent not in near:
            base = intent.before
            there = pathogenic_allele(reference, allele.contig, intent.position, base, base, flank)
            groups.append((replace(subject, allele=there), [intent]))
    return groups


def makers(intent: Intent, editors: Sequence[BaseEditor]) -> list[BaseEditor]:
    """Editors whose chemistry makes an edit."""
    return [editor for editor in editors if result(editor, intent.before) == intent.after]


_SINGLE = "base editors change single bases"


def _kind(subject: Subject) -> str:
    ref, alt = subject.allele.ref, subject.allele.alt
    if not alt:
        return f"deletion of {len(ref)} base{'s' * (len(ref) > 1)}"
    if not ref:
        return f"insertion of {len(alt)} base{'s' * (len(alt) > 1)}"
    if len(ref) == len(alt):
        return f"substitution of {len(ref)} bases"
    return f"{len(ref)} bases replaced by {len(alt)}"


def _no_place(able: Sequence[BaseEditor]) -> Refusal:
    number = len({editor.name for editor in able})
    return Refusal("no-pam", f"no PAM places the base in the window of any of {number} editors")


def _sense(subject: Subject, base: str) -> str:
    """A plus-strand base as the gene reads it."""
    transcript = subject.alleles.transcript
    return complement(base) if transcript is not None and transcript.strand == "-" else base


def _transversion(ref: str, alt: str) -> bool:
    return ({ref, alt} & {"A", "G"} != set()) and ({ref, alt} & {"C", "T"} != set())
