"""Off-target sites of designs: all guides of one PAM searched at once, then told guide by guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import polars as pl

from ipse.core.finding import Finding
from ipse.core.off_targets import OffTargets, OffTargetSite
from ipse.core.proposal import Proposal
from ipse.core.tables import shipped
from ipse.genome.reference import Reference
from ipse.genome.sites import Limits, Pam, SiteIndex, search
from ipse.genome.sites.patient import search_patient
from ipse.genome.sites.patient_haplotypes import Haplotypes
from ipse.genome.sites.place import built_index
from ipse.genome.sites.regions import annotate
from ipse.genome.sites.scores import LENGTH
from ipse.genome.sites.specificity import crispor, guidescan
from ipse.modalities.editing.model import EditDesign, Partner
from ipse.modalities.editing.risk import with_risk
from ipse.modalities.protocol import Context

LIMITS = Limits(mismatches=4, dna=1, rna=1)
"""Limits of a plan; ``ipse offtargets`` searches others."""

SHOWN = 16
"""Rows of a proposal in ``plan.json`` and in its section; ``off-targets.tsv`` has all."""
GAINS, LOSSES = 8, 4
"""Of these rows, at most so many for what the patient has more and less than the reference, unless
there is room."""

NEAR = 3
"""Edits up to which a site is told before all that differ more, whatever those would break: a
choice of presentation. In the GUIDE-seq sites published with CHANGE-seq two thirds of the
reads beside the target lie at no more than three mismatches."""

ROLE_WORDS = {
    "target": "on-target",
    "normal_allele": "on-target (without the variant)",
    "neighbouring_pam": "on-target (neighbouring PAM)",
    "off_target": "off-target",
}

Key = tuple[str, str, str]
"""PAM pattern, its side, spacer."""

_MEMORY, _HAPLOTYPES = "editing.off-targets", "editing.haplotypes"
_SIDES = {"3prime": 3, "5prime": 5}
_PLACE = ["contig", "strand", "_junction"]
_WORST = {"gained": 0, "stronger": 0, "lost": 1, "weaker": 1}


def key_of(design: EditDesign) -> Key:
    """What a design's guide is searched with: the PAM of the editor shown."""
    return design.alternatives[0].pam_pattern, design.pam_side, design.spacer


def guides_of(design: EditDesign) -> list[EditDesign]:
    """The design once for each guide it needs, with that guide in the guide's place."""
    return [design, *(_with(design, item) for item in design.partners)]


def _with(design: EditDesign, partner: Partner) -> EditDesign:
    best = design.alternatives[0].model_copy(
        update={"editor": partner.editor, "pam": partner.pam, "pam_pattern": partner.pam_pattern}
    )
    return design.model_copy(
        update={
            "editor": partner.editor,
            "spacer": partner.spacer,
            "pam": partner.pam,
            "pam_side": partner.pam_side,
            "strand": partner.strand,
            "contig": partner.contig,
            "protospacer_start": partner.start,
            "protospacer_end": partner.end,
            "pam_start": partner.pam_start,
            "pam_end": partner.pam_end,
            "alternatives": (best,),
            "partners": (),
        }
    )


def sites_of(
    designs: Iterable[EditDesign], context: Context
) -> tuple[dict[Key, pl.DataFrame], tuple[Finding, ...]]:
    """Search the guides of designs, each once in a plan.

    Returns
    -------
    sites, findings
        Rows of ``docs/offtargets.md`` with ``gene`` and ``region``, by guide; and what was left
        out of the patient's calls.
    """
    known: dict[Key, pl.DataFrame] = context.memory.setdefault(_MEMORY, {})
    groups: dict[tuple[str, str], list[str]] = {}
    guides = (guide for design in designs for guide in guides_of(design))
    for pam, side, spacer in dict.fromkeys(map(key_of, guides)):
        if (pam, side, spacer) not in known:
            groups.setdefault((pam, side), []).append(spacer)
    if groups and context.patient_genome is not None and _HAPLOTYPES not in context.memory:
        context.progress.task("laying out the patient's haplotypes")
        context.memory[_HAPLOTYPES] = Haplotypes.build(context.patient_genome)
    for (pam, side), spacers in groups.items():
        table = _search(spacers, pam_of(pam, side), context)
        parts = table.partition_by("guide", as_dict=True)
        for spacer in spacers:
            known[pam, side, spacer] = parts.get((spacer,), table.clear())
    laid: Haplotypes | None = context.memory.get(_HAPLOTYPES)
    return known, laid.considered.findings() if laid is not None else ()


