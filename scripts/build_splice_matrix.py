"""Count the bases at splice sites: ``splice_matrix.tsv`` and the scores known sites have.

    python scripts/build_splice_matrix.py [SHARED_DATA]

Every distinct donor and acceptor of the transcripts of the LRG genes counts once (``genes/`` of
the development data; see SOURCES.md there). Counted are introns that begin with GT or GC and end
with AG; the others are only told. The counts make the weight matrix of
``ipse.modalities.editing.design.splice.sites``; the scores of the counted sites themselves give
the percentiles it compares with. Running it again gives the same bytes.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

from ipse.core.files import write_text
from ipse.genome.annotation import read_annotation
from ipse.genome.reference import FastaReference
from ipse.genome.sense import sense_of

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "src" / "ipse" / "modalities" / "editing" / "tables"
SOURCE = "label:LRG records of 547 genes github MattWellie/LaTex_LRG 6b2f97519fe7 2015-07-27"
AS_OF = "2026-11-25"
DONOR = (-3, 6)
ACCEPTOR = (-20, 3)
BASES = "ACGT"
PERCENTS = (1, 5, 10, 25, 50)


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else _default_data())
    donors, acceptors, told = known_sites(shared / "genes")
    lines = ["key\tsite\tposition\tA\tC\tG\tT\tas_of\tsource\tnote"]
    for site, letters, (first, last) in (
        ("donor", donors, DONOR),
        ("acceptor", acceptors, ACCEPTOR),
    ):
        places = [place for place in range(first, last + 1) if place]
        for index, place in enumerate(places):
            count = Counter(item[index] for item in letters)
            cells = [str(count[base]) for base in BASES]
            lines.append(
                "\t".join([f"{site}{place:+d}", site, str(place), *cells, AS_OF, SOURCE, ""])
            )
    write_text(TABLES / "splice_matrix.tsv", "\n".join(lines) + "\n")
    print(f"{len(donors)} donors, {len(acceptors)} acceptors counted; {told}")
    from ipse.modalities.editing.design.splice.sites import score  # needs the table just written

    for site, letters in (("donor", donors), ("acceptor", acceptors)):
        scores = sorted(score(site, item) for item in letters)
        for percent in PERCENTS:
            value = scores[int(len(scores) * percent / 100)]
            print(f"{site}_score_p{percent:02d}\t{value:.2f}\tbit")


def known_sites(genes: Path) -> tuple[list[str], list[str], str]:
    """Letters of every distinct donor and acceptor, and what was left out, in words."""
    reference = FastaReference.open(genes / "lrg_genes.fa.gz")
    annotation = read_annotation(genes / "lrg_transcripts.gff3.gz", reference)
    donors: dict[tuple[str, int], str] = {}
    acceptors: dict[tuple[str, int], str] = {}
    other: Counter[str] = Counter()
    for gene in annotation.genes():
        for transcript in annotation.transcripts_of(gene):
            sense = sense_of(transcript)
            for end, start in zip(sense.ends, sense.starts[1:], strict=False):
                donor = sense.genome_letters(reference, end + DONOR[0], end + DONOR[1])
                acceptor = sense.genome_letters(reference, start + ACCEPTOR[0], start + ACCEPTOR[1])
                ends = donor[3:5] + "-" + acceptor[18:20]
                if ends not in ("GT-AG", "GC-AG") or "." in donor + acceptor:
                    other[ends] += (transcript.contig, end) not in donors
                    continue
                donors[transcript.contig, end] = donor
                acceptors[transcript.contig, start] = acceptor
    left = ", ".join(f"{number} {ends}" for ends, number in sorted(other.items()) if number)
    return list(donors.values()), list(acceptors.values()), f"left out: {left or 'none'}"


def _default_data() -> str:
    return os.environ.get("IPSE_SHARED_DATA", str(ROOT.parent / "shared" / "data"))


if __name__ == "__main__":
    main()
