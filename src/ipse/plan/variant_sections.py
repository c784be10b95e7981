"""What the dossier shows of the patient's variants: where they stand and what they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipse.core.errors import IpseError
from ipse.core.sections import Block, CodonFigure, ExonFigure, KeyValues, Section, Text
from ipse.core.sequence import THREE_LETTER, reverse_complement, translate
from ipse.genome.annotation import Transcript
from ipse.genome.registry import Genome
from ipse.patient.inheritance import Inheritance, inheritance
from ipse.patient.variants import TRANS_BASIS, Variant

CODONS_SHOWN = 4
"""Codons shown on either side of the first that differs."""


def variant_sections(variants: Iterable[Variant], genome: Genome) -> Iterator[Section]:
    """One section per variant: identity, place on the transcript, codons before and after.

    Variants of one transcript share one exon diagram, in the first of their sections.
    """
    variants = list(variants)
    drawn: set[str] = set()
    for variant in variants:
        blocks: list[Block] = [_identity(variant, variants)]
        transcript = _transcript(variant, genome)
        if transcript is not None and variant.located:
            if variant.transcript not in drawn:
                drawn.add(variant.transcript)
                same = [v for v in variants if v.located and v.transcript == variant.transcript]
                blocks.append(_exons(transcript, same))
            blocks += _codons(variant, transcript)
        blocks += [Text(text=note) for note in variant.notes]
        yield Section(title=_title(variant), blocks=tuple(blocks))


def _title(variant: Variant) -> str:
    name = variant.hgvs_c or variant.label or variant.vcf or variant.id
    protein = f" ({variant.hgvs_p})" if variant.hgvs_p else ""
    return f"{variant.gene} {name.split(':')[-1]}{protein}".strip()


def inherited(variant: Variant) -> list[Inheritance]:
    """Curated rows for the very disease the case states; none where it states no id."""
    return inheritance(variant.gene, variant.disease.id) if variant.disease.id else []


def _transcript(variant: Variant, genome: Genome) -> Transcript | None:
    if not variant.transcript:
        return None
    try:
        return genome.annotation.transcript(variant.transcript)
    except IpseError:
        return None


def _identity(variant: Variant, variants: list[Variant]) -> KeyValues:
    hgvs = variant.hgvs_c
    if hgvs and variant.transcript and ":" not in hgvs:
        hgvs = f"{variant.transcript}:{hgvs}"
    names = {other.id: _title(other) for other in variants}
    trans = ", ".join(names[other] for other in variant.in_trans_with)
    if trans and variant.trans_basis:
        trans += f" ({TRANS_BASIS[variant.trans_basis]})"
    items = {
        "coding change": hgvs,
        "protein change": variant.hgvs_p,
        "genome": variant.brief,
        "consequence": ", ".join(term.replace("_", " ") for term in variant.consequence),
        "zygosity": variant.zygosity or "not stated",
        "haplotype": str(variant.haplotype or ""),
        "on the other allele": trans,
        "diagnosis": " ".join(
            part for part in (variant.disease.label, f"({variant.disease.id})") if part.strip("()")
        ),
        "inherited as": "; ".join(row.inheritance for row in inherited(variant)),
        "mechanism": "; ".join(
            f"{row.mechanism} ({', '.join(row.source)})"
            for row in inherited(variant)
            if row.mechanism
        ),
        "classed as": ", ".join(
            text.replace("_", " ").lower() for text in (variant.status, variant.acmg) if text
        ),
        "also known as": ", ".join(variant.legacy),
        "as given": variant.label,
    }
    return KeyValues(items=tuple((key, text) for key, text in items.items() if text))


def _exons(transcript: Transcript, variants: list[Variant]) -> ExonFigure:
    coding = None
    if transcript.cds is not None:
        ends = [
            transcript.to_genomic(transcript.cds[0]),
            transcript.to_genomic(transcript.cds[1] - 1),
        ]
        coding = (min(ends), max(ends) + 1)
    pins = tuple((v.start, _title(v)) for v in variants if v.start is not None)
    exon = ", ".join(f"{label} in {_place(transcript, start)}" for start, label in pins)
    return ExonFigure(
        caption=(
            f"{transcript.gene} {transcript.id}: {len(transcript.exons)} exons on the "
            f"{'plus' if transcript.strand == '+' else 'minus'} strand of {transcript.contig}; "
            "exons to scale, introns shortened."
        ),
        alt=f"Exon diagram of {transcript.gene} with {exon}.",
        transcript=transcript.id,
        contig=transcript.contig,
        strand="+" if transcript.strand == "+" else "-",
        exons=transcript.exons,
        coding=coding,
        variants=pins,
    )


def _place(transcript: Transcript, position: int) -> str:
    for number, (start, end) in enumerate(transcript.exons, start=1):
        if start <= position < end:
            return f"exon {number} of {len(transcript.exons)}"
    return "an intron or outside"


def _codons(variant: Variant, transcript: Transcript) -> list[Block]:
    """Codons around a change inside the coding sequence, and a sentence; nothing elsewhere."""
    pair = coding_sequences(variant, transcript)
    if pair is None:
        return []
    reference, patient = pair
    first = next(
        (i for i, (a, b) in enumerate(zip(reference, patient, strict=False)) if a != b), None
    )
    if first is None:
        return []
    start = max(0, first // 3 - CODONS_SHOWN) * 3
    end = start + (2 * CODONS_SHOWN + 1) * 3
    rows = []
    changed = []
    for label, sequence in (("reference", reference), ("this allele", patient)):
        shown = sequence[start:end]
        shown = shown[: len(shown) // 3 * 3]
        rows.append((label, shown, translate(shown, transcript.code)))
        changed.append(
            tuple(
                i for i, (a, b) in enumerate(zip(reference[start:], shown, strict=False)) if a != b
            )
        )
    changed[0] = changed[1]
    sentence = _sentence(reference, patient, first, transcript)
    figure = CodonFigure(
        caption=f"Codons {start // 3 + 1} to {start // 3 + len(rows[0][1]) // 3} before and after.",
        alt=sentence,
        first_codon=start // 3 + 1,
        rows=tuple(rows),
        changed=tuple(changed),
    )
    return [Text(text=sentence), figure]


def coding_sequences(variant: Variant, transcript: Transcript) -> tuple[str, str] | None:
    """Coding sequence of the reference and of the patient's allele.

    Returns
    -------
    tuple of str or None
        None if the change does not lie wholly inside coding exons.
    """
    if transcript.cds is None or variant.start is None:
        return None
    reference = transcript.cds_sequence
    ref, alt = variant.ref or "", variant.alt or ""
    places = [transcript.to_transcript(variant.start + i) for i in range(max(len(ref), 1))]
    if not reference or any(offset for _, offset in places):
        return None
    begin = min(place for place, _ in places) - transcript.cds[0]
    if transcript.strand == "-":
        ref, alt = reverse_complement(ref), reverse_complement(alt)
        begin += 0 if ref else 1  # an insertion stands after its left base on the other strand
    if begin < 0 or begin + len(ref) > len(reference):
        return None
    if reference[begin : begin + len(ref)] != ref:
        return None
    return reference, reference[:begin] + alt + reference[begin + len(ref) :]


def _sentence(reference: str, patient: str, first: int, transcript: Transcript) -> str:
    codon = first // 3
    before, after = reference[codon * 3 : codon * 3 + 3], patient[codon * 3 : codon * 3 + 3]
    old, new = (
        THREE_LETTER.get(translate(bases, transcript.code) or "X", "Xaa")
        for bases in (before, after)
    )
    length = len(reference) // 3 - 1
    if (len(patient) - len(reference)) % 3:
        tail = "the reading frame shifts from here on"
    elif len(patient) != len(reference):
        tail = (
            f"the reading frame is kept, {abs(len(patient) - len(reference)) // 3} residues differ"
        )
    elif new == "Ter" and old != "Ter":
        tail = f"translation would end after {codon} of {length} residues"
    elif new == old:
        tail = "the residue stays the same; what it does, it does to the RNA"
    else:
        tail = f"one of {length} residues is exchanged"
    return f"Codon {codon + 1}: {before} ({old}) becomes {after} ({new}); {tail}."
