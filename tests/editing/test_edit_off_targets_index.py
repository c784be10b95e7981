"""A plan searches a genome by its site index if one was built."""

from __future__ import annotations

from pathlib import Path

import pytest
from edit_cases import proposals
from test_edit_off_targets import own, told, world

from ipse.core.progress import Silent
from ipse.genome.sites import Pam, SiteIndex, search
from ipse.genome.sites.place import build_own
from ipse.modalities.editing import off_targets


def test_a_plan_uses_the_index_of_its_genome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPSE_HOME", str(tmp_path / "home"))
    item, genome = world(tmp_path)
    scanned = told(own(proposals(item, genome=genome)))
    build_own(genome.reference, Pam.parse("NGG"), Silent())
    used: dict[str, bool] = {}

    def watched(spacers: object, where: object, pam: Pam, *more: object, **ways: object) -> object:
        used[str(pam)] = isinstance(where, SiteIndex)
        return search(spacers, where, pam, *more, **ways)  # type: ignore[arg-type]

    monkeypatch.setattr(off_targets, "search", watched)
    assert told(own(proposals(item, genome=genome))) == scanned
    assert used.pop("NGG")
    assert not any(used.values()), "other PAMs have no index and are scanned"
