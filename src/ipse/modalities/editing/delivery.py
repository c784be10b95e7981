"""How an editor gets into the tissue that must be edited: vehicles, sizes, reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ipse.core.evidence import Level
from ipse.core.tables import shipped

PACKAGE = "ipse.modalities.editing"

Fit = Literal["fits", "needs split", "does not fit", "unknown"]

VEHICLE_WORDS = {
    "electroporation": "RNP or mRNA by electroporation, outside the body",
    "lnp": "mRNA in lipid nanoparticles",
    "aav": "one AAV",
    "dual_aav": "two AAV, split by an intein",
}

TEMPLATE = "a DNA template must come along, which the tables do not show for this vehicle"

UNKNOWN, UNREACHED = 3, 4
"""Ranks of a reach that is not known, and of a tissue no vehicle is known to reach."""

UNKNOWN_TISSUE = "which tissue must be edited is not in the tables"


@dataclass(frozen=True)
class Cargo:
    """Size of what a vehicle carries.

    Attributes
    ----------
    coding
        Coding sequence of the editor [bp], None where not known.
    at_least
        Lower bound where it is not known: the Cas protein alone [bp]; None without one.
    guide
        Guide with its scaffold [nt].
    template
        Whether a DNA template must come along.
    """

    coding: int | None
    at_least: int | None = None
    guide: int = 0
    template: bool = False


@dataclass(frozen=True)
class Row:
    """One vehicle for one editor and tissue.

    Attributes
    ----------
    fit
        Whether the cargo goes in.
    numbers
        Why, in numbers.
    level
        How far it was shown in the tissue, None where no row of ``tables/reach.tsv`` says so.
    outcome, route, source
        Of the strongest row.
    """

    vehicle: str
    tissue: str
    fit: Fit
    numbers: str
    level: Level | None
    outcome: str = ""
    route: str = ""
    source: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether the cargo goes in and the tissue was reached."""
        return self.fit == "fits" and self.level is not None


@dataclass(frozen=True)
class Tissue:
    """Where a gene must be edited: a row of ``tables/tissues.tsv``."""

    name: str
    why: str
    source: tuple[str, ...]
    note: str = ""


@cache
def _tissues() -> dict[str, tuple[Tissue, ...]]:
    known: dict[str, list[Tissue]] = {}
    for row in shipped(PACKAGE, "tissues", unique=False):
        tissue = Tissue(row["tissue"], row["why"], row.source, row["note"])
        known.setdefault(row["gene"], []).append(tissue)
    return {gene: tuple(rows) for gene, rows in known.items()}


def tissues_of(gene: str) -> tuple[Tissue, ...]:
    """Tissues that must be edited for a gene; empty where the table does not know the gene."""
    return _tissues().get(gene, ())


def part(name: str) -> int:
    """A size of ``tables/vehicle_parts.tsv``."""
    return shipped(PACKAGE, "vehicle_parts")[name].integer("value")


def overhead(guide: int) -> int:
    """What one AAV holds beside the editor: promoter, polyA, and a guide under U6 [bp]."""
    return part("promoter") + part("polya") + part("u6") + guide


def largest_in_one(guide: int) -> int:
    """Largest coding sequence that goes into one AAV with its guide [bp]."""
    return part("aav_cargo") - overhead(guide)


def largest_in_two(guide: int) -> int:
    """Largest coding sequence that goes into two AAV as halves with an intein [bp].

    Each vector has promoter and polyA; one has the guide; the intein's halves add to the code. It
    takes for granted that the protein may be split where both vectors are filled.
    """
    both = 2 * (part("aav_cargo") - part("promoter") - part("polya"))
    return both - part("u6") - guide - part("intein_halves")


