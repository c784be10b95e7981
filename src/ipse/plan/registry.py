"""The modalities Ipse knows: one visible dictionary.

A new modality is a package under ``ipse.modalities`` and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ipse.core.errors import InputError
from ipse.modalities.editing import EditingModality
from ipse.modalities.protocol import Modality

REGISTRY: dict[str, Callable[[], Modality]] = {
    "editing": EditingModality,
}


def modalities(names: Iterable[str] | None = None) -> list[Modality]:
    """Make the named modalities, in the registry's order; all of them by default.

    Raises
    ------
    InputError
        For a name that is not in the registry.
    """
    wanted = list(REGISTRY) if names is None else list(names)
    for name in wanted:
        if name not in REGISTRY:
            raise InputError(
                "there is no such modality",
                field="--modalities", value=name, expected=", ".join(REGISTRY),
            )  # fmt: skip
    return [make() for name, make in REGISTRY.items() if name in wanted]


def check_strategies(wanted: Iterable[str] | None, chosen: Iterable[Modality]) -> None:
    """Refuse a strategy that none of the chosen modalities offers.

    Raises
    ------
    InputError
        Naming those that are offered.
    """
    offered = [name for modality in chosen for name in modality.strategies]
    for name in wanted or ():
        if name not in offered:
            raise InputError(
                "there is no such strategy",
                field="--strategies", value=name, expected=", ".join(offered),
            )  # fmt: skip
