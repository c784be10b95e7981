"""Plans that keep exon 7 of SMN2 in its transcript.

SMN2 differs from SMN1 near this exon in four bases (``tables/smn_differences.tsv``); one of them,
c.840C>T, makes the cell leave the exon out. A reference that holds the SMN2 locus is not needed:
the stretch is made from SMN1 with the four bases of SMN2, and every design says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from ipse.core.errors import InputError
from ipse.core.tables import shipped
from ipse.genome.annotation import Annotation
from ipse.genome.hgvs import parse
from ipse.genome.projection import on_transcript
from ipse.genome.reference import Reference
from ipse.genome.sense import sense_of
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import PACKAGE, BaseEditor, Nuclease
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.base.placement import (
    editable_positions,
    enumerate_guides,
    result,
)
from ipse.modalities.editing.design.family import Refusal
from ipse.modalities.editing.design.splice.aim import Aim
from ipse.modalities.editing.design.splice.designs import base_design, cut_design
from ipse.modalities.editing.design.splice.guides import (
    Cutter,
    Destroyer,
    cutters_between,
    edit_at,
)
from ipse.modalities.editing.design.splice.model import SpliceProduct
from ipse.modalities.editing.design.splice.places import PlacedSite, allele_over, rule, rule_source
from ipse.modalities.editing.design.splice.plans import Planned
from ipse.modalities.editing.design.splice.precedents import of_target
from ipse.modalities.editing.design.splice.sites import Ablation
from ipse.modalities.editing.model import EditDesign, Strategy

STRATEGY: Strategy = "include-exon"
SMN1, SMN2 = "SMN1", "SMN2"
DERIVED = (
    "made from SMN1 of the reference, with the bases of SMN2 at its four published differences; "
    "compare with the patient's own SMN2 copies before use"
)


@dataclass(frozen=True)
class Smn2:
    """The stretch of SMN2 around exon 7, on the coordinates of SMN1.

    Attributes
    ----------
    allele
        SMN1's stretch with SMN2's bases.
    exon
        1-based number of the exon in the transcript of SMN1 (the traditional exon 7).
    critical
        The change from SMN2 back to SMN1 at c.840.
    differences
        All four, from SMN1 to SMN2.
    """

    transcript: Transcript
    allele: Allele
    exon: int
    critical: GenomicVariant
    differences: tuple[GenomicVariant, ...]


def smn2(reference: Reference, annotation: Annotation) -> Smn2 | Refusal:
    """SMN2 around exon 7, made from SMN1.

    Raises
    ------
    NotInReference
        If the reference does not hold SMN1 there.
    """
    try:
        transcript = annotation.transcripts_of(SMN1)[0]
    except (InputError, IndexError):
        reason = f"the annotation {annotation.name!r} has no {SMN1}, from which SMN2 is made"
        return Refusal("locus-missing", reason)
    changes = []
    for row in shipped(PACKAGE, "smn_differences"):
        name = parse(f"{transcript.id}:{row['name']}{row['smn1']}>{row['smn2']}")
        try:
            changes.append(on_transcript(name, transcript, reference))
        except InputError as error:
            reason = f"{SMN1} of the reference is not as published: {error.message}"
            return Refusal("reference-differs", reason)
    to_smn2 = next(
        change
        for change, row in zip(changes, shipped(PACKAGE, "smn_differences"), strict=True)
        if row["name"] == "c.840"
    )
    place, _ = transcript.to_transcript(to_smn2.start)
    number = transcript.exon_number(place)
    start, end = transcript.exons[number - 1]
    flank = rule("smn2_flank")
    allele = allele_over(reference, transcript.contig, start - flank, end + flank, own=changes)
    back = GenomicVariant(to_smn2.contig, to_smn2.start, to_smn2.alt, to_smn2.ref)
    return Smn2(transcript, allele, number, back, tuple(changes))


def include_exon(
    reference: Reference,
    annotation: Annotation,
    editors: tuple[BaseEditor, ...],
    nucleases: tuple[Nuclease, ...],
) -> Planned | Refusal:
    """Base edits of c.840 back to C, and cuts in the silencer ISS-N1 of intron 7."""
    found = smn2(reference, annotation)
    if isinstance(found, Refusal):
        return found
    designs = [
        *_critical(found, reference, editors),
        *_silencer(found, reference, editors, nucleases),
    ]
    if not designs:
        return Refusal("no-guide", "no editor places c.840, and no nuclease cuts the silencer")
    return Planned(tuple(designs))


def _critical(
    found: Smn2, reference: Reference, editors: tuple[BaseEditor, ...]
) -> list[EditDesign]:
    """Base editors that turn c.840T into C."""
    plus = found.transcript.strand == "+"
    change, allele = found.critical, found.allele
    index = allele.index(change.start)
    border = index if plus else len(allele.sequence) - 1 - index
    placed = PlacedSite("acceptor", allele, plus, border)  # the place of the base, no site
    able = [editor for editor in editors if result(editor, change.ref) == change.alt]
    by_name = {editor.name: editor for editor in able}
    ablation = Ablation(0, "T", "C", "")
    groups: dict[tuple[str, int, int], list[Destroyer]] = {}
    for hit in enumerate_guides(allele.sequence, index, able):
        editor = by_name[hit.editor]
        beside = tuple(
            (position, *edit_at(hit, editor, position))
            for position in editable_positions(hit.spacer, editor)
            if position != hit.position
        )
        groups.setdefault((hit.strand, hit.start, len(hit.spacer)), []).append(
            Destroyer(hit, editor, ablation, (index, change.alt), beside, None, ())
        )
    note = "c.840T becomes C, as SMN1 has it, and the exon is kept in the transcript"
    aim = _aim(found, reference, editors, "c.840", "base_edit_exon", note)
    ordered = sorted(
        (sorted(group, key=Destroyer.key) for group in groups.values()),
        key=lambda group: (group[0].key(), group[0].hit),
    )
    designs = []
    for group in ordered:
        design = base_design(aim, placed, group)
        assert design.splice is not None
        parts = design.splice.model_copy(
            update={"way": "base_edit_exon", "site": None, "makes": (), "rivals": ()}
        )
        alone = design.outcomes[0].model_copy(update={"hgvs_c": "c.840T>C"})
        update = {
            "splice": parts,
            "outcomes": (alone, *design.outcomes[1:]),
            "outcomes_note": f"{design.outcomes_note}. Bystanders are named against {SMN1}",
        }
        designs.append(design.model_copy(update=update))
    return designs


def _silencer(
    found: Smn2,
    reference: Reference,
    editors: tuple[BaseEditor, ...],
    nucleases: tuple[Nuclease, ...],
) -> list[EditDesign]:
    """Nucleases that cut in the silencer."""
    sense = sense_of(found.transcript)
    donor = sense.ends[found.exon - 1]
    first, last = donor + rule("issn1_first") - 1, donor + rule("issn1_last")
    low, high = sense.span(first, last)
    note = "the silencer ISS-N1 of intron 7 is cut, and the exon is kept more often"
    aim = _aim(found, reference, editors, "ISS-N1", "cut_silencer", note)
    plus = found.transcript.strand == "+"
    placed = PlacedSite("donor", found.allele, plus, 0)
    groups: dict[tuple[int, str, int], list[Cutter]] = {}
    for nuclease in nucleases:
        for item in cutters_between(found.allele, low + 1, high - 1, nuclease, (low + high) // 2):
            key = (item.site.start, item.site.strand, len(item.site.spacer))
            groups.setdefault(key, []).append(item)
    ordered = sorted(groups.values(), key=lambda group: group[0].key())
    return [cut_design(aim, placed, group, "cut_silencer") for group in ordered]


def _aim(
    found: Smn2,
    reference: Reference,
    editors: tuple[BaseEditor, ...],
    target: str,
    way: str,
    note: str,
) -> Aim:
    transcript = found.transcript
    protein = transcript.protein or transcript.translated()
    sources = dict.fromkeys(
        [*shipped(PACKAGE, "smn_differences")["c.840"].source,
         *(rule_source("issn1_first") if way == "cut_silencer" else ())]
    )  # fmt: skip
    parts = {
        "aim": "include",
        "product": SpliceProduct(
            hgvs_r="r.=", hgvs_p="p.=", length=len(protein), normal_length=len(protein), lost=0
        ),
        "derived": DERIVED,
        "source": tuple(sources),
    }
    return Aim(
        strategy=STRATEGY, effect="exon_included", note=note, variant="", variant_hgvs="",
        gene=SMN2, transcript=transcript, reference=reference, parts=parts,
        editors=editors, precedents=tuple(of_target(SMN2, "include", target)),
    )  # fmt: skip
