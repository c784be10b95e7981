"""``ipse offtargets``: every site of guides within limits."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from ipse.core.progress import Progress
    from ipse.genome.reference import Reference
    from ipse.genome.sites import Pam, SiteIndex
    from ipse.genome.sites.patient import PatientSites
    from ipse.genome.sites.population_table import PopulationSites

    Found = pl.DataFrame | PatientSites | PopulationSites

SHOWN = 20
"""Rows of the terminal's table; a file has all."""


class Form(StrEnum):
    """File forms of a table of sites."""

    TSV = "tsv"
    PARQUET = "parquet"
    BED = "bed"
    VCF = "vcf"


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="offtargets")(offtargets)


def offtargets(
    guides: Annotated[
        list[str] | None,
        typer.Argument(metavar="GUIDE...", help="Spacers of 17 to 25 nt, without the PAM."),
    ] = None,
    guide_file: Annotated[
        Path | None,
        typer.Option("--guides", help="File with a guide a line.", show_default=False),
    ] = None,
    genome: Annotated[
        str, typer.Option("--genome", "-g", help="Installed genome, or a FASTA file.")
    ] = "embedded",
    reference: Annotated[
        Path | None,
        typer.Option(help="A bare FASTA file instead of a genome.", show_default=False),
    ] = None,
    pam: Annotated[
        str, typer.Option(help="IUPAC pattern; several of one side joined by +.")
    ] = "NGG",
    pam_side: Annotated[
        int | None,
        typer.Option(help="3 or 5.", show_default="that of the pattern, else 3"),
    ] = None,
    mismatches: Annotated[int, typer.Option("--mismatches", "-m", help="Most, 0-8.")] = 4,
    dna_bulge: Annotated[int, typer.Option(help="Most extra target bases, 0-2.")] = 0,
    rna_bulge: Annotated[int, typer.Option(help="Most unpaired guide bases, 0-2.")] = 0,
    mixed_bulges: Annotated[
        bool, typer.Option("--mixed-bulges", help="Both kinds in one alignment.")
    ] = False,
    all_alignments: Annotated[
        bool, typer.Option("--all-alignments", help="Every alignment of a site, not the best.")
    ] = False,
    spacer_only: Annotated[
        bool, typer.Option("--spacer-only", help="No guide has its PAM on it, though it may look.")
    ] = False,
    index: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the site index.", show_default="the genome's own, if it was built"
        ),
    ] = None,
    build_index: Annotated[
        bool,
        typer.Option(
            "--build-index", help="Build the site index first, unless it is there and whole."
        ),
    ] = False,
    vcf: Annotated[
        Path | None,
        typer.Option(help="Calls of the person or cohort to search.", show_default=False),
    ] = None,
    sample: Annotated[
        str | None, typer.Option(help="The person's name in the file.", show_default=False)
    ] = None,
    population: Annotated[
        bool, typer.Option("--population", help="Every haplotype anyone of the file carries.")
    ] = False,
    groups: Annotated[
        Path | None,
        typer.Option(help="TSV of sample and group, for frequencies.", show_default=False),
    ] = None,
    carriers: Annotated[
        Path | None,
        typer.Option(help="TSV to write: who differs from the reference.", show_default=False),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Dask scheduler to search on: tcp://HOST:PORT.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write.", show_default=False)
    ] = None,
    form: Annotated[
        Form | None,
        typer.Option("--format", "-f", help="Form of the file.", show_default="its ending, or tsv"),
    ] = None,
    summary_out: Annotated[
        Path | None,
        typer.Option("--summary", help="TSV with counts and specificities.", show_default=False),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads.", show_default="processors")
    ] = None,
) -> None:
    """Find every site of guides within limits, and say how specific they are.

    Example: ipse offtargets CTAACAGTTGCTTTTATCAC --genome hg38 -m 4 --dna-bulge 1 --rna-bulge 1

    With --vcf, on both haplotypes of one person, or with --population on everyone's.
    """
    import polars as pl

    from ipse.cli import offtargets_people as people
    from ipse.core.files import write_text
    from ipse.core.progress import progress_bar
    from ipse.genome.registry import open_genome
    from ipse.genome.sites import Limits, Pam, search
    from ipse.genome.sites.distributed import Request
    from ipse.genome.sites.regions import annotate
    from ipse.genome.sites.specificity import summary

    people.check_options(vcf, sample, population, groups, carriers, scheduler, all_alignments)
    chosen = Pam.parse(pam, pam_side)
    limits = Limits(mismatches, dna_bulge, rna_bulge, mixed_bulges)
    sequences = _guides(guides, guide_file, chosen, spacer_only, may_lack=build_index)
    if reference is not None:
        people.check_file(reference, "--reference", "a FASTA file")
    opened = open_genome(str(reference) if reference else genome)
    with progress_bar() as progress:
        used = _index(opened.reference, chosen, index, anew=build_index)
        if build_index and used is None:
            used = _build(opened.reference, chosen, index, progress)
        if not sequences:
            return
        found: Found
        if all_alignments:
            found = search(
                sequences, used if used is not None else opened.reference, chosen, limits,
                all_alignments=True, spacer_only=True, threads=threads, progress=progress,
            )  # fmt: skip
        else:
            request = Request(
                tuple(sequences), str(reference) if reference else genome, str(chosen),
                chosen.side, limits, str(used.folder) if used is not None else None,
                str(vcf) if vcf else None, sample, population,
                groups=people.groups_of(groups, vcf),
            )  # fmt: skip
            found = people.find(request, opened.reference, used, scheduler, threads, progress)
        sites = people.table_of(found)
        if opened.annotation.genes():
            sites = annotate(sites, opened.annotation)
    if out is not None:
        _write(sites, out, form or _form_of(out), opened.reference)
    else:
        _print_sites(sites)
    people.report(found, carriers)
    if not all_alignments and not population:
        # What a person has lost is no site of theirs.
        per_guide = summary(sites.filter(pl.col("change") != "lost"), sequences)
        _print_summary(per_guide)
        if summary_out is not None:
            write_text(summary_out, per_guide.write_csv(separator="\t"))
    for finding in opened.reference.findings():
        typer.echo(f"{finding.severity.value}: {finding.message}", err=True)


