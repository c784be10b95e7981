"""Predicted efficiency in a plan: of SpCas9 cuts alone, on the patient's own letters."""

from __future__ import annotations

import numpy as np
import pytest
from edit_cases import context, design, named, proposals

from ipse.core.sequence import reverse_complement
from ipse.genome.efficiency import open_scorer
from ipse.modalities.editing.activity import MEASURED_WITH, activity
from ipse.modalities.editing.locus import allele_of


@pytest.mark.parametrize("name", ["cps1", "v30m", "f508del"])
def test_the_score_is_that_of_the_patients_letters(name: str) -> None:
    variant = named(name)
    where = context([variant])
    allele = allele_of(variant, where, 200)
    scorer, scored = open_scorer(), 0
    for item in proposals(variant):
        made, told = design(item), activity(design(item), where)
        assert told in item.preferences
        if made.action != "cuts" or made.editor != MEASURED_WITH:
            assert told.value is None and "cuts by SpCas9" in told.words
            continue
        strand = allele.sequence
        strand = strand if made.strand == "+" else reverse_complement(strand)
        (at,) = [
            k
            for k in range(len(strand))
            if strand.startswith(made.spacer + made.pam, k)
        ]  # fmt: skip
        letters = strand[at - scorer.before : at + len(made.spacer) + scorer.after]
        expected = scorer.score(np.frombuffer(letters.encode(), np.uint8)[None, :])
        assert told.value == float(expected.value[0])
        assert expected.low[0] <= told.value <= expected.high[0]
        scored += 1
    assert scored
