"""What ``ipse primers`` is asked for, turned into sites: regions, variants, genes, files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ipse.core.errors import InputError, NotInReference

if TYPE_CHECKING:
    from ipse.construct.primers import Rules, Site
    from ipse.core.proposal import Proposal
    from ipse.genome.embedded import Genome
    from ipse.genome.reference import Reference
    from ipse.plan.model import Plan

_REGION = re.compile(r"(?P<contig>[^\s:]+):(?P<start>[0-9,]{1,14})(?:-(?P<end>[0-9,]{1,14}))?")
_EXPECTED = "a region such as chr2:210591880-210591900, or a variant such as NM_001875.5:c.1003C>T"


@dataclass(frozen=True)
class Asked:
    """One target as it was typed: its name (or none), text and gene."""

    name: str
    text: str
    gene: str | None


@dataclass(frozen=True)
class Edit:
    """An editing proposal of a plan."""

    plan: Plan
    proposal: Proposal

    @classmethod
    def of(cls, folder: Path | None, which: str | None) -> Edit | None:
        """Proposal by id or rank; None without a plan.

        Raises
        ------
        InputError
            If there is no such plan or proposal, or it is no edit.
        """
        if folder is None:
            if which is not None:
                raise InputError(
                    "a proposal is named, and no plan", field="--proposal", value=which,
                    expected="--plan FOLDER", next_step="give the plan with --plan",
                )  # fmt: skip
            return None
        from ipse.plan.explain import find
        from ipse.plan.write import read_plan

        plan = read_plan(folder)
        proposal = find(plan, which or "1")
        if proposal.modality != "editing":
            raise InputError(
                "this proposal is no edit", field="--proposal", value=which or "1",
                expected="a proposal of the modality editing",
                next_step=f"ipse explain {folder} {which or '1'}",
            )  # fmt: skip
        return cls(plan, proposal)

    @property
    def genome(self) -> str:
        """Genome the plan was made on."""
        return str(self.plan.provenance.options["genome"])

    def sites(self, reference: Reference) -> list[Site]:
        """Target and off-target sites, as the plan tells them."""
        from ipse.modalities.editing import EditingModality
        from ipse.modalities.editing.model import EditDesign
        from ipse.modalities.editing.proof import off_target_sites, target_site

        design = EditDesign.model_validate(self.proposal.design)
        family = EditingModality().by_strategy[design.strategy]
        variant = next((v for v in self.plan.variants if v.id == design.variant), None)
        target = target_site(self.proposal, design, family, variant, reference)
        return [target, *off_target_sites(self.proposal, 10**6)]

    def notes(self) -> list[str]:
        """What the plan has and this is not."""
        found = self.proposal.off_targets
        if found is None or not found.omitted:
            return []
        return [
            f"{found.omitted} further off-target rows are in off-targets.tsv of the plan, not here"
        ]


def sites_of(
    texts: list[str], file: Path | None, gene: str | None, genome: Genome, rules: Rules
) -> tuple[list[Site], list[tuple[str, str]], list[str]]:
    """Sites of everything asked for, under names of their own.

    Returns
    -------
    sites, absent, notes
        Sites; name and reason of every target the reference holds no sequence for; what was said
        of variants on the way.

    Raises
    ------
    InputError
        If nothing is asked for, or a target is not understood.
    """
    asked = [Asked("", text, gene) for text in texts]
    asked += read_targets(file, gene) if file is not None else []
    sites: list[Site] = []
    absent: list[tuple[str, str]] = []
    notes: list[str] = []
    if not asked and gene is not None:
        sites = _exons(gene, genome, rules)
    elif not asked:
        raise InputError(
            "no target was given", field="TARGET", expected=f"{_EXPECTED}, --gene or --targets",
            next_step="ipse primers --help",
        )  # fmt: skip
    for item in asked:
        try:
            site, said = _site(item, genome)
        except NotInReference as error:
            absent.append((item.name or item.text, f"{error.message}; {error.next_step}"))
            continue
        sites.append(site)
        notes += [f"{site.name}: {text}" for text in said]
    return _named_apart(sites), absent, notes


def _site(item: Asked, genome: Genome) -> tuple[Site, list[str]]:
    from ipse.construct.primers import Site

    region = _region(item.text, genome)
    if region is not None:
        contig, start, end = region
        place = f"{start + 1}" if end - start == 1 else f"{start + 1}-{end}"
        return Site(item.name or f"{contig}_{place}", contig, start, end), []
    return _variant(item, genome)


def _region(text: str, genome: Genome) -> tuple[str, int, int] | None:
    """Contig, start and end (0-based half-open) of a region; None if the text is none."""
    found = _REGION.fullmatch(text.strip())
    if found is None:
        return None
    contig = genome.reference.resolve(found["contig"])
    start = int(found["start"].replace(",", "") or 0)
    end = int((found["end"] or found["start"]).replace(",", "") or 0)
    length = genome.reference.length(contig)
    if not 1 <= start <= end <= length:
        raise InputError(
            "a region lies outside its contig or ends before it starts", field="TARGET",
            value=text, expected=f"positions from 1 to {length} of {contig}, the smaller first",
        )  # fmt: skip
    return contig, start - 1, end


def _variant(item: Asked, genome: Genome) -> tuple[Site, list[str]]:
    """Site of a variant: the allele that carries it first, then the reference's."""
    from ipse.construct.primers import REFERENCE, Allele, Site
    from ipse.genome.resolve import locate

    located = locate(item.text, genome, item.gene)
    variant = located.variant
    gene = located.transcript.gene if located.transcript is not None else variant.contig
    name = item.name or f"{gene} {located.hgvs_c or variant}"
    alleles = (Allele("with the variant", (variant,)), REFERENCE)
    said = [finding.message for finding in located.findings if finding.severity.rank >= 1]
    return Site(name, variant.contig, variant.start, variant.end, alleles), said


