"""Parse the protein part of HGVS: ``p.Glu7Val``, ``p.(Arg97ProfsTer23)``, ``p.Q335*``."""

from __future__ import annotations

import re
from typing import NoReturn

from ipse.core.sequence import ONE_LETTER
from ipse.genome.hgvs.model import Hgvs, Position, ProteinEdit, ProteinEditKind
from ipse.genome.hgvs.text import Text

_THREE = {**{name.upper(): letter for name, letter in ONE_LETTER.items()}, "STOP": "*"}
_NAMES = "|".join(sorted(_THREE, key=len, reverse=True))
_ONE = "ACDEFGHIKLMNPQRSTUVWXY*"
_RESIDUE = rf"(?:{_NAMES}|[{re.escape(_ONE)}])"
_FLAGS = re.IGNORECASE | re.ASCII
_PLACE = re.compile(rf"({_RESIDUE})\s?(\d{{1,6}})(?:\s?_\s?({_RESIDUE})\s?(\d{{1,6}}))?\s?", _FLAGS)
_TERMINUS = re.compile(r"(?:\(?(?:ter|stop|x|\*)\s?(\d{1,6}|\?)?\)?)?", _FLAGS)
_THREES = re.compile(rf"(?:{_NAMES})+", _FLAGS)
_FRAMESHIFT = re.compile(rf"({_RESIDUE})?\s?fs\s?(.*)", _FLAGS)
_EXTENSION = re.compile(rf"({_RESIDUE})?\s?ext\s?(.*)", _FLAGS)
_CHANGE = re.compile(r"(delins|del|dup|ins)(.*)", _FLAGS)

_EXPECTED = "a protein change such as Glu7Val, E7V, Gln335Ter, Phe508del, Arg97ProfsTer23, = or ?"


def parse_protein(source: Text, start: int, closing: int = 0) -> Hgvs:
    """Parse the text behind ``p.``; the result names no reference sequence.

    Parameters
    ----------
    source
        Whole text.
    start
        Place behind ``p.`` in the tidied text.
    closing
        Number of parentheses opened before ``p.``, closed at the end of the text.
    """
    tidy = source.tidy
    end = len(tidy)
    while start < end and tidy[start] == " ":
        start += 1
    for _ in range(closing):
        if end > start and tidy[end - 1] == ")":
            end -= 1
    body = tidy[start:end].strip()
    predicted = body.startswith("(")
    if predicted:
        if not body.endswith(")"):
            source.fail(end, "a parenthesis is not closed", "')'")
        body = body[1:-1].strip()
        start += 1
    whole: dict[str, ProteinEditKind] = {"=": "identity", "?": "unknown", "0": "none", "0?": "none"}
    if body in whole:
        edit = ProteinEdit(whole[body])
        return Hgvs("", "", "p", None, None, edit, predicted or body == "0?")
    return _Protein(source, start, body, predicted).parse()


