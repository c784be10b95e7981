"""An edit as two strings: a stretch of DNA as the patient has it, and as it should become."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ipse.core.sequence import reverse_complement

BASES = frozenset("ACGT")


@dataclass(frozen=True)
class Change:
    """A stretch of one strand, 5' to 3', before and after the edit.

    Both strings start at the same base and end at the same base. Where the edit lies in a repeat
    its place is ambiguous; here it is the one farthest 3' on the strand as written. A flap that
    is copied past that place and beyond holds the whole edit wherever one sets it, and no shorter
    flap is sure to be laid on the right repeat.

    Attributes
    ----------
    before, after
        Upper-case letters.
    """

    before: str
    after: str

    @cached_property
    def start(self) -> int:
        """Bases both strings share from the left: the index of the first change, in both."""
        shortest = min(len(self.before), len(self.after))
        for index in range(shortest):
            if self.before[index] != self.after[index]:
                return index
        return shortest

    @cached_property
    def _shared_right(self) -> int:
        """Bases both share from the right, of what is behind the shared left part."""
        most = min(len(self.before), len(self.after)) - self.start
        shared = 0
        while shared < most and self.before[-1 - shared] == self.after[-1 - shared]:
            shared += 1
        return shared

    @property
    def end_before(self) -> int:
        """Index behind the last changed base of ``before``."""
        return len(self.before) - self._shared_right

    @property
    def end_after(self) -> int:
        """Index behind the last changed base of ``after``."""
        return len(self.after) - self._shared_right

    @property
    def shift(self) -> int:
        """How much longer the edited stretch is."""
        return len(self.after) - len(self.before)

    @cached_property
    def mirrored(self) -> Change:
        """The same edit on the other strand."""
        return Change(reverse_complement(self.before), reverse_complement(self.after))

    def on(self, strand: str) -> Change:
        """The edit as a strand reads it."""
        return self if strand == "+" else self.mirrored
