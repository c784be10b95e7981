"""Which of many sites align with a guide, all sites of a word at once.

For every number of bulges (d target bases and r guide bases unpaired) and every k, a bit vector
over the sites holds those whose first bases align with the guide read so far with at most k
mismatches: a thermometer. With ``match`` the sites whose base at the aligned place is the guide's
next,

    sites[d, r][k] <- (sites[d, r][k] & match) | sites[d, r][k - 1]      a pair
    sites[d + 1, r] |= sites[d, r]                                       before a pair: target bulge
    sites[d, r + 1] |= sites[d, r] of before the pair                    in its stead: guide bulge

and after the last guide base, which must be paired, ``sites[.][m]`` of all d and r are the answer.
This is the bit-parallel automaton of Wu and Manber (doi:10.1145/135239.135244) turned by a quarter:
bits are sites instead of pattern positions, so that one step serves a whole vector register.

Without bulges only the number of matches counts, which carry-save adders sum up for all sites of a
register at once, in half the operations of a thermometer and for any number of mismatches.

The recurrence is written out as straight vector code for given limits, which LLVM lowers to
whatever registers the machine has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types, uint64
from numba.core import cgutils
from numpy.typing import NDArray

from ipse.kernels.intrinsics import machine, trailing_zeros

LANES = 4
"""Words of 64 sites per step; the number of words must be a multiple of it."""
DIGITS = 5
"""Binary digits of a number of bases."""
_CHUNK = 32
"""Words whose rows stay in the processor's first cache while all guides are tried."""

Limits = tuple[tuple[int, ...], ...]


def limits(length: int, mismatches: int, target: int, guide: int, mixed: bool) -> Limits:
    """Limits as something compiled code is specialised on: tuples by their lengths.

    Parameters
    ----------
    length
        Guide bases.
    mismatches, target, guide
        Most mismatched pairs, unpaired target bases and unpaired guide bases.
    mixed
        Whether both kinds of bulge may stand in one alignment.
    """
    return tuple((0,) * (n + 1) for n in (length, mismatches, target, guide, int(mixed)))


class _Rows:
    """Code that reads the rows of a call whose first arguments are rows, places, out and word."""

    def __init__(self, context: Any, builder: Any, signature: Any, arguments: Any) -> None:
        made = [context.make_array(signature.args[k])(context, builder, arguments[k])
                for k in range(3)]  # fmt: skip
        self._builder = builder
        self.number = ir.IntType(64)
        self.vector = ir.VectorType(self.number, LANES)
        shape = cgutils.unpack_tuple(builder, made[0].shape)  # type: ignore[no-untyped-call]
        self._width = shape[2]
        self._first = builder.gep(made[0].data, [arguments[3]])
        self._places, self._out = made[1].data, made[2].data

    def every(self, value: int) -> Any:
        """Words of one value."""
        return ir.Constant(self.vector, [ir.Constant(self.number, value)] * LANES)

    def row(self, j: int) -> Any:
        """Row of base j and the code of guide base j."""
        place = self._builder.gep(self._places, [ir.Constant(self.number, j)])
        return self._builder.gep(self._first, [self._builder.load(place)])

    def match(self, row: Any, beyond: int) -> Any:
        """Sites whose base so many beyond a row's is of its code."""
        offset = self._builder.mul(self._width, ir.Constant(self.number, beyond))
        return self.words(self._builder.gep(row, [offset]))

    def words(self, place: Any) -> Any:
        """Words of sites at a place."""
        return self._builder.load(self._vector_at(place), align=8)

    def answer(self, words: Any) -> None:
        """Write the answer."""
        self._builder.store(words, self._vector_at(self._out), align=8)

    def _vector_at(self, pointer: Any) -> Any:
        return self._builder.bitcast(pointer, self.vector.as_pointer())


@machine
def _count_lanes(
    typing_context: Any, rows: Any, places: Any, out: Any, word: Any, bias: Any, length: Any
) -> Any:
    """Write for which of ``LANES`` words of sites, from ``word`` on, matches and bias reach 32."""
    bases = len(length) - 1

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given = _Rows(context, builder, signature, arguments)
        made = context.make_array(signature.args[4])(context, builder, arguments[4])
        # Digits that count 2^k each, a vector a digit; three of a kind are added at once.
        digits: list[list[Any]] = [[] for _ in range(DIGITS + 1)]

        def add(k: int, digit: Any) -> None:
            digits[k].append(digit)
            if k < DIGITS and len(digits[k]) == 3:
                a, b, c = digits[k]
                either = builder.xor(a, b)
                digits[k] = [builder.xor(either, c)]
                add(k + 1, builder.or_(builder.and_(a, b), builder.and_(either, c)))

        for k in range(DIGITS):
            add(k, given.words(builder.gep(made.data, [ir.Constant(given.number, k * LANES)])))
        for j in range(bases):
            add(0, given.match(given.row(j), 0))
        for k in range(DIGITS):
            if len(digits[k]) == 2:
                add(k + 1, builder.and_(*digits[k]))
        answer = given.every(0)
        for digit in digits[DIGITS]:
            answer = builder.or_(answer, digit)
        given.answer(answer)
        return context.get_dummy_value()

    return types.void(rows, places, out, types.intp, bias, length), code


