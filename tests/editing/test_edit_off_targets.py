"""Off-target sites in plans: planted places are found, told rightly, and judged."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from edit_cases import MODALITY, context, design, named, proposals

from ipse.core.finding import Finding, Severity
from ipse.core.off_targets import OffTargets
from ipse.core.proposal import Proposal
from ipse.core.sections import DotFigure, Table, Text
from ipse.core.sequence import reverse_complement
from ipse.genome.annotation import Annotation
from ipse.genome.embedded import Genome
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import FastaReference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.off_target_report import marked
from ipse.modalities.editing.off_targets import TSV
from ipse.modalities.protocol import Context
from ipse.patient.variants import Variant

SPACER = "GACTTCAGTCTATGACATCA"
"""Guide on the patient's allele; its 17th base is the variant, G in the reference."""
NORMAL = SPACER[:16] + "G" + SPACER[17:]
TWO_OFF = "C" + SPACER[1:4] + "A" + SPACER[5:]
ONE_MORE = SPACER[:9] + "T" + SPACER[9:]
THREE_OFF = "CT" + SPACER[2:4] + "A" + SPACER[5:]
PLANTED = {
    "target": NORMAL + "TGG",
    "copy": SPACER + "AGG",
    "two off": reverse_complement(TWO_OFF + "TGG"),
    "bulge": ONE_MORE + "AGG",
    "no PAM yet": THREE_OFF + "TGA",
}


class Whole(FastaReference):
    """A small reference that stands for a whole genome."""

    @property
    def whole_genome(self) -> bool:
        return True


def planted(folder: Path, names: Iterable[str] = PLANTED) -> tuple[Path, dict[str, int]]:
    """A contig without a PAM but for those planted, and where they begin."""
    letters = random.Random(7)
    text, places = "", {}
    for name in names:
        text += "".join(letters.choice("AT") for _ in range(400))
        places[name] = len(text)
        text += PLANTED[name]
    text += "".join(letters.choice("AT") for _ in range(400))
    path = folder / "planted.fa"
    path.write_text(f">chr1\n{text}\n")
    return path, places


def variant(places: dict[str, int]) -> Variant:
    start = places["target"] + 16
    return Variant(
        id="v1", vcf=f"chr1:{start + 1}:G:A", contig="chr1", start=start, ref="G", alt="A",
        zygosity="heterozygous", status="CAUSATIVE", located=True,
    )  # fmt: skip


def world(
    folder: Path, kind: type[FastaReference] = Whole, names: Iterable[str] = PLANTED
) -> tuple[Variant, Genome]:
    path, places = planted(folder, names)
    reference = kind.open(path)
    return variant(places), Genome(reference, Annotation("none", "", []))


def own(found: list[Proposal]) -> Proposal:
    """The proposal that cuts with the planted guide."""
    (item,) = (
        p for p in found if p.strategy == "hdr-correct" and p.design["spacer"] == SPACER
    )  # fmt: skip
    return item


def told(item: Proposal) -> OffTargets:
    assert item.off_targets is not None
    return item.off_targets


def finding(item: Proposal, code: str) -> Finding:
    (found,) = (f for f in item.findings if f.code == code)
    return found


def test_planted_places_are_found_and_counted(tmp_path: Path) -> None:
    item, genome = world(tmp_path)
    found = told(own(proposals(item, genome=genome)))
    assert found.counts == {"0": 1, "1": 1, "2": 1, "3": 0, "4": 0, "5": 0}
    assert (found.total, found.omitted, found.whole_genome, found.patient) == (3, 0, True, False)
    places = planted(tmp_path)[1]
    assert [(s.start, s.strand, s.edits, s.bulge) for s in found.sites] == [
        (places["copy"], "+", 0, "none"),
        (places["bulge"], "+", 1, "dna"),
        (places["two off"], "-", 2, "none"),
    ]
    assert [(s.role, s.start, s.edits) for s in found.on_target] == [
        ("normal_allele", places["target"], 1)
    ]
    assert [marked(site) for site in found.sites] == [
        SPACER + "AGG", SPACER[:8] + "[T]" + SPACER[8:] + "AGG",
        "c" + SPACER[1:4] + "a" + SPACER[5:] + "TGG",
    ]  # fmt: skip


