"""One damaged input through everything that reads it; anything but a clean error escapes."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

from packet_mutations import VCF_TEXT, damaged_facts, damaged_packet, damaged_vcf

from ipse.cli.case import as_data
from ipse.core.canonical import dumps
from ipse.core.errors import IpseError
from ipse.genome.embedded import Genome
from ipse.genome.patient_genome import PatientGenome
from ipse.patient.calls import open_patient_genome
from ipse.patient.read import read_case
from ipse.patient.schema import leaves
from ipse.patient.variants import locate_variants


def one_case(rng: random.Random, seeds: list[dict[str, Any]], folder: Path, genome: Genome) -> str:
    """Read, place and show one damaged case; say how it ended."""
    for old in folder.glob("case.*"):
        old.unlink()
    name, data = damaged_packet(rng, seeds)
    (folder / name).write_bytes(data)
    (folder / "facts.tsv").write_bytes(damaged_facts(rng))
    bases = genome.reference.fetch("chr2", 210591889, 210591890)
    (folder / "own.vcf").write_text(VCF_TEXT.format(a=bases), encoding="utf-8")
    try:
        case = read_case(folder, as_of=rng.choice((None, date(2026, 11, 22))))
        classed = [*case.leaves.used, *case.leaves.kept, *case.leaves.unused]
        assert sorted(classed) == sorted(leaves(case.original))
        variants, findings = locate_variants(
            case, genome, open_patient_genome(case, genome.reference)
        )
        dumps([as_data(case), [v.model_dump() for v in variants]])
        dumps([finding.model_dump(mode="json") for finding in findings])
    except IpseError as error:
        assert str(error) and error.exit_status == 2, error
        return type(error).__name__
    return "answer"


def one_vcf(rng: random.Random, base: str, folder: Path, genome: Genome) -> str:
    """Open one damaged file of calls and ask for a stretch; say how it ended."""
    path = damaged_vcf(rng, base, folder)
    try:
        calls = PatientGenome(genome.reference, path, rng.choice((None, "S1")))
        found = calls.records("chr2", 210590000, 210610000)
        calls.symbolic("chr2", 210590000, 210610000)
        assert all(
            call.zygosity in ("", "heterozygous", "homozygous", "hemizygous") for call in found
        )
        calls.close()
    except IpseError as error:
        assert str(error) and error.exit_status == 2, error
        return type(error).__name__
    return "answer"
