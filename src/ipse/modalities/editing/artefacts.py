"""The laboratory's files: all guides, all outcomes, and a GenBank record for each detailed edit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ipse.construct.genbank import AnnotatedSequence, Feature, write_genbank
from ipse.core.files import sha256, write_text
from ipse.core.proposal import Artefact, Proposal
from ipse.genome.transcript import Transcript
from ipse.modalities.editing import proof
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.family import Family
from ipse.modalities.editing.locus import Drawn, described, drawn, transcript_of, variant_of
from ipse.modalities.editing.model import EFFECT_WORDS, EditDesign
from ipse.modalities.editing.off_targets import TSV, TSV_COLUMNS, tsv_rows
from ipse.modalities.editing.order import report as orders
from ipse.modalities.protocol import Context
from ipse.patient.variants import Variant

FLANK = 500
"""Bases of the locus on either side of the variant in a GenBank file, where held."""

LONGEST_NAME = 50
"""Letters of a variant's name that a line of a GenBank file holds with the words around it."""

GUIDES = "guides.tsv"
OUTCOMES = "edit-outcomes.tsv"

GUIDE_COLUMNS = (
    "proposal", "rank", "strategy", "variant", "gene", "hgvs_c", "shown", "editor", "class",
    "spacer", "pam", "pam_pattern", "strand", "contig", "protospacer_start_1based",
    "protospacer_end_1based", "edit", "target_position", "result_p", "target_window",
    "target_window_basis", "bystander_window", "bystander_window_basis", "bystanders",
    "bystanders_in_target_window", "harmful_bystanders", "worst_outcome", "precedent",
    "template", "template_strand", "cut_after_1based", "gc_percent", "five_prime_g", "verdict",
    "source",
)  # fmt: skip
OUTCOME_COLUMNS = (
    "proposal", "rank", "strategy", "editor", "spacer", "bystanders_edited", "hgvs_c", "hgvs_p",
    "effect", "consequence", "probability",
)  # fmt: skip


def write(
    proposals: Sequence[Proposal],
    detailed: Sequence[Proposal],
    families: Mapping[str, Family],
    folder: Path,
    context: Context,
) -> dict[str, list[Artefact]]:
    """Write every file of the modality; see :class:`ipse.modalities.protocol.Modality`.

    Parameters
    ----------
    families
        Strategy -> family that made its designs.
    """
    designs = [(item, EditDesign.model_validate(item.design)) for item in proposals]
    shown = {item.id for item in detailed}
    common = [
        table_file(folder, GUIDES, "All guides: every proposal with every editor", GUIDE_COLUMNS,
               (row for item, design in designs for row in guide_rows(item, design))),
        table_file(folder, OUTCOMES, "All outcomes of the editors shown", OUTCOME_COLUMNS,
               (row for item, design in designs for row in outcome_rows(item, design))),
        table_file(folder, TSV, "All off-target sites found, of every guide", TSV_COLUMNS,
               tsv_rows(designs, context)),
        table_file(folder, orders.TSV, "All orders: guides, oligonucleotides, templates, editors",
               orders.TSV_COLUMNS,
               (orders.tsv_row(item, thing) for item, design in designs
                for thing in families[design.strategy].items(design, orders.tube(item, design)))),
    ]  # fmt: skip
    files: dict[str, list[Artefact]] = {"": common}
    for proposal, design in designs:
        if proposal.id not in shown:
            continue
        construct = annotated_locus(proposal, design, families[design.strategy], context)
        name = f"genbank/{proposal.id}.gb"
        write_genbank(folder / name, construct)
        files[proposal.id] = [
            Artefact(
                path=name,
                kind="genbank",
                title=f"Locus with {design.spacer}, {design.editor}",
                sha256=sha256(folder / name),
            )
        ]
    detailed_designs = [pair for pair in designs if pair[0].id in shown]
    common += proof.write(detailed_designs, families, folder, context)
    for family in dict.fromkeys(families.values()):
        mine = [pair for pair in designs if pair[1].strategy in family.strategies]
        own = [pair for pair in mine if pair[0].id in shown]
        for key, more in family.files(mine, own, folder, context).items():
            files.setdefault(key, []).extend(more)
    return files


