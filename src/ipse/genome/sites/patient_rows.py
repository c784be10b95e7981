"""Rows of a person: sites of the reference and of the haplotypes brought together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ipse.genome.sites.guides import Guide
from ipse.genome.sites.order import ordered
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.patient_overlay import Overlay
from ipse.genome.sites.rows import SCHEMA

Numbers = NDArray[np.int64]

SITE = ["guide", "strand", "_base", "_beyond"]
"""A PAM position: base beside the protospacer, and letters beyond it inside an insertion."""
_SEQUENCE = [*SITE, "target_aligned", "guide_aligned"]
_BOTH, _FEW_BLOCKS = "1,2", 5


@dataclass(frozen=True)
class Geometry:
    """Where junctions and the longest sites lie, for one PAM and limit.

    Attributes
    ----------
    pam
        PAM of the search.
    dna
        Most DNA bulge bases.
    """

    pam: Pam
    dna: int

    def windows(self, junction: Numbers, minus: NDArray[np.bool_], length: Numbers | int) -> tuple[
        Numbers, Numbers
    ]:  # fmt: skip
        """Longest stretches that sites may take up, 0-based half-open; may leave the contig."""
        leftward = np.where(minus, self.pam.leftward(True), self.pam.leftward(False))
        spacer, pam = length + self.dna, self.pam.longest
        return (
            junction - np.where(leftward, spacer, pam),
            junction + np.where(leftward, pam, spacer),
        )

    def of(self, rows: pl.DataFrame) -> tuple[Numbers, Numbers, Numbers]:
        """Windows of rows (first, last), and their PAM bases beside the protospacer."""
        minus = (rows["strand"] == "-").to_numpy()
        leftward = np.where(minus, self.pam.leftward(True), self.pam.leftward(False))
        size = rows["pam"].str.len_bytes().cast(pl.Int64).to_numpy()
        junction = np.where(
            leftward, rows["end"].to_numpy() - size, rows["start"].to_numpy() + size
        )
        length = rows["guide"].str.len_bytes().cast(pl.Int64).to_numpy()
        low, high = self.windows(junction, minus, length)
        return low, high, junction - ~leftward


@dataclass(frozen=True)
class Parted:
    """Some of the reference's rows, by whether a person's edits may touch them.

    Attributes
    ----------
    rows, which
        Rows, and those of them that are meant.
    places
        (4, n): first and one past the last letter of the longest site there, PAM base, cluster.
    single
        Whether the person has one copy of the PAM base.
    near, over
        Which of those meant a cluster touches that is searched, or one that is not.
    """

    rows: pl.DataFrame
    which: Numbers
    places: Numbers
    single: NDArray[np.bool_]
    near: Numbers
    over: Numbers

    @classmethod
    def of(cls, rows: pl.DataFrame, which: Numbers, places: Numbers, overlay: Overlay) -> Parted:
        """Part rows of one contig; ``places`` are of all rows, as of :meth:`Geometry.of`."""
        clusters = overlay.clusters
        low, high, base = places[:, which]
        cluster = clusters.at(low, high, base)
        over = np.zeros(len(cluster), np.bool_)
        over[cluster >= 0] = clusters.over[cluster[cluster >= 0]]
        single = in_any(clusters.carried.single, base)
        near = np.flatnonzero((cluster >= 0) & ~over)
        places = np.stack([low, high, base, cluster])
        return cls(rows, which, places, single, near, np.flatnonzero(over))


_FAR, _FAR_SINGLE, _OVER, _NEAR = range(4)
_HAPLOTYPES, _CHANGES = ("ref,1,2", "ref,1", "ref", ""), ("same", "same", "", "")


def combine(
    reference: pl.DataFrame,
    own: list[tuple[Overlay, pl.DataFrame]],
    geometry: Geometry,
    guides: list[Guide],
    contigs: list[str],
) -> pl.DataFrame:
    """Rows of one person.

    Parameters
    ----------
    reference
        The reference's rows.
    own
        Pieces of the person's haplotypes on a contig, and their rows, ``start`` and ``end`` being
        places of their text.
    geometry
        PAM and limits of the search.
    guides, contigs
        Of the search, for the order of rows.
    """
    places = np.stack(geometry.of(reference))
    contig = places_of(reference["contig"], contigs)
    kind = np.full(reference.height, _FAR, np.int64)
    added = []
    for overlay, rows in own:
        which = np.flatnonzero(contig == contigs.index(overlay.edits.contig))
        parted = Parted.of(reference, which, places, overlay)
        kind[which[parted.single]] = _FAR_SINGLE
        kind[which[parted.near]] = _NEAR
        kind[which[parted.over]] = _OVER
        touched = near(parted, rows, overlay, geometry)
        shown = touched.filter((pl.col("_own") != "") | (pl.col("change") == "lost"))
        added.append(shown.select(list(SCHEMA)))
    labelled = reference.with_columns(
        haplotypes=pl.Series(_HAPLOTYPES).gather(kind), change=pl.Series(_CHANGES).gather(kind)
    )
    every = pl.concat([labelled, *added], rechunk=True)
    kept = np.concatenate([kind != _NEAR, np.ones(every.height - len(kind), np.bool_)])
    return in_order(every, guides, contigs, kept)


def near(parted: Parted, own: pl.DataFrame, overlay: Overlay, geometry: Geometry) -> pl.DataFrame:
    """Rows that edits may touch, those of the reference that no haplotype has included.

    Besides the columns of a table of sites there are ``_base`` and ``_beyond``, the PAM position,
    ``_is_reference``, and ``_own``, the haplotypes without the reference.
    """
    reference = parted.rows[parted.which[parted.near]]
    places = parted.places[:, parted.near]
    clusters = overlay.clusters
    low, high, base, cluster = places
    rows = _traced(own, overlay, geometry)
    exact = clusters.blocks[cluster].max(initial=0) <= _FEW_BLOCKS and (
        clusters.blocks[overlay.cluster[rows.piece]].max(initial=0) <= _FEW_BLOCKS
    )
    # More combinations than a machine's integer has bits need Python's own.
    one: NDArray[Any] = np.array([1], np.int64 if exact else object)
    all_rows = pl.concat(
        [
            reference.with_columns(
                _base=pl.Series(base, dtype=pl.Int64), _beyond=pl.lit(0, dtype=pl.Int64)
            ),
            rows.table,
        ]
    )
    everywhere = (one << (one << clusters.blocks[cluster].astype(one.dtype))) - one
    masks = np.concatenate(
        [
            everywhere & ~_replaced(low, high, cluster, overlay, one),
            one << overlay.combination[rows.piece].astype(one.dtype),
        ]
    )
    of_cluster = np.concatenate([cluster, overlay.cluster[rows.piece]])
    group = _groups(all_rows)
    # The reference first, then combinations in their order.
    rank = np.concatenate([np.full(len(base), -1), overlay.combination[rows.piece]])
    order = np.lexsort((rank, group))
    firsts = np.flatnonzero(np.diff(group[order], prepend=-1))
    mask = np.bitwise_or.reduceat(masks[order], firsts)
    shown = order[firsts]
    label = _labels(mask, of_cluster[shown], overlay)
    chosen = all_rows[shown]
    single = in_any(clusters.carried.single, chosen["_base"].to_numpy())
    label = np.where(single & (label == _BOTH), "1", label)
    is_reference = shown < len(base)
    chosen = chosen.with_columns(
        _own=pl.Series(label, dtype=pl.String),
        _is_reference=pl.Series(is_reference),
        variants=pl.Series(_variants(shown - len(base), rows, overlay), dtype=pl.String),
    )
    return _changes(chosen)


@dataclass(frozen=True)
class _Traced:
    """Rows of an overlay in the reference's coordinates, and where they are in its text."""

    table: pl.DataFrame
    piece: Numbers
    low: Numbers
    high: Numbers


