"""Published cleavage sites in real genes, published scores, and a variant that makes a site."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ipse.core.sequence import matches, reverse_complement
from ipse.genome.reference import SparseReference
from ipse.genome.sites import Limits, scores, search

ASSAYS = ("guideseq", "circleseq", "siteseq")
LIMITS = Limits(8)
BULGE_LIMITS = Limits(6, 1, 1)


@dataclass(frozen=True)
class Cut:
    """A published site on a gene's own sequence."""

    assay: str
    guide: str
    gene: str
    start: int
    end: int
    strand: str
    target: str
    mismatches: int | None
    bulge: str


@pytest.fixture(scope="module")
def genes(shared_data: Path) -> dict[str, str]:
    contigs: dict[str, list[str]] = {}
    with gzip.open(shared_data / "genes" / "lrg_genes.fa.gz", "rt") as handle:
        for line in handle:
            if line.startswith(">"):
                current = contigs.setdefault(line[1:].split()[0], [])
            else:
                current.append(line.strip())
    return {name: "".join(parts) for name, parts in contigs.items()}


@pytest.fixture(scope="module")
def cuts(shared_data: Path, genes: dict[str, str]) -> list[Cut]:
    """Sites whose sequence stands at its place in a gene; the rest counted by reason."""
    with (shared_data / "genes" / "lrg_mapping.tsv").open() as handle:
        spans = list(csv.DictReader(handle, delimiter="\t"))
    found, left_out = [], Counter[str]()
    for assay in ASSAYS:
        with (shared_data / "offtargets" / f"{assay}.tsv").open() as handle:
            for row in csv.DictReader(handle, delimiter="\t"):
                placed = list(_placed(row, spans))
                for gene, start, end, strand in placed:
                    letters = genes[gene][start:end]
                    if strand == "-":
                        letters = reverse_complement(letters)
                    if letters != row["target_aligned"].replace("-", ""):
                        left_out[f"{assay}: other sequence at the place in {gene}"] += 1
                        continue
                    mismatches = int(row["mismatches"]) if row["mismatches"] else None
                    found.append(
                        Cut(assay, row["guide"], gene, start, end, strand, row["target_aligned"],
                            mismatches, row["bulge"])
                    )  # fmt: skip
                if not placed:
                    left_out[f"{assay}: not in a gene"] += 1
    print(dict(Counter(cut.assay for cut in found)), dict(left_out))
    return found


def _placed(
    row: dict[str, str], spans: list[dict[str, str]]
) -> Iterator[tuple[str, int, int, str]]:
    """Genes a site lies in, with its place on the gene's own strand."""
    build, chrom = row["assembly"], row["chrom"].removeprefix("chr")
    if not chrom:
        return
    start, end = int(row["start"]), int(row["end"])
    for span in spans:
        first, last = int(span[f"{build}_start"]) - 1, int(span[f"{build}_end"])
        if span[f"{build}_chrom"] != chrom or start < first or end > last:
            continue
        if span[f"{build}_gapfree"] != "yes":
            continue
        if span[f"{build}_strand"] == "+":
            yield span["lrg"], start - first, end - first, row["strand"]
        else:
            strand = "+" if row["strand"] == "-" else "-"
            yield span["lrg"], last - end, last - start, strand


def reference_of(genes: dict[str, str], names: set[str]) -> SparseReference:
    lengths = {name: len(genes[name]) for name in sorted(names)}
    return SparseReference("genes", "", lengths, {name: [(0, genes[name])] for name in lengths})


@pytest.fixture(scope="module")
def tables(cuts: list[Cut], genes: dict[str, str]) -> dict[tuple[str, str, bool], pl.DataFrame]:
    """Searches of each guide in the genes with its sites, by guide, PAM and bulges."""
    made = {}
    for guide in sorted({cut.guide for cut in cuts}):
        mine = [cut for cut in cuts if cut.guide == guide]
        for bulged, limits in ((False, LIMITS), (True, BULGE_LIMITS)):
            names = {cut.gene for cut in mine if (cut.bulge != "none") == bulged}
            if names:
                reference = reference_of(genes, names)
                for pam in ("NNN", "NGG"):
                    made[guide, pam, bulged] = search(guide, reference, pam, limits, threads=1)
    return made


