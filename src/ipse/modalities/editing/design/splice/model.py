"""What a design of re-splicing holds beside what every edit has (``EditDesign.splice``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ipse.core.model import Model

Way = Literal["base_edit_site", "cut_site", "delete_between_cuts", "base_edit_exon", "cut_silencer"]
"""How: a base editor at a splice site, a cut in it, two cuts around it, a base editor at a base of
an exon that rules its splicing, a cut in a silencer."""

WAY_WORDS: dict[str, str] = {
    "base_edit_site": "a base editor destroys the splice site",
    "cut_site": "a cut in the splice site, closed with insertions or deletions",
    "delete_between_cuts": "two cuts, and what lies between them is lost",
    "base_edit_exon": "a base editor changes the base that keeps the exon out",
    "cut_silencer": "a cut in the silencer that keeps the exon out",
}


class SpliceSite(Model):
    """A splice site an edit is aimed at.

    Attributes
    ----------
    exon
        Exon it belongs to, 1-based in the transcript; None for a cryptic site.
    position
        Reference position, 0-based, of the first base behind the border in gene direction: of the
        intron for a donor, of the exon for an acceptor.
    pair, pair_after
        The two bases of the intron next to the border, before and after the intended edit; empty
        where the edit is not of one base.
    score, score_after
        On the weight matrix [bit]; None where it cannot be read.
    standing
        Where the score stands among known sites, in words.
    """

    kind: Literal["donor", "acceptor"]
    exon: int | None
    position: int = Field(description="0-based, plus strand of the reference")
    pair: str
    pair_after: str = ""
    score: float | None
    score_after: float | None = None
    standing: str = ""


class NearbySite(Model):
    """Another site of the same kind: its border's distance in gene direction [nt], its score."""

    offset: int
    score: float


class SpliceProduct(Model):
    """The transcript and protein that are expected.

    Attributes
    ----------
    missing
        Exons the patient's gene lacks, 1-based in the transcript.
    skipped
        Exons skipped beside these.
    variant_exon
        Exon the variant lies in, where it lies in one.
    hgvs_r, hgvs_p
        Predictions against the normal transcript and protein, without parentheses.
    length, normal_length
        Of the proteins [residues].
    lost
        Residues fewer than normal.
    lost_by_variant
        Residues of these that are in the exons the patient lacks anyway.
    """

    missing: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    variant_exon: int | None = None
    hgvs_r: str
    hgvs_p: str
    length: int
    normal_length: int
    lost: int
    lost_by_variant: int = 0


class CrypticSite(Model):
    """What a variant makes of a place that is no splice site of the transcript.

    Attributes
    ----------
    before, after
        Score without and with the variant [bit].
    created
        Whether the two bases next to the border were no working pair without it.
    effect
        What would be spliced, in words.
    pseudoexon
        Length of the pseudo-exon with its likely other end [nt]; None where there is none.
    """

    kind: Literal["donor", "acceptor"]
    position: int
    before: float
    after: float
    created: bool
    effect: str
    pseudoexon: int | None = None


class SpliceParts(Model):
    """Re-splicing: what is aimed at, how, and what comes of it.

    Attributes
    ----------
    aim
        ``skip`` exons, silence a ``cryptic`` site, ``include`` an exon.
    site
        Splice site the guide is aimed at; None for two cuts around it and for a silencer.
    second_site
        Site of the second guide, where two sites must go.
    other_end
        Whether the site is the likely other end of a pseudo-exon and not the cryptic site itself.
    makes
        Sites the intended edit makes or strengthens nearby: the cell may use them instead.
    rivals
        Sites of the same kind nearby that are there anyway.
    leaves_gc
        Whether GT only becomes GC, which part of all donors have.
    deleted
        Stretch lost between two cuts when the ends join, 0-based half-open; None without two.
    guides_left, guides_right
        Guides there are on either side of it, of which any two make a pair.
    treats
        Deletions of exons (``45-50``) whose frame the same skip closes.
    breakpoints_open
        Whether the patient's deletion is known by its exons only.
    left_out
        What was looked for on the way and not found or not listed, one line each.
    derived
        What sequence the guide was made on, if it is not the reference's own; empty if it is.
    """

    aim: Literal["skip", "cryptic", "include"]
    way: Way
    site: SpliceSite | None = None
    second_site: SpliceSite | None = None
    product: SpliceProduct
    cryptic: CrypticSite | None = None
    other_end: bool = False
    makes: tuple[NearbySite, ...] = ()
    rivals: tuple[NearbySite, ...] = ()
    leaves_gc: bool = False
    deleted: tuple[int, int] | None = None
    guides_left: int = 0
    guides_right: int = 0
    treats: tuple[str, ...] = ()
    breakpoints_open: bool = False
    left_out: tuple[str, ...] = ()
    derived: str = ""
    source: tuple[str, ...] = ()
