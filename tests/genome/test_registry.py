"""Installing genomes: whole or not at all."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from ipse.core.errors import InputError, IpseError
from ipse.genome import fasta, registry
from ipse.genome.aliases import chromosomes
from ipse.genome.embedded import embedded
from ipse.genome.reference import SparseReference
from ipse.genome.registry import add, installed, open_genome, remove

GFF = """##gff-version 3
chr1\tRefSeq\tgene\t11\t60\t.\t+\t.\tID=gene-ABC1;Name=ABC1;gene=ABC1
chr1\tRefSeq\tmRNA\t11\t60\t.\t+\t.\tID=rna-NM_1.4;Parent=gene-ABC1;transcript_id=NM_1.4
chr1\tRefSeq\texon\t11\t60\t.\t+\t.\tID=exon-1;Parent=rna-NM_1.4
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.fa"
    path.write_text(">chr1\nacgtTGCA\nACGTTGCA\nAC\n>chr2\nGATTACANNN\n>chr2_1_alt\nTTT\n")
    return path


def parts() -> list[Path]:
    folder = registry.home.genomes()
    return list(folder.glob(".*")) if folder.exists() else []


def test_add_open_list_remove(small: Path, tmp_path: Path, own_home: Path) -> None:
    long = tmp_path / "long.fa"
    long.write_text(">chr1\n" + "ACGTTGCA" * 10 + "\n>chr2\nGATTACANNN\n")
    (tmp_path / "a.gff3").write_text(GFF)
    done = add("mine", long, tmp_path / "a.gff3")
    assert (done.contigs, done.bases, done.transcripts) == (2, 90, 1)
    assert installed() == [done]
    reference, annotation = open_genome("mine")
    assert reference.name == "mine"
    assert reference.identity == done.identity
    assert reference.fetch("1", 0, 6) == "ACGTTG"
    assert reference.held("chr2") == [(0, 7)]
    assert annotation.name == "a.gff3"
    assert annotation.transcript("NM_1.4").sequence == ("ACGTTGCA" * 10)[10:60]
    assert not parts()
    remove("mine")
    assert installed() == []
    assert not parts()
    with pytest.raises(InputError, match="no genome 'mine'"):
        open_genome("mine")


def test_alternate_contigs_are_kept_but_hidden(small: Path, own_home: Path) -> None:
    add("plain", small)
    add("all", small, alt_contigs=True)
    assert open_genome("plain").reference.contigs() == ["chr1", "chr2"]
    assert open_genome("all").reference.contigs() == ["chr1", "chr2", "chr2_1_alt"]
    assert [about.name for about in installed()] == ["all", "plain"]


