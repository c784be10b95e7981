"""Bit planes, rows and alignments against loops over letters."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ipse.kernels import alignment, bitplanes, thermometer, windows

CODES = {"A": 0, "C": 1, "T": 2, "G": 3}
LETTERS = st.text("ACGTacgtNRn-", min_size=0, max_size=300)


def planes(text: str) -> list[np.ndarray]:
    letters = np.frombuffer(text.encode(), np.uint8)
    made = [np.empty(bitplanes.plane_words(len(text)), np.uint64) for _ in range(3)]
    bitplanes.pack(letters, *made)
    return made


def bit(plane: np.ndarray, place: int) -> int:
    return int(plane[place >> 6]) >> (place & 63) & 1


@given(LETTERS)
def test_letters_are_packed(text: str) -> None:
    high, low, other = planes(text)
    for place in range(64 * len(high)):
        k = place - bitplanes.MARGIN
        code = CODES.get(text[k].upper()) if 0 <= k < len(text) else None
        assert bit(other, place) == (code is None)
        assert 2 * bit(high, place) + bit(low, place) == (code or 0)


@given(LETTERS, st.booleans())
def test_planes_by_base(text: str, complement: bool) -> None:
    made = np.empty((4, bitplanes.plane_words(len(text))), np.uint64)
    bitplanes.base_planes(*planes(text), complement, made)
    for k, letter in enumerate(text.upper()):
        if letter in CODES:
            code = CODES[letter] ^ (2 if complement else 0)
        else:
            code = -1
        assert [bit(made[c], bitplanes.MARGIN + k) for c in range(4)] == [
            c == code for c in range(4)
        ]


@given(LETTERS, st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 31)), min_size=1, max_size=4))
def test_patterns_are_matched(text: str, pattern: list[tuple[int, int]]) -> None:
    bases = np.empty((4, bitplanes.plane_words(len(text))), np.uint64)
    bitplanes.base_planes(*planes(text), False, bases)
    offsets = np.array([offset for offset, _ in pattern], np.int64)
    sets = np.array([s if s == bitplanes.ANY else s & 15 for _, s in pattern], np.uint8)
    first, last = bitplanes.MARGIN, bitplanes.MARGIN + len(text)
    out = np.empty(bases.shape[1], np.uint64)
    n = bitplanes.match_pattern(bases, offsets, sets, first, last, out)

    def matches(p: int) -> bool:
        for offset, codes in zip(offsets, sets, strict=True):
            k = p + offset
            code = CODES.get(text[k].upper()) if 0 <= k < len(text) else None
            if codes != bitplanes.ANY and (code is None or not codes >> code & 1):
                return False
        return True

    expected = [p + bitplanes.MARGIN for p in range(len(text)) if matches(p)]
    places = np.empty(n, np.int64)
    assert bitplanes.set_bits(out, places) == n
    assert places.tolist() == expected


@given(st.text("ACGTN", min_size=40, max_size=400), st.booleans(), st.booleans())
def test_rows_of_sites_and_of_positions_agree(text: str, leftward: bool, complement: bool) -> None:
    high, low, other = planes(text)
    junctions = np.arange(bitplanes.MARGIN, bitplanes.MARGIN + len(text), dtype=np.int64)
    groups = -(-len(junctions) // bitplanes.GROUP)
    sites = np.empty((3, groups, 32, 8), np.uint32)
    bitplanes.windows(high, low, other, junctions, leftward, complement, sites)
    rows = np.empty((4, 27, 4 * groups), np.uint64)
    bitplanes.transposed_rows(sites.view(np.uint64), leftward, rows)
    bases = np.empty((4, len(high)), np.uint64)
    bitplanes.base_planes(high, low, other, complement, bases)
    padded = np.zeros((4, len(high) + 12), np.uint64)
    padded[:, 1 : 1 + len(high)] = bases
    shifted = np.empty((4, 27, -(-len(text) // 64)), np.uint64)
    bitplanes.shifted_rows(padded, leftward, 2 * bitplanes.MARGIN, shifted)
    for p in range(len(text)):
        for i in range(27):
            k = p - 1 - i if leftward else p + i
            code = CODES.get(text[k]) if 0 <= k < len(text) else None
            expected = [c == code for c in range(4)]
            if complement and code is not None:
                expected = [c == code ^ 2 for c in range(4)]
            assert [bit(rows[c, i], p) for c in range(4)] == expected
            assert [bit(shifted[c, i], p) for c in range(4)] == expected


@given(st.text("ACGTNRK", min_size=1, max_size=200))
def test_letters_are_read_back(text: str) -> None:
    high, low, _ = planes(text)
    runs = [(k, k + 1, ord(c)) for k, c in enumerate(text) if c not in CODES]
    starts, ends, letters = (
        np.array([run[i] + (bitplanes.MARGIN if i < 2 else 0) for run in runs], np.int64)
        for i in range(3)
    )
    first, last = bitplanes.MARGIN, bitplanes.MARGIN + len(text)
    runs_given = starts, ends, letters.astype(np.uint8)
    for begin, width in ((first, len(text)), (first - 20, 45), (last - 20, 45), (first + 3, 1)):
        out = np.empty((1, width), np.uint8)
        at, *bounds = (np.array([k], np.int64) for k in (begin, first, last))
        windows.from_planes(high, low, *runs_given, at, *bounds, ord("N"), out)
        expected = [
            text[k - first] if first <= k < last else "N" for k in range(begin, begin + width)
        ]
        assert out.tobytes().decode() == "".join(expected)
        ascii_letters = np.frombuffer(text.encode(), np.uint8)
        from_text = np.empty((1, width), np.uint8)
        at, *bounds = (np.array([k - first], np.int64) for k in (begin, first, last))
        windows.from_text(
            ascii_letters, np.arange(256, dtype=np.uint8), at, *bounds, ord("N"), from_text
        )
        assert (from_text == out).all()


def slow_fewest(guide: str, target: str, dna: int, rna: int, mixed: bool) -> int:
    """Fewest mismatches of a guide and the bases beside it, nearest first, or 99."""

    @cache
    def grow(i: int, j: int, d: int, r: int) -> int:
        if j == len(guide):
            return 0
        best = 99
        if i < len(target):
            best = (guide[j] != target[i]) + grow(i + 1, j + 1, d, r)
            if d < dna and (mixed or r == 0):
                best = min(best, grow(i + 1, j, d + 1, r))
        if r < rna and j < len(guide) - 1 and (mixed or d == 0):
            best = min(best, grow(i, j + 1, d, r + 1))
        return best

    return grow(0, 0, 0, 0)


def test_sites_that_align_are_found() -> None:
    rng = random.Random(3)
    guide = "".join(rng.choice("ACGT") for _ in range(17))
    targets = []
    for _ in range(256):
        near = list(guide + "ACGT")
        for _ in range(rng.randrange(5)):
            near[rng.randrange(17)] = rng.choice("ACGT")
        for _ in range(rng.randrange(3)):
            at = rng.randrange(17)
            near[at : at + rng.randrange(2)] = rng.choice(["", "A", "G"])
        targets.append("".join(near).ljust(19, "A")[:19])
    rows = np.zeros((4, 19, 4), np.uint64)
    for s, target in enumerate(targets):
        for i, letter in enumerate(target):
            rows[CODES[letter], i, s >> 6] |= np.uint64(1 << (s & 63))
    letters = np.array([[CODES[c] for c in guide]], np.int64)
    keep = np.full(4, ~np.uint64(0), np.uint64)
    cases = ((0, 0, 0, False), (3, 0, 0, False), (2, 1, 1, False), (1, 2, 1, True))
    for mismatches, dna, rna, mixed in cases:
        shape = thermometer.limits(17, mismatches, dna, rna, mixed)
        hits = np.empty((256, 2), np.int64)
        n = thermometer.find(rows, keep, letters, shape, hits)
        expected = [
            s for s, t in enumerate(targets) if slow_fewest(guide, t, dna, rna, mixed) <= mismatches
        ]
        assert sorted(hits[:n, 1].tolist()) == expected
        assert expected
        # A small buffer is filled, and the number of hits is still told.
        few = np.empty((1, 2), np.int64)
        assert thermometer.find(rows, keep, letters, shape, few) == n


def test_a_path_is_spelled() -> None:
    columns = np.array([[2, 0, 2, 1, 2]], np.uint8)
    texts, zero = np.zeros((2, 10), np.uint8), np.zeros(1, np.int64)
    used = alignment.spell(
        columns, np.frombuffer(b"ACGT", np.uint8)[None, :], zero,
        np.frombuffer(b"TTCA", np.uint8)[None], np.array([[1, 1]], np.int64),
        np.frombuffer(b"NGG", np.uint8)[None], zero, np.frombuffer(b"AGG", np.uint8)[None],
        np.array([3], np.int64), True, ord("-"), ord("|"), texts[0], texts[1],
    )  # fmt: skip
    assert texts[0, :used].tobytes() == b"A-CGTNGG|"
    assert texts[1, :used].tobytes() == b"ACT-TAGG|"
