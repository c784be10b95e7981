"""How many ClinVar variants of the LRG genes exon skipping and cryptic-site ablation apply to.

    uv run python benchmarks/splicing.py [SHARED_DATA]

Prints, over all stops and frameshifts, what skipping their exon gives; over all intronic variants,
how many make or strengthen a site on the weight matrix and what guides there are; and the time.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ipse.core.errors import InputError
from ipse.genome.annotation import Annotation, read_annotation
from ipse.genome.reference import FastaReference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.catalogue import base_editors, nucleases
from ipse.modalities.editing.design.family import Refusal
from ipse.modalities.editing.design.splice.cryptic import where
from ipse.modalities.editing.design.splice.cryptic_plans import silence_cryptic
from ipse.modalities.editing.design.splice.frames import closing_skips, exons_of
from ipse.modalities.editing.design.splice.plans import Patient

ROOT = Path(__file__).resolve().parent.parent
OPENED = ("nonsense", "frameshift_variant")
INTRONIC = ("intron_variant", "splice_donor_variant", "splice_acceptor_variant")


def main() -> None:
    default = os.environ.get("IPSE_SHARED_DATA", ROOT.parent / "shared" / "data")
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else default)
    reference = FastaReference.open(shared / "genes" / "lrg_genes.fa.gz")
    annotation = read_annotation(shared / "genes" / "lrg_transcripts.gff3.gz", reference)
    rows = list(variants(shared / "variants" / "clinvar_lrg.tsv.gz", annotation))
    skipping(rows, reference)
    ablating(rows, reference)


Row = tuple[GenomicVariant, Transcript, str]


def variants(path: Path, annotation: Annotation) -> Iterator[Row]:
    """Placed variants with their gene's first transcript and ClinVar's consequence."""
    first: dict[str, Transcript | None] = {}
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            gene = row["gene"]
            if gene not in first:
                try:
                    first[gene] = annotation.transcripts_of(gene)[0]
                except (InputError, IndexError):
                    first[gene] = None
            transcript = first[gene]
            if transcript is None or transcript.contig != row["lrg"]:
                continue
            start = int(row["lrg_pos"]) - 1
            change = GenomicVariant(row["lrg"], start, row["lrg_ref"], row["lrg_alt"]).trimmed()
            yield change, transcript, row["consequence"]


def skipping(rows: list[Row], reference: FastaReference) -> None:
    counts: Counter[str] = Counter()
    began = time.perf_counter()
    known: dict[tuple[str, int], str] = {}
    for change, transcript, consequence in rows:
        if consequence not in OPENED or transcript.cds is None:
            continue
        place = where(transcript, change.start)
        if place is None or place.exon is None:
            counts["not in an exon of the transcript"] += 1
            continue
        key = (transcript.id, place.exon)
        if key not in known:
            known[key] = _skip(transcript, reference, place.exon)
        counts[known[key]] += 1
    total = sum(counts.values())
    print(f"{total} stops and frameshifts, {time.perf_counter() - began:.1f} s")
    for reason, number in counts.most_common():
        print(f"  {number:6d}  {100 * number / total:5.1f} %  {reason}")


def _skip(transcript: Transcript, reference: FastaReference, exon: int) -> str:
    if exons_of(transcript)[exon - 1].fixed:
        return "exon holds start, end, start or stop codon"
    skips = closing_skips(transcript, reference, holding=[exon])
    if not skips:
        return "no skip of one or two exons keeps the frame"
    return f"skip of {len(skips[0].exons)} exon{'s' * (len(skips[0].exons) > 1)} keeps the frame"


def ablating(rows: list[Row], reference: FastaReference) -> None:
    counts: dict[str, Counter[str]] = {name: Counter() for name in INTRONIC}
    ways: Counter[str] = Counter()
    slowest = 0.0
    began = time.perf_counter()
    for change, transcript, consequence in rows:
        if consequence not in INTRONIC:
            continue
        patient = Patient(
            "v1", "", transcript.gene, transcript, reference, base_editors(), nucleases(), change
        )
        now = time.perf_counter()
        found = silence_cryptic(patient, "")
        slowest = max(slowest, time.perf_counter() - now)
        place = where(transcript, change.start)
        deep = " (20 nt or more from exons)" if place is not None and place.deep else ""
        name = found.code if isinstance(found, Refusal) else "cryptic site with guides"
        counts[consequence][name + deep] += 1
        if not isinstance(found, Refusal):
            ways.update({design.splice.way for design in found.designs if design.splice})
    seconds = time.perf_counter() - began
    total = sum(sum(each.values()) for each in counts.values())
    print(f"{total} variants in introns, {seconds:.1f} s, slowest {1000 * slowest:.0f} ms")
    for consequence, each in counts.items():
        for reason, number in each.most_common():
            print(f"  {number:6d}  {consequence}: {reason}")
    print(f"  variants with at least one design, by way: {dict(ways)}")


if __name__ == "__main__":
    main()
