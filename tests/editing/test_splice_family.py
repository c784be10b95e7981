"""Re-splicing as a family: what is proposed for a case, what is refused and why."""

from __future__ import annotations

import csv
from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest
from edit_cases import case, context, located, named
from splice_twin import other_strand, pam_fits, read, sp_cut, without

from ipse.core.logic import Truth, Verdict
from ipse.core.proposal import NotProposed, Proposal, Unknown
from ipse.genome.embedded import embedded
from ipse.genome.resolve import locate
from ipse.modalities.editing import EditingModality
from ipse.modalities.editing.catalogue import base_editors
from ipse.modalities.editing.design.family import Draft
from ipse.modalities.editing.design.splice.include import smn2
from ipse.modalities.editing.design.splice.stated import ExonLoss, exon_loss
from ipse.modalities.editing.design.splice.strategy import Resplicing
from ipse.modalities.editing.model import EditDesign
from ipse.patient.entities import Subject
from ipse.patient.model import Case
from ipse.patient.variants import Term, Variant
from ipse.plan.planner import PlanOptions, make_plan

GENOME = embedded()
DMD = GENOME.annotation.transcripts_of("DMD")[0]
FAMILY = (Resplicing(),)


def deletion(name: str = "", label: str = "", **more: Any) -> Variant:
    """A deletion of exons without breakpoints, as a phenopacket states it."""
    given: dict[str, Any] = {
        "id": "v1",
        "gene": "DMD",
        "hgvs_c": name,
        "label": label,
        "zygosity": "hemizygous",
        "status": "CAUSATIVE",
        "disease": Term(id="OMIM:310200"),
        "structural_type": Term(id="SO:0000159", label="deletion"),
    }
    return Variant(**{**given, **more})


def told(*variants: Variant, who: Case | None = None) -> tuple[list[Proposal], dict[str, str]]:
    """Proposals of the family, and code of each strategy that gives none."""
    answers = list(EditingModality(FAMILY).propose(who or case(), context(variants)))
    refused = {item.strategy: item.code for item in answers if isinstance(item, NotProposed)}
    return [item for item in answers if isinstance(item, Proposal)], refused


def designs(found: list[Proposal]) -> list[EditDesign]:
    return [EditDesign.model_validate(item.design) for item in found]


def made(*variants: Variant) -> tuple[list[EditDesign], dict[str, str]]:
    """Designs alone, without the search for other sites, and codes of refusals."""
    answers = list(EditingModality(FAMILY)._all(case(), context(variants)))
    refused = {item.strategy: item.code for item in answers if isinstance(item, NotProposed)}
    return [item.design for item in answers if isinstance(item, Draft)], refused


def at(name: str, **more: Any) -> Variant:
    """A located variant by its name."""
    found = locate(name, GENOME, None)
    change = found.variant
    assert found.transcript is not None
    return located(
        found.transcript.gene, change.contig, change.start + 1, change.ref, change.alt, **more
    )


OPEN = "NM_004006.2:c.(6438+1_6439-1)_(7309+1_7310-1)del"


# --- which exons a deletion takes -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "label", "exons"),
    [
        (OPEN, "", range(45, 51)),
        ("NM_004006.2:c.(?_6439-1)_(7309+1_?)del", "", range(45, 51)),
        ("NM_004006.2:c.6439-?_7309+?del", "", range(45, 51)),
        ("NM_004006.2:c.(7309+1_7310-1)_(7542+1_7543-1)del", "", range(51, 52)),
        ("", "deletion of exons 45-50", range(45, 51)),
        ("", "Exon 45 to 50 deletion", range(45, 51)),
        ("", "del ex 52", range(52, 53)),
        ("", "exon 51 deleted", range(51, 52)),
    ],
)
def test_exons_by_name(name: str, label: str, exons: range) -> None:
    found = exon_loss(deletion(name, label), DMD)
    assert isinstance(found, ExonLoss)
    assert found.exons == tuple(exons)
    assert not found.located