class _Protein:
    """One protein change at one place."""

    def __init__(self, source: Text, start: int, body: str, predicted: bool) -> None:
        self.source, self.start, self.body, self.predicted = source, start, body, predicted

    def fail(self, place: int, message: str, expected: str = _EXPECTED, step: str = "") -> NoReturn:
        self.source.fail(self.start + place, message, expected, step)

    def parse(self) -> Hgvs:
        body = self.body
        if body.startswith("[") or ";" in body:
            self.fail(0, "this describes several changes", "one change", "enter them one by one")
        match = _PLACE.match(body)
        if match is None:
            self.fail(0, "a residue with its position is expected here")
        first, number1, last, number2 = match.groups()
        self.three = len(first) > 1
        first, base1 = _residue(first), int(number1)
        last, base2 = (first, base1) if last is None else (_residue(last), int(number2))
        if base1 == 0 or base2 < base1:
            self.fail(0, "protein positions count up from 1", "the smaller position first")
        self.first, self.place = first, match.end()
        edit = self._edit(body[match.end() :].strip(), first, last, base1 != base2)
        return Hgvs("", "", "p", Position(base1), Position(base2), edit, self.predicted)

    def _edit(self, rest: str, first: str, last: str, ranged: bool) -> ProteinEdit:
        if rest in ("=", "?"):
            kind: ProteinEditKind = "identity" if rest == "=" else "unknown"
            return ProteinEdit(kind, first, last)
        if match := _CHANGE.fullmatch(rest):
            return self._indel(match.group(1).lower(), match.group(2).strip(), first, last, ranged)
        if ranged:
            self.fail(self.place, "a range of residues needs a change", "del, dup, ins or delins")
        if match := _FRAMESHIFT.fullmatch(rest):
            alt = _residue(match.group(1) or "")
            if alt == "*":  # a frameshift whose first new residue is a stop is a nonsense change
                return ProteinEdit("sub", first, last, "*")
            return ProteinEdit("fs", first, last, alt, self._terminus(match.group(2).strip()))
        if match := _EXTENSION.fullmatch(rest):
            return self._extension(match, first, last)
        alt = self._residues(rest)
        if len(alt) != 1:
            self.fail(
                self.place, "a substitution has one new residue", "one residue, e.g. Glu7Val",
                "write several new residues with delins",
            )  # fmt: skip
        if alt == "X":
            alt = "*"  # the stop, as it was written before 2013
        if alt == first:
            return ProteinEdit("identity", first, last)
        return ProteinEdit("sub", first, last, alt)

    def _indel(self, word: str, rest: str, first: str, last: str, ranged: bool) -> ProteinEdit:
        if word in ("del", "dup"):
            if rest and self._residues(rest)[:1] != first:
                self.fail(self.place + len(word), "the change cannot be read")
            return ProteinEdit("del" if word == "del" else "dup", first, last)
        if word == "ins" and not ranged:
            self.fail(
                self.place, "an insertion lies between two neighbouring residues",
                "two neighbouring residues, e.g. Lys2_Gly3insGln",
            )  # fmt: skip
        alt = self._residues(rest)
        if word == "ins":
            return ProteinEdit("ins", first, last, alt)
        return ProteinEdit("delins", first, last, alt)

    def _extension(self, match: re.Match[str], first: str, last: str) -> ProteinEdit:
        alt, rest = _residue(match.group(1) or ""), match.group(2)
        if re.fullmatch(r"-\d{1,6}", rest):
            return ProteinEdit("ext", first, last, "", int(rest))
        return ProteinEdit("ext", first, last, alt, self._terminus(rest))

    def _terminus(self, text: str) -> int | None:
        """``Ter17``, ``*17``, ``X17``, ``Ter?``, ``*`` or nothing."""
        match = _TERMINUS.fullmatch(text)
        if match is None:
            self.fail(self.place, "the distance to the new stop cannot be read", "e.g. fsTer23")
        if not text:
            return None
        number = match.group(1)
        return 0 if number == "?" else None if number is None else int(number)

    def _residues(self, text: str) -> str:
        """Residues in three-letter or one-letter code, in the style of the first residue."""
        text = text.replace(" ", "")
        styles = (self._three, self._one) if self.three else (self._one, self._three)
        for style in styles:
            residues = style(text)
            if residues:
                stop = residues.find("*")
                return residues if stop < 0 else residues[: stop + 1]
        return self.fail(
            self.place, "residues cannot be read", "amino acids in three- or one-letter code"
        )

    @staticmethod
    def _three(text: str) -> str:
        if not _THREES.fullmatch(text):
            return ""
        return "".join(_residue(name) for name in re.findall(_NAMES, text, _FLAGS))

    @staticmethod
    def _one(text: str) -> str:
        text = text.upper()
        return text if all(letter in _ONE for letter in text) else ""


def _residue(name: str) -> str:
    """One-letter code of a residue in either style; X before a number stays the unknown one."""
    upper = name.upper()
    return _THREE.get(upper, upper)
