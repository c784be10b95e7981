"""Every published guide of the development data: found, at which place, or why not.

    python benchmarks/published_guides.py [--data DIR]

For each row of ``knowledge/approved_editing_guides.tsv`` the sequence of its gene is looked for, in
the embedded loci and then in the LRG genes. Where it is at hand:

* *site*: whether the spacer stands there with the PAM the row gives, by letters alone;
* *place*: for a knock-out, its place among all cuts of the gene in the declared order, and among
  those of its exon, first with the project's own list of published guides and then without it, by
  what geometry alone knows. For a repair, its place among the proposals of its strategy in the plan
  of the example case.

A row that is not found is printed with the reason.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ipse.core.sequence import matches, reverse_complement
from ipse.genome.annotation import read_annotation
from ipse.genome.embedded import Genome, embedded
from ipse.genome.reference import FastaReference
from ipse.modalities.editing.catalogue import all_nucleases, base_editors
from ipse.modalities.editing.design.disrupt.gene import Gene, isoforms_of
from ipse.modalities.editing.design.disrupt.options import Option, options
from ipse.modalities.editing.design.disrupt.strategy import first_choice
from ipse.modalities.editing.design.disrupt.targets import (
    PublishedGuide,
    disruption_rules,
    published_guides,
)
from ipse.plan.model import Plan
from ipse.plan.planner import PlanOptions, make_plan

ROOT = Path(__file__).parent.parent
MARGIN = 2_000
"""Bases around a gene in which a site is looked for, where they are held."""

REPAIRS = {
    "TGATTCTAAGCAGTAATGAA": ("cps1-q335x", "base-edit-correct"),
    "TTCTCCACAGGAGTCAGATG": ("sickle-cell", "base-edit-tolerated"),
    "CTTGCCCCACAGGGCAGTAA": ("sickle-cell", "hdr-correct"),
}
"""Spacer of a repair -> example case and strategy that should find it."""

Row = dict[str, str]


@dataclass
class Result:
    """What came of one row."""

    row: Row
    locus: str = ""
    site: str = ""
    place: str = ""
    why: str = ""


def rows(data: Path) -> list[Row]:
    """Rows of the table as written."""
    path = data / "knowledge" / "approved_editing_guides.tsv"
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def genomes(data: Path) -> list[tuple[str, Genome]]:
    """Embedded loci, and the LRG genes."""
    reference = FastaReference.open(data / "genes" / "lrg_genes.fa.gz")
    annotation = read_annotation(data / "genes" / "lrg_transcripts.gff3.gz", reference)
    return [("embedded", embedded()), ("LRG", Genome(reference, annotation))]


def genes_of(row: Row) -> list[str]:
    """Symbols of a row's gene cell, which may hold remarks."""
    text = row["gene"].replace('"', " ").replace("/", " ").replace(",", " ")
    return [word for word in text.split() if word.isupper() and word.isalnum()]


def locus_of(row: Row, known: Sequence[tuple[str, Genome]]) -> tuple[str, Genome, Gene] | None:
    """The first genome that holds a gene of the row."""
    for name, genome in known:
        for symbol in genes_of(row):
            if symbol in genome.annotation.genes():
                found = isoforms_of(genome.annotation.transcripts_of(symbol))
                if found:
                    return name, genome, Gene(genome.reference, found[0], found, disruption_rules())
    return None


def site_of(row: Row, gene: Gene) -> str:
    """Strand and PAM of the spacer at the locus, by letters; empty if it is not there."""
    transcript, reference = gene.transcript, gene.reference
    for low, high in reference.held(transcript.contig):
        if not low <= transcript.start < high:
            continue
        start, end = max(low, transcript.start - MARGIN), min(high, transcript.end + MARGIN)
        letters = reference.fetch(transcript.contig, start, end)
        for strand, text in (("+", letters), ("-", reverse_complement(letters))):
            at = text.find(row["protospacer"])
            while at >= 0:
                pattern = row["PAM"].split()[0]
                width, size = len(pattern), len(row["protospacer"])
                five = pattern.startswith("T")
                pam = text[at - width : at] if five else text[at + size : at + size + width]
                if matches(pattern, pam):
                    return f"{strand} strand, PAM {pam}"
                at = text.find(row["protospacer"], at + 1)
    return ""


