"""What is shown, and ranked by, of a 3' extension: lengths, composition, stability."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache

from Bio.SeqUtils import MeltingTemp


@lru_cache(maxsize=65536)
def melting_temperature(pbs: str) -> float:
    """Melting temperature of a primer binding site on its DNA [degrees Celsius].

    Nearest neighbours of RNA on DNA (doi:10.1021/bi00035a029) with Biopython's default
    concentrations: a number to compare binding sites by, not the temperature in a cell.
    """
    # Biopython's module has no annotations
    found = MeltingTemp.Tm_NN(pbs, nn_table=MeltingTemp.R_DNA_NN1)  # type: ignore[no-untyped-call]
    return round(float(found), 1)


def gc_percent(sequence: str) -> float:
    """Share of G and C [%]."""
    return round(100 * sum(base in "GC" for base in sequence) / len(sequence), 1)


def longest_run(sequence: str) -> int:
    """Length of the longest run of one base."""
    best = 1 if sequence else 0
    for base in "ACGT":
        while base * (best + 1) in sequence:
            best += 1
    return best


def vienna() -> str | None:
    """Path of ViennaRNA's ``RNAfold``, if it is installed.

    It runs as a process of its own and is never needed: its licence is not Ipse's.
    """
    return shutil.which("RNAfold")


@lru_cache(maxsize=65536)
def vienna_energy(sequence: str) -> float:
    """Energy of the best fold of a 3' extension read as RNA, alone [kcal/mol], by ViennaRNA.

    Raises
    ------
    RuntimeError
        If it is not installed.
    """
    program = vienna()
    if program is None:
        raise RuntimeError("RNAfold is not installed")
    done = subprocess.run(
        [program, "--noPS"], input=sequence.replace("T", "U"), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return float(done.stdout.strip().rpartition("(")[2].rstrip(")"))
