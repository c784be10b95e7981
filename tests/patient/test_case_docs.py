"""docs/case.md lists every fact, and its example is a table of facts."""

from __future__ import annotations

from pathlib import Path

from ipse.core.tables import shipped
from ipse.patient.facts import read_facts

DOCS = Path(__file__).parents[2] / "docs" / "case.md"


def test_every_fact_is_explained() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for row in shipped("ipse.patient", "fact_kinds"):
        name = row["kind"] + (f":{row['subject']}" if row["subject"] else "")
        assert f"| `{name}` |" in text and row["meaning"] in text


def test_the_example_is_read(tmp_path: Path) -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.strip().startswith("fact\t"))
    table = [line.strip(" ") for line in lines[start : start + 5]]
    path = tmp_path / "facts.tsv"
    path.write_text("\n".join(table) + "\n", encoding="utf-8")
    facts, findings = read_facts(path)
    assert len(facts) == 4 and findings == ()
