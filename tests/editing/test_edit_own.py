"""What the patient carries beside the variant: under the guide and in the template."""

from __future__ import annotations

from pathlib import Path

import pytest
from edit_cases import design, located, named, proposals

from ipse.core.finding import Finding, Severity
from ipse.core.proposal import Proposal
from ipse.core.sequence import reverse_complement
from ipse.genome.embedded import embedded
from ipse.genome.patient_genome import PatientGenome
from ipse.modalities.editing.design.hdr.knock_strategy import CdnaKnockIn
from ipse.modalities.editing.design.hdr.strategy import TemplateRepair
from ipse.modalities.editing.design.prime.strategy import PrimeEditing


def finding(proposal: Proposal, code: str) -> Finding:
    (found,) = [item for item in proposal.findings if item.code == code]
    return found


def codes(proposal: Proposal) -> set[str]:
    return {item.code for item in proposal.findings}


VCF = """##fileformat=VCFv4.2
##contig=<ID=chr2,length=242193529>
##contig=<ID=chr18,length=80373285>
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP
{rows}"""


def patient(
    tmp_path: Path, *rows: tuple[int, str, str, str], contig: str = "chr2"
) -> PatientGenome:
    reference = embedded().reference
    lines = []
    for position, ref, alt, genotype in rows:
        assert reference.fetch(contig, position - 1, position) == ref
        lines.append(f"{contig}\t{position}\t.\t{ref}\t{alt}\t.\tPASS\t.\tGT\t{genotype}\n")
    path = tmp_path / "patient.vcf"
    path.write_text(VCF.format(rows="".join(lines)))
    return PatientGenome(reference, path, "P")


def base_at(position: int) -> tuple[str, str]:
    base = embedded().reference.fetch("chr2", position - 1, position)
    return base, "A" if base != "A" else "C"


@pytest.mark.parametrize(
    ("genotype", "code", "severity"),
    [
        ("0|1", "patient-variant-under-guide", Severity.SERIOUS),
        ("1|0", "patient-variant-on-other-allele", Severity.INFO),
        ("0/1", "patient-variant-under-guide", Severity.SERIOUS),
        ("1/1", "patient-variant-under-guide", Severity.SERIOUS),
    ],
)
def test_the_patients_own_variant_under_the_guide(
    tmp_path: Path, genotype: str, code: str, severity: Severity
) -> None:
    """A variant at protospacer position 19 of the k-abe spacer; the disease allele is side 2."""
    ref, alt = base_at(210591875)
    genome = patient(tmp_path, (210591875, ref, alt, genotype), (210591886, "C", "T", "0|1"))
    first = proposals(named("cps1", haplotype=2), patient=genome)[0]
    assert first.design["spacer"] == "TGATTCTAAGCAGTAATGAA"
    assert finding(first, code).severity is severity
    assert "210591875" in finding(first, code).message


def test_the_variant_itself_is_no_surprise(tmp_path: Path) -> None:
    genome = patient(tmp_path, (210591886, "C", "T", "0|1"))
    first = proposals(named("cps1", haplotype=2), patient=genome)[0]
    assert not codes(first) & {"patient-variant-under-guide", "patient-sequence-not-given"}


@pytest.mark.parametrize(
    ("genotype", "code", "written"),
    [
        ("0|1", "patient-base-in-template", True),
        ("1/1", "patient-base-in-template", True),
        ("1|0", "patient-variant-on-other-allele", False),
        ("0/1", "patient-variant-in-template", False),
    ],
)
@pytest.mark.parametrize("behind", [False, True])
def test_a_variant_under_the_template_follows_its_haplotype(
    tmp_path: Path, genotype: str, code: str, written: bool, behind: bool
) -> None:
    """Only what calls show on the disease allele (side 2) is written into the template."""
    first = next(p for p in proposals(named("cps1")) if p.strategy == "hdr-correct")
    plain = design(first).template
    assert plain is not None
    at = plain.end - 3 if behind else plain.start + 3
    ref, alt = base_at(at)
    genome = patient(tmp_path, (at, ref, alt, genotype), (210591886, "C", "T", "0|1"))
    again = {p.design["spacer"]: p for p in proposals(named("cps1", haplotype=2), patient=genome)}
    mine = again[first.design["spacer"]]
    template = design(mine).template
    assert template is not None and code in codes(mine)
    before, after = (
        x.sequence if x.strand == "+" else reverse_complement(x.sequence) for x in (plain, template)
    )
    place = at - 1 - plain.start
    assert before[place] == ref and after[place] == (alt if written else ref)
    assert before[:place] + before[place + 1 :] == after[:place] + after[place + 1 :]
    assert bool(template.own) == written