@pytest.mark.parametrize(
    ("name", "label", "why"),
    [
        ("NM_004006.2:c.(6438+1_6440-1)_(7309+1_7310-1)del", "", "begins"),
        ("NM_004006.2:c.(6438+1_6439-1)_(7308+1_7310-1)del", "", "ends"),
        ("", "deletion of exons 70-90", "exons 1 to 79"),
        ("", "deletion of exons 50-45", "exons 1 to 79"),
        ("", "a large deletion", ""),
        ("", "duplication of exon 2", ""),
        ("NM_004006.2:c.(6438+1_6439-1)_(7309+1_7310-1)dup", "", ""),
    ],
)
def test_what_names_no_whole_exons(name: str, label: str, why: str) -> None:
    found = exon_loss(deletion(name, label), DMD)
    assert isinstance(found, str)
    assert why in found
    _, refused = made(deletion(name, label))
    assert refused["skip-exon"] == "structural"


def test_exons_by_breakpoints() -> None:
    whole = exon_loss(at("NM_004006.2:c.7201-500_7309+500del"), DMD)
    assert isinstance(whole, ExonLoss)
    assert (whole.exons, whole.located) == ((50,), True)
    cut = exon_loss(at("NM_004006.2:c.7201-500_7320del"), DMD)
    assert isinstance(cut, str)
    assert "inside exon 51" in cut


# --- skips ----------------------------------------------------------------------------------------


def test_a_deletion_known_by_its_exons_is_skipped_for() -> None:
    found, refused = told(deletion(OPEN))
    assert refused == {"ablate-splice-site": "structural", "include-exon": "no-known-exon"}
    drawn = designs(found)
    assert {d.strategy for d in drawn} == {"skip-exon"}
    ways = Counter(d.splice.way for d in drawn if d.splice)
    assert set(ways) == {"base_edit_site", "delete_between_cuts"}
    protein = read(
        without(DMD.sequence, [b - a for a, b in DMD.exons], range(45, 52)),
        DMD.cds[0],  # type: ignore[index]
    ).removesuffix("*")
    for design, proposal in zip(drawn, found, strict=True):
        parts = design.splice
        assert parts is not None
        assert parts.breakpoints_open
        assert parts.product.hgvs_p == "p.Glu2147_Lys2514del"
        assert parts.product.length == len(protein)
        assert {"45-50", "48-50", "49-50", "50", "52"} <= set(parts.treats)
        assert proposal.verdict is Verdict.POSSIBLE
        codes = {finding.code for finding in proposal.findings}
        assert {"shortened-protein", "breakpoints-not-known"} <= codes
        assert all(
            row.level.value == "analogy" for row in proposal.evidence if "exon 51" in row.reason
        )
    assert all(p.restoration == "functional" for p in found)


@pytest.mark.parametrize(
    "name", ["NM_004006.2:c.7201-500_7309+500del", "NM_004006.2:c.6439-2000_7310-150del"]
)
def test_guides_lie_on_the_patients_own_allele(name: str) -> None:
    """Every spacer stands, with its PAM, in the reference with the deletion carried out."""
    variant = at(name, zygosity="hemizygous")
    found, _ = made(variant)
    start, end = cast(int, variant.start), cast(int, variant.end)
    around = 60_000
    left = GENOME.reference.fetch("chrX", start - around, start)
    right = GENOME.reference.fetch("chrX", end, end + around)
    allele = left + right
    both = allele + "#" + other_strand(allele)
    for design in found:
        for spacer, pam in [
            (design.spacer, design.pam), *((p.spacer, p.pam) for p in design.partners)
        ]:  # fmt: skip
            text = spacer + pam if design.pam_side == "3prime" else pam + spacer
            assert text in both


