"""Damaged cases give an answer or a clean error. ``validation/fuzz_case.py`` runs 20,000."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzz_steps import one_case, one_vcf
from packet_mutations import VCF_TEXT, seeds_of_packets

from ipse.genome.embedded import embedded


@pytest.mark.parametrize("block", range(4))
def test_damaged_cases(tmp_path: Path, examples: Path, block: int) -> None:
    seeds = seeds_of_packets([examples])
    for number in range(75):
        one_case(random.Random(block * 1000 + number), seeds, tmp_path, embedded())


def test_damaged_calls(tmp_path: Path) -> None:
    genome = embedded()
    base = VCF_TEXT.format(a=genome.reference.fetch("chr2", 210591889, 210591890))
    for number in range(200):
        one_vcf(random.Random(number), base, tmp_path, genome)
