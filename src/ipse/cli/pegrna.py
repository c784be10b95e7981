"""``ipse pegrna``: every pegRNA of one edit, of a variant or written into a bare sequence."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipse.modalities.editing.design.prime.catalogue import PrimeEditor, PrimeRules
    from ipse.modalities.editing.design.prime.change import Change
    from ipse.modalities.editing.design.prime.pegrnas import PegSite
    from ipse.modalities.editing.design.prime.silent import Judge
    from ipse.modalities.editing.design.prime.table import Place

    Asked = tuple[str, Change, Place, Judge | None]

SHOWN = 12
"""Spacers of the terminal's table; a file has all."""
LEAST_PBS, MOST_PBS, MOST_RTT = 5, 30, 500
"""Lengths that are taken [nt]: a primer must be long enough to bind, a template to be made."""


class Folder(StrEnum):
    """Programs that fold an extension."""

    SEQFOLD = "seqfold"
    VIENNA = "vienna"


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="pegrna")(pegrna)


def pegrna(
    variant: Annotated[
        str | None,
        typer.Option(
            help="Variant to correct: HGVS, chr2-210591886-C-T, or a traditional name with --gene.",
            show_default=False,
        ),
    ] = None,
    sequence: Annotated[
        str | None,
        typer.Option(
            help="Bare sequence with the edit in it: ACGT(A/G)ACGT, (+CTT) or (-GT).",
            show_default=False,
        ),
    ] = None,
    gene: Annotated[
        str, typer.Option(help="Gene, where the variant names none.", show_default=False)
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
    editors: Annotated[
        str | None,
        typer.Option(help="Comma list of prime editors, e.g. PE2.", show_default="all"),
    ] = None,
    pbs: Annotated[
        str | None,
        typer.Option(
            help="Lengths of the primer binding site in nt: 8-17, or 13.", show_default="8-17"
        ),
    ] = None,
    rtt_max: Annotated[
        int | None,
        typer.Option("--rtt-max", help="Longest template, in nt.", show_default="80"),
    ] = None,
    fold: Annotated[
        Folder, typer.Option(help="What folds the first extensions of each spacer in the file.")
    ] = Folder.SEQFOLD,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="TSV to write.", show_default=False)
    ] = None,
) -> None:
    """Design every pegRNA that corrects a variant, or makes the edit written into a sequence.

    Example: ipse pegrna --variant "NM_001875.5:c.1003C>T" -o pegrnas.tsv
    """
    from ipse.core.errors import InputError

    if (variant is None) == (sequence is None):
        raise InputError(
            "one variant, or one sequence", field="--variant, --sequence",
            value="neither" if variant is None else "both", expected="one of the two",
            next_step='ipse pegrna --variant "NM_001875.5:c.1003C>T"',
        )  # fmt: skip
    rules, chosen = _rules(pbs, rtt_max), _editors(editors)
    if sequence is not None:
        for option, given in (("--vcf", vcf), ("--gene", gene), ("--sample", sample)):
            if given:
                raise InputError(
                    "a bare sequence has neither gene nor patient", field=option, value=given,
                    expected="no such option with --sequence",
                )  # fmt: skip
        asked = _written(sequence)
    else:
        assert variant is not None
        asked = _located(variant, gene, genome, vcf, sample, chosen, rules)
    _answer(asked, chosen, rules, _folder(fold), out)


def _rules(pbs: str | None, rtt_max: int | None) -> PrimeRules:
    """The shipped rules with the user's lengths."""
    from dataclasses import replace

    from ipse.core.errors import InputError
    from ipse.modalities.editing.design.prime.catalogue import prime_rules

    rules = prime_rules()
    if pbs is not None:
        first, dash, last = pbs.partition("-")
        ends = (first, last) if dash else (first, first)
        low, high = (int(end) if end.isdecimal() and end.isascii() else 0 for end in ends)
        if not LEAST_PBS <= low <= high <= MOST_PBS:
            raise InputError(
                "not lengths of a primer binding site", field="--pbs", value=pbs,
                expected=f"one length or two from {LEAST_PBS} to {MOST_PBS} nt, as 8-17",
            )  # fmt: skip
        rules = replace(rules, pbs_min=low, pbs_max=high)
    if rtt_max is not None:
        if not rules.homology_min < rtt_max <= MOST_RTT:
            raise InputError(
                "not a length of a template", field="--rtt-max", value=rtt_max,
                expected=f"{rules.homology_min + 1} to {MOST_RTT} nt",
            )  # fmt: skip
        rules = replace(rules, rtt_max=rtt_max)
    return rules


def _editors(names: str | None) -> tuple[PrimeEditor, ...]:
    from ipse.core.errors import InputError
    from ipse.modalities.editing.design.prime.catalogue import prime_editors

    known = prime_editors()
    if names is None:
        return known
    wanted = [name.strip() for name in names.split(",")]
    for name in wanted:
        if name not in {editor.name for editor in known}:
            raise InputError(
                "no prime editor of that name", field="--editors", value=name,
                expected=", ".join(editor.name for editor in known),
            )  # fmt: skip
    return tuple(editor for editor in known if editor.name in wanted)


def _folder(fold: Folder) -> Callable[[str], float]:
    """The folding program asked for; ViennaRNA runs as a process of its own."""
    from ipse.core.errors import InputError
    from ipse.modalities.editing.design.prime.features import vienna, vienna_energy
    from ipse.modalities.editing.order.bench import fold_energy

    if fold is Folder.SEQFOLD:
        return fold_energy
    if vienna() is None:
        raise InputError(
            "ViennaRNA is not installed", field="--fold", value=fold.value,
            expected="a program RNAfold on the path",
            next_step="install ViennaRNA, or fold with seqfold",
        )  # fmt: skip
    return vienna_energy