def _traced(own: pl.DataFrame, overlay: Overlay, geometry: Geometry) -> _Traced:
    low, high = own["start"].to_numpy(), own["end"].to_numpy()
    piece = overlay.piece_at(low)
    _, _, beside = geometry.of(own)
    base = overlay.trace(piece, beside)
    clusters, cluster = overlay.clusters, overlay.cluster[piece]
    # Pieces of neighbouring clusters overlap; a site is of the one its PAM base is in.
    mine = np.flatnonzero(clusters.of_base(clusters.hull[cluster], base[:, 0]) == cluster)
    own, piece, base, low, high = own[mine], piece[mine], base[mine], low[mine], high[mine]
    table = own.with_columns(
        start=pl.Series(overlay.trace(piece, low)[:, 0]),
        end=pl.Series(overlay.trace(piece, high - 1)[:, 0] + 1),
        _base=pl.Series(base[:, 0]),
        _beyond=pl.Series(base[:, 1]),
    )
    return _Traced(table, piece, low, high)


def _groups(rows: pl.DataFrame) -> Numbers:
    """Number of the site and sequence of each row."""
    keys = rows.select(_SEQUENCE)
    unique = keys.unique(maintain_order=True).with_row_index("_group")
    return keys.join(unique, on=_SEQUENCE, how="left", maintain_order="left")["_group"].cast(
        pl.Int64
    ).to_numpy()  # fmt: skip


