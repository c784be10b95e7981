"""What a laboratory orders: 96-well plates of primers, and the table of pairs.

Forward primers fill plates ``F1``, ``F2``..., reverse primers ``R1``, ``R2``..., the two of a pair
in the same well, row by row from A1 to H12: one multichannel transfer from each plate makes the
pairs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ipse.construct.primers.amplicons import plain_name
from ipse.construct.primers.model import ProofAmplicon
from ipse.core.errors import InputError
from ipse.core.tables import shipped

ROWS, COLUMNS = "ABCDEFGH", 12
"""A 96-well plate (ANSI/SLAS 4)."""
WELLS = tuple(f"{row}{column}" for row in ROWS for column in range(1, COLUMNS + 1))
PLATE_COLUMNS = ("plate", "well", "name", "sequence")
PAIR_COLUMNS = (
    "name", "role", "contig", "target_start_1based", "target_end", "forward", "reverse",
    "forward_tm", "reverse_tm", "annealing", "forward_gc", "reverse_gc", "product_start_1based",
    "product_end", "product_size", "margin_forward", "margin_reverse", "dimer_dg", "end_dimer_dg",
    "hairpin_dg", "variants_under_primers", "penalty", "reference", "whole_genome",
    "intended_product", "unintended_products", "alternatives", "notes", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Adaptors:
    """Overhangs put before the primers.

    Attributes
    ----------
    name
        ``none`` or a row of ``adaptors.tsv``.
    forward, reverse
        Bases before the forward and the reverse primer.
    source
        Where they are printed.
    """

    name: str
    forward: str = ""
    reverse: str = ""
    source: tuple[str, ...] = ()

    @classmethod
    def named(cls, name: str) -> Adaptors:
        """Adaptors by name.

        Raises
        ------
        InputError
            If there are none of that name.
        """
        table = shipped("ipse.construct", "adaptors")
        if name == "none":
            return cls("none")
        if name not in table.by_key:
            raise InputError(
                "there are no such adaptors", field="--adaptors", value=name,
                expected=", ".join(["none", *table.by_key]),
            )  # fmt: skip
        row = table[name]
        return cls(name, row["forward"], row["reverse"], row.source)


@dataclass(frozen=True)
class Well:
    """One oligonucleotide in its well."""

    plate: str
    well: str
    name: str
    sequence: str


NO_ADAPTORS = Adaptors("none")


def plates(items: Iterable[ProofAmplicon], adaptors: Adaptors = NO_ADAPTORS) -> list[Well]:
    """Wells of every site that has a pair: all forward plates, then all reverse plates."""
    designed = [(item.name, item.pair) for item in items if item.pair is not None]
    answer = []
    for letter, overhang in (("F", adaptors.forward), ("R", adaptors.reverse)):
        for k, (name, pair) in enumerate(designed):
            primer = pair.forward if letter == "F" else pair.reverse
            answer.append(
                Well(
                    f"{letter}{k // len(WELLS) + 1}", WELLS[k % len(WELLS)],
                    f"{plain_name(name)}_{letter}", overhang + primer.sequence,
                )
            )  # fmt: skip
    return answer


def plate_table(wells: Iterable[Well]) -> str:
    """Plates as TSV."""
    return _tsv(PLATE_COLUMNS, ((w.plate, w.well, w.name, w.sequence) for w in wells))


def pair_table(items: Iterable[ProofAmplicon]) -> str:
    """Sites and their pairs as TSV; a site without a pair has its reason."""
    return _tsv(PAIR_COLUMNS, _pair_rows(items))


def _pair_rows(items: Iterable[ProofAmplicon]) -> Iterator[tuple[object, ...]]:
    for item in items:
        head = (item.name, item.role, item.contig, item.start + 1, item.end)
        pair = item.pair
        if pair is None:
            empty = ("",) * (len(PAIR_COLUMNS) - len(head) - 2)
            yield *head, *empty, "; ".join(item.notes), item.reason
            continue
        one, two, found = pair.forward, pair.reverse, pair.specificity
        folds = [p.hairpin_dg for p in (one, two) if p.hairpin_dg is not None]
        yield (
            *head, one.sequence, two.sequence, one.tm, two.tm, pair.annealing, one.gc_percent,
            two.gc_percent, one.start + 1, two.end, pair.product_size, *pair.margins,
            min(pair.dimer_dg, one.dimer_dg, two.dimer_dg),
            min(pair.end_dimer_dg, one.end_dimer_dg, two.end_dimer_dg),
            min(folds, default=""), one.variants + two.variants, pair.penalty,
            found.reference if found else "",
            _yes(found.whole_genome) if found else "",
            _yes(found.intended) if found else "",
            found.unintended if found else "",
            len(item.others), "; ".join(item.notes), "",
        )  # fmt: skip


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _tsv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(columns)
    writer.writerows(
        [f"{cell:.4g}" if isinstance(cell, float) else cell for cell in row] for row in rows
    )
    return text.getvalue()
