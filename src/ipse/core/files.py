"""Files that are whole or absent, and their digests."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipse.core.errors import InputError


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``, renamed to it on success and removed otherwise.

    Raises
    ------
    InputError
        If the disk is full or the folder cannot be written; nothing is left behind.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise cannot_write(path, error) from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        # an error that names another file is the caller's own, of something it read
        if isinstance(error, OSError) and error.filename in (None, name, str(path)):
            raise cannot_write(path, error) from error
        raise


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically, with Unix line ends."""
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def read_text(path: Path, what: str) -> str:
    """Text of a file the user names.

    Parameters
    ----------
    what
        What it is, for messages: ``a file of variants``.

    Raises
    ------
    InputError
        If it is not there, not a file, or not UTF-8 text.
    """
    check_regular(path, what)
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(
            f"{what} cannot be read", file=path, value=error.strerror, expected="a readable file"
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{what} is not text", file=path, expected="UTF-8 text") from None


def cannot_write(path: Path, error: OSError) -> InputError:
    """Turn an ``OSError`` of a write into an error that says what to do."""
    return InputError(
        "cannot write a file",
        file=path,
        value=error.strerror or str(error),
        expected="a folder that can be written and has room",
        next_step="free disk space or choose another place with --out; nothing was changed",
    )


def check_regular(path: Path, what: str) -> None:
    """Refuse a pipe or device before it is opened: it may never end.

    Parameters
    ----------
    path
        Path to be read; one that is absent or a folder is left to whoever opens it.
    what
        What it should be, for the message: "a phenopacket".

    Raises
    ------
    InputError
        If it is there and neither a regular file nor a folder.
    """
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        kind = "a named pipe" if stat.S_ISFIFO(mode) else "a device or socket"
        raise InputError(
            f"{what} is read from a regular file",
            file=path,
            value=kind,
            expected="a regular file",
            next_step="write its contents to a file and name that",
        )


def sha256(path: Path) -> str:
    """SHA-256 of a file, as 64 hex digits."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sha256_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
