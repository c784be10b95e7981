"""The report's words and signs: every verdict and severity has a name, a shape and a colour."""

from __future__ import annotations

import re
from typing import NamedTuple

# Letters XML cannot hold, other control characters, and the marks that turn the direction of the
# text that follows: shown as a replacement character, so that no input can reorder a page.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Text without control characters, lone surrogates and marks of writing direction."""
    return _UNSAFE.sub("\ufffd", text)


class Sign(NamedTuple):
    """A word, the name of its shape, and what it means."""

    word: str
    shape: str
    meaning: str


VERDICTS = {
    "eligible": Sign("eligible", "disc", "every criterion holds and no serious finding is open"),
    "possible": Sign(
        "possible", "half",
        "every required criterion holds, with a limit: off-label, investigational, function "
        "rather than wild type, or a serious finding open",
    ),
    "unknown": Sign(
        "unknown", "query", "a required criterion is not known: missing data is never no"
    ),
    "excluded": Sign("excluded", "cross", "a required criterion does not hold"),
}  # fmt: skip

SEVERITIES = {
    "blocking": Sign("blocking", "stop", "excludes the proposal"),
    "serious": Sign("serious", "diamond", "holds the verdict at possible until resolved"),
    "caution": Sign("caution", "triangle", "to be weighed"),
    "info": Sign("info", "ring", "good to know"),
}

TRUTHS = {
    "true": Sign("holds", "disc", ""),
    "unknown": Sign("not known", "query", ""),
    "false": Sign("does not hold", "cross", ""),
}

OUTCOMES = {
    "true": "every required criterion holds",
    "unknown": "still not known",
    "false": "excluded",
}
"""What a set of values would decide."""

RESTORATIONS = {
    "wild_type": "wild type",
    "benign": "benign change",
    "tolerated": "tolerated change",
    "functional": "function, not sequence",
    "none": "nothing restored",
    "unknown": "not known",
}

PRECEDENTS = {
    "human": "in people",
    "animal": "in animals",
    "cell": "in cells",
    "analogy": "by analogy",
    "rule": "rule or definition",
}

ACRONYMS = frozenset({"aav", "car", "cdna", "dna", "hdr", "hla", "mrna", "nhej", "rna"})

WEIGHTS = {"required": "required", "limits": "limits the verdict to possible"}


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 finding``, ``2 findings``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def titled(text: str) -> str:
    """Words of a machine name: ``base_edit`` becomes ``Base edit``."""
    words = text.replace("_", " ").replace("-", " ").split()
    words = [word.upper() if word in ACRONYMS else word for word in words]
    return " ".join([word[:1].upper() + word[1:] for word in words[:1]] + words[1:])
