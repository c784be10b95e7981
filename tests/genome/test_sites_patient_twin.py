"""A person's sites against a plain reading: every haplotype written out and searched."""

from __future__ import annotations

import random
from pathlib import Path
from unittest.mock import patch

import patient_twin as twin
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sites_twin import Case, cases, reference_of

from ipse.genome.patient_genome import PatientGenome
from ipse.genome.sites import Pam
from ipse.genome.sites.patient import PatientSites, search_patient

COLUMNS = [
    "guide", "contig", "start", "end", "strand", "pam", "guide_aligned", "target_aligned",
    "mismatches", "bulge", "bulge_size", "seed_mismatches", "haplotypes", "variants", "change",
]  # fmt: skip


def letters_at(letters: str, start: int, end: int) -> str:
    return "".join(c if c in "ACGT" else "N" for c in letters[start:end].upper())


def random_calls(rng: random.Random, contigs: dict[str, str]) -> list[twin.Call]:
    """Calls of every kind, many of them on top of one another."""
    calls = []
    unphased = 0
    for contig, letters in contigs.items():
        hemizygous = rng.random() < 0.1
        starts = sorted(rng.randrange(len(letters)) for _ in range(rng.randrange(7)))
        for start in starts:
            size = rng.choice([1, 1, 1, 1, 2, 3, 5, 12])
            ref = letters_at(letters, start, min(len(letters), start + size))
            alts = []
            for _ in range(rng.choice([1, 1, 1, 2])):
                kind = rng.random()
                if kind < 0.45:
                    alt = "".join(rng.choice("ACGT") for _ in ref)
                elif kind < 0.6:
                    alt = ref[0]
                elif kind < 0.75:
                    alt = ref + "".join(rng.choice("ACGT") for _ in range(rng.choice([1, 2, 30])))
                elif kind < 0.9:
                    alt = "".join(rng.choice("ACGTN") for _ in range(rng.randrange(1, 5)))
                else:
                    alt = rng.choice(["*", "<DEL>"])
                alts.append(alt)
            alts = list(dict.fromkeys(alts))
            allele = lambda: rng.choice(["0", "1", "1", str(len(alts)), rng.choice(".1")])  # noqa: E731, B023
            sep = "|" if unphased >= 3 or rng.random() < 0.65 else "/"
            gt = allele() if hemizygous or rng.random() < 0.05 else allele() + sep + allele()
            unphased += "/" in gt
            phase_set = rng.choice([None, None, 7]) if "|" in gt else None
            if not set(ref) <= set("ACGTN"):
                continue
            calls.append(twin.Call(contig, start, ref, tuple(alts), gt, phase_set))
    return calls


def search_calls(case: Case, calls: list[twin.Call], folder: Path) -> PatientSites:
    path = folder / "calls.vcf"
    path.write_text(twin.vcf_text(case.contigs, calls))
    patient = PatientGenome(reference_of(case.contigs), path, "S")
    try:
        return search_patient(
            case.guides, patient, Pam.parse(case.pam, case.side), case.limits, spacer_only=True,
            threads=1,
        )  # fmt: skip
    finally:
        patient.close()


def compared(case: Case, calls: list[twin.Call], folder: Path) -> PatientSites:
    pam, limits = Pam.parse(case.pam, case.side), case.limits
    result = search_calls(case, calls, folder)
    query = twin.Query(
        list(dict.fromkeys(case.guides)), list(pam.patterns), pam.side, pam.seed,
        (limits.mismatches, limits.dna, limits.rna, limits.mixed),
    )  # fmt: skip
    expected = twin.search_person(case.contigs, calls, query)
    found = result.table.select(COLUMNS).rows(named=True)
    by_score = {"same", "stronger", "weaker"}
    wanted = {tuple(row[c] for c in COLUMNS[:-1]): row["change"] for row in expected}
    got = {tuple(row[c] for c in COLUMNS[:-1]): row["change"] for row in found}
    assert sorted(got) == sorted(wanted)
    assert len(found) == len(expected)
    for key, change in wanted.items():
        assert got[key] == change or (change == "same or by score" and got[key] in by_score)
    return result


@settings(max_examples=60)
@given(cases(), st.integers(0, 2**32))
def test_rows_are_those_of_every_haplotype_written_out(
    tmp_path: Path, case: Case, seed: int
) -> None:
    compared(case, random_calls(random.Random(seed), case.contigs), tmp_path)


@settings(max_examples=40)
@given(cases(), st.integers(0, 2**32), st.sampled_from([0, 1, 2]))
def test_windows_cut_from_long_chains_give_the_same_rows(
    tmp_path: Path, case: Case, seed: int, whole: int
) -> None:
    with patch("ipse.genome.sites.patient_clusters.WHOLE_BLOCKS", whole):
        compared(case, random_calls(random.Random(seed), case.contigs), tmp_path)
