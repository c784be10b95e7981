"""From the lines of a GFF3 or GTF file to transcripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from ipse.core.errors import InputError
from ipse.core.progress import Progress
from ipse.core.sequence import MITOCHONDRIAL_CODE, ONE_LETTER, STANDARD_CODE
from ipse.genome import aliases, gff
from ipse.genome.gff import Attributes, Style, bad_line
from ipse.genome.gff_parts import (
    CDS,
    EXON,
    RECODED,
    Named,
    Part,
    Parts,
    collect,
    elsewhere,
    gene_of,
)
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript

_ID_PREFIXES = ("rna-", "transcript:", "gene-", "gene:", "cds-", "CDS:")
_TRANSL_EXCEPT = re.compile(r"\(pos:(.+?),\s*aa:(\w+)\)")
_LRG_EXCEPT = re.compile(r"codon:(\d+)")
_HGNC = re.compile(r"HGNC:(?:HGNC:)?(\d+)")


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
    parts, named = collect(path, gff.features(path, style, progress), style)
    contigs: dict[str, str | None] = {}
    models = Models([], {}, {})
    progress.task(f"putting transcripts together from {path.name}", len(parts))
    while parts:
        key, found = parts.popitem()
        name = found.contig
        if name not in contigs:
            contigs[name] = _own_contig(reference, name)
        contig = contigs[name]
        progress.advance()
        if contig is None:
            models.skipped_contigs[name] = models.skipped_contigs.get(name, 0) + 1
            continue
        gene = gene_of(found.own, named) if style == "gff3" else named.get(key)
        names = _Names(path, found, gene)
        models.transcripts.append(_build(path, names, contig, reference))
        for synonym in names.synonyms:
            genes = models.synonyms.setdefault(synonym, [])
            if names.symbol not in genes:
                genes.append(names.symbol)
    models.transcripts.reverse()  # file order
    if not models.transcripts:
        raise InputError(
            "an annotation has no transcript on the reference's contigs", file=path,
            field="column 1", value=", ".join(list(models.skipped_contigs)[:3]) or "no transcripts",
            expected=f"contigs of {reference.name} ({', '.join(reference.contigs()[:3])}…)",
            next_step="use the annotation of the same assembly as the reference",
        )  # fmt: skip
    return models


def _own_contig(reference: Reference, name: str) -> str | None:
    try:
        return reference.resolve(name)
    except InputError:
        return None


class _Names:
    """Names, tags and exceptions of one transcript, from its lines and its gene's."""

    def __init__(self, path: Path, parts: Parts, gene: Named | None) -> None:
        self.parts = parts
        self.coding, coding, several = parts.main_protein()
        self.coding_attributes = coding
        own = parts.own.attributes if parts.own is not None else {}
        above = gene.attributes if gene is not None else {}
        every: list[Attributes] = [own, coding, above]
        self.symbol = (
            _pick(every, "gene_name", "gene")
            or above.get("Name", "")
            or _bare(_pick(every, "gene_id") or above.get("ID", ""))
        )
        self.synonyms = [
            s for s in _pick(every, "gene_synonym").split(",") if s and s != self.symbol
        ]
        self.hgnc = _hgnc(above) or _hgnc(own) or _hgnc(coding)
        self.id = self._identifier(own, coding, parts.own is gene)
        protein = _pick([coding, own], "protein_id")
        version = coding.get("protein_version", "")
        self.protein_id = f"{protein}.{version}" if version and "." not in protein else protein
        self.tags = _tags(parts, own, coding) | ({"several_proteins"} if several else set())
        self.code = _code(path, parts, coding)

    def _identifier(self, own: Attributes, coding: Attributes, is_gene: bool) -> str:
        found = own.get("transcript_id") or coding.get("transcript_id")
        if not found and is_gene:  # coding parts hang on the gene itself (mitochondrial genes)
            found = coding.get("protein_id") or self.symbol
        if not found:
            found = own.get("Name") or _bare(own.get("ID", "")) or self.symbol
        version = own.get("transcript_version") or own.get("version", "")
        return f"{found}.{version}" if version and "." not in found else found


def _hgnc(attributes: Attributes) -> str:
    for key in ("hgnc_id", "Dbxref", "db_xref", "description"):
        match = _HGNC.search(attributes.get(key, ""))
        if match:
            return f"HGNC:{match.group(1)}"
    return ""


def _pick(every: list[Attributes], *names: str) -> str:
    return next((a[name] for name in names for a in every if a.get(name)), "")


def _bare(identifier: str) -> str:
    for prefix in _ID_PREFIXES:
        identifier = identifier.removeprefix(prefix)
    return identifier


