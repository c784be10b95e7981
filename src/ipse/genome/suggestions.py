"""Where a stated base or residue would be right: what to suggest when it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.sequence import reverse_complement
from ipse.genome.hgvs.model import Hgvs, Position, three_letter
from ipse.genome.legacy import protein_offsets
from ipse.genome.projection import ReferenceMismatch
from ipse.genome.protein_change import coding_of
from ipse.genome.sense import sense_of, spliced

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript
    from ipse.genome.embedded import Genome

_REACH = 60  # residues searched behind the stated one: longer than most signal peptides
_MANY = 4  # suggestions of one kind that are spelled out; the rest is counted


def for_bases(error: ReferenceMismatch, transcript: Transcript | None, genome: Genome) -> str:
    """What a c., n. or g. description with other reference bases may have meant.

    Tries the other strand, other transcripts of the gene, positions counted from the start of
    the mRNA and from the mature protein; names only what the stated bases agree with.
    """
    hgvs, stated, found = error.hgvs, error.stated, error.found
    hints: list[str] = []
    if stated == reverse_complement(found):
        hints.append("the bases of the other strand are there: give them in the direction of the "
                     + ("gene" if transcript else "plus strand"))  # fmt: skip
    if transcript is None:
        other = "GRCh37" if genome.reference.assembly == "GRCh38" else "GRCh38"
        hints.append(
            f"the position may be of {other}: the reference here is "
            f"{genome.reference.assembly or 'of unknown assembly'}; convert it, or give the c. name"
        )
        return "; ".join(hints)
    fitting = [
        f"{other.id}:{hgvs.description}"
        for other in genome.annotation.transcripts_of(transcript.gene)
        if other.id != transcript.id and _letters(hgvs, other, genome) == stated
    ]
    if fitting:
        hints.append(f"another transcript has {stated} there: {_some(fitting)}")
    hints += _shifted(hgvs, stated, transcript, genome)
    present = [t.id for t in genome.annotation.versions(transcript.accession)]
    hints.append(
        "the name may be of another version or isoform of the transcript (here: "
        f"{', '.join(present)}): check the report"
    )
    return "; ".join(hints)


def for_residue(hgvs: Hgvs, transcript: Transcript, genome: Genome) -> str:
    """What a p. description with another reference residue may have meant."""
    start = hgvs.start
    if start is None:
        return ""
    wanted = getattr(hgvs.edit, "ref_start", "")
    protein = coding_of(transcript, genome.reference).protein
    hints = []
    for offset in protein_offsets(transcript.gene):
        place = start.base + offset.offset
        if protein[place - 1 : place] == wanted:
            moved = _moved(hgvs, offset.offset)
            hints.append(
                f"{moved.description} if the number counts {offset.counts}, "
                f"{'; '.join(offset.source)}"
            )
    for other in genome.annotation.transcripts_of(transcript.gene):
        if other.id == transcript.id or other.cds is None:
            continue
        try:
            residues = coding_of(other, genome.reference).protein
        except NotInReference:
            continue
        if residues[start.base - 1 : start.base] == wanted:
            hints.append(f"{other.id} has {three_letter(wanted)} at {start.base}")
    if not hints:
        window = range(max(start.base - 3, 1), start.base + _REACH)
        near = [place for place in window if protein[place - 1 : place] == wanted]
        places = [f"{three_letter(wanted)}{place}" for place in near]
        if places:
            hints.append(
                f"nearest {three_letter(wanted)}: {_some(places)}; a number that leaves out the "
                "start methionine or a signal peptide is too small by their length"
            )
    hints.append("the name may be of another isoform: give the c. name of the report")
    return "; ".join(hints[:_MANY])


def _shifted(hgvs: Hgvs, stated: str, transcript: Transcript, genome: Genome) -> list[str]:
    """The same bases at the same number counted from elsewhere."""
    start = hgvs.start
    if transcript.cds is None or start is None or start.offset or start.datum != "cds_start":
        return []
    if start.base < 1:
        return []
    hints = []
    rna = spliced(transcript, genome.reference)
    size = len(stated)
    at = start.base - 1
    if transcript.cds[0] and rna[at : at + size] == stated:
        name = sense_of(transcript).position(sense_of(transcript).place(Position(start.base)))
        hints.append(f"c.{name} if the number counts from the start of the mRNA")
    for offset in protein_offsets(transcript.gene):
        place = transcript.cds[0] + at + 3 * offset.offset
        if rna[place : place + size] == stated:
            number = start.base + 3 * offset.offset
            hints.append(f"c.{number} if c.1 is taken as the first base of {offset.region}")
    return hints


def _letters(hgvs: Hgvs, transcript: Transcript, genome: Genome) -> str:
    sense = sense_of(transcript)
    if hgvs.start is None or hgvs.end is None:
        return ""
    try:
        start, end = sense.place(hgvs.start), sense.place(hgvs.end) + 1
        return sense.letters(genome.reference, start, end)
    except InputError:
        return ""


def _moved(hgvs: Hgvs, offset: int) -> Hgvs:
    from dataclasses import replace

    assert hgvs.start is not None and hgvs.end is not None
    return replace(
        hgvs, start=Position(hgvs.start.base + offset), end=Position(hgvs.end.base + offset)
    )


def _some(names: list[str]) -> str:
    more = len(names) - _MANY
    return ", ".join(names[:_MANY]) + (f" and {more} more" if more > 0 else "")
