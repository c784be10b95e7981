"""Read many broken FASTA and annotation files: ``python validation/fuzz_genome.py [NUMBER]``.

Each of NUMBER (20,000) mutated annotations and as many FASTA files must give an answer or an
``InputError``; anything else stops the run and leaves the file in the folder it names.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "genome"))

from test_genome_fuzz import try_annotation, try_fasta

_EACH = 500  # files a folder


def fuzz(name: str, attempt: Callable[[Path, random.Random], bool], number: int) -> None:
    """Run one reader over ``number`` broken files."""
    start, read, slowest = time.perf_counter(), 0, 0.0
    for batch in range(0, number, _EACH):
        folder = Path(tempfile.mkdtemp(prefix="ipse-fuzz-"))
        os.environ["IPSE_HOME"] = str(folder / "home")
        chance = random.Random(f"{name} {batch}")
        for _ in range(min(_EACH, number - batch)):
            began = time.perf_counter()
            try:
                read += attempt(folder, chance)
            except BaseException:
                sys.stderr.write(f"{name}: the last file in {folder} does not end cleanly\n")
                raise
            slowest = max(slowest, time.perf_counter() - began)
        _empty(folder)
    taken = time.perf_counter() - start
    sys.stdout.write(
        f"{name}: {number} files, {read} read, {number - read} refused cleanly, "
        f"{taken:.0f} s, slowest {slowest:.2f} s\n"
    )


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    fuzz("annotations", try_annotation, wanted)
    fuzz("FASTA", try_fasta, wanted)
