"""Disruption: known guides by geometry, what calls for a target, and what is said without one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from edit_cases import case, context, named

from ipse.core.evidence import Level
from ipse.core.finding import Finding, Severity
from ipse.core.proposal import NotProposed, Proposal, Unknown
from ipse.core.sequence import matches, reverse_complement
from ipse.genome.annotation import Annotation, read_annotation
from ipse.genome.embedded import Genome, embedded
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import FastaReference, SparseReference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing import EditingModality
from ipse.modalities.editing.catalogue import Nuclease, base_editors
from ipse.modalities.editing.design.disrupt.cuts import cuts
from ipse.modalities.editing.design.disrupt.gene import Gene, isoforms_of
from ipse.modalities.editing.design.disrupt.options import Option, options
from ipse.modalities.editing.design.disrupt.strategy import Disrupt, first_choice
from ipse.modalities.editing.design.disrupt.targets import (
    chosen_for,
    disruption_rules,
    disruption_targets,
    published_guides,
)
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.protocol import Answer, Context, Request
from ipse.patient.entities import Ontology
from ipse.patient.variants import Term

NTLA_2001 = "AAAGGCTGCTGATGACACCT"
"""Spacer of the first in vivo product against TTR (doi:10.1056/NEJMoa2107454)."""

PCSK9_DONOR = "CCCGCACCTTGGCGCAGCGG"
"""Published spacer on exon 1's splice donor (tables/published_guides.tsv)."""

CIITA_CAS12B = "GCATAAGCCTCCCTGGTCTCTT"
"""Spacer of a named cell product against CIITA, 22 bases, PAM TTN (gsrs:69QP5QX83X)."""

MODALITY = EditingModality((Disrupt(),))


def gene_of(symbol: str, genome: Genome | None = None) -> Gene:
    genome = genome or embedded()
    found = isoforms_of(genome.annotation.transcripts_of(symbol))
    return Gene(genome.reference, found[0], found, disruption_rules())


def all_options(symbol: str, *, published: bool = True) -> list[Option]:
    guides = published_guides(symbol) if published else ()
    return options(gene_of(symbol), first_choice(), base_editors(), guides)


def answers(where: Context, *diagnoses: Ontology) -> list[Answer]:
    return list(MODALITY.propose(case(diagnoses=diagnoses), where))


def designs(found: list[Answer]) -> dict[str, list[EditDesign]]:
    made: dict[str, list[EditDesign]] = {}
    for item in found:
        if isinstance(item, Proposal):
            made.setdefault(item.strategy, []).append(EditDesign.model_validate(item.design))
    return made


def test_ttr_guide_of_the_clinic_stands_first_and_high_without_its_precedent() -> None:
    first = all_options("TTR")[0]
    assert (first.spacer, first.pam, first.exon) == (NTLA_2001, "GGG", 2)
    assert first.cuts[0].site.cut == 31593004  # between bases 17 and 18, GRCh38 chr18
    assert first.cuts[0].decays == 2
    # of what geometry alone knows: among the top ten cuts of the gene and of its exon 2
    cut = [o for o in all_options("TTR", published=False) if o.approach == "cut"]
    assert [o.spacer for o in cut].index(NTLA_2001) < 10
    assert [o.spacer for o in cut if o.exon == 2].index(NTLA_2001) < 10


def test_pcsk9_donor_guide_is_found_with_the_adenine_editor_it_was_published_with() -> None:
    (found,) = (o for o in all_options("PCSK9") if o.spacer == PCSK9_DONOR and o.approach != "cut")
    assert (found.approach, found.exon) == ("splice-donor", 1)
    best = found.rows[0]
    assert (best.editor.name, best.hit.position) == ("ABE8.8-m", 6)
    assert (best.aim.before_sense, best.aim.after_sense, best.aim.weak) == ("GT", "GC", True)