def pam_of(pattern: str, side: str) -> Pam:
    """The PAM of an editor; scores apply to patterns that the table lists as SpCas9's own.

    An engineered SpCas9 with another pattern has other preferences than those the scores hold.
    """
    pam = Pam.parse(pattern, _SIDES[side])
    listed = shipped("ipse.genome", "pams").by_key
    return replace(pam, scored=pam.scored and pattern in listed)


def _search(spacers: Sequence[str], pam: Pam, context: Context) -> pl.DataFrame:
    """Rows in the patient's own genome if it is at hand, else in the reference."""
    reference = context.reference
    index: SiteIndex | None = built_index(reference, pam)
    if context.patient_genome is not None:
        table = search_patient(
            spacers, context.patient_genome, pam, LIMITS, index=index, spacer_only=True,
            haplotypes=context.memory[_HAPLOTYPES], progress=context.progress,
        ).table  # fmt: skip
    else:
        table = search(
            spacers, index or reference, pam, LIMITS, spacer_only=True, progress=context.progress
        )
    if context.annotation.genes():
        return with_risk(annotate(table, context.annotation))
    return with_risk(table.with_columns(gene=pl.lit(""), region=pl.lit("")))


def classified(design: EditDesign, table: pl.DataFrame) -> pl.DataFrame:
    """Rows of a guide with ``edits``, ``role`` and the place of their PAM (``_junction``)."""
    side = design.pam_side

    def junction(start: pl.Expr, end: pl.Expr, size: pl.Expr) -> pl.Expr:
        pam_left = (pl.col("strand") == "+") == (side == "5prime")
        return pl.when(pam_left).then(start + size).otherwise(end - size)

    pam_left = (design.strand == "+") == (side == "5prime")
    own = design.pam_end if pam_left else design.pam_start
    covered = design.protospacer_end - design.protospacer_start + design.pam_end - design.pam_start
    # under an insertion or deletion, reference positions are as far off as it is long
    slack = abs(covered - len(design.spacer) - len(design.pam))
    rows = table.with_columns(
        edits=pl.col("mismatches") + pl.col("bulge_size"),
        _junction=junction(pl.col("start"), pl.col("end"), pl.col("pam").str.len_chars()),
    )
    off = (pl.col("_junction") - own).abs()
    here = (pl.col("contig") == design.contig) & (pl.col("strand") == design.strand)
    near = max(LIMITS.dna, LIMITS.rna, slack)
    return rows.with_columns(
        role=pl.when(here & (off <= slack) & (pl.col("edits") == 0))
        .then(pl.lit("target"))
        .when(here & (off == 0))
        .then(pl.lit("normal_allele"))
        .when(here & (off <= near))
        .then(pl.lit("neighbouring_pam"))
        .otherwise(pl.lit("off_target"))
    )


def told(design: EditDesign, rows: pl.DataFrame, context: Context) -> OffTargets:
    """What a proposal says of its off-target sites; ``rows`` are :func:`classified`.

    Counts, genes and specificities are over places (a PAM position on a strand), each with its
    fewest edits and its highest score; the patient's places if the patient was searched.
    """
    pattern, side, spacer = key_of(design)
    off = rows.filter(pl.col("role") == "off_target")
    places = _places(off)
    most = LIMITS.mismatches + max(LIMITS.dna, LIMITS.rna)
    tally = dict(places["edits"].value_counts().iter_rows())
    genes = places.select(pl.col("gene").str.split(",").explode().alias("gene"))
    by_gene = genes.filter(pl.col("gene") != "")["gene"].value_counts().sort("gene")
    changes = off.filter(~pl.col("change").is_in(["", "same"]))["change"].value_counts()
    whole = context.reference.whole_genome
    scored = pam_of(pattern, side).scored and len(spacer) == LENGTH and whole
    cfd, mit = float(places["cfd"].sum()), float(places["mit"].sum())
    worst = _worst(off)
    loci, bases = extent(context.reference)
    return OffTargets(
        reference=context.reference.name,
        whole_genome=whole,
        loci=loci,
        bases=bases,
        pam=pattern,
        pam_side=design.pam_side,
        mismatches=LIMITS.mismatches,
        dna_bulges=LIMITS.dna,
        rna_bulges=LIMITS.rna,
        patient=context.patient_genome is not None,
        counts={str(edits): tally.get(edits, 0) for edits in range(most + 1)},
        total=places.height,
        changes=dict(sorted(changes.iter_rows())),
        scored=places["cfd"].count(),
        specificity_cfd=crispor(100 * cfd) if scored else None,
        specificity_mit=crispor(mit) if scored else None,
        specificity_guidescan=guidescan(cfd) if scored else None,
        genes=dict(by_gene.iter_rows()),
        coding=places.filter(pl.col("region") == "cds").height,
        on_target=tuple(_sites(rows.filter(pl.col("role") != "off_target"))),
        sites=tuple(_sites(worst)),
        omitted=off.height - worst.height,
    )