def test_specificity_leaves_the_own_place_out(tmp_path: Path) -> None:
    item, genome = world(tmp_path)
    found = told(own(proposals(item, genome=genome)))
    cfd = sum(site.cfd or 0.0 for site in found.sites)
    assert found.scored == 2
    assert found.specificity_guidescan == pytest.approx(1 / (1 + cfd), rel=1e-12, abs=0)
    assert found.specificity_cfd == pytest.approx(100 / (1 + cfd), rel=1e-12, abs=0)
    assert found.specificity_guidescan < 0.5, "the copy cuts as well as the target"


def test_findings_go_by_what_a_whole_genome_showed(tmp_path: Path) -> None:
    item, genome = world(tmp_path)
    mine = own(proposals(item, genome=genome))
    copy = finding(mine, "second-perfect-match")
    assert copy.severity is Severity.SERIOUS
    assert f"chr1:{planted(tmp_path)[1]['copy'] + 1}-" in copy.message
    assert "3 places" in finding(mine, "off-targets-found").message
    codes = {f.code for p in proposals(item, genome=genome) for f in p.findings}
    assert "off-targets-in-loci-only" not in codes


def test_loci_alone_are_a_serious_finding_with_their_number(tmp_path: Path) -> None:
    item, genome = world(tmp_path, FastaReference)
    mine = own(proposals(item, genome=genome))
    loci = finding(mine, "off-targets-in-loci-only")
    assert loci.severity is Severity.SERIOUS
    assert "the one locus at hand" in loci.message and "3 places" in loci.message
    assert "ipse genome add" in loci.resolves
    assert told(mine).specificity_cfd is None, "a specificity is of a genome"


def vcf(folder: Path, places: dict[str, int], *gt: str) -> Path:
    """Calls of the variant, and of a PAM at the place that lacks one."""
    path = folder / "calls.vcf"
    pam = places["no PAM yet"] + 22
    records = [(places["target"] + 17, "G", "A", gt[0]), (pam + 1, "A", "G", gt[1])]
    path.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
        + "".join(f"chr1\t{p}\t.\t{r}\t{a}\t.\t.\t.\tGT\t{g}\n" for p, r, a, g in sorted(records))
    )
    return path


def test_what_only_the_patient_has_stands_first(tmp_path: Path) -> None:
    item, genome = world(tmp_path)
    places = planted(tmp_path)[1]
    patient = PatientGenome(genome.reference, vcf(tmp_path, places, "0|1", "1|0"))
    mine = own(proposals(item, genome=genome, patient=patient))
    found = told(mine)
    assert found.patient and found.changes == {"gained": 1}
    first = found.sites[0]
    assert (first.start, first.change, first.haplotypes) == (places["no PAM yet"], "gained", "1")
    assert first.variants == f"chr1:{places['no PAM yet'] + 23}:A:G"
    assert found.counts == {"0": 1, "1": 1, "2": 1, "3": 1, "4": 0, "5": 0}
    roles = {(site.role, site.haplotypes) for site in found.on_target}
    assert ("target", "2") in roles, "the patient's allele is no off-target"
    gain = finding(mine, "patient-specific-off-target")
    assert gain.severity is Severity.CAUTION and "chr1" in gain.message


