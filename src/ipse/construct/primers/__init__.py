"""Primers: design around a target, in-silico PCR, expected amplicons, plates and titre assays."""

from ipse.construct.primers.amplicons import REFERENCE, Allele, amplicons, fasta
from ipse.construct.primers.model import (
    Amplicon,
    Primer,
    PrimerPair,
    Product,
    ProofAmplicon,
    ProofPlan,
    Specificity,
)
from ipse.construct.primers.order import Adaptors, Well, pair_table, plate_table, plates
from ipse.construct.primers.pairs import Design, design
from ipse.construct.primers.proof import Site, design_sites, proof_plan
from ipse.construct.primers.rules import Rules, rule_sources, shipped_rules
from ipse.construct.primers.specificity import check, places
from ipse.construct.primers.template import Template, apply
from ipse.construct.primers.titre import TitreAssay, titre_assay

__all__ = [
    "REFERENCE", "Adaptors", "Allele", "Amplicon", "Design", "Primer", "PrimerPair", "Product",
    "ProofAmplicon", "ProofPlan", "Rules", "Site", "Specificity", "Template", "TitreAssay",
    "Well", "amplicons", "apply", "check", "design", "design_sites", "fasta", "pair_table",
    "places", "plate_table", "plates", "proof_plan", "rule_sources", "shipped_rules",
    "titre_assay",
]  # fmt: skip
