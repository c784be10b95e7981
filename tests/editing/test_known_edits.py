"""Published edits come out of the loci by sequence alone."""

from __future__ import annotations

import pytest
from edit_cases import NAMED, by_spacer, design, named, proposals, reasons

from ipse.core.evidence import Level
from ipse.core.logic import Verdict, verdict
from ipse.core.proposal import proposal_id


def test_cps1_spacer_given_to_a_person_is_first() -> None:
    """Musunuru et al. 2025, doi:10.1056/NEJMoa2504747."""
    found = proposals(named("cps1"))
    first = design(found[0])
    assert (first.spacer, first.pam, first.strand) == ("TGATTCTAAGCAGTAATGAA", "AGC", "-")
    assert (first.target.position, first.target.label) == (8, "A8>G")
    assert first.editor == "NGC-ABE8e(V106W)"
    # the paper calls k-abe's bystander edits synonymous
    assert {item.hgvs_p for item in first.bystanders} >= {"p.Ala334=", "p.Thr333="}
    assert all(item.effect == "synonymous_bystander" for item in first.bystanders)
    assert found[0].precedent is Level.HUMAN
    assert found[0].restoration == "wild_type"
    assert found[0].verdict is Verdict.POSSIBLE
    assert "person" in found[0].reason
    others = [item for item in found[1:] if item.strategy == "base-edit-correct"]
    assert all(item.precedent in (None, Level.ANALOGY) for item in others)


def test_cps1_guide_lies_where_the_reference_says() -> None:
    first = design(proposals(named("cps1"))[0])
    assert (first.protospacer_start + 1, first.protospacer_end) == (210591874, 210591893)
    assert (first.pam_start + 1, first.pam_end) == (210591871, 210591873)
    assert first.target.genomic_position + 1 == 210591886
    assert first.normal_allele.mismatches == (8,)
    assert not first.normal_allele.target_editable


def test_sickle_makassar_is_possible_and_correction_is_refused() -> None:
    """Newby et al. 2021, doi:10.1038/s41586-021-03609-w: A7 with a CACC PAM, Val7 to Ala."""
    variant = named("sickle")
    found = by_spacer(proposals(variant), "base-edit-tolerated")
    makassar = found["TTCTCCACAGGAGTCAGATG"]
    assert (makassar.pam, makassar.target.label, makassar.editor) == ("CACC", "A7>G", "ABE8e-NRCH")
    assert makassar.intended == "tolerated_residue"
    assert makassar.outcomes[0].hgvs_p == "p.Glu7Ala"
    assert "Makassar" in makassar.intended_note
    (proposal,) = [item for item in proposals(variant) if item.design["spacer"] == makassar.spacer]
    assert proposal.restoration == "tolerated"
    assert proposal.precedent is Level.ANIMAL
    assert proposal.verdict is Verdict.POSSIBLE
    refused = reasons(variant)["base-edit-correct"]
    assert "transversion A>T: no base editor in the table reverses T>A" in refused.reason


def test_progeria_is_corrected_at_the_dna_although_synonymous() -> None:
    """Koblan et al. 2021, doi:10.1038/s41586-020-03086-7: A6 with a TGA PAM, bystander A10."""
    variant = named("progeria")
    found = by_spacer(proposals(variant), "base-edit-correct")
    koblan = found["GGTCCACCCACCTGGGCTCC"]
    assert (koblan.pam, koblan.target.label, koblan.editor) == ("TGA", "A6>G", "ABE7.10max-VRQR")
    assert [item.id for item in koblan.bystanders] == ["A10"]
    assert koblan.outcomes[0].hgvs_c == "c.="
    assert design(proposals(variant)[0]).spacer == koblan.spacer
    assert "synonymous" in reasons(variant)["base-edit-tolerated"].reason


def test_w1282x_bystanders_change_the_neighbours() -> None:
    found = by_spacer(proposals(named("w1282x")), "base-edit-correct")
    vqr = found["GTGAAGGAAAGCCTTTGGAG"]
    assert vqr.target.label == "A4>G"
    assert {item.id: item.hgvs_p for item in vqr.bystanders}["A5"] == "p.Arg1283Gly"
    assert all(item.restoration == "unknown" for item in proposals(named("w1282x"))[:7])


def test_v30m_has_guides_without_a_bystander() -> None:
    found = by_spacer(proposals(named("v30m")), "base-edit-correct")
    clean = found["GGCCATGCATGTGTTCAGAA"]
    assert (clean.target.label, clean.bystanders) == ("A5>G", ())
    assert [item.hgvs_p for item in clean.outcomes] == ["p.="]


def test_f508del_has_a_template_only() -> None:
    variant = named("f508del")
    assert {item.strategy for item in proposals(variant)} == {"hdr-correct"}
    assert "deletion of 3 bases" in reasons(variant)["base-edit-correct"].reason


@pytest.mark.parametrize("name", NAMED)
def test_one_proposal_is_one_spacer_and_one_strategy(name: str) -> None:
    found = proposals(named(name))
    keys = [
        (item.strategy, item.design["spacer"], item.design["strand"],
         item.design["protospacer_start"])
        for item in found
    ]  # fmt: skip
    assert len(keys) == len(set(keys))
    assert len({item.id for item in found}) == len(found)
    for item in found:
        assert item.id == proposal_id("editing", item.design)
        assert item.verdict is verdict(item.criteria, item.findings)
        assert item.reason and "\n" not in item.reason
        assert item.evidence
        shown = item.design["alternatives"][0]
        assert (shown["editor"], shown["pam"]) == (item.design["editor"], item.design["pam"])
