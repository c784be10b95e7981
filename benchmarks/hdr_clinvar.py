"""Repair from a template over ClinVar: every proposal carried out by an independent simulator.

    python benchmarks/hdr_clinvar.py [--data DIR] [--stride N] [--processes N]

For each pathogenic variant of at most 40 bases on the LRG sequences: all cuts within reach, with
oligonucleotides, silent changes and donors. The simulator of the tests cuts the patient's allele
in plain strings, copies the template between the ends of its arms, and compares with the intended
allele; guides must not be able to cut the result where the proposal says they cannot; silent
changes must leave the protein. Prints proposed and not proposed by reason, and variants a second.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from ipse.core.errors import InputError, NotInReference
from ipse.genome.annotation import Annotation
from ipse.genome.reference import FastaReference
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import all_nucleases, repair_rules
from ipse.modalities.editing.design.allele import pathogenic_allele
from ipse.modalities.editing.design.hdr.blocking import Silence
from ipse.modalities.editing.design.hdr.designs import hdr_designs
from ipse.modalities.editing.design.hdr.rules import donor_rules
from ipse.modalities.editing.design.outcomes import Alleles
from ipse.modalities.editing.design.subject import Subject

ROOT = Path(__file__).parent.parent
LONGEST = 40
FLANK = 160
CHUNK = 50

sys.path.insert(0, str(ROOT / "tests" / "editing"))

from hdr_checks import check_design, check_silent  # noqa: E402
from hdr_simulator import Locus  # noqa: E402

Row = dict[str, str]


def rows_of(data: Path) -> Iterator[Row]:
    """Rows whose alleles are bases and short."""
    with gzip.open(data / "variants" / "clinvar_lrg.tsv.gz", "rt") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            longest = max(len(row["lrg_ref"]), len(row["lrg_alt"]))
            if row["lrg_ref_ok"] == "yes" and row["lrg_pos"] and longest <= LONGEST:
                yield row


@cache
def genome(genes: str) -> tuple[FastaReference, Annotation]:
    """LRG sequences and transcripts, opened once a process."""
    reference = FastaReference.open(Path(genes) / "lrg_genes.fa.gz")
    return reference, Annotation.from_gff3(Path(genes) / "lrg_transcripts.gff3.gz", reference)


def judged(genes: str, rows: list[Row]) -> tuple[Counter[str], Counter[str], list[str]]:
    """What came of some variants: by variant, by proposal, and what failed."""
    reference, annotation = genome(genes)
    variants: Counter[str] = Counter()
    proposals: Counter[str] = Counter()
    failed: list[str] = []
    rules = repair_rules()
    for row in rows:
        made = GenomicVariant.from_vcf(
            row["lrg"], int(row["lrg_pos"]), row["lrg_ref"], row["lrg_alt"]
        )
        try:
            transcript = annotation.transcripts_of(row["gene"])[0]
            allele = pathogenic_allele(
                reference, made.contig, made.start, made.ref, made.alt, FLANK
            )
            if transcript.contig != made.contig:
                raise InputError("the gene's first transcript is of another record")
        except (InputError, NotInReference) as error:
            variants[f"left out: {str(error).splitlines()[0][:60]}"] += 1
            continue
        subject = Subject(
            "v1", row["hgvs_c"], row["gene"], transcript.id, allele,
            Alleles(reference, transcript, made.contig, made), (),
        )  # fmt: skip
        silence = Silence(reference, transcript, rules.branch_point_farthest, rules.kozak)
        designs, reach = hdr_designs(subject, all_nucleases(), rules, donor_rules(), silence)
        if designs:
            variants["proposed"] += 1
        elif reach.unfit:
            variants["not proposed: the change does not fit between the arms"] += 1
        else:
            variants["not proposed: no cut in reach"] += 1
        locus = Locus(allele.start, allele.corrected, allele.at, allele.ref, allele.alt)
        for design in designs:
            assert design.hdr is not None
            try:
                check_design(design, locus)
                check_silent(design, transcript)
            except AssertionError as error:
                failed.append(f"{row['variant_id']} {design.editor} {design.spacer}: {error}")
                continue
            proposals["repaired as intended"] += 1
            kept = design.hdr.protected
            by = design.hdr.blocking_place or "the correction alone"
            proposals[f"kept from a second cut by {by}" if kept else "may be cut again"] += 1
            donor = design.hdr.donor
            proposals[f"donor {donor.fit}" if donor else "no donor"] += 1
    return variants, proposals, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = os.environ.get("IPSE_SHARED_DATA", ROOT.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument("--stride", type=int, default=1, help="take every N-th variant")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    rows = list(rows_of(options.data))[:: options.stride]
    chunks = [rows[k : k + CHUNK] for k in range(0, len(rows), CHUNK)]
    variants: Counter[str] = Counter()
    proposals: Counter[str] = Counter()
    failed: list[str] = []
    began = time.perf_counter()
    genes = str(options.data / "genes")
    with ProcessPoolExecutor(options.processes) as pool:
        for some, of_these, bad in pool.map(judged, [genes] * len(chunks), chunks):
            variants += some
            proposals += of_these
            failed += bad
    wall = time.perf_counter() - began
    print(f"{len(rows)} variants of at most {LONGEST} bases, {options.processes} processes: "
          f"{wall:.0f} s, {len(rows) / wall:.0f} variants/s with the simulator")  # fmt: skip
    for counted in (variants, proposals):
        for what, count in counted.most_common():
            print(f"{count:8} {what}")
    print(f"{len(failed):8} proposals the simulator does not confirm")
    for line in failed[:20]:
        print("        ", line)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
