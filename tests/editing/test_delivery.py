"""Vehicles, sizes and tissues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.evidence import Level
from ipse.core.tables import shipped
from ipse.modalities.editing.delivery import (
    VEHICLE_WORDS,
    Cargo,
    deliverability,
    fit,
    largest_in_one,
    largest_in_two,
    rows_for,
    tissues_of,
)

GUIDE = 96
SP = 4107


def test_sizes_by_hand() -> None:
    # 4700 - promoter 232 - polyA 225 - U6 249 - guide 96
    assert largest_in_one(GUIDE) == 3898
    # 2 x (4700 - 232 - 225) - 249 - 96 - inteins 375
    assert largest_in_two(GUIDE) == 7766


@pytest.mark.parametrize(
    ("size", "at_least", "one", "two"),
    [
        (3876, None, "fits", "fits"),  # SaABE8e(V106W): in one AAV, as published for SaCas9 forms
        (3898, None, "fits", "fits"),
        (3899, None, "needs split", "fits"),
        (4818, SP, "needs split", "fits"),  # ABE8e(V106W)
        (6354, SP, "needs split", "fits"),  # PE2: split in two, as published
        (7767, None, "does not fit", "does not fit"),
        (None, SP, "needs split", "unknown"),  # SpCas9 alone is too large already
        (None, 3000, "unknown", "unknown"),
        (None, None, "unknown", "unknown"),
    ],
)
def test_fit_in_aav(size: int | None, at_least: int | None, one: str, two: str) -> None:
    cargo = Cargo(size, at_least, GUIDE)
    assert fit("aav", cargo)[0] == one
    assert fit("dual_aav", cargo)[0] == two
    assert fit("lnp", cargo)[0] == fit("electroporation", cargo)[0] == "fits"


@given(st.integers(500, 12_000), st.integers(60, 260))
def test_fit_falls_with_size(size: int, guide: int) -> None:
    order = ["fits", "needs split", "does not fit"]
    smaller = order.index(fit("aav", Cargo(size - 1, None, guide))[0])
    assert smaller <= order.index(fit("aav", Cargo(size, None, guide))[0])
    assert largest_in_one(guide) < largest_in_two(guide)


@pytest.mark.parametrize(
    ("gene", "rank", "words"),
    [
        ("CPS1", 0, "lipid nanoparticles, shown in people"),
        ("TTR", 0, "lipid nanoparticles, shown in people"),
        ("HBB", 0, "outside the body, shown in people"),
        ("IL2RG", 0, "outside the body, shown in people"),
        ("CFTR", 1, "lipid nanoparticles, shown in animals"),
        ("DMD", 1, "two AAV"),
        ("SMN1", 1, "two AAV"),
        ("LMNA", 1, "two AAV"),
        ("NPHS1", 3, "not in the tables"),
        ("", 3, "this target"),
    ],
)
def test_deliverability(gene: str, rank: int, words: str) -> None:
    found = deliverability(Cargo(4818, SP, GUIDE), gene)
    assert found.rank == rank
    assert words in found.reason


def test_the_hardest_tissue_counts_and_size_matters() -> None:
    assert {row.name for row in tissues_of("DMD")} == {"skeletal muscle", "heart"}
    assert deliverability(Cargo(8000, SP, GUIDE), "DMD").rank == 4
    unsized = deliverability(Cargo(None, SP, GUIDE), "DMD")
    assert unsized.rank == 3 and "two AAV, split by an intein; size" in unsized.reason
    assert deliverability(Cargo(None, None, GUIDE), "CPS1").rank == 0


def test_rows_say_fit_and_reach() -> None:
    rows = list(rows_for(Cargo(4818, SP, GUIDE), "CPS1"))
    assert [row.vehicle for row in rows] == list(VEHICLE_WORDS)
    by_vehicle = {row.vehicle: row for row in rows}
    assert by_vehicle["lnp"].level is Level.HUMAN and by_vehicle["lnp"].usable
    assert by_vehicle["aav"].fit == "needs split" and not by_vehicle["aav"].usable
    assert "4,818 bp" in by_vehicle["aav"].numbers and "3,898 bp" in by_vehicle["aav"].numbers
    assert by_vehicle["electroporation"].level is None


def test_every_tissue_of_a_gene_or_of_a_vehicle_is_written_alike() -> None:
    reached = {row["tissue"] for row in shipped("ipse.modalities.editing", "reach", unique=False)}
    wanted = {row["tissue"] for row in shipped("ipse.modalities.editing", "tissues", unique=False)}
    assert wanted <= reached
    vehicles = {row["vehicle"] for row in shipped("ipse.modalities.editing", "reach", unique=False)}
    assert vehicles <= set(VEHICLE_WORDS)


def test_a_template_goes_with_electroporation_alone() -> None:
    cargo = Cargo(SP, SP, GUIDE, template=True)
    assert fit("electroporation", cargo)[0] == "fits"
    assert {fit(name, cargo)[0] for name in ("lnp", "aav", "dual_aav")} == {"unknown"}
    assert deliverability(cargo, "HBB").rank == 0
    liver = deliverability(cargo, "CPS1")
    assert liver.rank == 3 and "template must come along" in liver.reason
