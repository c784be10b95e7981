"""The design of an edit, as ``plan.json`` holds it (``Proposal.design``).

Conventions, for every object here: genomic positions are 0-based on the plus strand of the
reference, stretches half-open; positions in a protospacer are 1-based from its 5' end; spacer,
PAM and the bases of an edit are written on the strand that carries the PAM.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ipse.core.evidence import Level
from ipse.core.model import Model
from ipse.modalities.editing.design.disrupt.model import Disruption
from ipse.modalities.editing.design.hdr.model import HdrParts, KnockInParts
from ipse.modalities.editing.design.prime.model import PrimeParts
from ipse.modalities.editing.design.silence.model import Silencing
from ipse.modalities.editing.design.splice.model import SpliceParts

Strategy = Literal[
    "base-edit-correct", "base-edit-tolerated", "prime-correct", "prime-twin", "hdr-correct",
    "cdna-knock-in", "silence-allele", "disrupt-cut", "disrupt-stop", "disrupt-splice",
    "skip-exon", "ablate-splice-site", "include-exon",
]  # fmt: skip

Action = Literal["deaminates", "nicks", "cuts"]
"""What the enzyme does to DNA at its target: edits a base, nicks a strand, cuts both."""

Effect = Literal[
    "wild_type", "wild_type_protein", "tolerated_residue",
    "protein_from_donor", "allele_silenced", "knocked_out", "exon_skipped", "exon_included",
    "splice_site_lost", "synonymous_bystander",
    "noncoding_bystander", "splice_region_bystander", "other_variant_remains",
    "missense_bystander", "start_or_stop_lost_bystander", "splice_bystander", "nonsense_bystander",
    "undescribed_bystander",
]  # fmt: skip
"""What an edited allele is, mildest first.

