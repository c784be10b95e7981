"""Files of the editing modality: complete tables, GenBank that reads back, figures that fit."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from edit_cases import MODALITY, NAMED, context, design, located, named, proposals

from ipse.construct.genbank import read_genbank
from ipse.core.files import sha256
from ipse.core.sections import LocusFigure, Table
from ipse.core.sequence import complement, reverse_complement, translate
from ipse.modalities.editing.catalogue import all_nucleases
from ipse.modalities.editing.report import MAX_ROWS
from ipse.patient.variants import Variant

NUCLEASES = {item.name: item for item in all_nucleases()}

OTHERS = {
    "insertion": ("CFTR", "chr7", 117592584, "", "AT"),
    "duplication": ("SMN1", "chr5", 70946110, "", "TGCTGATGCTT"),
    "codon over an intron": ("DMD", "chrX", 31209698, "C", "A"),
}


def variant_of(name: str) -> Variant:
    return named(name) if name in NAMED else located(*OTHERS[name])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


@pytest.mark.parametrize("name", [*NAMED, *OTHERS])
def test_files_hold_every_guide_and_read_back(name: str, tmp_path: Path) -> None:
    variant = variant_of(name)
    where = context([variant])
    found = proposals(variant)
    files = MODALITY.artefacts(found, found[:6], tmp_path, where)
    for artefact in (item for group in files.values() for item in group):
        assert sha256(tmp_path / artefact.path) == artefact.sha256
    guides = rows(tmp_path / "guides.tsv")
    assert len(guides) == sum(len(item.design["alternatives"]) for item in found)
    assert {row["proposal"] for row in guides} == {item.id for item in found}
    assert [row["shown"] for row in guides].count("yes") == len(found)
    assert all(row["source"] for row in guides)
    outcomes = rows(tmp_path / "edit-outcomes.tsv")
    assert len(outcomes) == sum(len(item.design["outcomes"]) for item in found)
    assert set(files) == {"", *(item.id for item in found[:6])}


@pytest.mark.parametrize("name", [*NAMED, *OTHERS])
def test_genbank_shows_guide_pam_variant_and_codons(name: str, tmp_path: Path) -> None:
    variant = variant_of(name)
    where = context([variant])
    found = proposals(variant)
    files = MODALITY.artefacts(found, found, tmp_path, where)
    for item in found:
        made = design(item)
        record = read_genbank(tmp_path / files[item.id][0].path)
        assert len(record.name) <= 16
        labelled = {f.qualifiers.get("label", [""])[0]: f for f in record.features}
        assert str(labelled["protospacer"].extract(record.seq)) == made.spacer
        assert str(labelled["PAM"].extract(record.seq)) == made.pam
        far = abs(made.target.genomic_position - (variant.start or 0)) > 500
        assert (made.variant_hgvs in labelled) != far
        if variant.alt and not far:
            assert str(labelled[made.variant_hgvs].extract(record.seq)) == variant.alt
        if made.windows is not None:
            label = f"target window {made.windows.target.first}-{made.windows.target.last}"
            window = made.spacer[made.windows.target.first - 1 : made.windows.target.last]
            assert str(labelled[label].extract(record.seq)) == window
            edit = labelled[f"edit {made.target.label}"]
            assert str(edit.extract(record.seq)) == made.target.base_before
            for other in made.bystanders:
                extracted = labelled[f"bystander {other.id}"].extract(record.seq)
                assert str(extracted) == made.target.base_before
        if made.template is not None:
            cut = labelled["cut"].extract(record.seq)
            nuclease = NUCLEASES[made.editor]
            edge = len(made.spacer) if made.pam_side == "3prime" else 0
            at = edge + (1 if made.pam_side == "3prime" else -1) * nuclease.cut_offset
            assert str(cut) == made.spacer[at - 1 : at + 1]
        coding = [f for f in record.features if f.type == "CDS"]
        for feature in coding:
            start = int(feature.qualifiers["codon_start"][0]) - 1
            transcript = where.annotation.transcript(variant.transcript)
            protein = translate(str(feature.extract(record.seq))[start:])
            if len(variant.ref or "") == len(variant.alt or ""):
                same = sum(piece in transcript.protein for piece in pieces(protein))
                assert same >= len(pieces(protein)) - 4
        assert any("source:" in note for f in record.features
                   for note in f.qualifiers.get("note", []))  # fmt: skip


def pieces(protein: str, size: int = 4) -> list[str]:
    return [protein[k : k + size] for k in range(len(protein) - size + 1)]


@pytest.mark.parametrize("name", [*NAMED, *OTHERS])
def test_figures_show_the_patients_bases(name: str) -> None:
    variant = variant_of(name)
    where = context([variant])
    for item in proposals(variant):
        made = design(item)
        section, *_ = MODALITY.sections(item, where)
        assert section.proposal == item.id
        (figure,) = [block for block in section.blocks if isinstance(block, LocusFigure)]
        end = figure.start + len(figure.plus_strand)
        for track in figure.tracks:
            if track.role in ("exon", "template"):  # these may reach beyond the figure
                assert track.start < end and track.end > figure.start
                continue
            assert figure.start <= track.start < track.end <= end
            bases = figure.plus_strand[track.start - figure.start : track.end - figure.start]
            bases = bases if track.strand == "+" else reverse_complement(bases)
            if track.role in ("protospacer", "pam"):
                assert bases == track.label
        for mark in figure.marks:
            assert figure.start <= mark.position <= end
            if mark.role in ("target", "bystander"):
                base = figure.plus_strand[mark.position - figure.start]
                shown = base if made.strand == "+" else complement(base)
                assert shown == made.target.base_before == mark.label[0]
        assert made.spacer in figure.alt and figure.caption
        for table in (block for block in section.blocks if isinstance(block, Table)):
            assert len(table.rows) <= MAX_ROWS or table.columns[0] == "Bystander"
            assert all(len(row) == len(table.columns) for row in table.rows)


def test_figure_codons_tell_reference_patient_and_edited() -> None:
    where = context([named("cps1")])
    first = proposals(named("cps1"))[0]
    section, *_ = MODALITY.sections(first, where)
    (figure,) = [block for block in section.blocks if isinstance(block, LocusFigure)]
    codons = {item.number: item for item in figure.codons}
    assert (codons[335].reference, codons[335].before, codons[335].after) == ("Q", "*", "Q")
    assert all(c.reference == c.before == c.after for n, c in codons.items() if n != 335)


def test_a_base_in_another_exon_gets_its_own_stretch() -> None:
    """DMD Leu3121Phe: one base of the codon lies behind a 13 kb intron; editing it gives Leu."""
    variant = variant_of("codon over an intron")
    where = context([variant])
    far = [item for item in proposals(variant) if item.strategy == "base-edit-tolerated"]
    assert far
    for item in far:
        made = design(item)
        assert made.intended == "wild_type_protein"
        assert made.normal_allele.target_editable and made.normal_allele.mismatches == ()
        section, *_ = MODALITY.sections(item, where)
        (figure,) = [block for block in section.blocks if isinstance(block, LocusFigure)]
        assert [mark.role for mark in figure.marks if mark.role == "variant"] == []
        at = made.target.genomic_position - figure.start
        assert 0 <= at < len(figure.plus_strand)
