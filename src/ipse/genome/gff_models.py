"""From the lines of a GFF3 or GTF file to transcripts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ipse.core.errors import InputError
from ipse.core.progress import Progress
from ipse.core.sequence import MITOCHONDRIAL_CODE, ONE_LETTER, STANDARD_CODE
from ipse.genome import aliases, gff
from ipse.genome.gff import Attributes, Feature, Style, bad_line
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript

_SELENOCYSTEINE = ("stop_codon_redefined_as_selenocysteine", "Selenocysteine")
_CODING = ("CDS", "stop_codon")
_PARTS = ("exon", *_CODING, *_SELENOCYSTEINE)
_ID_PREFIXES = ("rna-", "transcript:", "gene-", "gene:", "cds-", "CDS:")
_TRANSL_EXCEPT = re.compile(r"\(pos:(.+?),\s*aa:(\w+)\)")
_LRG_EXCEPT = re.compile(r"codon:(\d+)")
_HGNC = re.compile(r"HGNC:(?:HGNC:)?(\d+)")


@dataclass(slots=True)
class _Parts:
    """Lines of one transcript."""

    own: Feature | None = None
    exons: list[Feature] = field(default_factory=list)
    coding: list[Feature] = field(default_factory=list)
    recoded: list[Feature] = field(default_factory=list)

    def add(self, part: Feature) -> None:
        if part.type == "exon":
            self.exons.append(part)
        elif part.type in _CODING:
            self.coding.append(part)
        else:
            self.recoded.append(part)

    @property
    def first(self) -> Feature:
        return self.own or (self.exons + self.coding + self.recoded)[0]


@dataclass(slots=True)
class Models:
    """What an annotation file says.

    Attributes
    ----------
    transcripts
        Without sequence, in file order.
    synonyms
        Other symbol -> symbols of the genes that carry it.
    skipped_contigs
        Contigs of the file the reference does not have -> number of transcripts left out.
    """

    transcripts: list[Transcript]
    synonyms: dict[str, list[str]]
    skipped_contigs: dict[str, int]


def read_models(path: Path, style: Style, reference: Reference, progress: Progress) -> Models:
    """Read an annotation file.

    Raises
    ------
    InputError
        For a broken line, a feature whose parent is missing, a coding part outside the exons, a
        wrong phase, or a file of another assembly; with the line.
    """
    parts, parents = _collect(path, gff.features(path, style, progress), style)
    contigs: dict[str, str | None] = {}
    models = Models([], {}, {})
    for key, found in parts.items():
        name = found.first.contig
        if name not in contigs:
            contigs[name] = _own_contig(reference, name)
        contig = contigs[name]
        if contig is None:
            models.skipped_contigs[name] = models.skipped_contigs.get(name, 0) + 1
            continue
        gene = _gene_of(found.own, parents) if style == "gff3" else parents.get(key)
        found.coding, several = _main_protein(found.coding)
        names = _Names(path, found, gene)
        if several:
            names.tags |= {"several_proteins"}
        models.transcripts.append(_build(path, found, names, contig, reference))
        for synonym in names.synonyms:
            genes = models.synonyms.setdefault(synonym, [])
            if names.symbol not in genes:
                genes.append(names.symbol)
    if not models.transcripts:
        raise InputError(
            "an annotation has no transcript on the reference's contigs", file=path,
            field="column 1", value=", ".join(list(models.skipped_contigs)[:3]) or "no transcripts",
            expected=f"contigs of {reference.name} ({', '.join(reference.contigs()[:3])}…)",
            next_step="use the annotation of the same assembly as the reference",
        )  # fmt: skip
    return models


def _main_protein(coding: list[Feature]) -> tuple[list[Feature], bool]:
    """Coding parts of the longest protein of a transcript, and whether it has others.

    One transcript may be read from two starts (TP53): its parts carry the protein's name, or at
    least one ID for each protein.
    """
    parts = [part for part in coding if part.type == "CDS"]
    ids = {part.attributes.get("ID", "") for part in parts}
    groups: dict[str, list[Feature]] = {}
    for part in parts:
        a = part.attributes
        name = a.get("protein_id") or a.get("protein") or ""
        if not name and len(ids) < len(parts):  # an ID of its own for each part means nothing
            name = a.get("ID", "")
        groups.setdefault(name, []).append(part)
    if len(groups) < 2:
        return coding, False
    main = max(groups.values(), key=lambda group: sum(p.end - p.start for p in group))
    return main + [part for part in coding if part.type != "CDS"], True


def _own_contig(reference: Reference, name: str) -> str | None:
    try:
        return reference.resolve(name)
    except InputError:
        return None


def _collect(
    path: Path, features: Iterable[Feature], style: Style
) -> tuple[dict[str, _Parts], dict[str, Feature]]:
    """Group lines by transcript; also give the features that may be a parent, by ID."""
    parts: dict[str, _Parts] = {}
    named: dict[str, Feature] = {}
    for feature in features:
        if style == "gtf":
            _collect_gtf(path, feature, parts, named)
        elif feature.type in _PARTS:
            above = feature.attributes.get("Parent", "")
            if not above:
                raise bad_line(path, feature.line, "a feature has no parent", feature.type)
            for parent in above.split(","):
                parts.setdefault(parent, _Parts()).add(feature)
        elif "ID" in feature.attributes:
            named.setdefault(feature.attributes["ID"], feature)
    if style == "gff3":
        for parent, found in parts.items():
            if parent not in named:
                raise bad_line(
                    path, found.first.line, "a feature's parent is not in the file", parent
                )
            found.own = named[parent]
    return parts, named


def _collect_gtf(
    path: Path, feature: Feature, parts: dict[str, _Parts], genes: dict[str, Feature]
) -> None:
    """GTF has no parents: lines name their transcript and gene.

    ``genes`` gets the gene line (or the first line) of each transcript's gene, by transcript.
    """
    gene = feature.attributes.get("gene_id", "")
    if feature.type == "gene":
        genes.setdefault(f"gene {gene}", feature)
        return
    transcript = feature.attributes.get("transcript_id", "")
    if not transcript:
        if feature.type in _PARTS:
            raise bad_line(path, feature.line, "a feature names no transcript", feature.type)
        return
    key = f"{transcript} {feature.contig}"  # one transcript may lie on X and on Y
    found = parts.setdefault(key, _Parts())
    if feature.type in _PARTS:
        found.add(feature)
    elif found.own is None:
        found.own = feature
    if f"gene {gene}" in genes:
        genes.setdefault(key, genes[f"gene {gene}"])


def _gene_of(own: Feature | None, named: dict[str, Feature]) -> Feature | None:
    """Topmost feature above a transcript."""
    gene, seen = own, 0
    while gene is not None and (above := gene.attributes.get("Parent")) and seen < 10:
        gene, seen = named.get(above.split(",")[0]), seen + 1
    return gene


class _Names:
    """Names, tags and exceptions of one transcript, from its lines and its gene's."""

    def __init__(self, path: Path, parts: _Parts, gene: Feature | None) -> None:
        own = parts.first.attributes
        coding = parts.coding[0].attributes if parts.coding else {}
        above = gene.attributes if gene is not None else {}
        every: list[Attributes] = [own, coding, above]
        self.gene_key = _pick(every, "gene_id") or above.get("ID", "")
        self.symbol = (
            _pick(every, "gene_name", "gene")
            or above.get("Name", "")
            or _bare(self.gene_key)
        )  # fmt: skip
        self.synonyms = [
            s for s in (_pick(every, "gene_synonym") or "").split(",") if s and s != self.symbol
        ]
        hgnc = next(
            (
                match
                for a in (above, own, coding)
                for key in ("hgnc_id", "Dbxref", "db_xref", "description")
                if (match := _HGNC.search(a.get(key, "")))
            ),
            None,
        )
        self.hgnc = f"HGNC:{hgnc.group(1)}" if hgnc else ""
        self.id = self._identifier(own, coding, parts.own is gene)
        protein = _pick([coding, own], "protein_id") or ""
        version = coding.get("protein_version", "")
        self.protein_id = f"{protein}.{version}" if version and "." not in protein else protein
        self.tags = _tags(parts, own, coding)
        self.code = _code(path, parts, coding)

    def _identifier(self, own: Attributes, coding: Attributes, is_gene: bool) -> str:
        found = own.get("transcript_id") or coding.get("transcript_id")
        if not found and is_gene:  # coding parts hang on the gene itself (mitochondrial genes)
            found = coding.get("protein_id") or self.symbol
        if not found:
            found = own.get("Name") or _bare(own.get("ID", "")) or self.symbol
        version = own.get("transcript_version") or own.get("version", "")
        return f"{found}.{version}" if version and "." not in found else found