@machine
def _align_lanes(
    typing_context: Any, rows: Any, places: Any, out: Any, word: Any, limits: Any
) -> Any:
    """Write the answer for ``LANES`` words of sites, from ``word`` on."""
    length, mismatches, target, guide, mixed = (len(part) - 1 for part in limits)

    def allowed(d: int, r: int) -> bool:
        return d <= target and r <= guide and (bool(mixed) or d == 0 or r == 0)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given = _Rows(context, builder, signature, arguments)
        ones = given.every((1 << 64) - 1)
        sites: dict[tuple[int, int], list[Any]] = {(0, 0): [ones] * (mismatches + 1)}

        def join(into: dict[tuple[int, int], list[Any]], key: Any, more: list[Any]) -> None:
            if key in into:
                more = [builder.or_(a, b) for a, b in zip(into[key], more, strict=True)]
            into[key] = more

        for j in range(length):
            for d in range(target):
                for r in range(guide + 1):
                    if (d, r) in sites and allowed(d + 1, r):
                        join(sites, (d + 1, r), sites[d, r])
            row = given.row(j)
            match: dict[int, Any] = {}
            after: dict[tuple[int, int], list[Any]] = {}
            for (d, r), now in sites.items():
                i = j + d - r
                if i not in match:
                    match[i] = given.match(row, d - r)
                paired = [builder.and_(now[0], match[i])]
                for k in range(1, mismatches + 1):
                    paired.append(builder.or_(builder.and_(now[k], match[i]), now[k - 1]))
                join(after, (d, r), paired)
                if j < length - 1 and allowed(d, r + 1):
                    join(after, (d, r + 1), now)
            sites = after
        answer = None
        for ends in sites.values():
            answer = ends[mismatches] if answer is None else builder.or_(answer, ends[mismatches])
        given.answer(answer)
        return context.get_dummy_value()

    return types.void(rows, places, out, types.intp, limits), code


def find(
    rows: NDArray[np.uint64],
    keep: NDArray[np.uint64],
    guides: NDArray[np.int64],
    limits: Limits,
    hits: NDArray[np.int64],
) -> int:
    """Find the sites that align with each guide within limits.

    Parameters
    ----------
    rows
        (codes, positions, words): bit ``s`` of ``rows[c, i]`` says that base ``i`` of site ``s``
        is of code ``c``. Positions must be the guide's length and its target bulges at least.
    keep
        (words,): sites to be considered.
    guides
        (n, length): code of each guide base, in the order of the sites' bases.
    limits
        As made by :func:`limits`.
    hits
        (capacity, 2): guide and site of each hit; written as far as it reaches.

    Returns
    -------
    int
        Number of hits, whether they were written or not. Among them may be sites for which bases
        were missing.
    """
    length, mismatches, target, guide, _ = (len(part) - 1 for part in limits)
    if target or guide:
        return int(_align(rows, keep, guides, limits, hits))
    return int(_count(rows, keep, guides, length - mismatches, limits[0], hits))


@njit(cache=True, nogil=True)
def _align(
    rows: NDArray[np.uint64],
    keep: NDArray[np.uint64],
    guides: NDArray[np.int64],
    limits: Limits,
    hits: NDArray[np.int64],
) -> int:  # pragma: no cover
    """Sites that align, written out for these limits."""
    answer = np.empty(LANES, np.uint64)
    places = _places(rows, guides)
    n = 0
    for chunk in range(0, rows.shape[2], _CHUNK):
        for guide in range(len(guides)):
            for word in range(chunk, min(chunk + _CHUNK, rows.shape[2]), LANES):
                _align_lanes(rows, places[guide], answer, word, limits)
                n = _write(answer, keep, guide, word, hits, n)
    return n


@njit(cache=True, nogil=True)
def _count(
    rows: NDArray[np.uint64],
    keep: NDArray[np.uint64],
    guides: NDArray[np.int64],
    least: int,
    length: tuple[int, ...],
    hits: NDArray[np.int64],
) -> int:  # pragma: no cover
    """Sites that match in ``least`` bases or more, written out for the length alone."""
    answer = np.empty(LANES, np.uint64)
    bias = np.zeros((DIGITS, LANES), np.uint64)
    for k in range(DIGITS):
        if ((1 << DIGITS) - least) >> k & 1:
            bias[k] = ~uint64(0)
    places = _places(rows, guides)
    n = 0
    for chunk in range(0, rows.shape[2], _CHUNK):
        for guide in range(len(guides)):
            for word in range(chunk, min(chunk + _CHUNK, rows.shape[2]), LANES):
                _count_lanes(rows, places[guide], answer, word, bias, length)
                n = _write(answer, keep, guide, word, hits, n)
    return n


@njit(cache=True, nogil=True)
def _places(
    rows: NDArray[np.uint64], guides: NDArray[np.int64]
) -> NDArray[np.int64]:  # pragma: no cover
    """Where the row of each guide base begins."""
    out = np.empty_like(guides)
    for guide in range(guides.shape[0]):
        for j in range(guides.shape[1]):
            out[guide, j] = (guides[guide, j] * rows.shape[1] + j) * rows.shape[2]
    return out


@njit(cache=True, nogil=True, inline="always")
def _write(
    answer: NDArray[np.uint64],
    keep: NDArray[np.uint64],
    guide: int,
    word: int,
    hits: NDArray[np.int64],
    n: int,
) -> int:  # pragma: no cover
    """Write the hits of ``LANES`` words."""
    for lane in range(LANES):
        bits = answer[lane] & keep[word + lane]
        while bits:
            if n < len(hits):
                hits[n, 0] = guide
                hits[n, 1] = ((word + lane) << 6) + int(trailing_zeros(bits))
            n += 1
            bits &= bits - uint64(1)
    return n
