"""Sites of a cohort as tables: counts by group, and who differs from the reference.

A person who has the reference's sequence on every copy is the rule; the table of people holds the
exceptions. So its size grows with what differs, not with people times sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ipse.genome.sites.guides import Guide
from ipse.genome.sites.patient_haplotypes import Considered
from ipse.genome.sites.patient_rows import in_any, in_order
from ipse.genome.sites.rows import SCHEMA

Numbers = NDArray[np.int64]

UNDECIDED = "undecided"
"""Change of the reference's rows in a window of too many combinations."""
_PLACE = ["_base", "_beyond"]
_KEY = ["guide", "contig", "strand", *_PLACE, "target_aligned", "guide_aligned"]
_COPIES = {"": 0, "1": 1, "2": 1, "1,2": 2, "u": 1, "1,u": 1, "2,u": 1, "1,2,u": 2}
"""Copies that have a sequence, at least: of which copy an unphased one is, is not known."""


@dataclass(frozen=True)
class PopulationSites:
    """Sites of a cohort.

    Attributes
    ----------
    table
        One row per site and distinct sequence that anyone or the reference has: the columns of
        ``docs/offtargets.md``, ``haplotypes`` being ``ref`` or empty, and ``change`` against the
        reference; then ``carriers`` (people with the sequence), ``copies``, ``frequency`` (copies
        of all called copies), ``lost`` (people who have no site at this PAM position); and for
        each group its ``carriers_``, ``copies_`` and ``frequency_``. A person whose copies are not
        known (``u``) counts as one copy. ``site`` numbers the rows.
    exceptions
        Who differs from the reference at a row: ``site``, ``sample``, ``haplotypes`` (empty: the
        person has not this sequence), ``change``.
    samples
        Everyone searched, with ``group``.
    considered
        What became of each person's calls.
    """

    table: pl.DataFrame
    exceptions: pl.DataFrame
    samples: pl.DataFrame
    considered: list[Considered]

    def carriers(self, site: int) -> pl.DataFrame:
        """Who carries the sequence of a row: ``sample``, ``group``, ``haplotypes``.

        The haplotypes of people without an exception are empty: all copies they have.
        """
        known = self.exceptions.filter(pl.col("site") == site)
        everyone = self.samples.join(known, on="sample", how="left", maintain_order="left")
        has = pl.col("haplotypes").fill_null("") != ""
        if self.table.row(site, named=True)["haplotypes"] == "ref":
            has |= pl.col("site").is_null()
        return everyone.filter(has).select("sample", "group", pl.col("haplotypes").fill_null(""))


@dataclass(frozen=True)
class ContigSites:
    """What was found on one contig.

    Attributes
    ----------
    contig
        Its name.
    reference
        The reference's rows, with the PAM position.
    people
        Rows near anyone's edits, with the PAM position, ``_is_reference``, ``_own`` and
        ``_sample``; None if nobody has any.
    single
        Stretches of which a person has one copy, by number of the sample.
    """

    contig: str
    reference: pl.DataFrame
    people: pl.DataFrame | None
    single: dict[int, Numbers]

    def moved(self, by: int) -> ContigSites:
        """The same with other numbers of the samples."""
        people = self.people
        if people is not None:
            people = people.with_columns(pl.col("_sample") + by)
        single = {k + by: spans for k, spans in self.single.items()}
        return replace(self, people=people, single=single)

    def one_copy(self, sample: Numbers, base: Numbers) -> NDArray[np.bool_]:
        """Whether people have one copy of a place."""
        answer = np.zeros(len(base), np.bool_)
        for k, spans in self.single.items():
            own = sample == k
            answer[own] = in_any(spans, base[own])
        return answer


