"""The bench's routine questions to a spacer: its fold, its G and C, the cloning enzyme's site."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.core.sequence import reverse_complement
from ipse.core.tables import Row, shipped
from ipse.modalities.editing.catalogue import note
from ipse.modalities.editing.order.cloning import guide_pair, insert_sites, sites
from ipse.modalities.editing.order.guides import rna, u6_start
from ipse.modalities.editing.order.parts import (
    PACKAGE,
    Scaffold,
    backbones,
    bench,
    enzymes,
    guide_backbones,
    scaffold_of,
)

U6_STOP = "TTTT"
"""Shortest stretch at which polymerase III ends a transcript; source in ``tables/notes.tsv``."""

BODY_TEMPERATURE = 37.0
"""At which a spacer is folded [degrees Celsius]: that of the cells, and seqfold's own default."""


@lru_cache(maxsize=100_000)
def fold_energy(sequence: str) -> float:
    """Free energy of the most stable fold of a guide's stretch, read as RNA [kcal/mol].

    By seqfold (Zuker's algorithm with Turner's energies); a sequence that does not fold by itself
    gives zero or more: zero where no two of its bases can pair.
    """
    from seqfold import dg

    energy = float(dg(rna(sequence), BODY_TEMPERATURE))
    return round(energy, 1) if math.isfinite(energy) else 0.0


def gc_percent(spacer: str) -> float:
    """Share of G and C [%]."""
    return 100 * sum(base in "GC" for base in spacer) / len(spacer)


def spacer_findings(spacer: str) -> Iterator[Finding]:
    """What in a spacer alone is known to lower its activity."""
    limit = bench("spacer_hairpin")
    energy = fold_energy(spacer)
    if energy < limit.number("value"):
        yield Finding(
            severity=Severity.CAUTION,
            code="spacer-folds",
            message=(
                f"The spacer folds upon itself ({energy:g} kcal/mol; below {limit['value']} "
                "guides were less active): part of it is hidden from the target."
            ),
            resolves="Choose another guide, or compare its activity with one that does not fold.",
            evidence=_evidence(limit, "free energy of a spacer's own hairpin and its activity"),
        )
    low, high = bench("gc_low"), bench("gc_high")
    share = gc_percent(spacer)
    for bound, outside, word in (
        (low, share < low.number("value"), "below"),
        (high, share > high.number("value"), "above"),
    ):
        if outside:
            yield Finding(
                severity=Severity.INFO,
                code="spacer-gc",
                message=(
                    f"G and C make up {share:.0f} % of the spacer, {word} {bound['value']} %: "
                    "listed among the features of less active guides."
                ),
                resolves="Measure its activity in cells beside another guide.",
                evidence=_evidence(bound, "share of G and C and activity of guides"),
            )


def junction_finding(spacer: str, scaffold: Scaffold) -> Finding | None:
    """A T run made where a direct repeat meets the spacer; a run inside the spacer is told apart.

    The T run inside the usual SpCas9 and SaCas9 scaffolds is part of them and not told.
    """
    if scaffold.side != "5prime" or U6_STOP in spacer:
        return None
    joint = scaffold.sequence[-len(U6_STOP) + 1 :] + spacer[: len(U6_STOP) - 1]
    if U6_STOP not in joint:
        return None
    return Finding(
        severity=Severity.CAUTION,
        code="u6-terminator",
        message=(
            "Direct repeat and spacer meet in TTTT, the shortest stretch at which RNA polymerase "
            "III ends a transcript: expressed from a U6 promoter, the guide is cut short."
        ),
        resolves="Use a synthetic guide.",
        evidence=note("u6-terminator").evidence,
    )


def cloning_findings(spacer: str, enzyme: str | None, *, cuts: bool = True) -> Iterator[Finding]:
    """Backbones whose own restriction enzyme would cut the insert of a guide."""
    hit: dict[str, list[str]] = {}
    for backbone in guide_backbones(enzyme, cuts=cuts):
        if not backbone.cut_with:
            continue
        pair = guide_pair(spacer, backbone)
        if insert_sites(pair.top, backbone.bottom, enzymes()[backbone.cut_with]):
            hit.setdefault(backbone.cut_with, []).append(backbone.name)
    for name, plasmids in hit.items():
        yield _site(name, "insert", plasmids)


