"""Reference sequence: a whole genome in a FASTA file, or stretches of one."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.finding import Finding, Severity
from ipse.genome import aliases, fasta
from ipse.genome.reference_protocol import Reference, check_order, loci_only
from ipse.genome.sparse import SparseReference, Stretch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ipse.genome.fasta_lines import Lines

__all__ = ["FastaReference", "Reference", "SparseReference", "Stretch"]


class FastaReference(Reference):
    """A FASTA file, plain or bgzipped, with its index. Made by :meth:`open`.

    The primary assembly is shown unless alt contigs are asked for, and then the pseudo-autosomal
    regions are held once, on X: on Y they are absent like a stretch of N (many releases write them
    as N, others repeat X's letters; either way one answer).
    """

    def __init__(
        self, indexed: fasta.IndexedFasta, *, name: str, assembly: str, alt_contigs: bool
    ) -> None:
        self._fasta = indexed
        self._name = name
        self._alt_contigs = alt_contigs
        self._lock = Lock()
        lengths = {
            contig: length
            for contig, length in indexed.lengths.items()
            if alt_contigs or aliases.is_primary(contig)
        }
        if not lengths:
            raise InputError(
                "a FASTA file has no contig of a primary assembly", file=indexed.path,
                value=", ".join(list(indexed.lengths)[:3]),
                expected="chromosomes, or alt contigs asked for",
                next_step="add it with --alt-contigs",
            )  # fmt: skip
        self._lengths = lengths
        self._assembly = assembly or aliases.detect_assembly(lengths)
        self._names = aliases.ContigNames(lengths, name, self._assembly)
        self._absent = {} if alt_contigs else self._second_copies()
        self._held: dict[str, list[tuple[int, int]]] = {}
        self._lines: dict[str, Lines | None] = {}

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        name: str | None = None,
        assembly: str | None = None,
        alt_contigs: bool = False,
    ) -> FastaReference:
        """Open a FASTA file.

        Parameters
        ----------
        path
            FASTA, plain or bgzipped (a missing ``.fai`` is built beside it), or plain gzip (a
            bgzipped copy is made once in Ipse's cache folder).
        name
            Name of the reference; by default the file's name without endings.
        assembly
            Its assembly; by default recognised by contig names and lengths.
        alt_contigs
            Show alt, patch and decoy contigs too, and the pseudo-autosomal regions of Y.

        Raises
        ------
        InputError
            For a file that is absent, empty, cut short, no FASTA, has a contig twice, has an index
            of another file, or has none where none can be written.
        """
        path = Path(path)
        indexed = fasta.open_indexed(path)
        return cls(
            indexed, name=name or fasta.stem(path), assembly=assembly or "", alt_contigs=alt_contigs
        )

    @property
    def name(self) -> str:
        """Name it goes by."""
        return self._name

    @property
    def assembly(self) -> str:
        """Assembly, recognised by its contigs if not given."""
        return self._assembly

    @cached_property
    def whole_genome(self) -> bool:
        """Whether every autosome and X is there in full."""
        return aliases.is_whole_genome(self._lengths, self._assembly)

    @cached_property
    def identity(self) -> str:
        """SHA-256 over the contigs shown, their lengths and MD5s.

        The first call reads the whole file; the result is kept beside the index, or in Ipse's
        cache folder where that cannot be written.
        """
        scan = self._fasta.scan()
        lines = [f"{c}\t{length}\t{scan[c].md5}\n" for c, length in self._lengths.items()]
        if self._alt_contigs:
            lines.append("alt-contigs\n")
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def resolve(self, contig: str) -> str:
        """Own name of a contig."""
        return self._names.resolve(contig)

    def length(self, contig: str) -> int:
        """Length of a contig [bp]."""
        return self._lengths[self.resolve(contig)]

    def contigs(self) -> list[str]:
        """Own names of all contigs shown."""
        return list(self._lengths)

    def fetch(self, contig: str, start: int, end: int) -> str:
        """Letters of a stretch; see :meth:`Reference.fetch`."""
        own = self.resolve(contig)
        check_order(start, end)
        letters = self._letters(own, start, end)
        if letters is None:
            raise NotInReference(own, start, end, self._name)
        return letters

    def has(self, contig: str, start: int, end: int) -> bool:
        """Whether :meth:`fetch` would answer."""
        try:
            own = self.resolve(contig)
        except InputError:
            return False
        return start <= end and self._letters(own, start, end) is not None

    def held(self, contig: str) -> list[tuple[int, int]]:
        """Stretches that are not N; the first call for a contig reads it."""
        own = self.resolve(contig)
        if own not in self._held:
            found = self._fasta.letters_of(own)
            for start, end in self._absent.get(own, ()):
                found = _without(found, start, end)
            self._held[own] = found
        return list(self._held[own])

    def letters(self, contig: str, start: int, end: int) -> NDArray[np.uint8]:
        """Letters of a stretch; see :meth:`Reference.letters`. A plain file is read as it lies."""
        import numpy as np

        own = self.resolve(contig)
        lines = self._lines_of(own)
        if lines is not None:
            letters = lines(start, end)
        else:
            with self._lock:
                text = self._fasta.fetch(own, start, end)
            letters = np.frombuffer(text.encode("ascii"), np.uint8)
        absent = [(a, b) for a, b in self._absent.get(own, ()) if a < end and b > start]
        if absent:
            letters = letters.copy()
        for first, last in absent:
            letters[max(first - start, 0) : last - start] = ord("N")
        return letters

    def findings(self) -> tuple[Finding, ...]:
        """That the genome is not whole, or that chrM is not the rCRS."""
        found = [] if self.whole_genome else [loci_only(self._name)]
        for contig, length in self._lengths.items():
            if aliases.is_mitochondrial(contig) and not self._is_rcrs(contig, length):
                found.append(_not_rcrs(contig, length))
        return tuple(found)

    def _is_rcrs(self, contig: str, length: int) -> bool:
        rcrs = aliases.mitochondrial_sequences()[0]
        if length != rcrs.length:
            return False
        with self._lock:
            letters = self._fasta.fetch(contig, 0, length)
        return hashlib.md5(letters.encode(), usedforsecurity=False).hexdigest() == rcrs.md5

    def _lines_of(self, own: str) -> Lines | None:
        if own not in self._lines:
            from ipse.genome.fasta_lines import lines_of

            plain = fasta.sniff(self._fasta.path) == "plain"
            self._lines[own] = lines_of(self._fasta.path, own) if plain else None
        return self._lines[own]

    def _letters(self, own: str, start: int, end: int) -> str | None:
        if not 0 <= start <= end <= self._lengths[own]:
            return None
        if any(start < stop and begin < end for begin, stop in self._absent.get(own, ())):
            return None
        with self._lock:
            letters = self._fasta.fetch(own, start, end)
        return None if "N" in letters else letters

    def _second_copies(self) -> dict[str, list[tuple[int, int]]]:
        regions = aliases.pseudoautosomal_regions(self._assembly)
        by_molecule = {aliases.molecule_of(contig): contig for contig in self._lengths}
        y = by_molecule.get("Y")
        if y is None or "X" not in by_molecule:
            return {}
        return {y: [r.y for r in regions if r.y[1] <= self._lengths[y]]}


def _without(stretches: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    left: list[tuple[int, int]] = []
    for begin, stop in stretches:
        left += [(a, b) for a, b in ((begin, min(stop, start)), (max(begin, end), stop)) if a < b]
    return left


def _not_rcrs(contig: str, length: int) -> Finding:
    known = [m for m in aliases.mitochondrial_sequences() if m.length == length and not m.is_rcrs]
    what = f"it is {length} bp long" + (f", like {known[0].accession}" if known else "")
    return Finding(
        severity=Severity.SERIOUS,
        code="chrm-is-not-rcrs",
        message=f"{contig} of the reference is not the revised Cambridge Reference Sequence "
        f"(NC_012920.1): {what}. Positions of m. descriptions are not positions of this sequence.",
        resolves="a reference with the rCRS as its mitochondrial genome",
    )