def _pick(every: list[Attributes], *names: str) -> str:
    return next((a[name] for name in names for a in every if a.get(name)), "")


def _bare(identifier: str) -> str:
    for prefix in _ID_PREFIXES:
        identifier = identifier.removeprefix(prefix)
    return identifier


def _tags(parts: _Parts, own: Attributes, coding: Attributes) -> frozenset[str]:
    tags = {
        tag.strip().replace(" ", "_")
        for a in (own, coding)
        for tag in a.get("tag", "").split(",")
        if tag.strip()
    }
    if parts.first.source == "LRG":
        tags |= {"LRG", own.get("ID", "LRG")}
    exceptions = " ".join(p.attributes.get("exception", "") for p in (parts.first, *parts.coding))
    if "ribosomal slippage" in exceptions:
        tags.add("ribosomal_slippage")
    if exceptions.replace("ribosomal slippage", "").strip():
        tags.add("genome_differs")
    return frozenset(tags)


def _code(path: Path, parts: _Parts, coding: Attributes) -> int:
    given = coding.get("transl_table", "")
    if given and given not in (str(STANDARD_CODE), str(MITOCHONDRIAL_CODE)):
        raise bad_line(path, parts.coding[0].line, "a genetic code is not human", given)
    if given:
        return int(given)
    return MITOCHONDRIAL_CODE if aliases.is_mitochondrial(parts.first.contig) else STANDARD_CODE


