"""Order of rows by several whole numbers, which one or two machine numbers have room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_ROOM = 1 << 63


def packed(columns: Sequence[NDArray[np.integer]]) -> list[Numbers]:
    """Few columns that order rows as many do.

    Parameters
    ----------
    columns
        Numbers from 0 on, those that count most first.
    """
    words: list[Numbers] = []
    room = _ROOM
    for column in columns:
        size = int(column.max(initial=0)) + 1
        if room * size < _ROOM:
            words[-1] = words[-1] * size + column
            room *= size
        else:
            words.append(column.astype(np.int64))
            room = size
    return words


def ordered(
    columns: Sequence[NDArray[np.integer]], *, nearly: bool = False
) -> tuple[Numbers, NDArray[np.bool_]]:
    """Order of rows, and which places of it are like the place before.

    Parameters
    ----------
    columns
        As of :func:`packed`. The order of rows that are alike is any.
    nearly
        Most rows stand in order already, which a stable sort makes use of.
    """
    words = packed(columns)
    kind: Literal["stable"] | None = "stable" if nearly else None
    order = np.argsort(words[0], kind=kind) if len(words) == 1 else np.lexsort(words[::-1])
    alike = np.zeros(len(order), np.bool_)
    alike[1:] = True
    for word in words:
        inner = word[order]
        alike[1:] &= inner[1:] == inner[:-1]
    return order, alike