def joined(
    found: list[ContigSites],
    people: list[str],
    groups: dict[str, str],
    guides: list[Guide],
    contigs: list[str],
    considered: list[Considered],
) -> PopulationSites:
    """Bring parts together, in the order of people, and count."""
    of = [groups.get(name, "") for name in people]
    samples = pl.DataFrame(
        {"sample": people, "group": of}, schema={"sample": pl.String, "group": pl.String}
    )
    # Parts of one contig, of other people, hold the same sites.
    every = pl.concat([_NONE, *(_rows(one) for one in found)])
    every = every.unique(_KEY, keep="first", maintain_order=True)
    rows = in_order(every, guides, contigs).with_row_index("site")
    rows = rows.with_columns(pl.col("site").cast(pl.Int64))
    exceptions = pl.concat([_EXCEPTIONS, *(_exceptions(one, rows) for one in found)])
    columns: dict[str, NDArray[np.generic]] = {}
    for group in [None, *sorted(set(of) - {""})]:
        inside = np.array([group is None or own == group for own in of])
        suffix = "" if group is None else f"_{group}"
        columns |= _counts(rows, exceptions, found, inside, suffix)
    who = pl.Series(people, dtype=pl.String)
    shown = exceptions.select(
        "site", who.gather(exceptions["_sample"]).alias("sample"), haplotypes="_own",
        change="change",
    )  # fmt: skip
    lost = exceptions.filter(pl.col("change") == "lost")["site"].to_numpy()
    table = rows.with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        lost=pl.Series(np.bincount(lost, minlength=rows.height)),
    )
    order = [*SCHEMA, "site", "carriers", "copies", "frequency", "lost"]
    rest = [name for name in columns if name not in order]
    return PopulationSites(table.select([*order, *rest]), shown.sort("site", "sample"), samples,
                           considered)  # fmt: skip


def _rows(one: ContigSites) -> pl.DataFrame:
    """Each site and sequence of a contig once."""
    columns = [*SCHEMA, *_PLACE]
    rows = one.reference.with_columns(haplotypes=pl.lit("ref"), change=pl.lit("same"))
    if one.people is None:
        return rows.select(columns)
    others = one.people.filter(~pl.col("_is_reference")).unique(
        _KEY, keep="first", maintain_order=True
    )
    return pl.concat(
        [rows.select(columns), others.with_columns(haplotypes=pl.lit("")).select(columns)]
    )


_NONE = pl.DataFrame(schema={**SCHEMA, "_base": pl.Int64, "_beyond": pl.Int64})
_EXCEPTIONS = pl.DataFrame(
    schema={
        "site": pl.Int64, "_sample": pl.Int64, "_own": pl.String, "change": pl.String,
        "_is_reference": pl.Boolean, "_copies": pl.Int64, "_possible": pl.Int64,
    }
)  # fmt: skip


def _exceptions(one: ContigSites, rows: pl.DataFrame) -> pl.DataFrame:
    """People at rows where they have not what everyone has by default."""
    if one.people is None:
        return _EXCEPTIONS
    placed = one.people.join(rows.select("site", *_KEY), on=_KEY, how="left", maintain_order="left")
    single = one.one_copy(placed["_sample"].to_numpy(), placed["_base"].to_numpy())
    placed = placed.with_columns(
        _copies=pl.col("_own").replace_strict(_COPIES, return_dtype=pl.Int64),
        _possible=pl.Series(np.where(single, 1, 2), dtype=pl.Int64),
    )
    usual = (
        pl.col("_is_reference")
        & (pl.col("_copies") == pl.col("_possible"))
        & ~pl.col("_own").str.contains("u")
    )
    return placed.filter(~usual).select(_EXCEPTIONS.columns)


def _counts(
    rows: pl.DataFrame,
    exceptions: pl.DataFrame,
    found: Sequence[ContigSites],
    inside: NDArray[np.bool_],
    suffix: str,
) -> dict[str, NDArray[np.generic]]:
    """Carriers, copies and frequency among some of the people."""
    own = exceptions.filter(pl.Series(inside[exceptions["_sample"].to_numpy()]))
    site = own["site"].to_numpy()

    def summed(values: pl.Series) -> Numbers:
        weights = values.cast(pl.Float64).to_numpy()
        return np.bincount(site, weights, minlength=rows.height).astype(np.int64)

    people = int(inside.sum())
    possible = np.full(rows.height, 2 * people, np.int64)
    base = rows["_base"].to_numpy()
    names = rows["contig"].to_numpy()
    single = {(one.contig, k): spans for one in found for k, spans in one.single.items()}
    for (contig, k), spans in single.items():
        if inside[k]:
            possible -= (names == contig) & in_any(spans, base)
    undecided = own["change"] == UNDECIDED
    is_reference = (rows["haplotypes"] == "ref").to_numpy()
    differing = np.bincount(site, minlength=rows.height)
    carriers = summed(own["_copies"] > 0) + np.where(is_reference, people - differing, 0)
    copies = summed(own["_copies"]) + np.where(is_reference, possible - summed(own["_possible"]), 0)
    possible = possible - summed(own["_possible"] * undecided.cast(pl.Int64))
    frequency = np.divide(copies, possible, out=np.full(rows.height, np.nan), where=possible > 0)
    return {
        f"carriers{suffix}": carriers, f"copies{suffix}": copies, f"frequency{suffix}": frequency,
    }  # fmt: skip