def _replaced(
    low: Numbers, high: Numbers, cluster: Numbers, overlay: Overlay, one: NDArray[Any]
) -> NDArray[Any]:
    """Combinations, as bits, in which an edit touches the windows of the reference's rows."""
    first = np.searchsorted(overlay.cluster, cluster, side="left")
    many = np.searchsorted(overlay.cluster, cluster, side="right") - first
    row = np.repeat(np.arange(len(low)), many)
    piece = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    touched = ~overlay.untouched(piece, low[row], high[row])
    masks = np.zeros(len(low), one.dtype)
    np.bitwise_or.at(
        masks, row[touched], one << overlay.combination[piece[touched]].astype(one.dtype)
    )
    return masks


def _labels(
    mask: NDArray[Any], cluster: Numbers, overlay: Overlay
) -> NDArray[np.str_]:  # fmt: skip
    """Haplotypes that have a sequence, empty for none."""
    clusters = overlay.clusters
    blocks = clusters.blocks[cluster]
    answer = np.full(len(mask), _BOTH, dtype="<U5")
    answer[mask == 0] = ""
    simple = (blocks == 1) & (mask != 0) & (mask != 3)
    sides = np.where(mask == 1, "1", "2")
    phased = clusters.phased[cluster] if len(clusters) else simple
    answer[simple] = np.where(phased, sides, "u")[simple]
    for k in np.flatnonzero(blocks > 1):
        kinds = tuple(clusters.phased_blocks(int(cluster[k])))
        answer[k] = label(int(mask[k]), kinds)
    return answer


@cache
def label(mask: int, phased: tuple[bool, ...]) -> str:
    """Haplotypes that have a sequence.

    Haplotype 1 has it if all combinations with the first arm of one phased block have it, however
    the other blocks fall, haplotype 2 likewise; ``u`` says that there are other combinations with
    it.

    Parameters
    ----------
    mask
        Combinations that have it, as bits; bit ``k`` of a combination is the arm of block ``k``.
    phased
        Whether each block is phased.
    """
    blocks = len(phased)
    if mask == (1 << (1 << blocks)) - 1:
        return _BOTH
    parts, covered = [], 0
    for arm in (0, 1):
        has = False
        for block in range(blocks):
            half = _half(blocks, block, arm)
            if phased[block] and mask & half == half:
                has = True
                covered |= half
        if has:
            parts.append(str(arm + 1))
    if mask & ~covered:
        parts.append("u")
    return ",".join(parts)


@cache
def _half(blocks: int, block: int, arm: int) -> int:
    """Combinations, as bits, with one arm of a block."""
    return sum(1 << c for c in range(1 << blocks) if c >> block & 1 == arm)


