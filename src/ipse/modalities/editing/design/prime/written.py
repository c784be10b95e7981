"""An edit written into a sequence: ``ACGT(A/G)ACGT``, ``(+CTT)``, ``(-GT)``.

The notation is the one of PrimeDesign's input (doi:10.1038/s41467-021-21337-7).
"""

from __future__ import annotations

import re

from ipse.core.errors import InputError
from ipse.modalities.editing.design.prime.change import Change

EXPECTED = "letters A, C, G, T, N with edits as (A/G), (+CTT) or (-GT)"
LONGEST = 100_000
"""Letters that are read: one locus, not a chromosome."""
_EDIT = re.compile(r"\(([^()]*)\)")
_LETTERS = re.compile(r"[ACGTN]*")


def read_written(text: str) -> Change:
    """Read a sequence with one edit or several, written in brackets.

    Raises
    ------
    InputError
        For other letters, an open bracket, an edit of no known form, or none at all.
    """
    flat = "".join(text.split()).upper()
    if len(flat) > LONGEST:
        raise InputError(
            "a sequence is too long", field="--sequence", value=f"{len(flat)} letters",
            expected=f"at most {LONGEST} letters",
            next_step="give a few hundred bases around the edit",
        )  # fmt: skip
    before, after, end = "", "", 0
    for found in _EDIT.finditer(flat):
        plain = _plain(flat[end : found.start()])
        old, new = _edit(found[1])
        before, after, end = before + plain + old, after + plain + new, found.end()
    plain = _plain(flat[end:])
    change = Change(before + plain, after + plain)
    if end == 0:
        raise InputError(
            "a sequence has no edit", field="--sequence", value=text, expected=EXPECTED
        )
    if change.before == change.after:
        raise InputError(
            "an edit changes nothing", field="--sequence", value=text, expected=EXPECTED
        )
    return change


def _plain(text: str) -> str:
    if not _LETTERS.fullmatch(text):
        wrong = next(letter for letter in text if letter not in "ACGTN")
        raise InputError(
            f"{wrong!r} has no meaning in a sequence here", field="--sequence", value=text,
            expected=EXPECTED,
        )  # fmt: skip
    return text


def _edit(inside: str) -> tuple[str, str]:
    """Letters before and after an edit."""
    if inside[:1] == "+" and inside[1:]:
        return "", _plain(inside[1:])
    if inside[:1] == "-" and inside[1:]:
        return _plain(inside[1:]), ""
    old, slash, new = inside.partition("/")
    if slash and (old or new):
        return _plain(old), _plain(new)
    raise InputError(
        "an edit has no known form", field="--sequence", value=f"({inside})", expected=EXPECTED
    )
