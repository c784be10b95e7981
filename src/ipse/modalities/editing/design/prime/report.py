"""What the dossier, the figure and the GenBank record show of a prime edit."""

from __future__ import annotations

from collections.abc import Iterator

from ipse.construct.genbank import Feature
from ipse.core.sections import Block, KeyValues, Mark, Table, Track
from ipse.modalities.editing.design.prime.assemble import LINKER_NOTE
from ipse.modalities.editing.design.prime.checks import parts_of
from ipse.modalities.editing.design.prime.model import KEPT_WORDS, ExtensionRow, PrimeParts
from ipse.modalities.editing.locus import Drawn
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.report import outcomes

EXTENSION_COLUMNS = (
    "Binding site", "Template", "Lengths [nt]", "Beyond the edit [nt]", "Tm of site [°C]",
    "GC of site [%]", "Longest run [nt]", "Fold [kcal/mol]", "Departs from",
)  # fmt: skip
SHOWN = 4
"""Rows of a table in the dossier; ``pegrnas.tsv`` has them all."""


def blocks(design: EditDesign) -> list[Block]:
    """Outcome, pegRNA, its alternatives, nicking guides, silent changes."""
    parts = parts_of(design)
    found: list[Block] = [outcomes(design), _pegrna(design, parts), _extensions(parts)]
    if parts.nicking:
        found.append(_nicking(parts))
    if parts.silent:
        found.append(_silent(parts))
    found.append(_editors(design))
    return found


def _pegrna(design: EditDesign, parts: PrimeParts) -> KeyValues:
    row = parts.extension
    items = [
        ("Editor", f"{design.editor}: {parts.architecture}"),
        ("Nick", f"{parts.nick_to_edit} unchanged bases before the edit ({design.strand} strand)"),
        ("Primer binding site (5' to 3')", f"{row.pbs} ({row.pbs_length} nt)"),
        ("Template (5' to 3')", f"{row.rtt} ({row.rtt_length} nt)"),
    ]
    if parts.twin is None:
        items.append(("On the edited allele", KEPT_WORDS[parts.kept]))
    guides = list(parts.guides)
    if parts.twin is not None:
        second = parts.twin
        items += [
            ("Second pegRNA, spacer", f"{second.spacer}, PAM {second.pam} (- strand)"),
            ("Second binding site", f"{second.extension.pbs} ({second.extension.pbs_length} nt)"),
            ("Second template", f"{second.extension.rtt} ({second.extension.rtt_length} nt)"),
            ("Replaced between the nicks", f"{second.replaced or 'nothing'}"),
            ("Written between the nicks", f"{second.written} (flaps pair over {second.overlap})"),
        ]
        guides += [
            item.model_copy(update={"name": f"second {item.name}"}) for item in second.guides
        ]
    items += [(f"{item.name} (DNA letters)", f"{item.sequence}") for item in guides]
    items.append(("Linker of the epegRNAs", LINKER_NOTE))
    if parts.own:
        items.append(("The patient's own variants in it", ", ".join(parts.own)))
    return KeyValues(items=tuple(items))


def _cells(row: ExtensionRow) -> tuple[str | int | float | None, ...]:
    return (
        row.pbs,
        row.rtt,
        f"{row.pbs_length} + {row.rtt_length}",
        row.homology,
        row.pbs_tm,
        row.pbs_gc,
        row.longest_run,
        row.fold_energy,
        ", ".join(row.departures),
    )


def _extensions(parts: PrimeParts) -> Table:
    shown = (parts.extension, *parts.others)[:SHOWN]
    rest = parts.total - len(shown)
    more = f" {rest} more are in pegrnas.tsv." if rest > 0 else ""
    return Table(
        caption=(
            f"3' extensions for this spacer, best first ({parts.order}). Melting temperature: RNA "
            "on DNA, nearest neighbours, to compare by. Fold: the extension alone, by seqfold; "
            f"only rows listed in the plan are folded, and the fold does not order them.{more}"
        ),
        columns=EXTENSION_COLUMNS,
        rows=tuple(_cells(row) for row in shown),
        mono=(0, 1),
    )


def _nicking(parts: PrimeParts) -> Table:
    rest = parts.nicking_total - len(parts.nicking)
    more = f" {rest} more are in pegrnas.tsv." if rest else ""
    return Table(
        caption=(
            f"Guides for a second nick, best first ({parts.nicking_order}). Without one the edit "
            f"is PE2.{more}"
        ),
        columns=("Kind", "Spacer", "PAM", "Strand", "From the nick [nt]", "Unedited allele"),
        rows=tuple(
            (
                row.kind,
                row.spacer,
                row.pam,
                row.strand,
                row.distance,
                "fits" if row.unedited == "intact" else row.unedited.replace("_", " "),
            )
            for row in parts.nicking
        ),
        mono=(1, 2),
    )


