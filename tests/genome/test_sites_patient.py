"""A person's sites: real haplotypes, the published case, and every kind of call by itself."""

from __future__ import annotations

import random
from math import comb
from pathlib import Path

import patient_twin as twin
import polars as pl
import pysam
import pytest
from test_sites_twin import reference_of

from ipse.core.errors import InputError
from ipse.core.sequence import reverse_complement
from ipse.genome.embedded import embedded
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import FastaReference
from ipse.genome.sites import Limits, Pam, SiteIndex, search
from ipse.genome.sites.patient import PatientSites, search_patient
from ipse.genome.sites.patient_haplotypes import Haplotypes

BCL11A = "CTAACAGTTGCTTTTATCAC"
HEADER = """##fileformat=VCFv4.2
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">
"""
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"


def written(folder: Path, contig: str, *records: str) -> Path:
    """A VCF of one sample; records are ``POS REF ALT GT`` or ``POS REF ALT GT PS``."""
    text = HEADER + f"##contig=<ID={contig}>\n" + COLUMNS
    for record in records:
        pos, ref, alt, gt, *sets = record.split()
        keys, values = ("GT:PS", f"{gt}:{sets[0]}") if sets else ("GT", gt)
        text += f"{contig}\t{pos}\t.\t{ref}\t{alt}\t.\t.\t.\t{keys}\t{values}\n"
    path = folder / "calls.vcf"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("gt", "haplotypes"),
    [("0|1", "2"), ("1|0", "1"), ("1|1", "1,2"), ("0/1", "u"), ("1/1", "1,2"), ("./1", "u"),
     (".|1", "2")],
)  # fmt: skip
def test_published_variant_gives_the_clinical_guide_a_site(
    tmp_path: Path, gt: str, haplotypes: str
) -> None:
    """rs114518452: a PAM in CPS1 that the reference has not."""
    reference = embedded().reference
    path = written(tmp_path, "chr2", f"210530659 G C {gt}")
    patient = PatientGenome(reference, path)
    found = search_patient(BCL11A, patient, "NGG", Limits(4), contigs=["chr2"]).table
    without = search(BCL11A, reference, "NGG", Limits(4), contigs=["chr2"])
    gained = found.filter(pl.col("change") == "gained")
    row = gained.row(0, named=True)
    assert gained.height == 1
    assert (row["pam"], row["mismatches"], row["haplotypes"]) == ("TGG", 3, haplotypes)
    assert row["variants"] == "chr2:210530659:G:C"
    assert row["start"] <= 210530658 < row["end"]
    assert without.filter(pl.col("start") == row["start"]).height == 0
    rest = found.filter(pl.col("change") != "gained")
    assert rest["change"].to_list() == ["same"] * without.height
    assert rest.drop("haplotypes", "change").equals(without.drop("haplotypes", "change"))


GUIDE = "GATTACAGATTACAGATTAC"
LEFT, RIGHT = "ACGTACCTACGTCATGCATG", "TTACGATCGATTACGATTTA"
CONTIG = LEFT + GUIDE + "TGG" + RIGHT
SITE = len(LEFT)


def one(folder: Path, *records: str, limits: Limits | None = None) -> PatientSites:
    """Search a contig with one perfect site."""
    patient = PatientGenome(reference_of({"c": CONTIG}), written(folder, "c", *records))
    return search_patient(GUIDE, patient, "NGG", limits or Limits(2), threads=1)


def shown(result: PatientSites) -> list[tuple[str, str, int, str]]:
    return result.table.select("haplotypes", "change", "mismatches", "variants").rows()


