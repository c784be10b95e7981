"""pegRNAs: published ones found again, every one carried out by hand, and mirrored loci."""

from __future__ import annotations

import csv
import gzip
import math
import os
import sys
from pathlib import Path

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prime_simulator import edit, other_strand, twin_edit

from ipse.core.errors import InputError
from ipse.modalities.editing.design.prime.catalogue import (
    PrimeEditor,
    PrimeRules,
    epegrna_motifs,
    prime_editors,
    prime_rules,
)
from ipse.modalities.editing.design.prime.change import Change
from ipse.modalities.editing.design.prime.features import (
    longest_run,
    melting_temperature,
    vienna,
    vienna_energy,
)
from ipse.modalities.editing.design.prime.nicking import nicking_guides
from ipse.modalities.editing.design.prime.pegrnas import Extension, PegSite, peg_sites
from ipse.modalities.editing.design.prime.twin import twin_pairs
from ipse.modalities.editing.design.prime.written import read_written
from ipse.modalities.editing.order.bench import fold_energy

STRIDE = int(os.environ.get("IPSE_CLINVAR_STRIDE", "400"))
RULES = prime_rules()
EDITORS = prime_editors()
PE2 = EDITORS[:1]

HEK3 = (
    "GGAAACGCCCATGCAATTAGTCTATTTCTGCTGCAAGTAAGCATGCATTTGTAGGCTTGATGCTTTTTTTCTGCTTCTCCAGCCCTGGCCTGGG"
    "TCAATCCTTGGGGCCCAGACTGAGCACG{}TGATGGCAGAGGAAAGGAAGCCCTGCTTCCTCCAGAGGGCGTCGCAGGACAGCTTTTCCTAGACA"
    "GGGGCTAGTATGTGCAGCTCCTGCACCGGGATACTGGTTGACAAG"
)
"""The HEK3 amplicon as published code gives it, the nick of its usual guide at the braces."""


def found(sites: list[PegSite], spacer: str, extension: str) -> tuple[PegSite, Extension]:
    """The spacer and the extension among the designs; fails if they are not there."""
    (site,) = [item for item in sites if item.site.spacer == spacer]
    (row,) = [item for item in site.extensions if item.sequence == extension]
    return site, row


# --- published pegRNAs -------------------------------------------------------------------------


def test_hek3_ctt_insertion_is_first() -> None:
    """The +1 CTT insertion of doi:10.1038/s41586-019-1711-4 (Addgene 132778)."""
    sites = peg_sites(read_written(HEK3.format("(+CTT)")), PE2, RULES)
    site, row = found(sites, "GGCCCAGACTGAGCACGTGA", "TCTGCCATCAAAGCGTGCTCAGTCTG")
    assert site is sites[0] and row == site.best
    assert (site.site.pam, site.nick_to_edit, len(row.rtt), len(row.pbs)) == ("TGG", 0, 13, 13)


def test_hek3_flag_insertion_is_found() -> None:
    """A 24 bp insertion whose template, 58 nt, stands in pegLIT's own tests."""
    sites = peg_sites(read_written(HEK3.format("(+GATTACAAGGATGACGACGATAAG)")), PE2, RULES)
    rtt = "TGGAGGAAGCAGGGCTTCCTTTCCTCTGCCATCACTTATCGTCGTCATCCTTGTAATC"
    _, row = found(sites, "GGCCCAGACTGAGCACGTGA", rtt + "CGTGCTCAGTCTG")
    assert (len(row.rtt), row.homology) == (58, 34)


def hbb(shared_data: Path) -> Change:
    """The sickle allele and its correction, on the gene's sense strand."""
    text = (shared_data / "loci" / "HBB.fa").read_text(encoding="utf-8")
    healthy = "".join(text.splitlines()[1:]).upper()
    assert healthy[286] == "A"
    return Change(healthy[:286] + "T" + healthy[287:], healthy)


def test_published_sickle_corrections_are_found(shared_data: Path) -> None:
    """HBB 3.7 and 3.5 of doi:10.1038/s41586-019-1711-4, as multicrispr's documents print them.

    Spacers there carry a 5' G for the U6 promoter. The cells of that work carry c.9T>C beside the
    variant, as guide and extension 3.7 do: the allele is the cells' own, not the reference's.
    """
    reference = hbb(shared_data)
    own = [
        letters.replace("CATGGTGCATCTGACTCC", "CATGGTGCACCTGACTCC")
        for letters in (reference.before, reference.after)
    ]
    assert reference.before != own[0]
    sites = peg_sites(Change(*own), PE2, RULES)
    site, row = found(sites, "CATGGTGCACCTGACTCCTG", "AGACTTCTCCTCAGGAGTCAGGTGCAC")
    assert (len(row.rtt), len(row.pbs), site.nick_to_edit) == (14, 13, 3)
    guides = nicking_guides(site.change, site.site.strand, site.site.nick, PE2, RULES)
    assert "CCTTGATACCAACCTGCCCA" in [guide.site.spacer for guide in guides]
    site, row = found(sites, "GTAACGGCAGACTTCTCCAC", "ACCTGACTCCTGAGGAGAAGTCTGCC")
    assert (site.site.strand, len(row.rtt), len(row.pbs)) == ("-", 14, 12)