def guide_rows(proposal: Proposal, design: EditDesign) -> Iterable[tuple[object, ...]]:
    """One row for each editor of a design, the one shown first."""
    template = design.template
    for place, row in enumerate(design.alternatives):
        yield (
            proposal.id, proposal.rank, design.strategy, design.variant, design.gene,
            design.variant_hgvs, "yes" if place == 0 else "no", row.editor, row.kind,
            design.spacer, row.pam, row.pam_pattern, design.strand, design.contig,
            design.protospacer_start + 1, design.protospacer_end, row.edit, row.target_position,
            row.result_p, _window(row.target_window), row.target_basis,
            _window(row.bystander_window), row.bystander_basis, row.bystanders,
            row.bystanders_in_target_window, row.harmful_bystanders, row.worst_outcome,
            row.precedent, template.sequence if template else None,
            template.sense if template else None, template.cut if template else None,
            f"{design.gc_percent:g}", design.five_prime_g, proposal.verdict,
            "; ".join(row.source),
        )  # fmt: skip


def outcome_rows(proposal: Proposal, design: EditDesign) -> Iterable[tuple[object, ...]]:
    """One row for each outcome of the editor shown."""
    for item in design.outcomes:
        yield (
            proposal.id, proposal.rank, design.strategy, design.editor, design.spacer,
            " ".join(item.bystander_ids), item.hgvs_c, item.hgvs_p, EFFECT_WORDS[item.effect],
            ",".join(item.consequence), item.probability,
        )  # fmt: skip


def _window(window: tuple[int, int] | None) -> str:
    return "" if window is None else f"{window[0]}-{window[1]}"


