"""Seeded damage to phenopackets, facts and VCFs; the same seed makes the same damage."""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysam
import yaml
from case_files import FACTS, packet

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**70, 1e308, -1e-300, 0.5, "", " ", "\u0000", "é",
    "x" * 3000, "HP:0000001", "P1Y", "P", "P99999999999Y", "2020-01-01T00:00:00Z", "0000-00-00",
    "NaN", "1e9", "-5", "chr2", "NC_000002.12", "NM_001875.4:c.1003C>T", "NM_001875.4:c.",
    "NM_001875.4:c.1003_1002del", "c.1A>G", "p.Gln335Ter", "V30M", "delta-F508", "<DEL>", "*", "N",
    "ACGT" * 50, "../../etc/passwd", "file:///", "http://[", "\ud7ff", "MALE", "GENO:0000135",
    [], {}, [[]], [None], {"": ""}, {"id": "x"}, {"age": {"iso8601duration": "P1Y"}},
    "kg", "10*9/L", "[lb_av]", "((((", "m" + "9" * 400, "10*" + "9" * 30,
)  # fmt: skip

FULL_FACTS = FACTS + (
    "prior_gene_therapy\tno\t\t2020-01-01\tchart\n"
    "inhibitor:FVIII\t12.5\t[beth'U]\t2021-01-01\tlab\n"
    "copy_number:SMN2\t3\t\t\tMLPA\n"
    "active_infection:HBV\tyes\t\t\tchart\n"
)


def seeds_of_packets(folders: list[Path]) -> list[dict[str, Any]]:
    """Phenopackets to damage: a small one, one with every part, and all in the folders."""
    found = [packet(), everything()]
    for folder in folders:
        for path in sorted(folder.rglob("*.json")):
            found.append(json.loads(path.read_text(encoding="utf-8")))
    return found


def everything() -> dict[str, Any]:
    """A phenopacket with every part Ipse reads."""
    term = {"id": "NCIT:C1", "label": "a term"}
    age = {"age": {"iso8601duration": "P1Y2M"}}
    quantity = {
        "unit": {"id": "UCUM:kg"}, "value": 7.5,
        "referenceRange": {"unit": {"id": "UCUM:g"}, "low": 1, "high": 9000},
    }  # fmt: skip
    document = packet(
        phenotypicFeatures=[{"type": term, "severity": term, "modifiers": [term], "onset": age}],
        measurements=[
            {"assay": {"id": "LOINC:29463-7"}, "value": {"quantity": quantity},
             "timeObserved": {"timestamp": "2020-01-01T00:00:00Z"}},
            {"assay": term, "complexValue": {"typedQuantities": [
                {"type": term, "quantity": quantity}]}},
            {"assay": term, "value": {"ontologyClass": term}},
        ],
        biosamples=[{"id": "b1", "individualId": "proband", "measurements": [],
                     "sampledTissue": term, "files": [{"uri": "tumour.vcf"}]}],
        diseases=[{"term": term, "excluded": True, "onset": {"ageRange": {
            "start": {"iso8601duration": "P1Y"}, "end": {"iso8601duration": "P2Y"}}},
            "diseaseStage": [term]}],
        medicalActions=[
            {"procedure": {"code": term, "performed": age}},
            {"treatment": {"agent": term, "doseIntervals": [{"quantity": quantity,
             "interval": {"start": "2020-01-02T00:00:00Z", "end": "2020-02-02T00:00:00Z"}}]}},
            {"radiationTherapy": {"modality": term, "dosage": 12, "fractions": 6}},
            {"therapeuticRegimen": {"ontologyClass": term, "startTime": age}},
        ],
        files=[{"uri": "own.vcf", "individualToFileIdentifiers": {"proband": "S1"},
                "fileAttributes": {"genomeAssembly": "hg38", "fileFormat": "vcf"}}],
    )  # fmt: skip
    document["subject"] |= {
        "dateOfBirth": "2019-01-01T00:00:00Z", "karyotypicSex": "XX", "alternateIds": ["a"],
        "vitalStatus": {"status": "ALIVE"}, "taxonomy": {"id": "NCBITaxon:9606"},
    }  # fmt: skip
    items = document["interpretations"][0]["diagnosis"]["genomicInterpretations"]
    base = copy.deepcopy(items[0])
    location = {"sequenceId": "refseq:NC_000002.12", "sequenceInterval": {
        "startNumber": {"value": "5"}, "endNumber": {"value": "6"}}}  # fmt: skip
    for change in (
        {"geneContext": {"symbol": "CPS1"}, "expressions": [
            {"syntax": "hgvs.c", "value": "NM_001875.4:c.1003C>T"},
            {"syntax": "hgvs.p", "value": "p.Gln335Ter"}],
         "vcfRecord": {"genomeAssembly": "hg38", "chrom": "2", "pos": 210591886, "ref": "C",
                       "alt": "T"}, "label": "Q335X"},
        {"variation": {"copyNumber": {"gene": {"geneId": "HGNC:1"}, "number": {"value": 3}}}},
        {"variation": {"allele": {"sequenceLocation": location,
                                  "literalSequenceExpression": {"sequence": "T"}}}},
        {"structuralType": term, "label": "a deletion"},
    ):  # fmt: skip
        item = copy.deepcopy(base)
        item["variantInterpretation"]["variationDescriptor"] = {
            "id": f"v{len(items)}", "allelicState": {"id": "GENO:0000135"}, **change,
        }  # fmt: skip
        items.append(item)
    return document


