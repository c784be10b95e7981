"""What a primer design holds, as ``plan.json`` and the tables write it.

Positions are 0-based half-open on the plus strand of the reference; a primer is written 5' to 3'.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ipse.core.model import Model


class Primer(Model):
    """One primer.

    Attributes
    ----------
    start, end
        Place on the contig's plus strand (0-based half-open).
    tm
        Melting temperature on its perfect complement [degC].
    hairpin_dg
        Free energy of its best fold at the annealing temperature, rounded down to whole degrees
        [kcal/mol]; None if it has no fold.
    dimer_dg, end_dimer_dg
        Most stable duplex with itself, and the most stable that pairs a 3' end [kcal/mol, 37 degC].
    variants
        Bases of the primer at which the patient has a variant.
    """

    sequence: str
    contig: str
    start: int
    end: int
    strand: Literal["+", "-"]
    tm: float
    gc_percent: float
    hairpin_dg: float | None
    dimer_dg: float
    end_dimer_dg: float
    variants: int


class Product(Model):
    """A product of two primers on a reference.

    Attributes
    ----------
    start, end, size
        Place with both primers (0-based half-open), and length [bp].
    plus, minus
        Which primer lies on the plus and on the minus strand: ``forward`` or ``reverse``.
    plus_mismatches, minus_mismatches
        Mismatches of each.
    intended
        Whether it is the product the pair was made for.
    """

    contig: str
    start: int
    end: int
    size: int
    plus: Literal["forward", "reverse"]
    minus: Literal["forward", "reverse"]
    plus_mismatches: int
    minus_mismatches: int
    intended: bool


class Specificity(Model):
    """Every product of a pair, and of each primer with itself, on a reference.

    Attributes
    ----------
    reference, whole_genome
        What was searched, and whether that is a whole genome.
    mismatches, pair_mismatches, exact_end, longest
        Limits: mismatches of a primer and of both, bases that must match at the 3' end, length of
        a product [bp].
    intended
        Whether the intended product is among those found.
    unintended
        Number of other products.
    sites
        Places where the forward and the reverse primer anneal.
    products
        Products, the intended one first, then by mismatches and size.
    omitted
        Products counted above and left out of ``products``.
    """

    reference: str
    whole_genome: bool
    mismatches: int
    pair_mismatches: int
    exact_end: int
    longest: int
    intended: bool
    unintended: int
    sites: tuple[int, int]
    products: tuple[Product, ...]
    omitted: int

    @property
    def specific(self) -> bool:
        """Whether the intended product is the only one."""
        return self.intended and not self.unintended


class PrimerPair(Model):
    """Two primers that meet every rule.

    Attributes
    ----------
    product_size
        On the sequence the pair was designed on, both primers included [bp].
    annealing
        Annealing temperature [degC].
    dimer_dg, end_dimer_dg
        Most stable duplex of the two, and the most stable that pairs a 3' end [kcal/mol, 37 degC].
    margins
        Bases between the target and the forward and the reverse primer.
    penalty
        Sum of weighted departures from the optimum; lower is better.
    specificity
        Products on a reference; None if none was searched.
    """

    forward: Primer
    reverse: Primer
    product_size: int
    tm_difference: float
    annealing: float
    dimer_dg: float
    end_dimer_dg: float
    margins: tuple[int, int]
    penalty: float
    specificity: Specificity | None = None


class Amplicon(Model):
    """Sequence of a product on one allele.

    Attributes
    ----------
    allele
        Name of the allele.
    after
        Whether the allele exists after the edit only.
    sequence
        Plus strand, with both primers; empty if the product does not form.
    note
        Why it does not form, or what is special about it.
    """

    allele: str
    after: bool
    sequence: str
    note: str = ""


class ProofAmplicon(Model):
    """One site of a proof plan.

    Attributes
    ----------
    name
        Name of the site, as on the plates.
    role
        ``target``, ``off_target`` or ``site``.
    start, end
        What the product must show (0-based half-open on the plus strand).
    pair
        The pair to order; None if none could be designed.
    others
        Next pairs that meet every rule, in order of preference; three at most.
    amplicons
        Expected sequences on each allele.
    reason
        Why there is no pair; empty if there is one.
    notes
        What the reader should know of the pair.
    """

    name: str
    role: Literal["target", "off_target", "site"]
    contig: str
    start: int
    end: int
    pair: PrimerPair | None
    others: tuple[PrimerPair, ...] = ()
    amplicons: tuple[Amplicon, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()


class ProofPlan(Model):
    """Primers that show an edit and its absence elsewhere.

    Attributes
    ----------
    reference, whole_genome
        Where specificity was searched.
    product_min, product_max
        Sizes of products the design was made for [bp].
    amplicons
        Sites, the target first.
    sources
        Sources of the rules.
    """

    reference: str
    whole_genome: bool
    product_min: int
    product_max: int
    amplicons: tuple[ProofAmplicon, ...]
    sources: tuple[str, ...] = Field(default=())

    @property
    def designed(self) -> tuple[ProofAmplicon, ...]:
        """Sites that have a pair."""
        return tuple(item for item in self.amplicons if item.pair is not None)
