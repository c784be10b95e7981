"""Whether a file of variant calls is whole and was made on the reference at hand."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysam

from ipse.core.errors import InputError, NotInReference
from ipse.core.files import check_regular, writing
from ipse.core.finding import Finding, Severity
from ipse.core.sequence import IUPAC
from ipse.genome import aliases
from ipse.genome.reference import Reference

PROBE_RECORDS = 2000
"""Records compared with the reference when a file is opened; later ones when they are used."""

_BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""Empty last block of a whole BGZF file (SAM/BAM format specification, section 4.1.2)."""

MITOCHONDRIAL = ("M", "MT", "chrM", "chrMT")
SHOWN = 10


@dataclass(frozen=True, slots=True)
class RefMismatch:
    """A record whose REF is not the reference's sequence; falsy if it agrees."""

    contig: str
    start: int
    stated: str
    found: str

    def __bool__(self) -> bool:
        return self.stated != self.found and not _compatible(self.stated, self.found)

    def __str__(self) -> str:
        return f"{self.contig}:{self.start + 1} says {_cut(self.stated)}, is {_cut(self.found)}"


def check_whole(path: Path) -> list[Finding]:
    """Check that a file exists, can be read and is not cut off.

    Raises
    ------
    InputError
        If it is absent, a folder, empty, or a bgzip file without its end.
    """
    check_regular(path, "a VCF or BCF")
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "is a folder")
        with path.open("rb") as handle:
            head = handle.read(18)
            size = handle.seek(0, 2)
            handle.seek(max(0, size - len(_BGZF_EOF)))
            tail = handle.read()
    except OSError as error:
        raise InputError(
            "a file of variant calls cannot be opened",
            file=path,
            value=error.strerror or str(error),
            expected="a VCF or BCF file that can be read",
            next_step="correct files[].uri in the case, or put the file there",
        ) from None
    if not head:
        raise _cut_off(path, "the file is empty")
    if head[:2] == b"\x1f\x8b":
        if head[12:14] == b"BC" and tail != _BGZF_EOF:
            raise _cut_off(path, "the last block of a bgzip file is missing")
        return []
    if head[:5] != b"BCF\x02\x02" and not tail.endswith(b"\n"):
        return [
            Finding(
                severity=Severity.CAUTION,
                code="vcf-ends-without-newline",
                message="A file of calls does not end with a whole line; it may be cut off.",
                resolves="compare its size or checksum with where it came from",
            )
        ]
    return []


def reblocked(path: Path, folder: Path) -> Path:
    """Write a plain gzip file again as BGZF, which htslib can read from any place.

    Raises
    ------
    InputError
        If the file is cut off: plain gzip has no end marker to look for beforehand.
    IpseError
        If there is no room for the copy.
    """
    copy = folder / "calls.vcf.gz"
    with writing(copy) as temporary, pysam.BGZFile(str(temporary), "wb", None) as sink:
        for block in _inflated(path):
            sink.write(block)
    return copy


