"""Real pathogenic variants: every edit proposed for them, made again in plain strings."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import pytest
from edit_cases import answers, context, design, located
from hdr_checks import check_design, check_silent, locus_of

from ipse.core.errors import NotInReference
from ipse.core.proposal import NotProposed, Proposal
from ipse.core.sequence import matches, reverse_complement, translate
from ipse.genome.embedded import embedded
from ipse.modalities.editing.catalogue import base_editors
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.locus import allele_of
from ipse.modalities.editing.model import EditDesign
from ipse.patient.variants import Variant

STRIDE = int(os.environ.get("IPSE_CLINVAR_STRIDE", "30"))
"""Every n-th variant; 1 in the thorough validation."""

EDITORS = {editor.name: editor for editor in base_editors()}


def clinvar(shared_data: Path) -> list[Variant]:
    """Pathogenic ClinVar variants of the embedded genes, trimmed to what changes."""
    genes = set(embedded().annotation.genes())
    with gzip.open(shared_data / "variants" / "clinvar_lrg.tsv.gz", "rt") as handle:
        rows = [
            row
            for row in csv.DictReader(handle, delimiter="\t")
            if row["gene"] in genes and row["grch38_pos"]
        ]
    found = []
    for row in rows[::STRIDE]:
        ref, alt, position = row["grch38_ref"], row["grch38_alt"], int(row["grch38_pos"])
        while ref and alt and ref[-1] == alt[-1]:
            ref, alt = ref[:-1], alt[:-1]
        while ref and alt and ref[0] == alt[0]:
            ref, alt, position = ref[1:], alt[1:], position + 1
        try:
            found.append(located(row["gene"], f"chr{row['chrom']}", position, ref, alt))
        except NotInReference:
            continue
    return found


def strand_of(allele: Allele, strand: str) -> str:
    return allele.sequence if strand == "+" else reverse_complement(allele.sequence)


def check_base_edit(made: EditDesign, allele: Allele, variant: Variant) -> None:
    strand = strand_of(allele, made.strand)
    for row in made.alternatives:
        editor = EDITORS[row.editor]
        assert row.target_position is not None
        places = [k for k in range(len(strand)) if strand.startswith(made.spacer, k)]
        edits = []
        for at in places:
            beside = (
                strand[at + editor.length : at + editor.length + len(editor.pam)]
                if editor.pam_side == "3prime"
                else strand[max(0, at - len(editor.pam)) : at]
            )
            base = at + row.target_position - 1
            if beside == row.pam and strand[base] == editor.edit[0]:
                after = strand[:base] + editor.edit[1] + strand[base + 1 :]
                edits.append(after if made.strand == "+" else reverse_complement(after))
        assert matches(editor.pam, row.pam)
        assert editor.target[0] <= row.target_position <= editor.target[1]
        if made.intended == "wild_type":
            assert allele.corrected in edits
        elif made.intended == "wild_type_protein":
            transcript = embedded().annotation.transcript(variant.transcript)
            assert variant.start is not None and variant.alt is not None
            change = {variant.start: variant.alt}
            plus = made.target.base_after
            change[made.target.genomic_position] = (
                plus if made.strand == "+" else reverse_complement(plus)
            )
            assert transcript.cds is not None
            letters = list(transcript.cds_sequence)
            for position, base in change.items():
                place, _ = transcript.to_transcript(position)
                letters[place - transcript.cds[0]] = (
                    base if transcript.strand == "+" else reverse_complement(base)
                )
            assert translate("".join(letters)).rstrip("*") == transcript.protein


def test_every_edit_of_real_variants_in_plain_strings(shared_data: Path) -> None:
    variants = clinvar(shared_data)
    assert len(variants) > 1500 // STRIDE
    strategies: dict[str, int] = {}
    for variant in variants:
        allele = allele_of(variant, context([variant]))
        found = answers(variant)
        spoken = {item.strategy for item in found if isinstance(item, Proposal | NotProposed)}
        assert len(spoken) == 3, "each strategy is proposed, or says why not"
        for item in (item for item in found if isinstance(item, Proposal)):
            made = design(item)
            strategies[made.strategy] = strategies.get(made.strategy, 0) + 1
            if made.template is not None:
                check_design(made, locus_of(variant))
                check_silent(made, embedded().annotation.transcript(variant.transcript))
            elif allele.start <= made.target.genomic_position < allele.end:
                check_base_edit(made, allele, variant)
    assert strategies["base-edit-correct"] and strategies["hdr-correct"]


@pytest.mark.parametrize("gene", ["CPS1", "LDLR"])
def test_codons_across_an_intron(gene: str) -> None:
    """Substitutions in codons that straddle an intron are answered like any other."""
    transcript = embedded().annotation.transcripts_of(gene)[0]
    assert transcript.cds is not None
    reference = embedded().reference
    split = 0
    for codon in range((transcript.cds[1] - transcript.cds[0]) // 3 - 1):
        begin = transcript.cds[0] + 3 * codon
        places = [transcript.to_genomic(begin + k) for k in range(3)]
        if abs(places[0] - places[2]) == 2:
            continue
        split += 1
        for place in places:
            base = reference.fetch(transcript.contig, place, place + 1)
            alt = {"A": "T", "T": "A", "C": "A", "G": "T"}[base]
            variant = located(gene, transcript.contig, place + 1, base, alt)
            found = answers(variant)
            assert {
                item.strategy for item in found if isinstance(item, Proposal | NotProposed)
            } == {"base-edit-correct", "base-edit-tolerated", "hdr-correct"}
        if split == 4:
            return
    assert split
