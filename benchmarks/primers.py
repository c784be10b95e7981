"""Primer design at ClinVar positions in the development data's 547 genes.

    python benchmarks/primers.py [--data DIR] [--targets N] [--seed S] [--specificity]

Prints how many of N random positions get a pair by the shipped rules, why the others do not, and
the time of a target; with ``--specificity`` also how many pairs have no other product on all genes
together.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import random
import re
import time
from collections import Counter
from pathlib import Path

from ipse.construct.primers import Allele, Site, design_sites
from ipse.core.errors import InputError
from ipse.genome.annotation import read_annotation
from ipse.genome.embedded import Genome
from ipse.genome.reference import FastaReference
from ipse.genome.resolve import locate

ROOT = Path(__file__).parent.parent


def sites(folder: Path, number: int, seed: int) -> tuple[list[Site], FastaReference]:
    """Variants of ClinVar that are placed on their gene's sequence, in random order."""
    reference = FastaReference.open(folder / "genes" / "lrg_genes.fa.gz")
    annotation = read_annotation(folder / "genes" / "lrg_transcripts.gff3.gz", reference)
    genome = Genome(reference, annotation)
    with gzip.open(folder / "variants" / "clinvar_lrg.tsv.gz", "rt", encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle, delimiter="\t") if row["hgvs_c"]]
    random.Random(seed).shuffle(rows)
    answer = []
    for row in rows:
        name = row["hgvs_c"]
        try:
            variant = locate(name, genome, row.get("gene")).variant
        except InputError:
            continue
        alleles = (Allele("with the variant", (variant,)), Allele("reference"))
        answer.append(Site(name, variant.contig, variant.start, variant.end, alleles))
        if len(answer) == number:
            break
    return answer, reference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    data = os.environ.get("IPSE_SHARED_DATA", str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(data))
    parser.add_argument("--targets", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--specificity", action="store_true")
    options = parser.parse_args()
    targets, reference = sites(options.data, options.targets, options.seed)
    design_sites(targets[:1], reference, specific=False)  # compiles
    wall, cpu = time.perf_counter(), time.process_time()
    made = design_sites(targets, reference, specific=False)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    designed = [item for item in made if item.pair is not None]
    share = 100 * len(designed) / len(made)
    print(f"{len(designed)} of {len(made)} targets have a pair: {share:.1f} %")
    print(f"{1000 * wall / len(made):.1f} ms wall, {1000 * cpu / len(made):.1f} ms CPU a target")
    print(f"load average {os.getloadavg()[0]:.1f}")
    reasons = Counter(re.sub(r"\d+", "n", item.reason) for item in made if item.pair is None)
    for reason, times in reasons.most_common():
        print(f"  {times} {reason}")
    sizes = sorted(item.pair.product_size for item in designed if item.pair is not None)
    print(f"products of {sizes[0]} to {sizes[-1]} bp, median {sizes[len(sizes) // 2]}")
    if options.specificity:
        wall = time.perf_counter()
        checked = design_sites(targets, reference)
        wall = time.perf_counter() - wall
        pairs = [item.pair.specificity for item in checked if item.pair is not None]
        specific = sum(found is not None and found.specific for found in pairs)
        print(f"{specific} of {len(pairs)} pairs have no other product; {wall:.1f} s in all")


if __name__ == "__main__":
    main()
