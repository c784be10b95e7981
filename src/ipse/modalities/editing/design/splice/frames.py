"""The reading frame of a transcript without some of its exons, and which skips keep it.

An exon that is skipped or deleted takes its bases out of the transcript. The frame stays if the
coding bases taken out make whole codons and the codon that forms at the new junction is no stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from ipse.core.sequence import translate
from ipse.genome.protein_change import Edit, coding_of, protein_change
from ipse.genome.reference import Reference
from ipse.genome.sense import sense_of
from ipse.genome.transcript import Transcript

MOST_SKIPPED = 2
"""Exons skipped at once in a proposal; published work on tissues stays with one or two."""


@dataclass(frozen=True)
class Exon:
    """An exon with its part in the reading frame.

    Attributes
    ----------
    number
        1-based in the transcript.
    start, end
        Transcript coordinates, 0-based half-open.
    coding
        Coding bases.
    phase
        Bases of an unfinished codon before its first coding base: 0, 1 or 2.
    fixed
        Why the transcript cannot do without it; empty if it can.
    """

    number: int
    start: int
    end: int
    coding: int
    phase: int
    fixed: str

    @property
    def in_frame(self) -> bool:
        """Whether its coding bases make a multiple of three."""
        return self.coding % 3 == 0


@lru_cache(maxsize=256)
def exons_of(transcript: Transcript) -> tuple[Exon, ...]:
    """Exons of a transcript; those that hold its ends, start or stop codon are fixed."""
    count = len(transcript.exons)
    found = []
    for number in range(1, count + 1):
        start, end = transcript.exon_bounds(number)
        coding, phase, fixed = 0, 0, _fixed(transcript, number, count)
        if transcript.cds is not None:
            first, last = transcript.cds
            coding = max(0, min(end, last) - max(start, first))
            phase = (max(start, first) - first) % 3 if coding else 0
        found.append(Exon(number, start, end, coding, phase, fixed))
    return tuple(found)


def _fixed(transcript: Transcript, number: int, count: int) -> str:
    if transcript.cds is None:
        return "the transcript is not coding"
    if number == 1:
        return "it is the first exon, with the start of the transcript"
    if number == count:
        return "it is the last exon, with the end of the transcript"
    start, end = transcript.exon_bounds(number)
    first, last = transcript.cds
    if end <= first or start >= last:
        return "it is untranslated: there is no reading frame to restore"
    if start < first + 3:
        return "it holds bases of the start codon"
    if end > last - 3:
        return "it holds bases of the stop codon"
    return ""


def keeps_frame(transcript: Transcript, reference: Reference, first: int, last: int) -> bool:
    """Whether the frame stays without exons ``first`` to ``last`` (1-based, both left out).

    Quick: it looks at lengths and at the one codon that forms at the junction.
    """
    exons = exons_of(transcript)
    gone = exons[first - 1 : last]
    if any(exon.fixed for exon in gone) or sum(exon.coding for exon in gone) % 3:
        return False
    phase = gone[0].phase
    if phase == 0:
        return True
    coding = coding_of(transcript, reference)
    left, right = gone[0].start - phase, gone[-1].end + 3 - phase
    codon = coding.rna[left : gone[0].start] + coding.rna[gone[-1].end : right]
    return translate(codon, coding.code) != "*"


@dataclass(frozen=True)
class Product:
    """What a transcript without some exons is read as.

    Attributes
    ----------
    removed
        Exons it lacks, 1-based.
    hgvs_r
        Prediction on RNA level, numbered as c. is; exons are named whole, without shifting equal
        bases across the new junction.
    hgvs_p
        Prediction on protein level, without parentheses.
    protein
        One-letter code; None if it cannot be told.
    lost
        Residues fewer than the transcript's protein has.
    works
        Whether the frame stays and no stop comes before its own.
    """

    removed: tuple[int, ...]
    hgvs_r: str
    hgvs_p: str
    protein: str | None
    lost: int
    works: bool


def product(
    transcript: Transcript,
    reference: Reference,
    removed: Iterable[int],
    others: Sequence[Edit] = (),
) -> Product:
    """Predict the protein of a transcript without exons.

    Parameters
    ----------
    removed
        1-based numbers of exons.
    others
        Other changes of the same allele in transcript coordinates; those in removed exons go with
        them.
    """
    exons = exons_of(transcript)
    numbers = tuple(sorted(set(removed)))
    runs = [(exons[a - 1].start, exons[b - 1].end) for a, b in _runs(numbers)]
    kept = [
        (start, end, alt)
        for start, end, alt in others
        if not any(a <= start and end <= b for a, b in runs)
    ]
    edits = sorted([*((a, b, "") for a, b in runs), *kept])
    coding = coding_of(transcript, reference)
    change = protein_change(coding, edits)
    name = _rna_name(transcript, edits)
    if change is None:
        return Product(numbers, name, "p.=", coding.protein, 0, True)
    broken = {"stop_gained", "start_lost", "stop_lost", "frameshift_variant"} & set(change.terms)
    after = change.after
    lost = len(coding.protein) - len(after) if after is not None else 0
    return Product(
        numbers, name, change.hgvs, after, lost,
        change.in_frame and not broken and after is not None,
    )  # fmt: skip


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of every run of consecutive numbers."""
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        yield members[0], members[-1]


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of every run of consecutive numbers, in order."""
    return list(_runs(sorted(set(numbers))))


def in_words(numbers: Iterable[int]) -> str:
    """``exon 51``, ``exons 45-50``, ``exons 6 and 8``."""
    runs = [f"{a}-{b}" if a != b else str(a) for a, b in runs_of(numbers)]
    word = "exon" if len(runs) == 1 and "-" not in runs[0] else "exons"
    return f"{word} {' and '.join(runs)}"


def _rna_name(transcript: Transcript, edits: Sequence[Edit]) -> str:
    """HGVS r. of deletions and other changes; RNA letters are lower case."""
    sense = sense_of(transcript)

    def number(place: int) -> str:
        exon = next(e for e in exons_of(transcript) if e.start <= place < e.end)
        at = sense.starts[exon.number - 1] + place - exon.start
        return str(sense.position(at))

    names = []
    for start, end, alt in edits:
        rna = alt.lower().replace("t", "u")
        if start == end:
            names.append(f"{number(start - 1)}_{number(start)}ins{rna}")
            continue
        place = number(start) if end - start == 1 else f"{number(start)}_{number(end - 1)}"
        if not alt:
            names.append(f"{place}del")
        elif end - start == len(alt) == 1:
            old = transcript.sequence[start - transcript.sequence_offset].lower().replace("t", "u")
            names.append(f"{place}{old}>{rna}")
        else:
            names.append(f"{place}delins{rna}")
    if not names:
        return "r.="
    return f"r.{names[0]}" if len(names) == 1 else f"r.[{';'.join(names)}]"


@dataclass(frozen=True)
class Skip:
    """Exons to skip, and what the transcript then gives."""

    exons: tuple[int, ...]
    product: Product


def closing_skips(
    transcript: Transcript,
    reference: Reference,
    missing: Iterable[int] = (),
    holding: Iterable[int] = (),
    others: Sequence[Edit] = (),
    most: int = MOST_SKIPPED,
) -> list[Skip]:
    """Smallest sets of neighbouring exons whose skipping gives an open frame.

    Parameters
    ----------
    missing
        Exons the patient's gene lacks.
    holding
        Exons that must be skipped, because the variant lies in them.
    others
        Changes of the allele in transcript coordinates.
    most
        Most exons to skip.

    Returns
    -------
    list of Skip
        Fewest exons first, then fewest residues lost. A set that holds a smaller working one is
        left out: it loses more and gains nothing.
    """
    exons = exons_of(transcript)
    gone, must = set(missing), set(holding)
    low, high = min(gone | must), max(gone | must)
    spans = [
        (low - left, high + right)
        for left in range(most + 1)
        for right in range(most + 1)
        if low - left >= 1 and high + right <= len(exons)
    ]
    found: list[Skip] = []
    for a, b in sorted(spans, key=lambda span: span[1] - span[0]):
        skipped = tuple(n for n in range(a, b + 1) if n not in gone)
        if not 1 <= len(skipped) <= most or any(exons[n - 1].fixed for n in skipped):
            continue
        if any(set(item.exons) < set(skipped) for item in found):
            continue
        result = product(transcript, reference, range(a, b + 1), others)
        if result.works:
            found.append(Skip(skipped, result))
    return sorted(found, key=lambda item: (len(item.exons), item.product.lost, item.exons))


def treated_deletions(
    transcript: Transcript, reference: Reference, skipped: Sequence[int]
) -> list[tuple[int, int]]:
    """Every deletion of whole neighbouring exons whose frame a skip closes.

    Parameters
    ----------
    skipped
        Consecutive exons, 1-based.

    Returns
    -------
    list of (int, int)
        First and last exon deleted; the frame is lost by the deletion alone, and is open with the
        skip. Deletions of exons that hold start or stop codon are not among them.
    """
    exons = exons_of(transcript)
    low, high = min(skipped), max(skipped)
    found = []
    for i in range(low - 1, 0, -1):
        if exons[i - 1].fixed:
            break
        if not keeps_frame(transcript, reference, i, low - 1) and keeps_frame(
            transcript, reference, i, high
        ):
            found.append((i, low - 1))
    for j in range(high + 1, len(exons) + 1):
        if exons[j - 1].fixed:
            break
        if not keeps_frame(transcript, reference, high + 1, j) and keeps_frame(
            transcript, reference, low, j
        ):
            found.append((high + 1, j))
    return sorted(found)
