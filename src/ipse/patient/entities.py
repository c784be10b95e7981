"""What a case is made of: subject, diseases, features, measurements, variants, files, facts.

Everything here is frozen. Text from the phenopacket stays as it was written; numbers that Ipse
computed (days, canonical units) stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from ipse.core.finding import Finding
from ipse.core.logic import Truth

Zygosity = Literal["heterozygous", "homozygous", "hemizygous", ""]


@dataclass(frozen=True, slots=True)
class Ontology:
    """An ontology term; either part may be empty."""

    id: str = ""
    label: str = ""

    def __bool__(self) -> bool:
        return bool(self.id or self.label)

    def __str__(self) -> str:
        if self.id and self.label:
            return f"{self.label} ({self.id})"
        return self.label or self.id


@dataclass(frozen=True, slots=True)
class Moment:
    """A time element of a phenopacket.

    Attributes
    ----------
    kind
        Which of the schema's alternatives it is; empty if none was given.
    text
        In words, e.g. ``8 months`` or ``Infantile onset``; never a date of birth.
    age_days
        Age in days at that moment (start of a range), if it can be told.
    on
        Calendar date (start of an interval), if it can be told.
    before_birth
        Whether it says itself that it was before birth.
    """

    kind: Literal[
        "", "age", "age_range", "gestational_age", "ontology", "timestamp", "interval"
    ] = ""
    text: str = ""
    age_days: int | None = None
    on: date | None = None
    before_birth: bool = False

    def __bool__(self) -> bool:
        return bool(self.kind)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who the case is about.

    Attributes
    ----------
    id
        Id inside the phenopacket; it may identify the person and is not printed in reports.
    sex
        ``female``, ``male``, ``other`` or ``unknown``.
    karyotypic_sex
        ``XX``, ``XY``...; empty if unknown.
    age_days
        Age at last encounter (or at ``as_of`` where a birth date allows it) [days].
    age_text
        The same in words.
    last_encounter
        Time of the last encounter.
    vital_status
        ``alive``, ``deceased`` or ``unknown``.
    cause_of_death, gender
        As given.
    death
        Time of death.
    birth
        Date of birth, for computing ages only: it is never shown or written.
    """

    id: str = ""
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    karyotypic_sex: str = ""
    age_days: int | None = None
    age_text: str = ""
    last_encounter: Moment = Moment()
    vital_status: Literal["alive", "deceased", "unknown"] = "unknown"
    cause_of_death: Ontology = Ontology()
    gender: Ontology = Ontology()
    death: Moment = Moment()
    birth: date | None = field(default=None, repr=False)

    @property
    def born(self) -> Truth:
        """Whether the subject has been born; unknown if no age, date or phrase tells.

        A death before birth says no. So does a last encounter before birth, unless a date of birth
        is stated as well: with the date the plan speaks for it gives an age, without one it leaves
        the matter open.
        """
        if self.death.before_birth:
            return Truth.FALSE
        if self.age_days is not None:
            return Truth.TRUE
        if self.last_encounter.before_birth:
            return Truth.UNKNOWN if self.birth else Truth.FALSE
        kinds = {self.last_encounter.kind, self.death.kind}
        return Truth.TRUE if self.birth or kinds & {"age", "age_range"} else Truth.UNKNOWN

    @property
    def alive(self) -> Truth:
        """Whether the subject is alive; unknown if the vital status is."""
        if self.vital_status == "unknown":
            return Truth.UNKNOWN
        return Truth.of(self.vital_status == "alive")


@dataclass(frozen=True, slots=True)
class Disease:
    """A diagnosis; ``excluded`` if it was looked for and ruled out."""

    term: Ontology
    excluded: bool = False
    onset: Moment = Moment()
    resolution: Moment = Moment()
    stage: tuple[Ontology, ...] = ()
    tnm: tuple[Ontology, ...] = ()
    primary_site: Ontology = Ontology()
    laterality: Ontology = Ontology()


