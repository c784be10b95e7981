"""Files of a site index: layout, checks, and the lock of a build."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError, IpseError
from ipse.core.files import cannot_write, write_text
from ipse.genome.index_folders import BUILDING, META

FORMAT = 1
"""Version of the layout; an index of another is built anew."""
BUILD = "build it anew: ipse offtargets --build-index"

DTYPES: dict[str, type[np.generic]] = {
    "high": np.uint64,
    "low": np.uint64,
    "run_starts": np.int64,
    "run_ends": np.int64,
    "run_letters": np.uint8,
    "near_offsets": np.int64,
    "near_words": np.uint32,
    "near_places": np.uint32,
    "far_offsets": np.int64,
    "far_words": np.uint32,
    "far_places": np.uint32,
}
"""Arrays of an index by file name: planes, runs of other letters, and the two orders."""


@dataclass(frozen=True)
class Meta:
    """What an index is of.

    Attributes
    ----------
    format
        Layout version.
    pam, side
        Patterns and their side.
    reference, assembly, identity
        Name, assembly and SHA-256 of the reference.
    contigs, lengths, starts
        Contigs, their lengths [bp], and the bit of each one's first base in the planes.
    sites
        Sites indexed.
    sizes, sha256
        Bytes and digest of each file.
    """

    format: int
    pam: str
    side: int
    reference: str
    assembly: str
    identity: str
    contigs: list[str]
    lengths: list[int]
    starts: list[int]
    sites: int
    sizes: dict[str, int]
    sha256: dict[str, str]


def write_meta(folder: Path, meta: Meta) -> None:
    """Write what makes the folder an index."""
    write_text(folder / META, json.dumps(asdict(meta), indent=1) + "\n")


def read_meta(folder: Path) -> Meta:
    """Read and check an index's description and the sizes of its files.

    Raises
    ------
    InputError
        If it is no index, one of another version, or incomplete.
    """
    path = folder / META
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content["format"]
    except OSError:
        raise InputError(
            "there is no site index here", file=folder, expected=f"a folder with {META}",
            next_step=BUILD,
        ) from None  # fmt: skip
    except (ValueError, KeyError, TypeError):
        raise broken(path, "its description cannot be read") from None
    if version != FORMAT:
        raise InputError(
            "a site index is of another version of Ipse", file=folder, field="format",
            value=version, expected=str(FORMAT), next_step=BUILD,
        )  # fmt: skip
    try:
        meta = Meta(**content)
    except TypeError:
        raise broken(path, "its description cannot be read") from None
    for name in DTYPES:
        file = folder / name
        size = file.stat().st_size if file.exists() else -1
        if size != meta.sizes.get(name):
            raise broken(file, f"{size} bytes, expected {meta.sizes.get(name)}")
    return meta


def read_array(folder: Path, name: str) -> NDArray[np.generic]:
    """Map an array of an index into memory."""
    path = folder / name
    dtype = DTYPES[name]
    if path.stat().st_size == 0:
        return np.empty(0, dtype)
    try:
        return np.asarray(np.memmap(path, dtype=dtype, mode="r"))
    except (OSError, ValueError) as error:
        raise broken(path, str(error)) from error


def write_array(path: Path, array: NDArray[np.generic]) -> None:
    """Write an array and wait until it is on the disk."""
    try:
        with path.open("wb") as handle:
            np.ascontiguousarray(array).tofile(handle)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """Give the folder in which an index is built, locked against a second builder.

    It is kept when a build stops, so that the next goes on where it ended.

    Raises
    ------
    IpseError
        If another process builds the same index.
    """
    work = folder.with_name(folder.name + BUILDING)
    try:
        work.mkdir(parents=True, exist_ok=True)
        lock = (work / "lock").open("w")
    except OSError as error:
        raise cannot_write(work, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IpseError(
                "another process is building this site index", file=folder,
                next_step="wait for it to finish; nothing was changed",
            ) from None  # fmt: skip
        yield work


def broken(path: Path, what: str) -> InputError:
    """An error that says what is wrong with a file of an index."""
    return InputError(
        "a site index is damaged", file=path, value=what, expected="all its files, whole",
        next_step=BUILD,
    )  # fmt: skip
