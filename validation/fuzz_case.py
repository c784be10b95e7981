"""Damage phenopackets, facts and files of calls 20,000 times: an answer or a clean error.

Run: ``.venv/bin/python validation/fuzz_case.py [--cases 14000] [--calls 6000] [--start 0]``.
Blocks run in a process of their own, so that a crash of a compiled library is seen and named by
its seed; every input has a time limit. Exit status 1 if anything crashed, hung or was unclean.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import traceback
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "patient"))

LIMIT_S = 10  # a case takes milliseconds; ten seconds is a hang
BLOCK = 250


class Hang(BaseException):
    """A single input took longer than the limit."""


def main() -> int:
    """Run both kinds of damage in blocks and print how they ended."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=14_000)
    options.add_argument("--calls", type=int, default=6_000)
    options.add_argument("--start", type=int, default=0, help="first seed")
    chosen = options.parse_args()
    ends: Counter[str] = Counter()
    trouble: list[str] = []
    for kind, number in (("case", chosen.cases), ("calls", chosen.calls)):
        for first in range(chosen.start, chosen.start + number, BLOCK):
            last = min(first + BLOCK, chosen.start + number)
            found, bad = run_block(kind, first, last)
            ends.update({f"{kind}: {end}": count for end, count in found.items()})
            trouble += bad
            sys.stderr.write(f"{kind} {first}-{last}: {len(trouble)} in trouble\n")
    for end, count in sorted(ends.items()):
        sys.stdout.write(f"{end}\t{count}\n")
    sys.stdout.write("\n".join(trouble or ["no crash, no hang, no unclean error"]) + "\n")
    return 1 if trouble else 0


def run_block(kind: str, first: int, last: int) -> tuple[Counter[str], list[str]]:
    """Run seeds in a process of their own; go on behind a seed that killed it."""
    ends: Counter[str] = Counter()
    trouble: list[str] = []
    context = get_context("fork")
    while first < last:
        here, there = context.Pipe(duplex=False)
        worker = context.Process(target=work, args=(kind, first, last, there))
        worker.start()
        there.close()
        try:
            while True:
                seed, end, text = here.recv()
                first = seed + 1
                ends[end] += 1
                if text:
                    trouble.append(f"{kind} seed {seed}: {text}")
        except EOFError:
            worker.join()
        if worker.exitcode and first < last:
            trouble.append(f"{kind} seed {first}: process ended with {worker.exitcode}")
            first += 1
    return ends, trouble


def work(kind: str, first: int, last: int, out: Connection) -> None:
    """Run seeds one by one and send how each ended."""
    from fuzz_steps import one_case, one_vcf
    from packet_mutations import VCF_TEXT, seeds_of_packets

    from ipse.genome.embedded import embedded

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # htslib's complaints of damaged files
    genome = embedded()
    shared = Path(os.environ.get("IPSE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "patients"
    seeds = seeds_of_packets([ROOT / "examples", *([shared] if shared.is_dir() else [])])
    base = VCF_TEXT.format(a=genome.reference.fetch("chr2", 210591889, 210591890))
    signal.signal(signal.SIGALRM, _hang)
    with tempfile.TemporaryDirectory() as name:
        for seed in range(first, last):
            rng = random.Random(seed)
            text = ""
            signal.alarm(LIMIT_S)
            try:
                if kind == "case":
                    end = one_case(rng, seeds, Path(name), genome)
                else:
                    end = one_vcf(rng, base, Path(name), genome)
            except Hang:
                end, text = "hang", "took too long"
            except Exception:
                end, text = "crash", traceback.format_exc()
            finally:
                signal.alarm(0)
            out.send((seed, end, text))
    out.close()


def _hang(number: int, frame: FrameType | None) -> Any:
    raise Hang


if __name__ == "__main__":
    sys.exit(main())
