"""Variants of a case on the embedded loci: placed, compared, phased, or kept as text."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pysam
import pytest
from case_files import descriptor, packet, write_case

from ipse.core.errors import InputError
from ipse.core.finding import Finding, Severity
from ipse.genome.embedded import Genome, embedded
from ipse.genome.patient_genome import PatientGenome
from ipse.patient.calls import open_patient_genome
from ipse.patient.comparing import plain_protein
from ipse.patient.inheritance import inheritance
from ipse.patient.read import read_case
from ipse.patient.variants import Variant, locate_variants

Q335X = {"genomeAssembly": "hg38", "chrom": "2", "pos": 210591886, "ref": "C", "alt": "T"}
E714X = {"genomeAssembly": "hg38", "chrom": "chr2", "pos": 210606889, "ref": "G", "alt": "T"}
HET = {"id": "GENO:0000135", "label": "heterozygous"}


@pytest.fixture(scope="module")
def genome() -> Genome:
    return embedded()


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


def test_vcf_record_and_name_agree(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": Q335X, **hgvs("NM_001875.4:c.1003C>T"), "label": "Q335X"})
    (variant,), findings = located(tmp_path, document, genome)
    assert variant.located and variant.vcf == "chr2:210591886:C:T" and variant.strand == "+"
    assert (variant.transcript, variant.hgvs_c, variant.hgvs_p) == (
        "NM_001875.4", "c.1003C>T", "p.Gln335Ter",
    )  # fmt: skip
    assert variant.consequence == ("stop_gained",) and variant.legacy == ("Q335X",)
    assert (variant.contig, variant.start, variant.end) == ("chr2", 210591885, 210591886)
    assert variant.pathogenic and findings == {}


@pytest.mark.parametrize(
    "members",
    [
        hgvs("NM_001875.4:c.1003C>T"),
        hgvs("NC_000002.12:g.210591886C>T", syntax="hgvs.g"),
        hgvs("NC_000002.12:210591885:C:T", syntax="spdi"),
        {"vcfRecord": Q335X},
        {"variation": {"allele": {
            "sequenceLocation": {"sequenceId": "refseq:NC_000002.12", "sequenceInterval": {
                "startNumber": {"value": "210591885"}, "endNumber": {"value": "210591886"}}},
            "literalSequenceExpression": {"sequence": "T"}}}},
        {"vcfRecord": {**Q335X, "genomeAssembly": "GRCh37", "pos": 211456610},
         **hgvs("NM_001875.4:c.1003C>T")},
    ],
)  # fmt: skip
def test_every_way_to_state_it_gives_one_variant(
    tmp_path: Path, genome: Genome, members: dict[str, Any]
) -> None:
    (variant,), findings = located(tmp_path, cps1(members), genome)
    assert variant.vcf == "chr2:210591886:C:T" and variant.hgvs_p == "p.Gln335Ter"
    assert not {f.severity for f in findings.values()} & {Severity.SERIOUS, Severity.BLOCKING}


def test_disagreement_is_serious(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": Q335X, **hgvs("NM_001875.4:c.2140G>T", "NM_001875.4:c.1003C>T")})
    (variant,), findings = located(tmp_path, document, genome)
    assert variant.hgvs_c == "c.1003C>T"
    assert findings["vcf-and-hgvs-disagree"].severity is Severity.SERIOUS
    assert "c.2140G>T" in findings["vcf-and-hgvs-disagree"].message
    named = cps1(hgvs("NM_001875.4:c.1003C>T", "NM_001875.4:c.2140G>T"))
    assert "names-disagree" in located(tmp_path, named, genome)[1]
    protein = cps1({"vcfRecord": Q335X, **hgvs("NP_001866.2:p.(Gln336Ter)", syntax="hgvs.p")})
    assert "protein-name-differs" in located(tmp_path, protein, genome)[1]
    labelled = cps1({"vcfRecord": Q335X, "label": "NM_001875.4:c.2140G>T"})
    assert "label-differs" in located(tmp_path, labelled, genome)[1]
    elsewhere = cps1({"vcfRecord": Q335X, "geneContext": {"symbol": "TTR"}})
    (variant,), findings = located(tmp_path, elsewhere, genome)
    assert "gene-differs" in findings and variant.gene == "CPS1"


def test_wrong_ref_of_the_record(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": {**Q335X, "ref": "G"}, **hgvs("NM_001875.4:c.1003C>T")})
    (variant,), findings = located(tmp_path, document, genome)
    assert variant.vcf == "chr2:210591886:C:T" and "vcf-ref-mismatch" in findings
    (variant,), findings = located(tmp_path, cps1({"vcfRecord": {**Q335X, "ref": "G"}}), genome)
    assert not variant.located and set(findings) == {"vcf-ref-mismatch"}
    for alt in ("<DEL>", ".", "", "*"):
        odd = cps1({"vcfRecord": {**Q335X, "alt": alt}})
        assert "vcf-record-not-understood" in located(tmp_path, odd, genome)[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NM_001875.4:c.1003A>T", "has C at 1003"),
        ("NM_001875.9:c.1003C>T", "NM_001875.4"),
        ("ENST00000430249.1:c.1003C>T", "NM_001875.4"),
    ],
)
def test_a_name_that_is_wrong_about_what_is_here(
    tmp_path: Path, genome: Genome, text: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        located(tmp_path, cps1(hgvs(text)), genome)
    assert words in str(caught.value) and "case.json" in str(caught.value)
    assert "/interpretations/0" in str(caught.value)


def test_same_coding_sequence_stands_in(tmp_path: Path, genome: Genome) -> None:
    (variant,), findings = located(tmp_path, cps1(hgvs("NM_001875.5:c.1003C>T")), genome)
    assert variant.transcript == "NM_001875.4" and "transcript-version-substituted" in findings


def test_outside_the_reference_stays_in_the_list(tmp_path: Path, genome: Genome) -> None:
    (variant,), findings = located(tmp_path, packet(), genome)
    assert not variant.located and variant.contig is None and variant.gene == "ZAP70"
    assert variant.vcf == "chr2:97737577:G:A" and variant.hgvs_c == "NM_001079.4:c.1394G>A"
    assert set(findings) == {"reference-is-loci-only"}
    assert "genome add" in findings["reference-is-loci-only"].resolves


def test_unknown_gene_names_near_ones(tmp_path: Path, genome: Genome) -> None:
    unknown = {"geneContext": {"symbol": "CSP1"}, **hgvs("CSP1:c.1003C>T")}
    (variant,), findings = located(tmp_path, cps1(unknown), genome)
    assert not variant.located and "CPS1" in findings["reference-is-loci-only"].message


def test_words_only(tmp_path: Path, genome: Genome) -> None:
    structural = {"structuralType": {"id": "SO:0000159", "label": "deletion"}, "label": "exons 3-5"}
    (variant,), findings = located(tmp_path, cps1(structural), genome)
    assert not variant.located and variant.label == "exons 3-5"
    assert variant.structural_type.label == "deletion" and set(findings) == {
        "variant-without-place"
    }
    exotic = cps1(hgvs("NM_001875.4:c.(?_100)_(200_?)del"))
    (variant,), findings = located(tmp_path, exotic, genome)
    assert not variant.located and set(findings) == {"variant-not-placed"}
    named = cps1({"label": "E714X"})
    (variant,), _ = located(tmp_path, named, genome)
    assert variant.vcf == "chr2:210606889:G:T" or not variant.located


def test_presumed_in_trans(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": Q335X}, {"vcfRecord": E714X})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.in_trans_with == ("v2",) and two.in_trans_with == ("v1",)
    assert not one.trans_proven
    assert findings["presumed-in-trans"].severity is Severity.CAUTION
    assert "recessive" in findings["presumed-in-trans"].message
    three = cps1({"vcfRecord": Q335X}, {"vcfRecord": E714X}, hgvs("NM_001875.4:c.1A>G"))
    variants, findings = located(tmp_path, three, genome)
    assert not any(v.in_trans_with for v in variants) and "phase-unknown" in findings
    unknown = cps1({"vcfRecord": Q335X}, {"vcfRecord": E714X}, disease="OMIM:1")
    assert "not settled" in located(tmp_path, unknown, genome)[1]["presumed-in-trans"].message


def test_parents_prove_trans(tmp_path: Path, genome: Genome) -> None:
    def of(parent: str) -> dict[str, Any]:
        return {"extensions": [{"name": "parental_origin", "value": parent}]}

    document = cps1({"vcfRecord": Q335X, **of("paternal")}, {"vcfRecord": E714X, **of("Maternal")})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.trans_proven and two.in_trans_with == ("v1",) and findings == {}
    assert (one.parent, two.parent) == ("paternal", "maternal")
    document = cps1({"vcfRecord": Q335X, **of("paternal")}, {"vcfRecord": E714X, **of("paternal")})
    assert "variants-in-cis" in located(tmp_path, document, genome)[1]
    case = read_case(write_case(tmp_path, cps1({"vcfRecord": Q335X, **of("uncle")})))
    assert "parental-origin-not-understood" in {finding.code for finding in case.findings}


def test_given_twice_counts_once(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": Q335X}, hgvs("NM_001875.4:c.1003C>T"))
    variants, findings = located(tmp_path, document, genome)
    assert len(variants) == 1 and variants[0].in_trans_with == ()
    assert findings["variant-given-twice"].severity is Severity.SERIOUS


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


@pytest.mark.parametrize(
    ("q", "e", "trans", "proven", "code"),
    [
        ("0|1:5", "1|0:5", True, True, None),
        ("0|1:5", "0|1:5", False, False, "variants-in-cis"),
        ("0|1:5", "1|0:6", True, False, "presumed-in-trans"),
        ("0/1:.", "1/0:.", True, False, "presumed-in-trans"),
        ("0|1:.", "1|0:.", True, True, None),
    ],
)
def test_phase_decides(
    tmp_path: Path, genome: Genome, q: str, e: str, trans: bool, proven: bool, code: str | None
) -> None:
    calls = calls_of(tmp_path, genome, [Q_ROW + q, E_ROW + e])
    document = cps1({"vcfRecord": Q335X}, {"vcfRecord": E714X})
    (one, two), findings = located(tmp_path, document, genome, calls)
    assert (one.in_trans_with == ("v2",)) is trans and two.trans_proven is proven
    assert one.in_patient_vcf
    assert code is None or code in findings
    if q == "0|1:5":
        assert one.haplotype == 2 and one.phase_set == "5"


def test_genotype_fills_in_and_contradicts(tmp_path: Path, genome: Genome) -> None:
    calls = calls_of(tmp_path, genome, [Q_ROW + "1|1:.", E_ROW.replace("PASS", "q10") + "0/1:."])
    silent = {"vcfRecord": Q335X, "allelicState": {"id": "GENO:0000137"}}
    (variant,), _ = located(tmp_path, cps1(silent), genome, calls)
    assert variant.zygosity == "homozygous" and variant.haplotype is None
    (variant,), findings = located(tmp_path, cps1({"vcfRecord": Q335X}), genome, calls)
    assert variant.zygosity == "heterozygous"
    assert findings["zygosity-contradiction"].severity is Severity.SERIOUS
    absent = cps1(hgvs("NM_001875.4:c.1004A>G"))
    (variant,), findings = located(tmp_path, absent, genome, calls)
    assert variant.in_patient_vcf is False and "variant-not-in-patient-vcf" in findings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("garbage", "(expected HGVS such as NM_001875.4:c.1003C>T"),
        (
            "NM_001875.4:c.1003C>",
            ", at character 21 (the end of the text) (expected a change such as A>T",
        ),
    ],
)
def test_a_name_that_cannot_be_read(tmp_path: Path, genome: Genome, text: str, words: str) -> None:
    _, findings = located(tmp_path, cps1(hgvs(text)), genome)
    assert words in findings["variant-not-placed"].message
    (variant,), findings = located(tmp_path, cps1({"vcfRecord": Q335X, **hgvs(text)}), genome)
    assert findings == {} and words in " ".join(variant.notes)


DP = Q_ROW.replace("GT:PS", "PS")


@pytest.mark.parametrize(
    ("row", "code", "words", "carried"),
    [
        (None, "variant-not-in-patient-vcf", "has no record of it", False),
        (Q_ROW + "./.:.", "variant-not-in-patient-vcf", "at 2:210591886 (./.)", False),
        (Q_ROW + "0/0:.", "patient-vcf-contradicts-case", "(0/0): the two contradict", False),
        (Q_ROW.replace("\tT\t", "\t.\t") + "0/0:.", "patient-vcf-contradicts-case", "0/0", False),
        (Q_ROW.replace("\tT\t", "\tG\t") + "1/1:.", "variant-not-in-patient-vcf", "record", False),
        (Q_ROW + "0|7:.", "genotype-not-valid", "0|7 of sample S1 at 2:210591886", None),
        (DP + "5", "patient-vcf-without-genotype", "no genotypes (GT) at 2:210591886", None),
    ],
)
@pytest.mark.parametrize("indexed", [False, True])
def test_why_a_variant_is_not_called(
    tmp_path: Path, genome: Genome, row: str | None, code: str, words: str,
    carried: bool | None, indexed: bool,
) -> None:  # fmt: skip
    rows = [row] if row else [E_ROW + "0/1:."]
    calls = calls_of(tmp_path, genome, rows)
    if indexed:
        packed = pysam.tabix_index(str(calls.path), preset="vcf", keep_original=True)
        calls = PatientGenome(genome.reference, Path(packed), "S1")
        assert calls.indexed
    (variant,), findings = located(tmp_path, cps1({"vcfRecord": Q335X}), genome, calls)
    assert variant.in_patient_vcf is carried
    assert words in findings[code].message and calls.path.name in findings[code].message


def test_a_file_without_any_genotypes_is_said_so(tmp_path: Path, genome: Genome) -> None:
    path = calls_of(tmp_path, genome, []).path
    text = path.read_text(encoding="utf-8").replace("ID=GT", "ID=DP")
    path.write_text(text + "\t".join(E_ROW.split("\t")[:-2]) + "\tPS\t5\n", encoding="utf-8")
    calls = PatientGenome(genome.reference, path, "S1")
    (variant,), findings = located(tmp_path, cps1({"vcfRecord": Q335X}), genome, calls)
    assert "no genotypes (GT) at all" in findings["patient-vcf-without-genotype"].message
    assert variant.in_patient_vcf is None


def test_shifted_indel_is_found_in_the_patient_vcf(tmp_path: Path, genome: Genome) -> None:
    # c.1004_1005 is AA: the same deletion, written at its first or its last base
    letters = genome.reference.fetch("chr2", 210591880, 210591900)
    run = next(i for i in range(len(letters) - 1) if letters[i] == letters[i + 1])
    start = 210591880 + run
    right = f"2\t{start + 1}\t.\t{letters[run : run + 2]}\t{letters[run]}\t.\tPASS\t.\tGT:PS\t0|1:."
    calls = calls_of(tmp_path, genome, [right])
    record = {"genomeAssembly": "hg38", "chrom": "2", "pos": start,
              "ref": letters[run - 1 : run + 1], "alt": letters[run - 1]}  # fmt: skip
    (variant,), _ = located(tmp_path, cps1({"vcfRecord": record}), genome, calls)
    assert variant.in_patient_vcf and variant.haplotype == 2


def test_calls_of_the_subject_and_of_nobody_else(tmp_path: Path, genome: Genome) -> None:
    calls_of(tmp_path, genome, [Q_ROW + "0|1:."])

    def opened(*files: dict[str, Any]) -> PatientGenome | None:
        case = read_case(write_case(tmp_path, cps1({"vcfRecord": Q335X}) | {"files": list(files)}))
        return open_patient_genome(case, genome.reference)

    uri: dict[str, Any] = {"uri": "calls.vcf"}
    assert opened() is None and opened({"uri": "absent.vcf"}) is None
    found = opened({**uri, "individualToFileIdentifiers": {"proband": "S1", "mother": "S2"}})
    assert found is not None and found.sample == "S1"
    assert opened(uri, {"uri": "absent.vcf"}) is not None
    with pytest.raises(InputError, match="several files"):
        opened(uri, uri)
    with pytest.raises(InputError, match="none of the subject"):
        opened({**uri, "individualToFileIdentifiers": {"mother": "S1"}})
    with pytest.raises(InputError, match="the sample is not in"):
        opened({**uri, "individualToFileIdentifiers": {"proband": "S9"}})
    with pytest.raises(InputError, match="another assembly"):
        opened({**uri, "fileAttributes": {"genomeAssembly": "GRCh37"}})
    length = (tmp_path / "calls.vcf").read_text(encoding="utf-8").replace("242193529", "243199373")
    (tmp_path / "calls.vcf").write_text(length, encoding="utf-8")
    with pytest.raises(InputError, match="another assembly") as caught:
        opened(uri)
    assert "as in GRCh37" in str(caught.value)


def test_somatic_variants_have_no_germline_genotype(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": Q335X})
    document["biosamples"] = [{"id": "tumour", "individualId": "proband"}]
    items = document["interpretations"][0]["diagnosis"]["genomicInterpretations"]
    items[0]["subjectOrBiosampleId"] = "tumour"
    calls = calls_of(tmp_path, genome, [])
    (variant,), findings = located(tmp_path, document, genome, calls)
    assert variant.somatic and variant.in_patient_vcf is None
    assert "variant-not-in-patient-vcf" not in findings


def test_published_patients_are_all_listed(shared_data: Path, genome: Genome) -> None:
    for path in sorted((shared_data / "patients").glob("*.json")):
        case = read_case(path)
        variants, _ = locate_variants(case, genome, None)
        assert len(variants) == len(case.interpretations), path.name
        assert all(v.gene == s.gene for v, s in zip(variants, case.interpretations, strict=True))


def test_examples_have_no_serious_finding(examples: Path, genome: Genome) -> None:
    for folder in sorted(path.parent for path in examples.glob("*/case.json")):
        case = read_case(folder)
        variants, findings = locate_variants(case, genome, None)
        assert all(variant.located and variant.hgvs_p for variant in variants), folder.name
        worst = [f for f in (*case.findings, *findings) if f.severity.rank >= 2]
        assert not worst, (folder.name, worst)
        assert not case.leaves.unused


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NP_1.1:p.(Glu386ArgfsTer65)", "p.Glu386fs"),
        ("p.Gln335*", "p.(Gln335Ter)"),
        ("p.Arg5X", "p.Arg5Ter"),
        ("p.(Met1?)", "p.?"),
    ],
)
def test_protein_names_that_mean_the_same(one: str, other: str) -> None:
    assert plain_protein(one) == plain_protein(other)


def test_inheritance_table() -> None:
    (row,) = inheritance("CPS1", "OMIM:237300")
    assert row.recessive and row.source and row.one_allele
    assert inheritance("CPS1", "MONDO:0009376")[0].one_allele == row.one_allele
    assert inheritance("LMNA", "OMIM:176670")[0].recessive is False
    assert inheritance("AIRE", "OMIM:240300")[0].recessive is None
    assert inheritance("NOGENE") == [] and descriptor(packet())
