"""Runs the modalities over a case and gathers what they answer into a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

import ipse
from ipse.core.files import sha256
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Verdict
from ipse.core.progress import Progress, Silent
from ipse.core.proposal import Artefact, NotProposed, Proposal, Unknown
from ipse.core.provenance import InputFile, Provenance
from ipse.core.tables import catalogue_date, shipped_tables
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.registry import Genome, open_genome
from ipse.modalities.protocol import Answer, Context, Modality, Options, Region, Request
from ipse.patient.calls import open_patient_genome
from ipse.patient.model import Case
from ipse.patient.read import read_case
from ipse.patient.summary import summary
from ipse.patient.variants import Variant, locate_variants
from ipse.plan.bibliography import bibliography, bibtex, used
from ipse.plan.model import CaseSummary, Plan
from ipse.plan.ranking import ranked, ranking_keys
from ipse.plan.registry import check_strategies, modalities
from ipse.plan.variant_sections import inherited, variant_sections

LIBRARIES = ("biopython", "numba", "numpy", "phenopackets", "polars", "pydantic", "pysam")
"""Libraries whose version can change what a plan says."""

EMBEDDED = "embedded"
SEED = 0


@dataclass(frozen=True)
class PlanOptions:
    """What the user chose, as far as it changes the content of a plan.

    Attributes
    ----------
    genome
        Registered name or FASTA path; default the embedded loci.
    modalities
        Names from the registry; default all.
    region
        Whose law and labels apply.
    as_of
        Date the plan speaks for; default the newest date in the shipped catalogue.
    sections
        Number of proposals per strategy with a dossier section and files of their own.
    rank_by
        Ranking keys put first behind the verdict.
    strategies
        Strategies asked for; default all.
    off_targets
        Whether guides are searched for off-target sites.
    """

    genome: str = EMBEDDED
    modalities: tuple[str, ...] | None = None
    region: Region = "US"
    as_of: date | None = None
    sections: int = 3
    rank_by: tuple[str, ...] = ()
    strategies: tuple[str, ...] | None = None
    off_targets: bool = True


@dataclass
class Answers:
    """What the modalities said, sorted by kind.

    Attributes
    ----------
    proposals
        By id; ranked by :func:`propose`.
    """

    proposals: dict[str, Proposal] = field(default_factory=dict)
    not_proposed: list[NotProposed] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """Sort one answer."""
        match answer:
            case Proposal():
                self.proposals.setdefault(answer.id, answer)
            case NotProposed():
                self.not_proposed.append(answer)
            case Unknown():
                self.unknowns.append(answer)
            case Finding():
                self.findings.append(answer)


def make_plan(
    case_path: Path, folder: Path, options: PlanOptions, progress: Progress | None = None
) -> Plan:
    """Make the plan of a case and write its artefacts, ``plan.json`` apart.

    Parameters
    ----------
    case_path
        Case folder or bare phenopacket.
    folder
        Folder for the artefacts; it must exist.
    options
        The user's choices.
    progress
        Where to report; default nowhere.

    Raises
    ------
    InputError
        For bad input, before anything is written.
    """
    progress = progress or Silent()
    genome = open_genome(options.genome)
    case, chosen, context, answers = propose(case_path, genome, options, progress)
    variants = context.variants
    progress.task("writing files")
    proposals, artefacts = _with_files(list(answers.proposals.values()), chosen, folder, context)
    findings = merged([*genome.reference.findings(), *answers.findings])
    about_genes = (
        (source, f"{row.gene}: inheritance and mechanism of {row.disease}")
        for variant in variants
        for row in inherited(variant)
        for source in row.source
    )
    entries = bibliography([*used(proposals, answers.not_proposed, findings), *about_genes])
    bib = folder / "bibliography.bib"
    bib.write_text(bibtex(entries), encoding="utf-8", newline="\n")
    artefacts.append(
        Artefact(
            path=bib.name, kind="bibtex", title="Bibliography with reasons", sha256=sha256(bib)
        )
    )
    return Plan(
        case=CaseSummary(**summary(case)),
        as_of=context.as_of,
        region=options.region,
        variants=variants,
        proposals=tuple(proposals),
        not_proposed=tuple(answers.not_proposed),
        unknowns=tuple(answers.unknowns),
        findings=findings,
        sections=tuple(variant_sections(variants, genome)),
        artefacts=tuple(artefacts),
        bibliography=entries,
        provenance=_provenance(case, genome, options, context),
    )


def propose(
    case_path: Path, genome: Genome, options: PlanOptions, progress: Progress
) -> tuple[Case, list[Modality], Context, Answers]:
    """Ask the modalities about a case, and rank what they propose; nothing is written.

    Returns
    -------
    case, modalities, context, answers
        Findings of the answers begin with those about the case.

    Raises
    ------
    InputError
        For bad input.
    """
    chosen = modalities(options.modalities)
    check_strategies(options.strategies, chosen)
    keys = ranking_keys(options.rank_by)
    progress.task("reading the case")
    case = read_case(case_path, as_of=options.as_of)
    patient_genome = open_patient_genome(case, genome.reference)
    progress.task("locating variants")
    variants, located_findings = locate_variants(case, genome, patient_genome)
    context = _context(chosen, case, genome, variants, patient_genome, options, progress)
    about_case = [*case.findings, *located_findings]
    answers = Answers(findings=[*about_case])
    for modality in chosen:
        progress.task(f"proposing: {modality.name}")
        for answer in modality.propose(case, context):
            answers.add(answer)
    made = (blocked(item, about_case) for item in answers.proposals.values())
    answers.proposals = {item.id: item for item in ranked(made, keys)}
    return case, chosen, context, answers


def blocked(proposal: Proposal, findings: Iterable[Finding]) -> Proposal:
    """Exclude a proposal for what is blocking about the case itself (an embryo, say)."""
    stops = tuple(item for item in findings if item.severity is Severity.BLOCKING)
    if not stops:
        return proposal
    changes = {"verdict": Verdict.EXCLUDED, "reason": stops[0].message, "deciding": ()}
    return proposal.model_copy(update={**changes, "findings": (*stops, *proposal.findings)})


def _context(
    chosen: Sequence[Modality],
    case: Case,
    genome: Genome,
    variants: tuple[Variant, ...],
    patient_genome: PatientGenome | None,
    options: PlanOptions,
    progress: Progress,
) -> Context:
    by_name = {modality.name: modality for modality in chosen}

    def request(name: str, asked: Request) -> tuple[Answer, ...]:
        if name not in by_name:
            return (
                NotProposed(
                    modality=name, strategy=asked.strategy, code="modality-not-run",
                    reason=f"{asked.asked_by} asks for it, but this plan does not run {name}",
                ),
            )  # fmt: skip
        return tuple(by_name[name].answer(asked, case, context))

    context = Context(
        reference=genome.reference,
        annotation=genome.annotation,
        variants=variants,
        patient_genome=patient_genome,
        as_of=options.as_of or catalogue_date(),
        region=options.region,
        request=request,
        options=Options(
            sections=options.sections,
            strategies=options.strategies,
            off_targets=options.off_targets,
        ),
        seed=SEED,
        progress=progress,
    )
    return context


def _with_files(
    proposals: list[Proposal], chosen: Sequence[Modality], folder: Path, context: Context
) -> tuple[list[Proposal], list[Artefact]]:
    """Add sections and artefacts; the first ``Options.sections`` of a strategy get their own."""
    detailed = first_of_each_strategy(proposals, context.options.sections)
    common: list[Artefact] = []
    own: dict[str, list[Artefact]] = {}
    sections = {}
    for modality in chosen:
        mine = [item for item in proposals if item.modality == modality.name]
        shown = [item for item in mine if item.id in detailed]
        files = modality.artefacts(mine, shown, folder, context) if mine else {}
        common += files.pop("", [])
        own |= files
        for item in shown:
            sections[item.id] = tuple(modality.sections(item, context))
    complete = [
        item.model_copy(
            update={
                "sections": sections.get(item.id, ()),
                "artefacts": tuple(own.get(item.id, ())),
            }
        )
        for item in proposals
    ]
    return complete, common


def first_of_each_strategy(proposals: Iterable[Proposal], number: int) -> set[str]:
    """Ids of the best ``number`` proposals of each modality and strategy."""
    count: dict[tuple[str, str], int] = {}
    chosen = set()
    for item in proposals:
        key = (item.modality, item.strategy)
        count[key] = count.get(key, 0) + 1
        if count[key] <= number:
            chosen.add(item.id)
    return chosen


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings, each once, most severe first."""
    unique = {(item.code, item.message): item for item in findings}
    return tuple(sorted(unique.values(), key=lambda item: -item.severity.rank))


def _provenance(case: Case, genome: Genome, options: PlanOptions, context: Context) -> Provenance:
    package = Path(ipse.__file__).parent
    return Provenance(
        ipse=ipse.__version__,
        verb="plan",
        options={
            "genome": genome.reference.name,
            "modalities": list(options.modalities) if options.modalities else None,
            "region": options.region,
            "as_of": options.as_of.isoformat() if options.as_of else None,
            "sections": options.sections,
            "rank_by": list(options.rank_by) if options.rank_by else None,
            "strategies": list(options.strategies) if options.strategies else None,
        },
        inputs=tuple(InputFile(path=item.path, sha256=item.sha256) for item in case.inputs),
        reference={
            "name": genome.reference.name,
            "assembly": genome.reference.assembly,
            "identity": genome.reference.identity,
            "annotation": genome.annotation.identity,
        },
        tables={path.relative_to(package).as_posix(): sha256(path) for path in shipped_tables()},
        packages={name: version(name) for name in LIBRARIES},
        seed=context.seed,
        as_of=context.as_of,
    )