def test_two_cuts_take_out_what_is_stated_and_spare_the_other_exons() -> None:
    seen = 0
    for variant in (deletion(OPEN), at("NM_000492.3:c.3718-2477C>T"), at("NM_004006.2:c.3050del")):
        for design in made(variant)[0]:
            parts = design.splice
            assert parts is not None
            if parts.deleted is None:
                continue
            seen += 1
            transcript = GENOME.annotation.transcript(design.transcript)
            start, end = parts.deleted
            (partner,) = design.partners
            first = sp_cut("", design.protospacer_start, design.strand)
            second = sp_cut("", partner.start, partner.strand)
            assert (first, second) == (start, end)
            gone = {*parts.product.skipped, *parts.product.missing}
            for number, (a, b) in enumerate(transcript.exons, 1):
                inside = start <= a and b <= end
                touched = a < end and start < b
                if number in parts.product.skipped:
                    assert inside
                elif number not in gone:
                    assert not touched
                    assert a - end >= 100 or start - b >= 100
            if parts.cryptic is not None:
                assert start < parts.cryptic.position < end
            assert partner.role == "second cut"
            assert pam_fits("NGG", partner.pam)
    assert seen > 20


def test_the_proof_of_two_cuts_looks_for_the_joined_ends() -> None:
    variant = at("NM_000492.3:c.3718-2477C>T")
    (family,) = FAMILY
    two = [d for d in made(variant)[0] if d.splice and d.splice.deleted]
    assert two
    for design in two:
        ((name, (change,)),) = family.edited(design, variant, GENOME.reference)
        assert name == "ends joined"
        assert design.splice is not None
        assert (change.start, change.end) == design.splice.deleted
        assert change.alt == ""
        assert GENOME.reference.fetch("chr7", change.start, change.end) == change.ref


def test_a_stop_in_an_exon_that_keeps_the_frame_is_skipped_over() -> None:
    found, refused = made(at("NM_004006.2:c.2956C>T", zygosity="hemizygous"))
    assert "skip-exon" not in refused
    skips = [d for d in found if d.strategy == "skip-exon"]
    assert {d.splice.product.skipped for d in skips if d.splice} == {(23,)}
    assert all("exons 22 and 24 join" in d.intended_note for d in skips)
    targets = {d.target.genomic_position for d in skips if d.windows}
    start, end = DMD.exons[22]
    assert all(end <= t < end + 2 or start - 2 <= t < start for t in targets)


def test_a_stop_in_an_exon_that_shifts_the_frame_needs_two() -> None:
    found, _ = made(at("NM_004006.2:c.7318C>T", zygosity="hemizygous"))
    skips = [d for d in found if d.strategy == "skip-exon"]
    assert {d.splice.product.skipped for d in skips if d.splice} == {(50, 51), (51, 52)}
    edited = [d for d in skips if d.windows]
    assert edited
    editors = {e.name: e for e in base_editors()}
    for design in edited:
        (partner,) = design.partners
        assert partner.editor == design.editor
        assert pam_fits(editors[partner.editor].pam, partner.pam)
        assert design.splice is not None
        assert design.splice.second_site is not None
        exons = {design.splice.site.exon, design.splice.second_site.exon}  # type: ignore[union-attr]
        assert exons == set(design.splice.product.skipped)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NM_004006.2:c.9G>A", "exon-needed"),  # a stop in exon 1
        ("NM_004006.2:c.11029G>T", "no-skip-closes-frame"),  # exon 78, beside the last
        ("NM_004006.2:c.2949+1G>A", "site-already-lost"),
        ("NM_004006.2:c.2951C>G", "frame-open"),
        ("NM_004006.2:c.2950-200T>C", "frame-open"),
        ("NM_004006.2:c.2950-500_3162+500del", "frame-kept"),  # exon 23 alone
        ("NM_004006.2:c.7201-500_7320del", "exon-cut"),
    ],
)
def test_why_no_exon_is_skipped(name: str, code: str) -> None:
    assert made(at(name))[1]["skip-exon"] == code


def test_a_gene_without_evidence_for_a_shortened_protein_stays_unknown() -> None:
    found, _ = told(named("w1282x"))
    skips = [item for item in found if item.strategy == "skip-exon"]
    for item in skips:
        assert item.verdict is Verdict.UNKNOWN
        assert item.restoration == "unknown"
    assert skips or made(named("w1282x"))[1]["skip-exon"] == "no-skip-closes-frame"


