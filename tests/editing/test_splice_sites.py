"""Splice sites: the matrix, what destroys a site, and cryptic sites of published variants."""

from __future__ import annotations

import csv
import gzip
import random
from math import isclose, log2
from pathlib import Path

import pytest
from splice_twin import other_strand, pam_fits

from ipse.core.tables import shipped
from ipse.genome.annotation import Annotation, read_annotation
from ipse.genome.embedded import embedded
from ipse.genome.reference import FastaReference
from ipse.genome.resolve import locate
from ipse.genome.sense import sense_of
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import PACKAGE, base_editors, nucleases
from ipse.modalities.editing.design.splice.cryptic import (
    Cryptic,
    added_bases,
    cryptic_sites,
    lost_bases,
    pseudoexons,
)
from ipse.modalities.editing.design.splice.guides import cutters, destroyers
from ipse.modalities.editing.design.splice.places import (
    PlacedSite,
    allele_over,
    others_near,
    site_of_exon,
)
from ipse.modalities.editing.design.splice.sites import (
    ablations,
    matrix,
    score,
    score_at,
    standing,
)

GENOME = embedded()
REFERENCE = GENOME.reference


@pytest.fixture(scope="module")
def lrg(shared_data: Path) -> tuple[FastaReference, Annotation]:
    reference = FastaReference.open(shared_data / "genes" / "lrg_genes.fa.gz")
    path = shared_data / "genes" / "lrg_transcripts.gff3.gz"
    return reference, read_annotation(path, reference)


# --- the matrix ----------------------------------------------------------------------------------


def slow_score(kind: str, letters: str) -> float:
    rows = [row for row in shipped(PACKAGE, "splice_matrix") if row["site"] == kind]
    rows.sort(key=lambda row: int(row["position"]))
    total = 0.0
    for row, base in zip(rows, letters, strict=True):
        counts = {b: int(row[b]) + 1 for b in "ACGT"}
        total += log2(counts[base] / sum(counts.values())) + 2
    return total


def test_scores_equal_the_formula_on_random_letters() -> None:
    draw = random.Random(1)
    for kind in ("donor", "acceptor"):
        size = matrix(kind).length
        for _ in range(50):
            letters = "".join(draw.choice("ACGT") for _ in range(size))
            assert isclose(score(kind, letters), slow_score(kind, letters), rel_tol=1e-12)
    assert score("donor", "N" * 9) == float("-inf")
    with pytest.raises(ValueError, match="9 letters"):
        score("donor", "ACGT")


def test_counts_are_those_of_the_transcripts(lrg: tuple[FastaReference, Annotation]) -> None:
    """Counted again here, from the sequence of each intron and nothing else."""
    reference, annotation = lrg
    counts = [dict.fromkeys("ACGT", 0) for _ in range(9)]
    seen = set()
    for gene in annotation.genes():
        for transcript in annotation.transcripts_of(gene):
            whole = reference.fetch(transcript.contig, 0, reference.length(transcript.contig))
            for (_, end), (start, _) in zip(
                transcript.exons, transcript.exons[1:], strict=False
            ):  # LRG genes are on the plus strand of their own records
                ends = whole[end : end + 2] + whole[start - 2 : start]
                if (transcript.contig, end) in seen or ends not in ("GTAG", "GCAG"):
                    continue
                seen.add((transcript.contig, end))
                for place, base in enumerate(whole[end - 3 : end + 6]):
                    counts[place][base] += 1
    rows = [row for row in shipped(PACKAGE, "splice_matrix") if row["site"] == "donor"]
    assert [[row.integer(base) for base in "ACGT"] for row in rows] == [
        [count[base] for base in "ACGT"] for count in counts
    ]


def test_the_strongest_letters_are_the_consensus() -> None:
    best = {kind: "".join(max(w, key=w.__getitem__) for w in matrix(kind).weights)
            for kind in ("donor", "acceptor")}  # fmt: skip
    assert best["donor"] in ("AAGGTAAGT", "CAGGTAAGT")
    assert best["acceptor"][17:20] == "CAG"
    assert set(best["acceptor"][:15]) <= {"T", "C"}
    assert "50 %" in standing("donor", score("donor", best["donor"]))
    assert "below 99 %" in standing("donor", -5.0)


def test_what_destroys_a_site() -> None:
    assert {(a.offset, a.before, a.after) for a in ablations("acceptor", "AG")} == {
        (-2, "A", "G"), (-1, "G", "A")
    }  # fmt: skip
    donor = {(a.offset, a.before, a.after, a.pair) for a in ablations("donor", "GT")}
    assert donor == {(0, "G", "A", "AT"), (1, "T", "C", "GC")}
    assert ablations("donor", "GG") == []
    assert [a.pair for a in ablations("donor", "GC")] == ["AC"]  # GC to GT would strengthen it


