"""Build the loci shipped with Ipse (``src/ipse/genome/data``) from the development data.

    python scripts/build_embedded.py [SHARED_DATA]

Sources: the LRG gene sequences, transcripts, proteins and mappings in ``genes/`` and the HBB gene
in ``genes/hbb.fa`` (see SOURCES.md there). The letters stored are those of GRCh38's plus strand:
LRG loci on the minus strand are reverse-complemented, and where the LRG record's mapping lists a
difference the GRCh38 letter is put. Transcripts keep their own letters. Running it again gives the
same bytes.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from ipse.core.files import write_text, writing
from ipse.core.sequence import reverse_complement, translate
from ipse.core.tables import Row, shipped
from ipse.genome.annotation import Annotation, read_annotation
from ipse.genome.embedded import FORMAT, pack
from ipse.genome.reference import FastaReference
from ipse.genome.transcript import Transcript

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "ipse" / "genome" / "data"
GENES = ("CFTR", "CPS1", "DMD", "F9", "HBB", "IL2RG", "LDLR", "LMNA", "PCSK9", "SMN1", "TTR")
ASSEMBLY = "GRCh38"


@dataclass(frozen=True)
class Placed:
    """A gene-sense sequence and where it lies on GRCh38 (0-based half-open)."""

    contig: str
    start: int
    end: int
    strand: str

    def genomic(self, local: int) -> int:
        """Genomic position of a 0-based local one."""
        return self.start + local if self.strand == "+" else self.end - 1 - local

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Genomic stretch of a local one."""
        ends = (self.genomic(start), self.genomic(end - 1))
        return min(ends), max(ends) + 1


def main() -> None:
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else _default_data())
    genes = shared / "genes"
    reference = FastaReference.open(genes / "lrg_genes.fa.gz")
    annotation = read_annotation(genes / "lrg_transcripts.gff3.gz", reference)
    proteins = _proteins(genes / "lrg_proteins.fa.gz")
    mapping = {row["gene"]: row for row in _rows(genes / "lrg_mapping.tsv")}
    differences = _rows(genes / "lrg_mapping_diffs.tsv")
    entries = []
    for gene in GENES:
        if gene == "HBB":
            letters, entry = hbb(genes / "hbb.fa")
        else:
            letters, entry = lrg(gene, mapping[gene], differences, reference, annotation, proteins)
        entry["sequence"] = {
            "file": f"{gene}.2bit",
            "sha256": hashlib.sha256(letters.encode()).hexdigest(),
            "md5": hashlib.md5(letters.encode(), usedforsecurity=False).hexdigest(),
        }
        with writing(TARGET / f"{gene}.2bit") as part:
            part.write_bytes(pack(letters))
        entries.append(entry)
    text = json.dumps({"format": FORMAT, "assembly": ASSEMBLY, "loci": entries}, indent=1)
    write_text(TARGET / "loci.json", _short_pairs(text) + "\n")


def lrg(
    gene: str,
    row: dict[str, str],
    differences: list[dict[str, str]],
    reference: FastaReference,
    annotation: Annotation,
    proteins: dict[str, str],
) -> tuple[str, dict[str, object]]:
    """Letters on GRCh38's plus strand and the description of an LRG locus."""
    name = row["lrg"]
    place = Placed(
        f"chr{row['GRCh38_chrom']}", int(row["GRCh38_start"]) - 1, int(row["GRCh38_end"]),
        row["GRCh38_strand"],
    )  # fmt: skip
    local = reference.fetch(name, 0, reference.length(name))
    assert len(local) == place.end - place.start, f"{name} does not map base to base"
    letters = list(local)
    changed = []
    for difference in differences:
        if difference["lrg"] != name or difference["assembly"] != ASSEMBLY:
            continue
        assert difference["type"] == "mismatch", f"{name} has a gap to GRCh38"
        at = int(difference["lrg_start"]) - 1
        # Both letters are given on the LRG's strand.
        assert letters[at] == difference["lrg_sequence"], (name, difference)
        assert place.genomic(at) + 1 == int(difference["other_start"]), (name, difference)
        letters[at] = difference["other_sequence"]
        changed.append((at, difference["lrg_sequence"], difference["other_sequence"]))
    sense = "".join(letters)
    plus = sense if place.strand == "+" else reverse_complement(sense)
    transcripts = []
    for transcript in annotation.transcripts_of(gene):
        (key,) = (tag for tag in transcript.tags if tag.startswith(f"{name}t"))
        protein = proteins[key]
        assert transcript.translated() == protein, transcript.id
        transcripts.append(_described(transcript, place, protein, sense))
    return plus, {
        "gene": gene,
        "gene_id": f"HGNC:{row['hgnc_id']}",
        "accession": row["ng"],
        "lrg": name,
        "contig": place.contig,
        "start": place.start,
        "end": place.end,
        "strand": place.strand,
        "differs": [
            [place.genomic(at) + 1, *_on_plus(place, ours, theirs)] for at, ours, theirs in changed
        ],
        "note": "",
        "transcripts": transcripts,
    }


