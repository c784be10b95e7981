"""Guide RNAs in order-ready form: the whole molecule, its protected ends, its transcription."""

from __future__ import annotations

from dataclasses import dataclass

from ipse.core.sequence import reverse_complement
from ipse.modalities.editing.order.parts import Ends, Scaffold, bench, ends


def rna(sequence: str) -> str:
    """DNA letters as RNA letters."""
    return sequence.upper().replace("T", "U")


def guide_dna(spacer: str, scaffold: Scaffold, *, tail: bool = False) -> str:
    """The guide from its first to its last base, in DNA letters.

    Parameters
    ----------
    spacer
        Spacer as the protospacer reads on the PAM strand, DNA letters.
    scaffold
        Constant part.
    tail
        Whether the T run of a synthetic guide follows.
    """
    if scaffold.side == "5prime":
        return scaffold.sequence + spacer
    return spacer + scaffold.sequence + (scaffold.tail if tail else "")


def protected(sequence: str, pattern: Ends | None = None) -> str:
    """An RNA as vendors read it, with protected ends.

    Parameters
    ----------
    sequence
        DNA or RNA letters, 5' to 3'.
    pattern
        Protection; the table's default without one.

    Returns
    -------
    str
        ``mN`` is a 2'-O-methyl nucleotide, ``*`` a phosphorothioate bond; a molecule shorter than
        its protected ends together is protected all through.

    Examples
    --------
    >>> protected("GACUGACUGACU")
    'mG*mA*mC*UGACUG*mA*mC*mU'
    """
    pattern = pattern or ends()
    letters = list(rna(sequence))
    number = len(letters)
    methyl = {*range(min(pattern.first, number)), *range(max(0, number - pattern.last), number)}
    # a bond stands before the base of its number: three at each end for three bases
    bonds = {*range(1, pattern.first + 1), *range(number - pattern.last, number)} - {0, number}
    return "".join(
        ("*" if place in bonds else "") + ("m" if place in methyl else "") + letter
        for place, letter in enumerate(letters)
    )


@dataclass(frozen=True)
class Start:
    """How a promoter begins a guide.

    Attributes
    ----------
    added
        Bases put before the spacer so that the promoter starts.
    note
        The same in words.
    source
        Identifiers.
    """

    added: str
    note: str
    source: tuple[str, ...]


def u6_start(spacer: str) -> Start:
    """What a U6 promoter needs before a spacer: a G, unless the spacer begins with one."""
    row = bench("u6_first")
    first = row["value"]
    if spacer.startswith(first):
        return Start("", f"begins with {first}, as U6 does", row.source)
    return Start(first, f"{first} put before the spacer for U6", row.source)


def t7_start(spacer: str) -> Start:
    """What T7 polymerase needs before a spacer: two G, of which the spacer's own count."""
    row = bench("t7_first")
    wanted = row["value"]
    own = len(spacer) - len(spacer.lstrip(wanted[0]))
    added = wanted[: max(0, len(wanted) - own)]
    note = f"{added} put before the spacer for T7" if added else f"begins with {wanted}, as T7 does"
    return Start(added, note, row.source)


def t7_template(spacer: str, scaffold: Scaffold) -> tuple[str, str]:
    """Two oligonucleotides that make a template for transcription by T7 polymerase.

    The first carries promoter and spacer; the second, the same for every guide of a scaffold, is
    its reverse complement. They overlap and are filled in by a polymerase. For a repeat before the
    spacer the second is the reverse complement of the whole.

    Returns
    -------
    forward, reverse
        5' to 3'.
    """
    promoter = bench("t7_promoter")["value"]
    overlap = bench("t7_overlap").integer("value")
    if scaffold.side == "5prime":
        whole = t7_start(scaffold.sequence).added + scaffold.sequence + spacer
        return promoter + whole, reverse_complement(promoter + whole)
    forward = promoter + t7_start(spacer).added + spacer + scaffold.sequence[:overlap]
    return forward, reverse_complement(scaffold.sequence)
