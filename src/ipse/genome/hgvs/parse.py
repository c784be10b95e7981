"""Parse HGVS text: the reference sequence, then the description of the change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from ipse.core.errors import InputError
from ipse.genome.hgvs.model import Datum, Hgvs, Kind, NucleotideEdit, Position
from ipse.genome.hgvs.protein import parse_protein
from ipse.genome.hgvs.text import LONGEST, Text

_FLAGS = re.IGNORECASE | re.ASCII
_KIND = re.compile(r"(?:^|[:\s])\s*([cgmnprCGMNPR])\s?\.")
_ACCESSION = re.compile(
    r"(?:N[MRPCGTW]|X[MRP]|AC|AP)_\d+(?:\.\d+)?|LRG_\d+(?:[TP]\d+)?|ENS[A-Z]{0,4}[GTP]\d+(?:\.\d+)?"
    r"|[OPQ]\d[A-Z0-9]{3}\d(?:[-.]\d+)?|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}(?:[-.]\d+)?"
    r"|[A-Z]{1,2}\d{5,8}\.\d+",
    _FLAGS,
)
_HEAD = re.compile(r"([^\s()\[\]:;]+)\s?(?:\(\s?([^\s()\[\]:;]+)\s?\))?")
_GENE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.@][A-Za-z0-9]+)*@?")
_STATED_PROTEIN = re.compile(r"[\s,;]+\(?p\s?\.|\(\s?p\s?\.", _FLAGS)
_RANGE = re.compile(
    r"([*-]?)(\d{1,10})([+-]\d{1,10})?(?:_([*-]?)(\d{1,10})([+-]\d{1,10})?)?(?![\d+_*-])", re.ASCII
)
_LETTERS = "ACGTURYSWKMBDHVN"
_SUBSTITUTION = re.compile(rf"([{_LETTERS}]+)>([{_LETTERS}]+)", _FLAGS)
_CHANGE = re.compile(
    rf"(delins|del|dup|inv|ins)([{_LETTERS}]*)(?:\(?(\d{{1,10}})\)?)?(?:ins([{_LETTERS}]*))?",
    _FLAGS,
)
_OLD_STYLE = re.compile(rf"([{_LETTERS}])(\d+)([{_LETTERS}])", _FLAGS)

_EXAMPLES = "such as NM_000518.5(HBB):c.20A>T, c.1521_1523del, c.274+1G>A, p.Glu7Val"
_POSITION = "a position such as 20, 274+1, -12 or *5, or a range such as 1521_1523"
_EDIT = "a change such as A>T, del, dup, insTA, delinsTA, inv or ="


class OpenBreakpointsError(InputError):
    """A change whose ends are known to lie between two places only."""


def _open_at(body: str) -> int | None:
    """Where a description leaves a breakpoint open; None if it leaves none."""
    if (place := body.find("(")) >= 0 and ("?" in body or "_" in body[place:]):
        return place
    match = re.search(r"\d[+-]\?", body)
    return match.start() if match else None


def parse(text: str) -> Hgvs:
    """Parse one HGVS description.

    Reads what people type: blanks, letter case, typographic arrows and dashes, a gene symbol in
    parentheses or in place of the accession, deleted bases written or not, ``X``/``*``/``Ter``,
    a p. description behind the c. one. ``str()`` of the result is the normal form.

    Parameters
    ----------
    text
        Description of kind c., n., g., m. or p.

    Returns
    -------
    Hgvs
        What it says. Nothing is looked up: positions and bases are as stated.

    Raises
    ------
    InputError
        Naming the place in the text, what is expected there and what to do.
    """
    if len(text) > LONGEST:
        raise InputError(
            "a text is too long to be one variant", field="HGVS text",
            value=text, expected=f"at most {LONGEST} characters",
        )  # fmt: skip
    source = Text(text)
    tidy = source.tidy
    found = _KIND.search(tidy)
    if found is None:
        source.fail(
            0, "this is not an HGVS description", f"a description {_EXAMPLES}",
            "write the kind before the position: c. for coding DNA, g. for genomic, p. for protein",
        )  # fmt: skip
    kind = found.group(1).lower()
    accession, gene, genomic = _reference(source, tidy[: found.start()], kind)
    start = found.end()
    if kind == "r":
        source.fail(
            found.start(1), "RNA descriptions (r.) are not read", "a c., n., g., m. or p. one",
            "describe the change on DNA, e.g. c.76A>C instead of r.76a>c",
        )  # fmt: skip
    if kind == "p":
        body = parse_protein(source, start)
        return replace(body, accession=accession, gene=gene)
    end, protein = len(tidy), None
    if stated := _STATED_PROTEIN.search(tidy, start):
        end = stated.start()
        protein = parse_protein(source, stated.end(), closing=tidy.count("(", end, stated.end()))
    first, last, edit = _nucleotide(source, start, end, kind)
    return Hgvs(accession, gene, _KINDS[kind], first, last, edit, False, genomic, protein)


_KINDS: dict[str, Kind] = {"c": "c", "n": "n", "g": "g", "m": "m"}


def _reference(source: Text, head: str, kind: str) -> tuple[str, str, str]:
    """Accession, gene and genomic accession of the text before the kind."""
    head = head.strip(" :")
    if not head:
        return "", "", ""
    match = _HEAD.fullmatch(head)
    if match is None:
        source.fail(
            0, "the reference sequence of an HGVS text cannot be read",
            "an accession, a gene, or an accession with the gene in parentheses, then ':'",
            "write for example NM_000518.5(HBB):c.20A>T",
        )  # fmt: skip
    names = [name for name in match.groups() if name]
    accessions = [_accession(name) for name in names if _ACCESSION.fullmatch(name)]
    others = [name for name in names if not _ACCESSION.fullmatch(name)]
    if len(accessions) == 2:  # NC_000011.10(NM_000518.5): the transcript on a genomic sequence
        return accessions[1], "", accessions[0]
    if kind in "gm" and not accessions:  # chr2:g.…
        return names[0], names[1] if len(names) > 1 else "", ""
    if others and not _GENE.fullmatch(others[0]):
        source.fail(
            0, "a gene symbol cannot be read", "a symbol of letters and digits, e.g. HBB",
            "check the text before ':'",
        )  # fmt: skip
    if len(others) == 2:
        source.fail(0, "two gene symbols and no accession", "an accession and one gene symbol")
    return accessions[0] if accessions else "", others[0] if others else "", ""


def _accession(name: str) -> str:
    name = name.upper()
    return "LRG_" + name[4:].lower() if name.startswith("LRG_") else name


def _nucleotide(
    source: Text, start: int, end: int, kind: str
) -> tuple[Position | None, Position | None, NucleotideEdit]:
    tidy = source.tidy
    if " " in tidy[start:end]:  # blanks inside: read without them, report by a bare place
        inner = Text(tidy[start:end].replace(" ", ""))
        kept = [i for i in range(start, end) if tidy[i] != " "]
        inner.places = [source.place(i) - 1 for i in kept]
        inner.original = source.original
        return _nucleotide(inner, 0, len(inner.tidy), kind)
    if start < end and tidy[start] == "(" and tidy[end - 1] == ")":
        start, end = start + 1, end - 1
    body = tidy[start:end]
    if body in ("=", "?"):
        return None, None, NucleotideEdit("identity" if body == "=" else "unknown")
    if body.startswith("[") or ";" in body:
        source.fail(
            start, "this describes several variants", "one variant",
            "enter the variants one by one",
        )  # fmt: skip
    if (place := _open_at(body)) is not None:
        try:
            source.fail(
                start + place, "breakpoints that are not known exactly cannot be placed",
                "exact positions, e.g. c.265-20_381+55del",
                "enter the breakpoints that were found by sequencing, or state a deletion of "
                "exons in a case (docs/splicing.md)",
            )  # fmt: skip
        except InputError as error:
            raise OpenBreakpointsError(
                error.message, field=error.field, value=error.value, expected=error.expected,
                next_step=error.next_step,
            ) from None  # fmt: skip
    match = _RANGE.match(tidy, start, end)
    if match is None:
        return _without_range(source, start, end, kind)
    star1, base1, offset1, star2, base2, offset2 = match.groups()
    first = _position(source, start, kind, star1, base1, offset1)
    last = first
    if base2 is not None:
        last = _position(source, match.start(4), kind, star2, base2, offset2)
        if _comparable(first, last) and (last.base, last.offset) < (first.base, first.offset):
            source.fail(
                match.start(4), "a range ends before it starts", "the smaller position first",
                f"write {last}_{first}",
            )  # fmt: skip
    return _edit(source, match.end(), end, first, last)


def _comparable(first: Position, last: Position) -> bool:
    return first.datum == last.datum


def _position(
    source: Text, place: int, kind: str, mark: str, digits: str, offset: str | None
) -> Position:
    base = int(digits)
    if base == 0:
        source.fail(place, "there is no position 0 in HGVS", "…, -2, -1, 1, 2, …")
    if kind != "c" and mark:
        source.fail(
            place, f"a {kind}. description has no position {mark}{digits}", "a positive number",
            "positions before the start codon (-) and after the stop (*) are c. positions",
        )  # fmt: skip
    if kind in "gm" and offset:
        source.fail(
            place, f"a {kind}. description has no intron positions", "a plain number",
            "write c. for a position counted from an exon",
        )  # fmt: skip
    datum: Datum = "seq_start"
    if kind == "c":
        datum = "cds_end" if mark == "*" else "cds_start"
    return Position(-base if mark == "-" else base, int(offset or 0), datum)


def _edit(
    source: Text, start: int, end: int, first: Position, last: Position
) -> tuple[Position, Position, NucleotideEdit]:
    tidy = source.tidy
    body = tidy[start:end]
    if match := _SUBSTITUTION.fullmatch(body):
        ref, alt = _bases(match.group(1)), _bases(match.group(2))
        last = _stretched(source, start, first, last, len(ref))
        if len(ref) == len(alt) == 1:
            if ref == alt:
                return first, last, NucleotideEdit("identity", ref)
            return first, last, NucleotideEdit("sub", ref, alt)
        return first, last, NucleotideEdit("delins", ref, alt)
    if body == "?":
        return first, last, NucleotideEdit("unknown")
    if body.endswith("=") and (len(body) == 1 or _only_bases(body[:-1])):
        ref = _bases(body[:-1])
        return (
            first,
            _stretched(source, start, first, last, len(ref)),
            NucleotideEdit("identity", ref),
        )
    match = _CHANGE.fullmatch(body)
    if match is None:
        return _not_an_edit(source, start, end)
    return _change(source, match, start, first, last)


def _change(
    source: Text, match: re.Match[str], start: int, first: Position, last: Position
) -> tuple[Position, Position, NucleotideEdit]:
    """``del``, ``dup``, ``inv``, ``ins``, ``delins``, with what may follow each."""
    word, bases, number, inserted = match.groups()
    word, bases = word.lower(), _bases(bases)
    if word in ("ins", "delins"):
        if inserted is not None:
            source.fail(start + match.start(4) - 3, "'ins' stands twice", "one inserted sequence")
        if number is not None or not bases:
            source.fail(
                start + len(word), "the inserted sequence is not given", "its bases, e.g. insTA",
                "write out the inserted bases",
            )  # fmt: skip
        if word == "ins":
            _check_neighbours(source, start, first, last)
        return first, last, NucleotideEdit("ins" if word == "ins" else "delins", "", bases)
    if bases and number is not None:
        source.fail(start + match.start(3), "bases and their number are both given", "one of them")
    length = None if number is None else int(number)
    last = _stretched(source, start, first, last, length if length is not None else len(bases))
    if inserted is None:
        kind: Literal["del", "dup", "inv"] = (
            "del" if word == "del" else "dup" if word == "dup" else "inv"
        )
        return first, last, NucleotideEdit(kind, bases, "", length)
    if word != "del" or not inserted:
        source.fail(
            start + match.start(4) - 3, f"'{word}' and 'ins' do not go together so",
            "delins with the new bases", "write the change as delins, e.g. c.10_12delinsTA",
        )  # fmt: skip
    return first, last, NucleotideEdit("delins", bases, _bases(inserted), length)


def _stretched(source: Text, place: int, first: Position, last: Position, count: int) -> Position:
    """Last position, from the number of bases where an old text gives the first one only."""
    if count > 1 and last == first:
        if first.offset or first.base < 0 <= first.base + count - 1:
            source.fail(
                place, "several bases are named but only one position", "both ends of the range",
                "write the first and the last position, e.g. c.274+1_274+3del",
            )  # fmt: skip
        return replace(first, base=first.base + count - 1)
    plain = _comparable(first, last) and not first.offset and not last.offset
    if count and plain and first.base * last.base > 0 and last.base - first.base + 1 != count:
        source.fail(
            place, f"{count} bases are named for {last.base - first.base + 1} positions",
            "as many bases as positions", "correct the range, or leave the bases out",
        )  # fmt: skip
    return last


def _check_neighbours(source: Text, place: int, first: Position, last: Position) -> None:
    """An insertion lies between two neighbouring positions."""
    step = last.base - first.base
    if first == last or (
        _comparable(first, last)
        and first.offset == last.offset == 0
        and step != (2 if (first.base, last.base) == (-1, 1) else 1)
        and (first.base, last.base) != (-1, 1)
    ):
        after = replace(first, base=1 if first.base == -1 else first.base + 1)
        if first.offset:
            after = replace(first, offset=first.offset + 1)
        source.fail(
            place, "an insertion lies between two neighbouring positions",
            "two neighbouring positions", f"write {first}_{after}ins…",
        )  # fmt: skip


def _bases(letters: str) -> str:
    return letters.upper().replace("U", "T")


def _only_bases(letters: str) -> bool:
    return all(letter in _LETTERS for letter in letters.upper())


def _without_range(
    source: Text, start: int, end: int, kind: str
) -> tuple[Position, Position, NucleotideEdit]:
    """Old style ``c.A20T``; else say what is wrong with the position."""
    tidy = source.tidy
    if match := _OLD_STYLE.fullmatch(tidy, start, end):
        ref, digits, alt = match.groups()
        position = _position(source, match.start(2), kind, "", digits[:10], None)
        return position, position, NucleotideEdit("sub", _bases(ref), _bases(alt))
    if tidy[start:end].upper().startswith("IVS"):
        source.fail(
            start, "IVS numbering counts introns, which HGVS does not",
            _POSITION, "write the intron position from the nearest exon, e.g. c.93-21G>A",
        )  # fmt: skip
    return source.fail(start, "a position is expected here", _POSITION)


def _not_an_edit(source: Text, start: int, end: int) -> tuple[Position, Position, NucleotideEdit]:
    body = source.tidy[start:end]
    if "[" in body:
        source.fail(
            start, "repeat counts and complex insertions are not read", _EDIT,
            "describe a changed repeat as del, dup or ins of its bases, e.g. c.52_54dup",
        )  # fmt: skip
    if body.lower().startswith(("con", "trans", "copy", "sup", "add")):
        source.fail(start, "this type of rearrangement is not read", _EDIT)
    readable = re.match(
        rf"(?:delins|del|dup|inv|ins)[{_LETTERS}]*|[{_LETTERS}]+>?[{_LETTERS}]*|", body, _FLAGS
    )
    return source.fail(
        start + (readable.end() if readable else 0), "the change cannot be read", _EDIT
    )
