"""Slow twins of primer design, written from the definitions and from Biopython's tables alone."""

from __future__ import annotations

import math
from itertools import pairwise, product

from Bio.SeqUtils import MeltingTemp

PARTNER = {"A": "T", "C": "G", "G": "C", "T": "A"}


def reverse_complement(text: str) -> str:
    return "".join(PARTNER[base] for base in reversed(text))


def step_energy(top: str, bottom: str, salt: float) -> float:
    """Free energy of a step at 37 degC; ``bottom`` is written 3' to 5'."""
    mismatched = any(PARTNER[a] != b for a, b in zip(top, bottom, strict=True))
    table = MeltingTemp.DNA_IMM1 if mismatched else MeltingTemp.DNA_NN3
    for key in (f"{top}/{bottom}", f"{bottom[::-1]}/{top[::-1]}"):
        if key in table:
            enthalpy, entropy = table[key]
            return enthalpy - 310.15 * (entropy + salt) / 1000
    return math.inf


def end_energy(base: str) -> float:
    enthalpy, entropy = MeltingTemp.DNA_NN3["init_A/T" if base in "AT" else "init_G/C"]
    return enthalpy - 310.15 * entropy / 1000


def best_duplexes(one: str, other: str, salt: float) -> tuple[float, float]:
    """Energy of the best run of facing bases, and of the best that holds a 3' end."""
    facing = other[::-1]  # 3' to 5'
    best = ended = 0.0
    for shift in range(-len(facing) + 1, len(one)):
        columns = [(i, i - shift) for i in range(len(one)) if 0 <= i - shift < len(facing)]
        for first, last in product(range(len(columns)), repeat=2):
            if last <= first:
                continue
            run = columns[first : last + 1]
            if any(PARTNER[one[i]] != facing[j] for i, j in (run[0], run[-1])):
                continue
            total = end_energy(one[run[0][0]]) + end_energy(one[run[-1][0]])
            for (i, j), (k, m) in pairwise(run):
                total += step_energy(one[i] + one[k], facing[j] + facing[m], salt)
            best = min(best, total)
            # the 3' base of the other strand is the first of the facing text
            if run[-1][0] == len(one) - 1 or run[0][1] == 0:
                ended = min(ended, total)
    return best, ended


def annealing_places(
    primer: str, contigs: dict[str, str], mismatches: int, exact: int
) -> set[tuple[str, int, int, bool, int]]:
    """Contig, start, end, minus strand and mismatches of every place of a primer."""
    found = set()
    size = len(primer)
    for name, text in contigs.items():
        for start in range(len(text) - size + 1):
            window = text[start : start + size].upper()
            if set(window) - set("ACGT"):
                continue
            for minus in (False, True):
                strand = reverse_complement(window) if minus else window
                differ = sum(a != b for a, b in zip(primer, strand, strict=True))
                if differ <= mismatches and strand[size - exact :] == primer[size - exact :]:
                    found.add((name, start, start + size, minus, differ))
    return found


def all_products(
    forward: str, reverse: str, contigs: dict[str, str], rules: tuple[int, int, int, int]
) -> set[tuple[str, int, int, str, str, int, int]]:
    """Every product; rules are mismatches, those of both, exact 3' bases and longest product."""
    most, both, exact, longest = rules
    places = [
        (which, *place)
        for which, primer in (("forward", forward), ("reverse", reverse))
        for place in annealing_places(primer, contigs, most, exact)
    ]
    found = set()
    for one, two in product(places, repeat=2):
        left, contig, start, end, minus, differ = one
        right, other, begin, stop, minus_too, differ_too = two
        if contig != other or minus or not minus_too:
            continue
        if begin < start or stop < end or stop - start > longest or differ + differ_too > both:
            continue
        found.add((contig, start, stop, left, right, differ, differ_too))
    return found
