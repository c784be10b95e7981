"""Alleles that may come of a base edit: the target with every combination of bystanders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from ipse.core.errors import InputError
from ipse.genome.consequence import consequence
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.model import HARMFUL, Effect, severity

MAX_EXACT = 12
"""Up to this many bystanders every combination is listed (4,096 outcomes)."""

Edit = tuple[int, str]
"""Reference position (0-based) and the plus-strand base the edit leaves there."""

STOPPED = frozenset({"stop_gained", "frameshift_variant"})
SPLICE_SITE = frozenset({"splice_acceptor_variant", "splice_donor_variant"})
LOST = frozenset({"start_lost", "stop_lost"})
REMAINS: Effect = "other_variant_remains"


@dataclass(frozen=True)
class Described:
    """An allele's difference from the reference, in the words of HGVS and Sequence Ontology.

    Attributes
    ----------
    hgvs_c, hgvs_p
        Descriptions; ``hgvs_p`` is empty where the coding sequence is not changed.
    protein
        Protein made, one letter; None where it cannot be told, empty for a non-coding transcript.
    """

    hgvs_c: str
    hgvs_p: str
    terms: tuple[str, ...]
    protein: str | None


class Alleles:
    """Describes edited alleles of one variant on one transcript; equal edits are described once.

    Parameters
    ----------
    reference
        Reference the positions are on.
    transcript
        Transcript to describe on; None leaves only the genomic change.
    contig, variant
        The patient's substitution, or None if the allele is the reference otherwise.
    beside
        Other pathogenic variants that stand on the same allele and stay there.
    """

    def __init__(
        self,
        reference: Reference,
        transcript: Transcript | None,
        contig: str,
        variant: GenomicVariant | None,
        beside: Sequence[GenomicVariant] = (),
    ) -> None:
        self.reference, self.transcript, self.contig = reference, transcript, contig
        self.variant, self.beside = variant, tuple(beside)
        self._known: dict[frozenset[Edit], Described] = {}
        self._splicing: dict[Edit, frozenset[str]] = {}

    def describe(self, edits: Iterable[Edit]) -> Described:
        """Difference from the reference of the patient's allele after edits.

        The variants beside the patient's are left out: what an edit does is told against an
        allele it would repair. :meth:`whole` has them.
        """
        key = frozenset(edits)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._described(self._changes(key))
        return found

    def whole(self, edits: Iterable[Edit]) -> Described:
        """The same with the other variants that stay on the allele."""
        edits = frozenset(edits)
        if not self.beside:
            return self.describe(edits)
        changes = self._changes(edits)
        touched = {place for item in changes for place in range(item.start, item.end)}
        kept = [item for item in self.beside if touched.isdisjoint(range(item.start, item.end))]
        return self.allele_of([*changes, *kept])

    def allele_of(self, changes: Sequence[GenomicVariant]) -> Described:
        """Difference from the reference of an allele that carries given changes."""
        try:
            return self._described(sorted(changes))
        except InputError:  # two of them overlap: the allele has no one description
            return Described("c.?", "p.?", (), None)

    def _changes(self, edits: frozenset[Edit]) -> list[GenomicVariant]:
        final = dict(edits)
        if self.variant is not None and len(self.variant.ref) == len(self.variant.alt) == 1:
            final.setdefault(self.variant.start, self.variant.alt)
        changes = []
        for position, base in sorted(final.items()):
            ref = self.reference.fetch(self.contig, position, position + 1)
            if ref != base:
                changes.append(GenomicVariant(self.contig, position, ref, base))
        return changes

    def _described(self, changes: Sequence[GenomicVariant]) -> Described:
        if self.transcript is None:
            text = ";".join(f"{c.start + 1}{c.ref}>{c.alt}" for c in changes) or "="
            return Described(f"g.[{text}]" if len(changes) > 1 else f"g.{text}", "", (), "")
        found = consequence(changes, self.transcript, self.reference)
        if not changes:
            return Described(self.reference_c, self.reference_p, (), found.protein_before)
        return Described(found.hgvs_c, found.hgvs_p, found.terms, found.protein_after)

    def splicing(self, edit: Edit) -> frozenset[str]:
        """Splice terms of one edited base by itself: they follow from where it lies."""
        if edit not in self._splicing:
            position, base = edit
            ref = self.reference.fetch(self.contig, position, position + 1)
            terms: tuple[str, ...] = ()
            if self.transcript is not None and ref != base:
                change = GenomicVariant(self.contig, position, ref, base)
                terms = consequence([change], self.transcript, self.reference).terms
            self._splicing[edit] = frozenset(t for t in terms if t.startswith("splice_"))
        return self._splicing[edit]

    @property
    def reference_c(self) -> str:
        """Description of an allele that is the reference."""
        if self.transcript is None:
            return "g.="
        return "n.=" if self.transcript.cds is None else "c.="

    @property
    def reference_p(self) -> str:
        """Protein description of an allele that is the reference."""
        return "p.=" if self.transcript is not None and self.transcript.cds is not None else ""

    def codon(self, position: int) -> int | None:
        """1-based codon a reference position belongs to; None outside the coding sequence."""
        transcript = self.transcript
        if transcript is None or transcript.cds is None:
            return None
        place, offset = transcript.to_transcript(position)
        first, end = transcript.cds
        if offset or not first <= place < end:
            return None
        return (place - first) // 3 + 1

    def effect(self, intended: Edit, bystanders: Sequence[Edit]) -> Effect:
        """Name what bystanders do to an allele, given what the intended edit alone makes it."""
        if self.transcript is None:
            return "undescribed_bystander"
        alone = self.describe([intended])
        together = self.describe([intended, *bystanders])
        # the intended edit may carry a splice term of its own: each bystander's count anyway
        new = set(together.terms) - set(alone.terms)
        new = new.union(*(self.splicing(edit) for edit in bystanders))
        if new & STOPPED:
            return "nonsense_bystander"
        if new & SPLICE_SITE:
            return "splice_bystander"
        if new & LOST:
            return "start_or_stop_lost_bystander"
        if together.protein != alone.protein:
            return "missense_bystander"
        if any(term.startswith("splice_") for term in new):
            return "splice_region_bystander"
        if any(self.codon(position) is None for position, _ in bystanders):
            return "noncoding_bystander"
        return "synonymous_bystander"


@dataclass(frozen=True)
class Listed:
    """One outcome: indices of the bystanders edited with the target, and what comes of it."""

    edited: tuple[int, ...]
    described: Described
    effect: Effect


def list_outcomes(
    alleles: Alleles, intended_edit: Edit, intended_effect: Effect, bystanders: Sequence[Edit]
) -> tuple[list[Listed], bool]:
    """Target edited together with combinations of bystanders.

    Parameters
    ----------
    intended_edit
        The target's edit.
    intended_effect
        What it makes of the allele alone.
    bystanders
        Edits beside it.

    Returns
    -------
    tuple
        Outcomes, fewest bystanders first, and whether they are all 2^n combinations. Beyond
        ``MAX_EXACT`` bystanders: none, each alone, all together and the worst combination found.
    """
    exact = len(bystanders) <= MAX_EXACT
    chosen: list[tuple[int, ...]]
    if exact:
        places = range(len(bystanders))
        chosen = [c for n in range(len(bystanders) + 1) for c in combinations(places, n)]
    else:
        singles = [(place,) for place in range(len(bystanders))]
        every = tuple(range(len(bystanders)))
        worst = worst_combination(alleles, intended_edit, bystanders)[1]
        chosen = list(dict.fromkeys([(), *singles, worst, every]))
    listed = []
    for edited in chosen:
        beside = [bystanders[i] for i in edited]
        described = alleles.whole([intended_edit, *beside])
        effect = alleles.effect(intended_edit, beside) if edited else intended_effect
        if alleles.beside:
            effect = max(effect, REMAINS, key=severity)
        listed.append(Listed(edited, described, effect))
    return listed, exact


def worst_combination(
    alleles: Alleles, intended_edit: Edit, bystanders: Sequence[Edit]
) -> tuple[Effect | None, tuple[int, ...]]:
    """Worst effect over all combinations of bystanders, and a smallest combination that has it.

    Bases of different codons act on the protein independently, and splice sites base by base, so
    it is enough to try the combinations within each codon; no 2^n is needed.

    Returns
    -------
    tuple
        Effect (None without bystanders) and indices of the bystanders.
    """
    groups: dict[int, list[int]] = {}
    for index, (position, _) in enumerate(bystanders):
        codon = alleles.codon(position)
        groups.setdefault(-1 - index if codon is None else codon, []).append(index)
    worst: Effect | None = None
    which: tuple[int, ...] = ()
    for members in groups.values():
        for n in range(1, len(members) + 1):
            for edited in combinations(members, n):
                effect = alleles.effect(intended_edit, [bystanders[i] for i in edited])
                if worst is None or severity(effect) > severity(worst):
                    worst, which = effect, edited
    return worst, which


def harmful(effect: Effect) -> bool:
    """Whether an effect changes the protein or a splice site beside the intended edit."""
    return effect in HARMFUL
