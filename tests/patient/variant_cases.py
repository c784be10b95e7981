"""Cases of two CPS1 variants on the embedded locus, and files of calls for them."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from case_files import packet, write_case

from ipse.core.finding import Finding
from ipse.genome.embedded import Genome
from ipse.genome.patient_genome import PatientGenome
from ipse.patient.read import read_case
from ipse.patient.variants import Variant, locate_variants

Q335X = {"genomeAssembly": "hg38", "chrom": "2", "pos": 210591886, "ref": "C", "alt": "T"}
E714X = {"genomeAssembly": "hg38", "chrom": "chr2", "pos": 210606889, "ref": "G", "alt": "T"}
HET = {"id": "GENO:0000135", "label": "heterozygous"}


def cps1(*variants: dict[str, Any], disease: str = "OMIM:237300") -> dict[str, Any]:
    """A CPS1 case; each variant is a descriptor's members over a heterozygous default."""
    document = packet()
    diagnosis = document["interpretations"][0]["diagnosis"]
    diagnosis["disease"] = {"id": disease, "label": "test disease"}
    (item,) = diagnosis["genomicInterpretations"]
    diagnosis["genomicInterpretations"] = []
    for number, members in enumerate(variants):
        copy = deepcopy(item)
        copy["variantInterpretation"]["variationDescriptor"] = {
            "id": f"var{number}",
            "geneContext": {"valueId": "HGNC:2323", "symbol": "CPS1"},
            "allelicState": HET,
            **members,
        }
        diagnosis["genomicInterpretations"].append(copy)
    return document


def hgvs(*texts: str, syntax: str = "hgvs.c") -> dict[str, Any]:
    return {"expressions": [{"syntax": syntax, "value": text} for text in texts]}


def located(
    tmp_path: Path, document: dict[str, Any], genome: Genome, calls: PatientGenome | None = None
) -> tuple[tuple[Variant, ...], dict[str, Finding]]:
    case = read_case(write_case(tmp_path, document))
    variants, findings = locate_variants(case, genome, calls)
    return variants, {finding.code: finding for finding in findings}


def calls_of(tmp_path: Path, genome: Genome, rows: list[str]) -> PatientGenome:
    lines = [
        "##fileformat=VCFv4.2",
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
        "##contig=<ID=2,length=242193529>",
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1",
        *rows,
    ]
    path = tmp_path / "calls.vcf"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PatientGenome(genome.reference, path, "S1")


Q_ROW = "2\t210591886\t.\tC\tT\t.\tPASS\t.\tGT:PS\t"
E_ROW = "2\t210606889\t.\tG\tT\t.\tPASS\t.\tGT:PS\t"
