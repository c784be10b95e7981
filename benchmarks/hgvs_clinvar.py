"""HGVS and consequences against ClinVar.

    python benchmarks/hgvs_clinvar.py [--data DIR] [--disagreements FILE]

Two ways to the same names, both on the LRG sequences and transcripts:

(a) from the published HGVS text: parse, place on the genomic sequence, name again; and the
    protein change of the placed variant against the published p. text;
(b) from the published GRCh38 position and alleles, through the alignment of GRCh38 to the LRG
    sequence, to c. and p.: no HGVS text goes in.

The strict normalisation of published text (ours is printed in full):
- bases behind ``del`` and ``dup`` are dropped;
- ``fs`` without a number equals ``fsTerN`` with the same first residue;
- ``p.Met1X`` equals ``p.?``: any change of the start codon;
- old consequence names are mapped to the Sequence Ontology (``CONSEQUENCES``).

Two figures are printed for each comparison. The first, *strict*, takes text so normalised letter by
letter. The second, *wider*, applies the rules of HGVS to the published text as well, which is not
always in HGVS form: c. text that, placed on the sequence, is the same allele (not the most 3'
position, ins for dup, delins for inv), p. text that, applied to the protein, gives the same
protein, and an extension named by its first residue (``p.Ter110Gln``). Each is checked row by row,
none is assumed. p. text of variants outside the coding sequence or at splice
sites reports an RNA experiment (exon skipping), which no rule derives from DNA: these rows stand
apart and are counted. Every row that differs is listed with its reason.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ipse.core.errors import IpseError
from ipse.core.sequence import reverse_complement
from ipse.genome.annotation import Annotation, Transcript
from ipse.genome.consequence import Consequence, consequence
from ipse.genome.hgvs import Hgvs, ProteinEdit, parse
from ipse.genome.projection import left_align, on_transcript, to_coding, to_genomic
from ipse.genome.reference import FastaReference, Reference
from ipse.genome.variant import GenomicVariant

ROOT = Path(__file__).parent.parent
Row = dict[str, str]

CONSEQUENCES = {
    "nonsense": {"stop_gained"},
    "initiator_codon_variant": {"start_lost", "start_retained_variant"},
    "inframe_indel": {"inframe_insertion", "inframe_deletion"},
    "non-coding_transcript_variant": {
        "non_coding_transcript_variant", "non_coding_transcript_exon_variant",
    },
    "genic_downstream_transcript_variant": {"downstream_gene_variant"},
}  # fmt: skip
"""ClinVar's names -> Sequence Ontology; a name not here is one already."""


# -- normalisation --------------------------------------------------------------------------


def normal_c(text: str) -> str:
    """Published c. text without the bases behind del and dup."""
    text = re.sub(r"(del)[ACGTN0-9]+(?=ins)", r"\1", text)
    return re.sub(r"(del|dup)[ACGTN0-9]+$", r"\1", text)


def same_p(published: Hgvs, ours: Hgvs) -> bool:
    """Whether two p. descriptions agree under the strict normalisation."""
    first, second = published.start, ours.start
    if first is None or first.base == 1 or second is None or second.base == 1:
        return all(place is None or place.base == 1 for place in (first, second))
    one, other = published.edit, ours.edit
    assert isinstance(one, ProteinEdit) and isinstance(other, ProteinEdit)
    if one.kind == other.kind == "fs" and None in (one.terminus, other.terminus):
        one, other = replace(one, terminus=None), replace(other, terminus=None)
    return (first, published.end, one) == (second, ours.end, other)


def same_extension(published: Hgvs, ours: Hgvs) -> bool:
    """Whether ``p.Ter110Gln`` or ``p.Ter110Glnfs`` is the extension we name in full."""
    one, other = published.edit, ours.edit
    assert isinstance(one, ProteinEdit) and isinstance(other, ProteinEdit)
    return (
        other.kind == "ext" and one.kind in ("sub", "fs") and one.terminus is None
        and (published.start, one.ref_start, one.alt) == (ours.start, "*", other.alt)
    )  # fmt: skip


# -- GRCh38 -> LRG --------------------------------------------------------------------------


