"""Files of sites say which sites the patient lacks."""

from __future__ import annotations

from pathlib import Path

from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import SparseReference
from ipse.genome.sites.patient import search_patient
from ipse.genome.sites.write import bed, vcf

GUIDE = "GATTACAGATTACAGATTAC"
LEFT, RIGHT = "TC" * 30, "CT" * 30


def test_a_lost_site_is_marked(tmp_path: Path) -> None:
    letters = LEFT + GUIDE + "TGG" + RIGHT
    reference = SparseReference("r", "", {"c": len(letters)}, {"c": [(0, letters)]})
    place = len(LEFT) + len(GUIDE) + 1
    calls = tmp_path / "p.vcf"
    calls.write_text(
        "##fileformat=VCFv4.3\n"
        f"##contig=<ID=c,length={len(letters)}>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"
        f"c\t{place + 1}\t.\tG\tT\t.\t.\t.\tGT\t1|1\n"
    )
    patient = PatientGenome(reference, calls, "s")
    table = search_patient([GUIDE], patient).table
    assert table["change"].to_list() == ["lost"]
    assert bed(table).split("\t")[3] == f"{GUIDE}:0:lost"
    assert ";CHANGE=lost" in vcf(table, [("c", len(letters))], "test")
