"""Lines of GFF3 and GTF files, with the line number they stand on."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Literal
from urllib.parse import unquote

from ipse.core.errors import InputError
from ipse.core.files import check_regular
from ipse.core.progress import Progress, Silent

Style = Literal["gff3", "gtf"]
Attributes = dict[str, str]

_GTF_ATTRIBUTE = re.compile(r'\s*([^\s;"]+)\s+(?:"([^"]*)"|([^\s";]+))\s*(?:;|$)')
_PHASES = {"0": 0, "1": 1, "2": 2, ".": -1}
_REPEATED = ("tag", "db_xref", "ont")  # GTF names that may stand several times
SKIPPED = frozenset({
    "region", "match", "cDNA_match", "start_codon", "UTR", "five_prime_UTR", "three_prime_UTR",
    "five_prime_utr", "three_prime_utr", "intron", "chromosome", "scaffold", "supercontig",
    "biological_region", "enhancer", "silencer", "protein_binding_site", "nucleotide_motif",
    "polyA_site", "polyA_signal_sequence", "protein",
})  # fmt: skip
"""Feature types that say nothing about exons, coding parts or names."""


WANTED = frozenset({
    "ID", "Parent", "Name", "gene", "gene_name", "gene_id", "gene_synonym", "hgnc_id", "Dbxref",
    "db_xref", "description", "transcript_id", "transcript_version", "version", "protein_id",
    "protein", "protein_version", "transl_except", "transl_table", "exception", "tag",
})  # fmt: skip
"""Attributes that are kept; a full annotation has several times as many."""


@dataclass(slots=True)
class Feature:
    """One line. Coordinates are 0-based half-open.

    Attributes
    ----------
    line
        1-based number of the line.
    phase
        Bases before the first whole codon, or -1 where the file has a dot.
    text
        Column 9 as it stands.
    """

    line: int
    contig: str
    source: str
    type: str
    start: int
    end: int
    strand: str
    phase: int
    text: str
    style: Style

    def attribute(self, name: str) -> str:
        """One attribute, ``""`` if absent; quicker than all of them."""
        if self.style == "gtf":
            match = _in_gtf(name).search(self.text)
            return "" if match is None else match.group(1)
        text, key = self.text, f"{name}="
        at = text.find(key)
        while at > 0 and text[at - 1] not in "; ":  # the end of a longer name
            at = text.find(key, at + 1)
        if at < 0:
            return ""
        stop = text.find(";", at)
        value = text[at + len(key) : stop if stop >= 0 else len(text)]
        return unquote(value) if "%" in value else value

    def attributes(self, path: Path) -> Attributes:
        """Attributes of :data:`WANTED`."""
        parse = _gff3_attributes if self.style == "gff3" else _gtf_attributes
        return parse(path, self.line, self.text)


@cache
def _in_gtf(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|;)\s*{name}\s+\"?([^\";]*)")


def sniff_style(path: Path) -> Style:
    """Tell GFF3 from GTF by the attributes of the first feature line.

    Raises
    ------
    InputError
        If there is no feature line, or it is neither.
    """
    for number, line in _lines(path, Silent()):
        if not line.strip():
            continue
        if line.startswith("##gff-version 3"):
            return "gff3"
        if line.startswith("#"):
            continue
        columns = line.rstrip("\r\n").split("\t")
        if len(columns) == 9:
            if re.match(r"\s*[^\s=;]+=", columns[8]):
                return "gff3"
            if _GTF_ATTRIBUTE.match(columns[8]):
                return "gtf"
        raise bad_line(path, number, "this is neither GFF3 nor GTF", line.strip())
    raise InputError(
        "an annotation file has no features", file=path, expected="GFF3 or GTF lines",
        next_step="check that the file is the annotation and is whole",
    )  # fmt: skip


def features(path: Path, style: Style, progress: Progress) -> Iterator[Feature]:
    """Yield features that matter, in file order.

    Raises
    ------
    InputError
        For a line that is broken, with its number.
    """
    shared: dict[str, str] = {}  # one string for each contig, source and type
    share = shared.setdefault
    for number, line in _lines(path, progress):
        if line[0] == "#" or line.isspace():
            if line.startswith("##FASTA"):
                return
            continue
        columns = line.rstrip("\r\n").split("\t")
        if len(columns) != 9:
            raise bad_line(
                path, number, "a line does not have nine tab-separated columns", line.strip()
            )
        contig, source, kind, first, last, _, strand, phase, text = columns
        if kind in SKIPPED:
            continue
        start, end = _bounds(path, number, first, last)
        if strand not in ("+", "-", ".", "?"):
            raise bad_line(path, number, "a feature has no such strand", strand)
        if phase not in _PHASES:
            raise bad_line(path, number, "a feature has no such phase", phase)
        yield Feature(
            number, share(contig, contig), share(source, source), share(kind, kind), start, end,
            strand, _PHASES[phase], text, style,
        )  # fmt: skip


def bad_line(path: Path, number: int, message: str, value: object) -> InputError:
    """Error about one line of an annotation."""
    return InputError(
        message, file=path, field=f"line {number}", value=value,
        expected="GFF3 or GTF as GENCODE, RefSeq, MANE, Ensembl or LRG write it",
        next_step="correct the line or fetch the file again",
    )  # fmt: skip


def _lines(path: Path, progress: Progress) -> Iterator[tuple[int, str]]:
    check_regular(path, "an annotation")
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            handle: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
            progress.task(f"reading {path.name}", path.stat().st_size)
            yield from _decoded(path, handle, progress, raw.tell)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            "a compressed annotation is cut short or damaged", file=path, value=str(error),
            expected="a whole file", next_step="fetch or copy it again",
        ) from None  # fmt: skip
    except OSError as error:
        raise InputError(
            "an annotation cannot be read", file=path, value=error.strerror or str(error),
            expected="a readable GFF3 or GTF file", next_step="check the path",
        ) from None  # fmt: skip


def _decoded(
    path: Path, handle: IO[bytes], progress: Progress, place: Callable[[], int]
) -> Iterator[tuple[int, str]]:
    reported = 0
    for number, line in enumerate(handle, 1):
        if number & 0xFFFF == 0:
            progress.advance(place() - reported)
            reported = place()
        try:
            yield number, line.decode("utf-8")
        except UnicodeDecodeError:
            raise bad_line(path, number, "a line is not UTF-8 text", repr(line[:40])) from None


def _bounds(path: Path, number: int, first: str, last: str) -> tuple[int, int]:
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
        raise bad_line(path, number, "a coordinate is not a whole number", f"{first} {last}")
    if len(first) > 12 or len(last) > 12 or not 1 <= int(first) <= int(last):
        raise bad_line(
            path, number, "a feature ends before it starts, or lies outside", f"{first} {last}"
        )
    return int(first) - 1, int(last)


def _gff3_attributes(path: Path, number: int, text: str) -> Attributes:
    found: Attributes = {}
    for item in text.split(";"):
        name, equals, value = item.partition("=")
        name = name.strip()
        if name in WANTED and equals:
            found[name] = unquote(value) if "%" in value else value
        elif name and not equals:
            raise bad_line(path, number, "an attribute is not NAME=VALUE", item)
    return found


def _gtf_attributes(path: Path, number: int, text: str) -> Attributes:
    found: Attributes = {}
    place = 0
    while place < len(text):
        match = _GTF_ATTRIBUTE.match(text, place)
        if match is None:
            if text[place:].strip(" ;\t"):
                raise bad_line(path, number, 'an attribute is not NAME "VALUE";', text[place:])
            break
        name, quoted, bare = match.groups()
        value = quoted if quoted is not None else bare
        place = match.end()
        if name in _REPEATED and name in found:
            found[name] += f",{value}"
        elif name in WANTED:
            found.setdefault(name, value)
    return found
