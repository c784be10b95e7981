"""The proof of an edit: amplicons of its target and of its worst off-target sites, on plates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ipse.construct.primers import Allele, Site
from ipse.construct.primers.amplicons import REFERENCE, fasta
from ipse.construct.primers.model import ProofAmplicon
from ipse.construct.primers.order import pair_table, plate_table, plates
from ipse.construct.primers.proof import design_sites
from ipse.construct.primers.rules import rule_sources, shipped_rules
from ipse.core.evidence import Evidence
from ipse.core.files import sha256, write_text
from ipse.core.finding import Finding, Severity
from ipse.core.proposal import Artefact, Proposal
from ipse.core.sections import Block, Table, Text
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.others import change_of
from ipse.modalities.protocol import Context
from ipse.patient.variants import Variant

if TYPE_CHECKING:
    from ipse.modalities.editing.design.family import Family

OFF_TARGETS = 6
"""Off-target sites with an amplicon, the worst ones, for the best proposal of each strategy; the
other proposals get theirs from ``ipse primers --plan``."""

PRIMERS, PLATE, AMPLICONS = "proof-primers.tsv", "proof-plate.tsv", "proof-amplicons.fa"

_MEMORY = "editing.proof"


def label(proposal: Proposal) -> str:
    """Rank and id of a proposal: names on plates must not be those of another plan."""
    return f"no{proposal.rank}-{proposal.id.rpartition('-')[2]}"


def target_site(
    proposal: Proposal,
    design: EditDesign,
    family: Family,
    variant: Variant | None,
    reference: Reference,
) -> Site:
    """What an amplicon must show of an edit: guide, variant and whatever is changed."""
    change = change_of(variant) if variant is not None else None
    before = (
        (Allele("with the variant", (change,)),)
        if change is not None and _beside(change, design)
        else ()
    )
    edited = family.edited(design, variant, reference)
    after = [Allele(name, changes, after=True) for name, changes in edited]
    at = design.target.genomic_position
    guide = (
        min(design.protospacer_start, at),
        max(design.protospacer_end, at + max(1, len(design.target.ref))),
    )
    alleles = (*before, REFERENCE, *after) if before else (REFERENCE, *after)
    near = [item for allele in alleles for item in allele.variants if item.contig == design.contig]
    start = min([guide[0], *(item.start for item in near)])
    end = max([guide[1], *(max(item.end, item.start + 1) for item in near)])
    if end - start > longest_target():
        # a guide far from its variant (another exon), or a change longer than any product
        alleles = (REFERENCE,)
        start, end = design.protospacer_start, design.protospacer_end
    return Site(
        name=f"{label(proposal)}-target",
        contig=design.contig,
        start=start,
        end=end,
        alleles=alleles,
        role="target",
    )


def longest_target() -> int:
    """Longest stretch that a product shows whatever the length of its primers [bp]."""
    rules = shipped_rules()
    return rules.product_max - 2 * (rules.margin_min + rules.length_max)


BESIDE = 200
"""Bases from the guide up to which the variant is to be seen in its amplicon: an engineer's choice.

