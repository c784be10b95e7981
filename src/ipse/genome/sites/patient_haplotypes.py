"""All haplotype pieces of one person, laid out once and searched as often as needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import NotInReference
from ipse.core.finding import Finding, Severity
from ipse.core.progress import Progress
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import Reference
from ipse.genome.sites.guides import LONGEST
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.limits import MOST_BULGES
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.patient_calls import each_contig
from ipse.genome.sites.patient_clusters import MOST_BLOCKS
from ipse.genome.sites.patient_edits import Counts
from ipse.genome.sites.patient_overlay import Overlay, overlay


@dataclass
class Considered:
    """What a person's search rests on.

    Attributes
    ----------
    sample
        Name of the sample.
    counts
        What became of its calls.
    over
        Windows with more combinations of unphased calls than are searched:
        (contig, start, end, number of blocks), 0-based half-open. Rows of the reference
        there have no ``change``.
    """

    sample: str
    counts: Counts = field(default_factory=Counts)
    over: list[tuple[str, int, int, int]] = field(default_factory=list)

    def add(self, laid: Overlay) -> None:
        """Take what became of the calls of a contig."""
        clusters = laid.clusters
        self.counts.add(clusters.carried.counts)
        self.over += [(laid.edits.contig, *window) for window in clusters.windows_over()]

    def findings(self) -> tuple[Finding, ...]:
        """What a reader of the rows should know."""
        counts = self.counts
        known = (
            ("calls-without-sequence", counts.symbolic, Severity.CAUTION,
             "alleles without a sequence (structural variants) were not considered"),
            ("calls-of-many-copies", counts.polyploid, Severity.CAUTION,
             "calls of more than two copies were not considered"),
            ("half-calls", counts.half_calls, Severity.INFO,
             "calls miss a copy, which was read as the reference's"),
            ("overlapping-calls", counts.overlapping, Severity.CAUTION,
             "alleles were left out because another of the same haplotype overlaps them"),
            ("windows-over-the-bound", len(self.over), Severity.SERIOUS,
             f"windows have more than 2^{MOST_BLOCKS} combinations of unphased calls; sites the "
             "person has there and the reference has not are not reported"),
        )  # fmt: skip
        return tuple(
            Finding(severity=severity, code=code, message=f"{number} {message}.")
            for code, number, severity, message in known
            if number
        )


@dataclass(frozen=True)
class Haplotypes:
    """Pieces of a person's haplotypes that are not the reference's.

    Attributes
    ----------
    overlays
        One for each contig with calls.
    considered
        What became of the calls.
    reach
        Letters of the longest site they can be searched for, PAM included.
    contigs
        Contigs that were read; None for all.
    index
        Sites of the pieces, if they are indexed.
    """

    overlays: list[Overlay]
    considered: Considered
    reach: int
    contigs: frozenset[str] | None
    index: SiteIndex | None = None

    @classmethod
    def build(
        cls,
        patient: PatientGenome,
        reach: int | None = None,
        *,
        pam: Pam | None = None,
        contigs: Iterable[str] | None = None,
    ) -> Haplotypes:
        """Read the calls and write out the pieces.

        Parameters
        ----------
        patient
            The calls and their reference.
        reach
            Letters of the longest site, PAM included; by default enough for every spacer and bulge.
        pam
            PAM the default is for.
        contigs
            The reference's names of those wanted; all by default.

        Raises
        ------
        InputError
            For a REF that is not the reference's, a damaged record, or an unsorted file.
        """
        if reach is None:
            reach = LONGEST + MOST_BULGES + (pam.longest if pam else 3)
        wanted = None if contigs is None else frozenset(contigs)
        considered = Considered(patient.sample)
        overlays = []
        for edits, base, (carried,) in each_contig(patient, [patient.sample], wanted):
            laid = overlay(edits, base, carried, reach)
            considered.add(laid)
            overlays.append(laid)
        return cls(overlays, considered, reach, wanted)

    def indexed(self, folder: Path, pam: Pam, progress: Progress | None = None) -> Haplotypes:
        """Index the sites of the pieces in a folder, for many guides or many searches."""
        index = SiteIndex.build(Texts(self.overlays), folder, pam, progress=progress)
        return replace(self, index=index)


class Texts(Reference):
    """The pieces as if they were contigs of a reference, to be indexed."""

    def __init__(self, overlays: list[Overlay]) -> None:
        self._texts = {laid.edits.contig: laid.text for laid in overlays}

    @property
    def name(self) -> str:
        """Name it goes by."""
        return "haplotypes"

    @property
    def assembly(self) -> str:
        """None: its positions are its own."""
        return ""

    @property
    def identity(self) -> str:
        """SHA-256 of names and letters."""
        digest = hashlib.sha256()
        for name, text in self._texts.items():
            digest.update(f"{name}\t{len(text)}\n".encode())
            digest.update(text.tobytes())
        return digest.hexdigest()

    @property
    def whole_genome(self) -> bool:
        """Never."""
        return False

    def resolve(self, contig: str) -> str:
        """The name itself."""
        return contig

    def length(self, contig: str) -> int:
        """Letters of a text."""
        return len(self._texts[contig])

    def contigs(self) -> list[str]:
        """Contigs with calls."""
        return list(self._texts)

    def fetch(self, contig: str, start: int, end: int) -> str:
        """Letters of a text."""
        if not self.has(contig, start, end):
            raise NotInReference(contig, start, end, self.name)
        return self._texts[contig][start:end].tobytes().decode("ascii")

    def letters(self, contig: str, start: int, end: int) -> NDArray[np.uint8]:
        """Letters of a text."""
        return self._texts[contig][start:end]

    def has(self, contig: str, start: int, end: int) -> bool:
        """Whether a stretch lies in a text."""
        return contig in self._texts and 0 <= start <= end <= len(self._texts[contig])

    def held(self, contig: str) -> list[tuple[int, int]]:
        """Everything."""
        return [(0, len(self._texts[contig]))]

    def findings(self) -> tuple[Finding, ...]:
        """Nothing."""
        return ()
