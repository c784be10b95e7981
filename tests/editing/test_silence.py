"""Silencing one allele: what tells the alleles apart, by plain letters, and when it cannot help."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path
from typing import NamedTuple

import pytest
from edit_cases import case, context, named
from hypothesis import given, settings
from hypothesis import strategies as st

from ipse.core.errors import NotInReference
from ipse.core.finding import Severity
from ipse.core.proposal import NotProposed, Proposal
from ipse.genome.annotation import Annotation
from ipse.genome.consequence import consequence
from ipse.genome.embedded import Genome, embedded
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import SparseReference
from ipse.genome.transcript import Transcript
from ipse.genome.variant import GenomicVariant
from ipse.modalities.editing import EditingModality
from ipse.modalities.editing.catalogue import Nuclease, all_nucleases, repair_rules
from ipse.modalities.editing.design.disrupt.gene import Gene, isoforms_of
from ipse.modalities.editing.design.disrupt.targets import disruption_rules
from ipse.modalities.editing.design.silence.haplotypes import Difference, Side, pair_around
from ipse.modalities.editing.design.silence.search import search
from ipse.modalities.editing.design.silence.strategy import Silence
from ipse.modalities.editing.design.silence.telling import MOST, Guide, guides
from ipse.modalities.editing.model import EditDesign
from ipse.patient.variants import Term, Variant

MODALITY = EditingModality((Silence(),))
SEED = repair_rules().seed
TOOLS_AT_HAND = all_nucleases()
STRIDE = int(os.environ.get("IPSE_CLINVAR_STRIDE", "120"))
PARTNER = {"A": "T", "C": "G", "G": "C", "T": "A"}


def turned(text: str) -> str:
    return "".join(PARTNER[base] for base in reversed(text))


# --- the twin: plain letters -------------------------------------------------------------------


class Met(NamedTuple):
    """A place of an allele on the guide's strand: wrong positions, PAM."""

    wrong: list[int]
    pam: str


def fits(pattern: str, bases: str) -> bool:
    meaning = {"N": "ACGT", "R": "AG", "Y": "CT", "K": "GT", "V": "ACG", "H": "ACT", "T": "T"}
    pairs = zip(pattern, bases, strict=True)
    return len(pattern) == len(bases) and all(b in meaning.get(p, p) for p, b in pairs)


def places(allele: str, guide: Guide) -> list[Met]:
    tool, spacer = guide.nuclease, guide.site.spacer
    text = allele if guide.site.strand == "+" else turned(allele)
    found = []
    for first in range(len(text) - tool.length - len(tool.pam) + 1):
        here = text[first : first + tool.length + len(tool.pam)]
        if tool.pam_side == "3prime":
            target, pam = here[: tool.length], here[tool.length :]
        else:
            target, pam = here[len(tool.pam) :], here[: len(tool.pam)]
        wrong = [k + 1 for k in range(tool.length) if target[k] != spacer[k]]
        found.append(Met(wrong, pam))
    return found


def check_guide(guide: Guide, mutant: str, normal: str) -> None:
    """The site stands on the disease allele, and on the normal one only as it is said."""
    tool = guide.nuclease
    assert guide.pair.mutant.letters == mutant and guide.pair.normal.letters == normal
    assert any(not m.wrong and m.pam == guide.site.pam for m in places(mutant, guide))
    assert fits(tool.pam, guide.site.pam)
    text = mutant if guide.site.strand == "+" else turned(mutant)
    at = guide.site.start if guide.site.strand == "+" else (
        len(text) - guide.site.start - tool.length
    )  # fmt: skip
    assert text[at : at + tool.length] == guide.site.spacer
    there = places(normal, guide)
    real = [m for m in there if fits(tool.pam, m.pam) and len(m.wrong) <= MOST]
    if guide.tells == "pam":
        assert not real
    else:
        fewest = min(len(m.wrong) for m in real)
        assert len(guide.normal.mismatches) == fewest
        best = [m.wrong for m in real if len(m.wrong) == fewest]
        assert list(guide.normal.mismatches) in best
        near = range(1, SEED + 1)
        if tool.pam_side == "3prime":
            near = range(tool.length - SEED + 1, tool.length + 1)
        in_seed = [sum(k in near for k in wrong) for wrong in best]
        # the seed is SpCas9's: other geometries tell by the PAM alone
        like_spcas9 = tool.pam_side == "3prime" and tool.length == 20
        assert (guide.tells == "seed") == (min(in_seed) > 0 and like_spcas9)


