"""Which pathogenic substitutions each base editor and PAM can undo, over ClinVar's variants.

    python benchmarks/base_editing.py [--data DIR] [--every 1] [--processes N] [--out FOLDER]

For each pathogenic single-base substitution of the LRG genes, and each editor of the shipped table:

- *chemistry*: the editor changes the patient's base back;
- *placed*: some PAM puts that base into its target window;
- *no harm in the target window*: so placed that no other editable base of the target window changes
  the protein, the start or stop codon or a splice site (``model.HARMFUL``);
- *no harm at all*: the same over its whole bystander window;
- *only base*: so placed that no other editable base lies in the target window, whatever it does.

Editors of one class and one PAM are counted together: a variant counts if any of them does it.
``--out`` writes the table as TSV and the plot as SVG.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ipse.core.errors import IpseError
from ipse.core.sequence import on_strand
from ipse.genome.annotation import Annotation, Transcript
from ipse.genome.reference import FastaReference
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import BaseEditor, base_editors
from ipse.modalities.editing.design.allele import pathogenic_allele
from ipse.modalities.editing.design.base.placement import (
    editable_positions,
    enumerate_guides,
    genomic_index,
    reach,
    result,
)
from ipse.modalities.editing.design.outcomes import Alleles
from ipse.modalities.editing.model import HARMFUL

ROOT = Path(__file__).parent.parent
STEPS = ("chemistry", "placed", "no harm in the target window", "no harm at all", "only base")


@dataclass(frozen=True)
class Substitution:
    """A pathogenic substitution on an LRG sequence, 0-based."""

    lrg: str
    start: int
    ref: str
    alt: str


@dataclass(frozen=True)
class Found:
    """How far an editor came with a variant: indices into :data:`STEPS`."""

    substitution: Substitution
    reached: dict[str, frozenset[int]]
    transcript: bool


@cache
def sequences(genes: Path) -> tuple[FastaReference, Annotation]:
    """Gene sequences and transcripts of this process."""
    reference = FastaReference.open(genes / "lrg_genes.fa.gz")
    return reference, Annotation.from_gff3(genes / "lrg_transcripts.gff3.gz", reference)


def substitutions(data: Path, every: int) -> list[Substitution]:
    """Pathogenic single-base substitutions, each allele once."""
    with gzip.open(data / "variants" / "clinvar_lrg.tsv.gz", "rt", encoding="utf-8") as handle:
        rows = csv.DictReader(handle, delimiter="\t")
        found = {
            Substitution(row["lrg"], int(row["lrg_pos"]) - 1, row["lrg_ref"], row["lrg_alt"]): None
            for row in rows
            if len(row["lrg_ref"]) == len(row["lrg_alt"]) == 1
        }
    return list(found)[::every]


def transcript_at(annotation: Annotation, at: Substitution) -> Transcript | None:
    """The first transcript over the place; the LRG numbers them by importance."""
    here = annotation.overlapping(at.lrg, at.start, at.start + 1)
    return min(here, key=lambda item: item.id, default=None)


def cover(job: tuple[Path, Substitution]) -> Found:
    """Place every editor whose chemistry fits, and look at its bystanders."""
    genes, at = job
    reference, annotation = sequences(genes)
    editors = [item for item in base_editors() if result(item, at.alt) == at.ref]
    transcript = transcript_at(annotation, at)
    allele = pathogenic_allele(
        reference, at.lrg, at.start, at.ref, at.alt, reach(base_editors()) + 3
    )
    alleles = Alleles(
        reference, transcript, at.lrg, GenomicVariant(at.lrg, at.start, at.ref, at.alt)
    )
    by_name = {item.name: item for item in editors}
    reached: dict[str, set[int]] = {item.name: {0} for item in editors}
    for hit in enumerate_guides(allele.sequence, allele.at, editors):
        editor = by_name[hit.editor]
        steps = reached[hit.editor]
        steps.add(1)
        beside = []
        for position in editable_positions(hit.spacer, editor):
            if position == hit.position:
                continue
            index = genomic_index(hit.start, len(hit.spacer), hit.strand, position)
            edit = (allele.genomic(index), on_strand(editor.edit[1], hit.strand))
            try:
                effect = alleles.effect((at.start, at.ref), [edit])
            except IpseError:
                effect = "undescribed_bystander"
            inside = editor.target[0] <= position <= editor.target[1]
            beside.append((inside, effect in HARMFUL))
        if not any(inside and harm for inside, harm in beside):
            steps.add(2)
        if not any(harm for _, harm in beside):
            steps.add(3)
        if not any(inside for inside, _ in beside):
            steps.add(4)
    return Found(at, {name: frozenset(steps) for name, steps in reached.items()}, bool(transcript))


def groups() -> dict[tuple[str, str], list[BaseEditor]]:
    """Editors by class and PAM."""
    found: dict[tuple[str, str], list[BaseEditor]] = defaultdict(list)
    for editor in base_editors():
        pam = editor.pam if editor.pam_side == "3prime" else f"{editor.pam} (5')"
        found[editor.kind, pam].append(editor)
    return dict(found)


def tally(done: list[Found]) -> list[tuple[str, str, int, list[int]]]:
    """Class, PAM, editors and variants at each step; a class over all its PAMs at its end."""
    made = groups()
    rows = []
    kinds = list(dict.fromkeys(kind for kind, _ in made))
    for kind in kinds:
        mine = {pam: items for (one, pam), items in made.items() if one == kind}
        for pam, items in [*mine.items(), ("any", [e for group in mine.values() for e in group])]:
            names = {item.name for item in items}
            counts = [
                sum(any(step in one.reached.get(n, ()) for n in names) for one in done)
                for step in range(len(STEPS))
            ]
            rows.append((kind, pam, len(items), counts))
    everything = [
        sum(any(step in steps for steps in one.reached.values()) for one in done)
        for step in range(len(STEPS))
    ]
    return [*rows, ("all", "any", len(base_editors()), everything)]


EARLY = frozenset({"NGG", "NGA", "NGAN", "NGCG", "NNGRRT", "NNNRRT", "TTTV"})
"""PAMs of the editors reported by the end of 2017, which the published count rests on."""
PUBLISHED = {"ABE": (6900, 34), "CBE": (3196, 46)}
"""Variants with the target as the only base of the window, and of those the chemistry reverts [%]:
doi:10.1186/s12920-020-00735-8, ClinVar of 2017-12-03, 21 editors."""


def beside_published(done: list[Found]) -> list[str]:
    """The same count with the PAMs of the time, in words."""
    lines = []
    for kind, (variants, percent) in PUBLISHED.items():
        names = {e.name for e in base_editors() if e.kind == kind and e.pam in EARLY}
        able = sum(any(0 in one.reached.get(n, ()) for n in names) for one in done)
        alone = sum(any(4 in one.reached.get(n, ()) for n in names) for one in done)
        lines.append(
            f"{kind}, PAMs known in 2017: the only base for {alone} of {able} variants "
            f"({100 * alone / max(able, 1):.1f} %); published {variants} ({percent} %)"
        )
    return lines


def plot(rows: list[tuple[str, str, int, list[int]]], total: int) -> str:
    """Bars by class and PAM: placed, and of those without harm."""
    left, top, row_height, width = 190, 64, 22, 520
    shades = ((1, "#c9d6e8", "placed"), (2, "#6f94c4", "no harm in the target window"),
              (3, "#1f4e8c", "no harm at all"))  # fmt: skip
    most = max(row[3][0] for row in rows) / total
    height = top + row_height * len(rows) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 90} {height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>Pathogenic substitutions each class of base editor can undo</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="8" y="20" font-size="14" font-weight="bold">Of {total:,} pathogenic '
        "substitutions [%]; figures: without any harm, of those placed</text>",
    ]
    x = left
    for _, colour, words in shades:
        parts.append(f'<rect x="{x}" y="34" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 17}" y="44">{words}</text>')
        x += 36 + 6 * len(words)
    for place, (kind, pam, _, counts) in enumerate(rows):
        y = top + place * row_height
        label = "all editors" if kind == "all" else f"{kind} {pam}"
        bold = ' font-weight="bold"' if pam == "any" else ""
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end"{bold}>{label}</text>')
        for step, colour, _ in shades:
            length = counts[step] / total / most * width
            parts.append(
                f'<rect x="{left}" y="{y + 2}" width="{length:.1f}" height="16" fill="{colour}"/>'
            )
        end = left + counts[1] / total / most * width
        parts.append(
            f'<text x="{end + 6:.1f}" y="{y + 14}" fill="#333">{100 * counts[3] / total:.1f} of '
            f"{100 * counts[1] / total:.1f}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--every", type=int, default=1, help="every n-th variant")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help="folder for coverage.tsv and coverage.svg")
    options = parser.parse_args()
    chosen = substitutions(options.data, options.every)
    jobs = [(options.data / "genes", item) for item in chosen]
    began = time.perf_counter()
    with ProcessPoolExecutor(options.processes) as pool:
        done = list(pool.map(cover, jobs, chunksize=64))
    seconds = time.perf_counter() - began
    rows, total = tally(done), len(done)
    coding = sum(one.transcript for one in done)
    print(f"{total} pathogenic substitutions, {coding} with a transcript; {total / seconds:.0f}/s")
    print(f"{'class':<12}{'PAM':<14}{'editors':>8}" + "".join(f"{name:>30}" for name in STEPS))
    for kind, pam, editors, counts in rows:
        cells = "".join(f"{count:>22} {100 * count / total:5.1f} %" for count in counts)
        print(f"{kind:<12}{pam:<14}{editors:>8}{cells}")
    print("\n".join(beside_published(done)))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        head = ["class", "pam", "editors", *(name.replace(" ", "_") for name in STEPS), "of"]
        lines = ["\t".join(head)]
        lines += [
            "\t".join(map(str, [kind, pam, editors, *counts, total]))
            for kind, pam, editors, counts in rows
        ]
        (options.out / "coverage.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (options.out / "coverage.svg").write_text(plot(rows, total), encoding="utf-8")
    if not done:
        sys.exit("no variant was read")


if __name__ == "__main__":
    main()
