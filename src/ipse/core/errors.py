"""Errors a user can act on.

Every error says what was wrong, where, what was expected and what to do next. The command line
prints them without a traceback; :class:`InputError` ends with status 2, everything else with 1.
"""

from __future__ import annotations

from pathlib import Path


class IpseError(Exception):
    """Base of every error Ipse raises on purpose.

    Parameters
    ----------
    message
        What is wrong, in one sentence.
    file
        File the problem was found in.
    field
        Field, column, line or option name.
    value
        Offending value as it was read.
    expected
        What would have been accepted.
    next_step
        What the user can do about it.
    """

    exit_status = 1

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        field: str | None = None,
        value: object = None,
        expected: str | None = None,
        next_step: str | None = None,
    ) -> None:
        self.message = message
        self.file = None if file is None else str(file)
        self.field = field
        self.value = value
        self.expected = expected
        self.next_step = next_step
        super().__init__(message)

    def __str__(self) -> str:
        lines = [self.message]
        for name, text in (
            ("file", self.file),
            ("field", self.field),
            ("value", None if self.value is None else _short(self.value)),
            ("expected", self.expected),
            ("next step", self.next_step),
        ):
            if text is not None:
                lines.append(f"  {name}: {text}")
        return "\n".join(lines)


class InputError(IpseError):
    """The user's input is wrong (exit status 2)."""

    exit_status = 2


class NotInReference(IpseError):
    """A coordinate for which the reference at hand holds no sequence.

    Not a user's mistake: with embedded loci most of the genome is absent. Callers turn it into a
    finding; it is never answered with N.
    """

    def __init__(self, contig: str, start: int, end: int, reference: str) -> None:
        self.contig, self.start, self.end, self.reference = contig, start, end, reference
        super().__init__(
            f"{contig}:{start + 1}-{end} is not in reference {reference!r}",
            field="coordinate",
            value=f"{contig}:{start + 1}-{end}",
            expected="a position the reference holds sequence for",
            next_step="install the whole genome: ipse genome add hg38 hg38.fa.gz",
        )


def _short(value: object, limit: int = 120) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = text.replace("\n", "\\n")
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
