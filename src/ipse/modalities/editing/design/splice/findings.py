"""What speaks for and against a design of re-splicing."""

from __future__ import annotations

from collections.abc import Iterator

from ipse.core.evidence import Evidence, Level
from ipse.core.finding import Finding, Severity
from ipse.modalities.editing.catalogue import note
from ipse.modalities.editing.design.splice.checks import parts_of, published
from ipse.modalities.editing.design.splice.frames import in_words
from ipse.modalities.editing.design.splice.model import NearbySite, SpliceParts
from ipse.modalities.editing.findings import spacer_findings
from ipse.modalities.editing.model import HARMFUL, EditDesign

RNA = "Sequence the transcript of edited cells (RT-PCR over the exons on either side)."


def design_findings(design: EditDesign) -> Iterator[Finding]:
    """Findings that follow from the design alone."""
    parts = parts_of(design)
    yield from _precedents(design)
    yield from _sites(design, parts)
    if parts.aim == "skip":
        yield from _skip(design, parts)
    elif parts.aim == "cryptic":
        yield from _cryptic(parts)
    else:
        yield from _include(design, parts)
    if design.windows is not None:
        yield from _bystanders(design)
        kind = "cytosine" if design.target.base_before == "C" else "adenine"
        yield note(f"guide-independent-{kind}")
    else:
        yield from _cuts(design, parts)
    yield from spacer_findings(design)


def _precedents(design: EditDesign) -> Iterator[Finding]:
    for row in published(design):
        same = row.very_edit(parts_of(design).way, design.editor, design.spacer)
        yield Finding(
            severity=Severity.INFO,
            code="precedent" if same else "precedent-by-analogy",
            message=f"Published of the same target ({row.editor or 'other editor'}): {row.outcome}",
            evidence=tuple(
                Evidence(
                    source=source, reason=row.outcome, level=row.level if same else Level.ANALOGY
                )
                for source in row.source
            ),
        )


def _offsets(sites: tuple[NearbySite, ...]) -> str:
    return ", ".join(f"{site.offset:+d} ({site.score:.1f} bit)" for site in sites)


def _sites(design: EditDesign, parts: SpliceParts) -> Iterator[Finding]:
    if parts.makes:
        yield Finding(
            severity=Severity.SERIOUS,
            code="new-splice-site",
            message=(
                f"The edit itself makes or strengthens a {_kind(parts)} nearby, at "
                f"{_offsets(parts.makes)} from the one it destroys: the cell may use it instead."
            ),
            resolves=f"{RNA} Or choose another spacer.",
        )
    if parts.rivals:
        yield Finding(
            severity=Severity.CAUTION,
            code="other-splice-site-nearby",
            message=(
                f"Another {_kind(parts)} that scores like known ones lies nearby, at "
                f"{_offsets(parts.rivals)}: the cell may use it instead."
            ),
            resolves=RNA,
        )
    if parts.leaves_gc:
        yield Finding(
            severity=Severity.CAUTION,
            code="gc-donor-left",
            message="GT becomes GC, a pair that a part of all donors have: it may go on working.",
            resolves=RNA,
        )


def _kind(parts: SpliceParts) -> str:
    return parts.site.kind if parts.site is not None else "site"


def _skip(design: EditDesign, parts: SpliceParts) -> Iterator[Finding]:
    product = parts.product
    yield Finding(
        severity=Severity.CAUTION,
        code="shortened-protein",
        message=(
            f"The protein lacks {product.lost} of {product.normal_length} residues "
            f"({product.hgvs_p}"
            + (
                f"; {product.lost_by_variant} of them are in exons the patient lacks anyway)"
                if product.missing
                else ")"
            )
            + ": it is not the normal one."
        ),
        resolves="Test the shortened protein in the patient's cells.",
    )
    if parts.way != "delete_between_cuts":
        yield Finding(
            severity=Severity.CAUTION,
            code="skipping-not-certain",
            message=(
                "Without its site an exon is often skipped, but the cell may also use another "
                "site or keep intron: the transcript is a prediction."
            ),
            resolves=RNA,
        )
    if parts.breakpoints_open:
        yield Finding(
            severity=Severity.CAUTION,
            code="breakpoints-not-known",
            message=(
                f"The deletion of {in_words(product.missing)} is known by its exons only: whether "
                "its ends, or bases put in there, touch the guides is not known."
            ),
            resolves="Sequence the breakpoints, and state the deletion by them (c. or VCF).",
        )


