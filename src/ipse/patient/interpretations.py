"""Read the interpretations: variants as the phenopacket states them (VRSATILE descriptors)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from ipse.core.finding import Severity
from ipse.core.tables import Row, shipped
from ipse.patient.cursor import Node
from ipse.patient.model import CaseVariant, Ontology, VcfRecord, Zygosity

PARENTAL_ORIGIN = "parental_origin"
"""Name of the VRSATILE extension that says which parent an allele came from."""


def read_interpretations(
    node: Node, samples: frozenset[str]
) -> Iterator[CaseVariant | tuple[str, str, str] | Ontology]:
    """Yield variants, genes without a variant, and diseases of the interpretations.

    Parameters
    ----------
    node
        The list of interpretations.
    samples
        Ids of the biosamples: what is found in one of them is not germ line.
    """
    for interpretation in node:
        diagnosis = interpretation["diagnosis"]
        interpretation["id"].text()
        progress = interpretation["progressStatus"].enum()
        disease = diagnosis["disease"].ontology()
        if disease:
            yield disease
        if progress == "UNSOLVED" and diagnosis["genomicInterpretations"]:
            node.record.say(
                Severity.CAUTION, "interpretation-unsolved",
                f"The interpretation of {disease or 'a case'} is unsolved; its variants may not "
                "explain the disease.",
            )  # fmt: skip
        for item in diagnosis["genomicInterpretations"]:
            sample = item["subjectOrBiosampleId"].text()
            status = item["interpretationStatus"].enum()
            if item["gene"]:
                gene = item["gene"]
                yield gene["symbol"].text(), gene["valueId"].text(), status
            if item["variantInterpretation"]:
                said = len(node.record.findings)
                variant = _variant(item, disease, sample, status, sample in samples)
                own = node.record.findings[said:]
                serious = tuple(f for f in own if f.severity.rank >= Severity.SERIOUS.rank)
                yield replace(variant, doubts=serious)


def _variant(node: Node, disease: Ontology, sample: str, status: str, somatic: bool) -> CaseVariant:
    interpretation = node["variantInterpretation"]
    acmg = interpretation["acmgPathogenicityClassification"].enum()
    interpretation["therapeuticActionability"].enum()
    descriptor = interpretation["variationDescriptor"]
    gene = descriptor["geneContext"]
    zygosity, compound, state = _allelic_state(descriptor["allelicState"])
    context = descriptor["moleculeContext"].enum()
    words, copies, gene_of_copies = _variation(descriptor["variation"])
    label = descriptor["label"].text()
    more = descriptor["description"].text()
    return CaseVariant(
        id=descriptor["id"].text() or node.place,
        gene=gene["symbol"].text().strip(),
        hgnc=gene["valueId"].text().strip() or gene_of_copies,
        expressions=_expressions(
            descriptor["expressions"], _spdi(descriptor["variation"]["allele"])
        ),
        vcf=_vcf_record(descriptor["vcfRecord"]),
        zygosity=zygosity,
        compound=compound,
        state_id=state,
        molecule_context="" if context == "unspecified_molecule_context" else context,
        structural_type=descriptor["structuralType"].ontology(),
        copy_number=copies,
        description="; ".join(part for part in (words, more) if part),
        label=label or next((x.text() for x in descriptor["alternateLabels"]), ""),
        status="" if status == "UNKNOWN_STATUS" else status,
        acmg="" if acmg == "NOT_PROVIDED" else acmg,
        disease=disease,
        parent=_parent(descriptor["extensions"]),
        sample=sample,
        somatic=somatic,
        pointer=node.place,
    )


def _parent(node: Node) -> Literal["maternal", "paternal", ""]:
    """Which parent the allele came from, by the extension ``parental_origin``."""
    for item in node:
        if item["name"].value == PARENTAL_ORIGIN:
            item["name"].text()
            value = item["value"].text().strip().lower()
            if value == "maternal":
                return "maternal"
            if value == "paternal":
                return "paternal"
            item["value"].unclear()
            node.record.say(
                Severity.CAUTION, "parental-origin-not-understood",
                f"The parental origin at {item.place} is neither maternal nor paternal.",
                "write maternal or paternal, or leave the extension out",
            )  # fmt: skip
    return ""


def _expressions(node: Node, spdi: str) -> dict[str, str]:
    """Syntax -> text; a second text of one syntax is kept under ``hgvs.c#2`` and so on.

    A VRS allele of a RefSeq sequence counts as an SPDI expression where none is given.
    """
    found: dict[str, str] = {}
    for item in node:
        syntax, value = item["syntax"].text().strip(), item["value"].text().strip()
        item["version"].text()
        if not value:
            continue
        key, number = syntax, 1
        while key in found and found[key] != value:
            number += 1
            key = f"{syntax}#{number}"
        found[key] = value
    if spdi:
        found.setdefault("spdi", spdi)
    return found


def _vcf_record(node: Node) -> VcfRecord | None:
    if not node:
        return None
    pos = node["pos"].whole() or 0
    return VcfRecord(
        assembly=node["genomeAssembly"].text().strip(),
        chrom=node["chrom"].text().strip(),
        pos=pos,
        ref=node["ref"].text().strip(),
        alt=node["alt"].text().strip(),
    )


def _allelic_state(node: Node) -> tuple[Zygosity, bool, str]:
    """Zygosity, whether it is compound heterozygous, and the id; by id, else by label."""
    term = node.ontology()
    if not term:
        return "", False, ""
    table = shipped("ipse.patient", "allelic_states")
    row: Row | None = table.by_key.get(term.id)
    by_label = next((r for r in table if r["label"] == term.label.lower()), None)
    if row is not None and by_label is not None and row["zygosity"] != by_label["zygosity"]:
        node.record.say(
            Severity.SERIOUS, "allelic-state-contradiction",
            f"The allelic state {term.id} is {row['label']}, but its label says {term.label}.",
            "correct one of them",
        )  # fmt: skip
        return "", False, term.id
    row = row or by_label
    if row is None:
        node.unclear()
        node.record.say(
            Severity.CAUTION, "allelic-state-not-understood",
            f"The allelic state {term} is not one Ipse knows; zygosity is taken as unknown.",
            "use a term of GENO, e.g. GENO:0000135 (heterozygous)",
        )  # fmt: skip
        return "", False, term.id
    zygosity: Zygosity = row["zygosity"]  # type: ignore[assignment]
    return zygosity, row["compound"] == "yes", term.id


def _variation(node: Node) -> tuple[str, int | None, str]:
    """A VRS variation in words, with copies and the gene they are of, for a copy number."""
    if node["copyNumber"]:
        number = node["copyNumber"]
        copies = number["number"]["value"].whole()
        subject = _first(
            number["gene"]["geneId"].text(), number["curie"].text(), _allele(number["allele"])
        )
        words = _number(number, "number", "indefiniteRange", "definiteRange")
        return f"{words} copies of {subject or 'a stretch'}", copies, subject
    if node["text"]:
        return node["text"]["definition"].text(), None, ""
    if node["allele"]:
        return _allele(node["allele"]), None, ""
    if node["haplotype"]:
        members = [
            _first(member["curie"].text(), _allele(member["allele"]))
            for member in node["haplotype"]["members"]
        ]
        return f"haplotype of {'; '.join(members)}", None, ""
    return "", None, ""


def _allele(node: Node) -> str:
    """A VRS allele: sequence, stretch (0-based, as VRS counts) and the new sequence."""
    if not node:
        return ""
    place = node["curie"].text()
    if node["sequenceLocation"]:
        location = node["sequenceLocation"]
        interval, simple = location["sequenceInterval"], location["simpleInterval"]
        if interval:
            start = _number(interval, "startNumber", "startIndefiniteRange", "startDefiniteRange")
            end = _number(interval, "endNumber", "endIndefiniteRange", "endDefiniteRange")
        else:
            start, end = str(simple["start"].whole() or 0), str(simple["end"].whole() or 0)
        place = f"{location['sequenceId'].text()}:{start}-{end}"
    elif node["chromosomeLocation"]:
        location = node["chromosomeLocation"]
        bands = location["interval"]
        place = f"{location['chr'].text()}{bands['start'].text()}-{bands['end'].text()}"
    state = _first(
        node["sequenceState"]["sequence"].text(),
        node["literalSequenceExpression"]["sequence"].text(),
    )
    repeat = node["repeatedSequenceExpression"]
    if repeat:
        unit = repeat["literalSequenceExpression"]["sequence"].text()
        count = _number(repeat, "number", "indefiniteRange", "definiteRange")
        state = f"({unit}){count}"
    return f"{place}>{state or 'deletion'}"


def _spdi(node: Node) -> str:
    """SPDI of a VRS allele that names a RefSeq sequence, an exact stretch and new bases.

    VRS and SPDI both count from 0, between bases. Empty for any other allele.
    """
    location = node["sequenceLocation"]
    name = str(location["sequenceId"].value or "")
    exact, simple = location["sequenceInterval"], location["simpleInterval"]
    start = exact["startNumber"]["value"] if exact else simple["start"]
    end = exact["endNumber"]["value"] if exact else simple["end"]
    bases = [
        node[state]["sequence"].text()
        for state in ("literalSequenceExpression", "sequenceState")
        if node[state]
    ]
    ranged = exact and not (exact["startNumber"] and exact["endNumber"])
    if not name.lower().startswith("refseq:") or not bases or ranged:
        return ""
    first, last = start.whole() or 0, end.whole() or 0
    return f"{name[7:]}:{first}:{last - first}:{bases[0]}" if last >= first else ""


def _number(node: Node, exact: str, indefinite: str, definite: str) -> str:
    """A VRS number: exact, one-sided or a range."""
    if node[exact]:
        return str(node[exact]["value"].whole() or 0)
    if node[indefinite]:
        part = node[indefinite]
        return f"{part['comparator'].text()}{part['value'].whole() or 0}"
    if node[definite]:
        part = node[definite]
        return f"{part['min'].whole() or 0}-{part['max'].whole() or 0}"
    return "0" if exact == "startNumber" else "?"


def _first(*texts: str) -> str:
    return next((text for text in texts if text), "")
