"""Citations, and evidence: a citation with the reason it is cited."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from pydantic import field_validator

from ipse.core.errors import InputError
from ipse.core.model import Model

# prefix -> pattern of what follows; the only things that may stand in a `source` column
_ACCESSION = r"[A-Za-z0-9_.\-]+"
SOURCE_KINDS: dict[str, str] = {
    "doi": r"10\.\d{4,9}/\S+",
    "pmid": r"\d+",
    "pmcid": r"PMC\d+",
    "patent": r"[A-Z]{2}\d+[A-Z]?\d?",
    "nct": r"NCT\d{8}",
    "label": r".+ \d{4}-\d{2}-\d{2}",  # a label, standard or law with region and date
    **dict.fromkeys(
        (
            "refseq", "genbank", "lrg", "uniprot", "ensembl", "omim", "clinvar", "dbsnp", "hgnc",
            "addgene", "gsrs", "so", "geno", "mondo", "hpo", "loinc", "ucum", "pdb", "isbn",
        ),
        _ACCESSION,
    ),
}  # fmt: skip


_FLAGS = {"label": re.UNICODE}


class Level(StrEnum):
    """How closely the cited work resembles what is proposed, best first.

    The order is the second ranking key of a plan: an approach that worked in people stands above
    one that worked in animals, in cells, or by analogy only.
    """

    HUMAN = "human"
    ANIMAL = "animal"
    CELL = "cell"
    ANALOGY = "analogy"
    RULE = "rule"  # a definition, standard, table or method: no outcome of a treatment

    @property
    def rank(self) -> int:
        """Position in the order above, 0 for the strongest."""
        return list(Level).index(self)


def parse_source(text: str) -> tuple[str, ...]:
    """Split a ``source`` cell into checked identifiers.

    Parameters
    ----------
    text
        Identifiers separated by ``"; "``, each ``kind:value`` with a kind of ``SOURCE_KINDS``.

    Returns
    -------
    tuple of str
        The identifiers, in order.

    Raises
    ------
    InputError
        For an empty cell, the word *memory*, or anything that is no checkable identifier.
    """
    parts = tuple(part.strip() for part in text.split(";") if part.strip())
    if not parts:
        raise InputError("a source is empty", field="source", value=text, expected=_EXPECTED)
    for part in parts:
        kind, _, value = part.partition(":")
        pattern = SOURCE_KINDS.get(kind)
        dated = kind != "label" or is_date(value[-10:])
        known = pattern is not None and re.fullmatch(pattern, value, _FLAGS.get(kind, re.ASCII))
        if not known or not dated or "memory" in part.lower():
            raise InputError(
                "a source is not a checkable identifier",
                field="source", value=part, expected=_EXPECTED,
                next_step="find the publication, accession, patent or dated label and cite that",
            )  # fmt: skip
    return parts


def is_date(text: str) -> bool:
    """Whether a text is a day written ``YYYY-MM-DD`` (Python alone takes other forms too)."""
    try:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(
            date.fromisoformat(text)
        )
    except ValueError:
        return False


_EXPECTED = "doi:…, pmid:…, an accession such as refseq:…, patent:…, or label:NAME YYYY-MM-DD"


class Evidence(Model):
    """A citation with the reason it is cited.

    Attributes
    ----------
    source
        One checked identifier, e.g. ``doi:10.1056/NEJMoa2504747``.
    reason
        What the citation supports here, in one sentence.
    level
        How closely it resembles the proposal.
    """

    source: str
    reason: str
    level: Level = Level.RULE

    @field_validator("source")
    @classmethod
    def _one_source(cls, value: str) -> str:
        (source,) = parse_source(value)
        return source

    @field_validator("reason")
    @classmethod
    def _has_reason(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("a citation needs the reason it is cited")
        return value


def url(source: str) -> str | None:
    """Web address of a source, or None for kinds that have none."""
    kind, _, value = source.partition(":")
    template = _URLS.get(kind)
    return None if template is None else template.format(value)


_URLS = {
    "doi": "https://doi.org/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "nct": "https://clinicaltrials.gov/study/{}",
    "refseq": "https://www.ncbi.nlm.nih.gov/nuccore/{}",
    "genbank": "https://www.ncbi.nlm.nih.gov/nuccore/{}",
    "uniprot": "https://www.uniprot.org/uniprotkb/{}",
    "addgene": "https://www.addgene.org/{}/",
    "clinvar": "https://www.ncbi.nlm.nih.gov/clinvar/variation/{}/",
    "dbsnp": "https://www.ncbi.nlm.nih.gov/snp/{}",
    "omim": "https://www.omim.org/entry/{}",
    "patent": "https://patents.google.com/patent/{}",
}