def _written(sequence: str) -> Asked:
    from ipse.modalities.editing.design.prime.table import Place
    from ipse.modalities.editing.design.prime.written import read_written

    typer.echo("a bare sequence: places are counted in it; no silent change is sought", err=True)
    return "sequence", read_written(sequence), Place(), None


def _located(
    variant: str, gene: str, genome: str, vcf: Path | None, sample: str,
    editors: tuple[PrimeEditor, ...], rules: PrimeRules,
) -> Asked:  # fmt: skip
    """The patient's allele around a typed variant, read as a plan reads it."""
    from ipse.core.errors import InputError
    from ipse.core.progress import Silent
    from ipse.genome.registry import open_genome
    from ipse.modalities.editing.design.prime.locus import flank_needed, locus_of
    from ipse.modalities.editing.design.prime.silent import judge_of
    from ipse.modalities.editing.design.prime.table import Place
    from ipse.modalities.editing.locus import allele_of, described, subject_of, transcript_of
    from ipse.patient.typed_case import typed_case
    from ipse.plan.planner import PlanOptions, propose

    opened = open_genome(genome)
    with tempfile.TemporaryDirectory() as folder:
        case = typed_case(Path(folder), variant, opened, gene=gene, vcf=vcf, sample=sample)
        options = PlanOptions(
            genome=genome, modalities=("editing",), strategies=("prime-correct", "prime-twin"),
            off_targets=False,
        )  # fmt: skip
        _, _, context, answers = propose(case, opened, options, Silent())
        (found,) = context.variants
        if not found.located:
            raise InputError(
                "a variant has no place on the reference", field="--variant", value=variant,
                expected="one the genome holds", next_step="ipse genome add hg38 hg38.fa.gz",
            )  # fmt: skip
        allele = allele_of(found, context, flank_needed(editors, rules))
        transcript = transcript_of(found, context)
        locus = locus_of(subject_of(found, allele, transcript, context), allele)
    for finding in answers.findings:
        if finding.severity.rank >= 1:
            typer.echo(f"{finding.severity.value}: {finding.message}", err=True)
    for change in locus.own:
        typer.echo(f"the patient's own {change} stands on this allele", err=True)
    if transcript is None:
        typer.echo("no transcript at the variant: no silent change is sought", err=True)
    judge = judge_of(allele.start, allele.contig, transcript, context.reference)
    place = Place(allele.contig, allele.start, allele.at, len(allele.alt), len(allele.ref))
    return described(found), locus.change, place, judge


def _answer(
    asked: Asked, editors: tuple[PrimeEditor, ...], rules: PrimeRules,
    fold: Callable[[str], float], out: Path | None,
) -> None:  # fmt: skip
    """Design, print, write."""
    from ipse.modalities.editing.design.prime.pegrnas import peg_sites, repeated_sites, why_none
    from ipse.modalities.editing.design.prime.table import rows_of

    name, change, place, judge = asked
    sites = peg_sites(change, editors, rules)
    repeated = repeated_sites(change, editors, rules)
    if repeated:
        typer.echo(f"{repeated} spacers that fit a second place nearby are left out", err=True)
    if not sites:
        typer.echo(f"{name}: no pegRNA: {why_none(change, editors, rules)[1]}")
        _pairs(change, editors, rules)
        return
    _print(sites, rules)
    if out is None:
        typer.echo("every extension and guide for a second nick: -o pegrnas.tsv")
        return
    made = rows_of(name, sites, place, rules, judge, most=None, guides=None, fold=fold)
    _write(made.rows, out)
    typer.echo(f"{out}: {len(made.rows)} rows, {len(sites)} spacers")


def _write(rows: tuple[tuple[object, ...], ...], out: Path) -> None:
    import csv
    import io

    from ipse.core.files import write_text
    from ipse.modalities.editing.design.prime.table import COLUMNS

    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    write_text(out, text.getvalue())


def _print(sites: list[PegSite], rules: PrimeRules) -> None:
    """A table that fits 80 columns: spacer over extension."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ipse.modalities.editing.design.prime.nicking import nicking_guides

    console = Console(highlight=False, emoji=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("editor", no_wrap=True)
    table.add_column("spacer PAM, over template + binding site", overflow="fold")
    table.add_column("to edit", justify="right")
    table.add_column("second nick", overflow="fold")
    for peg in sites[:SHOWN]:
        site, best = peg.site, peg.best
        guides = nicking_guides(peg.change, site.strand, site.nick, [site.editor], rules)
        second = f"{guides[0].kind} {guides[0].distance:+d}" if guides else "none"
        table.add_row(
            f"{site.editor.name} {site.strand}",
            Text(f"{site.spacer} {site.pam}\n{best.rtt}+{best.pbs}"),
            str(peg.nick_to_edit),
            second,
        )
    console.print(table)
    if len(sites) > SHOWN:
        console.print(f"{len(sites) - SHOWN} more spacers")


def _pairs(change: Change, editors: tuple[PrimeEditor, ...], rules: PrimeRules) -> None:
    """What a pair of flaps would do where one does not."""
    from ipse.modalities.editing.design.prime.twin import twin_pairs

    pairs = twin_pairs(change, editors, rules)
    if not pairs:
        typer.echo("nor does a pair of flaps reach around it")
        return
    typer.echo(f"{len(pairs)} pairs of flaps do; the best:")
    for pair in pairs[:SHOWN]:
        typer.echo(f"  {len(pair.replaced)} bp replaced by {len(pair.written)}")
        for site, row in (
            (pair.left, pair.left_extension),
            (pair.right, pair.right_extension),
        ):
            typer.echo(f"    {site.editor.name} {site.strand} {site.spacer} {site.pam}")
            typer.echo(f"      {row.rtt}+{row.pbs}")
