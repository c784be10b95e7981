"""The command line as a user meets it: exit statuses, messages, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("plans")


def ipse(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a fresh process."""
    return subprocess.run(
        [sys.executable, "-m", "ipse", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_plan_explain_replay(examples: Path, tmp_path: Path) -> None:
    made = ipse("plan", examples / "cps1-q335x", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert made.stdout.rstrip().endswith("dossier: cps1-q335x-plan/dossier.html")
    assert "possible" in made.stdout
    folder = tmp_path / "cps1-q335x-plan"
    html = (folder / "dossier.html").read_text()
    assert "TGATTCTAAGCAGTAATGAA" in html
    assert str(tmp_path) not in (folder / "plan.json").read_text(), "no path of this machine"

    again = ipse("plan", examples / "cps1-q335x", cwd=tmp_path)
    assert again.returncode == 2
    assert "--force" in again.stderr

    explained = ipse("explain", folder, cwd=tmp_path)
    assert explained.returncode == 0, explained.stderr
    assert "evidence it worked" in explained.stdout

    replayed = ipse("replay", folder, cwd=tmp_path)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert replayed.stdout.startswith("identical")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"id": ', "JSON"),
        ("[]", "phenopacket"),
        (json.dumps({"id": "x", "metaData": {"phenopacketSchemaVersion": "1.0"}}), "1.0"),
    ],
)
def test_bad_cases_end_with_status_2_and_no_traceback(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    done = ipse("plan", "bad.json", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "bad.json" in done.stderr
    assert says.lower() in done.stderr.lower()
    assert [path.name for path in tmp_path.iterdir()] == ["bad.json"], "nothing half-written"


def test_no_variant_still_plans(tmp_path: Path) -> None:
    packet = {
        "id": "no-variant",
        "subject": {"id": "s", "sex": "FEMALE"},
        "metaData": {
            "created": "2026-01-01T00:00:00Z",
            "createdBy": "test",
            "resources": [],
            "phenopacketSchemaVersion": "2.0",
        },
    }
    (tmp_path / "case.json").write_text(json.dumps(packet))
    done = ipse("plan", ".", "--out", "made", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    plan = json.loads((tmp_path / "made" / "plan.json").read_text())
    assert plan["proposals"] == []
    assert plan["not_proposed"] or plan["unknowns"], "says why there is nothing"


def test_help_lists_every_verb(tmp_path: Path) -> None:
    done = ipse("--help", cwd=tmp_path)
    assert done.returncode == 0
    for verb in ("plan", "explain", "replay", "case", "genome", "schema"):
        assert f" {verb} " in done.stdout
