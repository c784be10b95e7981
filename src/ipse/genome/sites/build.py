"""Building a site index: parts of some contigs each, then the two orders."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.core.files import cannot_write, write_text
from ipse.core.progress import Progress
from ipse.genome.index_folders import OLD
from ipse.genome.reference import Reference
from ipse.genome.sites import store
from ipse.genome.sites.found import UPPER
from ipse.genome.sites.guides import SHORTEST
from ipse.genome.sites.limits import MOST_BULGES, MOST_MISMATCHES
from ipse.genome.sites.pam import CODE_OF, OTHER, Pam
from ipse.genome.sites.scan import Planes, pam_sites
from ipse.genome.sites.stretches import Stretch, stretches
from ipse.kernels import bitplanes, buckets

PART = 64_000_000
"""Contigs are put together until a part has so many bases; a part is what a build resumes at."""
MARGIN = 64
"""Bits between contigs in the planes."""
LARGEST = 2**32 - 1
"""Positions an index can tell apart."""
_NEAREST = SHORTEST - MOST_BULGES
# Of the nearest bases, those in DNA bulges need not match, others count against the limit.
_MOST_OTHER = MOST_MISMATCHES + MOST_BULGES


@dataclass(frozen=True)
class Layout:
    """Where contigs lie in the planes: names, lengths, first bits; and the bits in all."""

    contigs: list[str]
    lengths: list[int]
    starts: list[int]
    bits: int

    @classmethod
    def of(cls, reference: Reference) -> Layout:
        """Contigs one after the other, each beginning with a word."""
        contigs = reference.contigs()
        lengths = [reference.length(name) for name in contigs]
        starts, at = [], MARGIN
        for length in lengths:
            starts.append(at)
            at = -(-(at + length + MARGIN) // 64) * 64
        if at > LARGEST:
            raise InputError(
                "a reference is too long for one site index", field="reference", value=f"{at} bp",
                expected=f"at most {LARGEST} bp",
                next_step="search it without an index, or split it",
            )  # fmt: skip
        return cls(contigs, lengths, starts, at + MARGIN)

    def parts(self) -> list[list[int]]:
        """Places of the contigs of each part."""
        parts: list[list[int]] = [[]]
        size = 0
        for place, length in enumerate(self.lengths):
            if parts[-1] and size + length > PART:
                parts.append([])
                size = 0
            parts[-1].append(place)
            size += length
        return parts


def build(reference: Reference, folder: Path, pam: Pam, progress: Progress) -> None:
    """Build an index in a folder; an index that is there is replaced when the new one is whole.

    Raises
    ------
    InputError
        If the reference is too long.
    IpseError
        If another process builds it, or the disk is full; a later call goes on from there.
    """
    layout = Layout.of(reference)
    with store.building(folder) as work:
        _same_build(work, reference, pam)
        parts = layout.parts()
        progress.task("indexing: sites", sum(layout.lengths))
        for number, places in enumerate(parts):
            done = work / f"part-{number}.done"
            if not done.exists():
                _write_part(work, number, places, layout, reference, pam)
                write_text(done, "")
            progress.advance(sum(layout.lengths[place] for place in places))
        sizes, digests, sites = _write_orders(work, len(parts), layout, progress)
        meta = store.Meta(
            format=store.FORMAT, pam=str(pam), side=pam.side, reference=reference.name,
            assembly=reference.assembly, identity=reference.identity, contigs=layout.contigs,
            lengths=layout.lengths, starts=layout.starts, sites=sites, sizes=sizes, sha256=digests,
        )  # fmt: skip
        store.write_meta(work, meta)
        for path in [*work.glob("part-*"), work / "build.json"]:
            path.unlink()
        _put_in_place(work, folder)


def _same_build(work: Path, reference: Reference, pam: Pam) -> None:
    """Keep parts of an earlier attempt only if it was the same build."""
    wanted = {
        "format": store.FORMAT, "pam": str(pam), "side": pam.side, "identity": reference.identity,
    }  # fmt: skip
    path = work / "build.json"
    try:
        same = json.loads(path.read_text(encoding="utf-8")) == wanted
    except (OSError, ValueError):
        same = False
    if not same:
        for old in work.iterdir():
            if old.name != "lock":
                old.unlink()
        write_text(path, json.dumps(wanted))


def _write_part(
    work: Path, number: int, places: list[int], layout: Layout, reference: Reference, pam: Pam
) -> None:
    """Write planes, runs of other letters, keys and positions of some contigs."""
    first = layout.starts[places[0]] if places else 0
    begin = 0 if number == 0 else first // 64 - 1
    after = places[-1] + 1 if places else 0
    end = layout.starts[after] // 64 - 1 if after < len(layout.starts) else -(-layout.bits // 64)
    high, low = np.zeros((2, end - begin), np.uint64)
    keys: list[NDArray[np.uint64]] = []
    positions: list[NDArray[np.uint32]] = []
    runs: list[tuple[int, int, int]] = []
    for place in places:
        start = layout.starts[place]
        absent_from = 0
        for stretch in stretches(reference, layout.contigs[place], place):
            if stretch.first > absent_from:
                runs.append((start + absent_from, start + stretch.first, ord("N")))
            absent_from = min(stretch.last, stretch.length)
            planes = Planes.of(stretch.letters)
            _copy(planes, stretch, start - 64 * begin, high, low)
            runs += _runs(stretch, start)
            for minus in (False, True):
                key, junction = _sites(planes, stretch, pam, minus)
                keys.append(key)
                positions.append((junction + start).astype(np.uint32))
        if absent_from < layout.lengths[place]:
            runs.append((start + absent_from, start + layout.lengths[place], ord("N")))
    merged = _merged(runs)
    for name, array in (
        ("high", high),
        ("low", low),
        ("keys", np.concatenate([np.empty(0, np.uint64), *keys])),
        ("positions", np.concatenate([np.empty(0, np.uint32), *positions])),
        ("runs", np.array(merged, np.int64).reshape(-1, 3)),
    ):
        store.write_array(work / f"part-{number}.{name}", array)


def _sites(
    planes: Planes, stretch: Stretch, pam: Pam, minus: bool
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Keys and junctions of a strand's sites."""
    mask, count = pam_sites(stretch, planes.bases(complement=False), pam, minus)
    bits, keys = np.empty(count, np.int64), np.empty(count, np.uint64)
    bitplanes.set_bits(mask, bits)
    kept = np.empty(count, np.int64)
    n = buckets.site_keys(
        planes.high, planes.low, planes.other, bits, pam.leftward(minus), minus,
        _NEAREST, _MOST_OTHER, keys, kept,
    )  # fmt: skip
    return keys[:n], kept[:n] - bitplanes.MARGIN + stretch.offset


