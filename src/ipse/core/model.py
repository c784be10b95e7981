"""Base class of everything that is written to ``plan.json``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Frozen Pydantic model that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
