"""The order of a design: every guide it needs, its template, its editor."""

from __future__ import annotations

from collections.abc import Iterator

from ipse.core.evidence import Evidence
from ipse.modalities.editing.catalogue import all_nucleases
from ipse.modalities.editing.delivery import (
    Cargo,
    Deliverability,
    deliverability,
    part,
    tissues_of,
)
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.order.items import (
    Item,
    donor_item,
    editor_item,
    guide_items,
    pegrna_items,
    template_item,
)
from ipse.modalities.editing.order.parts import ends, enzyme_of, scaffold_of

KINDS = {"deaminates": "base", "nicks": "prime", "cuts": "nuclease"}
"""Action of a design -> kind of editor in ``tables/assays.tsv``."""


DONORS = ("hdr-correct", "cdna-knock-in")
"""Strategies whose DNA template must come along with the nuclease."""


def enzyme(design: EditDesign) -> str | None:
    """Protein whose guide the main guide is, None where the tables do not tell."""
    best = design.alternatives[0]
    return enzyme_of(design.editor, best.pam_pattern, design.pam_side)


def items_of(design: EditDesign, name: str) -> Iterator[Item]:
    """What is ordered for a design.

    Parameters
    ----------
    name
        Prefix of the items' names, e.g. ``CPS1-1a2b3c4d``.
    """
    cuts = design.action == "cuts"
    pegrnas = extensions_of(design)
    if pegrnas:
        for number, (spacer, extensions) in enumerate(pegrnas, start=1):
            prefix = name if number == 1 else f"{name}-{number}"
            yield from pegrna_items(prefix, spacer, extensions)
    else:
        yield from guide_items(name, design.spacer, enzyme(design), cuts=cuts)
    known = {spacer for spacer, _ in pegrnas}
    for number, partner in enumerate(design.partners, start=2):
        if partner.spacer in known:
            continue
        protein = enzyme_of(partner.editor, partner.pam_pattern, partner.pam_side)
        for item in guide_items(f"{name}-{number}", partner.spacer, protein, cuts=cuts):
            yield item.model_copy(update={"note": f"{partner.role}; {item.note}"})
    yield from _templates(design, name)
    best = design.alternatives[0]
    yield editor_item(best.editor, best.size_bp, best.source)


def _templates(design: EditDesign, name: str) -> Iterator[Item]:
    """Oligonucleotides, of which one is needed, and the donor for a virus."""
    known = []
    if design.template is not None:
        known.append(design.template.sequence)
        yield template_item(name, design.template.sequence, design.template.source)
    if design.hdr is not None:
        source = design.template.source if design.template is not None else ()
        for oligo in design.hdr.oligos:
            if oligo.sequence not in known:
                known.append(oligo.sequence)
                item = template_item(f"{name}-{len(known)}", oligo.sequence, source)
                note = f"in place of {name}-ssODN: {oligo.note or 'the other strand'}"
                yield item.model_copy(update={"note": note})
    parts = design.hdr or design.knock_in
    if parts is not None and parts.donor is not None:
        donor = parts.donor
        yield donor_item(name, donor.sequence, donor.genome_length, donor.fit, donor.source)


def extensions_of(design: EditDesign) -> list[tuple[str, dict[str, str]]]:
    """Spacers of a design's pegRNAs with their 3' extensions by form; empty without any."""
    parts = design.prime
    scaffold = scaffold_of("SpCas9")
    if parts is None or scaffold is None:
        return []
    before = len(scaffold.sequence)
    found = [(design.spacer, parts.guides)]
    if parts.twin is not None:
        found.append((parts.twin.spacer, parts.twin.guides))
    return [
        (spacer, {guide.name: guide.sequence[len(spacer) + before :] for guide in guides})
        for spacer, guides in found
    ]


def left_out(design: EditDesign) -> list[str]:
    """What the order lacks, one sentence each."""
    missing = []
    guides = [(design.editor, enzyme(design))]
    guides += [
        (item.editor, enzyme_of(item.editor, item.pam_pattern, item.pam_side))
        for item in design.partners
    ]
    for editor, protein in dict.fromkeys(guides):
        if protein is None:
            missing.append(f"The tables do not tell which guide scaffold {editor} takes.")
        elif scaffold_of(protein) is None:
            missing.append(f"No guide scaffold of {protein} is in the tables.")
    return missing


def evidence_of(design: EditDesign) -> tuple[Evidence, ...]:
    """What the order and its delivery rest on."""
    why: dict[str, str] = {}
    protein = enzyme(design)
    scaffold = scaffold_of(protein) if protein else None
    if scaffold is not None:
        why |= dict.fromkeys(scaffold.source, f"sequence of the {scaffold.name} scaffold")
        why |= dict.fromkeys(ends().source, f"protected ends of synthetic guides ({ends().name})")
    for tissue in tissues_of(design.gene):
        for source in tissue.source:
            why.setdefault(source, f"{design.gene} is to be edited in {tissue.name}: {tissue.why}")
    best = reach(design).best
    if best is not None:
        for source in best.source:
            why.setdefault(source, f"{best.vehicle} to {best.tissue}: {best.outcome}")
    return tuple(Evidence(source=source, reason=reason) for source, reason in why.items())


def cargo_of(design: EditDesign) -> Cargo:
    """What a vehicle must hold for a design: the editor and its guides.

    Each guide beyond the first brings a U6 promoter of its own.
    """
    best = design.alternatives[0]
    protein = enzyme(design)
    scaffold = scaffold_of(protein) if protein else None
    constant = len(scaffold.sequence) if scaffold else 0
    pegrnas = [
        len(spacer) + constant + min(map(len, extensions.values()))
        for spacer, extensions in extensions_of(design)
    ]
    lengths = pegrnas or [len(design.spacer) + constant]
    lengths += [len(item.spacer) + constant for item in design.partners[len(lengths) - 1 :]]
    guide = sum(lengths) + (len(lengths) - 1) * part("u6")
    alone = next((row.size_bp for row in all_nucleases() if row.name == protein), None)
    template = design.template is not None or design.strategy in DONORS
    return Cargo(best.size_bp, alone, guide, template)


def reach(design: EditDesign) -> Deliverability:
    """How well the editor shown can be brought to the tissue of the gene."""
    return deliverability(cargo_of(design), design.gene)
