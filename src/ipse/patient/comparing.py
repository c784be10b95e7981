"""Compare everything a case states of a variant with where it was placed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference
from ipse.core.finding import Severity
from ipse.genome.legacy import resolve_legacy
from ipse.genome.projection import ReferenceMismatch
from ipse.genome.resolve import Located, locate
from ipse.genome.variant import GenomicVariant
from ipse.patient.model import CaseVariant
from ipse.patient.stated import PROTEIN, Placed, in_words, known_gene, name_of, same_change, texts

if TYPE_CHECKING:
    from ipse.genome.embedded import Genome


def check_names(
    stated: CaseVariant,
    named: list[tuple[str, Located]],
    chosen: GenomicVariant,
    genome: Genome,
    placed: Placed,
) -> None:
    """Compare what else is stated with what was placed."""
    differing = [text for text, located in named if not same_change(located.variant, chosen)]
    told = any(finding.code == "vcf-and-hgvs-disagree" for finding in placed.findings)
    if differing and not told:
        placed.say(
            Severity.SERIOUS, "names-disagree",
            f"Names of {name_of(stated)} mean different variants: {', '.join(differing)} is not "
            f"{chosen}.", "find out which is right and correct the other",
        )  # fmt: skip
    for text in texts(stated, PROTEIN):
        own = placed.effect.hgvs_p if placed.effect else ""
        if own and plain_protein(text) and plain_protein(text) != plain_protein(own):
            placed.say(
                Severity.CAUTION, "protein-name-differs",
                f"{name_of(stated)} is stated as {text}, but its predicted protein change on "
                f"{placed.transcript.id if placed.transcript else 'the transcript'} is {own}.",
                "check transcript version and numbering",
            )  # fmt: skip


def say_unused(
    stated: CaseVariant, errors: list[tuple[str, InputError | NotInReference]], placed: Placed
) -> None:
    """Say of each name that could not be placed why it was not compared."""
    for text, error in errors:
        if isinstance(error, ReferenceMismatch):
            placed.say(
                Severity.SERIOUS, "hgvs-reference-mismatch",
                f"{text} of {name_of(stated)} states a base that is not there: {error.message}.",
                error.next_step or "correct the HGVS name",
            )  # fmt: skip
        elif isinstance(error, NotInReference):
            continue
        else:
            placed.notes.append(f"A name was not compared. {in_words(text, error)}.")


def check_gene(stated: CaseVariant, genome: Genome, placed: Placed) -> None:
    """The stated gene is the one the variant lies in."""
    transcript = placed.transcript
    if transcript is None or not stated.gene or stated.gene == transcript.gene:
        return
    try:
        genes = {item.gene for item in genome.annotation.transcripts_of(stated.gene)}
    except InputError:
        genes = set()
    if transcript.gene not in genes:
        placed.say(
            Severity.SERIOUS, "gene-differs",
            f"The case states the gene {stated.gene}, but the variant lies in {transcript.gene}.",
            "correct geneContext or the variant",
        )  # fmt: skip


def check_label(
    stated: CaseVariant, chosen: GenomicVariant, genome: Genome, placed: Placed
) -> None:
    """A label such as V30M is a traditional name of the variant, or contradicts it."""
    gene = known_gene(stated, genome)
    if not stated.label or gene is None:
        return
    own = plain_protein(placed.effect.hgvs_p) if placed.effect else ""
    named = resolve_legacy(stated.label, gene)
    if named and own and own in {plain_protein(hgvs.description) for hgvs in named.hgvs}:
        placed.legacy = (stated.label,)
        return
    try:
        meant = locate(stated.label, genome, gene).variant
    except (InputError, NotInReference):
        return  # a label may say anything
    if same_change(meant, chosen):
        placed.legacy = (stated.label,)
    else:
        placed.say(
            Severity.SERIOUS, "label-differs",
            f"The label {stated.label} means {meant}, but {name_of(stated)} is {chosen}.",
            "find out which is right and correct the other",
        )  # fmt: skip


def plain_protein(text: str) -> str:
    """A p. name without accession, parentheses and spellings that mean the same; "" if unknown.

    ``p.(Glu386ArgfsTer65)`` and ``p.Glu386fs`` compare equal up to the first residue only where
    one of them gives no more.
    """
    name = text.rpartition(":")[2].strip()
    name = re.sub(r"[()\s]", "", name).replace("*", "Ter")
    name = re.sub(r"(?<=[a-z0-9])X(?=$|\d)", "Ter", name)
    name = re.sub(r"fs(Ter)?(\d+|\?)?$", "fs", name)
    name = re.sub(r"(\d+)[A-Z][a-z]{2}fs$", r"\1fs", name)
    return "" if name in ("p.?", "p.", "p.0?", "") or name.startswith("p.Met1") else name
