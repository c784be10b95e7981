"""A table of sites as TSV, Parquet, BED or VCF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from ipse.core.files import write_text, writing

_BED_MOST = 1000


def write_sites(
    sites: pl.DataFrame, path: Path, form: str, contigs: list[tuple[str, int]], made_by: str
) -> None:
    """Write a table of sites.

    Parameters
    ----------
    sites
        Table of sites.
    path
        File to write.
    form
        ``tsv``, ``parquet``, ``bed`` or ``vcf``.
    contigs
        Names and lengths of the reference's contigs, for the VCF header.
    made_by
        Program and version, for the VCF header.
    """
    if form == "parquet":
        with writing(path) as temporary:
            sites.write_parquet(temporary)
        return
    text: Callable[[], str] = {
        "tsv": lambda: tsv(sites),
        "bed": lambda: bed(sites),
        "vcf": lambda: vcf(sites, contigs, made_by),
    }[form]
    write_text(path, text())


def tsv(sites: pl.DataFrame) -> str:
    """Tab-separated, with a header; scores to 6 significant digits."""
    return sites.with_columns(pl.col("cfd", "mit").round_sig_figs(6)).write_csv(
        separator="\t", quote_style="never"
    )


def bed(sites: pl.DataFrame) -> str:
    """BED6: the name is guide and edits, the score 1000 times CFD (0 where there is none).

    With a patient the name ends in what changed there (``same``, ``gained``, ``lost``...).
    """
    change = pl.col("change").cast(pl.String).fill_null("")
    return sites.select(
        "contig", "start", "end",
        pl.format("{}:{}", "guide", pl.col("mismatches") + pl.col("bulge_size"))
        + pl.when(change == "").then(pl.lit("")).otherwise(pl.lit(":") + change),
        (pl.col("cfd").fill_null(0.0) * _BED_MOST).round().cast(pl.Int64),
        "strand",
    ).write_csv(separator="\t", include_header=False, quote_style="never")  # fmt: skip


def vcf(sites: pl.DataFrame, contigs: list[tuple[str, int]], made_by: str) -> str:
    """VCF 4.3 with a symbolic allele over each site, in the order of contigs and positions.

    POS is the base before the site, as the specification asks of symbolic alleles.
    """
    header = [
        "##fileformat=VCFv4.3",
        f"##source={made_by}",
        *(f"##contig=<ID={name},length={length}>" for name, length in contigs),
        '##ALT=<ID=OFFTARGET,Description="Off-target site of a guide">',
        '##INFO=<ID=END,Number=1,Type=Integer,Description="Last base of protospacer and PAM">',
        '##INFO=<ID=GUIDE,Number=1,Type=String,Description="Guide">',
        '##INFO=<ID=STRAND,Number=1,Type=String,Description="Strand of the protospacer">',
        '##INFO=<ID=TARGET,Number=1,Type=String,Description="Aligned target with PAM">',
        '##INFO=<ID=MISMATCHES,Number=1,Type=Integer,Description="Mismatched pairs">',
        '##INFO=<ID=BULGE,Number=1,Type=String,Description="Kind of bulge">',
        '##INFO=<ID=BULGESIZE,Number=1,Type=Integer,Description="Bulge bases">',
        '##INFO=<ID=CFD,Number=1,Type=Float,Description="Cutting frequency determination">',
        '##INFO=<ID=CHANGE,Number=1,Type=String,Description="Patient against reference">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]
    order = {name: place for place, (name, _) in enumerate(contigs)}
    lines = []
    for row in sites.sort(
        pl.col("contig").replace_strict(order, return_dtype=pl.Int64), "start", "end",
        maintain_order=True,
    ).iter_rows(named=True):  # fmt: skip
        info = (
            f"END={row['end']};GUIDE={row['guide']};STRAND={row['strand']};"
            f"TARGET={row['target_aligned']};MISMATCHES={row['mismatches']};BULGE={row['bulge']};"
            f"BULGESIZE={row['bulge_size']}"
            + ("" if row["cfd"] is None else f";CFD={row['cfd']:.6g}")
            + (f";CHANGE={row['change']}" if row["change"] else "")
        )
        lines.append(f"{row['contig']}\t{row['start']}\t.\tN\t<OFFTARGET>\t.\t.\t{info}")
    return "\n".join([*header, *lines]) + "\n"
