"""What is said of any spacer."""

from __future__ import annotations


def five_prime_g(spacer: str) -> str:
    """How a U6 promoter would start the guide."""
    if spacer.startswith("G"):
        return "starts with G: transcribed from a U6 promoter as it is"
    return f"starts with {spacer[0]}: for a U6 promoter put a G before it (g{spacer})"


def gc_percent(spacer: str) -> float:
    """Share of G and C [%]."""
    return 100 * sum(base in "GC" for base in spacer) / len(spacer)
