"""What the dossier and the GenBank record show of re-splicing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from ipse.construct.genbank import Feature
from ipse.core.files import sha256, write_text
from ipse.core.proposal import Artefact, Proposal
from ipse.core.sections import Block, KeyValues, Mark, Table, Text, Track
from ipse.modalities.editing.design.base import report as base
from ipse.modalities.editing.design.splice.checks import parts_of
from ipse.modalities.editing.design.splice.figure import frames
from ipse.modalities.editing.design.splice.frames import in_words
from ipse.modalities.editing.design.splice.model import WAY_WORDS, SpliceParts, SpliceSite
from ipse.modalities.editing.locus import Drawn, transcript_of
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.report import MAX_ROWS, outcomes
from ipse.modalities.protocol import Context

TSV = "splicing.tsv"
TREATS_SHOWN = 24
"""Deletions listed in a section; ``plan.json`` holds all."""


def blocks(design: EditDesign, context: Context) -> list[Block]:
    """What is expected, the site, the deletions treated, and the guides' own tables."""
    parts = parts_of(design)
    found: list[Block] = [_expected(design, parts)]
    transcript = transcript_of(design, context)
    if parts.aim == "skip" and transcript is not None:
        found.insert(0, frames(transcript, parts))
    if parts.treats:
        found.append(_treats(parts))
    if parts.left_out:
        found.append(Text(text=f"Looked for beside it: {'; '.join(parts.left_out)}."))
    if design.windows is not None:
        return [*found, *base.blocks(design)]
    return [*found, outcomes(design), _nucleases(design)]


def _expected(design: EditDesign, parts: SpliceParts) -> KeyValues:
    product = parts.product
    items = [("How", WAY_WORDS[parts.way])]
    if parts.aim == "skip":
        if product.missing:
            items.append(("Missing in the patient", in_words(product.missing)))
        items += [
            ("Skipped", in_words(product.skipped)),
            ("Transcript expected", product.hgvs_r),
            ("Protein expected", product.hgvs_p),
            (
                "Residues",
                f"{product.length} of {product.normal_length}; {product.lost} fewer than normal",
            ),
        ]
    elif parts.cryptic is not None:
        cryptic = parts.cryptic
        before = "no site" if cryptic.before == float("-inf") else f"{cryptic.before:.1f} bit"
        items += [
            (
                "Cryptic site",
                f"{cryptic.kind} at {design.contig}:{cryptic.position + 1} (1-based, first base "
                "behind the border)",
            ),
            ("Score without and with the variant", f"{before}; {cryptic.after:.1f} bit"),
            ("What would be spliced", cryptic.effect),
            ("Protein expected without it", product.hgvs_p),
        ]
    else:
        items += [("Transcript expected", "full-length SMN2"), ("Sequence", parts.derived)]
    for name, site in (("Site", parts.site), ("Second site", parts.second_site)):
        if site is not None:
            items.append((name, _site(design, site)))
    if parts.deleted is not None:
        start, end = parts.deleted
        items.append(
            (
                "Lost between the cuts",
                f"{design.contig}:{start + 1}-{end} (1-based, {end - start} bp)",
            )
        )
    return KeyValues(items=tuple(items))


def _site(design: EditDesign, site: SpliceSite) -> str:
    whose = f"of exon {site.exon}" if site.exon is not None else "cryptic"
    after = f" becomes {site.pair_after}" if site.pair_after else ""
    score = f", {site.score:.1f} bit ({site.standing})" if site.score is not None else ""
    if site.score_after is not None and site.pair_after:
        score += f", then {site.score_after:.1f} bit"
    return f"{site.kind} {whose}, {site.pair}{after}{score}"


def _treats(parts: SpliceParts) -> Table:
    shown = sorted(parts.treats, key=_size)[:TREATS_SHOWN]
    omitted = len(parts.treats) - len(shown)
    more = f" {omitted} more are in plan.json." if omitted else ""
    return Table(
        caption=(
            f"Deletions of whole exons whose frame a skip of {in_words(parts.product.skipped)} "
            f"closes, from the lengths of the exons, smallest first.{more}"
        ),
        columns=("Exons deleted",),
        rows=((", ".join(shown),),),
    )


def _size(exons: str) -> tuple[int, int]:
    """Number of exons of a deletion, and the first of them."""
    first, _, last = exons.partition("-")
    return int(last or first) - int(first), int(first)


