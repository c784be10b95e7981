"""Buckets near a guide, against all buckets tried one by one."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from test_kernels_bitplanes import CODES, slow_fewest

from ipse.genome.sites.halves import neighbourhoods
from ipse.genome.sites.limits import Limits
from ipse.kernels import bucket_align, bucket_match, buckets

LETTER = "ACTG"


def bucket_of(text: str) -> int:
    codes = [CODES[letter] for letter in text]
    low = sum((code & 1) << k for k, code in enumerate(codes))
    return low | sum((code >> 1) << k for k, code in enumerate(codes)) << buckets.HALF


def test_differences_are_those_of_so_many_bases() -> None:
    bits, weights = np.empty(1 << 16, np.uint32), np.empty(1 << 16, np.int64)
    n = bucket_match.flips(3, bits, weights)
    assert n == 1 + 30 + 405 + 3240 == len(set(bits[:n].tolist()))
    for value, weight in zip(bits[:n].tolist(), weights[:n].tolist(), strict=True):
        assert ((value & 1023) | (value >> 10)).bit_count() == weight
    assert (np.diff(weights[:n]) >= 0).all()


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize(("dna", "rna", "mixed"), [(0, 0, False), (1, 1, False), (2, 1, True)])
def test_no_window_that_aligns_is_missed(far: bool, dna: int, rna: int, mixed: bool) -> None:
    """Every near-copy within the share of a half lies in one of the half's neighbourhoods."""
    rng = random.Random(5)
    out = np.empty(buckets.BUCKETS, np.uint32)
    for length in (17, 20, 25):
        guide = "".join(rng.choice("ACGT") for _ in range(length))
        sets = np.array([1 << CODES[c] for c in guide], np.uint8)
        found = set()
        for between in itertools.product(range(dna + 1), range(rna + 1)):
            if all(between) and not mixed:
                continue
            most = (dna, rna) if far else between
            n = bucket_align.neighbourhood(sets, far, 1, *most, mixed, *between, out)
            part = set((out[:n] >> bucket_align.LEAST).tolist())
            assert len(part) == n
            found |= part
        near, rest = guide[:10], guide[10:]
        for _ in range(300):
            # One mismatch in the half, any letters in the other, bulges anywhere but at the end.
            pieces = [list(near), list(rest)]
            half = pieces[int(far)]
            half[rng.randrange(len(half))] = rng.choice("ACGT")
            other = pieces[int(not far)]
            for k in range(len(other)):
                if rng.random() < 0.5:
                    other[k] = rng.choice("ACGT")
            window = pieces[0] + pieces[1]
            d = rng.randint(0, dna)
            r = rng.randint(0, rna if mixed or not d else 0)
            for _ in range(d):
                window.insert(rng.randrange(len(window)), rng.choice("ACGT"))
            for _ in range(r):
                del window[rng.randrange(len(window) - 1)]
            window += [rng.choice("ACGT") for _ in range(20)]
            text = "".join(window[10:20] if far else window[:10])
            assert bucket_of(text) in found


