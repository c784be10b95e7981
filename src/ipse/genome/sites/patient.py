"""Off-target sites in one person's own genome: both haplotypes, compared with the reference.

``ipse offtargets --vcf FILE --sample NAME`` calls :func:`search_patient`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ipse.core.progress import Progress, Silent
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.sites.found import Found, Source
from ipse.genome.sites.guides import Guide, GuideSet, by_length, parse_guides
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.patient_haplotypes import Considered, Haplotypes
from ipse.genome.sites.patient_overlay import Overlay
from ipse.genome.sites.patient_rows import Geometry, combine
from ipse.genome.sites.rows import frame
from ipse.genome.sites.scan import Candidates, positions_needed, scan
from ipse.genome.sites.search import Job, Parts, in_threads, search
from ipse.genome.sites.stretches import STRETCH, Stretch

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class PatientSites:
    """Rows of a person, with the columns of ``docs/offtargets.md``, and what they rest on."""

    table: pl.DataFrame
    considered: Considered


def search_patient(
    guides: str | Iterable[str],
    patient: PatientGenome,
    pam: str | Pam | None = None,
    limits: Limits | None = None,
    *,
    index: SiteIndex | None = None,
    haplotypes: Haplotypes | None = None,
    spacer_only: bool = False,
    contigs: Iterable[str] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> PatientSites:
    """Find every site of guides on both haplotypes of a person, and those they lack.

    Parameters
    ----------
    guides, pam, limits, spacer_only, contigs, threads, progress
        As of :func:`ipse.genome.sites.search`.
    patient
        The calls and their reference.
    index
        Index of that reference, if there is one.
    haplotypes
        The person's haplotypes, if they are laid out already for these contigs.

    Raises
    ------
    InputError
        As of :func:`ipse.genome.sites.search`, and for a call whose REF is not the reference's, a
        damaged record, or an unsorted file.
    """
    reference = patient.reference
    asked = Asked.of(guides, pam, limits, index, spacer_only, threads)
    wanted = None if contigs is None else [reference.resolve(name) for name in contigs]
    report = progress or Silent()
    rows = search(
        [guide.sequence for guide in asked.guides], index or reference, asked.pam, asked.limits,
        spacer_only=True, contigs=wanted, threads=threads, progress=report,
    )  # fmt: skip
    of = None if wanted is None else frozenset(wanted)
    if haplotypes is None or haplotypes.reach < asked.reach or haplotypes.contigs != of:
        report.task("reading calls")
        haplotypes = Haplotypes.build(patient, asked.reach, contigs=wanted)
    overlays = haplotypes.overlays
    own = asked.rows(overlays, haplotypes.index, report)
    table = combine(
        rows, list(zip(overlays, own, strict=True)), asked.geometry, asked.guides,
        reference.contigs(),
    )  # fmt: skip
    return PatientSites(table, haplotypes.considered)


@dataclass(frozen=True)
class Asked:
    """A search: guides, PAM and limits, read and laid out."""

    guides: list[Guide]
    job: Job

    @classmethod
    def of(
        cls,
        guides: str | Iterable[str],
        pam: str | Pam | None,
        limits: Limits | None,
        index: SiteIndex | None,
        spacer_only: bool,
        threads: int | None,
    ) -> Asked:
        """Read what is asked."""
        if pam is None:
            pam = index.pam if index else "NGG"
        pam = Pam.parse(pam) if isinstance(pam, str) else pam
        parsed = parse_guides(guides, pam, spacer_only=spacer_only)
        return cls(parsed, Job(pam, limits or Limits(), by_length(parsed, pam), False, threads))

    @property
    def pam(self) -> Pam:
        """PAM."""
        return self.job.pam

    @property
    def limits(self) -> Limits:
        """Limits."""
        return self.job.limits

    @property
    def geometry(self) -> Geometry:
        """Where sites lie."""
        return Geometry(self.pam, self.limits.dna)

    @property
    def reach(self) -> int:
        """Letters of the longest site, PAM included."""
        return positions_needed(self.job.guide_sets, self.limits) + self.pam.longest

    def rows(
        self, overlays: list[Overlay], index: SiteIndex | None, report: Progress
    ) -> list[pl.DataFrame]:
        """Rows of sites that touch an edit, in places of each overlay's text."""
        names = [laid.edits.contig for laid in overlays]
        if index is not None and index.pam.contains(self.pam):
            parts = self._look_up(overlays, index)
        else:
            parts = self._scan(overlays, self.job.guide_sets, report)
        made = frame(parts, self.guides, names, self.pam)
        by_contig = made.partition_by("contig", as_dict=True)
        return [by_contig.get((name,), made.clear()) for name in names]

    def _look_up(self, overlays: list[Overlay], index: SiteIndex) -> Parts:
        """Look guides up; those quicker found by a scan are scanned for."""
        parts: Parts = []
        left: list[GuideSet] = []
        for guides in self.job.guide_sets:
            everything = np.arange(len(guides), dtype=np.int64)
            candidates, rest = index.candidates(guides, everything, self.limits)
            source = index.source(candidates.junction)
            at = Candidates(candidates.guide, candidates.junction - source.begin, candidates.minus)
            found = [
                self._decide(guides, _take(at, np.flatnonzero(source.contig == k)), overlays, k)
                for k in np.unique(source.contig).tolist()
            ]
            if found:
                parts.append((guides, Found.join(found)))
            if len(rest):
                left.append(guides.take(rest))
        return parts + (self._scan(overlays, left, Silent()) if left else [])

    def _scan(self, overlays: list[Overlay], guide_sets: list[GuideSet], report: Progress) -> Parts:
        """Scan the texts."""
        report.task("searching haplotypes", sum(len(laid.text) for laid in overlays))
        parts: list[list[Found]] = [[] for _ in guide_sets]

        def one(stretch: Stretch) -> list[Found]:
            every = scan(stretch, self.pam, guide_sets, self.limits)
            moved = [replace(found, junction=found.junction + stretch.offset) for found in every]
            return [
                self._decide(guides, candidates, overlays, stretch.contig)
                for guides, candidates in zip(guide_sets, moved, strict=True)
            ]

        stretches = (s for k, laid in enumerate(overlays) for s in laid.stretches(k))
        for found in in_threads(one, stretches, self.job.threads):
            for k, part in enumerate(found):
                parts[k].append(part)
            report.advance(STRETCH)
        return [
            (guides, Found.join(part))
            for guides, part in zip(guide_sets, parts, strict=True)
            if part
        ]

    def _decide(
        self, guides: GuideSet, candidates: Candidates, overlays: list[Overlay], contig: int
    ) -> Found:
        """Align the candidates whose longest site touches an edit; others are the reference's."""
        laid = overlays[contig]
        junction = candidates.junction
        piece = laid.piece_at(junction)
        low, high = self.geometry.windows(junction, candidates.minus, guides.length)
        touched = laid.touched(piece, low, high)
        kept = np.flatnonzero(touched[:, 0] < touched[:, 1])
        piece = piece[kept]
        source = Source.of_text(
            laid.text,
            contig=piece,
            begin=laid.pieces[piece, 0],
            end=laid.pieces[piece, 1],
        )
        found = self.job.decide(_take(candidates, kept), source, guides)
        # From here on, places are those of the text.
        return replace(
            found,
            contig=np.full(len(found), contig, np.int64),
            junction=found.junction + laid.pieces[found.contig, 0],
        )


def _take(candidates: Candidates, which: Numbers) -> Candidates:
    return Candidates(candidates.guide[which], candidates.junction[which], candidates.minus[which])
