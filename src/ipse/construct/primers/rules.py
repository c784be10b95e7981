"""The rules primers are designed by: every number from the cited table ``primer_rules.tsv``."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from ipse.core.errors import InputError
from ipse.core.tables import shipped
from ipse.kernels.priming import LONGEST

LONGEST_PRODUCT = 2000
"""Longest product a design is made for [bp]: beyond, the search for pairs would take minutes."""


@dataclass(frozen=True)
class Rules:
    """Limits and weights of a design; units and sources stand in the table.

    Attributes are the rows of ``primer_rules.tsv`` by name.
    """

    length_min: int
    length_opt: int
    length_max: int
    tm_min: float
    tm_opt: float
    tm_max: float
    tm_difference_max: float
    gc_min: float
    gc_max: float
    run_max: int
    dinucleotide_max: int
    end_window: int
    end_gc_min: int
    end_gc_max: int
    alternative_distance: int
    monovalent: float
    magnesium: float
    dntp: float
    oligo: float
    annealing_below_tm: float
    hairpin_dg_min: float
    dimer_dg_min: float
    end_dimer_dg_min: float
    read_length: int
    read_overlap_min: int
    product_min: int
    product_max: int
    product_opt: int
    margin_min: int
    margin_opt: int
    variant_free_end: int
    mismatches_max: int
    pair_mismatches_max: int
    exact_end: int
    stray_product_max: int
    titre_product_min: int
    titre_product_max: int
    titre_product_opt: int
    weight_tm: float
    weight_length: float
    weight_tm_difference: float
    weight_end: float
    weight_margin: float
    weight_product: float
    weight_variant: float
    weight_dimer: float

    def __post_init__(self) -> None:
        if not 1 <= self.length_min <= self.length_opt <= self.length_max <= LONGEST:
            raise ValueError(f"primers of {self.length_min} to {self.length_max} nt")

    def with_product(self, smallest: int, largest: int) -> Rules:
        """The same rules for products of other sizes [bp].

        Raises
        ------
        InputError
            For sizes no two primers fit in, or beyond the longest a design is made for.
        """
        least = 2 * self.length_min + 1
        if not least <= smallest <= largest <= LONGEST_PRODUCT:
            raise InputError(
                "a product cannot have this size", field="--amplicon",
                value=f"{smallest}-{largest}",
                expected=f"two sizes from {least} to {LONGEST_PRODUCT} bp, the smaller first",
                next_step="for example --amplicon "
                f"{shipped_rules().product_min}-{shipped_rules().product_max}",
            )  # fmt: skip
        opt = min(max(self.product_opt, smallest), largest)
        return replace(self, product_min=smallest, product_max=largest, product_opt=opt)

    def for_titre(self) -> Rules:
        """The same rules for the short products of quantitative PCR."""
        return replace(
            self,
            product_min=self.titre_product_min,
            product_max=self.titre_product_max,
            product_opt=self.titre_product_opt,
        )


@cache
def shipped_rules() -> Rules:
    """The rules of the shipped table."""
    table = shipped("ipse.construct", "primer_rules")
    whole = {field.name for field in fields(Rules) if field.type == "int"}
    values: dict[str, Any] = {
        row["name"]: row.integer("value") if row["name"] in whole else row.number("value")
        for row in table
    }
    return Rules(**values)


def rule_sources() -> tuple[str, ...]:
    """Every source the rules rest on, in the table's order."""
    table = shipped("ipse.construct", "primer_rules")
    return tuple(dict.fromkeys(source for row in table for source in row.source))
