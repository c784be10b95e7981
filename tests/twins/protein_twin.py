"""Slow twin of protein consequences: edit the string, splice, translate, compare two proteins.

Written from the HGVS nomenclature (recommendations for proteins: substitution, deletion,
duplication, insertion, deletion-insertion, frame shift, extension) without sight of the package's
own code. "Variants should be described by comparing the variant protein with the reference
protein; knowledge of the underlying change at the DNA level should not be used" (page
"deletion", discussion), with the nomenclature's own exceptions: a shifted frame is named ``fs``,
and an inserted stop codon is named with the residues before it.

What a sequence cannot tell is None ("no opinion"): edits that touch a splice junction or the
start codon (see :func:`protein_name`).
"""

from __future__ import annotations

from coding_twin import Edit, GeneTwin, cut_shared_ends, rightmost

# the standard code, typed in codon by codon from the table of the NCBI (genetic code 1)
CODE = {
    "TTT": "Phe", "TTC": "Phe", "TTA": "Leu", "TTG": "Leu",
    "CTT": "Leu", "CTC": "Leu", "CTA": "Leu", "CTG": "Leu",
    "ATT": "Ile", "ATC": "Ile", "ATA": "Ile", "ATG": "Met",
    "GTT": "Val", "GTC": "Val", "GTA": "Val", "GTG": "Val",
    "TCT": "Ser", "TCC": "Ser", "TCA": "Ser", "TCG": "Ser",
    "CCT": "Pro", "CCC": "Pro", "CCA": "Pro", "CCG": "Pro",
    "ACT": "Thr", "ACC": "Thr", "ACA": "Thr", "ACG": "Thr",
    "GCT": "Ala", "GCC": "Ala", "GCA": "Ala", "GCG": "Ala",
    "TAT": "Tyr", "TAC": "Tyr", "TAA": "Ter", "TAG": "Ter",
    "CAT": "His", "CAC": "His", "CAA": "Gln", "CAG": "Gln",
    "AAT": "Asn", "AAC": "Asn", "AAA": "Lys", "AAG": "Lys",
    "GAT": "Asp", "GAC": "Asp", "GAA": "Glu", "GAG": "Glu",
    "TGT": "Cys", "TGC": "Cys", "TGA": "Ter", "TGG": "Trp",
    "CGT": "Arg", "CGC": "Arg", "CGA": "Arg", "CGG": "Arg",
    "AGT": "Ser", "AGC": "Ser", "AGA": "Arg", "AGG": "Arg",
    "GGT": "Gly", "GGC": "Gly", "GGA": "Gly", "GGG": "Gly",
}  # fmt: skip

ONE = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G",
    "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S",
    "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "*",
}  # fmt: skip

Residues = list[str]


def translate_all(bases: str) -> Residues:
    """Residues of all whole codons, stops included."""
    return [CODE[bases[i : i + 3]] for i in range(0, len(bases) - 2, 3)]


def translate_to_stop(bases: str) -> Residues:
    """Residues up to and with the first stop; without one, all there are."""
    residues = translate_all(bases)
    return residues[: residues.index("Ter") + 1] if "Ter" in residues else residues


def shared_start(one: Residues, two: Residues) -> int:
    count = 0
    while count < min(len(one), len(two)) and one[count] == two[count]:
        count += 1
    return count


def span(reference: Residues, start: int, end: int) -> str:
    """``Lys2`` or ``Lys2_Val4`` for 0-based half-open residues."""
    first = f"{reference[start]}{start + 1}"
    return first if end - start == 1 else f"{first}_{reference[end - 1]}{end}"


def name_change(before: Residues, after: Residues, reading_to_end: Residues | None) -> set[str]:
    """Names of the change from one protein to another; several where HGVS leaves room.

    Parameters
    ----------
    before, after
        Both read to their first stop, the stop included if there is one.
    reading_to_end
        For an edit that keeps the frame and lies within the coding sequence: the edited coding
        sequence read through to the old stop's codon, inner stops not heeded. None for a shift.
    """
    if before == after:
        return {"="}
    first = shared_start(before, after)
    if first == len(after):
        return {"?"}  # the transcript ends before anything differs
    length = len(after) if after[-1] == "Ter" else None
    if after[first] == "Ter":
        names = {f"{before[first]}{first + 1}Ter"}
        if reading_to_end is not None and reading_to_end == after:
            # the last residues and nothing else are gone: "nonsense" by comparing the proteins,
            # a deletion by the reading frame; tools write the latter
            names |= _kept_frame(before, after)
        return names
    if before[first] == "Ter":
        tail = "?" if length is None else str(length - 1 - first)
        names = {f"Ter{first + 1}{after[first]}extTer{tail}"}
        if reading_to_end is not None and reading_to_end[-1] == "Ter":
            # one or more whole codons put in before the stop codon: "extension" by the page on
            # deletion-insertion; an insertion or duplication by the pages on those
            names |= _kept_frame(before, reading_to_end)
        return names
    if reading_to_end is not None and reading_to_end[-1] == "Ter":
        return _kept_frame(before, reading_to_end)
    # a shifted frame, or a deletion that takes the stop codon with it (page "frame shift")
    tail = "?" if length is None else str(length - first)
    names = {f"{before[first]}{first + 1}{after[first]}fsTer{tail}"}
    if length is None and reading_to_end is not None:
        names.add("?")  # the stop codon is gone in frame and none follows
    return names


