"""How far a site may differ from a guide."""

from __future__ import annotations

from dataclasses import dataclass

from ipse.core.errors import InputError

MOST_MISMATCHES = 8
MOST_BULGES = 2


@dataclass(frozen=True)
class Limits:
    """Limits of one search.

    Attributes
    ----------
    mismatches
        Most mismatched pairs, 0-8.
    dna, rna
        Most DNA bulge bases and RNA bulge bases, 0-2 each.
    mixed
        Whether one alignment may have both.
    """

    mismatches: int = 4
    dna: int = 0
    rna: int = 0
    mixed: bool = False

    def __post_init__(self) -> None:
        for field, value, most in (
            ("--mismatches", self.mismatches, MOST_MISMATCHES),
            ("--dna-bulge", self.dna, MOST_BULGES),
            ("--rna-bulge", self.rna, MOST_BULGES),
        ):
            if not 0 <= value <= most:
                raise InputError(
                    "a limit of the search is out of range", field=field, value=value,
                    expected=f"a whole number from 0 to {most}",
                )  # fmt: skip

    @property
    def bulges(self) -> bool:
        """Whether any bulge is allowed."""
        return bool(self.dna or self.rna)
