"""Which transcript a text means, and which may stand in for one that is not at hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from ipse.core.errors import InputError
from ipse.core.evidence import Evidence
from ipse.core.finding import Severity
from ipse.genome import legacy
from ipse.genome.hgvs import Hgvs

if TYPE_CHECKING:
    from ipse.genome.annotation import Transcript
    from ipse.genome.embedded import Genome
    from ipse.genome.variant import GenomicVariant


class Say(Protocol):
    """Takes a finding."""

    def __call__(
        self,
        severity: Severity,
        code: str,
        message: str,
        resolves: str = "",
        evidence: tuple[Evidence, ...] = (),
    ) -> None:
        """Take it."""


def approved_symbol(gene: str, genome: Genome) -> str:
    """Symbol of a gene however it is called: symbol, HGNC id, previous symbol, protein name.

    Raises
    ------
    InputError
        With near matches, if no such gene is known.
    """
    for name in dict.fromkeys((gene, gene.upper())):
        try:
            return genome.annotation.transcripts_of(name)[0].gene
        except InputError as error:
            unknown = error
    known, rest = legacy.split_gene(gene)
    if known and not rest and known != gene:
        return approved_symbol(known, genome)
    raise unknown


def canonical(gene: str, genome: Genome, say: Say) -> Transcript:
    """First transcript of a gene, with the finding that it was chosen."""
    transcript = genome.annotation.transcripts_of(gene)[0]
    say(
        Severity.INFO, "transcript-chosen",
        f"The text names the gene {gene} only; {transcript.id} is used.",
        "give the transcript the variant was described on",
    )  # fmt: skip
    return transcript


def transcript_of(hgvs: Hgvs, genome: Genome, gene: str, say: Say) -> Transcript:
    """Transcript a c., n. or p. description means; a finding if another one stands in.

    Parameters
    ----------
    hgvs
        Description with an accession or a gene.
    gene
        Gene the user named beside the text, ``""`` if none.

    Raises
    ------
    InputError
        For an unknown gene or transcript, naming those that are here.
    """
    gene = hgvs.gene or gene
    if not hgvs.accession:
        return canonical(approved_symbol(gene, genome), genome, say)
    if hgvs.kind == "p" or hgvs.accession.startswith("LRG_"):
        found = _by_tag_or_protein(hgvs, genome, gene, say)
        if found is not None:
            return found
    try:
        return genome.annotation.transcript(hgvs.accession)
    except InputError as error:
        return _stand_in(hgvs.accession, genome, gene, error, say)


def touching(variant: GenomicVariant, genome: Genome, gene: str) -> list[Transcript]:
    """Transcripts at a variant: the asked gene's first, coding and canonical before others."""
    annotation = genome.annotation
    end = max(variant.end, variant.start + 1)
    here = annotation.overlapping(variant.contig, variant.start, end)
    ids = {t.id for t in here}
    genes = dict.fromkeys(t.gene for t in here)
    found = [t for one in genes for t in annotation.transcripts_of(one) if t.id in ids]
    return sorted(found, key=lambda t: (t.gene != gene, t.cds is None))


def _stand_in(accession: str, genome: Genome, gene: str, error: InputError, say: Say) -> Transcript:
    annotation = genome.annotation
    same = annotation.same_cds(accession)
    if same is not None:
        transcript, reason = same
        say(
            Severity.INFO, "transcript-version-substituted",
            f"{accession} is not in the annotation; {transcript.id} stands in. {reason}",
            f"install an annotation that has {accession}",
        )  # fmt: skip
        return transcript
    present = annotation.versions(accession)
    if present and "." not in accession:
        say(
            Severity.CAUTION, "transcript-version-missing",
            f"{accession} is given without a version; {present[0].id} is used.",
            "give the version the variant was described on",
        )  # fmt: skip
        return present[0]
    if present or not gene:
        raise error
    others = [t.id for t in annotation.transcripts_of(approved_symbol(gene, genome))]
    raise InputError(
        error.message, field=error.field, value=error.value,
        expected=f"a transcript of {gene} that is here: {', '.join(others)}",
        next_step="give the name on one of these, or install an annotation that has it",
    ) from None  # fmt: skip


def _by_tag_or_protein(hgvs: Hgvs, genome: Genome, gene: str, say: Say) -> Transcript | None:
    """Transcript by LRG name (a tag) or by protein accession, among the gene's."""
    annotation, accession = genome.annotation, hgvs.accession
    if accession.startswith(("NM_", "ENST")):
        return None
    tag = re.sub(r"p(\d+)$", r"t\1", accession)
    if gene:
        genes = [approved_symbol(gene, genome)]
    elif genome.reference.whole_genome:
        raise InputError(
            f"{accession} names no gene", field="HGVS text", value=str(hgvs),
            expected="the gene in parentheses behind the accession",
            next_step=f"write {accession}(GENE):…, or give the c. name",
        )  # fmt: skip
    else:
        genes = annotation.genes()
    here = [t for one in genes for t in annotation.transcripts_of(one)]
    for transcript in here:
        if tag in transcript.tags or transcript.protein_id == accession:
            return transcript
    for transcript in here:
        own = transcript.protein_id.partition(".")[0]
        if own and own == accession.partition(".")[0]:
            say(
                Severity.CAUTION, "protein-version-substituted",
                f"{accession} is not in the annotation; {transcript.protein_id} "
                f"({transcript.id}) is used.", "check that the residues agree",
            )  # fmt: skip
            return transcript
    return canonical(genes[0], genome, say) if gene else None
