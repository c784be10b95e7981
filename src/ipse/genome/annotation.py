"""Genes and transcripts of a reference, by name and by place."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ipse.core.errors import InputError, IpseError, NotInReference
from ipse.core.files import sha256
from ipse.core.progress import progress_bar
from ipse.core.sequence import reverse_complement
from ipse.core.tables import shipped
from ipse.genome import home
from ipse.genome.annotation_store import AnnotationStore
from ipse.genome.gff import Style, sniff_style
from ipse.genome.gff_models import Models, read_models
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript

__all__ = ["Annotation", "Transcript", "read_annotation", "splice"]

_VERSION = re.compile(r".+\.(?P<version>\d+)")
_CACHED_ABOVE = 5_000  # transcripts; a file that holds more takes over a second to read
_MADE_AT_ONCE = 4096  # transcripts kept ready, so that one id gives one object


class Annotation:
    """Transcripts of a reference.

    Parameters
    ----------
    name
        Name it goes by.
    identity
        SHA-256 of what it was read from.
    transcripts
        All transcripts, on contigs under the reference's own names, or a store of them.
    reference
        Where sequence is spliced from when a transcript has none; None to leave it.
    synonyms
        Previous and other symbols -> symbols; a store has its own.
    """

    def __init__(
        self,
        name: str,
        identity: str,
        transcripts: Iterable[Transcript] | AnnotationStore,
        reference: Reference | None = None,
        synonyms: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.name = name
        self.identity = identity
        self._reference = reference
        if not isinstance(transcripts, AnnotationStore):
            transcripts = AnnotationStore.in_memory(transcripts, synonyms or {})
        self._store = transcripts
        self._made = lru_cache(maxsize=_MADE_AT_ONCE)(self._make)

    def transcript(self, id: str) -> Transcript:  # noqa: A002
        """One transcript by accession and version, e.g. ``NM_001875.4``.

        Raises
        ------
        InputError
            If it is absent: naming the versions that are present, or near names.
        """
        numbers = self._store.with_id(id)
        if not numbers:
            raise self._unknown(id)
        return self._made(numbers[0])

    def transcripts_of(self, gene: str) -> list[Transcript]:
        """Transcripts of a gene by symbol, previous symbol or HGNC id.

        MANE Select comes first, then an earlier version of it, LRG t1, other canonical ones, and
        longer coding parts.

        Raises
        ------
        InputError
            For an unknown gene, with near matches.
        """
        found = [self._made(number) for number in self._store.of_gene(self._symbol(gene))]
        return sorted(found, key=_standing)

    def versions(self, accession_without_version: str) -> list[Transcript]:
        """All versions of a transcript that are here, newest first."""
        accession = accession_without_version.partition(".")[0]
        found = [self._made(number) for number in self._store.with_accession(accession)]
        return sorted(found, key=_version, reverse=True)

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
                if asked == id and self._store.with_id(present):
                    return self.transcript(present), f"{row['note']} ({'; '.join(row.source)})"
        return None

    def overlapping(self, contig: str, start: int, end: int) -> list[Transcript]:
        """Transcripts that share a base with a stretch (0-based half-open), introns included.

        They come by position. ``contig`` may be any name the reference knows.
        """
        if self._reference is not None:
            contig = self._reference.resolve(contig)
        return [self._made(number) for number in self._store.overlapping(contig, start, end)]

    def genes(self) -> list[str]:
        """Symbols of all genes, sorted."""
        return self._store.symbols()

    @classmethod
    def from_gff3(cls, path: Path | str, reference: Reference) -> Annotation:
        """Read a GFF3 file (GENCODE, RefSeq, MANE, Ensembl or LRG); see `read_annotation`."""
        return _read(Path(path), "gff3", reference)

    @classmethod
    def from_gtf(cls, path: Path | str, reference: Reference) -> Annotation:
        """Read a GTF file (GENCODE, RefSeq or Ensembl); see `read_annotation`."""
        return _read(Path(path), "gtf", reference)

    @classmethod
    def from_store(cls, path: Path, reference: Reference) -> Annotation:
        """Open transcripts saved with :meth:`AnnotationStore.save`."""
        store = AnnotationStore.open(path)
        meta = store.meta()
        return cls(meta.get("name", path.name), meta.get("identity", ""), store, reference)

    def _make(self, number: int) -> Transcript:
        transcript = self._store.model(number)
        if transcript.sequence or self._reference is None:
            return transcript
        return replace(transcript, sequence=splice(transcript, self._reference))

    def _symbol(self, gene: str) -> str:
        if self._store.of_gene(gene):
            return gene
        others = self._store.symbols_of(gene)
        if len(others) == 1:
            return others[0]
        near = others or difflib.get_close_matches(gene.upper(), self.genes(), n=3)
        raise InputError(
            f"annotation {self.name!r} has no gene {gene!r}", field="gene", value=gene,
            expected=f"one of {', '.join(near)}" if near else "an approved gene symbol or HGNC id",
            next_step="check the symbol, or use a genome whose annotation has it",
        )  # fmt: skip

    def _unknown(self, id: str) -> InputError:  # noqa: A002
        present = [transcript.id for transcript in self.versions(id)]
        if present:
            return InputError(
                f"{id} is not in annotation {self.name!r}", field="transcript", value=id,
                expected=f"one of the versions present: {', '.join(present)}",
                next_step="use one of these after checking that positions agree",
            )  # fmt: skip
        near = difflib.get_close_matches(id, self._store.ids_like(id), n=3)
        return InputError(
            f"annotation {self.name!r} has no transcript {id!r}", field="transcript", value=id,
            expected=f"one of {', '.join(near)}" if near else "a transcript of the annotation",
            next_step="check the accession, or use a genome whose annotation has it",
        )  # fmt: skip


def read_annotation(path: Path | str, reference: Reference) -> Annotation:
    """Read an annotation, GFF3 or GTF, plain or gzipped, whichever it is.

    A large file is read once; its transcripts are then kept in Ipse's cache folder until the file
    or the reference changes.

    Raises
    ------
    InputError
        For a broken file (with its line) or one that is not on the reference's contigs.
    """
    path = Path(path)
    return _read(path, sniff_style(path), reference)


def read_file(path: Path, style: Style, reference: Reference) -> tuple[Models, dict[str, str]]:
    """Transcripts of a file, and the name and identity the annotation has."""
    with progress_bar() as progress:
        models = read_models(path, style, reference, progress)
    return models, {"name": path.name, "identity": sha256(path)}


def splice(transcript: Transcript, reference: Reference) -> str:
    """Spliced sense sequence, or ``""`` where the reference does not hold all of it."""
    try:
        exons = [reference.fetch(transcript.contig, a, b) for a, b in transcript.exons]
    except NotInReference:
        return ""
    if transcript.strand == "-":
        exons = [reverse_complement(exon) for exon in exons]
    return "".join(exons)


def _read(path: Path, style: Style, reference: Reference) -> Annotation:
    try:
        contigs = sorted((name, reference.length(name)) for name in reference.contigs())
        kept = home.cached("annotation", path, ".sqlite", extra=repr((style, contigs)))
        if kept.exists():
            return Annotation.from_store(kept, reference)
    except OSError:
        kept = None  # no such file: reading it says so
    except IpseError:
        pass  # a damaged cache is written again
    models, meta = read_file(path, style, reference)
    if kept is not None and len(models.transcripts) > _CACHED_ABOVE:
        # A cache that cannot be written costs time at the next call, nothing else.
        with contextlib.suppress(IpseError):
            AnnotationStore.save(kept, models.transcripts, models.synonyms, meta)
    return Annotation(
        meta["name"], meta["identity"], models.transcripts, reference, models.synonyms
    )


def _version(transcript: Transcript) -> tuple[int, str]:
    match = _VERSION.fullmatch(transcript.id)
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
