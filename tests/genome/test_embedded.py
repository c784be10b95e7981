"""The loci that come with Ipse: whole, in place, and the same as the data they were made from."""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import runpy
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.errors import InputError, IpseError, NotInReference
from ipse.core.sequence import reverse_complement
from ipse.core.tables import shipped
from ipse.genome import embedded as module
from ipse.genome.aliases import chromosomes
from ipse.genome.annotation import splice
from ipse.genome.embedded import embedded, loci, pack, unpack

GENES = ["CFTR", "CPS1", "DMD", "F9", "HBB", "IL2RG", "LDLR", "LMNA", "PCSK9", "SMN1", "TTR"]


@given(st.text("ACGT", max_size=50))
def test_packing_comes_back(letters: str) -> None:
    assert unpack(pack(letters)) == letters
    assert len(pack(letters)) == 4 + (len(letters) + 3) // 4


def test_every_locus_is_what_its_checksum_says() -> None:
    reference, annotation = embedded()
    assert annotation.genes() == GENES
    assert [locus.gene for locus in loci()] == GENES
    for locus in loci():
        letters = reference.fetch(locus.contig, locus.start, locus.end)
        assert set(letters) == set("ACGT")
        assert hashlib.sha256(letters.encode()).hexdigest() == locus.sha256
        for position, theirs, ours in locus.differs:
            assert letters[position - 1 - locus.start] == ours != theirs
        assert (locus.start, locus.end) in reference.held(locus.contig)


def test_every_transcript_is_complete() -> None:
    reference, annotation = embedded()
    differing = {}
    for gene in annotation.genes():
        for transcript in annotation.transcripts_of(gene):
            assert transcript.cds is not None
            assert len(transcript.sequence) == transcript.length
            assert transcript.translated() == transcript.protein
            assert transcript.cds_length == 3 * len(transcript.protein) + 3
            assert transcript.gene_id.startswith("HGNC:")
            spliced = splice(transcript, reference)
            assert len(spliced) == transcript.length  # every exon is held
            differences = {
                f"c.{at - transcript.cds[0] + 1}{ours}>{theirs}"
                for at, (ours, theirs) in enumerate(zip(transcript.sequence, spliced, strict=True))
                if ours != theirs
            }
            assert bool(differences) == ("genome_differs" in transcript.tags)
            if differences:
                differing[transcript.id] = differences
            if gene != "HBB":  # whose source ends 44 bases after the gene
                for start, end in transcript.exons:
                    assert reference.has(transcript.contig, start - 200, end + 200)
            for (_, end), (start, _) in zip(
                sorted(transcript.exons), sorted(transcript.exons)[1:], strict=False
            ):
                intron = reference.fetch(transcript.contig, end, start)
                intron = intron if transcript.strand == "+" else reverse_complement(intron)
                assert (intron[:2], intron[-2:]) in {("GT", "AG"), ("GC", "AG"), ("AT", "AC")}
    assert differing == {"NM_004006.2": {"c.2645G>A", "c.7096C>A", "c.8810A>G"}}


@pytest.mark.parametrize(
    ("transcript", "coding", "place", "base"),
    [
        # Published GRCh38 positions (ClinVar, dbSNP) and the plus-strand base there.
        ("NM_001875.4", 1003, "2:210591886", "C"),  # CPS1 p.Gln335Ter
        ("NM_000492.3", 3846, "7:117642566", "G"),  # CFTR p.Trp1282Ter
        ("NM_000371.3", 148, "18:31592974", "G"),  # TTR p.Val50Met
        ("NM_170707.2", 1824, "1:156138613", "C"),  # LMNA p.Gly608=
        ("NM_000344.3", 840, "5:70951946", "C"),  # SMN1 c.840, T in SMN2
        ("NM_000527.4", 681, "19:11105587", "C"),  # LDLR p.Asp227Glu
        ("NM_000518.5", 20, "11:5227002", "T"),  # HBB p.Glu7Val, gene on minus
        ("NM_000518.4", 20, "11:5227002", "T"),
    ],
)
def test_published_positions(transcript: str, coding: int, place: str, base: str) -> None:
    reference, annotation = embedded()
    model = annotation.transcript(transcript)
    assert model.cds is not None
    gpos = model.to_genomic(model.cds[0] + coding - 1)
    contig, position = place.split(":")
    assert gpos + 1 == int(position)
    assert reference.resolve(contig) == model.contig
    assert reference.fetch(contig, gpos, gpos + 1) == base
    own = model.cds_sequence[coding - 1]
    assert base == (own if model.strand == "+" else reverse_complement(own))


def test_ends_are_those_of_mane() -> None:
    """MANE versions differ from those of 2014 in their untranslated ends only."""
    _, annotation = embedded()
    exact = set()
    for row in shipped("ipse.genome", "mane"):
        model = annotation.versions(row["refseq"])[0]
        assert (model.gene, model.gene_id) == (row["gene"], row["hgnc"])
        assert (model.contig, model.strand) == (f"chr{row['molecule']}", row["strand"])
        assert model.coding_extent is not None
        assert row.integer("start") - 1 <= model.coding_extent[0]
        assert model.coding_extent[1] <= row.integer("end")
        if model.id == row["refseq"]:
            assert (model.start, model.end) == (row.integer("start") - 1, row.integer("end"))
            exact.add(model.id)
        if model.id != "NM_004006.2":
            assert model.protein_id == row["refseq_protein"]
    assert exact == {"NM_000518.5"}


