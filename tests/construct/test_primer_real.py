"""Primers on real sequence: two genes that are nearly the same, and a person's own calls."""

from __future__ import annotations

from pathlib import Path

import pysam

from ipse.construct.primers import Allele, Site, check, design_sites, proof_plan, shipped_rules
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import FastaReference, SparseReference
from ipse.genome.variant import GenomicVariant


def fasta(path: Path) -> str:
    return "".join(path.read_text(encoding="utf-8").splitlines()[1:]).upper()


def test_primers_of_smn1_exon_7_amplify_smn2(shared_data: Path) -> None:
    # the windows differ at four bases, so that no pair around exon 7 tells the genes apart
    genes = {
        name: fasta(shared_data / "loci" / f"{name}.fa")
        for name in ("SMN1_exon7", "SMN2_exon7_786nt")
    }
    both = SparseReference(
        "SMN", "", {name: len(text) for name, text in genes.items()},
        {name: [(0, text)] for name, text in genes.items()},
    )  # fmt: skip
    # NM_000344.3:c.840 stands in GGTTTC of exon 7 (SMN1), GGTTTT in SMN2
    at = genes["SMN1_exon7"].index("CAGGGTTTCAGACAAAATCAAAAAGAAGGAAGG") + 8
    assert genes["SMN1_exon7"][at] == "C"
    (item,) = design_sites([Site("SMN1 c.840", "SMN1_exon7", at, at + 1)], both)
    assert item.pair is not None
    found = item.pair.specificity
    assert found is not None
    assert [(p.contig, p.intended) for p in found.products] == [
        ("SMN1_exon7", True), ("SMN2_exon7_786nt", False),
    ]  # fmt: skip
    other = found.products[1]
    assert abs(other.size - found.products[0].size) <= 2


def test_a_persons_calls_are_kept_from_the_ends(shared_data: Path) -> None:
    reference = FastaReference.open(shared_data / "variants" / "chr20.fa.gz")
    path = shared_data / "variants" / "chr20_1000g.vcf.gz"
    with pysam.VariantFile(str(path)) as handle:
        sample = next(iter(handle.header.samples))
        carried: set[int] = set()
        targets: list[tuple[int, int]] = []
        for record in handle:
            alleles = record.samples[sample]["GT"]
            if not any(alleles):
                continue
            start, end = record.start, record.start + len(record.ref)
            carried.update(range(start, end))
            if len(record.ref) == len(record.alts[0]) == 1 and alleles[0] != alleles[1]:
                targets.append((start, end))
    targets = [item for item in targets[::40] if reference.has("20", item[0] - 300, item[1] + 300)]
    targets = targets[:8]
    patient = PatientGenome(reference, path, sample)
    sites = [Site(f"t{k}", "20", *item) for k, item in enumerate(targets)]
    made = design_sites(sites, reference, patient=patient, specific=False)
    designed = [item for item in made if item.pair is not None]
    assert len(designed) >= 7
    for item in designed:
        pair = item.pair
        assert pair is not None
        ends = {*range(pair.forward.end - 5, pair.forward.end)}
        ends |= {*range(pair.reverse.start, pair.reverse.start + 5)}
        assert not ends & carried
        assert pair.forward.end <= item.start - 20
        assert pair.reverse.start >= item.end + 20


def test_what_both_alleles_have_is_in_every_sequence(tmp_path: Path) -> None:
    text = "".join("ACGTTGCA"[(k * k + k // 7) % 8] for k in range(700))
    genome = tmp_path / "g.fa"
    genome.write_text(f">c\n{text}\n")
    reference = FastaReference.open(genome)
    rows = [(311, "0|1"), (341, "1|1"), (345, "0|1")]
    lines = [
        f"c\t{at + 1}\t.\t{text[at]}\t{'A' if text[at] != 'A' else 'C'}\t.\t.\t.\tGT\t{call}\n"
        for at, call in rows
    ]
    calls = tmp_path / "calls.vcf"
    calls.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=c>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n" + "".join(lines)
    )
    patient = PatientGenome(reference, calls)
    variant = GenomicVariant("c", 311, text[311], "A" if text[311] != "A" else "C")
    alleles = (Allele("patient", (variant,)), Allele("corrected", (), after=True))
    loose = shipped_rules().with_product(60, 400)
    plan = proof_plan(
        Site("t", "c", 311, 312, alleles), [], reference, patient=patient, rules=loose
    )
    (item,) = plan.amplicons
    assert item.pair is not None, item.reason
    first, last = item.pair.forward.start, item.pair.reverse.end
    assert first <= 311
    assert last > 345
    changed = "A" if text[341] != "A" else "C"
    both = text[first:341] + changed + text[342:last]
    assert item.amplicons[1].sequence == both
    assert item.amplicons[0].sequence == both[: 311 - first] + variant.alt + both[312 - first :]
    assert any("both of the patient's alleles, in the sequences: 1" in note for note in item.notes)
    assert any("will show them: 1" in note for note in item.notes)
    (again,) = check([item.pair], reference, loose)
    assert again.intended
