"""Verdicts, refusals and findings: each follows from the case, and says what would change it."""

from __future__ import annotations

from string import Formatter

import pytest
from edit_cases import (
    MODALITY,
    NAMED,
    answers,
    case,
    context,
    design,
    located,
    named,
    proposals,
    reasons,
)

from ipse.core.evidence import parse_source
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Truth, Verdict
from ipse.core.proposal import NotProposed, Proposal, Unknown
from ipse.genome.embedded import embedded
from ipse.modalities.editing.catalogue import note, precedents
from ipse.modalities.editing.design.base.findings import design_findings
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.protocol import Request
from ipse.patient.variants import Term, Variant


def finding(proposal: Proposal, code: str) -> Finding:
    (found,) = [item for item in proposal.findings if item.code == code]
    return found


def codes(proposal: Proposal) -> set[str]:
    return {item.code for item in proposal.findings}


def test_embryo_and_germ_line_are_refused_outright() -> None:
    found = list(MODALITY.propose(case(embryo_or_germline=True), context([named("cps1")])))
    (refusal,) = [item for item in found if isinstance(item, Finding)]
    assert refusal.severity is Severity.BLOCKING and refusal.evidence
    assert not [item for item in found if isinstance(item, Proposal)]
    assert len([item for item in found if isinstance(item, NotProposed)]) == 3


def test_a_variant_of_unknown_meaning_gives_unknown_verdicts() -> None:
    unsure = named("cps1", status="CANDIDATE", acmg="UNCERTAIN_SIGNIFICANCE")
    found = answers(unsure)
    assert "cause-not-stated" in {item.code for item in found if isinstance(item, Finding)}
    for item in (item for item in found if isinstance(item, Proposal)):
        assert item.verdict is Verdict.UNKNOWN
        assert "not known" in item.reason
        values = {tuple(one.values.values()) for one in item.deciding}
        assert values == {(Truth.TRUE,), (Truth.FALSE,)}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "", "acmg": "BENIGN"}, "not-disease-causing"),
        ({"status": "REJECTED"}, "not-disease-causing"),
        ({"somatic": True}, "somatic"),
        ({"contig": "chrM"}, "mitochondrial-genome"),
        (
            {"located": False, "start": None, "structural_type": Term(label="deletion")},
            "structural",
        ),
    ],
)
def test_variants_that_are_not_edited_say_why(changes: dict[str, object], code: str) -> None:
    found = reasons(named("cps1", **changes))
    assert {item.code for item in found.values()} == {code}
    assert len(found) == 3
    assert all("\n" not in item.reason for item in found.values())


def test_no_variant_at_all() -> None:
    assert {item.code for item in reasons().values()} == {"no-variant"}


def test_an_unlocated_variant_is_unknown_with_what_resolves_it() -> None:
    outside = {"located": False, "start": None, "ref": None, "alt": None}
    (stated,) = answers(named("cps1", **outside))
    assert isinstance(stated, Unknown)
    assert stated.resolves.startswith("ipse genome add"), "it has a place, only no sequence"
    (vague,) = answers(named("cps1", vcf="", **outside))
    assert isinstance(vague, Unknown)
    assert "HGVS" in vague.resolves


def test_absent_sequence_is_unknown_with_the_command_that_resolves_it() -> None:
    variant = Variant(
        id="v1", gene="ABCA4", vcf="chr1:94000000:C:T", contig="chr1", start=93_999_999,
        ref="C", alt="T", located=True, status="CAUSATIVE",
    )  # fmt: skip
    (unknown,) = answers(variant)
    assert isinstance(unknown, Unknown)
    assert unknown.code == "locus-sequence-missing"
    assert "ipse genome add" in unknown.resolves


def test_a_reference_of_another_sequence_is_refused() -> None:
    variant = named("cps1").model_copy(update={"ref": "G"})
    found = reasons(variant)
    assert {item.code for item in found.values()} == {"reference-differs"}


def test_off_targets_are_an_open_serious_finding() -> None:
    for item in proposals(named("v30m")):
        open_ = finding(item, "off-targets-in-loci-only")
        assert open_.severity is Severity.SERIOUS and "ipse genome add" in open_.resolves
        assert item.verdict is Verdict.POSSIBLE


def test_bystanders_in_the_target_window_are_serious() -> None:
    found = {item.design["spacer"]: item for item in proposals(named("w1282x"))}
    worst = finding(found["GTGAAGGAAAGCCTTTGGAG"], "bystander-in-target-window")
    assert worst.severity is Severity.SERIOUS
    assert "p.Arg1283Gly" in worst.message and worst.resolves