def _build(
    path: Path, parts: _Parts, names: _Names, contig: str, reference: Reference
) -> Transcript:
    strand = _one_strand(path, parts)
    sign = 1 if strand == "+" else -1
    coding = _joined(parts.coding)
    exons = _joined(parts.exons) if parts.exons else coding
    if not exons:
        raise bad_line(path, parts.first.line, "a transcript has no exons", names.id)
    for line, _, end in exons:
        if end > reference.length(contig):
            raise bad_line(
                path, line, f"a feature lies beyond the end of {contig} "
                f"({reference.length(contig)} bp): is this of another assembly?", end,
            )  # fmt: skip
    spans = tuple((start, end) for _, start, end in exons)[::sign]
    bare = Transcript(names.id, names.symbol, names.hgnc, contig, strand, spans, None)
    for line, start, end in coding:
        if not any(a <= start and end <= b for a, b in spans):
            raise bad_line(
                path, line, f"a coding part of {names.id} is not inside one of its exons",
                f"{start + 1} {end}",
            )  # fmt: skip
    cds, partial = _coding_span(path, parts, bare, coding, names.tags)
    tags = names.tags | {"cds_start_NF"} if partial else names.tags
    whole = Transcript(
        names.id, names.symbol, names.hgnc, contig, strand, spans, cds,
        protein_id=names.protein_id, code=names.code, tags=tags,
    )  # fmt: skip
    recoded = _transl_except(path, parts, whole)
    if not recoded:
        return whole
    return Transcript(
        names.id, names.symbol, names.hgnc, contig, strand, spans, cds,
        protein_id=names.protein_id, transl_except=recoded, code=names.code, tags=tags,
    )  # fmt: skip


