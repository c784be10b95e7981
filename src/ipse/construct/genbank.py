"""GenBank files of annotated sequences, each feature with the sources it rests on.

Biopython writes and reads them. Positions here are 0-based half-open in the record; the file has
GenBank's 1-based ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from Bio import SeqIO
from Bio.Seq import Seq
from Bio.SeqFeature import CompoundLocation, SeqFeature, SimpleLocation
from Bio.SeqRecord import SeqRecord

from ipse.core.errors import InputError
from ipse.core.files import writing

MAX_NAME = 16
"""Longest locus name every GenBank reader accepts."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True)
class Feature:
    """An annotated stretch of a record.

    Attributes
    ----------
    kind
        INSDC feature key, e.g. ``exon``, ``CDS``, ``variation``, ``misc_feature``.
    spans
        0-based half-open, in record order; several for a joined feature.
    strand
        1, -1, or 0 for none.
    label
        Name shown by sequence editors.
    notes
        Free text, one ``/note`` each.
    sources
        Identifiers the feature rests on, written as one ``/note``.
    qualifiers
        Other qualifiers, e.g. ``{"gene": "CPS1", "codon_start": "2"}``.
    """

    kind: str
    spans: tuple[tuple[int, int], ...]
    strand: int = 0
    label: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    qualifiers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnnotatedSequence:
    """A sequence with its features.

    Attributes
    ----------
    name
        Locus name; shortened to 16 characters of ``A-Z a-z 0-9 _ -``.
    accession
        Identifier of the record, e.g. the stretch of genome it shows.
    description
        DEFINITION line.
    sequence
        DNA.
    day
        Date of the LOCUS line, e.g. the plan's ``as_of``; never the clock.
    comments
        COMMENT block, one line each.
    """

    name: str
    accession: str
    description: str
    sequence: str
    day: date
    features: tuple[Feature, ...] = ()
    comments: tuple[str, ...] = ()
    topology: Literal["linear", "circular"] = "linear"


def write_genbank(path: Path, construct: AnnotatedSequence) -> None:
    """Write a GenBank file; equal constructs give equal bytes.

    Raises
    ------
    InputError
        If a feature lies outside the sequence.
    IpseError
        If the file cannot be written; nothing is left behind.
    """
    record = to_record(construct)
    with writing(path) as temporary, temporary.open("w", encoding="ascii", newline="\n") as out:
        SeqIO.write([record], out, "genbank")


def read_genbank(path: Path) -> SeqRecord:
    """Read the one record of a GenBank file.

    Raises
    ------
    InputError
        If the file is not GenBank or does not hold exactly one record.
    """
    try:
        record: SeqRecord = SeqIO.read(path, "genbank")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(
            "cannot read a GenBank file", file=path, value=str(error),
            expected="a GenBank flat file with one record",
        ) from None  # fmt: skip
    return record


def to_record(construct: AnnotatedSequence) -> SeqRecord:
    """Biopython record of a construct."""
    size = len(construct.sequence)
    record = SeqRecord(
        Seq(construct.sequence),
        id=_ascii(construct.accession),
        name=locus_name(construct.name),
        description=_ascii(construct.description),
        annotations={
            "molecule_type": "DNA",
            "topology": construct.topology,
            "data_file_division": "SYN",
            "date": f"{construct.day.day:02d}-{_MONTHS[construct.day.month - 1]}-"
            f"{construct.day.year:04d}",
        },
    )
    if construct.comments:
        record.annotations["comment"] = "\n".join(_ascii(line) for line in construct.comments)
    record.features = [_feature(item, size, construct.name) for item in construct.features]
    return record


def locus_name(text: str) -> str:
    """A LOCUS name: at most 16 characters, nothing but letters, digits, ``_`` and ``-``."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", text).strip("_")
    return name[:MAX_NAME].rstrip("_-") or "ipse"


def _feature(item: Feature, size: int, name: str) -> SeqFeature:
    for start, end in item.spans:
        if not 0 <= start <= end <= size:
            raise InputError(
                "a feature lies outside its sequence", field=f"{name}: {item.kind} {item.label}",
                value=f"{start}-{end}", expected=f"a stretch of 0-{size}",
            )  # fmt: skip
    strand = item.strand or None
    parts = [
        SimpleLocation(start, end, strand=strand)  # type: ignore[no-untyped-call]
        for start, end in item.spans
    ]
    if item.strand == -1:
        parts.reverse()  # Biopython keeps the parts of a joined feature in its own direction
    location = (
        parts[0] if len(parts) == 1 else CompoundLocation(parts)  # type: ignore[no-untyped-call]
    )
    qualifiers: dict[str, list[str]] = {}
    if item.label:
        qualifiers["label"] = [_ascii(item.label)]
    for key, value in item.qualifiers.items():
        qualifiers[key] = [_ascii(value)]
    notes = [_ascii(note) for note in item.notes]
    if item.sources:
        notes.append(f"source: {'; '.join(item.sources)}")
    if notes:
        qualifiers["note"] = notes
    return SeqFeature(  # type: ignore[no-untyped-call]
        location, type=item.kind, qualifiers=qualifiers
    )


def _ascii(text: str) -> str:
    """GenBank is ASCII: write what is not as its nearest name, or ``?``."""
    replaced = text.replace("–", "-").replace("→", ">").replace("±", "+/-").replace("α", "alpha")
    return replaced.replace('"', "'").encode("ascii", "replace").decode("ascii")
