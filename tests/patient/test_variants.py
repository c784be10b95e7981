"""Variants of a case on the embedded loci: placed, compared, phased, or kept as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from case_files import packet, write_case
from variant_cases import E714X, Q335X, Q_ROW, calls_of, cps1, hgvs, located

from ipse.core.errors import InputError
from ipse.core.finding import Severity
from ipse.genome.embedded import Genome, embedded
from ipse.genome.patient_genome import PatientGenome
from ipse.patient.calls import open_patient_genome
from ipse.patient.comparing import plain_protein
from ipse.patient.inheritance import inheritance, is_recessive
from ipse.patient.read import read_case
from ipse.patient.variants import locate_variants


@pytest.fixture(scope="module")
def genome() -> Genome:
    return embedded()


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
    assert set(findings) == {"variant-outside-reference"}
    assert "genome add" in findings["variant-outside-reference"].resolves


def test_unknown_gene_names_near_ones(tmp_path: Path, genome: Genome) -> None:
    unknown = {"geneContext": {"symbol": "CSP1"}, **hgvs("CSP1:c.1003C>T")}
    with pytest.raises(InputError, match="no gene 'CSP1' is known") as caught:
        located(tmp_path, cps1(unknown), genome)
    assert "CPS1" in str(caught.value.expected)


def test_words_only(tmp_path: Path, genome: Genome) -> None:
    structural = {"structuralType": {"id": "SO:0000159", "label": "deletion"}, "label": "exons 3-5"}
    (variant,), findings = located(tmp_path, cps1(structural), genome)
    assert not variant.located and variant.label == "exons 3-5"
    assert variant.structural_type.label == "deletion" and set(findings) == {
        "variant-without-place"
    }
    exotic = cps1(hgvs("NM_001875.4:c.(?_100)_(200_?)del"))
    (variant,), findings = located(tmp_path, exotic, genome)
    assert not variant.located and set(findings) == {"breakpoints-open"}
    named = cps1({"label": "E714X"})
    (variant,), _ = located(tmp_path, named, genome)
    assert variant.vcf == "chr2:210606889:G:T" or not variant.located


def test_given_twice_counts_once(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": Q335X}, hgvs("NM_001875.4:c.1003C>T"))
    variants, findings = located(tmp_path, document, genome)
    assert len(variants) == 1 and variants[0].in_trans_with == ()
    assert findings["variant-given-twice"].severity is Severity.SERIOUS


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
        whole = [variant for variant in variants if not variant.structural_type.id]
        assert all(variant.located and variant.hgvs_p for variant in whole), folder.name
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
    assert inheritance("NOGENE") == [] and is_recessive("NOGENE") is None


def test_without_an_id_no_disease_is_chosen_for_the_patient() -> None:
    assert inheritance("LMNA") == inheritance("FBN1") == inheritance("COL3A1") == []
    assert inheritance("LDLR") == []
    (row,) = inheritance("CPS1")
    assert row.disease == "CPS1-related disease" and row.disease_id == "" and row.recessive
    assert inheritance("F9")[0].disease == "F9-related disease"
    # every disease of the gene in the table agrees, though none is named
    assert is_recessive("HBB") is True and is_recessive("FBN1") is False
    assert is_recessive("COL3A1") is None and is_recessive("AIRE", "OMIM:240300") is None
    assert is_recessive("CPS1", "OMIM:1") is None


MT = {"geneContext": {"symbol": "MT-TL1"}}


@pytest.mark.parametrize(
    "members",
    [
        {**MT, **hgvs("NC_012920.1:m.3243A>G", syntax="hgvs.m")},
        {"geneContext": {}, **hgvs("m.3243A>G", syntax="hgvs")},
        {"geneContext": {}, **hgvs("NC_012920.1:g.3243A>G", syntax="hgvs.g")},
        {"geneContext": {}, **hgvs("MT-TL1:m.3243A>G", syntax="hgvs")},
        {"geneContext": {}, "label": "m.3243A>G"},
        {"vcfRecord": {"genomeAssembly": "hg38", "chrom": "MT", "pos": 3243, "ref": "A",
                       "alt": "G"}, "geneContext": {}},
        {**MT, "label": "3243A>G"},
    ],
)  # fmt: skip
def test_mitochondrial_names_are_known_without_the_sequence(
    tmp_path: Path, genome: Genome, members: dict[str, Any]
) -> None:
    (variant,), findings = located(tmp_path, cps1(members), genome)
    assert variant.mitochondrial and variant.contig == "chrM" and not variant.located
    assert set(findings) <= {"mitochondrial-by-name", "variant-without-place"}
    assert "genome add" not in str(findings)
    (nuclear,), _ = located(tmp_path, cps1(hgvs("NM_001875.4:c.1003C>T")), genome)
    assert not nuclear.mitochondrial


def test_serious_findings_go_with_the_variant(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": Q335X, **hgvs("NM_001875.4:c.2140G>T")}, {"vcfRecord": E714X})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.doubts == (findings["vcf-and-hgvs-disagree"],) and two.doubts == ()
    odd = {"id": "GENO:0000136", "label": "heterozygous"}
    (one,), _ = located(tmp_path, cps1({"vcfRecord": Q335X, "allelicState": odd}), genome)
    assert [finding.code for finding in one.doubts] == ["allelic-state-contradiction"]
    twice = cps1({"vcfRecord": Q335X}, hgvs("NM_001875.4:c.1003C>T"))
    (one,), findings = located(tmp_path, twice, genome)
    assert one.doubts == (findings["variant-given-twice"],)


def test_a_traditional_exon_is_named_by_todays_numbers(tmp_path: Path, genome: Genome) -> None:
    """SMN1's exon 7 is the eighth exon: its exons are called 1, 2a, 2b, 3 to 8."""
    (variant,), findings = located(tmp_path, cps1({"label": "exon 7 of SMN1"}), genome)
    assert not variant.located
    assert "exon 8 of NM_000344.3" in findings["variant-without-place"].message
