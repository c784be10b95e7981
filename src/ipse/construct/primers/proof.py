"""The proof plan: amplicons that show an edit at its target and its absence elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ipse.construct.primers.amplicons import REFERENCE, Allele, amplicons
from ipse.construct.primers.model import Amplicon, PrimerPair, ProofAmplicon, ProofPlan
from ipse.construct.primers.pairs import design
from ipse.construct.primers.rules import Rules, rule_sources, shipped_rules
from ipse.construct.primers.specificity import check
from ipse.construct.primers.template import Template, apply, held_around, marks
from ipse.core.errors import InputError, NotInReference
from ipse.core.progress import Progress, Silent
from ipse.genome.genotype import Genotype
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant

ALTERNATIVES = 4
"""Pairs of a site whose specificity is searched first; the first specific one is chosen."""
FURTHER = 16
"""Pairs that are searched for a site if none of the first is specific."""


@dataclass(frozen=True)
class Site:
    """What one amplicon must show.

    Attributes
    ----------
    name
        Name on the plates.
    contig, start, end
        0-based half-open on the plus strand of the reference: a protospacer, an exon, a variant.
    alleles
        Forms the site has or may get; primers are designed on the first and lie on no difference
        between them. The default is the reference alone.
    role
        ``target``, ``off_target`` or ``site``.
    """

    name: str
    contig: str
    start: int
    end: int
    alleles: tuple[Allele, ...] = (REFERENCE,)
    role: Literal["target", "off_target", "site"] = "site"


def proof_plan(
    target: Site,
    off_targets: Sequence[Site],
    reference: Reference,
    *,
    patient: PatientGenome | None = None,
    patient_variants: Iterable[GenomicVariant] = (),
    rules: Rules | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> ProofPlan:
    """Primers and expected amplicons for a target and its off-target sites.

    Parameters
    ----------
    target
        The edited place, with the patient's allele first and every outcome as an allele ``after``.
    off_targets
        Sites to be sequenced beside it.
    patient
        The patient's calls: no 3' end of a primer lies on one of them, and those of both alleles
        are in every sequence.
    patient_variants
        Further variants of the patient to be avoided.
    rules
        Default those of the shipped table.

    Notes
    -----
    A site without sequence or without primers has its reason; nothing is raised for it.
    """
    sites = [
        _with_role(target, "target"),
        *(_with_role(site, "off_target") for site in off_targets),
    ]
    rules = rules or shipped_rules()
    items = design_sites(
        sites, reference, patient=patient, patient_variants=patient_variants, rules=rules,
        threads=threads, progress=progress,
    )  # fmt: skip
    return ProofPlan(
        reference=reference.name,
        whole_genome=reference.whole_genome,
        product_min=rules.product_min,
        product_max=rules.product_max,
        amplicons=tuple(items),
        sources=rule_sources(),
    )


def _with_role(site: Site, role: Literal["target", "off_target"]) -> Site:
    return Site(site.name, site.contig, site.start, site.end, site.alleles, role)


def design_sites(
    sites: Sequence[Site],
    reference: Reference,
    *,
    patient: PatientGenome | None = None,
    patient_variants: Iterable[GenomicVariant] = (),
    rules: Rules | None = None,
    specific: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[ProofAmplicon]:
    """Design an amplicon for each site; the specificity of all is searched in one pass.

    Parameters
    ----------
    specific
        Whether to search for other products; without, the first pair of each site is taken.
    """
    rules = rules or shipped_rules()
    report = progress or Silent()
    report.task("designing primers", len(sites))
    known = list(patient_variants)
    work = []
    for site in sites:
        work.append(_prepare(site, reference, rules, patient, known))
        report.advance()
    if specific:
        _search(work, reference, rules, threads, report)
        # sites in repeats: pairs that lie elsewhere, in one more pass
        again = [item for item in work if item.pairs and not any(map(_specific, item.pairs))]
        for item in again:
            item.design(rules, FURTHER, rules.length_opt)
        _search(again, reference, rules, threads, report)
    return [_chosen(item, reference) for item in work]


@dataclass
class _Work:
    """One site on its way: what it is designed on, its pairs, and what was said."""

    site: Site
    template: Template | None = None
    target: tuple[int, int] = (0, 0)
    marked: NDArray[np.bool_] | None = None
    own: tuple[GenomicVariant, ...] = ()  # what both alleles of the patient have
    mixed: tuple[GenomicVariant, ...] = ()  # what one of them has
    pairs: list[PrimerPair] = field(default_factory=list)
    reason: str = ""
    notes: list[str] = field(default_factory=list)

    def design(self, rules: Rules, wanted: int, apart: int | None = None) -> None:
        """Add pairs that are not there yet."""
        assert self.template is not None
        made = design(self.template, self.target, rules, self.marked, wanted, apart)
        known = {(pair.forward.sequence, pair.reverse.sequence) for pair in self.pairs}
        self.pairs += [
            pair
            for pair in made.pairs
            if (pair.forward.sequence, pair.reverse.sequence) not in known
        ]
        self.reason = "" if self.pairs else made.reason


def _search(
    work: Sequence[_Work], reference: Reference, rules: Rules, threads: int | None, report: Progress
) -> None:
    """Look for the products of every pair that was not searched yet."""
    fresh = [pair for item in work for pair in item.pairs if pair.specificity is None]
    if not fresh:
        return
    answers = iter(check(fresh, reference, rules, threads=threads, progress=report))
    for item in work:
        item.pairs = [
            pair.model_copy(update={"specificity": next(answers)})
            if pair.specificity is None
            else pair
            for pair in item.pairs
        ]


def _specific(pair: PrimerPair) -> bool:
    return pair.specificity is not None and not pair.specificity.unintended


def _prepare(
    site: Site, reference: Reference, rules: Rules, patient: PatientGenome | None,
    known: Sequence[GenomicVariant],
) -> _Work:  # fmt: skip
    """The allele a site is designed on, with what to avoid, and its first pairs."""
    work = _Work(site)
    try:
        contig = reference.resolve(site.contig)
        differences = [item.trimmed() for allele in site.alleles for item in allele.variants]
        start = min([site.start, *(item.start for item in differences)])
        end = max([site.end, *(item.end for item in differences)])
        left, right = held_around(reference, contig, start, end, rules.product_max)
        calls: list[Genotype] = []
        if patient is not None and patient.covers(contig):
            calls = patient.records(contig, left, right)
            work.notes += _structural(patient, contig, left, right)
        work.own = _of_both_alleles(calls, differences)
        work.mixed = tuple(call.variant for call in calls if call.zygosity not in _BOTH)
        allele = (*site.alleles[0].variants, *work.own)
        work.template = apply(reference, contig, left, right, allele)
    except (InputError, NotInReference) as error:
        work.reason = error.message
        return work
    wanted = (min(rules.product_max, start), min(rules.product_max, reference.length(contig) - end))
    if start - left < wanted[0] or right - end < wanted[1]:
        work.notes.append(
            f"the reference holds only {start - left} bp before and {right - end} bp behind the "
            "target"
        )
    beside = [*known, *(call.variant for call in calls)]
    named = [
        GenomicVariant(contig, item.start, item.ref, item.alt)
        for item in beside
        if _same(reference, item.contig, contig) and left <= item.start <= right
    ]
    work.target = work.template.span(start, end)
    work.marked = marks(work.template, named)
    work.design(rules, ALTERNATIVES)
    return work


_BOTH = frozenset({"homozygous", "hemizygous"})


def _of_both_alleles(
    calls: Sequence[Genotype], differences: Sequence[GenomicVariant]
) -> tuple[GenomicVariant, ...]:
    """Calls that every allele of the patient has, but for those a site's alleles speak of."""
    answer: list[GenomicVariant] = []
    for call in calls:
        item = call.variant
        taken = (*differences, *answer)
        free = all(item.end < other.start or other.end < item.start for other in taken)
        if call.zygosity in _BOTH and not call.filters and free:
            answer.append(item)
    return tuple(answer)


