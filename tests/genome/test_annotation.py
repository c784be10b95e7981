"""Annotations in the styles of GENCODE, RefSeq, MANE, Ensembl and LRG, and broken ones."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from ipse.core.errors import InputError
from ipse.core.sequence import MITOCHONDRIAL_CODE
from ipse.genome import annotation as annotation_module
from ipse.genome.annotation import Annotation, Transcript, read_annotation
from ipse.genome.reference import SparseReference

random.seed(1)
LETTERS = "".join(random.choices("ACGT", k=2000))
GENOME = SparseReference(
    "small", "", {"chr1": 2000, "chr2": 2000, "chrM": 2000},
    {"chr1": [(0, LETTERS)], "chr2": [(0, LETTERS)], "chrM": [(0, LETTERS)]},
)  # fmt: skip

GENCODE = """##gff-version 3
#description: a sample
##sequence-region chr1 1 2000
chr1\tHAVANA\tgene\t101\t900\t.\t-\t.\tID=ENSG1.5;gene_id=ENSG1.5;gene_type=protein_coding;\
gene_name=ABC1;hgnc_id=HGNC:77
chr1\tHAVANA\ttranscript\t101\t900\t.\t-\t.\tID=ENST1.4;Parent=ENSG1.5;gene_id=ENSG1.5;\
transcript_id=ENST1.4;gene_name=ABC1;tag=basic,MANE_Select,Ensembl_canonical
chr1\tHAVANA\texon\t801\t900\t.\t-\t.\tID=exon:ENST1.4:1;Parent=ENST1.4;transcript_id=ENST1.4
chr1\tHAVANA\tCDS\t801\t850\t.\t-\t0\tID=CDS:ENST1.4;Parent=ENST1.4;protein_id=ENSP1.2;\
transcript_id=ENST1.4
chr1\tHAVANA\tstart_codon\t848\t850\t.\t-\t0\tID=start_codon:ENST1.4;Parent=ENST1.4
chr1\tHAVANA\texon\t101\t300\t.\t-\t.\tID=exon:ENST1.4:2;Parent=ENST1.4;transcript_id=ENST1.4
chr1\tHAVANA\tCDS\t202\t300\t.\t-\t1\tID=CDS:ENST1.4;Parent=ENST1.4;protein_id=ENSP1.2;\
transcript_id=ENST1.4
chr1\tHAVANA\tstop_codon\t201\t203\t.\t-\t0\tID=stop_codon:ENST1.4;Parent=ENST1.4
chr1\tHAVANA\tstop_codon_redefined_as_selenocysteine\t298\t300\t.\t-\t.\tID=sec:ENST1.4;\
Parent=ENST1.4
chr1\tHAVANA\tthree_prime_UTR\t101\t200\t.\t-\t.\tID=UTR3:ENST1.4;Parent=ENST1.4
chr1\tHAVANA\ttranscript\t151\t900\t.\t-\t.\tID=ENST2.1;Parent=ENSG1.5;gene_id=ENSG1.5;\
transcript_id=ENST2.1;gene_name=ABC1;tag=basic
chr1\tHAVANA\texon\t151\t900\t.\t-\t.\tID=exon:ENST2.1:1;Parent=ENST2.1
"""
GTF = """#!genome-build GRCh38.p14
chr1\tensembl\tgene\t101\t900\t.\t-\t.\tgene_id "ENSG1"; gene_version "5"; gene_name "ABC1";\
 gene_source "ensembl; havana";
chr1\tensembl\ttranscript\t101\t900\t.\t-\t.\tgene_id "ENSG1"; transcript_id "ENST1";\
 transcript_version "4"; gene_name "ABC1"; tag "basic"; tag "MANE_Select";
chr1\tensembl\texon\t801\t900\t.\t-\t.\tgene_id "ENSG1"; transcript_id "ENST1";\
 transcript_version "4"; exon_number "1"; gene_name "ABC1";
chr1\tensembl\tCDS\t801\t850\t.\t-\t0\tgene_id "ENSG1"; transcript_id "ENST1";\
 transcript_version "4"; protein_id "ENSP1"; protein_version "2";
