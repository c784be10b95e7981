"""Figures: well-formed SVG with a text alternative, and what they show."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_plans import (
    CPS1,
    EXON_9_END,
    EXON_10,
    SITE,
    cps1_codons,
    cps1_exons,
    cps1_locus,
    dmd_frames,
    hbb_locus,
    many_exons,
    site_dots,
)

from ipse.core.sections import (
    Codon,
    CodonFigure,
    Dot,
    DotFigure,
    ExonFigure,
    LocusFigure,
    Mark,
    Track,
)
from ipse.report.figures import FIGURES, FOCUS, dots, svg
from ipse.report.figures.locus import MOST_BASES, SLACK, panels

SVG = "{http://www.w3.org/2000/svg}"
FIGURE_CASES = {
    "cps1": cps1_locus(), "hbb": hbb_locus(), "exons": cps1_exons(), "many": many_exons(),
    "codons": cps1_codons(), "dots": site_dots(), "frames": dmd_frames(),
}  # fmt: skip


def drawn(figure: object, uid: str = "f") -> ET.Element:
    """The figure as a parsed tree."""
    return ET.fromstring(FIGURES[figure.kind](figure, uid))


def words(tree: ET.Element) -> list[str]:
    """Texts of a drawing, in order."""
    return ["".join(element.itertext()) for element in tree.iter(SVG + "text")]


@pytest.fixture(params=FIGURE_CASES, ids=str)
def figure(request):
    return FIGURE_CASES[request.param]


def test_text_alternative(figure) -> None:
    tree = drawn(figure, "figure-7")
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "figure-7-title figure-7-desc"
    title, desc = tree.find(SVG + "title"), tree.find(SVG + "desc")
    assert (title.get("id"), title.text) == ("figure-7-title", figure.caption)
    assert (desc.get("id"), desc.text) == ("figure-7-desc", figure.alt)


def test_scales_by_its_view_box(figure) -> None:
    tree = drawn(figure)
    left, top, width, height = map(float, tree.get("viewBox").split())
    assert (left, top) == (0, 0)
    assert 300 <= width <= 1200
    assert 50 <= height <= 1200


def test_nothing_stands_outside_the_drawing(figure) -> None:
    tree = drawn(figure)
    width, height = (float(x) for x in tree.get("viewBox").split()[2:])
    for element in tree.iter(SVG + "text"):
        size = float(element.get("font-size", 12))
        assert 10 <= size <= 16
        xs = [float(x) for x in element.get("x").split()]
        assert 0 <= min(xs) <= max(xs) <= width
        assert size * 0.7 <= float(element.get("y")) <= height
        if len(xs) == 1:
            wide = svg.width_of("".join(element.itertext()), size)
            shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
            assert xs[0] - shift * wide >= -0.1 * wide - 4
            assert xs[0] + (1 - shift) * wide <= width + 0.1 * wide + 4
    for element in tree.iter(SVG + "rect"):
        assert float(element.get("x", 0)) >= 0
        assert float(element.get("x", 0)) + float(element.get("width")) <= width + 0.5


def test_same_figure_same_bytes(figure) -> None:
    draw = FIGURES[figure.kind]
    assert draw(figure, "a") == draw(type(figure).model_validate(figure.model_dump()), "a")


def test_locus_shows_both_strands_letter_by_letter() -> None:
    figure = cps1_locus()
    columns: dict[tuple[str, str], str] = {}
    for element in drawn(figure).iter(SVG + "text"):
        if element.get("font-family") == svg.MONO:
            letters = "".join(element.itertext())
            xs = element.get("x").split()
            assert len(xs) == len(letters)
            for x, letter in zip(xs, letters, strict=True):
                assert columns.setdefault((x, element.get("y")), letter) == letter
    rows = sorted({float(y) for _, y in columns})
    ordered = sorted(columns.items(), key=lambda item: float(item[0][0]))
    text = ["".join(b for (_, y), b in ordered if float(y) == row) for row in rows]
    plus, minus = "".join(text[0::2]), "".join(text[1::2])
    assert plus == figure.plus_strand == CPS1[18:80] + "T" + CPS1[81:138]
    assert minus == figure.plus_strand.translate(str.maketrans("ACGT", "TGCA"))


def test_locus_names_what_it_marks() -> None:
    shown = words(drawn(cps1_locus()))
    for label in ("5′", "3′", "plus strand", "minus strand", "PAM", "protospacer", "A8>G", "A9>G",
                  "A3>G", "c.1003C>T", "nick", "target window 4–8", "bystander window 1–11",
                  "exon 10", "gene →", "reference", "patient", "after edit", "335", "Ter",
                  "target base", "bystander base", "nick (one strand)"):  # fmt: skip
        assert label in shown, label
    assert shown.count("Ter") == 1
    assert "210,591,880" in shown


def test_target_stands_on_the_guides_strand_and_the_variant_on_the_genes() -> None:
    tree = drawn(cps1_locus())
    boxes = {element.get("fill"): element for element in tree.iter(SVG + "rect")}
    target, variant = boxes[svg.GREEN], None
    for element in tree.iter(SVG + "rect"):
        if element.get("fill") == svg.GREEN and element.get("width") == "15":
            target = element
        if element.get("stroke") == svg.VERMILLION and element.get("width") == "14":
            variant = element
    assert variant is not None
    assert abs(float(target.get("x")) - float(variant.get("x"))) <= 0.5
    assert float(target.get("y")) > float(variant.get("y"))  # minus strand below plus


def test_target_and_variant_on_one_strand_show_both() -> None:
    figure = cps1_locus()
    tracks = tuple(t.model_copy(update={"strand": "+"}) for t in figure.tracks)
    tree = drawn(figure.model_copy(update={"tracks": tracks}))
    boxes = [e for e in tree.iter(SVG + "rect") if e.get("width") in ("14", "15")]
    target = next(e for e in boxes if e.get("fill") == svg.GREEN)
    frame = next(e for e in boxes if e.get("stroke") == svg.VERMILLION)
    assert frame.get("fill") == "none"
    assert abs(float(target.get("y")) - float(frame.get("y"))) <= 1


def test_a_label_that_repeats_the_letters_gives_way_to_a_word() -> None:
    shown = words(drawn(cps1_locus()))
    assert "AGC" not in shown
    named = cps1_locus()
    tracks = tuple(
        t.model_copy(update={"label": "guide 1" if t.role == "protospacer" else t.label})
        for t in named.tracks
    )
    assert "guide 1" in words(drawn(named.model_copy(update={"tracks": tracks})))


def test_colours_stand_out_on_paper() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(colour: str) -> float:
        return 1.05 / (luminance(colour) + 0.05)

    for colour in (
        svg.INK,
        svg.MUTED,
        svg.PALE,
        svg.GREEN,
        svg.VERMILLION,
        svg.ORANGE_INK,
        svg.BLUE,
    ):
        assert contrast(colour) >= 4.5, colour  # text (WCAG 2.2, 1.4.3)
    for colour in (svg.ORANGE, svg.PURPLE):
        assert contrast(colour) >= 3, colour  # lines (1.4.11)


def test_a_guide_is_not_broken_between_panels() -> None:
    for figure in (cps1_locus(), hbb_locus()):
        cuts = [figure.start + low for low, _ in panels(figure)][1:]
        assert cuts
        for track in figure.tracks:
            if track.role in ("protospacer", "pam", "target_window"):
                assert not any(track.start < cut < track.end for cut in cuts)


def test_minus_strand_gene_reads_right_to_left() -> None:
    tree = drawn(hbb_locus())
    places = {}
    for element in tree.iter(SVG + "text"):
        if "".join(element.itertext()) in ("5", "7", "10") and element.get("font-size") == "11":
            places["".join(element.itertext())] = float(element.get("x"))
    assert places["10"] < places["7"] < places["5"]
    assert "gene ←" in words(tree)
    assert {"Val", "Ala"} <= set(words(tree))


def test_codon_across_an_intron_is_drawn_where_its_bases_stand() -> None:
    """Codon 316 of CPS1 has two bases in exon 9 and one in exon 10."""
    codon = Codon(positions=(EXON_9_END - 2, EXON_9_END - 1, EXON_10[0]), number=316,
                  reference="R", before="R", after="R")  # fmt: skip
    figure = cps1_locus()
    alone = figure.model_copy(update={"codons": (codon,), "marks": (), "tracks": ()})
    assert words(drawn(alone)).count("R") == 3  # one letter: only one base of it is in view
    elsewhere = alone.model_copy(update={"codons": (codon.model_copy(
        update={"positions": (1, 2, 3)}),)})  # fmt: skip
    assert "R" not in words(drawn(elsewhere))


def test_focus_lies_in_the_figure() -> None:
    for figure in FIGURE_CASES.values():
        if look := FOCUS.get(figure.kind):
            assert 0 <= look(figure) <= 1
    assert FOCUS["locus"](cps1_locus().model_copy(update={"marks": ()})) == 0


def test_exons_are_all_there_and_to_scale() -> None:
    figure = cps1_exons()
    bars = list(drawn(figure).iter(SVG + "rect"))
    assert len(bars) == 38 + 2  # the first and the last have an untranslated part
    lengths = [end - start for start, end in figure.exons]
    second, third = bars[2], bars[3]
    ratio = float(second.get("width")) / float(third.get("width"))
    assert ratio == pytest.approx(lengths[1] / lengths[2], rel=0.02, abs=0)
    shown = words(drawn(figure))
    assert {"1", "10", "18", "38", "v1 p.Gln335Ter", "v2 p.Glu714Ter"} <= set(shown)


def test_exon_pins_do_not_overlap() -> None:
    tree = drawn(many_exons())
    pins = [e for e in tree.iter(SVG + "text") if e.get("paint-order") == "stroke"]
    assert len(pins) == 6
    spans = sorted(
        (float(e.get("y")), float(e.get("x")), svg.width_of("".join(e.itertext()), 13, bold=True))
        for e in pins
    )
    for (y, x, wide), (y2, x2, wide2) in pairwise(spans):
        assert y != y2 or x + wide / 2 < x2 - wide2 / 2


def test_non_coding_transcript_and_one_exon() -> None:
    lone = cps1_exons().model_copy(
        update={"coding": None, "exons": ((100, 400),), "variants": ((50, "x"), (900, "y"))}
    )
    assert len(list(drawn(lone).iter(SVG + "rect"))) == 1
    assert {"x", "y"} <= set(words(drawn(lone)))


def test_codon_figure_marks_changed_bases_and_the_stop() -> None:
    shown = words(drawn(cps1_codons()))
    assert "Ter" in shown
    assert shown.count("T") == 1  # the changed base, white on blue
    assert "335" in shown


def test_long_codon_figure_breaks_into_panels() -> None:
    figure = cps1_codons()
    longer = figure.model_copy(update={"rows": (("reference", "ATG" * 40, "M" * 40),),
                                       "changed": ((),)})  # fmt: skip
    assert words(drawn(longer)).count("reference") == 3
    empty = figure.model_copy(update={"rows": (), "changed": ()})
    assert drawn(empty).tag == SVG + "svg"


@given(
    wanted=st.lists(st.floats(0, 900), max_size=12),
    widths=st.lists(st.floats(5, 70), min_size=12, max_size=12),
)
def test_spread_labels_keep_order_and_distance(wanted: list[float], widths: list[float]) -> None:
    wanted = sorted(wanted)
    widths = widths[: len(wanted)]
    places = svg.spread(wanted, widths, 0, 1000, gap=4)
    assert len(places) == len(wanted)
    for i, (a, b) in enumerate(pairwise(places)):
        assert b - a >= (widths[i] + widths[i + 1]) / 2 + 4 - 1e-6
    for place, width in zip(places, widths, strict=True):
        assert place - width / 2 >= -1e-6
        assert place + width / 2 <= 1000 + 1e-6


BASES = st.text("ACGTN", min_size=1, max_size=150)


@given(
    plus=BASES, strand=st.sampled_from("+-"), gene=st.sampled_from("+-"),
    start=st.integers(0, 3_000_000_000), place=st.integers(-30, 160), size=st.integers(1, 40),
    role=st.sampled_from(["protospacer", "pam", "target_window", "bystander_window", "exon",
                          "template", "amplicon"]),
    mark=st.sampled_from(["target", "bystander", "cut", "variant", "nick"]),
    codons=st.lists(st.tuples(*[st.integers(-5, 155)] * 3), max_size=4),
)  # fmt: skip
def test_any_locus_can_be_drawn(plus, strand, gene, start, place, size, role, mark, codons) -> None:
    """Tracks, marks and codons in, across and outside the window, at either strand."""
    at = max(0, start + place)
    figure = LocusFigure(
        caption="c", alt="a", contig="chr1", start=start, plus_strand=plus, gene_strand=gene,
        tracks=(Track(label="t", role=role, start=at, end=at + size, strand=strand),
                Track(label="u", role="target_window", start=at, end=at + 1)),
        marks=(Mark(position=at, role=mark, label="m"),) * 2,
        codons=tuple(
            Codon(positions=tuple(max(0, start + p) for p in positions), number=n + 1,
                  reference="M", before="*", after="X")
            for n, positions in enumerate(codons)
        ),
    )  # fmt: skip
    drawn(figure)
    broken = panels(figure)
    assert broken[0][0] == 0
    assert broken[-1][1] == len(plus)
    assert all(a[1] == b[0] for a, b in pairwise(broken))
    assert all(0 < high - low <= MOST_BASES + 2 * SLACK for low, high in broken)


@given(
    lengths=st.lists(st.tuples(st.integers(1, 9000), st.integers(1, 300_000)), max_size=90),
    strand=st.sampled_from("+-"),
    variants=st.lists(st.integers(0, 3_000_000), max_size=10),
)
def test_any_transcript_can_be_drawn(lengths, strand, variants) -> None:
    exons, at = [], 1000
    for length, intron in lengths:
        exons.append((at, at + length))
        at += length + intron
    if strand == "-":
        exons.reverse()
    coding = None if not exons else (min(exons)[0] + 1, max(exons)[1])
    figure = ExonFigure(
        caption="c", alt="a", transcript="NM_1.1", contig="chr1", strand=strand, exons=tuple(exons),
        coding=coding, variants=tuple((v, f"v{v}") for v in variants),
    )  # fmt: skip
    drawn(figure)


@given(rows=st.lists(st.tuples(st.text(max_size=30), st.text("ACGT", max_size=99),
                               st.text("ACDEFGHIKLMNPQRSTVWY*XU", max_size=33)), max_size=4),
       changed=st.lists(st.lists(st.integers(0, 120)), max_size=4))  # fmt: skip
def test_any_codons_can_be_drawn(rows, changed) -> None:
    drawn(
        CodonFigure(caption="", alt="", first_codon=1, rows=tuple(rows),
                    changed=tuple(tuple(c) for c in changed))
    )  # fmt: skip


def test_site_is_the_published_one() -> None:
    """The fixture's own sequence holds the published spacer and PAM on the minus strand."""
    figure = cps1_locus()
    minus = figure.plus_strand[::-1].translate(str.maketrans("ACGT", "TGCA"))
    assert "TGATTCTAAGCAGTAATGAAAGC" in minus
    assert figure.plus_strand[SITE - figure.start] == "T"


