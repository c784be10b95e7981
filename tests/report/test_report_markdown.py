"""Markdown: the same content, valid tables, nothing that text could break."""

from __future__ import annotations

import re

import pytest
from report_plans import cps1_plan
from test_report_html import HOSTILE, bare, hostile

from ipse.plan.model import Plan
from ipse.report import render_markdown
from ipse.report.markdown import code, escape

HEADINGS = [
    "At a glance", "The patient", "The variant and what it does", "Options, ranked", "Proposals",
    "Not proposed, and why", "Findings", "What Ipse did not know", "Files for the laboratory",
    "Provenance", "Bibliography",
]  # fmt: skip


def tables(text: str) -> list[list[str]]:
    """Runs of table lines."""
    found: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("|"):
            if not inside:
                found.append([])
            found[-1].append(line)
        inside = line.startswith("|")
    return found


def cells(line: str) -> int:
    """Number of cells of a table line; an escaped bar is no border."""
    return len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) - 1


def check_tables(text: str) -> None:
    for lines in tables(text):
        assert re.fullmatch(r"\|( --- \|)+", lines[1]), lines[1]
        assert len({cells(line) for line in lines}) == 1, lines


def test_same_parts_in_the_same_order() -> None:
    text = render_markdown(cps1_plan(extra=2))
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith("# Ipse dossier: cps1-q335x\n")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_figures_are_told_in_words() -> None:
    text = render_markdown(cps1_plan())
    assert text.count("> **Figure.**") == 5
    assert (
        "Codon 335 reads Gln in the reference, Ter in the patient and Gln after the edit." in text
    )


def test_says_what_the_page_says() -> None:
    text = render_markdown(cps1_plan())
    for words in ("Research software, not a medical device.",
                  "*Resolved by:* Install the whole genome", "Would decide it",
                  "[`guides.tsv`](<guides.tsv>)", "How often the guide edits", "\\[1\\]",
                  "(<https://doi.org/10.1056/NEJMoa2504747>)",
                  "This very guide and editor were given"):  # fmt: skip
        assert words in text, words


def test_variants_speak_for_themselves_without_sections() -> None:
    text = render_markdown(cps1_plan().model_copy(update={"sections": ()}))
    assert "- **Transcript:** `NM_001875.4:c.1003C>T`" in text
    assert "presumed, not proven" in text


def test_tables_are_valid() -> None:
    text = render_markdown(cps1_plan(extra=3, sectioned=2))
    assert len(tables(text)) >= 8
    check_tables(text)


def test_empty_plan() -> None:
    text = render_markdown(bare())
    for words in (
        "Nothing could be proposed",
        "names no variant",
        "None.",
        "Nothing was left open",
    ):
        assert words in text


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_cannot_break_out(text: str) -> None:
    written = render_markdown(hostile(text))
    written.encode()
    check_tables(written)
    outside_code = re.sub(r"(`+).+?\1", "", written)
    assert not re.search(r"(?<!\\)<(?!https://)(?:script|img|h1|/)", outside_code)
    assert re.findall(r"^## (.+)$", written, re.MULTILINE) == HEADINGS
    assert "](<javascript" not in written


def test_same_plan_same_bytes() -> None:
    plan = cps1_plan()
    assert render_markdown(Plan.model_validate_json(plan.model_dump_json())) == render_markdown(
        plan
    )


def test_escape() -> None:
    assert escape("a|b *c* [d](e) <f> # g") == "a\\|b \\*c\\* \\[d\\](e) \\<f\\> \\# g"
    assert escape("1. x\n- y") == "1\\. x - y"
    assert escape("- y") == "\\- y"
    assert "https:" not in escape("https://evil.example")
    assert code("a`b|c") == "`` a`b\\|c ``"
