"""Time of a plan as a user meets it: a fresh process per run.

Usage: uv run python benchmarks/plan.py [--runs N]

Prints the median and spread of wall time and CPU time of ``ipse plan CASE --modalities editing``
for each example, warm, and once with every byte-code cache removed (the first run after the
packages are installed).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def plan(case: Path, folder: Path, env: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds of one plan."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [sys.executable, "-m", "ipse", "plan", str(case), "--out", str(folder)]
    subprocess.run(
        [*command, "--modalities", "editing"], check=True, capture_output=True, cwd=ROOT, env=env
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    cases = sorted(path.parent for path in (ROOT / "examples").glob("*/case.json"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "plan"
        cold = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(scratch) / "bytecode")}
        wall, cpu = plan(cases[0], folder, cold)
        print(f"first run, no byte code ({cases[0].name}): {wall:.2f} s wall, {cpu:.2f} s CPU")
        shutil.rmtree(folder)
        print(f"{'case':20}{'median wall [s]':>17}{'min':>7}{'max':>7}{'median CPU [s]':>17}")
        for case in cases:
            times = []
            for _ in range(runs):
                times.append(plan(case, folder, dict(os.environ)))
                shutil.rmtree(folder)
            walls, cpus = zip(*times, strict=True)
            print(
                f"{case.name:20}{statistics.median(walls):17.2f}{min(walls):7.2f}{max(walls):7.2f}"
                f"{statistics.median(cpus):17.2f}"
            )


if __name__ == "__main__":
    main()
