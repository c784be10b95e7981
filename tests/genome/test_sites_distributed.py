"""A cluster of two workers gives what one machine gives, also when a worker dies."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysam
import pytest

from ipse.core.errors import InputError, IpseError
from ipse.core.sequence import reverse_complement
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import FastaReference
from ipse.genome.sites import Limits, search
from ipse.genome.sites.distributed import Request, search_distributed
from ipse.genome.sites.patient import PatientSites, search_patient
from ipse.genome.sites.population import open_cohort, search_population
from ipse.genome.sites.population_table import PopulationSites

distributed = pytest.importorskip("distributed", reason="Dask is an extra: ipse[cluster]")
HEAD = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT"
PEOPLE = ["A", "B", "C", "D", "E"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five contigs with near-copies of guides, and five people."""
    folder = tmp_path_factory.mktemp("cluster")
    rng = random.Random(7)
    guides = ["".join(rng.choice("ACGT") for _ in range(20)) for _ in range(12)]
    contigs = {}
    for k in range(5):
        pieces = []
        for _ in range(60):
            copy = list(rng.choice(guides))
            for _ in range(rng.randrange(5)):
                copy[rng.randrange(20)] = rng.choice("ACGT")
            site = "".join(copy) + rng.choice("ACGT") + rng.choice(["GG", "GG", "GA"])
            pieces.append(site if rng.random() < 0.5 else reverse_complement(site))
            pieces.append("".join(rng.choice("ACGT") for _ in range(40)))
        contigs[f"c{k}"] = "".join(pieces)
    (folder / "g.fa").write_text("".join(f">{n}\n{s}\n" for n, s in contigs.items()))
    (folder / "guides.txt").write_text("\n".join(guides))
    lines = ["##fileformat=VCFv4.2", *(f"##contig=<ID={n}>" for n in contigs),
             '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
             "\t".join([*HEAD.split(), *PEOPLE])]  # fmt: skip
    for name, letters in list(contigs.items())[:4]:
        for place in range(10, len(letters) - 10, 37):
            ref = letters[place]
            alt = rng.choice([c for c in "ACGT" if c != ref] + [ref + "TT"])
            gts = [rng.choice(["0|0", "0|1", "1|0", "1|1", "0/1"]) for _ in PEOPLE]
            lines.append(
                "\t".join([name, str(place + 1), ".", ref, alt, ".", ".", ".", "GT", *gts])
            )
    (folder / "calls.vcf").write_text("\n".join(lines) + "\n")
    pysam.tabix_index(str(folder / "calls.vcf"), preset="vcf", keep_original=True)
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as made:
        yield made


def request_of(data: Path, **more: Any) -> Request:
    guides = tuple((data / "guides.txt").read_text().split())
    return Request(guides, str(data / "g.fa"), limits=Limits(4), **more)


SMALL = {"guides_a_task": 4, "bases_a_task": 5000, "people_a_task": 2}


def test_a_reference_is_searched_alike(data: Path, cluster: Any) -> None:
    asked = request_of(data)
    here = search(asked.guides, FastaReference.open(data / "g.fa"), "NGG", Limits(4))
    there = search_distributed(asked, cluster.scheduler_address, **SMALL)
    assert here.height > 100
    assert here.equals(there)


def test_a_person_is_searched_alike(data: Path, cluster: Any) -> None:
    asked = request_of(data, vcf=str(data / "calls.vcf.gz"), sample="B")
    patient = PatientGenome(FastaReference.open(data / "g.fa"), data / "calls.vcf.gz", "B")
    here = search_patient(asked.guides, patient, "NGG", Limits(4))
    there = search_distributed(asked, cluster.scheduler_address, **SMALL)
    assert isinstance(there, PatientSites)
    assert here.table.equals(there.table)
    assert here.considered == there.considered


def test_a_cohort_is_searched_alike_when_a_worker_dies(data: Path, cluster: Any) -> None:
    groups = {"A": "north", "B": "north", "C": "south"}
    asked = request_of(data, vcf=str(data / "calls.vcf.gz"), population=True,
                       groups=tuple(groups.items()))  # fmt: skip
    cohort = open_cohort(FastaReference.open(data / "g.fa"), data / "calls.vcf.gz")
    here = search_population(asked.guides, cohort, "NGG", Limits(4), groups=groups)
    with distributed.Client(cluster, set_as_default=False) as client:
        before = client.run(os.getpid)
        victim = next(iter(before.values()))
        killed = threading.Event()

        class Killer:
            """Ends one worker once the first part is done."""

            def task(self, label: str, total: float | None = None) -> None:
                self.label = label

            def advance(self, amount: float = 1) -> None:
                if not killed.is_set():
                    os.kill(victim, signal.SIGKILL)
                    killed.set()

        there = search_distributed(
            asked, client, guides_a_task=1, bases_a_task=5000, people_a_task=1, progress=Killer()
        )
        client.wait_for_workers(2, timeout=60)
        assert killed.is_set()
        assert victim not in client.run(os.getpid).values()
    assert isinstance(there, PopulationSites)
    assert here.table.equals(there.table)
    assert here.exceptions.equals(there.exceptions)
    assert here.samples.equals(there.samples)
    assert here.considered == there.considered
    assert here.table["frequency"].n_unique() > 5


def test_errors_come_back_from_workers(data: Path, cluster: Any) -> None:
    text = (data / "calls.vcf").read_text().splitlines()
    fields = text[-1].split("\t")
    other = "A" if fields[3] != "A" else "C"
    fields[3], fields[4] = other, "G"
    (data / "wrong.vcf").write_text("\n".join([*text[:-1], "\t".join(fields)]) + "\n")
    asked = request_of(data, vcf=str(data / "wrong.vcf"), sample="A")
    with pytest.raises(InputError, match="REF"):
        search_distributed(asked, cluster.scheduler_address, **SMALL)


def test_a_scheduler_that_is_not_there_is_a_clear_error(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipse.genome.sites.distributed.ANSWER", 1)
    with pytest.raises(IpseError, match="does not answer"):
        search_distributed(request_of(data), "tcp://127.0.0.1:9", **SMALL)
