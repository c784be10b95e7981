"""Broken FASTA and annotation files give an answer or a clean error, never anything else."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from genome_file_mutations import mutated
from test_annotation import GENCODE, GENOME, GTF, LRG, MANE, REFSEQ

from ipse.core.errors import InputError, NotInReference
from ipse.genome.annotation import read_annotation
from ipse.genome.fasta import pysam
from ipse.genome.reference import FastaReference

FASTA = (
    ">chr1 first\nACGTNNACGT\nacgtnnacgt\nAC\n>chr2\nGATTACA\n>chrM\nRYKMACGT\nNNNNACGT\n"
    ">chr2_x_alt\nTTTT\n>LRG_1 gene=ABC\nACGT\n"
)
ANNOTATIONS = [text.encode() for text in (GENCODE, GTF, REFSEQ, MANE, LRG)]


def try_annotation(folder: Path, chance: random.Random) -> bool:
    """Read one broken annotation; whether it could be read."""
    data = mutated(chance.choice(ANNOTATIONS), chance)
    path = folder / chance.choice(["a.gff3", "a.gtf", "a.txt"])
    if chance.random() < 0.2:
        data = gzip.compress(data, 1)
        data = mutated(data, chance) if chance.random() < 0.5 else data
    path.write_bytes(data)
    try:
        annotation = read_annotation(path, GENOME)
    except InputError as error:
        assert error.file == str(path)
        assert error.expected
        return False
    for gene in annotation.genes():
        for transcript in annotation.transcripts_of(gene):
            assert len(transcript.sequence) in (0, transcript.length)
            transcript.translated()
            for place in (0, transcript.length - 1):
                assert transcript.to_transcript(transcript.to_genomic(place)) == (place, 0)
            if transcript.cds is not None:
                assert 0 <= transcript.cds[0] < transcript.cds[1] <= transcript.length
            assert transcript in annotation.overlapping(
                transcript.contig, transcript.start, transcript.end
            )
    return True


def try_fasta(folder: Path, chance: random.Random) -> bool:
    """Open one broken FASTA file, sometimes beside a good file's index, and read all of it."""
    data = mutated(FASTA.encode(), chance) if chance.random() < 0.9 else FASTA.encode()
    path = folder / f"{chance.randrange(10**9)}.fa"
    path.write_bytes(data)
    kind = chance.random()
    if kind < 0.2:
        path.write_bytes(gzip.compress(data, 1))
    elif kind < 0.5:
        packed = path.with_suffix(".fa.gz")
        pysam.tabix_compress(str(path), str(packed), force=True)
        path = packed
    if chance.random() < 0.2:
        path.write_bytes(mutated(path.read_bytes(), chance))
    if chance.random() < 0.2:
        index = mutated(b"chr1\t22\t12\t10\t11\nchr2\t7\t43\t7\t8\n", chance)
        Path(f"{path}.fai").write_bytes(index)
    try:
        reference = FastaReference.open(path, alt_contigs=chance.random() < 0.5)
        assert len(reference.identity) == 64
        for contig in reference.contigs():
            for start, end in reference.held(contig):
                assert len(reference.fetch(contig, start, end)) == end - start
            length = reference.length(contig)
            assert not reference.has(contig, length, length + 1)
    except InputError as error:
        assert error.file is not None and str(path.with_suffix("")) in error.file
        assert error.expected
        return False
    except NotInReference:
        pytest.fail("a stretch said to be held is not")
    return True


@pytest.mark.parametrize("seed", range(4))
def test_broken_annotations(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    answers = [try_annotation(tmp_path, chance) for _ in range(100)]
    assert any(answers) and not all(answers)


@pytest.mark.parametrize("seed", range(4))
def test_broken_fasta(tmp_path: Path, own_home: Path, seed: int) -> None:
    chance = random.Random(seed)
    answers = [try_fasta(tmp_path, chance) for _ in range(50)]
    assert any(answers) and not all(answers)
