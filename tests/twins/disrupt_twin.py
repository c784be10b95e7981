"""Slow twin of disruptions: a gene is a list of genomic places, an edit is made in plain letters.

Written from the rules as docs/editing.md states them, without sight of the package's own code:

* a cut counts if the two bases beside it are coding and neighbours in one exon;
* a shifted frame is read from the spliced letters with one or two bases taken out behind the cut,
  in the direction of the gene;
* a stop codon counts if one C to T on either strand makes the codon a stop and nothing before it
  changes;
* a splice site counts if an intron between two coding exons begins with GT or ends with AG and the
  edit changes that;
* decay: more than 55 bases between the end of the stop codon and the last exon junction.
"""

from __future__ import annotations

from typing import NamedTuple

from coding_twin import other_strand
from genes import Gene

STOPS = ("TAA", "TAG", "TGA")
DECAY = 55


class Spelled(NamedTuple):
    """Places of the transcript's bases in the gene's direction, and those that are coding."""

    places: list[int]
    coding: list[int]


def spelled(gene: Gene) -> Spelled:
    places: list[int] = []
    for start, end in gene.exons:
        stretch = list(range(start, end))
        places += stretch if gene.strand == "+" else stretch[::-1]
    return Spelled(places, places[gene.cds[0] : gene.cds[1]])


def letters(genome: str, places: list[int], strand: str) -> str:
    return "".join(genome[p] if strand == "+" else other_strand(genome[p]) for p in places)


def stop_in(text: str) -> int | None:
    """1-based number of the first stop codon of a text read from its first letter."""
    for number in range(len(text) // 3):
        if text[3 * number : 3 * number + 3] in STOPS:
            return number + 1
    return None


def shifted(gene: Gene, cut: int, lost: int) -> tuple[int | None, bool]:
    """First stop, and whether decay is expected, if bases are lost behind a cut."""
    where = spelled(gene)
    behind = cut if gene.strand == "+" else cut - 1
    index = where.coding.index(behind)
    kept = where.places[gene.cds[0] :]
    kept = kept[:index] + kept[index + lost :]
    number = stop_in(letters(gene.genome, kept, gene.strand))
    if number is None:
        return None, False
    return number, decays(gene, kept[3 * number - 1])


def decays(gene: Gene, last_base_of_stop: int) -> bool:
    """Whether more than 55 bases lie between a stop codon's end and the last junction."""
    places = spelled(gene).places
    last_exon = set(range(*gene.exons[-1]))
    junction = next(i for i, place in enumerate(places) if place in last_exon)
    return junction - (places.index(last_base_of_stop) + 1) > DECAY


def coding_cuts(gene: Gene) -> set[int]:
    """Places right of which, on the plus strand, a cut has a coding base on either side."""
    coding = set(spelled(gene).coding)
    return {
        cut
        for start, end in gene.exons
        for cut in range(start + 1, end)
        if cut - 1 in coding and cut in coding
    }


def stop_edits(gene: Gene) -> set[tuple[int, int]]:
    """(place, codon) of every base whose C to T on a strand makes a stop of its codon."""
    coding = spelled(gene).coding
    found = set()
    for number in range(2, len(coding) // 3):
        places = coding[3 * number - 3 : 3 * number]
        if letters(gene.genome, places, gene.strand) in STOPS:
            continue
        for place in places:
            new = {"C": "T", "G": "A"}.get(gene.genome[place])
            if new is None:
                continue
            edited = gene.genome[:place] + new + gene.genome[place + 1 :]
            if letters(edited, places, gene.strand) in STOPS:
                found.add((place, number))
    return found


def splice_letters(gene: Gene, genome: str) -> dict[tuple[str, int], tuple[list[int], str]]:
    """(end, exon number) -> places and letters of the sites of introns between coding exons."""
    coding = set(spelled(gene).coding)
    has_coding = [any(p in coding for p in range(*exon)) for exon in gene.exons]
    step = 1 if gene.strand == "+" else -1
    found = {}
    for number in range(1, len(gene.exons)):
        if not (has_coding[number - 1] and has_coding[number]):
            continue
        before, after = gene.exons[number - 1], gene.exons[number]
        last = before[1] - 1 if step > 0 else before[0]
        first = after[0] if step > 0 else after[1] - 1
        donor, acceptor = [last + step, last + 2 * step], [first - 2 * step, first - step]
        found["splice-donor", number] = (donor, letters(genome, donor, gene.strand))
        found["splice-acceptor", number + 1] = (acceptor, letters(genome, acceptor, gene.strand))
    return found


def kept_intron(gene: Gene, number: int) -> tuple[int | None, bool]:
    """First stop, and whether decay is expected, if the intron behind an exon is kept."""
    where = spelled(gene).places
    before, after = gene.exons[number - 1], gene.exons[number]
    low, high = (before[1], after[0]) if gene.strand == "+" else (after[1], before[0])
    intron = list(range(low, high))
    intron = intron if gene.strand == "+" else intron[::-1]
    last = before[1] - 1 if gene.strand == "+" else before[0]
    at = where.index(last) + 1
    joined = where[:at] + intron + where[at:]
    stop = stop_in(letters(gene.genome, joined[gene.cds[0] :], gene.strand))
    if stop is None:
        return None, False
    end = joined.index(joined[gene.cds[0] + 3 * stop - 1]) + 1
    # the junction of the kept intron is no more; is another behind it?
    if number == len(gene.exons) - 1:
        return stop, False
    last_exon = set(range(*gene.exons[-1]))
    junction = next(i for i, place in enumerate(joined) if place in last_exon)
    return stop, junction - end > DECAY


def mirrored(gene: Gene) -> Gene:
    """The same gene on the other strand of the reverse-complemented genome."""
    size = len(gene.genome)
    return Gene(
        other_strand(gene.genome),
        "-" if gene.strand == "+" else "+",
        tuple((size - end, size - start) for start, end in gene.exons),
        gene.cds,
    )
