"""The laboratory's files of repairs from a template: cuts in reach, templates, donors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ipse.construct.genbank import AnnotatedSequence, Feature, write_genbank
from ipse.core.files import sha256, write_text
from ipse.core.proposal import Artefact, Proposal
from ipse.modalities.editing.artefacts import table_file
from ipse.modalities.editing.catalogue import all_nucleases, repair_rules
from ipse.modalities.editing.design.hdr.donor import FIT_WORDS
from ipse.modalities.editing.design.hdr.model import DonorParts
from ipse.modalities.editing.design.hdr.repair import cut_distance, repairs
from ipse.modalities.editing.design.hdr.rules import parts
from ipse.modalities.editing.design.hdr.sites import Cut
from ipse.modalities.editing.locus import allele_of, variant_of
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.protocol import Context
from ipse.patient.variants import Variant

CUT_SITES, DONORS, KNOCK_IN_DONORS = "cut-sites.tsv", "donors.fa", "knock-in-donors.fa"
WIDTH = 70
"""Letters in a line of a FASTA file."""

CUT_COLUMNS = (
    "variant", "contig", "strand", "spacer", "pam", "nucleases", "cut_after_1based",
    "other_strand_cut_after_1based", "unchanged_bases_to_the_change", "proposed", "why_not",
)  # fmt: skip

Pairs = Sequence[tuple[Proposal, EditDesign]]


def write(
    mine: Pairs, detailed: Pairs, folder: Path, context: Context, fasta_name: str = DONORS
) -> dict[str, list[Artefact]]:
    """Write every file; proposal id -> files, the key ``""`` for those about all."""
    if not mine:
        return {}
    corrected = [design for _, design in mine if design.hdr is not None]
    common = []
    if corrected:
        common.append(
            table_file(
                folder, CUT_SITES, "All cuts within reach of a variant", CUT_COLUMNS,
                cut_rows(corrected, context),
            )
        )  # fmt: skip
    write_text(folder / fasta_name, "".join(fasta(mine)))
    common.append(
        Artefact(
            path=fasta_name,
            kind="fasta",
            title="All templates: oligonucleotides, and donors between their terminal repeats",
            sha256=sha256(folder / fasta_name),
        )
    )
    files: dict[str, list[Artefact]] = {"": common}
    for proposal, design in detailed:
        donor = donor_of(design)
        if donor is None:
            continue
        name = f"genbank/{proposal.id}-donor.gb"
        write_genbank(folder / name, annotated_donor(proposal, design, donor, context))
        files[proposal.id] = [
            Artefact(
                path=name,
                kind="genbank",
                title=f"Donor for {design.spacer}, from repeat to repeat",
                sha256=sha256(folder / name),
            )
        ]
    return files


def donor_of(design: EditDesign) -> DonorParts | None:
    """Donor of a design, None where none could be written."""
    if design.knock_in is not None:
        return design.knock_in.donor
    return design.hdr.donor if design.hdr is not None else None


def cut_rows(designs: Sequence[EditDesign], context: Context) -> Iterator[tuple[object, ...]]:
    """Every cut in reach of each variant, proposed or not, nearest first."""
    for name in dict.fromkeys(design.variant for design in designs):
        variant = variant_of(next(d for d in designs if d.variant == name), context)
        if variant is not None:
            yield from _cuts_of(variant, context)


def _cuts_of(variant: Variant, context: Context) -> Iterator[tuple[object, ...]]:
    allele = allele_of(variant, context)
    reach = repairs(allele, all_nucleases(), repair_rules())
    rows: list[tuple[int, Cut, str]] = [(item.distance, item.cut, "") for item in reach.repairs]
    for cuts, why in (
        (reach.farther, "second choice, and others cut near enough"),
        (reach.unfit, "the change does not lie between the arms of a template"),
    ):
        rows += [(cut_distance(allele, *cut.site.between), cut, why) for cut in cuts]
    for distance, cut, why in sorted(rows, key=lambda row: (row[0], row[1].site)):
        site = cut.site
        yield (
            variant.id, allele.contig, site.strand, site.spacer, site.pam,
            ", ".join(item.name for item in cut.nucleases), allele.genomic(site.cut),
            allele.genomic(site.cut_other), distance, "no" if why else "yes", why,
        )  # fmt: skip


def fasta(mine: Pairs) -> Iterator[str]:
    """Templates and donors of every proposal as FASTA records."""
    for proposal, design in mine:
        named = f"{proposal.id} rank={proposal.rank} {design.editor} {design.spacer}"
        for item in design.hdr.oligos if design.hdr is not None else ():
            what = f"ssODN, copy of the {item.sense} strand ({item.strand} of the reference)"
            yield _record(f"{named} {what}", item.sequence)
        donor = donor_of(design)
        if donor is not None:
            what = (
                f"AAV6 donor between the terminal repeats, arms {donor.contig}:"
                f"{donor.left[0] + 1}-{donor.left[1]} and {donor.right[0] + 1}-{donor.right[1]}"
            )
            yield _record(f"{named} {what}", donor.sequence)


def _record(title: str, sequence: str) -> str:
    lines = (sequence[k : k + WIDTH] for k in range(0, len(sequence), WIDTH))
    return f">{title}\n" + "".join(f"{line}\n" for line in lines)


def annotated_donor(
    proposal: Proposal, design: EditDesign, donor: DonorParts, context: Context
) -> AnnotatedSequence:
    """A donor from repeat to repeat with everything in it named."""
    known = parts()
    left, right = known["itr_left"], known["itr_right"]
    shift = len(left.dna)
    size = shift + len(donor.sequence)
    features = [
        Feature("repeat_region", ((0, shift),), 1, label=left.name, sources=left.source,
                notes=(left.note,)),
        Feature("repeat_region", ((size, size + len(right.dna)),), 1, label=right.name,
                sources=right.source, notes=(right.note,)),
    ]  # fmt: skip
    features += [
        Feature(
            item.kind, ((item.start + shift, item.end + shift),), item.strand, label=item.label,
            sources=item.source,
        )
        for item in donor.pieces
    ]  # fmt: skip
    features += _written(design, donor, shift)
    arms = f"{donor.contig}:{donor.left[0] + 1}-{donor.left[1]} and {donor.right[0] + 1}-"
    return AnnotatedSequence(
        name=f"{proposal.id}-d",
        accession=f"{design.gene or donor.contig}_donor_{donor.left[1] + 1}",
        description=f"{proposal.title}; donor for AAV6, {donor.genome_length} nt packaged",
        sequence=left.dna + donor.sequence + right.dna,
        day=context.as_of,
        features=tuple(features),
        comments=(
            f"Arms: {arms}{donor.right[1]} ({context.reference.assembly}), plus strand.",
            f"{FIT_WORDS[donor.fit]}: {donor.genome_length} nt with repeats of full length.",
            "The repeats are those of a transfer plasmid; replication restores their ends.",
            "Research use only: a design, not a treatment.",
        ),
    )


def _written(design: EditDesign, donor: DonorParts, shift: int) -> Iterable[Feature]:
    """Substitutions written into the arms: silent changes, and the patient's own."""
    silent = {item.position: item for item in design.hdr.blocking} if design.hdr else {}
    for text in donor.written:
        _, place, ref, alt = text.split(":")
        position = int(place) - 1
        if position < donor.left[1]:
            at = position - donor.left[0]
        else:
            at = len(donor.sequence) - (donor.right[1] - position)
        why = silent[position].hgvs_c if position in silent else "the patient's own"
        yield Feature(
            "variation", ((at + shift, at + shift + 1),), 1, label=f"{ref}>{alt}",
            notes=(f"reference has {ref}: {why}",), qualifiers={"replace": ref.lower()},
        )  # fmt: skip
