"""What the dossier, the GenBank record and the table of all guides show of a disruption."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ipse.construct.genbank import Feature
from ipse.core.files import sha256, write_text
from ipse.core.proposal import Artefact
from ipse.core.sections import Block, KeyValues, Mark, Table, Track
from ipse.modalities.editing.design.base import report as base_report
from ipse.modalities.editing.design.disrupt.designs import Ranked
from ipse.modalities.editing.design.disrupt.gene import Gene
from ipse.modalities.editing.design.disrupt.model import Disruption
from ipse.modalities.editing.design.disrupt.targets import Chosen
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.editing.report import MAX_ROWS

TSV = "disruption-guides.tsv"
TSV_COLUMNS = (
    "target", "gene", "transcript", "strategy", "approach", "place", "of", "proposed", "spacer",
    "pam", "strand", "contig", "protospacer_start_1based", "protospacer_end_1based",
    "cut_after_1based", "exon", "codon", "before", "after", "isoforms_hit", "isoforms",
    "frames_read", "frames_expected_to_decay", "in_frame_skip", "gc_donor", "remnant_percent",
    "editors", "published",
)  # fmt: skip


def blocks(design: EditDesign) -> list[Block]:
    """What is disrupted, what is left, and the enzymes for the spacer."""
    part = design.disruption
    assert part is not None
    return [_facts(part), _enzymes(design)]


def _facts(part: Disruption) -> KeyValues:
    items = [
        ("Aim", part.aim),
        ("In which cells", part.cells),
        ("Called for by", f"{part.basis}: {part.why}" if part.why else part.basis),
        ("Element", part.element),
    ]
    if part.exon is not None:
        items.append(("Exon", f"{part.exon} of {part.exons}"))
        items.append(("Codon", f"{part.codon} of {part.codons}"))
        items.append(
            ("Coding transcripts hit", f"{part.isoforms_hit} of {part.isoforms} in the annotation")
        )
    if part.before:
        items.append(("Read by the gene", f"{part.before} becomes {part.after}"))
    for frame in part.frames:
        stop = "no stop" if frame.stop_codon is None else f"stop at codon {frame.stop_codon}"
        decay = "decay expected" if frame.decay else "decay not expected"
        items.append((f"Read: {frame.after}", f"{stop}, {decay}"))
    if part.remnant_percent is not None:
        items.append(("Protein that may be left [%]", f"at most {part.remnant_percent:.0f}"))
    items += [
        ("Place among its like", f"{part.place} of {part.of} ({part.order})"),
        ("Published as", ", ".join(part.published) or "not in the shipped tables"),
    ]
    return KeyValues(items=tuple((key, text) for key, text in items if text))


def _enzymes(design: EditDesign) -> Table:
    shown = design.alternatives[:MAX_ROWS]
    omitted = len(design.alternatives) - len(shown)
    more = f" {omitted} more rows are in guides.tsv." if omitted else ""
    return Table(
        caption=f"Enzymes for this spacer, best first ({design.alternatives_order}).{more}",
        columns=("Enzyme", "Class", "PAM", "Edit", "Result", "Target window", "Precedent", "Note"),
        rows=tuple(
            (
                row.editor,
                row.kind,
                f"{row.pam} ({row.pam_pattern})",
                row.edit,
                row.result_p,
                "{}-{}".format(*row.target_window) if row.target_window else "",
                "" if row.precedent is None else row.precedent.value,
                row.note,
            )
            for row in shown
        ),
        mono=(2,),
    )


def features(design: EditDesign, places: Drawn) -> Iterator[Feature]:
    """The cut, or windows and target base."""
    if design.action == "deaminates":
        yield from base_report.features(design, places)
        return
    at = places.allele.at
    yield Feature(
        "misc_feature", ((max(0, at - 1), min(at + 1, len(places.allele.sequence))),),
        1 if design.strand == "+" else -1, label="cut",
        notes=("the cut lies between these two bases",), sources=design.alternatives[0].source,
    )  # fmt: skip


def tracks(design: EditDesign, places: Drawn, shift: int) -> Iterable[Track]:
    """Windows of a base editor."""
    return base_report.tracks(design, places, shift) if design.windows is not None else ()


def marks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Mark]:
    """The cut, or the target base."""
    if design.action == "deaminates":
        yield from base_report.marks(design, places, shift)
    else:
        yield Mark(position=places.allele.at + shift, role="cut", label="cut")


Listed = tuple[Chosen, Gene, dict[Strategy, list[Ranked]]]
"""A target, its gene, and all options of each strategy."""


def write_guides(
    listed: Sequence[Listed], proposals: dict[tuple[str, str, int, str], str], folder: Path
) -> Artefact:
    """Write every guide of every target, proposed or not.

    Parameters
    ----------
    proposals
        Strategy, gene, protospacer start and spacer -> proposal id.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(TSV_COLUMNS)
    for chosen, gene, groups in listed:
        for strategy, rows in groups.items():
            for row in rows:
                writer.writerow(_cells(chosen, gene, strategy, row, proposals))
    write_text(folder / TSV, text.getvalue())
    return Artefact(
        path=TSV,
        kind="tsv",
        title="All guides that disrupt the targets, proposed or not",
        sha256=sha256(folder / TSV),
    )


def _cells(
    chosen: Chosen,
    gene: Gene,
    strategy: Strategy,
    row: Ranked,
    proposals: dict[tuple[str, str, int, str], str],
) -> tuple[object, ...]:
    option, transcript = row.option, gene.transcript
    key = (strategy, transcript.gene, option.start, option.spacer)
    cut = option.cuts[0] if option.cuts else None
    aim = option.rows[0].aim if option.rows else None
    frames = len(cut.frames) if cut else len(aim.stops) if aim else 0
    names = [item.nuclease for item in option.cuts] + [item.editor.name for item in option.rows]
    return (
        chosen.target.key, transcript.gene, transcript.id, strategy, option.approach, row.place,
        row.of, proposals.get(key, ""), option.spacer, option.pam, option.strand,
        transcript.contig, option.start + 1, option.start + len(option.spacer),
        cut.site.cut if cut else "", option.exon, option.codon,
        aim.before_sense if aim else "", aim.after_sense if aim else "",
        cut.isoforms if cut else aim.isoforms if aim else "", len(gene.isoforms), frames,
        frames - option.frames_without_decay,
        "yes" if aim and aim.in_frame else "", "yes" if aim and aim.weak else "",
        f"{100 * option.remnant:.4g}", "; ".join(names),
        "; ".join(item.name for item in option.published),
    )  # fmt: skip
