"""Plates, tables and FASTA of amplicons."""

from __future__ import annotations

import csv
import io

import pytest

from ipse.construct.primers import (
    Adaptors,
    ProofAmplicon,
    Site,
    design_sites,
    fasta,
    pair_table,
    plate_table,
    plates,
)
from ipse.construct.primers.order import WELLS
from ipse.core.errors import InputError
from ipse.genome.embedded import embedded


@pytest.fixture(scope="module")
def item() -> ProofAmplicon:
    (made,) = design_sites([Site("CPS1 c.1003C>T", "chr2", 210591885, 210591886)],
                           embedded().reference, specific=False)  # fmt: skip
    return made


def test_wells_are_in_plate_order() -> None:
    assert len(WELLS) == len(set(WELLS)) == 96
    assert (WELLS[0], WELLS[11], WELLS[12], WELLS[95]) == ("A1", "A12", "B1", "H12")


def test_pairs_share_a_well_and_the_97th_opens_a_plate(item: ProofAmplicon) -> None:
    items = [item.model_copy(update={"name": f"s{k}"}) for k in range(97)]
    missing = item.model_copy(update={"pair": None, "name": "none", "reason": "no room"})
    wells = plates([missing, *items], Adaptors.named("nextera"))
    assert len(wells) == 194
    places = {well.name: (well.plate, well.well) for well in wells}
    assert places["s0_F"] == ("F1", "A1")
    assert places["s0_R"] == ("R1", "A1")
    assert places["s95_F"] == ("F1", "H12")
    assert places["s96_F"] == ("F2", "A1")
    assert places["s96_R"] == ("R2", "A1")
    assert len({(well.plate, well.well) for well in wells}) == 194
    assert item.pair is not None
    # Illumina part 15044223: overhang, then the locus-specific sequence
    assert wells[0].sequence == "TCGTCGGCAGCGTCAGATGTGTATAAGAGACAG" + item.pair.forward.sequence
    assert wells[-1].sequence == "GTCTCGTGGGCTCGGAGATGTGTATAAGAGACAG" + item.pair.reverse.sequence


def test_names_are_fit_for_an_order(item: ProofAmplicon) -> None:
    rows = list(csv.DictReader(io.StringIO(plate_table(plates([item]))), delimiter="\t"))
    assert [row["name"] for row in rows] == ["CPS1_c.1003CtoT_F", "CPS1_c.1003CtoT_R"]
    assert set(rows[0]) == {"plate", "well", "name", "sequence"}
    assert all(set(row["sequence"]) <= set("ACGT") for row in rows)


def test_the_table_of_pairs_has_a_reason_for_a_missing_one(item: ProofAmplicon) -> None:
    missing = item.model_copy(update={"pair": None, "reason": "no room"})
    rows = list(csv.DictReader(io.StringIO(pair_table([item, missing])), delimiter="\t"))
    assert rows[0]["target_start_1based"] == "210591886"
    assert int(rows[0]["product_size"]) == (
        int(rows[0]["product_end"]) - int(rows[0]["product_start_1based"]) + 1
    )
    assert rows[0]["reason"] == ""
    assert (rows[1]["forward"], rows[1]["reason"]) == ("", "no room")


def test_fasta_of_amplicons(item: ProofAmplicon) -> None:
    head, sequence = fasta([item]).splitlines()
    assert item.pair is not None
    assert head.startswith(">CPS1_c.1003CtoT|reference before chr2:")
    assert head.endswith(f" {len(sequence)} bp")
    assert sequence.startswith(item.pair.forward.sequence)


def test_unknown_adaptors_are_refused() -> None:
    assert Adaptors.named("none").forward == ""
    with pytest.raises(InputError) as error:
        Adaptors.named("sanger")
    assert "nextera" in str(error.value)
