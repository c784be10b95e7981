"""The bibliography: each source once, all its reasons, and BibTeX a reference manager can read."""

from __future__ import annotations

import pytest

from ipse.plan.bibliography import bibliography, bibtex, bibtex_authors


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Rees HA, Liu DR", "Rees, H. A. and Liu, D. R."),
        ("Musunuru K, Grandinette SA, et al.", "Musunuru, K. and Grandinette, S. A. and others"),
        ("Zuo et al.", "Zuo and others"),
        ("van der Berg J", "van der Berg, J."),
        ("Food and Drug Administration", "{Food and Drug Administration}"),
        ("", ""),
    ],
)
def test_authors(given: str, wanted: str) -> None:
    assert bibtex_authors(given) == wanted


def test_entries_gather_reasons_and_split_the_journal() -> None:
    source = "doi:10.1056/NEJMoa2504747"
    entries = bibliography(
        [(source, "first"), ("label:Law A 2020-01-02", "x_y"), (source, "b & c")]
    )
    assert [entry.source for entry in entries] == [source, "label:Law A 2020-01-02"]
    assert entries[0].reasons == ("first", "b & c")
    text = bibtex(entries)
    assert "@article{doi_10_1056_NEJMoa2504747," in text
    assert "annote = {first; b \\& c}" in text
    assert "@misc{label_Law_A_2020_01_02," in text
    assert "annote = {x\\_y}" in text
    assert "  journal = {N Engl J Med}" in text
    assert "  volume = {392}" in text
    assert text.count("{") == text.count("}")
