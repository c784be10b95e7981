"""Most stable duplex of two short strands without bulges, over every way to lay them together.

Strands are codes 0 to 3 in which a base and its partner add up to 3. Strand ``a`` is read 5' to 3',
its partner ``b`` against it 3' to 5': at offset ``d`` base ``i`` of ``a`` faces base ``d - i`` of
``b``. A duplex is a run of facing bases that begins and ends with a Watson-Crick pair; its energy
is the sum of its stacking steps and of both ends, as in the nearest-neighbour model.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Reals = NDArray[np.float64]


@njit(cache=True, nogil=True)
def best(a: Bytes, b: Bytes, steps: Reals, ends: Reals, out: Reals) -> None:  # pragma: no cover
    """Free energy of the most stable duplex, and of the one that holds a 3' end.

    Parameters
    ----------
    a, b
        Codes of the strands, 5' to 3'.
    steps
        (4, 4, 4, 4) energy of two neighbouring facing pairs by ``a[i], a[i + 1], b[d - i],
        b[d - i - 1]``; infinite where they cannot stand in a duplex.
    ends
        (4,) energy of a terminal pair by its base.
    out
        (2,): any duplex; one whose pairs hold the 3' base of ``a`` or that of ``b``. Zero where no
        duplex is more stable than none.
    """
    out[0] = 0.0
    out[1] = 0.0
    last_a, last_b = len(a) - 1, len(b) - 1
    for d in range(last_a + last_b + 1):
        first = max(0, d - last_b)
        final = min(last_a, d)
        from_any = np.inf  # best duplex that goes on through pair i
        from_end = np.inf  # the same, begun at the 3' base of b
        for i in range(first, final + 1):
            j = d - i
            if i > first:
                step = steps[a[i - 1], a[i], b[j + 1], b[j]]
                from_any += step
                from_end += step
            if a[i] + b[j] != 3:
                continue
            value = from_any + ends[a[i]]
            out[0] = min(out[0], value)
            if i == last_a:
                out[1] = min(out[1], value)
            out[1] = min(out[1], from_end + ends[a[i]])
            from_any = min(from_any, ends[a[i]])
            if j == last_b:
                from_end = ends[a[i]]
