"""``ipse guides``: every guide of a region, gene or exon, with its predicted efficiency."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from ipse.core.progress import Progress
    from ipse.genome.embedded import Genome
    from ipse.genome.sites import Pam
    from ipse.genome.transcript import Transcript

SHOWN = 20
"""Rows of the terminal's table; a file has all."""
USUAL_LENGTH = 20
"""Spacer length where the PAM's nuclease is not known [nt], that of SpCas9."""


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="guides")(guides)


def guides(
    region: Annotated[
        str | None,
        typer.Option(help="CONTIG:FIRST-LAST, 1-based; or a contig.", show_default=False),
    ] = None,
    gene: Annotated[
        str | None, typer.Option(help="A gene instead of a region.", show_default=False)
    ] = None,
    exon: Annotated[
        int | None,
        typer.Option(help="One exon of its first transcript.", show_default="the whole gene"),
    ] = None,
    flank: Annotated[
        int, typer.Option(min=0, help="Bases to add on both sides of a gene or exon.")
    ] = 0,
    genome: Annotated[
        str, typer.Option("--genome", "-g", help="Installed genome, or a FASTA file.")
    ] = "embedded",
    pam: Annotated[
        str, typer.Option(help="IUPAC pattern; several of one side joined by +.")
    ] = "NGG",
    pam_side: Annotated[
        int | None,
        typer.Option(help="3 or 5.", show_default="that of the pattern, else 3"),
    ] = None,
    length: Annotated[
        int | None,
        typer.Option(
            min=17,
            max=25,
            help="Spacer length, in nt.",
            show_default="that of the nuclease, else 20",
        ),
    ] = None,
    scorer: Annotated[str, typer.Option(help="Score of efficiency: ipse, or rule-set-3.")] = "ipse",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="TSV to write.", show_default=False)
    ] = None,
) -> None:
    """Find every guide of a region, gene or exon, and predict how active each is.

    Example: ipse guides --gene TTR --exon 2 --pam NGG -o guides.tsv

    A guide counts if its protospacer and its PAM lie wholly within. The prediction is weak: see the
    interval beside it, and docs/efficiency.md.
    """
    from ipse.core.progress import progress_bar
    from ipse.genome.efficiency import open_scorer
    from ipse.genome.region import held
    from ipse.genome.registry import open_genome
    from ipse.genome.sites import Pam

    chosen = Pam.parse(pam, pam_side)
    score = open_scorer(scorer)
    opened = open_genome(genome)
    contig, start, end, transcript = _where(opened, region, gene, exon, flank)
    spacer = length or chosen.spacer or USUAL_LENGTH
    with progress_bar() as progress:
        table, why = make_table(
            opened, contig, start, end, chosen, spacer, scorer, transcript, progress
        )
    absent = end - start - held(opened, contig, start, end)
    if absent:
        typer.echo(
            f"caution: {absent:,} of {end - start:,} bases are not in reference "
            f"{opened.reference.name!r}; guides there are not listed", err=True,
        )  # fmt: skip
    if why:
        typer.echo(f"no efficiency: {score.name}: {why}", err=True)
    if out is not None:
        _write(table, out)
    _print(table, f"{contig}:{start + 1:,}-{end:,}", score.scale, told=out is not None)


def make_table(
    opened: Genome,
    contig: str,
    start: int,
    end: int,
    pam: Pam,
    length: int,
    scorer: str = "ipse",
    transcript: Transcript | None = None,
    progress: Progress | None = None,
) -> tuple[pl.DataFrame, str]:
    """Guides of a stretch (0-based half-open) as a table, and why they have no efficiency."""
    from ipse.core.progress import Silent
    from ipse.genome.efficiency import open_scorer
    from ipse.genome.guide_sites import find_guides
    from ipse.genome.guide_table import guide_table, transcripts_over

    progress = progress or Silent()
    score = open_scorer(scorer)
    progress.task("guides")
    sites = find_guides(
        opened.reference, contig, start, end, pam, length, max(score.before, score.after)
    )
    why = score.refusal(pam, length)
    progress.task("efficiency", len(sites))
    scores = None if why else sites.scores(score, progress)
    progress.task("table")
    over = [transcript] if transcript else transcripts_over(opened.annotation, contig, start, end)
    return guide_table(sites, cut_offset(pam, length), over, scores), why


