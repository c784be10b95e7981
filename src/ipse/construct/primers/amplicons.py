"""Sequences of a product on every allele it may come from, before and after an edit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ipse.construct.primers.model import Amplicon, PrimerPair, ProofAmplicon
from ipse.construct.primers.template import apply
from ipse.core.errors import InputError
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant


@dataclass(frozen=True)
class Allele:
    """A form of a site, as its differences from the reference.

    Attributes
    ----------
    name
        ``reference``, ``with the variant``, ``corrected``, ``corrected with A5>G``...
    variants
        Differences from the reference; none for the reference itself.
    after
        Whether it exists after the edit only.
    """

    name: str
    variants: tuple[GenomicVariant, ...] = ()
    after: bool = False


REFERENCE = Allele("reference")


def plain_name(text: str) -> str:
    """A name of letters, digits, ``_``, ``-`` and ``.`` only, as FASTA and order forms take it."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", text.replace(">", "to")).strip("_") or "site"


def amplicons(
    pair: PrimerPair, alleles: Iterable[Allele], reference: Reference
) -> tuple[Amplicon, ...]:
    """Product of a pair on each allele, in the order given; empty where it does not form."""
    start, end = pair.forward.start, pair.reverse.end
    answer = []
    for allele in alleles:
        try:
            text = apply(reference, pair.forward.contig, start, end, allele.variants).sequence
        except InputError as error:
            answer.append(
                Amplicon(
                    allele=allele.name, after=allele.after, sequence="",
                    note=f"no product: {error.message} ({error.value})",
                )
            )  # fmt: skip
            continue
        answer.append(Amplicon(allele=allele.name, after=allele.after, sequence=text))
    return tuple(answer)


def fasta(items: Iterable[ProofAmplicon]) -> str:
    """Expected products as FASTA; the header says site, allele, place (1-based) and size."""
    lines = []
    for item in items:
        if item.pair is None:
            continue
        place = f"{item.contig}:{item.pair.forward.start + 1}-{item.pair.reverse.end}"
        for one in item.amplicons:
            if one.sequence:
                state = "after" if one.after else "before"
                lines.append(
                    f">{plain_name(item.name)}|{plain_name(one.allele)} {state} {place} "
                    f"{len(one.sequence)} bp"
                )
                lines.append(one.sequence)
    return "".join(f"{line}\n" for line in lines)
