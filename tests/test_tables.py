"""Shipped tables and example cases, against a second transcription and the sequence itself."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pysam
import pytest
from Bio.Data.CodonTable import unambiguous_dna_by_id
from google.protobuf.json_format import Parse
from phenopackets import Phenopacket

from ipse.core.evidence import Level, parse_source
from ipse.core.tables import CitedTable, Row, read_table, shipped_tables

SOURCE = Path(__file__).parent.parent / "src" / "ipse"
EDITING = SOURCE / "modalities" / "editing" / "tables"
IUPAC = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT",
    "K": "GT", "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip
COMPLEMENT = str.maketrans("ACGT", "TGCA")
ASSUMED_MARGIN = 3  # bases added to a target window where no outer window is published
# works have an entry in the bibliography; accessions name themselves
WORKS = {"doi", "pmid", "pmcid", "patent", "nct", "label", "addgene", "isbn"}
KEYED = [
    *(
        EDITING / f"{name}.tsv"
        for name in (
            "scaffolds",
            "guide_systems",
            "enzymes",
            "backbones",
            "modifications",
            "bench",
            "vehicle_parts",
            "immunity",
            "assays",
            "paralogues",
        )
    ),
    EDITING / "base_editors.tsv",
    EDITING / "nucleases.tsv",
    EDITING / "hdr.tsv",
    EDITING / "prime_editors.tsv",
    EDITING / "prime_rules.tsv",
    EDITING / "epegrna_motifs.tsv",
    SOURCE / "core" / "tables" / "references.tsv",
    SOURCE / "construct" / "tables" / "primer_rules.tsv",
    SOURCE / "construct" / "tables" / "adaptors.tsv",
]
CURATED = [
    EDITING / "disruption_rules.tsv",
    EDITING / "disruption_targets.tsv",
    EDITING / "dosage.tsv",
    EDITING / "published_guides.tsv",
    *KEYED,
    EDITING / "precedents.tsv",
    EDITING / "tolerated.tsv",
    EDITING / "base_editor_activity.tsv",
    EDITING / "reach.tsv",
    EDITING / "tissues.tsv",
    EDITING / "risk_genes.tsv",
    SOURCE / "patient" / "tables" / "gene_disease.tsv",
]
EXAMPLES = ["cps1-q335x", "sickle-cell", "progeria", "cftr-w1282x", "ttr-amyloidosis"]


def reverse_complement(sequence: str) -> str:
    return sequence.translate(COMPLEMENT)[::-1]


def rows(table: str) -> list[Row]:
    return list(read_table(EDITING / f"{table}.tsv", unique=False))


def cited(table: CitedTable) -> Iterator[str]:
    for row in table:
        yield from row.source
        for column in row.cells:
            if column.endswith("_source"):
                yield from parse_source(row[column]) if row[column] else ()


def fasta(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return "".join(lines[1:]).upper()


def targets(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "loci" / "targets.tsv").open(encoding="utf-8") as handle:
        return {row["window"]: row for row in csv.DictReader(handle, delimiter="\t")}


# --- every table -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", shipped_tables(), ids=lambda path: path.stem)
def test_every_shipped_table_loads_and_is_dated(path: Path) -> None:
    table = read_table(path, unique=False)
    assert len(table.rows) > 0
    assert date(2026, 1, 1) <= table.newest <= date(2030, 1, 1)


@pytest.mark.parametrize("path", KEYED, ids=lambda path: path.stem)
def test_first_column_is_a_key(path: Path) -> None:
    table = read_table(path)
    assert len(table.by_key) == len(table.rows)


@pytest.mark.parametrize("path", CURATED, ids=lambda path: path.stem)
def test_cells_are_plain_text(path: Path) -> None:
    for row in read_table(path, unique=False):
        for column, text in row.cells.items():
            assert text == text.strip(), (path.stem, row.line, column)
            assert not re.search(r"  |TODO|\?\?|from memory", text), (path.stem, row.line, column)


@pytest.mark.parametrize("path", CURATED, ids=lambda path: path.stem)
def test_every_cited_work_is_in_the_references(path: Path) -> None:
    known = read_table(SOURCE / "core" / "tables" / "references.tsv").by_key
    missing = {s for s in cited(read_table(path, unique=False)) if s.partition(":")[0] in WORKS}
    assert missing - set(known) == set()


def test_a_reference_is_its_own_source_and_years_are_years() -> None:
    for row in read_table(SOURCE / "core" / "tables" / "references.tsv"):
        assert row.source == (row["source"],)
        assert re.fullmatch(r"|19\d\d|20[0-2]\d", row["year"]), row["source"]


# --- base editors ------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows("base_editors"), ids=lambda row: row["name"])
def test_base_editor_row(row: Row) -> None:
    assert {"CBE": "C>T", "ABE": "A>G", "CGBE": "C>G"}[row["class"]] == row["edit"]
    assert set(row["pam"]) <= set(IUPAC)
    assert row["pam_side"] in ("3prime", "5prime")
    assert row.integer("protospacer_length") in range(17, 26)
    outer = (row.integer("bystander_first"), row.integer("bystander_last"))
    inner = (row.integer("target_first"), row.integer("target_last"))
    assert 1 <= outer[0] <= inner[0] <= inner[1] <= outer[1] <= row.integer("protospacer_length")
    assert row["target_basis"] in ("published", "inherited")
    assert parse_source(row["target_source"])
    assert row["bystander_basis"] in ("published", "assumed")
    # the size of the coding sequence holds whole codons
    size = row.optional_int("size_bp")
    assert size is None or (size % 3 == 0 and 3000 < size < 7000)
    assert bool(row["size_bp"]) == bool(row["size_bp_source"])


@pytest.mark.parametrize("row", rows("base_editors"), ids=lambda row: row["name"])
def test_assumed_outer_window_is_the_target_window_widened(row: Row) -> None:
    if row["bystander_basis"] == "published":
        assert parse_source(row["bystander_source"])
        return
    first, last = row.integer("target_first"), row.integer("target_last")
    assert row.integer("bystander_first") == max(1, first - ASSUMED_MARGIN)
    assert row.integer("bystander_last") == min(
        row.integer("protospacer_length"), last + ASSUMED_MARGIN
    )
    assert row["bystander_source"] == ""


def test_base_editors_agree_with_a_second_transcription(shared_data: Path) -> None:
    ours = read_table(EDITING / "base_editors.tsv").by_key
    path = shared_data / "knowledge" / "base_editors.tsv"
    with path.open(encoding="utf-8") as handle:
        theirs = [
            row
            for row in csv.DictReader(handle, delimiter="\t")
            if row["status"] == "verified-two-sources" and row["type"] in ("CBE", "ABE", "CGBE")
        ]
    assert len(theirs) >= 20
    for row in theirs:
        mine = ours[row["name"]].cells
        assert (mine["pam"], mine["pam_side"], mine["edit"]) == (
            row["PAM"], row["PAM_side"], row["edit"],
        ), row["name"]  # fmt: skip
        assert (mine["protospacer_length"], mine["target_first"], mine["target_last"]) == (
            row["protospacer_len"], row["window_first"], row["window_last"],
        ), row["name"]  # fmt: skip
        if row["size_bp"] and mine["size_bp"]:
            assert mine["size_bp"] == row["size_bp"], row["name"]


def test_editors_of_published_treatments_are_listed() -> None:
    # transcribed a second time, from the publications alone: PAM; a position known to be edited
    published = {
        "NGC-ABE8e(V106W)": ("NGC", 8),
        "ABE8e-NRCH": ("NRCH", 7),
        "ABE7.10max-VRQR": ("NGA", 6),
    }
    ours = read_table(EDITING / "base_editors.tsv").by_key
    for name, (pam, position) in published.items():
        row = ours[name]
        assert row["pam"] == pam
        assert row.integer("target_first") <= position <= row.integer("target_last")


# --- nuclease and template ---------------------------------------------------------------------


def test_spcas9() -> None:
    row = read_table(EDITING / "nucleases.tsv")["SpCas9"]
    assert (row["pam"], row["pam_side"]) == ("NGG", "3prime")
    assert (row.integer("protospacer_length"), row.integer("cut_offset")) == (20, -3)
    # 1368 amino acids and a stop codon are 4107 bases
    assert row.integer("size_bp") == (1368 + 1) * 3


@pytest.mark.parametrize("row", rows("nucleases"), ids=lambda row: row["name"])
def test_nuclease_row(row: Row) -> None:
    assert set(row["pam"]) <= set(IUPAC)
    assert row["pam_side"] in ("3prime", "5prime")
    assert row.integer("protospacer_length") in range(20, 25)
    cut, other = row.optional_int("cut_offset"), row.optional_int("cut_offset_target")
    assert (cut is None) == (other is None) == (not row["cut_basis"])
    if cut is not None and other is not None:
        # Cas9 cuts bluntly near its PAM; Cas12a far from it, the strand with the PAM first
        blunt = row["pam_side"] == "3prime"
        assert (cut == other == -3) if blunt else (other < cut <= -18)
        assert row["cut_basis"] == "published" or row["cut_basis"].startswith("assumed from")
    assert row["use"] in ("first", "further") and row["fidelity"] in ("standard", "high")
    size = row.optional_int("size_bp")
    assert size is None or (size % 3 == 0 and 2900 < size < 4200)
    assert bool(row["size_bp"]) == bool(row["size_bp_source"])
    assert bool(row["pam_also"]) == bool(row["pam_also_source"])


def test_nucleases_agree_with_a_second_transcription(shared_data: Path) -> None:
    """PAM, side, length and cut of the development data, where both have the nuclease."""
    with (shared_data / "knowledge" / "nucleases.tsv").open() as handle:
        theirs = {row["name"]: row for row in csv.DictReader(handle, delimiter="\t")}
    names = {"HiFi Cas9": "HiFi Cas9 (R691A)"}
    compared = 0
    for row in rows("nucleases"):
        other = theirs.get(names.get(row["name"], row["name"]))
        if other is None:
            continue
        compared += 1
        assert row["pam"] in re.findall("[A-Z]+", other["PAM"]), row["name"]
        assert row["pam_side"] == other["PAM_side"], row["name"]
        assert row["protospacer_length"] == other["protospacer_len"], row["name"]
        cuts = {abs(int(text)) for text in re.findall(r"\d+", other["cut_offset"])}
        mine = {abs(int(row[c])) for c in ("cut_offset", "cut_offset_target") if row[c]}
        assert mine in (cuts, set()), row["name"]
    assert compared >= 24


def test_parts_of_donors_are_those_of_the_development_data(shared_data: Path) -> None:
    with (shared_data / "knowledge" / "vector_parts.tsv").open() as handle:
        theirs = {row["name"]: row for row in csv.DictReader(handle, delimiter="\t")}
    for row in rows("donor_parts"):
        other = theirs[row["name"]]
        assert other["status"] == "verified-two-sources"
        assert row["dna"] == other["dna"] and row.integer("length") == len(row["dna"])
        assert row["sha256"] == hashlib.sha256(row["dna"].encode()).hexdigest()


def test_codon_usage_is_that_of_the_standard_code() -> None:
    shares: dict[str, float] = {}
    for row in rows("codon_usage"):
        residue = unambiguous_dna_by_id[1].forward_table.get(row["codon"], "*")
        assert residue == row["residue"]
        shares[residue] = shares.get(residue, 0) + row.number("share")
    assert len(rows("codon_usage")) == 64
    # shares are printed to two digits
    assert all(abs(share - 1) < 0.04 for share in shares.values())


def test_activity_by_position_is_highest_in_the_window() -> None:
    window = range(4, 9)
    table = rows("base_editor_activity")
    measured = {row.integer("position"): row.number("activity") for row in table}
    assert max(measured, key=measured.__getitem__) in window
    assert min(measured[k] for k in window) > max(measured[k] for k in measured if k not in window)


def test_template_values() -> None:
    table = read_table(EDITING / "hdr.tsv")
    arms = [table[f"ssodn_arm_pam_{side}"].integer("value") for side in ("proximal", "distal")]
    assert arms == [91, 36]
    assert table["ssodn_length"].integer("value") == sum(arms)
    assert table["max_cut_to_edit_distance"].integer("value") == 30


def test_prime_editors_nick_three_bases_inside() -> None:
    for row in rows("prime_editors"):
        assert (row["pam_side"], row.integer("protospacer_length")) == ("3prime", 20)
        assert row.integer("nick_offset") == -3
        assert set(row["pam"]) <= set(IUPAC)
        assert bool(row["size_bp"]) == bool(row["size_bp_source"])
    # 2117 amino acids and a stop codon
    assert rows("prime_editors")[0].integer("size_bp") == (2117 + 1) * 3


# --- precedents --------------------------------------------------------------------------------

WINDOW_OF = {
    "NM_001875.5:c.1003C>T": ("CPS1_Q335X", 8),
    "NM_170707.4:c.1824C>T": ("LMNA_G608G", 6),
    "NM_000518.5:c.20A>T": ("HBB", 7),
}


# a prime edit is carried out from its template in tests/editing
WITH_SPACER = [
    row for row in rows("precedents") if row["spacer"] and row["strategy"] != "prime_edit"
]


@pytest.mark.parametrize("row", WITH_SPACER, ids=lambda row: f"{row['gene']}-{row['level']}")
def test_precedent_spacer_edits_the_variant_at_its_locus(row: Row, shared_data: Path) -> None:
    name, position = WINDOW_OF[row["variant"]]
    target = targets(shared_data)[name]
    reference = fasta(shared_data / "loci" / f"{name}.fa")
    at = int(target["window_pos"]) - 1
    assert reference[at] == target["ref"]
    patient = reference[:at] + target["alt"] + reference[at + 1 :]

    spacer, pam = row["spacer"], row["pam"]
    strands = {"+": patient, "-": reverse_complement(patient)}
    found = [
        (strand, hit.start())
        for strand, sequence in strands.items()
        for hit in re.finditer(f"(?={spacer}{pam})", sequence)
    ]
    assert len(found) == 1, "the protospacer with its PAM stands once at the locus"
    strand, start = found[0]
    # without the variant the guide does not match: it was made for this allele
    healthy = {"+": reference, "-": reverse_complement(reference)}[strand]
    assert healthy[start : start + len(spacer)] != spacer

    editor = read_table(EDITING / "base_editors.tsv")[row["editor"]]
    assert len(pam) >= len(editor["pam"])
    assert all(base in IUPAC[code] for base, code in zip(pam, editor["pam"], strict=False)), (
        "the PAM is one the editor takes"
    )
    assert editor.integer("target_first") <= position <= editor.integer("target_last")

    before, after = editor["edit"].split(">")
    site = start + position - 1
    sequence = strands[strand]
    assert sequence[site] == before
    edited = sequence[:site] + after + sequence[site + 1 :]
    edited = edited if strand == "+" else reverse_complement(edited)
    changed = [i for i, (a, b) in enumerate(zip(patient, edited, strict=True)) if a != b]
    assert changed == [at], "the edited base is the variant"
    if row["edit_result"] == "wild type":
        assert edited == reference
    else:
        assert row["edit_result"] == "p.Glu7Ala"
        codons = [sequence[at - 1 : at + 2] for sequence in (reference, patient, edited)]
        assert codons == ["GAG", "GTG", "GCG"]  # Glu, Val, Ala


def test_precedent_columns() -> None:
    for row in rows("precedents"):
        assert row["strategy"] in ("base_edit", "hdr", "prime_edit")
        assert row["level"] in {level.value for level in Level}
        assert row["outcome"].endswith(".")
        if "DERIVED" not in row["note"]:
            assert "as printed" in row["note"] or row["level"] == "animal"


def test_tolerated_change_is_the_result_of_a_precedent() -> None:
    results = {(row["gene"], row["edit_result"]) for row in rows("precedents")}
    for row in rows("tolerated"):
        assert any(
            gene == row["gene"] and result.endswith(f"{row['position']}{row['residue']}")
            for gene, result in results
        )


# --- diseases ----------------------------------------------------------------------------------


def test_gene_disease_covers_the_worked_genes() -> None:
    table = read_table(SOURCE / "patient" / "tables" / "gene_disease.tsv", unique=False)
    genes = {row["gene"] for row in table}
    assert genes >= {
        "CPS1", "CFTR", "TTR", "PCSK9", "LMNA", "SMN1", "DMD", "HBB", "F9", "LDLR", "IL2RG",
    }  # fmt: skip
    for row in table:
        assert re.fullmatch(r"(OMIM:\d{6}|MONDO:\d{7})", row["disease_id"]), row.line
        assert re.fullmatch(r"AD|AR|AD/AR|XL|XLR|XLD|MT", row["inheritance"]), row.line
    pairs = [(row["gene"], row["disease_id"], row["inheritance"]) for row in table]
    assert len(set(pairs)) == len(pairs)


def test_gene_disease_knows_the_diagnoses_of_the_patients(shared_data: Path) -> None:
    table = read_table(SOURCE / "patient" / "tables" / "gene_disease.tsv", unique=False)
    known = {(row["gene"], row["disease_id"]) for row in table}
    seen = set()
    for path in sorted((shared_data / "patients").rglob("*.json")):
        for item in json.loads(path.read_text(encoding="utf-8")).get("interpretations", []):
            diagnosis = item["diagnosis"]
            for genomic in diagnosis.get("genomicInterpretations", []):
                context = genomic["variantInterpretation"]["variationDescriptor"]["geneContext"]
                seen.add((context["symbol"], diagnosis["disease"]["id"]))
    assert len(seen) >= 30
    assert seen - known == set()


# --- example cases -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_parses_and_its_variants_stand_on_the_reference(
    name: str, examples: Path, shared_data: Path
) -> None:
    text = (examples / name / "case.json").read_text(encoding="utf-8")
    packet = Parse(text, Phenopacket())
    assert packet.id == name
    assert packet.meta_data.phenopacket_schema_version == "2.0.2"
    assert packet.meta_data.created_by == "Ipse"
    assert (examples / name / "README.md").is_file()

    prefixes = {resource.namespace_prefix for resource in packet.meta_data.resources}
    used = set(re.findall(r'"id": "([A-Za-z]+):[^"]*", *"label"', " ".join(text.split())))
    assert used <= prefixes

    located = {
        (f"chr{row['GRCh38_chrom'].removeprefix('chr')}", int(row["GRCh38_pos"])): row
        for row in targets(shared_data).values()
        if row["GRCh38_pos"].isdigit()
    }
    checked = 0
    for interpretation in packet.interpretations:
        for genomic in interpretation.diagnosis.genomic_interpretations:
            record = genomic.variant_interpretation.variation_descriptor.vcf_record
            assert record.genome_assembly == "hg38"
            row = located.get((record.chrom, record.pos))
            if row is None:  # the second allele of CPS1, tested below
                assert (record.chrom, record.pos) == ("chr2", 210606889)
                continue
            alleles = (row["ref"], row["alt"])
            if row["strand"] == "-":
                alleles = (reverse_complement(alleles[0]), reverse_complement(alleles[1]))
            assert (record.ref, record.alt) == alleles
            window = fasta(shared_data / "loci" / f"{row['window']}.fa")
            assert window[int(row["window_pos"]) - 1] == row["ref"]
            checked += 1
    assert checked == 1


def test_second_cps1_allele_is_codon_714(shared_data: Path) -> None:
    """c.2140G>T from the sequence and exons of the gene: GAA (Glu) becomes TAA."""
    genes = shared_data / "genes"
    with gzip.open(genes / "lrg_transcripts.gff3.gz", "rt") as handle:
        cds = sorted(
            (int(cells[3]), int(cells[4]))
            for cells in (line.split("\t") for line in handle if line.startswith("LRG_336\t"))
            if cells[2] == "CDS" and "transcript_id=NM_001875.4" in cells[8]
        )
    places = [place for start, end in cds for place in range(start, end + 1)]
    first, last = 2140, 2142  # codon 714
    assert (last // 3, last % 3) == (714, 0)
    with pysam.FastaFile(str(genes / "lrg_genes.fa.gz")) as gene:
        codon = [gene.fetch("LRG_336", p - 1, p) for p in places[first - 1 : last]]
    assert "".join(codon) == "GAA"
    with (genes / "lrg_mapping.tsv").open(encoding="utf-8") as handle:
        (line,) = [line for line in handle if line.startswith("LRG_336\t")]
    assert re.search(r"NC_000002\.12\t(\d+)\t", line)[1] == "210472685"  # type: ignore[index]
    assert 210472685 + places[first - 1] - 1 == 210606889