def _one_strand(path: Path, parts: _Parts) -> str:
    strand = parts.first.strand
    for part in (*parts.exons, *parts.coding):
        if part.strand != strand or part.contig != parts.first.contig:
            raise bad_line(
                path, part.line, "a part lies on another strand or contig than its transcript",
                f"{part.contig} {part.strand}",
            )  # fmt: skip
    if strand not in ("+", "-"):
        raise bad_line(path, parts.first.line, "a transcript has no strand", strand)
    return strand


def _joined(parts: list[Feature]) -> list[tuple[int, int, int]]:
    """(line, start, end) of parts by position, those that touch or overlap made one."""
    joined: list[tuple[int, int, int]] = []
    for part in sorted(parts, key=lambda part: (part.start, part.end)):
        if joined and part.start <= joined[-1][2]:
            line, start, end = joined[-1]
            joined[-1] = (line, start, max(end, part.end))
        else:
            joined.append((part.line, part.start, part.end))
    return joined


def _coding_span(
    path: Path,
    parts: _Parts,
    bare: Transcript,
    coding: list[tuple[int, int, int]],
    tags: frozenset[str],
) -> tuple[tuple[int, int] | None, bool]:
    """Coding part in transcript coordinates, and whether it begins within a codon."""
    if not coding:
        return None, False
    low, high = coding[0][1], coding[-1][2] - 1
    first, last = (low, high) if bare.strand == "+" else (high, low)
    start, end = bare.to_transcript(first)[0], bare.to_transcript(last)[0] + 1
    covered = sum(stop - begin for _, begin, stop in coding)
    if covered != end - start and "ribosomal_slippage" not in tags:
        raise bad_line(
            path, coding[0][0], f"the coding part of {bare.id} has a hole within its exons",
            f"{covered} of {end - start} nt",
        )  # fmt: skip
    phased = [p for p in parts.coding if p.type == "CDS" and p.phase is not None]
    lead = 0
    for part in phased:
        at = bare.to_transcript(part.start if bare.strand == "+" else part.end - 1)[0]
        if at == start:
            lead = part.phase or 0
    if not tags & {"ribosomal_slippage", "genome_differs"}:
        for part in phased:
            at = bare.to_transcript(part.start if bare.strand == "+" else part.end - 1)[0]
            expected = (lead - (at - start)) % 3
            if part.phase != expected:
                raise bad_line(
                    path, part.line, f"a coding part of {bare.id} has phase {part.phase}, but the "
                    f"parts before it leave {expected}", part.phase,
                )  # fmt: skip
    if lead >= end - start:
        return None, True
    return (start + lead, end), lead > 0


def _transl_except(
    path: Path, parts: _Parts, transcript: Transcript
) -> tuple[tuple[int, str], ...]:
    """Codons whose residue is not the one the code gives."""
    if transcript.cds is None:
        return ()
    found: dict[int, str] = {}
    for part in parts.recoded:
        first = part.start if transcript.strand == "+" else part.end - 1
        found[_codon(transcript, first)] = ONE_LETTER["Sec"]
    if "non_ATG_start" in transcript.tags:
        found[1] = "M"
    text = parts.coding[0].attributes.get("transl_except", "")
    for where, residue in _TRANSL_EXCEPT.findall(text):
        positions = [int(number) - 1 for number in re.findall(r"\d{1,12}", where)]
        if residue == "TERM" or not positions:
            continue  # a stop codon completed by polyadenylation: no residue
        first = min(positions) if transcript.strand == "+" else max(positions)
        found[_codon(transcript, first)] = ONE_LETTER.get(residue, "X")
    for number in _LRG_EXCEPT.findall(text):
        # The residue is not written: a first codon is read as Met, any other as Sec.
        found[int(number)] = "M" if int(number) == 1 else ONE_LETTER["Sec"]
    for codon in found:
        if not 1 <= codon <= transcript.cds_length // 3:
            raise bad_line(
                path, parts.coding[0].line, f"{transcript.id} has no such codon to read otherwise",
                text or codon,
            )  # fmt: skip
    return tuple(sorted(found.items()))


def _codon(transcript: Transcript, gpos: int) -> int:
    assert transcript.cds is not None
    return (transcript.to_transcript(gpos)[0] - transcript.cds[0]) // 3 + 1