@dataclass
class Alignment:
    """GRCh38 span of an LRG sequence, as gap-free blocks (LRG start, GRCh38 start, length)."""

    lrg: str
    chrom: str
    plus: bool
    blocks: list[tuple[int, int, int]] = field(default_factory=list)

    def to_lrg(self, start: int, end: int) -> tuple[int, int] | None:
        """LRG stretch of a GRCh38 one (both 0-based half-open); None across or in a gap."""
        for lrg, other, length in self.blocks:
            if self.plus:
                if other <= start and end <= other + length:
                    return lrg + start - other, lrg + end - other
            elif other - length <= start and end <= other:
                return lrg + other - end, lrg + other - start
        return None


def alignments(genes: Path) -> dict[str, Alignment]:
    """Alignment of every LRG to GRCh38."""
    gaps: dict[str, list[tuple[int, int, int, int, bool]]] = defaultdict(list)
    for row in _table(genes / "lrg_mapping_diffs.tsv"):
        if row["assembly"] == "GRCh38" and row["type"] in ("lrg_ins", "other_ins"):
            numbers = [int(row[c]) for c in ("lrg_start", "lrg_end", "other_start", "other_end")]
            gaps[row["lrg"]].append((*numbers, row["type"] == "lrg_ins"))  # type: ignore[arg-type]
    found = {}
    for row in _table(genes / "lrg_mapping.tsv"):
        plus = row["GRCh38_strand"] == "+"
        one = Alignment(row["lrg"], row["GRCh38_chrom"], plus)
        low, high = int(row["GRCh38_start"]) - 1, int(row["GRCh38_end"])
        lrg, other = 0, low if plus else high
        sign = 1 if plus else -1
        for lrg_start, lrg_end, other_start, other_end, in_lrg in sorted(gaps[row["lrg"]]):
            first = lrg_start - 1 if in_lrg else min(lrg_start, lrg_end)
            length = first - lrg
            one.blocks.append((lrg, other, length))
            lrg, other = first, other + sign * length
            if in_lrg:
                lrg += lrg_end - lrg_start + 1
            else:
                other += sign * (other_end - other_start + 1)
        one.blocks.append((lrg, other, int(row["length"]) - lrg))
        found[row["lrg"]] = one
    return found


def from_grch38(row: Row, alignment: Alignment, reference: Reference) -> GenomicVariant | None:
    """Variant on the LRG sequence from the GRCh38 columns; None where they do not align."""
    grch38 = GenomicVariant.from_vcf(
        "", int(row["grch38_pos"]), row["grch38_ref"], row["grch38_alt"]
    )
    place = alignment.to_lrg(grch38.start, grch38.end)
    if place is None:
        return None
    alt = grch38.alt if alignment.plus else reverse_complement(grch38.alt)
    ref = reference.fetch(row["lrg"], *place) if place[1] > place[0] else ""
    return left_align(GenomicVariant(row["lrg"], place[0], ref, alt), reference)


# -- counting -------------------------------------------------------------------------------


class Tally:
    """Agreements and disagreements of one comparison, disagreements with their reason.

    A reason that begins with ``same`` is a difference of the text, not of what it means.
    """

    def __init__(self, title: str) -> None:
        self.title, self.agree, self.apart = title, 0, 0
        self.reasons: Counter[str] = Counter()
        self.lines: list[tuple[str, ...]] = []

    def add(self, row: Row, published: str, ours: str, reason: str) -> None:
        """Count one row."""
        if not reason:
            self.agree += 1
            return
        self.reasons[reason] += 1
        self.apart += reason.startswith("apart")
        self.lines.append((self.title, reason, row["variant_id"], published, ours))

    @property
    def total(self) -> int:
        """Rows compared."""
        return self.agree + len(self.lines) - self.apart

    @property
    def fraction(self) -> float:
        """Share of rows that agree under the wider normalisation."""
        same = sum(n for reason, n in self.reasons.items() if reason.startswith("same"))
        return (self.agree + same) / self.total if self.total else 1.0

    def show(self) -> None:
        """Print the figures and each reason with its count and an example."""
        print(
            f"{self.title}: {self.agree} of {self.total} strict "
            f"({100 * self.agree / max(self.total, 1):.2f} %), "
            f"{100 * self.fraction:.2f} % wider"
        )
        for reason, count in self.reasons.most_common():
            example = next(line for line in self.lines if line[1] == reason)
            print(
                f"    {count:5d}  {reason}   e.g. {example[2]}: "
                f"published {example[3]}, ours {example[4] or 'nothing'}"
            )


