"""Prime edits as a plan holds them: each carried out by hand on the patient's allele."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from edit_cases import NAMED, case, context, located, named
from prime_simulator import edit, other_strand, twin_edit

from ipse.core.proposal import Proposal
from ipse.core.sections import LocusFigure
from ipse.core.sequence import reverse_complement, translate
from ipse.genome.embedded import embedded
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing import EditingModality
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.family import Site, Tried
from ipse.modalities.editing.design.prime.assemble import linker, whole_guides
from ipse.modalities.editing.design.prime.catalogue import prime_editors, prime_rules
from ipse.modalities.editing.design.prime.designs import Maker
from ipse.modalities.editing.design.prime.locus import flank_needed, locus_of
from ipse.modalities.editing.design.prime.pegrnas import peg_sites
from ipse.modalities.editing.design.prime.report import stretches
from ipse.modalities.editing.design.prime.strategy import PrimeEditing
from ipse.modalities.editing.design.prime.table import COLUMNS, Place, rows_of
from ipse.modalities.editing.locus import allele_of, subject_of, transcript_of
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.protocol import Options
from ipse.patient.variants import Variant

EDITORS, RULES = prime_editors(), prime_rules()


def tried(variant: Variant) -> tuple[dict[str, Tried], Allele]:
    """What came of both strategies, and the allele they were made on."""
    here = context([variant])
    allele = allele_of(variant, here, flank_needed(EDITORS, RULES))
    transcript = transcript_of(variant, here)
    subject = subject_of(variant, allele_of(variant, here), transcript, here)
    site = Site(variant, subject.allele, transcript, subject, None, here)  # type: ignore[arg-type]
    made = {item.strategy: item for item in PrimeEditing().of_variant(site)}  # type: ignore[union-attr]
    return made, allele  # type: ignore[return-value]


def pam_pattern(design: EditDesign) -> str:
    return design.alternatives[0].pam_pattern


@pytest.mark.parametrize("name", ["cps1", "sickle", "f508del", "progeria"])
def test_designs_write_the_reference(name: str) -> None:
    made, allele = tried(named(name))
    designs = made["prime-correct"].designs
    assert len(designs) >= 4 and made["prime-twin"].refusal is not None
    for design in designs:
        parts = design.prime
        assert parts is not None
        for row in (parts.extension, *parts.others):
            result = edit(
                allele.sequence, design.strand, design.spacer, pam_pattern(design), row.pbs, row.rtt
            )
            assert result == allele.corrected
            assert (row.pbs_length, row.rtt_length) == (len(row.pbs), len(row.rtt))
        start = allele.at + design.allele_start
        letters = allele.sequence[start : start + 20]
        assert design.spacer in (letters, other_strand(letters))
        for guide in parts.guides:
            assert guide.length == len(guide.sequence)
            body = parts.extension.rtt + parts.extension.pbs + guide.linker + guide.motif
            assert guide.sequence.startswith(design.spacer) and guide.sequence.endswith(body)


@pytest.mark.parametrize("name", ["cps1", "sickle", "f508del"])
def test_second_nicks_lie_on_the_other_strand_of_the_edited_allele(name: str) -> None:
    made, _ = tried(named(name))
    reference = embedded().reference
    kinds = set()
    for design in made["prime-correct"].designs:
        assert design.prime is not None
        for row in design.prime.nicking:
            letters = reference.fetch(design.contig, row.start, row.end)
            pam = reference.fetch(design.contig, row.pam_start, row.pam_end)
            if row.strand == "-":
                letters, pam = reverse_complement(letters), reverse_complement(pam)
            assert (letters, pam) == (row.spacer, row.pam)
            assert row.strand != design.strand
            kinds.add(row.kind)
        partner = design.partners[0]
        assert (partner.spacer, partner.on_edited) == (
            design.prime.nicking[0].spacer, design.prime.nicking[0].kind == "PE3b",
        )  # fmt: skip
    assert {"PE3", "PE3b"} <= kinds


@pytest.mark.parametrize("name", ["cps1", "sickle", "w1282x"])
def test_silent_changes_keep_the_protein_and_end_the_fit(name: str) -> None:
    variant = named(name)
    made, allele = tried(variant)
    genome = embedded()
    transcript = genome.annotation.transcript(variant.transcript)
    seen = 0
    for design in made["prime-correct"].designs:
        assert design.prime is not None
        for row in design.prime.silent:
            at = row.position - allele.start
            corrected = allele.corrected
            assert corrected[at] == row.before
            wanted = corrected[:at] + row.after + corrected[at + 1 :]
            result = edit(
                allele.sequence, design.strand, design.spacer, pam_pattern(design),
                row.extension.pbs, row.extension.rtt,
            )  # fmt: skip
            assert result == wanted
            # neither strand holds spacer with PAM any more
            for letters in (wanted, other_strand(wanted)):
                assert design.spacer + design.pam not in letters
            place, offset = transcript.to_transcript(row.position)
            assert transcript.cds is not None
            if offset == 0 and transcript.cds[0] <= place < transcript.cds[1]:
                codon = transcript.cds[0] + (place - transcript.cds[0]) // 3 * 3
                spots = [transcript.to_genomic(codon + k) for k in range(3)]
                old = [genome.reference.fetch(allele.contig, spot, spot + 1) for spot in spots]
                new = list(old)
                new[spots.index(row.position)] = row.after
                if transcript.strand == "-":
                    old, new = ([other_strand(b) for b in item] for item in (old, new))
                assert old != new
                assert translate("".join(old)) == translate("".join(new))
            seen += 1
    assert seen


def test_own_substitution_is_in_guide_and_template() -> None:
    """HBB 3.7 of doi:10.1038/s41586-019-1711-4 stands on c.9T>C of its cells.

    chr11:5227013 A>G is c.9T>C: 11 bases before c.20 on the minus strand.
    """
    variant = named("sickle")
    here = context([variant])
    own = GenomicVariant("chr11", 5227012, "A", "G")
    allele = allele_of(variant, here, flank_needed(EDITORS, RULES))
    transcript = transcript_of(variant, here)
    subject = replace(subject_of(variant, allele, transcript, here), own=(own,))
    locus = locus_of(subject, allele)
    assert locus.own == (own,)
    pegs = {peg.site.spacer: peg for peg in peg_sites(locus.change, EDITORS, RULES)}
    peg = pegs["CATGGTGCACCTGACTCCTG"]
    assert "AGACTTCTCCTCAGGAGTCAGGTGCAC" in [row.sequence for row in peg.extensions]
    maker = Maker(subject, locus, transcript, here.reference, EDITORS, RULES)
    design = maker.single(peg)
    assert design.prime is not None and design.prime.own == (str(own),)
    edited = edit(
        locus.change.before, design.strand, design.spacer, pam_pattern(design),
        design.prime.extension.pbs, design.prime.extension.rtt,
    )  # fmt: skip
    at = own.start - allele.start
    assert edited == allele.corrected[:at] + "G" + allele.corrected[at + 1 :]


def test_published_sickle_edit_is_a_precedent() -> None:
    made, _ = tried(named("sickle"))
    by_spacer = {design.spacer: design for design in made["prime-correct"].designs}
    best = by_spacer["GTAACGGCAGACTTCTCCAC"].alternatives[0]
    assert (best.editor, best.precedent, best.precedent_spacer) == ("PE2", "cell", True)
    others = {item.alternatives[0].precedent for item in by_spacer.values()} - {"cell"}
    assert others == {"analogy"}


@pytest.mark.parametrize(("lost", "gained"), [(90, ""), (4, "ACGT" * 26)])
def test_long_edits_are_made_by_pairs(lost: int, gained: str) -> None:
    """A deletion of 90 bases in TTR to write back, and 104 foreign bases to take out."""
    start = 31592974 - 20
    reference = embedded().reference
    ref = reference.fetch("chr18", start - 1, start - 1 + lost)
    made, allele = tried(located("TTR", "chr18", start, ref, gained))
    refusal = made["prime-correct"].refusal
    if lost == 90:
        assert refusal is not None and refusal.code == "edit-too-long"
        designs = made["prime-twin"].designs
        assert designs
        for design in designs:
            parts = design.prime
            assert parts is not None and parts.twin is not None
            partner = design.partners[0]
            second = parts.twin
            one = (design.spacer, pam_pattern(design), parts.extension.pbs, parts.extension.rtt)
            other = (second.spacer, partner.pam_pattern, second.extension.pbs, second.extension.rtt)
            assert twin_edit(allele.sequence, one, other) == allele.corrected
    else:
        # what is to be taken out need not be written: one flap does it
        assert made["prime-correct"].designs
        design = made["prime-correct"].designs[0]
        parts = design.prime
        assert parts is not None
        row = parts.extension
        result = edit(
            allele.sequence, design.strand, design.spacer, pam_pattern(design), row.pbs, row.rtt
        )
        assert result == allele.corrected


def test_an_edit_too_long_for_pairs_is_refused() -> None:
    start = 31592974 - 20
    ref = embedded().reference.fetch("chr18", start - 1, start + 199)
    made, _ = tried(located("TTR", "chr18", start, ref, ""))
    refusals = [made[name].refusal for name in ("prime-correct", "prime-twin")]
    assert [item.code if item else "" for item in refusals] == ["edit-too-long", "no-pair-in-reach"]


def test_drawn_stretches_are_those_of_binding_site_and_template() -> None:
    made, allele = tried(named("f508del"))
    for design in made["prime-correct"].designs:
        assert design.prime is not None
        pbs, rtt = stretches(design)
        row = design.prime.extension
        letters = allele.sequence[allele.at + pbs[0] : allele.at + pbs[1]]
        assert row.pbs in (letters, other_strand(letters))
        # the whole template replaces three bases fewer than it writes
        assert rtt[1] - rtt[0] == row.rtt_length - 3


def test_table_names_places_of_the_reference() -> None:
    variant = located(*NAMED["f508del"][:5])
    here = context([variant])
    allele = allele_of(variant, here, flank_needed(EDITORS, RULES))
    subject = subject_of(variant, allele, None, here)
    locus = locus_of(subject, allele)
    pegs = peg_sites(locus.change, EDITORS[:1], RULES)
    place = Place(allele.contig, allele.start, allele.at, len(allele.alt), len(allele.ref))
    every = rows_of("v", pegs, place, RULES, most=None, guides=None)
    some = rows_of("v", pegs, place, RULES, most=100, guides=2)
    assert every.left_out == 0 and some.left_out == len(every.rows) - len(some.rows)
    whole = 0
    for values in every.rows:
        assert len(values) == len(COLUMNS)
        row = dict(zip(COLUMNS, values, strict=True))
        first, last = row["protospacer_start_1based"], row["protospacer_end_1based"]
        assert isinstance(first, int) and isinstance(last, int)
        letters = here.reference.fetch(allele.contig, first - 1, last)
        letters = letters if row["strand"] == "+" else reverse_complement(letters)
        if row["kind"] != "pegRNA" or len(letters) == 20:
            whole += 1
            assert letters == row["spacer"]
    assert whole > len(every.rows) / 2


def test_linker_pairs_least_of_all() -> None:
    guide = "GGGGTTTTGGTGTGTTGGTTGTGG"
    made = linker(guide, 8, 3)
    assert len(made) == 8 and set(made) <= set("AC")
    assert not any(base * 4 in guide[-3:] + made for base in "ACGT")
    allowed = [
        "".join(letters)
        for letters in product("AC", repeat=8)
        if not any(base * 4 in "".join(letters) for base in "AC")
    ]
    assert shared(made, guide) == min(shared(item, guide) for item in allowed)
    names = [item.name for item in whole_guides("G" * 20, "ACGTA", "CGTGCTCA", RULES)]
    assert names == ["pegRNA", "epegRNA tevopreQ1", "epegRNA mpknot"]


def shared(letters: str, guide: str) -> int:
    """Longest stretch of a linker that could pair with a guide."""
    pairing = other_strand(guide)
    return max(
        size for size in range(9) if any(letters[k : k + size] in pairing for k in range(9 - size))
    )


def test_proposals_are_judged_shown_and_written(tmp_path: Path) -> None:
    modality = EditingModality((PrimeEditing(),))
    for variant in (named("f508del"), long_deletion()):
        here = replace(context([variant]), options=Options(off_targets=False))
        found = [item for item in modality.propose(case(), here) if isinstance(item, Proposal)]
        assert found
        for item in found:
            assert (item.verdict.value, item.restoration) == ("possible", "wild_type")
        codes = {finding.code for item in found for finding in item.findings}
        assert {"prime-by-products", "prime-mismatch-repair", "prime-editor-size"} <= codes
        for number, item in enumerate(found[:2]):
            design = EditDesign.model_validate(item.design)
            assert design.prime is not None
            section, _ = modality.sections(item, here)[:2]
            kinds = [block.kind for block in section.blocks]
            assert "locus" in kinds
            (figure,) = [block for block in section.blocks if isinstance(block, LocusFigure)]
            nicks = [mark for mark in figure.marks if mark.role == "nick"]
            assert nicks[0].strand == design.strand
            assert len(nicks) == (2 if design.prime.twin is not None else 1)
            folder = tmp_path / f"{variant.id}-{number}-{item.strategy}"
            files = modality.artefacts(found, [item], folder, here)
            names = {Path(made.path).name for made in files[""]}
            assert ("pegrnas.tsv" in names) == (item.strategy == "prime-correct")
            (record,) = [made for made in files[item.id] if made.path.endswith(".gb")]
            text = (folder / record.path).read_text(encoding="utf-8")
            for label in ("nick", "PBS", "RTT"):
                assert f'/label="{label}"' in text


def long_deletion() -> Variant:
    start = 31592974 - 20
    ref = embedded().reference.fetch("chr18", start - 1, start - 1 + 90)
    return located("TTR", "chr18", start, ref, "")
