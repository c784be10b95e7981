"""What the dossier, the GenBank record and the table of all guides show of a silenced allele."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from ipse.construct.genbank import Feature
from ipse.core.files import sha256, write_text
from ipse.core.proposal import Artefact
from ipse.core.sections import Block, KeyValues, Mark
from ipse.modalities.editing.design.silence.model import Silencing, Telling
from ipse.modalities.editing.design.silence.search import Found
from ipse.modalities.editing.design.silence.telling import Guide
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign

TSV = "silencing-guides.tsv"
TSV_COLUMNS = (
    "variant", "use", "place", "of", "proposed", "nuclease", "spacer", "pam", "strand", "contig",
    "protospacer_start_1based", "cut_after_1based", "where", "exon", "codon",
    "frames_expected_to_decay", "excised_exons", "excised_bases", "difference", "change",
    "carried_by", "phase", "tells_by", "normal_pam", "normal_mismatches", "cfd_normal", "unphased",
)  # fmt: skip


def blocks(design: EditDesign) -> list[Block]:
    """How the guides tell the alleles apart, and what the cut does."""
    part = design.silencing
    assert part is not None
    found: list[Block] = [_telling(part.telling, design)]
    if part.second is not None:
        found.append(_telling(part.second, None))
    found.append(_effect(part))
    return found


def _telling(telling: Telling, design: EditDesign | None) -> KeyValues:
    items = [
        ("Alleles told apart by" if design else "Second guide, by", telling.difference),
        ("Change", f"{telling.change}, on the {telling.carried_by} allele ({telling.phase})"),
        (
            "How",
            "the normal allele has no PAM there"
            if telling.by == "pam"
            else "mismatch of the normal allele in the seed",
        ),
    ]
    if design is not None and design.normal_allele is not None:
        normal = design.normal_allele
        places = ", ".join(map(str, normal.mismatches)) or "none"
        items.append(("Best fit on the normal allele", f"PAM {normal.pam}, mismatches at {places}"))
    if telling.cfd_normal is not None:
        items.append(("CFD estimate on the normal allele (0-1)", f"{telling.cfd_normal:.2f}"))
    if telling.also:
        items.append(("Also written into the guide", ", ".join(telling.also)))
    if telling.unphased:
        items.append(("Of unknown phase under the guide", ", ".join(telling.unphased)))
    return KeyValues(items=tuple(items))


def _effect(part: Silencing) -> KeyValues:
    items = [("Cut", f"{part.where}{f', exon {part.exon}' if part.exon else ''}")]
    if part.codon is not None:
        items.append(("Codon", str(part.codon)))
    for frame in part.frames:
        stop = "no stop" if frame.stop_codon is None else f"stop at codon {frame.stop_codon}"
        decay = "decay expected" if frame.decay else "decay not expected"
        items.append((f"Read: {frame.after}", f"{stop}, {decay}"))
    if part.excised is not None:
        names = ", ".join(map(str, part.excised_exons))
        items.append(("Cut out", f"{part.excised} bases with coding exons {names}"))
    items.append(("Place among its like", f"{part.place} of {part.of} ({part.order})"))
    return KeyValues(items=tuple(items))


def features(design: EditDesign, places: Drawn) -> Iterator[Feature]:
    """The cut, where the record reaches it."""
    at = _cut_index(design, places)
    if at is not None:
        yield Feature(
            "misc_feature", ((max(0, at - 1), min(at + 1, len(places.allele.sequence))),),
            1 if design.strand == "+" else -1, label="cut",
            notes=("the cut lies between these two bases",),
            sources=design.alternatives[0].source,
        )  # fmt: skip


def marks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Mark]:
    """The cut."""
    at = _cut_index(design, places)
    if at is not None:
        yield Mark(position=at + shift, role="cut", label="cut")


def _cut_index(design: EditDesign, places: Drawn) -> int | None:
    assert design.silencing is not None
    at = places.allele.index(design.silencing.cut)
    return at if 0 < at < len(places.allele.sequence) else None


def write_guides(
    searched: Sequence[tuple[str, Found]],
    proposals: dict[tuple[str, str, int, int | None], str],
    folder: Path,
) -> Artefact:
    """Write every guide and excision of every variant, proposed or not.

    Parameters
    ----------
    searched
        Variant id and what was found.
    proposals
        Variant, spacer, cut and second cut -> proposal id.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(TSV_COLUMNS)
    for variant, found in searched:
        for place, row in enumerate(found.acting, start=1):
            key = (variant, row.guide.site.spacer, row.guide.cut, None)
            effect = row.effect
            writer.writerow(
                (variant, "cut", place, len(found.acting), proposals.get(key, ""),
                 *_guide(row.guide), effect.where, effect.exon, effect.codon, effect.decays,
                 "", "", *_tells(row.guide))
            )  # fmt: skip
        for place, pair in enumerate(found.cutouts, start=1):
            both = (variant, pair.left.site.spacer, pair.left.cut, pair.right.cut)
            exons = ",".join(map(str, pair.excision.exons))
            for use, guide in (("excision left", pair.left), ("excision right", pair.right)):
                writer.writerow(
                    (variant, use, place, len(found.cutouts), proposals.get(both, ""),
                     *_guide(guide), "not coding", "", "", "", exons, pair.excision.bases,
                     *_tells(guide))
                )  # fmt: skip
    write_text(folder / TSV, text.getvalue())
    return Artefact(
        path=TSV, kind="tsv", title="All guides that tell the alleles apart, proposed or not",
        sha256=sha256(folder / TSV),
    )  # fmt: skip


def _guide(guide: Guide) -> tuple[object, ...]:
    start = guide.pair.mutant.genomic(guide.site.start)
    return (
        guide.nuclease.name, guide.site.spacer, guide.site.pam, guide.site.strand,
        guide.difference.change.contig, start + 1, guide.cut,
    )  # fmt: skip


def _tells(guide: Guide) -> tuple[object, ...]:
    item = guide.difference
    cfd = "" if guide.cfd_normal is None else f"{guide.cfd_normal:.4g}"
    return (
        item.name, str(item.change), "disease" if item.side == "mutant" else "normal", item.basis,
        guide.tells, guide.normal.pam, " ".join(map(str, guide.normal.mismatches)), cfd,
        " ".join(str(other.change) for other in guide.unwritten),
    )  # fmt: skip