def table_file(
    folder: Path,
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> Artefact:
    """Write a table of the laboratory; an empty cell for None."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(columns)
    writer.writerows(["" if cell is None else str(cell) for cell in row] for row in rows)
    write_text(folder / name, text.getvalue())
    return Artefact(path=name, kind="tsv", title=title, sha256=sha256(folder / name))


def annotated_locus(
    proposal: Proposal, design: EditDesign, family: Family, context: Context
) -> AnnotatedSequence:
    """The patient's allele around the edit with everything the bench needs drawn on it."""
    places = drawn(design, context, FLANK)
    variant = variant_of(design, context)
    allele = places.allele
    features = [*_gene_features(allele, transcript_of(design, context))]
    if variant is None:
        shown = "around the target, as the reference has it"
    elif places.has_variant:
        features.append(_variant_feature(allele, variant))
        shown = f"with {_in_short(variant)} in it"
    else:
        shown = f"around the target; {_in_short(variant)} lies elsewhere and is not in it"
    features += _guide_features(places, design)
    features += family.features(design, places)
    return AnnotatedSequence(
        name=proposal.id,
        accession=f"{design.gene or allele.contig}_{allele.start + 1}",
        description=f"{proposal.title}; {allele.contig}:{allele.start + 1}-{allele.end} "
        f"({context.reference.assembly}), allele of the patient",
        sequence=allele.sequence,
        day=context.as_of,
        features=tuple(features),
        comments=(
            f"Plus strand of {allele.contig} ({context.reference.name}) from position "
            f"{allele.start + 1}, {shown}.",
            f"{len(allele.sequence)} bases: {FLANK} on either side of the change"
            + (
                f", less {allele.left_missing} and {allele.right_missing} that are not held."
                if allele.left_missing or allele.right_missing
                else "."
            ),
            "Research use only: a design, not a treatment.",
        ),
    )


def _in_short(variant: Variant) -> str:
    """A variant's VCF name; its place and lengths alone where a line would not hold it."""
    if len(variant.vcf) <= LONGEST_NAME or variant.ref is None or variant.alt is None:
        return variant.vcf
    place = ":".join(variant.vcf.split(":")[:2])
    return f"{place} ({len(variant.ref)} bases replaced by {len(variant.alt)})"


def _gene_features(allele: Allele, transcript: Transcript | None) -> Iterable[Feature]:
    if transcript is None:
        return
    strand = 1 if transcript.strand == "+" else -1
    source = (f"refseq:{transcript.id}",) if transcript.id[:2] in ("NM", "NR") else ()
    coding = transcript.coding_extent
    for number, (start, end) in enumerate(transcript.exons, start=1):
        if span := _span(allele, start, end):
            yield Feature(
                "exon", (span,), strand, label=f"exon {number}", sources=source,
                qualifiers={"gene": transcript.gene, "number": str(number)},
            )  # fmt: skip
    if coding is None:
        return
    spans = sorted(
        span
        for start, end in transcript.exons
        if (span := _span(allele, max(start, coding[0]), min(end, coding[1])))
    )
    if spans:
        yield Feature(
            "CDS", tuple(spans), strand, label=f"{transcript.gene} CDS (part)", sources=source,
            notes=("part of the coding sequence, as far as this record reaches",),
            qualifiers={
                "gene": transcript.gene,
                "codon_start": str(_codon_start(allele, transcript, spans)),
                "transl_table": str(transcript.code),
            },
        )  # fmt: skip


def _codon_start(allele: Allele, transcript: Transcript, spans: Sequence[tuple[int, int]]) -> int:
    """1, 2 or 3: which base of the feature begins a codon."""
    assert transcript.cds is not None
    forward = transcript.strand == "+"
    index = spans[0][0] if forward else spans[-1][1] - 1
    place, _ = transcript.to_transcript(allele.genomic(index))
    return (-(place - transcript.cds[0])) % 3 + 1


def _variant_feature(allele: Allele, variant: Variant) -> Feature:
    start, end = allele.at, allele.at + max(1, len(allele.alt))
    return Feature(
        "variation",
        ((start, min(end, len(allele.sequence))),),
        label=described(variant),
        notes=(
            f"reference has {allele.ref or 'nothing'}, the patient {allele.alt or 'nothing'}",
            f"{variant.hgvs_p or 'no protein description'}",
        ),
        qualifiers={"replace": allele.ref.lower()},
    )


def _guide_features(places: Drawn, design: EditDesign) -> Iterable[Feature]:
    strand = 1 if design.strand == "+" else -1
    best = design.alternatives[0]
    yield Feature(
        "misc_feature", (places.guide,), strand, label="protospacer",
        notes=(f"spacer {design.spacer}", design.five_prime_g), sources=best.source,
    )  # fmt: skip
    yield Feature(
        "misc_feature", (places.pam,), strand, label="PAM",
        notes=(f"{best.pam} ({best.pam_pattern})",), sources=best.source,
    )  # fmt: skip
    for item in design.partners:
        spans = [
            _span(places.allele, start, end)
            for start, end in ((item.start, item.end), (item.pam_start, item.pam_end))
        ]
        for span, name in zip(spans, ("protospacer", "PAM"), strict=True):
            if span is not None:
                yield Feature(
                    "misc_feature", (span,), 1 if item.strand == "+" else -1,
                    label=f"{item.role}: {name}",
                    notes=(f"spacer {item.spacer}, PAM {item.pam} ({item.pam_pattern})",),
                )  # fmt: skip


def _span(allele: Allele, start: int, end: int) -> tuple[int, int] | None:
    """A stretch of the reference in the record; None if it lies outside."""
    first, last = max(start, allele.start), min(end, allele.end)
    if first >= last:
        return None
    return allele.index(first), allele.index(last - 1) + 1
