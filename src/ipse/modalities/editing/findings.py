"""What speaks for and against a design, as findings; the alleles' part stands in ``zygosity``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipse.core.evidence import Evidence
from ipse.core.finding import Finding, Severity
from ipse.genome.patient_genome import Genotype, PatientGenome
from ipse.genome.reference import Reference
from ipse.modalities.editing.catalogue import Precedent, Tolerated, note, repair_rules
from ipse.modalities.editing.model import EFFECT_WORDS, HARMFUL, Bystander, EditDesign
from ipse.patient.variants import Variant

U6_STOP = "TTTT"
MEASURE = "Sequence the target in edited cells of the patient and count the alleles."


def off_targets(reference: Reference) -> Finding:
    """That no search for off-target sites stands behind a design."""
    if reference.whole_genome:
        return Finding(
            severity=Severity.SERIOUS,
            code="off-targets-not-searched",
            message="No off-target search was run for this guide.",
            resolves="Search the genome for similar sites, and test the guide in cells.",
        )
    return Finding(
        severity=Severity.SERIOUS,
        code="off-targets-not-searched",
        message=(
            "Off-target sites and paralogues were not searched: the reference "
            f"{reference.name!r} holds single loci, not a whole genome."
        ),
        resolves="ipse genome add hg38 hg38.fa.gz, then plan again with --genome hg38",
    )


def design_findings(
    design: EditDesign, precedents: Sequence[Precedent], tolerated: Tolerated | None
) -> Iterator[Finding]:
    """Findings that follow from the design alone."""
    yield from _precedent(design, precedents)
    if design.intended == "wild_type_protein":
        yield Finding(
            severity=Severity.INFO,
            code="synonymous-codon",
            message=(
                f"The DNA stays different from the reference: {design.intended_note}. Splicing "
                "and translation of the new codon are not predicted."
            ),
            resolves="Check the transcript and the protein in edited cells.",
        )
    if tolerated is not None:
        yield Finding(
            severity=Severity.CAUTION,
            code="tolerated-residue",
            message=(
                f"The edit does not restore the wild type: {design.intended_note}. The claim "
                "that this residue is tolerated rests on the cited work."
            ),
            resolves="Test the function of the edited protein in the patient's cells.",
            evidence=tuple(
                Evidence(source=source, reason=tolerated.known, level=tolerated.level)
                for source in tolerated.source
            ),
        )
    yield from _bystanders(design)
    yield from _windows(design)
    if U6_STOP in design.spacer:
        yield note("u6-terminator")
    if not design.spacer.startswith("G"):
        yield note("u6-start")
    if design.template is None:
        kind = "cytosine" if design.target.base_before == "C" else "adenine"
        yield note(f"guide-independent-{kind}")
    else:
        yield note("template-needs-division")
        yield note("cut-by-products")
        yield note("cut-p53")
        yield _recut(design)
        yield from _distance(design)


def _precedent(design: EditDesign, precedents: Sequence[Precedent]) -> Iterator[Finding]:
    for row in precedents:
        same = (row.spacer, row.editor) == (design.spacer, design.editor)
        which = "with this spacer and editor" if same else "with another spacer or editor"
        how = f"{row.editor}, spacer {row.spacer or 'not published'}"
        yield Finding(
            severity=Severity.INFO,
            code="precedent" if same else "precedent-by-analogy",
            message=f"This edit was made before {which} ({how}): {row.outcome}",
            evidence=tuple(
                Evidence(
                    source=source,
                    reason=row.outcome,
                    level=row.level if same else row.level.ANALOGY,
                )
                for source in row.source
            ),
        )


def _bystanders(design: EditDesign) -> Iterator[Finding]:
    groups: dict[tuple[bool, str], list[Bystander]] = {}
    for item in design.bystanders:
        if item.effect in HARMFUL:
            kind = "harmful"
        elif item.effect == "synonymous_bystander":
            kind = "silent"
        else:
            kind = "unknown"
        groups.setdefault((item.in_target_window, kind), []).append(item)
    clean = [row.editor for row in design.alternatives[1:] if row.harmful_bystanders == 0]
    choose = f" Or use {clean[0]}, which has no such bystander here." if clean else ""
    for inside, severity in ((True, Severity.SERIOUS), (False, Severity.CAUTION)):
        place = "the target window" if inside else "the bystander window"
        if found := groups.get((inside, "harmful")):
            yield Finding(
                severity=severity,
                code="bystander-in-target-window" if inside else "bystander-in-outer-window",
                message=f"Editable beside the target in {place}: {_listed(found)}.",
                resolves=MEASURE + choose,
            )
        if found := groups.get((inside, "unknown")):
            yield Finding(
                severity=Severity.CAUTION,
                code="bystander-effect-not-predicted",
                message=(
                    f"Editable beside the target in {place}, outside the protein's code or near a "
                    f"splice site: {_listed(found)}; the effect is not predicted."
                ),
                resolves=MEASURE,
            )
        if found := groups.get((inside, "silent")):
            yield Finding(
                severity=Severity.INFO,
                code="bystander-synonymous",
                message=f"Editable beside the target in {place}, silent: {_listed(found)}.",
            )
    alone = max((list(EFFECT_WORDS).index(item.effect) for item in design.bystanders), default=0)
    joint = max(list(EFFECT_WORDS).index(item.effect) for item in design.outcomes)
    if design.bystanders and joint > alone:
        worst = max(design.outcomes, key=lambda item: list(EFFECT_WORDS).index(item.effect))
        yield Finding(
            severity=Severity.CAUTION,
            code="bystanders-together",
            message=(
                f"Bystanders {', '.join(worst.bystander_ids)} together do more than each alone: "
                f"{worst.hgvs_p}."
            ),
            resolves=MEASURE,
        )


def _listed(bystanders: Sequence[Bystander]) -> str:
    return ", ".join(
        f"{item.id} ({item.hgvs_p if item.hgvs_p not in ('', 'p.=') else item.hgvs_c})"
        for item in bystanders
    )


def _windows(design: EditDesign) -> Iterator[Finding]:
    if design.windows is None:
        return
    target, bystander = design.windows.target, design.windows.bystander
    if not target.basis.startswith("published"):
        yield Finding(
            severity=Severity.CAUTION,
            code="target-window-not-published",
            message=(
                f"The target window {target.first}-{target.last} of {design.editor} is "
                f"{target.basis}, not published for this editor."
            ),
            resolves="Measure editing by position with this editor.",
            evidence=tuple(
                Evidence(source=source, reason=f"target window: {target.basis}")
                for source in target.source
            ),
        )
    if not bystander.basis.startswith("published"):
        yield Finding(
            severity=Severity.CAUTION,
            code="bystander-window-assumed",
            message=(
                f"No outer activity of {design.editor} is published in the tables: bystanders are "
                f"counted over positions {bystander.first}-{bystander.last}, an assumption "
                f"({bystander.basis})."
            ),
            resolves="Measure editing by position with this editor.",
        )


def _recut(design: EditDesign) -> Finding:
    template = design.template
    assert template is not None
    if template.recut == "intact":
        return note("corrected-allele-recut")
    words = {
        "pam_destroyed": "the correction breaks the PAM",
        "seed_mismatch": (
            f"the correction leaves {template.recut_mismatches} mismatch(es), in the seed"
        ),
        "distal_mismatch": (
            f"the correction leaves {template.recut_mismatches} mismatch(es), far from the PAM"
        ),
    }[template.recut]
    weak = template.recut == "distal_mismatch"
    return Finding(
        severity=Severity.CAUTION if weak else Severity.INFO,
        code="corrected-allele-weakly-protected" if weak else "corrected-allele-protected",
        message=f"Against a second cut of the corrected allele: {words}.",
        resolves="Add a silent change that breaks the PAM to the template." if weak else "",
    )


def _distance(design: EditDesign) -> Iterator[Finding]:
    template, rules = design.template, repair_rules()
    assert template is not None
    if template.cut_to_edit <= rules.preferred_cut_distance:
        return
    yield Finding(
        severity=Severity.CAUTION,
        code="cut-far-from-change",
        message=(
            f"{template.cut_to_edit} unchanged bases lie between cut and change, and "
            f"{template.homology_beyond_edit} bases of the template beyond it: a change is taken "
            "up less often the farther it lies from the cut."
        ),
        resolves=f"Prefer a cut within {rules.preferred_cut_distance} bp, or test it in cells.",
        evidence=tuple(
            Evidence(source=source, reason="uptake of a change by its distance from the cut")
            for source in rules.distance_source
        ),
    )


def case_variants(
    design: EditDesign, variant: Variant, variants: Sequence[Variant]
) -> Iterator[Finding]:
    """Other variants the case states under the guide; the VCF's stand in :func:`own_sequence`."""
    start = min(design.protospacer_start, design.pam_start)
    end = max(design.protospacer_end, design.pam_end)
    for other in variants:
        if other.id == variant.id or not other.located or other.contig != design.contig:
            continue
        assert other.start is not None and other.end is not None
        if other.start >= end or max(other.end, other.start + 1) <= start:
            continue
        name = f"{other.gene} {other.hgvs_c or other.vcf}".strip()
        if other.id in variant.in_trans_with and other.zygosity == "heterozygous":
            yield Finding(
                severity=Severity.INFO,
                code="case-variant-on-other-allele",
                message=f"{name} lies under the guide, on the other allele: the guide fits less.",
            )
        else:
            yield Finding(
                severity=Severity.SERIOUS,
                code="case-variant-under-guide",
                message=(
                    f"{name} lies under guide or PAM and may be on the same allele: then the guide "
                    "does not fit it as it is written."
                ),
                resolves="Phase the two variants, or choose a guide without the other.",
            )