def test_compound_heterozygous_names_the_other_allele() -> None:
    other = located("CPS1", "chr2", 210606889, "G", "T", id="v2")
    mine = named("cps1", in_trans_with=("v2",))
    first = proposals(mine, other)[0]
    other_allele = finding(first, "other-allele-untouched")
    assert other.hgvs_p in other_allele.message
    assert other_allele.severity is Severity.CAUTION and "Phase" in other_allele.resolves
    for basis, words in (("phase", "phased calls show it"), ("parents", "which parent")):
        shown = named("cps1", in_trans_with=("v2",), trans_proven=True, trans_basis=basis)
        proven = finding(proposals(shown, other)[0], "other-allele-untouched")
        assert proven.severity is Severity.INFO and words in proven.message
    expected = finding(first, "one-repaired-allele")
    assert "Recessive" in expected.message and expected.evidence


@pytest.mark.parametrize("name", ["cps1", "sickle", "progeria", "w1282x", "v30m"])
def test_each_example_says_what_one_repaired_allele_does(name: str) -> None:
    for item in proposals(named(name)):
        text = finding(item, "one-repaired-allele")
        assert text.evidence and "as for" not in text.message


def test_dominant_says_which_allele_is_edited_and_what_the_guide_does_to_the_other() -> None:
    first = proposals(named("progeria", haplotype=2))[0]
    assert "haplotype 2" in finding(first, "edited-allele").message
    normal = finding(first, "normal-allele-bound")
    assert "mismatch at position 6" in normal.message
    assert "nothing to edit in the target's place" in normal.message


def test_homozygous_hemizygous_and_unstated() -> None:
    assert "both-alleles-targets" in codes(proposals(named("v30m", zygosity="homozygous"))[0])
    assert "only-allele-target" in codes(proposals(named("v30m", zygosity="hemizygous"))[0])
    unstated = finding(proposals(named("v30m", zygosity=""))[0], "zygosity-unknown")
    assert unstated.resolves


def test_a_cut_that_fits_the_only_working_allele_is_serious() -> None:
    for item in proposals(named("progeria")):
        made = design(item)
        if made.template is None:
            continue
        normal = made.normal_allele
        assert normal is not None
        if not normal.pam_matches:
            assert "normal-allele-not-bound" in codes(item)
        elif not normal.mismatches:
            assert finding(item, "normal-allele-cut").severity is Severity.SERIOUS


def test_a_repaired_allele_nothing_protects_is_told() -> None:
    """Near the donor site of CFTR exon 23 no silent change breaks guide or PAM."""
    (item,) = (
        item
        for item in proposals(named("w1282x"))
        if item.design["spacer"] == "TAAGTCCTTTTGCTCACCTG" and item.strategy == "hdr-correct"
    )
    assert finding(item, "corrected-allele-recut").evidence


def at_coding(gene: str, place: int, ref: str, alt: str) -> Variant:
    """A pathogenic substitution at a place of the coding sequence, on the plus strand."""
    transcript = embedded().annotation.transcripts_of(gene)[0]
    assert transcript.cds is not None
    position = transcript.to_genomic(transcript.cds[0] + place - 1) + 1
    return located(gene, transcript.contig, position, ref, alt)


def test_a_mismatch_far_from_the_pam_does_not_save_the_normal_allele() -> None:
    """LMNA p.Arg377His: a guide whose only mismatch with the normal allele is at position 3."""
    distal = 0
    for variant in (at_coding("LMNA", 1130, "G", "A"), named("progeria"), named("v30m")):
        for item in proposals(variant):
            made = design(item)
            if made.template is None or not made.normal_allele.pam_matches:
                continue
            length, near = len(made.spacer), made.normal_allele.mismatches
            if made.pam_side == "3prime":
                in_seed = any(place > length - 12 for place in near)
            else:
                in_seed = any(place <= 6 for place in near)
            wanted = Severity.CAUTION if in_seed else Severity.SERIOUS
            assert finding(item, "normal-allele-cut").severity is wanted
            distal += bool(made.normal_allele.mismatches) and not in_seed
    assert distal, "a mismatch outside the seed is among them"


def test_a_cut_is_not_called_a_restored_allele() -> None:
    for name in NAMED:
        for item in proposals(named(name)):
            if item.design["template"] is not None:
                assert item.restoration == "unknown"
                assert finding(item, "cut-by-products").severity is Severity.SERIOUS


def test_a_synonymous_bystander_is_not_called_silent() -> None:
    """Among the editors of c.1003C>T: said as it is, and a caution where nobody tested it."""
    for item in proposals(named("cps1")):
        for one in item.findings:
            assert "silent:" not in one.message
            if one.code == "bystander-synonymous":
                tested = item.design["alternatives"][0]["precedent_spacer"]
                assert one.severity is (Severity.INFO if tested else Severity.CAUTION)
                assert "splicing is not predicted" in one.message


