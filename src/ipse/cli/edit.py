"""``ipse edit``: every edit of a variant, without a case; or of many variants at once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ipse.core.progress import Progress
    from ipse.plan.batch import Asked, Edited
    from ipse.plan.model import Plan
    from ipse.plan.planner import PlanOptions

CASE = "case"
"""Folder of the typed case, in the folder that is written."""

COLUMNS = (
    "variant", "line", "status", "rank", "verdict", "strategy", "title", "editor", "spacer", "pam",
    "strand", "contig", "protospacer_start_1based", "restoration", "reason",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="edit")(edit)


def edit(
    variant: Annotated[
        str | None,
        typer.Option(
            help="Variant to edit: HGVS, chr2-210591886-C-T, or a traditional name with --gene.",
            show_default=False,
        ),
    ] = None,
    gene: Annotated[
        str, typer.Option(help="Gene, where the variant names none.", show_default=False)
    ] = "",
    batch: Annotated[
        Path | None,
        typer.Option(
            help="TSV of variants (columns variant, gene, zygosity, disease; or one a line).",
            show_default=False,
        ),
    ] = None,
    zygosity: Annotated[
        str,
        typer.Option(help="heterozygous, homozygous or hemizygous.", show_default="not known"),
    ] = "",
    disease: Annotated[
        str, typer.Option(help="Id of the diagnosis, e.g. OMIM:237300.", show_default=False)
    ] = "",
    genome: Annotated[
        str, typer.Option("--genome", "-g", help="Registered genome, or a FASTA file.")
    ] = "embedded",
    vcf: Annotated[
        Path | None, typer.Option(help="The patient's own calls.", show_default=False)
    ] = None,
    sample: Annotated[
        str, typer.Option(help="The patient's name in the calls.", show_default=False)
    ] = "",
    strategies: Annotated[
        str | None, typer.Option(help="Comma list of strategies.", show_default="all")
    ] = None,
    rank_by: Annotated[
        str | None,
        typer.Option(
            "--rank-by", help="Ranking keys put first, as in ipse plan.", show_default=False
        ),
    ] = None,
    off_targets: Annotated[
        bool | None,
        typer.Option(
            "--off-targets/--no-off-targets",
            help="Search every guide.",
            show_default="yes; no in a batch",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder for dossier and files; in a batch, the TSV to write.",
            show_default="nothing is kept; in a batch, edits.tsv",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes of a batch.", show_default="all cores")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Design every edit of one variant, or of a batch of variants."""
    from ipse.cli.plan import names
    from ipse.core.errors import InputError
    from ipse.plan.planner import PlanOptions

    if (variant is None) == (batch is None):
        raise InputError(
            "one variant, or a batch of them", field="--variant, --batch",
            value="neither" if variant is None else "both", expected="one of the two",
            next_step='ipse edit --variant "NM_001875.5:c.1003C>T"',
        )  # fmt: skip
    options = PlanOptions(
        genome=genome,
        modalities=("editing",),
        rank_by=names(rank_by) or (),
        strategies=names(strategies),
        off_targets=batch is None if off_targets is None else off_targets,
    )
    if batch is not None:
        if vcf is not None:
            raise InputError(
                "a batch has no patient", field="--vcf", value=vcf,
                expected="no calls with --batch", next_step="edit the patient's variant alone",
            )  # fmt: skip
        _batch(batch, options, out or Path("edits.tsv"), workers, zygosity, disease, gene, force)
        return
    assert variant is not None
    _one(variant, gene, zygosity, disease, vcf, sample, options, out, force)


