"""The text of a description as typed: tidied, with the way back to the place in the original."""

from __future__ import annotations

import re
import unicodedata
from typing import NoReturn

from ipse.core.errors import InputError

LONGEST = 100_000
"""Longest text read as HGVS [characters]; what is longer is no description of one variant."""

_DASHES = "‐‑‒–—―−﹣－"
_ARROWS = "→⟶➔➝➞➡⇒›＞"
_LOOKALIKES = str.maketrans(
    {**dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_ARROWS, ">"), "＿": "_", "∗": "*", "⁎": "*"}
)
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_PLAIN = re.compile(r"[!-%'-~]+(?: [!-%'-~]+)*")


class Text:
    """Tidied text with, for every character, its place in the text as typed.

    Unicode look-alikes become their ASCII letters (arrows ``>``, dashes ``-``), ``&gt;`` becomes
    ``>``, runs of white space become one blank, invisible characters go.
    """

    __slots__ = ("original", "places", "tidy")

    def __init__(self, original: str) -> None:
        self.original = original
        self.places: list[int] | None = None
        if _PLAIN.fullmatch(original):  # nothing to tidy: the common case
            self.tidy = original
            return
        letters: list[str] = []
        places: list[int] = []
        place = 0
        while place < len(original):
            entity = original.startswith("&gt;", place)
            raw = ">" if entity else original[place]
            for letter in unicodedata.normalize("NFKC", raw.translate(_LOOKALIKES)):
                if letter.isspace():
                    letter = " "
                    if not letters or letters[-1] == " ":
                        continue
                elif letter in _INVISIBLE:
                    continue
                letters.append(letter)
                places.append(place)
            place += 4 if entity else 1
        if letters and letters[-1] == " ":
            letters.pop()
            places.pop()
        self.tidy, self.places = "".join(letters), places

    def place(self, index: int) -> int:
        """1-based place in the original text of a character of the tidied one."""
        if self.places is None:
            return index + 1
        return self.places[index] + 1 if index < len(self.places) else len(self.original) + 1

    def fail(self, index: int, message: str, expected: str, next_step: str = "") -> NoReturn:
        """Raise the error that names the place ``index`` of the tidied text."""
        found = f"{self.tidy[index]!r}" if index < len(self.tidy) else "the end of the text"
        raise InputError(
            message,
            field=f"HGVS text, character {self.place(index)} ({found})",
            value=self.original,
            expected=expected,
            next_step=next_step or "see https://hgvs-nomenclature.org for the description",
        )