@st.composite
def two_alleles(draw: st.DrawFn) -> tuple[str, list[Difference]]:
    """A stretch rich in G, and up to four changes on either allele, on both, or nobody knows."""
    letters = draw(st.text("ACGG", min_size=70, max_size=90))
    spots = draw(st.lists(st.integers(30, 60), min_size=1, max_size=4, unique=True).map(sorted))
    found: list[Difference] = []
    for number, at in enumerate(spots):
        if found and at <= found[-1].change.end:
            continue
        kind = draw(st.sampled_from(["sub", "del", "ins"]))
        side: Side = "mutant" if not number else draw(
            st.sampled_from(["mutant", "normal", "both", "unknown"])
        )  # fmt: skip
        ref = "" if kind == "ins" else letters[at : at + (1 if kind == "sub" else 2)]
        new = draw(st.sampled_from([b for b in "ACGT" if b != ref]))
        alt = {"sub": new, "del": "", "ins": draw(st.text("ACGT", min_size=1, max_size=3))}[kind]
        found.append(Difference(GenomicVariant("c", at, ref, alt), side, "phased calls", f"d{at}"))
    return letters, found


def written(letters: str, changes: list[GenomicVariant]) -> str:
    for change in sorted(changes, reverse=True):
        letters = letters[: change.start] + change.alt + letters[change.end :]
    return letters


TOOLS = [
    Nuclease("SpCas9", "NGG", "3prime", 20, -3),
    Nuclease("twelve", "TN", "5prime", 15, 12),
]


@settings(max_examples=60)
@given(two_alleles())
def test_both_alleles_and_every_guide_by_letters(world: tuple[str, list[Difference]]) -> None:
    letters, found = world
    reference = SparseReference("toy", "", {"c": len(letters)}, {"c": [(0, letters)]})
    pair = pair_around(reference, found, "c", 0, len(letters))
    mutant = written(letters, [d.change for d in found if d.side in ("mutant", "both")])
    normal = written(letters, [d.change for d in found if d.side in ("normal", "both")])
    made = list(guides(pair, found, TOOLS, SEED))
    for guide in made:
        check_guide(guide, mutant, normal)
        assert guide.difference.tells
        cfd = guide.cfd_normal
        assert (cfd is not None) == (guide.nuclease.name == "SpCas9")
        exact = any(not m.wrong and fits("NGG", m.pam) for m in places(normal, guide))
        if cfd is not None:
            assert 0 <= cfd <= 1 and (cfd == 1) >= exact
    # complete: a site that reads a base only the disease allele has is listed
    for tool in TOOLS:
        for d in found:
            if d.side != "mutant" or not d.change.alt:
                continue
            span = pair.spans[d.change]
            size = tool.length + len(tool.pam)
            for strand in "+-":
                text = mutant if strand == "+" else turned(mutant)
                for first in range(len(text) - size + 1):
                    spacer, pam = split(text[first : first + size], tool)
                    low = first if strand == "+" else len(text) - first - size
                    if fits(tool.pam, pam) and low < span[1] and low + size > span[0]:
                        listed = [g for g in made if g.nuclease is tool and g.site.strand == strand]
                        assert any(g.site.spacer == spacer for g in listed)


def split(here: str, tool: Nuclease) -> tuple[str, str]:
    """Protospacer and PAM of a stretch that is as long as both."""
    if tool.pam_side == "3prime":
        return here[: tool.length], here[tool.length :]
    return here[len(tool.pam) :], here[: len(tool.pam)]


# --- real variants -----------------------------------------------------------------------------


def gene_of(symbol: str) -> Gene:
    found = isoforms_of(embedded().annotation.transcripts_of(symbol))
    return Gene(embedded().reference, found[0], found, disruption_rules())


def test_clinvar_variants_each_on_one_allele(shared_data: Path) -> None:
    """Guides for sampled pathogenic variants, taken as heterozygous, are checked by letters."""
    wanted = {"TTR", "LMNA", "PCSK9", "LDLR", "HBB", "CFTR", "IL2RG"}
    with gzip.open(shared_data / "variants" / "clinvar_lrg.tsv.gz", "rt") as handle:
        rows = [
            row
            for row in csv.DictReader(handle, delimiter="\t")
            if row["gene"] in wanted and row["grch38_pos"]
        ]
    told = {"pam": 0, "seed": 0}
    reference = embedded().reference
    for row in rows[::STRIDE]:
        change = GenomicVariant.from_vcf(
            f"chr{row['chrom']}", int(row["grch38_pos"]), row["grch38_ref"], row["grch38_alt"]
        )
        own = Difference(change, "mutant", "the variant itself", str(change))
        gene = gene_of(row["gene"])
        try:
            found = search(reference, gene, [own], TOOLS_AT_HAND, SEED)
        except NotInReference:
            continue
        for acting in found.acting:
            guide = acting.guide
            first, last = guide.pair.mutant.places[0], guide.pair.mutant.places[-1] + 1
            normal = reference.fetch(change.contig, first, last)
            moved = GenomicVariant("c", change.start - first, change.ref, change.alt)
            check_guide(guide, written(normal, [moved]), normal)
            assert guide.tells is not None
            told[guide.tells] += 1
            inside = [e for e in gene.coding_exons if e.start - 2 <= guide.cut <= e.end + 2]
            assert [e.number for e in inside] == [acting.effect.exon]
            if acting.effect.where == "coding exon":
                assert inside[0].start < guide.cut < inside[0].end
    assert told["pam"] > 5 and told["seed"] > 5