def own_sequence(
    design: EditDesign, variant: Variant, patient_genome: PatientGenome | None
) -> Iterator[Finding]:
    """What the patient's own VCF says of the bases under guide, PAM and template."""
    if patient_genome is None or not patient_genome.covers(design.contig):
        missing = "no VCF of the patient" if patient_genome is None else "the patient's VCF says"
        rest = "" if patient_genome is None else f" nothing of {design.contig}"
        yield Finding(
            severity=Severity.INFO,
            code="patient-sequence-not-given",
            message=(
                "The guide is made on the reference with the variant in it: other variants of the "
                f"patient under the guide are not known ({missing}{rest})."
            ),
            resolves="Name a VCF of the patient that covers the gene in the case's files.",
        )
        return
    start = min(design.protospacer_start, design.pam_start)
    end = max(design.protospacer_end, design.pam_end)
    own = {(variant.start, variant.ref, variant.alt)}
    for call in patient_genome.records(design.contig, start, end):
        at_border = not call.variant.ref and call.variant.start in (start, end)
        if (call.variant.start, call.variant.ref, call.variant.alt) not in own and not at_border:
            yield _under_guide(call, variant)
    for symbolic in patient_genome.symbolic(design.contig, start, end):
        yield Finding(
            severity=Severity.SERIOUS,
            code="patient-variant-under-guide",
            message=(
                f"The patient's VCF has {symbolic.alt} at {symbolic.contig}:{symbolic.start + 1}-"
                f"{symbolic.end} over the guide, without a sequence."
            ),
            resolves="Resolve the structural call, or choose a guide outside it.",
        )
    if design.template is not None:
        for call in patient_genome.records(
            design.contig, design.template.start, design.template.end
        ):
            place = call.variant.start
            if (place, call.variant.ref, call.variant.alt) in own or start <= place < end:
                continue
            yield Finding(
                severity=Severity.CAUTION,
                code="patient-variant-in-template",
                message=(
                    f"The patient carries {call.variant} ({call.zygosity or 'zygosity unknown'}) "
                    "under the template's arms; the template has the reference's bases there."
                ),
                resolves="Write the patient's base into the template.",
            )


def _under_guide(call: Genotype, variant: Variant) -> Finding:
    same_set = (call.phase_set or "") == variant.phase_set
    known = variant.haplotype is not None and bool(call.haplotypes) and same_set
    if call.zygosity in ("homozygous", "hemizygous"):
        where, on_it = "on every allele", True
    elif known:
        on_it = variant.haplotype in call.haplotypes
        where = f"on haplotype {', '.join(str(side) for side in sorted(call.haplotypes))}, " + (
            "the one with the variant" if on_it else "not the one with the variant"
        )
    else:
        where, on_it = "phase not known", True
    if not on_it:
        return Finding(
            severity=Severity.INFO,
            code="patient-variant-on-other-allele",
            message=(
                f"The patient carries {call.variant} under the guide {where}: the guide fits the "
                "allele with the variant and differs more from the other."
            ),
        )
    return Finding(
        severity=Severity.SERIOUS,
        code="patient-variant-under-guide",
        message=(
            f"The patient carries {call.variant} under guide or PAM ({where}): the guide fits "
            "the reference and not, or not surely, this patient's allele."
        ),
        resolves="Phase the variant, or choose a guide without it.",
    )
