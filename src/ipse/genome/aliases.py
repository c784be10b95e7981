"""Contig names: ``2``, ``chr2`` and ``NC_000002.12`` are one chromosome.

Names, accessions and lengths come from the cited table ``contigs.tsv`` (GRCh37 and GRCh38). A
plain or UCSC name matches whatever the reference is; an accession with its version names one exact
sequence and so matches only a contig of exactly its length.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ipse.core.errors import InputError
from ipse.core.tables import shipped

NUCLEAR_COUNT = 24  # 22 autosomes, X and Y
_UCSC_PREFIX = "chr"
_MITOCHONDRIAL = "MT"
# Names of what is not the primary assembly: UCSC's _alt, _fix and _hap, Ensembl's patches and
# alternate loci, HLA alleles, decoys, the Epstein-Barr virus and phage controls of analysis sets.
_NOT_PRIMARY = re.compile(
    r".*_(alt|fix|decoy|novel|patch|hap\d+)|(chr_)?(hschr|hg\d).*_(patch|ctg|mhc|ref|hg).*"
    r"|hla[-*].*|hs37d5|hs38d1|nc_007605.*|chrebv|ebv|phix.*",
    re.IGNORECASE,
)
# Scaffolds under a bare accession are primary if the table of scaffolds has them.
_ACCESSION = re.compile(r"(NT_|NW_|GL|KI|KN|KQ|KV|KZ|ML|MU|JH|JTFH|KB|KE)\d+\.\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chromosome:
    """An assembled molecule of one assembly, with every name it goes by.

    Attributes
    ----------
    assembly
        ``GRCh37`` or ``GRCh38``.
    molecule
        Ensembl name: ``1`` to ``22``, ``X``, ``Y`` or ``MT``.
    ucsc, refseq, genbank
        Its other names; accessions with version.
    length
        Length [bp].
    """

    assembly: str
    molecule: str
    ucsc: str
    refseq: str
    genbank: str
    length: int


@dataclass(frozen=True, slots=True)
class PseudoautosomalRegion:
    """A stretch that X and Y share; 0-based half-open.

    Attributes
    ----------
    x, y
        The same letters on chromosome X and on chromosome Y.
    """

    x: tuple[int, int]
    y: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mitochondrial:
    """A mitochondrial sequence known by its length and MD5.

    Attributes
    ----------
    accession
        RefSeq accession with version.
    length
        Length [bp].
    md5
        MD5 of the upper-case letters, as in the M5 tag of SAM headers.
    is_rcrs
        Whether m. positions of HGVS are positions of this sequence.
    """

    accession: str
    length: int
    md5: str
    is_rcrs: bool


@cache
def chromosomes(assembly: str) -> tuple[Chromosome, ...]:
    """Assembled molecules of an assembly in karyotype order; empty for an unknown assembly."""
    return tuple(
        Chromosome(
            row["assembly"], row["molecule"], row["ucsc"], row["refseq"], row["genbank"],
            row.integer("length"),
        )
        for row in shipped("ipse.genome", "contigs")
        if row["assembly"] == assembly
    )  # fmt: skip


@cache
def assemblies() -> tuple[str, ...]:
    """Assemblies whose contigs are known by name."""
    return tuple(dict.fromkeys(row["assembly"] for row in shipped("ipse.genome", "contigs")))


@cache
def pseudoautosomal_regions(assembly: str) -> tuple[PseudoautosomalRegion, ...]:
    """Where X and Y are the same sequence; empty for an unknown assembly."""
    return tuple(
        PseudoautosomalRegion(
            (row.integer("x_start") - 1, row.integer("x_end")),
            (row.integer("y_start") - 1, row.integer("y_end")),
        )
        for row in shipped("ipse.genome", "contigs_par")
        if row["assembly"] == assembly
    )


@cache
def mitochondrial_sequences() -> tuple[Mitochondrial, ...]:
    """Mitochondrial sequences in use as ``chrM``, the rCRS first."""
    return tuple(
        Mitochondrial(row["accession"], row.integer("length"), row["md5"], row["is_rcrs"] == "yes")
        for row in shipped("ipse.genome", "contigs_mitochondrial")
    )


@cache
def _accessions() -> dict[str, Chromosome]:
    known: dict[str, Chromosome] = {}
    for assembly in assemblies():
        for chromosome in chromosomes(assembly):
            known[chromosome.refseq.lower()] = chromosome
            known[chromosome.genbank.lower()] = chromosome
    return known


@cache
def _scaffolds() -> dict[str, tuple[str, int]]:
    """Unlocalised and unplaced scaffolds: any name in lower case -> (key, length)."""
    return {
        row[column].lower(): (row["key"], row.integer("length"))
        for row in shipped("ipse.genome", "contigs_scaffolds")
        for column in ("ucsc", "refseq", "genbank")
        if row[column]
    }


@cache
def _scaffold_names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, (key, _) in _scaffolds().items():
        names.setdefault(key, []).append(name)
    return names


@cache
def molecule_of(name: str) -> str:
    """Molecule a contig name stands for (``chr2``, ``2``, ``NC_000002.12`` -> ``2``), or ``""``."""
    lower = name.lower()
    if lower in _accessions():
        return _accessions()[lower].molecule
    bare = lower.removeprefix(_UCSC_PREFIX).upper()
    if bare == "M":
        bare = _MITOCHONDRIAL
    if bare.isdigit():
        bare = str(int(bare)) if bare.isascii() else ""
    return bare if bare in {c.molecule for c in chromosomes(assemblies()[0])} else ""


def is_mitochondrial(name: str) -> bool:
    """Whether a contig name is that of the mitochondrial genome."""
    return molecule_of(name) == _MITOCHONDRIAL


def is_primary(name: str) -> bool:
    """Whether a contig name is one of the primary assembly (or of no known assembly at all)."""
    if molecule_of(name):
        return True
    if _ACCESSION.fullmatch(name):
        return name.lower() in _scaffolds()
    return not _NOT_PRIMARY.fullmatch(name)


def detect_assembly(lengths: Mapping[str, int]) -> str:
    """Assembly that contig names and lengths speak for, ``""`` if none or more than one does.

    The mitochondrial genome is not asked: it is the same in GRCh37 and GRCh38.
    """
    votes = {
        assembly: sum(
            lengths.get(name) == chromosome.length
            for name in lengths
            for chromosome in (_by_molecule(assembly).get(molecule_of(name)),)
            if chromosome is not None and chromosome.molecule != _MITOCHONDRIAL
        )
        for assembly in assemblies()
    }
    found = [assembly for assembly, count in votes.items() if count]
    return found[0] if len(found) == 1 else ""


def is_whole_genome(lengths: Mapping[str, int], assembly: str) -> bool:
    """Whether every autosome and X is there at its full length (a female genome may lack Y)."""
    held = {molecule_of(name): length for name, length in lengths.items()}
    needed = [c for c in chromosomes(assembly) if c.molecule not in ("Y", _MITOCHONDRIAL)]
    return bool(needed) and all(held.get(c.molecule) == c.length for c in needed)


@cache
def _by_molecule(assembly: str) -> dict[str, Chromosome]:
    return {chromosome.molecule: chromosome for chromosome in chromosomes(assembly)}


class ContigNames:
    """One reference's contigs under every name they go by.

    Parameters
    ----------
    lengths
        Contig -> length [bp], in the reference's own names and order.
    reference
        Name of the reference, for messages.
    assembly
        Its assembly, ``""`` if not known.
    """

    def __init__(self, lengths: Mapping[str, int], reference: str, assembly: str) -> None:
        self._lengths = dict(lengths)
        self._reference = reference
        self._assembly = assembly
        self._aliases: dict[str, str] = {}
        rcrs = mitochondrial_sequences()[0].length
        for name, length in lengths.items():
            molecule = molecule_of(name)
            names = [molecule, f"{_UCSC_PREFIX}{molecule}"] if molecule else []
            if molecule == _MITOCHONDRIAL:
                names += ["M", f"{_UCSC_PREFIX}M"]
            for known in assemblies() if assembly == "" else (assembly,):
                chromosome = _by_molecule(known).get(molecule)
                if chromosome is not None and chromosome.length == length:
                    names += [chromosome.refseq, chromosome.genbank]
            key, known_length = _scaffolds().get(name.lower(), ("", 0))
            if known_length == length:
                names += _scaffold_names()[key]
            for alias in names:
                # UCSC's hg19 holds chrM (not rCRS) and chrMT (rCRS): MT means the rCRS there.
                if alias.lower() not in self._aliases or length == rcrs:
                    self._aliases[alias.lower()] = name
        for name in lengths:  # a contig's own name always means itself
            self._aliases[name.lower()] = name

    def resolve(self, name: str) -> str:
        """Reference's own name of a contig.

        Raises
        ------
        InputError
            If no contig goes by that name: with the nearest names, or the assembly it belongs to.
        """
        if name in self._lengths:
            return name
        own = self._aliases.get(name.lower())
        if own is not None:
            return own
        known = _accessions().get(name.lower())
        if known is not None and known.molecule in {molecule_of(own) for own in self._lengths}:
            raise InputError(
                f"{name} is chromosome {known.molecule} of {known.assembly}, which is not the "
                f"chromosome {known.molecule} of reference {self._reference!r}",
                field="contig", value=name,
                expected=f"a contig of {self._assembly or 'the assembly the reference is of'}",
                next_step="use coordinates of the reference's assembly, or another reference",
            )  # fmt: skip
        near = difflib.get_close_matches(name, list(self._lengths), n=3)
        raise InputError(
            f"reference {self._reference!r} has no contig {name!r}",
            field="contig", value=name,
            expected=f"one of {_some(near or list(self._lengths))}",
            next_step="check the name and the assembly; alt and patch contigs are left out unless "
            "the genome was added with --alt-contigs",
        )  # fmt: skip


def _some(names: list[str], limit: int = 8) -> str:
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown}, … ({len(names)} in all)"
