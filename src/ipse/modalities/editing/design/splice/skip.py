"""Plans that skip exons so that the reading frame stays or comes back."""

from __future__ import annotations

from collections.abc import Sequence

from ipse.genome.protein_change import Edit
from ipse.modalities.editing.design.family import Refusal
from ipse.modalities.editing.design.splice.aim import Aim
from ipse.modalities.editing.design.splice.designs import base_design, second
from ipse.modalities.editing.design.splice.frames import (
    Skip,
    closing_skips,
    exons_of,
    in_words,
    keeps_frame,
    product,
    treated_deletions,
)
from ipse.modalities.editing.design.splice.guides import Destroyer, destroyers
from ipse.modalities.editing.design.splice.model import SpliceProduct
from ipse.modalities.editing.design.splice.places import PlacedSite, rule_source, site_of_exon
from ipse.modalities.editing.design.splice.plans import Patient, Planned, cut_designs, pair_designs
from ipse.modalities.editing.design.splice.precedents import of_target
from ipse.modalities.editing.design.splice.stated import ExonLoss
from ipse.modalities.editing.model import EditDesign, Strategy

STRATEGY: Strategy = "skip-exon"


def skip_for_deletion(patient: Patient, loss: ExonLoss) -> Planned | Refusal:
    """Skips that close the frame a deletion of exons opens."""
    transcript, reference = patient.transcript, patient.reference
    exons = exons_of(transcript)
    needed = [exons[n - 1] for n in loss.exons if exons[n - 1].fixed]
    gone = in_words(loss.exons)
    if needed:
        reason = f"{gone} {_are(loss.exons)} missing, and exon {needed[0].number} is needed: "
        return Refusal("exon-needed", reason + needed[0].fixed)
    if keeps_frame(transcript, reference, loss.exons[0], loss.exons[-1]):
        reason = f"the deletion of {gone} keeps the reading frame: no skip would open it further"
        return Refusal("frame-kept", reason)
    skips = closing_skips(transcript, reference, missing=loss.exons)
    if not skips:
        return Refusal("no-skip-closes-frame", f"without {gone}, {_NO_SKIP}")
    return _planned(patient, skips, loss, None)


def skip_for_variant(patient: Patient, number: int, pieces: Sequence[Edit]) -> Planned | Refusal:
    """Skips of the exon a variant lies in.

    Parameters
    ----------
    number
        The exon, 1-based.
    pieces
        The variant in transcript coordinates.
    """
    exon = exons_of(patient.transcript)[number - 1]
    if exon.fixed:
        return Refusal("exon-needed", f"exon {number} cannot be skipped: {exon.fixed}")
    skips = closing_skips(patient.transcript, patient.reference, holding=[number], others=pieces)
    if not skips:
        size = f"{exon.coding} coding bases"
        return Refusal("no-skip-closes-frame", f"without exon {number} ({size}), {_NO_SKIP}")
    return _planned(patient, skips, None, number)


_NO_SKIP = "no skip of one or two neighbouring exons leaves an open reading frame"


def _are(numbers: Sequence[int]) -> str:
    return "is" if len(numbers) == 1 else "are"


def _planned(
    patient: Patient, skips: Sequence[Skip], loss: ExonLoss | None, holding: int | None
) -> Planned:
    fewest = len(skips[0].exons)
    used = [skip for skip in skips if len(skip.exons) == fewest]
    left_out = []
    if len(used) < len(skips):
        more = ", ".join(in_words(skip.exons) for skip in skips[len(used) :])
        left_out.append(f"skips of more exons would do too: {more}")
    designs: list[EditDesign] = []
    for skip in used:
        made, missing = _of_skip(patient, skip, loss, holding)
        designs += made
        left_out += [f"{in_words(skip.exons)}: {reason}" for reason in missing]
    return Planned(tuple(designs), tuple(left_out))


def _of_skip(
    patient: Patient, skip: Skip, loss: ExonLoss | None, holding: int | None
) -> tuple[list[EditDesign], list[str]]:
    """All designs of one skip: base editors, cuts in a site, two cuts; and what has none."""
    transcript = patient.transcript
    aim = _aim(patient, skip, loss, holding)
    sites = {
        number: [_site(patient, number, kind) for kind in ("acceptor", "donor")]
        for number in skip.exons
    }
    designs: list[EditDesign] = []
    missing: list[str] = []
    first = skip.exons[0]
    if len(skip.exons) == 1:
        groups = [(s, group) for s in sites[first] for group in destroyers(s, patient.editors)]
        groups.sort(key=lambda pair: pair[1][0].key())
        designs += [base_design(aim, placed, group) for placed, group in groups]
        if not groups:
            missing.append("no base editor reaches its splice sites")
        cut = [item for placed in sites[first] for item in cut_designs(patient, aim, placed)]
        designs += cut
        if not cut:
            missing.append("no nuclease cuts at its splice sites")
    else:
        both = _doubles(patient, aim, sites[first], sites[skip.exons[-1]])
        designs += both
        if not both:
            missing.append("no base editor reaches sites of both")
    low, high = _span(transcript.exons, skip.exons)
    paired, why = pair_designs(patient, aim, low, high)
    designs += paired
    if why:
        missing.append(f"two cuts: {why}")
    return designs, missing


