"""Off-target sites in one person's own genome: both haplotypes, compared with the reference.

``ipse offtargets --vcf FILE --sample NAME`` calls :func:`search_patient`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from ipse.core.finding import Finding, Severity
from ipse.core.progress import Progress, Silent
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.sites.found import Found, Source
from ipse.genome.sites.guides import Guide, GuideSet, by_length, parse_guides
from ipse.genome.sites.index import SiteIndex
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.patient_calls import Counts, each_contig
from ipse.genome.sites.patient_overlay import MOST_BLOCKS, Overlay, overlay
from ipse.genome.sites.patient_rows import Geometry, combine, in_order, plain
from ipse.genome.sites.rows import frame
from ipse.genome.sites.scan import Candidates, positions_needed, scan
from ipse.genome.sites.search import Job, in_threads, search
from ipse.genome.sites.stretches import Stretch


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
        (contig, start, end, number of blocks at least), 0-based half-open. Rows of the reference
        there have no ``change``.
    """

    sample: str
    counts: Counts = field(default_factory=Counts)
    over: list[tuple[str, int, int, int]] = field(default_factory=list)

    def findings(self) -> tuple[Finding, ...]:
        """What a reader of the rows should know."""
        found = []
        counts = self.counts
        for code, number, message, severity in (
            ("calls-without-sequence", counts.symbolic,
             "alleles without a sequence (structural variants) were not considered",
             Severity.CAUTION),
            ("calls-of-many-copies", counts.polyploid,
             "calls of more than two copies were not considered", Severity.CAUTION),
            ("half-calls", counts.half_calls,
             "calls miss a copy, which was read as the reference's", Severity.INFO),
            ("overlapping-calls", counts.overlapping,
             "alleles were left out because another of the same haplotype overlaps them",
             Severity.CAUTION),
            ("windows-over-the-bound", len(self.over),
             f"windows have more than 2^{MOST_BLOCKS} combinations of unphased calls; sites the "
             "person has there and the reference has not are not reported", Severity.SERIOUS),
        ):  # fmt: skip
            if number:
                found.append(Finding(severity=severity, code=code, message=f"{number} {message}."))
        return tuple(found)


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
        guides, index or reference, asked.pam, asked.limits, spacer_only=spacer_only,
        contigs=wanted, threads=threads, progress=report,
    )  # fmt: skip
    considered = Considered(patient.sample)
    by_contig = rows.partition_by("contig", as_dict=True)
    done: list[pl.DataFrame] = []
    report.task("searching haplotypes", len(reference.contigs()))
    for edits, (carried,) in each_contig(patient, [patient.sample], wanted):
        laid = overlay(edits, carried, asked.reach)
        considered.counts.add(carried.counts)
        considered.over += over(laid)
        here = by_contig.pop((edits.contig,), rows.clear())
        done.append(combine(here, asked.rows(laid, report), laid, asked.geometry))
        report.advance()
    done += [plain(rest) for rest in by_contig.values()]
    table = in_order(pl.concat([rows.clear(), *done]), asked.guides, reference.contigs())
    return PatientSites(table, considered)


def over(laid: Overlay) -> list[tuple[str, int, int, int]]:
    """Windows of too many combinations."""
    clusters = laid.clusters
    return [
        (laid.edits.contig, int(clusters.low[k]), int(clusters.high[k]), int(clusters.blocks[k]))
        for k in np.flatnonzero(clusters.over)
    ]


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

    def rows(self, laid: Overlay, report: Progress) -> pl.DataFrame:
        """Rows of sites that touch an edit, in places of the overlay's text."""
        parts: list[list[Found]] = [[] for _ in self.job.guide_sets]
        for found in in_threads(
            lambda stretch: self._scan(stretch, laid), laid.stretches(), self.job.threads
        ):
            for k, part in enumerate(found):
                parts[k].append(part)
        made = [
            (guides, Found.join(part))
            for guides, part in zip(self.job.guide_sets, parts, strict=True)
            if part
        ]
        return frame(made, self.guides, [laid.edits.contig], self.pam)

    def _scan(self, stretch: Stretch, laid: Overlay) -> list[Found]:
        every = scan(stretch, self.pam, self.job.guide_sets, self.limits)
        return [
            self.decide(guides, candidates, laid, stretch.offset)
            for guides, candidates in zip(self.job.guide_sets, every, strict=True)
        ]

    def decide(self, guides: GuideSet, candidates: Candidates, laid: Overlay, offset: int) -> Found:
        """Align the candidates whose longest site touches an edit; others are the reference's."""
        junction = candidates.junction + offset
        piece = laid.piece_at(junction)
        low, high = self.geometry.windows(junction, candidates.minus, guides.length)
        touched = laid.touched(piece, low, high)
        kept = np.flatnonzero(touched[:, 0] < touched[:, 1])
        piece = piece[kept]
        source = Source(
            letters_at=lambda places: laid.text[places],
            contig=piece,
            begin=laid.pieces[piece, 0],
            end=laid.pieces[piece, 1],
        )
        chosen = Candidates(candidates.guide[kept], junction[kept], candidates.minus[kept])
        found = self.job.decide(chosen, source, guides)
        # From here on, places are those of the text.
        return replace(
            found,
            contig=np.zeros(len(found), np.int64),
            junction=found.junction + laid.pieces[found.contig, 0],
        )