def _one(
    variant: str, gene: str, zygosity: str, disease: str, vcf: Path | None, sample: str,
    options: PlanOptions, out: Path | None, force: bool,
) -> None:  # fmt: skip
    """Plan a typed case, in the user's folder or in one that is thrown away."""
    from ipse.cli.plan import Format, print_summary, write_dossier
    from ipse.core.files import write_text
    from ipse.core.progress import progress_bar
    from ipse.genome.registry import open_genome
    from ipse.patient.typed_case import typed_case
    from ipse.plan.planner import make_plan
    from ipse.plan.replay import CASE_POINTER
    from ipse.plan.write import PLAN, plan_folder, plan_text

    def made_in(folder: Path, progress: Progress) -> Plan:
        (folder / CASE).mkdir()
        case = typed_case(
            folder / CASE, variant, open_genome(options.genome),
            gene=gene, zygosity=zygosity, disease=disease, vcf=vcf, sample=sample,
        )  # fmt: skip
        return make_plan(case, folder, options, progress)

    if out is None:
        with tempfile.TemporaryDirectory() as scratch, progress_bar() as progress:
            made = made_in(Path(scratch), progress)
        print_summary(made, None)
        typer.echo("nothing was kept: -o FOLDER writes the dossier and the laboratory's files")
        return
    with plan_folder(out, force=force) as temporary:
        with progress_bar() as progress:
            made = made_in(temporary, progress)
        write_text(temporary / PLAN, plan_text(made))
        dossier = write_dossier(made, temporary, Format.HTML)
        write_text(temporary / CASE_POINTER, CASE + "\n")
    print_summary(made, out / dossier)


def _batch(
    path: Path, options: PlanOptions, out: Path, workers: int | None,
    zygosity: str, disease: str, gene: str, force: bool,
) -> None:  # fmt: skip
    """Edit every variant of a file, and say how fast that was."""
    import csv
    import os
    import time
    from dataclasses import replace

    from ipse.core.errors import InputError
    from ipse.core.files import writing
    from ipse.core.progress import progress_bar
    from ipse.plan.batch import edit_all, read_batch

    if out.exists() and not force:
        raise InputError(
            "the file is there already", field="--out", value=out, expected="a new file",
            next_step="give another name, or --force",
        )  # fmt: skip
    asked: list[Asked] = [
        replace(
            item,
            gene=item.gene or gene,
            zygosity=item.zygosity or zygosity,
            disease=item.disease or disease,
        )
        for item in read_batch(path)
    ]
    begun = time.perf_counter()
    proposals = edited = unread = 0
    with (
        writing(out) as temporary,
        progress_bar() as progress,
        temporary.open("w", encoding="utf-8", newline="") as handle,
    ):
        writer = csv.writer(handle, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for item in edit_all(asked, options, workers or os.cpu_count() or 1, progress):
            writer.writerows(_rows(item))
            proposals += len(item.proposals)
            edited += bool(item.proposals)
            unread += bool(item.error)
    seconds = time.perf_counter() - begun
    typer.echo(
        f"{len(asked)} variants, {edited} with edits ({proposals} proposals), {unread} not read; "
        f"{len(asked) / seconds:.1f} variants a second"
    )
    if not options.off_targets:
        typer.echo("off-target sites were not searched: --off-targets searches them")
    typer.echo(f"edits: {out}")


def _rows(item: Edited) -> list[tuple[object, ...]]:
    """Rows of one variant: its proposals, what was not proposed, or why it was not read."""
    head = (item.asked.variant, item.asked.line)
    if item.error:
        return [(*head, "not read", *[""] * (len(COLUMNS) - 4), item.error)]
    rows: list[tuple[object, ...]] = []
    for one in item.proposals:
        design = one.design
        rows.append(
            (
                *head, "proposed", one.rank, one.verdict.value, one.strategy, one.title,
                design["editor"], design["spacer"], design["pam"], design["strand"],
                design["contig"], design["protospacer_start"] + 1, one.restoration, one.reason,
            )
        )  # fmt: skip
    for refusal in item.not_proposed:
        rows.append((*head, "not proposed", "", "", refusal.strategy, *[""] * 8, refusal.reason))
    for unknown in item.unknowns:
        rows.append((*head, "unknown", *[""] * (len(COLUMNS) - 4), unknown.message))
    return rows
