"""FASTA files: recognised, checked, indexed and re-blocked; sequence behind an index.

A file is read as a stream of pieces, so that one pass finds everything wrong with it, with the line
where it is, and yields the MD5 of each sequence and the stretches that are not N.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import pysam
from pysam.utils import SamtoolsError

from ipse.core.errors import InputError
from ipse.core.files import check_regular, write_text, writing
from ipse.core.progress import progress_bar
from ipse.genome import home
from ipse.genome.fasta_stream import SequenceScan, scan_stream, write_bgzip

# Last block of a BGZF file, SAM specification section 4.1.2.
BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_ENDINGS = (".gz", ".bgz", ".bgzf", ".fasta", ".fa", ".fna", ".ffn")

Packing = Literal["plain", "bgzip", "gzip"]


@dataclass(frozen=True)
class IndexedFasta:
    """A FASTA file with random access.

    Attributes
    ----------
    path
        The file that is read (a re-blocked copy where the user's is plain gzip).
    lengths
        Contig -> length [bp], in the file's order.
    scan_file
        Where the result of reading the whole file is kept; None to keep it nowhere.
    """

    path: Path
    lengths: dict[str, int]
    scan_file: Path | None
    _file: pysam.FastaFile

    def fetch(self, contig: str, start: int, end: int) -> str:
        """Upper-case letters, N included, of a stretch within the contig."""
        if start == end:
            return ""
        try:
            with _quiet():
                letters: str = self._file.fetch(contig, start, end).upper()
        except (OSError, ValueError, KeyError) as error:
            raise _unreadable(self.path, error) from error
        if len(letters) != end - start:
            raise _unreadable(self.path, "sequence ends early")
        return letters

    def scan(self) -> dict[str, SequenceScan]:
        """MD5 and stretches without N of every contig; read once, then kept.

        Raises
        ------
        InputError
            If the file is broken or is not the one its index was made from.
        """
        if (kept := self._kept_scan()) is not None:
            return kept
        scans = check(self.path)
        if _lengths(scans) != self.lengths or not _index_is_right(self.path):
            raise wrong_index(self.path)
        if self.scan_file is not None:
            # A cache that cannot be written costs time at the next call, nothing else.
            with contextlib.suppress(Exception):
                save_scan(self.scan_file, scans)
        return scans

    def letters_of(self, contig: str) -> list[tuple[int, int]]:
        """Maximal stretches of a contig that are not N."""
        if (kept := self._kept_scan()) is not None:
            return list(kept[contig].held)
        scan = SequenceScan.empty()
        step = 1 << 24
        for start in range(0, self.lengths[contig], step):
            piece = self.fetch(contig, start, min(start + step, self.lengths[contig]))
            scan.add(piece.encode())
        return list(scan.held)

    def _kept_scan(self) -> dict[str, SequenceScan] | None:
        kept = None if self.scan_file is None else _read_scan(self.scan_file)
        return kept if kept is not None and _lengths(kept) == self.lengths else None


def stem(path: Path) -> str:
    """Name of a file without the endings of FASTA and compression."""
    name = path.name
    while name.lower().endswith(_ENDINGS):
        name = name[: name.rindex(".")]
    return name or path.name


def open_indexed(path: Path, scan_file: Path | None = None) -> IndexedFasta:
    """Open a FASTA file, building what is missing: the index, or a bgzipped copy of a plain gzip.

    Raises
    ------
    InputError
        See :meth:`ipse.genome.reference.FastaReference.open`.
    """
    packing = sniff(path)
    if packing == "gzip":
        path = _reblocked(path)
    scan_file = scan_file or home.cached("scan", path, ".json")
    fai, gzi = _index_paths(path)
    compressed = packing != "plain"
    if not fai.exists() or (compressed and not gzi.exists()):
        _build_index(path, scan_file)
    try:
        with _quiet():
            file = pysam.FastaFile(str(path))
        lengths = dict(zip(file.references, file.lengths, strict=True))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not lengths:
        raise wrong_index(path)
    _check_index(path, fai, gzi if compressed else None)
    return IndexedFasta(path, lengths, scan_file, file)


def sniff(path: Path) -> Packing:
    """How a FASTA file is packed.

    Raises
    ------
    InputError
        If the file is absent, empty, a bgzip file cut short, or no FASTA.
    """
    check_regular(path, "a FASTA")
    try:
        with path.open("rb") as handle:
            head = handle.read(18)
            if head[:2] == b"\x1f\x8b":
                if head[3:4] != b"\x04" or head[12:14] != b"BC":
                    return "gzip"
                handle.seek(0, 2)
                handle.seek(max(0, handle.tell() - len(BGZF_END)))
                if handle.read() != BGZF_END:
                    raise _cut_short(path)
                return "bgzip"
    except OSError as error:
        raise InputError(
            "a FASTA file cannot be read", file=path, value=error.strerror or str(error),
            expected="a readable file", next_step="check the path and the permissions",
        ) from None  # fmt: skip
    if not head.strip():
        raise InputError(
            "a FASTA file is empty", file=path, expected="'>name' and sequence lines",
            next_step="fetch or copy the file again",
        )  # fmt: skip
    if not head.lstrip().startswith(b">"):
        raise InputError(
            "this is not a FASTA file", file=path, field="line 1", value=repr(head)[2:-1],
            expected="a line that begins with '>'",
        )  # fmt: skip
    return "plain"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Give the letters of a FASTA file, unpacked, and the file beneath (for progress)."""
    packing = sniff(path)
    with path.open("rb") as raw:
        unpacked: IO[bytes] = raw
        if packing != "plain":
            unpacked = gzip.GzipFile(fileobj=raw)  # type: ignore[assignment]
        try:
            yield unpacked, raw
        except EOFError:
            raise _cut_short(path) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise _unreadable(path, error) from error


def check(path: Path) -> dict[str, SequenceScan]:
    """Read a whole FASTA file and find what is wrong with it.

    Raises
    ------
    InputError
        For a repeated or nameless contig, a contig without sequence, or a letter that is no
        nucleotide: with its line.
    """
    with progress_bar() as progress, opened(path) as (unpacked, raw):
        progress.task(f"reading {path.name}", path.stat().st_size)
        return scan_stream(unpacked, path, progress, raw.tell)


def reblock(source: Path, target: Path) -> dict[str, SequenceScan]:
    """Check a FASTA file and write it as bgzip with an index, in one pass over the source.

    ``target`` is written in place: the caller gives a temporary path in a temporary folder.
    """
    with _quiet(), progress_bar() as progress, opened(source) as (unpacked, raw):
        progress.task(f"reading {source.name}", source.stat().st_size)
        scans = write_bgzip(unpacked, source, target, progress, raw.tell)
    pysam.faidx(str(target))
    return scans


def save_scan(path: Path, scans: dict[str, SequenceScan]) -> None:
    """Keep the result of reading a whole file."""
    write_text(path, json.dumps({n: [s.length, s.md5, s.held] for n, s in scans.items()}))


def wrong_index(path: Path) -> InputError:
    """Error for an index that is not of this file."""
    return InputError(
        "the index beside a FASTA file belongs to another file, or the file changed since",
        file=f"{path}.fai",
        expected="an index of this very file",
        next_step=f"delete it and let Ipse build it again, or: samtools faidx {path.name}",
    )


def _read_scan(path: Path) -> dict[str, SequenceScan] | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: SequenceScan.kept(length, md5, [(a, b) for a, b in held])
            for name, (length, md5, held) in kept.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return None  # absent or broken: it is made again


def _lengths(scans: dict[str, SequenceScan]) -> dict[str, int]:
    return {name: scan.length for name, scan in scans.items()}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep htslib from writing to standard error what is raised as an error anyway."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)


def _index_paths(path: Path) -> tuple[Path, Path]:
    return Path(f"{path}.fai"), Path(f"{path}.gzi")


def _build_index(path: Path, scan_file: Path | None) -> None:
    scans = check(path)
    fai, gzi = _index_paths(path)
    try:
        if sniff(path) == "plain":
            with writing(fai) as fai_part:
                _index(path, fai_part, gzi)
        else:
            with writing(gzi) as gzi_part, writing(fai) as fai_part:
                _index(path, fai_part, gzi_part)
    except SamtoolsError as error:
        raise InputError(
            "a FASTA file cannot be indexed", file=path, value=str(error).strip(),
            expected="lines of one length within each sequence",
            next_step="ipse genome add NAME FILE writes a regular copy of it",
        ) from None  # fmt: skip
    except Exception as error:
        if not isinstance(error.__cause__, OSError):
            raise
        raise InputError(
            "a FASTA file has no index, and none can be written beside it", file=fai,
            value=error.__cause__.strerror or str(error.__cause__),
            expected=f"{fai.name} beside {path.name}, or a folder that can be written",
            next_step=f"ipse genome add NAME {path} keeps an indexed copy; or run "
            f"'samtools faidx' on a copy in a folder of your own",
        ) from None  # fmt: skip
    if scan_file is not None:
        with contextlib.suppress(Exception):
            save_scan(scan_file, scans)


def _index_is_right(path: Path) -> bool:
    """Whether the indexes beside a file are those samtools makes of it."""
    fai, gzi = _index_paths(path)
    with tempfile.TemporaryDirectory(prefix="ipse-index-") as folder:
        made_fai, made_gzi = Path(folder) / "fai", Path(folder) / "gzi"
        try:
            _index(path, made_fai, made_gzi)
        except SamtoolsError:
            return False
        if made_fai.read_text().split() != fai.read_text().split():
            return False
        if not made_gzi.exists():
            return True
        # Writers differ in whether the empty last block is listed.
        made, beside = _blocks(made_gzi), _blocks(gzi)
        shared = min(len(made), len(beside))
        return made[:shared] == beside[:shared] and abs(len(made) - len(beside)) <= 1


def _blocks(gzi: Path) -> list[tuple[int, int]]:
    """Where blocks of a bgzip file begin: in the file, and in its letters."""
    data = gzi.read_bytes()[8:]
    return list(struct.iter_unpack("<QQ", data[: len(data) // 16 * 16]))


def _index(path: Path, fai: Path, gzi: Path) -> None:
    """Write the indexes of a file elsewhere than beside it."""
    packed = [] if sniff(path) == "plain" else ["--gzi-idx", str(gzi)]
    with _quiet():
        pysam.faidx("--fai-idx", str(fai), *packed, str(path))


def _check_index(path: Path, fai: Path, gzi: Path | None) -> None:
    """Look whether the first and last contig stand where the index says.

    The whole file is compared when it is read for its identity.
    """
    try:
        lines = fai.read_text(encoding="ascii").splitlines()
        entries = [(name, int(length), int(place)) for name, length, place, *_ in
                   (line.split("\t") for line in lines)]  # fmt: skip
    except (OSError, ValueError):
        raise wrong_index(path) from None
    for name, _, place in (entries[0], entries[-1]):
        before = _bytes_before(path, gzi, place, min(place, 1 << 16))
        header = before.rstrip(b"\r\n").rsplit(b"\n", 1)[-1]
        if not before.endswith(b"\n") or header[1:].split()[:1] != [name.encode()]:
            raise wrong_index(path)
    name, length, _ = entries[-1]
    try:
        with _quiet(), pysam.FastaFile(str(path)) as file:
            last = file.fetch(name, length - 1, length)
    except (OSError, ValueError):
        last = ""
    if len(last) != 1:
        raise wrong_index(path)


def _bytes_before(path: Path, gzi: Path | None, place: int, width: int) -> bytes:
    start = place - width
    with path.open("rb") as handle:
        if gzi is None:
            handle.seek(start)
            return handle.read(width)
        before = [(0, 0), *(begins for begins in _blocks(gzi) if begins[1] <= start)]
        block, within = before[-1]
        handle.seek(block)
        try:
            with gzip.GzipFile(fileobj=handle) as unpacked:
                unpacked.seek(start - within)
                return unpacked.read(width)
        except (OSError, EOFError, zlib.error):
            return b""


def _reblocked(path: Path) -> Path:
    """Bgzipped copy of a plain gzip file, in the cache, made at the first call."""
    copy = home.cached("fasta", path, ".fa.gz")
    if not all(p.exists() for p in (copy, *_index_paths(copy))):
        with writing(copy) as part:
            scans = reblock(path, part)
            for made, final in zip(_index_paths(part), _index_paths(copy), strict=True):
                made.replace(final)
        save_scan(home.cached("scan", copy, ".json"), scans)
    return copy


def _cut_short(path: Path) -> InputError:
    return InputError(
        "a compressed FASTA file is cut short", file=path, expected="a whole file",
        next_step="fetch or copy it again and compare its checksum",
    )  # fmt: skip


def _unreadable(path: Path, error: object) -> InputError:
    return InputError(
        "a FASTA file cannot be read", file=path, value=str(error),
        expected="an undamaged FASTA file with its own index",
        next_step="fetch or copy it again and compare its checksum",
    )  # fmt: skip
