"""What a family of strategies is: it designs, and it speaks of its designs.

The modality asks every family of :mod:`ipse.modalities.editing.families` for designs, searches
their guides together, and lets the family that made a design judge, name and draw it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from ipse.construct.genbank import Feature
from ipse.core.evidence import Evidence
from ipse.core.finding import Finding
from ipse.core.logic import Criterion
from ipse.core.proposal import Artefact, Proposal, Restoration
from ipse.core.sections import Block, Mark, Track
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.catalogue import Tolerated
from ipse.modalities.editing.design.allele import Allele
from ipse.modalities.editing.design.outcomes import Edit
from ipse.modalities.editing.design.subject import Subject
from ipse.modalities.editing.edited import Edited, deaminated
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign, Strategy
from ipse.modalities.editing.order.items import Item
from ipse.modalities.editing.order.of_design import items_of
from ipse.modalities.protocol import Answer, Context, Request
from ipse.patient.model import Case
from ipse.patient.variants import Variant


@dataclass(frozen=True)
class Site:
    """A located variant, with everything a family needs to design for it.

    Attributes
    ----------
    allele
        The patient's pathogenic allele around the variant, wide enough for base editors and
        oligonucleotide templates; a family that needs more asks ``locus.allele_of`` for it.
    transcript
        Transcript the variant is described on, or None without one.
    """

    variant: Variant
    allele: Allele
    transcript: Transcript | None
    subject: Subject
    case: Case
    context: Context


@dataclass(frozen=True)
class Refusal:
    """Why a strategy gives no design: a stable code and one line."""

    code: str
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Tried:
    """What came of one strategy.

    Attributes
    ----------
    designs
        Best first; empty if ``refusal`` says why.
    tolerated
        Rows of the tolerated-residue table that designs rest on, by the edit that gives them:
        reference position and plus-strand base.
    left_out
        A remark on what was left out; empty if nothing was.
    """

    strategy: Strategy
    designs: tuple[EditDesign, ...]
    refusal: Refusal | None = None
    tolerated: Mapping[Edit, Tolerated] = field(default_factory=dict)
    left_out: str = ""


@dataclass(frozen=True)
class Draft:
    """A design before its off-target sites are known, and with them its verdict.

    Attributes
    ----------
    site
        The variant it is made for; None for an edit of a gene without a variant of the case.
    """

    design: EditDesign
    tried: Tried
    family: Family
    site: Site | None


Attempt = Tried | Answer
"""What a family yields: what came of a strategy, or an answer that stands for itself."""


class Family(ABC):
    """Strategies that share an engine.

    A family overrides at least one of the four sources of designs and all abstract methods.

    Attributes
    ----------
    strategies
        What it offers.
    needs_variant
        Whether it has nothing to say of a case without a variant.
    """

    strategies: ClassVar[tuple[Strategy, ...]]
    needs_variant: ClassVar[bool] = True

    def of_variant(self, site: Site) -> Iterator[Attempt]:
        """Designs for a located variant: one :class:`Tried` for each strategy.

        Raises
        ------
        NotInReference
            If a base it must read is not held.
        """
        return iter(())

    def of_structural(self, variant: Variant, kind: str, context: Context) -> Iterator[Attempt]:
        """Designs for a structural variant that has no exact place on the reference."""
        reason = f"{kind}: {self.too_large}"
        for strategy in self.strategies:
            yield Tried(strategy, (), Refusal("structural", reason))

    too_large: ClassVar[str] = "the change is larger than this strategy can make"

    def of_case(self, case: Case, context: Context) -> Iterator[Attempt]:
        """Designs that follow from the case as a whole, such as its diagnosis."""
        return iter(())

    def of_request(self, request: Request, case: Case, context: Context) -> Iterator[Attempt]:
        """Designs another modality asks for; nothing if this family does not offer it."""
        return iter(())

    @abstractmethod
    def title(self, draft: Draft) -> str:
        """Name of a design in one line."""

    @abstractmethod
    def criteria(self, draft: Draft, case: Case) -> tuple[Criterion, ...]:
        """What it is judged by; the common ones are made in ``checks``."""

    @abstractmethod
    def restoration(self, design: EditDesign) -> Restoration:
        """What the patient's allele becomes."""

    @abstractmethod
    def in_short(self, design: EditDesign) -> str:
        """What sets it apart from others of its strategy, in a few words."""

    @abstractmethod
    def findings(self, draft: Draft, context: Context) -> Iterable[Finding]:
        """What speaks for and against it; off-target sites are spoken of elsewhere."""

    @abstractmethod
    def evidence(self, draft: Draft) -> tuple[Evidence, ...]:
        """What it rests on."""

    def blocks(self, design: EditDesign, context: Context) -> list[Block]:
        """Blocks of the dossier beside those every edit has."""
        return []

    def items(self, design: EditDesign, name: str) -> Iterable[Item]:
        """What the laboratory orders; plain guides, template and editor unless overridden.

        Parameters
        ----------
        name
            Prefix of the items' names.
        """
        return items_of(design, name)

    def edited(
        self, design: EditDesign, variant: Variant | None, reference: Reference
    ) -> list[Edited]:
        """Alleles the edit is meant to give; none where the ends of a cut are joined freely.

        Parameters
        ----------
        variant
            The case's variant the design is made for, if there is one.
        """
        if design.intended == "wild_type" and design.action != "deaminates":
            return [("corrected", ())]
        if design.action == "deaminates":
            return deaminated(design, variant, reference)
        return []

    def features(self, design: EditDesign, places: Drawn) -> Iterable[Feature]:
        """Features of the GenBank record beside exons, variant, protospacer and PAM."""
        return ()

    def tracks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Track]:
        """Tracks of the locus figure beside protospacer and PAM.

        Parameters
        ----------
        shift
            Added to an index of the allele it gives a position of the figure.
        """
        return ()

    def marks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Mark]:
        """Marks of the locus figure beside the variant."""
        return ()

    def files(
        self,
        mine: Sequence[tuple[Proposal, EditDesign]],
        detailed: Sequence[tuple[Proposal, EditDesign]],
        folder: Path,
        context: Context,
    ) -> dict[str, list[Artefact]]:
        """Files of its own: proposal id -> files; the key ``""`` holds files about all."""
        return {}
