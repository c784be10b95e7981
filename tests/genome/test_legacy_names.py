"""Traditional names through their cited tables."""

from __future__ import annotations

import pytest

from ipse.core.errors import InputError
from ipse.core.tables import shipped
from ipse.genome.embedded import embedded
from ipse.genome.legacy import exon_name, intron_name, protein_offsets, resolve_legacy, split_gene
from ipse.genome.protein_change import coding_of
from ipse.genome.resolve import locate


@pytest.mark.parametrize(
    ("text", "gene", "first"),
    [
        ("V30M", "TTR", "TTR:p.Val50Met"),
        ("Val30Met", "TTR", "TTR:p.Val50Met"),
        ("E6V", "HBB", "HBB:p.Glu7Val"),
        ("R338L", "F9", "F9:p.Arg384Leu"),
        ("N370S", "GBA1", "GBA1:p.Asn409Ser"),
        ("E342K", "SERPINA1", "SERPINA1:p.Glu366Lys"),
        ("R506Q", "F5", "F5:p.Arg534Gln"),
        ("A4V", "SOD1", "SOD1:p.Ala5Val"),
        ("C112R", "APOE", "APOE:p.Cys130Arg"),
        ("Q335X", "CPS1", "CPS1:p.Gln335Ter"),
        ("Gln335Stop", "CPS1", "CPS1:p.Gln335Ter"),
        ("L12del", "CPS1", "CPS1:p.Leu12del"),
        ("delta-F508", "", "CFTR:c.1521_1523del"),
        ("ΔF508", "CFTR", "CFTR:c.1521_1523del"),
        ("dF508", "CFTR", "CFTR:c.1521_1523del"),
        ("F508del", "CFTR", "CFTR:c.1521_1523del"),
        ("Padua", "F9", "F9:c.1151G>T"),
        ("HbS", "", "HBB:c.20A>T"),
        ("IVS-I-110", "HBB", "HBB:c.93-21G>A"),
    ],
)
def test_names(text: str, gene: str, first: str) -> None:
    named = resolve_legacy(text, gene)
    assert named is not None and str(named.hgvs[0]) == first


@pytest.mark.parametrize("text", ["", "foo", "V30", "30M", "c.20A>T", "HBB"])
def test_other_texts_are_not_names(text: str) -> None:
    assert resolve_legacy(text, "TTR") is None


def test_names_of_another_gene_are_not_taken() -> None:
    named = resolve_legacy("F508del", "TTR")
    assert named is not None and all(str(hgvs).startswith("TTR:p.") for hgvs in named.hgvs)


@pytest.mark.parametrize(
    ("text", "gene", "rest"),
    [
        ("FIX R338L", "F9", "R338L"),
        ("factor IX Padua", "F9", "Padua"),
        ("beta-globin E6V", "HBB", "E6V"),
        ("R338L in nothing", "", "R338L in nothing"),
    ],
)
def test_protein_names_give_the_gene(text: str, gene: str, rest: str) -> None:
    assert split_gene(text) == (gene, rest)


def test_introns() -> None:
    genome = embedded()
    hbb = genome.annotation.transcript("NM_000518.5")
    dash = intron_name("IVS1-110G>A", "HBB", hbb)
    # base 110 of intron 1; 110 before exon 2 is the other reading, which the base settles
    assert dash is not None
    assert [h.description for h in dash.hgvs] == ["c.93-21G>A", "c.92+21G>A"]
    assert dash.evidence
    plus = intron_name("IVS2+1G>A", "HBB", hbb)
    assert plus is not None and [h.description for h in plus.hgvs] == ["c.315+1G>A"]
    roman = intron_name("IVS-II-654 C>T", "HBB", hbb)
    assert roman is not None and roman.hgvs[0].description == "c.316-197C>T"
    cftr = genome.annotation.transcripts_of("CFTR")[0]
    minus = intron_name("IVS3-2A>G", "CFTR", cftr)
    assert minus is not None and len(minus.hgvs) == 1 and "-2A>G" in str(minus.hgvs[0])
    assert intron_name("IVS99+1G>A", "HBB", hbb) is None


def test_exons() -> None:
    seven = exon_name("exon 7 of SMN1", "SMN1")
    assert seven is not None and seven.ordinal == 8 and seven.evidence and seven.note
    two_b = exon_name("exon 2b", "SMN1")
    assert two_b is not None and two_b.ordinal == 3
    plain = exon_name("exon 51", "DMD")
    assert plain is not None and plain.ordinal == 51 and not plain.note
    assert exon_name("exon 2", "SMN1") is None and exon_name("exon 2a", "DMD") is None
    with pytest.raises(InputError, match=r"exon 8 of NM_000344.3, c.835_\*3"):
        locate("exon 7 of SMN1", embedded())


# first residues of the mature proteins, from the UniProt entries of the table
MATURE = {"TTR": "GPTGTGESK", "HBB": "VHLTPEEK", "F9": "YNSGKLEEF", "LDLR": "AVGDRCERN"}


@pytest.mark.parametrize(("gene", "residues"), MATURE.items())
def test_offsets_end_where_the_mature_protein_begins(gene: str, residues: str) -> None:
    genome = embedded()
    transcript = genome.annotation.transcripts_of(gene)[0]
    (offset,) = protein_offsets(gene)
    protein = coding_of(transcript, genome.reference).protein
    assert protein[offset.offset :].startswith(residues)


def test_every_row_is_reachable() -> None:
    schemes = {row["scheme"] for row in shipped("ipse.genome", "legacy", unique=False)}
    assert schemes == {"mature", "triple_helix", "intron_base", "exon"}
    for row in shipped("ipse.genome", "legacy_names", unique=False):
        for alias in row["aliases"].split("; "):
            named = resolve_legacy(alias, row["gene"])
            assert named is not None and named.evidence
            assert named.hgvs[0].description == row["hgvs_c"]
        located = locate(f"{row['gene']}:{row['hgvs_c']}", embedded())
        assert located.hgvs_c == row["hgvs_c"]
    for row in shipped("ipse.genome", "legacy_genes", unique=False):
        for alias in row["aliases"].split("; "):
            assert split_gene(alias) == (row["gene"], "")
