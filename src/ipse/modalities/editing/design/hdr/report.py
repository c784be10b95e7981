"""What the dossier and the GenBank record show of a cut with a template."""

from __future__ import annotations

from collections.abc import Iterator

from ipse.construct.genbank import Feature
from ipse.core.sections import Block, KeyValues, Mark, Table, Track
from ipse.modalities.editing.design.hdr.donor import FIT_WORDS
from ipse.modalities.editing.design.hdr.model import DonorParts
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.report import MAX_ROWS, outcomes


def blocks(design: EditDesign) -> list[Block]:
    """Outcome, templates, silent changes, nucleases."""
    parts = design.hdr
    assert parts is not None
    shown: list[Block] = [outcomes(design), _template(design), _oligos(design)]
    if parts.blocking:
        shown.append(_silent(design))
    shown.append(_donor(design))
    return [*shown, nucleases_table(design)]


def _template(design: EditDesign) -> KeyValues:
    template, parts = design.template, design.hdr
    assert template is not None and parts is not None
    what = "the template" if parts.blocking else "the correction"
    protection = {
        "pam_destroyed": f"{what} breaks the PAM",
        "seed_mismatch": f"{what} changes the seed ({template.recut_mismatches} mismatch(es))",
        "distal_mismatch": "one or more mismatches far from the PAM only",
        "intact": "none: guide and PAM stay intact",
    }[template.recut]
    cut = f"between {design.contig}:{template.cut} and {template.cut + 1} (1-based)"
    if parts.overhang:
        cut += f", the other strand {parts.overhang} bases farther from the PAM"
    return KeyValues(
        items=(
            (
                "Arms left and right of the cut [nt]",
                f"{template.left_arm} and {template.right_arm}",
            ),
            ("Cut", cut),
            ("Unchanged bases between cut and change [bp]", str(template.cut_to_edit)),
            ("Homology beyond the change [nt]", str(template.homology_beyond_edit)),
            ("Protection of the corrected allele", protection),
        )
    )


def _oligos(design: EditDesign) -> Table:
    assert design.hdr is not None
    return Table(
        caption="Single-stranded templates, ready to order.",
        columns=("Copy of", "Strand of the reference", "Length [nt]", "Sequence (5' to 3')", "Why"),
        rows=tuple(
            (f"{item.sense} strand", item.strand, item.length, item.sequence, item.note)
            for item in design.hdr.oligos
        ),
        mono=(3,),
    )


def _silent(design: EditDesign) -> Table:
    assert design.hdr is not None
    where = {"pam": "the PAM", "seed": "the seed"}[design.hdr.blocking_place]
    return Table(
        caption=f"Silent changes of every template against a second cut, in {where}.",
        columns=("Position (1-based)", "Plus strand", "c.", "What it is"),
        rows=tuple(
            (
                f"{design.contig}:{item.position + 1}",
                f"{item.ref}>{item.alt}",
                item.hgvs_c,
                item.kind,
            )
            for item in design.hdr.blocking
        ),
        mono=(2,),
    )


def _donor(design: EditDesign) -> KeyValues:
    assert design.hdr is not None
    donor = design.hdr.donor
    if donor is None:
        return KeyValues(items=(("Donor for AAV6", f"none: {design.hdr.donor_note}"),))
    return KeyValues(items=donor_items(donor))


def donor_items(donor: DonorParts) -> tuple[tuple[str, str], ...]:
    """What is said of any donor; its sequence stands in the files."""
    left, right = donor.left, donor.right
    return (
        ("Donor for AAV6", f"{FIT_WORDS[donor.fit]}; {donor.genome_length} nt between and with "
         "the inverted terminal repeats"),
        ("Left arm", f"{donor.contig}:{left[0] + 1}-{left[1]} ({left[1] - left[0]} bp)"),
        ("Right arm", f"{donor.contig}:{right[0] + 1}-{right[1]} ({right[1] - right[0]} bp)"),
        ("Written into the arms", ", ".join(donor.written) or "nothing: the reference's bases"),
    )  # fmt: skip


def nucleases_table(design: EditDesign) -> Table:
    """Nucleases that can use the guide."""
    shown = design.alternatives[:MAX_ROWS]
    omitted = len(design.alternatives) - len(shown)
    more = f" {omitted} more rows are in guides.tsv." if omitted else ""
    return Table(
        caption=f"Nucleases for this cut, best first ({design.alternatives_order}).{more}",
        columns=("Nuclease", "PAM", "Coding sequence [bp]", "Precedent", "Note"),
        rows=tuple(
            (
                row.editor,
                f"{row.pam} ({row.pam_pattern})",
                row.size_bp,
                "" if row.precedent is None else row.precedent.value,
                row.note,
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
    overhang = design.hdr.overhang if design.hdr is not None else 0
    if overhang:
        # the strand without the PAM is cut farther from it
        away = overhang if (design.strand == "+") == (design.pam_side == "5prime") else -overhang
        other = cut + away
        yield Feature(
            "misc_feature", ((max(0, other - 1), min(other + 1, len(allele.sequence))),),
            -1 if design.strand == "+" else 1, label="cut of the other strand",
            notes=("the cut lies between these two bases",),
            sources=design.alternatives[0].source,
        )  # fmt: skip
    yield Feature(
        "misc_feature", ((allele.at + template.allele_start, allele.at + template.allele_end),),
        1 if template.strand == "+" else -1, label="template",
        notes=(f"ssODN 5'-{template.sequence}-3'",), sources=template.source,
    )  # fmt: skip
    for item in design.hdr.blocking if design.hdr is not None else ():
        at = allele.index(item.position)
        yield Feature(
            "variation", ((at, at + 1),), 1, label=f"silent {item.ref}>{item.alt}",
            notes=(f"in the templates, against a second cut: {item.hgvs_c}, {item.kind}",),
            qualifiers={"replace": item.alt.lower()},
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
