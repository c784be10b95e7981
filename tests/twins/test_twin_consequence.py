"""Protein consequences of the package against the edit-splice-translate twin.

Where the nomenclature leaves room the twin gives several names and any of them passes; edits
that touch a splice junction under some placement are only required to say ``p.?`` or nothing.
"""

from __future__ import annotations

from adapter import reference_of, transcript_of, variant_of
from coding_twin import Edit
from genes import Gene, genes, genes_and_edits
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from protein_twin import ONE, name_change, outcome, translate_all, translate_to_stop

from ipse.genome.consequence import Consequence, consequence

INTRON = 4  # [nt]; shorter ones have no room for both splice sites


def bare(hgvs_p: str) -> str:
    """``p.(Lys2=)`` as ``Lys2=``."""
    text = hgvs_p.rsplit("p.", 1)[-1]
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


def of(gene: Gene, edit: Edit) -> Consequence:
    return consequence(variant_of(gene, edit), transcript_of(gene), reference_of(gene))


def agrees(name: str, names: set[str]) -> bool:
    if names == {"="}:
        return name.endswith("=")
    return name in names


@settings(max_examples=150)
@given(genes_and_edits(INTRON))
def test_protein_of_any_edit(both: tuple[Gene, Edit]) -> None:
    gene, edit = both
    assume(edit.apply(gene.genome) != gene.genome)
    twin = gene.twin()
    sense = twin.sense_edit(edit.start, edit.end, edit.new)
    assume(twin.inside(sense))
    expected, got = outcome(twin, sense), of(gene, edit)
    assert got.protein_before == expected.before
    assert got.hgvs_c.split(":", 1)[-1] == twin.name(sense)
    if expected.part in ("intron", "splice"):
        assert got.hgvs_p == "" or bare(got.hgvs_p) == "?" or expected.part == "splice"
    elif expected.part in ("5utr", "3utr"):
        assert got.hgvs_p == "" or bare(got.hgvs_p) in ("=", "?")
    elif expected.part == "start":
        assert bare(got.hgvs_p) != ""
    else:
        assert expected.names is not None
        # pushed 3' into the UTR without any effect: no name says the same as ``p.=``
        silent = expected.part == "border" and expected.names == {"="} and got.hgvs_p == ""
        assert silent or agrees(bare(got.hgvs_p), expected.names), expected.names
        assert got.protein_after == expected.after


SEVERITY = {"stop_gained", "stop_lost", "start_lost", "frameshift_variant"}


@settings(max_examples=80)
@given(genes(INTRON), st.data())
def test_terms_of_substitutions(gene: Gene, data: st.DataObject) -> None:
    """Sequence Ontology terms of single bases, from their definitions."""
    twin = gene.twin()
    place = data.draw(st.sampled_from(sorted(twin.name_at)))
    plus = twin.to_sense(place)
    new = data.draw(st.sampled_from([b for b in "ACGT" if b != gene.genome[plus]]))
    edit = Edit(plus, plus + 1, new)
    expected = outcome(twin, twin.sense_edit(plus, plus + 1, new))
    terms = set(of(gene, edit).terms)
    name = twin.name_at[place]
    if expected.part == "intron":
        offset = int(name[max(name.rfind("+"), name.rfind("-")) :])
        assert ("splice_donor_variant" in terms) >= (offset in (1, 2))
        assert ("splice_acceptor_variant" in terms) >= (offset in (-1, -2))
        if abs(offset) > 2:
            introns = [b - a for (_, a), (b, _) in zip(twin.exons, twin.exons[1:], strict=False)]
            if min(introns) > 6:
                assert "intron_variant" in terms
                assert not terms & {"splice_donor_variant", "splice_acceptor_variant"}
        assert not terms & SEVERITY
    elif expected.part == "5utr":
        assert "5_prime_UTR_variant" in terms
    elif expected.part == "3utr":
        assert "3_prime_UTR_variant" in terms
    elif expected.part == "start":
        assert "start_lost" in terms
        assert bare(of(gene, edit).hgvs_p) in ("Met1?", "?", "0?")
    else:
        (change,) = expected.names or {""}
        codon = (twin.place.index(place) - gene.cds[0]) // 3
        last = (gene.cds[1] - gene.cds[0]) // 3 - 1
        if change == "=":
            wanted = "stop_retained_variant" if codon == last else "synonymous_variant"
        elif change.endswith("Ter"):
            wanted = "stop_gained"
        elif "ext" in change:
            wanted = "stop_lost"
        else:
            wanted = "missense_variant"
        assert wanted in terms
        assert len(terms & (SEVERITY | {"synonymous_variant", "missense_variant"})) <= 1


@settings(max_examples=150)
@given(genes_and_edits(INTRON))
def test_terms_of_insertions_and_deletions(both: tuple[Gene, Edit]) -> None:
    gene, edit = both
    assume(edit.apply(gene.genome) != gene.genome)
    twin = gene.twin()
    sense = twin.sense_edit(edit.start, edit.end, edit.new)
    assume(twin.inside(sense))
    expected = outcome(twin, sense)
    assume(expected.part == "coding")
    got, grow = of(gene, edit), len(edit.new) - (edit.end - edit.start)
    names = expected.names or set()
    if grow % 3:
        assert got.in_frame is False
        if any("fs" in name for name in names):
            assert "frameshift_variant" in got.terms
    else:
        assert got.in_frame is not False
        assert "frameshift_variant" not in got.terms
    if all(name.endswith("Ter") and "ins" not in name for name in names):
        assert "stop_gained" in got.terms


@settings(max_examples=80)
@given(genes(INTRON), st.data())
def test_several_substitutions_on_one_allele(gene: Gene, data: st.DataObject) -> None:
    """Two or three bases behind the start codon, in the 3' UTR too, all on one allele."""
    twin = gene.twin()
    start, end = gene.cds
    places = data.draw(
        st.lists(st.sampled_from(twin.place[start + 3 :]), min_size=2, max_size=3, unique=True)
    )
    letters, variants = list(twin.transcript), []
    for place in places:
        plus = twin.to_sense(place)
        new = data.draw(st.sampled_from([b for b in "ACGT" if b != gene.genome[plus]]))
        variants.append(variant_of(gene, Edit(plus, plus + 1, new)))
        letters[twin.place.index(place)] = twin.sense_edit(plus, plus + 1, new).new
    before = translate_to_stop(twin.transcript[start:])
    after = translate_to_stop("".join(letters[start:]))
    got = consequence(variants, transcript_of(gene), reference_of(gene))
    assert got.protein_before == "".join(ONE[r] for r in before if r != "Ter")
    if after[-1] != "Ter":
        assert got.protein_after is None
        return
    assert got.protein_after == "".join(ONE[r] for r in after if r != "Ter")
    whole = translate_all("".join(letters[start:end]))
    if min(twin.place.index(place) for place in places) >= end:
        assert got.hgvs_p == ""  # the coding sequence is not touched
        return
    assert agrees(bare(got.hgvs_p), name_change(before, after, whole))


def test_the_form_of_a_name() -> None:
    sense = "ATG" + "GCT" * 333 + "CAG" + "TAA"
    gene = Gene("CC" + sense + "CC", "+", ((2, 2 + len(sense)),), (0, len(sense)))
    place = 2 + 334 * 3
    got = of(gene, Edit(place, place + 1, "T"))
    assert got.hgvs_c.split(":", 1)[-1] == "c.1003C>T"
    assert got.hgvs_p == "p.Gln335Ter"
    assert got.codon == 335
    assert got.terms[0] == "stop_gained"
    assert got.impact == "HIGH"