def test_published_tay_sachs_correction_and_its_pe3b_guide_are_found() -> None:
    """HEXA_5b_correct of doi:10.1038/s41586-019-1711-4 takes out a duplicated TATC.

    The locus is what spacer, PAM, template and nicking guide themselves state.
    """
    left, right = "ATCCTTCCAGTCAGGGCCATAGGATA", "TACGGTTCAGGTA"
    locus = f"{left}(-GATA){right}"
    (site,) = [
        item for item in peg_sites(read_written(locus), PE2, RULES) if item.site.strand == "+"
    ]
    assert site.site.spacer == "ATCCTTCCAGTCAGGGCCAT"
    _, row = found([site], site.site.spacer, "ACCTGAACCGTATATCCTATGGCCCTGACTG")
    assert (len(row.rtt), len(row.pbs), row.homology) == (21, 10, 12)
    guides = nicking_guides(site.change, "+", site.site.nick, PE2, RULES)
    (guide,) = [item for item in guides if item.site.spacer == "TACCTGAACCGTATATCCTA"]
    assert guide.kind == "PE3b"


# --- carried out by hand -----------------------------------------------------------------------


def clinvar(shared_data: Path) -> list[tuple[str, Change]]:
    """Pathogenic ClinVar variants of at most 40 bp: patient's allele to reference."""
    made = []
    flank = 150
    path = shared_data / "variants" / "clinvar_lrg.tsv.gz"
    with (
        gzip.open(path, "rt") as handle,
        pysam.FastaFile(str(shared_data / "genes" / "lrg_genes.fa.gz")) as genes,
    ):
        for number, row in enumerate(csv.DictReader(handle, delimiter="\t")):
            ref, alt, at = row["lrg_ref"], row["lrg_alt"], int(row["lrg_pos"]) - 1
            if number % STRIDE or max(len(ref), len(alt)) > 41:
                continue
            name = row["lrg"]
            start, end = max(0, at - flank), at + len(ref)
            before, after = genes.fetch(name, start, at), genes.fetch(name, end, end + flank)
            made.append((row["variant_id"], Change(before + alt + after, before + ref + after)))
    return made


def carry_out(change: Change, site: PegSite, row: Extension, pam: str) -> None:
    result = edit(change.before, site.site.strand, site.site.spacer, pam, row.pbs, row.rtt)
    assert result == change.after


def test_every_pegrna_writes_the_intended_allele(shared_data: Path) -> None:
    sites = 0
    for number, (_, change) in enumerate(clinvar(shared_data)):
        designs = peg_sites(change, EDITORS, RULES)
        for site in designs:
            carry_out(change, site, site.best, site.site.editor.pam)
            sites += 1
        if number % 10 == 0 and designs:
            for row in designs[0].extensions:
                carry_out(change, designs[0], row, designs[0].site.editor.pam)
    assert sites > 1000


def test_every_pair_writes_the_intended_allele(shared_data: Path) -> None:
    pairs = 0
    for _, change in clinvar(shared_data)[::4]:
        for pair in twin_pairs(change, PE2, RULES)[:30]:
            ends = [
                (site.spacer, site.editor.pam, row.pbs, row.rtt)
                for site, row in (
                    (pair.left, pair.left_extension),
                    (pair.right, pair.right_extension),
                )
            ]
            assert twin_edit(change.before, ends[0], ends[1]) == change.after
            pairs += 1
    assert pairs > 100


# --- the engine against plain twins ------------------------------------------------------------

letters = st.text(alphabet="ACGT", min_size=0, max_size=12)
flanks = st.text(alphabet="ACGGTN", min_size=60, max_size=130)
SHORT = PrimeRules(
    pbs_min=8, pbs_max=10, pbs_preferred=9, pbs_gc=(40, 60), rtt_preferred=(10, 16), rtt_max=30,
    homology_min=5, first_base_avoided="C", terminator="TTTT", pe3_distance=(40, 90),
    nicking_listed=100, twin_overlap=12, linker_length=8, linker_run_max=3, seed=12,
)  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> Change:
    left, right = draw(flanks), draw(flanks)
    before, after = draw(letters), draw(letters)
    if before == after:
        after += "A"
    return Change(left + before + right, left + after + right)


