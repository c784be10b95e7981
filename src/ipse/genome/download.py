"""Fetch a large file over the network, only when the user asks for that very file.

A transfer that breaks off is taken up where it stopped (HTTP Range, RFC 9110 section 14), also by a
later run. Nothing is used before its checksum has been compared.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ipse.core.errors import InputError, IpseError
from ipse.core.files import cannot_write, write_text
from ipse.core.progress import Progress, progress_bar
from ipse.core.tables import shipped
from ipse.genome import home

_PIECE = 1 << 20
_TIMEOUT = 60.0  # seconds without a byte
_TRIES = 5
_LENGTHS = {"sha256": 64, "md5": 32}
_BROKEN = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


@dataclass(frozen=True)
class Source:
    """Where a file is fetched from, and how it is recognised.

    Attributes
    ----------
    url
        Address, ``http`` or ``https``.
    checksum
        ``sha256:HEX`` or, where the publisher gives no better, ``md5:HEX``.
    """

    url: str
    checksum: str


def known(name: str) -> Source:
    """Source of a genome by its name in the table of downloads.

    Raises
    ------
    InputError
        If the table has no such name.
    """
    table = shipped("ipse.genome", "downloads")
    if name not in table.by_key:
        raise InputError(
            f"no download is known for a genome {name!r}", field="NAME", value=name,
            expected=f"one of {', '.join(table.by_key)}, or --url with --sha256",
            next_step="give the address and its checksum, or a local FASTA file",
        )  # fmt: skip
    return Source(table[name]["url"], table[name]["checksum"])


def checked(url: str, checksum: str) -> Source:
    """Source the user gave.

    Raises
    ------
    InputError
        For an address that is not http(s) or a checksum that is none.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise InputError(
            "this is not an address to download from", field="--url", value=url,
            expected="http:// or https://", next_step="give a local file without --download",
        )  # fmt: skip
    kind, colon, digest = checksum.lower().rpartition(":")
    kind = kind if colon else "sha256"
    if not re.fullmatch(r"[0-9a-f]+", digest) or len(digest) != _LENGTHS.get(kind):
        raise InputError(
            "this is not a checksum", field="--sha256", value=checksum,
            expected="64 hexadecimal digits, or md5: and 32",
            next_step="copy it from the publisher's page",
        )  # fmt: skip
    return Source(url, f"{kind}:{digest}")


def download(source: Source) -> Path:
    """Fetch a file into Ipse's download folder, going on where an earlier transfer broke off.

    Returns
    -------
    Path
        The file, its checksum compared. The caller removes it once used.

    Raises
    ------
    InputError
        If the server refuses, or the checksum is another one (the file is removed).
    IpseError
        If the connection fails or the disk is full; what arrived is kept for the next run.
    """
    folder = home.home() / "downloads"
    key = hashlib.sha256(source.url.encode()).hexdigest()[:16]
    name = Path(urlsplit(source.url).path).name or "file"
    part = folder / f"{key}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with progress_bar() as progress:
            _fetch(source.url, part, progress)
            _compare(source, part, progress)
    except OSError as error:
        raise cannot_write(part, error) from error
    final = folder / f"{key}-{name}"
    part.replace(final)
    _note(part).unlink(missing_ok=True)
    return final


def _fetch(url: str, part: Path, progress: Progress) -> None:
    problem: object = ""
    stalled = 0
    while stalled < _TRIES:
        before = part.stat().st_size if part.exists() else 0
        try:
            _once(url, part, progress)
            return
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                raise InputError(
                    f"the server refuses a download (HTTP {error.code})", field="URL", value=url,
                    expected="a file that can be fetched without signing in",
                    next_step="check the address, or download it by hand and give the file",
                ) from None  # fmt: skip
            problem = error
        except (
            urllib.error.URLError,
            http.client.HTTPException,
            ConnectionError,
            TimeoutError,
        ) as e:
            problem = e
        stalled = 0 if part.exists() and part.stat().st_size > before else stalled + 1
    raise IpseError(
        "a download broke off", field="URL", value=f"{url}: {problem}",
        expected="a connection that lasts",
        next_step="run the same command again: it goes on where it stopped",
    )  # fmt: skip


def _once(url: str, part: Path, progress: Progress) -> None:
    """One transfer, from where the last one stopped; raises if it ends early."""
    held = part.stat().st_size if part.exists() else 0
    mark = _mark_of(part)
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})
    if held and mark:
        request.add_header("Range", f"bytes={held}-")
        request.add_header("If-Range", mark)  # start anew if the file changed meanwhile
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # nothing after what is held: it is whole, or another file now
            if error.headers.get("Content-Range", "").rpartition("/")[2] == str(held):
                return
            part.unlink()
        raise
    with answer:
        resumed = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(
            f"bytes {held}-"
        )
        held = held if resumed else 0
        size = answer.headers.get("Content-Length")
        total = None if size is None else held + int(size)
        mark = answer.headers.get("ETag", "")
        if mark.startswith("W/"):  # a weak tag cannot be used for ranges
            mark = ""
        write_text(_note(part), json.dumps(mark or answer.headers.get("Last-Modified", "")))
        progress.task(f"fetching {Path(urlsplit(url).path).name}", total)
        progress.advance(held)
        with part.open("ab" if resumed else "wb") as handle:
            while piece := answer.read(_PIECE):
                handle.write(piece)
                held += len(piece)
                progress.advance(len(piece))
    if total is not None and held != total:
        raise ConnectionError(f"{held} of {total} bytes")


def _compare(source: Source, part: Path, progress: Progress) -> None:
    kind, _, expected = source.checksum.partition(":")
    digest = hashlib.new(kind, usedforsecurity=False)
    progress.task("comparing the checksum", part.stat().st_size)
    with part.open("rb") as handle:
        while piece := handle.read(_PIECE):
            digest.update(piece)
            progress.advance(len(piece))
    if digest.hexdigest() != expected:
        part.unlink()
        _note(part).unlink(missing_ok=True)
        raise InputError(
            "a downloaded file has another checksum and was removed", field="URL",
            value=f"{source.url}: {kind}:{digest.hexdigest()}", expected=source.checksum,
            next_step="check address and checksum, then try again",
        )  # fmt: skip


def _note(part: Path) -> Path:
    return part.with_suffix(".json")


def _mark_of(part: Path) -> str:
    try:
        mark = json.loads(_note(part).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return mark if isinstance(mark, str) else ""
