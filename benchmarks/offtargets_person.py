"""Search of one person on a synthetic genome, beside the search of the reference alone.

    python benchmarks/offtargets_person.py --size 200 --folder ipse-bench

The person has 1,450 phased calls per Mbp (4.5 million in 3.1 Gbp), of which 85 % are single bases,
15 % insertions and deletions of up to 12 bases, 40 % homozygous. All seeds are fixed. CPU time of
all threads.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from offtargets import MBP, machine, make_genome, make_guides, memory, timed

from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import FastaReference
from ipse.genome.sites import Limits, Pam, SiteIndex, search
from ipse.genome.sites.patient import PatientSites, search_patient
from ipse.genome.sites.patient_haplotypes import Haplotypes

SEED = 20261123
CALLS = 1450
"""Calls per Mbp."""
HUMAN = 4_500_000
HEAD = """##fileformat=VCFv4.2
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">
"""


def make_calls(path: Path, reference: FastaReference) -> int:
    """Write a VCF of one sample; return the number of its records."""
    rng = random.Random(SEED)
    written = 0
    with path.open("w") as handle:
        handle.write(HEAD)
        for name in reference.contigs():
            handle.write(f"##contig=<ID={name},length={reference.length(name)}>\n")
        handle.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n")
        for name in reference.contigs():
            length = reference.length(name)
            letters = reference.letters(name, 0, length).tobytes().decode().upper()
            for place in sorted({rng.randrange(length - 20) for _ in range(length * CALLS // MBP)}):
                ref, kind = letters[place], rng.random()
                if ref == "N":
                    continue
                alt = rng.choice([c for c in "ACGT" if c != ref])
                if kind > 0.925:
                    ref = letters[place : place + rng.randrange(2, 13)]
                    alt = ref[0]
                elif kind > 0.85:
                    alt = ref + "".join(rng.choices("ACGT", k=rng.randrange(1, 12)))
                if "N" in ref:
                    continue
                gt = rng.choices(("0|1", "1|0", "1|1"), (3, 3, 4))[0]
                handle.write(f"{name}\t{place + 1}\t.\t{ref}\t{alt}\t50\tPASS\t.\tGT:DP\t{gt}:30\n")
                written += 1
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20, help="Mbp")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--guides", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--reuse-index", action="store_true", help="take the index that is there")
    options = parser.parse_args()
    print(machine())
    options.folder.mkdir(parents=True, exist_ok=True)
    guides = make_guides(options.guides)
    path = options.folder / f"synthetic-{options.size}.fa"
    if not path.exists():
        make_genome(path, options.size, guides)
    reference = FastaReference.open(path)
    calls = make_calls(options.folder / f"synthetic-{options.size}.vcf", reference)
    folder = options.folder / f"synthetic-{options.size}.sites"
    reused = options.reuse_index and folder.exists()
    index = SiteIndex.open(folder, reference) if reused else SiteIndex.build(reference, folder)
    patient = PatientGenome(reference, options.folder / f"synthetic-{options.size}.vcf")
    search_patient(guides[:2], patient, "NGG", Limits(1), index=index)
    search_patient(guides[:2], patient, "NGG", Limits(1, 1, 1), index=index)
    seconds, wall, laid = timed(lambda: Haplotypes.build(patient), 1)
    assert isinstance(laid, Haplotypes)
    print(f"{options.size} Mbp, {calls} calls; peak {memory():.2f} GB")
    print(
        f"overlay: {seconds:.1f} CPU s, wall {wall:.1f} s; "
        f"{seconds / calls * HUMAN:.0f} CPU s for 4.5 million calls"
    )
    folder = options.folder / f"synthetic-{options.size}.haplotypes"
    seconds, wall, laid = timed(lambda: laid.indexed(folder, Pam.parse("NGG")), 1)
    assert isinstance(laid, Haplotypes)
    print(
        f"index of it: {seconds:.1f} CPU s, wall {wall:.1f} s; "
        f"{seconds / calls * HUMAN:.0f} CPU s for 4.5 million calls"
    )
    for number, limits in ((1000, Limits(4)), (100, Limits(4, 1, 1)), (200, Limits(6))):
        chosen = guides[:number]
        plain, _, _ = timed(
            lambda chosen=chosen, limits=limits: search(
                chosen, index, "NGG", limits, threads=options.threads
            ),
            5,
        )
        own, _, found = timed(
            lambda chosen=chosen, limits=limits: search_patient(
                chosen, patient, "NGG", limits, index=index, haplotypes=laid,
                threads=options.threads,
            ),
            5,
        )  # fmt: skip
        assert isinstance(found, PatientSites)
        changes = dict(found.table.group_by("change").len().sort("change").rows())
        print(
            f"{len(chosen)} guides, <= {limits.mismatches} mm, {limits.dna} + {limits.rna} bulges: "
            f"reference {plain:.2f}, person {own:.2f} CPU s: {own / plain:.2f} x; {changes}"
        )


if __name__ == "__main__":
    main()
