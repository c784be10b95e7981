"""Fold, G and C, assays, immunity, translocations, risk of off-target sites, paralogues."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.finding import Severity
from ipse.core.sequence import reverse_complement
from ipse.modalities.editing.order.bench import (
    assay_finding,
    assays,
    cloning_findings,
    fold_energy,
    gc_percent,
    immune_finding,
    junction_finding,
    pegrna_cloning_findings,
    spacer_findings,
)
from ipse.modalities.editing.order.parts import bench, scaffold_of
from ipse.modalities.editing.paralogues import paralogue_finding, paralogues
from ipse.modalities.editing.risk import KINDS, LEVELS, risk, risk_genes, with_risk
from ipse.modalities.editing.translocations import Cut, counted, translocations

HAIRPIN = "GGGGCGCCTTTTGGCGCCCC"
LOOSE = "ACTCATTACACTTACTCAAT"


# --- the spacer --------------------------------------------------------------------------------


def test_a_hairpin_folds_and_a_loose_spacer_does_not() -> None:
    assert fold_energy(HAIRPIN) < bench("spacer_hairpin").number("value")
    assert fold_energy(LOOSE) >= 0
    assert fold_energy(HAIRPIN) == fold_energy(HAIRPIN.replace("T", "U"))


def test_findings_of_a_spacer() -> None:
    found = {item.code: item for item in spacer_findings(HAIRPIN)}
    assert "spacer-folds" in found
    assert found["spacer-folds"].severity is Severity.CAUTION
    assert found["spacer-folds"].evidence[0].source == "doi:10.1089/crispr.2021.0084"
    assert [item.code for item in spacer_findings(LOOSE)] == ["spacer-gc"]
    assert list(spacer_findings("GAGTCCGAGCAGAAGAAGAA")) == []
    assert gc_percent("GGCCATATAT") == 40


def test_gc_bounds_are_inside() -> None:
    assert not any(item.code == "spacer-gc" for item in spacer_findings("ACTCATGACACTTACTCAAT"))
    low = [item for item in spacer_findings("ACTCATTACACTTACTCAAT") if item.code == "spacer-gc"]
    assert "below 35 %" in low[0].message
    high = [item for item in spacer_findings("GCGGCGGCCGGCGGCAGCGG") if item.code == "spacer-gc"]
    assert "above 80 %" in high[0].message


def test_a_site_in_the_insert_names_enzyme_and_plasmids() -> None:
    found = list(cloning_findings("GACTGAAGACTACGATCGAT", "SpCas9"))
    assert len(found) == 1
    assert "BbsI site (GAAGAC)" in found[0].message and "pX330" in found[0].message
    found = list(cloning_findings("GACTCGTCTCTACGATCGAT", "SpCas9"))
    assert "lentiGuide-Puro and lentiCRISPR v2" in found[0].message
    assert list(cloning_findings("GAGTCCGAGCAGAAGAAGAA", "SpCas9")) == []
    assert list(cloning_findings("GACTGAAGACTACGATCGAT", None)) == []


def test_a_site_in_a_pegrna_is_seen_over_its_joints() -> None:
    spacer = "GAGTCCGAGCAGAAGAAGAA"
    assert list(pegrna_cloning_findings(spacer, ["ACGTACGTACGTACGT"])) == []
    inside = list(pegrna_cloning_findings(spacer, ["ACGTGGTCTCACGTAC"]))
    assert "pegRNA holds a BsaI site (GGTCTC)" in inside[0].message
    assert list(pegrna_cloning_findings("GGTCTCGAGCAGAAGAAGAA", ["ACGTACGTACGTACGT"]))


def test_t_run_where_repeat_and_spacer_meet() -> None:
    lb, sp = scaffold_of("LbCas12a"), scaffold_of("SpCas9")
    assert lb is not None and sp is not None
    assert junction_finding("TTTGACCATGCATGCATGCATGC", lb) is not None
    assert junction_finding("TTGACCATGCATGCATGCATGCA", lb) is None
    assert junction_finding("TTTTACCATGCATGCATGCATGC", lb) is None  # told of the spacer itself
    assert junction_finding("TTTGACCATGCATGCATGCA", sp) is None


def test_assays_by_editor() -> None:
    for kind, name in (("nuclease", "GUIDE-seq"), ("base", "ONE-seq"), ("prime", "PE-tag")):
        found = assay_finding(kind)
        assert found is not None and name in found.message and found.evidence
    assert "see a base editor only" in assay_finding("base").message  # type: ignore[union-attr]
    assert assay_finding("transposase") is None
    assert {row.editors for row in assays()} == {"nuclease", "base", "prime"}


def test_immunity() -> None:
    found = immune_finding("SpCas9")
    assert found is not None
    assert "of 125 healthy donors 58 % had antibodies and 67 % T cells" in found.message
    assert immune_finding("SaCas9").message.count("78 %") == 2  # type: ignore[union-attr]
    assert immune_finding("AsCas12a") is not None
    assert immune_finding("CjCas9") is None
    assert immune_finding(None) is None


# --- translocations ----------------------------------------------------------------------------


def test_two_cuts_on_one_chromosome() -> None:
    rows = translocations([Cut("a", "chr11", 100), Cut("b", "chr11", 5000)])
    assert [(row.kind, row.size) for row in rows] == [("deletion", 4900), ("inversion", 4900)]


def test_two_cuts_at_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="one place"):
        translocations([Cut("a", "chr11", 100), Cut("b", "chr11", 100)])


CUTS = st.lists(
    st.tuples(
        st.sampled_from(["chr1", "chr2", "chr14"]),
        st.integers(0, 1000),
        st.sampled_from(["left", "right"]),
    ),
    max_size=5,
    unique_by=lambda item: item[:2],
)


@given(CUTS)
def test_kinds_against_a_count_of_centromeres(places: list[tuple[str, int, str]]) -> None:
    cuts = [
        Cut(f"c{number}", contig, position, side)  # type: ignore[arg-type]
        for number, (contig, position, side) in enumerate(places)
    ]
    rows = translocations(cuts)
    assert len(rows) == 2 * len(list(combinations(cuts, 2)))
    by_name = {cut.name: cut for cut in cuts}
    for row in rows:
        a, b = by_name[row.first], by_name[row.second]
        if a.contig == b.contig:
            assert row.kind in ("deletion", "inversion")
            continue
        first_product = row.joined.split(",")[0]
        ends = [
            (cut, side)
            for cut in (a, b)
            for side in ("left", "right")
            if f"{side} of {cut.name}" in first_product
        ]
        assert len(ends) == 2
        centromeres = sum(cut.centromere == side for cut, side in ends)
        assert row.sure
        assert (centromeres == 1) == (row.kind == "translocation")


def test_three_genes_of_a_multiplex_edit() -> None:
    cuts = [Cut("TRAC", "chr14", 22547500), Cut("B2M", "chr15", 44711500)]
    cuts.append(Cut("PDCD1", "chr2", 241852000))
    rows = translocations(cuts)
    assert len(rows) == 6 and not any(row.sure for row in rows)
    assert counted(rows) == "3 translocations, 3 dicentric and acentric"


# --- what an off-target site would break --------------------------------------------------------


def test_risk_list() -> None:
    genes = risk_genes()
    assert genes["TP53"] == ("tumour suppressor",)
    assert genes["KRAS"] == ("oncogene",)
    assert genes["POLR2A"] == ("essential",)
    # listed in the source as MLL2: known by both names
    assert genes["KMT2D"] == genes["MLL2"] == ("tumour suppressor",)
    kinds = [kind for name, kinds in genes.items() for kind in kinds]
    # 125 drivers (54 oncogenes) and 684 essential genes; five drivers have a second name
    assert kinds.count("oncogene") == 54 + 2
    assert kinds.count("tumour suppressor") == 71 + 3
    assert kinds.count("essential") == 684


ORDER = [
    ("TP53", "cds"), ("KRAS", "cds"), ("POLR2A", "utr"), ("ALB", "cds"), ("TP53", "intron"),
    ("KRAS", "intron"), ("POLR2A", "intron"), ("ALB", "utr"), ("ALB", "intron"),
    ("", "intergenic"),
]  # fmt: skip


def test_sites_are_ordered_by_what_they_would_break() -> None:
    levels = [risk(gene, region).level for gene, region in ORDER]
    assert levels == list(range(LEVELS))
    assert risk("TP53", "cds").reason == "coding sequence of the tumour suppressor TP53"
    assert risk("POLR2A", "utr").reason == "untranslated region of the essential gene POLR2A"
    assert risk("", "").level == LEVELS - 1
    assert len(KINDS) == 3


def test_the_gravest_of_several_genes_counts() -> None:
    assert risk("ALB,TP53", "cds").gene == "TP53"
    assert risk("KRAS,TP53", "intron").level == risk("TP53", "intron").level


def test_risk_of_a_table() -> None:
    rows = pl.DataFrame(
        {"gene": ["ALB", "", "TP53", None], "region": ["cds", "intergenic", "cds", None]}
    )
    told = with_risk(rows)
    assert told["risk"].to_list() == [
        risk("ALB", "cds").level, LEVELS - 1, 0, LEVELS - 1,
    ]  # fmt: skip
    assert told["breaks"].to_list()[2] == "coding sequence of the tumour suppressor TP53"
    assert with_risk(rows.clear()).height == 0


# --- paralogues --------------------------------------------------------------------------------


def test_paralogue_is_serious_unless_searched_and_not_fitting() -> None:
    unknown = paralogue_finding("SMN1", cuts=False, searched=False)
    assert unknown is not None and unknown.severity is Severity.SERIOUS
    assert "SMN2" in unknown.message and "could not be checked" in unknown.message
    assert "gene conversion" in unknown.message
    fits = paralogue_finding("HBB", cuts=True, searched=True, matched={"HBD": 1})
    assert fits is not None and fits.severity is Severity.SERIOUS
    assert "fits HBD with 1 edit." in fits.message and "delete" in fits.message
    exact = paralogue_finding("HBG1", cuts=True, searched=True, matched={"HBG2": 0})
    assert exact is not None and "fits HBG2 exactly" in exact.message
    clear = paralogue_finding("HBB", cuts=True, searched=True)
    assert clear is not None and clear.severity is Severity.CAUTION
    assert paralogue_finding("CPS1", cuts=True, searched=True) is None


def test_paralogues_that_are_genes_list_each_other() -> None:
    table = paralogues()
    for row in table.values():
        for copy in row.copies:
            if copy in table:
                assert row.gene in table[copy].copies


def test_published_guides_fit_the_copy(shared_data: object) -> None:
    """SMN1 and SMN2 windows: a guide over exon 7 away from c.840 fits both."""
    from pathlib import Path

    folder = Path(str(shared_data)) / "loci"

    def letters(name: str) -> str:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return "".join(lines[1:]).upper()

    smn1, smn2 = letters("SMN1_exon7.fa"), letters("SMN2_exon7_786nt.fa")
    shared = [
        smn2[at : at + 23]
        for at in range(len(smn2) - 22)
        if smn2[at + 21 : at + 23] == "GG"
        and (smn2[at : at + 23] in smn1 or reverse_complement(smn2[at : at + 23]) in smn1)
    ]
    assert len(shared) > 10