def _variants(shown: Numbers, rows: _Traced, overlay: Overlay) -> list[str]:
    """Edits that rows of the overlay touch; negative rows are the reference's and touch none."""
    names = [""] * len(shown)
    own = np.flatnonzero(shown >= 0)
    which = shown[own]
    touched = overlay.touched(rows.piece[which], rows.low[which], rows.high[which])
    first, many = touched[:, 0], touched[:, 1] - touched[:, 0]
    ends = np.cumsum(many)
    places = np.arange(many.sum()) + np.repeat(first - ends + many, many)
    texts = overlay.edits.names(overlay.applied[places])
    for k, end, number in zip(own.tolist(), ends.tolist(), many.tolist(), strict=True):
        names[k] = texts[end - 1] if number == 1 else ";".join(texts[end - number : end])
    return names


def _changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill ``haplotypes`` and ``change``; a site is lost if no row of it is left."""
    edits = pl.col("mismatches") + pl.col("bulge_size")
    here = rows.filter("_is_reference").select(
        *SITE, edits.alias("_edits"), pl.col("cfd").alias("_cfd")
    )
    kept = rows.filter(pl.col("_own") != "").select(SITE).unique().with_columns(_kept=True)
    joined = rows.join(here, on=SITE, how="left", maintain_order="left").join(
        kept, on=SITE, how="left", maintain_order="left"
    )
    fewer, more = edits < pl.col("_edits"), edits > pl.col("_edits")
    higher, lower = pl.col("cfd") > pl.col("_cfd"), pl.col("cfd") < pl.col("_cfd")
    absent = pl.col("_own") == ""
    return joined.with_columns(
        haplotypes=pl.when(~pl.col("_is_reference"))
        .then("_own")
        .when(absent)
        .then(pl.lit("ref"))
        .otherwise(pl.lit("ref,") + pl.col("_own")),
        change=pl.when(absent & pl.col("_kept").is_null())
        .then(pl.lit("lost"))
        .when(absent)
        .then(pl.lit(""))
        .when("_is_reference")
        .then(pl.lit("same"))
        .when(pl.col("_edits").is_null())
        .then(pl.lit("gained"))
        .when(fewer)
        .then(pl.lit("stronger"))
        .when(more)
        .then(pl.lit("weaker"))
        .when(higher)
        .then(pl.lit("stronger"))
        .when(lower)
        .then(pl.lit("weaker"))
        .otherwise(pl.lit("same")),
    ).drop("_edits", "_cfd", "_kept")


def in_order(
    rows: pl.DataFrame,
    guides: list[Guide],
    contigs: list[str],
    kept: NDArray[np.bool_] | None = None,
) -> pl.DataFrame:
    """Rows, or those that are kept, in the order of ``docs/offtargets.md``."""
    start, end, mismatches, bulges = (
        rows[name].to_numpy() for name in ("start", "end", "mismatches", "bulge_size")
    )
    columns = [
        places_of(rows["guide"], [guide.sequence for guide in guides]), mismatches + bulges, bulges,
        places_of(rows["contig"], contigs), start, (rows["strand"] == "-").to_numpy(), end - start,
    ]  # fmt: skip
    if kept is not None:
        which = np.flatnonzero(kept)
        columns = [column[which] for column in columns]
    order, alike = ordered(columns, nearly=True)
    if kept is not None:
        order = which[order]
    # Sequences that people have at one place: their letters decide.
    place = np.flatnonzero(alike | np.append(alike[1:], False))
    if len(place):
        group = np.cumsum(~alike)[place]
        tied = rows[order[place]].select(
            pl.Series("_group", group), pl.Series("_row", order[place]),
            "target_aligned", "guide_aligned", "haplotypes", "variants",
        )  # fmt: skip
        order[place] = tied.sort(pl.exclude("_row"))["_row"].to_numpy()
    return rows[order]


def places_of(names: pl.Series, known: list[str]) -> Numbers:
    """Place of each name among those known."""
    places = names.cast(pl.Enum(known)).to_physical().to_numpy()
    return places.astype(np.int64)


def in_any(spans: Numbers, places: Numbers) -> NDArray[np.bool_]:
    """Whether places lie in any of some ascending stretches."""
    if not len(spans):
        return np.zeros(len(places), np.bool_)
    which = np.searchsorted(spans[:, 0], places, side="right") - 1
    inside: NDArray[np.bool_] = (which >= 0) & (places < spans[np.maximum(which, 0), 1])
    return inside
