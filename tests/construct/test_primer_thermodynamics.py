"""Melting temperatures and dimers: published values, Biopython, and plain sums."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from Bio.SeqUtils import MeltingTemp
from hypothesis import given, settings
from hypothesis import strategies as st
from primer_twins import best_duplexes, reverse_complement

from ipse.construct.primers import shipped_rules
from ipse.construct.primers.thermodynamics import (
    codes_of,
    dimer,
    hairpin,
    melting_temperature,
    melting_temperatures,
)

RULES = shipped_rules()
MOLAR = replace(RULES, monovalent=1000.0, magnesium=0.0, dntp=0.0)
DNA = st.text("ACGT", min_size=2, max_size=14)


def test_melting_temperature_of_the_biopython_documentation() -> None:
    # Bio.SeqUtils.MeltingTemp, module documentation: Tm_NN at its defaults (50 mM Na+, 25 + 25 nM)
    # gives 60.32 with the table of Allawi and SantaLucia 1997
    plain = replace(RULES, monovalent=50.0, magnesium=0.0, dntp=0.0, oligo=50.0)
    assert melting_temperature("CGTTCCAAAGATGTGGGCATGAGCTTAC", plain) == pytest.approx(
        60.32, abs=0.005
    )


def test_free_energy_of_the_worked_example_of_santalucia_1998() -> None:
    # doi:10.1073/pnas.95.4.1460, Fig. 1: CGTTGA with its complement, 37 degC, 1 M NaCl.
    # It adds free energies rounded to 0.01; ours come from the rounded enthalpies and entropies.
    assert dimer("CGTTGA", "TCAACG", MOLAR).dg == pytest.approx(-5.35, rel=0.015)


def test_conditions_are_those_of_the_cited_defaults() -> None:
    assert (RULES.monovalent, RULES.magnesium, RULES.dntp, RULES.oligo) == (50, 1.5, 0.6, 50)


@settings(max_examples=30)
@given(st.text("ACGTN", min_size=0, max_size=60))
def test_every_window_has_the_temperature_biopython_gives(text: str) -> None:
    lengths = range(18, 24)
    grid = melting_temperatures(codes_of(text), lengths, RULES)
    for row, length in enumerate(lengths):
        for start in range(len(text)):
            window = text[start : start + length]
            if len(window) < length or "N" in window:
                assert np.isnan(grid[row, start])
                continue
            expected = MeltingTemp.Tm_NN(
                window, nn_table=MeltingTemp.DNA_NN3, saltcorr=5, Na=50, Mg=1.5, dNTPs=0.6,
                dnac1=25, dnac2=25,
            )  # fmt: skip
            assert math.isclose(grid[row, start], expected, rel_tol=1e-9)


@settings(max_examples=60)
@given(DNA, DNA)
def test_dimers_against_every_run_of_facing_bases(one: str, other: str) -> None:
    salt = MeltingTemp.salt_correction(method=5, seq="AC", Na=50, Mg=1.5, dNTPs=0.6)
    found = dimer(one, other, RULES)
    best, ended = best_duplexes(one, other, salt)
    assert found.dg == pytest.approx(best, rel=1e-9, abs=1e-9)
    assert found.end_dg == pytest.approx(ended, rel=1e-9, abs=1e-9)


@settings(max_examples=30)
@given(DNA, DNA)
def test_dimers_do_not_depend_on_the_order(one: str, other: str) -> None:
    ab, ba = dimer(one, other, RULES), dimer(other, one, RULES)
    assert (ab.dg, ab.end_dg) == pytest.approx((ba.dg, ba.end_dg), rel=1e-9, abs=1e-9)
    assert ab.dg <= ab.end_dg <= 0


def test_a_primer_with_its_complement_is_the_most_stable_duplex() -> None:
    primer = "CTCCAGAGGGCAGAATCAGC"
    assert dimer(primer, reverse_complement(primer), RULES).dg < RULES.dimer_dg_min
    assert dimer("AAAAAAAAAA", "AAAAAAAAAA", RULES).dg == 0


def test_hairpins_by_seqfold() -> None:
    # the example of seqfold's documentation: -13.4 kcal/mol at 37 degC
    assert hairpin("GGGAGGTCGTTACATCTGGGTAACACCGGTACTGATCCGGTGACCTCCC", 37.0) == -13.4
    assert hairpin("ACACACACAAACACAC", 55.0) == math.inf
    assert hairpin("GGGGCCAAAAGGCCCC", 37.0) < hairpin("GGGGCCAAAAGGCCCC", 60.0)
