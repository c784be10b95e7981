"""Consequences against plain editing of the letters, and against published answers."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hgvs_worlds import World, worlds
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipse.core.errors import InputError, NotInReference
from ipse.core.tables import shipped
from ipse.genome.annotation import Annotation
from ipse.genome.consequence import Consequence, consequence
from ipse.genome.embedded import embedded
from ipse.genome.hgvs import parse
from ipse.genome.reference import FastaReference
from ipse.genome.terms import accession, impact, most_severe_first


def edited(world: World, edits: list[tuple[int, int, str]]) -> str:
    """Spliced transcript after edits of transcript letters, last first."""
    rna = world.rna
    for start, end, alt in sorted(edits, reverse=True):
        rna = rna[:start] + alt + rna[end:]
    return rna


@st.composite
def alleles(draw: st.DrawFn) -> tuple[World, list[tuple[int, int, str]]]:
    """One to three edits inside the exons of one allele, behind the start codon."""
    world = draw(worlds())
    assert world.cds is not None
    exon_of = [i for i, (a, b) in enumerate(world.exons) for _ in range(b - a)]
    edits: list[tuple[int, int, str]] = []
    place = world.cds[0] + 3
    for _ in range(draw(st.integers(1, 3))):
        if place >= world.cds[1] - 1:
            break
        start = draw(st.integers(place, world.cds[1] - 1))
        end = start + draw(st.integers(0, min(4, world.cds[1] - start)))
        alt = draw(st.text("ACGT", max_size=4))
        if world.rna[start:end] == alt:
            continue
        # whole edit and a base on each side in one exon: no doubt about splicing
        if (
            len({exon_of[max(start - 1, 0)], exon_of[start], exon_of[min(end, len(exon_of) - 1)]})
            > 1
        ):
            continue
        edits.append((start, end, alt))
        place = end + 2
    assume(edits)
    return world, edits


@settings(max_examples=250)
@given(alleles())
def test_protein_of_several_edits(allele: tuple[World, list[tuple[int, int, str]]]) -> None:
    world, edits = allele
    sense = [at for a, b in world.exons for at in range(a, b)]
    variants = []
    for start, end, alt in edits:
        low = sense[start] if start < len(sense) else sense[start - 1] + 1
        variants.append(world.variant(low, low + end - start, alt))
    try:
        got = consequence(variants, world.transcript(), world.reference())
    except InputError as error:  # shifted 3', two of them met
        assert "overlap" in error.message
        return
    if got.hgvs_p == "p.?" and any("splice" in term for term in got.terms):
        return  # shifted 3' over an exon's border
    assert world.cds is not None
    expected = world.protein_of(edited(world, edits), world.cds[0])
    assert got.protein_before == world.protein_of(world.rna, world.cds[0])
    if got.protein_after is not None or expected is None:
        assert got.protein_after == expected
    if got.codon is not None and expected is not None:
        shorter = min(len(expected), len(got.protein_before))
        same = [expected[i] == got.protein_before[i] for i in range(min(got.codon - 1, shorter))]
        assert all(same)


def whole_exon(world: World, number: int) -> Consequence:
    start, end = world.exons[number]
    variant = world.variant(start - 3, end + 3, "")
    return consequence(variant, world.transcript(), world.reference())


@pytest.mark.parametrize("strand", "+-")
def test_loss_of_a_whole_exon(strand: str) -> None:
    flank = "TTTTTTTTTT"
    # ATG AAA | GGG CCC (in frame) | TTT TAA CC
    world = World(
        f"{flank}CCATGAAAGTAAGTCCCCTTTAGGGGCCCGTAAGTCCCCTTTAGTTTTAACCC{flank}",
        ((10, 18), (33, 39), (54, 63)), (2, 20), strand,
    )  # fmt: skip
    assert world.rna[2:20] == "ATGAAAGGGCCCTTTTAA"
    lost = whole_exon(world, 1)
    assert lost.hgvs_p == "p.Gly3_Pro4del" and lost.protein_after == "MKF"
    assert {"exon_loss_variant", "inframe_deletion"} <= set(lost.terms)
    first = whole_exon(world, 0)
    assert first.hgvs_p == "p.?" and first.protein_after is None
    everything = consequence(world.variant(8, 66, ""), world.transcript(), world.reference())
    assert everything.terms == ("transcript_ablation",) and everything.hgvs_p == "p.0"


def test_partly_deleted_exon_is_not_told() -> None:
    world = World(
        "TTTTTTTTTTCCATGAAAGTCCGTCCCCTTTAGGGGCCCTAACCCTTTTTTTTTT", ((10, 18), (33, 45)), (2, 17)
    )
    got = consequence(world.variant(16, 20, ""), world.transcript(), world.reference())
    assert got.hgvs_p == "p.?" and "splice_donor_variant" in got.terms and got.impact == "HIGH"


def test_exceptions_of_the_code() -> None:
    # selenocysteine: TGA at codon 3 reads U; a change to TGC is U3C, to TAA a stop
    world = World(
        "TTTTTTTTTTATGAAATGAGGGTAACCCTTTTTTTTTT", ((10, 28),), (0, 15), transl_except=((3, "U"),)
    )
    transcript, reference = world.transcript(), world.reference()

    def change(name: str) -> Consequence:
        return consequence(parse(name), transcript, reference)

    assert change("c.9A>C").hgvs_p == "p.Sec3Cys"
    assert change("c.8G>A").hgvs_p == "p.Sec3Ter"
    assert change("c.10_12del").hgvs_p == "p.Gly4del"
    assert change("c.10_12del").protein_after == "MKU"
    several = consequence(
        [world.variant(14, 15, "T"), world.variant(19, 20, "C")], transcript, reference
    )
    assert several.protein_after == "MIUR" and several.hgvs_c == "c.[5A>T;10G>C]"


def on_one_allele(changes: str, utr3: str = "CCGGTGACC", strand: str = "+") -> Consequence:
    """Consequence of ``4A>C;12A>G;*1C>T``, on ATG AAA AAA TAA and a 3' UTR."""
    world = World("CC" + "ATGAAAAAATAA" + utr3, ((0, 14 + len(utr3)),), (2, 14), strand)
    transcript, reference = world.transcript(), world.reference()
    variants = []
    for change in changes.split(";"):
        place = int(change[1:-3]) + 13 if change[0] == "*" else int(change[:-3]) + 1
        assert world.sense[place] == change[-3]
        variants.append(world.variant(place, place + 1, change[-1]))
    return consequence(variants, transcript, reference)


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize(
    ("changes", "name", "protein", "terms"),
    [
        # one stop codon for another does not lose the stop, whatever changes behind it
        ("7A>C;12A>G;*1C>T", "p.Lys3Gln", "MKQ", {"missense_variant", "stop_retained_variant"}),
        ("4A>C;11A>G", "p.Lys2Gln", "MQK", {"missense_variant", "stop_retained_variant"}),
        ("12A>G;*1C>T", "p.Ter4=", "MKK", {"stop_retained_variant"}),
        # a change of the 3' UTR counts where the stop is lost
        ("10T>C;*4G>T;*5T>A", "p.Ter4GlnextTer2", "MKKQP", {"stop_lost"}),
        ("*1C>T;*4G>A", "", "MKK", set()),
        # what lies behind a new stop and does not change is not part of the change
        ("4A>C;7A>T;9A>G", "p.Lys2_Lys3delinsGlnTer", "MQ", {"stop_gained"}),
    ],
)
def test_stop_codon_and_what_is_behind_it(
    strand: str, changes: str, name: str, protein: str, terms: set[str]
) -> None:
    found = on_one_allele(changes, strand=strand)
    if "*" in changes:
        terms = terms | {"3_prime_UTR_variant"}
    assert (found.hgvs_p, found.protein_after, set(found.terms)) == (name, protein, terms)