def at(table: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    return table.filter(
        (pl.col("contig") == cut.gene)
        & (pl.col("start") == cut.start)
        & (pl.col("end") == cut.end)
        & (pl.col("strand") == cut.strand)
    )


def test_published_sites_without_a_bulge_are_found(
    cuts: list[Cut], tables: dict[tuple[str, str, bool], pl.DataFrame]
) -> None:
    checked, beyond = Counter[str](), Counter[str]()
    for cut in cuts:
        if cut.bulge != "none":
            continue
        assert cut.mismatches is not None
        if cut.mismatches > LIMITS.mismatches:
            beyond[f"{cut.assay}: {cut.mismatches} mismatches"] += 1
            continue
        for pam in ("NNN", "NGG"):
            if matches(pam, cut.target[-3:]):
                row = at(tables[cut.guide, pam, False], cut)
                assert row["mismatches"].to_list() == [cut.mismatches], cut
                assert row["target_aligned"].to_list() == [cut.target]
                checked[f"{cut.assay} {pam}"] += 1
    print(dict(checked), "beyond the limits:", dict(beyond))
    assert checked["guideseq NNN"] >= 20
    assert checked["circleseq NNN"] >= 100
    assert checked["siteseq NNN"] >= 60


def test_published_sites_with_a_bulge_are_found(
    cuts: list[Cut], tables: dict[tuple[str, str, bool], pl.DataFrame]
) -> None:
    checked = Counter[str]()
    for cut in cuts:
        if cut.bulge == "none":
            continue
        row = at(tables[cut.guide, "NNN", True], cut)
        assert row.height == 1, cut
        if cut.bulge == "RNA":
            # The gap may stand elsewhere by our rule; edits may not be more.
            published = sum(
                t == "-" or g != t for g, t in zip(cut.guide, cut.target[:20], strict=True)
            )
            assert row["bulge"].item() == "rna"
            assert row["mismatches"].item() + row["bulge_size"].item() <= published
            if row["mismatches"].item() + row["bulge_size"].item() < published:
                checked["fewer edits"] += 1
        else:
            assert row["bulge"].item() == "dna"
        checked[cut.bulge] += 1
    print(dict(checked))
    assert checked["RNA"] + checked["DNA"] >= 1


def test_cfd_equals_the_published_scores(shared_data: Path) -> None:
    with (shared_data / "offtargets" / "cfd_scores.tsv").open() as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))

    def letters(column: str, part: slice) -> np.ndarray:
        return np.array([list(row[column].encode()) for row in rows], np.uint8)[:, part]

    made = scores.cfd(
        letters("guide23", slice(0, 20)),
        letters("target23", slice(0, 20)),
        letters("target23", slice(20, 23)),
    )
    published = np.array([float(row["cfd"]) for row in rows])
    assert len(rows) == 3000
    assert np.abs(made - published).max() <= 1e-6


def test_the_alternative_allele_of_a_common_variant_makes_a_site(
    genes: dict[str, str], shared_data: Path
) -> None:
    """rs114518452 G>C, chr2:210,530,659 (GRCh38), in CPS1: TGG beside a site of a BCL11A guide."""
    with (shared_data / "genes" / "lrg_mapping.tsv").open() as handle:
        span = next(r for r in csv.DictReader(handle, delimiter="\t") if r["gene"] == "CPS1")
    place = 210_530_659 - int(span["GRCh38_start"])
    reference = genes[span["lrg"]]
    assert reference[place] == "G"
    changed = reference[:place] + "C" + reference[place + 1 :]
    guide, limits = "CTAACAGTTGCTTTTATCAC", Limits(3)
    without = search(guide, reference_of({"CPS1": reference}, {"CPS1"}), "NGG", limits, threads=1)
    with_it = search(guide, reference_of({"CPS1": changed}, {"CPS1"}), "NGG", limits, threads=1)
    gained = with_it.join(without, on=["contig", "start", "strand"], how="anti")
    assert gained["pam"].to_list() == ["TGG"]
    assert gained["mismatches"].to_list() == [3]
    assert gained["start"].item() <= place < gained["end"].item()