def _nucleases(design: EditDesign) -> Table:
    shown = design.alternatives[:MAX_ROWS]
    omitted = len(design.alternatives) - len(shown)
    more = f" {omitted} more rows are in guides.tsv." if omitted else ""
    return Table(
        caption=f"Nucleases for this spacer, best first ({design.alternatives_order}).{more}",
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


COLUMNS = (
    "proposal", "rank", "strategy", "variant", "gene", "transcript", "way", "exons_missing",
    "exons_skipped", "hgvs_r", "hgvs_p", "residues", "residues_lost", "site", "site_exon",
    "site_after_border_1based", "pair", "pair_after", "score_bit", "score_after_bit", "editor",
    "spacer", "pam", "second_spacer", "second_pam", "deleted_first_1based", "deleted_last_1based",
    "treats_deletions_of_exons", "verdict",
)  # fmt: skip


def table(mine: Sequence[tuple[Proposal, EditDesign]], folder: Path) -> Artefact:
    """Write one row a design."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for proposal, design in mine:
        row = _row(proposal, design)
        writer.writerow(["" if cell is None else cell for cell in row])
    write_text(folder / TSV, text.getvalue())
    return Artefact(
        path=TSV, kind="tsv", title="What each re-splicing edit does to the transcript",
        sha256=sha256(folder / TSV),
    )  # fmt: skip


def _row(proposal: Proposal, design: EditDesign) -> tuple[object, ...]:
    parts = parts_of(design)
    product, site = parts.product, parts.site
    second = design.partners[0] if design.partners else None
    deleted = parts.deleted

    def bits(value: float | None) -> str | None:
        return None if value is None else f"{value:.2f}"

    return (
        proposal.id, proposal.rank, design.strategy, design.variant, design.gene,
        design.transcript, parts.way, " ".join(map(str, product.missing)),
        " ".join(map(str, product.skipped)), product.hgvs_r, product.hgvs_p, product.length,
        product.lost, site.kind if site else None, site.exon if site else None,
        site.position + 1 if site else None, site.pair if site else None,
        site.pair_after if site else None, bits(site.score) if site else None,
        bits(site.score_after) if site else None, design.editor, design.spacer, design.pam,
        second.spacer if second else None, second.pam if second else None,
        deleted[0] + 1 if deleted else None, deleted[1] if deleted else None,
        " ".join(parts.treats), proposal.verdict.value,
    )  # fmt: skip


def features(design: EditDesign, places: Drawn) -> Iterator[Feature]:
    """The splice site; windows and edit of a base editor, or the cut."""
    parts, allele = parts_of(design), places.allele
    for site in (parts.site, parts.second_site):
        if site is None or not allele.start + 2 <= site.position < allele.end - 2:
            continue
        index = allele.index(site.position)
        whose = f"exon {site.exon}" if site.exon is not None else "cryptic"
        yield Feature(
            "misc_feature", ((index - 1, index + 1),), 0, label=f"{site.kind}, {whose}",
            notes=(_site(design, site),), sources=parts.source,
        )  # fmt: skip
    if design.windows is not None:
        yield from base.features(design, places)
        return
    if parts.deleted is not None:
        first, last = (max(parts.deleted[0], allele.start), min(parts.deleted[1], allele.end))
        if first < last:
            yield Feature(
                "misc_feature", ((allele.index(first), allele.index(last - 1) + 1),), 0,
                label="lost between the two cuts", notes=(f"{last - first} bp of it shown",),
            )  # fmt: skip
    cut = _cut(design, places)
    yield Feature(
        "misc_feature", ((max(0, cut - 1), min(cut + 1, len(allele.sequence))),),
        1 if design.strand == "+" else -1, label="cut",
        notes=("the cut lies between these two bases",), sources=design.alternatives[0].source,
    )  # fmt: skip


def tracks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Track]:
    """Windows of a base editor."""
    if design.windows is not None:
        yield from base.tracks(design, places, shift)


def marks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Mark]:
    """Target and bystanders of a base editor, or the cut."""
    if design.windows is not None:
        yield from base.marks(design, places, shift)
        return
    yield Mark(position=_cut(design, places) + shift, role="cut", label="cut")


def _cut(design: EditDesign, places: Drawn) -> int:
    """Index of the cut in the allele drawn."""
    return places.allele.index(design.target.genomic_position)
