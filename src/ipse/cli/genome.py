"""``ipse genome``: install, list and remove reference genomes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Install, list and remove reference genomes. Without one, eleven genes come with Ipse.",
    no_args_is_help=True,
)

_Name = Annotated[str, typer.Argument(help="Name of the genome, e.g. hg38.", show_default=False)]
_Pam = Annotated[
    str, typer.Option(help="PAM of the site index: an IUPAC pattern, several joined by +.")
]
_Side = Annotated[
    int | None,
    typer.Option(help="Side of the PAM: 3 or 5.", show_default="that of the pattern, else 3"),
]


@app.command()
def add(
    name: _Name,
    fasta: Annotated[
        Path | None,
        typer.Argument(help="FASTA file: plain, gzip or bgzip.", show_default=False),
    ] = None,
    annotation: Annotated[
        Path | None,
        typer.Option(help="GFF3 or GTF of the same assembly.", show_default=False),
    ] = None,
    assembly: Annotated[
        str | None,
        typer.Option(help="Assembly, where contigs do not tell.", show_default=False),
    ] = None,
    alt_contigs: Annotated[
        bool, typer.Option("--alt-contigs", help="Show alt, patch and decoy contigs too.")
    ] = False,
    download: Annotated[
        bool,
        typer.Option("--download", help="Fetch the FASTA over the network, then install it."),
    ] = False,
    url: Annotated[
        str | None,
        typer.Option(help="With --download: address, if NAME is not known.", show_default=False),
    ] = None,
    sha256: Annotated[
        str | None,
        typer.Option(help="With --url: its SHA-256 (or md5:HEX).", show_default=False),
    ] = None,
    pam: Annotated[
        str,
        typer.Option(help="PAM of the site index: an IUPAC pattern, several joined by +, or none."),
    ] = "NGG",
    pam_side: _Side = None,
) -> None:
    """Install a genome with its site index, so that --genome NAME finds them.

    Example: ipse genome add hg38 hg38.fa.gz --annotation gencode.gff3.gz
    """
    from ipse.genome import registry

    if _wanted(pam):
        from ipse.genome.sites import Pam

        Pam.parse(pam, pam_side)  # before an hour of work
    path, fetched = _source(name, fasta, download, url, sha256)
    done = registry.add(name, path, annotation, assembly=assembly, alt_contigs=alt_contigs)
    if fetched:
        path.unlink()
    typer.echo(
        f"installed {done.name}: {done.assembly or 'assembly not known'}, {done.contigs} contigs, "
        f"{done.bases:,} bp, {done.transcripts:,} transcripts"
    )
    for finding in registry.open_genome(name).reference.findings():
        typer.echo(f"{finding.severity.value}: {finding.message}")
    if _wanted(pam):
        _build(name, pam, pam_side)


@app.command()
def index(name: _Name, pam: _Pam = "NGG", pam_side: _Side = None) -> None:
    """Build a site index of an installed genome, or finish one that was interrupted.

    Example: ipse genome index hg38 --pam TTTV
    """
    _build(name, pam, pam_side)


@app.command("list")
def list_() -> None:
    """List installed genomes."""
    from rich.console import Console
    from rich.table import Table

    from ipse.genome import index_folders, registry
    from ipse.genome.embedded import NAME, loci

    table = Table(box=None, pad_edge=False)
    for title in ("name", "assembly", "contigs", "bp", "annotation", "transcripts", "site index"):
        right = title in ("contigs", "bp", "transcripts")
        table.add_column(title, justify="right" if right else "left")
    shipped = loci()
    table.add_row(
        NAME, "GRCh38", "-", f"{sum(locus.end - locus.start for locus in shipped):,}",
        f"{len(shipped)} genes: {', '.join(locus.gene for locus in shipped)}", "-", "-",
    )  # fmt: skip
    for found in registry.installed():
        table.add_row(
            found.name, found.assembly or "?", f"{found.contigs:,}", f"{found.bases:,}",
            found.annotation or "-", f"{found.transcripts:,}",
            ", ".join(index_folders.pams(found.identity)) or "-",
        )  # fmt: skip
    Console(highlight=False, emoji=False, soft_wrap=True).print(table)


@app.command()
def remove(name: _Name) -> None:
    """Remove an installed genome and its site indices from the disk."""
    from ipse.genome import registry

    registry.remove(name)
    typer.echo(f"removed {name}")


def _wanted(pam: str) -> bool:
    return pam.strip().lower() != "none"


def _build(name: str, pam: str, side: int | None) -> None:
    """Build a genome's site index; one that stops in between is gone on with by the next call."""
    from ipse.core.errors import IpseError
    from ipse.core.progress import progress_bar
    from ipse.genome import registry
    from ipse.genome.sites import Pam
    from ipse.genome.sites.place import build_own

    chosen = Pam.parse(pam, side)
    reference = registry.open_genome(name).reference
    try:
        with progress_bar() as progress:
            built = build_own(reference, chosen, progress)
    except (IpseError, KeyboardInterrupt):
        again = f"ipse genome index {name} --pam {chosen}"
        again += "" if side is None else f" --pam-side {side}"
        typer.echo(f"{name} has no site index of {chosen} yet; {again} goes on with it", err=True)
        raise
    typer.echo(f"site index of {name}: {len(built):,} sites of {chosen}")


def _source(
    name: str, fasta: Path | None, download: bool, url: str | None, sha256: str | None
) -> tuple[Path, bool]:
    """FASTA file to install, and whether it was fetched."""
    from ipse.core.errors import InputError
    from ipse.genome import download as network
    from ipse.genome import registry

    if not download:
        if fasta is None or url is not None or sha256 is not None:
            raise InputError(
                "no FASTA file was given" if fasta is None else "--url and --sha256 are for a "
                "download", field="FASTA", expected="a FASTA file, or --download without one",
                next_step=f"ipse genome add {name} FASTA, or ipse genome add {name} --download",
            )  # fmt: skip
        return fasta, False
    if fasta is not None or (url is None) != (sha256 is None):
        raise InputError(
            "a download takes no FASTA file, and --url needs --sha256", field="--download",
            expected="--download alone, or with both --url and --sha256",
            next_step="leave one out, or add the other",
        )  # fmt: skip
    registry.check_free(name)  # before an hour of fetching
    source = network.known(name) if url is None else network.checked(url, sha256 or "")
    return network.download(source), True