def test_outside_the_loci_is_absent_not_unknown() -> None:
    reference, _ = embedded()
    assert reference.contigs() == [c.ucsc for c in chromosomes("GRCh38")]
    for contig, start in (("3", 1000), ("chr2", 1000), ("NC_000012.12", 0)):
        assert not reference.has(contig, start, start + 1)
        with pytest.raises(NotInReference, match="is not in reference"):
            reference.fetch(contig, start, start + 1)
    with pytest.raises(InputError):
        reference.resolve("chr23")
    assert not reference.whole_genome
    assert reference.assembly == "GRCh38"
    assert [finding.code for finding in reference.findings()] == ["reference-is-loci-only"]


def test_main_transcript_is_the_one_in_use() -> None:
    _, annotation = embedded()
    assert annotation.transcripts_of("LMNA")[0].id == "NM_170707.2"
    assert annotation.transcripts_of("HBB")[0].id == "NM_000518.5"
    assert annotation.transcripts_of("HGNC:2323")[0].id == "NM_001875.4"


def test_newer_versions_stand_in_where_coding_letters_agree() -> None:
    reference, annotation = embedded()
    rows = list(shipped("ipse.genome", "same_cds"))
    assert len(rows) == 12
    for row in rows:
        found = annotation.same_cds(row["asked"])
        assert found is not None
        model, note = found
        assert model.id == row["present"] and "refseq:" in note
        # The claim behind a row: the version here has the genome's coding letters, as MANE has,
        # but for those named.
        if row["present"] in {m["refseq"] for m in shipped("ipse.genome", "mane")}:
            continue
        assert model.cds is not None
        genome = splice(model, reference)[slice(*model.cds)]
        named = [
            f"c.{at}{ours}>{theirs}"
            for at, (ours, theirs) in enumerate(zip(model.cds_sequence, genome, strict=True), 1)
            if ours != theirs
        ]
        assert ",".join(named) == row["differs"]
    assert annotation.same_cds("NM_001875.9") is None
    newer, _ = annotation.same_cds("NM_000518.4") or (None, "")
    assert newer is not None and newer.id == "NM_000518.5"
    older = annotation.transcript("NM_000518.4")
    assert newer.sequence.startswith(older.sequence)


def test_hbb_says_how_far_it_was_verified() -> None:
    (hbb,) = (locus for locus in loci() if locus.gene == "HBB")
    assert "transcribed by hand" in hbb.note
    assert all(not locus.note for locus in loci() if locus.gene != "HBB")


def test_opening_reads_no_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locus is unpacked when its first base is asked for, not before."""
    embedded.cache_clear()
    reference, _ = embedded()
    assert not reference._letters
    reference.fetch("chrX", 31_875_189, 31_875_190)
    assert len(reference._letters) == 1
    embedded.cache_clear()


def test_damage_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    folder, manifest, digest = module._manifest()
    first = manifest["loci"][0]
    broken = {**first, "sequence": {**first["sequence"], "sha256": "0" * 64}}
    monkeypatch.setattr(
        module, "_manifest", lambda: (folder, {**manifest, "loci": [broken]}, digest)
    )
    embedded.cache_clear()
    try:
        with pytest.raises(IpseError, match="damaged"):
            embedded().reference.fetch(first["contig"], first["start"], first["start"] + 1)
        broken["transcripts"][0] = {**first["transcripts"][0], "sha256": "0" * 64}
        embedded.cache_clear()
        with pytest.raises(IpseError, match="damaged"):
            embedded()
    finally:
        broken["transcripts"][0]["sha256"] = hashlib.sha256(
            broken["transcripts"][0]["sequence"].encode()
        ).hexdigest()
        monkeypatch.undo()
        module._manifest.cache_clear()
        embedded.cache_clear()


def test_data_are_small_and_made_by_the_script(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(str(files("ipse.genome") / "data"))
    shipped_files = {path.name: path for path in folder.iterdir() if path.name != "README.md"}
    assert sum(path.stat().st_size for path in shipped_files.values()) < 1_000_000
    script = Path(__file__).parents[2] / "scripts" / "build_embedded.py"
    names = runpy.run_path(str(script))
    monkeypatch.setitem(names["main"].__globals__, "TARGET", tmp_path)
    monkeypatch.setattr("sys.argv", [str(script), str(shared_data)])
    names["main"]()
    assert {path.name for path in tmp_path.iterdir()} == set(shipped_files)
    for name, path in shipped_files.items():
        assert (tmp_path / name).read_bytes() == path.read_bytes(), name


def test_clinvar_agrees_with_the_letters_and_the_coding_positions(shared_data: Path) -> None:
    """ClinVar's own GRCh38 bases, and c. positions of substitutions, for the ten LRG genes."""
    reference, annotation = embedded()
    checked, coding = 0, 0
    with gzip.open(shared_data / "variants" / "clinvar_lrg.tsv.gz", "rt") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            if row["gene"] not in GENES or row["grch38_from"] != "published":
                continue
            start, ref = int(row["grch38_pos"]) - 1, row["grch38_ref"]
            assert reference.fetch(row["chrom"], start, start + len(ref)) == ref
            checked += 1
            model = annotation.transcripts_of(row["gene"])[0]
            match = re.fullmatch(r"c\.(\d+)([ACGT])>[ACGT]", row["hgvs_c"])
            same = row["transcript"].partition(".")[0] == model.accession
            if match is None or not same or row["hgvs_c_check"] != "ok":
                continue
            assert model.cds is not None
            place, offset = model.to_transcript(start)
            assert (place - model.cds[0] + 1, offset) == (int(match[1]), 0)
            assert model.cds_sequence[int(match[1]) - 1] == match[2]
            coding += 1
    assert (checked, coding) == (1997, 298)
