"""Off-target search on a synthetic genome: speed, memory, size, and a part against the slow twin.

    python benchmarks/offtargets.py --size 200 --folder ipse-bench

``--reuse-index`` takes the index a former run has built. 3.1 Gbp (``--size 3100``) need about 60 s
to write the genome, two minutes to index it, 16 GB of disk, and no more than 12 GB of memory.

The genome has human-like base and dinucleotide composition, N runs, interspersed repeats of some
families at various divergence, and planted near-copies of the guides. All seeds are fixed. Figures
are CPU time of all threads, in milliseconds per Mbp and guide where not said otherwise.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numba import njit

from ipse.core.progress import progress_bar
from ipse.core.sequence import reverse_complement
from ipse.genome.reference import FastaReference, Reference, SparseReference
from ipse.genome.sites import Limits, Pam, SiteIndex, search
from ipse.genome.sites.search import processors

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "genome"))

SEED = 20261122
MBP = 1_000_000
CONTIG = 150 * MBP
LINE = 60
LETTERS = np.frombuffer(b"ACGT", np.uint8)
# Dinucleotides of human-like sequence, rows and columns A, C, G, T [per mille]: CpG is rare and
# AA, TT, CA and TG are frequent. It shapes the load, it is not a result.
DINUCLEOTIDES = np.array(
    [[98, 50, 70, 77], [73, 52, 10, 70], [59, 43, 52, 50], [66, 59, 73, 98]], float
)
REPEATS = 0.45
"""Part of the genome that is repeats."""
BORDER = 30
"""Bases at the ends of a part in which its rows are not compared."""
FAMILIES = ((300, 0.10), (300, 0.15), (1500, 0.08), (6000, 0.12), (2000, 0.20), (900, 0.18))
"""Length [bp] and divergence of repeat families."""


@njit(cache=True)
def fill(out, state, table, consensus, starts, lengths, divergence, repeats):  # type: ignore[no-untyped-def]
    """Write sequence codes: unique stretches and diverged, often truncated copies of repeats."""
    at, last = 0, 0
    n = len(out)
    while at < n:
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        unique = 200 + np.int64(state % np.uint64(2600))
        for _ in range(min(unique, n - at)):
            state ^= state << np.uint64(13)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            last = table[last, np.int64(state >> np.uint64(54))]
            out[at] = last
            at += 1
        family = np.int64(state % np.uint64(len(starts)))
        wanted = np.int64(unique * repeats / (1 - repeats))
        while wanted > 0 and at < n:
            state ^= state << np.uint64(13)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            size = lengths[family]
            first = np.int64((state >> np.uint64(20)) % np.uint64(max(1, size - 100)))
            turned = (state >> np.uint64(11)) & np.uint64(1)
            for k in range(first, min(size, first + wanted)):
                if at >= n:
                    break
                code = consensus[starts[family] + k]
                if turned:
                    code = 3 - consensus[starts[family] + size - 1 - k]
                state ^= state << np.uint64(13)
                state ^= state >> np.uint64(7)
                state ^= state << np.uint64(17)
                if (state >> np.uint64(40)) % np.uint64(1000) < divergence[family] * 1000:
                    code = np.int64((state >> np.uint64(10)) & np.uint64(3))
                out[at] = code
                last = code
                at += 1
                wanted -= 1
            family = (family + 1) % len(starts)
    return state


def make_genome(path: Path, size: int, guides: list[str]) -> None:
    """Write a FASTA file of ``size`` Mbp."""
    share = DINUCLEOTIDES / DINUCLEOTIDES.sum(axis=1, keepdims=True)
    edges = np.rint(share.cumsum(axis=1) * 1024).astype(int)
    table = np.array([np.searchsorted(row, np.arange(1024), side="right") for row in edges])
    table = np.minimum(table, 3).astype(np.int64)
    rng = np.random.default_rng(SEED)
    lengths = np.array([length for length, _ in FAMILIES], np.int64)
    starts = np.concatenate([[0], lengths.cumsum()[:-1]])
    consensus = rng.integers(0, 4, int(lengths.sum())).astype(np.int64)
    divergence = np.array([part for _, part in FAMILIES])
    state = np.uint64(SEED)
    planting = random.Random(SEED)
    left, number = size * MBP, 0
    with path.open("wb") as handle:
        while left > 0:
            number += 1
            n = min(CONTIG, left)
            left -= n
            codes = np.empty(n, np.uint8)
            state = fill(codes, state, table, consensus, starts, lengths, divergence, REPEATS)
            letters = LETTERS[codes]
            _plant(letters, guides, n // MBP, planting)
            letters[: n // 1000] = ord("N")
            letters[n // 3 : n // 3 + n // 50] = ord("N")
            for _ in range(n // (10 * MBP)):
                at = planting.randrange(n)
                letters[at : at + planting.randrange(50_000)] = ord("N")
            handle.write(f">chr{number}\n".encode())
            whole = n - n % LINE
            block = np.full((whole // LINE, LINE + 1), ord("\n"), np.uint8)
            block[:, :LINE] = letters[:whole].reshape(-1, LINE)
            block.tofile(handle)
            if n % LINE:
                handle.write(letters[whole:].tobytes() + b"\n")


def _plant(letters: np.ndarray, guides: list[str], copies: int, rng: random.Random) -> None:
    """Put near-copies of guides with a PAM at random places, both strands."""
    for _ in range(copies):
        copy = list(rng.choice(guides))
        for _ in range(rng.randrange(7)):
            copy[rng.randrange(len(copy))] = rng.choice("ACGT")
        if rng.random() < 0.3:
            place = rng.randrange(1, len(copy))
            copy[place:place] = [] if rng.random() < 0.5 else [rng.choice("ACGT")]
        text = "".join(copy) + rng.choice("ACGT") + "GG"
        text = text if rng.random() < 0.5 else reverse_complement(text)
        at = rng.randrange(len(letters) - 100)
        letters[at : at + len(text)] = np.frombuffer(text.encode(), np.uint8)


def make_guides(n: int) -> list[str]:
    """Guides of human-like composition."""
    rng = random.Random(SEED + 1)
    rows = ["".join(rng.choices("ACGT", DINUCLEOTIDES.sum(axis=1), k=20)) for _ in range(2 * n)]
    return list(dict.fromkeys(rows))[:n]


def timed(work: Callable[[], object], repeat: int = 3) -> tuple[float, float, object]:
    """Least CPU and wall seconds of some runs, and the last answer."""
    best = []
    for _ in range(repeat):
        cpu, wall = time.process_time(), time.perf_counter()
        answer = work()
        best.append((time.process_time() - cpu, time.perf_counter() - wall))
    return min(c for c, _ in best), min(w for _, w in best), answer


def against_twin(reference: Reference, guides: list[str], index: SiteIndex) -> int:
    """Compare random parts of the genome, read letter by letter, with the rows of the index."""
    import sites_twin

    rng = random.Random(SEED + 2)
    limits = Limits(5, 1, 1)
    chosen = rng.sample(guides, 5)
    table = search(chosen, index, "NGG", limits)
    checked = 0
    for _ in range(4):
        contig = rng.choice(reference.contigs())
        hit = table.filter(table["contig"] == contig)
        if not hit.height:
            continue
        begin = max(0, hit["start"][rng.randrange(hit.height)] - rng.randrange(3000))
        end = min(begin + 6000, reference.length(contig))
        if not reference.has(contig, begin, end):
            continue
        letters = {contig: reference.fetch(contig, begin, end)}
        pam = Pam.parse("NGG")
        twin = sites_twin.search(chosen, letters, ["NGG"], 3, pam.seed, 5, 1, 1, False)
        expected = [(r.guide, r.start + begin, r.end + begin, *r[4:]) for r in twin]
        inner = hit.filter((hit["start"] >= begin) & (hit["end"] <= end))
        columns = ["guide", "start", "end", *sites_twin.Row._fields[4:]]
        # A site at the border may have a better alignment that reaches over it.
        got, expected = (
            [r for r in sorted(rows) if r[1] >= begin + BORDER and r[2] <= end - BORDER]
            for rows in (inner.select(columns).rows(), expected)
        )
        assert got == expected
        checked += len(got)
    return checked


def memory() -> float:
    """Most memory of this process so far [GB], mapped pages of files that were read included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def machine() -> str:
    """Vector registers of this machine and its load now, which CPU times depend on."""
    try:
        flags = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        flags = set()
    widths = (
        ("avx512_vpopcntdq", "512-bit vectors (AVX-512) with population count"),
        ("avx512f", "512-bit vectors (AVX-512)"),
        ("avx2", "256-bit vectors (AVX2), no AVX-512"),
    )
    width = next((text for flag, text in widths if flag in flags), "vectors not known")
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return f"{processors()} processors, {width}; load average {load}"