def _silent(parts: PrimeParts) -> Table:
    return Table(
        caption=(
            "Silent changes that would keep the editor off the edited allele, each with the first "
            "extension that writes both. The change is silent by its consequence for the "
            "transcript alone; what else the bases do is not known."
        ),
        columns=("Change", "Place (1-based)", "Ends", "Binding site", "Template"),
        rows=tuple(
            (
                row.described,
                row.position + 1,
                "the PAM" if row.kept == "pam_destroyed" else "the seed",
                row.extension.pbs,
                row.extension.rtt,
            )
            for row in parts.silent
        ),
        mono=(3, 4),
    )


def _editors(design: EditDesign) -> Table:
    return Table(
        caption=f"Prime editors for this spacer ({design.alternatives_order}).",
        columns=("Editor", "PAM", "Coding sequence [bp]", "Precedent"),
        rows=tuple(
            (
                row.editor,
                f"{row.pam} ({row.pam_pattern})",
                row.size_bp,
                "" if row.precedent is None else row.precedent.value,
            )
            for row in design.alternatives
        ),
        mono=(1,),
    )


def stretches(design: EditDesign) -> tuple[tuple[int, int], tuple[int, int]]:
    """Binding site and written stretch on the patient's allele, from the variant's first base.

    The template is drawn over what it writes in place on the patient's allele; an insertion or
    deletion makes the two differ in length.
    """
    parts = parts_of(design)
    nick, row = parts.nick, parts.extension
    grown = len(design.target.ref) - len(design.target.alt)
    covered = row.rtt_length
    if parts.twin is None:
        covered -= grown
    if design.strand == "+":
        return (nick - row.pbs_length, nick), (nick, nick + covered)
    return (nick, nick + row.pbs_length), (nick - covered, nick)


def tracks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Track]:
    """Binding site and template, over the strand that is nicked."""
    at = places.allele.at + shift
    parts = parts_of(design)
    pbs, rtt = stretches(design)
    low, high = shift, len(places.allele.sequence) + shift
    for name, (start, end) in (
        (f"primer binding site, {parts.extension.pbs_length} nt", pbs),
        (f"template, {parts.extension.rtt_length} nt", rtt),
    ):
        first, last = max(low, at + start), min(high, at + end)
        if first < last:
            yield Track(label=name, role="template", start=first, end=last, strand=design.strand)


def marks(design: EditDesign, places: Drawn, shift: int) -> Iterator[Mark]:
    """The nick, or both."""
    parts = parts_of(design)
    at = places.allele.at + shift
    spots = [(parts.nick, "nick", design.strand)]
    if parts.twin is not None:
        spots.append((parts.twin.nick, "second nick", parts.twin.strand))
    for spot, label, strand in spots:
        if shift <= at + spot <= len(places.allele.sequence) + shift:
            yield Mark(position=at + spot, role="nick", label=label, strand=strand)


def features(design: EditDesign, places: Drawn) -> Iterator[Feature]:
    """Nick, binding site, template, second guide."""
    parts, allele = parts_of(design), places.allele
    strand = 1 if design.strand == "+" else -1
    whole = len(allele.sequence)
    row = parts.extension

    def inside(start: int, end: int) -> tuple[int, int] | None:
        first, last = max(0, allele.at + start), min(whole, allele.at + end)
        return (first, last) if first < last else None

    pbs, rtt = stretches(design)
    sources = design.alternatives[0].source
    for label, note, span in (
        ("nick", "the nick lies between these two bases", (parts.nick - 1, parts.nick + 1)),
        ("PBS", f"primer binding site 5'-{row.pbs}-3'", pbs),
        ("RTT", f"template 5'-{row.rtt}-3', drawn over what it replaces", rtt),
    ):
        if place := inside(*span):
            yield Feature(
                "misc_feature", (place,), strand, label=label, notes=(note,), sources=sources
            )
    for item in design.partners:
        first = allele.index(max(item.start, allele.start))
        last = allele.index(min(item.end, allele.end) - 1) + 1
        if 0 <= first < last <= whole:
            yield Feature(
                "misc_feature", ((first, last),), 1 if item.strand == "+" else -1,
                label=item.role, notes=(f"spacer 5'-{item.spacer}-3', PAM {item.pam}",),
                sources=sources,
            )  # fmt: skip
