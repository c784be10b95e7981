"""A titre assay: a short product of a construct that the patient's own genome does not give."""

from __future__ import annotations

from collections.abc import Sequence

from ipse.construct.primers.model import PrimerPair
from ipse.construct.primers.pairs import design
from ipse.construct.primers.rules import Rules, rule_sources, shipped_rules
from ipse.construct.primers.specificity import check
from ipse.construct.primers.template import Template
from ipse.core.errors import InputError
from ipse.core.model import Model
from ipse.core.progress import Progress
from ipse.genome.reference import Reference, SparseReference

CONSTRUCT = "construct"
"""Contig the primers of an assay are placed on."""
_PAIRS = 12
"""Pairs of each window of the construct that are checked against the genome."""


class TitreAssay(Model):
    """Primers for quantitative or digital PCR of a construct.

    Attributes
    ----------
    pair
        Places are those of the construct; its specificity is that on the construct. None if there
        is no pair.
    amplicon
        Sequence of the product.
    reference, whole_genome
        The genome that gives no product.
    tried
        Pairs checked.
    others
        Further pairs that pass, best first.
    reason
        Why there is none; empty otherwise.
    notes
        What the reader should know.
    """

    pair: PrimerPair | None
    amplicon: str
    reference: str
    whole_genome: bool
    tried: int
    others: tuple[PrimerPair, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def titre_assay(
    sequence: str,
    endogenous: Reference,
    *,
    regions: Sequence[tuple[int, int]] | None = None,
    rules: Rules | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> TitreAssay:
    """Design a product of a construct whose primers do not amplify the endogenous gene.

    Parameters
    ----------
    sequence
        The construct, linear, plus strand.
    endogenous
        Where no product may form: the gene's locus with its introns, or a whole genome.
    regions
        Parts of the construct the product may lie in (0-based half-open), best first: a later one
        is used only if no earlier one gives a pair. Default the whole construct.
    rules
        Default those of the table for the products of quantitative PCR.

    Raises
    ------
    InputError
        If the sequence is empty or has letters other than A, C, G, T and N, or a region lies
        outside it.
    """
    text = "".join(sequence.split()).upper().replace("U", "T")
    if not text or set(text) - set("ACGTN"):
        raise InputError(
            "a construct is not a DNA sequence", field="sequence", value=sequence[:60],
            expected="A, C, G, T and N",
        )  # fmt: skip
    parts = [(0, len(text))] if regions is None else list(regions)
    for start, end in parts:
        if not 0 <= start < end <= len(text):
            raise InputError(
                "a region lies outside the construct", field="region", value=(start, end),
                expected=f"0-based half-open within 0-{len(text)}",
            )  # fmt: skip
    rules = rules or shipped_rules().for_titre()
    tried, reason, stray = 0, "", 0
    construct = SparseReference(CONSTRUCT, "", {CONSTRUCT: len(text)}, {CONSTRUCT: [(0, text)]})
    for start, end in parts:
        pairs, why = _pairs(text, start, end, rules)
        reason = reason or why
        if not pairs:
            continue
        tried += len(pairs)
        at_home = check(
            pairs, endogenous, rules, intended=False, threads=threads, progress=progress
        )
        on_construct = check(pairs, construct, rules, threads=1)
        good = [
            pair.model_copy(update={"specificity": own})
            for pair, home, own in zip(pairs, at_home, on_construct, strict=True)
            if not home.unintended and own.specific
        ]
        stray += sum(bool(home.unintended) for home in at_home)
        if good:
            best = good[0]
            product = text[best.forward.start : best.reverse.end]
            return TitreAssay(
                pair=best, amplicon=product, reference=endogenous.name,
                whole_genome=endogenous.whole_genome, tried=tried, others=tuple(good[1:]),
                notes=_notes(endogenous), sources=rule_sources(),
            )  # fmt: skip
    if tried:
        reason = (
            f"none of {tried} pairs is specific: {stray} amplify {endogenous.name}, the others "
            "more than one place of the construct"
        )
    return TitreAssay(
        pair=None, amplicon="", reference=endogenous.name, whole_genome=endogenous.whole_genome,
        tried=tried, reason=reason, notes=_notes(endogenous), sources=rule_sources(),
    )  # fmt: skip


def _pairs(text: str, start: int, end: int, rules: Rules) -> tuple[list[PrimerPair], str]:
    """Pairs all along a part of the construct, best first, and why there are none."""
    found: dict[tuple[str, str], PrimerPair] = {}
    reason = ""
    width = 2 * rules.product_max
    for first in range(start, max(start + 1, end - rules.product_max), rules.product_max):
        last = min(first + width, end)
        template = Template.plain(CONSTRUCT, first, text[first:last])
        made = design(template, None, rules, wanted=_PAIRS)
        reason = reason or made.reason
        for pair in made.pairs:
            found.setdefault((pair.forward.sequence, pair.reverse.sequence), pair)
    return sorted(found.values(), key=lambda pair: pair.penalty), reason


def _notes(endogenous: Reference) -> tuple[str, ...]:
    if endogenous.whole_genome:
        return ()
    return (f"products were looked for on the stretches of {endogenous.name} alone",)
