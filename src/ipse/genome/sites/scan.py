"""Scan of a stretch: all its PAM sites against all guides, without an index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipse.genome.sites.guides import GuideSet
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.stretches import Stretch
from ipse.kernels import bitplanes, thermometer

DENSE = 0.2
"""PAMs more frequent than this are scanned at every position instead of site by site."""
_BLOCK_WORDS = 252
"""Words of 64 sites whose rows are kept in the processor's cache. Rows whose bytes are a power of
two would fall on the same few places of it: 256 words take half as long again."""


@dataclass(frozen=True)
class Candidates:
    """Pairs of a guide and a junction that may align.

    Attributes
    ----------
    guide
        Place in the guide set.
    junction
        Place among the letters of the source, e.g. of a stretch.
    minus
        Whether the site is on the minus strand.
    """

    guide: NDArray[np.int64]
    junction: NDArray[np.int64]
    minus: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.guide)

    @classmethod
    def join(cls, parts: list[Candidates]) -> Candidates:
        """Put candidates together."""
        empty = cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))
        parts = [empty, *parts]
        return cls(
            np.concatenate([part.guide for part in parts]),
            np.concatenate([part.junction for part in parts]),
            np.concatenate([part.minus for part in parts]),
        )


@dataclass(frozen=True)
class Planes:
    """Bit planes of a stretch."""

    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    other: NDArray[np.uint64]

    @classmethod
    def of(cls, letters: NDArray[np.uint8]) -> Planes:
        """Planes of letters."""
        words = bitplanes.plane_words(len(letters))
        high, low, other = (np.empty(words, np.uint64) for _ in range(3))
        bitplanes.pack(np.ascontiguousarray(letters), high, low, other)
        return cls(high, low, other)

    def bases(self, complement: bool) -> NDArray[np.uint64]:
        """(4, words): one plane a base."""
        out = np.empty((4, len(self.high)), np.uint64)
        bitplanes.base_planes(self.high, self.low, self.other, complement, out)
        return out


def pam_sites(
    stretch: Stretch, bases: NDArray[np.uint64], pam: Pam, minus: bool
) -> tuple[NDArray[np.uint64], int]:
    """Mark the junctions of a stretch with a PAM.

    Parameters
    ----------
    bases
        Planes by base of the plus strand.

    Returns
    -------
    mask, count
        Bit ``MARGIN + p - stretch.offset`` for junction p, and the number of marks.
    """
    total = np.zeros(bases.shape[1], np.uint64)
    for pattern in pam.patterns:
        offsets, sets = pam.beside(pattern, minus)
        # The PAM must lie within the contig.
        first = max(stretch.first, -int(offsets.min()))
        last = min(stretch.last, stretch.length - int(offsets.max()))
        mask = np.empty_like(total)
        shift = bitplanes.MARGIN - stretch.offset
        bitplanes.match_pattern(bases, offsets, sets, first + shift, last + shift, mask)
        total |= mask
    return total, int(np.bitwise_count(total).sum())


def scan(
    stretch: Stretch, pam: Pam, guide_sets: list[GuideSet], limits: Limits
) -> list[Candidates]:
    """Candidates of each guide set in a stretch, by place among its letters."""
    planes = Planes.of(stretch.letters)
    plus = planes.bases(complement=False)
    found: list[list[Candidates]] = [[] for _ in guide_sets]
    for minus in (False, True):
        mask, count = pam_sites(stretch, plus, pam, minus)
        if not count:
            continue
        scan_strand = _scan_positions if pam.density > DENSE else _scan_sites
        own = planes.bases(complement=True) if minus else plus
        for k, candidates in scan_strand(planes, own, mask, count, pam, minus, guide_sets, limits):
            sites = candidates[:, 1] - bitplanes.MARGIN
            strand = np.full(len(candidates), minus)
            found[k].append(Candidates(candidates[:, 0], sites, strand))
    return [Candidates.join(parts) for parts in found]


def positions_needed(guide_sets: list[GuideSet], limits: Limits) -> int:
    """Bases beside a junction that an alignment may reach."""
    return max(guide_set.length for guide_set in guide_sets) + limits.dna


def _scan_sites(
    planes: Planes,
    bases: NDArray[np.uint64],
    mask: NDArray[np.uint64],
    count: int,
    pam: Pam,
    minus: bool,
    guide_sets: list[GuideSet],
    limits: Limits,
) -> list[tuple[int, NDArray[np.int64]]]:
    """Sites one after the other, their windows turned into rows."""
    junctions = np.empty(count, np.int64)
    bitplanes.set_bits(mask, junctions)
    leftward = pam.leftward(minus)
    positions = positions_needed(guide_sets, limits)
    found = []
    # Blocks of one size, an odd number of groups (see _BLOCK_WORDS), in the same memory.
    blocks = -(-count // (_BLOCK_WORDS * 64))
    groups = -(-count // (blocks * bitplanes.GROUP)) | 1
    block = groups * bitplanes.GROUP
    sites = np.empty((3, groups, 32, 8), np.uint32)
    rows = np.empty((4, positions, 4 * groups), np.uint64)
    for start in range(0, count, block):
        part = junctions[start : start + block]
        bitplanes.windows(planes.high, planes.low, planes.other, part, leftward, minus, sites)
        bitplanes.transposed_rows(sites.view(np.uint64), leftward, rows)
        keep = np.full(rows.shape[2], ~np.uint64(0), np.uint64)
        _clear_last(keep, groups * bitplanes.GROUP - len(part))
        for k, hits in _find(rows, keep, guide_sets, limits):
            hits[:, 1] = part[hits[:, 1]]
            found.append((k, hits))
    return found


def _scan_positions(
    planes: Planes,
    bases: NDArray[np.uint64],
    mask: NDArray[np.uint64],
    count: int,
    pam: Pam,
    minus: bool,
    guide_sets: list[GuideSet],
    limits: Limits,
) -> list[tuple[int, NDArray[np.int64]]]:
    """Every position of the stretch, as it lies."""
    leftward = pam.leftward(minus)
    positions = positions_needed(guide_sets, limits)
    lanes = thermometer.LANES
    # Words of other letters on both sides, so that rows may reach over the margins.
    before = after = 1
    padded = np.zeros((4, before + bases.shape[1] + _BLOCK_WORDS + after), np.uint64)
    padded[:, before : before + bases.shape[1]] = bases
    found = []
    block = min(_BLOCK_WORDS, -(-bases.shape[1] // lanes) * lanes)
    rows = np.empty((4, positions, block), np.uint64)
    for word in range(0, bases.shape[1], block):
        words = min(block, bases.shape[1] - word)
        bitplanes.shifted_rows(padded, leftward, (before + word) * 64, rows)
        keep = np.zeros(rows.shape[2], np.uint64)
        keep[:words] = mask[word : word + words]
        if not keep.any():
            continue
        for k, hits in _find(rows, keep, guide_sets, limits):
            hits[:, 1] += word * 64
            found.append((k, hits))
    return found


def _clear_last(keep: NDArray[np.uint64], spare: int) -> None:
    whole, rest = divmod(spare, 64)
    if whole:
        keep[-whole:] = 0
    if rest:
        keep[len(keep) - whole - 1] >>= np.uint64(rest)


def _find(
    rows: NDArray[np.uint64], keep: NDArray[np.uint64], guide_sets: list[GuideSet], limits: Limits
) -> list[tuple[int, NDArray[np.int64]]]:
    """Hits (guide, bit) of each guide set among rows."""
    found = []
    for k, guides in enumerate(guide_sets):
        used = rows
        if guides.wildcards:
            more = [
                np.bitwise_or.reduce([rows[code] for code in range(4) if codes >> code & 1])
                for codes in guides.wildcards
            ]
            used = np.concatenate([rows, np.stack(more)])
        shape = thermometer.limits(
            guides.length, limits.mismatches, limits.dna, limits.rna, limits.mixed
        )
        hits = np.empty((1 << 12, 2), np.int64)
        n = thermometer.find(used, keep, guides.letters, shape, hits)
        if n > len(hits):
            hits = np.empty((n, 2), np.int64)
            thermometer.find(used, keep, guides.letters, shape, hits)
        if n:
            found.append((k, hits[:n]))
    return found