def test_a_stop_in_a_shifted_frame_is_gained_only_where_an_edit_spells_it() -> None:
    world = World("CC" + "ATGAAACTGACCGGGTGG" + "TAACC", ((0, 25),), (2, 23))
    transcript, reference = world.transcript(), world.reference()
    shift, far = world.variant(7, 8, ""), world.variant(18, 19, "C")
    assert consequence(shift, transcript, reference).terms == ("frameshift_variant",)
    both = consequence([shift, far], transcript, reference)
    assert both.terms == ("frameshift_variant",)
    assert both.protein_after == consequence(shift, transcript, reference).protein_after


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ("4A>C;5A>C", "c.4_5delinsCC"),
        ("4A>C;5A>G;6A>T", "c.4_6delinsCGT"),
        ("4A>C;6A>T", "c.[4A>C;6A>T]"),
        ("4A>C;5A>C;9A>G", "c.[4_5delinsCC;9A>G]"),
        ("10T>A;9A>T", "c.9_10delinsTA"),
        ("12A>G;*1C>A", "c.12_*1delinsGA"),
        ("12A>G;*1C>T", "c.12_*1inv"),
        ("11A>T;10T>A;12A>T;9A>T", "c.9_12delinsTATT"),
    ],
)
def test_changes_of_neighbouring_bases_are_one_delins(strand: str, changes: str, name: str) -> None:
    assert on_one_allele(changes, strand=strand).hgvs_c == name