def by_brute_force(change: Change, editor: PrimeEditor, rules: PrimeRules) -> set[tuple[str, ...]]:
    """Every pegRNA that can be cut out of the two strings, tried one by one."""
    made = set()
    for strand in "+-":
        before = change.before if strand == "+" else other_strand(change.before)
        after = change.after if strand == "+" else other_strand(change.after)
        for at in range(len(before) - 20 - len(editor.pam) + 1):
            spacer, pam, nick = before[at : at + 20], before[at + 20 : at + 23], at + 17
            if "N" in spacer + pam or pam[1:] != "GG" or before[:nick] != after[:nick]:
                continue
            if len(places(before, spacer)) + len(places(other_strand(before), spacer)) > 1:
                continue
            for size in range(rules.pbs_min, rules.pbs_max + 1):
                primer = before[nick - size : nick]
                for length in range(1, rules.rtt_max + 1):
                    flap = after[nick : nick + length]
                    beyond = nick + length - edit_end(before, after)
                    if len(flap) < length or "N" in primer + flap or beyond < rules.homology_min:
                        continue
                    if (
                        sum(before.startswith(flap[-beyond:], k) for k in range(nick, len(before)))
                        == 1
                    ):
                        made.add((strand, str(at), other_strand(primer), other_strand(flap)))
    return made


def places(letters: str, spacer: str) -> list[int]:
    """Where a spacer stands before NGG."""
    return [
        k for k in range(len(letters) - 22)
        if letters[k : k + 20] == spacer and letters[k + 21 : k + 23] == "GG"
    ]  # fmt: skip


def edit_end(before: str, after: str) -> int:
    """Where the edit, set as far right as it can be, ends in the edited string."""
    shortest = min(len(before), len(after))
    lead = next((k for k in range(shortest) if before[k] != after[k]), shortest)
    tail = 0
    while lead + tail < shortest and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return len(after) - tail


@settings(max_examples=40)
@given(changes())
def test_enumeration_is_the_brute_force_one(change: Change) -> None:
    ours = {
        (site.site.strand, str(site.site.start), row.pbs, row.rtt)
        for site in peg_sites(change, PE2, SHORT)
        for row in site.extensions
    }
    assert ours == by_brute_force(change, PE2[0], SHORT)


@settings(max_examples=25)
@given(changes())
def test_mirrored_locus_mirrors_the_designs(change: Change) -> None:
    def told(sites: list[PegSite], mirror: bool) -> set[tuple[object, ...]]:
        swap = {"+": "-", "-": "+"} if mirror else {"+": "+", "-": "-"}
        return {
            (swap[item.site.strand], item.site.start, item.site.spacer, item.kept, item.extensions)
            for item in sites
        }

    here = peg_sites(change, EDITORS, SHORT)
    there = peg_sites(
        Change(other_strand(change.before), other_strand(change.after)), EDITORS, SHORT
    )
    assert told(here, False) == told(there, True)
    for site in here:
        assert site.best == site.extensions[0] and site.count == len(site.extensions)
        one = nicking_guides(site.change, site.site.strand, site.site.nick, PE2, SHORT)
        assert all(abs(guide.distance) <= SHORT.nicking_listed for guide in one)


@settings(max_examples=25)
@given(changes())
def test_mirrored_locus_mirrors_the_pairs(change: Change) -> None:
    across = Change(other_strand(change.before), other_strand(change.after))
    here = {
        (
            pair.left.spacer,
            pair.right.spacer,
            pair.left_extension,
            pair.right_extension,
            pair.written,
        )
        for pair in twin_pairs(change, PE2, SHORT)
    }
    there = {
        (
            pair.right.spacer, pair.left.spacer, pair.right_extension, pair.left_extension,
            other_strand(pair.written),
        )
        for pair in twin_pairs(across, PE2, SHORT)
    }  # fmt: skip
    assert here == there


@settings(max_examples=25)
@given(changes())
def test_no_letter_of_a_guide_is_unknown(change: Change) -> None:
    for site in peg_sites(change, EDITORS, SHORT):
        assert "N" not in site.site.spacer + site.site.pam
        assert all("N" not in row.sequence for row in site.extensions)
        for guide in nicking_guides(site.change, site.site.strand, site.site.nick, PE2, SHORT):
            assert "N" not in guide.site.spacer + guide.site.pam
            across = site.change.mirrored
            place = guide.site.start
            assert across.after[place : place + 20] == guide.site.spacer
            # PE3 fits both alleles, PE3b only the edited one
            pieces = guide.site.spacer + guide.site.pam
            assert (guide.kind == "PE3") <= (pieces in across.before)