def _inflated(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as source:
            while block := source.read(1 << 20):
                yield block
    except (EOFError, OSError, zlib.error) as error:
        raise _cut_off(path, str(error)) from None


def is_plain_gzip(path: Path) -> bool:
    """Whether a file is gzip without BGZF blocks."""
    with path.open("rb") as handle:
        head = handle.read(18)
    return head[:2] == b"\x1f\x8b" and head[12:14] != b"BC"


def _cut_off(path: Path, why: str) -> InputError:
    return InputError(
        "a file of variant calls is cut off",
        file=path,
        value=why,
        expected="a whole file",
        next_step="fetch or write the file again",
    )


@dataclass(frozen=True, slots=True)
class DeclaredContig:
    """What a header says of a contig; 0 and empty where it is silent."""

    length: int = 0
    assembly: str = ""


def declared(entry: Any) -> DeclaredContig:
    """Length and assembly of a pysam header entry."""
    line = entry.header_record
    assembly = "" if line is None else str(dict(line).get("assembly", "")).strip('"')
    return DeclaredContig(entry.length or 0, assembly)


def check_contig_lengths(
    contigs: Mapping[str, DeclaredContig], reference: Reference, path: Path, assembly: str
) -> None:
    """Compare what the header says of its contigs with the reference.

    The mitochondrion is left to the REF check: hg19 carries another one than GRCh37 although the
    assembly is the same.

    Raises
    ------
    InputError
        If a contig's length, or the assembly named by the header or the case, is another.
    """
    for name, entry in contigs.items():
        length = entry.length
        if not length or name in MITOCHONDRIAL:
            continue
        try:
            own = reference.length(reference.resolve(name))
        except InputError:
            continue
        if own != length:
            raise InputError(
                "the variant calls were made on another assembly than the reference",
                file=path,
                field=f"##contig ID={name}",
                value=f"length {length}{_whose(name, length)}",
                expected=f"length {own} of {reference.name} ({reference.assembly or 'assembly?'})",
                next_step="choose the reference the calls were made on with --genome, "
                "or lift the calls over",
            )
    for said in (assembly, *(entry.assembly for entry in contigs.values())):
        if said and reference.assembly and not same_assembly(said, reference.assembly):
            raise InputError(
                "the variant calls were made on another assembly than the reference",
                file=path,
                field="genomeAssembly" if said == assembly else "##contig assembly",
                value=said,
                expected=reference.assembly,
                next_step="choose the reference the calls were made on with --genome, "
                "or lift the calls over",
            )


def _whose(name: str, length: int) -> str:
    """Assembly in which a chromosome of this name has this length, in words."""
    for assembly in aliases.assemblies():
        for chromosome in aliases.chromosomes(assembly):
            if length == chromosome.length and name in (chromosome.molecule, chromosome.ucsc):
                return f", as in {assembly}"
    return ""


_FAMILIES = (
    ("grch38", "hg38", "b38"),
    ("grch37", "hg19", "b37", "hs37d5"),
    ("t2t", "chm13", "hs1"),
)


def same_assembly(one: str, other: str) -> bool:
    """Whether two names mean the same assembly, patches aside; unknown names never disagree."""
    first, second = assembly_family(one), assembly_family(other)
    return not first or not second or first == second


def assembly_family(name: str) -> str:
    """``GRCh38``, ``GRCh37``, ``CHM13`` for any of their names, else empty."""
    text = name.lower().replace("_", "").replace(" ", "")
    for family, names in zip(("GRCh38", "GRCh37", "CHM13"), _FAMILIES, strict=True):
        if any(word in text for word in names):
            return family
    return ""


def ref_mismatch(reference: Reference, contig: str, start: int, ref: str) -> RefMismatch | None:
    """Compare a REF allele with the reference.

    Returns
    -------
    RefMismatch or None
        Falsy where it agrees; None where the reference holds no sequence to compare with.
    """
    stated = ref.upper()
    if start < 0 or not stated:
        return None
    try:
        found = reference.fetch(contig, start, start + len(stated))
    except NotInReference:
        return None
    return RefMismatch(contig, start, stated, found)


def mismatch_error(
    path: Path, reference: Reference, bad: list[RefMismatch], checked: int
) -> InputError:
    """Name the first ten places and the likely cause."""
    places = "; ".join(str(item) for item in bad[:SHOWN])
    return InputError(
        f"REF of {len(bad)} of {checked} records compared is not the reference's",
        file=path,
        field="REF",
        value=places,
        expected=f"bases of {reference.name} ({reference.assembly or 'assembly not known'}); "
        f"likely cause: {_cause(reference, bad, checked)}",
        next_step="choose the reference the calls were made on with --genome, or correct the file",
    )


def _cause(reference: Reference, bad: list[RefMismatch], checked: int) -> str:
    for shift, words in ((1, "before"), (-1, "after")):
        moved = [ref_mismatch(reference, b.contig, b.start + shift, b.stated) for b in bad]
        if len(bad) > 3 and all(item is not None and not item for item in moved):
            return f"positions are one base {words} the stated bases (0-based or edited file)"
    # a one-base REF agrees with an unrelated place in about one of four cases
    if len(bad) * 2 > checked:
        return "another assembly"
    return "some records were damaged or edited, or a patched assembly was used"


def _compatible(stated: str, found: str) -> bool:
    """Whether two sequences can be the same base by base, ambiguity letters considered."""
    return len(stated) == len(found) and all(
        s == f or "N" in (s, f) or bool(IUPAC.get(s, frozenset()) & IUPAC.get(f, frozenset()))
        for s, f in zip(stated, found, strict=True)
    )


def _cut(sequence: str) -> str:
    return sequence if len(sequence) <= 12 else f"{sequence[:10]}… ({len(sequence)} bases)"