def pegrna_cloning_findings(spacer: str, extensions: Iterable[str]) -> Iterator[Finding]:
    """Acceptors of a pegRNA whose restriction enzyme would cut it within its own sequence."""
    scaffold = scaffold_of("SpCas9")
    for backbone in backbones():
        if backbone.takes != "pegRNA" or not backbone.cut_with or scaffold is None:
            continue
        first = backbone.top + u6_start(spacer).added
        wholes = [
            first + spacer + scaffold.sequence + extension + reverse_complement(backbone.bottom)
            for extension in extensions
        ]
        if any(next(sites(whole, enzymes()[backbone.cut_with]), None) for whole in wholes):
            yield _site(backbone.cut_with, "pegRNA", [backbone.name])


def _site(name: str, what: str, plasmids: Sequence[str]) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="cloning-site-in-insert",
        message=(
            f"The {what} holds a {name} site ({enzymes()[name].site}), the enzyme that opens "
            f"{_listed(plasmids)}: in a reaction of cutting and ligation together it is cut apart."
        ),
        resolves=(
            "Digest the plasmid first and take the enzyme away, use a plasmid with another enzyme, "
            "or order a synthetic guide."
        ),
        evidence=_evidence_of(enzymes()[name].source, "recognition site of the enzyme"),
    )


@dataclass(frozen=True)
class Assay:
    """A genome-wide assay of off-target activity: a row of ``tables/assays.tsv``.

    Attributes
    ----------
    editors
        ``nuclease``, ``base`` or ``prime``.
    setting
        Where it runs: purified DNA, cells, tissue.
    """

    name: str
    editors: str
    setting: str
    finds: str
    note: str
    source: tuple[str, ...]


@cache
def assays() -> tuple[Assay, ...]:
    """Every assay of the shipped table."""
    return tuple(
        Assay(row["name"], row["editors"], row["setting"], row["finds"], row["note"], row.source)
        for row in shipped(PACKAGE, "assays")
    )


def assays_for(kind: str) -> tuple[Assay, ...]:
    """Assays that suit a kind of editor: ``nuclease``, ``base`` or ``prime``."""
    return tuple(row for row in assays() if row.editors == kind)


def assay_finding(kind: str) -> Finding | None:
    """Which empirical off-target assays suit an editor, one for DNA and one for cells."""
    suited = assays_for(kind)
    if not suited:
        return None
    words = "; ".join(f"{row.name} ({row.setting})" for row in suited)
    editor = {"nuclease": "a nuclease", "base": "a base editor", "prime": "a prime editor"}[kind]
    tail = {
        "nuclease": "Take one on purified DNA and one in the cells to be treated.",
        "base": (
            "Assays of double-strand breaks (GUIDE-seq, CHANGE-seq) see a base editor only through "
            "the nuclease form of its Cas9."
        ),
        "prime": (
            "Assays of double-strand breaks see a prime editor only through the nuclease form of "
            "its Cas9."
        ),
    }[kind]
    sources = dict.fromkeys(source for row in suited for source in row.source)
    return Finding(
        severity=Severity.INFO,
        code="off-target-assay",
        message=f"Assays that look for off-target sites of {editor}: {words}. {tail}",
        evidence=_evidence_of(tuple(sources), "assays of off-target activity by kind of editor"),
    )


def immune_finding(enzyme: str | None) -> Finding | None:
    """What is known of immunity against the protein in people who never received it."""
    table = shipped(PACKAGE, "immunity").by_key
    row = table.get(enzyme or "")
    if row is None:
        return None
    if row["antibodies"]:
        shares = (
            f"of {row['donors']} healthy donors {row['antibodies']} % had antibodies and "
            f"{row['t_cells']} % T cells against {enzyme}"
        )
    else:
        shares = f"T cells against {enzyme} were found in healthy donors"
    return Finding(
        severity=Severity.INFO,
        code="immunity-to-editor",
        message=(
            f"Immunity that is there before treatment: {shares}. It matters most for editors that "
            "are made in the body for long (AAV), less for RNP or mRNA in cells outside the body."
        ),
        resolves="Measure antibodies and T cells against the protein in the patient.",
        evidence=_evidence(row, "immunity against Cas proteins before treatment"),
    )


def _evidence(row: Row, reason: str) -> tuple[Evidence, ...]:
    return _evidence_of(row.source, reason)


def _evidence_of(sources: Sequence[str], reason: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(source=source, reason=reason) for source in sources)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
