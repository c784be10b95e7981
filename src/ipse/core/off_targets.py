"""Off-target sites of a guide, as ``plan.json`` holds them (``Proposal.off_targets``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ipse.core.model import Model

Role = Literal["target", "normal_allele", "neighbouring_pam", "off_target"]
"""What a site is.

The guide's own place; the same place on an allele that differs from the guide; the same place read
from a PAM a base or two away, by a bulge; or any other place.
"""


class OffTargetSite(Model):
    """One site and one sequence there; columns as in ``docs/offtargets.md``.

    Attributes
    ----------
    start, end
        0-based half-open, protospacer and PAM.
    edits
        Mismatches and bulge bases.
    bulge
        ``none``, ``dna``, ``rna`` or ``mixed``.
    cfd, mit
        None where the score does not apply.
    breaks
        What a change there would break, by the risk list of the modality that searched (a coding
        sequence, a tumour suppressor, an essential gene); empty for nothing listed.
    change
        Patient against reference (``same``, ``gained``, ``lost``, ``stronger``, ``weaker``); empty
        without the patient's genome.
    """

    role: Role
    contig: str
    start: int
    end: int
    strand: Literal["+", "-"]
    pam: str
    guide_aligned: str
    target_aligned: str
    edits: int
    mismatches: int
    bulge: str
    bulge_size: int
    seed_mismatches: int
    cfd: float | None
    mit: float | None
    gene: str
    region: str
    breaks: str = ""
    haplotypes: str
    variants: str
    change: str


class OffTargets(Model):
    """What a search for off-target sites found.

    Attributes
    ----------
    reference
        Name of the reference searched.
    whole_genome
        Whether that is a whole genome and not single loci.
    loci, bases
        Stretches searched and their length [bp].
    pam, pam_side
        Pattern searched, of the editor or nuclease shown.
    mismatches, dna_bulges, rna_bulges
        Limits.
    patient
        Whether both haplotypes of the patient were searched beside the reference.
    counts
        Number of edits -> off-target places; the patient's if searched, else the reference's.
    total
        Their sum.
    changes
        Change of the patient against the reference -> rows.
    scored
        Places that have a CFD; the specificities rest on these alone.
    specificity_cfd, specificity_mit, specificity_guidescan
        Aggregates as in ``docs/offtargets.md``, None where no score applies to this PAM.
    genes
        Gene -> places in or over it.
    coding
        Places that touch coding sequence.
    on_target
        Rows at the guide's own place.
    sites
        The worst rows: patient-specific first, then by closeness and by what they would break.
    omitted
        Rows left out here; ``off-targets.tsv`` has all.
    """

    reference: str
    whole_genome: bool
    loci: int
    bases: int
    pam: str
    pam_side: Literal["3prime", "5prime"]
    mismatches: int
    dna_bulges: int
    rna_bulges: int
    patient: bool
    counts: dict[str, int]
    total: int
    changes: dict[str, int] = Field(default_factory=dict)
    scored: int
    specificity_cfd: float | None
    specificity_mit: float | None
    specificity_guidescan: float | None
    genes: dict[str, int] = Field(default_factory=dict)
    coding: int
    on_target: tuple[OffTargetSite, ...]
    sites: tuple[OffTargetSite, ...]
    omitted: int
