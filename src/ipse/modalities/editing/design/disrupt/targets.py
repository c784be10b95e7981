"""Which genes and elements to disrupt for a case, and the guides that were published for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ipse.core.evidence import Evidence, Level
from ipse.core.tables import Row, shipped
from ipse.modalities.editing.catalogue import PACKAGE
from ipse.modalities.editing.design.disrupt.gene import Rules
from ipse.patient.model import Case
from ipse.patient.variants import Variant

Kind = Literal["gene", "regulatory", "cell"]
Basis = Literal["diagnosis", "name of the diagnosis", "gene of the variant", "request"]


@dataclass(frozen=True)
class DisruptionTarget:
    """A row of ``tables/disruption_targets.tsv``.

    Attributes
    ----------
    kind
        ``gene``: coding exons; ``regulatory``: an element outside them; ``cell``: a gene taken
        out of cells that another modality makes.
    disease_ids, disease_words
        Ids, in capitals, and small-letter parts of names of the diseases it treats.
    patient_genes
        Genes whose pathogenic variants mean that disease where the case gives no diagnosis.
    """

    key: str
    gene: str
    element: str
    kind: Kind
    disease_ids: frozenset[str]
    disease: str
    disease_words: tuple[str, ...]
    patient_genes: frozenset[str]
    cells: str
    aim: str
    level: Level
    outcome: str
    source: tuple[str, ...]
    note: str

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What was done before with this target."""
        return tuple(
            Evidence(source=source, reason=f"{self.gene}: {self.outcome}", level=self.level)
            for source in self.source
        )


@dataclass(frozen=True)
class Chosen:
    """A target with what in the case calls for it."""

    target: DisruptionTarget
    basis: Basis
    why: str


@dataclass(frozen=True)
class PublishedGuide:
    """A row of ``tables/published_guides.tsv``.

    Attributes
    ----------
    approach
        ``cut``, ``base-edit``, or ``template`` for a cut that is repaired from a donor.
    approved
        Where and when a product with this guide was approved; empty if none is known.
    """

    name: str
    gene: str
    aim: str
    approach: str
    editor: str
    pam: str
    pam_side: str
    spacer: str
    level: Level
    approved: str
    approved_source: tuple[str, ...]
    source: tuple[str, ...]
    note: str


@cache
def disruption_targets() -> tuple[DisruptionTarget, ...]:
    """Every target of the shipped table, in its order."""
    return tuple(_target(row) for row in shipped(PACKAGE, "disruption_targets"))


@cache
def published_guides(gene: str = "") -> tuple[PublishedGuide, ...]:
    """Published guides of a gene (``HBG1/HBG2`` is both); all of them by default."""
    rows = (_guide(row) for row in shipped(PACKAGE, "published_guides", unique=False))
    wanted = set(gene.split("/"))
    return tuple(row for row in rows if not gene or wanted & set(row.gene.split("/")))


@cache
def disruption_rules() -> Rules:
    """Numbers that decide how well a disruption works."""
    row = shipped(PACKAGE, "disruption_rules")["decay_distance"]
    return Rules(decay_distance=row.integer("value"), decay_source=row.source)


def chosen_for(case: Case, variants: Iterable[Variant]) -> list[Chosen]:
    """Targets whose loss treats a disease of the case, one a gene and element.

    A diagnosis counts by its id, or by its name where the table does not know the id. The gene of
    a pathogenic variant counts where the case gives that variant no diagnosis.
    """
    found: dict[tuple[str, str], Chosen] = {}
    for chosen in _matches(case, list(variants)):
        key = (chosen.target.gene, chosen.target.element)
        best = found.get(key)
        if best is None or _strength(chosen) < _strength(best):
            found[key] = chosen
    return list(found.values())


def _matches(case: Case, variants: list[Variant]) -> Iterator[Chosen]:
    stated = [
        *((item.term.id, item.term.label) for item in case.diseases if not item.excluded),
        *((item.id, item.label) for item in case.diagnoses),
        *((item.disease.id, item.disease.label) for item in variants),
    ]
    ids = {name.upper() for target in disruption_targets() for name in target.disease_ids}
    for target in disruption_targets():
        for name, label in dict.fromkeys(stated):
            if name.upper() in target.disease_ids:
                yield Chosen(target, "diagnosis", f"{label or target.disease} ({name})")
            elif name.upper() not in ids and _named(target, label):
                yield Chosen(target, "name of the diagnosis", label)
        for variant in variants:
            silent = not (variant.disease.id or variant.disease.label)
            if silent and variant.pathogenic and variant.gene in target.patient_genes:
                why = f"a pathogenic variant of {variant.gene}, for {target.disease}"
                yield Chosen(target, "gene of the variant", why)


def _named(target: DisruptionTarget, label: str) -> bool:
    return any(word in label.casefold() for word in target.disease_words)


def _strength(chosen: Chosen) -> tuple[int, int]:
    order = ("diagnosis", "name of the diagnosis", "gene of the variant", "request")
    return order.index(chosen.basis), chosen.target.level.rank


def _target(row: Row) -> DisruptionTarget:
    kinds: dict[str, Kind] = {"gene": "gene", "regulatory": "regulatory", "cell": "cell"}
    return DisruptionTarget(
        key=row["key"],
        gene=row["gene"],
        element=row["element"],
        kind=kinds[row["kind"]],
        disease_ids=frozenset(row["disease_ids"].upper().split()),
        disease=row["disease"],
        disease_words=tuple(word for word in row["disease_words"].split("|") if word),
        patient_genes=frozenset(word for word in row["patient_genes"].split("|") if word),
        cells=row["cells"],
        aim=row["aim"],
        level=Level(row["level"]),
        outcome=row["outcome"],
        source=row.source,
        note=row["note"],
    )


def _guide(row: Row) -> PublishedGuide:
    return PublishedGuide(
        name=row["name"],
        gene=row["gene"],
        aim=row["aim"],
        approach=row["approach"],
        editor=row["editor"],
        pam=row["pam"],
        pam_side=row["pam_side"],
        spacer=row["spacer"],
        level=Level(row["level"]),
        approved=row["approved"],
        approved_source=row.sources_of("approved") if row["approved"] else (),
        source=row.source,
        note=row["note"],
    )