def _cryptic(parts: SpliceParts) -> Iterator[Finding]:
    cryptic = parts.cryptic
    assert cryptic is not None
    how = "makes" if cryptic.created else "strengthens"
    yield Finding(
        severity=Severity.INFO,
        code="cryptic-site",
        message=(
            f"On the weight matrix the variant {how} a {cryptic.kind} "
            f"({cryptic.after:.1f} bit): {cryptic.effect}. A matrix ranks sites; it does not tell "
            "what a cell splices."
        ),
        resolves=RNA,
    )
    if parts.other_end:
        yield Finding(
            severity=Severity.SERIOUS,
            code="pseudoexon-end-predicted",
            message=(
                f"The guide is aimed at the {_kind(parts)} that scores best as the other end of a "
                "pseudo-exon: that it is the other end is a prediction."
            ),
            resolves=RNA,
        )
    if parts.product.hgvs_p != "p.=":
        yield Finding(
            severity=Severity.SERIOUS,
            code="protein-not-normal",
            message=f"The protein that is then made is not the normal one: {parts.product.hgvs_p}.",
            resolves="Test the function of this protein, or correct the variant itself.",
        )


def _include(design: EditDesign, parts: SpliceParts) -> Iterator[Finding]:
    sources = tuple(
        Evidence(source=source, reason="differences between SMN1 and SMN2")
        for source in parts.source
    )
    yield Finding(
        severity=Severity.CAUTION,
        code="smn2-sequence-derived",
        message=f"The guide is made on SMN2 {parts.derived}.",
        resolves="Sequence exon 7 and its introns in the patient's SMN2 copies.",
        evidence=sources,
    )
    cut = design.action == "cuts"
    more = (
        " Cuts in several copies can also join them, with the loss of what lies between, or turn "
        "one into the other."
        if cut
        else ""
    )
    yield Finding(
        severity=Severity.SERIOUS if cut else Severity.CAUTION,
        code="smn-copies",
        message=(
            "SMN1 and SMN2 are nearly the same: the guide fits every copy of SMN2, and any copy of "
            f"SMN1 that is left, there with at most one mismatch.{more}"
        ),
        resolves="State copy_number:SMN1 and copy_number:SMN2, and count edited copies of each.",
        evidence=sources,
    )


def _bystanders(design: EditDesign) -> Iterator[Finding]:
    harm = [item for item in design.bystanders if item.effect in HARMFUL]
    for inside, severity in ((True, Severity.SERIOUS), (False, Severity.CAUTION)):
        found = [item for item in harm if item.in_target_window is inside]
        if found:
            names = ", ".join(f"{item.id} ({item.hgvs_p or item.hgvs_c})" for item in found)
            yield Finding(
                severity=severity,
                code="bystander-in-target-window" if inside else "bystander-in-outer-window",
                message=(
                    f"Editable beside the target in the {'target' if inside else 'bystander'} "
                    f"window, in what stays of the transcript: {names}."
                ),
                resolves="Sequence the target in edited cells and count the alleles.",
            )


def _cuts(design: EditDesign, parts: SpliceParts) -> Iterator[Finding]:
    yield note("cut-by-products")
    yield note("cut-p53")
    if parts.way == "cut_site":
        yield Finding(
            severity=Severity.CAUTION,
            code="cut-outcomes-mixed",
            message=(
                "A cut is closed in many ways: some leave the site working"
                + (
                    ", some shift the frame of an exon that is still used."
                    if parts.aim == "skip"
                    else "."
                )
            ),
            resolves=f"Sequence the target. {RNA}",
        )
    if parts.deleted is not None:
        start, end = parts.deleted
        yield Finding(
            severity=Severity.CAUTION,
            code="two-cuts",
            message=(
                f"Both cuts must be made, and the ends joined, for {end - start} bp to go; a cell "
                "may close each cut by itself, or turn the piece round. Any of "
                f"{parts.guides_left} guides on the left and {parts.guides_right} on the right "
                "make such a pair."
            ),
            resolves="Amplify across both cuts, and count deletions, inversions and single cuts.",
        )