def _exons(gene: str, genome: Genome, rules: Rules) -> list[Site]:
    """Coding part of every exon of a gene's first transcript, cut where it exceeds a product."""
    from ipse.construct.primers import Site
    from ipse.genome.transcript_choice import approved_symbol

    transcript = genome.annotation.transcripts_of(approved_symbol(gene, genome))[0]
    extent = transcript.coding_extent
    if extent is None:
        raise InputError(
            f"{transcript.id} codes for no protein", field="--gene", value=gene,
            expected="a coding gene", next_step="give a region instead",
        )  # fmt: skip
    room = rules.product_max - 2 * (rules.margin_min + rules.length_max)
    if room < 1:
        raise InputError(
            "no product of this size shows an exon", field="--amplicon", value=rules.product_max,
            expected=f"more than {rules.product_max - room} bp",
        )  # fmt: skip
    sites = []
    for number, (first, last) in enumerate(transcript.exons, start=1):
        start, end = max(first, extent[0]), min(last, extent[1])
        if start >= end:
            continue
        pieces = -(-(end - start) // room)
        for piece in range(pieces):
            name = f"{transcript.gene}_exon{number}" + (f".{piece + 1}" if pieces > 1 else "")
            begin = start + piece * (end - start) // pieces
            stop = start + (piece + 1) * (end - start) // pieces
            sites.append(Site(name, transcript.contig, begin, stop))
    return sites


def _named_apart(sites: list[Site]) -> list[Site]:
    """Give a second site of the same name a number, so that oligonucleotides differ in name."""
    from ipse.construct.primers.amplicons import plain_name

    used: set[str] = set()
    answer = []
    for site in sites:
        name, k = site.name, 1
        while plain_name(name) in used:
            k += 1
            name = f"{site.name}_{k}"
        used.add(plain_name(name))
        answer.append(replace(site, name=name))
    return answer


def read_targets(path: Path, gene: str | None) -> list[Asked]:
    """Targets of a file: VCF, BED (contig, start, end[, name]) or TSV with a column ``target``.

    A TSV may have columns ``name`` and ``gene`` too; every ALT of a VCF is a target. Empty lines
    and lines that begin with ``#``, ``track`` or ``browser`` are skipped.

    Raises
    ------
    InputError
        If the file cannot be read, has no target, or a row is neither form.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "a file of targets cannot be read", file=path, value=str(error), expected="a text file"
        ) from None
    rows = [
        (number, line.split("\t"))
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith(("#", "track ", "browser "))
    ]
    if lines and lines[0].startswith("##fileformat=VCF"):
        asked = [one for number, cells in rows for one in _from_vcf(path, number, cells, gene)]
    elif rows and "target" in rows[0][1]:
        asked = list(_from_table(path, rows, gene))
    else:
        asked = [_from_bed(path, number, cells, gene) for number, cells in rows]
    if not asked:
        raise InputError("a file of targets has none", file=path, expected="a target a line")
    return asked


def _from_table(path: Path, rows: list[tuple[int, list[str]]], gene: str | None) -> Iterator[Asked]:
    header = rows[0][1]
    for number, cells in rows[1:]:
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        if not row.get("target"):
            raise InputError(
                "a row has no target", file=path, field=f"line {number}, target",
                expected=_EXPECTED,
            )  # fmt: skip
        yield Asked(row.get("name", ""), row["target"], row.get("gene") or gene)


def _from_vcf(path: Path, number: int, cells: list[str], gene: str | None) -> Iterator[Asked]:
    if len(cells) < 5 or not re.fullmatch(r"[ACGTNacgtn]+", cells[3]):
        raise InputError(
            "a line is no VCF record", file=path, field=f"line {number}", value="\t".join(cells),
            expected="contig, position, ID, REF and ALT, apart by tabs",
        )  # fmt: skip
    for alt in cells[4].split(","):
        if not re.fullmatch(r"[ACGTNacgtn]+", alt):
            raise InputError(
                "an allele of a VCF record is not bases", file=path, field=f"line {number}, ALT",
                value=alt, expected="A, C, G and T",
                next_step="give the place of a structural variant as a region",
            )  # fmt: skip
        name = "" if cells[2] in (".", "") else cells[2]
        yield Asked(name, f"{cells[0]}-{cells[1]}-{cells[3]}-{alt}", gene)


def _from_bed(path: Path, number: int, cells: list[str], gene: str | None) -> Asked:
    place = cells[1:3]
    if len(cells) < 3 or not all(re.fullmatch(r"[0-9]{1,12}", cell) for cell in place):
        raise InputError(
            "a line is not BED, and the file has no header with a column target", file=path,
            field=f"line {number}", value="\t".join(cells),
            expected="contig, start and end, apart by tabs (0-based half-open)",
        )  # fmt: skip
    start, end = map(int, place)
    if start >= end:
        raise InputError(
            "a BED line ends before it starts", file=path, field=f"line {number}",
            value="\t".join(cells), expected="start smaller than end",
        )  # fmt: skip
    return Asked(cells[3].strip() if len(cells) > 3 else "", f"{cells[0]}:{start + 1}-{end}", gene)