def hbb(path: Path) -> tuple[str, dict[str, object]]:
    """Letters and description of HBB, whose file is the gene's sense strand."""
    header, *lines = path.read_text().splitlines()
    sense = "".join(lines)
    place = Placed("chr11", 5225421, 5227288, "-")
    assert f"chr11:{place.start + 1}-{place.end}:-" in header
    # NG_000007.3 CDS join(70595..70686,70817..71039,71890..72018); base 70595 is local 267. The
    # transcript's ends are those of MANE (NM_000518.5); NM_000518.4 ends two bases earlier.
    mane = shipped("ipse.genome", "mane")["NM_000518.5"]
    first = place.end - mane.integer("end")
    last = place.end - mane.integer("start") + 1
    transcripts = []
    for identifier, end, tags in (
        ("NM_000518.5", last, frozenset({"MANE_Select"})),
        ("NM_000518.4", last - 2, frozenset({"MANE_Select_accession"})),
    ):
        exons = ((first, 359), (489, 712), (1562, end))
        spliced = "".join(sense[a:b] for a, b in exons)
        cds = (267 - first, 267 - first + 444)
        protein = translate(spliced[cds[0] : cds[1]]).removesuffix("*")
        assert len(protein) == 147 and "*" not in protein
        model = Transcript(
            identifier, "HBB", mane["hgnc"], "HBB", "+", exons, cds,
            protein_id=mane["refseq_protein"], sequence=spliced, tags=tags,
        )  # fmt: skip
        transcripts.append(_described(model, place, protein, sense))
    return reverse_complement(sense), {
        "gene": "HBB",
        "gene_id": mane["hgnc"],
        "accession": "NG_000007.3",
        "lrg": "",
        "contig": place.contig,
        "start": place.start,
        "end": place.end,
        "strand": "-",
        "differs": [],
        "note": HBB_NOTE,
        "transcripts": transcripts,
    }


HBB_NOTE = (
    "The source was transcribed by hand. Its coding sequence translates to UniProt P68871. From "
    "c.1 to the end (1600 bases, both introns and the 3' UTR) it equals a second, independent copy "
    "of NG_000007.3; the spliced transcript equals a public copy of NM_000518.4; the first 630 "
    "bases of the gene equal NCBI's extract of NC_000011.10:5227071-5225464. The 217 bases before "
    "exon 1 equal GenBank KU350152.1 but for one base of that donor (c.-101, where other public "
    "human sequences have this file's C). The introns beyond base 630 were not compared with "
    "GRCh38 itself."
)


def _described(
    transcript: Transcript, place: Placed, protein: str, genome_sense: str
) -> dict[str, object]:
    """A transcript on GRCh38, with the places where its own letters are not the genome's."""
    assert transcript.cds is not None
    exons = [place.span(start, end) for start, end in transcript.exons]
    genome = "".join(genome_sense[start:end] for start, end in transcript.exons)
    assert len(genome) == len(transcript.sequence) == transcript.length
    differs = [
        [at, ours, theirs]
        for at, (ours, theirs) in enumerate(zip(transcript.sequence, genome, strict=True))
        if ours != theirs
    ]
    tags = set(transcript.tags)
    mane = _mane(transcript.id)
    if mane is not None:
        same = mane["refseq"] == transcript.id
        tags.add(mane["status"] if same else f"{mane['status']}_accession")
    if differs:
        tags.add("genome_differs")
    return {
        "id": transcript.id,
        "protein_id": transcript.protein_id,
        "strand": place.strand,
        "exons": [list(exon) for exon in exons],
        "cds": list(transcript.cds),
        "transl_except": [list(pair) for pair in transcript.transl_except],
        "tags": sorted(tags),
        "differs": differs,
        "sha256": hashlib.sha256(transcript.sequence.encode()).hexdigest(),
        "sequence": transcript.sequence,
        "protein": protein,
    }


def _mane(identifier: str) -> Row | None:
    accession = identifier.partition(".")[0]
    rows = shipped("ipse.genome", "mane")
    return next((row for row in rows if row["refseq"].partition(".")[0] == accession), None)


def _proteins(path: Path) -> dict[str, str]:
    """Published proteins by LRG transcript (``LRG_254t1``)."""
    found: dict[str, str] = {}
    key = ""
    with gzip.open(path, "rt") as handle:
        for line in handle:
            if line.startswith(">"):
                words = dict(word.split("=", 1) for word in line.split()[1:])
                key = words["transcript"]
                found[key] = ""
            else:
                found[key] += line.strip()
    return found


def _on_plus(place: Placed, *letters: str) -> list[str]:
    return list(letters) if place.strand == "+" else [reverse_complement(x) for x in letters]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def _short_pairs(text: str) -> str:
    """Put lists of plain values on one line."""
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: f"[{' '.join(found[1].split())}]", text)


def _default_data() -> str:
    return os.environ.get("IPSE_SHARED_DATA", str(ROOT.parent / "shared" / "data"))


if __name__ == "__main__":
    main()
