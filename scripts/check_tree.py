"""Rules of the house that no linter knows.

Bare ``allclose`` (its default ``atol`` calls 1.7e-9 and 3e-9 equal), package files that have grown
past reading, cited tables, size of the embedded data, machine paths.

Usage: uv run python scripts/check_tree.py
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ipse.core.tables import read_table, shipped_tables

ROOT = Path(__file__).parent.parent
LONGEST = 450
DATA_LIMIT = 3_000_000
_INNER = r"[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
ALLCLOSE = re.compile(rf"\b(?:assert_)?allclose\((?:{_INNER})*\)")
"""A whole call, with calls within calls among its arguments."""
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|tmp|root|home)/")


def python_files() -> list[Path]:
    folders = ("src", "tests", "benchmarks", "scripts", "validation")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def problems() -> Iterator[str]:
    this = Path(__file__).resolve()
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        if path.resolve() != this:
            for call in ALLCLOSE.finditer(text):
                if not re.search(r"atol\s*=\s*0\b", call.group()):
                    yield f"{name}: allclose without atol=0"
            if MACHINE_PATH.search(text):
                yield f"{name}: path of a machine"
        lines = text.count("\n")
        if name.parts[0] == "src" and lines > LONGEST:
            yield f"{name}: {lines} lines (more than {LONGEST}: more than one idea?)"
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"tests: two modules named {name} (pytest imports them by this name)"
    for path in shipped_tables():
        read_table(path, unique=False)
    data = sum(p.stat().st_size for p in (ROOT / "src/ipse/genome/data").rglob("*") if p.is_file())
    if data > DATA_LIMIT:
        yield f"embedded data: {data} bytes (more than {DATA_LIMIT})"


def main() -> None:
    found = list(problems())
    print("\n".join(found) or "the tree keeps the rules of the house")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