An exon may be skipped far from the deletion that makes it needed.
"""


def _beside(change: GenomicVariant, design: EditDesign) -> bool:
    """Whether a variant lies near enough to the guide to be seen with it."""
    return (
        change.contig == design.contig
        and change.start <= design.protospacer_end + BESIDE
        and change.end >= design.protospacer_start - BESIDE
    )


def off_target_sites(proposal: Proposal, number: int) -> list[Site]:
    """The worst off-target sites of a proposal that the patient has."""
    told = proposal.off_targets
    if told is None:
        return []
    places = [item for item in told.sites if item.change != "lost"]
    unique = {(item.contig, item.start, item.end): None for item in places}
    return [
        Site(f"{label(proposal)}-off{k}", contig, start, end, role="off_target")
        for k, (contig, start, end) in enumerate(list(unique)[:number], start=1)
    ]


def prove(
    proposals: Sequence[tuple[Proposal, EditDesign]],
    variants: Mapping[str, Variant],
    families: Mapping[str, Family],
    reference: Reference,
    patient: PatientGenome | None = None,
    off_targets: Mapping[str, int] | None = None,
) -> dict[str, list[ProofAmplicon]]:
    """Amplicons of proposals, designed together; primers are searched in one pass.

    Parameters
    ----------
    off_targets
        Proposal id -> number of off-target sites; :data:`OFF_TARGETS` for those not named.

    Returns
    -------
    dict
        Proposal id -> its target and then its off-target sites.
    """
    sites: list[tuple[str, Site]] = []
    for proposal, design in proposals:
        variant = variants.get(design.variant)
        family = families[design.strategy]
        number = OFF_TARGETS if off_targets is None else off_targets.get(proposal.id, OFF_TARGETS)
        sites.append((proposal.id, target_site(proposal, design, family, variant, reference)))
        sites += [(proposal.id, site) for site in off_target_sites(proposal, number)]
    made = design_sites([site for _, site in sites], reference, patient=patient)
    found: dict[str, list[ProofAmplicon]] = {proposal.id: [] for proposal, _ in proposals}
    for (owner, _), amplicon in zip(sites, made, strict=True):
        found[owner].append(amplicon)
    return found


def write(
    detailed: Sequence[tuple[Proposal, EditDesign]],
    families: Mapping[str, Family],
    folder: Path,
    context: Context,
) -> list[Artefact]:
    """Primers, plates and expected amplicons of the detailed proposals."""
    first: dict[str, str] = {}
    for proposal, design in detailed:
        first.setdefault(design.strategy, proposal.id)
    wanted = {
        proposal.id: OFF_TARGETS if proposal.id in first.values() else 0 for proposal, _ in detailed
    }
    variants = {item.id: item for item in context.variants}
    found = prove(detailed, variants, families, context.reference, context.patient_genome, wanted)
    context.memory[_MEMORY] = found
    items = [item for group in found.values() for item in group]
    if not items:
        return []
    files = (
        (PRIMERS, "tsv", "Primers that prove the detailed edits", pair_table(items)),
        (PLATE, "tsv", "The same primers on 96-well plates", plate_table(plates(items))),
        (AMPLICONS, "fasta", "Expected amplicons before and after the edit", fasta(items)),
    )
    written = []
    for name, kind, title, text in files:
        write_text(folder / name, text)
        written.append(Artefact(path=name, kind=kind, title=title, sha256=sha256(folder / name)))
    return written


def rules() -> Finding:
    """What the primers of every proof follow, with the sources of the rules."""
    return Finding(
        severity=Severity.INFO,
        code="proof-plan",
        message=(
            "Each detailed edit has primers for its target, and the best one of each strategy for "
            "its worst off-target sites too: other products were searched, the patient's variants "
            "are kept from under 3' ends."
        ),
        evidence=tuple(
            Evidence(source=source, reason="rules of primer design and specificity")
            for source in rule_sources()
        ),
    )


def blocks(proposal: Proposal, context: Context) -> list[Block]:
    """The proof plan of one proposal in the dossier."""
    found: dict[str, list[ProofAmplicon]] = context.memory.get(_MEMORY, {})
    items = found.get(proposal.id, [])
    if not items:
        return []
    shown: list[Block] = [_table(items, context.reference.whole_genome)]
    more = len(off_target_sites(proposal, 10**6)) - (len(items) - 1)
    if more:
        shown.append(
            Text(
                text=f"{more} more off-target sites have no primers here: "
                f"ipse primers --plan FOLDER --proposal {proposal.rank} designs them."
            )
        )
    return shown


def _table(items: Iterable[ProofAmplicon], whole: bool) -> Table:
    rows = []
    for item in items:
        pair = item.pair
        if pair is None:
            rows.append((item.name, "none", "", "", "", item.reason))
            continue
        strays = pair.specificity.unintended if pair.specificity is not None else 0
        rows.append(
            (
                item.name,
                pair.forward.sequence,
                pair.reverse.sequence,
                str(pair.product_size),
                f"{pair.forward.tm:.1f}, {pair.reverse.tm:.1f}",
                "; ".join([f"{strays} other products" if strays else "", *item.notes]).strip("; "),
            )
        )
    scope = "the genome" if whole else "the loci held, not in a genome"
    return Table(
        caption=(
            "Proof of the edit: primers for short-read sequencing of the target and of the worst "
            f"off-target sites; other products were searched in {scope}. Expected amplicons before "
            f"and after are in {AMPLICONS}, plates in {PLATE}."
        ),
        columns=("Site", "Forward (5' to 3')", "Reverse (5' to 3')", "Product [bp]",
                 "Tm [degC]", "Notes"),
        rows=tuple(rows),
        mono=(1, 2),
    )  # fmt: skip