def extent(reference: Reference) -> tuple[int, int]:
    """Stretches of a reference, and their bases; a whole genome is told by its contigs."""
    names = reference.contigs()
    if reference.whole_genome:
        return len(names), sum(map(reference.length, names))
    held = [span for name in names for span in reference.held(name)]
    return len(held), sum(end - start for start, end in held)


def _places(off: pl.DataFrame) -> pl.DataFrame:
    """Places whoever was searched has, each once; ``off`` is in order of edits."""
    return (
        off.filter((pl.col("change") == "") | (pl.col("haplotypes") != "ref"))
        .group_by(_PLACE, maintain_order=True)
        .agg(
            pl.col("edits").min(), pl.col("cfd").max(), pl.col("mit").max(),
            pl.col("gene").first(), pl.col("region").first(),
        )
    )  # fmt: skip


def _worst(off: pl.DataFrame) -> pl.DataFrame:
    """Rows shown: patient-specific gains, then losses, then the others; each group in order.

    The order: what fits exactly, what differs by up to ``NEAR`` edits, the rest; within these by
    what a site would break, then by fewest edits and highest CFD.
    """
    band = pl.when(pl.col("edits") == 0).then(0).when(pl.col("edits") <= NEAR).then(1).otherwise(2)
    ordered = off.with_columns(
        _rank=pl.col("change").replace_strict(_WORST, default=2, return_dtype=pl.Int64),
        _band=band,
    ).sort(
        "_rank", "_band", "risk", "edits", "cfd", "bulge_size",
        descending=[False, False, False, False, True, False], nulls_last=True, maintain_order=True,
    )  # fmt: skip
    gains, losses, rest = (ordered.filter(pl.col("_rank") == rank) for rank in range(3))
    kept = [min(gains.height, GAINS), min(losses.height, LOSSES)]
    kept.append(min(rest.height, SHOWN - sum(kept)))
    for place, group in enumerate((gains, losses)):  # room that others do not need
        kept[place] += min(group.height - kept[place], SHOWN - sum(kept))
    return pl.concat([group.head(k) for group, k in zip((gains, losses, rest), kept, strict=True)])


def _sites(rows: pl.DataFrame) -> Iterator[OffTargetSite]:
    for row in rows.select(list(OffTargetSite.model_fields)).iter_rows(named=True):
        yield OffTargetSite(**row)


TSV = "off-targets.tsv"
TSV_COLUMNS = (
    "proposal", "rank", "editor", "pam_pattern", "role", "guide", "contig", "start_0based",
    "end_0based", "strand", "pam", "guide_aligned", "target_aligned", "edits", "mismatches",
    "bulge", "bulge_size", "seed_mismatches", "cfd", "mit", "gene", "region", "breaks",
    "haplotypes", "variants", "change",
)  # fmt: skip


def tsv_rows(
    designs: Sequence[tuple[Proposal, EditDesign]], context: Context
) -> Iterator[tuple[object, ...]]:
    """Every row of every proposal, its own place included."""
    known, _ = sites_of((design for _, design in designs), context)
    for proposal, design in designs:
        for guide in guides_of(design):
            head = (proposal.id, proposal.rank, guide.editor, key_of(guide)[0])
            rows = classified(guide, known[key_of(guide)]).select(
                pl.col("role").replace_strict(ROLE_WORDS),
                *[name.removesuffix("_0based") for name in TSV_COLUMNS[5:]],
            )
            for row in rows.iter_rows():
                yield *head, *(f"{cell:.6g}" if isinstance(cell, float) else cell for cell in row)
