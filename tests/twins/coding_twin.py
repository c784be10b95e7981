"""Slow twin of coordinates and names: one explicit row per base, brute force over placements.

Written from the HGVS nomenclature (https://hgvs-nomenclature.org, recommendations for DNA:
numbering, deletion, duplication, insertion, deletion-insertion, inversion) without sight of the
package's own code. Nothing here is clever: a gene is a string in its own direction ("sense"), a
variant is a stretch of it and what stands there instead, and two descriptions are the same when
they give the same string.

Choices where the nomenclature leaves room, or that are easily got wrong:

* the middle base of an intron with an odd number of bases belongs to the upstream exon (``+``);
* the 3' rule works on the genomic sequence in the gene's direction, so that it crosses an
  exon/intron border (LRG_199t1:c.1704+1del, not c.1704del; c.1813del, not c.1813-1del) and never
  jumps from one exon to the next (c.3921del, not c.3922del): page "deletion", examples;
* bases outside the transcript have no c. name;
* a duplication is an insertion of a copy of the bases directly before it;
* an inversion is two bases or more after shared ends are cut off.
"""

from __future__ import annotations

from dataclasses import dataclass

REACH = 500
PARTNER = {"A": "T", "C": "G", "G": "C", "T": "A", "N": "N"}


def other_strand(text: str) -> str:
    """Reverse complement, letter by letter."""
    return "".join(PARTNER[letter] for letter in reversed(text))


@dataclass(frozen=True)
class Edit:
    """Bases ``start`` to ``end`` (0-based half-open) of a string become ``new``."""

    start: int
    end: int
    new: str

    def apply(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]