def test_ciita_on_its_own_sequence(shared_data: Path) -> None:
    genes = shared_data / "genes"
    reference = FastaReference.open(genes / "lrg_genes.fa.gz")
    annotation = read_annotation(genes / "lrg_transcripts.gff3.gz", reference)
    made = gene_of("CIITA", Genome(reference, annotation))
    cas12b = Nuclease("Cas12b", "TTN", "5prime", 22, -20)
    (found,) = (c for c in cuts(made, [cas12b]) if c.site.spacer == CIITA_CAS12B)
    assert (found.exon.number, found.site.pam, found.decays) == (3, "TTG", 2)
    for option in options(made, first_choice(), base_editors(), ()):
        check_option(option, made)


@pytest.mark.parametrize("symbol", ["TTR", "PCSK9", "HBB", "LMNA"])
def test_every_option_lies_where_it_says(symbol: str) -> None:
    made = gene_of(symbol)
    found = options(made, first_choice(), base_editors(), ())
    assert {option.approach for option in found} == {
        "cut", "splice-donor", "splice-acceptor", "stop-codon",
    }  # fmt: skip
    for option in found:
        check_option(option, made)


def check_option(option: Option, gene: Gene) -> None:
    """Spacer and PAM stand in the genome; the edit, made in letters, does what is said."""
    contig, size = gene.transcript.contig, len(option.spacer)
    fetch = gene.reference.fetch

    def read(start: int, end: int) -> str:
        text = fetch(contig, start, end)
        return text if option.strand == "+" else reverse_complement(text)

    assert read(option.start, option.start + size) == option.spacer
    for cut in option.cuts:
        assert fetch(contig, cut.exon.start, cut.exon.end)
        assert cut.exon.start < cut.site.cut < cut.exon.end
        # Cas9 cuts three bases from its PAM, Cas12a 18 bases from its own in the PAM's strand
        inside = cut.site.cut - option.start
        left = 18 if "Cas12a" in cut.nuclease else size - 3
        assert inside == (left if option.strand == "+" else size - left)
    for row in option.rows:
        at = row.hit.position - 1 if option.strand == "+" else size - row.hit.position
        assert option.start + at == row.aim.position
        assert option.spacer[row.hit.position - 1] == row.editor.edit[0]
        assert matches(row.editor.pam, row.hit.pam)
        assert row.aim.before_sense != row.aim.after_sense
        if row.aim.approach == "stop-codon":
            assert row.aim.after_sense in ("TAA", "TAG", "TGA")
            assert row.aim.before_sense in ("CAA", "CAG", "CGA", "TGG")
        else:
            assert row.aim.before_sense in ("GT", "AG")


def test_published_guides_agree_with_their_transcription(shared_data: Path) -> None:
    with (shared_data / "knowledge" / "approved_editing_guides.tsv").open() as handle:
        known = {row["protospacer"]: row for row in csv.DictReader(handle, delimiter="\t")}
    assert len(published_guides()) > 30
    for row in published_guides():
        assert set(row.spacer) <= set("ACGT") and 20 <= len(row.spacer) <= 22
        assert row.approach in ("cut", "base-edit", "template")
        if row.spacer != PCSK9_DONOR:
            assert known[row.spacer]["PAM"] == row.pam
            assert row.gene.split("/")[0] in known[row.spacer]["gene"]
    # what is claimed to have worked names a work, not only a list of sequences
    worked = [row for row in published_guides() if row.level is not Level.RULE]
    assert all(any(source.startswith("doi:") for source in row.source) for row in worked)


# --- what calls for a target -------------------------------------------------------------------


def keys(diagnoses: list[Ontology], **variant: object) -> dict[str, str]:
    variants = [named("v30m", **variant)] if variant else []
    return {c.target.key: c.basis for c in chosen_for(case(diagnoses=diagnoses), variants)}


def test_a_target_is_chosen_by_id_name_or_gene() -> None:
    assert keys([Ontology("ORPHA:232", "")])["BCL11A-enhancer-sickle"] == "diagnosis"
    assert keys([Ontology("DOID:10923", "sickle cell anemia")]) == {
        "BCL11A-enhancer-sickle": "name of the diagnosis",
        "HBG-promoters-sickle": "name of the diagnosis",
    }
    assert keys([], disease=Term()) == {"TTR": "gene of the variant"}
    # another disease of the same gene does not call for it
    assert keys([], disease=Term(id="OMIM:145680", label="Hyperthyroxinemia")) == {}
    assert keys([], disease=Term(), status="", acmg="") == {}


