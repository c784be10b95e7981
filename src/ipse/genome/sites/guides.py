"""Guides: read, checked, and laid out from the PAM on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.core.sequence import IUPAC, matches
from ipse.genome.sites.pam import Pam, code_set

SHORTEST, LONGEST = 17, 25
"""Spacers [nt]."""
_LETTERS = set(IUPAC) - {"U", "X"}


@dataclass(frozen=True)
class Guide:
    """A spacer.

    Attributes
    ----------
    sequence
        Upper case, T for U, 5' to 3', without the PAM; IUPAC letters are wildcards.
    """

    sequence: str

    @property
    def wildcards(self) -> str:
        """Letters that stand for several bases, in order."""
        return "".join(letter for letter in self.sequence if letter not in "ACGT")


def parse_guides(given: str | Iterable[str], pam: Pam, *, spacer_only: bool = False) -> list[Guide]:
    """Read guides.

    Parameters
    ----------
    given
        One guide or several; U and lower case are allowed. A guide given twice is searched once.
    pam
        PAM they are searched with.
    spacer_only
        The guides hold no PAM, even where their length and ends look like it.

    Raises
    ------
    InputError
        For a letter that is no nucleotide, a length outside 17-25, or a PAM left on the guide.
    """
    guides: dict[str, Guide] = {}
    for text in [given] if isinstance(given, str) else given:
        sequence = text.strip().upper().replace("U", "T")
        wrong = sorted(set(sequence) - _LETTERS)
        if wrong or not sequence:
            raise InputError(
                "a guide holds something that is no nucleotide", field="guide", value=text,
                expected="A, C, G, T or U; IUPAC letters as wildcards",
            )  # fmt: skip
        _check_length(text, sequence, pam, spacer_only)
        guides.setdefault(sequence, Guide(sequence))
    if not guides:
        raise InputError("no guide was given", field="guide", expected="at least one guide")
    return list(guides.values())


def _check_length(text: str, sequence: str, pam: Pam, spacer_only: bool) -> None:
    for pattern in pam.patterns:
        n = len(pattern)
        spacer = sequence[:-n] if pam.side == 3 else sequence[n:]
        end = sequence[-n:] if pam.side == 3 else sequence[:n]
        usual = len(spacer) == pam.spacer if pam.spacer else False
        too_long = len(sequence) > LONGEST and SHORTEST <= len(spacer) <= LONGEST
        if (
            ((usual and not spacer_only) or too_long)
            and matches(pattern, end)
            and set(pattern) != {"N"}
        ):
            raise InputError(
                f"a guide of {len(sequence)} nt that {'ends' if pam.side == 3 else 'begins'} with "
                f"{end} seems to have its PAM ({pattern}) on it", field="guide", value=text,
                expected=f"the spacer alone: {spacer}",
                next_step="leave the PAM out"
                + ("" if too_long else "; if it is part of the spacer, say --spacer-only"),
            )  # fmt: skip
    if not SHORTEST <= len(sequence) <= LONGEST:
        raise InputError(
            f"a guide has {len(sequence)} nt", field="guide", value=text,
            expected=f"a spacer of {SHORTEST} to {LONGEST} nt, without its PAM",
        )  # fmt: skip


def pam_like_end(sequence: str, pam: Pam) -> str | None:
    """End of a guide longer than usual that looks like its PAM, None if it has none.

    One that would leave a spacer of usual length is refused by :func:`parse_guides`.
    """
    for pattern in pam.patterns:
        n = len(pattern)
        end = sequence[-n:] if pam.side == 3 else sequence[:n]
        long = len(sequence) > pam.spacer and len(sequence) - n >= SHORTEST
        if pam.spacer and long and set(pattern) != {"N"} and matches(pattern, end):
            return end
    return None


@dataclass(frozen=True)
class GuideSet:
    """Guides of one length, from the PAM on.

    Attributes
    ----------
    places
        Place of each guide among all guides of the search.
    length
        Spacer length [nt].
    sets
        (guides, length): codes a base pairs with, as bits.
    letters
        (guides, length): row of a scan for each base: its code, or 4 and more for a wildcard.
    wildcards
        Sets of codes of rows 4, 5, ...
    ascii
        (guides, length): letters 5' to 3'.
    """

    places: NDArray[np.int64]
    length: int
    sets: NDArray[np.uint8]
    letters: NDArray[np.int64]
    wildcards: tuple[int, ...]
    ascii: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.places)

    def take(self, which: NDArray[np.int64]) -> GuideSet:
        """Some of the guides."""
        return replace(
            self,
            places=self.places[which],
            sets=self.sets[which],
            letters=self.letters[which],
            ascii=self.ascii[which],
        )


def by_length(guides: list[Guide], pam: Pam) -> list[GuideSet]:
    """Lay guides out from the PAM on, those of one length together."""
    made = []
    for length in sorted({len(guide.sequence) for guide in guides}):
        places = [k for k, guide in enumerate(guides) if len(guide.sequence) == length]
        texts = [guides[k].sequence for k in places]
        ascii_letters = np.array([list(text.encode()) for text in texts], np.uint8)
        outward = ascii_letters[:, ::-1] if pam.side == 3 else ascii_letters
        table = np.zeros(256, np.uint8)
        for letter in _LETTERS:
            table[ord(letter)] = code_set(letter)
        sets = np.ascontiguousarray(table[outward])
        wildcards = tuple(sorted({int(s) for s in np.unique(sets)} - {1, 2, 4, 8}))
        rows = np.zeros(16, np.int64)
        for row, codes in enumerate((1, 2, 4, 8, *wildcards)):
            rows[codes] = row
        made.append(
            GuideSet(np.array(places, np.int64), length, sets, rows[sets], wildcards, ascii_letters)
        )
    return made
