"""Where Ipse keeps installed genomes and what it can make again."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path


def home() -> Path:
    """Folder of installed genomes: ``IPSE_HOME``, else the platform's folder for user data."""
    given = os.environ.get("IPSE_HOME")
    if given:
        return Path(given).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Ipse"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Ipse"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "ipse"


def genomes() -> Path:
    """Folder with one folder per installed genome."""
    return home() / "genomes"


def cached(kind: str, path: Path, ending: str, *, extra: str = "") -> Path:
    """Place in the cache for something made from a file; another place once the file changes.

    Parameters
    ----------
    kind
        Folder within the cache.
    path
        File it is made from.
    ending
        Ending of the cached file's name, with the dot.
    extra
        What else it depends on.
    """
    status = path.stat()
    key = f"{path.resolve()}\t{status.st_size}\t{status.st_mtime_ns}\t{extra}"
    return home() / "cache" / kind / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}{ending}"
