"""What every room may ask of a reference sequence.

Inside Ipse a position is 0-based on the plus strand of the assembly. A letter N is the absence of
sequence: asking for it raises :class:`~ipse.core.errors.NotInReference`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ipse.core.finding import Finding, Severity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Reference(Protocol):
    """What every room may ask of a reference.

    Contigs are taken under any of their names and given back under the reference's own.
    """

    @property
    def name(self) -> str:
        """Name it goes by: ``embedded``, a registered name, or the stem of a FASTA file."""
        ...

    @property
    def assembly(self) -> str:
        """``GRCh38``, ``GRCh37``, or ``""`` if not known."""
        ...

    @property
    def identity(self) -> str:
        """SHA-256 over contig names, lengths and the MD5 of each sequence."""
        ...

    @property
    def whole_genome(self) -> bool:
        """Whether every autosome and X is there in full."""
        ...

    def resolve(self, contig: str) -> str:
        """Reference's own name of a contig; ``InputError`` with near matches if it has none."""
        ...

    def length(self, contig: str) -> int:
        """Length of a contig [bp]; the true one also where only stretches are held."""
        ...

    def contigs(self) -> list[str]:
        """Own names of all contigs, in the reference's order."""
        ...

    def fetch(self, contig: str, start: int, end: int) -> str:
        """Upper-case letters of ``start`` to ``end`` (0-based half-open), plus strand.

        Raises
        ------
        NotInReference
            If any base is outside the contig or not held.
        """
        ...

    def has(self, contig: str, start: int, end: int) -> bool:
        """Whether :meth:`fetch` would answer; False also for an unknown contig."""
        ...

    def held(self, contig: str) -> list[tuple[int, int]]:
        """Maximal stretches with sequence, 0-based half-open, in order."""
        ...

    def letters(self, contig: str, start: int, end: int) -> NDArray[np.uint8]:
        """Letters of ``start`` to ``end``, N where sequence is not held or masked.

        For work on whole contigs: the letters are not checked, nor raised to upper case.

        Parameters
        ----------
        contig, start, end
            A stretch within a contig, 0-based half-open.

        Returns
        -------
        (end - start,) of uint8
            ASCII of either case.
        """
        import numpy as np

        answer = np.full(max(0, end - start), ord("N"), np.uint8)
        for first, last in self.held(contig):
            first, last = max(first, start), min(last, end)
            if first < last:
                text = self.fetch(contig, first, last).encode("ascii")
                answer[first - start : last - start] = np.frombuffer(text, np.uint8)
        return answer

    def findings(self) -> tuple[Finding, ...]:
        """What a reader of any result should know about this reference."""
        ...


def check_order(start: int, end: int) -> None:
    """Refuse a stretch that ends before it starts: a mistake of the caller."""
    if start > end:
        raise ValueError(f"a stretch ends before it starts: {start} to {end}")


def loci_only(name: str) -> Finding:
    """Finding that a reference is not a whole genome."""
    return Finding(
        severity=Severity.CAUTION,
        code="reference-is-loci-only",
        message=f"Reference {name!r} holds only parts of the genome: nothing can be said about the "
        "rest of it, off-target sites and second copies included.",
        resolves="a whole genome: ipse genome add hg38 hg38.fa.gz --annotation gencode.gff3.gz",
    )
