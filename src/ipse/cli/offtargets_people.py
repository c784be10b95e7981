"""``ipse offtargets``: whom to search, and where: a reference, a person, a cohort, a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import polars as pl

    from ipse.core.progress import Progress
    from ipse.genome.reference import Reference
    from ipse.genome.sites import SiteIndex
    from ipse.genome.sites.distributed import Request
    from ipse.genome.sites.patient import PatientSites
    from ipse.genome.sites.population_table import PopulationSites


def check_options(
    vcf: Path | None,
    sample: str | None,
    population: bool,
    groups: Path | None,
    carriers: Path | None,
    scheduler: str | None,
    all_alignments: bool,
) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    InputError
        Naming the option that is missing or too many.
    """
    from ipse.core.errors import InputError

    wrong = (
        (sample is not None and vcf is None, "--sample", "--vcf FILE beside it"),
        (population and vcf is None, "--population", "--vcf FILE beside it"),
        (population and sample is not None, "--sample", "one person, or --population"),
        (groups is not None and not population, "--groups", "--population beside it"),
        (carriers is not None and not population, "--carriers", "--population beside it"),
        (all_alignments and vcf is not None, "--all-alignments", "a search of a reference"),
        (all_alignments and scheduler is not None, "--all-alignments", "a search without cluster"),
    )
    for bad, field, expected in wrong:
        if bad:
            raise InputError("options do not go together", field=field, expected=expected)


def check_file(path: Path, field: str, expected: str) -> None:
    """Refuse a path where there is no file."""
    from ipse.core.errors import InputError

    if not path.exists():
        raise InputError("there is no such file", field=field, value=path, expected=expected)


def find(
    request: Request,
    reference: Reference,
    index: SiteIndex | None,
    scheduler: str | None,
    threads: int | None,
    progress: Progress,
) -> pl.DataFrame | PatientSites | PopulationSites:
    """Search as asked: here, or on a cluster."""
    from ipse.genome.patient_genome import PatientGenome
    from ipse.genome.sites import Pam, search
    from ipse.genome.sites.distributed import search_distributed
    from ipse.genome.sites.patient import search_patient
    from ipse.genome.sites.population import open_cohort, search_population

    if request.vcf is not None:
        check_file(Path(request.vcf), "--vcf", "a VCF or BCF file")
        if not request.population:
            check_sample(Path(request.vcf), request.sample)
    if scheduler is not None:
        return search_distributed(request, scheduler, progress=progress)
    pam = Pam.parse(request.pam, request.side)
    if request.vcf is None:
        return search(
            request.guides, index or reference, pam, request.limits, spacer_only=True,
            threads=threads, progress=progress,
        )  # fmt: skip
    path = Path(request.vcf)
    if request.population:
        return search_population(
            request.guides, open_cohort(reference, path), pam, request.limits,
            groups=dict(request.groups), index=index, spacer_only=True, threads=threads,
            progress=progress,
        )  # fmt: skip
    return search_patient(
        request.guides, PatientGenome(reference, path, request.sample), pam, request.limits,
        index=index, spacer_only=True, threads=threads, progress=progress,
    )  # fmt: skip


def check_sample(path: Path, sample: str | None) -> None:
    """Refuse a sample that is not in a file of calls, or none where there are several."""
    from ipse.core.errors import InputError

    names = _samples(path)
    if names is None or sample in names or (sample is None and len(names) == 1):
        return
    known = "one of: " + ", ".join(names[:20]) if names else "a file with genotypes"
    raise InputError(
        "the file of variant calls has several samples or none"
        if sample is None
        else "the sample is not in the file of variant calls",
        file=path, field="--sample", value=sample, expected=known,
        next_step="name one with --sample, or search all of them with --population",
    )  # fmt: skip


def _samples(path: Path) -> list[str] | None:
    """Samples of a file of calls; None if it cannot be read, which is said where it is opened."""
    import pysam

    try:
        with pysam.VariantFile(str(path)) as handle:
            return list(handle.header.samples)
    except (OSError, ValueError):
        return None


def groups_of(path: Path | None, vcf: Path | None) -> tuple[tuple[str, str], ...]:
    """Pairs of sample and group, checked against the samples of the calls."""
    if path is None or vcf is None:
        return ()
    from ipse.genome.sites.population import read_groups

    check_file(vcf, "--vcf", "a VCF or BCF file")
    samples = _samples(vcf)
    if samples is None:
        return ()
    known = read_groups(path, samples)
    return tuple((name, known[name]) for name in samples if name in known)


def table_of(found: pl.DataFrame | PatientSites | PopulationSites) -> pl.DataFrame:
    """Rows of a search, whoever it was of."""
    from ipse.genome.sites.patient import PatientSites
    from ipse.genome.sites.population_table import PopulationSites

    return found.table if isinstance(found, PatientSites | PopulationSites) else found


def report(found: pl.DataFrame | PatientSites | PopulationSites, carriers: Path | None) -> None:
    """Say what the search rests on, and write who differs from the reference where."""
    from ipse.core.files import write_text
    from ipse.genome.sites.patient import PatientSites
    from ipse.genome.sites.population_table import PopulationSites

    if isinstance(found, PatientSites):
        considered = [found.considered]
    elif isinstance(found, PopulationSites):
        considered = found.considered
    else:
        return
    counts = table_of(found).group_by("change").len().sort("change").rows()
    said = ", ".join(f"{number} {change or 'undecided'}" for change, number in counts)
    typer.echo(f"sites by change against the reference: {said or 'none'}")
    several = len(considered) > 1
    for one in considered:
        for finding in one.findings():
            whom = f"{one.sample}: " if several else ""
            typer.echo(f"{finding.severity.value}: {whom}{finding.message}", err=True)
    if carriers is not None and isinstance(found, PopulationSites):
        rows = found.exceptions.join(found.samples, on="sample", how="left", maintain_order="left")
        write_text(carriers, rows.write_csv(separator="\t", quote_style="never"))
        typer.echo(f"{carriers}: {rows.height} rows")