# --- guides at real sites -------------------------------------------------------------------------


def exon_sites(gene: str, number: int) -> list[PlacedSite]:
    transcript = GENOME.annotation.transcripts_of(gene)[0]
    start, end = transcript.exons[number - 1]
    allele = allele_over(REFERENCE, transcript.contig, start - 130, end + 130)
    plus = transcript.strand == "+"
    return [
        site_of_exon(allele, plus, transcript.exons, number, kind) for kind in ("acceptor", "donor")
    ]


def inner_exons(gene: str) -> range:
    """Exons with both sites."""
    return range(2, len(GENOME.annotation.transcripts_of(gene)[0].exons))


@pytest.mark.parametrize("gene", GENOME.annotation.genes())
def test_each_edit_destroys_its_site(gene: str) -> None:
    assert sum(_each_edit(gene, number) for number in inner_exons(gene)) > 0


def _each_edit(gene: str, number: int) -> int:
    """Carry out every base edit of both sites of an exon; how many there were."""
    seen = 0
    transcript = GENOME.annotation.transcripts_of(gene)[0]
    start, end = transcript.exons[number - 1]
    plus = transcript.strand == "+"
    for site in exon_sites(gene, number):
        at_left = (site.kind == "acceptor") == plus
        low = start - 2 if at_left else end  # the two intron bases next to the exon
        contig = transcript.contig
        for group in destroyers(site, base_editors()):
            for item in group:
                index, base = item.target
                position = site.allele.genomic(index)
                assert low <= position < low + 2
                pair = list(REFERENCE.fetch(contig, low, low + 2))
                pair[position - low] = base
                sense = "".join(pair) if plus else other_strand("".join(pair))
                assert sense == item.ablation.pair
                assert sense not in {"donor": ("GT",), "acceptor": ("AG",)}[site.kind]
                assert item.leaves_gc == (sense == "GC")
                _fits(item.hit, item.editor, site, position, contig)
                seen += 1
    return seen


def _fits(hit, editor, site, position, contig) -> None:  # type: ignore[no-untyped-def]
    """Spacer, PAM and target lie on the reference as the editor needs them."""
    left = site.allele.genomic(hit.start)
    width, length = len(editor.pam), editor.length
    if editor.pam_side == "3prime":
        plus_pam = (left + length, left + length + width)
        minus_pam = (left - width, left)
    else:
        plus_pam = (left - width, left)
        minus_pam = (left + length, left + length + width)
    guide = REFERENCE.fetch(contig, left, left + length)
    pam = REFERENCE.fetch(contig, *(plus_pam if hit.strand == "+" else minus_pam))
    if hit.strand == "-":
        guide, pam = other_strand(guide), other_strand(pam)
    assert (guide, pam) == (hit.spacer, hit.pam)
    assert pam_fits(editor.pam, pam)
    place = position - left + 1 if hit.strand == "+" else left + length - position
    assert place == hit.position
    assert editor.target[0] <= place <= editor.target[1]
    assert guide[place - 1] == editor.edit[0]


@pytest.mark.parametrize("gene", GENOME.annotation.genes())
def test_cuts_lie_in_the_site(gene: str) -> None:
    for site in (site for number in inner_exons(gene) for site in exon_sites(gene, number)):
        first = site.genomic(-2 if site.kind == "acceptor" else 0)
        second = site.genomic(-1 if site.kind == "acceptor" else 1)
        low, high = min(first, second), max(first, second) + 1
        for item in cutters(site, [n for n in nucleases() if n.name == "SpCas9"]):
            left = site.allele.genomic(item.site.start)
            cut = left + 17 if item.site.strand == "+" else left + 3
            assert cut == item.cut
            assert low - 3 <= cut <= high + 3


def test_a_gene_and_its_mirror_have_the_same_guides() -> None:
    """The same letters read from the other strand give the same guides on the other strand."""
    for site in [*exon_sites("DMD", 51), *exon_sites("LMNA", 5)]:
        size = len(site.allele.sequence)
        mirrored = site.allele.__class__("mirror", 0, other_strand(site.allele.sequence), 0, "", "")
        other = PlacedSite(site.kind, mirrored, not site.plus, site.border, site.exon)
        assert other.sense == site.sense

        def told(groups, mirror):  # type: ignore[no-untyped-def]
            return {
                (
                    d.hit.spacer, d.hit.pam, d.editor.name, d.hit.position, d.ablation,
                    mirror - d.hit.start - len(d.hit.spacer) if mirror else d.hit.start,
                )
                for group in groups
                for d in group
            }  # fmt: skip

        assert told(destroyers(site, base_editors()), 0) == told(
            destroyers(other, base_editors()), size
        )
        assert [o.offset for o in others_near(site, 50)] == [
            o.offset for o in others_near(other, 50)
        ]


