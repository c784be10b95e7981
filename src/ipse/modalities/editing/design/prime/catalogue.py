"""The cited tables of prime editing as typed records: editors, design rules, 3' motifs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ipse.core.tables import shipped

PACKAGE = "ipse.modalities.editing"


@dataclass(frozen=True)
class PrimeEditor:
    """A prime editor: a row of ``tables/prime_editors.tsv``.

    Attributes
    ----------
    pam
        IUPAC pattern 3' of the protospacer, on the strand that is nicked.
    length
        Protospacer [nt].
    nick_offset
        Place of the nick counted from the PAM-side end of the protospacer [nt]; -3 leaves three
        bases between nick and PAM.
    size_bp
        Coding sequence [bp], None where not known.
    """

    name: str
    architecture: str
    pam: str
    length: int
    nick_offset: int
    size_bp: int | None
    source: tuple[str, ...]
    note: str = ""

    @property
    def before_nick(self) -> int:
        """Protospacer bases 5' of the nick [nt]."""
        return self.length + self.nick_offset


@dataclass(frozen=True)
class PrimeRules:
    """Numbers of pegRNA design, from ``tables/prime_rules.tsv`` and ``tables/rules.tsv``.

    Attributes
    ----------
    pbs_min, pbs_max, pbs_preferred
        Length of the primer binding site: enumerated, and to start with [nt].
    pbs_gc
        Preferred share of G and C in it [%].
    rtt_preferred, rtt_max
        Length of the reverse-transcription template: preferred, and longest [nt].
    homology_min
        Template bases beyond the edit [nt].
    first_base_avoided
        Base that should not stand first in the 3' extension, beside the scaffold.
    terminator
        Letters that end transcription from a U6 promoter.
    pe3_distance, nicking_listed
        Distance between the two nicks: preferred, and up to which guides are listed [nt].
    twin_overlap
        Complementary bases of the two flaps of a pair [nt].
    linker_length, linker_run_max
        Linker before a 3' motif: its length, and its longest run of one base [nt].
    seed
        Bases of a protospacer next to the PAM that form the seed [nt].
    """

    pbs_min: int
    pbs_max: int
    pbs_preferred: int
    pbs_gc: tuple[float, float]
    rtt_preferred: tuple[int, int]
    rtt_max: int
    homology_min: int
    first_base_avoided: str
    terminator: str
    pe3_distance: tuple[int, int]
    nicking_listed: int
    twin_overlap: int
    linker_length: int
    linker_run_max: int
    seed: int


@dataclass(frozen=True)
class Motif:
    """An RNA structure that protects the 3' end of a pegRNA, written as DNA."""

    name: str
    sequence: str
    source: tuple[str, ...]


@cache
def prime_editors() -> tuple[PrimeEditor, ...]:
    """Every prime editor of the shipped table, in its order: the order of preference."""
    return tuple(
        PrimeEditor(
            name=row["name"],
            architecture=row["architecture"],
            pam=row["pam"],
            length=row.integer("protospacer_length"),
            nick_offset=row.integer("nick_offset"),
            size_bp=row.optional_int("size_bp"),
            source=row.source,
            note=row["note"],
        )
        for row in shipped(PACKAGE, "prime_editors")
    )


@cache
def prime_rules() -> PrimeRules:
    """Numbers of pegRNA design as shipped."""
    table = shipped(PACKAGE, "prime_rules")

    def whole(name: str) -> int:
        return table[name].integer("value")

    return PrimeRules(
        pbs_min=whole("pbs_min"),
        pbs_max=whole("pbs_max"),
        pbs_preferred=whole("pbs_preferred"),
        pbs_gc=(table["pbs_gc_min"].number("value"), table["pbs_gc_max"].number("value")),
        rtt_preferred=(whole("rtt_preferred_min"), whole("rtt_preferred_max")),
        rtt_max=whole("rtt_max"),
        homology_min=whole("homology_min"),
        first_base_avoided=table["first_base_avoided"]["value"],
        terminator=table["terminator"]["value"],
        pe3_distance=(whole("pe3_distance_min"), whole("pe3_distance_max")),
        nicking_listed=whole("nicking_distance_listed"),
        twin_overlap=whole("twin_overlap"),
        linker_length=whole("linker_length"),
        linker_run_max=whole("linker_run_max"),
        seed=shipped(PACKAGE, "rules")["seed_length"].integer("value"),
    )


def rule_sources(*names: str) -> tuple[str, ...]:
    """Identifiers that rows of the rules rest on, once each."""
    table = shipped(PACKAGE, "prime_rules")
    return tuple(dict.fromkeys(source for name in names for source in table[name].source))


@cache
def epegrna_motifs() -> tuple[Motif, ...]:
    """3' motifs of epegRNAs, in the order of the table."""
    return tuple(
        Motif(row["name"], row["sequence"], row.source)
        for row in shipped(PACKAGE, "epegrna_motifs")
    )
