"""Which allele a variant stands on, how that is known, and what the patient's own calls say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pysam
import pytest
from case_files import write_case
from hypothesis import given
from hypothesis import strategies as st
from variant_cases import E714X, E_ROW, Q335X, Q_ROW, calls_of, cps1, hgvs, located

from ipse.core.finding import Severity
from ipse.genome.embedded import Genome, embedded
from ipse.genome.patient_genome import PatientGenome
from ipse.patient.phase import with_partners
from ipse.patient.read import read_case
from ipse.patient.variants import Variant


@pytest.fixture(scope="module")
def genome() -> Genome:
    return embedded()


def test_presumed_in_trans(tmp_path: Path, genome: Genome) -> None:
    document = cps1({"vcfRecord": Q335X}, {"vcfRecord": E714X})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.in_trans_with == ("v2",) and two.in_trans_with == ("v1",)
    assert not one.trans_proven and one.trans_basis == two.trans_basis == "presumed"
    assert one.doubts == () and one.phase_unknown_with == ()
    assert findings["presumed-in-trans"].severity is Severity.CAUTION
    assert "recessive" in findings["presumed-in-trans"].message
    three = cps1({"vcfRecord": Q335X}, {"vcfRecord": E714X}, hgvs("NM_001875.4:c.1A>G"))
    variants, findings = located(tmp_path, three, genome)
    assert not any(v.in_trans_with for v in variants) and "phase-unknown" in findings
    assert variants[0].phase_unknown_with == ("v2", "v3") and len(variants[0].doubts) == 2
    compound = {"allelicState": {"id": "GENO:0000402", "label": "compound heterozygous"}}
    stated = cps1(
        {"vcfRecord": Q335X, **compound}, {"vcfRecord": E714X, **compound}, disease="OMIM:1"
    )
    (one, _), findings = located(tmp_path, stated, genome)
    assert one.trans_basis == "presumed" and "compound" in findings["presumed-in-trans"].message


def test_phase_is_unknown_where_inheritance_is_not_settled(tmp_path: Path, genome: Genome) -> None:
    unknown = cps1({"vcfRecord": Q335X}, {"vcfRecord": E714X}, disease="OMIM:1")
    (one, two), findings = located(tmp_path, unknown, genome)
    assert one.phase_unknown_with == ("v2",) and two.phase_unknown_with == ("v1",)
    assert one.in_trans_with == () and one.trans_basis == ""
    assert findings["phase-unknown"].severity is Severity.SERIOUS
    assert "not settled" in findings["phase-unknown"].message
    assert findings["phase-unknown"] in one.doubts and findings["phase-unknown"] in two.doubts


def test_missing_zygosity_presumes_nothing(tmp_path: Path, genome: Genome) -> None:
    silent = {"allelicState": {}}
    for first, second in ((silent, silent), (silent, {}), ({}, silent)):
        document = cps1({"vcfRecord": Q335X, **first}, {"vcfRecord": E714X, **second})
        (one, two), findings = located(tmp_path, document, genome)
        assert one.in_trans_with == two.in_trans_with == () and one.trans_basis == ""
        assert one.phase_unknown_with == ("v2",)
        message = findings["phase-unknown"].message
        assert "is not stated" in message and "both are heterozygous" not in message
        assert ("c.1003C>T" in message.partition("zygosity of")[2]) is bool(first)
        assert findings["phase-unknown"].severity is Severity.SERIOUS
        assert "presumed-in-trans" not in findings


def test_a_variant_on_both_copies_is_in_cis_with_every_other(
    tmp_path: Path, genome: Genome
) -> None:
    both = {"allelicState": {"id": "GENO:0000136", "label": "homozygous"}}
    document = cps1({"vcfRecord": Q335X, **both}, {"vcfRecord": E714X})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.in_cis_with == ("v2",) and two.in_cis_with == ("v1",)
    assert "c.1003C>T is homozygous" in findings["variants-in-cis"].message
    assert findings["variants-in-cis"] in two.doubts and two.in_trans_with == ()
    only = {"allelicState": {"id": "GENO:0000134", "label": "hemizygous"}}
    document = cps1({"vcfRecord": Q335X, **only}, {"vcfRecord": E714X, **only})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.in_cis_with == ("v2",) and "hemizygous" in findings["variants-in-cis"].message
    document = cps1({"vcfRecord": Q335X, **only}, {"vcfRecord": E714X})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.phase_unknown_with == ("v2",)
    assert "one is hemizygous, the other heterozygous" in findings["phase-unknown"].message


def test_parents_prove_trans(tmp_path: Path, genome: Genome) -> None:
    def of(parent: str) -> dict[str, Any]:
        return {"extensions": [{"name": "parental_origin", "value": parent}]}

    document = cps1({"vcfRecord": Q335X, **of("paternal")}, {"vcfRecord": E714X, **of("Maternal")})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.trans_proven and two.in_trans_with == ("v1",) and findings == {}
    assert one.trans_basis == two.trans_basis == "parents" and one.doubts == ()
    assert (one.parent, two.parent) == ("paternal", "maternal")
    document = cps1({"vcfRecord": Q335X, **of("paternal")}, {"vcfRecord": E714X, **of("paternal")})
    (one, two), findings = located(tmp_path, document, genome)
    assert one.in_cis_with == ("v2",) and two.in_cis_with == ("v1",) and not one.trans_proven
    assert "both came from one parent" in findings["variants-in-cis"].message
    assert one.doubts == (findings["variants-in-cis"],)
    case = read_case(write_case(tmp_path, cps1({"vcfRecord": Q335X, **of("uncle")})))
    assert "parental-origin-not-understood" in {finding.code for finding in case.findings}


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
    assert one.in_patient_vcf and one.call == "variant"
    assert code is None or code in findings
    assert one.trans_basis == ("phase" if proven else "presumed" if trans else "")
    assert one.in_cis_with == (() if trans else ("v2",))
    assert {f.code for f in one.doubts} == (set() if trans else {"variants-in-cis"})
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
    assert variant.doubts == (findings["zygosity-contradiction"],)
    absent = cps1(hgvs("NM_001875.4:c.1004A>G"))
    (variant,), findings = located(tmp_path, absent, genome, calls)
    assert variant.call == "absent" and variant.in_patient_vcf is None
    assert variant.doubts == (findings["variant-not-in-patient-vcf"],)
    (variant,), findings = located(tmp_path, cps1({"vcfRecord": E714X}), genome, calls)
    assert variant.call == "no_call" and variant.in_patient_vcf is None
    assert "no call" in findings["call-filtered"].message


def test_phase_and_parents_that_disagree_prove_nothing(tmp_path: Path, genome: Genome) -> None:
    calls = calls_of(tmp_path, genome, [Q_ROW + "0|1:.", E_ROW + "0|1:."])
    parents = [
        {"extensions": [{"name": "parental_origin", "value": value}]}
        for value in ("maternal", "paternal")
    ]
    document = cps1({"vcfRecord": Q335X, **parents[0]}, {"vcfRecord": E714X, **parents[1]})
    (one, two), findings = located(tmp_path, document, genome, calls)
    assert not one.trans_proven and one.in_cis_with == ()
    assert findings["phase-contradicts-parents"] in two.doubts


DP = Q_ROW.replace("GT:PS", "PS")
NO_ALT = Q_ROW.replace("\tT\t", "\t.\t")
TO_G = Q_ROW.replace("\tT\t", "\tG\t")
LOW = Q_ROW.replace("PASS", "q10")


@pytest.mark.parametrize(
    ("row", "code", "words", "call"),
    [
        (None, "variant-not-in-patient-vcf", "no record of it; in a file of variants", "absent"),
        (Q_ROW + "./.:.", "variant-not-in-patient-vcf", "at 2:210591886 (./.)", "no_call"),
        (Q_ROW + "0/.:.", "variant-not-in-patient-vcf", "at 2:210591886 (0/.)", "no_call"),
        (NO_ALT + "./.:.", "variant-not-in-patient-vcf", "at 2:210591886 (./.)", "no_call"),
        (Q_ROW + "0/0:.", "patient-vcf-contradicts-case", "(0/0): the two contradict", "reference"),
        (NO_ALT + "0/0:.", "patient-vcf-contradicts-case", "0/0", "reference"),
        (LOW + "0/0:.", "variant-not-in-patient-vcf", "did not pass its filters", "no_call"),
        (TO_G + "1/1:.", "patient-vcf-contradicts-case", "no copy for it", "reference"),
        (TO_G + "0/1:.", "variant-not-in-patient-vcf", "has no record of it", "absent"),
        (Q_ROW + "0|7:.", "genotype-not-valid", "0|7 at 2:210591886", "no_call"),
        (DP + "5", "patient-vcf-without-genotype", "genotypes (GT) at 2:210591886", "no_call"),
    ],
)
@pytest.mark.parametrize("indexed", [False, True])
def test_why_a_variant_is_not_called(
    tmp_path: Path, genome: Genome, row: str | None, code: str, words: str,
    call: str, indexed: bool,
) -> None:  # fmt: skip
    rows = [row] if row else [E_ROW + "0/1:."]
    calls = calls_of(tmp_path, genome, rows)
    if indexed:
        packed = pysam.tabix_index(str(calls.path), preset="vcf", keep_original=True)
        calls = PatientGenome(genome.reference, Path(packed), "S1")
        assert calls.indexed
    (variant,), findings = located(tmp_path, cps1({"vcfRecord": Q335X}), genome, calls)
    assert variant.call == call and variant.in_patient_vcf is {"reference": False}.get(call)
    assert {f.code for f in variant.doubts} == {code} - {"patient-vcf-without-genotype"}
    assert words in findings[code].message
    # the name of a file or a sample may be the patient's
    assert calls.path.name not in str(findings) and " S1" not in str(findings)


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


ALLELES = st.builds(
    Variant,
    id=st.just(""),
    gene=st.just("CPS1"),
    zygosity=st.sampled_from(["", "heterozygous", "homozygous", "hemizygous"]),
    haplotype=st.sampled_from([None, 1, 2]),
    phase_set=st.sampled_from(["", "5"]),
    parent=st.sampled_from(["", "maternal", "paternal"]),
    acmg=st.sampled_from(["PATHOGENIC", "PATHOGENIC", "PATHOGENIC", "BENIGN"]),
)


@given(st.lists(ALLELES, min_size=1, max_size=4), st.booleans())
def test_every_pair_is_in_cis_in_trans_or_unknown(alleles: list[Variant], compound: bool) -> None:
    given_ids = [v.model_copy(update={"id": f"v{n}"}) for n, v in enumerate(alleles)]
    stated = frozenset(v.id for v in given_ids) if compound else frozenset()
    variants, findings = with_partners(given_ids, stated)
    for one in variants:
        told = [*one.in_cis_with, *one.in_trans_with, *one.phase_unknown_with]
        others = {v.id for v in variants if v.id != one.id and v.pathogenic and one.pathogenic}
        assert sorted(told) == sorted(others)
        assert one.trans_proven is (one.trans_basis in ("phase", "parents"))
        assert bool(one.trans_basis) is bool(one.in_trans_with)
        worst = one.in_cis_with or one.phase_unknown_with
        assert bool(one.doubts) is bool(worst) and set(one.doubts) <= set(findings)
        if one.trans_basis == "presumed" and one.in_trans_with:
            (other,) = (v for v in variants if v.id in one.in_trans_with)
            assert one.zygosity == other.zygosity == "heterozygous"
    for field in ("in_cis_with", "in_trans_with", "phase_unknown_with"):
        pairs = {(v.id, other) for v in variants for other in getattr(v, field)}
        assert pairs == {(other, one) for one, other in pairs}
