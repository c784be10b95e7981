"""Check the licence of every package Ipse needs at run time against the allow-list.

Reads the metadata of installed distributions: the SPDX expression where there is one, else the
trove classifiers, else the free text. A package whose licence cannot be told fails.

Usage: uv run python scripts/check_licences.py
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import Distribution, distribution
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"

CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}
TEXTS = {
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD 3-Clause": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "mit": "MIT",
}


def licences(package: Distribution) -> list[str]:
    """SPDX names of the parts of a package's licence; all of them must be allowed."""
    metadata = package.metadata
    if expression := metadata.get("License-Expression"):
        return [_choice(part) for part in re.split(r"\s+AND\s+", expression.strip("()"))]
    named = [
        CLASSIFIERS.get(line.split("::")[-1].strip(), line.split("::")[-1].strip())
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    if named:
        return named
    text = (metadata.get("License") or "").strip().split("\n")[0]
    return [TEXTS.get(text, text or "not stated")]


def _choice(part: str) -> str:
    """Of ``A OR B`` the first that is allowed."""
    options = [option.strip("() ") for option in re.split(r"\s+OR\s+", part)]
    allowed = tomllib.loads(PROJECT.read_text())["tool"]["ipse"]["licences"]["allowed"]
    return next((option for option in options if option in allowed), options[0])


def needed(name: str) -> set[str]:
    """Names of all run-time dependencies of a package, itself included."""
    from packaging.requirements import Requirement

    found: set[str] = set()
    queue = [name]
    while queue:
        current = re.sub(r"[-_.]+", "-", queue.pop()).lower()
        if current in found:
            continue
        found.add(current)
        for text in distribution(current).requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                queue.append(requirement.name)
    return found


def main() -> None:
    allowed = set(tomllib.loads(PROJECT.read_text())["tool"]["ipse"]["licences"]["allowed"])
    bad = 0
    names = sorted(needed("ipse") - {"ipse"})
    for name in names:
        named = licences(distribution(name))
        wrong = [licence for licence in named if licence not in allowed]
        bad += bool(wrong)
        print(f"{'NOT ALLOWED' if wrong else 'ok':12}{name:28}{', '.join(named)}")
    print(f"{len(names)} packages, {bad} not allowed")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
