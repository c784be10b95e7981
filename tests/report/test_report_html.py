"""The dossier page: well formed, self-contained, safe with hostile text, equal bytes."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser

import pytest
from report_plans import NEJM, cps1_plan, proposal

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Truth
from ipse.core.sections import Findings, KeyValues, Section, Table, Text
from ipse.plan.model import Plan
from ipse.report import render_html
from ipse.report.view import Dossier, file_link, link

VOID = {"meta", "br", "hr", "img", "input", "link", "col", "wbr", "source"}
FOREIGN = {"svg", "path", "rect", "circle", "ellipse", "use", "symbol", "defs", "text"}


class Page(HTMLParser):
    """Reads a page and keeps what the tests ask for."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.problems: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        self.problems += [f"<{tag}> is left open" for tag in self.stack]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> repeats an attribute")
        if tag == "p" and "p" in self.stack:
            self.problems.append("a paragraph stands in a paragraph")
        if tag in ("p", "ul", "ol", "dl", "table", "figure", "section") and "p" in self.stack:
            self.problems.append(f"<{tag}> stands in a paragraph")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID and tag not in FOREIGN:
            self.problems.append(f"<{tag}/> does not close itself in HTML")

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.stack[-1:]}")
        else:
            self.stack.pop()

    def handle_data(self, data):
        if self.stack and self.stack[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def plan() -> Plan:
    return cps1_plan(extra=3, sectioned=1)


@pytest.fixture(scope="module")
def html(plan: Plan) -> str:
    return render_html(plan)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def bare(**changes: object) -> Plan:
    """A plan in which nothing is known."""
    plan = cps1_plan()
    case = plan.case.model_copy(
        update={
            "sex": "", "age": "", "diseases": (), "features": (), "excluded_features": (),
            "measurements": (), "actions": (), "facts": (), "leaves": {},
        }
    )  # fmt: skip
    empty = {
        "case": case, "variants": (), "proposals": (), "not_proposed": (), "unknowns": (),
        "findings": (), "sections": (), "artefacts": (), "bibliography": (),
    }  # fmt: skip
    return plan.model_copy(update={**empty, **changes})


def test_page_is_well_formed_and_ids_are_unique(html: str, page: Page) -> None:
    assert html.lstrip().lower().startswith("<!doctype html>")
    assert page.problems == []
    assert len(page.ids) == len(set(page.ids))


def test_links_lead_somewhere(page: Page) -> None:
    ids = set(page.ids)
    for tag, attributes in page.elements:
        target = attributes.get("href", "")
        if target.startswith("#"):
            assert target[1:] in ids, target
        elif target:
            assert tag == "a"
            assert target.startswith("https://") or file_link(target)


def test_nothing_is_loaded_from_anywhere(html: str, page: Page) -> None:
    tags = {tag for tag, _ in page.elements}
    assert not tags & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "video",
    }
    for _, attributes in page.elements:
        assert not {"src", "srcset", "data", "poster", "background", "xlink:href"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert "default-src 'none'" in html


def test_phone_and_paper_are_thought_of(html: str) -> None:
    assert 'content="width=device-width, initial-scale=1"' in html
    assert "@media (max-width" in html
    assert "@page" in html
    assert "@media print" in html
    assert "break-inside: avoid" in html
    assert "attr(href)" in html  # a printed link shows where it leads


def test_parts_stand_in_order(page: Page) -> None:
    parts = [attributes["id"] for tag, attributes in page.elements
             if tag == "section" and "id" in attributes]  # fmt: skip
    assert parts == [
        "glance", "patient", "variant", "options", "proposals", "refused", "findings", "unknowns",
        "files", "provenance", "bibliography",
    ]  # fmt: skip


def test_says_what_it_is_and_what_it_is_not(page: Page) -> None:
    for words in (
        "Research software, not a medical device.", "cps1-q335x", "As of 2026-11-22", "Region US",
        "no name and no date of birth", "Of 86 values in the phenopacket 71 were used",
        "TGATTCTAAGCAGTAATGAA",
        "Investigational: given to one person", "Resolved by", "ipse genome add hg38",
        "What would decide the verdicts", "No NGG PAM", "How often the guide edits",
        "Patient-Specific In Vivo Gene Editing", "This very guide and editor were given",
    ):  # fmt: skip
        assert words in page.text, words


def test_every_proposal_is_ranked_and_each_with_sections_is_shown(plan: Plan, page: Page) -> None:
    dossier = Dossier(plan)
    articles = [a["id"] for tag, a in page.elements
                if tag == "article" and a.get("class") == "proposal"]  # fmt: skip
    assert articles == [dossier.anchor(p) for p in plan.proposals if p.sections]
    rows = [a["id"] for tag, a in page.elements if a.get("id", "").startswith("row-")]
    assert len(rows) == len(plan.proposals) == 7
    assert "4 proposals of 7 without a part of their own" in page.text
    assert "2 more in" in page.text


def test_a_shared_finding_stands_once_with_its_proposals(plan: Plan) -> None:
    concerns = Dossier(plan).concerns
    assert list(concerns) == ["blocking", "serious", "caution", "info"]
    (loci_only,) = [c for c in concerns["serious"] if c.finding.code == "reference-is-loci-only"]
    assert [p.rank for p in loci_only.about] == [1, 2, 5, 6, 7]
    assert sum(len(found) for found in concerns.values()) == 7


def test_variants_are_told_by_the_plans_sections_or_by_themselves(plan: Plan) -> None:
    told = Page(render_html(plan)).text
    assert "Where the variants stand" in told
    assert "On the other allele" not in told
    alone = Page(render_html(plan.model_copy(update={"sections": ()}))).text
    for words in ("NM_001875.4:c.1003C>T", "On the other allele", "presumed, not proven",
                  "Not placed on the reference", "Position taken from the transcript"):  # fmt: skip
        assert words in alone, words


def test_what_every_part_shows_is_not_said_twice(plan: Plan) -> None:
    first = plan.proposals[0]
    again = Table(
        caption="Criteria again", columns=("Criterion", "Holds"),
        rows=tuple((item.name, item.value.value) for item in first.criteria),
    )  # fmt: skip
    blocks = (Text(text="Only this."), again, Findings(findings=first.findings))
    section = Section(title=first.title, blocks=blocks)
    assert Dossier(plan).told(section, first) == [blocks[0]]
    assert Dossier(plan).told(section) == list(blocks)
    changed = first.model_copy(update={"sections": (section,)})
    page = Page(render_html(bare(proposals=(changed,))))
    assert "Criteria again" not in page.text
    assert page.text.count("A8 of 4 to 8.") == 1


def test_what_every_proposal_shares_is_told_once() -> None:
    alike = tuple(proposal(rank, detailed=rank < 3) for rank in (1, 2, 3))
    dossier = Dossier(bare(proposals=alike))
    own, shared = dossier.findings_of(alike[0])
    assert [finding.code for finding in own] == ["reference-is-loci-only"]  # serious: always told
    assert [concern.finding.code for concern in shared] == ["one-allele-of-two", "bystander-silent"]
    page = Page(render_html(dossier.plan))
    assert page.text.count("One allele is corrected") == 1
    assert page.text.count("Common to every proposal") == 2
    lone = Dossier(bare(proposals=alike[:1]))
    assert len(lone.findings_of(alike[0])[0]) == 3


def test_citations_are_numbered_by_the_bibliography(page: Page, plan: Plan) -> None:
    cited = [a["href"] for tag, a in page.elements if a.get("class") == "cite" and "href" in a]
    assert set(cited) == {"#ref-1", "#ref-2"}
    assert Dossier(plan).number(NEJM) == 1
    assert Dossier(plan).number("doi:10.1000/other") is None


def test_a_source_outside_the_bibliography_is_named() -> None:
    evidence = Evidence(source="doi:10.1000/other", reason="Not in the list.")
    finding = Finding(severity=Severity.INFO, code="x", message="M.", evidence=(evidence,))
    assert "[doi:10.1000/other]" in Page(render_html(bare(findings=(finding,)))).text


def test_empty_parts_say_so_in_a_word() -> None:
    page = Page(render_html(bare()))
    assert page.problems == []
    for words in (
        "Nothing could be proposed for this case.", "The case says nothing of the patient.",
        "The case names no variant.", "Nothing was left open.", "Nothing was cited.",
    ):  # fmt: skip
        assert words in page.text
    assert "proposals" not in page.ids
    assert "refused" not in page.ids
    assert "files" not in page.ids


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></svg></table></body><h1>broken",
    "{{ 7 * 7 }}{% raw %}",
    "A" * 5000,
    "\u202egnp.exe\u2066 \u0000\u0008\ufffe \ud800",
    "שלום עולם مرحبا",
    "]]>&amp;<!--",
    "javascript:alert(1)",
    "| a | b |\n# heading\n```",
)


