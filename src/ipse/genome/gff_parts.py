"""Lines of an annotation, grouped by transcript."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ipse.core.errors import InputError
from ipse.genome.gff import Attributes, Feature, Style, bad_line

EXON, CDS, STOP, RECODED = range(4)
_KINDS = {
    "exon": EXON,
    "CDS": CDS,
    "stop_codon": STOP,
    "Selenocysteine": RECODED,
    "stop_codon_redefined_as_selenocysteine": RECODED,
}
_BY_ID = "ID:"


class Named(NamedTuple):
    """A line that other lines may name as their parent."""

    line: int
    contig: str
    strand: str
    source: str
    attributes: Attributes


class Part(NamedTuple):
    """A piece of a transcript, 0-based half-open; phase -1 if the file does not say."""

    kind: int
    line: int
    start: int
    end: int
    phase: int
    protein: int


class Parts:
    """Lines of one transcript, held as plain numbers: a full annotation has millions."""

    __slots__ = ("coding", "contig", "line", "numbers", "own", "source", "strand")

    def __init__(self, first: Feature) -> None:
        self.line, self.contig, self.strand = first.line, first.contig, first.strand
        self.source = first.source
        self.own: Named | None = None
        self.numbers = array("q")
        self.coding: dict[str, Attributes] = {}  # of the first coding part of each protein

    def add(self, path: Path, part: Feature) -> None:
        """Take in a line."""
        if part.strand != self.strand or part.contig != self.contig:
            raise elsewhere(path, part.line, part.contig, part.strand)
        protein = 0
        if part.type == "CDS":
            name = part.attribute("protein_id") or part.attribute("protein")
            name = name or _BY_ID + part.attribute("ID")
            if name not in self.coding:
                self.coding[name] = part.attributes(path)
            protein = list(self.coding).index(name)
        kind = _KINDS[part.type]
        self.numbers.extend((kind, part.line, part.start, part.end, part.phase, protein))

    def of(self, *kinds: int) -> list[Part]:
        """Parts of some kinds, in file order."""
        n, width = self.numbers, len(Part._fields)
        return [Part(*n[i : i + width]) for i in range(0, len(n), width) if n[i] in kinds]

    def main_protein(self) -> tuple[list[Part], Attributes, bool]:
        """Coding parts and attributes of the longest protein, and whether there are others.

        One transcript may be read from two starts (TP53). Parts are of one protein if they carry
        its name or, failing that, one ID; an ID of its own for every part means nothing.
        """
        coding = self.of(CDS)
        if len(self.coding) > 1 and not (
            len(self.coding) == len(coding) and all(name.startswith(_BY_ID) for name in self.coding)
        ):
            sizes = [0] * len(self.coding)
            for part in coding:
                sizes[part.protein] += part.end - part.start
            longest = sizes.index(max(sizes))
            kept = [part for part in coding if part.protein == longest]
            return kept + self.of(STOP), list(self.coding.values())[longest], True
        attributes = next(iter(self.coding.values()), {})
        return coding + self.of(STOP), attributes, False


def collect(
    path: Path, features: Iterable[Feature], style: Style
) -> tuple[dict[str, Parts], dict[str, Named]]:
    """Group lines by transcript; also give the lines that may be a parent, by ID."""
    parts: dict[str, Parts] = {}
    named: dict[str, Named] = {}
    for feature in features:
        if style == "gtf":
            _collect_gtf(path, feature, parts, named)
        elif feature.type in _KINDS:
            above = feature.attribute("Parent")
            if not above:
                raise bad_line(path, feature.line, "a feature has no parent", feature.type)
            for parent in above.split(","):
                if parent not in parts:
                    parts[parent] = Parts(feature)
                parts[parent].add(path, feature)
        else:
            identifier = feature.attribute("ID")
            if identifier and identifier not in named:
                named[identifier] = _name(path, feature)
    if style == "gff3":
        for parent, found in parts.items():
            if parent not in named:
                raise bad_line(path, found.line, "a feature's parent is not in the file", parent)
            found.own = named[parent]
    return parts, named


def _collect_gtf(
    path: Path, feature: Feature, parts: dict[str, Parts], genes: dict[str, Named]
) -> None:
    """GTF has no parents: lines name their transcript and gene.

    ``genes`` gets the gene line of each transcript's gene, by transcript.
    """
    gene = feature.attribute("gene_id")
    if feature.type == "gene":
        genes.setdefault(f"gene {gene}", _name(path, feature))
        return
    transcript = feature.attribute("transcript_id")
    if not transcript:
        if feature.type in _KINDS:
            raise bad_line(path, feature.line, "a feature names no transcript", feature.type)
        return
    key = f"{transcript} {feature.contig}"  # one transcript may lie on X and on Y
    if key not in parts:
        parts[key] = Parts(feature)
        if f"gene {gene}" in genes:
            genes[key] = genes[f"gene {gene}"]
    if feature.type in _KINDS:
        parts[key].add(path, feature)
    if parts[key].own is None:
        parts[key].own = _name(path, feature)


def _name(path: Path, feature: Feature) -> Named:
    return Named(
        feature.line, feature.contig, feature.strand, feature.source, feature.attributes(path)
    )


def gene_of(own: Named | None, named: dict[str, Named]) -> Named | None:
    """Topmost feature above a transcript."""
    gene, seen = own, 0
    while gene is not None and (above := gene.attributes.get("Parent")) and seen < 10:
        gene, seen = named.get(above.split(",")[0]), seen + 1
    return gene


def elsewhere(path: Path, line: int, contig: str, strand: str) -> InputError:
    """Error for a part that is not on its transcript's strand or contig."""
    return bad_line(
        path,
        line,
        "a part lies on another strand or contig than its transcript",
        f"{contig} {strand}",
    )