Those before ``synonymous_bystander`` are the intended edit alone; the others are the intended edit
with bystanders, named after the worst they do. ``undescribed_bystander``: no transcript to
describe it on.
"""

EFFECT_WORDS: dict[str, str] = {
    "wild_type": "corrects to wild type",
    "wild_type_protein": "wild-type protein by another codon",
    "tolerated_residue": "tolerated residue",
    "protein_from_donor": "protein read from the donor",
    "allele_silenced": "the disease allele is silenced",
    "knocked_out": "no working protein is made",
    "exon_skipped": "the exon is skipped in frame",
    "exon_included": "the exon is kept in the transcript",
    "splice_site_lost": "the splice site is lost",
    "synonymous_bystander": "synonymous bystander",
    "noncoding_bystander": "non-coding bystander",
    "splice_region_bystander": "bystander in a splice region",
    "other_variant_remains": "another pathogenic variant of the allele remains",
    "missense_bystander": "missense bystander",
    "start_or_stop_lost_bystander": "bystander removes the start or stop codon",
    "splice_bystander": "bystander at a splice site",
    "nonsense_bystander": "nonsense bystander",
    "undescribed_bystander": "bystander of undescribed effect",
}

HARMFUL = frozenset(
    {
        "missense_bystander", "start_or_stop_lost_bystander", "splice_bystander",
        "nonsense_bystander",
    }
)  # fmt: skip
"""Effects that change the protein or its splicing beside the intended edit."""


def severity(effect: Effect) -> int:
    """Place of an effect in the order above, 0 for the mildest."""
    return list(EFFECT_WORDS).index(effect)


class Target(Model):
    """The base that is to be edited.

    Attributes
    ----------
    position
        In the protospacer; None for a template edit that lies outside it.
    genomic_position
        0-based on the reference's plus strand.
    ref, alt
        Reference and patient's allele on the plus strand.
    base_before, base_after
        On the PAM strand: what the editor meets and what it makes of it (for a template: the
        patient's bases and the corrected ones).
    label
        E.g. ``A8>G``.
    """

    position: int | None = Field(description="1-based in the protospacer")
    genomic_position: int = Field(description="0-based, plus strand of the reference")
    ref: str
    alt: str
    base_before: str
    base_after: str
    label: str


class Window(Model):
    """A stretch of protospacer positions, both ends included.

    Attributes
    ----------
    basis
        ``published``, or what it is assumed from.
    source
        Identifiers it rests on.
    """

    first: int
    last: int
    basis: str
    source: tuple[str, ...] = ()


class Windows(Model):
    """Where a target is accepted, and where bases may be edited beside it."""

    target: Window
    bystander: Window


class Bystander(Model):
    """Another base the editor may change.

    Attributes
    ----------
    id
        Base and position, e.g. ``A5``.
    in_target_window
        Whether it lies where the editor is most active.
    hgvs_c, hgvs_p
        What it does alone, on an allele where the intended edit is made.
    effect
        The same in one word.
    """

    id: str
    position: int
    genomic_position: int
    in_target_window: bool
    hgvs_c: str
    hgvs_p: str
    effect: Effect


class Alternative(Model):
    """An editor or nuclease that uses the same spacer in the same strategy.

    Attributes
    ----------
    kind
        Class, e.g. ``ABE``.
    pam, pam_pattern
        What stands beside the protospacer, and what the enzyme asks for.
    target_position, edit
        Position and change of the target base.
    result_p
        Protein after the intended edit alone.
    bystanders, bystanders_in_target_window, harmful_bystanders
        Editable bases beside the target: all, inside the target window, and those among all that
        change the protein or a splice site.
    worst_outcome
        Worst effect over all combinations of bystanders.
    precedent, precedent_spacer
        Strongest published level of the same edit, and whether it used this spacer and editor.
    size_bp
        Length of the coding sequence, where known [bp].
    """

    editor: str
    kind: str
    pam: str
    pam_pattern: str
    target_position: int | None = None
    edit: str
    result_p: str = ""
    target_window: tuple[int, int] | None = None
    target_basis: str = ""
    bystander_window: tuple[int, int] | None = None
    bystander_basis: str = ""
    bystanders: int = 0
    bystanders_in_target_window: int = 0
    harmful_bystanders: int = 0
    worst_outcome: Effect
    precedent: Level | None = None
    precedent_spacer: bool = False
    size_bp: int | None = None
    source: tuple[str, ...]
    note: str = ""


class Outcome(Model):
    """An allele that may come of the edit.

    Attributes
    ----------
    bystander_ids
        Bystanders edited together with the target.
    probability
        Share of edited alleles, None where no model predicts it.
    """

    hgvs_c: str
    hgvs_p: str
    bystander_ids: tuple[str, ...]
    probability: float | None = None
    effect: Effect
    consequence: tuple[str, ...] = ()


class Template(Model):
    """A single-stranded DNA template for repair of a cut.

    Attributes
    ----------
    sequence
        5' to 3', ready to order.
    sense
        ``target`` or ``non-target``: which strand of the protospacer it is a copy of.
    strand
        Strand of the reference it reads as.
    start, end
        Stretch of the reference it spans.
    allele_start, allele_end, allele_cut
        The stretch of the patient's allele it replaces and the place of the cut, counted from the
        first base of the variant there.
    left_arm, right_arm
        Homology left and right of the cut on the reference's plus strand [nt].
    cut
        Cut left of this 0-based position of the patient's allele, numbered as the reference.
    cut_to_edit
        Unchanged bases between cut and change [bp]; 0 if they touch.
    homology_beyond_edit
        Bases of the template beyond the change, away from the cut [nt].
    recut
        What keeps the nuclease from cutting the corrected allele again: ``pam_destroyed``,
        ``seed_mismatch``, ``distal_mismatch``, or ``intact`` if nothing does.
    recut_mismatches
        Mismatches of the guide with the corrected allele.
    own
        The patient's own variants (``chr2:210591875:G:A``, 1-based) that are written into it,
        because phased calls show them on the edited allele or on every allele; everywhere else it
        has the reference's bases.
    """

    sequence: str
    length: int
    sense: str
    strand: Literal["+", "-"]
    start: int
    end: int
    allele_start: int
    allele_end: int
    allele_cut: int
    left_arm: int
    right_arm: int
    cut: int
    cut_to_edit: int
    homology_beyond_edit: int
    recut: Literal["pam_destroyed", "seed_mismatch", "distal_mismatch", "intact"]
    recut_mismatches: int
    own: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


class NormalAllele(Model):
    """What the guide meets on the other allele.

    That is the reference's sequence, with the substitutions the case states on the other allele
    (shown or presumed); what else the patient may carry there is not in it.

    Attributes
    ----------
    mismatches
        Positions of the protospacer that differ.
    pam
        PAM there.
    pam_matches
        Whether the editor or nuclease accepts it.
    target_editable
        Whether the base at the target's place can be edited there.
    """

    mismatches: tuple[int, ...]
    pam: str
    pam_matches: bool
    target_editable: bool


class Partner(Model):
    """A further guide a design needs: a nicking guide, a second cut, a second pegRNA.

    Attributes
    ----------
    role
        What it is for, e.g. ``nicking guide``, ``second cut``.
    editor
        Enzyme that uses it.
    start, end
        Protospacer, 0-based half-open on the reference.
    pam_start, pam_end
        PAM, likewise.
    on_edited
        Whether it is made for the edited allele (PE3b) and so meets no perfect match before.
    """

    role: str
    editor: str
    spacer: str
    pam: str
    pam_pattern: str
    pam_side: Literal["3prime", "5prime"]
    strand: Literal["+", "-"]
    contig: str
    start: int
    end: int
    pam_start: int
    pam_end: int
    on_edited: bool = False


class EditDesign(Model):
    """One spacer used in one strategy for one variant, with the best editor shown.

    Attributes
    ----------
    variant, variant_hgvs
        Id in the plan, and its description on the transcript; empty for an edit of a gene that
        holds no variant of the case.
    action
        What the enzyme does at its target.
    partners
        Further guides the design needs.
    splice
        What is special to re-splicing.
    protospacer_start, protospacer_end, pam_start, pam_end
        0-based half-open on the reference; under an insertion or deletion, what they cover of it.
    allele_start
        Leftmost base of the protospacer on the patient's allele, counted from the first base of
        the variant there (of the target, if that lies in another exon). It stays exact where an
        insertion or deletion leaves no reference position to name.
    intended
        What the intended edit makes of the variant's place.
    stays_in_cis
        Other pathogenic variants of the gene that stand on the edited allele and stay there.
    on_one_allele
        Those that stand on one of the two alleles of a homozygous variant and stay there.
    may_be_in_cis
        Those of unknown phase that would stay if they stood on the edited allele.
    taken_too
        Those on it, or perhaps on it, that the template writes over within the cited distance.
    alternatives
        Every editor that shares spacer and strategy, best first; the first is the one shown.
    alternatives_order
        Rule of that order.
    outcomes_note
        Whether all combinations are listed, and what they leave out.
    template, hdr, knock_in
        What a repair from a template has beside, and an integrated cDNA.
    five_prime_g
        How to transcribe the guide from a U6 promoter.
    gc_percent
        Share of G and C in the spacer [%].
    """

    variant: str
    variant_hgvs: str
    strategy: Strategy
    action: Action
    gene: str
    transcript: str
    editor: str
    editor_kind: str
    spacer: str
    pam: str
    strand: Literal["+", "-"]
    contig: str
    protospacer_start: int = Field(description="0-based, half-open")
    protospacer_end: int
    pam_start: int = Field(description="0-based, half-open")
    pam_end: int
    pam_side: Literal["3prime", "5prime"]
    allele_start: int
    target: Target
    intended: Effect
    intended_note: str
    stays_in_cis: tuple[str, ...] = ()
    on_one_allele: tuple[str, ...] = ()
    may_be_in_cis: tuple[str, ...] = ()
    taken_too: tuple[str, ...] = ()
    windows: Windows | None = None
    bystanders: tuple[Bystander, ...] = ()
    partners: tuple[Partner, ...] = ()
    alternatives: tuple[Alternative, ...]
    alternatives_order: str
    outcomes: tuple[Outcome, ...]
    outcomes_note: str
    normal_allele: NormalAllele | None = None
    template: Template | None = None
    disruption: Disruption | None = None
    silencing: Silencing | None = None
    splice: SpliceParts | None = None
    prime: PrimeParts | None = None
    hdr: HdrParts | None = None
    knock_in: KnockInParts | None = None
    five_prime_g: str
    gc_percent: float
