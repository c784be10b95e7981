"""Transcripts in a SQLite database, in memory or in a file.

A full annotation has a few hundred thousand transcripts, of which a case needs a handful: they are
looked up by name or place and made one at a time, so that opening one takes milliseconds.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock

from ipse.core.errors import IpseError
from ipse.core.files import writing
from ipse.genome.transcript import Transcript

FORMAT = "ipse-annotation 1"
_SCHEMA = """
create table meta (key text primary key, value text not null);
create table transcripts (
    number integer primary key, id text not null, accession text not null, gene text not null,
    gene_id text not null, contig text not null, start integer not null, stop integer not null,
    model text not null
);
create table synonyms (symbol text not null, gene text not null);
create table spans (contig text primary key, longest integer not null);
"""
_INDEXES = """
create index by_id on transcripts (id);
create index by_accession on transcripts (accession);
create index by_gene on transcripts (gene);
create index by_gene_id on transcripts (gene_id);
create index by_place on transcripts (contig, start);
create index by_symbol on synonyms (symbol);
insert into spans select contig, max(stop - start) from transcripts group by contig;
"""


class AnnotationStore:
    """Transcripts by number, name and place.

    Made by :meth:`in_memory` or :meth:`open`.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._lock = Lock()

    @classmethod
    def in_memory(
        cls, transcripts: Iterable[Transcript], synonyms: Mapping[str, Iterable[str]]
    ) -> AnnotationStore:
        """Store of transcripts at hand."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(database, transcripts, synonyms, {})
        return cls(database)

    @classmethod
    def open(cls, path: Path) -> AnnotationStore:
        """Store that was saved, opened for reading only.

        Raises
        ------
        IpseError
            If the file is damaged or was written by another version.
        """
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            store = cls(sqlite3.connect(uri, uri=True, check_same_thread=False))
            if store.meta().get("format") == FORMAT:
                return store
            problem = "another format"
        except sqlite3.Error as error:
            problem = str(error)
        raise IpseError(
            "an installed annotation cannot be read", file=path, value=problem,
            expected=FORMAT, next_step="ipse genome remove NAME, then add the genome again",
        )  # fmt: skip

    @staticmethod
    def save(
        path: Path,
        transcripts: Iterable[Transcript],
        synonyms: Mapping[str, Iterable[str]],
        meta: Mapping[str, str],
    ) -> None:
        """Write a store to a file, whole or not at all."""
        with writing(path) as part:
            part.unlink()
            database = sqlite3.connect(part)
            try:
                _fill(database, transcripts, synonyms, meta)
            except sqlite3.Error as error:  # a full disk
                raise OSError(str(error)) from error
            finally:
                database.close()

    def meta(self) -> dict[str, str]:
        """What was saved beside the transcripts."""
        rows = self._rows("select key, value from meta")
        return {row[0]: row[1] for row in rows}

    def with_id(self, identifier: str) -> list[int]:
        """Numbers of the transcripts of an exact id, in the order they were given."""
        return self._numbers("id = ?", identifier)

    def with_accession(self, accession: str) -> list[int]:
        """Numbers of all versions of an accession."""
        return self._numbers("accession = ?", accession)

    def of_gene(self, symbol: str) -> list[int]:
        """Numbers of a gene's transcripts."""
        return self._numbers("gene = ?", symbol)

    def overlapping(self, contig: str, start: int, end: int) -> list[int]:
        """Numbers of the transcripts that share a base with a stretch, by place."""
        rows = self._rows("select longest from spans where contig = ?", contig)
        if not rows or start >= end:
            return []
        found = self._rows(
            "select number from transcripts where contig = ? and start > ? and start < ? "
            "and stop > ? order by start, stop, id",
            contig, start - int(rows[0][0]), end, start,
        )  # fmt: skip
        return [int(number) for (number,) in found]

    def symbols_of(self, name: str) -> list[str]:
        """Symbols of the genes an HGNC id or another symbol stands for."""
        rows = self._rows("select distinct gene from transcripts where gene_id = ?", name)
        rows = rows or self._rows("select distinct gene from synonyms where symbol = ?", name)
        return [str(gene) for (gene,) in rows]

    def symbols(self) -> list[str]:
        """All gene symbols, sorted."""
        rows = self._rows("select distinct gene from transcripts order by gene")
        return [str(gene) for (gene,) in rows]

    def ids_like(self, identifier: str) -> list[str]:
        """Some ids that begin like one, for a message."""
        stem = identifier.partition(".")[0][: max(4, len(identifier.partition(".")[0]) - 3)]
        rows = self._rows(
            "select distinct id from transcripts where id >= ? and id < ? limit 200",
            stem, f"{stem}\uffff",
        )  # fmt: skip
        return [str(found) for (found,) in rows]

    def model(self, number: int) -> Transcript:
        """One transcript."""
        ((text,),) = self._rows("select model from transcripts where number = ?", number)
        return _decoded(str(text))

    def _numbers(self, condition: str, value: str) -> list[int]:
        rows = self._rows(
            f"select number from transcripts where {condition} order by number", value
        )
        return [int(number) for (number,) in rows]

    def _rows(self, query: str, *values: str | int) -> list[tuple[str, ...]]:
        with self._lock:
            return self._database.execute(query, values).fetchall()


def _fill(
    database: sqlite3.Connection,
    transcripts: Iterable[Transcript],
    synonyms: Mapping[str, Iterable[str]],
    meta: Mapping[str, str],
) -> None:
    database.executescript(_SCHEMA)
    with database:
        database.executemany(
            "insert into transcripts values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (n, t.id, t.accession, t.gene, t.gene_id, t.contig, t.start, t.end, _encoded(t))
                for n, t in enumerate(transcripts)
            ),
        )
        database.executemany(
            "insert into synonyms values (?, ?)",
            ((symbol, gene) for symbol, genes in synonyms.items() for gene in genes),
        )
        database.executemany(
            "insert into meta values (?, ?)", {**meta, "format": FORMAT}.items()
        )  # fmt: skip
    database.executescript(_INDEXES)


def _encoded(t: Transcript) -> str:
    return json.dumps(
        [
            t.id, t.gene, t.gene_id, t.contig, t.strand, t.exons, t.cds, t.protein_id, t.sequence,
            t.sequence_offset, t.protein, t.transl_except, t.code, sorted(t.tags),
        ],
        separators=(",", ":"),
    )  # fmt: skip


def _decoded(text: str) -> Transcript:
    # fmt: off
    (identifier, gene, gene_id, contig, strand, exons, cds, protein_id, sequence, offset, protein,
     recoded, code, tags) = json.loads(text)
    # fmt: on
    return Transcript(
        id=identifier,
        gene=gene,
        gene_id=gene_id,
        contig=contig,
        strand=strand,
        exons=tuple((start, end) for start, end in exons),
        cds=None if cds is None else (cds[0], cds[1]),
        protein_id=protein_id,
        sequence=sequence,
        sequence_offset=offset,
        protein=protein,
        transl_except=tuple((codon, residue) for codon, residue in recoded),
        code=code,
        tags=frozenset(tags),
    )