# --- cryptic sites --------------------------------------------------------------------------------


def cryptics(name: str) -> tuple[list[Cryptic], GenomicVariant]:
    found = locate(name, GENOME, None)
    assert found.transcript is not None
    change = found.variant
    allele = allele_over(REFERENCE, change.contig, change.start - 320, change.end + 320, change)
    return cryptic_sites(allele, found.transcript), change


@pytest.mark.parametrize(
    ("name", "kind", "said", "bases"),
    [
        # doi:10.1371/journal.pone.0184009: pseudo-exons of the first two, a 5' extension of exon
        # 20 (counted from 1 today) by the third; the new exon of 1811+1.6kb has 49 bp (Chillon
        # 1995, Am J Hum Genet 56:623-629, abstract)
        ("NM_000492.3:c.3718-2477C>T", "donor", "pseudo", None),
        ("NM_000492.3:c.1679+1634A>G", "donor", "pseudo", 49),
        ("NM_000492.3:c.3140-26A>G", "acceptor", "longer", 25),
        # Blood 133:2255 (abstract): IVS1-110 and IVS2-654 of HBB
        ("HBB:c.93-21G>A", "acceptor", "longer", 19),
        ("HBB:c.316-197C>T", "donor", "pseudo", None),
        # pmid:12714972: progerin lacks 50 residues of exon 11
        ("LMNA:c.1824C>T", "donor", "shorter", 150),
    ],
)
def test_published_cryptic_sites_are_found(
    name: str, kind: str, said: str, bases: int | None
) -> None:
    found, change = cryptics(name)
    best = found[0]
    transcript = GENOME.annotation.transcripts_of({"N": "CFTR", "H": "HBB", "L": "LMNA"}[name[0]])[
        0
    ]
    assert best.site.kind == kind
    assert abs(best.site.genomic(0) - change.start) <= 6
    if said == "pseudo":
        assert added_bases(best, transcript) is None
        partner = pseudoexons(best)[0]
        assert bases is None or partner.length == bases
    elif said == "longer":
        exon = added_bases(best, transcript)
        assert exon is not None
        assert exon[1] == bases
    else:
        exon = lost_bases(best, transcript.exons)
        assert exon is not None
        assert exon[1] == bases


def test_a_change_far_from_any_site_makes_none() -> None:
    assert cryptics("NM_000492.3:c.3846G>A")[0] == []


def test_an_exons_own_site_is_not_cryptic() -> None:
    """A change that strengthens an exon's own donor is no cryptic site."""
    transcript = GENOME.annotation.transcripts_of("HBB")[0]
    end = sense_of(transcript).ends[0]
    for offset in range(6):
        place = end + offset
        position = place if transcript.strand == "+" else -place - 1
        ref = REFERENCE.fetch(transcript.contig, position, position + 1)
        for alt in "ACGT":
            if alt == ref:
                continue
            change = GenomicVariant(transcript.contig, position, ref, alt)
            allele = allele_over(REFERENCE, transcript.contig, position - 80, position + 80, change)
            own = [c for c in cryptic_sites(allele, transcript) if c.site.kind == "donor"]
            assert all(c.site.genomic(0) != (-end - 1) for c in own)


def test_deep_intronic_variants_of_clinvar(
    shared_data: Path, lrg: tuple[FastaReference, Annotation]
) -> None:
    """Variants within introns: a site that is told is there, and scores what is said."""
    reference, annotation = lrg
    with gzip.open(shared_data / "variants" / "clinvar_lrg.tsv.gz", "rt") as handle:
        rows = [
            row
            for row in csv.DictReader(handle, delimiter="\t")
            if row["consequence"] == "intron_variant" and row["lrg_ref_ok"] == "yes"
        ]
    told = looked = 0
    for row in random.Random(3).sample(rows, 120):
        start = int(row["lrg_pos"]) - 1
        change = GenomicVariant(row["lrg"], start, row["lrg_ref"], row["lrg_alt"]).trimmed()
        transcripts = annotation.transcripts_of(row["gene"])
        allele = allele_over(reference, row["lrg"], start - 80, start + 80, change)
        looked += 1
        for cryptic in cryptic_sites(allele, transcripts[0]):
            told += 1
            whole = reference.fetch(row["lrg"], 0, reference.length(row["lrg"]))
            edited = whole[: change.start] + change.alt + whole[change.end :]
            border = cryptic.site.border + allele.start
            before, after = matrix(cryptic.site.kind).before, matrix(cryptic.site.kind).after
            letters = edited[border - before : border + after]
            assert isclose(slow_score(cryptic.site.kind, letters), cryptic.after, rel_tol=1e-12)
            assert cryptic.after - cryptic.before >= 0.5
            value = score_at(cryptic.site.kind, edited, border)
            assert value == cryptic.after
    assert looked == 120
    assert told > 10