@pytest.mark.parametrize(("genotype", "written"), [("0|1", True), ("1|0", False), ("0/1", False)])
def test_the_patients_own_base_is_in_the_arms_of_the_donor(
    tmp_path: Path, genotype: str, written: bool
) -> None:
    """700 bases before the variant: beyond every oligonucleotide, within the arm of a donor."""
    at = 210591886 - 700
    ref, alt = base_at(at)
    genome = patient(tmp_path, (at, ref, alt, genotype), (210591886, "C", "T", "0|1"))
    variant = named("cps1", haplotype=2)
    found = proposals(variant, patient=genome, families=(TemplateRepair(),))
    assert found
    for item in found:
        made = design(item)
        assert made.hdr is not None and made.hdr.donor is not None
        donor = made.hdr.donor
        assert (f"chr2:{at}:{ref}:{alt}" in donor.written) == written
        assert donor.sequence[at - 1 - donor.left[0]] == (alt if written else ref)


@pytest.mark.parametrize(("genotype", "written"), [("1|1", True), ("0/1", False)])
def test_the_patients_own_base_is_in_the_arms_of_an_integration(
    tmp_path: Path, genotype: str, written: bool
) -> None:
    """TTR, 500 bases before the start codon."""
    transcript = embedded().annotation.transcripts_of("TTR")[0]
    assert transcript.cds is not None
    at = transcript.to_genomic(transcript.cds[0]) - 500
    ref = embedded().reference.fetch("chr18", at, at + 1)
    alt = "A" if ref != "A" else "C"
    genome = patient(
        tmp_path, (at + 1, ref, alt, genotype), (31592974, "G", "A", "0|1"), contig="chr18"
    )
    found = proposals(named("v30m", haplotype=2), patient=genome, families=(CdnaKnockIn(),))
    starts = [d for d in map(design, found) if d.knock_in and d.knock_in.place == "start-codon"]
    assert starts
    for made in starts:
        assert made.knock_in is not None
        donor = made.knock_in.donor
        assert donor.sequence[at - donor.left[0]] == (alt if written else ref)
        assert bool(donor.written) == written


def test_a_call_that_repairs_nothing_stays_out_of_the_template(tmp_path: Path) -> None:
    """A pathogenic variant of the case beside the first is not written in, though in cis."""
    ref, alt = base_at(210591900)
    other = located("CPS1", "chr2", 210591900, ref, alt, id="v2")
    rows = ((210591886, "C", "T", "0|1"), (210591900, ref, alt, "0|1"))
    genome = patient(tmp_path, *rows)
    mine = named("cps1", haplotype=2, in_cis_with=("v2",))
    made = [design(p) for p in proposals(mine, other, patient=genome) if "hdr" in p.strategy]
    assert made and all(item.template and not item.template.own for item in made)


def test_another_variant_of_the_case_under_the_guide() -> None:
    ref, alt = base_at(210591875)
    other = located("CPS1", "chr2", 210591875, ref, alt, id="v2")
    near = proposals(named("cps1"), other)[0]
    assert finding(near, "case-variant-under-guide").severity is Severity.SERIOUS
    trans = proposals(named("cps1", in_trans_with=("v2",)), other)[0]
    assert finding(trans, "case-variant-on-other-allele").severity is Severity.INFO


@pytest.mark.parametrize(
    ("genotype", "under_guide", "in_template"),
    [
        ("0|1", "patient-base-in-guide", "patient-base-in-template"),
        ("1|0", "patient-variant-on-other-allele", "patient-variant-on-other-allele"),
        ("0/1", "patient-variant-under-guide", "patient-variant-in-template"),
    ],
)
def test_a_pegrna_is_written_for_the_patients_own_allele(
    tmp_path: Path, genotype: str, under_guide: str, in_template: str
) -> None:
    """The disease allele is side 2: what stands on it is in spacer, binding site and template."""
    first = next(
        p for p in proposals(named("cps1"), families=[PrimeEditing()])
        if p.strategy == "prime-correct" and p.design["strand"] == "+"
    )  # fmt: skip
    plain = design(first)
    assert plain.prime is not None
    for at, code in (
        (plain.protospacer_start + 3, under_guide),
        (plain.prime.end - 1, in_template),
    ):
        ref, alt = base_at(at + 1)
        genome = patient(tmp_path, (at + 1, ref, alt, genotype), (210591886, "C", "T", "0|1"))
        found = proposals(named("cps1", haplotype=2), patient=genome, families=[PrimeEditing()])
        place = (plain.protospacer_start, plain.strand)
        (mine,) = [
            p for p in found
            if (p.design["protospacer_start"], p.design["strand"]) == place
            and p.design["editor"] == plain.editor
        ]  # fmt: skip
        assert code in codes(mine)
        made = design(mine).prime
        assert made is not None and bool(made.own) == (genotype == "0|1")
        if code == "patient-base-in-guide":
            assert mine.design["spacer"][3] == alt and plain.spacer[3] == ref
