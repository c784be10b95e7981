"""Replay: verify the digests of a plan and compute it again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipse.core.errors import InputError
from ipse.core.files import sha256
from ipse.core.progress import Progress
from ipse.patient.read import read_case
from ipse.plan.model import Plan
from ipse.plan.planner import PlanOptions, make_plan
from ipse.plan.write import PLAN, plan_text


@dataclass(frozen=True)
class Difference:
    """One difference: where, what the plan says, what there is now."""

    where: str
    then: Any
    now: Any


def replay(
    plan: Plan, folder: Path, case_path: Path, progress: Progress | None = None
) -> tuple[Plan, list[Difference]]:
    """Verify inputs and artefacts of a plan and compute it again.

    Parameters
    ----------
    plan
        The plan as read.
    folder
        Its folder; artefacts are verified there.
    case_path
        Case folder or bare phenopacket it was made from.
    progress
        Where to report.

    Returns
    -------
    again, differences
        The plan as it comes out now; no differences if every digest agrees and it is the same.
    """
    differences = list(_digests(plan, folder, case_path))
    options = plan.provenance.options
    with tempfile.TemporaryDirectory() as scratch:
        again = make_plan(
            case_path,
            Path(scratch),
            PlanOptions(
                genome=str(options["genome"]),
                modalities=_names(options["modalities"]),
                region=plan.region,
                as_of=plan.as_of if options["as_of"] else None,
                sections=int(str(options["sections"])),
                rank_by=_names(options.get("rank_by")) or (),
                strategies=_names(options.get("strategies")),
            ),
            progress,
        )
    if plan_text(again) != plan_text(plan):
        then, now = plan.model_dump(mode="json"), again.model_dump(mode="json")
        differences += compare(then, now)
    return again, differences


def _names(option: object) -> tuple[str, ...] | None:
    """A comma list as an option keeps it."""
    return tuple(map(str, option)) if isinstance(option, list) else None


def _digests(plan: Plan, folder: Path, case_path: Path) -> Iterator[Difference]:
    now = {item.path: item.sha256 for item in read_case(case_path).inputs}
    for item in plan.provenance.inputs:
        if now.get(item.path) != item.sha256:
            yield Difference(f"input {item.path}", item.sha256, now.get(item.path, "absent"))
    files = [*plan.artefacts, *(file for item in plan.proposals for file in item.artefacts)]
    for file in files:
        yield from _digest(folder, file.path, file.sha256)


def _digest(root: Path, name: str, expected: str) -> Iterator[Difference]:
    """Difference of an artefact, never read outside the plan's folder."""
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        now = "outside the plan's folder: not read"
    else:
        now = sha256(path) if path.is_file() else "absent"
    if now != expected:
        yield Difference(f"artefact {name}", expected, now)


def compare(then: Any, now: Any, where: str = "") -> Iterator[Difference]:
    """Differences between two JSON values, deepest place first named."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*then, *now]):
            place = f"{where}.{key}" if where else key
            yield from compare(then.get(key), now.get(key), place)
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for index, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from compare(one, other, f"{where}[{index}]")
    elif then != now:
        yield Difference(where, then, now)


def find_case(folder: Path, plan: Plan) -> Path:
    """Find the case a plan was made from by the relative path kept beside it.

    Raises
    ------
    InputError
        If it is not there; the user names it with ``--case``.
    """
    pointer = folder / CASE_POINTER
    if pointer.is_file():
        case = (folder / pointer.read_text(encoding="utf-8").strip()).resolve()
        if case.exists():
            return case
    raise InputError(
        "the case of this plan was not found",
        file=folder / PLAN, field="--case", value=plan.case.id,
        expected="the case folder or phenopacket the plan was made from",
        next_step=f"ipse replay {folder} --case DIR",
    )  # fmt: skip


CASE_POINTER = ".case"
"""Beside ``plan.json``: path of the case relative to the plan's folder. No part of the plan."""