def _guides(
    given: list[str] | None, file: Path | None, pam: Pam, spacer_only: bool, *, may_lack: bool
) -> list[str]:
    """Sequences of all guides; says which letters are wildcards."""
    from ipse.core.errors import InputError
    from ipse.genome.sites import parse_guides
    from ipse.genome.sites.guides import pam_like_end

    texts = [*(given or []), *(_read_guides(file) if file else [])]
    if not texts:
        if may_lack:
            return []
        raise InputError(
            "no guide was given", field="GUIDE", expected="a guide, or --guides FILE",
            next_step="ipse offtargets --help",
        )  # fmt: skip
    parsed = parse_guides(texts, pam, spacer_only=spacer_only)
    for guide in parsed:
        end = None if spacer_only else pam_like_end(guide.sequence, pam)
        if end is not None:
            typer.echo(
                f"{guide.sequence}: is searched as a spacer of {len(guide.sequence)} nt; it "
                f"{'ends' if pam.side == 3 else 'begins'} with {end} like a PAM, which is to be "
                "left out if it is one", err=True,
            )  # fmt: skip
        if guide.wildcards:
            typer.echo(
                f"{guide.sequence}: {', '.join(sorted(set(guide.wildcards)))} are searched as "
                "wildcards", err=True,
            )  # fmt: skip
    return [guide.sequence for guide in parsed]


def _read_guides(path: Path) -> list[str]:
    """Guides of a file: the first word of each line; empty lines and # comments are skipped."""
    from ipse.core.errors import InputError

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "a guide file cannot be read", file=path, value=str(error), expected="a text file"
        ) from None
    guides = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    if not guides:
        raise InputError("a guide file has no guide", file=path, expected="a guide a line")
    return guides


