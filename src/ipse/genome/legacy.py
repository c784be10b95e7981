"""Names physicians type: mature-protein numbering, delta-F508, IVS, traditional exon numbers.

Offsets and names stand in ``tables/legacy*.tsv`` with their sources. Whatever is read here is
always shown beside its HGVS name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ipse.core.evidence import Evidence
from ipse.core.sequence import ONE_LETTER
from ipse.core.tables import Row, shipped
from ipse.genome.hgvs import Hgvs, NucleotideEdit, Position, ProteinEdit, parse
from ipse.genome.sense import sense_of

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript

_RESIDUE = "|".join(sorted(ONE_LETTER, key=len, reverse=True)) + "|Stop|[ACDEFGHIKLMNPQRSTUVWXY*]"
_SUBSTITUTION = re.compile(rf"({_RESIDUE})[- ]?(\d{{1,5}})[- ]?({_RESIDUE})", re.IGNORECASE)
_DELETION = re.compile(
    rf"({_RESIDUE})(\d{{1,5}})del|(?:del|delta|Δ|∆|d)[- ]?([A-Z])(\d{{1,5}})", re.I
)
_IVS = re.compile(
    r"IVS[- ]?(\d{1,3}|[IVX]{1,6})\s?([-+,])\s?(\d{1,6})[:, ]*"
    r"\(?([ACGT])\s?(?:>|->|→|to|/)\s?([ACGT])\)?",
    re.IGNORECASE,
)
_EXON = re.compile(r"(?:exon|ex\.?)\s?(\d{1,3}[ab]?)", re.IGNORECASE)
_ROMAN = {"I": 1, "V": 5, "X": 10}
_SCHEMES = {"mature": "the mature protein", "triple_helix": "the triple helix"}


@dataclass(frozen=True, slots=True)
class Offset:
    """A traditional protein numbering of a gene.

    Attributes
    ----------
    gene, scheme
        Gene symbol, ``mature`` or ``triple_helix``.
    offset
        HGVS number minus traditional number [residues].
    source
        Identifiers it rests on.
    note
        What the offset is made of.
    """

    gene: str
    scheme: str
    offset: int
    source: tuple[str, ...]
    note: str

    @property
    def counts(self) -> str:
        """What the traditional numbers count, in words."""
        return f"residues of {self.region} (HGVS number minus {self.offset})"

    @property
    def region(self) -> str:
        """Where residue 1 of the traditional numbering begins, in words."""
        return _SCHEMES[self.scheme]

    def evidence(self) -> tuple[Evidence, ...]:
        """Citations of the offset."""
        reason = f"traditional numbering of {self.gene}: {self.note}"
        return tuple(Evidence(source=source, reason=reason) for source in self.source)


@dataclass(frozen=True, slots=True)
class Legacy:
    """A traditional name, read.

    Attributes
    ----------
    hgvs
        The HGVS candidates: one per numbering the name can be in. For protein names the numbering
        is settled by the residue that is there.
    offsets
        Numbering of each candidate, None for HGVS numbering.
    gene
        Gene symbol, ``""`` if none is known.
    note
        What the name means, in one sentence.
    evidence
        Citations.
    """

    hgvs: tuple[Hgvs, ...]
    offsets: tuple[Offset | None, ...]
    gene: str
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ExonName:
    """A traditional exon number of a gene.

    Attributes
    ----------
    name
        As typed, e.g. ``7``.
    ordinal
        1-based place among the transcript's exons, e.g. 8.
    note
        Why they differ; ``""`` if they do not.
    """

    gene: str
    name: str
    ordinal: int
    note: str
    evidence: tuple[Evidence, ...] = ()


def protein_offsets(gene: str) -> tuple[Offset, ...]:
    """Traditional protein numberings of a gene."""
    rows = (row for row in _rows("legacy") if row["gene"] == gene and row["scheme"] in _SCHEMES)
    return tuple(
        Offset(gene, row["scheme"], row.integer("offset"), row.source, row["note"]) for row in rows
    )


def split_gene(text: str) -> tuple[str, str]:
    """Gene symbol of a protein or factor name in a text, and what is left; ``""`` if none."""
    words = _tidy(text)
    for alias, gene in _gene_aliases():
        match = re.search(rf"(?<![\w-]){re.escape(alias)}(?![\w-])", words, re.IGNORECASE)
        if match:
            rest = f"{words[: match.start()]} {words[match.end() :]}"
            return gene, " ".join(rest.split()).strip(" :,")
    return "", words


def resolve_legacy(text: str, gene: str = "") -> Legacy | None:
    """Read a traditional name.

    Parameters
    ----------
    text
        Name without a gene, e.g. ``V30M``, ``delta-F508``, ``IVS1-110G>A``, ``Padua``.
    gene
        Gene symbol; needed unless the name is one of ``tables/legacy_names.tsv``.

    Returns
    -------
    Legacy or None
        Candidates in HGVS, or None if the text is no such name.
    """
    name = _tidy(text)
    named = _named(name, gene)
    if named is not None:
        return named
    if match := _SUBSTITUTION.fullmatch(name):
        ref, number, alt = _one(match.group(1)), int(match.group(2)), _one(match.group(3))
        alt = "*" if alt == "X" else alt
        edit = ProteinEdit("identity" if ref == alt else "sub", ref, ref, "" if ref == alt else alt)
        return _numbered(gene, number, edit)
    if match := _DELETION.fullmatch(name):
        ref = _one(match.group(1) or match.group(3))
        return _numbered(gene, int(match.group(2) or match.group(4)), ProteinEdit("del", ref, ref))
    return None


def intron_name(text: str, gene: str, transcript: Transcript) -> Legacy | None:
    """Read an IVS name such as ``IVS4-2A>G``: intron, distance and bases.

    Where the table says so (HBB), ``IVS1-110`` counts from the first base of intron 1 and the
    sign is but a dash; the reading whose reference base is there is settled by the caller, who
    gets both.
    """
    match = _IVS.fullmatch(_tidy(text))
    if match is None:
        return None
    number, sign, distance, ref, alt = match.groups()
    intron, count = _number(number), int(distance)
    sense = sense_of(transcript)
    if not 1 <= intron < len(sense.starts) or count < 1:
        return None
    donor, acceptor = sense.ends[intron - 1], sense.starts[intron]
    rows = [r for r in _rows("legacy") if r["gene"] == gene and r["scheme"] == "intron_base"]
    from_start, from_end = donor + count - 1, acceptor - count
    places = [from_end] if sign == "-" else [from_start]
    evidence: tuple[Evidence, ...] = ()
    if rows and sign != "+":
        places = [from_start, from_end]
        evidence = tuple(Evidence(source=s, reason=rows[0]["note"]) for s in rows[0].source)
    edit = NucleotideEdit("sub", ref.upper(), alt.upper())
    names = []
    for place in places:
        if donor <= place < acceptor:
            position = sense.position(place)
            names.append(Hgvs(transcript.id, transcript.gene, "c", position, position, edit))
    note = f"IVS{intron} is intron {intron} of {transcript.id}"
    return Legacy(tuple(names), (None,) * len(names), gene, note, evidence) if names else None


def exon_name(text: str, gene: str) -> ExonName | None:
    """Read ``exon 7`` of a gene by its traditional numbering."""
    match = _EXON.search(_tidy(text))
    if match is None:
        return None
    name = match.group(1).lower()
    rows = [r for r in _rows("legacy") if r["gene"] == gene and r["scheme"] == "exon"]
    digits = int(name.rstrip("ab"))
    if not rows:
        return None if name[-1] in "ab" else ExonName(gene, name, digits, "")
    row = rows[0]
    own = dict(part.split("=") for part in row["names"].split("; "))
    evidence = tuple(Evidence(source=source, reason=row["note"]) for source in row.source)
    if name in own:
        return ExonName(gene, name, int(own[name]), row["note"], evidence)
    if name[-1] in "ab" or digits < row.integer("from_number"):
        return None
    return ExonName(gene, name, digits + row.integer("offset"), row["note"], evidence)


# -- reading --------------------------------------------------------------------------------


def _named(name: str, gene: str) -> Legacy | None:
    wanted = _key(name)
    for row in _rows("legacy_names"):
        aliases = {_key(alias) for alias in row["aliases"].split("; ")}
        if wanted in aliases and gene in ("", row["gene"]):
            hgvs = parse(f"{row['gene']}:{row['hgvs_c']}")
            reason = f"{row['name']} is {row['gene']}:{row['hgvs_c']}; {row['note']}"
            evidence = tuple(Evidence(source=source, reason=reason) for source in row.source)
            return Legacy((hgvs,), (None,), row["gene"], reason, evidence)
    return None


def _numbered(gene: str, number: int, edit: ProteinEdit) -> Legacy:
    numberings: list[Offset | None] = [*protein_offsets(gene), None]
    names = []
    for numbering in numberings:
        position = Position(number + (numbering.offset if numbering else 0))
        names.append(Hgvs("", gene, "p", position, position, edit))
    return Legacy(tuple(names), tuple(numberings), gene)


def _tidy(text: str) -> str:
    text = text.replace("–", "-").replace("−", "-").replace("‑", "-").replace("δ", "Δ")
    return " ".join(text.split())


def _key(name: str) -> str:
    name = _tidy(name).replace("Δ", "delta").replace("∆", "delta").lower()
    return re.sub(r"[\s_()-]+", "", name)


def _one(residue: str) -> str:
    if residue.lower() == "stop":
        return "*"
    return ONE_LETTER.get(residue.capitalize(), residue.upper())


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    values = [_ROMAN[letter] for letter in text.upper()]
    return sum(
        -value if value < max(values[place:]) else value for place, value in enumerate(values)
    )


@cache
def _gene_aliases() -> tuple[tuple[str, str], ...]:
    pairs = [
        (alias, row["gene"])
        for row in _rows("legacy_genes")
        for alias in row["aliases"].split("; ")
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _rows(name: str) -> tuple[Row, ...]:
    return shipped("ipse.genome", name, unique=False).rows