def reason_c(published: str, ours: Hgvs, transcript: Transcript, reference: Reference) -> str:
    """Why a c. name differs, ``""`` if it does not."""
    if ours.description == published:
        return ""
    try:
        wanted = on_transcript(parse(published), transcript, reference)
    except IpseError as error:
        return f"published text: {error.message}"
    if wanted != on_transcript(ours, transcript, reference):
        return "another allele"
    edit = ours.edit
    if edit.kind == "dup" and "ins" in published:
        return "same allele: published as ins, HGVS calls a repeat of the bases before it dup"
    if edit.kind == "inv":
        return "same allele: published as delins, HGVS calls a reverse complement inv"
    if "del" in published and "ins" in published:
        return "same allele: published delins has bases in common with what it replaces"
    if "+" in published or "-" in published:
        return "same allele: published position is counted from the farther exon or not most 3'"
    return "same allele: published position is not the most 3' one"


def reason_p(published: str, ours: Consequence) -> str:
    """Why a p. name differs, ``""`` if it does not."""
    outside = not ours.hgvs_p or (ours.hgvs_p == "p.?" and "start_lost" not in ours.terms)
    try:
        wanted = parse(published)
    except IpseError:
        return "apart: not HGVS" if outside else "published text is not HGVS"
    if outside:
        if wanted.start is None:
            return ""
        return "apart: outside the coding sequence or at a splice site; published from RNA"
    got = parse(ours.hgvs_p)
    if same_p(wanted, got):
        return ""
    if same_extension(wanted, got):
        return "same change: published names the first residue of an extension only"
    after = applied(wanted, ours.protein_before)
    if after is not None and after == ours.protein_after:
        return f"same protein: published as {wanted.edit.kind}, HGVS calls it {got.edit.kind}"
    return f"published {wanted.edit.kind}, ours {got.edit.kind}"


def applied(description: Hgvs, protein: str) -> str | None:
    """Protein that a p. description gives; None for one that does not say."""
    edit = description.edit
    if not isinstance(edit, ProteinEdit) or description.start is None or description.end is None:
        return None
    start, end = description.start.base - 1, description.end.base
    match edit.kind:
        case "ins":
            new, start, end = edit.alt, start + 1, end - 1
        case "dup":
            new, start = protein[start:end], end
        case "del":
            new = ""
        case "sub" | "delins":
            new = edit.alt
        case _:
            return None
    return (protein[:start] + new + protein[end:]).partition("*")[0]


def reason_consequence(published: str, ours: set[str], variant: GenomicVariant) -> str:
    """Why a consequence differs, ``""`` if the published one is among ours."""
    wanted = CONSEQUENCES.get(published, {published})
    if wanted & ours:
        return ""
    splicing = any("splice" in term or "intron" in term for term in (*wanted, *ours))
    if splicing and len(variant.ref) != len(variant.alt):
        return "indel at a splice site: ours by its most 3' placement, ClinVar by another"
    if splicing:
        return "substitution near an exon border: ClinVar gives another term"
    if "frameshift_variant" in ours and wanted == {"stop_gained"}:
        return "frameshift with a stop soon after it: ClinVar says nonsense"
    if "start_lost" in ours:
        return "deletion over the start codon: ClinVar says frameshift"
    return f"published {published}, ours {', '.join(sorted(ours))}"


# -- the two ways ---------------------------------------------------------------------------


def published_text(
    rows: list[Row], reference: Reference, annotation: Annotation
) -> tuple[list[Tally], Counter[str], float]:
    """Way (a): tallies, absent transcripts, variants a second."""
    text, place = Tally("(a) text, parsed and formatted"), Tally("(a) c. placed on the LRG")
    name, protein = Tally("(a) c. named again"), Tally("(a) p. of the placed variant")
    absent: Counter[str] = Counter()
    seconds, done = 0.0, 0
    for row in rows:
        if row["hgvs_c_check"] != "ok":
            continue
        try:
            transcript = annotation.transcript(row["transcript"])
        except IpseError:
            absent[row["transcript"]] += 1
            continue
        began = time.process_time()
        try:
            parsed = parse(f"{row['transcript']}({row['gene']}):{row['hgvs_c']}")
            variant = to_genomic(parsed, reference, annotation)
            again = to_coding(variant, transcript, reference)
            effect = consequence(variant, transcript, reference)
        except IpseError as error:
            name.add(row, row["hgvs_c"], "", str(error).splitlines()[0])
            continue
        seconds += time.process_time() - began
        done += 1
        wanted = normal_c(row["hgvs_c"])
        text.add(row, wanted, parsed.description, "" if parsed.description == wanted else "text")
        lrg = GenomicVariant.from_vcf(
            row["lrg"], int(row["lrg_pos"]), row["lrg_ref"], row["lrg_alt"]
        )
        lrg = left_align(lrg, reference)
        place.add(row, str(lrg), str(variant), "" if lrg == variant else "another allele")
        name.add(row, wanted, again.description, reason_c(wanted, again, transcript, reference))
        if row["hgvs_p"] and row["hgvs_p"] != "-" and row["hgvs_p_check"] in ("ok", "na"):
            protein.add(row, row["hgvs_p"], effect.hgvs_p, reason_p(row["hgvs_p"], effect))
    return [text, place, name, protein], absent, done / seconds


