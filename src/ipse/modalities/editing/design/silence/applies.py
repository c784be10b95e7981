"""Whether silencing one allele can help: how the disease comes about, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from ipse.core.logic import Truth
from ipse.core.tables import shipped
from ipse.modalities.editing.catalogue import PACKAGE
from ipse.modalities.editing.design.disrupt.gene import Gene
from ipse.patient.inheritance import Inheritance, inheritance, is_recessive
from ipse.patient.variants import Variant

Mechanism = Literal["gain", "loss", "not stated"]

_GAIN = ("gain", "dominant negative", "dominant-negative", "toxic")
_LOSS = ("loss of function", "reduced", "deficiency", "absent", "too little", "haploinsufficiency")
"""Words of ``mechanism`` in ``patient/tables/gene_disease.tsv``, read in small letters."""


@dataclass(frozen=True)
class Standing:
    """What the tables and the case say about silencing the allele with a variant.

    Attributes
    ----------
    refused
        Code and reason if it cannot help; empty if it may.
    dominant, gain
        Whether one altered allele is enough for the disease, and whether it harms by what it does.
    row
        Row of the gene and disease table; None if there is none.
    """

    refused: tuple[str, str] | None
    dominant: Truth
    gain: Truth
    row: Inheritance | None


@dataclass(frozen=True)
class Dosage:
    """What is known of people with one working copy: a row of ``tables/dosage.tsv``."""

    enough: bool
    why: str
    source: tuple[str, ...]


@cache
def dosages() -> dict[str, Dosage]:
    """Genes with a statement on one working copy."""
    return {
        row["gene"]: Dosage(row["one_copy"] == "enough", row["why"], row.source)
        for row in shipped(PACKAGE, "dosage")
    }


def mechanism_of(row: Inheritance | None) -> Mechanism:
    """Gain or loss of function, by the words of the table; most rows do not say."""
    text = row.mechanism.casefold() if row is not None else ""
    if any(word in text for word in _GAIN):
        return "gain"
    return "loss" if any(word in text for word in _LOSS) else "not stated"


def standing(variant: Variant, gene: Gene | None) -> Standing:
    """Whether silencing the allele with a variant can help."""
    rows = inheritance(variant.gene, variant.disease.id)
    row = rows[0] if rows else None
    recessive = row.recessive if row is not None else is_recessive(variant.gene, variant.disease.id)
    mechanism = mechanism_of(row)
    dominant = Truth.of(None if recessive is None else not recessive)
    gain = {"gain": Truth.TRUE, "loss": Truth.FALSE, "not stated": Truth.UNKNOWN}[mechanism]
    refused = _refused(variant, gene, recessive, mechanism)
    return Standing(refused, dominant, gain, row)


def _refused(
    variant: Variant, gene: Gene | None, recessive: bool | None, mechanism: Mechanism
) -> tuple[str, str] | None:
    if recessive:
        return "recessive", "the disease is recessive: both alleles fail, silencing does not help"
    if mechanism == "loss":
        return "loss-of-function", "the allele harms by what it lacks: silencing does not help"
    if variant.zygosity in ("homozygous", "hemizygous"):
        return (
            "no-normal-allele",
            f"the variant is {variant.zygosity}: there is no normal allele to spare",
        )
    if gene is None:
        return "not-coding", "no coding transcript to say what a cut does to the allele"
    if mechanism != "gain" and _makes_no_protein(variant, gene):
        return (
            "no-transcript-left",
            "the variant ends the protein early and the transcript is expected to decay: the "
            "allele makes nothing to be silenced",
        )
    return None


def _makes_no_protein(variant: Variant, gene: Gene) -> bool:
    """Whether a nonsense or frameshift variant lies where its transcript is expected to decay."""
    if not {"stop_gained", "frameshift_variant"} & set(variant.consequence):
        return False
    assert variant.start is not None and variant.ref is not None and variant.alt is not None
    transcript = gene.transcript
    assert transcript.cds is not None
    first = variant.start if transcript.strand == "+" else variant.start + len(variant.ref) - 1
    place, offset = transcript.to_transcript(max(first, 0))
    kept = place - transcript.cds[0]
    if offset or not 0 <= kept < gene.coding_length:
        return False
    if "stop_gained" in variant.consequence:
        codon = kept // 3 + 1
        return gene.stop_at(codon, 3 * codon).decay
    return gene.stop_after(kept, (len(variant.ref) - len(variant.alt)) % 3).decay
