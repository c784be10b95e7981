"""The patient's calls: real files, and every odd genotype and broken file in small ones."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pysam
import pytest

from ipse.core.errors import InputError
from ipse.genome.patient_genome import Genotype, PatientGenome
from ipse.genome.reference import FastaReference, Reference, SparseReference
from ipse.genome.variant import GenomicVariant

#           0         1         2         3
SEQUENCE = "ACGTACGTTTACGGGACCATTACGATCGATCCATGCAACT"
HEADER = "##fileformat=VCFv4.2\n{contigs}" + "".join(
    f"{line}\n"
    for line in (
        '##FILTER=<ID=LowQual,Description="low">',
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
        '##INFO=<ID=END,Number=1,Type=Integer,Description="End">',
        '##ALT=<ID=DEL,Description="Deletion">',
    )
)
CONTIG = "##contig=<ID=2,length=1000>\n"
RECORDS = [
    "2\t2\t.\tC\tT\t.\tPASS\t.\tGT\t0/1",
    "2\t4\t.\tT\tA,G\t.\tPASS\t.\tGT\t1|2",
    "2\t6\t.\tC\tCTT\t.\tLowQual\t.\tGT:PS\t0|1:77",
    "2\t8\t.\tTTT\tT\t.\t.\t.\tGT\t1/1",
    "2\t12\t.\tC\tA,*\t.\tPASS\t.\tGT\t1|2",
    "2\t14\t.\tG\tT\t.\tPASS\t.\tGT\t./1",
    "2\t16\t.\tA\tT\t.\tPASS\t.\tGT\t1",
    "2\t18\t.\tC\t<DEL>\t.\tPASS\tEND=25\tGT\t0/1",
    "2\t22\t.\tA\tG\t.\tPASS\t.\tGT\t0/0",
    "2\t24\t.\tG\tC\t.\tPASS\t.\tGT\t./.",
    "2\t26\t.\tTC\tTC\t.\tPASS\t.\tGT\t0/1",
]


@pytest.fixture
def reference() -> Reference:
    return SparseReference("tiny", "GRCh38", {"chr2": 1000}, {"chr2": [(0, SEQUENCE)]})


def vcf(
    path: Path, records: list[str], sample: str = "S1", contigs: str = CONTIG, more: str = ""
) -> Path:
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t" + sample
    text = HEADER.format(contigs=contigs) + more + "\n".join([columns, *records]) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def plain(path: Path) -> Path:
    return path


def gzipped(path: Path) -> Path:
    out = path.with_name(path.name + ".gz")
    out.write_bytes(gzip.compress(path.read_bytes()))
    return out


def bgzipped(path: Path) -> Path:
    out = path.with_name(path.name + ".gz")
    pysam.tabix_compress(str(path), str(out), force=True)
    return out


def indexed(path: Path) -> Path:
    out = bgzipped(path)
    pysam.tabix_index(str(out), preset="vcf", force=True)
    return out


def bcf(path: Path) -> Path:
    out = path.with_suffix(".bcf")
    source = pysam.VariantFile(str(path))
    with pysam.VariantFile(str(out), "wb", header=source.header) as sink:
        for record in source:
            sink.write(record)
    source.close()
    pysam.tabix_index(str(out), preset="bcf", force=True)
    return out


FORMS: list[Callable[[Path], Path]] = [plain, gzipped, bgzipped, indexed, bcf]


@pytest.mark.parametrize("form", FORMS)
def test_every_genotype_in_every_form(
    tmp_path: Path, reference: Reference, form: Callable[[Path], Path]
) -> None:
    genome = PatientGenome(reference, form(vcf(tmp_path / "p.vcf", RECORDS)))
    assert genome.sample == "S1" and genome.indexed == (form in (indexed, bcf))
    calls = genome.records("chr2" if form is plain else "2", 0, 40)
    shown = [(str(c.variant), c.zygosity, sorted(c.haplotypes)) for c in calls]
    assert shown == [
        ("chr2:2:C:T", "heterozygous", []),
        ("chr2:4:T:A", "heterozygous", [1]),
        ("chr2:4:T:G", "heterozygous", [2]),
        ("chr2:7:-:TT", "heterozygous", [2]),
        ("chr2:8:TT:-", "homozygous", [1, 2]),
        ("chr2:12:C:A", "hemizygous", [1]),
        ("chr2:14:G:T", "", []),
        ("chr2:16:A:T", "hemizygous", [1]),
    ]
    insertion = calls[3]
    assert insertion.phase_set == "77" and insertion.filters == ("LowQual",)
    (deletion,) = genome.symbolic("chr2", 0, 40)
    assert (deletion.start, deletion.end, deletion.alt) == (17, 25, "<DEL>")
    found = genome.genotype(GenomicVariant("chr2", 1, "C", "T"))
    assert isinstance(found, Genotype) and found.copies == 1
    assert genome.genotype(GenomicVariant("chr2", 1, "C", "G")) is None
    assert genome.covers("chr2") and [c.variant.start for c in genome.records("2", 6, 6)] == [6]
    genome.close()


def test_scan_equals_index_at_every_window(tmp_path: Path, reference: Reference) -> None:
    path = vcf(tmp_path / "p.vcf", RECORDS)
    scanned = PatientGenome(reference, path)
    fetched = PatientGenome(reference, indexed(path))
    everything = scanned.records("2", 0, 40)
    for start in range(30):
        for end in range(start, 34):
            wanted = [
                c
                for c in everything
                if (c.variant.start < end and c.variant.end > start)
                or (not c.variant.ref and start <= c.variant.start <= end)
            ]
            assert scanned.records("2", start, end) == wanted
            assert fetched.records("2", start, end) == wanted


def test_unsorted_and_undeclared_contigs(tmp_path: Path, reference: Reference) -> None:
    path = vcf(tmp_path / "p.vcf", RECORDS[::-1], contigs="")
    genome = PatientGenome(reference, path)
    assert [call.variant.start for call in genome.records("chr2", 0, 5)] == [1, 3, 3]
    assert [finding.code for finding in genome.findings] == ["vcf-without-index"]


def test_sample_must_be_there(tmp_path: Path, reference: Reference) -> None:
    path = vcf(tmp_path / "p.vcf", [RECORDS[0] + "\t0/0"], sample="S1\tS2")
    with pytest.raises(InputError, match="the sample is not in") as caught:
        PatientGenome(reference, path, "S3")
    assert "S1, S2" in str(caught.value)
    with pytest.raises(InputError, match="several samples"):
        PatientGenome(reference, path)
    assert PatientGenome(reference, path, "S2").records("2", 0, 40) == []


def test_another_assembly_is_told_by_length_name_and_bases(
    tmp_path: Path, reference: Reference
) -> None:
    other = CONTIG.replace("1000", "999")
    with pytest.raises(InputError, match="another assembly") as caught:
        PatientGenome(reference, vcf(tmp_path / "a.vcf", RECORDS, contigs=other))
    assert "length 999" in str(caught.value)
    named = CONTIG.replace(">", ",assembly=GRCh37>")
    with pytest.raises(InputError, match="another assembly"):
        PatientGenome(reference, vcf(tmp_path / "b.vcf", RECORDS, contigs=named))
    with pytest.raises(InputError, match="another assembly"):
        PatientGenome(reference, vcf(tmp_path / "c.vcf", RECORDS), assembly="hg19")
    wrong = [f"2\t{n}\t.\t{SEQUENCE[n]}\tA\t.\t.\t.\tGT\t0/1" for n in range(1, 30)]
    with pytest.raises(InputError, match="is not the reference's") as caught:
        PatientGenome(reference, vcf(tmp_path / "d.vcf", wrong))
    assert "positions are one base before" in str(caught.value)
    assert str(caught.value.value).count(";") == 9  # ten places
    other_base = {"A": "G", "C": "A", "G": "A", "T": "A"}
    unlike = [
        f"2\t{n}\t.\t{other_base[SEQUENCE[n - 1]]}\tT\t.\t.\t.\tGT\t0/1" for n in range(1, 30)
    ]
    with pytest.raises(InputError, match="is not the reference's") as caught:
        PatientGenome(reference, vcf(tmp_path / "e.vcf", unlike))
    assert "likely cause: another assembly" in str(caught.value)
    nowhere = CONTIG.replace("ID=2", "ID=scaffold_9")
    with pytest.raises(InputError, match="no contig"):
        PatientGenome(reference, vcf(tmp_path / "f.vcf", [], contigs=nowhere))


def test_broken_files(tmp_path: Path, reference: Reference) -> None:
    whole = indexed(vcf(tmp_path / "p.vcf", RECORDS * 1))
    cut = tmp_path / "cut.vcf.gz"
    cut.write_bytes(whole.read_bytes()[:-30])
    packed = gzipped(tmp_path / "p.vcf")
    half = tmp_path / "half.vcf.gz"
    half.write_bytes(packed.read_bytes()[:-40])
    binary = bcf(tmp_path / "p.vcf")
    short = tmp_path / "short.bcf"
    short.write_bytes(binary.read_bytes()[:-100])
    (tmp_path / "empty.vcf").write_bytes(b"")
    (tmp_path / "text.vcf").write_text("hello\n", encoding="utf-8")
    for name in ("cut.vcf.gz", "half.vcf.gz", "short.bcf", "empty.vcf", "text.vcf", "none.vcf"):
        with pytest.raises(InputError):
            PatientGenome(reference, tmp_path / name)
    with pytest.raises(InputError, match="cannot be opened"):
        PatientGenome(reference, tmp_path)
    os.mkfifo(tmp_path / "pipe.vcf")
    with pytest.raises(InputError, match="regular file"):
        PatientGenome(reference, tmp_path / "pipe.vcf")
    headless = tmp_path / "headless.vcf.gz"
    headless.write_bytes(gzip.compress(b"##fileformat=VCFv4.2\n"))  # read through a copy
    with pytest.raises(InputError, match="cannot be read") as caught:
        PatientGenome(reference, headless)
    assert str(caught.value.value).startswith("file 'headless.vcf.gz' does not have valid header")
    assert "mode" not in str(caught.value) and "ipse-" not in str(caught.value.value)
    bad = vcf(tmp_path / "bad.vcf", [RECORDS[0], "2\tx\t.\tC"])
    with pytest.raises(InputError):
        PatientGenome(reference, bad)
    unfinished = tmp_path / "unfinished.vcf"
    unfinished.write_text(vcf(tmp_path / "q.vcf", RECORDS).read_text()[:-1], encoding="utf-8")
    codes = [finding.code for finding in PatientGenome(reference, unfinished).findings]
    assert "vcf-ends-without-newline" in codes


def test_thousand_genomes(shared_data: Path) -> None:
    path = shared_data / "variants" / "chr20_1000g.vcf.gz"
    reference = FastaReference.open(shared_data / "variants" / "chr20.fa.gz")
    with pytest.raises(InputError, match="several samples"):
        PatientGenome(reference, path)
    with pysam.VariantFile(str(path)) as handle:
        sample = handle.header.samples[3]
        plain_count = sum(
            record.alts[number - 1][0] in "ACGT"
            for record in handle
            for number in set(record.samples[sample].allele_indices)
            if number
        )
    genome = PatientGenome(reference, path, sample)
    calls = genome.records("chr20", 1_000_000, 3_000_000)
    assert len(calls) == plain_count > 1000
    assert all(call.phased and call.phase_set is None and call.haplotypes for call in calls)
    assert {call.zygosity for call in calls} == {"heterozygous", "homozygous"}


def test_platinum_genome_on_lrg(shared_data: Path) -> None:
    reference = FastaReference.open(shared_data / "genes" / "lrg_genes.fa.gz")
    genome = PatientGenome(reference, shared_data / "variants" / "na12878_lrg.vcf.gz")
    assert genome.sample == "NA12878"
    first = genome.records("LRG_18", 60, 62)
    assert [(str(c.variant), c.zygosity) for c in first] == [("LRG_18:62:T:C", "heterozygous")]
    with pytest.raises(InputError, match="no contig"):
        PatientGenome(reference, shared_data / "variants" / "chr20_1000g.vcf.gz", "HG00099")
