"""Search against a plain reading of docs/offtargets.md: identical rows."""

from __future__ import annotations

import random
from dataclasses import dataclass

import polars as pl
import pytest
import sites_twin as twin
from hypothesis import given, settings
from hypothesis import strategies as st

from ipse.core.sequence import reverse_complement
from ipse.genome.reference import SparseReference
from ipse.genome.sites import Limits, Pam, search

COLUMNS = list(twin.Row._fields)


@dataclass(frozen=True)
class Case:
    guides: list[str]
    contigs: dict[str, str]
    pam: str
    side: int
    limits: Limits


def reference_of(contigs: dict[str, str]) -> SparseReference:
    lengths = {name: len(letters) for name, letters in contigs.items()}
    return SparseReference("small", "", lengths, {n: [(0, s)] for n, s in contigs.items()})


def mutated(draw_from: random.Random, guide: str, edits: int, gaps: int) -> str:
    """A near-copy of a guide: substitutions, then insertions and deletions."""
    letters = list(guide.replace("N", "A").replace("R", "G"))
    for _ in range(edits):
        letters[draw_from.randrange(len(letters))] = draw_from.choice("ACGTACGTACGTN")
    for _ in range(gaps):
        place = draw_from.randrange(len(letters))
        if draw_from.random() < 0.5:
            letters.insert(place, draw_from.choice("ACGT"))
        else:
            del letters[place]
    return "".join(letters)


PAMS = [
    ("NGG", 3), ("NGG+NAG", 3), ("NNGRRT", 3), ("NRN", 3), ("NNN", 3), ("TTTV", 5), ("NN", 5),
    ("NG+NGG", 3),
]  # fmt: skip


# Compiled code is specialised on these, so they are few.
SHAPES = [
    (20, Limits(4)), (20, Limits(3, 1, 1)), (20, Limits(2, 2, 2, mixed=True)),
    (17, Limits(5, 1, 0)), (23, Limits(2, 0, 2)), (25, Limits(1, 1, 1, mixed=True)),
]  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    rng = random.Random(draw(st.integers(0, 2**32)))
    pam, side = draw(st.sampled_from(PAMS))
    length, limits = draw(st.sampled_from(SHAPES))
    letters = draw(st.sampled_from(["ACGT", "ACGT", "AC", "ACGTACGTACGTN"]))
    guides = ["".join(rng.choice(letters) for _ in range(length)) for _ in range(2)]
    if length == 17:
        guides.append("".join(rng.choice("ACGT") for _ in range(20)))
    if draw(st.booleans()):
        guides[0] = guides[0][:5] + "N" + guides[0][6:10] + "R" + guides[0][11:]
    contigs = {}
    for k in range(draw(st.integers(1, 3))):
        pieces = []
        for _ in range(draw(st.integers(0, 3))):
            guide = rng.choice(guides)
            copy = mutated(rng, guide, rng.randrange(limits.mismatches + 2), rng.randrange(4))
            letters_of_pam = "".join(
                {"N": "A", "R": rng.choice("AG"), "V": rng.choice("ACG")}.get(c, c)
                for c in rng.choice(pam.split("+"))
            )
            site = copy + letters_of_pam if side == 3 else letters_of_pam + copy
            pieces.append(site if rng.random() < 0.5 else reverse_complement(site))
            pieces.append("".join(rng.choice("ACGTNRacgt") for _ in range(rng.randrange(6))))
        pieces.insert(0, "".join(rng.choice("ACGT") for _ in range(rng.randrange(8))))
        contigs[f"c{k}"] = "".join(pieces) or "A"
    return Case(guides, contigs, pam, side, limits)


def expected(case: Case, *, every: bool = False) -> list[tuple[object, ...]]:
    pam = Pam.parse(case.pam, case.side)
    limits = case.limits
    return [
        tuple(row)
        for row in twin.search(
            list(dict.fromkeys(case.guides)), case.contigs, list(pam.patterns), pam.side, pam.seed,
            limits.mismatches, limits.dna, limits.rna, limits.mixed, every,
        )
    ]  # fmt: skip


def searched(case: Case, *, every: bool = False) -> list[tuple[object, ...]]:
    table: pl.DataFrame = search(
        case.guides, reference_of(case.contigs), Pam.parse(case.pam, case.side), case.limits,
        all_alignments=every, spacer_only=True, threads=1,
    )  # fmt: skip
    return table.select(COLUMNS).rows()


@given(cases())
def test_scan_gives_the_rows_of_the_plain_reading(case: Case) -> None:
    assert searched(case) == expected(case)


@settings(max_examples=30)
@given(cases())
def test_all_alignments_are_those_of_the_plain_reading(case: Case) -> None:
    assert searched(case, every=True) == expected(case, every=True)


GUIDE = "GATTACAGATTACAGATTAC"
LINES = {
    "a DNA bulge may stand between guide and PAM": (GUIDE + "T" + "CGG", Limits(0, 1, 0), 1),
    "a DNA bulge is not beyond the distal end": ("T" + GUIDE + "CGG", Limits(0, 1, 0), 1),
    "an RNA bulge may be the base beside the PAM": (GUIDE[:-1] + "CGG", Limits(0, 0, 1), 1),
    "an RNA bulge is not the distal base": (GUIDE[1:] + "CGG", Limits(0, 0, 1), 0),
    "a site may touch both ends of a contig": (GUIDE + "CGG", Limits(0), 1),
    "a site must fit in the contig": (GUIDE[1:] + "CGG", Limits(8), 0),
    "the PAM must fit in the contig": (GUIDE + "CG", Limits(0), 0),
    "N matches the PAM letter N": (GUIDE + "NGG", Limits(0), 1),
    "N does not match another PAM letter": (GUIDE + "CGN", Limits(0), 0),
    "N is a mismatch": ("N" + GUIDE[1:] + "CGG", Limits(0), 0),
    "lower case is sequence": (GUIDE.lower() + "cgg", Limits(0), 1),
}


@pytest.mark.parametrize("line", LINES)
def test_lines_of_the_page(line: str) -> None:
    letters, limits, rows = LINES[line]
    assert search(GUIDE, reference_of({"c": letters}), "NGG", limits, threads=1).height == rows
