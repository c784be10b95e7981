"""What the dossier and the GenBank record show of a cut with a template."""

from __future__ import annotations

from collections.abc import Iterator

from ipse.construct.genbank import Feature
from ipse.core.sections import Block, KeyValues, Mark, Table, Track
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.report import MAX_ROWS, outcomes


def blocks(design: EditDesign) -> list[Block]:
    """Outcome, template, nucleases."""
    return [outcomes(design), _template(design), _nucleases(design)]


def _template(design: EditDesign) -> KeyValues:
    template = design.template
    assert template is not None
    protection = {
        "pam_destroyed": "the correction breaks the PAM",
        "seed_mismatch": "the correction changes the seed",
        "distal_mismatch": "one or more mismatches far from the PAM only",
        "intact": "none: guide and PAM stay intact",
    }[template.recut]
    return KeyValues(
        items=(
            ("Template (5' to 3')", template.sequence),
            ("Length [nt]", str(template.length)),
            ("Strand", f"copy of the {template.sense} strand ({template.strand} of the reference)"),
            (
                "Arms left and right of the cut [nt]",
                f"{template.left_arm} and {template.right_arm}",
            ),
            ("Cut", f"between {design.contig}:{template.cut} and {template.cut + 1} (1-based)"),
            ("Unchanged bases between cut and change [bp]", str(template.cut_to_edit)),
            ("Homology beyond the change [nt]", str(template.homology_beyond_edit)),
            ("Protection of the corrected allele", protection),
        )
    )


def _nucleases(design: EditDesign) -> Table:
    shown = design.alternatives[:MAX_ROWS]
    omitted = len(design.alternatives) - len(shown)
    more = f" {omitted} more rows are in guides.tsv." if omitted else ""
    return Table(
        caption=f"Nucleases for this cut, best first ({design.alternatives_order}).{more}",
        columns=("Nuclease", "PAM", "Coding sequence [bp]", "Precedent"),
        rows=tuple(
            (
                row.editor,
                f"{row.pam} ({row.pam_pattern})",
                row.size_bp,
                "" if row.precedent is None else row.precedent.value,
            )
            for row in shown
        ),
        mono=(1,),
    )


def features(design: EditDesign, places: Drawn) -> Iterator[Feature]:
    """The cut and the stretch the template spans."""
    template, allele = design.template, places.allele
    assert template is not None
    cut = allele.at + template.allele_cut
    yield Feature(
        "misc_feature", ((max(0, cut - 1), min(cut + 1, len(allele.sequence))),),
        1 if design.strand == "+" else -1, label="cut",
        notes=("the cut lies between these two bases",), sources=design.alternatives[0].source,
    )  # fmt: skip
    yield Feature(
        "misc_feature", ((allele.at + template.allele_start, allele.at + template.allele_end),),
        1 if template.strand == "+" else -1, label="template",
        notes=(f"ssODN 5'-{template.sequence}-3'",), sources=template.source,
    )  # fmt: skip


def tracks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Track]:
    """The stretch the template spans."""
    template, at = design.template, places.allele.at + shift
    assert template is not None
    yield Track(
        label=f"template, {template.length} nt ({template.sense} strand)",
        role="template",
        start=at + template.allele_start,
        end=at + template.allele_end,
        strand=template.strand,
    )


def marks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Mark]:
    """The cut."""
    assert design.template is not None
    yield Mark(
        position=places.allele.at + design.template.allele_cut + shift, role="cut", label="cut"
    )
