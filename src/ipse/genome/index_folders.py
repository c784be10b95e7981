"""Folders of the site indices of genomes; here, so that naming them loads no engine."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from ipse.core.files import cannot_write
from ipse.genome import home

META = "index.json"
"""File that makes a folder an index: it is written last."""
BUILDING, OLD = ".building", ".old"
"""Endings of folders that are no index yet, or no more."""


def folder(identity: str, side: int, pam: str) -> Path:
    """Folder of a reference's own index of a PAM; by its identity, so that none is another's."""
    return home.home() / "sites" / f"{identity[:24]}-{side}-{pam}"


def built(identity: str) -> list[Path]:
    """Folders of a reference's finished indices."""
    return [path for path in _all(identity) if path.suffix not in (BUILDING, OLD)]


def pams(identity: str) -> list[str]:
    """PAMs of a reference's finished indices; a damaged one is left out."""
    found = []
    for path in built(identity):
        try:
            found.append(str(json.loads((path / META).read_text(encoding="utf-8"))["pam"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def remove(identity: str) -> None:
    """Remove a reference's indices, finished or not.

    Raises
    ------
    IpseError
        If they cannot be removed.
    """
    for path in _all(identity):
        try:
            hidden = Path(tempfile.mkdtemp(prefix=".removed-", dir=path.parent))
            path.rename(hidden / path.name)  # gone at once, for everyone
            shutil.rmtree(hidden)
        except OSError as error:
            raise cannot_write(path, error) from error


def _all(identity: str) -> list[Path]:
    parent = home.home() / "sites"
    return sorted(parent.glob(f"{identity[:24]}-*")) if identity and parent.is_dir() else []
