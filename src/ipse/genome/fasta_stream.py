"""One pass over the letters of a FASTA file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pysam

from ipse.core.errors import InputError
from ipse.core.progress import Progress
from ipse.core.sequence import IUPAC

_PIECE = 1 << 20
_LINE_BASES = 60
_LEVEL = 2  # of 9: one eighth of the time of the default level for a tenth more space
_LETTERS = "".join(IUPAC).encode()
_NUCLEOTIDES = bytes(sorted(set(_LETTERS + _LETTERS.lower() + b"Nn")))
_HEADER = re.compile(rb"^>.*$", re.MULTILINE)
_NOT_N = re.compile(rb"[^N]+")


class SequenceScan:
    """Length, MD5 and stretches without N of one sequence, added to piece by piece.

    Attributes
    ----------
    length
        Letters so far [bp].
    held
        Maximal stretches without N, 0-based half-open.
    """

    def __init__(self) -> None:
        self.length = 0
        self.held: list[tuple[int, int]] = []
        self._digest = hashlib.md5(usedforsecurity=False)
        self._md5 = ""

    @classmethod
    def empty(cls) -> SequenceScan:
        """Scan of nothing yet."""
        return cls()

    @classmethod
    def kept(cls, length: int, md5: str, held: list[tuple[int, int]]) -> SequenceScan:
        """Scan made earlier."""
        scan = cls()
        scan.length, scan.held, scan._md5 = int(length), held, str(md5)
        return scan

    @property
    def md5(self) -> str:
        """MD5 of the upper-case letters, as in the M5 tag of SAM headers."""
        return self._md5 or self._digest.hexdigest()

    def add(self, letters: bytes) -> None:
        """Take in the next upper-case letters."""
        self._digest.update(letters)
        for run in _NOT_N.finditer(letters):
            start, end = self.length + run.start(), self.length + run.end()
            if self.held and self.held[-1][1] == start:
                self.held[-1] = (self.held[-1][0], end)
            else:
                self.held.append((start, end))
        self.length += len(letters)


def scan_stream(
    handle: IO[bytes], path: Path, progress: Progress, place: Callable[[], int]
) -> dict[str, SequenceScan]:
    """Scan every sequence of an unpacked FASTA file.

    Parameters
    ----------
    handle
        Unpacked bytes.
    path
        File they come from, for messages.
    progress, place
        Where to report, and how far the packed file has been read.
    """
    scans: dict[str, SequenceScan] = {}
    for name, letters in pieces(handle, path, progress, place):
        scans.setdefault(name, SequenceScan()).add(letters)
    return scans


def write_bgzip(
    handle: IO[bytes], path: Path, target: Path, progress: Progress, place: Callable[[], int]
) -> dict[str, SequenceScan]:
    """Scan a FASTA file and write it in lines of 60, upper case, as bgzip.

    Parameters
    ----------
    target
        File to write; the other parameters are those of :func:`scan_stream`.
    """
    scans: dict[str, SequenceScan] = {}
    rest = b""
    mode: Any = f"wb{_LEVEL}"  # htslib's, with a level its type hints leave out
    with pysam.BGZFile(str(target), mode, index=None) as out:
        for name, letters in pieces(handle, path, progress, place):
            if name not in scans:
                out.write((rest + b"\n" if rest else b"") + b">" + name.encode() + b"\n")
                scans[name], rest = SequenceScan(), b""
            scans[name].add(letters)
            rest += letters
            whole = len(rest) - len(rest) % _LINE_BASES
            lines = [rest[i : i + _LINE_BASES] for i in range(0, whole, _LINE_BASES)]
            rest = rest[whole:]
            if lines:
                out.write(b"\n".join(lines) + b"\n")
        if rest:
            out.write(rest + b"\n")
    return scans


def pieces(
    handle: IO[bytes], path: Path, progress: Progress, place: Callable[[], int]
) -> Iterator[tuple[str, bytes]]:
    """Yield (contig, upper-case letters) in order; a contig of many letters comes in many pieces.

    Raises
    ------
    InputError
        For what is wrong with the file, with its line.
    """
    name, length, line, pending, middle, reported = "", 0, 1, b"", False, 0
    seen: set[str] = set()
    while chunk := handle.read(_PIECE):
        progress.advance(place() - reported)
        reported = place()
        block = pending + chunk
        # Keep back an unfinished header line; unfinished sequence lines need not wait.
        last = block.rfind(b"\n") + 1
        unfinished = block[last:].startswith(b">") and not (last == 0 and middle)
        block, pending = (block[:last], block[last:]) if unfinished else (block, b"")
        if block.endswith(b"\r"):  # whose line feed may come with the next piece
            block, pending = block[:-1], b"\r"
        for header, body in _split(block, middle):
            if header is not None:
                _has_sequence(path, line, name, length)
                name, length = _contig_name(path, line, header), 0
                if name in seen:
                    raise _bad(path, line, "a contig stands twice in a FASTA file", name)
                seen.add(name)
                line += 1
            body = body.replace(b"\r\n", b"\n")
            letters = body.translate(None, b"\n")
            if letters and (name or not letters.isspace()):
                wrong = letters.translate(None, _NUCLEOTIDES)
                if wrong or not name:
                    at = body.find(wrong[:1]) if wrong else 0
                    raise _bad(
                        path, line + body.count(b"\n", 0, at),
                        "a FASTA file holds something that is no nucleotide" if name
                        else "a FASTA file has sequence before its first '>' line",
                        repr(wrong[:20] or letters[:20])[2:-1],
                    )  # fmt: skip
                length += len(letters)
                yield name, letters.upper()
            line += body.count(b"\n")
        if block:
            middle = not block.endswith(b"\n")
    if pending.startswith(b">"):
        name, length = _contig_name(path, line, pending), 0
    if not name:
        raise InputError(
            "a FASTA file is empty", file=path, expected="'>name' and sequence lines",
            next_step="fetch or copy the file again",
        )  # fmt: skip
    _has_sequence(path, line, name, length)


def _split(block: bytes, middle: bool) -> Iterator[tuple[bytes | None, bytes]]:
    """Cut a block of lines at its header lines; ``middle`` if it begins within a line."""
    start, header = 0, None
    for match in _HEADER.finditer(block):
        if middle and match.start() == 0:
            continue
        yield header, block[start : match.start()]
        header, start = match.group(), match.end() + 1
    yield header, block[start:]


def _contig_name(path: Path, line: int, header: bytes) -> str:
    words = header[1:].split(None, 1)
    if not words or header[1:2].isspace():
        raise _bad(path, line, "a contig has no name", header[:40].decode(errors="replace"))
    if not all(0x20 < letter < 0x7F for letter in words[0]):
        raise _bad(path, line, "a contig name is not printable ASCII", repr(words[0])[2:-1])
    return words[0].decode("ascii")


def _has_sequence(path: Path, line: int, name: str, length: int) -> None:
    if name and not length:
        raise _bad(path, line, "a contig has no sequence", name)


def _bad(path: Path, line: int, message: str, value: str) -> InputError:
    return InputError(
        message, file=path, field=f"line {line}", value=value,
        expected="'>name' lines with unique names, each followed by lines of A, C, G, T, N and "
        "IUPAC letters",
        next_step="correct the file or fetch it again",
    )  # fmt: skip
