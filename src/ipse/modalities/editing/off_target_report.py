"""Off-target sites in words: findings, and the section's sentence, figure and table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from ipse.core.finding import Finding, Severity
from ipse.core.off_targets import OffTargets, OffTargetSite
from ipse.core.sections import Block, Cell, Dot, DotFigure, Table, Text
from ipse.core.sequence import matches
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.editing.off_targets import LIMITS, NEAR, ROLE_WORDS, TSV
from ipse.modalities.editing.risk import KINDS, risk_evidence

ADD_GENOME = "ipse genome add hg38 hg38.fa.gz, then plan again with --genome hg38"
LOCI_ONLY = "off-targets-in-loci-only"
"""Finding of every guide searched in less than a genome."""
NOT_SEARCHED = "off-targets-not-searched"
"""Finding of every guide of a batch that leaves the search to a later plan."""
EXAMINE = "Sequence these places in edited cells of the patient."
NAMED = 3
"""Places and genes named in a sentence; tables and files have the rest."""

_CHANGE_WORDS = {
    "gained": "gained: absent from the reference",
    "stronger": "fits the patient better",
    "weaker": "fits the patient less",
    "lost": "lost: in the reference alone",
}


def findings(told: OffTargets, rows: pl.DataFrame) -> Iterator[Finding]:
    """What speaks against a guide by the places it fits.

    Parameters
    ----------
    told
        Result of the search.
    rows
        All its rows, classified.
    """
    off = rows.filter(pl.col("role") == "off_target")
    if not told.whole_genome:
        yield _loci_only(told)
    perfect = off.filter((pl.col("edits") == 0) & (pl.col("change") != "lost"))
    if perfect.height:
        yield Finding(
            severity=Severity.SERIOUS,
            code="second-perfect-match",
            message=(
                f"The guide fits {_count(perfect.height, 'other place')} without a mismatch, a "
                f"paralogue or repeat of the target: {_named(perfect)}."
            ),
            resolves="Choose a guide outside the repeated sequence, or edit and examine both.",
        )
    yield from _patients_own(off)
    yield from _breaks(off)
    if told.whole_genome:
        yield _by_result(told)


def not_searched() -> Finding:
    """That nobody looked."""
    return Finding(
        severity=Severity.SERIOUS,
        code=NOT_SEARCHED,
        message="Off-target sites were not searched.",
        resolves="Search them: --off-targets, or ipse offtargets.",
    )


def partner_findings(role: str, told: OffTargets, rows: pl.DataFrame) -> Iterator[Finding]:
    """The same of a further guide of a design; what was searched is said once, of the first."""
    for item in findings(told, rows):
        if item.code != LOCI_ONLY:
            yield item.model_copy(update={"message": f"Of the {role}: {item.message}"})


def _loci_only(told: OffTargets) -> Finding:
    found = _count(told.total, "place") if told.total else "none"
    was = "were" if told.total > 1 else "was"
    return Finding(
        severity=Severity.SERIOUS,
        code=LOCI_ONLY,
        message=(
            f"Off-target sites were searched in {_loci(told)} alone, not in a genome: {found} "
            f"beside the target {was} found there."
        ),
        resolves=ADD_GENOME,
    )


def _patients_own(off: pl.DataFrame) -> Iterator[Finding]:
    gains = off.filter(pl.col("change").is_in(["gained", "stronger"]))
    losses = off.filter(pl.col("change").is_in(["lost", "weaker"]))
    if gains.height:
        coding = gains.filter(pl.col("region") == "cds")
        severe = coding.height or gains["edits"].min() == 0
        message = (
            f"{_count(gains.height, 'sequence')} of the patient's own "
            f"{'fits' if gains.height == 1 else 'fit'} the guide where the reference does not, or "
            f"better: {_named(gains)}."
        )
        if coding.height:
            message += f" In coding sequence: {_named(coding)}."
        yield Finding(
            severity=Severity.SERIOUS if severe else Severity.CAUTION,
            code="patient-specific-off-target",
            message=message,
            resolves=EXAMINE,
        )
    if losses.height:
        yield Finding(
            severity=Severity.INFO,
            code="off-target-not-in-patient",
            message=(
                f"At {_count(losses.height, 'place')} of the reference the patient's sequence fits "
                f"the guide less or not: {_named(losses)}."
            ),
        )


def _breaks(off: pl.DataFrame) -> Iterator[Finding]:
    """Places close to the guide in exons of genes of the risk list."""
    near = off.filter(
        (pl.col("risk") < len(KINDS)) & (pl.col("edits") <= NEAR) & (pl.col("change") != "lost")
    ).sort("risk", "edits", maintain_order=True)
    if not near.height:
        return
    cancer = near.filter((pl.col("risk") < KINDS.index("essential")) & (pl.col("region") == "cds"))
    listed = "; ".join(
        f"{row['breaks']} ({row['contig']}:{row['start'] + 1}-{row['end']}, "
        f"{_count(row['edits'], 'edit')})"
        for row in near.head(NAMED).iter_rows(named=True)
    )
    more = f"; {near.height - NAMED} more" if near.height > NAMED else ""
    yield Finding(
        severity=Severity.SERIOUS if cancer.height else Severity.CAUTION,
        code="off-target-in-risk-gene",
        message=f"Within {NEAR} edits of the guide lie {listed}{more}.",
        resolves=EXAMINE,
        evidence=risk_evidence(),
    )


def _by_result(told: OffTargets) -> Finding:
    if not told.total:
        return Finding(
            severity=Severity.INFO,
            code="no-off-target-found",
            message=f"No place beside the target was found in {_genome(told)} ({_limits()}).",
            resolves="A search finds what is alike, not what is cut: test the guide in cells.",
        )
    coding = f"; {told.coding} in coding sequence" if told.coding else ""
    return Finding(
        severity=Severity.CAUTION,
        code="off-targets-found",
        message=(
            f"{_count(told.total, 'place')} beside the target in {_genome(told)} ({_limits()}): "
            f"{_by_edits(told)}{coding}."
        ),
        resolves="Measure which of them are edited, in cells.",
    )


def blocks(design: EditDesign, told: OffTargets, rows: pl.DataFrame) -> list[Block]:
    """What a section shows of the search: sentence, figure and table; see :func:`findings`."""
    shown: list[Block] = [Text(text=_summary(design, told))]
    if told.total or told.sites:
        shown += [_figure(told, rows), _table(told)]
    return shown


def _summary(design: EditDesign, told: OffTargets) -> str:
    parts = [f"Off-target sites with PAM {told.pam} in {_genome(told)}: {_limits()}."]
    parts.append(_at_target(told))
    if told.total:
        parts.append(f"Beside the target: {_count(told.total, 'place')}, {_by_edits(told)}.")
    else:
        parts.append("No place beside the target was found.")
    if told.changes:
        changes = ", ".join(f"{number} {change}" for change, number in told.changes.items())
        parts.append(f"Against the reference the patient's own sequences are {changes}.")
    if told.genes:
        ordered = sorted(told.genes.items(), key=lambda item: (-item[1], item[0]))
        genes = ", ".join(f"{gene} ({number})" for gene, number in ordered[:12])
        more = f" and {len(ordered) - 12} more" if len(ordered) > 12 else ""
        coding = f"; {told.coding} in coding sequence" if told.coding else ""
        parts.append(f"Genes: {genes}{more}{coding}.")
    if told.specificity_cfd is not None:
        parts.append(
            f"Specificity {told.specificity_cfd:.3g} (CFD) and {told.specificity_mit:.3g} (MIT) "
            f"of 100, {told.specificity_guidescan:.3g} of 1 (GuideScan), over the {told.scored} "
            "places without a bulge."
        )
    others = sorted({row.pam_pattern for row in design.alternatives} - {told.pam})
    if others:
        parts.append(
            f"Editors below with another PAM ({', '.join(others)}) were not searched with it."
        )
    return " ".join(parts)


def _at_target(told: OffTargets) -> str:
    """How the guide fits its own place."""
    edits = {site.role: site.edits for site in reversed(told.on_target)}
    if "normal_allele" in edits:
        differs = _count(edits["normal_allele"], "edit")
        words = f"On the allele without the variant the guide differs by {differs}"
        return words + (", on the patient's not." if "target" in edits else ".")
    if "target" in edits:
        return "The guide fits its own place exactly."
    return "The reference has no such site at the guide's own place: the variant makes it."


def _figure(told: OffTargets, rows: pl.DataFrame) -> DotFigure:
    """Every row, those of equal edits, CFD (to two decimals) and kind as one dot."""
    drawn: Counter[tuple[int, float | None, str]] = Counter()
    for edits, cfd, role, change in rows.select("edits", "cfd", "role", "change").iter_rows():
        looks = "on_target" if role != "off_target" else _looks(change)
        drawn[edits, None if cfd is None else round(cfd, 2), looks] += 1
    ordered = sorted(drawn.items(), key=lambda item: (item[0][0], item[0][1] or 0.0, item[0][2]))
    score = (
        " and CFD, the cutting expected at a site against a perfect match (1)."
        if rows["cfd"].count()
        else ". No CFD applies to this guide and PAM."
    )
    return DotFigure(
        caption=f"Sites by edits (mismatches and bulge bases){score}",
        alt=(
            f"{_count(told.total, 'off-target place')}: {_by_edits(told) or 'none'}. {_best(rows)}"
        ).strip(),
        x_label="edits",
        y_label="CFD",
        categories=tuple(told.counts),
        no_value="no CFD",
        dots=tuple(
            Dot.model_validate({"column": edits, "value": value, "role": role, "number": number})
            for (edits, value, role), number in ordered
        ),
    )


def _looks(change: str) -> str:
    return change if change in _CHANGE_WORDS else "off_target"


def _best(rows: pl.DataFrame) -> str:
    """The place beside the target with the highest CFD, over all rows."""
    scored = rows.filter((pl.col("role") == "off_target") & pl.col("cfd").is_not_null())
    if not scored.height:
        return ""
    best = scored.sort("cfd", descending=True, maintain_order=True).row(0, named=True)
    place = f"{best['contig']}:{best['start'] + 1:,}-{best['end']:,} {best['strand']}"
    return f"The highest CFD is {best['cfd']:.2g} at {place}."


def _table(told: OffTargets) -> Table:
    shown = (*told.on_target, *told.sites)
    scored = any(site.cfd is not None for site in shown)
    columns = ["What", "Place (1-based)", "Target", "Edits", *(["CFD"] if scored else []), "Gene"]
    risky = any(site.breaks for site in told.sites)
    if risky:
        columns.append("Would break")
    if told.patient:
        columns += ["Haplotypes", "Variants"]
    rest = f" {told.omitted} more rows are in {TSV}." if told.omitted else ""
    first = "what only the patient has or lacks first, " if told.patient else ""
    return Table(
        caption=(
            f"The guide's own place and the worst others, {first}exact ones, then those of up to "
            f"{NEAR} edits, each by what they would break, edits and CFD. Lower case: "
            f"mismatch; in brackets: extra base (DNA bulge); -: missing base (RNA bulge).{rest}"
        ),
        columns=tuple(columns),
        rows=tuple(_row(site, told, scored=scored, risky=risky) for site in shown),
        mono=(1, 2),
    )


def _row(site: OffTargetSite, told: OffTargets, *, scored: bool, risky: bool) -> tuple[Cell, ...]:
    what = ROLE_WORDS[site.role]
    if site.role == "off_target" and site.change in _CHANGE_WORDS:
        what = _CHANGE_WORDS[site.change]
    gene = f"{site.gene} ({site.region})" if site.gene else site.region
    row: list[Cell] = [what, place_of(site), marked(site), site.edits]
    if scored:
        row.append(None if site.cfd is None else float(f"{site.cfd:.3g}"))
    breaks = (site.breaks if site.role == "off_target" else "",) if risky else ()
    return (*row, gene, *breaks, *((site.haplotypes, site.variants) if told.patient else ()))


def marked(site: OffTargetSite) -> str:
    """Target with mismatches in lower case and extra bases in brackets."""
    columns = zip(site.guide_aligned, site.target_aligned, strict=True)
    return "".join(
        f"[{base}]"
        if letter == "-"
        else base
        if base == "-" or matches(letter, base)
        else base.lower()
        for letter, base in columns
    )


def place_of(site: OffTargetSite) -> str:
    """A place as a browser takes it: 1-based, both ends included, and the strand."""
    return f"{site.contig}:{site.start + 1:,}-{site.end:,} {site.strand}"


def _named(rows: pl.DataFrame) -> str:
    """The first few places of rows in words."""
    words = []
    for row in rows.head(NAMED).iter_rows(named=True):
        gene = f", {row['gene']}" if row["gene"] else ""
        own = f", by {row['variants']}" if row["variants"] else ""
        place = f"{row['contig']}:{row['start'] + 1}-{row['end']}"
        words.append(f"{place} ({_count(row['edits'], 'edit')}{gene}{own})")
    more = rows.height - len(words)
    return "; ".join(words) + (f"; {more} more" if more else "")


def _by_edits(told: OffTargets) -> str:
    return ", ".join(
        f"{number} with {_count(int(edits), 'edit')}" for edits, number in told.counts.items()
        if number
    )  # fmt: skip


def _limits() -> str:
    bulges = [name for name, most in (("DNA", LIMITS.dna), ("RNA", LIMITS.rna)) if most]
    words = f"up to {LIMITS.mismatches} mismatches"
    return f"{words} and one {' or '.join(bulges)} bulge" if bulges else f"{words}, no bulge"


def _genome(told: OffTargets) -> str:
    own = "both haplotypes of the patient over " if told.patient else ""
    if told.whole_genome:
        return f"{own}the genome {told.reference}"
    return f"{own}{_loci(told)}"


def _loci(told: OffTargets) -> str:
    loci = "the one locus" if told.loci == 1 else f"the {told.loci} loci"
    size = f"{told.bases / 1e6:.3g} Mb" if told.bases >= 1e5 else f"{told.bases / 1e3:.3g} kb"
    return f"{loci} at hand ({size})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