def grch38_columns(
    rows: list[Row], reference: Reference, annotation: Annotation, genes: Path
) -> tuple[list[Tally], Counter[str], float]:
    """Way (b): tallies, rows apart, variants a second."""
    name, protein = Tally("(b) c. from GRCh38"), Tally("(b) p. from GRCh38")
    terms = Tally("(b) consequence from GRCh38")
    aligned = alignments(genes)
    apart: Counter[str] = Counter()
    by_gene: dict[str, list[Transcript]] = {}
    seconds, done = 0.0, 0
    for row in rows:
        if row["grch38_from"] != "published":
            apart["GRCh38 columns not published"] += 1
            continue
        variant = from_grch38(row, aligned[row["lrg"]], reference)
        if variant is None:
            apart["GRCh38 does not align to the LRG there"] += 1
            continue
        lrg = row["lrg"]
        if lrg not in by_gene:
            by_gene[lrg] = annotation.overlapping(lrg, 0, reference.length(lrg))
        here = by_gene[lrg]
        named = row["hgvs_c_check"] == "ok"
        if named:
            chosen = [t for t in here if t.id == row["transcript"]]
            if not chosen:
                apart["transcript version absent"] += 1
        else:
            chosen = []
        ours: set[str] = set()
        for transcript in chosen or here:
            began = time.process_time()
            try:
                effect = consequence(variant, transcript, reference)
            except IpseError as error:
                terms.add(row, row["consequence"], "", str(error).splitlines()[0])
                continue
            seconds += time.process_time() - began
            done += 1
            ours.update(effect.terms)
            if chosen:
                described = to_coding(variant, transcript, reference)
                wanted = normal_c(row["hgvs_c"])
                name.add(
                    row,
                    wanted,
                    described.description,
                    reason_c(wanted, described, transcript, reference),
                )
                if row["hgvs_p"] and row["hgvs_p"] != "-" and row["hgvs_p_check"] in ("ok", "na"):
                    protein.add(row, row["hgvs_p"], effect.hgvs_p, reason_p(row["hgvs_p"], effect))
        if row["consequence"]:
            terms.add(
                row, row["consequence"], ",".join(sorted(ours)),
                reason_consequence(row["consequence"], ours, variant),
            )  # fmt: skip
    return [name, protein, terms], apart, done / seconds


def _table(path: Path) -> Iterator[Row]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="\t")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--disagreements", type=Path, help="write every disagreement here (TSV)")
    options = parser.parse_args()
    genes = options.data / "genes"
    reference = FastaReference.open(genes / "lrg_genes.fa.gz")
    annotation = Annotation.from_gff3(genes / "lrg_transcripts.gff3.gz", reference)
    rows = list(_table(options.data / "variants" / "clinvar_lrg.tsv.gz"))
    tallies, absent, speed = published_text(rows, reference, annotation)
    more, apart, speed_b = grch38_columns(rows, reference, annotation, genes)
    for tally in tallies + more:
        tally.show()
    print(f"(a) apart: {sum(absent.values())} rows of {len(absent)} absent transcript versions")
    for reason, count in apart.most_common():
        print(f"(b) apart: {count} rows, {reason}")
    print(
        f"speed: (a) {speed:.0f} variants/s parsed, placed, named and translated, on one core;"
        f" (b) {speed_b:.0f} consequences/s"
    )
    if options.disagreements:
        lines = ["comparison\treason\tvariant\tpublished\tours"]
        lines += ["\t".join(line) for tally in tallies + more for line in tally.lines]
        options.disagreements.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if any(tally.fraction < 0.995 for tally in tallies + more):
        sys.exit("a comparison is below 99.5 %")


if __name__ == "__main__":
    main()