@dataclass(frozen=True, slots=True)
class Feature:
    """A phenotypic feature; ``excluded`` if it was looked for and is absent."""

    term: Ontology
    excluded: bool = False
    severity: Ontology = Ontology()
    modifiers: tuple[Ontology, ...] = ()
    onset: Moment = Moment()
    resolution: Moment = Moment()
    description: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured quantity or category.

    Attributes
    ----------
    assay
        What was measured, LOINC where given.
    part
        Which part of a complex value (e.g. systolic); empty for a simple one.
    value, unit
        Number and UCUM unit as given; ``value`` None for a category.
    category
        Result of a categorical assay.
    canonical_value, canonical_unit
        The number in the dimension's base unit of ``tables/units.tsv``; None and empty if the
        unit is not known.
    low, high
        Reference range in ``unit``.
    text
        The whole in words.
    sample
        Biosample it was taken from; empty for the subject.
    """

    assay: Ontology
    text: str
    part: Ontology = Ontology()
    value: float | None = None
    unit: str = ""
    category: Ontology = Ontology()
    canonical_value: float | None = None
    canonical_unit: str = ""
    low: float | None = None
    high: float | None = None
    observed: Moment = Moment()
    description: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class VcfRecord:
    """The ``vcfRecord`` of a variation descriptor; ``pos`` is 1-based."""

    assembly: str
    chrom: str
    pos: int
    ref: str
    alt: str


@dataclass(frozen=True, slots=True)
class CaseVariant:
    """A variant as the phenopacket states it, before it is placed on a reference.

    Attributes
    ----------
    id
        Id of the variation descriptor, or one made from its place in the file.
    gene, hgnc
        Symbol and HGNC id of the gene context.
    expressions
        Syntax -> text, e.g. ``{"hgvs.c": "NM_001875.4:c.1003C>T"}``; first of each syntax.
    zygosity
        From ``allelicState``; empty if absent or not understood.
    compound
        Whether the allelic state says *compound* heterozygous, so in trans with another.
    state_id
        The allelic state's ontology id.
    molecule_context
        ``genomic``, ``transcript``, ``protein`` or empty.
    copy_number
        Copies that a VRS ``copyNumber`` states, else None.
    description
        A VRS allele, haplotype or text in words; empty without one.
    label
        Text for an allele that only has a label.
    status
        Interpretation status, e.g. ``CAUSATIVE``.
    acmg
        ACMG class, e.g. ``PATHOGENIC``; empty if not provided.
    disease
        The diagnosis it stands under.
    parent
        Parent the allele came from, if the extension ``parental_origin`` says so.
    sample
        Subject or biosample it was found in.
    somatic
        Whether it was found in a biosample and not in the subject.
    pointer
        JSON pointer of its genomic interpretation.
    doubts
        Serious findings of reading it, e.g. an allelic state whose id and label disagree.
    """

    id: str
    gene: str = ""
    hgnc: str = ""
    expressions: Mapping[str, str] = field(default_factory=dict)
    vcf: VcfRecord | None = None
    zygosity: Zygosity = ""
    compound: bool = False
    state_id: str = ""
    molecule_context: str = ""
    structural_type: Ontology = Ontology()
    copy_number: int | None = None
    description: str = ""
    label: str = ""
    status: str = ""
    acmg: str = ""
    disease: Ontology = Ontology()
    parent: Literal["maternal", "paternal", ""] = ""
    sample: str = ""
    somatic: bool = False
    pointer: str = ""
    doubts: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A medical action: a procedure, treatment, radiation or regimen, in words and as a term."""

    kind: Literal["procedure", "treatment", "radiation", "regimen", ""]
    term: Ontology
    text: str
    start: Moment = Moment()
    end: Moment = Moment()
    target: Ontology = Ontology()
    intent: Ontology = Ontology()
    response: Ontology = Ontology()
    adverse_events: tuple[Ontology, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file the phenopacket names.

    Attributes
    ----------
    path
        Where it lies on this machine; None for a remote address.
    name
        Path relative to the case's folder, or its address; it may name a person and is shown in
        errors only.
    samples
        Subject or biosample id -> sample name inside the file.
    attributes
        ``fileAttributes`` as given.
    exists
        Whether it can be read here.
    role
        Its place in the phenopacket, ``files[0]``: what it is called in all that is written.
    """

    uri: str
    name: str
    path: Path | None
    samples: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    biosample: str = ""
    exists: bool = False
    role: str = ""

    @property
    def format(self) -> str:
        """``fileFormat`` in lower case, else what the name ends in (``vcf``, ``bcf``...)."""
        given = self.attributes.get("fileFormat", "").lower()
        if given:
            return given
        suffixes = [suffix.lstrip(".").lower() for suffix in Path(self.name).suffixes]
        return next((s for s in reversed(suffixes) if s not in ("gz", "bgz")), "")

    @property
    def assembly(self) -> str:
        """``genomeAssembly`` as given; empty if absent."""
        return self.attributes.get("genomeAssembly", "")


@dataclass(frozen=True, slots=True)
class Biosample:
    """A sample of the subject."""

    id: str
    tissue: Ontology = Ontology()
    type: Ontology = Ontology()
    histology: Ontology = Ontology()
    description: str = ""
    individual: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of ``facts.tsv``.

    Attributes
    ----------
    name
        Kind and, after a colon, its subject, e.g. ``copy_number:SMN2``.
    value
        True, false or a number.
    unit, source
        As given.
    on
        Date it was true; None if not given.
    line
        1-based line in the file; 0 for a fact read from the phenopacket.
    """

    name: str
    value: bool | float
    unit: str = ""
    on: date | None = None
    source: str = ""
    line: int = 0

    @property
    def text(self) -> str:
        """The fact in words."""
        value = self.value if not isinstance(self.value, bool) else "yes" if self.value else "no"
        shown = f"{value:g}" if isinstance(value, float) else value
        words = f"{self.name}: {shown} {self.unit}".rstrip()
        return f"{words} ({self.on.isoformat()})" if self.on else words


@dataclass(frozen=True, slots=True)
class Leaves:
    """JSON pointers of every leaf of the phenopacket, each in exactly one of the three.

    Attributes
    ----------
    used
        Read into the model the planner uses.
    kept
        Known to the phenopacket schema and kept with the original, not read.
    unused
        Unknown to the schema, or not understood.
    """

    used: tuple[str, ...]
    kept: tuple[str, ...]
    unused: tuple[str, ...]