def hostile(text: str) -> Plan:
    """The plan with one text in every free field that can hold it."""
    plan = cps1_plan()
    first = plan.proposals[0]
    figures = [block for section in (*plan.sections, *first.sections) for block in section.blocks]
    spoiled = []
    for block in figures:
        fields: dict[str, object] = {
            name: text for name in ("caption", "alt", "contig", "transcript", "text")
            if name in type(block).model_fields
        }  # fmt: skip
        if block.kind == "locus":
            fields["tracks"] = tuple(t.model_copy(update={"label": text}) for t in block.tracks)
            fields["marks"] = tuple(m.model_copy(update={"label": text}) for m in block.marks)
        if block.kind == "exons":
            fields["variants"] = tuple((position, text) for position, _ in block.variants)
        if block.kind == "codons":
            fields["rows"] = tuple((text, codons, residues) for _, codons, residues in block.rows)
        spoiled.append(block.model_copy(update=fields))
    spoiled += [
        Text(text=text),
        KeyValues(items=((text, text),)),
        Table(caption=text, columns=(text, "b"), rows=((text, text), (text, None)), mono=(0,)),
    ]
    finding = Finding(severity=Severity.SERIOUS, code=text, message=text, resolves=text)
    criterion = first.criteria[-1].model_copy(
        update={"name": text, "detail": text, "needs": text, "weight": text, "value": Truth.UNKNOWN}
    )
    bad = first.model_copy(
        update={
            "id": text, "title": text, "reason": text, "strategy": text, "modality": text,
            "criteria": (criterion,), "findings": (finding,), "requires": (text,),
            "classification": {text: text},
            "artefacts": (first.artefacts[0].model_copy(update={"path": text, "title": text}),),
            "sections": (Section(title=text, blocks=tuple(spoiled)),),
        }
    )  # fmt: skip
    case = plan.case.model_copy(
        update=dict.fromkeys(("id", "sex", "age"), text)
        | dict.fromkeys(("diseases", "features", "measurements", "facts"), (text, text))
    )
    entry = plan.bibliography[0].model_copy(
        update={"url": text, "title": text, "authors": text, "source": text, "reasons": (text,)}
    )
    return plan.model_copy(
        update={
            "case": case, "proposals": (bad, bad.model_copy()), "findings": (finding,),
            "bibliography": (entry,), "options": ({text: text},), "trials": ({text: [text]},),
            "variants": (plan.variants[0].model_copy(
                update={"hgvs_c": text, "gene": text, "label": text, "notes": (text,)}),),
            "not_proposed": (plan.not_proposed[0].model_copy(
                update={"strategy": text, "reason": text}),),
            "unknowns": (plan.unknowns[0].model_copy(update={"message": text}),),
            "artefacts": (plan.artefacts[0].model_copy(update={"path": text}),),
        }
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_cannot_break_the_page(text: str, page: Page) -> None:
    html = render_html(hostile(text))
    html.encode()  # no lone surrogate is left
    attacked = Page(html)
    assert attacked.problems == []
    assert len(attacked.ids) == len(set(attacked.ids))
    plain = {tag for tag, _ in page.elements}
    assert {tag for tag, _ in attacked.elements} <= plain | {"h3", "details", "summary"}
    for _, attributes in attacked.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert not attributes.get("href", "").lower().startswith(("javascript", "data"))
    assert not any(unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI")
                   for c in html)  # fmt: skip
    assert "\x00" not in html


def test_addresses_and_paths_are_checked() -> None:
    assert link("https://doi.org/10.1/x") == "https://doi.org/10.1/x"
    assert link("javascript:alert(1)") == link("//host/x") == link('https://x" onclick=') == ""
    assert file_link("editing/editing-1.gb") == "editing/editing-1.gb"
    for path in ("../secret", "/etc/passwd", "https://host/x", "a/../../b", "C:\\x", "a b"):
        assert file_link(path) == ""


def test_same_plan_same_bytes(plan: Plan, html: str) -> None:
    assert render_html(Plan.model_validate_json(plan.model_dump_json())) == html


def test_forty_proposals_each_have_their_part() -> None:
    html = render_html(cps1_plan(extra=38, sectioned=38))
    assert html.count('<article class="proposal"') == 40


def test_about_every_proposal_is_said_in_words() -> None:
    plan = bare(proposals=tuple(proposal(rank, detailed=False) for rank in range(1, 7)))
    assert "Every proposal" in Page(render_html(plan)).text


def test_importing_the_room_loads_no_template_engine() -> None:
    code = (
        "import sys, ipse.report; print('jinja2' in sys.modules, 'ipse.plan.model' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
