"""Settle which numbering a traditional name is in, by the bases and residues that are there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ipse.core.errors import InputError
from ipse.core.finding import Severity
from ipse.genome import legacy, suggestions
from ipse.genome.back_translation import ResidueMismatch, check_residues
from ipse.genome.projection import ReferenceMismatch, on_transcript
from ipse.genome.sense import sense_of
from ipse.genome.transcript_choice import Say, approved_symbol

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript
    from ipse.genome.embedded import Genome
    from ipse.genome.hgvs import Hgvs

_NEEDS_GENE = re.compile(r"IVS.*|ex(on)?\s?\d.*", re.IGNORECASE)


class ExonOnly(InputError):
    """A traditional exon number: it names a place, which the message gives, but no change."""


def read_traditional(
    text: str, genome: Genome, gene: str, say: Say
) -> tuple[Hgvs, Transcript] | None:
    """HGVS name and transcript of a traditional name, with a finding that says what was read.

    Parameters
    ----------
    text
        Name with or without its gene.
    gene
        Gene symbol beside the text, ``""`` if none.

    Returns
    -------
    tuple or None
        A c. description, or a p. one whose residue was checked; None if the text is no
        traditional name.

    Raises
    ------
    InputError
        If the gene is missing, nothing agrees with the residue or base stated, two numberings
        agree, or the text names an exon and no change.
    """
    found, rest = legacy.split_gene(text)
    if not found:
        found, rest = _gene_word(text, genome)
    gene = approved_symbol(found, genome) if found else gene
    named = legacy.resolve_legacy(rest, gene)
    if named is not None and (named.gene or gene):
        transcript = genome.annotation.transcripts_of(named.gene or gene)[0]
        if named.evidence:
            return _by_name(text, named, transcript, say)
        return _numbered(text, rest, named, transcript, genome, say)
    if not gene:
        if named is not None or _NEEDS_GENE.fullmatch(rest):
            raise InputError(
                "a traditional name needs its gene", field="variant", value=text,
                expected="the gene before the name, e.g. TTR V30M",
                next_step="add the gene symbol",
            )  # fmt: skip
        return None
    transcript = genome.annotation.transcripts_of(gene)[0]
    intron = legacy.intron_name(rest, gene, transcript)
    if intron is not None:
        return _intron(text, intron, transcript, genome, say)
    exon = legacy.exon_name(rest, gene)
    if exon is not None:
        raise _only_an_exon(text, exon, transcript)
    return None


def by_protein_name(
    hgvs: Hgvs, text: str, transcript: Transcript, say: Say
) -> tuple[Hgvs, Transcript] | None:
    """c. description of a protein change whose DNA change is a matter of record."""  # noqa: D403
    named = legacy.resolve_legacy(replace(hgvs, predicted=False).description, transcript.gene)
    if named is None or not named.evidence:
        return None
    return _by_name(text, named, transcript, say)


def _gene_word(text: str, genome: Genome) -> tuple[str, str]:
    """First word that is a gene of the annotation, and the rest."""
    words = re.split(r"[\s:,]+", text.strip())
    for place, word in enumerate(words):
        if re.fullmatch(r"[A-Za-z][\w-]{1,14}", word) and word.lower() not in ("of", "exon"):
            try:
                symbol = approved_symbol(word, genome)
            except InputError:
                continue
            rest = [other for at, other in enumerate(words) if at != place]
            return symbol, " ".join(w for w in rest if w.lower() not in ("of", "in", "gene"))
    return "", text


def _by_name(
    text: str, named: legacy.Legacy, transcript: Transcript, say: Say
) -> tuple[Hgvs, Transcript]:
    (hgvs,) = named.hgvs
    say(
        Severity.INFO, "legacy-name",
        f"{text!r} is a traditional name: {hgvs.description} on {transcript.id}. {named.note}.",
        "", named.evidence,
    )  # fmt: skip
    return replace(hgvs, accession=transcript.id, gene=transcript.gene), transcript


def _numbered(
    text: str,
    rest: str,
    named: legacy.Legacy,
    transcript: Transcript,
    genome: Genome,
    say: Say,
) -> tuple[Hgvs, Transcript]:
    """A protein change whose numbering is settled by the residue that is there."""
    fitting = []
    for hgvs, offset in zip(named.hgvs, named.offsets, strict=True):
        try:
            check_residues(hgvs, transcript, genome.reference)
        except ResidueMismatch as error:
            failed = error
            continue
        fitting.append((hgvs, offset))
    if not fitting:
        raise ResidueMismatch(
            failed.message, field=failed.field, value=text, expected=failed.expected,
            next_step=suggestions.for_residue(named.hgvs[-1], transcript, genome),
        )  # fmt: skip
    if len(fitting) > 1:
        names = " or ".join(
            f"{hgvs.description} (counting {offset.counts if offset else 'from Met1'})"
            for hgvs, offset in fitting
        )
        raise InputError(
            f"{rest} can be read in two numberings of {transcript.gene}", field="variant",
            value=text, expected=names, next_step="write the p. or c. name in HGVS",
        )  # fmt: skip
    hgvs, offset = fitting[0]
    if offset is not None:
        say(
            Severity.INFO, "legacy-numbering",
            f"{rest} counts {offset.counts}: in HGVS it is {hgvs.description} on "
            f"{transcript.id}.", "", offset.evidence(),
        )  # fmt: skip
    return replace(hgvs, accession="", gene=transcript.gene), transcript


def _intron(
    text: str, named: legacy.Legacy, transcript: Transcript, genome: Genome, say: Say
) -> tuple[Hgvs, Transcript]:
    errors: list[InputError] = []
    for hgvs in named.hgvs:
        try:
            on_transcript(hgvs, transcript, genome.reference)
        except ReferenceMismatch as error:
            hint = suggestions.for_bases(error, transcript, genome)
            errors.append(
                ReferenceMismatch(error.hgvs, error.stated, error.found, error.where, hint)
            )
            continue
        say(
            Severity.INFO, "legacy-intron-name",
            f"{text!r}: {named.note}; in HGVS it is {hgvs.description}.", "", named.evidence,
        )  # fmt: skip
        return hgvs, transcript
    raise errors[0]


def _only_an_exon(text: str, exon: legacy.ExonName, transcript: Transcript) -> InputError:
    sense = sense_of(transcript)
    if not 1 <= exon.ordinal <= len(sense.starts):
        return InputError(
            f"{transcript.id} has {len(sense.starts)} exons", field="exon", value=text,
            expected="an exon of the transcript",
        )  # fmt: skip
    first = sense.position(sense.starts[exon.ordinal - 1])
    last = sense.position(sense.ends[exon.ordinal - 1] - 1)
    kind = "n" if sense.cds is None else "c"
    span = f"{kind}.{first}_{last}"
    why = f" ({exon.note})" if exon.note else ""
    return ExonOnly(
        f"exon {exon.name} of {exon.gene} is exon {exon.ordinal} of {transcript.id}, {span}{why}; "
        "it names no change", field="variant", value=text,
        expected=f"a change in it, e.g. {transcript.id}:{span}del",
        next_step="give the HGVS name of the change",
    )  # fmt: skip