# --- cryptic sites --------------------------------------------------------------------------------


def test_guides_against_a_cryptic_donor_deep_in_an_intron() -> None:
    variant = at("NM_000492.3:c.3718-2477C>T", zygosity="heterozygous")
    found, refused = told(variant)
    assert refused["skip-exon"] == "frame-open"
    drawn = designs(found)
    assert {d.strategy for d in drawn} == {"ablate-splice-site"}
    ways = Counter(d.splice.way for d in drawn if d.splice)
    assert ways["base_edit_site"] > 0
    assert ways["delete_between_cuts"] > 0
    for design, proposal in zip(drawn, found, strict=True):
        assert design.splice is not None
        assert design.splice.cryptic is not None
        assert design.splice.cryptic.pseudoexon == 84
        assert design.alternatives[0].precedent is not None  # published by other guides
        assert proposal.restoration == "functional"
        # undoing the variant itself is base correction, and not proposed here
        assert not (design.windows and design.target.genomic_position == variant.start)


def test_rna_decides_where_nothing_is_published() -> None:
    found, _ = told(at("NM_004006.2:c.265-463A>G"))
    assert found
    assert {item.verdict for item in found} == {Verdict.UNKNOWN}
    assert all("RT-PCR" in item.reason for item in found)


def test_a_cryptic_site_in_an_exon_gets_no_cut() -> None:
    found, _ = told(named("progeria"))
    drawn = designs(found)
    assert drawn
    assert all(d.action == "deaminates" for d in drawn)
    changed = [d for d in drawn if d.splice and d.splice.product.hgvs_p != "p.="]
    assert changed
    assert "p.Val607Met" in {d.splice.product.hgvs_p for d in changed if d.splice}
    for item, design in zip(found, drawn, strict=True):
        if design.splice and design.splice.product.hgvs_p != "p.=":
            assert item.restoration == "unknown"


def test_no_cryptic_site_is_said_in_one_line() -> None:
    assert made(named("w1282x"))[1]["ablate-splice-site"] == "no-cryptic-site"


def test_silencing_gives_no_lost_site_back() -> None:
    assert made(at("NM_004006.2:c.2949+1G>A"))[1]["ablate-splice-site"] == "site-already-lost"


def test_an_insertion_that_makes_a_site_is_designed_against() -> None:
    """A donor put into an intron: its two bases stand on the allele, not on the reference."""
    found, _ = made(at("NM_000492.3:c.3718-2477_3718-2476insCAGGTAAGTA"))
    assert found
    for design in found:
        if design.splice and design.splice.site and design.splice.way == "base_edit_site":
            assert design.splice.site.pair in ("GT", "AG", "GC")


def test_a_name_with_open_breakpoints_needs_no_type() -> None:
    untyped = deletion(OPEN, structural_type=Term())
    assert {d.strategy for d in made(untyped)[0]} == {"skip-exon"}
    by_label = deletion("", "deletion of exons 48-50", structural_type=Term())
    assert {d.strategy for d in made(by_label)[0]} == {"skip-exon"}


# --- SMN2 -----------------------------------------------------------------------------------------


def smn_case(copies: float | None) -> Case:
    subject = Subject()
    fake = SimpleNamespace(
        fact=lambda name: Truth.UNKNOWN,
        fact_number=lambda name: copies if name == "copy_number:SMN2" else None,
        diseases=(),
        subject=subject,
        alive=subject.alive,
        born=subject.born,
    )
    return cast(Case, fake)


def lost_smn1() -> Variant:
    return deletion(
        gene="SMN1", zygosity="homozygous", disease=Term(id="OMIM:253300"), label="SMN1 deletion"
    )


