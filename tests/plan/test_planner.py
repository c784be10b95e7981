"""The planner: reproducible, honest about what was not run, and nothing half-written."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path

import pytest
from plan_cases import Made

from ipse.core.errors import InputError, IpseError
from ipse.core.tables import catalogue_date
from ipse.plan.planner import PlanOptions, make_plan
from ipse.plan.replay import compare, find_case, replay
from ipse.plan.write import PLAN, plan_folder, plan_text, read_plan

pytestmark = pytest.mark.xdist_group("plans")


def test_identical_inputs_give_identical_bytes(
    plans: dict[str, Made], examples: Path, tmp_path: Path
) -> None:
    again = make_plan(examples / "cps1-q335x", tmp_path, PlanOptions())
    assert plan_text(again) == (plans["cps1-q335x"].folder / PLAN).read_text()


def test_as_of_defaults_to_the_catalogue_and_not_to_the_clock(plans: dict[str, Made]) -> None:
    assert {made.plan.as_of for made in plans.values()} == {catalogue_date()}


def test_replay_agrees_then_names_each_difference(
    plans: dict[str, Made], examples: Path, tmp_path: Path
) -> None:
    made = plans["ttr-amyloidosis"]
    assert replay(made.plan, made.folder, made.case)[1] == []

    case = tmp_path / "case"
    shutil.copytree(made.case, case)
    text = (case / "case.json").read_text()
    document = json.loads(text)
    document["id"] = "another"
    (case / "case.json").write_text(json.dumps(document))
    folder = tmp_path / "plan"
    shutil.copytree(made.folder, folder)
    (folder / "guides.tsv").write_text("tampered\n")
    places = {item.where for item in replay(made.plan, folder, case)[1]}
    assert "input case.json" in places
    assert "artefact guides.tsv" in places
    assert "case.id" in places


def test_compare_names_the_place() -> None:
    then = {"a": [1, {"b": 2}], "c": 3}
    now = {"a": [1, {"b": 5}], "d": 4}
    assert {(d.where, d.then, d.now) for d in compare(then, now)} == {
        ("a[1].b", 2, 5),
        ("c", 3, None),
        ("d", None, 4),
    }


def test_a_plan_without_its_case_says_how_to_name_it(plans: dict[str, Made]) -> None:
    with pytest.raises(InputError, match="the case of this plan was not found") as caught:
        find_case(plans["progeria"].folder, plans["progeria"].plan)
    assert "--case" in str(caught.value)


def test_existing_folder_is_kept_without_force(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / PLAN).write_text("old")
    with (
        pytest.raises(InputError, match="the output folder exists"),
        plan_folder(folder, force=False),
    ):
        pytest.fail("never reached")
    with plan_folder(folder, force=True) as new:
        (new / PLAN).write_text("new")
    assert (folder / PLAN).read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_force_never_replaces_what_is_no_plan(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter1.tex").write_text("years of work")
    with pytest.raises(InputError, match="not one"), plan_folder(folder, force=True):
        pytest.fail("never reached")
    assert (folder / "chapter1.tex").read_text() == "years of work"


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left")])
def test_an_interrupted_plan_leaves_the_earlier_one(tmp_path: Path, failure: BaseException) -> None:
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / PLAN).write_text("old")
    expected = KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else IpseError
    with pytest.raises(expected), plan_folder(folder, force=True) as new:
        (new / PLAN).write_text("half")
        raise failure
    assert (folder / PLAN).read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_broken_plan_is_named(tmp_path: Path) -> None:
    (tmp_path / PLAN).write_text('{"schema_version": "0"}')
    with pytest.raises(InputError, match="not a plan of this version"):
        read_plan(tmp_path)
    with pytest.raises(InputError, match="cannot read a plan"):
        read_plan(tmp_path / "nowhere")


def test_unknown_modality_names_those_there_are(examples: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        make_plan(examples / "progeria", tmp_path, PlanOptions(modalities=("magic",)))
    assert "editing" in str(caught.value)
