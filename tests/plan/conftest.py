"""Plans of the example cases, made once a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from plan_cases import EXAMPLES, Made

from ipse.core.files import write_text
from ipse.plan.planner import PlanOptions, make_plan
from ipse.plan.write import PLAN, plan_text


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> dict[str, Made]:
    """Example name -> its plan."""
    made = {}
    for name in EXAMPLES:
        folder = tmp_path_factory.mktemp(name)
        plan = make_plan(examples / name, folder, PlanOptions())
        write_text(folder / PLAN, plan_text(plan))
        made[name] = Made(plan, folder, examples / name)
    return made