def test_smn2_is_smn1_with_the_four_published_differences(shared_data: Any) -> None:
    """Against a public sequence of SMN2's exon 7 that is not in the project."""
    found = smn2(GENOME.reference, GENOME.annotation)
    assert not hasattr(found, "code")
    lines = (shared_data / "loci" / "SMN2_exon7_786nt.fa").read_text().splitlines()
    whole = "".join(lines[1:]).upper()
    allele = found.allele  # type: ignore[union-attr]
    exon = "GGTTTTAGACAAAATCAAAAAGAAGGAAGGTGCTCACATTCCTTAAATTAAGGA"  # with T at its sixth base
    assert whole.count(exon) == allele.sequence.count(exon) == 1
    here, there = allele.sequence.index(exon), whole.index(exon)
    before, after = min(here, there), min(len(allele.sequence) - here, len(whole) - there)
    assert allele.sequence[here - before : here + after] == whole[there - before : there + after]


def test_the_base_that_keeps_exon_7_out_is_edited_back() -> None:
    found, _ = told(lost_smn1(), who=smn_case(3))
    drawn = designs(found)
    base = [d for d in drawn if d.windows]
    assert base
    lines = embedded().reference.fetch("chr5", 70951945 - 40, 70951945 + 41)
    there = lines[:40] + "T" + lines[41:]  # c.840 is T in SMN2
    for design in base:
        assert design.gene == "SMN2"
        assert design.strand == "-"  # T to C on the gene is A to G on the other strand
        assert design.target.base_before == "A"
        assert other_strand(design.spacer) in there
        assert design.splice is not None
        assert design.splice.derived
    cut = [d for d in drawn if d.action == "cuts"]
    assert cut
    assert all(d.splice and d.splice.way == "cut_silencer" for d in cut)
    silencer = "CCAGCATTATGAAAG"
    for design in cut:
        start = embedded().reference.fetch("chr5", 70951900, 70952100).index(silencer) + 70951900
        assert start < sp_cut("", design.protospacer_start, design.strand) < start + len(silencer)
    assert all("smn-copies" in {f.code for f in item.findings} for item in found)
    assert {item.verdict for item in found} == {Verdict.POSSIBLE}


def test_copies_of_smn2_decide() -> None:
    found, _ = told(lost_smn1(), who=smn_case(None))
    assert {item.verdict for item in found} == {Verdict.UNKNOWN}
    assert all("copy_number:SMN2" in item.reason for item in found)
    none, refused = told(lost_smn1(), who=smn_case(0))
    assert none == []
    assert refused["include-exon"] == "no-copy"


def test_no_exon_is_included_for_other_genes() -> None:
    assert made(named("cps1"))[1]["include-exon"] == "no-known-exon"


def test_nothing_is_held_of_a_gene_outside_the_reference() -> None:
    answers = list(
        EditingModality(FAMILY).propose(
            case(), context([deletion("", "deletion of exons 2-3", gene="NOSUCH")])
        )
    )
    (unknown,) = [item for item in answers if isinstance(item, Unknown)]
    assert unknown.code == "locus-missing"
    assert "ipse genome add" in unknown.resolves


def test_traditional_exon_numbers_are_read_as_such() -> None:
    """SMN1's exons 7 and 8 are its transcript's 8 and 9, as 2a and 2b count twice there."""
    transcript = GENOME.annotation.transcripts_of("SMN1")[0]
    found = exon_loss(deletion("", "deletion of exons 7-8", gene="SMN1"), transcript)
    assert isinstance(found, ExonLoss)
    assert found.exons == (8, 9)


def test_files_of_a_plan(examples: Any, tmp_path: Any) -> None:
    """The table has a row a design, and the record of two cuts shows what is lost."""
    case_folder = examples / "dmd-exons45-52"
    plan = make_plan(case_folder, tmp_path, PlanOptions())
    with (tmp_path / "splicing.tsv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    mine = [item for item in plan.proposals if item.strategy == "skip-exon"]
    assert [row["proposal"] for row in rows] == [item.id for item in mine]
    assert {row["exons_skipped"] for row in rows} == {"53"}
    assert {row["hgvs_p"] for row in rows} == {"p.Glu2147_Lys2624del"}
    two = [row for row in rows if row["way"] == "delete_between_cuts"]
    assert two
    assert all(row["second_spacer"] for row in two)
    shown = [block.kind for section in mine[0].sections for block in section.blocks]
    assert "frames" in shown
