"""``ipse primers``: amplicons for regions, variants or the exons of a gene, ready to order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ipse.construct.primers import ProofAmplicon, Rules
    from ipse.construct.primers.order import Adaptors

PAIRS, PLATE, AMPLICONS = "primers.tsv", "plate.tsv", "amplicons.fa"


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="primers")(primers)


def primers(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET",
            help="chr2:210591880-210591900, or a variant: NM_001875.5:c.1003C>T.",
        ),
    ] = None,
    gene: Annotated[
        str | None,
        typer.Option(
            help="Gene of a variant that names none; alone: its coding exons.", show_default=False
        ),
    ] = None,
    target_file: Annotated[
        Path | None,
        typer.Option(
            "--targets", help="BED, VCF, or TSV with a column 'target'.", show_default=False
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(help="Plan: the target and off-target sites of an edit.", show_default=False),
    ] = None,
    proposal: Annotated[
        str | None, typer.Option(help="Its id or rank, with --plan.", show_default="1")
    ] = None,
    genome: Annotated[
        str | None,
        typer.Option(
            "--genome",
            "-g",
            help="Installed genome, or a FASTA file.",
            show_default="the plan's, or embedded",
        ),
    ] = None,
    vcf: Annotated[
        Path | None,
        typer.Option(help="The patient's calls: no primer ends on one.", show_default=False),
    ] = None,
    sample: Annotated[
        str | None, typer.Option(help="The patient's name in the file.", show_default=False)
    ] = None,
    amplicon: Annotated[
        str | None,
        typer.Option(help="Sizes of the product in bp.", show_default="150-280, for 2 x 150 reads"),
    ] = None,
    adaptors: Annotated[
        str, typer.Option(help="Overhangs of the ordered primers: none, nextera or truseq.")
    ] = "none",
    specificity: Annotated[
        bool,
        typer.Option(
            "--specificity/--no-specificity", help="Search the genome for other products."
        ),
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=f"Folder for {PAIRS}, {PLATE} and {AMPLICONS}.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads.", show_default="processors")
    ] = None,
) -> None:
    """Design primers around regions, variants or exons, and check what else they amplify.

    Example: ipse primers "NM_001875.5:c.1003C>T" --adaptors nextera -o order
    """
    from ipse.cli.primers_targets import Edit, sites_of
    from ipse.construct.primers import ProofAmplicon, design_sites
    from ipse.construct.primers.order import Adaptors
    from ipse.core.errors import InputError
    from ipse.core.progress import progress_bar
    from ipse.genome.patient_genome import PatientGenome
    from ipse.genome.registry import open_genome

    rules = _rules(amplicon)
    overhangs = Adaptors.named(adaptors)
    _check_free(out, force=force)
    if sample is not None and vcf is None:
        raise InputError(
            "a sample is named, and no file of calls", field="--sample", value=sample,
            expected="--vcf FILE", next_step="give the file with --vcf",
        )  # fmt: skip
    edit = Edit.of(plan, proposal)
    opened = open_genome(genome or (edit.genome if edit is not None else None))
    sites = edit.sites(opened.reference) if edit is not None else []
    notes = edit.notes() if edit is not None else []
    absent: list[tuple[str, str]] = []
    if edit is None or targets or target_file or gene:
        more, absent, said = sites_of(targets or [], target_file, gene, opened, rules)
        sites, notes = [*sites, *more], [*notes, *said]
    patient = None if vcf is None else PatientGenome(opened.reference, vcf, sample)
    with progress_bar() as progress:
        items = design_sites(
            sites, opened.reference, patient=patient, rules=rules, specific=specificity,
            threads=threads, progress=progress,
        )  # fmt: skip
    items += [
        ProofAmplicon(name=name, role="site", contig="", start=0, end=0, pair=None, reason=reason)
        for name, reason in absent
    ]
    _print(items, rules)
    for note in notes:
        typer.echo(f"note: {note}", err=True)
    for finding in (*opened.reference.findings(), *(patient.findings if patient else ())):
        typer.echo(f"{finding.severity.value}: {finding.message}", err=True)
    if out is not None:
        _write(items, overhangs, out)


def _larger(items: Sequence[ProofAmplicon], rules: Rules) -> str:
    """What to do about targets that have sequence and no pair; empty if there are none."""
    from ipse.construct.primers.rules import LONGEST_PRODUCT

    missed = [item for item in items if item.pair is None and item.end > item.start]
    if not missed or all("not in reference" in item.reason for item in missed):
        return ""
    widest = max(item.end - item.start for item in missed)
    needed = max(rules.product_max, widest + 2 * (rules.margin_min + rules.length_max)) + 120
    largest = -(-needed // 10) * 10
    if largest > LONGEST_PRODUCT:
        return f"smaller targets; no product is longer than {LONGEST_PRODUCT} bp"
    return f"larger products, for example --amplicon {rules.product_min}-{largest}"


def _rules(amplicon: str | None) -> Rules:
    from ipse.construct.primers import shipped_rules
    from ipse.core.errors import InputError

    rules = shipped_rules()
    if amplicon is None:
        return rules
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*[-:]\s*([0-9]{1,6})\s*", amplicon)
    if found is None:
        raise InputError(
            "the sizes of a product are not understood", field="--amplicon", value=amplicon,
            expected=f"two numbers such as {rules.product_min}-{rules.product_max}",
        )  # fmt: skip
    return rules.with_product(int(found[1]), int(found[2]))


def _check_free(out: Path | None, *, force: bool) -> None:
    """Refuse to replace files before anything is computed."""
    from ipse.core.errors import InputError

    if out is None or force:
        return
    if out.exists() and not out.is_dir():
        raise InputError(
            "--out is not a folder", field="--out", value=str(out), expected="a folder"
        )
    there = [name for name in (PAIRS, PLATE, AMPLICONS) if (out / name).exists()]
    if there:
        raise InputError(
            "files of an earlier order are there", field="--out", value=str(out),
            expected=f"a folder without {', '.join(there)}", next_step="another folder, or --force",
        )  # fmt: skip


def _write(items: Sequence[ProofAmplicon], overhangs: Adaptors, folder: Path) -> None:
    from ipse.construct.primers import fasta, pair_table, plate_table, plates
    from ipse.core.files import write_text

    wells = plates(items, overhangs)
    write_text(folder / PAIRS, pair_table(items))
    write_text(folder / PLATE, plate_table(wells))
    write_text(folder / AMPLICONS, fasta(items))
    used = len({well.plate for well in wells})
    typer.echo(f"{folder / PAIRS}: {len(items)} targets")
    with_overhang = "" if overhangs.name == "none" else f", {overhangs.name} overhangs included"
    typer.echo(f"{folder / PLATE}: {len(wells)} primers on {used} plates{with_overhang}")
    typer.echo(f"{folder / AMPLICONS}: {sum(len(item.amplicons) for item in items)} sequences")


def _print(items: Sequence[ProofAmplicon], rules: Rules) -> None:
    """A table that fits 80 columns, why a target has no pair, and what to know of the others."""
    from collections import Counter

    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, emoji=False)
    designed = [item for item in items if item.pair is not None]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("target; product (1-based)", no_wrap=True, overflow="fold")
    table.add_column("primers 5'-3'", no_wrap=True)
    table.add_column("Tm", justify="right")
    table.add_column("bp", justify="right")
    table.add_column("others", justify="right")
    for item in designed:
        pair = item.pair
        assert pair is not None
        place = f"{item.contig}:{pair.forward.start + 1}-{pair.reverse.end}"
        found = pair.specificity
        table.add_row(
            Text(f"{item.name}\n{place}"),
            Text(f"{pair.forward.sequence}\n{pair.reverse.sequence}"),
            f"{pair.forward.tm:.1f}\n{pair.reverse.tm:.1f}",
            str(pair.product_size),
            "?" if found is None else str(found.unintended),
        )
    if designed:
        console.print(table)
        console.print("others: products at other places, or of one primer alone")
    for item in items:
        if item.pair is None:
            console.print(f"no primers for {item.name}: {item.reason}", markup=False)
    if advice := _larger(items, rules):
        console.print(f"next step: {advice}")
    notes = Counter(note for item in designed for note in item.notes)
    for note, times in notes.items():
        names = [item.name for item in designed if note in item.notes]
        who = names[0] if times == 1 else f"{times} targets"
        console.print(f"{who}: {note}", markup=False)
