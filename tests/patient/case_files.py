"""Small cases for the tests, written to a folder."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

ZAP70: dict[str, Any] = {
    "id": "case-1",
    "subject": {
        "id": "proband",
        "sex": "FEMALE",
        "timeAtLastEncounter": {"age": {"iso8601duration": "P8M"}},
    },
    "interpretations": [
        {
            "id": "i1",
            "progressStatus": "SOLVED",
            "diagnosis": {
                "disease": {"id": "OMIM:269840", "label": "Immunodeficiency 48"},
                "genomicInterpretations": [
                    {
                        "subjectOrBiosampleId": "proband",
                        "interpretationStatus": "CAUSATIVE",
                        "variantInterpretation": {
                            "acmgPathogenicityClassification": "PATHOGENIC",
                            "variationDescriptor": {
                                "id": "var1",
                                "geneContext": {"valueId": "HGNC:12858", "symbol": "ZAP70"},
                                "expressions": [
                                    {"syntax": "hgvs.c", "value": "NM_001079.4:c.1394G>A"}
                                ],
                                "vcfRecord": {
                                    "genomeAssembly": "hg38",
                                    "chrom": "chr2",
                                    "pos": "97737577",
                                    "ref": "G",
                                    "alt": "A",
                                },
                                "allelicState": {"id": "GENO:0000136", "label": "homozygous"},
                            },
                        },
                    }
                ],
            },
        }
    ],
    "diseases": [{"term": {"id": "OMIM:269840", "label": "Immunodeficiency 48"}}],
    "metaData": {"createdBy": "test", "phenopacketSchemaVersion": "2.0.2"},
}


def packet(**changes: Any) -> dict[str, Any]:
    """A phenopacket with top-level members replaced (None removes one)."""
    document = deepcopy(ZAP70)
    for key, value in changes.items():
        if value is None:
            document.pop(key, None)
        else:
            document[key] = value
    return document


def descriptor(document: dict[str, Any]) -> dict[str, Any]:
    """The variation descriptor of a phenopacket made by :func:`packet`."""
    interpretation = document["interpretations"][0]["diagnosis"]["genomicInterpretations"][0]
    found: dict[str, Any] = interpretation["variantInterpretation"]["variationDescriptor"]
    return found


def write_case(folder: Path, document: Any, facts: str | None = None) -> Path:
    """Write a case folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / "case.json").write_text(text, encoding="utf-8")
    if facts is not None:
        (folder / "facts.tsv").write_text(facts, encoding="utf-8")
    return folder


FACTS = "fact\tvalue\tunit\tdate\tsource\n"
