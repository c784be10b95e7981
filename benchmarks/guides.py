"""Time of ``ipse guides`` over whole genes: seconds and guides; load time and size of the model.

Usage: uv run python benchmarks/guides.py [--gene DMD] [--pam NGG]

Each command runs in a fresh process, as a user meets it, once after the compiled code is cached.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def command(gene: str, pam: str, out: Path) -> tuple[float, float]:
    """Wall and CPU seconds of one ``ipse guides``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "ipse", "guides", "--gene", gene, "--pam", pam, "--out", str(out)],
        check=True, capture_output=True, cwd=ROOT,
    )  # fmt: skip
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gene", default="DMD")
    parser.add_argument("--pam", default="NGG")
    options = parser.parse_args()
    from ipse.genome.efficiency import ModelScorer
    from ipse.genome.efficiency.model import WEIGHTS

    start = time.perf_counter()
    name = ModelScorer.shipped().name
    seconds = time.perf_counter() - start
    print(f"{name}: {WEIGHTS.stat().st_size / 1e6:.2f} MB, loaded in {seconds:.3f} s")
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "guides.tsv"
        command("TTR", options.pam, out)  # compiles
        for gene in ("TTR", options.gene):
            wall, cpu = command(gene, options.pam, out)
            rows = out.read_bytes().count(b"\n") - 1
            print(f"{gene}, {options.pam}: {rows} guides, {wall:.1f} s wall, {cpu:.1f} s CPU")
    load = os.getloadavg()[0]
    print(f"load of the machine: {load:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