def warm_up(guides: list[str]) -> None:
    """Compile everything once on a small genome."""
    rng = random.Random(1)
    letters = "".join(rng.choice("ACGT") for _ in range(200_000))
    small = SparseReference("warm", "", {"c": len(letters)}, {"c": [(0, letters)]})
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        index = SiteIndex.build(small, Path(folder) / "sites")
        for limits in (Limits(4), Limits(6), Limits(4, 1, 1), Limits(5, 1, 1)):
            search(guides[:3], index, "NGG", limits)
            search(guides[:3], small, "NGG", limits)
        search(guides[:3], small, "NNN", Limits(4))
        search(guides[:3], small, "NRN", Limits(4))


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
        part = path.with_suffix(".part")
        make_genome(part, options.size, guides)
        part.rename(path)
    warm_up(guides)
    reference = FastaReference.open(path)
    size = options.size
    folder = options.folder / f"synthetic-{size}.sites"
    with progress_bar() as progress:
        seconds, _, _ = timed(lambda: reference.identity, 1)
        print(f"{size} Mbp in {len(reference.contigs())} contigs; peak {memory():.2f} GB")
        print(f"digest of the reference   {seconds / size * 1000:8.1f} CPU s per Gbp (kept)")
        reused = options.reuse_index and folder.exists()
        seconds, wall, index = timed(
            lambda: (
                SiteIndex.open(folder, reference)
                if reused
                else SiteIndex.build(reference, folder, progress=progress)
            ),
            1,
        )
    assert isinstance(index, SiteIndex)
    total = sum(index.meta.sizes.values())
    print(
        f"index {'reused' if reused else 'build '}              "
        f"{seconds / size * 1000:8.1f} CPU s per Gbp, wall {wall:.0f} s, peak {memory():.2f} GB"
    )
    print(
        f"index size                {total / size / 1e6:8.2f} GB per Gbp, "
        f"{total / len(index):.1f} bytes per site, {len(index) / size / 1000:.1f} k sites per Mbp"
    )

    def report(name: str, chosen: list[str], limits: Limits, pam: str, where: object, mbp: float,
               repeat: int = 3) -> None:  # fmt: skip
        cpu, wall, table = timed(
            lambda: search(chosen, where, pam, limits, threads=options.threads), repeat
        )
        unit = mbp * len(chosen)
        print(
            f"{name:<34}{cpu * 1000 / unit:10.5f} CPU ms per Mbp and guide, wall "
            f"{wall * 1000 / len(chosen):9.3f} ms a guide, {table.height} rows, "
            f"peak {memory():.2f} GB",
            flush=True,
        )

    report("<=4 mm, index, batch", guides, Limits(4), "NGG", index, size)
    report("<=4 mm, index, one guide", guides[:1], Limits(4), "NGG", index, size, 20)
    report("<=4 mm + 1 bulge, index", guides[:100], Limits(4, 1, 1), "NGG", index, size, 5)
    report("<=6 mm, index", guides[:200], Limits(6), "NGG", index, size, 5)
    part = reference.contigs()[-1]
    scanned = reference.length(part) / MBP
    for name, pam, limits in (
        ("<=4 mm, NGG, scan", "NGG", Limits(4)),
        ("<=4 mm + 1 bulge, NGG, scan", "NGG", Limits(4, 1, 1)),
        ("<=4 mm, NRN, scan", "NRN", Limits(4)),
        ("<=4 mm, NNN, scan", "NNN", Limits(4)),
    ):
        cpu, wall, table = timed(
            lambda pam=pam, limits=limits: search(
                guides[:100], reference, pam, limits, contigs=[part], threads=options.threads
            ),
            1,
        )
        print(
            f"{name:<34}{cpu * 10 / scanned:10.5f} CPU ms per Mbp and guide, wall "
            f"{wall * 10:9.3f} ms a guide, {table.height} rows, peak {memory():.2f} GB",
            flush=True,
        )
    print(machine())
    print(f"slow twin: {against_twin(reference, guides, index)} rows of random parts agree")


if __name__ == "__main__":
    main()
