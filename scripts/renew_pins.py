"""Renew the pins: resolve everything anew and write exact versions into ``pyproject.toml``.

A lock file records where packages were downloaded from, so it stays out of the repository; the
versions alone stand in ``[tool.uv]``, the last part of the file.

Usage: uv run python scripts/renew_pins.py
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = ROOT / "pyproject.toml"
BLOCK = re.compile(r"\n\[tool\.uv\]\n.*\Z", re.DOTALL)
OVERRIDES = """\
# rs3 asks for a scikit-learn, LightGBM and NumPy of 2021, but reads its trees with today's as well.
override-dependencies = ["lightgbm>=4.6", "numpy>=2.0", "scikit-learn>=1.6"]
"""


def uv() -> str:
    """Path of the uv that the README installs, else the one on the PATH."""
    local = ROOT / ".uv" / "bin" / "uv"
    found = str(local) if local.exists() else shutil.which("uv")
    if found is None:
        raise SystemExit("uv not found: python3 -m venv .uv && .uv/bin/pip install uv")
    return found


def resolve() -> list[str]:
    """Resolve groups and extras for every platform: ``name==version`` lines with markers."""
    (ROOT / "uv.lock").unlink(missing_ok=True)
    command = [
        uv(),
        "export",
        "--all-groups",
        "--all-extras",
        "--no-hashes",
        "--no-emit-project",
        "--no-header",
    ]
    text = subprocess.run(
        [*command, "--no-annotate"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return sorted(line.strip() for line in text.splitlines() if "==" in line)


def resolve_build() -> list[str]:
    """Resolve what builds the package."""
    requires = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["build-system"]["requires"]
    text = subprocess.run(
        [uv(), "pip", "compile", "--no-header", "--no-annotate", "--universal", "-"],
        cwd=ROOT,
        input="\n".join(requires),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(line.strip() for line in text.splitlines() if "==" in line)


def block(name: str, pins: list[str]) -> str:
    """TOML list of pins, one a line."""
    return f"{name} = [\n" + "".join(f"  {json.dumps(pin)},\n" for pin in pins) + "]\n"


def main() -> None:
    text = BLOCK.sub("\n", PROJECT.read_text(encoding="utf-8")).rstrip() + "\n"
    PROJECT.write_text(f"{text}\n[tool.uv]\n{OVERRIDES}", encoding="utf-8")
    pins = block("constraint-dependencies", resolve())
    build = block("build-constraint-dependencies", resolve_build())
    PROJECT.write_text(f"{text}\n[tool.uv]\n{OVERRIDES}{pins}{build}", encoding="utf-8")
    subprocess.run([uv(), "lock"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
