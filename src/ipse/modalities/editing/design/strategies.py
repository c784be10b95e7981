"""Every strategy for one located variant: its designs, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ipse.core.sequence import THREE_LETTER, complement
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.catalogue import (
    BaseEditor,
    Nuclease,
    RepairRules,
    Tolerated,
)
from ipse.modalities.editing.design.allele import pathogenic_allele
from ipse.modalities.editing.design.base_designs import Subject, base_designs
from ipse.modalities.editing.design.base_edit import reach, result
from ipse.modalities.editing.design.hdr_designs import hdr_designs
from ipse.modalities.editing.design.intent import (
    Intent,
    affected_codon,
    correction,
    residue_edits,
)
from ipse.modalities.editing.design.outcomes import Edit
from ipse.modalities.editing.model import EditDesign, Strategy

SPCAS9 = "SpCas9"
"""Nuclease of the template strategy: the one whose arms and distances are cited."""


@dataclass(frozen=True)
class Refusal:
    """Why a strategy gives no design: a stable code and one line."""

    code: str
    reason: str


@dataclass(frozen=True)
class Tried:
    """What came of one strategy.

    Attributes
    ----------
    designs
        Best first; empty if ``refusal`` says why.
    tolerated
        Rows of the tolerated-residue table that designs rest on, by the edit that gives them:
        reference position and plus-strand base.
    left_out
        A remark on what was left out; empty if nothing was.
    """

    strategy: Strategy
    designs: tuple[EditDesign, ...]
    refusal: Refusal | None = None
    tolerated: Mapping[Edit, Tolerated] = field(default_factory=dict)
    left_out: str = ""


def try_all(
    subject: Subject,
    reference: Reference,
    transcript: Transcript | None,
    editors: Sequence[BaseEditor],
    nucleases: Sequence[Nuclease],
    rules: RepairRules,
    tolerated: Sequence[Tolerated],
) -> list[Tried]:
    """Try every strategy on a variant.

    Parameters
    ----------
    tolerated
        Rows of the gene.

    Raises
    ------
    NotInReference
        If a base a strategy must read is not held.
    """
    return [
        _correct(subject, editors),
        _tolerate(subject, reference, transcript, editors, tolerated),
        _template(subject, nucleases, rules),
    ]


def _correct(subject: Subject, editors: Sequence[BaseEditor]) -> Tried:
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


def _tolerate(
    subject: Subject,
    reference: Reference,
    transcript: Transcript | None,
    editors: Sequence[BaseEditor],
    tolerated: Sequence[Tolerated],
) -> Tried:
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


def _template(subject: Subject, nucleases: Sequence[Nuclease], rules: RepairRules) -> Tried:
    strategy: Strategy = "hdr-correct"
    (nuclease,) = (item for item in nucleases if item.name == SPCAS9)
    designs, left_out = hdr_designs(subject, nuclease, nucleases, rules)
    remark = f"{left_out} further cut(s) in reach, but the change does not fit between the arms"
    if designs:
        return Tried(strategy, tuple(designs), left_out=remark if left_out else "")
    if left_out:
        reason = f"{remark} of a single-stranded template"
        return Tried(strategy, (), Refusal("change-too-long", reason))
    reason = (
        f"no {SPCAS9} site ({nuclease.pam}) cuts within {rules.max_cut_distance} bp of the change"
    )
    return Tried(strategy, (), Refusal("no-cut-in-reach", reason))


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
