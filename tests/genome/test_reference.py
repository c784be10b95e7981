"""References against a dictionary of strings, and what a reference refuses."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import time
from pathlib import Path

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.errors import InputError, NotInReference
from ipse.core.progress import Silent
from ipse.genome import aliases, fasta_stream
from ipse.genome.reference import FastaReference, Reference, SparseReference

LETTERS = st.text(alphabet="ACGTacgtNNnnRM", min_size=1, max_size=90)
GENOMES = st.dictionaries(
    st.sampled_from(["chr1", "chr2", "LRG_1", "scaffold.1", "chrM"]), LETTERS, min_size=1
)


class Twin:
    """A reference that is a dictionary of strings."""

    def __init__(self, genome: dict[str, str]) -> None:
        self.genome = {name: letters.upper() for name, letters in genome.items()}

    def fetch(self, contig: str, start: int, end: int) -> str | None:
        letters = self.genome[contig]
        if start < 0 or end > len(letters) or "N" in letters[start:end]:
            return None
        return letters[start:end]

    def held(self, contig: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer("[^N]+", self.genome[contig])]


def write_fasta(path: Path, genome: dict[str, str], width: int = 60, end: str = "\n") -> Path:
    text = "".join(
        f">{name} something about it{end}"
        + "".join(letters[i : i + width] + end for i in range(0, len(letters), width))
        for name, letters in genome.items()
    )
    path.write_bytes(text.encode())
    return path


def bgzipped(path: Path) -> Path:
    pysam.tabix_compress(str(path), f"{path}.gz", force=True)
    return Path(f"{path}.gz")


def check_against_twin(reference: Reference, twin: Twin) -> None:
    assert reference.contigs() == list(twin.genome)
    for contig, letters in twin.genome.items():
        assert reference.length(contig) == len(letters)
        assert reference.held(contig) == twin.held(contig)
        for start, end in ((0, len(letters)), (len(letters) // 3, len(letters) // 2)):
            read = reference.letters(contig, start, end).tobytes().decode().upper()
            assert read == letters[start:end]
        for start in range(-1, len(letters) + 2, 7):
            for end in range(start, len(letters) + 3, 5):
                expected = twin.fetch(contig, start, end)
                assert reference.has(contig, start, end) == (expected is not None)
                if expected is None:
                    with pytest.raises(NotInReference):
                        reference.fetch(contig, start, end)
                else:
                    assert reference.fetch(contig, start, end) == expected


@given(genome=GENOMES, width=st.integers(1, 70), packing=st.sampled_from(["plain", "bgz", "gz"]))
def test_fasta_answers_as_a_dictionary_of_strings(
    tmp_path_factory: pytest.TempPathFactory, genome: dict[str, str], width: int, packing: str
) -> None:
    folder = tmp_path_factory.mktemp("fasta")
    path = write_fasta(folder / "genome.fa", genome, width, "\r\n" if width % 2 else "\n")
    if packing == "bgz":
        path = bgzipped(path)
    elif packing == "gz":
        (folder / "genome.fa.gz").write_bytes(gzip.compress(path.read_bytes()))
        path = folder / "genome.fa.gz"
    reference = FastaReference.open(path)
    check_against_twin(reference, Twin(genome))
    text = "".join(
        f"{name}\t{len(letters)}\t{hashlib.md5(letters.upper().encode()).hexdigest()}\n"
        for name, letters in genome.items()
    )
    assert reference.identity == hashlib.sha256(text.encode()).hexdigest()
    assert FastaReference.open(path).held(next(iter(genome))) == Twin(genome).held(
        next(iter(genome))
    )
    assert reference.name == "genome"


@given(genome=GENOMES, cuts=st.lists(st.integers(0, 90), max_size=4), overlap=st.integers(0, 9))
def test_sparse_answers_as_a_dictionary_of_strings(
    genome: dict[str, str], cuts: list[int], overlap: int
) -> None:
    stretches = {
        name: [
            (start, letters[start : end + overlap])
            for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(letters)], strict=True)
            if start < len(letters)
        ]
        for name, letters in genome.items()
    }
    lengths = {name: len(letters) for name, letters in genome.items()}
    reference = SparseReference("sparse", "", lengths, stretches)
    check_against_twin(reference, Twin(genome))


def test_sparse_knows_true_positions_and_lengths() -> None:
    lengths = {"chr2": 242_193_529}
    reference = SparseReference("one", "GRCh38", lengths, {"chr2": [(1000, "ACGT"), (2000, "ggg")]})
    assert reference.length("2") == 242_193_529
    assert reference.held("NC_000002.12") == [(1000, 1004), (2000, 2003)]
    assert reference.fetch("CM000664.2", 2001, 2003) == "GG"
    assert not reference.has("chr2", 1003, 1005)
    assert not reference.has("chr3", 1003, 1004)
    assert not reference.whole_genome
    assert [finding.code for finding in reference.findings()] == ["reference-is-loci-only"]
    with pytest.raises(NotInReference, match="chr2:1004-1005"):
        reference.fetch("2", 1003, 1005)
    with pytest.raises(ValueError, match="before it starts"):
        reference.fetch("2", 5, 4)


def test_sparse_refuses_stretches_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="disagree"):
        SparseReference("x", "", {"c": 9}, {"c": [(0, "ACGT"), (2, "AA")]})
    with pytest.raises(ValueError, match="sticks out"):
        SparseReference("x", "", {"c": 3}, {"c": [(0, "ACGT")]})


def test_one_chromosome_has_many_names(tmp_path: Path) -> None:
    reference = FastaReference.open(write_fasta(tmp_path / "g.fa", {"2": "ACGT", "MT": "AC"}))
    assert [reference.resolve(name) for name in ("2", "chr2", "CHR2")] == ["2"] * 3
    assert [reference.resolve(name) for name in ("MT", "chrM", "M", "chrMT")] == ["MT"] * 4
    # An accession names one exact sequence: this contig is too short to be it.
    with pytest.raises(InputError, match="chromosome 2 of GRCh38"):
        reference.resolve("NC_000002.12")
    with pytest.raises(InputError, match="no contig 'chr3'"):
        reference.resolve("chr3")
    assert not reference.has("chr3", 0, 1)


def test_an_accession_of_the_other_assembly_is_refused() -> None:
    length = {c.molecule: c.length for c in aliases.chromosomes("GRCh37")}["2"]
    reference = SparseReference("r", "GRCh37", {"2": length}, {})
    assert reference.resolve("NC_000002.11") == "2"
    with pytest.raises(InputError, match="GRCh38") as error:
        reference.resolve("NC_000002.12")
    assert "GRCh37" in str(error.value)


@pytest.mark.parametrize("assembly", ["GRCh37", "GRCh38"])
@pytest.mark.parametrize("names", ["ucsc", "molecule", "refseq", "genbank"])
def test_assembly_is_known_by_its_contigs(assembly: str, names: str) -> None:
    lengths = {getattr(c, names): c.length for c in aliases.chromosomes(assembly)}
    assert len(lengths) == 25
    assert aliases.detect_assembly(lengths) == assembly
    assert aliases.is_whole_genome(lengths, assembly)
    lengths.pop(next(iter(lengths)))
    assert not aliases.is_whole_genome(lengths, assembly)
    other = aliases.ContigNames(lengths, "r", assembly)
    for chromosome in aliases.chromosomes(assembly)[1:]:
        own = getattr(chromosome, names)
        for name in (chromosome.ucsc, chromosome.molecule, chromosome.refseq, chromosome.genbank):
            assert other.resolve(name) == own


def test_scaffolds_have_many_names_too() -> None:
    lengths = {"chr1_KI270706v1_random": 175_055, "chrUn_KI270302v1": 7}
    names = aliases.ContigNames(lengths, "r", "GRCh38")
    for name in ("KI270706.1", "NT_187361.1", "chr1_KI270706v1_random"):
        assert names.resolve(name) == "chr1_KI270706v1_random"
    with pytest.raises(InputError):  # its length is not that of the scaffold
        names.resolve("KI270302.1")


def test_assembly_is_not_guessed() -> None:
    assert aliases.detect_assembly({"chr20": 3_000_000}) == ""
    assert aliases.detect_assembly({"MT": 16569}) == ""
    mixed = {"chr1": aliases.chromosomes("GRCh37")[0].length}
    mixed["chr2"] = aliases.chromosomes("GRCh38")[1].length
    assert aliases.detect_assembly(mixed) == ""


@pytest.mark.parametrize(
    ("name", "primary"),
    [
        ("chr1", True), ("X", True), ("NC_000001.11", True), ("chrUn_KI270302v1", True),
        ("chr1_KI270706v1_random", True), ("KI270302.1", True), ("NT_187361.1", True),
        ("LRG_1", True), ("GL000191.1", True), ("chr6_GL000250v2_alt", False),
        ("chr6_apd_hap1", False), ("KI270758.1", False), ("NT_187515.1", False),
        ("HG1012_PATCH", False), ("CHR_HSCHR6_MHC_APD_CTG1", False), ("hs37d5", False),
        ("chr1_KN196472v1_fix", False), ("chrUn_JTFH01000001v1_decoy", False), ("chrEBV", False),
        ("HLA-A*01:01:01:01", False),
    ],
)  # fmt: skip
def test_alternate_contigs_are_known_by_name(name: str, primary: bool) -> None:
    assert aliases.is_primary(name) is primary


def test_alternate_contigs_are_shown_on_request(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "g.fa", {"chr1": "ACGT", "chr1_X_alt": "AAAA"})
    assert FastaReference.open(path).contigs() == ["chr1"]
    with_alt = FastaReference.open(path, alt_contigs=True)
    assert with_alt.contigs() == ["chr1", "chr1_X_alt"]
    assert with_alt.identity != FastaReference.open(path).identity
    with pytest.raises(InputError, match="no contig of a primary assembly"):
        FastaReference.open(write_fasta(tmp_path / "h.fa", {"hs37d5": "ACGT"}))


def test_pseudoautosomal_sequence_is_held_once(tmp_path: Path) -> None:
    first = aliases.pseudoautosomal_regions("GRCh38")[0]
    assert first.x == first.y == (10_000, 2_781_479)
    y = "N" * 10_000 + "A" * (2_781_479 - 10_000) + "C" * 500
    path = write_fasta(tmp_path / "g.fa", {"chrX": "ACGT", "chrY": y}, 100_000)
    reference = FastaReference.open(path, assembly="GRCh38")
    assert reference.held("Y") == [(2_781_479, 2_781_979)]
    assert not reference.has("chrY", 20_000, 20_001)
    assert reference.letters("chrY", 2_781_477, 2_781_481).tobytes() == b"NNCC"
    with pytest.raises(NotInReference):
        reference.fetch("chrY", 2_781_478, 2_781_480)
    everything = FastaReference.open(path, assembly="GRCh38", alt_contigs=True)
    assert everything.fetch("chrY", 20_000, 20_002) == "AA"
    without_x = write_fasta(tmp_path / "y.fa", {"chrY": y}, 100_000)
    assert FastaReference.open(without_x, assembly="GRCh38").has("chrY", 20_000, 20_001)


def test_mitochondrial_genome_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rcrs, african = aliases.mitochondrial_sequences()
    assert (rcrs.accession, rcrs.length, african.length) == ("NC_012920.1", 16569, 16571)
    for length in (16569, 16571, 100):
        path = write_fasta(tmp_path / f"m{length}.fa", {"chrM": "ACGT" * 5000, "chr1": "A"})
        path = write_fasta(path, {"chrM": ("ACGT" * 5000)[:length]})
        (finding,) = FastaReference.open(path).findings()[1:]
        assert finding.code == "chrm-is-not-rcrs"
        assert ("NC_001807.4" in finding.message) == (length == 16571)
    digest = hashlib.md5(("ACGT" * 5000)[:16569].encode()).hexdigest()
    pretended = aliases.Mitochondrial("NC_012920.1", 16569, digest, True)
    monkeypatch.setattr(aliases, "mitochondrial_sequences", lambda: (pretended,))
    found = FastaReference.open(tmp_path / "m16569.fa").findings()
    assert [finding.code for finding in found] == ["reference-is-loci-only"]


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("", "empty", None),
        ("  \n", "empty", None),
        ("ACGT\n", "not a FASTA", "line 1"),
        (">a\nACGT\n>a\nAC\n", "stands twice", "line 3"),
        (">a\nACGT\n>\nAC\n", "no name", "line 3"),
        (">a\nACGT\n> b\nAC\n", "no name", "line 3"),
        (">a\n>b\nAC\n", "no sequence", "line 2"),
        (">a\nAC\n>b\n", "no sequence", "line 4"),
        (">a\nAC\n>b", "no sequence", "line 3"),
        (">a\nAC\nMKLV*\n", "no nucleotide", "line 3"),
        (">a\nAC GT\n", "no nucleotide", "line 2"),
        (">a\nACGT\nAC\nACGT\n", "cannot be indexed", None),
        (">\u00e4\nACGT\n", "ASCII", "line 1"),
        (">a\x00b\nACGT\n", "ASCII", "line 1"),
        (">a\nAC\nAC\rGT\n", "no nucleotide", "line 3"),
    ],
)
def test_broken_fasta_is_refused(
    tmp_path: Path, text: str, message: str, where: str | None
) -> None:
    for packing in ("plain", "bgz"):
        path = tmp_path / f"{packing}.fa"
        path.write_text(text, encoding="utf-8")
        if packing == "bgz":
            if where == "line 1" and "not" in message:
                continue  # the first letters of a packed file are read with the rest
            path = bgzipped(path)
        with pytest.raises(InputError, match=message) as error:
            FastaReference.open(path)
        assert error.value.file == str(path)
        if where is not None:
            assert error.value.field == where
        assert not list(tmp_path.glob("*.fai"))
        assert not list(tmp_path.glob(".*"))


def test_packed_files_cut_short_are_refused(tmp_path: Path) -> None:
    whole = write_fasta(tmp_path / "g.fa", {"chr1": "ACGTTGCA" * 20_000})
    packed = bgzipped(whole).read_bytes()
    cut = tmp_path / "cut.fa.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError, match="cut short"):
        FastaReference.open(cut)
    cut.write_bytes(gzip.compress(whole.read_bytes())[:-20])
    with pytest.raises(InputError, match="cut short"):
        FastaReference.open(cut)
    damaged = bytearray(gzip.compress(whole.read_bytes()))
    damaged[50] ^= 0xFF
    cut.write_bytes(bytes(damaged))
    with pytest.raises(InputError):
        FastaReference.open(cut)


def test_file_that_is_absent_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.fa", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            FastaReference.open(path)


@pytest.mark.parametrize("packed", [False, True])
def test_index_of_another_file_is_refused(tmp_path: Path, packed: bool) -> None:
    one = write_fasta(tmp_path / "one.fa", {"chr1": "ACGT" * 50, "chr2": "GATTACA"})
    two = write_fasta(tmp_path / "two.fa", {"chr1": "ACGT" * 30, "chr2": "GATTACA"})
    if packed:
        one, two = bgzipped(one), bgzipped(two)
    FastaReference.open(one)
    FastaReference.open(two)
    shutil.copy(f"{one}.fai", f"{two}.fai")
    with pytest.raises(InputError, match="belongs to another file"):
        FastaReference.open(two)
    Path(f"{two}.fai").write_text("")
    with pytest.raises(InputError):
        FastaReference.open(two)
    Path(f"{two}.fai").write_text("chr1\tlong\n")
    with pytest.raises(InputError):
        FastaReference.open(two)


def test_sequence_changed_after_indexing_is_noticed(tmp_path: Path) -> None:
    genome = {"chr1": "ACGT" * 50, "chr2": "GATTACA" * 20, "chr3": "A"}
    path = write_fasta(tmp_path / "g.fa", genome)
    FastaReference.open(path)
    index = Path(f"{path}.fai").read_text().splitlines()
    name, length, offset, *rest = index[1].split("\t")
    for other in ([name, str(int(length) - 7), offset], [name, length, str(int(offset) + 1)]):
        wrong = [index[0], "\t".join([*other, *rest]), index[2]]
        Path(f"{path}.fai").write_text("\n".join(wrong) + "\n")
        write_fasta(path, genome)
        os.utime(path, (time.time(), time.time() + len(other[2])))  # so that it is read again
        with pytest.raises(InputError, match="belongs to another file"):
            assert FastaReference.open(path).identity


def test_no_index_on_a_read_only_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_fasta(tmp_path / "g.fa", {"chr1": "ACGT"})

    def refuse(*_: object, **__: object) -> tuple[int, str]:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(InputError, match="no index") as error:
        FastaReference.open(path)
    assert "ipse genome add" in str(error.value)
    assert "Read-only file system" in str(error.value)
    monkeypatch.undo()
    FastaReference.open(path)
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert FastaReference.open(path).identity  # the scan is kept nowhere, and that is no error


def test_real_genes_are_read(lrg_reference: FastaReference) -> None:
    assert len(lrg_reference.contigs()) == 547
    assert lrg_reference.held("LRG_336") == [(0, 208_423)]
    assert lrg_reference.assembly == ""
    assert len(lrg_reference.identity) == 64  # its index, made by another tool, is right


def test_padding_with_n_is_absence(shared_data: Path) -> None:
    reference = FastaReference.open(shared_data / "variants" / "chr20.fa.gz")
    assert reference.held("chr20") == [(1_000_000, 2_000_000), (2_100_000, 3_000_000)]
    with pytest.raises(NotInReference):
        reference.fetch("20", 999_999, 1_000_001)


@given(genome=GENOMES, piece=st.integers(1, 40), end=st.sampled_from(["\n", "\r\n"]))
def test_reading_in_pieces_of_any_size_is_the_same(
    genome: dict[str, str], piece: int, end: str
) -> None:
    text = "".join(
        f">{name} about{end}{letters[:30]}{end}{letters[30:]}{end if letters[30:] else ''}"
        for name, letters in genome.items()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fasta_stream, "_PIECE", piece)
        scans = fasta_stream.scan_stream(
            io.BytesIO(text.encode()), Path("x.fa"), Silent(), lambda: 0
        )
    twin = Twin(genome)
    assert list(scans) == list(genome)
    for name, scan in scans.items():
        assert scan.length == len(twin.genome[name])
        assert scan.held == twin.held(name)
        assert scan.md5 == hashlib.md5(twin.genome[name].encode()).hexdigest()