def test_one_target_stands_once_with_its_surest_reason() -> None:
    both = [Ontology("OMIM:603903", "Sickle cell"), Ontology("MONDO:0019402", "beta thalassemia")]
    assert keys(both) == {
        "BCL11A-enhancer-sickle": "diagnosis",
        "HBG-promoters-sickle": "diagnosis",
    }


def test_cells_are_asked_for_and_never_chosen() -> None:
    cells = [target for target in disruption_targets() if target.kind == "cell"]
    assert {t.gene for t in cells} == {"TRAC", "B2M", "CIITA", "CD52", "PDCD1"}
    assert not any(t.disease_ids or t.disease_words or t.patient_genes for t in cells)


def test_no_disease_of_the_table_is_said_once_a_strategy() -> None:
    found = answers(context([named("cps1")]))
    assert {item.code for item in found if isinstance(item, NotProposed)} == {"no-target"}
    assert len(found) == 3


# --- designs -----------------------------------------------------------------------------------


def test_ttr_amyloidosis_is_answered_by_all_three_ways() -> None:
    found = answers(context([named("v30m")]))
    made = designs(found)
    assert set(made) == {"disrupt-cut", "disrupt-stop", "disrupt-splice"}
    best = made["disrupt-cut"][0]
    assert best.spacer == NTLA_2001 and best.alternatives[0].precedent is Level.HUMAN
    assert best.disruption is not None and best.disruption.why.endswith("(OMIM:105210)")
    first = next(item for item in found if isinstance(item, Proposal))
    assert (first.restoration, first.verdict.value) == ("functional", "possible")
    codes = {finding.code for finding in first.findings}
    assert {"cut-by-products", "cut-p53", "whole-codons", "restart", "published-guide"} <= codes
    for design in [*made["disrupt-stop"], *made["disrupt-splice"]]:
        assert design.windows is not None and design.outcomes[0].hgvs_c
        assert design.target.base_before == design.spacer[(design.target.position or 0) - 1]
    assert all(d.outcomes[0].hgvs_p.endswith("Ter") for d in made["disrupt-stop"])


def test_the_gene_alone_leaves_the_verdict_unknown() -> None:
    found = answers(context([named("v30m", disease=Term())]))
    verdicts = {item.verdict.value for item in found if isinstance(item, Proposal)}
    assert verdicts == {"unknown"}


def test_files_hold_every_guide(tmp_path: Path) -> None:
    where = context([named("v30m")])
    made = [item for item in MODALITY.propose(case(), where) if isinstance(item, Proposal)]
    files = MODALITY.artefacts(made, made[:1], tmp_path, where)
    with (tmp_path / "disruption-guides.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert len(rows) == len(all_options("TTR"))
    assert {row["proposed"] for row in rows} - {""} == {item.id for item in made}
    assert any(item.path == "disruption-guides.tsv" for item in files[""])
    assert MODALITY.sections(made[0], where)
    assert MODALITY.sections(made[-1], where)


def test_the_patients_own_variant_under_a_guide(tmp_path: Path) -> None:
    at = 31592990  # 1-based, inside the first product's protospacer
    ref = embedded().reference.fetch("chr18", at - 1, at)
    path = tmp_path / "patient.vcf"
    path.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr18,length=80373285>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP\n"
        f"chr18\t{at}\t.\t{ref}\t{'A' if ref != 'A' else 'C'}\t.\tPASS\t.\tGT\t0/1\n"
    )
    genome = PatientGenome(embedded().reference, path, "P")
    found = answers(context([named("v30m")], patient=genome))
    first = next(
        item for item in found if isinstance(item, Proposal) and item.design["spacer"] == NTLA_2001
    )
    (said,) = (f for f in first.findings if f.code == "patient-variant-under-guide")
    assert said.severity is Severity.SERIOUS and "on one allele" in said.message


# --- without the sequence ----------------------------------------------------------------------