def test_another_editor_is_named_only_for_published_windows_and_never_beside_a_precedent() -> None:
    made = next(
        design(item)
        for item in proposals(named("w1282x"))
        if "bystander-in-target-window" in codes(item)
    )
    best = made.alternatives[0]
    clean = best.model_copy(update={"editor": "X", "harmful_bystanders": 0})
    assumed = clean.model_copy(update={"bystander_basis": "assumed"})
    known = best.model_copy(update={"precedent_spacer": True})
    for rows, said in (((best, clean), True), ((best, assumed), False), ((known, clean), False)):
        again = made.model_copy(update={"alternatives": rows})
        found = [item.resolves for item in design_findings(again, (), None)]
        assert any("Or try X, whose published windows" in text for text in found) is said


@pytest.mark.parametrize("name", ["w1282x", "v30m", "progeria"])
def test_reasons_tell_like_designs_apart(name: str) -> None:
    found = proposals(named(name))
    cuts = [item.reason for item in found if item.strategy == "hdr-correct"]
    assert len(set(cuts)) > len(cuts) // 2
    assert all("bp from the variant" in text or "cut at" in text for text in cuts)
    for item in found:
        inside = [b for b in item.design["bystanders"] if b["in_target_window"]]
        if item.strategy != "hdr-correct" and inside:
            assert any(b["id"] in item.reason for b in inside)


def test_a_spacer_with_tttt_is_flagged() -> None:
    for name in NAMED:
        for item in proposals(named(name)):
            # a Cas12a guide ends the repeat with T, so that TTT at its start makes the four
            shown = "T" * (item.design["pam_side"] == "5prime") + item.design["spacer"]
            assert ("TTTT" in shown) == ("u6-terminator" in codes(item))
            starts = item.design["spacer"].startswith("G")
            assert starts == ("u6-start" not in codes(item))


def test_a_precedent_by_another_spacer_is_analogy_only() -> None:
    found = [item for item in proposals(named("cps1")) if item.strategy == "base-edit-correct"]
    for item in found[1:]:
        assert "precedent" not in codes(item)
        assert "precedent-by-analogy" in codes(item)
        assert all(e.level != "human" for e in item.evidence)


def test_precedents_are_of_editors_in_the_table() -> None:
    from ipse.modalities.editing.catalogue import all_nucleases, base_editors
    from ipse.modalities.editing.design.prime.catalogue import prime_editors

    names = {item.name for item in (*base_editors(), *all_nucleases(), *prime_editors())}
    products = {"PM359"}  # its editor was not named in what was opened
    assert {row.editor for row in precedents()} <= names | products


def test_every_finding_that_claims_biology_is_cited() -> None:
    from ipse.core.tables import shipped

    for row in shipped("ipse.modalities.editing", "notes"):
        words = {word: "" for _, word, _, _ in Formatter().parse(row["message"]) if word}
        made = note(row["code"], **words)
        assert made.evidence and all(parse_source(e.source) for e in made.evidence)
    for name in NAMED:
        for item in proposals(named(name)):
            own = {"u6-terminator", "u6-start", "cut-by-products", "cut-p53",
                   "template-needs-division", "corrected-allele-recut", "one-repaired-allele",
                   "tolerated-residue", "precedent"}  # fmt: skip
            for one in item.findings:
                assert one.message and (one.code not in own or one.evidence)
                if one.severity is not Severity.INFO:
                    assert one.resolves, one.code


def test_what_another_modality_asks_is_answered() -> None:
    request = Request("knock-out", {"gene": "TRAC"}, "car")
    (found,) = MODALITY.answer(request, case(), context([]))
    assert isinstance(found, NotProposed) and "knock-out" in found.reason


def test_the_schema_describes_every_design() -> None:
    import jsonschema

    schema = MODALITY.design_schema()
    for name in NAMED:
        for item in proposals(named(name)):
            jsonschema.validate(item.design, schema)
            assert EditDesign.model_validate(item.design).model_dump(mode="json") == item.design


def test_proposing_again_gives_the_same() -> None:
    assert answers(named("cps1")) == answers(named("cps1"))


def test_without_a_transcript_the_base_is_still_corrected() -> None:
    bare = named("cps1", transcript="", hgvs_c="", hgvs_p="")
    found = answers(bare)
    assert "no-transcript" in {item.code for item in found if isinstance(item, Finding)}
    made = [item for item in found if isinstance(item, Proposal)]
    assert {item.strategy for item in made} == {"base-edit-correct", "hdr-correct"}
    assert design(made[0]).outcomes[0].hgvs_c == "g.="