chr1\tensembl\texon\t101\t300\t.\t-\t.\tgene_id "ENSG1"; transcript_id "ENST1";\
 transcript_version "4"; exon_number 2
chr1\tensembl\tCDS\t204\t300\t.\t-\t1\tgene_id "ENSG1"; transcript_id "ENST1";\
 transcript_version "4"; protein_id "ENSP1"; protein_version "2";
chr1\tensembl\tstop_codon\t201\t203\t.\t-\t0\tgene_id "ENSG1"; transcript_id "ENST1";\
 transcript_version "4";
chr1\tensembl\tSelenocysteine\t298\t300\t.\t-\t.\tgene_id "ENSG1"; transcript_id "ENST1";\
 transcript_version "4";
"""
REFSEQ = """##gff-version 3
##sequence-region chr1 1 2000
chr1\tRefSeq\tregion\t1\t2000\t.\t+\t.\tID=chr1:1..2000;Dbxref=taxon:9606
chr1\tBestRefSeq\tgene\t101\t900\t.\t-\t.\tID=gene-ABC1;Dbxref=GeneID:1,HGNC:HGNC:77;Name=ABC1;\
gene=ABC1;gene_synonym=OLD1,OLDER1
chr1\tBestRefSeq\tmRNA\t101\t900\t.\t-\t.\tID=rna-NM_1.4;Parent=gene-ABC1;\
Dbxref=GeneID:1,Genbank:NM_1.4;Name=NM_1.4;gene=ABC1;tag=MANE Select;transcript_id=NM_1.4
chr1\tBestRefSeq\texon\t801\t900\t.\t-\t.\tID=exon-NM_1.4-1;Parent=rna-NM_1.4;transcript_id=NM_1.4
chr1\tBestRefSeq\texon\t101\t300\t.\t-\t.\tID=exon-NM_1.4-2;Parent=rna-NM_1.4;transcript_id=NM_1.4
chr1\tBestRefSeq\tCDS\t801\t850\t.\t-\t0\tID=cds-NP_1.2;Parent=rna-NM_1.4;gene=ABC1;\
protein_id=NP_1.2;transl_except=(pos:complement(298..300)%2Caa:Sec)
chr1\tBestRefSeq\tCDS\t201\t300\t.\t-\t1\tID=cds-NP_1.2;Parent=rna-NM_1.4;gene=ABC1;\
protein_id=NP_1.2;transl_except=(pos:complement(298..300)%2Caa:Sec)
chr1\tRefSeq\tgene\t1001\t1300\t.\t+\t.\tID=gene-SLIP;Name=SLIP;gene=SLIP
chr1\tRefSeq\tmRNA\t1001\t1300\t.\t+\t.\tID=rna-NM_2.1;Parent=gene-SLIP;Name=NM_2.1;gene=SLIP;\
transcript_id=NM_2.1;exception=ribosomal slippage
chr1\tRefSeq\texon\t1001\t1300\t.\t+\t.\tID=exon-NM_2.1-1;Parent=rna-NM_2.1
chr1\tRefSeq\tCDS\t1011\t1099\t.\t+\t0\tID=cds-NP_2.1;Parent=rna-NM_2.1;\
exception=ribosomal slippage;protein_id=NP_2.1
chr1\tRefSeq\tCDS\t1101\t1200\t.\t+\t0\tID=cds-NP_2.1;Parent=rna-NM_2.1;\
exception=ribosomal slippage;protein_id=NP_2.1
chr1\tRefSeq\tgene\t1401\t1500\t.\t+\t.\tID=gene-ODD;Name=ODD;gene=ODD
chr1\tRefSeq\tmRNA\t1401\t1500\t.\t+\t.\tID=rna-NM_3.1;Parent=gene-ODD;Name=NM_3.1;gene=ODD;\
transcript_id=NM_3.1;exception=annotated by transcript or proteomic data
chr1\tRefSeq\texon\t1401\t1500\t.\t+\t.\tID=exon-NM_3.1-1;Parent=rna-NM_3.1
chr1\tRefSeq\tCDS\t1401\t1430\t.\t+\t0\tID=cds-NP_3.1;Parent=rna-NM_3.1;protein_id=NP_3.1
chr1\tRefSeq\tgene\t1601\t1700\t.\t+\t.\tID=gene-MIR1;Name=MIR1;gene=MIR1
chr1\tRefSeq\tprimary_transcript\t1601\t1700\t.\t+\t.\tID=rna-NR_1.1;Parent=gene-MIR1;\
transcript_id=NR_1.1
chr1\tRefSeq\texon\t1601\t1700\t.\t+\t.\tID=exon-NR_1.1-1;Parent=rna-NR_1.1
chr1\tRefSeq\tmiRNA\t1610\t1630\t.\t+\t.\tID=rna-MIR1;Parent=rna-NR_1.1;product=hsa-miR-1
chr1\tRefSeq\texon\t1610\t1630\t.\t+\t.\tID=exon-MIR1-1;Parent=rna-MIR1
chrM\tRefSeq\tgene\t101\t199\t.\t+\t.\tID=gene-ND9;Name=ND9;gene=ND9;Dbxref=HGNC:HGNC:9
chrM\tRefSeq\tCDS\t101\t199\t.\t+\t0\tID=cds-YP_9.1;Parent=gene-ND9;gene=ND9;protein_id=YP_9.1;\
transl_table=2;transl_except=(pos:199..199%2Caa:TERM)
NT_9.1\tRefSeq\tgene\t1\t99\t.\t+\t.\tID=gene-ALT;Name=ALT;gene=ALT
NT_9.1\tRefSeq\tmRNA\t1\t99\t.\t+\t.\tID=rna-NM_1.4-2;Parent=gene-ALT;Name=NM_1.4;\
transcript_id=NM_1.4
NT_9.1\tRefSeq\texon\t1\t99\t.\t+\t.\tID=exon-9;Parent=rna-NM_1.4-2
"""
MANE = """##gff-version 3
chr1\tBestRefSeq\tgene\t101\t900\t.\t-\t.\tID=gene-ABC1;Dbxref=GeneID:1,HGNC:77,Ensembl:ENSG1.5;\
Name=ABC1;gene=ABC1
chr1\tBestRefSeq\tmRNA\t101\t900\t.\t-\t.\tID=rna-NM_1.4;Parent=gene-ABC1;Name=NM_1.4;gene=ABC1;\
tag=MANE Select;transcript_id=NM_1.4
chr1\tBestRefSeq\tCDS\t801\t850\t.\t-\t0\tID=cds-NP_1.2;Parent=rna-NM_1.4;protein_id=NP_1.2
chr1\tBestRefSeq\tCDS\t201\t300\t.\t-\t1\tID=cds-NP_1.2;Parent=rna-NM_1.4;protein_id=NP_1.2
chr1\tBestRefSeq\texon\t801\t900\t.\t-\t.\tID=exon-1;Parent=rna-NM_1.4
chr1\tBestRefSeq\texon\t101\t300\t.\t-\t.\tID=exon-2;Parent=rna-NM_1.4
"""
LRG = """##gff-version 3
chr2\tLRG\tgene\t11\t60\t.\t+\t.\tID=LRG_9;Name=XYZ;gene=XYZ;Dbxref=HGNC:5,RefSeq:NG_9.1;lrg=LRG_9
chr2\tLRG\tmRNA\t11\t60\t.\t+\t.\tID=LRG_9t1;Parent=LRG_9;Name=NM_9.2;transcript_id=NM_9.2;gene=XYZ
chr2\tLRG\texon\t11\t60\t.\t+\t.\tID=LRG_9t1.e1;Parent=LRG_9t1
chr2\tLRG\tCDS\t21\t50\t.\t+\t0\tID=LRG_9t1.p1;Parent=LRG_9t1;protein_id=NP_9.1;\
transl_except=codon:1,codon:4
chr2\tLRG\ttranscript\t11\t60\t.\t+\t.\tID=LRG_9t2;Parent=LRG_9;gene=XYZ
chr2\tLRG\texon\t11\t60\t.\t+\t.\tID=LRG_9t2.e1;Parent=LRG_9t2
"""


def read(tmp_path: Path, text: str, name: str = "a.gff3") -> Annotation:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_annotation(path, GENOME)


def check_abc1(transcript: Transcript, protein: str) -> None:
    assert transcript.exons == ((800, 900), (100, 300))
    assert transcript.cds == (50, 200)
    assert transcript.strand == "-"
    assert transcript.gene == "ABC1"
    assert transcript.protein_id == protein
    assert transcript.length == len(transcript.sequence) == 300
    assert transcript.cds_length == 150
    assert transcript.contig == "chr1"


@pytest.mark.parametrize("packed", [False, True])
def test_gencode(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "gencode.gff3"
    path.write_bytes(gzip.compress(GENCODE.encode()) if packed else GENCODE.encode())
    found = Annotation.from_gff3(path, GENOME)
    transcript = found.transcript("ENST1.4")
    check_abc1(transcript, "ENSP1.2")
    assert transcript.gene_id == "HGNC:77"
    assert transcript.tags == {"basic", "MANE_Select", "Ensembl_canonical"}
    # 50 nt of coding exon 1 are 16 codons and 2 nt; codon 17 ends with the first base of exon 2,
    # and bases 298 to 300 belong to codons 17 and 18: the first of them is in codon 17.
    assert transcript.transl_except == ((17, "U"),)
    assert [t.id for t in found.transcripts_of("ABC1")] == ["ENST1.4", "ENST2.1"]
    assert found.transcript("ENST2.1").cds is None


def test_gtf(tmp_path: Path) -> None:
    found = (
        Annotation.from_gtf(tmp_path / "x.gtf", GENOME) if False else read(tmp_path, GTF, "a.gtf")
    )
    transcript = found.transcript("ENST1.4")
    check_abc1(transcript, "ENSP1.2")  # the stop codon stands apart in GTF
    assert transcript.tags == {"basic", "MANE_Select"}
    assert transcript.transl_except == ((17, "U"),)
    assert found.genes() == ["ABC1"]
    assert Annotation.from_gtf(tmp_path / "a.gtf", GENOME).identity == found.identity


def test_refseq(tmp_path: Path) -> None:
    found = read(tmp_path, REFSEQ)
    transcript = found.transcript("NM_1.4")
    check_abc1(transcript, "NP_1.2")
    assert transcript.gene_id == "HGNC:77"
    assert transcript.tags == {"MANE_Select"}
    assert transcript.transl_except == ((17, "U"),)
    for name in ("ABC1", "HGNC:77", "OLD1", "OLDER1"):
        assert [t.id for t in found.transcripts_of(name)] == ["NM_1.4"]
    slip = found.transcript("NM_2.1")
    assert slip.tags == {"ribosomal_slippage"}
    assert slip.cds == (10, 200)
    assert found.transcript("NM_3.1").tags == {"genome_differs"}
    assert [t.id for t in found.transcripts_of("MIR1")] == ["MIR1", "NR_1.1"]
    mitochondrial = found.transcript("YP_9.1")
    assert mitochondrial.code == MITOCHONDRIAL_CODE
    assert mitochondrial.gene == "ND9"
    assert mitochondrial.exons == ((100, 199),)
    assert mitochondrial.transl_except == ()
    assert "ALT" not in found.genes()  # on a contig the reference does not show


def test_mane(tmp_path: Path) -> None:
    transcript = read(tmp_path, MANE).transcript("NM_1.4")
    check_abc1(transcript, "NP_1.2")
    assert transcript.gene_id == "HGNC:77"
    assert transcript.tags == {"MANE_Select"}


def test_lrg(tmp_path: Path) -> None:
    found = read(tmp_path, LRG)
    transcript = found.transcript("NM_9.2")
    assert transcript.tags == {"LRG", "LRG_9t1"}
    assert transcript.transl_except == ((1, "M"), (4, "U"))
    assert transcript.translated()[0] == "M"
    assert found.transcript("LRG_9t2").cds is None


def test_start_that_is_not_known_begins_within_a_codon(tmp_path: Path) -> None:
    text = LRG.replace("\t0\tID=LRG_9t1.p1", "\t2\tID=LRG_9t1.p1").replace(
        ";transl_except=codon:1,codon:4", ""
    )
    transcript = read(tmp_path, text).transcript("NM_9.2")
    assert transcript.cds == (12, 40)
    assert "cds_start_NF" in transcript.tags


def test_contigs_are_found_under_other_names(tmp_path: Path) -> None:
    found = read(tmp_path, GENCODE.replace("\nchr1\t", "\n1\t"))
    assert found.transcript("ENST1.4").contig == "chr1"


def test_absent_names_offer_what_is_there(tmp_path: Path) -> None:
    found = read(tmp_path, REFSEQ)
    with pytest.raises(InputError, match=r"NM_1\.9 is not") as error:
        found.transcript("NM_1.9")
    assert "NM_1.4" in (error.value.expected or "")
    with pytest.raises(InputError, match="no transcript") as error:
        found.transcript("NM_11.1")
    with pytest.raises(InputError, match="no gene 'ABC2'") as error:
        found.transcripts_of("ABC2")
    assert error.value.expected == "one of ABC1"
    with pytest.raises(InputError, match="no gene 'Q'"):
        found.transcripts_of("Q")
    assert [t.id for t in found.versions("NM_1")] == ["NM_1.4"]
    assert found.versions("NM_99") == []
    assert found.same_cds("NM_1.5") is None


def test_overlaps_are_those_of_trying_all(lrg_annotation: Annotation) -> None:
    everything = [t for gene in lrg_annotation.genes() for t in lrg_annotation.transcripts_of(gene)]
    chance = random.Random(7)
    for contig in ("LRG_336", "LRG_254", "LRG_199"):
        for _ in range(20):
            start = chance.randrange(0, 210_000)
            end = start + chance.choice([0, 1, 5, 20_000])
            found = lrg_annotation.overlapping(contig, start, end)
            expected = {
                t.id
                for t in everything
                if t.contig == contig and start < end and t.start < end and t.end > start
            }
            assert {t.id for t in found} == expected


def test_one_id_gives_one_object(lrg_annotation: Annotation) -> None:
    transcript = lrg_annotation.transcript("NM_001875.4")
    assert lrg_annotation.transcripts_of("CPS1")[0] is transcript


BROKEN = [
    ("801\t900\t.\t-\t.\tID=exon:ENST1.4:1", "900\t801\t.\t-\t.\tID=exon:ENST1.4:1",
     "ends before it starts", 6),
    ("801\t900\t.\t-\t.\tID=exon:ENST1.4:1", "0\t900\t.\t-\t.\tID=exon:ENST1.4:1",
     "ends before it starts", 6),
    ("801\t900\t.\t-\t.\tID=exon:ENST1.4:1", "8e2\t900\t.\t-\t.\tID=exon:ENST1.4:1",
     "not a whole number", 6),
    ("801\t900\t.\t-\t.\tID=exon:ENST1.4:1", "801\t9000\t.\t-\t.\tID=exon:ENST1.4:1",
     "beyond the end of chr1", 6),
    ("801\t850\t.\t-\t0\t", "791\t850\t.\t-\t0\t", "not inside one of its exons", 7),
    ("202\t300\t.\t-\t1\t", "202\t300\t.\t-\t2\t", "has phase 2, but .* leave 1", 10),
    ("202\t300\t.\t-\t1\t", "202\t300\t.\t-\t7\t", "no such phase", 10),
    ("202\t300\t.\t-\t1\t", "202\t300\t.\t*\t1\t", "no such strand", 10),
    ("202\t300\t.\t-\t1\t", "202\t300\t.\t+\t1\t", "another strand", 10),
    ("Parent=ENST1.4;protein_id", "Parent=ENST7.4;protein_id", "parent is not in the file", 7),
    ("ID=exon:ENST1.4:1;Parent=ENST1.4", "ID=exon:ENST1.4:1", "no parent", 6),
    ("Parent=ENST1.4;protein_id=", "Parent=ENST1.4;protein_id ", "not NAME=VALUE", 7),
    ("chr1\tHAVANA\texon\t801", "chr1 HAVANA\texon\t801", "nine tab-separated", 6),
    ("201\t203\t.\t-\t0\tID=stop", "150\t152\t.\t-\t0\tID=stop", "hole within its exons", 11),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "line"), BROKEN)
def test_broken_lines_are_named(
    tmp_path: Path, old: str, new: str, message: str, line: int
) -> None:
    text = GENCODE.replace(old, new, 1)
    assert text != GENCODE
    with pytest.raises(InputError, match=message) as error:
        read(tmp_path, text)
    assert error.value.file == str(tmp_path / "a.gff3")
    assert error.value.field == f"line {line}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no features"),
        ("# nothing\n", "no features"),
        ("not an annotation\n", "neither GFF3 nor GTF"),
        ("a\tb\tc\t1\t2\t.\t+\t.\t???\n", "neither GFF3 nor GTF"),
        ("##gff-version 3\n", "no transcript on the reference's contigs"),
        (GENCODE.replace("chr1\t", "chr9\t"), "no transcript on the reference's contigs"),
        (GTF.replace('transcript_id "ENST1"; ', ""), "names no transcript"),
        (GTF.replace('; tag "basic"', "; tag one two"), "not NAME"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_annotation(tmp_path / "none.gff3", GENOME)
    path = tmp_path / "cut.gff3.gz"
    path.write_bytes(gzip.compress(GENCODE.encode())[:-30])
    with pytest.raises(InputError, match="cut short"):
        read_annotation(path, GENOME)
    path.write_bytes(GENCODE.replace("ABC1", "\u00e9").encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_annotation(path, GENOME)


def test_a_large_file_is_read_once(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotation_module, "_CACHED_ABOVE", 1)
    first = read(tmp_path, REFSEQ)

    def refuse(*_: object) -> None:
        raise AssertionError("the file was read again")

    monkeypatch.setattr(annotation_module, "read_models", refuse)
    second = read_annotation(tmp_path / "a.gff3", GENOME)
    assert (second.name, second.identity) == (first.name, first.identity)
    assert second.genes() == first.genes()
    check_abc1(second.transcript("NM_1.4"), "NP_1.2")
    assert [t.id for t in second.transcripts_of("OLD1")] == ["NM_1.4"]
    (kept,) = (own_home / "cache" / "annotation").iterdir()
    kept.write_bytes(b"damaged")
    monkeypatch.undo()
    monkeypatch.setenv("IPSE_HOME", str(own_home))
    assert read_annotation(tmp_path / "a.gff3", GENOME).genes() == first.genes()


def test_every_real_coding_part_gives_its_published_protein(
    shared_data: Path, lrg_annotation: Annotation
) -> None:
    proteins: dict[str, str] = {}  # by NP accession
    with gzip.open(shared_data / "genes" / "lrg_proteins.fa.gz", "rt") as handle:
        for record in handle.read().split(">")[1:]:
            header, _, letters = record.partition("\n")
            proteins[header.split(" np=")[1].split()[0]] = letters.replace("\n", "")
    every = [t for gene in lrg_annotation.genes() for t in lrg_annotation.transcripts_of(gene)]
    coding = [transcript for transcript in every if transcript.cds is not None]
    for transcript in coding:
        assert transcript.translated() == proteins[transcript.protein_id], transcript.id
        assert transcript.cds_length == 3 * len(proteins[transcript.protein_id]) + 3
    assert (len(lrg_annotation.genes()), len(every), len(coding)) == (547, 647, 645)
    # TP53 is read from two starts on the same transcripts; the longer protein is the one kept.
    assert {t.gene for t in coding if "several_proteins" in t.tags} == {"TP53"}
    recoded = {t.id: t.transl_except for t in coding if t.transl_except}
    assert recoded == {"NM_006440.3": ((523, "U"),), "NM_024426.3": ((1, "M"),)}