@pytest.mark.parametrize("size", [1, 2, 3])
def test_splice_sites_end_with_a_short_intron(size: int) -> None:
    world = World("CCATGAAA" + "G" * size + "CCCTAACC", ((0, 8), (8 + size, 16 + size)), (2, 14))
    transcript, reference = world.transcript(), world.reference()

    def terms(place: int) -> set[str]:
        alt = "T" if world.sense[place] != "T" else "A"
        found = consequence(world.variant(place, place + 1, alt), transcript, reference)
        return set(found.terms) & {"splice_donor_variant", "splice_acceptor_variant"}

    for place in (*range(8), *range(8 + size, 16 + size)):
        assert terms(place) == set()
    for place in range(8, 8 + size):
        assert terms(place)


def test_non_aug_start() -> None:
    world = World(
        "TTTTTTTTTTCTGAAAGGGTAACCCTTTTTTTTTT", ((10, 25),), (0, 12),
        transl_except=((1, "M"),), protein="MKG",
    )  # fmt: skip
    transcript, reference = world.transcript(), world.reference()
    assert consequence(parse("c.4A>G"), transcript, reference).protein_after == "MEG"
    lost = consequence(parse("c.2T>A"), transcript, reference)
    assert lost.terms == ("start_lost",) and lost.hgvs_p == "p.Met1?"
    kept = consequence(parse("c.1C>A"), transcript, reference)
    assert "start_retained_variant" in kept.terms and kept.protein_after == "MKG"


def test_mitochondrial_code() -> None:
    # AGA is a stop and TGA tryptophan on chrM
    world = World("TTTTTTTTTTATGTGAGGGAGACCCTTTTTTTTTT", ((10, 25),), (0, 12), code=2)
    transcript, reference = world.transcript(), world.reference()
    assert consequence(parse("c.6A>G"), transcript, reference).hgvs_p == "p.Trp2="
    assert consequence(parse("c.9G>A"), transcript, reference).protein_before == "MWG"
    assert consequence(parse("c.11G>C"), transcript, reference).terms[0] == "stop_lost"


def test_overlapping_and_foreign_variants_are_refused() -> None:
    world = World("TTTTTTTTTTATGAAAGGGTAACCCTTTTTTTTTT", ((10, 25),), (0, 12))
    transcript, reference = world.transcript(), world.reference()
    two = [world.variant(13, 16, "C"), world.variant(15, 17, "T")]
    with pytest.raises(InputError, match="overlap"):
        consequence(two, transcript, reference)
    with pytest.raises(InputError, match="is not on"):
        consequence(two[0].__class__("chr9", 1, "A", "C"), transcript, reference)
    nothing = consequence(world.variant(13, 14, "A"), transcript, reference)
    assert nothing.terms == ("no_sequence_alteration",) and nothing.hgvs_p == "p.="
    bare = world.transcript("")
    with pytest.raises(NotInReference):
        consequence(two[0], bare, world.empty_reference())


def test_terms_follow_their_table() -> None:
    table = shipped("ipse.genome", "so_terms")
    for row in table:
        assert accession(row["term"]) == row["accession"]
        assert f"so:{row['accession'].removeprefix('SO:')}" in row.source
    assert most_severe_first(["missense_variant", "stop_gained"])[0] == "stop_gained"
    assert impact(["intron_variant", "missense_variant"]) == "MODERATE" and impact([]) == "MODIFIER"


