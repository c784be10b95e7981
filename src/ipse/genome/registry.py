"""Installed genomes, and the one way to open any genome.

A genome is a folder below Ipse's home: ``genome.fa.gz`` (bgzip, with its indexes), ``scan.json``
(MD5 and held stretches of each contig), ``annotation.sqlite`` if there is one, and ``genome.json``.
It is made in a hidden folder beside and renamed when whole, so that a genome is there or not.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ipse.core.errors import InputError, IpseError
from ipse.core.files import cannot_write, sha256_text, write_text
from ipse.genome import fasta, home, index_folders
from ipse.genome.annotation import Annotation, read_annotation, read_file
from ipse.genome.annotation_store import AnnotationStore
from ipse.genome.embedded import NAME as EMBEDDED
from ipse.genome.embedded import Genome, embedded
from ipse.genome.gff import sniff_style
from ipse.genome.reference import FastaReference, Reference

__all__ = ["Genome", "Installed", "add", "check_free", "installed", "open_genome", "remove"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FASTA, _SCAN, _ANNOTATION, _ABOUT = "genome.fa.gz", "scan.json", "annotation.sqlite", "genome.json"


@dataclass(frozen=True)
class Installed:
    """An installed genome.

    Attributes
    ----------
    name
        Name it is opened by.
    assembly
        ``GRCh38``, ``GRCh37`` or ``""``.
    contigs, bases
        Number of contigs shown and their length in all [bp].
    alt_contigs
        Whether alt, patch and decoy contigs are shown.
    annotation
        Name of the annotation file, or ``""``.
    transcripts
        Number of transcripts.
    identity
        See :class:`~ipse.genome.reference.Reference`.
    """

    name: str
    assembly: str
    contigs: int
    bases: int
    alt_contigs: bool
    annotation: str
    transcripts: int
    identity: str


def add(
    name: str,
    path: Path | str,
    annotation: Path | str | None = None,
    *,
    assembly: str | None = None,
    alt_contigs: bool = False,
) -> Installed:
    """Install a genome: check it, write it as indexed bgzip, and keep its annotation.

    Parameters
    ----------
    name
        Name to open it by.
    path
        FASTA: plain, gzip or bgzip.
    annotation
        GFF3 or GTF of the same assembly.
    assembly
        Assembly, where contig names and lengths do not tell.
    alt_contigs
        Show alt, patch and decoy contigs too.

    Raises
    ------
    InputError
        For a bad or taken name, a broken file, or an annotation of another assembly.
    IpseError
        If the disk is full or the folder cannot be written. Nothing is left behind.
    """
    check_free(name)
    with _new_folder(name) as folder:
        scans = fasta.reblock(Path(path), folder / _FASTA)
        fasta.save_scan(folder / _SCAN, scans)
        reference = _open_fasta(folder, name, assembly or "", alt_contigs)
        transcripts = 0
        if annotation is not None:
            source = Path(annotation)
            models, meta = read_file(source, sniff_style(source), reference)
            transcripts = len(models.transcripts)
            AnnotationStore.save(folder / _ANNOTATION, models.transcripts, models.synonyms, meta)
        about = Installed(
            name=name, assembly=reference.assembly, contigs=len(reference.contigs()),
            bases=sum(reference.length(contig) for contig in reference.contigs()),
            alt_contigs=alt_contigs, annotation="" if annotation is None else source.name,
            transcripts=transcripts, identity=reference.identity,
        )  # fmt: skip
        write_text(folder / _ABOUT, json.dumps(asdict(about), indent=1) + "\n")
    return about


def installed() -> list[Installed]:
    """All installed genomes, by name; a damaged one is left out."""
    try:
        folders = sorted(home.genomes().iterdir())
    except OSError:
        return []
    return [about for folder in folders if (about := _about(folder)) is not None]


def remove(name: str) -> None:
    """Remove an installed genome and its site indices.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name == EMBEDDED:
        raise InputError(
            f"the genome {EMBEDDED!r} comes with Ipse and cannot be removed", field="name",
            value=name, expected="a genome that was added", next_step="ipse genome list",
        )  # fmt: skip
    folder = home.genomes() / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        raise _unknown(name)
    about = _about(folder)
    try:
        hidden = Path(tempfile.mkdtemp(prefix=f".{name}-", suffix=".part", dir=home.genomes()))
        folder.rename(hidden / name)  # gone at once, for everyone
        shutil.rmtree(hidden)
    except OSError as error:
        raise cannot_write(folder, error) from error
    # The same sequence under another name has the same indices.
    if about is not None and about.identity not in {other.identity for other in installed()}:
        index_folders.remove(about.identity)


