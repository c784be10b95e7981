"""The loci that come with Ipse, so that examples run with no download.

Each locus is a stretch of GRCh38's plus strand at its true place, with complete transcripts, their
own letters and proteins. The format is described in ``data/README.md``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from ipse.core.errors import IpseError
from ipse.genome.aliases import chromosomes
from ipse.genome.annotation import Annotation, Transcript
from ipse.genome.reference import Reference, SparseReference, Stretch

FORMAT = "ipse-loci 1"
NAME = "embedded"
_LETTERS = "TCAG"  # two bits a base, in the order of the .2bit format of UCSC
_QUADS = ["".join(_LETTERS[byte >> shift & 3] for shift in (6, 4, 2, 0)) for byte in range(256)]
_CODES = {quad: byte for byte, quad in enumerate(_QUADS)}


class Genome(NamedTuple):
    """A reference and the annotation on it."""

    reference: Reference
    annotation: Annotation


@dataclass(frozen=True, slots=True)
class Locus:
    """Where an embedded locus comes from.

    Attributes
    ----------
    gene
        Symbol.
    accession
        Record the sequence was taken from.
    lrg
        LRG record, or ``""``.
    contig, start, end, strand
        Place on GRCh38 (0-based half-open) and strand of the gene.
    differs
        Places where the record's letter is not GRCh38's: (1-based position, record's letter,
        GRCh38's letter), both on the plus strand.
    sha256
        Of the GRCh38 plus-strand letters.
    note
        What a reader must know about how far it was verified; ``""`` if nothing.
    """

    gene: str
    accession: str
    lrg: str
    contig: str
    start: int
    end: int
    strand: str
    differs: tuple[tuple[int, str, str], ...]
    sha256: str
    note: str


def pack(letters: str) -> bytes:
    """Upper-case A, C, G, T as a 4-byte little-endian length and two bits a base."""
    padded = letters + _LETTERS[0] * (-len(letters) % 4)
    body = bytes(_CODES[padded[i : i + 4]] for i in range(0, len(padded), 4))
    return len(letters).to_bytes(4, "little") + body


def unpack(data: bytes) -> str:
    """Letters of packed data."""
    length = int.from_bytes(data[:4], "little")
    return "".join(map(_QUADS.__getitem__, data[4:]))[:length]


@cache
def embedded() -> Genome:
    """Genome of the loci that come with Ipse; sequence is unpacked when first asked for.

    Raises
    ------
    IpseError
        If the installed data are damaged.
    """
    folder, manifest, digest = _manifest()
    assembly: str = manifest["assembly"]
    lengths = {chromosome.ucsc: chromosome.length for chromosome in chromosomes(assembly)}
    stretches: dict[str, list[Stretch]] = {}
    transcripts: list[Transcript] = []
    for entry in manifest["loci"]:
        stretches.setdefault(entry["contig"], []).append(_stretch(folder, entry))
        transcripts += [_transcript(entry, model) for model in entry["transcripts"]]
    # Every chromosome is known by name: a base outside the loci is absent, not a mistake.
    reference = SparseReference(NAME, assembly, lengths, stretches)
    return Genome(reference, Annotation(NAME, digest, transcripts, reference))


@cache
def loci() -> tuple[Locus, ...]:
    """Origin of every embedded locus, by gene."""
    return tuple(
        Locus(
            entry["gene"], entry["accession"], entry["lrg"], entry["contig"], entry["start"],
            entry["end"], entry["strand"], tuple((a, b, c) for a, b, c in entry["differs"]),
            entry["sequence"]["sha256"], entry["note"],
        )
        for entry in _manifest()[1]["loci"]
    )  # fmt: skip


@cache
def _manifest() -> tuple[Traversable, dict[str, Any], str]:
    folder = files("ipse.genome") / "data"
    try:
        data = (folder / "loci.json").read_bytes()
        manifest = json.loads(data)
    except (OSError, ValueError) as error:
        raise _damaged("loci.json", error) from error
    if manifest.get("format") != FORMAT:
        raise _damaged("loci.json", f"format {manifest.get('format')!r}, not {FORMAT!r}")
    return folder, manifest, hashlib.sha256(data).hexdigest()


def _stretch(folder: Traversable, entry: dict[str, Any]) -> Stretch:
    sequence = entry["sequence"]
    length = entry["end"] - entry["start"]

    def read() -> str:
        letters = unpack((folder / sequence["file"]).read_bytes())
        digest = hashlib.sha256(letters.encode()).hexdigest()
        if len(letters) != length or digest != sequence["sha256"]:
            raise _damaged(sequence["file"], "its SHA-256 is not the one recorded")
        return letters

    return Stretch(entry["start"], length, sequence["md5"], read)


def _transcript(entry: dict[str, Any], model: dict[str, Any]) -> Transcript:
    if hashlib.sha256(model["sequence"].encode()).hexdigest() != model["sha256"]:
        raise _damaged("loci.json", f"the SHA-256 of {model['id']} is not the one recorded")
    start, end = model["cds"]
    return Transcript(
        id=model["id"],
        gene=entry["gene"],
        gene_id=entry["gene_id"],
        contig=entry["contig"],
        strand=model["strand"],
        exons=tuple((a, b) for a, b in model["exons"]),
        cds=(start, end),
        protein_id=model["protein_id"],
        sequence=model["sequence"],
        protein=model["protein"],
        transl_except=tuple((codon, residue) for codon, residue in model["transl_except"]),
        tags=frozenset(model["tags"]),
    )


def _damaged(name: str, error: object) -> IpseError:
    return IpseError(
        "the loci installed with Ipse are damaged", file=name, value=str(error),
        expected="the files of the release", next_step="install Ipse again",
    )  # fmt: skip