def damaged_packet(rng: random.Random, seeds: list[dict[str, Any]]) -> tuple[str, bytes]:
    """Name and bytes of a damaged phenopacket."""
    document = copy.deepcopy(rng.choice(seeds))
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        _damage_tree(rng, document)
    if rng.random() < 0.2:
        text = yaml.safe_dump(document, allow_unicode=True)
        times = rng.choice((0, 0, 0, 1, 2))
        return "case.yaml", _damage_bytes(rng, text.encode(errors="replace"), times)
    text = json.dumps(document, ensure_ascii=rng.random() < 0.5)
    return "case.json", _damage_bytes(
        rng, text.encode(errors="surrogatepass"), rng.choice((0, 0, 0, 0, 0, 1, 2))
    )


def damaged_facts(rng: random.Random) -> bytes:
    """Bytes of a damaged table of facts."""
    rows = [line.split("\t") for line in FULL_FACTS.splitlines()]
    if rng.random() < 0.6:
        return FULL_FACTS.encode()
    for _ in range(rng.randint(0, 2)):
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = str(rng.choice(ODD))
    text = "\n".join("\t".join(row) for row in rows) + "\n"
    return _damage_bytes(rng, text.encode(errors="replace"), rng.choice((0, 0, 0, 1)))


VCF_TEXT = """##fileformat=VCFv4.2
##FILTER=<ID=LowQual,Description="low">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">
##INFO=<ID=END,Number=1,Type=Integer,Description="End">
##contig=<ID=2,length=242193529>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1
2\t210591886\t.\tC\tT,*\t.\tPASS\t.\tGT:PS\t0|1:5
2\t210591890\t.\t{a}\t<DEL>\t.\tPASS\tEND=210591899\tGT\t./1
2\t210606889\trs1\tG\tT\t50\tLowQual\t.\tGT:PS\t1|0:5
"""


def damaged_vcf(rng: random.Random, base: str, folder: Path) -> Path:
    """Write a damaged VCF: its text, its gzip bytes, its bgzip bytes or its BCF bytes."""
    lines = base.splitlines()
    for _ in range(rng.choice((0, 1, 1, 2))):
        header = rng.random() < 0.2
        place = rng.randrange(len(lines)) if header else len(lines) - rng.randint(1, 3)
        cells = lines[place].split("\t")
        cells[rng.randrange(len(cells))] = str(
            rng.choice(
                (*ODD, "0/1", "1|1|1", "9/9", "GT", "A,C,<INS>", "]2:5]A", "2", "99999999999")
            )
        )
        lines[place] = "\t".join(cells)
    if rng.random() < 0.1:
        rng.shuffle(lines)
    data = ("\n".join(lines) + "\n").encode(errors="replace")
    form = rng.choice(("plain", "plain", "gzip", "bgzip", "bcf"))
    path = folder / "own.vcf"
    for old in folder.glob("own.*"):
        old.unlink()
    if form == "plain":
        path.write_bytes(_damage_bytes(rng, data, rng.choice((0, 0, 1, 2))))
        return path
    if form == "gzip":
        path = folder / "own.vcf.gz"
        path.write_bytes(_damage_bytes(rng, gzip.compress(data), rng.choice((0, 1))))
        return path
    plain = folder / "own.txt"
    plain.write_bytes(base.encode() if form == "bcf" else data)
    path = folder / ("own.bcf" if form == "bcf" else "own.vcf.gz")
    if form == "bcf":
        source = pysam.VariantFile(str(plain))
        with pysam.VariantFile(str(path), "wb", header=source.header) as sink:
            for record in source:
                sink.write(record)
        source.close()
    else:
        pysam.tabix_compress(str(plain), str(path), force=True)
    plain.unlink()
    path.write_bytes(_damage_bytes(rng, path.read_bytes(), rng.choice((0, 0, 1, 2))))
    return path


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of every member."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(children):
        yield value, key
        if isinstance(child, dict | list):
            yield from _places(child)


def _damage_tree(rng: random.Random, document: dict[str, Any]) -> None:
    places = list(_places(document))
    if not places:
        return
    container, key = rng.choice(places)
    kind = rng.randrange(6)
    if kind == 0:
        del container[key]
    elif kind == 1:
        own = container[key]
        alike = [odd for odd in ODD if type(odd) is type(own)]
        odd_or_alike = alike if alike and rng.random() < 0.7 else ODD
        container[key] = copy.deepcopy(rng.choice(odd_or_alike))
    elif kind == 2:  # move a part from elsewhere
        other, place = rng.choice(places)
        if isinstance(other, dict) and place not in other:
            return
        if isinstance(other, list) and place >= len(other):
            return
        container[key] = copy.deepcopy(other[place])
    elif kind == 3 and isinstance(container, dict):
        container[str(rng.choice(ODD))[:40]] = copy.deepcopy(rng.choice(ODD))
    elif kind == 4 and isinstance(container, list):
        container.append(copy.deepcopy(container[key]))
    else:
        container[key] = [container[key]] if rng.random() < 0.5 else {"id": container[key]}


def _damage_bytes(rng: random.Random, data: bytes, times: int) -> bytes:
    damaged = bytearray(data)
    for _ in range(times):
        if not damaged:
            break
        place = rng.randrange(len(damaged))
        kind = rng.randrange(5)
        if kind == 0:
            damaged[place] = rng.randrange(256)
        elif kind == 1:
            del damaged[place : place + rng.randint(1, 20)]
        elif kind == 2:
            damaged[place:place] = bytes(rng.choice(b'{}[]",:\t\n\x00\xff0 -') for _ in range(3))
        elif kind == 3:
            end = place + rng.randint(1, 40)
            damaged[place:place] = damaged[place:end]
        elif rng.random() < 0.3:
            del damaged[place:]
    return bytes(damaged)