def test_without_the_locus_the_published_guides_are_told() -> None:
    found = answers(context([named("sickle")]))
    unknown = [item for item in found if isinstance(item, Unknown)]
    assert {item.code for item in unknown} == {"locus-sequence-missing"}
    enhancer = next(item for item in unknown if "BCL11A" in item.message)
    assert "CTAACAGTTGCTTTTATCAC (SpCas9, PAM NGG; exa-cel" in enhancer.message
    assert "locus sequence missing" in enhancer.message
    assert "ipse genome add" in enhancer.resolves
    assert not [item for item in found if isinstance(item, Proposal)]


@pytest.mark.parametrize("gene", ["TRAC", "B2M", "CIITA", "CD52", "PDCD1"])
def test_knock_outs_another_modality_asks_for(gene: str) -> None:
    asked = Request("knock-out", {"gene": gene}, "car")
    (found,) = MODALITY.answer(asked, case(), context([]))
    assert isinstance(found, Unknown) and gene in found.message
    for row in published_guides(gene):
        assert row.spacer in found.message


def test_several_knock_outs_list_what_their_cuts_may_join() -> None:
    asked = Request("knock-out", {"genes": ["TTR", "PCSK9", "TRAC"]}, "car")
    found = list(MODALITY.answer(asked, case(), context([])))
    (joined,) = (f for f in found if isinstance(f, Finding) and f.code == "rearrangements")
    assert "translocation of TTR and PCSK9" in joined.message
    assert "dicentric and acentric of TTR and PCSK9" in joined.message
    assert designs(found)["disrupt-cut"]
    basis = {d.disruption.basis for d in designs(found)["disrupt-cut"] if d.disruption}
    assert basis == {"request"}
    (only,) = {
        item.strategy
        for item in MODALITY.answer(
            Request("disrupt-stop", {"gene": "TTR"}, "car"), case(), context([])
        )
        if isinstance(item, Proposal)
    }
    assert only == "disrupt-stop"


def test_a_gene_nobody_knows_and_a_strategy_nobody_offers() -> None:
    (unknown,) = MODALITY.answer(
        Request("knock-out", {"gene": "NOGENE"}, "car"), case(), context([])
    )
    assert isinstance(unknown, Unknown)
    (refused,) = MODALITY.answer(Request("paint", {"gene": "TTR"}, "car"), case(), context([]))
    assert isinstance(refused, NotProposed) and refused.code == "not-offered"


# --- elements ----------------------------------------------------------------------------------


def synthetic(spacer: str, pam: str) -> Genome:
    """A made-up BCL11A of two exons with a published enhancer site in its intron."""
    intron = "GT" + "TCA" * 300 + spacer + pam + "TCA" * 300 + "AG"
    letters = "C" * 2500 + "ATGGCC" + intron + "GCCTAA" + "C" * 2500
    first, second = (2500, 2506), (2506 + len(intron), 2512 + len(intron))
    transcript = Transcript(
        id="NM_1.1", gene="BCL11A", gene_id="", contig="chr2", strand="+",
        exons=(first, second), cds=(0, 12), sequence="ATGGCCGCCTAA",
    )  # fmt: skip
    reference = SparseReference("toy", "", {"chr2": len(letters)}, {"chr2": [(0, letters)]})
    return Genome(reference, Annotation("toy", "toy", [transcript]))


def test_a_published_enhancer_site_is_cut_where_the_sequence_has_it() -> None:
    exa_cel = "CTAACAGTTGCTTTTATCAC"
    sickle = Ontology("OMIM:603903", "Sickle cell disease")
    found = answers(context([], genome=synthetic(exa_cel, "AGG")), sickle)
    (made,) = designs(found)["disrupt-cut"]
    assert (made.spacer, made.pam, made.strand) == (exa_cel, "AGG", "+")
    assert made.target.genomic_position - made.protospacer_start == 17
    (proposal,) = (item for item in found if isinstance(item, Proposal))
    assert proposal.precedent is Level.HUMAN
    # without the PAM the site is not one
    bare = answers(context([], genome=synthetic(exa_cel, "ATT")), sickle)
    assert not designs(bare)
    assert any(isinstance(item, Unknown) and "BCL11A" in item.message for item in bare)