def _tags(parts: Parts, own: Attributes, coding: Attributes) -> frozenset[str]:
    tags = {
        tag.strip().replace(" ", "_")
        for a in (own, coding)
        for tag in a.get("tag", "").split(",")
        if tag.strip()
    }
    if parts.source == "LRG":
        tags |= {"LRG", own.get("ID", "LRG")}
    exceptions = f"{own.get('exception', '')} {coding.get('exception', '')}"
    if "ribosomal slippage" in exceptions:
        tags.add("ribosomal_slippage")
    if exceptions.replace("ribosomal slippage", "").strip():
        tags.add("genome_differs")
    return frozenset(tags)


def _code(path: Path, parts: Parts, coding: Attributes) -> int:
    given = coding.get("transl_table", "")
    if given and given not in (str(STANDARD_CODE), str(MITOCHONDRIAL_CODE)):
        raise bad_line(path, parts.line, "a genetic code is not human", given)
    if given:
        return int(given)
    return MITOCHONDRIAL_CODE if aliases.is_mitochondrial(parts.contig) else STANDARD_CODE


def _build(path: Path, names: _Names, contig: str, reference: Reference) -> Transcript:
    parts = names.parts
    strand = _one_strand(path, parts)
    sign = 1 if strand == "+" else -1
    coding = _joined(names.coding)
    exons = _joined(parts.of(EXON)) or coding
    if not exons:
        raise bad_line(path, parts.line, "a transcript has no exons", names.id)
    for line, _, end in exons:
        if end > reference.length(contig):
            raise bad_line(
                path, line, f"a feature lies beyond the end of {contig} "
                f"({reference.length(contig)} bp): is this of another assembly?", end,
            )  # fmt: skip
    spans = tuple((start, end) for _, start, end in exons)[::sign]
    bare = Transcript(
        names.id, names.symbol, names.hgnc, contig, strand, spans, None,
        protein_id=names.protein_id, code=names.code, tags=names.tags,
    )  # fmt: skip
    if not coding:
        return bare
    for line, start, end in coding:
        if not any(a <= start and end <= b for a, b in spans):
            raise bad_line(
                path, line, f"a coding part of {names.id} is not inside one of its exons",
                f"{start + 1} {end}",
            )  # fmt: skip
    cds, partial = _coding_span(path, names.coding, bare, coding)
    tags = names.tags | {"cds_start_NF"} if partial else names.tags
    whole = replace(bare, cds=cds, tags=tags)
    recoded = _transl_except(path, names, whole)
    return replace(whole, transl_except=recoded) if recoded else whole


def _one_strand(path: Path, parts: Parts) -> str:
    own = parts.own
    if own is not None and (own.strand, own.contig) != (parts.strand, parts.contig):
        raise elsewhere(path, parts.line, parts.contig, parts.strand)
    if parts.strand not in ("+", "-"):
        raise bad_line(path, parts.line, "a transcript has no strand", parts.strand)
    return parts.strand


def _joined(parts: list[Part]) -> list[tuple[int, int, int]]:
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
    path: Path, parts: list[Part], bare: Transcript, coding: list[tuple[int, int, int]]
) -> tuple[tuple[int, int] | None, bool]:
    """Coding part in transcript coordinates, and whether it begins within a codon."""
    low, high = coding[0][1], coding[-1][2] - 1
    first, last = (low, high) if bare.strand == "+" else (high, low)
    start, end = bare.to_transcript(first)[0], bare.to_transcript(last)[0] + 1
    covered = sum(stop - begin for _, begin, stop in coding)
    if covered != end - start and "ribosomal_slippage" not in bare.tags:
        raise bad_line(
            path, coding[0][0], f"the coding part of {bare.id} has a hole within its exons",
            f"{covered} of {end - start} nt",
        )  # fmt: skip
    phases = {  # transcript coordinate of a part's first base -> its phase and line
        bare.to_transcript(part.start if bare.strand == "+" else part.end - 1)[0]: part
        for part in parts
        if part.kind == CDS and part.phase >= 0
    }
    lead = phases[start].phase if start in phases else 0
    if not bare.tags & {"ribosomal_slippage", "genome_differs"}:
        for at, part in phases.items():
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
    path: Path, names: _Names, transcript: Transcript
) -> tuple[tuple[int, str], ...]:
    """Codons whose residue is not the one the code gives."""
    if transcript.cds is None:
        return ()
    found: dict[int, str] = {}
    for part in names.parts.of(RECODED):
        first = part.start if transcript.strand == "+" else part.end - 1
        found[_codon(transcript, first)] = ONE_LETTER["Sec"]
    if "non_ATG_start" in transcript.tags:
        found[1] = "M"
    text = names.coding_attributes.get("transl_except", "")
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
                path, names.coding[0].line, f"{transcript.id} has no such codon to read otherwise",
                text or codon,
            )  # fmt: skip
    return tuple(sorted(found.items()))


def _codon(transcript: Transcript, gpos: int) -> int:
    assert transcript.cds is not None
    return (transcript.to_transcript(gpos)[0] - transcript.cds[0]) // 3 + 1