def test_a_neighbourhood_without_bulges_is_exact() -> None:
    guide = "ACGTTGCAACGGTTAACCAG"
    sets = np.array([1 << CODES[c] for c in guide], np.uint8)
    out = np.empty(buckets.BUCKETS, np.uint32)
    n = bucket_align.neighbourhood(sets, False, 2, 0, 0, False, 0, 0, out)
    expected = set()
    for places in itertools.combinations(range(10), 2):
        for letters in itertools.product("ACGT", repeat=2):
            text = list(guide[:10])
            for place, letter in zip(places, letters, strict=True):
                text[place] = letter
            expected.add(bucket_of("".join(text)))
    assert set((out[:n] >> bucket_align.LEAST).tolist()) == expected
    own = bucket_of(guide[:10])
    for found in out[:n].tolist():
        differing = (found >> bucket_align.LEAST) ^ own
        least = ((differing & 1023) | (differing >> 10)).bit_count()
        assert found & ((1 << bucket_align.LEAST) - 1) == least


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize(
    ("mismatches", "dna", "rna", "mixed"),
    [(2, 0, 0, False), (2, 1, 1, False), (2, 1, 0, False), (2, 0, 1, False), (1, 2, 2, True)],
)
def test_entries_that_align_are_found(
    far: bool, mismatches: int, dna: int, rna: int, mixed: bool
) -> None:
    rng = random.Random(mismatches + 7 * dna)
    guide = "".join(rng.choice("ACGT") for _ in range(20))
    windows = []
    for _ in range(200):
        near = list(guide)
        for _ in range(rng.randrange(4)):
            near[rng.randrange(20)] = rng.choice("ACGT")
        for _ in range(rng.randrange(3)):
            at = rng.randrange(19)
            near[at : at + rng.randrange(2)] = rng.choice(["", "C", "T"])
        windows.append(("".join(near) + "".join(rng.choice("ACGT") for _ in range(9)))[:25])
    keys = np.array(
        [
            sum((CODES[c] & 1) << k for k, c in enumerate(w))
            | sum((CODES[c] >> 1) << k for k, c in enumerate(w)) << 25
            for w in windows
        ],
        np.uint64,
    )
    counts = np.zeros(buckets.BUCKETS, np.int64)
    buckets.count(keys, far, counts)
    offsets = np.concatenate([[0], counts.cumsum()])
    words, places = np.empty((2, len(keys)), np.uint32)
    positions = np.arange(len(keys), dtype=np.uint32)
    buckets.scatter(keys, positions, far, offsets[:-1].copy(), words, places)
    some = np.unique([bucket_of(w[10:20] if far else w[:10]) for w in windows])
    everywhere = some.astype(np.uint32) << np.uint32(bucket_align.LEAST)
    sets = np.array([1 << CODES[c] for c in guide], np.uint8)
    hits = np.empty((len(keys), 3), np.int64)
    n = bucket_align.align(
        offsets, words, places, far, everywhere, 0, sets, mismatches, dna, rna, mixed,
        hits, 0,
    )  # fmt: skip
    expected = [
        k for k, w in enumerate(windows) if slow_fewest(guide, w, dna, rna, mixed) <= mismatches
    ]
    assert sorted(hits[:n, 1].tolist()) == expected
    assert expected


@pytest.mark.parametrize(("dna", "rna", "mixed"), [(0, 0, False), (1, 1, False), (2, 2, True)])
def test_every_window_that_aligns_is_in_a_bucket_looked_into(
    dna: int, rna: int, mixed: bool
) -> None:
    """Mismatches and bulges anywhere in the whole window, within the limits and not less."""
    rng = random.Random(8 + dna)
    for mismatches, length in ((2, 20), (3, 17), (4, 23)):
        limits = Limits(mismatches, dna, rna, mixed)
        guide = "".join(rng.choice("ACGT") for _ in range(length))
        sets = np.array([1 << CODES[c] for c in guide], np.uint8)
        chosen = neighbourhoods(sets, limits, buckets.BUCKETS)
        assert chosen is not None
        inside = {far: set((b >> bucket_align.LEAST).tolist()) for far, b in chosen.items()}
        for _ in range(300):
            window = list(guide)
            for _ in range(mismatches):
                window[rng.randrange(length)] = rng.choice("ACGT")
            d = rng.randint(0, dna)
            r = rng.randint(0, rna if mixed or not d else 0)
            for _ in range(r):
                del window[rng.randrange(len(window) - 1)]
            for _ in range(d):
                window.insert(rng.randrange(len(window)), rng.choice("ACGT"))
            text = "".join(window) + "".join(rng.choice("ACGT") for _ in range(20))
            assert any(
                bucket_of(text[10:20] if far else text[:10]) in part for far, part in inside.items()
            )