def test_every_row_is_in_the_file_and_the_section(tmp_path: Path) -> None:
    item, genome = world(tmp_path)
    where: Context = context([item], genome=genome)
    modality = MODALITY
    found = proposals(item, genome=genome)
    mine = own(found)
    _, section, _ = modality.sections(mine, where)
    words, figure, table = section.blocks
    assert isinstance(words, Text) and isinstance(figure, DotFigure) and isinstance(table, Table)
    assert "differs by 1 edit" in words.text and "up to 4 mismatches" in words.text
    assert sum(dot.number for dot in figure.dots) == 4
    assert {dot.role for dot in figure.dots} == {"on_target", "off_target"}
    assert [row[0] for row in table.rows] == [
        "on-target (without the variant)",
        *3 * ["off-target"],
    ]
    folder = tmp_path / "plan"
    folder.mkdir()
    files = modality.artefacts(found, [], folder, where)[""]
    assert TSV in {file.path for file in files}
    with (folder / TSV).open(newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["proposal"] == mine.id]
    assert [(row["role"], row["edits"]) for row in rows] == [
        ("off-target", "0"), ("on-target (without the variant)", "1"), ("off-target", "1"),
        ("off-target", "2"),
    ]  # fmt: skip
    assert all(row["guide"] == SPACER for row in rows)


def test_no_figure_where_nothing_was_found(tmp_path: Path) -> None:
    item, genome = world(tmp_path, names=["target"])
    where = context([item], genome=genome)
    bare = own(proposals(item, genome=genome))
    assert told(bare).total == 0 and told(bare).specificity_guidescan == 1
    assert finding(bare, "no-off-target-found").severity is Severity.INFO
    _, section, _ = MODALITY.sections(bare, where)
    (words,) = section.blocks
    assert isinstance(words, Text) and "No place beside the target" in words.text


def test_a_guide_is_searched_with_the_pam_of_the_editor_shown() -> None:
    for item in proposals(named("sickle")):
        found, made = told(item), design(item)
        assert found.pam == made.alternatives[0].pam_pattern
        listed = found.pam in ("NGG",)
        assert all((site.cfd is None) or listed for site in (*found.sites, *found.on_target))


def annotated(folder: Path, genes: dict[str, tuple[str, bool]]) -> tuple[Variant, Genome]:
    """The planted world with a gene over some places: name -> symbol, whether it is coding."""
    path, places = planted(folder)
    models = []
    for name, (gene, coding) in genes.items():
        start, end = places[name] - 90, places[name] + 90
        exons = ((start, end),) if coding else ((start - 60, start - 30), (end, end + 30))
        models.append(
            Transcript(
                id=f"NM_{len(models)}.1",
                gene=gene,
                gene_id="",
                contig="chr1",
                strand="+",
                exons=exons,
                cds=(0, 180 if coding else 60),
                protein_id="",
                sequence="",
                sequence_offset=0,
                protein="",
            )
        )
    return variant(places), Genome(Whole.open(path), Annotation("genes", "", models))


def test_sites_stand_by_what_they_would_break(tmp_path: Path) -> None:
    # two edits in a coding tumour suppressor stand before one edit in an intron of any gene
    item, genome = annotated(tmp_path, {"two off": ("TP53", True), "bulge": ("ALB", False)})
    mine = own(proposals(item, genome=genome))
    found = told(mine)
    assert [(site.edits, site.gene, site.breaks) for site in found.sites] == [
        (0, "", ""),
        (2, "TP53", "coding sequence of the tumour suppressor TP53"),
        (1, "ALB", ""),
    ]
    serious = finding(mine, "off-target-in-risk-gene")
    assert serious.severity is Severity.SERIOUS
    assert "TP53 (chr1:" in serious.message and "2 edits" in serious.message
    assert "doi:10.1126/science.1235122" in {item.source for item in serious.evidence}
    table = MODALITY.sections(mine, context([item], genome=genome))[1].blocks[2]
    assert isinstance(table, Table) and table.columns[-1] == "Would break"


def test_essential_genes_are_a_caution_and_introns_none(tmp_path: Path) -> None:
    item, genome = annotated(tmp_path, {"two off": ("POLR2A", True), "bulge": ("TP53", False)})
    mine = own(proposals(item, genome=genome))
    assert [site.breaks for site in told(mine).sites] == [
        "",
        "coding sequence of the essential gene POLR2A",
        "intron of the tumour suppressor TP53",
    ]
    found = finding(mine, "off-target-in-risk-gene")
    assert found.severity is Severity.CAUTION and "TP53" not in found.message
