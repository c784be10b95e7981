"""What a design is made for, and what was published of the same edit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ipse.core.evidence import Level
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import Precedent
from ipse.modalities.editing.design.allele import Allele, other_allele
from ipse.modalities.editing.design.outcomes import Alleles
from ipse.modalities.editing.model import Effect
from ipse.modalities.editing.others import Others, change_of


@dataclass(frozen=True)
class Subject:
    """What a design is made for.

    Attributes
    ----------
    variant_id, hgvs
        Id in the plan and c. description.
    precedents
        Published edits of this very variant.
    others
        Other pathogenic variants of the gene.
    own
        Substitutions the patient carries beside the variant on this very allele, as phased or
        homozygous calls show; pathogenic variants are not among them.
    """

    variant_id: str
    hgvs: str
    gene: str
    transcript: str
    allele: Allele
    alleles: Alleles
    precedents: tuple[Precedent, ...]
    others: Others = field(default_factory=Others)
    own: tuple[GenomicVariant, ...] = ()

    def other_allele(self, allele: Allele) -> str:
        """The patient's other allele over a stretch, as far as the case states it."""
        stated = (change_of(item) for item in self.others.trans)
        return other_allele(allele, [item for item in stated if item is not None])


def precedent_of(
    precedents: Iterable[Precedent],
    method: str,
    hgvs_p: str,
    effect: Effect,
    spacer: str,
    editor: str,
) -> tuple[Level | None, bool]:
    """Strongest published level of the same edit for an editor on a spacer.

    Parameters
    ----------
    method
        ``base_edit``, ``prime_edit`` or ``hdr``.
    hgvs_p, effect
        What the intended edit gives.

    Returns
    -------
    tuple
        Level and True if spacer and editor are those that were used; ``analogy`` and False if the
        same edit was made with another spacer or editor; (None, False) without a precedent.
    """
    rows = same_edit(precedents, method, hgvs_p, effect)
    same = [row.level for row in rows if row.spacer == spacer and row.editor == editor]
    if same:
        return min(same, key=lambda level: level.rank), True
    return (Level.ANALOGY, False) if rows else (None, False)


def same_edit(
    precedents: Iterable[Precedent], method: str, hgvs_p: str, effect: Effect
) -> list[Precedent]:
    """Published edits by the same method with the same result."""
    result = "wild type" if effect == "wild_type" else hgvs_p
    return [row for row in precedents if row.of_edit(method, result)]
