"""Numbers and parts of donors, from the cited tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ipse.core.tables import shipped
from ipse.modalities.editing.catalogue import PACKAGE


@dataclass(frozen=True)
class DonorRules:
    """Sizes of donors that an adeno-associated virus carries, from ``tables/hdr.tsv``.

    Attributes
    ----------
    shortest, longest
        Homology arms [bp].
    genome, most
        Length from repeat to repeat that is packaged best, and the longest proposed [nt].
    itr
        Length of each inverted terminal repeat [nt].
    acceptor
        End of an intron that is put before integrated code, and distance kept from both ends of
        an intron [nt].
    arm_source, genome_source
        Identifiers.
    """

    shortest: int
    longest: int
    genome: int
    most: int
    itr: int
    acceptor: int
    arm_source: tuple[str, ...] = ()
    genome_source: tuple[str, ...] = ()
    acceptor_source: tuple[str, ...] = ()


@cache
def donor_rules() -> DonorRules:
    """Sizes of donors."""
    hdr = shipped(PACKAGE, "hdr")
    value = {row["name"]: row.integer("value") for row in hdr}
    return DonorRules(
        shortest=value["donor_arm_shortest"],
        longest=value["donor_arm_longest"],
        genome=value["aav_genome"],
        most=value["aav_genome_most"],
        itr=value["aav_itr"],
        acceptor=value["acceptor_length"],
        arm_source=hdr["donor_arm_longest"].source,
        acceptor_source=hdr["acceptor_length"].source,
        genome_source=tuple(
            dict.fromkeys((*hdr["aav_genome"].source, *hdr["aav_genome_most"].source))
        ),
    )


@dataclass(frozen=True)
class Part:
    """A sequence part of donors: a row of ``tables/donor_parts.tsv``."""

    name: str
    kind: str
    dna: str
    source: tuple[str, ...]
    note: str = ""


@cache
def parts() -> dict[str, Part]:
    """Sequence parts by key: ``itr_left``, ``itr_right``, ``polya``."""
    return {
        row["key"]: Part(row["name"], row["kind"], row["dna"], row.source, row["note"])
        for row in shipped(PACKAGE, "donor_parts")
    }


@cache
def codon_usage() -> dict[str, float]:
    """Codon -> its share among the codons of its residue in human genes."""
    return {row["codon"]: row.number("share") for row in shipped(PACKAGE, "codon_usage")}
