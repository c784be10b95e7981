"""The cited tables of this room as typed records: editors, nucleases, precedents, residues."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from ipse.core.evidence import Evidence, Level
from ipse.core.finding import Finding, Severity
from ipse.core.sequence import ONE_LETTER
from ipse.core.tables import Row, shipped

PACKAGE = "ipse.modalities.editing"
PamSide = Literal["3prime", "5prime"]
SPCAS9 = "SpCas9"


@dataclass(frozen=True)
class BaseEditor:
    """A base editor: a row of ``tables/base_editors.tsv``.

    Positions are 1-based in the protospacer, counted from its 5' end on the strand that carries
    the PAM, whatever side the PAM is on.

    Attributes
    ----------
    edit
        Base on the PAM strand before and after, e.g. ``("A", "G")``.
    target
        First and last position at which a target base is accepted.
    bystander
        First and last position at which a base is taken to be editable at all.
    target_basis, bystander_basis
        ``published``, or what the window is assumed from.
    size_bp
        Length of the coding sequence [bp], None where not known.
    activity
        Published activity by position of the protospacer, relative to the best [%]; positions
        outside the table are not measured.
    """

    name: str
    kind: str
    edit: tuple[str, str]
    pam: str
    pam_side: PamSide
    length: int
    target: tuple[int, int]
    bystander: tuple[int, int]
    target_basis: str = "published"
    bystander_basis: str = "published"
    size_bp: int | None = None
    source: tuple[str, ...] = ()
    target_source: tuple[str, ...] = ()
    bystander_source: tuple[str, ...] = ()
    note: str = ""
    activity: tuple[tuple[int, float], ...] = ()
    activity_source: tuple[str, ...] = ()

    @property
    def bystander_assumed(self) -> bool:
        """Whether the bystander window is an assumption and not a published one."""
        return not self.bystander_basis.startswith("published")


@dataclass(frozen=True)
class Nuclease:
    """A nuclease: a row of ``tables/nucleases.tsv``.

    Attributes
    ----------
    cut_offset
        Place of the cut in the strand with the PAM, counted from the PAM-side end of the
        protospacer [nt]; -3 for SpCas9 cuts three bases inside it.
    cut_offset_other
        The same for the other strand, None if both are cut at one place. Cas12a: -18 and -23,
        which leaves five unpaired bases at each end.
    also
        PAMs it cuts less at; a template must not leave one of them.
    family
        Nucleases of one family have the same guide scaffold.
    first
        Whether a repair is proposed with it wherever it cuts; others only where they cut nearer.
    high_fidelity
        Whether it was made, or found, to cut less elsewhere.
    cut_basis
        ``published``, or what the place of the cut is assumed from.
    """

    name: str
    pam: str
    pam_side: PamSide
    length: int
    cut_offset: int
    size_bp: int | None = None
    source: tuple[str, ...] = ()
    cut_offset_other: int | None = None
    also: tuple[str, ...] = ()
    family: str = ""
    first: bool = False
    high_fidelity: bool = False
    cut_basis: str = "published"
    note: str = ""

    @property
    def cuts(self) -> tuple[int, int]:
        """Offsets of the cuts in the strand with the PAM and in the other."""
        other = self.cut_offset if self.cut_offset_other is None else self.cut_offset_other
        return self.cut_offset, other

    @property
    def geometry(self) -> tuple[PamSide, int, int, int]:
        """What fixes protospacer and cut beside a PAM: side, length and both offsets."""
        return self.pam_side, self.length, *self.cuts

    def cuts_like(self, other: Nuclease) -> bool:
        """Whether it cuts the same sites at the same place."""
        return (self.pam, *self.geometry) == (other.pam, *other.geometry)


@dataclass(frozen=True)
class Precedent:
    """An edit that was made before: a row of ``tables/precedents.tsv``.

    Attributes
    ----------
    variant
        HGVS c. description with its transcript, e.g. ``NM_001875.5:c.1003C>T``.
    method
        ``base_edit``, ``prime_edit`` or ``hdr``.
    edit_result
        ``wild type``, or the protein the edit gave, e.g. ``p.Glu7Ala``.
    spacer
        Guide that was used; empty where it was not published.
    """

    gene: str
    variant: str
    method: str
    edit_result: str
    editor: str
    spacer: str
    pam: str
    level: Level
    outcome: str
    source: tuple[str, ...]

    def of_variant(self, gene: str, hgvs_c: str) -> bool:
        """Whether it is of this variant; transcript versions are not compared."""
        mine, _, change = self.variant.partition(":")
        accession, _, wanted = hgvs_c.rpartition(":")
        same = not accession or accession.partition(".")[0] == mine.partition(".")[0]
        return self.gene == gene and change == wanted and same

    def of_edit(self, method: str, result: str) -> bool:
        """Whether method and result are these (``wild type`` or a p. description)."""
        return (self.method, self.edit_result) == (method, result)


@dataclass(frozen=True)
class Tolerated:
    """A residue other than the wild type that is cited as tolerated (one letter)."""

    gene: str
    transcript: str
    position: int
    residue: str
    name: str
    known: str
    level: Level
    source: tuple[str, ...]


@cache
def base_editors() -> tuple[BaseEditor, ...]:
    """Every base editor of the shipped table, in its order."""
    return tuple(base_editor(row) for row in shipped(PACKAGE, "base_editors"))


def base_editor(row: Row) -> BaseEditor:
    """One row of the base-editor table, with its activity by position where that is published."""
    before, _, after = row["edit"].partition(">")
    table = shipped(PACKAGE, "base_editor_activity", unique=False)
    measured = [
        item for item in table if (item["editor"], item["edit"]) == (row["name"], row["edit"])
    ]
    return BaseEditor(
        name=row["name"],
        kind=row["class"],
        edit=(before, after),
        pam=row["pam"],
        pam_side=_side(row),
        length=row.integer("protospacer_length"),
        target=(row.integer("target_first"), row.integer("target_last")),
        bystander=(row.integer("bystander_first"), row.integer("bystander_last")),
        target_basis=row["target_basis"],
        bystander_basis=row["bystander_basis"],
        size_bp=row.optional_int("size_bp"),
        source=row.source,
        target_source=row.sources_of("target"),
        bystander_source=row.sources_of("bystander"),
        note=row["note"],
        activity=tuple((item.integer("position"), item.number("activity")) for item in measured),
        activity_source=tuple(dict.fromkeys(s for item in measured for s in item.source)),
    )


@cache
def nucleases() -> tuple[Nuclease, ...]:
    """The nuclease every strategy is worked out for: SpCas9.

    Repair from a template takes :func:`all_nucleases`; a strategy that groups guides by nuclease
    may do the same.
    """
    return tuple(item for item in all_nucleases() if item.name == SPCAS9)


@cache
def all_nucleases() -> tuple[Nuclease, ...]:
    """Every nuclease of the shipped table whose place of cutting is known."""
    return tuple(
        Nuclease(
            name=row["name"],
            pam=row["pam"],
            pam_side=_side(row),
            length=row.integer("protospacer_length"),
            cut_offset=row.integer("cut_offset"),
            size_bp=row.optional_int("size_bp"),
            source=tuple(dict.fromkeys((*row.source, *row.sources_of("cut_offset")))),
            cut_offset_other=row.optional_int("cut_offset_target"),
            also=tuple(row["pam_also"].split()),
            family=row["family"],
            first=row["use"] == "first",
            high_fidelity=row["fidelity"] == "high",
            cut_basis=row["cut_basis"],
            note=row["note"],
        )
        for row in shipped(PACKAGE, "nucleases")
        if row["cut_offset"]
    )


@cache
def precedents() -> tuple[Precedent, ...]:
    """Every published edit of the shipped table."""
    return tuple(
        Precedent(
            gene=row["gene"],
            variant=row["variant"],
            method=row["strategy"],
            edit_result=row["edit_result"],
            editor=row["editor"],
            spacer=row["spacer"],
            pam=row["pam"],
            level=Level(row["level"]),
            outcome=row["outcome"],
            source=row.source,
        )
        for row in shipped(PACKAGE, "precedents", unique=False)
    )


@cache
def tolerated_residues() -> tuple[Tolerated, ...]:
    """Every tolerated residue of the shipped table."""
    return tuple(
        Tolerated(
            gene=row["gene"],
            transcript=row["transcript"],
            position=row.integer("position"),
            residue=ONE_LETTER[row["residue"]],
            name=row["name"],
            known=row["known"],
            level=Level(row["level"]),
            source=row.source,
        )
        for row in shipped(PACKAGE, "tolerated", unique=False)
    )


@dataclass(frozen=True)
class RepairRules:
    """Numbers of cut-and-template repair, from ``tables/hdr.tsv`` and ``tables/rules.tsv``.

    Attributes
    ----------
    max_cut_distance, preferred_cut_distance
        Unchanged bases allowed between cut and change, and up to which little is lost [bp].
    proximal_arm, distal_arm
        Homology on the side of the cut that has the PAM, and on the other [nt].
    seed, seed_5prime
        Bases of the protospacer next to the PAM that form the seed, of Cas9 and of nucleases with
        a 5' PAM [nt].
    blocking_mismatches
        Mismatches in the seed from which a repaired allele is taken as safe from a second cut.
    branch_point_farthest
        Distance from the end of an intron within which branch points lie [nt].
    kozak
        Bases before the start codon that decide how it is read [nt].
    distance_source, arm_source, seed_source, blocking_source
        Identifiers.
    """

    max_cut_distance: int
    proximal_arm: int
    distal_arm: int
    seed: int
    preferred_cut_distance: int = 0
    seed_5prime: int = 0
    blocking_mismatches: int = 1
    branch_point_farthest: int = 0
    kozak: int = 0
    blocking_source: tuple[str, ...] = ()
    distance_source: tuple[str, ...] = ()
    arm_source: tuple[str, ...] = ()
    seed_source: tuple[str, ...] = ()


@cache
def repair_rules() -> RepairRules:
    """Numbers of cut-and-template repair."""
    hdr = shipped(PACKAGE, "hdr")
    seed = shipped(PACKAGE, "rules")["seed_length"]
    distance, proximal = hdr["max_cut_to_edit_distance"], hdr["ssodn_arm_pam_proximal"]
    blocking = hdr["blocking_seed_mismatches"]
    return RepairRules(
        max_cut_distance=distance.integer("value"),
        proximal_arm=proximal.integer("value"),
        distal_arm=hdr["ssodn_arm_pam_distal"].integer("value"),
        seed=seed.integer("value"),
        seed_5prime=hdr["seed_5prime"].integer("value"),
        blocking_mismatches=blocking.integer("value"),
        branch_point_farthest=hdr["branch_point_farthest"].integer("value"),
        kozak=hdr["kozak"].integer("value"),
        blocking_source=blocking.source,
        preferred_cut_distance=hdr["preferred_cut_to_edit_distance"].integer("value"),
        distance_source=distance.source,
        arm_source=proximal.source,
        seed_source=seed.source,
    )


def note(code: str, **words: object) -> Finding:
    """Make a finding of ``tables/notes.tsv``: a statement of biology with its sources.

    Parameters
    ----------
    code
        Key of the row.
    words
        Values for the names in braces in its message.
    """
    row = shipped(PACKAGE, "notes")[code]
    return Finding(
        severity=Severity(row["severity"]),
        code=code,
        message=row["message"].format(**words),
        resolves=row["resolves"],
        evidence=tuple(Evidence(source=source, reason=row["reason"]) for source in row.source),
    )


def _side(row: Row) -> PamSide:
    return "5prime" if row["pam_side"] == "5prime" else "3prime"