def _site(patient: Patient, number: int, kind: str) -> PlacedSite:
    start, end = patient.transcript.exons[number - 1]
    at_start = (kind == "acceptor") == (patient.transcript.strand == "+")
    allele = patient.around(start if at_start else end)
    plus = patient.transcript.strand == "+"
    exons = patient.transcript.exons
    return site_of_exon(allele, plus, exons, number, "acceptor" if kind == "acceptor" else "donor")


def _doubles(
    patient: Patient, aim: Aim, first: Sequence[PlacedSite], other: Sequence[PlacedSite]
) -> list[EditDesign]:
    """Every spacer for a site of the first exon, with the best spacer for one of the other.

    Both guides use one editor, so that one enzyme is given.
    """
    partners: dict[str, tuple[PlacedSite, Destroyer]] = {}
    for placed in other:
        for group in destroyers(placed, patient.editors):
            for item in group:
                known = partners.get(item.editor.name)
                if known is None or item.key() < known[1].key():
                    partners[item.editor.name] = (placed, item)
    made = []
    for placed in first:
        for group in destroyers(placed, patient.editors):
            able = [item for item in group if item.editor.name in partners]
            if able:
                design = base_design(aim, placed, able)
                made.append((able[0].key(), second(design, aim, *partners[able[0].editor.name])))
    return [design for _, design in sorted(made, key=lambda pair: pair[0])]


def _span(exons: Sequence[tuple[int, int]], numbers: Sequence[int]) -> tuple[int, int]:
    chosen = [exons[n - 1] for n in numbers]
    return min(start for start, _ in chosen), max(end for _, end in chosen)


def _aim(patient: Patient, skip: Skip, loss: ExonLoss | None, holding: int | None) -> Aim:
    transcript, reference = patient.transcript, patient.reference
    missing = loss.exons if loss is not None else ()
    result = skip.product
    before = product(transcript, reference, missing) if missing else None
    normal = len(result.protein or "") + result.lost
    coding = sum(exons_of(transcript)[n - 1].coding for n in missing)
    parts = {
        "aim": "skip",
        "product": SpliceProduct(
            missing=missing, skipped=skip.exons,
            variant_exon=holding, hgvs_r=result.hgvs_r, hgvs_p=result.hgvs_p,
            length=len(result.protein or ""), normal_length=normal, lost=result.lost,
            lost_by_variant=coding // 3 if before is not None else 0,
        ),
        "treats": _treats(patient, skip.exons),
        "breakpoints_open": loss is not None and not loss.located,
        "source": rule_source("cut_to_core"),
    }  # fmt: skip
    low, high = min((*missing, *skip.exons)), max((*missing, *skip.exons))
    note = (
        f"{in_words(skip.exons)} {_are(skip.exons)} skipped: exons {low - 1} and {high + 1} join "
        f"in frame, {result.hgvs_p}, {result.lost} residues fewer than normal"
    )
    target = in_words(skip.exons).split(" ", 1)[1]
    return Aim(
        strategy=STRATEGY, effect="exon_skipped", note=note, variant=patient.variant,
        variant_hgvs=patient.variant_hgvs, gene=patient.gene, transcript=transcript,
        reference=reference, parts=parts, editors=patient.editors,
        gone=frozenset((*missing, *skip.exons)), change=patient.change, trans=patient.trans,
        frame=patient.frame, precedents=tuple(of_target(patient.gene, "skip", target)),
        stays=patient.stays,
    )  # fmt: skip


def _treats(patient: Patient, exons: Sequence[int]) -> tuple[str, ...]:
    """Deletions the same skip closes; only for exons side by side."""
    if list(exons) != list(range(exons[0], exons[-1] + 1)):
        return ()
    found = treated_deletions(patient.transcript, patient.reference, exons)
    return tuple(f"{a}-{b}" if a != b else str(a) for a, b in found)