def _copy(
    planes: Planes, stretch: Stretch, start: int, high: NDArray[np.uint64], low: NDArray[np.uint64]
) -> None:
    """Put the planes of a stretch's own letters where they belong."""
    end = min(stretch.last, stretch.length)
    if end <= stretch.first:
        return
    # Stretches, their context and contigs all begin with a word.
    source = (bitplanes.MARGIN + stretch.first - stretch.offset) // 64
    target = (start + stretch.first) // 64
    words = -(-(end - stretch.first) // 64)
    high[target : target + words] = planes.high[source : source + words]
    low[target : target + words] = planes.low[source : source + words]


def _runs(stretch: Stretch, start: int) -> list[tuple[int, int, int]]:
    """Runs of one letter that is not A, C, G or T: first bit, last bit, letter."""
    begin = stretch.first - stretch.offset
    own = stretch.letters[begin : min(stretch.last, stretch.length) - stretch.offset]
    other = np.flatnonzero(CODE_OF[own] == OTHER)
    if not len(other):
        return []
    letters = UPPER[own[other]]
    breaks = np.flatnonzero((np.diff(other) != 1) | (np.diff(letters) != 0)) + 1
    firsts, lasts = np.concatenate([[0], breaks]), np.concatenate([breaks, [len(other)]]) - 1
    base = start + stretch.first
    return [
        (base + int(other[a]), base + int(other[b]) + 1, int(letters[a]))
        for a, b in zip(firsts, lasts, strict=True)
    ]


def _merged(runs: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    merged: list[tuple[int, int, int]] = []
    for begin, end, letter in sorted(runs):
        if merged and merged[-1][1] == begin and merged[-1][2] == letter:
            merged[-1] = (merged[-1][0], end, letter)
        else:
            merged.append((begin, end, letter))
    return merged


def _write_orders(
    work: Path, parts: int, layout: Layout, progress: Progress
) -> tuple[dict[str, int], dict[str, str], int]:
    """Join the planes and sort all sites into buckets, twice."""

    def part(name: str, dtype: type[np.generic]) -> Iterable[NDArray[np.generic]]:
        for number in range(parts):
            path = work / f"part-{number}.{name}"
            if path.stat().st_size:
                yield np.memmap(path, dtype=dtype, mode="r")

    sizes: dict[str, int] = {}
    digests: dict[str, str] = {}

    def write(name: str, pieces: Iterable[NDArray[np.generic]]) -> None:
        digest, size = hashlib.sha256(), 0
        try:
            with (work / name).open("wb") as handle:
                for piece in pieces:
                    data = np.ascontiguousarray(piece).view(np.uint8).data
                    handle.write(data)
                    digest.update(data)
                    size += len(data)
        except OSError as error:
            raise cannot_write(work / name, error) from error
        sizes[name], digests[name] = size, digest.hexdigest()

    write("high", part("high", np.uint64))
    write("low", part("low", np.uint64))
    runs = np.concatenate(
        [np.empty((0, 3), np.int64), *(np.reshape(r, (-1, 3)) for r in part("runs", np.int64))]
    )
    write("run_starts", [np.ascontiguousarray(runs[:, 0])])
    write("run_ends", [np.ascontiguousarray(runs[:, 1])])
    write("run_letters", [runs[:, 2].astype(np.uint8)])
    sites = 0
    progress.task("indexing: buckets", 4 * parts)
    for order, far in (("near", False), ("far", True)):
        counts = np.zeros(buckets.BUCKETS, np.int64)
        for keys in part("keys", np.uint64):
            buckets.count(np.asarray(keys), far, counts)
            progress.advance()
        offsets = np.zeros(buckets.BUCKETS + 1, np.int64)
        np.cumsum(counts, out=offsets[1:])
        sites = int(offsets[-1])
        words, places = np.empty((2, sites), np.uint32)
        cursors = offsets[:-1].copy()
        for keys, positions in zip(part("keys", np.uint64), part("positions", np.uint32)):  # noqa: B905
            buckets.scatter(np.asarray(keys), np.asarray(positions), far, cursors, words, places)
            progress.advance()
        write(f"{order}_offsets", [offsets])
        write(f"{order}_words", [words])
        write(f"{order}_places", [places])
    return sizes, digests, sites


def _put_in_place(work: Path, folder: Path) -> None:
    """Make the finished folder the index, and remove the one before."""
    old = folder.with_name(folder.name + OLD)
    try:
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        work.rename(folder)
        (folder / "lock").unlink(missing_ok=True)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
