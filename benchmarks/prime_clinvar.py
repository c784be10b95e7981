"""Prime editing of every pathogenic ClinVar variant of the LRG genes, each pegRNA carried out.

    python benchmarks/prime_clinvar.py [--data DIR] [--longest 40] [--every 1] [--processes N]
                                       [--rows 1] [--wide 10] [--all-spacers]

For each variant of at most ``--longest`` bases every spacer of PE2 (NGG) is designed, from the
patient's allele to the reference's; the PAM-flexible editors are designed too where PE2 has none,
and for every ``--wide``-th variant. Of each spacer that a plan would propose (all of PE2, the best
of the others; ``--all-spacers``: every one) the first extension and ``--rows`` more, drawn evenly
from its list, are then carried out by the simulator of the tests, which shares no code with the
designs: the allele that comes out must be the reference's, letter by letter. Where PE2 writes an
edit by no single flap, pairs of flaps are designed and carried out too. Printed: what is proposed
and what is not, by reason, and variants per second.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pysam

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "editing"))

from prime_simulator import edit, twin_edit  # noqa: E402

from ipse.modalities.editing.design.prime.catalogue import (  # noqa: E402
    prime_editors,
    prime_rules,
)
from ipse.modalities.editing.design.prime.change import Change  # noqa: E402
from ipse.modalities.editing.design.prime.nicking import nicking_guides  # noqa: E402
from ipse.modalities.editing.design.prime.pegrnas import (  # noqa: E402
    PegSite,
    peg_sites,
    why_none,
)
from ipse.modalities.editing.design.prime.strategy import proposed  # noqa: E402
from ipse.modalities.editing.design.prime.twin import TwinPair, twin_pairs  # noqa: E402

FLANK = 220
Part = tuple[list[tuple[str, Change]], int, bool, int]
"""Variants, and the options rows, all-spacers, wide."""
PAIRS = 5
"""Pairs of flaps that are carried out for a variant: the best ones."""


def variants(data: Path, longest: int, every: int) -> tuple[list[tuple[str, Change]], int]:
    """Variants with their alleles, and how many are longer than asked for."""
    made, left_out = [], 0
    with (
        gzip.open(data / "variants" / "clinvar_lrg.tsv.gz", "rt") as handle,
        pysam.FastaFile(str(data / "genes" / "lrg_genes.fa.gz")) as genes,
    ):
        for number, row in enumerate(csv.DictReader(handle, delimiter="\t")):
            if number % every:
                continue
            ref, alt, at = row["lrg_ref"], row["lrg_alt"], int(row["lrg_pos"]) - 1
            # one letter stands before an insertion or deletion
            if max(len(ref), len(alt)) - (len(ref) != len(alt)) > longest:
                left_out += 1
                continue
            name = row["lrg"]
            start, end = max(0, at - FLANK), at + len(ref)
            before, after = genes.fetch(name, start, at), genes.fetch(name, end, end + FLANK)
            made.append((row["variant_id"], Change(before + alt + after, before + ref + after)))
    return made, left_out


def works(change: Change, peg: PegSite, rows: int) -> tuple[int, int]:
    """Extensions of a spacer that were carried out, and those that gave the reference's allele."""
    drawn = [peg.best]
    if rows:
        step = max(1, len(peg.extensions) // rows)
        drawn += peg.extensions[step - 1 :: step]
    right = 0
    for row in drawn:
        try:
            made = edit(
                change.before, peg.site.strand, peg.site.spacer, peg.site.editor.pam, row.pbs,
                row.rtt,
            )  # fmt: skip
        except AssertionError:
            continue
        right += made == change.after
    return len(drawn), right


def pair_works(change: Change, pair: TwinPair) -> bool:
    """Whether a pair gives the reference's allele."""
    one, other = (
        (site.spacer, site.editor.pam, row.pbs, row.rtt)
        for site, row in ((pair.left, pair.left_extension), (pair.right, pair.right_extension))
    )
    try:
        return twin_edit(change.before, one, other) == change.after
    except AssertionError:
        return False


def study(part: Part) -> tuple[Counter[str], float, list[str]]:
    """Design and carry out a part of the variants: counts, seconds of design, failures."""
    count: Counter[str] = Counter()
    failed, seconds = [], 0.0
    editors, rules = prime_editors(), prime_rules()
    for number, (name, change) in enumerate(part[0]):
        began = time.perf_counter()
        pegs = plain = peg_sites(change, editors[:1], rules)
        seconds += time.perf_counter() - began
        count["variants"] += 1
        count["variants with PE2 (NGG)"] += bool(plain)
        count["spacers of PE2 (NGG)"] += len(plain)
        if not plain or number % part[3] == 0:
            pegs = peg_sites(change, editors, rules)
            count["wide: variants designed with every editor"] += 1
            count["wide: of these with any editor"] += bool(pegs)
            count["wide: spacers of any editor"] += len(pegs)
        count["spacers proposed"] += len(proposed(pegs))
        for peg in pegs if part[2] else proposed(pegs):
            tried, right = works(change, peg, part[1])
            count["pegRNAs carried out"] += tried
            count["pegRNAs that gave the intended allele"] += right
            if tried != right:
                failed.append(f"{name} {peg.site.strand} {peg.site.spacer}")
        if plain:
            first = plain[0]
            guides = nicking_guides(
                first.change, first.site.strand, first.site.nick, editors[:1], rules
            )
            count["first spacer with a PE3b guide"] += any(g.kind == "PE3b" for g in guides)
            count["first spacer with a PE3 guide at the preferred distance"] += any(
                g.kind == "PE3" and g.preferred for g in guides
            )
            kept = first.kept in ("pam_destroyed", "seed_mismatch")
            count["first spacer kept off by the edit itself"] += kept
            count["first spacer within the preferred template length"] += (
                "rtt_length" not in first.best.departures
            )
            continue
        code, _ = why_none(change, editors[:1], rules)
        count[f"not proposed with PE2 (NGG): {code}"] += 1
        if not pegs:
            count[f"not proposed with any editor: {why_none(change, editors, rules)[0]}"] += 1
        pairs = twin_pairs(change, editors[:1], rules)
        count["of these, with a pair of flaps of PE2 (NGG)"] += bool(pairs)
        for pair in pairs[:PAIRS]:
            right = pair_works(change, pair)
            count["pairs carried out"] += 1
            count["pairs that gave the intended allele"] += right
            if not right:
                failed.append(f"{name} pair {pair.left.spacer} {pair.right.spacer}")
    return count, seconds, failed


def main() -> None:
    """Read, spread over processes, add up, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--longest", type=int, default=40)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--rows", type=int, default=1)
    parser.add_argument("--wide", type=int, default=10)
    parser.add_argument("--all-spacers", action="store_true")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    made, left_out = variants(options.data, options.longest, options.every)
    size = max(1, min(250, len(made) // (options.processes or 1)))
    parts = [
        (made[k : k + size], options.rows, options.all_spacers, options.wide)
        for k in range(0, len(made), size)
    ]
    began = time.perf_counter()
    total: Counter[str] = Counter()
    seconds, failed = 0.0, []
    with ProcessPoolExecutor(options.processes) as pool:
        for count, spent, wrong in pool.map(study, parts):
            total += count
            seconds += spent
            failed += wrong
    wall = time.perf_counter() - began
    print(f"{len(made)} variants of at most {options.longest} bases; {left_out} longer")
    for name, number in sorted(total.items()):
        print(f"{number:>10}  {name}")
    print(f"designed: {len(made) / seconds:.0f} variants/s on one core, PE2")
    print(f"designed and carried out: {len(made) / wall:.0f} variants/s on "
          f"{options.processes} processes, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    for line in failed[:20]:
        print("FAILED", line)
    if failed:
        raise SystemExit(f"{len(failed)} pegRNAs or pairs did not give the intended allele")


if __name__ == "__main__":
    main()
