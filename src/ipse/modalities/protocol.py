"""What a modality is, and what it is given.

A modality is found by its entry in ``ipse.plan.registry``. It never imports another modality: it
asks through :attr:`Context.request`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

from ipse.core.finding import Finding
from ipse.core.progress import Progress, Silent
from ipse.core.proposal import Artefact, NotProposed, Proposal, Unknown
from ipse.core.sections import Section
from ipse.genome.annotation import Annotation
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import Reference
from ipse.patient.model import Case
from ipse.patient.variants import Variant

Region = Literal["US", "EU", "UK"]
Answer = Proposal | NotProposed | Unknown | Finding


@dataclass(frozen=True)
class Request:
    """What one modality asks of another, e.g. a knock-out of TRAC.

    Attributes
    ----------
    strategy
        What is asked for, in the asked modality's own terms.
    parameters
        Its parameters.
    asked_by
        Modality that asks.
    """

    strategy: str
    parameters: Mapping[str, Any]
    asked_by: str


@dataclass(frozen=True)
class Options:
    """Choices of the user that change the content of a plan.

    Attributes
    ----------
    sections
        Number of proposals per strategy that get a dossier section and a GenBank file.
    strategies
        Strategies asked for; None for all.
    off_targets
        Whether guides are searched for off-target sites. A plan always does; a batch of variants
        may leave it to a later plan.
    """

    sections: int = 3
    strategies: tuple[str, ...] | None = None
    off_targets: bool = True


@dataclass(frozen=True)
class Context:
    """Everything a modality may know beside the case. Frozen.

    Attributes
    ----------
    variants
        The case's variants, located and described on ``reference``.
    patient_genome
        The patient's own VCF over the reference, or None without one.
    request
        Ask another modality; answered by the planner.
    memory
        What a modality worked out and needs again when it writes files, by its own key. It never
        changes what is answered, only how soon.
    """

    reference: Reference
    annotation: Annotation
    variants: tuple[Variant, ...]
    patient_genome: PatientGenome | None
    as_of: date
    region: Region
    request: Callable[[str, Request], tuple[Answer, ...]]
    options: Options = field(default_factory=Options)
    seed: int = 0
    progress: Progress = field(default_factory=Silent)
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


class Modality(Protocol):
    """A kind of living medicine."""

    name: str
    """Key in the registry and prefix of proposal ids."""

    @property
    def strategies(self) -> tuple[str, ...]:
        """What it offers, by name."""
        ...

    def design_schema(self) -> dict[str, Any]:
        """JSON schema of ``Proposal.design``."""
        ...

    def propose(self, case: Case, context: Context) -> Iterator[Answer]:
        """Yield every proposal, and why each other strategy is not one."""
        ...

    def answer(self, request: Request, case: Case, context: Context) -> Iterator[Answer]:
        """Answer what another modality asks; ``NotProposed`` for what is not offered."""
        ...

    def sections(self, proposal: Proposal, context: Context) -> list[Section]:
        """What the dossier shows of a proposal."""
        ...

    def artefacts(
        self, proposals: list[Proposal], detailed: list[Proposal], folder: Path, context: Context
    ) -> dict[str, list[Artefact]]:
        """Write the laboratory's files below ``folder``.

        Parameters
        ----------
        proposals
            All of this modality, ranked; tables hold all of them.
        detailed
            Those that get files of their own (``Options.sections`` a strategy).
        folder
            Plan folder; paths of artefacts are relative to it.

        Returns
        -------
        dict
            Proposal id -> its files; the key ``""`` holds files about all of them.
        """
        ...