def test_v30m_is_hardly_told_apart_and_that_is_said() -> None:
    found = list(MODALITY.propose(case(), context([named("v30m")])))
    made = next(item for item in found if isinstance(item, Proposal))
    design = EditDesign.model_validate(made.design)
    assert (design.editor, design.spacer, design.pam) == ("SpCas9", "CACATGCATGGCCACATTGA", "TGG")
    assert design.silencing is not None and design.normal_allele is not None
    assert design.normal_allele.mismatches == (9,)
    assert design.silencing.telling.cfd_normal == pytest.approx(0.923077, rel=1e-5, abs=0)
    (said,) = (f for f in made.findings if f.code == "told-apart-by-seed")
    assert said.severity is Severity.SERIOUS and "0.92" in said.message
    assert made.verdict.value == "possible"
    one_copy = next(c for c in made.criteria if c.name.startswith("one working copy"))
    assert one_copy.value.value == "true" and one_copy.source


def refusal(variant: Variant) -> str:
    found = list(MODALITY.propose(case(), context([variant])))
    (said,) = (item for item in found if isinstance(item, NotProposed))
    assert said.strategy == "silence-allele" and said.reason
    return said.code


def test_when_it_cannot_help() -> None:
    assert refusal(named("cps1")) == "recessive"
    assert refusal(named("v30m", zygosity="homozygous")) == "no-normal-allele"
    assert refusal(named("v30m", zygosity="hemizygous")) == "no-normal-allele"
    loss = Term(id="OMIM:143890")
    lost = named("v30m", gene="LDLR", disease=loss)
    assert refusal(lost) == "loss-of-function"
    assert refusal(named("v30m", transcript="")) == "not-coding"
    stop = named("v30m", gene="NOGENE", disease=Term(), consequence=("stop_gained",))
    assert refusal(stop) == "no-transcript-left"


# --- a synthetic gene --------------------------------------------------------------------------

# exon 1 holds the start; exon 2 has 40 bases, not whole codons; exon 3 the end
EXON_1 = "ATGGCTGCAGCTACTGCAGCTGCTACTGCA"
EXON_2 = "GCTACTGCAGCATCTGCATCATCTGCAGATACTGCATCAG"
EXON_3 = "CTACTGCAGCTTCATAA"
INTRON = "GT" + "ATCATTAATCATCTTAATCA" * 6 + "AG"
FLANK = "ATCATTAATCATCTTAATCA" * 4
LETTERS = FLANK + EXON_1 + INTRON + EXON_2 + INTRON + EXON_3 + FLANK


def spans() -> list[tuple[int, int]]:
    at, found = len(FLANK), []
    for exon in (EXON_1, EXON_2, EXON_3):
        found.append((at, at + len(exon)))
        at += len(exon) + len(INTRON)
    return found


def synthetic() -> Genome:
    coding = EXON_1 + EXON_2 + EXON_3
    transcript = Transcript(
        id="NM_7.1", gene="TTR", gene_id="", contig="chr1", strand="+", exons=tuple(spans()),
        cds=(0, len(coding)), sequence=coding,
    )  # fmt: skip
    reference = SparseReference("toy", "", {"chr1": len(LETTERS)}, {"chr1": [(0, LETTERS)]})
    return Genome(reference, Annotation("toy", "toy", [transcript]))


def het(position: int, alt: str, **more: object) -> Variant:
    genome = synthetic()
    transcript = genome.annotation.transcript("NM_7.1")
    change = GenomicVariant("chr1", position, LETTERS[position], alt)
    found = consequence(change, transcript, genome.reference)
    return named(
        "v30m", transcript="NM_7.1", contig="chr1", start=position, ref=LETTERS[position], alt=alt,
        hgvs_c=found.hgvs_c, hgvs_p=found.hgvs_p, consequence=found.terms,
        vcf=f"chr1:{position + 1}:{LETTERS[position]}:{alt}", **more,
    )  # fmt: skip


def vcf(tmp_path: Path, *rows: tuple[int, str, str]) -> PatientGenome:
    lines = [
        "##fileformat=VCFv4.2", f"##contig=<ID=chr1,length={len(LETTERS)}>",
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP",
    ]  # fmt: skip
    for at, alt, genotype in sorted(rows):
        lines.append(f"chr1\t{at + 1}\t.\t{LETTERS[at]}\t{alt}\t.\tPASS\t.\tGT\t{genotype}")
    path = tmp_path / "patient.vcf"
    path.write_text("\n".join(lines) + "\n")
    return PatientGenome(synthetic().reference, path, "P")