PAM = SITE + len(GUIDE) + 1  # of its first letter, 1-based
LINES: dict[str, tuple[list[str], list[tuple[str, str, int, str]]]] = {
    "a heterozygous site gives one row per sequence": (
        [f"{SITE + 1} G C 0|1"],
        [("ref,1", "same", 0, ""), ("2", "weaker", 1, f"c:{SITE + 1}:G:C")],
    ),
    "what only the reference has is not shown where the person has another sequence": (
        [f"{SITE + 1} G C 1|1"], [("1,2", "weaker", 1, f"c:{SITE + 1}:G:C")],
    ),
    "a PAM lost on one haplotype is no site there": (
        [f"{PAM + 1} G A 0|1"], [("ref,1", "same", 0, "")],
    ),
    "a PAM lost on both haplotypes is a lost site": (
        [f"{PAM + 1} G A 1|1"], [("ref", "lost", 0, "")],
    ),
    "two variants of two haplotypes may lose a site": (
        [f"{PAM + 1} G A 1|0", f"{PAM + 2} G A 0|1"], [("ref", "lost", 0, "")],
    ),
    "unphased, one copy may have both and the other none": (
        [f"{PAM + 1} G A 0/1", f"{PAM + 2} G A 0/1"], [("ref,u", "same", 0, "")],
    ),
    "two phase sets are not phased with one another": (
        [f"{PAM + 1} G A 0|1 1", f"{PAM + 2} G A 1|0 2"], [("ref,u", "same", 0, "")],
    ),
    "one phase set is": (
        [f"{PAM + 1} G A 0|1 1", f"{PAM + 2} G A 1|0 1"], [("ref", "lost", 0, "")],
    ),
    "an allele * stands for a deletion in another record": (
        [f"{PAM} TG T 1|0", f"{PAM + 1} G *,A 1|2"],
        [("ref", "lost", 0, "")],
    ),
    "a hemizygous call is of the only copy": (
        [f"{PAM + 1} G A 1"], [("ref", "lost", 0, "")],
    ),
    "a contig of hemizygous calls has one haplotype": (
        ["1 A C 1"], [("ref,1", "same", 0, "")],
    ),
    "a deletion beside the site does not touch it": (
        [f"{SITE - 3} {CONTIG[SITE - 4:SITE]} {CONTIG[SITE - 4]} 1|1"],
        [("ref,1,2", "same", 0, "")],
    ),
    "an insertion within the site breaks it": (
        [f"{SITE + 10} {CONTIG[SITE + 9]} {CONTIG[SITE + 9]}CCC 1|1"], [("ref", "lost", 0, "")],
    ),
    "of two overlapping alleles of a haplotype the first stands": (
        [f"{SITE + 1} GA CT 1|1", f"{SITE + 2} A C 1|1"],
        [("1,2", "weaker", 2, f"c:{SITE + 1}:GA:CT")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_lines_of_the_page(tmp_path: Path, line: str) -> None:
    records, rows = LINES[line]
    assert shown(one(tmp_path, *records)) == rows


def test_a_site_inside_an_insertion_is_anchored(tmp_path: Path) -> None:
    contig = LEFT + RIGHT
    inserted = GUIDE + "CGG"
    path = written(tmp_path, "c", f"{len(LEFT)} {LEFT[-1]} {LEFT[-1]}TT{inserted}TT 0|1")
    patient = PatientGenome(reference_of({"c": contig}), path)
    row = search_patient(GUIDE, patient, "NGG", Limits(0), threads=1).table.row(0, named=True)
    assert (row["start"], row["end"]) == (len(LEFT) - 1, len(LEFT))
    assert (row["haplotypes"], row["change"]) == ("2", "gained")


def test_what_is_not_considered_is_counted(tmp_path: Path) -> None:
    result = one(
        tmp_path, "2 C <DEL> 0|1", "3 G A .|1", "4 T A ./.", "5 A C 0/1/1", "7 CTA C 1|1",
        "8 T A 1|1",
    )  # fmt: skip
    counts = result.considered.counts
    assert (counts.symbolic, counts.half_calls, counts.no_calls) == (1, 1, 1)
    assert (counts.polyploid, counts.overlapping, counts.alleles) == (1, 1, 3)
    assert {f.code for f in result.considered.findings()} == {
        "calls-without-sequence", "half-calls", "calls-of-many-copies", "overlapping-calls",
    }  # fmt: skip


def alternative(letter: str) -> str:
    return "C" if letter != "C" else "A"


@pytest.mark.parametrize(("separator", "bound"), [("|", False), ("/", True)])
def test_phased_calls_are_exact_in_any_number(tmp_path: Path, separator: str, bound: bool) -> None:
    """Fifteen calls in one window: two haplotypes if phased, too many combinations if not."""
    places = [SITE + k for k in range(15)]
    gts = ["0" + separator + "1" if k % 2 else "1" + separator + "0" for k in range(15)]
    records = [
        f"{place + 1} {CONTIG[place]} {alternative(CONTIG[place])} {gt}"
        for place, gt in zip(places, gts, strict=True)
    ]  # fmt: skip
    result = one(tmp_path, *records, limits=Limits(8))
    if bound:
        assert result.considered.over == [("c", SITE, SITE + 15, 15)]
        assert "windows-over-the-bound" in {f.code for f in result.considered.findings()}
        assert [row[:2] for row in shown(result)] == [("ref", "")]
    else:
        assert not result.considered.over
        assert [row[:3] for row in shown(result)] == [("2", "weaker", 7), ("1", "weaker", 8)]
        assert [row[3].count(";") for row in shown(result)] == [6, 7]


@pytest.mark.parametrize("calls", [6, 8, 10])
def test_combinations_of_unphased_calls_are_all_searched(tmp_path: Path, calls: int) -> None:
    """Each of the calls in a site breaks one pair: 2^n sequences, by number of mismatches."""
    places = [SITE + 2 * k for k in range(calls)]
    records = [f"{p + 1} {CONTIG[p]} {alternative(CONTIG[p])} 0/1" for p in places]
    result = one(tmp_path, *records, limits=Limits(8))
    assert not result.considered.over
    counts = result.table.group_by("mismatches").len().sort("mismatches").rows()
    assert counts == [(k, comb(calls, k)) for k in range(min(calls, 8) + 1)]
    assert result.table["haplotypes"].to_list() == ["ref,u"] + ["u"] * (result.table.height - 1)
    assert (result.table["variants"].str.count_matches(":") == 3 * result.table["mismatches"]).all()


def test_a_long_chain_of_unphased_calls_is_searched_window_by_window(tmp_path: Path) -> None:
    """Two hundred calls, a site never within reach of more than a few: all are searched."""
    rng = random.Random(3)
    letters = "".join(rng.choice("ACGT") for _ in range(900)) + CONTIG
    letters += "".join(rng.choice("ACGT") for _ in range(900))
    site = 900 + SITE
    places = [p for p in range(5, len(letters), 9) if p not in range(site - 9, site + 30)]
    places = sorted([*places, site + 2, site + 9])
    records = [f"{p + 1} {letters[p]} {alternative(letters[p])} 0/1" for p in places]
    patient = PatientGenome(reference_of({"c": letters}), written(tmp_path, "c", *records))
    result = search_patient(GUIDE, patient, "NGG", Limits(2), threads=1)
    assert not result.considered.over
    names = [f"c:{p + 1}:{letters[p]}:{alternative(letters[p])}" for p in (site + 2, site + 9)]
    assert shown(result) == [
        ("ref,u", "same", 0, ""), ("u", "weaker", 1, names[0]), ("u", "weaker", 1, names[1]),
        ("u", "weaker", 2, ";".join(names)),
    ]  # fmt: skip


def test_equal_edits_are_compared_by_score(tmp_path: Path) -> None:
    """A mismatch beside the PAM weighs more than one far from it."""
    worse = [f"{SITE + 1} G C 0|1", f"{SITE + 19} A C 0|1"]
    assert [row[:3] for row in shown(one(tmp_path, *worse))] == [
        ("ref,1", "same", 0), ("2", "weaker", 2),
    ]  # fmt: skip
    letters = LEFT + "C" + GUIDE[1:] + "TGG" + RIGHT
    path = written(tmp_path, "c", f"{SITE + 1} C G 1|1", f"{SITE + 19} A C 1|1")
    patient = PatientGenome(reference_of({"c": letters}), path)
    row = search_patient(GUIDE, patient, "NGG", Limits(2), threads=1).table.row(0, named=True)
    assert (row["mismatches"], row["change"]) == (1, "weaker")


def test_wrong_reference_is_an_error_with_places(tmp_path: Path) -> None:
    path = written(tmp_path, "c", f"{SITE + 1} G C 0|1")
    text = path.read_text() + f"c\t{SITE + 2}\t.\tC\tG\t.\t.\t.\tGT\t0|1\n"
    path.write_text(text)
    with pytest.raises(InputError, match="REF"):
        search_patient(GUIDE, PatientGenome(reference_of({"c": CONTIG}), path), threads=1)


def test_a_record_beyond_the_contig_is_an_error(tmp_path: Path) -> None:
    patient = PatientGenome(
        reference_of({"c": CONTIG}), written(tmp_path, "c", "1 A C 0|1", "200 A C 0|1")
    )
    with pytest.raises(InputError, match="beyond the end"):
        search_patient(GUIDE, patient, threads=1)


def test_order_and_form_of_the_file_do_not_matter(tmp_path: Path) -> None:
    """Unsorted positions, BCF, bgzip with an index: the same rows."""
    records = [f"{SITE + 9} A C 0|1", f"{SITE + 1} G C 0|1", "3 G T 0/0"]
    path = written(tmp_path, "c", *records)
    reference = reference_of({"c": CONTIG})

    def rows(file: Path) -> pl.DataFrame:
        return search_patient(GUIDE, PatientGenome(reference, file), "NGG", Limits(2)).table

    wanted = rows(path)
    assert wanted["mismatches"].to_list() == [0, 2]
    with pysam.VariantFile(str(path)) as source:
        header, calls = source.header, [record.copy() for record in source]
        with pysam.VariantFile(str(tmp_path / "calls.bcf"), "wb", header=header) as sink:
            for record in calls:
                sink.write(record)
    assert rows(tmp_path / "calls.bcf").equals(wanted)
    path = written(tmp_path, "c", *reversed(records))
    pysam.tabix_index(str(path), preset="vcf", force=True)
    assert rows(tmp_path / "calls.vcf.gz").equals(wanted)


def test_contigs_that_do_not_stand_together_are_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, "c", "1 A C 0|1")
    lines = path.read_text().replace("##contig=<ID=c>", "##contig=<ID=c>\n##contig=<ID=d>")
    path.write_text(lines + "d\t1\t.\tA\tC\t.\t.\t.\tGT\t0|1\nc\t2\t.\tC\tA\t.\t.\t.\tGT\t0|1\n")
    reference = reference_of({"c": CONTIG, "d": CONTIG})
    with pytest.raises(InputError, match="stand together"):
        search_patient(GUIDE, PatientGenome(reference, path), threads=1)


PERSON = "HG00099"


@pytest.fixture(scope="module")
def chr20(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """500 kbp of chromosome 20, and the calls of 100 people there, in positions of their own."""
    folder = tmp_path_factory.mktemp("chr20")
    first, last = 1_000_000, 1_500_000
    with pysam.FastaFile(str(shared_data / "variants" / "chr20.fa.gz")) as fasta:
        letters = fasta.fetch("20", first, last).upper()
    (folder / "part.fa").write_text(f">20\n{letters}\n")
    pysam.faidx(str(folder / "part.fa"))
    with (
        pysam.VariantFile(str(shared_data / "variants" / "chr20_1000g.vcf.gz")) as source,
        (folder / "part.vcf").open("w") as sink,
    ):
        sink.write(str(source.header))
        for record in source.fetch("20", first, last - 1000):
            fields = str(record).split("\t")
            fields[1] = str(record.pos - first)
            sink.write("\t".join(fields))
    return folder / "part.fa", folder / "part.vcf"


def haplotype(letters: str, calls: list[twin.Call], arm: int) -> list[twin.Letter]:
    """One of the two sequences of a person, letter by letter."""
    edits = [e for e in twin.edits_of(calls) if arm in e.arms]
    return twin.written(letters, edits)[0]


def calls_of(path: Path, person: str) -> list[twin.Call]:
    with pysam.VariantFile(str(path)) as source:
        return [
            twin.Call(
                "20", record.start, record.ref, tuple(record.alts or ()),
                "|".join(str(a) for a in record.samples[person].allele_indices),
            )
            for record in source
        ]  # fmt: skip


def guides_near(letters: str, calls: list[twin.Call]) -> list[str]:
    """Spacers of both haplotypes at every fifth place where the person differs."""
    guides = []
    for arm in (0, 1):
        haplotype_letters, places = twin.written(
            letters, [e for e in twin.edits_of(calls) if arm in e.arms]
        )
        text = "".join(letter for letter, _, _ in haplotype_letters)
        for place, _ in places[arm::5]:
            spacer = text[place - 17 : place + 3]
            guides += [spacer, reverse_complement(spacer)]
    return guides


@pytest.mark.parametrize(
    ("pam", "limits"), [("NGG", Limits(5)), ("NGG", Limits(2, 1, 1)), ("NRN", Limits(3))]
)
def test_a_person_of_1000_genomes_has_the_sites_of_both_haplotype_sequences(
    chr20: tuple[Path, Path], tmp_path: Path, pam: str, limits: Limits
) -> None:
    fasta, calls = chr20
    reference = FastaReference.open(fasta)
    patient = PatientGenome(reference, calls, PERSON)
    letters = reference.fetch("20", 0, reference.length("20"))
    own = calls_of(calls, PERSON)
    guides = guides_near(letters, own)
    rows = search_patient(guides, patient, pam, limits).table
    if pam == "NGG":
        index = SiteIndex.build(reference, tmp_path / "index", "NGG")
        laid = Haplotypes.build(patient).indexed(tmp_path / "haplotypes", Pam.parse("NGG"))
        again = search_patient(guides, patient, pam, limits, index=index, haplotypes=laid).table
        assert again.equals(rows)
    for arm in (0, 1):
        traced = haplotype(letters, own, arm)
        path = tmp_path / f"haplotype{arm + 1}.fa"
        path.write_text(">20\n" + "".join(letter for letter, _, _ in traced) + "\n")
        found = search(guides, FastaReference.open(path), pam, limits)
        wanted = [
            (row["guide"], row["strand"], row["guide_aligned"], row["target_aligned"],
             row["mismatches"], row["cfd"], traced[row["start"]][1], traced[row["end"] - 1][1] + 1)
            for row in found.iter_rows(named=True)
        ]  # fmt: skip
        here = rows.filter(pl.col("haplotypes").str.split(",").list.contains(str(arm + 1)))
        got = here.select(
            "guide", "strand", "guide_aligned", "target_aligned", "mismatches", "cfd", "start",
            "end",
        ).rows()  # fmt: skip
        assert len(wanted) > 50
        assert sorted((r[:6] for r in got), key=str) == sorted((r[:6] for r in wanted), key=str)
        # A row shows the coordinates of the first that has it: reference, haplotype 1, 2.
        first = here["haplotypes"].str.starts_with(str(arm + 1)).to_list()
        assert {r for r, own_place in zip(got, first, strict=True) if own_place} <= set(wanted)
        assert len(set(got) & set(wanted)) >= 0.98 * len(set(wanted))
    assert {"same", "gained", "lost", "stronger"} <= set(rows["change"])