def _kept_frame(before: Residues, after: Residues) -> set[str]:
    first = shared_start(before, after)
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    old = before[first : len(before) - last]
    new = after[first : len(after) - last]
    if "Ter" in new:
        new = new[: new.index("Ter") + 1]
    text = "".join(new)
    if not new:
        return {f"{span(before, first, first + len(old))}del"}
    if not old:
        if new == before[first - len(new) : first] and first >= len(new):
            return {f"{span(before, first - len(new), first)}dup"}
        return {f"{span(before, first - 1, first + 1)}ins{text}"}
    if len(old) == len(new) == 1:
        return {f"{before[first]}{first + 1}{text}"}
    names = {f"{span(before, first, first + len(old))}delins{text}"}
    if len(old) == len(new):
        # unchanged residues in between: "should be described individually"
        apart = [
            f"{o}{first + i + 1}{n}"
            for i, (o, n) in enumerate(zip(old, new, strict=True))
            if o != n
        ]
        if len(apart) < len(old):
            names.add(f"[{';'.join(apart)}]")
    return names


class Outcome:
    """What an edit does to the protein.

    Attributes
    ----------
    names
        Acceptable HGVS p. descriptions without ``p.``; None where a sequence cannot tell.
    before, after
        Proteins, one letter, without the stop; ``after`` is None with no opinion, and where the
        transcript ends before a stop codon comes.
    part
        Where the edit lies: ``splice`` (touches an exon/intron border under some placement),
        ``intron``, ``5utr``, ``3utr``, ``start`` (touches the start codon), ``coding``,
        ``border`` (touches an end of the coding sequence from outside).
    """

    def __init__(self, names: set[str] | None, before: str, after: str | None, part: str) -> None:
        self.names, self.before, self.after, self.part = names, before, after, part


def outcome(gene: GeneTwin, edit: Edit) -> Outcome:
    """Apply an edit to the gene, splice, translate and compare."""
    start, end = gene.cds
    before = translate_to_stop(gene.transcript[start:])
    plain = "".join(ONE[r] for r in before[:-1])

    small = cut_shared_ends(gene.sense, edit)
    last = rightmost(gene.sense, small)
    touched = {_exon_of(gene, trial) for trial in _all(gene, small)}
    if touched == {"intron"}:
        return Outcome(None, plain, None, "intron")
    if len(touched) != 1 or "splice" in touched:
        return Outcome(None, plain, None, "splice")

    # wholly inside one exon under every placement: do the same to the spliced transcript
    index = {place: i for i, place in enumerate(gene.place)}
    at = index[last.start] if last.start in index else index[last.start - 1] + 1
    mine = Edit(at, at + last.end - last.start, last.new)
    edited = mine.apply(gene.transcript)
    lefts = [index.get(t.start, -1) for t in _all(gene, small)]
    if mine.end <= start:
        shift = len(mine.new) - (mine.end - mine.start)
        after = translate_to_stop(edited[start + shift :])
        return Outcome({"="}, plain, _letters(after), "5utr")
    if min(lefts) >= end:
        return Outcome({"="}, plain, plain, "3utr")
    if min(lefts) < start + 3:
        return Outcome(None, plain, None, "start")
    if mine.end > end or (mine.start == mine.end == end):
        # the edit, pushed to the right, leaves the coding sequence: compare the proteins only
        after = translate_to_stop(edited[start:])
        names = name_change(before, after, None)
        if after[-1] != "Ter":
            names.add("?")  # the stop codon is gone and none follows
        return Outcome(names, plain, _letters(after), "border")
    after = translate_to_stop(edited[start:])
    grow = len(mine.new) - (mine.end - mine.start)
    whole = translate_all(edited[start : end + grow]) if grow % 3 == 0 else None
    return Outcome(name_change(before, after, whole), plain, _letters(after), "coding")


def _letters(residues: Residues) -> str | None:
    if residues[-1] != "Ter":
        return None
    return "".join(ONE[r] for r in residues if r != "Ter")


def _all(gene: GeneTwin, edit: Edit) -> list[Edit]:
    from coding_twin import placements

    return placements(gene.sense, edit)


def _exon_of(gene: GeneTwin, edit: Edit) -> str:
    """``intron``, ``splice`` or the one exon an edit lies in.

    An insertion between an exon's last base and the intron is ``splice``: it can be either.
    """
    if edit.start == edit.end:
        sides = {gene.region_at.get(edit.start - 1, "out"), gene.region_at.get(edit.start, "out")}
    else:
        sides = {gene.region_at.get(p, "out") for p in range(edit.start, edit.end)}
    if len(sides) > 1 or "out" in sides:
        return "splice"
    (side,) = sides
    return "intron" if side.startswith("intron") else side
