"""A case typed in at the command line: one variant, and what else the user says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ipse.core.errors import InputError
from ipse.core.files import write_text
from ipse.core.tables import shipped
from ipse.genome.embedded import Genome
from ipse.genome.resolve import locate

SUBJECT = "typed"
"""Id of the person of a typed case; no name, no number."""


def typed_case(
    folder: Path,
    variant: str,
    genome: Genome,
    *,
    gene: str = "",
    zygosity: str = "",
    disease: str = "",
    vcf: Path | None = None,
    sample: str = "",
) -> Path:
    """Write the phenopacket of one variant that is said to cause the disease.

    Parameters
    ----------
    folder
        Where ``case.json`` is written.
    variant, gene
        Anything :func:`ipse.genome.resolve.locate` reads.
    zygosity
        ``heterozygous``, ``homozygous``, ``hemizygous``, or empty where it is not known.
    disease
        Id of the diagnosis (``OMIM:237300``); empty leaves it open.
    vcf, sample
        The patient's own calls, and the name in them.

    Returns
    -------
    Path
        The folder: a case as ``ipse plan`` reads it.

    Raises
    ------
    InputError
        For a variant that is not understood, or another word for the zygosity.
    NotInReference
        For one whose bases the reference does not hold.
    """
    found = locate(variant, genome, gene or None)
    record = found.variant.vcf(genome.reference)
    descriptor: dict[str, Any] = {
        "id": "typed-variant",
        "moleculeContext": "genomic",
        "vcfRecord": {
            "genomeAssembly": genome.reference.assembly,
            "chrom": record.contig, "pos": str(record.pos), "ref": record.ref, "alt": record.alt,
        },
    }  # fmt: skip
    if found.transcript is not None:
        descriptor["geneContext"] = {"symbol": found.transcript.gene}
        name = f"{found.transcript.id}:{found.hgvs_c}"
        descriptor["expressions"] = [{"syntax": "hgvs.c", "value": name}]
    if zygosity:
        descriptor["allelicState"] = {"id": _state(zygosity), "label": zygosity}
    packet = {
        "id": SUBJECT,
        "subject": {"id": SUBJECT},
        "interpretations": [
            {
                "id": "typed-interpretation",
                "progressStatus": "SOLVED",
                "diagnosis": {
                    **({"disease": {"id": disease}} if disease else {}),
                    "genomicInterpretations": [
                        {
                            "subjectOrBiosampleId": SUBJECT,
                            "interpretationStatus": "CAUSATIVE",
                            "variantInterpretation": {"variationDescriptor": descriptor},
                        }
                    ],
                },
            }
        ],
        "files": [_calls(vcf, sample, genome)] if vcf is not None else [],
        "metaData": {"phenopacketSchemaVersion": "2.0"},
    }
    write_text(folder / "case.json", json.dumps(packet, indent=2) + "\n")
    return folder


def _state(zygosity: str) -> str:
    """GENO term of a zygosity."""
    rows = {row["label"]: row["state"] for row in shipped("ipse.patient", "allelic_states")}
    if zygosity not in rows:
        raise InputError(
            "not a zygosity", field="zygosity", value=zygosity,
            expected="heterozygous, homozygous or hemizygous",
        )  # fmt: skip
    return rows[zygosity]


def _calls(vcf: Path, sample: str, genome: Genome) -> dict[str, Any]:
    if not vcf.is_file():
        raise InputError(
            "there is no such file", field="--vcf", value=vcf, expected="a VCF or BCF file"
        )
    kind = "BCF" if vcf.suffix == ".bcf" else "VCF"
    return {
        "uri": vcf.resolve().as_uri(),
        "individualToFileIdentifiers": {SUBJECT: sample} if sample else {},
        "fileAttributes": {
            "fileFormat": kind, "genomeAssembly": genome.reference.assembly,
        },
    }  # fmt: skip