def _index(reference: Reference, pam: Pam, folder: Path | None, *, anew: bool) -> SiteIndex | None:
    """The index to search by: the one given, or the genome's own if it has been built.

    With ``anew`` one that cannot be used is none, so that it is built again.
    """
    from ipse.core.errors import InputError
    from ipse.genome.sites import SiteIndex
    from ipse.genome.sites.place import built_index

    try:
        if folder is None:
            return built_index(reference, pam)
        found = SiteIndex.open(folder, reference)
    except InputError:
        if anew:
            return None
        raise
    return found if found.pam.contains(pam) or not anew else None


def _build(reference: Reference, pam: Pam, folder: Path | None, progress: Progress) -> SiteIndex:
    """Build the index where it was asked for, or where the genome's own lies."""
    from ipse.genome.sites import SiteIndex
    from ipse.genome.sites.place import index_folder

    folder = folder or index_folder(reference, pam)
    built = SiteIndex.build(reference, folder, pam, progress=progress)
    typer.echo(f"{folder}: {len(built)} sites", err=True)
    return built


def _write(sites: pl.DataFrame, path: Path, form: Form, reference: Reference) -> None:
    from ipse import __version__
    from ipse.genome.sites.write import write_sites

    lengths = [(name, reference.length(name)) for name in reference.contigs()]
    write_sites(sites, path, form.value, lengths, f"Ipse {__version__}")
    typer.echo(f"{path}: {_sites(sites.height)}")


def _sites(number: int) -> str:
    return "1 site" if number == 1 else f"{number} sites"


def _form_of(path: Path) -> Form:
    ending = path.suffix.removeprefix(".").lower()
    return Form(ending) if ending in {form.value for form in Form} else Form.TSV


def _print_sites(sites: pl.DataFrame) -> None:
    """A table that fits 80 columns: place over gene, guide over target."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, emoji=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=False)
    table.add_column("place (1-based), gene", no_wrap=True, overflow="fold")
    table.add_column("guide over target", no_wrap=True)
    table.add_column("edits", justify="right")
    table.add_column("CFD", justify="right")
    for row in sites.head(SHOWN).iter_rows(named=True):
        place = f"{row['contig']}:{row['start'] + 1:,}-{row['end']:,} {row['strand']}"
        whose = f"{row['change']} ({row['haplotypes']})" if row["change"] else ""
        words = " ".join(filter(None, (row.get("gene"), row.get("region"), whose, row["variants"])))
        table.add_row(
            Text(f"{place}\n{words}".rstrip()),
            Text(f"{row['guide_aligned']}\n{_marked(row['guide_aligned'], row['target_aligned'])}"),
            str(row["mismatches"] + row["bulge_size"]),
            "" if row["cfd"] is None else f"{row['cfd']:.3g}",
        )
    console.print(table)
    if sites.height:
        console.print("Lower case in the target: a mismatch. -: a bulge.")
    if sites.height > SHOWN:
        console.print(f"{_sites(sites.height - SHOWN)} more; write them with --out FILE")


def _marked(guide: str, target: str) -> str:
    """Target with its mismatches in lower case."""
    from ipse.core.sequence import matches

    return "".join(
        base.lower() if letter != "-" and base != "-" and not matches(letter, base) else base
        for letter, base in zip(guide, target, strict=True)
    )


def _print_summary(per_guide: pl.DataFrame) -> None:
    for row in per_guide.iter_rows(named=True):
        counts = ", ".join(
            f"{count} with {name.removeprefix('edits_')}"
            for name, count in row.items()
            if name.startswith("edits_") and count
        )
        line = f"{row['guide']}: {_sites(row['sites'])} by edits: {counts or 'none'}"
        if row["specificity_cfd"] is not None:
            line += (
                f"; specificity {row['specificity_cfd']:.3g} (CFD), "
                f"{row['specificity_mit']:.3g} (MIT), "
                f"{row['specificity_guidescan']:.3g} (GuideScan), "
                f"over {_sites(row['scored'])} without a bulge"
            )
        typer.echo(line)
