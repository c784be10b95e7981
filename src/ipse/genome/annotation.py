"""Genes and transcripts of a reference, by name and by place."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ipse.core.errors import InputError, NotInReference
from ipse.core.files import sha256
from ipse.core.progress import progress_bar
from ipse.core.sequence import reverse_complement
from ipse.core.tables import shipped
from ipse.genome.gff import Style, sniff_style
from ipse.genome.gff_models import read_models
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript

__all__ = ["Annotation", "Transcript", "read_annotation", "splice"]

_VERSION = re.compile(r"(?P<accession>.+?)\.(?P<version>\d+)$")


class Annotation:
    """Transcripts of a reference.

    Parameters
    ----------
    name
        Name it goes by.
    identity
        SHA-256 of what it was read from.
    transcripts
        All transcripts, on contigs under the reference's own names.
    reference
        Where sequence is spliced from when a transcript has none; None to leave it.
    synonyms
        Previous and other symbols -> symbols.
    """

    def __init__(
        self,
        name: str,
        identity: str,
        transcripts: Iterable[Transcript],
        reference: Reference | None = None,
        synonyms: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.name = name
        self.identity = identity
        self._reference = reference
        self._all = list(transcripts)
        self._by_id: dict[str, Transcript] = {}
        self._by_accession: dict[str, list[Transcript]] = {}
        self._by_gene: dict[str, list[Transcript]] = {}
        self._symbols: dict[str, str] = {}
        for transcript in self._all:
            self._by_id.setdefault(transcript.id, transcript)
            self._by_accession.setdefault(transcript.accession, []).append(transcript)
            self._by_gene.setdefault(transcript.gene, []).append(transcript)
            if transcript.gene_id:
                self._symbols.setdefault(transcript.gene_id, transcript.gene)
        self._synonyms = {key: list(value) for key, value in (synonyms or {}).items()}
        self._by_place: dict[str, tuple[list[int], list[Transcript], int]] = {}
        self.complete = lru_cache(maxsize=4096)(self._complete)

    def transcripts_of(self, gene: str) -> list[Transcript]:
        """Transcripts of a gene, MANE Select first, then LRG t1, then other canonical ones."""
        symbol = self._symbol(gene)
        return [self.complete(t) for t in sorted(self._by_gene[symbol], key=_standing)]

    def transcript(self, id: str) -> Transcript:  # noqa: A002
        """One transcript by accession and version."""
        found = self._by_id.get(id)
        if found is None:
            raise self._unknown(id)
        return self.complete(found)

    def versions(self, accession_without_version: str) -> list[Transcript]:
        """All versions of a transcript that are here, newest first."""
        found = self._by_accession.get(accession_without_version.partition(".")[0], [])
        return [self.complete(t) for t in sorted(found, key=_version, reverse=True)]

    def same_cds(self, id: str) -> tuple[Transcript, str] | None:  # noqa: A002
        """Another version that is here and whose coding positions are known to be the same.

        Returns
        -------
        tuple or None
            The transcript and why it may stand in, in one sentence that names any coding letters
            that differ; None where nothing published says so.
        """
        for row in shipped("ipse.genome", "same_cds"):
            for asked, present in ((row["asked"], row["present"]), (row["present"], row["asked"])):
                if asked == id and present in self._by_id:
                    return self.transcript(present), f"{row['note']} ({'; '.join(row.source)})"
        return None

    def overlapping(self, contig: str, start: int, end: int) -> list[Transcript]:
        """Transcripts that share a base with a stretch (0-based half-open), by position."""
        if self._reference is not None:
            contig = self._reference.resolve(contig)
        starts, found, longest = self._placed(contig)
        low = bisect_left(starts, start - longest)
        high = bisect_left(starts, end)
        return [self.complete(t) for t in found[low:high] if t.end > start]

    def genes(self) -> list[str]:
        """Symbols of all genes, sorted."""
        return sorted(self._by_gene)

    @classmethod
    def from_gff3(cls, path: Path | str, reference: Reference) -> Annotation:
        """Read a GFF3 file (GENCODE, RefSeq, MANE, Ensembl or LRG)."""
        return cls._read(Path(path), "gff3", reference)

    @classmethod
    def from_gtf(cls, path: Path | str, reference: Reference) -> Annotation:
        """Read a GTF file (GENCODE, RefSeq or Ensembl)."""
        return cls._read(Path(path), "gtf", reference)

    @classmethod
    def _read(cls, path: Path, style: Style, reference: Reference) -> Annotation:
        with progress_bar() as progress:
            models = read_models(path, style, reference, progress)
        return cls(path.name, sha256(path), models.transcripts, reference, models.synonyms)

    def _complete(self, transcript: Transcript) -> Transcript:
        if transcript.sequence or self._reference is None:
            return transcript
        return replace(transcript, sequence=splice(transcript, self._reference))

    def _placed(self, contig: str) -> tuple[list[int], list[Transcript], int]:
        if contig not in self._by_place:
            found = sorted(
                (t for t in self._all if t.contig == contig), key=lambda t: (t.start, t.end, t.id)
            )
            longest = max((t.end - t.start for t in found), default=0)
            self._by_place[contig] = ([t.start for t in found], found, longest)
        return self._by_place[contig]

    def _symbol(self, gene: str) -> str:
        if gene in self._by_gene:
            return gene
        known = self._symbols.get(gene)
        if known is not None:
            return known
        others = self._synonyms.get(gene, [])
        if len(others) == 1:
            return others[0]
        near = others or difflib.get_close_matches(gene.upper(), self.genes(), n=3, cutoff=0.6)
        raise InputError(
            f"annotation {self.name!r} has no gene {gene!r}", field="gene", value=gene,
            expected=f"one of {', '.join(near)}" if near else "an approved gene symbol or HGNC id",
            next_step="check the symbol, or use a genome whose annotation has it",
        )  # fmt: skip

    def _unknown(self, id: str) -> InputError:  # noqa: A002
        present = [t.id for t in self.versions(id)]
        if present:
            return InputError(
                f"{id} is not in annotation {self.name!r}", field="transcript", value=id,
                expected=f"one of the versions present: {', '.join(present)}",
                next_step="use one of these after checking that positions agree",
            )  # fmt: skip
        near = difflib.get_close_matches(id, list(self._by_id), n=3)
        return InputError(
            f"annotation {self.name!r} has no transcript {id!r}", field="transcript", value=id,
            expected=f"one of {', '.join(near)}" if near else "a transcript of the annotation",
            next_step="check the accession, or use a genome whose annotation has it",
        )  # fmt: skip


def read_annotation(path: Path | str, reference: Reference) -> Annotation:
    """Read an annotation, GFF3 or GTF, plain or gzipped, whichever it is."""
    path = Path(path)
    return Annotation._read(path, sniff_style(path), reference)


def splice(transcript: Transcript, reference: Reference) -> str:
    """Spliced sense sequence, or ``""`` where the reference does not hold all of it."""
    try:
        exons = [reference.fetch(transcript.contig, a, b) for a, b in transcript.exons]
    except NotInReference:
        return ""
    if transcript.strand == "-":
        exons = [reverse_complement(exon) for exon in exons]
    return "".join(exons)


def _version(transcript: Transcript) -> tuple[int, str]:
    match = _VERSION.match(transcript.id)
    return (int(match["version"]) if match else -1, transcript.id)


def _standing(transcript: Transcript) -> tuple[bool, bool, bool, bool, bool, int, str]:
    tags = transcript.tags
    return (
        "MANE_Select" not in tags,
        "MANE_Select_accession" not in tags,
        not any(re.fullmatch(r"LRG_\d+t1", tag) for tag in tags),
        not tags & {"Ensembl_canonical", "RefSeq_Select"},
        "MANE_Plus_Clinical" not in tags,
        -transcript.cds_length,
        transcript.id,
    )