def place_in_order(row: Row, gene: Gene) -> str:
    """Place of a knock-out guide among all cuts of its gene and of its exon."""
    said = []
    known = published_guides(gene.transcript.gene)
    empty: tuple[PublishedGuide, ...] = ()
    for guides, word in ((known, "with the list of published guides"), (empty, "without it")):
        found = options(gene, first_choice(), base_editors(), guides)
        cut = [option for option in found if option.approach == "cut"]
        mine = next((option for option in cut if option.spacer == row["protospacer"]), None)
        if mine is None:
            return ""
        exon = [option for option in cut if option.exon == mine.exon]
        said.append(
            f"{_place(mine, cut)} of the gene, {_place(mine, exon)} of exon {mine.exon} ({word})"
        )
    return "; ".join(said)


def _place(option: Option, among: Sequence[Option]) -> str:
    return f"{list(among).index(option) + 1} of {len(among)}"


@cache
def plan_of(example: str) -> Plan:
    """The plan of an example case."""
    with tempfile.TemporaryDirectory() as folder:
        return make_plan(ROOT / "examples" / example, Path(folder), PlanOptions())


def place_in_plan(row: Row) -> str:
    """Place of a repair's spacer among the proposals of its strategy, and in the whole plan."""
    example, strategy = REPAIRS[row["protospacer"]]
    plan = plan_of(example)
    mine = [item for item in plan.proposals if item.strategy == strategy]
    for place, item in enumerate(mine, start=1):
        if item.design["spacer"] == row["protospacer"]:
            return (
                f"{place} of {len(mine)} of {strategy} in {example} ({item.design['editor']}), "
                f"{item.rank} of {len(plan.proposals)} of the plan"
            )
    return ""


def examine(row: Row, known: Sequence[tuple[str, Genome]]) -> Result:
    """Look for one row."""
    result = Result(row)
    if not row["protospacer"]:
        result.why = "no spacer is published"
        return result
    found = locus_of(row, known)
    if found is None:
        result.why = f"no sequence of {row['gene']} at hand"
        return result
    result.locus, _, gene = found
    result.site = site_of(row, gene)
    if row["protospacer"] in REPAIRS:
        result.place = place_in_plan(row)
    elif result.site:
        result.place = place_in_order(row, gene)
    if not result.site and not result.place:
        result.why = "spacer and PAM do not stand in the gene's sequence at hand"
    elif not result.place:
        enzyme = row["editor"].split()[0]
        listed = {item.name for item in all_nucleases()} | {item.name for item in base_editors()}
        missing = enzyme not in listed
        result.why = f"site found; {enzyme} is not in the table" if missing else "not enumerated"
    elif not result.site:
        result.site = "on the patient's allele"
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    default = os.environ.get("IPSE_SHARED_DATA", ROOT.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(default))
    data = parser.parse_args().data
    known = genomes(data)
    results = [examine(row, known) for row in rows(data)]
    for item in results:
        row = item.row
        print(f"{row['name']} | {row['gene']} | {row['variant_or_aim']} | {row['protospacer']}")
        said = item.place or item.why
        where = f"{item.locus}: {item.site}; " if item.site else ""
        print(f"    {'found' if item.place else 'not found'}: {where}{said}")
    placed = [item for item in results if item.place]
    at_hand = [item for item in results if item.locus]
    print(
        f"{len(results)} rows, {len(at_hand)} with their locus at hand; the site stands there for "
        f"{sum(bool(item.site) for item in at_hand)}, and {len(placed)} are proposed or listed"
    )


if __name__ == "__main__":
    main()
