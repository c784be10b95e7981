"""Cases: published ones load whole, and every part of a made-up one is understood."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from case_files import FACTS, descriptor, packet, write_case

from ipse.core.errors import InputError
from ipse.core.finding import Severity
from ipse.core.logic import Truth
from ipse.patient.model import Case
from ipse.patient.read import read_case
from ipse.patient.schema import leaves


def codes(case: Case) -> set[str]:
    return {finding.code for finding in case.findings}


def test_published_patients_load_and_agree_with_the_index(shared_data: Path) -> None:
    folder = shared_data / "patients"
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert len(rows) == 42
    for row in rows:
        case = read_case(folder / row["file"])
        classed = [*case.leaves.used, *case.leaves.kept, *case.leaves.unused]
        assert sorted(classed) == sorted(leaves(case.original)), row["file"]
        assert len(set(classed)) == len(classed)
        assert case.leaves.unused == ()
        variants = case.interpretations
        wanted = {"compound_het": "heterozygous"}.get(row["zygosity"], row["zygosity"])
        assert {variant.zygosity for variant in variants} == {wanted}, row["file"]
        stated = [v.expressions.get("hgvs.c") or v.label for v in variants]
        assert "|".join(stated) == row["hgvs_c"], row["file"]
        vcf = [f"{v.vcf.chrom}:{v.vcf.pos}:{v.vcf.ref}>{v.vcf.alt}" for v in variants if v.vcf]
        assert "|".join(vcf) == row["grch38_vcf"], row["file"]
        assert {variant.gene for variant in variants} == {row["gene"]}
        assert {variant.disease.id for variant in variants} == {row["disease_id"]}
        assert case.subject.sex == row["sex"].removesuffix("_SEX").lower()
        assert len(case.features) == int(row["n_phenotypic_features"])
        assert not any(finding.severity is Severity.BLOCKING for finding in case.findings)


@pytest.mark.parametrize("version", ["2", "2.0", "2.0.0", "2.0.2"])
def test_schema_versions(tmp_path: Path, version: str) -> None:
    document = packet(metaData={"phenopacketSchemaVersion": version})
    assert read_case(write_case(tmp_path, document)).schema_version == version


def test_the_parts_of_a_case(tmp_path: Path) -> None:
    document = packet(
        phenotypicFeatures=[
            {
                "type": {"id": "HP:0002205", "label": "Recurrent respiratory infections"},
                "severity": {"id": "HP:0012828", "label": "Severe"},
                "modifiers": [{"id": "HP:0025303", "label": "Episodic"}],
                "onset": {"age": {"iso8601duration": "P3M"}},
            },
            {"type": {"id": "HP:0001873", "label": "Thrombocytopenia"}, "excluded": True},
        ],
        diseases=[
            {
                "term": {"id": "NCIT:C3224", "label": "Melanoma"},
                "excluded": False,
                "onset": {"ageRange": {"start": {"iso8601duration": "P1Y"},
                                       "end": {"iso8601duration": "P2Y"}}},
                "diseaseStage": [{"id": "NCIT:C27971", "label": "Stage IV"}],
                "clinicalTnmFinding": [{"id": "NCIT:C48883", "label": "N2"}],
            }
        ],
        measurements=[
            {
                "assay": {"id": "LOINC:29463-7", "label": "Body weight"},
                "value": {"quantity": {"unit": {"id": "UCUM:[lb_av]"}, "value": 20}},
                "timeObserved": {"age": {"iso8601duration": "P8M"}},
            },
            {
                "assay": {"id": "LOINC:22763-1", "label": "Ammonia"},
                "value": {"quantity": {
                    "unit": {"id": "UCUM:umol/L"}, "value": 250,
                    "referenceRange": {"unit": {"id": "UCUM:mmol/L"}, "low": 0.01, "high": 0.05},
                }},
            },
            {
                "assay": {"id": "LOINC:85354-9", "label": "Blood pressure"},
                "complexValue": {"typedQuantities": [
                    {"type": {"label": "systolic"},
                     "quantity": {"unit": {"label": "mmHg"}, "value": 90}},
                    {"type": {"label": "diastolic"},
                     "quantity": {"unit": {"label": "mmHg"}, "value": 60}},
                ]},
            },
            {
                "assay": {"id": "LOINC:883-9", "label": "ABO group"},
                "value": {"ontologyClass": {"id": "LOINC:LA19709-3", "label": "Type O"}},
            },
            {
                "assay": {"id": "LOINC:1-8", "label": "Odd assay"},
                "value": {"quantity": {"unit": {"id": "furlong"}, "value": 3}},
            },
        ],
        medicalActions=[
            {"procedure": {"code": {"id": "NCIT:C15431", "label": "Stem cell transplantation"},
                           "performed": {"timestamp": "2021-05-02T00:00:00Z"}}},
            {"treatment": {
                "agent": {"id": "DrugCentral:1", "label": "sodium benzoate"},
                "routeOfAdministration": {"id": "NCIT:C38288", "label": "oral"},
                "doseIntervals": [{"quantity": {"unit": {"label": "mg"}, "value": 250},
                                   "scheduleFrequency": {"label": "three times a day"},
                                   "interval": {"start": "2020-01-02T00:00:00Z",
                                                "end": "2020-02-02T00:00:00Z"}}],
             },
             "treatmentTarget": {"id": "OMIM:237300", "label": "CPS1 deficiency"}},
            {"radiationTherapy": {"modality": {"label": "TBI"}, "bodySite": {"label": "body"},
                                  "dosage": 12, "fractions": 6}},
            {"therapeuticRegimen": {"ontologyClass": {"id": "NCIT:1", "label": "Flu/Cy"},
                                    "regimenStatus": "COMPLETED",
                                    "startTime": {"age": {"iso8601duration": "P1Y"}}}},
        ],
    )  # fmt: skip
    case = read_case(write_case(tmp_path, document))
    present, absent = case.features
    assert str(present.term) == "Recurrent respiratory infections (HP:0002205)"
    assert present.severity.label == "Severe" and present.modifiers[0].label == "Episodic"
    assert present.onset.age_days == 91 and absent.excluded
    (disease,) = case.diseases
    assert disease.stage[0].label == "Stage IV" and disease.tnm[0].label == "N2"
    assert disease.onset.text == "1 year to 2 years"
    assert [str(term) for term in case.diagnoses] == ["Immunodeficiency 48 (OMIM:269840)"]
    # 20 international avoirdupois pounds, NIST: 1 lb = 0.45359237 kg exactly
    assert case.body_weight() == pytest.approx(9.0718474, rel=1e-12, abs=0)
    ammonia = case.measurement("22763-1")
    assert ammonia is not None and (ammonia.low, ammonia.high) == (10.0, 50.0)
    systolic = next(m for m in case.measurements if m.part.label == "systolic")
    assert systolic.text == "Blood pressure (LOINC:85354-9), systolic: 90 mm[Hg]"
    assert case.measurement("LOINC:883-9").category.label == "Type O"  # type: ignore[union-attr]
    odd = case.measurement("1-8")
    assert odd is not None and odd.canonical_value is None and "3 furlong" in odd.text
    assert "unit-not-understood" in codes(case)
    assert "/measurements/4/value/quantity/unit/id" in case.leaves.unused
    kinds = [action.kind for action in case.actions]
    assert kinds == ["procedure", "treatment", "radiation", "regimen"]
    assert case.actions[1].text == (
        "sodium benzoate (DrugCentral:1) [250 mg three times a day] by oral"
    )
    assert case.actions[2].text == "TBI at body 12 Gy in 6 fractions"
    assert case.actions[0].start.on == date(2021, 5, 2)


def test_age_from_birth_date_never_shows_it(tmp_path: Path) -> None:
    subject: dict[str, Any] = {
        "id": "p", "sex": "MALE", "dateOfBirth": "2015-03-04T00:00:00Z",
        "timeAtLastEncounter": {"timestamp": "2020-03-05T00:00:00Z"},
    }  # fmt: skip
    document = packet(subject=subject, interpretations=None)
    folder = write_case(tmp_path, document)
    case = read_case(folder)
    assert case.subject.age_days == 1828 and case.subject.age_text == "5 years"
    assert "no-variant" in codes(case)
    later = read_case(folder, as_of=date(2025, 3, 4))
    assert later.subject.age_text == "10 years"
    from ipse.cli.case import as_data

    assert "2015" not in json.dumps(as_data(case)) and "2015" not in repr(case.subject)
    subject["dateOfBirth"] = "4 March 2015"
    with pytest.raises(InputError) as caught:
        read_case(write_case(tmp_path, packet(subject=subject, interpretations=None)))
    assert "2015" not in str(caught.value) and "/subject/dateOfBirth" in str(caught.value)


def test_yaml_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    document = packet(interpretations=None)
    document["subject"]["id"] = "NO"
    text = yaml.safe_dump(document).replace("id: 'NO'", "id: NO").replace("'NO'", "NO")
    path.write_text(text + "extra: 2020-01-01\n", encoding="utf-8")
    case = read_case(path)
    assert case.subject.id == "NO" and case.original["extra"] == "2020-01-01"
    assert case.leaves.unused == ("/extra",) and "leaves-not-used" in codes(case)


def test_enum_numbers_and_snake_case(tmp_path: Path) -> None:
    document = packet()
    document["subject"] = {"id": "proband", "sex": 2, "karyotypic_sex": "XY"}
    document["phenotypic_features"] = [{"type": {"id": "HP:1", "label": "x"}}]
    case = read_case(write_case(tmp_path, document))
    assert case.subject.sex == "male" and case.subject.karyotypic_sex == "XY"
    assert len(case.features) == 1 and not case.leaves.unused


def test_copy_number_and_text_alleles(tmp_path: Path) -> None:
    document = packet()
    found = descriptor(document)
    for key in ("expressions", "vcfRecord", "allelicState"):
        del found[key]
    found["variation"] = {
        "copyNumber": {"gene": {"geneId": "HGNC:11118"}, "number": {"value": "2"}}
    }
    found["geneContext"] = {"valueId": "HGNC:11118", "symbol": "SMN2"}
    facts = FACTS + "copy_number:SMN2\t3\t\t2020-01-01\tMLPA\n"
    case = read_case(write_case(tmp_path, document, facts))
    (variant,) = case.interpretations
    assert variant.copy_number == 2 and variant.description == "2 copies of HGNC:11118"
    assert "copy-number-contradiction" in codes(case)
    found["variation"] = {"text": {"definition": "exon 45-50 deletion"}}
    case = read_case(write_case(tmp_path, document))
    assert case.interpretations[0].description == "exon 45-50 deletion"


def test_unknown_allelic_state_is_not_used(tmp_path: Path) -> None:
    document = packet()
    descriptor(document)["allelicState"] = {"id": "GENO:9", "label": "polyzygous"}
    case = read_case(write_case(tmp_path, document))
    assert case.interpretations[0].zygosity == ""
    assert "allelic-state-not-understood" in codes(case) and len(case.leaves.unused) == 2


def test_files_relative_to_the_case(tmp_path: Path) -> None:
    (tmp_path / "own.vcf").write_text("##fileformat=VCFv4.2\n", encoding="utf-8")
    names = {"proband": "S1"}
    document = packet(
        files=[
            {"uri": "file://own.vcf", "individualToFileIdentifiers": names,
             "fileAttributes": {"genomeAssembly": "GRCh38", "fileFormat": "VCF"}},
            {"uri": "missing.vcf.gz"},
            {"uri": "https://example.org/x.vcf.gz"},
        ]
    )  # fmt: skip
    case = read_case(write_case(tmp_path, document))
    own, missing, remote = case.files
    assert own.exists and own.format == "vcf" and own.samples == names and own.name == "own.vcf"
    assert own.assembly == "GRCh38" and missing.format == "vcf" and not missing.exists
    assert remote.path is None
    assert {"file-not-found", "file-not-local"} <= codes(case)
    assert [item.path for item in case.inputs] == ["case.json", "files[0]"]


BAD: list[tuple[str, Any, str]] = [
    ("malformed", '{"id": "x",', "malformed JSON"),
    ("twice", '{"id": "x", "id": "y"}', "stands twice"),
    ("nan", '{"id": "x", "measurements": [NaN]}', "no such number"),
    ("huge", '{"id": "x", "n": 1e999}', "not finite"),
    ("deep", '{"id": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deep"),
    ("list", "[]", "top level"),
    ("empty", "", "malformed JSON"),
    ("other", {"hello": 1}, "not a phenopacket"),
    ("v1", packet(metaData={"phenopacketSchemaVersion": "1.0.0-RC3"}), "version 1"),
    ("v1 shape", packet(metaData={}, htsFiles=[]), "version 1"),
    ("v3", packet(metaData={"phenopacketSchemaVersion": "3.0"}), "not known"),
    ("family", {"id": "f", "proband": packet()}, "Family"),
    ("cohort", {"id": "c", "members": [packet(), packet()]}, "Cohort"),
    ("pedigree", packet(pedigree={"persons": [{"affectedStatus": "AFFECTED"}] * 2}), "two people"),
    ("biosample", packet(biosamples=[{"id": "b", "individualId": "another"}]), "two people"),
    ("type", packet(subject={"id": 7}), "not what the schema says"),
    ("enum", packet(subject={"id": "p", "sex": "female"}), "did you mean FEMALE"),
    ("null", packet(diseases=[None]), "no null inside a list"),
    ("object", packet(subject="p"), "an object"),
    ("both", packet(subject={"vitalStatus": {}, "vital_status": {}}), "one spelling"),
    ("choice", packet(subject={"timeAtLastEncounter": {
        "age": {"iso8601duration": "P1Y"}, "timestamp": "2020-01-01T00:00:00Z"}}), "one of two"),
    ("surrogate", '{"id": "\\ud800"}', "surrogate"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_phenopackets_end_in_a_clear_message(tmp_path: Path, document: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_case(write_case(tmp_path, document))
    assert words in str(caught.value)
    assert caught.value.file is not None and caught.value.exit_status == 2


def test_second_subject_in_an_interpretation(tmp_path: Path) -> None:
    document = packet()
    items = document["interpretations"][0]["diagnosis"]["genomicInterpretations"]
    items.append({**items[0], "subjectOrBiosampleId": "sister"})
    with pytest.raises(InputError, match="two people"):
        read_case(write_case(tmp_path, document))
    document["biosamples"] = [{"id": "sister", "individualId": "proband"}]
    case = read_case(write_case(tmp_path, document))
    assert [variant.somatic for variant in case.interpretations] == [False, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x [1]\nid: *x\n", "alias"),
        ("id: x\nid: y\n", "stands twice"),
        ("1: x\n", "not text"),
        ("id: .nan\n", "not finite"),
        ("id: [\n", "malformed YAML"),
        ("id: !!python/object:os.system x\n", "malformed YAML"),
        ("id: !!binary aGk=\n", "JSON has not"),
        ("- x\n", "top level"),
    ],
)
def test_bad_yaml(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_case(tmp_path)
    assert words in str(caught.value)


def test_paths_that_are_no_case(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no case"):
        read_case(tmp_path)
    with pytest.raises(InputError, match="no such case"):
        read_case(tmp_path / "nothing")
    (tmp_path / "case.json").write_bytes(b'{"id": "\xff"}')
    with pytest.raises(InputError, match="UTF-8"):
        read_case(tmp_path)


def test_pipes_and_devices_are_refused_before_they_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(InputError, match="regular file"):
            read_case(path)
    folder = write_case(tmp_path / "case", packet())
    os.mkfifo(folder / "facts.tsv")
    with pytest.raises(InputError, match="a table of facts is read from a regular file"):
        read_case(folder)


def test_facts_are_one_base_with_the_phenopacket(tmp_path: Path) -> None:
    facts = (
        FACTS
        + "prior_gene_therapy\tno\t\t2020-01-01\tchart\n"
        + "prior_gene_therapy\tyes\t\t2022-01-01\tchart\n"
        + "active_infection:HBV\tyes\t\t\tchart\n"
        + "inhibitor:FVIII\t12\t[beth'U]\t2021-01-01\tlab\n"
        + "pregnancy\tno\t\t2022-01-01\tchart\n"
        + "pregnancy\tyes\t\t2022-01-01\tchart\n"
        + "# a comment\n\n"
        + "prior_transplant\tno\t\t\t\n"
    )
    action = {"procedure": {"code": {"id": "NCIT:C15431", "label": "Stem cell transplantation"}}}
    document = packet(medicalActions=[action])
    document["subject"]["sex"] = "MALE"
    case = read_case(write_case(tmp_path, document, facts))
    assert case.fact("prior_gene_therapy") is Truth.TRUE
    assert case.fact("active_infection:HBV") is Truth.TRUE
    assert case.fact("active_infection") is Truth.TRUE
    assert case.fact("active_infection:HIV") is Truth.UNKNOWN
    assert case.fact("pregnancy") is Truth.UNKNOWN
    assert case.fact("consent:edit") is Truth.UNKNOWN
    assert case.fact_number("inhibitor:FVIII") == 12
    assert {
        "facts-contradict", "fact-contradicts-sex", "fact-without-source",
        "fact-contradicts-action",
    } <= codes(case)  # fmt: skip


def test_germline_edit_is_refused(tmp_path: Path) -> None:
    case = read_case(write_case(tmp_path, packet(), FACTS + "embryo_or_germline\tyes\t\t\tx\n"))
    found = [f for f in case.findings if f.code == "embryo-or-germline"]
    assert found[0].severity is Severity.BLOCKING


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no header"),
        ("fact\tvalue\n", "other columns"),
        (FACTS + "prior_gene_therapy\tno\n", "number of cells"),
        (FACTS + "prior_gen_therapy\tno\t\t\t\n", "prior_gene_therapy"),
        (FACTS + "pregnancy:me\tno\t\t\t\n", "after a colon"),
        (FACTS + "inhibitor\tno\t\t\t\n", "inhibitor:FACTOR"),
        (FACTS + "pregnancy\tmaybe\t\t\t\n", "yes or no"),
        (FACTS + "pregnancy\t1\t\t\t\n", "yes or no"),
        (FACTS + "copy_number:SMN2\tyes\t\t\t\n", "a number"),
        (FACTS + "copy_number:SMN2\t-1\t\t\t\n", "a number"),
        (FACTS + "copy_number:SMN2\tnan\t\t\t\n", "a number"),
        (FACTS + "pregnancy\tno\t\t2020-13-01\t\n", "YYYY-MM-DD"),
    ],
)
def test_bad_facts(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_case(write_case(tmp_path, packet(), text))
    assert words in str(caught.value) and "facts.tsv" in str(caught.value)


def test_contradictions_are_findings(tmp_path: Path) -> None:
    document = packet(
        diseases=[
            {"term": {"id": "OMIM:269840"}, "excluded": True,
             "onset": {"age": {"iso8601duration": "P3Y"}}}
        ],
        phenotypicFeatures=[{"type": {"id": "HP:1"}}, {"type": {"id": "HP:1"}, "excluded": True}],
    )  # fmt: skip
    document["subject"] |= {
        "karyotypicSex": "XY", "taxonomy": {"id": "NCBITaxon:10090", "label": "mouse"},
        "vitalStatus": {"status": "DECEASED"},
    }  # fmt: skip
    descriptor(document)["vcfRecord"]["chrom"] = "chrX"
    descriptor(document)["allelicState"] = {"id": "GENO:0000135", "label": "homozygous"}
    assert {
        "disease-contradiction", "feature-contradiction", "onset-after-last-encounter",
        "sex-and-karyotype", "subject-not-human", "subject-deceased",
        "allelic-state-contradiction",
    } <= codes(read_case(write_case(tmp_path, document)))  # fmt: skip
