"""Alleles that come of an edit, as differences from the reference."""

from __future__ import annotations

from ipse.core.sequence import on_strand
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.others import change_of
from ipse.patient.variants import Variant

Edited = tuple[str, tuple[GenomicVariant, ...]]
"""Name of an allele, and its differences from the reference."""

LISTED = 8
"""Outcomes of a base edit whose sequence is written out, in the order of the design."""


def deaminated(design: EditDesign, variant: Variant | None, reference: Reference) -> list[Edited]:
    """Outcomes of a base edit: the target edited, with the bystanders of each."""
    after = on_strand(design.target.base_after, design.strand)
    places = {item.id: item.genomic_position for item in design.bystanders}
    found: list[Edited] = []
    sets = [item.bystander_ids for item in design.outcomes[:LISTED]] or [()]
    for ids in dict.fromkeys(sets):
        final = _substitutions(variant, design.contig)
        for position in (design.target.genomic_position, *(places[name] for name in ids)):
            final[position] = after
        changes = []
        for position, base in sorted(final.items()):
            ref = reference.fetch(design.contig, position, position + 1)
            if ref != base:
                changes.append(GenomicVariant(design.contig, position, ref, base))
        name = "edited" if changes else "corrected"
        found.append((f"{name} with {' '.join(ids)}" if ids else name, tuple(changes)))
    return found


def _substitutions(variant: Variant | None, contig: str) -> dict[int, str]:
    """The patient's own bases: a substitution stays where no edit undoes it."""
    change = change_of(variant) if variant is not None else None
    if change is None or change.contig != contig or len(change.ref) != len(change.alt):
        return {}
    return {change.start + k: base for k, base in enumerate(change.alt)}
