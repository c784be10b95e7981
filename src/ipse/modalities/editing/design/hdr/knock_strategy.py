"""Integration of a corrective cDNA as a family of strategies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from ipse.construct.genbank import Feature
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Criterion, Truth
from ipse.core.proposal import Artefact, Proposal, Restoration, Unknown
from ipse.core.sections import Block, KeyValues, Mark, Track
from ipse.modalities.editing import checks
from ipse.modalities.editing.catalogue import note, repair_rules
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Refusal, Site, Tried
from ipse.modalities.editing.design.hdr import files, report
from ipse.modalities.editing.design.hdr.donor import FIT_WORDS
from ipse.modalities.editing.design.hdr.knock_designs import (
    Found,
    found_at_places,
    precedent_evidence,
    precedents_of,
)
from ipse.modalities.editing.design.hdr.rules import donor_rules
from ipse.modalities.editing.findings import patient_findings, spacer_findings
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.editing.off_target_report import ADD_GENOME
from ipse.modalities.editing.others import name_of
from ipse.modalities.editing.report import outcomes
from ipse.modalities.protocol import Context
from ipse.patient.model import Case

STRATEGY: Strategy = "cdna-knock-in"
CUT = "a nuclease cuts where the cDNA is to stand"
FITS = "the donor fits an adeno-associated virus"
WORDS = {"start-codon": "start codon", "intron": "intron behind the first coding exon"}


class CdnaKnockIn(Family):
    """Put a corrective cDNA under the gene's own promoter."""

    strategies: ClassVar[tuple[Strategy, ...]] = (STRATEGY,)
    too_large = "a cDNA is placed against variants whose bases are known"

    def of_variant(self, site: Site) -> Iterator[Attempt]:
        """The best guides at the start codon and in the intron behind it."""
        transcript = site.transcript
        why = ""
        if transcript is None:
            why = "no transcript to take the cDNA from"
        elif transcript.cds is None or not transcript.cds_sequence:
            why = "the transcript has no code, or its letters are not known"
        elif transcript.transl_except or transcript.code != 1:
            why = "its code is not read by the standard table alone"
        if why:
            yield Tried(STRATEGY, (), Refusal("no-cdna", why))
            return
        found = found_at_places(site, repair_rules(), donor_rules())
        designs = tuple(design for item in found for design in item.designs)
        yield from (_missing(site, item) for item in found if item.missing is not None)
        if designs:
            yield Tried(STRATEGY, designs)
            return
        reason = "; ".join(f"{WORDS[item.where]}: {item.reason}" for item in found)
        yield Tried(STRATEGY, (), Refusal(found[0].code, reason))

    def title(self, draft: Draft) -> str:
        """E.g. ``Integrate a cDNA of IL2RG at the start codon: SpCas9, TGGTAA...``."""
        design = draft.design
        return f"Integrate a {design.gene} {design.target.label}: {design.editor}, {design.spacer}"

    def criteria(self, draft: Draft, case: Case) -> tuple[Criterion, ...]:
        """The person and the variant, the place of the cut, the donor, and what it gives."""
        assert draft.site is not None
        design, parts = draft.design, draft.design.knock_in
        assert parts is not None
        return (
            *checks.of_variant(draft.site.variant, case),
            Criterion(
                name=CUT,
                value=Truth.TRUE,
                detail=f"{design.editor}, {design.target.label}, PAM {design.pam}",
                source=design.alternatives[0].source,
            ),
            Criterion(
                name=FITS,
                value=Truth.of(parts.donor.fit != "too_long"),
                detail=f"{parts.donor.genome_length} nt: {FIT_WORDS[parts.donor.fit]}",
                source=donor_rules().genome_source,
            ),
            *checks.of_repair(design),
        )

    def restoration(self, design: EditDesign) -> Restoration:
        """A mixture of alleles nobody has predicted."""
        return "none" if design.stays_in_cis else "unknown"

    def in_short(self, design: EditDesign) -> str:
        """Where it stands, and how long the donor is."""
        parts = design.knock_in
        assert parts is not None
        return f"{design.target.label}, donor of {parts.donor.genome_length} nt"

    def findings(self, draft: Draft, context: Context) -> Iterator[Finding]:
        """What speaks for and against it."""
        design, parts = draft.design, draft.design.knock_in
        assert parts is not None
        yield from _precedents(design)
        yield from spacer_findings(design)
        yield note("template-needs-division")
        yield note("cut-by-products")
        yield note("cut-p53")
        yield Finding(
            severity=Severity.INFO,
            code="cdna-treats",
            message=f"One donor makes up for {parts.treats}.",
        )
        yield Finding(
            severity=Severity.CAUTION,
            code="cdna-recoded",
            message=(
                f"{parts.recoded_percent:g} % of the donor's codons are others than the gene's, so "
                "that it does not recombine with the exons behind the cut; introns, untranslated "
                "end and other transcripts of the gene are lost from the edited allele, and "
                "signals that the new code may hold were not searched."
            ),
            resolves="Measure transcript, protein and its regulation in edited cells.",
        )
        if parts.acceptor_length:
            yield Finding(
                severity=Severity.CAUTION,
                code="acceptor-stands-twice",
                message=(
                    f"The donor's splice acceptor is the end of the intron itself "
                    f"({parts.acceptor_length} bases), which stands behind the cut too: repair may "
                    "end there, and the gene's own acceptor may be spliced to."
                ),
                resolves="Check the transcript in edited cells.",
            )
        more = parts.guides_in_reach - 1
        yield Finding(
            severity=Severity.INFO,
            code="other-guides-at-place",
            message=(
                f"{more} more guides cut at this place; those shown are nearest to it, have no U6 "
                "terminator, about half G and C, and fit nowhere in the donor."
            ),
        )
        yield from patient_findings(draft, context)

    def evidence(self, draft: Draft) -> tuple[Evidence, ...]:
        """Nuclease, donor, parts, precedents."""
        design, parts = draft.design, draft.design.knock_in
        assert parts is not None
        found = [
            Evidence(source=source, reason=f"{design.editor}: PAM and cut")
            for source in design.alternatives[0].source
        ]
        found += [
            Evidence(source=source, reason="arms and packaged length of the viral donor")
            for source in parts.donor.source
        ]
        found += [
            Evidence(source=source, reason=f"part of the donor: {piece.label}")
            for piece in parts.donor.pieces
            for source in piece.source
        ]
        return tuple(dict.fromkeys([*found, *precedent_evidence(design.gene)]))

    def blocks(self, design: EditDesign, context: Context) -> list[Block]:
        """Outcome, the integration, its donor, nucleases."""
        parts = design.knock_in
        assert parts is not None
        rows = [
            ("Place", f"{WORDS[parts.place]} (exon {parts.exon})"),
            ("Makes up for", parts.treats),
            ("Of this case", ", ".join(parts.treated)),
        ]
        if parts.untreated:
            rows.append(("Not made up for", ", ".join(parts.untreated)))
        rows += [
            ("Code in the donor", f"{parts.cdna_length} nt from residue {parts.first_residue} on"),
            ("Codons written otherwise [%]", f"{parts.recoded_percent:g}"),
            ("Longest stretch shared with the gene's code [nt]", str(parts.longest_shared)),
        ]
        pieces = tuple(
            (piece.label, f"{piece.end - piece.start} bp") for piece in parts.donor.pieces
        )
        return [
            outcomes(design),
            KeyValues(items=tuple(rows)),
            KeyValues(items=(*report.donor_items(parts.donor), *pieces)),
            report.nucleases_table(design),
        ]

    def features(self, design: EditDesign, places: Drawn) -> Iterable[Feature]:
        """Where the cDNA stands."""
        at = places.allele.index(design.target.genomic_position)
        size = len(places.allele.sequence)
        yield Feature(
            "misc_feature", ((max(0, at - 1), min(at + 1, size)),), 1, label=design.target.label,
            notes=("the insert stands between these two bases",),
        )  # fmt: skip

    def marks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Mark]:
        """Where the cDNA stands."""
        at = places.allele.index(design.target.genomic_position)
        yield Mark(position=at + shift, role="cut", label="cDNA")

    def tracks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Track]:
        """Nothing beside the guide."""
        return ()

    def files(
        self,
        mine: Sequence[tuple[Proposal, EditDesign]],
        detailed: Sequence[tuple[Proposal, EditDesign]],
        folder: Path,
        context: Context,
    ) -> dict[str, list[Artefact]]:
        """Donors as FASTA, and a GenBank file for each detailed one."""
        return files.write(mine, detailed, folder, context, files.KNOCK_IN_DONORS)


def _missing(site: Site, found: Found) -> Unknown:
    return Unknown(
        modality="editing",
        code="locus-sequence-missing",
        message=(
            f"{name_of(site.variant)}: no donor for a cDNA at the {WORDS[found.where]} can be "
            f"written: {found.reason}."
        ),
        resolves=ADD_GENOME,
        variant=site.variant.id,
    )


def _precedents(design: EditDesign) -> Iterator[Finding]:
    for row in precedents_of(design.gene):
        yield Finding(
            severity=Severity.INFO,
            code="knock-in-precedent-by-analogy",
            message=f"{row.outcome} Guide and donor were others.",
            evidence=tuple(
                Evidence(source=source, reason=row.outcome, level=row.level.ANALOGY)
                for source in row.source
            ),
        )
