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


@machine
def _align_lanes(
    typing_context: Any, rows: Any, letters: Any, out: Any, word: Any, limits: Any
) -> Any:
    """Write the answer for ``LANES`` words of sites, from ``word`` on."""
    length, mismatches, target, guide, mixed = (len(part) - 1 for part in limits)

    def allowed(d: int, r: int) -> bool:
        return d <= target and r <= guide and (bool(mixed) or d == 0 or r == 0)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows_type, letters_type, out_type, _, _ = signature.args
        made_rows = context.make_array(rows_type)(context, builder, arguments[0])
        made_letters = context.make_array(letters_type)(context, builder, arguments[1])
        made_out = context.make_array(out_type)(context, builder, arguments[2])
        number, vector = ir.IntType(64), ir.VectorType(ir.IntType(64), LANES)
        shape = cgutils.unpack_tuple(builder, made_rows.shape)  # type: ignore[no-untyped-call]
        width = shape[2]
        per_code = builder.mul(shape[1], width)
        first = builder.gep(made_rows.data, [arguments[3]])

        def vector_at(pointer: Any) -> Any:
            return builder.bitcast(pointer, vector.as_pointer())

        ones = ir.Constant(vector, [ir.Constant(number, (1 << 64) - 1)] * LANES)
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
            letter = builder.load(builder.gep(made_letters.data, [ir.Constant(number, j)]))
            row = builder.gep(first, [builder.mul(letter, per_code)])
            match: dict[int, Any] = {}
            after: dict[tuple[int, int], list[Any]] = {}
            for (d, r), now in sites.items():
                i = j + d - r
                if i not in match:
                    place = builder.gep(row, [builder.mul(width, ir.Constant(number, i))])
                    match[i] = builder.load(vector_at(place), align=8)
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
        builder.store(answer, vector_at(made_out.data), align=8)
        return context.get_dummy_value()

    return types.void(rows, letters, out, types.intp, limits), code


@njit(cache=True, nogil=True)
def find(
    rows: NDArray[np.uint64],
    keep: NDArray[np.uint64],
    guides: NDArray[np.int64],
    limits: Limits,
    hits: NDArray[np.int64],
) -> int:  # pragma: no cover
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
    answer = np.empty(LANES, np.uint64)
    n = 0
    for guide in range(len(guides)):
        letters = guides[guide]
        for word in range(0, rows.shape[2], LANES):
            _align_lanes(rows, letters, answer, word, limits)
            for lane in range(LANES):
                bits = answer[lane] & keep[word + lane]
                while bits:
                    if n < len(hits):
                        hits[n, 0] = guide
                        hits[n, 1] = ((word + lane) << 6) + int(trailing_zeros(bits))
                    n += 1
                    bits &= bits - uint64(1)
    return n
