"""Site index: all PAM sites of a genome in two bucket tables, on disk, mapped into memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipse.core.errors import InputError
from ipse.core.files import sha256
from ipse.core.progress import Progress, Silent
from ipse.genome.reference import Reference
from ipse.genome.sites import store
from ipse.genome.sites.build import build
from ipse.genome.sites.found import Source
from ipse.genome.sites.guides import GuideSet
from ipse.genome.sites.halves import expected, neighbourhoods
from ipse.genome.sites.limits import Limits
from ipse.genome.sites.pam import Pam
from ipse.genome.sites.scan import Candidates
from ipse.genome.sites.stretches import ABSENT, CONTEXT, STRETCH, Stretch
from ipse.kernels import bucket_align, bucket_match, buckets, lanes, windows

_PLAIN = {1: 0, 2: 1, 4: 2, 8: 3}
"""Set of one code -> the code."""
_SCAN_FROM = buckets.BUCKETS // 6
"""Buckets beyond which a guide is quicker to find by scanning all sites."""


class SiteIndex:
    """PAM sites of a genome, ready to be searched. Made by :meth:`build` or :meth:`open`.

    Attributes
    ----------
    folder
        Where it is.
    meta
        What it is of.
    pam
        PAM of its sites.
    """

    def __init__(self, folder: Path, meta: store.Meta) -> None:
        self.folder, self.meta = folder, meta
        self.pam = Pam.parse(meta.pam, meta.side)
        arrays: dict[str, Any] = {name: store.read_array(folder, name) for name in store.DTYPES}
        self._high, self._low = arrays["high"], arrays["low"]
        self._runs = arrays["run_starts"], arrays["run_ends"], arrays["run_letters"]
        self._orders: dict[bool, Any] = {
            far: (arrays[f"{order}_offsets"], _padded(words), arrays[f"{order}_places"])
            for order, far in (("near", False), ("far", True))
            for words in [arrays[f"{order}_words"]]
        }
        for far, (offsets, *_) in self._orders.items():
            # A search would read beyond its arrays; other damage is found by `verify`.
            if offsets[0] != 0 or offsets[-1] != len(self) or (offsets[1:] < offsets[:-1]).any():
                raise store.broken(
                    folder / f"{'far' if far else 'near'}_offsets", "its buckets do not ascend"
                )
        self._most_hits: dict[Limits, int] = {}
        self._starts = np.array(meta.starts, np.int64)
        self._ends = self._starts + np.array(meta.lengths, np.int64)

    @classmethod
    def build(
        cls,
        reference: Reference,
        folder: Path | str,
        pam: str | Pam = "NGG",
        *,
        progress: Progress | None = None,
    ) -> SiteIndex:
        """Build the index of a reference, or finish one that was interrupted.

        Parameters
        ----------
        reference
            Genome.
        folder
            Folder to make; what is there is replaced once the new index is whole.
        pam
            PAM of the sites.
        progress
            Where to report.

        Raises
        ------
        InputError
            If the reference is too long for one index.
        IpseError
            If another process builds it, or the disk is full.
        """
        pam = Pam.parse(pam) if isinstance(pam, str) else pam
        build(reference, Path(folder), pam, progress or Silent())
        return cls.open(folder, reference)

    @classmethod
    def open(cls, folder: Path | str, reference: Reference | None = None) -> SiteIndex:
        """Open an index.

        Parameters
        ----------
        folder
            Where it is.
        reference
            Genome it must be of, if given.

        Raises
        ------
        InputError
            If it is absent, damaged, of another version or of another reference.
        """
        folder = Path(folder)
        meta = store.read_meta(folder)
        if reference is not None and meta.identity != reference.identity:
            raise InputError(
                "a site index is of another reference", file=folder, field="identity",
                value=f"{meta.reference} ({meta.identity[:12]})",
                expected=f"{reference.name} ({reference.identity[:12]})",
                next_step="build one of this reference: ipse offtargets --build-index",
            )  # fmt: skip
        return cls(folder, meta)

    def verify(self) -> None:
        """Read every file and compare it with its SHA-256.

        Raises
        ------
        InputError
            If one differs.
        """
        for name, digest in self.meta.sha256.items():
            if sha256(self.folder / name) != digest:
                raise InputError(
                    "a site index is damaged", file=self.folder / name,
                    expected=f"SHA-256 {digest}", next_step=store.BUILD,
                )  # fmt: skip

    def __len__(self) -> int:
        return self.meta.sites

    def source(self, places: NDArray[np.int64]) -> Source:
        """Letters for candidates at places of the index."""
        contig = np.searchsorted(self._starts, places, side="right") - 1
        # A junction may stand behind the last base; no contig begins so soon after another.
        return Source(self._read, contig, self._starts[contig], self._ends[contig])

    def _read(
        self,
        first: NDArray[np.int64],
        begin: NDArray[np.int64],
        end: NDArray[np.int64],
        out: NDArray[np.uint8],
    ) -> None:
        """Letters at places of the index, as of :class:`Source`."""
        windows.from_planes(
            self._high, self._low, *self._runs, first, begin, end, ABSENT, out
        )  # fmt: skip

    def stretches(self) -> Iterator[Stretch]:
        """The genome again, in stretches, for a scan."""
        for contig, (start, length) in enumerate(
            zip(self.meta.starts, self.meta.lengths, strict=True)
        ):
            for first in range(0, length + 1, STRETCH):
                last = min(first + STRETCH, length + 1)
                begin, end = max(0, first - CONTEXT), min(length, last + CONTEXT)
                low, high = np.array([start + begin]), np.array([start + end])
                letters = np.empty((1, end - begin), np.uint8)
                self._read(low, low, high, letters)
                letters = letters[0]
                if (letters != ABSENT).any():
                    yield Stretch(contig, begin, letters, first, last, length)

    def candidates(
        self, guides: GuideSet, places: NDArray[np.int64], limits: Limits
    ) -> tuple[Candidates, NDArray[np.int64]]:
        """Look guides up.

        Parameters
        ----------
        guides
            Guides of one length.
        places
            Which of them.
        limits
            Limits of the search.

        Returns
        -------
        candidates, left
            Candidates by place in the index, and those guides whose neighbourhood is so large that
            a scan is quicker.
        """
        sets = guides.sets[places]
        plain = np.isin(sets, list(_PLAIN)).all(axis=1)
        quick = plain & (not limits.bulges) & (guides.length >= 2 * buckets.HALF)
        found = []
        if quick.any():
            found.append(self._match(guides, places[quick], limits))
        left = []
        for place in places[~quick]:
            hits = self._align(guides, int(place), limits)
            if hits is None:
                left.append(place)
            else:
                found.append(hits)
        return Candidates.join(found), np.array(left, np.int64)

    def _match(self, guides: GuideSet, places: NDArray[np.int64], limits: Limits) -> Candidates:
        """Plain guides without bulges: buckets that differ in few bases."""
        keys = _keys(guides.sets[places])
        near_share = limits.mismatches // 2
        far_share = limits.mismatches - 1 - near_share
        # Too few, and all is looked up again.
        each = 64 + 2 * expected(len(self), guides.length, limits.mismatches)
        hits = np.empty((max(4096, each * len(places)), 3), np.int64)
        while True:
            n = 0
            for far, share in ((False, near_share), (True, far_share)):
                if share < 0:
                    continue
                bits, weights = _flips(share)
                offsets, words, entries = self._orders[far]
                n = bucket_match.match(
                    offsets, words, entries, far, keys, guides.length, near_share,
                    limits.mismatches, bits, weights, len(bits), hits, n,
                )  # fmt: skip
            if n <= len(hits):
                break
            hits = np.empty((n, 3), np.int64)
        hits = hits[:n]
        return Candidates(places[hits[:, 0]], hits[:, 1], hits[:, 2] == 1)

    def _align(self, guides: GuideSet, place: int, limits: Limits) -> Candidates | None:
        """Any guide: buckets a half can align with; None if they are too many."""
        sets = guides.sets[place]
        neighbours = neighbourhoods(sets, limits, _SCAN_FROM)
        if neighbours is None:
            return None
        hits = np.empty((max(4096, self._most_hits.get(limits, 0)), 3), np.int64)
        n = 0
        for far, chosen in neighbours.items():
            offsets, words, entries = self._orders[far]
            while True:
                more = bucket_align.align(
                    offsets, words, entries, far, chosen, place, sets, limits.mismatches,
                    limits.dna, limits.rna, limits.mixed, hits, n,
                )  # fmt: skip
                if more <= len(hits):
                    break
                hits = np.concatenate([hits[:n], np.empty((more, 3), np.int64)])
            n = more
        self._most_hits[limits] = max(n + n // 4, self._most_hits.get(limits, 0))
        # A junction may be a site of both strands.
        keys = np.sort(2 * hits[:n, 1] + hits[:n, 2])
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if n else keys
        return Candidates(np.full(len(keys), place), keys >> 1, (keys & 1) == 1)


def _padded(words: Any) -> Any:
    """Entries of a bucket table, as many as are read at once at least."""
    if len(words) >= lanes.LANES:
        return words
    return np.concatenate([words, np.zeros(lanes.LANES - len(words), words.dtype)])


@cache
def _flips(most: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    bits, weights = np.empty(buckets.BUCKETS, np.uint32), np.empty(buckets.BUCKETS, np.int64)
    n = bucket_match.flips(most, bits, weights)
    return bits[:n].copy(), weights[:n].copy()


def _keys(sets: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Keys of plain guides, as of :func:`ipse.kernels.buckets.site_keys`."""
    keys = np.zeros(len(sets), np.uint64)
    table = np.zeros(16, np.uint64)
    table[list(_PLAIN)] = list(_PLAIN.values())
    for j in range(sets.shape[1]):
        code = table[sets[:, j]]
        keys |= (code & np.uint64(1)) << np.uint64(j)
        keys |= (code >> np.uint64(1)) << np.uint64(buckets.BASES + j)
    return keys