def test_dots_stand_at_their_values_with_a_shape_for_each_role() -> None:
    figure = site_dots().model_copy(update={"dots": (
        Dot(column=0, value=1.0, role="on_target"), Dot(column=4, value=0.5, role="off_target"),
        Dot(column=4, value=0.0, role="off_target", number=7),
    )})  # fmt: skip
    tree = drawn(figure)
    circles = [e for e in tree.iter(SVG + "circle") if float(e.get("r")) > 4]
    square = next(e for e in tree.iter(SVG + "rect") if e.get("width") == "10")
    ys = [float(e.get("cy")) for e in circles]
    top = float(square.get("y")) + 5
    low, middle = max(ys[:2]), min(ys[:2])
    assert low - middle == pytest.approx(middle - top, rel=0.01, abs=0)
    assert {"on-target", "off-target", "7", "CFD", "edits"} <= set(words(tree))
    assert "lost in the patient" not in words(tree), "the legend has what is drawn"


@pytest.mark.parametrize("role", ["gained", "stronger", "weaker", "lost", "off_target"])
def test_no_role_of_a_dot_differs_by_colour_alone(role: str) -> None:
    def look(role: str) -> tuple[str, ...]:
        holder = ET.Element("g")
        dots.shape(holder, role, 50, 50)
        (sign,) = holder
        hollow = sign.get("fill") == svg.PAPER
        return sign.tag, sign.get("d") or "", str(hollow)

    others = {look(other) for other in dots.WORDS if other != role}
    assert look(role) not in others


def test_dots_without_a_value_have_a_row_of_their_own() -> None:
    bare = DotFigure(
        caption="c", alt="a", x_label="edits", y_label="CFD", categories=("0", "1"),
        no_value="no CFD", dots=(Dot(column=1, value=None, role="off_target", number=31),),
    )  # fmt: skip
    shown = words(drawn(bare))
    assert "no CFD" in shown and "31" in shown and "CFD" not in shown
    assert "CFD" in words(drawn(site_dots()))


def test_frames_draw_edges_that_fit_and_name_what_is_gone() -> None:
    tree = drawn(dmd_frames())
    shown = words(tree)
    for label in ("normal", "patient", "after the edit", "45-50", "51", "skipped"):
        assert label in shown
    paths = [element.get("d") for element in tree.iter(SVG + "path")]
    assert len(paths) == 12
    dashed = [e for e in tree.iter(SVG + "path") if e.get("stroke-dasharray")]
    assert len(dashed) == 3  # missing twice, skipped once
