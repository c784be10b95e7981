"""A gene nobody knows is refused; one that is merely not at hand is not."""

from __future__ import annotations

import pytest

from ipse.core.errors import InputError
from ipse.genome.embedded import embedded
from ipse.patient.gene_names import check_symbol


def test_an_unknown_symbol_is_refused_with_near_matches() -> None:
    with pytest.raises(InputError, match="no gene 'HBQQ' is known") as caught:
        check_symbol("HBQQ:c.20A>T", embedded())
    assert "HBB" in str(caught.value.expected)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    "text",
    [
        "HBB:c.20A>T",  # embedded
        "AIRE:c.769C>T",  # known, not at hand
        "NM_999999.1(HBQQ):c.20A>T",  # the accession names the sequence
        "HBQQ:n.20A>T",  # the tables hold protein-coding genes alone
        "no HGVS at all",
    ],
)
def test_what_may_be_right_passes(text: str) -> None:
    check_symbol(text, embedded())