@pytest.mark.parametrize("packing", ["plain", "gzip", "bgzip", "ragged"])
def test_packing_does_not_matter(small: Path, tmp_path: Path, own_home: Path, packing: str) -> None:
    path = small
    if packing == "gzip":
        path = tmp_path / "g.fa.gz"
        path.write_bytes(gzip.compress(small.read_bytes()))
    elif packing == "bgzip":
        path = tmp_path / "b.fa.gz"
        fasta.pysam.tabix_compress(str(small), str(path))
    elif packing == "ragged":
        path = tmp_path / "r.fa"
        path.write_text(">chr1\nacgtTGCAACGTTG\nCAA\nC\n>chr2\nGATTACANNN\n>chr2_1_alt\nTTT")
    done = add("g", path)
    reference = open_genome("g").reference
    assert reference.fetch("chr1", 0, 18) == "ACGTTGCAACGTTGCAAC"
    assert done.identity == open_genome(small).reference.identity


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 65, "a b"])
def test_bad_names_are_refused(small: Path, own_home: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        add(name, small)
    with pytest.raises(InputError, match="no genome"):
        remove(name)


def test_taken_names_are_refused(small: Path, own_home: Path) -> None:
    add("g", small)
    with pytest.raises(InputError, match="installed already"):
        add("g", small)
    with pytest.raises(InputError, match="no genome 'h'"):
        remove("h")


def test_a_broken_file_leaves_nothing(small: Path, tmp_path: Path, own_home: Path) -> None:
    bad = tmp_path / "bad.fa"
    bad.write_text(">a\nACGT\n>a\nACGT\n")
    with pytest.raises(InputError, match="stands twice"):
        add("g", bad)
    (tmp_path / "a.gff3").write_text(GFF.replace("chr1", "chr9"))
    with pytest.raises(InputError, match="no transcript on the reference's contigs"):
        add("g", small, tmp_path / "a.gff3")
    with pytest.raises(InputError, match="cannot be read"):
        add("g", tmp_path / "none.fa")
    assert installed() == []
    assert not parts()


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """The kernel refuses longer files, as a full disk does."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [100, 70_000, 140_000])
def test_a_full_disk_leaves_nothing(tmp_path: Path, own_home: Path, size: int) -> None:
    big = tmp_path / "big.fa"
    letters = "".join(random.Random(3).choices("ACGT", k=600_000))
    big.write_text(f">chr1\n{letters}\n")
    with files_limited_to(size), pytest.raises(IpseError, match="cannot write") as error:
        add("g", big)
    assert error.value.exit_status == 2
    assert installed() == []
    assert not parts()
    add("g", big)  # and room made, it goes through
    assert open_genome("g").reference.length("chr1") == 600_000


def test_an_interrupt_leaves_nothing(
    small: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fasta, "save_scan", interrupt)
    with pytest.raises(KeyboardInterrupt):
        add("g", small)
    assert installed() == []
    assert not parts()


def test_what_a_killed_process_left_is_swept(small: Path, own_home: Path) -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as gone:
        pass
    left = own_home / "genomes" / f".old-{gone.pid}-abcdef.part"
    kept = own_home / "genomes" / f".new-{os.getpid()}-abcdef.part"
    for folder in (left, kept):
        folder.mkdir(parents=True)
    add("g", small)
    assert parts() == [kept]


def test_two_adding_at_once(small: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both get past the first look at the name; one wins, the other says so and cleans up."""
    gate = threading.Barrier(2)
    save_scan = fasta.save_scan

    def together(path: Path, scans: dict[str, fasta.SequenceScan]) -> None:
        gate.wait(timeout=30)
        save_scan(path, scans)

    def attempt(_: int) -> str:
        try:
            return add("g", small).name
        except InputError as error:
            return error.message

    monkeypatch.setattr(fasta, "save_scan", together)
    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(attempt, range(2)))
    assert found == ["a genome 'g' is installed already", "g"]
    assert len(installed()) == 1
    assert not parts()


def test_a_damaged_genome_is_not_listed(small: Path, own_home: Path) -> None:
    add("g", small)
    about = own_home / "genomes" / "g" / "genome.json"
    about.write_text(json.dumps({"name": "g"}))
    assert installed() == []
    with pytest.raises(InputError, match="no genome 'g'"):
        open_genome("g")
    remove("g")


def test_pipes_and_devices_are_refused_before_they_are_opened(
    small: Path, tmp_path: Path, own_home: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(InputError, match="regular file"):
            open_genome(path)
        with pytest.raises(InputError, match="regular file"):
            add("g", path)
        with pytest.raises(InputError, match="regular file"):
            add("g", small, path)
    assert installed() == []
    assert not parts()


def test_embedded_can_neither_be_added_nor_removed(small: Path, own_home: Path) -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        add("embedded", small)
    with pytest.raises(InputError, match="comes with Ipse and cannot be removed"):
        remove("embedded")


def test_default_is_embedded() -> None:
    for name in (None, "", "embedded"):
        assert open_genome(name) == embedded()


def test_a_file_borrows_the_embedded_transcripts(tmp_path: Path, own_home: Path) -> None:
    """A GRCh38 file without annotation still knows the eleven genes that lie on it."""
    lengths = {c.molecule: c.length for c in chromosomes("GRCh38") if c.molecule in ("2", "X")}
    lengths["X"] -= 1  # not the chromosome the transcripts lie on
    borrowed = registry._borrowed(SparseReference("r", "GRCh38", lengths, {}))
    assert borrowed.genes() == ["CPS1"]
    assert borrowed.transcript("NM_001875.4").contig == "2"
    assert borrowed.transcript("NM_001875.4").translated().startswith("MTRILTAFK")
    small = tmp_path / "small.fa"
    small.write_text(">chr2\nACGT\n")
    assert open_genome(small).annotation.name == "none"
    assert open_genome(small).annotation.genes() == []


def test_annotation_may_be_given_at_opening(small: Path, tmp_path: Path, own_home: Path) -> None:
    (tmp_path / "a.gff3").write_text(GFF.replace("\t60\t", "\t16\t"))
    add("g", small)
    assert open_genome("g").annotation.genes() == []
    for name in ("g", small):
        assert open_genome(name, tmp_path / "a.gff3").annotation.genes() == ["ABC1"]


def test_unknown_genome_names_those_there(small: Path, own_home: Path) -> None:
    add("hg38small", small)
    with pytest.raises(InputError, match="no genome 'hg38'") as error:
        open_genome("hg38")
    assert "hg38small" in (error.value.expected or "")
