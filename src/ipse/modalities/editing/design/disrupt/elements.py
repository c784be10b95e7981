"""Published guides of elements outside coding exons, found again in the sequence at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ipse.core.errors import NotInReference
from ipse.core.evidence import Level
from ipse.core.sequence import matches, reverse_complement
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.catalogue import Nuclease
from ipse.modalities.editing.design.disrupt.designs import NUCLEASE_ORDER
from ipse.modalities.editing.design.disrupt.model import Disruption
from ipse.modalities.editing.design.disrupt.targets import Chosen, PublishedGuide
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.model import Alternative, EditDesign, Outcome, Target

REACH = 2_000
"""Bases on either side of the gene in which a published site is looked for: promoters lie there.
No number of biology: a site is accepted by its whole spacer and PAM alone."""

NOTE = "alleles closed with insertions and deletions, which are not predicted"
ORDER = "published guides of the element, in the order of the table; then place"


@dataclass(frozen=True)
class ElementSite:
    """A published guide at its place: protospacer start and cut, 0-based on the plus strand."""

    guide: PublishedGuide
    nuclease: Nuclease
    transcript: Transcript
    strand: str
    start: int
    pam: str
    cut: int


def element_sites(
    reference: Reference,
    transcripts: Sequence[Transcript],
    guides: Sequence[PublishedGuide],
    nucleases: Sequence[Nuclease],
) -> list[ElementSite]:
    """Every place of every published nuclease guide in and around genes.

    Parameters
    ----------
    transcripts
        One for each gene.

    Raises
    ------
    NotInReference
        If a gene with :data:`REACH` on either side is not held.
    """
    known = {item.name: item for item in nucleases}
    found = []
    for transcript in transcripts:
        start, end = max(0, transcript.start - REACH), transcript.end + REACH
        end = min(end, reference.length(transcript.contig))
        if not reference.has(transcript.contig, start, end):
            raise NotInReference(transcript.contig, start, end, reference.name)
        letters = reference.fetch(transcript.contig, start, end)
        for guide in guides:
            tool = known.get(guide.editor)
            if tool is not None and guide.approach == "cut":
                found += list(_places(guide, tool, transcript, start, letters))
    return found


def _places(
    guide: PublishedGuide, tool: Nuclease, transcript: Transcript, begin: int, letters: str
) -> Iterator[ElementSite]:
    length, width = len(guide.spacer), len(tool.pam)
    for strand, text in (("+", letters), ("-", reverse_complement(letters))):
        at = text.find(guide.spacer)
        while at >= 0:
            if tool.pam_side == "3prime":
                pam = text[at + length : at + length + width]
                cut = at + length + tool.cut_offset
            else:
                pam = text[max(0, at - width) : at]
                cut = at - tool.cut_offset
            if matches(tool.pam, pam):
                start = at if strand == "+" else len(text) - at - length
                cut = cut if strand == "+" else len(text) - cut
                yield ElementSite(guide, tool, transcript, strand, begin + start, pam, begin + cut)
            at = text.find(guide.spacer, at + 1)


def element_design(site: ElementSite, chosen: Chosen, place: int, of: int) -> EditDesign:
    """The design of a published site."""
    guide, tool, target = site.guide, site.nuclease, chosen.target
    end = site.start + len(guide.spacer)
    pam_left = (site.strand == "+") == (tool.pam_side == "5prime")
    width = len(site.pam)
    pam = (site.start - width, site.start) if pam_left else (end, end + width)
    named = guide.level is not Level.RULE
    return EditDesign(
        variant="",
        variant_hgvs="",
        strategy="disrupt-cut",
        action="cuts",
        gene=site.transcript.gene,
        transcript=site.transcript.id,
        editor=tool.name,
        editor_kind="nuclease",
        spacer=guide.spacer,
        pam=site.pam,
        strand="+" if site.strand == "+" else "-",
        contig=site.transcript.contig,
        protospacer_start=site.start,
        protospacer_end=end,
        pam_start=pam[0],
        pam_end=pam[1],
        pam_side=tool.pam_side,
        allele_start=site.start - site.cut,
        target=Target(
            position=None, genomic_position=site.cut, ref="", alt="", base_before="",
            base_after="", label=f"cut in the {target.element} of {site.transcript.gene}",
        ),
        intended="knocked_out",
        intended_note=f"the published site of {guide.name} is cut: {target.aim}",
        alternatives=(
            Alternative(
                editor=tool.name, kind="nuclease", pam=site.pam, pam_pattern=tool.pam, edit="cut",
                worst_outcome="knocked_out", size_bp=tool.size_bp, source=tool.source,
                precedent=guide.level if named else Level.ANALOGY, precedent_spacer=named,
            ),
        ),
        alternatives_order=NUCLEASE_ORDER,
        outcomes=(Outcome(hgvs_c="", hgvs_p="", bystander_ids=(), effect="knocked_out"),),
        outcomes_note=NOTE,
        disruption=Disruption(
            target=target.key, element=target.element, aim=target.aim, cells=target.cells,
            basis=chosen.basis, why=chosen.why, approach="published-site", cut=site.cut,
            place=place, of=of, order=ORDER, published=(guide.name,),
        ),
        five_prime_g=five_prime_g(guide.spacer),
        gc_percent=gc_percent(guide.spacer),
    )  # fmt: skip