def fit(vehicle: str, cargo: Cargo) -> tuple[Fit, str]:
    """Whether a cargo goes into a vehicle, and the numbers."""
    size = cargo.coding
    known = (
        f"{size:,} bp" if size is not None
        else f"at least {cargo.at_least:,} bp" if cargo.at_least is not None
        else "size not known"
    )  # fmt: skip
    if vehicle == "electroporation":
        return "fits", f"editor {known}; no size limit"
    if cargo.template:
        return "unknown", f"editor {known}; {TEMPLATE}"
    if vehicle == "lnp":
        given = part("lnp_mrna")
        return (
            "fits",
            f"editor {known}; no limit known, {given:,} nt were given to a patient",
        )
    single, double = largest_in_one(cargo.guide), largest_in_two(cargo.guide)
    bound = size if size is not None else cargo.at_least
    if vehicle == "aav":
        limit = f"one AAV holds {single:,} bp of editor beside its guide"
        if bound is not None and bound > single:
            over: Fit = "needs split" if bound <= double else "does not fit"
            return over, f"editor {known}; {limit}"
        return ("fits" if size is not None else "unknown"), f"editor {known}; {limit}"
    limit = f"two AAV hold {double:,} bp of editor"
    if bound is not None and bound > double:
        return "does not fit", f"editor {known}; {limit}"
    return ("fits" if size is not None else "unknown"), f"editor {known}; {limit}"


def rows_for(cargo: Cargo, gene: str) -> Iterator[Row]:
    """Every vehicle for every tissue of a gene; with an empty tissue where none is known."""
    for tissue in [row.name for row in tissues_of(gene)] or [""]:
        for vehicle in VEHICLE_WORDS:
            state, numbers = fit(vehicle, cargo)
            best = _reach(vehicle, tissue)
            if best is None:
                yield Row(vehicle, tissue, state, numbers, None)
                continue
            level, outcome, route, source = best
            yield Row(vehicle, tissue, state, numbers, level, outcome, route, source)


@cache
def _reach(vehicle: str, tissue: str) -> tuple[Level, str, str, tuple[str, ...]] | None:
    """Strongest row for a vehicle in a tissue; one AAV and two reach the same tissues."""
    family = "aav" if vehicle == "dual_aav" else vehicle
    found = [
        (Level(row["level"]), row["outcome"], row["route"], row.source)
        for row in shipped(PACKAGE, "reach", unique=False)
        if (row["vehicle"], row["tissue"]) == (family, tissue)
    ]
    return min(found, key=lambda item: item[0].rank) if found else None


@dataclass(frozen=True)
class Deliverability:
    """How well an editor can be brought to the tissue that must be edited.

    Attributes
    ----------
    rank
        0 the best: a vehicle that holds the cargo was shown in people; 1 in animals; 2 in cells;
        3 where the tissue, or whether the cargo goes in, is not known; 4 where no vehicle of the
        tables is known to reach the tissue. Over several tissues, the worst counts.
    reason
        In words.
    best
        The row it rests on, None for ranks 3 and 4.
    """

    rank: int
    reason: str
    best: Row | None = None


def deliverability(cargo: Cargo, gene: str) -> Deliverability:
    """Judge an editor for the tissues of a gene; see :class:`Deliverability`."""
    if not tissues_of(gene):
        return Deliverability(UNKNOWN, f"{UNKNOWN_TISSUE} for {gene or 'this target'}")
    rows = list(rows_for(cargo, gene))
    return max(
        (_of_tissue(tissue.name, rows, cargo) for tissue in tissues_of(gene)),
        key=lambda item: item.rank,
    )


_RANKS = {Level.HUMAN: 0, Level.ANIMAL: 1, Level.CELL: 2}


def _of_tissue(tissue: str, rows: list[Row], cargo: Cargo) -> Deliverability:
    here = [row for row in rows if row.tissue == tissue and row.level is not None]
    usable = [row for row in here if row.usable]
    if usable:
        best = min(usable, key=lambda row: _RANKS.get(row.level or Level.RULE, 2))
        rank = _RANKS.get(best.level or Level.RULE, 2)
        shown = {0: "in people", 1: "in animals", 2: "in cells"}[rank]
        words = VEHICLE_WORDS[best.vehicle]
        return Deliverability(rank, f"{tissue}: {words}, shown {shown} ({best.outcome})", best)
    for row in here:
        if row.fit == "unknown":
            why = TEMPLATE if cargo.template else "size of the editor not known"
            return Deliverability(UNKNOWN, f"{tissue}: {VEHICLE_WORDS[row.vehicle]}; {why}")
    if here:
        return Deliverability(UNREACHED, f"{tissue}: {here[-1].numbers}")
    return Deliverability(UNREACHED, f"{tissue}: no vehicle of the tables is known to reach it")
