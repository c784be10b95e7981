"""What may and may not stand as a source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ipse.core.errors import InputError
from ipse.core.evidence import SOURCE_KINDS, Evidence, Level, parse_source, url

GOOD = [
    "doi:10.1056/NEJMoa2504747",
    "pmid:27096365",
    "pmcid:PMC4873371",
    "patent:US10113163B2",
    "patent:WO2017070632A2",
    "nct:NCT06549218",
    "label:FDA Casgevy US prescribing information 2023-12-08",
    "refseq:NM_001875.4",
    "genbank:U00096.3",
    "lrg:LRG_1232",
    "uniprot:P68871",
    "so:0001587",
]
BAD = [
    "", "   ", ";", "memory", "doi:from memory", "Komor 2016", "doi:", "doi:10.1038",
    "doi:10.1038/nature17946 (Komor 2016)", "doi 10.1038/nature17946", "pmid:abc", "pmid:",
    "DOI:10.1038/nature17946", "https://doi.org/10.1038/nature17946", "label:FDA label",
    "label:2024-01-01", "nct:NCT1", "refseq:", "memory:1", "doi:10.1038/nature17946, pmid:1",
    "doi:10.1038/nature17946; memory", "label:from memory 2024-01-01", "unknown:1", "name only;",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_good_sources(text: str) -> None:
    assert parse_source(text) == (text,)
    assert parse_source(f" {text} ; pmid:1;") == (text, "pmid:1")


@pytest.mark.parametrize("text", BAD)
def test_bad_sources_are_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_source(text)
    assert caught.value.expected is not None
    assert caught.value.exit_status == 2


@given(st.text())
def test_any_text_gives_sources_or_a_clean_error(text: str) -> None:
    try:
        sources = parse_source(text)
    except InputError:
        return
    assert sources
    for source in sources:
        assert source.split(":", 1)[0] in SOURCE_KINDS
        assert "memory" not in source.lower()
        assert parse_source(source) == (source,)


def test_evidence_needs_a_reason_and_one_source() -> None:
    fine = Evidence(source="pmid:1", reason="why", level=Level.HUMAN)
    assert fine.source == "pmid:1"
    with pytest.raises(ValidationError, match="reason"):
        Evidence(source="pmid:1", reason="  ")
    with pytest.raises((ValidationError, InputError)):
        Evidence(source="pmid:1; pmid:2", reason="two")
    with pytest.raises((ValidationError, InputError)):
        Evidence(source="memory", reason="none")
    with pytest.raises(ValidationError):
        Evidence(source="pmid:1", reason="why", strength="strong")  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        fine.reason = "changed"  # type: ignore[misc]


def test_levels_are_ordered_people_first() -> None:
    assert [level.value for level in sorted(Level, key=lambda level: level.rank)] == [
        "human", "animal", "cell", "analogy", "rule",
    ]  # fmt: skip


def test_addresses() -> None:
    assert url("doi:10.1038/nature17946") == "https://doi.org/10.1038/nature17946"
    assert url("label:FDA label 2024-01-01") is None