def _structural(patient: PatientGenome, contig: str, left: int, right: int) -> list[str]:
    number = len(patient.symbolic(contig, left, right))
    if not number:
        return []
    return [f"{number} structural calls of the patient touch this stretch and are not considered"]


def _same(reference: Reference, name: str, contig: str) -> bool:
    try:
        return name == contig or reference.resolve(name) == contig
    except InputError:
        return False


def _chosen(work: _Work, reference: Reference) -> ProofAmplicon:
    """The first specific pair of a site; without one, that with the fewest other products."""
    site = work.site
    pairs = sorted(work.pairs, key=_strays)
    notes = list(work.notes)
    products: tuple[Amplicon, ...] = ()
    best = pairs[0] if pairs else None
    if best is not None:
        # the patient's own alleles have what the patient's calls show on both
        alleles = [
            Allele(allele.name, (*allele.variants, *work.own), allele.after)
            for allele in site.alleles
        ]
        products = amplicons(best, alleles, reference)
        notes += [*_remarks(best), *_own_remarks(best, work, site)]
    return ProofAmplicon(
        name=site.name,
        role=site.role,
        contig=best.forward.contig if best is not None else site.contig,
        start=site.start,
        end=site.end,
        pair=best,
        others=tuple(pairs[1:ALTERNATIVES]),
        amplicons=products,
        reason=work.reason,
        notes=tuple(notes),
    )


def _own_remarks(pair: PrimerPair, work: _Work, site: Site) -> list[str]:
    """What the patient's calls make of the product."""
    stated = {item.trimmed() for allele in site.alleles for item in allele.variants}
    first, last = pair.forward.start, pair.reverse.end
    notes = []
    own = sum(first <= item.start < last for item in work.own)
    if own:
        notes.append(f"variants on both of the patient's alleles, in the sequences: {own}")
    mixed = sum(first <= item.start < last and item not in stated for item in work.mixed)
    if mixed:
        notes.append(
            "further variants on one of the patient's alleles, not in the sequences, though reads "
            f"will show them: {mixed}"
        )
    return notes


def _strays(pair: PrimerPair) -> int:
    return pair.specificity.unintended if pair.specificity is not None else 0


def _remarks(pair: PrimerPair) -> list[str]:
    notes = []
    found = pair.specificity
    if found is not None and found.unintended:
        notes.append(
            f"other products up to {found.longest} bp on {found.reference}: {found.unintended}"
        )
    if found is not None and not found.intended:
        notes.append(f"the intended product is not found on {found.reference}")
    if found is not None and not found.whole_genome:
        notes.append(f"specificity was searched on the stretches of {found.reference} alone")
    under = pair.forward.variants + pair.reverse.variants
    if under:
        notes.append(f"bases under the primers at which the patient has variants: {under}")
    return notes