# Published: gene, c., p., term. HBB beta-thalassaemia and haemoglobin alleles: HbVar and ClinVar
# (doi:10.1093/nar/gkt911); DMD c.3921del: the nomenclature's own example of the junction rule;
# the others are ClinVar records or the published cases of the examples.
PUBLISHED = [
    ("NM_000518.5:c.20A>T", "p.Glu7Val", "missense_variant"),
    ("NM_000518.5:c.27dup", "p.Ser10ValfsTer14", "frameshift_variant"),
    ("NM_000518.5:c.25_26del", "p.Lys9ValfsTer14", "frameshift_variant"),
    ("NM_000518.5:c.126_129del", "p.Phe42LeufsTer19", "frameshift_variant"),
    ("NM_000518.5:c.118C>T", "p.Gln40Ter", "stop_gained"),
    ("NM_000518.5:c.92+1G>A", "p.?", "splice_donor_variant"),
    ("NM_000518.5:c.93-21G>A", "", "intron_variant"),
    ("NM_000518.5:c.92+5G>C", "", "splice_donor_5th_base_variant"),
    ("NM_000518.5:c.-78A>G", "", "upstream_gene_variant"),
    ("NM_000518.5:c.2T>C", "p.Met1?", "start_lost"),
    ("NM_001875.4:c.1003C>T", "p.Gln335Ter", "stop_gained"),
    ("NM_001875.4:c.2140G>T", "p.Glu714Ter", "stop_gained"),
    ("NM_000492.3:c.1521_1523del", "p.Phe508del", "inframe_deletion"),
    ("NM_000492.3:c.3846G>A", "p.Trp1282Ter", "stop_gained"),
    ("NM_000492.3:c.1624G>T", "p.Gly542Ter", "stop_gained"),
    ("NM_170707.2:c.1824C>T", "p.Gly608=", "synonymous_variant"),
    ("NM_000371.3:c.148G>A", "p.Val50Met", "missense_variant"),
    ("NM_000133.3:c.1151G>T", "p.Arg384Leu", "missense_variant"),
    ("NM_000344.3:c.840C>T", "p.Phe280=", "synonymous_variant"),
    ("NM_174936.3:c.137G>T", "p.Arg46Leu", "missense_variant"),
    ("NM_004006.2:c.3921del", "p.Ser1308HisfsTer5", "frameshift_variant"),
    ("NM_004006.2:c.145_147delinsTGG", "p.Arg49Trp", "missense_variant"),
    ("NM_004006.2:c.6439_6614del", "p.Glu2147AlafsTer17", "exon_loss_variant"),
]


@pytest.mark.parametrize(("name", "protein", "term"), PUBLISHED)
def test_published_answers(name: str, protein: str, term: str) -> None:
    genome = embedded()
    hgvs = parse(name)
    transcript = genome.annotation.transcript(hgvs.accession)
    got = consequence(hgvs, transcript, genome.reference)
    assert got.hgvs_p == protein and term in got.terms
    if "6439_6614" not in name:  # exactly an exon: shifts one base into the intron
        assert got.hgvs_c == hgvs.description


def test_clinvar_sample(shared_data: Path) -> None:
    """Every 6th ClinVar row whose HGVS text was placed: parse, place, name, translate."""
    reference = FastaReference.open(shared_data / "genes" / "lrg_genes.fa.gz")
    annotation = Annotation.from_gff3(shared_data / "genes" / "lrg_transcripts.gff3.gz", reference)
    with gzip.open(shared_data / "variants" / "clinvar_lrg.tsv.gz", "rt") as handle:
        rows = [r for r in csv.DictReader(handle, delimiter="\t") if r["hgvs_c_check"] == "ok"][::6]
    seen = substitutions = agree = 0
    for row in rows:
        try:
            transcript = annotation.transcript(row["transcript"])
        except InputError:
            continue
        hgvs = parse(row["hgvs_c"])
        got = consequence(hgvs, transcript, reference)
        seen += 1
        if row["variant_type"] in ("transition", "transversion") and row["hgvs_p_check"] == "ok":
            substitutions += 1
            assert got.hgvs_c == hgvs.description
            # p.Ter110Gln: ClinVar of 2016 leaves out the length of an extension
            agree += got.hgvs_p.partition("ext")[0] == row["hgvs_p"] or got.hgvs_p == "p.Met1?"
    assert seen > 1_500 and substitutions > 1_000
    assert agree == substitutions
