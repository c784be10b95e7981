"""In-silico PCR against the plain search of every window and every pair of places."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from primer_twins import all_products, annealing_places, reverse_complement

from ipse.construct.primers import Primer, PrimerPair, check, places, shipped_rules
from ipse.core.errors import InputError
from ipse.genome.reference import SparseReference
from ipse.genome.sites import stretches

RULES = replace(
    shipped_rules(), mismatches_max=2, pair_mismatches_max=3, exact_end=2, stray_product_max=90
)
LIMITS = (2, 3, 2, 90)


def reference_of(contigs: dict[str, str]) -> SparseReference:
    return SparseReference(
        "small", "", {name: len(text) for name, text in contigs.items()},
        {name: [(0, text)] for name, text in contigs.items()},
    )  # fmt: skip


def primer(sequence: str, contig: str, start: int, strand: str) -> Primer:
    return Primer(
        sequence=sequence, contig=contig, start=start, end=start + len(sequence),
        strand="+" if strand == "+" else "-", tm=60, gc_percent=50, hairpin_dg=None, dimer_dg=0,
        end_dimer_dg=0, variants=0,
    )  # fmt: skip


def pair_of(forward: Primer, reverse: Primer) -> PrimerPair:
    return PrimerPair(
        forward=forward, reverse=reverse, product_size=reverse.end - forward.start,
        tm_difference=0, annealing=55, dimer_dg=0, end_dimer_dg=0, margins=(0, 0), penalty=0,
    )  # fmt: skip


def spoiled(rng: random.Random, text: str, number: int) -> str:
    letters = list(text)
    for at in rng.sample(range(len(letters)), number):
        letters[at] = rng.choice("ACGT")
    return "".join(letters)


def world(seed: int) -> tuple[dict[str, str], str, str]:
    """Contigs with many near-copies of two primers on either strand, and gaps."""
    rng = random.Random(seed)
    forward, reverse = ("".join(rng.choices("ACGT", k=rng.randint(8, 12))) for _ in range(2))
    contigs = {}
    for name in ("one", "two"):
        parts = []
        for _ in range(8):
            parts.append("".join(rng.choices("ACGTN", [8, 8, 8, 8, 1], k=rng.randint(0, 20))))
            copy = spoiled(rng, rng.choice((forward, reverse)), rng.choice((0, 0, 1, 2, 3)))
            parts.append(copy if rng.random() < 0.5 else reverse_complement(copy))
        contigs[name] = "".join(parts)
    return contigs, forward, reverse


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from([7, 64, 1 << 20]))
def test_places_and_products_are_those_of_the_plain_search(seed: int, size: int) -> None:
    contigs, forward, reverse = world(seed)
    reference = reference_of(contigs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretches, "STRETCH", size)
        found = places([forward, reverse], reference, mismatches=2, exact_end=2, threads=1)
        pair = pair_of(primer(forward, "one", 0, "+"), primer(reverse, "one", 0, "-"))
        (told,) = check([pair], reference, RULES, threads=1)
    names = reference.contigs()
    rows = {
        (
            k, names[found.contig[n]], int(found.start[n]), int(found.end[n]),
            bool(found.minus[n]), int(found.mismatches[n]),
        )
        for n, k in enumerate(found.primer.tolist())
    }  # fmt: skip
    expected = {
        (k, *place)
        for k, text in enumerate((forward, reverse))
        for place in annealing_places(text, contigs, 2, 2)
    }
    assert rows == expected
    assert len(found) == len(expected), "no place is found twice"
    products = all_products(forward, reverse, contigs, LIMITS)
    assert told.intended + told.unintended == len(products)
    assert told.omitted == max(0, len(products) - len(told.products))
    shown = {
        (p.contig, p.start, p.end, p.plus, p.minus, p.plus_mismatches, p.minus_mismatches)
        for p in told.products
    }
    assert shown <= products
    assert len(shown) == len(told.products)


def test_the_intended_product_comes_first_and_is_not_counted_as_another() -> None:
    contigs, forward, reverse = world(4)
    contigs["one"] += "A" * 100
    start = len(contigs["one"])
    contigs["one"] += forward + "ACGTTGCA" * 3 + reverse_complement(reverse) + "A" * 100
    end = start + len(forward) + 24
    pair = pair_of(primer(forward, "one", start, "+"), primer(reverse, "one", end, "-"))
    (told,) = check([pair], reference_of(contigs), RULES)
    assert told.intended
    assert told.products[0].intended
    assert told.products[0].size == pair.product_size
    assert told.unintended == len(all_products(forward, reverse, contigs, LIMITS)) - 1
    (other,) = check([pair], reference_of(contigs), RULES, intended=False)
    assert not other.intended
    assert other.unintended == told.unintended + 1


def test_one_primer_alone_can_make_a_product() -> None:
    primed = "ACGTTGCATGCCAATG"
    text = "T" * 30 + primed + "GA" * 10 + reverse_complement(primed) + "T" * 30
    pair = pair_of(primer(primed, "c", 30, "+"), primer("CCGGGCCCGGCCCGGG", "c", 60, "-"))
    (told,) = check([pair], reference_of({"c": text}), RULES)
    assert [(p.plus, p.minus, p.size) for p in told.products] == [("forward", "forward", 52)]
    assert not told.specific


def test_lower_case_letters_are_letters_and_the_end_of_a_contig_is_an_end() -> None:
    primed = "ACGTTGCATGCCAATG"
    reference = reference_of({"c": primed.lower()})
    found = places([primed, reverse_complement(primed)], reference, mismatches=0, exact_end=2)
    assert found.start.tolist() == [0, 0]
    assert found.minus.tolist() == [False, True]


@pytest.mark.parametrize("bad", ["", "A", "ACGN", "acgu", "A" * 33, "ÄCGT"])
def test_what_is_no_primer_is_refused(bad: str) -> None:
    with pytest.raises(InputError, match="cannot be searched"):
        places([bad], reference_of({"c": "ACGT"}), mismatches=1, exact_end=2)
