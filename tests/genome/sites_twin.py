"""Plain reading of docs/offtargets.md: every junction, every alignment, letter by letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ipse.core.sequence import IUPAC, reverse_complement

Column = tuple[str, str]
"""Guide letter and target letter, ``-`` for a gap."""


class Row(NamedTuple):
    guide: str
    contig: str
    start: int
    end: int
    strand: str
    pam: str
    guide_aligned: str
    target_aligned: str
    mismatches: int
    bulge: str
    bulge_size: int
    seed_mismatches: int


def pairs(guide_letter: str, target_letter: str) -> bool:
    """6. and 7.: only A, C, G, T of the target pair; guide letters are wildcards."""
    return target_letter in "ACGT" and target_letter in IUPAC[guide_letter]


def pam_matches(pattern: str, letters: str) -> bool:
    return len(pattern) == len(letters) and all(
        p == "N" or (s in "ACGT" and s in IUPAC[p]) for p, s in zip(pattern, letters, strict=True)
    )


def alignments(
    guide: str, target: str, side: int, mismatches: int, dna: int, rna: int
) -> Iterator[list[Column]]:
    """All alignments with exactly so many bulge bases, read 5' to 3' of the guide."""
    distal = 0 if side == 3 else len(guide) - 1

    def grow(i: int, j: int, left: int, d: int, r: int) -> Iterator[list[Column]]:
        if j == len(guide) and i == len(target) and d == r == 0:
            yield []
            return
        # Between two guide bases, or between guide and PAM; never beyond the distal end.
        may_bulge = j > 0 if side == 3 else j < len(guide)
        if d and i < len(target) and may_bulge:
            for rest in grow(i + 1, j, left, d - 1, r):
                yield [("-", target[i]), *rest]
        if r and j < len(guide) and j != distal:
            for rest in grow(i, j + 1, left, d, r - 1):
                yield [(guide[j], "-"), *rest]
        if j < len(guide) and i < len(target):
            cost = 0 if pairs(guide[j], target[i]) else 1
            if cost <= left:
                for rest in grow(i + 1, j + 1, left - cost, d, r):
                    yield [(guide[j], target[i]), *rest]

    yield from grow(0, 0, mismatches, dna, rna)


def describe(columns: list[Column], side: int, seed: int) -> tuple[int, int, int, tuple[int, ...]]:
    """Mismatches, DNA bulges, seed mismatches, and columns as kinds: DNA, RNA, pair."""
    kinds = tuple(0 if g == "-" else 1 if t == "-" else 2 for g, t in columns)
    length = sum(g != "-" for g, _ in columns)
    mismatches = seed_mismatches = place = 0
    for g, t in columns:
        if g == "-":
            continue
        from_pam = length - 1 - place if side == 3 else place
        place += 1
        if t != "-" and not pairs(g, t):
            mismatches += 1
            seed_mismatches += from_pam < seed
    return mismatches, kinds.count(0), seed_mismatches, kinds


def search(
    guides: list[str],
    contigs: dict[str, str],
    patterns: list[str],
    side: int,
    seed: int,
    mismatches: int,
    dna: int,
    rna: int,
    mixed: bool,
    every: bool = False,
) -> list[Row]:
    rows: list[tuple[tuple[object, ...], Row]] = []
    order = list(contigs)
    for rank, guide in enumerate(guides):
        for contig, letters in contigs.items():
            for strand in "+-":
                text = letters.upper()
                if strand == "-":
                    text = reverse_complement(text)
                for junction in range(len(text) + 1):
                    found = _site(text, junction, guide, patterns, side, seed,
                                  (mismatches, dna, rna), mixed)  # fmt: skip
                    for _, start, end, pattern, pam, columns in found if every else found[:1]:
                        if strand == "-":
                            start, end = len(text) - end, len(text) - start
                        g = "".join(a for a, _ in columns)
                        t = "".join(b for _, b in columns)
                        mm, d, in_seed, kinds = describe(columns, side, seed)
                        r = kinds.count(1)
                        row = Row(
                            guide, contig, start, end, strand, pam,
                            g + pattern if side == 3 else pattern + g,
                            t + pam if side == 3 else pam + t,
                            mm, ("none", "dna", "rna", "mixed")[(d > 0) + 2 * (r > 0)], d + r,
                            in_seed,
                        )  # fmt: skip
                        rows.append(
                            ((rank, mm + d + r, d + r, order.index(contig), start, strand, end,
                              kinds), row)
                        )  # fmt: skip
    return [row for _, row in sorted(rows)]


def _site(
    text: str,
    junction: int,
    guide: str,
    patterns: list[str],
    side: int,
    seed: int,
    most: tuple[int, int, int],
    mixed: bool,
) -> list[tuple[tuple[object, ...], int, int, str, str, list[Column]]]:
    """All alignments at a junction of a strand read 5' to 3', best first."""
    _, dna, rna = most
    found: list[tuple[tuple[object, ...], int, int, str, str, list[Column]]] = []
    for pattern in patterns:
        n = len(pattern)
        begin, stop = (junction, junction + n) if side == 3 else (junction - n, junction)
        if begin < 0 or stop > len(text) or not pam_matches(pattern, text[begin:stop]):
            continue
        for d in range(dna + 1):
            for r in range(rna + 1):
                if d and r and not mixed:
                    continue
                span = len(guide) + d - r
                first = junction - span if side == 3 else junction
                if first < 0 or first + span > len(text):
                    continue
                for columns in alignments(guide, text[first : first + span], side, *most[:1], d, r):
                    mm, _, in_seed, kinds = describe(columns, side, seed)
                    key = (mm + d + r, d + r, in_seed, kinds)
                    start, end = min(first, begin), max(first + span, stop)
                    found.append((key, start, end, pattern, text[begin:stop], columns))
        break
    return sorted(found, key=lambda one: one[0])
