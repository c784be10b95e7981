"""PAMs: patterns, their side, and where their letters lie beside a junction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.core.sequence import IUPAC
from ipse.core.tables import shipped
from ipse.kernels.bitplanes import ANY

Side = Literal[3, 5]

CODES = "ACTG"
"""Letters by code; code ^ 2 is the complement's."""
OTHER = 4
"""Code of a letter that is none of the four."""
LONGEST_PAM = 12

CODE_OF: NDArray[np.uint8] = np.full(256, OTHER, np.uint8)
for _code, _letter in enumerate(CODES):
    CODE_OF[[ord(_letter), ord(_letter.lower())]] = _code

COMPLEMENT_CODES: NDArray[np.uint8] = np.array([2, 3, 0, 1, OTHER], np.uint8)


def code_set(letter: str) -> int:
    """Set of codes an IUPAC letter stands for, as bits."""
    return sum(1 << CODES.index(base) for base in IUPAC[letter])


@dataclass(frozen=True)
class Pam:
    """One or several patterns on one side of the protospacer.

    Attributes
    ----------
    patterns
        IUPAC patterns, 5' to 3'; a site is shown with the first that matches.
    side
        3 if the PAM stands 3' of the protospacer, 5 if 5'.
    seed
        PAM-proximal guide bases that count as seed.
    scored
        Whether the scores of SpCas9 apply.
    spacer
        Usual spacer length of the nuclease [nt], 0 if not known.
    """

    patterns: tuple[str, ...]
    side: Side
    seed: int
    scored: bool
    spacer: int

    @classmethod
    def parse(cls, text: str, side: int | None = None) -> Pam:
        """Read ``NGG``, or ``NGG+NAG``.

        Parameters
        ----------
        text
            Patterns joined by ``+``.
        side
            3 or 5; by default the known side of the pattern, else 3.

        Raises
        ------
        InputError
            For a letter that is not IUPAC, an empty or long pattern, or patterns of two sides.
        """
        patterns = tuple(dict.fromkeys(part.strip().upper() for part in text.split("+")))
        for pattern in patterns:
            if not 1 <= len(pattern) <= LONGEST_PAM or not set(pattern) <= set(IUPAC) - {"U", "X"}:
                raise InputError(
                    "a PAM is not an IUPAC pattern", field="--pam", value=text,
                    expected=f"1 to {LONGEST_PAM} letters of ACGTRYSWKMBDHVN; several joined by +",
                    next_step="give a pattern such as NGG, NNGRRT or TTTV",
                )  # fmt: skip
        table = shipped("ipse.genome", "pams")
        known = [table.by_key[pattern] for pattern in patterns if pattern in table.by_key]
        sides = {row.integer("side") for row in known}
        if side is None and len(sides) > 1:
            raise InputError(
                "the PAMs of one search stand on one side of the protospacer", field="--pam",
                value=text, next_step="search them one after the other",
            )  # fmt: skip
        chosen = side if side is not None else next(iter(sides), 3)
        if chosen not in (3, 5):
            raise InputError(
                "a PAM has no such side", field="--pam-side", value=chosen, expected="3 or 5"
            )
        usual = [row for row in known if row.integer("side") == chosen]
        general = table[f"{chosen}'"]
        listed = {row["pattern"] for row in usual}
        scored = (
            chosen == 3
            and all(len(pattern) == 3 for pattern in patterns)
            and all(row["scores"] == "yes" for row in usual)
        )
        return cls(
            patterns=patterns,
            side=5 if chosen == 5 else 3,
            seed=min((row.integer("seed") for row in usual), default=general.integer("seed")),
            scored=scored,
            spacer=usual[0].integer("spacer") if listed else 0,
        )

    def __str__(self) -> str:
        return "+".join(self.patterns)

    @property
    def longest(self) -> int:
        """Letters of the longest pattern."""
        return max(map(len, self.patterns))

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Letters of each pattern."""
        return np.array([len(pattern) for pattern in self.patterns], np.int64)

    @cached_property
    def sets(self) -> NDArray[np.uint8]:
        """(patterns, longest): sets of codes of their letters, 5' to 3'; N is any letter."""
        sets = np.zeros((len(self.patterns), self.longest), np.uint8)
        for row, pattern in zip(sets, self.patterns, strict=True):
            row[: len(pattern)] = [ANY if c == "N" else code_set(c) for c in pattern]
        return sets

    @property
    def density(self) -> float:
        """Part of the positions of one strand that match, were all bases equally frequent."""
        parts = []
        for pattern in self.patterns:
            part = 1.0
            for letter in pattern:
                part *= len(IUPAC[letter]) / 4
            parts.append(part)
        return min(1.0, sum(parts))

    def leftward(self, minus: bool) -> bool:
        """Whether the protospacer lies left of the junction on the plus strand."""
        return (self.side == 3) != minus

    def beside(self, pattern: str, minus: bool) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Where a pattern's letters lie and what they may be, on the plus strand.

        Returns
        -------
        offsets, sets
            For each letter, 5' to 3': place relative to the first base right of the junction, and
            the set of codes of the plus strand.
        """
        n = len(pattern)
        right = self.leftward(minus)  # the PAM lies opposite the protospacer
        order = range(n - 1, -1, -1) if minus else range(n)
        offsets = [k if right else k - n for k in order]
        sets = []
        for letter in pattern:
            codes = code_set(letter)
            if minus:
                codes = sum(1 << (code ^ 2) for code in range(4) if codes >> code & 1)
            sets.append(ANY if letter == "N" else codes)
        return np.array(offsets, np.int64), np.array(sets, np.uint8)

    def contains(self, other: Pam) -> bool:
        """Whether every site of the other PAM is one of this."""
        return self.side == other.side and all(
            any(_covers(mine, pattern) for mine in self.patterns) for pattern in other.patterns
        )


def _covers(wide: str, narrow: str) -> bool:
    """Whether all that a pattern matches, junction at the same place, a wider one matches."""
    return len(wide) == len(narrow) and all(
        w == "N" or (n != "N" and IUPAC[n] <= IUPAC[w]) for w, n in zip(wide, narrow, strict=True)
    )