def designs_of(variant: Variant, patient: PatientGenome | None = None) -> list[EditDesign]:
    where = context([variant], genome=synthetic(), patient=patient)
    found = MODALITY.propose(case(), where)
    return [EditDesign.model_validate(i.design) for i in found if isinstance(i, Proposal)]


# a G where the reference has A makes "GG" behind a G of exon 2: GCAG[A>G]TAC
MAKES_PAM = spans()[1][0] + EXON_2.index("GCAGATAC") + 4


def test_a_pam_that_the_variant_makes() -> None:
    assert LETTERS[MAKES_PAM] == "A" and LETTERS[MAKES_PAM - 1] == "G"
    made = designs_of(het(MAKES_PAM, "G"))
    first = made[0]
    assert first.silencing is not None and first.silencing.telling.by == "pam"
    assert first.pam == LETTERS[MAKES_PAM - 2 : MAKES_PAM] + "G"
    assert first.silencing.where == "coding exon" and first.silencing.exon == 2
    assert first.normal_allele is not None and not first.normal_allele.pam_matches
    # the normal allele keeps NGA, which CFD gives a low score, not none
    assert first.silencing.telling.cfd_normal == pytest.approx(0.069444444, rel=1e-6, abs=0)


def test_linked_variants_of_the_phased_calls(tmp_path: Path) -> None:
    """A linked PAM counts on the allele it stands on, and not at all while nobody knows."""
    variant = het(spans()[1][0] + 1, "A", haplotype=1)
    cis = vcf(tmp_path, (spans()[1][0] + 1, "A", "1|0"), (MAKES_PAM, "G", "1|0"))
    told = [d.silencing.telling for d in designs_of(variant, cis) if d.silencing]
    linked = [t for t in told if t.change.startswith(f"chr1:{MAKES_PAM + 1}:")]
    assert linked and {t.carried_by for t in linked} == {"disease"}
    assert {t.phase for t in linked} == {"phased calls"} and linked[0].by == "pam"

    trans = vcf(tmp_path, (spans()[1][0] + 1, "A", "1|0"), (MAKES_PAM, "G", "0|1"))
    told = [d.silencing.telling for d in designs_of(variant, trans) if d.silencing]
    linked = [t for t in told if str(MAKES_PAM + 1) in t.change]
    # then it is the reference's base that the disease allele alone has
    assert {t.carried_by for t in linked} <= {"normal"}

    free = vcf(tmp_path, (spans()[1][0] + 1, "A", "1|0"), (MAKES_PAM, "G", "0/1"))
    where = context([variant], genome=synthetic(), patient=free)
    found = list(MODALITY.propose(case(), where))
    assert not [
        i
        for i in found
        if isinstance(i, Proposal) and str(MAKES_PAM + 1) in str(i.design["target"])
    ]
    said = [f.code for i in found if isinstance(i, Proposal) for f in i.findings]
    refused = [i.reason for i in found if isinstance(i, NotProposed)]
    assert "unphased-differences" in said or any("not phased" in reason for reason in refused)


def test_two_linked_introns_cut_an_exon_out(tmp_path: Path) -> None:
    """PAMs that linked variants make in both introns take exon 2 out of the disease allele."""
    first = spans()[0][1] + 60
    second = spans()[1][1] + 60
    rows = []
    for at in (first, second):
        rows += [(at, "G", "1|0"), (at + 1, "G", "1|0")]
    at = spans()[2][0] + 1
    rows = [row for row in rows if LETTERS[row[0]] != "G"]
    variant = het(at, "A", haplotype=1)
    genome = vcf(tmp_path, (at, "A", "1|0"), *rows)
    made = [d for d in designs_of(variant, genome) if d.partners]
    assert made
    part = made[0].silencing
    assert part is not None and part.second is not None and part.second_cut is not None
    assert part.excised_exons == (2,) and part.excised == part.second_cut - part.cut
    assert spans()[0][1] <= part.cut <= spans()[1][0]
    assert spans()[1][1] <= part.second_cut <= spans()[2][0]
    assert part.telling.by == part.second.by == "pam"


def test_files_and_sections(tmp_path: Path) -> None:
    variant = het(MAKES_PAM, "G")
    where = context([variant], genome=synthetic())
    made = [i for i in MODALITY.propose(case(), where) if isinstance(i, Proposal)]
    files = MODALITY.artefacts(made, made[:1], tmp_path, where)
    with (tmp_path / "silencing-guides.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert {row["proposed"] for row in rows} >= {item.id for item in made}
    assert any(item.path == "silencing-guides.tsv" for item in files[""])
    assert MODALITY.sections(made[0], where)
