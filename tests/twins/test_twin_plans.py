"""Whole plans of the example cases, checked base by base against the twins.

Independent of the package are the editor table's cells, the enumeration of guides, the bystander
positions, the spliced coding sequence with every combination of edits in it, and its translation.
"""

from __future__ import annotations

import csv
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import editing_twin as twin
import pytest
from protein_twin import name_change, translate_all, translate_to_stop
from test_twin_base_edit import ROWS

from ipse.genome.embedded import embedded
from ipse.plan.planner import PlanOptions, make_plan

EXAMPLES = ["cps1-q335x", "sickle-cell", "progeria", "cftr-w1282x", "ttr-amyloidosis"]
FLANK = 60  # [nt], more than any editor reaches


@pytest.fixture(scope="module", params=EXAMPLES)
def plan(
    request: pytest.FixtureRequest, examples: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Rows of ``guides.tsv`` and ``plan.json`` of one example."""
    folder = tmp_path_factory.mktemp(request.param)
    made = make_plan(examples / request.param, folder, PlanOptions(sections=0))
    with (folder / "guides.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    return json.loads(made.model_dump_json()), rows


def base_edits(plan: dict[str, Any]) -> list[dict[str, Any]]:
    designs = [proposal["design"] for proposal in plan["proposals"]]
    return [design for design in designs if design["strategy"].startswith("base-edit")]


def test_every_correcting_guide_is_there_and_no_other(plan: Any) -> None:
    made, rows = plan
    for variant in made["variants"]:
        if len(variant["ref"]) != 1 or len(variant["alt"]) != 1:
            continue
        start = variant["start"] - FLANK
        around = embedded().reference.fetch(variant["contig"], start, start + 2 * FLANK + 1)
        allele = around[:FLANK] + variant["alt"] + around[FLANK + 1 :]
        expected = set()
        for guide in twin.guides(allele, FLANK, list(ROWS.values())):
            new = ROWS[guide.editor]["edit"][2]
            made_plus = new if guide.strand == "+" else twin.PARTNER[new]
            if made_plus == variant["ref"]:
                first = start + guide.start + 1
                expected.add((*guide[:2], first, *guide[3:]))
        got = {
            (
                row["editor"], row["strand"], int(row["protospacer_start_1based"]),
                row["spacer"], row["pam"], int(row["target_position"]),
            )
            for row in rows
            if row["strategy"] == "base-edit-correct" and row["variant"] == variant["id"]
        }  # fmt: skip
        assert got == expected


def test_bystanders_are_all_in_the_outer_window(plan: Any) -> None:
    made, _ = plan
    for design in base_edits(made):
        row, target = ROWS[design["editor"]], design["target"]
        expected = {
            position
            for position, base in enumerate(design["spacer"], start=1)
            if base == row["edit"][0]
            and row["bystander_first"] <= position <= row["bystander_last"]
            and position != target["position"]
        }
        assert {b["position"] for b in design["bystanders"]} == expected
        for base in [*design["bystanders"], target]:
            steps = base["position"] - 1
            place = (
                design["protospacer_start"] + steps
                if design["strand"] == "+"
                else design["protospacer_end"] - 1 - steps
            )
            assert base["genomic_position"] == place
        if len(expected) <= 12:
            ids = [b["id"] for b in design["bystanders"]]
            subsets = {
                frozenset(chosen)
                for count in range(len(ids) + 1)
                for chosen in combinations(ids, count)
            }
            assert {frozenset(o["bystander_ids"]) for o in design["outcomes"]} == subsets
            assert len(design["outcomes"]) == len(subsets)


def test_the_protein_of_every_outcome(plan: Any) -> None:
    made, _ = plan
    variants = {variant["id"]: variant for variant in made["variants"]}
    for design in base_edits(made):
        variant = variants[design["variant"]]
        transcript = embedded().annotation.transcript(design["transcript"])
        plus = transcript.strand == "+"
        order = [
            place
            for start, end in transcript.exons
            for place in (range(start, end) if plus else range(end - 1, start - 1, -1))
        ]
        index = {place: i - transcript.sequence_offset for i, place in enumerate(order)}
        first = transcript.cds[0] - transcript.sequence_offset
        before = translate_to_stop(transcript.sequence[first:])
        new = ROWS[design["editor"]]["edit"][2]
        new = new if design["strand"] == "+" else twin.PARTNER[new]
        where = {b["id"]: b["genomic_position"] for b in design["bystanders"]}
        for outcome in design["outcomes"]:
            edits = {variant["start"]: variant["alt"]}
            edits[design["target"]["genomic_position"]] = new
            edits |= {where[name]: new for name in outcome["bystander_ids"]}
            if not set(edits) <= set(index):
                continue  # an intron is not in the coding sequence
            letters = list(transcript.sequence)
            for place, base in edits.items():
                letters[index[place]] = base if plus else twin.PARTNER[base]
            if letters[first : first + 3] != list("ATG"):
                assert outcome["hgvs_p"] in ("p.Met1?", "p.?")
                continue
            after = translate_to_stop("".join(letters[first:]))
            # substitutions keep the frame: read through to the old stop codon
            whole = translate_all("".join(letters[first : first + 3 * len(before)]))
            names = name_change(before, after, whole)
            name = outcome["hgvs_p"].removeprefix("p.")
            assert name in names or (names == {"="} and (name == "" or name.endswith("=")))