def cut_offset(pam: Pam, length: int) -> int | None:
    """Cut from the PAM-side end of the protospacer, where every listed nuclease agrees [nt]."""
    from ipse.genome.sites import Pam
    from ipse.modalities.editing.catalogue import nucleases

    offsets = {
        nuclease.cut_offset
        for nuclease in nucleases()
        if nuclease.length == length
        and Pam.parse(nuclease.pam, int(nuclease.pam_side[0])).contains(pam)
    }
    return offsets.pop() if len(offsets) == 1 else None


def _where(
    opened: Genome, region: str | None, gene: str | None, exon: int | None, flank: int
) -> tuple[str, int, int, Transcript | None]:
    """Contig and stretch that were asked for, with the transcript of a gene."""
    from ipse.core.errors import InputError, NotInReference
    from ipse.genome.region import held, of_transcript, read_region
    from ipse.genome.transcript_choice import approved_symbol

    if (region is None) == (gene is None):
        raise InputError(
            "guides are searched in a region or in a gene", field="--region, --gene",
            expected="one of the two", next_step="ipse guides --help",
        )  # fmt: skip
    if region is not None:
        if exon is not None or flank:
            raise InputError(
                "an exon or a flank belongs to a gene", field="--exon, --flank",
                value=region, expected="--gene with it",
            )  # fmt: skip
        return *read_region(region, opened), None
    assert gene is not None
    transcript = opened.annotation.transcripts_of(approved_symbol(gene, opened))[0]
    contig, start, end = of_transcript(transcript, exon)
    start, end = max(0, start - flank), min(opened.reference.length(contig), end + flank)
    if held(opened, contig, start, end) == 0:
        raise NotInReference(contig, start, end, opened.reference.name)
    return contig, start, end, transcript


def _write(table: pl.DataFrame, path: Path) -> None:
    from ipse.core.files import writing

    with writing(path) as temporary:
        table.write_csv(temporary, separator="\t")
    typer.echo(f"{path}: {table.height} guides")


def _print(table: pl.DataFrame, where: str, scale: str, *, told: bool) -> None:
    """The guides with the highest score, two lines each, in 80 columns."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, emoji=False)
    best = table.sort("efficiency", descending=True, nulls_last=True, maintain_order=True)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=False)
    shown.add_column("cut before (1-based), place in gene", no_wrap=True, overflow="fold")
    shown.add_column("spacer and PAM", no_wrap=True)
    shown.add_column("efficiency", justify="right", no_wrap=True)
    for row in best.head(SHOWN).iter_rows(named=True):
        cut = "not known" if row["cut"] is None else f"{row['cut'] + 1:,}"
        place = " ".join(filter(None, (row["gene"], row["part"], row["at"])))
        notes = [
            f"GC {row['gc']:.0%}",
            *(["TTTT"] if row["tttt"] else []),
            *([] if row["starts_with_g"] else ["no 5' G"]),
        ]
        value = "" if row["efficiency"] is None else f"{row['efficiency']:.2f}"
        if row["efficiency_low"] is not None:
            value += f"\n{row['efficiency_low']:.2f}-{row['efficiency_high']:.2f}"
        shown.add_row(
            Text(f"{row['contig']}:{cut} {row['strand']}\n{place}".rstrip()),
            Text(f"{row['spacer']} {row['pam']}\n{', '.join(notes)}"),
            value,
        )
    console.print(shown)
    scored = table["efficiency"].count()
    console.print(f"{where}: {table.height:,} guides, {scored:,} with an efficiency ({scale})")
    if table["efficiency_low"].count():
        console.print("Below it: what 80 % of guides so predicted had in screens they were not in.")
    if table.height > SHOWN and not told:
        console.print(f"{table.height - SHOWN:,} more guides; write them with --out FILE")