def cut_shared_ends(text: str, edit: Edit) -> Edit:
    """Cut the bases that old and new share, first at the left, then at the right."""
    start, end, new = edit.start, edit.end, edit.new
    while start < end and new and text[start] == new[0]:
        start, new = start + 1, new[1:]
    while start < end and new and text[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    return Edit(start, end, new)


def placements(text: str, edit: Edit) -> list[Edit]:
    """Every smallest edit that gives the same string, left to right (brute force).

    A long string is cut to ``REACH`` bases on either side first, only to save time.
    """
    small = cut_shared_ends(text, edit)
    offset = max(0, small.start - REACH)
    text = text[offset : small.end + REACH]
    wanted = Edit(small.start - offset, small.end - offset, small.new).apply(text)
    old, new = small.end - small.start, len(small.new)
    found = []
    for start in range(len(text) - old + 1):
        trial = Edit(start, start + old, wanted[start : start + new])
        if trial.apply(text) == wanted:
            found.append(Edit(start + offset, start + offset + old, trial.new))
    return found


def leftmost(text: str, edit: Edit) -> Edit:
    return placements(text, edit)[0]


def rightmost(text: str, edit: Edit) -> Edit:
    return placements(text, edit)[-1]


def vcf_record(text: str, edit: Edit) -> tuple[int, str, str]:
    """Normalised VCF record (1-based POS, REF, ALT) by trying every one of them.

    Tan, Abecasis, Kang (2015) Bioinformatics 31, 2202 (doi:10.1093/bioinformatics/btv112): of all
    records that give the same string, with neither allele empty, the shortest alleles, then the
    smallest position.
    """
    wanted = edit.apply(text)
    grow = len(wanted) - len(text)
    for length in range(1, len(text) + 1):
        if length + grow < 1:
            continue
        for start in range(len(text) - length + 1):
            new = wanted[start : start + length + grow]
            if text[:start] + new + text[start + length :] == wanted:
                return start + 1, text[start : start + length], new
    raise AssertionError("the whole string is always a record")


class GeneTwin:
    """A gene as a table: one row per base from the first to the last exon.

    Parameters
    ----------
    genome
        Plus strand of the contig.
    strand
        ``+`` or ``-``.
    exons
        Genomic, 0-based half-open, in transcript order.
    cds
        0-based half-open in the spliced transcript, stop codon included.
    """

    def __init__(
        self,
        genome: str,
        strand: str,
        exons: list[tuple[int, int]],
        cds: tuple[int, int],
    ) -> None:
        self.genome, self.strand, self.cds = genome, strand, cds
        self.sense = genome if strand == "+" else other_strand(genome)
        size = len(genome)
        self.exons = [e if strand == "+" else (size - e[1], size - e[0]) for e in exons]
        """Exons on the sense string, left to right."""

        # transcript index -> place on the sense string
        self.place = [p for start, end in self.exons for p in range(start, end)]
        self.transcript = "".join(self.sense[p] for p in self.place)

        self.name_at: dict[int, str] = {}
        self.region_at: dict[int, str] = {}
        for index, place in enumerate(self.place):
            self.name_at[place] = self._coding_name(index)
        for number, (start, end) in enumerate(self.exons):
            for place in range(start, end):
                self.region_at[place] = f"exon {number + 1}"
        for number in range(len(self.exons) - 1):
            last, first = self.exons[number][1] - 1, self.exons[number + 1][0]
            inside = list(range(last + 1, first))
            upstream = (len(inside) + 1) // 2
            for count, place in enumerate(inside, start=1):
                if count <= upstream:
                    self.name_at[place] = f"{self.name_at[last]}+{count}"
                else:
                    self.name_at[place] = f"{self.name_at[first]}-{len(inside) - count + 1}"
                self.region_at[place] = f"intron {number + 1}"
        self.place_of = {name: place for place, name in self.name_at.items()}
        assert len(self.place_of) == len(self.name_at)

    def _coding_name(self, index: int) -> str:
        start, end = self.cds
        if index < start:
            return str(index - start)  # the base before the A of ATG is -1: there is no 0
        if index < end:
            return str(index - start + 1)
        return f"*{index - end + 1}"

    def to_sense(self, place: int) -> int:
        """Place of a plus-strand base on the sense string (its own inverse)."""
        return place if self.strand == "+" else len(self.genome) - 1 - place

    def sense_edit(self, start: int, end: int, alt: str) -> Edit:
        """Turn a plus-strand edit into a sense edit."""
        if self.strand == "+":
            return Edit(start, end, alt)
        size = len(self.genome)
        return Edit(size - end, size - start, other_strand(alt))

    def inside(self, edit: Edit) -> bool:
        """Whether every placement lies within the transcript, flanks of insertions included."""
        return all(
            place in self.name_at
            for trial in placements(self.sense, edit)
            for place in range(
                trial.start - (trial.start == trial.end), trial.end + (trial.start == trial.end)
            )
        )

    def name(self, edit: Edit) -> str:
        """HGVS c. description without accession, e.g. ``c.4_6del``."""
        if edit.apply(self.sense) == self.sense:
            raise ValueError("no change")
        last = rightmost(self.sense, edit)
        old = self.sense[last.start : last.end]
        first_name = self.name_at.get(last.start, "")
        span = self._span(last.start, last.end) if old else ""
        if len(old) == 1 and len(last.new) == 1:
            return f"c.{first_name}{old}>{last.new}"
        if old and not last.new:
            return f"c.{span}del"
        if old and len(old) > 1 and last.new == other_strand(old):
            return f"c.{span}inv"
        if old:
            return f"c.{span}delins{last.new}"
        size = len(last.new)
        if self.sense[last.start - size : last.start] == last.new and last.start >= size:
            return f"c.{self._span(last.start - size, last.start)}dup"
        left, right = self.name_at[last.start - 1], self.name_at[last.start]
        return f"c.{left}_{right}ins{last.new}"

    def _span(self, start: int, end: int) -> str:
        if end - start == 1:
            return self.name_at[start]
        return f"{self.name_at[start]}_{self.name_at[end - 1]}"

    def read(self, text: str) -> Edit:
        """Read a c. description back into an edit of the sense string."""
        body = text.rsplit("c.", 1)[1]
        for word in ("delins", "del", "dup", "inv", "ins"):
            if word in body:
                where, new = body.split(word, 1)
                break
        else:
            old, new = body[-3], body[-1]
            place = self.place_of[body[:-3]]
            assert body[-2] == ">"
            assert self.sense[place] == old
            return Edit(place, place + 1, new)
        first, _, last = where.partition("_")
        start = self.place_of[first]
        end = self.place_of[last or first] + 1
        old = self.sense[start:end]
        if word == "ins":
            assert end - start == 2, "an insertion stands between neighbours"
            return Edit(start + 1, start + 1, new)
        if word == "dup":
            return Edit(end, end, old)
        if word == "inv":
            return Edit(start, end, other_strand(old))
        return Edit(start, end, new if word == "delins" else "")