def open_genome(
    name_or_path: str | Path | None = None, annotation_path: str | Path | None = None
) -> Genome:
    """Open a genome by name, or a FASTA file.

    Parameters
    ----------
    name_or_path
        Name of an installed genome, ``embedded`` (the default), or path of a FASTA file.
    annotation_path
        GFF3 or GTF to use. Without one an installed genome uses its own; a GRCh38 FASTA file uses
        the transcripts that come with Ipse.

    Raises
    ------
    InputError
        For a name that is neither installed nor a file, or a broken file.
    """
    name = EMBEDDED if name_or_path is None else str(name_or_path)
    reference: Reference
    annotation: Annotation | None = None
    if name in ("", EMBEDDED):
        reference, annotation = embedded()
    elif _NAME.fullmatch(name) and (about := _about(home.genomes() / name)) is not None:
        folder = home.genomes() / name
        reference = _open_fasta(folder, name, about.assembly, about.alt_contigs)
        if about.annotation and annotation_path is None:
            annotation = Annotation.from_store(folder / _ANNOTATION, reference)
    elif Path(name).exists():
        reference = FastaReference.open(Path(name))
    else:
        raise _unknown(name)
    if annotation_path is not None:
        annotation = read_annotation(annotation_path, reference)
    return Genome(reference, annotation or _borrowed(reference))


def _borrowed(reference: Reference) -> Annotation:
    """Transcripts of the embedded loci under a GRCh38 reference's contig names, else none."""
    own = embedded()
    if reference.assembly != own.reference.assembly:
        return Annotation("none", sha256_text(""), [], reference)
    placed = []
    for gene in own.annotation.genes():
        for transcript in own.annotation.transcripts_of(gene):
            try:
                contig = reference.resolve(transcript.contig)
            except InputError:
                continue
            if reference.length(contig) == own.reference.length(transcript.contig):
                placed.append(replace(transcript, contig=contig))
    return Annotation(EMBEDDED, own.annotation.identity, placed, reference)


def _open_fasta(folder: Path, name: str, assembly: str, alt_contigs: bool) -> FastaReference:
    indexed = fasta.open_indexed(folder / _FASTA, folder / _SCAN)
    return FastaReference(indexed, name=name, assembly=assembly, alt_contigs=alt_contigs)


def _about(folder: Path) -> Installed | None:
    try:
        kept = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return Installed(**kept)
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def _new_folder(name: str) -> Iterator[Path]:
    """Folder that becomes the genome's when everything in it is written, or disappears."""
    try:
        home.genomes().mkdir(parents=True, exist_ok=True)
        _sweep()
        part = Path(
            tempfile.mkdtemp(prefix=f".{name}-{os.getpid()}-", suffix=".part", dir=home.genomes())
        )
    except OSError as error:
        raise cannot_write(home.genomes() / name, error) from error
    try:
        yield part
        part.chmod(0o755)
        part.rename(home.genomes() / name)
    except OSError as error:
        if (home.genomes() / name).exists():
            raise _taken(name) from None
        raise cannot_write(home.genomes() / name, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _sweep() -> None:
    """Remove what a process that was killed left behind."""
    for part in home.genomes().glob(".*.part"):
        owner = re.search(r"-(\d+)-[^-]*\.part$", part.name)
        if owner and not _runs(int(owner.group(1))):
            shutil.rmtree(part, ignore_errors=True)


def _runs(process: int) -> bool:
    if sys.platform == "win32":  # where asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def check_free(name: str) -> None:
    """Raise ``InputError`` if a genome cannot be installed by a name."""
    if not _NAME.fullmatch(name) or name == EMBEDDED:
        raise InputError(
            "this cannot be the name of a genome", field="NAME", value=name,
            expected=f"letters, digits, '.', '_' or '-', not {EMBEDDED!r}",
            next_step="choose a short name such as hg38",
        )  # fmt: skip
    if (home.genomes() / name).exists():
        raise _taken(name)


def _taken(name: str) -> InputError:
    return InputError(
        f"a genome {name!r} is installed already", field="NAME", value=name,
        expected="a name that is free",
        next_step=f"ipse genome remove {name}, or another name; ipse genome index {name} finishes "
        "its site index",
    )  # fmt: skip


def _unknown(name: str) -> IpseError:
    names = [EMBEDDED, *(about.name for about in installed())]
    near = difflib.get_close_matches(name, names, n=3) or names
    return InputError(
        f"there is no genome {name!r}", field="--genome", value=name,
        expected=f"an installed genome ({', '.join(near)}) or a FASTA file",
        next_step=f"ipse genome list; ipse genome add {Path(name).name} FASTA",
    )  # fmt: skip
