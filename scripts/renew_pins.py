"""Renew the pins: resolve everything anew and write exact versions into ``pyproject.toml``.

A lock file records where packages were downloaded from, so it stays out of the repository; the
versions alone stand in ``[tool.uv] constraint-dependencies``.

Usage: uv run python scripts/renew_pins.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = ROOT / "pyproject.toml"
BLOCK = re.compile(r"\n\[tool\.uv\]\n.*?\n\]\n", re.DOTALL)


def uv() -> str:
    """Path of the uv that the README installs, else the one on the PATH."""
    local = ROOT / ".uv" / "bin" / "uv"
    found = str(local) if local.exists() else shutil.which("uv")
    if found is None:
        raise SystemExit("uv not found: python3 -m venv .uv && .uv/bin/pip install uv")
    return found


def resolve() -> list[str]:
    """Resolve all groups for every platform and give ``name==version`` lines with markers."""
    (ROOT / "uv.lock").unlink(missing_ok=True)
    command = [uv(), "export", "--all-groups", "--no-hashes", "--no-emit-project", "--no-header"]
    text = subprocess.run(
        [*command, "--no-annotate"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return sorted(line.strip() for line in text.splitlines() if "==" in line)


def main() -> None:
    text = PROJECT.read_text(encoding="utf-8")
    PROJECT.write_text(BLOCK.sub("\n", text).rstrip() + "\n", encoding="utf-8")
    pins = "".join(
        f"  {line!r},\n".replace("'", '"') if "'" not in line else f'  "{line}",\n'
        for line in resolve()
    )
    block = f"\n[tool.uv]\nconstraint-dependencies = [\n{pins}]\n"
    text = PROJECT.read_text(encoding="utf-8")
    PROJECT.write_text(text + block, encoding="utf-8")
    subprocess.run([uv(), "lock"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
