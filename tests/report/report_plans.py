"""Hand-made plans for the report's tests: CPS1 p.Gln335Ter with published facts, and hard cases."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from ipse.core.evidence import Evidence, Level
from ipse.core.finding import Finding, Severity
from ipse.core.logic import Criterion, DecidingSet, Truth, Verdict
from ipse.core.proposal import Artefact, NotProposed, Proposal, Unknown
from ipse.core.provenance import InputFile, Provenance
from ipse.core.sections import (
    Codon,
    CodonFigure,
    Dot,
    DotFigure,
    ExonFigure,
    Findings,
    FrameExon,
    FrameFigure,
    FrameRow,
    KeyValues,
    LocusFigure,
    Mark,
    Section,
    Table,
    Text,
    Track,
)
from ipse.core.sequence import reverse_complement, translate
from ipse.patient.variants import Term, Variant
from ipse.plan.model import CaseSummary, Plan, Reference

# LRG_336 113121-113260 is chr2:210591805-210591944 (+) in GRCh38: the end of intron 9 and most of
# exon 10 of CPS1, c.1003 at offset 80
CPS1 = (
    "ATTCTTTTTCTCCTTTTCTCTCCAGAGGGCAGAATCAGCCTGTTTTGAATATCACAAACAAACAGGCTTTCATTACTGCT"
    "CAGAATCATGGCTATGCCTTGGACAACACCCTCCCTGCTGGCTGGAAACCACTTTTTGTG"
)
CPS1_START = 210591805
SITE = CPS1_START + 80
EXON_9_END = 210472684 + 118222
EXON_10 = (210472684 + 119146, 210472684 + 119285)
# exons of NM_001875.4 in LRG_336 (1-based), from the Locus Reference Genomic record
CPS1_EXONS = (
    (83915, 84175), (100614, 100723), (103662, 103806), (104737, 104826), (107030, 107086),
    (109933, 110025), (115374, 115463), (117422, 117550), (118116, 118222), (119147, 119285),
    (120195, 120272), (121824, 121922), (122803, 122898), (126688, 126877), (127871, 128028),
    (129518, 129646), (132418, 132562), (134047, 134257), (135677, 135875), (139433, 139609),
    (143739, 143857), (165018, 165159), (166466, 166531), (167312, 167375), (169800, 169981),
    (175179, 175373), (175789, 175856), (177679, 177754), (181341, 181418), (183841, 183948),
    (185915, 186004), (187801, 187971), (190439, 190513), (195502, 195600), (202218, 202277),
    (203044, 203156), (204323, 204452), (205203, 206423),
)  # fmt: skip
# HBB on the minus strand: gene-sense sequence whose first base is chr11:5227051 (1-based)
HBB = (
    "TGTGTTCACTAGCAACCTCAAACAGACACCATGGTGCATCTGACTCCTGAGGAGAAGTCTGCCGTTACTGCCCTGTGGGGC"
    "AAGGTGAACGTGGATGAAGTTGGTGGTGAGGCCCTGGGCAGGTTGGTATCAAGGTTACA"
)
HBB_TOP = 5227051

NEJM = "doi:10.1056/NEJMoa2504747"
OKABE = "doi:10.1038/nmeth.1618"


def cps1_locus() -> LocusFigure:
    """The published guide on the minus strand, the gene on plus, a codon across an intron."""
    patient = CPS1[:80] + "T" + CPS1[81:]
    codons = []
    for number in range(316, 350):
        first = SITE + 3 * (number - 335)
        positions = (first, first + 1, first + 2)
        if number == 316:
            positions = (EXON_9_END - 2, EXON_9_END - 1, EXON_10[0])
            codons.append(
                Codon(positions=positions, number=316, reference="R", before="R", after="R")
            )
            continue
        bases = CPS1[first - CPS1_START : first - CPS1_START + 3]
        mutant = patient[first - CPS1_START : first - CPS1_START + 3]
        codons.append(
            Codon(
                positions=positions, number=number, reference=translate(bases),
                before=translate(mutant), after=translate(bases),
            )
        )  # fmt: skip
    low = SITE - CPS1_START - 62
    return LocusFigure(
        caption="Guide TGATTCTAAGCAGTAATGAA (AGC PAM) on the minus strand of CPS1 exon 10. "
        "The target A8 pairs with the variant; A9, just outside the target window, is the third "
        "base of codon 334, where the edit is silent.",
        alt="Both strands of chr2:210591824-210591943. The spacer lies on the minus strand from "
        "210591893 down to 210591874, its AGC PAM to the left of it. The target window holds "
        "positions 4 to 8, with the target A at 8; the bystander window reaches from 1 to 11. "
        "Codon 335 reads Gln in the reference, Ter in the patient and Gln after the edit.",
        contig="chr2",
        start=CPS1_START + low,
        plus_strand=patient[low:138],
        gene_strand="+",
        tracks=(
            Track(label="exon 10", role="exon", start=EXON_10[0], end=EXON_10[1], strand="+"),
            Track(label="protospacer", role="protospacer", start=SITE - 12, end=SITE + 8,
                  strand="-"),
            Track(label="AGC", role="pam", start=SITE - 15, end=SITE - 12, strand="-"),
            Track(label="target window 4–8", role="target_window", start=SITE, end=SITE + 5),
            Track(label="bystander window 1–11", role="bystander_window", start=SITE - 3,
                  end=SITE + 8),
        ),
        marks=(
            Mark(position=SITE, role="variant", label="c.1003C>T"),
            Mark(position=SITE, role="target", label="A8>G"),
            Mark(position=SITE - 1, role="bystander", label="A9>G"),
            Mark(position=SITE + 5, role="bystander", label="A3>G"),
            Mark(position=SITE - 9, role="nick", label="nick"),
        ),
        codons=tuple(codons),
    )  # fmt: skip


def hbb_locus() -> LocusFigure:
    """Gene on minus, guide on plus with a cut and a template: everything the other way round."""
    sense = HBB[:49] + "T" + HBB[50:]
    plus = reverse_complement(sense[8:128])
    start = HBB_TOP - 128
    site = HBB_TOP - 1 - 49
    codons = []
    for number in range(1, 31):
        offset = 27 + 3 * number
        top = HBB_TOP - 1 - offset
        reference, mutant = HBB[offset : offset + 3], sense[offset : offset + 3]
        codons.append(
            Codon(
                positions=(top, top - 1, top - 2), number=number, reference=translate(reference),
                before=translate(mutant), after="A" if number == 7 else translate(reference),
            )
        )  # fmt: skip
    return LocusFigure(
        caption="A cut beside HBB codon 7 with a template, on a gene that reads right to left.",
        alt="Both strands of chr11 around c.20 of HBB; the cut stands three bases from the PAM.",
        contig="chr11",
        start=start,
        plus_strand=plus,
        gene_strand="-",
        tracks=(
            Track(label="exon 1", role="exon", start=HBB_TOP - 122, end=HBB_TOP + 20, strand="-"),
            Track(label="protospacer", role="protospacer", start=site - 16, end=site + 4,
                  strand="+"),
            Track(label="AGG", role="pam", start=site + 4, end=site + 7, strand="+"),
            Track(label="ssODN template, 91 nt", role="template", start=site - 45, end=site + 46),
            Track(label="amplicon, 240 bp", role="amplicon", start=site - 120, end=site + 120),
        ),
        marks=(
            Mark(position=site, role="variant", label="c.20A>T"),
            Mark(position=site + 1, role="cut", label="cut"),
            Mark(position=site, role="target", label="T>C (Ala)"),
            *(Mark(position=site - n, role="bystander", label=f"A{n + 4}>G") for n in (3, 5, 6, 8)),
        ),
        codons=tuple(codons),
    )  # fmt: skip


def cps1_exons() -> ExonFigure:
    """All 38 exons with the two alleles of the published case."""
    exons = tuple((210472684 + a - 1, 210472684 + b) for a, b in CPS1_EXONS)
    return ExonFigure(
        caption="NM_001875.4: 38 exons to scale. Both variants end the protein early.",
        alt="Exon diagram of CPS1: 38 exons, p.Gln335Ter in exon 10 and p.Glu714Ter in exon 18.",
        transcript="NM_001875.4", contig="chr2", strand="+", exons=exons,
        coding=(210472684 + 84049, 210472684 + 205301),
        variants=((SITE, "v1 p.Gln335Ter"), (210472684 + 134100, "v2 p.Glu714Ter")),
    )  # fmt: skip


def cps1_codons() -> CodonFigure:
    """Eleven codons around 335: reference, patient, after."""
    window = CPS1[80 - 15 : 80 + 18]
    patient = window[:15] + "T" + window[16:]
    silent = window[:14] + "C" + window[15:]
    return CodonFigure(
        caption="Codons 330 to 340 of CPS1.",
        alt="Codon 335 reads CAG Gln in the reference, TAG Ter in the patient, CAG Gln after.",
        first_codon=330,
        rows=(
            ("reference", window, translate(window)),
            ("patient, allele 1", patient, translate(patient)),
            ("after the edit", window, translate(window)),
            ("with bystander A9", silent, translate(silent)),
        ),
        changed=((), (15,), (), (14,)),
    )  # fmt: skip


def site_dots() -> DotFigure:
    """Sites by edits and score: every role, a crowd of one height, and sites without a score."""
    roles = ("on_target", "off_target", "gained", "stronger", "weaker", "lost")
    dots = [Dot(column=k, value=1 - k / 5, role=role) for k, role in enumerate(roles)]
    dots += [Dot(column=4, value=k / 100, role="off_target", number=k + 1) for k in range(12)]
    dots += [Dot(column=5, value=None, role=role, number=90) for role in roles[1:3]]
    return DotFigure(
        caption="Sites by edits and CFD.", alt="One site fits without an edit, 12 with 4.",
        x_label="edits", y_label="CFD", categories=("0", "1", "2", "3", "4", "5"),
        no_value="no CFD", dots=tuple(dots),
    )  # fmt: skip


def variants() -> tuple[Variant, ...]:
    """The two alleles of the published patient."""
    return (
        Variant(
            id="v1", gene="CPS1", transcript="NM_001875.4", hgvs_c="c.1003C>T",
            hgvs_p="p.Gln335Ter", vcf="chr2:210591886:C:T", contig="chr2", start=SITE, ref="C",
            alt="T", consequence=("stop_gained",), zygosity="heterozygous", in_trans_with=("v2",),
            trans_basis="presumed",
            strand="+", status="CAUSATIVE", acmg="PATHOGENIC",
            disease=Term(id="OMIM:237300", label="Carbamoylphosphate synthetase I deficiency"),
            label="CPS1 Q335X", legacy=("Q335X",), located=True,
        ),
        Variant(
            id="v2", gene="CPS1", transcript="NM_001875.4", hgvs_c="c.2140G>T",
            hgvs_p="p.Glu714Ter", vcf="", consequence=("stop_gained",), zygosity="heterozygous",
            in_trans_with=("v1",), trans_basis="presumed",
            strand="+", status="CAUSATIVE", acmg="PATHOGENIC",
            disease=Term(id="OMIM:237300", label="Carbamoylphosphate synthetase I deficiency"),
            label="CPS1 E714X", notes=("Position taken from the transcript alone.",),
        ),
    )  # fmt: skip


LOCI_ONLY = Finding(
    severity=Severity.SERIOUS,
    code="reference-is-loci-only",
    message="Only the locus itself is present, so no place elsewhere in the genome was searched "
    "for off-target sites.",
    resolves="Install the whole genome: ipse genome add hg38 hg38.fa.gz, then plan again.",
)
PHASE = Finding(
    severity=Severity.CAUTION,
    code="trans-presumed",
    message="The two variants are presumed to stand on different alleles; no phased VCF shows it.",
    resolves="A phased VCF of the patient, or the parents' genotypes.",
)
SILENT = Finding(
    severity=Severity.INFO,
    code="bystander-silent",
    message="A9, in the outer window, changes GCT to GCC: both read Ala.",
    evidence=(
        Evidence(source=NEJM, reason="The bystander was reported silent.", level=Level.HUMAN),
    ),
)
ONE_ALLELE = Finding(
    severity=Severity.CAUTION,
    code="one-allele-of-two",
    message="One allele is corrected; p.Glu714Ter stays. In a recessive disease one working allele "
    "is expected to be enough in each cell that is edited.",
    resolves="",
    evidence=(Evidence(source=NEJM, reason="One allele was corrected.", level=Level.HUMAN),),
)


def proposal(rank: int = 1, *, detailed: bool = True, **changes: object) -> Proposal:
    """The published edit, or a variation on it."""
    fields: dict[str, object] = {
        "id": f"editing-{rank:08x}",
        "rank": rank,
        "modality": "editing",
        "strategy": "base_edit",
        "title": "Adenine base edit of c.1003C>T back to C with an NGC editor",
        "verdict": Verdict.POSSIBLE,
        "reason": "Investigational: given to one person under a single-patient protocol.",
        "criteria": (
            Criterion(name="the target base stands in the editor's window", value=Truth.TRUE,
                      detail="A8 of 4 to 8.", source=(OKABE,)),
            Criterion(name="the edit restores the reference protein", value=Truth.TRUE,
                      detail="TAG (Ter) becomes CAG (Gln)."),
            Criterion(name="no bystander changes the protein", value=Truth.TRUE,
                      detail="A9>G is silent (Ala334); A3>G lies outside the target window.",
                      source=(NEJM,)),
            Criterion(name="no off-target site in a gene is expected to be cut",
                      value=Truth.UNKNOWN, weight="limits", detail="Not searched.",
                      needs="a whole reference genome"),
        ),
        "precedent": Level.HUMAN,
        "restoration": "wild_type",
        "design": {"editor": "NGC-ABE8e-V106W"},
        "findings": (LOCI_ONLY, ONE_ALLELE, SILENT),
        "evidence": (
            Evidence(source=NEJM, reason="This very guide and editor were given to an infant, who "
                     "tolerated more protein and needed less nitrogen scavenger.",
                     level=Level.HUMAN),
        ),
        "artefacts": (
            Artefact(path=f"editing/editing-{rank:08x}.gb", kind="genbank",
                     title="Locus with variant, protospacer, PAM, windows and edit",
                     sha256="0" * 64),
        ),
        "sections": (
            Section(
                title="Guide and locus", proposal=f"editing-{rank:08x}",
                blocks=(
                    KeyValues(items=(("Editor", "NGC-ABE8e-V106W"),
                                     ("Spacer", "TGATTCTAAGCAGTAATGAA"), ("PAM", "AGC (NGC)"),
                                     ("Strand", "minus"), ("Target", "A8"), ("Window", "4 to 8"))),
                    cps1_locus(),
                    Text(text="The spacer pairs with the plus strand; the editor deaminates the "
                         "minus-strand adenine opposite the variant."),
                    site_dots(),
                ),
            ),
            Section(
                title="Outcomes",
                blocks=(
                    Table(caption="Every combination of edits in the outer window, by protein.",
                          columns=("Edits", "Codon 334–335", "Protein", "Restores", "Probability"),
                          rows=(("A8", "GCT CAG", "p.Gln335= (reference)", True, None),
                                ("A8 + A9", "GCC CAG", "p.Gln335= (reference)", True, None),
                                ("A9", "GCC TAG", "p.Gln335Ter", False, 0.0123456789)),
                          mono=(0, 1)),
                    Table(caption="Editors that share this spacer.",
                          columns=("Editor", "PAM", "Length", "Window", "Bystander window",
                                   "Position", "Size (bp)", "Source", "Note"),
                          rows=(("NGC-ABE8e-V106W", "NGC", 20, "4–8", "1–11", 8, 5010,
                                 "NEJMoa2504747", "given to a person"),
                                ("SpRY-ABE8e", "NRN", 20, "4–8", "1–11", 8, 5010, "s41586",
                                 "near PAM-less, more off-target sites are to be expected")),
                          mono=(1,)),
                    Findings(findings=(SILENT,)),
                ),
            ),
        )
        if detailed
        else (),
    }  # fmt: skip
    return Proposal(**{**fields, **changes})


def cps1_plan(extra: int = 0, sectioned: int = 0) -> Plan:
    """The published case as a plan.

    ``extra`` more proposals stand behind its four, the first ``sectioned`` of them with sections.
    """
    hdr = proposal(
        2, title="SpCas9 cut 4 bp from c.1003 with an HDR template", strategy="hdr",
        verdict=Verdict.POSSIBLE, precedent=Level.CELL,
        reason="Repair by a template is rare in hepatocytes that do not divide.",
        findings=(LOCI_ONLY, Finding(
            severity=Severity.SERIOUS, code="double-strand-break",
            message="A double-strand break leaves insertions and deletions at most cut alleles.",
            resolves="Amplicon sequencing of edited cells.",
        )),
        sections=(Section(title="Guide and locus", blocks=(hbb_locus(),)),),
    )  # fmt: skip
    unknown = proposal(
        3, detailed=False, title="Adenine base edit with SpRY, spacer shifted by 2",
        verdict=Verdict.UNKNOWN, precedent=None, reason="Whether A12 is in reach is not known.",
        deciding=(DecidingSet(outcome=Truth.FALSE, values={"A12 is outside reach": Truth.FALSE}),),
        restoration="unknown", findings=(),
    )  # fmt: skip
    excluded = proposal(
        4, detailed=False, title="Cytosine base edit of the template strand", findings=(
            Finding(severity=Severity.BLOCKING, code="makes-new-stop",
                    message="The edit makes a new stop codon at 337."),
        ), verdict=Verdict.EXCLUDED, reason="The edit makes a new stop codon.", precedent=None,
        restoration="none",
    )  # fmt: skip
    more = tuple(
        proposal(5 + i, detailed=i < sectioned, title=f"Adenine base edit, spacer {i + 1}")
        for i in range(extra)
    )
    return Plan(
        case=CaseSummary(
            id="cps1-q335x", sex="male", age="7 months",
            diseases=("Carbamoylphosphate synthetase I deficiency (OMIM:237300)",),
            features=("Hyperammonemia (HP:0001987), onset first week of life",
                      "Lethargy (HP:0001254)"),
            excluded_features=("Orotic aciduria (HP:0003218)",),
            measurements=("Body weight 6.9 kg (LOINC 29463-7)", "Ammonia 23 µmol/L"),
            actions=("Nitrogen scavenger (glycerol phenylbutyrate)", "Protein restriction"),
            facts=("prior_transplant: no (2025-02-25, physician)",), files=(),
            leaves={"used": 71, "kept": 12, "not_used": 3},
        ),
        as_of=date(2026, 11, 22), region="US", variants=variants(),
        proposals=(proposal(), hdr, unknown, excluded, *more),
        not_proposed=(
            NotProposed(modality="editing", strategy="base_edit", code="no-editor-for-change",
                        reason="CPS1 c.2140G>T: no base editor makes T>G (a transversion).",
                        variant="v2"),
            NotProposed(modality="editing", strategy="base_edit", code="no-pam",
                        reason="No NGG PAM puts c.1003 in the window of an SpCas9 editor.",
                        variant="v1"),
            NotProposed(modality="editing", strategy="hdr", code="not-in-reference",
                        reason="No sequence at c.2140 in the embedded reference.", variant="v2"),
        ),
        unknowns=(
            Unknown(modality="editing", code="efficiency", variant="v1",
                    message="How often the guide edits in this patient's hepatocytes.",
                    resolves="Editing in cells that carry the variant."),
        ),
        findings=(PHASE, Finding(severity=Severity.INFO, code="transcript-version",
                  message="NM_001875.5 is not present; NM_001875.4 has the same coding sequence.")),
        sections=(
            Section(title="Where the variants stand", blocks=(cps1_exons(),)),
            Section(title="Codons before and after", blocks=(cps1_codons(),)),
        ),
        artefacts=(
            Artefact(path="guides.tsv", kind="tsv", title="Every guide", sha256="1" * 64),
            Artefact(path="bibliography.bib", kind="bibtex", title="What was cited",
                     sha256="2" * 64),
        ),
        bibliography=(
            Reference(key="musunuru2025", source=NEJM, authors="Musunuru K, et al", year="2025",
                      title="Patient-Specific In Vivo Gene Editing to Treat a Rare Genetic Disease",
                      container="N Engl J Med", url="https://doi.org/10.1056/NEJMoa2504747",
                      reasons=("This very guide and editor were given to an infant.",
                               "The bystander was reported silent.")),
            Reference(key="wong2011", source=OKABE, authors="Wong B", year="2011",
                      title="Points of view: Color blindness", container="Nat Methods",
                      url="https://doi.org/10.1038/nmeth.1618", reasons=("A second entry.",)),
        ),
        provenance=Provenance(
            ipse="0.1.0", verb="plan cps1-q335x",
            options={"region": "US", "modalities": ["editing"], "sections": 10, "genome": None},
            inputs=(InputFile(path="case.json", sha256="3" * 64),),
            reference={"name": "embedded", "identity": "4" * 64},
            tables={"base_editors": "5" * 64}, packages={"pydantic": "2.11.0"}, seed=0,
            as_of=date(2026, 11, 22),
        ),
    )  # fmt: skip


def many_exons(count: int = 79) -> ExonFigure:
    """A gene on the minus strand with many exons and pins that would overlap."""
    starts = [40_000 + 3_000 * i for i in range(count)]
    exons = tuple((s, s + 60 + (37 * i) % 200) for i, s in enumerate(starts))[::-1]
    assert all(a[0] > b[0] for a, b in pairwise(exons))
    near = exons[50][0]
    return ExonFigure(
        caption="79 exons on the minus strand", alt="Exon diagram of a long gene",
        transcript="NM_004006.2", contig="chrX", strand="-", exons=exons,
        coding=(exons[-1][0] + 40, exons[0][1] - 100),
        variants=((near + 5, "c.7310-19C>T"), (near + 8, "p.Arg2437Ter"),
                  (near + 12, "p.Gln2440Ter"), (near - 40, "exon 51 donor"),
                  (exons[0][1] + 500, "promoter"), (exons[-1][0], "last")),
    )  # fmt: skip


def dmd_frames() -> FrameFigure:
    """DMD without exons 45 to 50, and with exon 51 skipped; edges from the lengths of the exons."""
    edges = [("44", 2, 0, 148), ("45-50", 0, 1, 871), ("51", 1, 0, 233), ("52", 0, 1, 118)]
    roles = {
        "normal": ("kept", "kept", "kept", "kept"),
        "patient": ("kept", "missing", "shifted", "shifted"),
        "after the edit": ("kept", "missing", "skipped", "kept"),
    }
    return FrameFigure(
        caption="Exons 44 to 52 as pieces: edges that fit keep the frame.",
        alt="Without exons 45-50, exon 51 skipped: exons 44 and 52 join in frame.",
        rows=tuple(
            FrameRow(
                label=label,
                exons=tuple(
                    FrameExon(label=name, left=left, right=right, size=size, role=role)
                    for (name, left, right, size), role in zip(edges, each, strict=True)
                ),
                note="" if label == "normal" else f"what the {label} row is read as",
            )
            for label, each in roles.items()
        ),
    )
