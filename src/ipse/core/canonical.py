"""One way to write a value as JSON, so that equal inputs give equal bytes."""

from __future__ import annotations

import json
import math
from typing import Any

SIGNIFICANT_DIGITS = 6


def canonical(value: Any) -> Any:
    """Round every float to 6 significant digits; refuse NaN and infinities.

    Raises
    ------
    ValueError
        For a number JSON cannot hold: a score that does not apply is null, never NaN.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a JSON number")
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0  # + 0.0 turns -0.0 into 0.0
    if isinstance(value, dict):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    return value


def dumps(value: Any, *, compact: bool = False) -> str:
    """JSON text of a value: field order kept, or keys sorted and no spaces when ``compact``."""
    if compact:
        return json.dumps(
            canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
    return json.dumps(canonical(value), indent=2, ensure_ascii=False) + "\n"