# --- features and input ------------------------------------------------------------------------


def test_longest_run() -> None:
    assert [longest_run(text) for text in ("", "A", "AAC", "ACCCA", "AACC")] == [0, 1, 2, 3, 2]


def test_binding_site_is_read_as_rna() -> None:
    """Sugimoto 1995's sums for CGTGCTCAGTCTG, added up by hand.

    Enthalpies [kcal/mol] and entropies [cal/mol K] of rCG/dGC.. in the order of the letters.
    """
    steps = {  # doi:10.1021/bi00035a029, table 3, RNA 5' to 3'
        "AA": (-7.8, -21.9), "AC": (-5.9, -12.3), "AG": (-9.1, -23.5), "AU": (-8.3, -23.9),
        "CA": (-9.0, -26.1), "CC": (-9.3, -23.2), "CG": (-16.3, -47.1), "CU": (-7.0, -19.7),
        "GA": (-5.5, -13.5), "GC": (-8.0, -17.1), "GG": (-12.8, -31.9), "GU": (-7.8, -21.6),
        "UA": (-7.8, -23.2), "UC": (-8.6, -22.9), "UG": (-10.4, -28.4), "UU": (-11.5, -36.4),
    }  # fmt: skip
    rna = "CGTGCTCAGTCTG".replace("T", "U")
    pairs = [rna[k : k + 2] for k in range(len(rna) - 1)]
    heat = 1.9 + sum(steps[pair][0] for pair in pairs)
    entropy = -3.9 + sum(steps[pair][1] for pair in pairs)
    entropy += 0.368 * (len(rna) - 1) * math.log(0.05)  # 50 mM sodium, the program's correction
    kelvin = 1000 * heat / (entropy + 1.987 * math.log((25 - 12.5) * 1e-9))
    assert melting_temperature("CGTGCTCAGTCTG") == pytest.approx(kelvin - 273.15, rel=2e-3, abs=0)


def test_fold_of_a_hairpin_is_stable_and_of_one_letter_is_not() -> None:
    hairpin = "GGGGCCTTTTGGCCCC"
    assert fold_energy(hairpin) < -8
    assert fold_energy("AAAAAAAAAAAAAAAA") == 0


def test_vienna_runs_as_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program of its name that says what it was given, and an energy, as RNAfold does."""
    monkeypatch.setenv("PATH", str(tmp_path))
    vienna_energy.cache_clear()
    assert vienna() is None
    program = tmp_path / "RNAfold"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nrna = sys.stdin.read()\n"
        "assert 'T' not in rna and sys.argv[1:] == ['--noPS']\n"
        "print(rna)\nprint('(((....))) ( -3.40)')\n"
    )
    program.chmod(0o755)
    assert vienna_energy("GGGTTTTCCC") == -3.4
    vienna_energy.cache_clear()


def test_motifs_are_told_by_letters() -> None:
    lengths = {motif.name: len(motif.sequence) for motif in epegrna_motifs()}
    assert lengths == {"tevopreQ1": 37, "mpknot": 56}


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("acg(T/A)cc", "ACGTCC", "ACGACC"),
        ("ACG(+CTT)CC", "ACGCC", "ACGCTTCC"),
        ("ACG(-GTC)CC", "ACGGTCCC", "ACGCC"),
        ("AC GC(G/T)CC\nA(+AT)A(-TT)A", "ACGCGCCAATTA", "ACGCTCCAATAA"),
        ("A(AC/GTT)G", "AACG", "AGTTG"),
        ("A(/GTT)G", "AG", "AGTTG"),
    ],
)
def test_written_edits(text: str, before: str, after: str) -> None:
    change = read_written(text)
    assert (change.before, change.after) == (before, after)


@pytest.mark.parametrize(
    "text",
    ["", "ACGT", "AC(G/T", "AC)G/T(", "AC(GT)A", "AC(+)A", "AC(-)A", "AC(/)A", "AC(A/A)G",
     "ACX(A/G)T", "AC(A/X)T", "AC((A/G))T", "A(A/G/T)C", "(A/G)" + "A" * 100_001],
)  # fmt: skip
def test_bad_written_edits(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_written(text)
    assert caught.value.field == "--sequence" and caught.value.expected
