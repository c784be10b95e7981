"""A cohort's sites against the search of each person, and the counts by hand."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import patient_twin as twin
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sites_patient import CONTIG, GUIDE, HEADER, SITE
from test_sites_patient_twin import random_calls
from test_sites_twin import Case, cases, reference_of

from ipse.core.errors import InputError
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import FastaReference, Reference
from ipse.genome.sites import Limits, Pam
from ipse.genome.sites.patient import search_patient
from ipse.genome.sites.population import (
    PopulationSites,
    open_cohort,
    read_groups,
    search_population,
)

KEY = ["guide", "contig", "strand", "target_aligned", "guide_aligned"]


def compare_with_each_person(found: PopulationSites, reference: Reference, path: Path,
                             asked: tuple[list[str], Pam, Limits]) -> None:  # fmt: skip
    """The same people have the same sequences as when each is searched by itself."""
    by_person: dict[str, Counter[tuple[str, ...]]] = {s: Counter() for s in found.samples["sample"]}
    for row in found.table.iter_rows(named=True):
        carriers = found.carriers(row["site"])
        assert carriers.height == row["carriers"]
        for sample, haplotypes in carriers.select("sample", "haplotypes").rows():
            label = haplotypes or "all"
            by_person[sample][(*(row[k] for k in KEY), row["variants"] != "", label)] += 1
    lost = Counter(found.exceptions.filter(pl.col("change") == "lost")["sample"])
    for sample, got in by_person.items():
        patient = PatientGenome(reference, path, sample)
        guides, pam, limits = asked
        table = search_patient(guides, patient, pam, limits, spacer_only=True, threads=1).table
        assert table.filter(pl.col("change") == "lost").height == lost[sample]
        wanted: Counter[tuple[str, ...]] = Counter()
        for row in table.filter(pl.col("haplotypes") != "ref").iter_rows(named=True):
            label = row["haplotypes"].removeprefix("ref,")
            wanted[(*(row[k] for k in KEY), label)] += 1
        assert sum(got.values()) == sum(wanted.values())
        for (*key, _, label), count in got.items():
            labels = ("1,2", "1") if label == "all" else (label,)
            assert sum(wanted[(*key, own)] for own in labels) >= count


def cohort_text(contigs: dict[str, str], people: dict[str, list[twin.Call]]) -> str:
    """One file of people whose calls stand at the same records."""
    text = twin.vcf_text(contigs, next(iter(people.values()))).splitlines()
    head = [line for line in text if line.startswith("##")]
    head.append("\t".join(["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT", *people]))
    for calls in zip(*people.values(), strict=True):
        first = calls[0]
        values = [f"{c.gt}:{c.phase_set if c.phase_set is not None else '.'}" for c in calls]
        head.append(
            f"{first.contig}\t{first.start + 1}\t.\t{first.ref}\t{','.join(first.alts)}\t.\t.\t.\t"
            "GT:PS\t" + "\t".join(values)
        )
    return "\n".join(head) + "\n"


@settings(max_examples=20)
@given(cases(), st.integers(0, 2**32))
def test_everyone_has_the_sites_they_have_by_themselves(
    tmp_path: Path, case: Case, seed: int
) -> None:
    rng = random.Random(seed)
    calls = random_calls(rng, case.contigs)
    people: dict[str, list[twin.Call]] = {"A": calls}
    for name in "BCD":
        people[name] = [
            twin.Call(c.contig, c.start, c.ref, c.alts,
                      rng.choice(["0|0", "0|1", c.gt, c.gt]), c.phase_set)
            for c in calls
        ]  # fmt: skip
    path = tmp_path / "cohort.vcf"
    path.write_text(cohort_text(case.contigs, people))
    reference = reference_of(case.contigs)
    pam = Pam.parse(case.pam, case.side)
    found = search_population(
        case.guides, open_cohort(reference, path), pam, case.limits, spacer_only=True, threads=1
    )
    compare_with_each_person(found, reference, path, (case.guides, pam, case.limits))


def cohort(folder: Path, *records: str) -> PatientGenome:
    """Four people; records are ``POS REF ALT GT GT GT GT``."""
    people = ["A", "B", "C", "D"]
    text = HEADER + "##contig=<ID=c>\n"
    text += "\t".join(["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT", *people]) + "\n"
    for record in records:
        pos, ref, alt, *gts = record.split()
        text += "\t".join(["c", pos, ".", ref, alt, ".", ".", ".", "GT", *gts]) + "\n"
    path = folder / "cohort.vcf"
    path.write_text(text)
    return open_cohort(reference_of({"c": CONTIG}), path)


GROUPS = {"A": "north", "B": "north", "C": "south"}


def test_carriers_copies_and_frequencies_are_those_counted_by_hand(tmp_path: Path) -> None:
    people = cohort(tmp_path, f"{SITE + 1} G C 0|1 1|1 0|0 0/1")
    found = search_population(GUIDE, people, "NGG", Limits(2), groups=GROUPS, threads=1)
    columns = ["haplotypes", "change", "carriers", "copies", "frequency", "lost"]
    assert found.table.select(columns).rows() == [
        ("ref", "same", 3, 4, 0.5, 0), ("", "weaker", 3, 4, 0.5, 0),
    ]  # fmt: skip
    north = found.table.select("carriers_north", "copies_north", "frequency_north").rows()
    assert north == [(1, 1, 0.25), (2, 3, 0.75)]
    assert found.table["frequency_south"].to_list() == [1.0, 0.0]
    assert found.carriers(1).rows() == [("A", "north", "2"), ("B", "north", "1,2"), ("D", "", "u")]
    assert found.carriers(0)["sample"].to_list() == ["A", "C", "D"]


def test_people_who_lost_a_site_are_counted(tmp_path: Path) -> None:
    pam = SITE + len(GUIDE) + 2
    found = search_population(
        GUIDE, cohort(tmp_path, f"{pam} G A 1|1 1|0 0|0 1|1"), "NGG", Limits(0), threads=1
    )
    assert found.table.select("carriers", "copies", "frequency", "lost").rows() == [
        (2, 3, 0.375, 2)
    ]


def test_one_copy_counts_once(tmp_path: Path) -> None:
    people = cohort(tmp_path, f"{SITE + 1} G C 1 0 0|1 0|0")
    found = search_population(GUIDE, people, "NGG", Limits(2), threads=1)
    assert found.table["copies"].to_list() == [4, 2]
    assert found.table["frequency"].to_list() == pytest.approx([4 / 6, 2 / 6], rel=1e-12, abs=0)


def test_groups_are_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "groups.tsv"
    path.write_text("sample\tgroup\nA\tnorth\nB\tsouth\n")
    assert read_groups(path, ["A", "B", "C"]) == {"sample": "group", "A": "north", "B": "south"}
    for text, what in (("A north\n", "two columns"), ("A\tx\nA\ty\n", "two groups"),
                       ("Z\tnorth\n", "no sample")):  # fmt: skip
        path.write_text(text)
        with pytest.raises(InputError, match=what):
            read_groups(path, ["A", "B"])
    with pytest.raises(InputError, match="cannot be read"):
        read_groups(tmp_path / "absent.tsv", ["A"])


def test_an_unknown_sample_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="sample is not in"):
        search_population(GUIDE, cohort(tmp_path, "2 C A 0|1 0|0 0|0 0|0"), samples=["E"])


def test_a_cohort_of_1000_genomes(shared_data: Path) -> None:
    """Six people: each has the rows of a search by itself."""
    reference = FastaReference.open(shared_data / "variants" / "chr20.fa.gz")
    path = shared_data / "variants" / "chr20_1000g.vcf.gz"
    people = open_cohort(reference, path)
    letters = reference.fetch("20", 1_200_000, 1_230_000)
    guides = [letters[k : k + 20] for k in range(0, len(letters) - 20, 400)]
    chosen = people.samples[:6]
    pam, limits = Pam.parse("NGG"), Limits(6)
    found = search_population(guides, people, pam, limits, samples=chosen)
    assert found.table.filter(pl.col("change") == "gained").height
    compare_with_each_person(found, reference, path, (guides, pam, limits))
