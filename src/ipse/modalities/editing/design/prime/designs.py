"""From pegRNAs to designs: one spacer, its extensions, nicking guides and silent changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipse.core.sequence import matches, on_strand
from ipse.genome.reference import Reference
from ipse.genome.transcript import Transcript
from ipse.modalities.editing.design.outcomes import REMAINS
from ipse.modalities.editing.design.prime import nicking, pegrnas, twin
from ipse.modalities.editing.design.prime.assemble import whole_guides
from ipse.modalities.editing.design.prime.catalogue import (
    PrimeEditor,
    PrimeRules,
    rule_sources,
)
from ipse.modalities.editing.design.prime.locus import Locus
from ipse.modalities.editing.design.prime.model import (
    ExtensionRow,
    NickingRow,
    PrimeParts,
    SilentRow,
    TwinParts,
)
from ipse.modalities.editing.design.prime.nicking import NickingGuide, nicking_guides
from ipse.modalities.editing.design.prime.pegrnas import Extension, PegSite
from ipse.modalities.editing.design.prime.silent import SilentChange, judge_of, silent_changes
from ipse.modalities.editing.design.prime.sites import Site
from ipse.modalities.editing.design.prime.twin import TwinPair
from ipse.modalities.editing.design.spacer import five_prime_g, gc_percent
from ipse.modalities.editing.design.subject import Subject, precedent_of
from ipse.modalities.editing.model import (
    Alternative,
    EditDesign,
    NormalAllele,
    Outcome,
    Partner,
    Strategy,
    Target,
)
from ipse.modalities.editing.order.bench import fold_energy
from ipse.modalities.editing.others import change_of, name_of
from ipse.patient.variants import Variant

METHOD = "prime_edit"
LISTED, NICKING_LISTED, SILENT_LISTED = 4, 4, 2
"""Rows of a design in ``plan.json``; ``pegrnas.tsv`` has them all."""
ORDER = (
    "published with this spacer and editor (people, animals, cells); order of the table, the "
    "strictest PAM first"
)
NOTE = (
    "the corrected allele alone: flaps taken in in part, bases copied from the scaffold, and "
    "insertions or deletions at the nicks are not predicted"
)


@dataclass(frozen=True)
class Maker:
    """Makes designs of one variant.

    Attributes
    ----------
    subject, locus
        What they are made for, and on.
    """

    subject: Subject
    locus: Locus
    transcript: Transcript | None
    reference: Reference
    editors: Sequence[PrimeEditor]
    rules: PrimeRules

    def single(self, peg: PegSite) -> EditDesign:
        """The design of a spacer that writes the edit by one flap."""
        editors = [editor for editor, _ in peg.site.editors]
        guides = nicking_guides(peg.change, peg.site.strand, peg.site.nick, editors[:1], self.rules)
        judge = judge_of(
            self.locus.allele.start, self.locus.allele.contig, self.transcript, self.reference
        )
        silent = silent_changes(peg, judge, self.rules)
        parts = PrimeParts(
            architecture=peg.site.editor.architecture,
            nick=self._nick(peg.site) - self.locus.allele.at,
            **self._covered((peg.site, peg.best)),
            nick_to_edit=peg.nick_to_edit,
            written_end=peg.change.end_after - peg.site.nick,
            kept=peg.kept,
            extension=extension_row(peg.best),
            others=tuple(extension_row(row) for row in peg.first(LISTED)[1:]),
            total=peg.count,
            nicking=tuple(self._nicking(item) for item in guides[:NICKING_LISTED]),
            nicking_total=len(guides),
            silent=tuple(self._silent(item) for item in silent[:SILENT_LISTED]),
            guides=whole_guides(peg.site.spacer, peg.best.rtt, peg.best.pbs, self.rules),
            own=tuple(str(item) for item in self.locus.own),
            order=pegrnas.ORDER,
            nicking_order=nicking.ORDER,
            source=rule_sources(
                "pbs_preferred", "rtt_preferred_max", "first_base_avoided", "terminator",
                "pe3_distance_min",
            ),
        )  # fmt: skip
        partners = (_partner(parts.nicking[0], peg.site, self.locus),) if guides else ()
        return self._design("prime-correct", peg.site, parts, partners)

    def pair(self, pair: TwinPair) -> EditDesign:
        """The design of a pair of pegRNAs."""
        at = self.locus.allele.at
        second = TwinParts(
            spacer=pair.right.spacer,
            pam=pair.right.pam,
            strand="-",
            start=self._place(pair.right)[0],
            end=self._place(pair.right)[1],
            nick=self._nick(pair.right) - at,
            extension=extension_row(pair.right_extension),
            guides=whole_guides(
                pair.right.spacer, pair.right_extension.rtt, pair.right_extension.pbs, self.rules
            ),
            replaced=pair.replaced,
            written=pair.written,
            overlap=pair.overlap,
        )
        change = self.locus.change
        parts = PrimeParts(
            architecture=pair.left.editor.architecture,
            nick=self._nick(pair.left) - at,
            **self._covered((pair.left, pair.left_extension), (pair.right, pair.right_extension)),
            nick_to_edit=change.start - pair.left.nick,
            written_end=change.end_after - pair.left.nick,
            kept="pam_destroyed",
            extension=extension_row(pair.left_extension),
            guides=whole_guides(
                pair.left.spacer, pair.left_extension.rtt, pair.left_extension.pbs, self.rules
            ),
            own=tuple(str(item) for item in self.locus.own),
            twin=second,
            order=twin.ORDER,
            source=rule_sources("pbs_preferred", "twin_overlap", "rtt_max"),
        )
        pam = self._pam(pair.right)
        partner = Partner(
            role="second pegRNA",
            editor=pair.right.editor.name,
            spacer=pair.right.spacer,
            pam=pair.right.pam,
            pam_pattern=pair.right.editor.pam,
            pam_side="3prime",
            strand="-",
            contig=self.locus.allele.contig,
            start=second.start,
            end=second.end,
            pam_start=pam[0],
            pam_end=pam[1],
        )
        return self._design("prime-twin", pair.left, parts, (partner,))

    # -- places -----------------------------------------------------------------------------

    def _index(self, site: Site, start: int, length: int) -> int:
        """Leftmost index on the plus strand of a stretch given on the site's strand."""
        whole = len(self.locus.change.before)
        return start if site.strand == "+" else whole - start - length

    def _nick(self, site: Site) -> int:
        """The nick lies left of this index of the patient's allele."""
        return self._index(site, site.nick, 0)

    def _span(self, start: int, length: int) -> tuple[int, int]:
        allele = self.locus.allele
        return allele.genomic(start), allele.genomic(start + length - 1) + 1

    def _place(self, site: Site) -> tuple[int, int]:
        length = len(site.spacer)
        return self._span(self._index(site, site.start, length), length)

    def _pam(self, site: Site) -> tuple[int, int]:
        return self._span(self._index(site, site.pam_start, len(site.pam)), len(site.pam))

    def _covered(self, *ends: tuple[Site, Extension]) -> dict[str, int]:
        """Reference stretch under binding sites and templates."""
        grown = self.locus.change.shift
        spots: list[int] = []
        for site, row in ends:
            # a template longer than what it replaces covers less of the patient's allele
            before = max(0, len(row.rtt) - grown) if len(ends) == 1 else 0
            length = len(row.pbs) + before
            first = self._index(site, site.nick - len(row.pbs), length)
            spots += self._span(first, length)
        return {"start": min(spots), "end": max(spots)}

    # -- parts ------------------------------------------------------------------------------

    def _nicking(self, guide: NickingGuide) -> NickingRow:
        """A nicking guide with its place; the edited allele has the reference's length."""
        site, start = guide.site, self.locus.allele.start
        whole = len(self.locus.change.after)

        def span(first: int, length: int) -> tuple[int, int]:
            left = first if site.strand == "+" else whole - first - length
            return start + left, start + left + length

        place, pam = span(site.start, len(site.spacer)), span(site.pam_start, len(site.pam))
        return NickingRow(
            kind=guide.kind,
            spacer=site.spacer,
            pam=site.pam,
            strand=site.strand,
            start=place[0],
            end=place[1],
            pam_start=pam[0],
            pam_end=pam[1],
            distance=guide.distance,
            unedited=guide.unedited,
            preferred=guide.preferred,
        )

    def _silent(self, item: SilentChange) -> SilentRow:
        return SilentRow(
            position=self.locus.allele.start + item.index,
            before=item.before,
            after=item.after,
            described=item.described,
            kept=item.kept,
            extension=extension_row(item.extension),
        )

    def _design(
        self, strategy: Strategy, site: Site, parts: PrimeParts, partners: tuple[Partner, ...]
    ) -> EditDesign:
        subject, allele, others = self.subject, self.locus.allele, self.subject.others
        start = self._index(site, site.start, len(site.spacer))
        place, pam = self._place(site), self._pam(site)
        outcome = self._outcome(others.cis)
        return EditDesign(
            variant=subject.variant_id,
            variant_hgvs=subject.hgvs,
            strategy=strategy,
            action="nicks",
            gene=subject.gene,
            transcript=subject.transcript,
            editor=site.editor.name,
            editor_kind="prime editor",
            spacer=site.spacer,
            pam=site.pam,
            strand=site.strand,
            contig=allele.contig,
            protospacer_start=place[0],
            protospacer_end=place[1],
            pam_start=pam[0],
            pam_end=pam[1],
            pam_side="3prime",
            allele_start=start - allele.at,
            target=self._target(site, start),
            intended="wild_type",
            intended_note="the reference bases are written from the pegRNA's own template",
            stays_in_cis=_names(others.cis),
            on_one_allele=_names(others.half),
            may_be_in_cis=_names(others.unphased),
            partners=partners,
            alternatives=tuple(
                self._alternative(site, editor, pam, outcome) for editor, pam in site.editors
            ),
            alternatives_order=ORDER,
            outcomes=(outcome,),
            outcomes_note=NOTE,
            normal_allele=self._normal_allele(site, start),
            prime=parts,
            five_prime_g=five_prime_g(site.spacer),
            gc_percent=gc_percent(site.spacer),
        )

    def _target(self, site: Site, start: int) -> Target:
        """The change itself; its position if it is one base of the protospacer."""
        allele, length = self.locus.allele, len(site.spacer)
        position = None
        if start <= allele.at < start + length and len(allele.alt) == 1:
            offset = allele.at - start
            position = offset + 1 if site.strand == "+" else length - offset
        before = on_strand(allele.alt, site.strand)
        after = on_strand(allele.ref, site.strand)
        return Target(
            position=position,
            genomic_position=allele.start + allele.at,
            ref=allele.ref,
            alt=allele.alt,
            base_before=before,
            base_after=after,
            label=f"{before or 'nothing'}>{after or 'nothing'}",
        )

    def _outcome(self, stays: Sequence[Variant]) -> Outcome:
        described = self.subject.alleles.allele_of(
            [change for item in stays if (change := change_of(item)) is not None]
        )
        return Outcome(
            hgvs_c=described.hgvs_c,
            hgvs_p=described.hgvs_p,
            bystander_ids=(),
            effect=REMAINS if stays else "wild_type",
            consequence=described.terms,
        )

    def _alternative(
        self, site: Site, editor: PrimeEditor, pam: str, outcome: Outcome
    ) -> Alternative:
        level, same = precedent_of(
            self.subject.precedents, METHOD, "p.=", "wild_type", site.spacer, editor.name
        )
        return Alternative(
            editor=editor.name,
            kind="prime editor",
            pam=pam,
            pam_pattern=editor.pam,
            edit="nick and write",
            result_p=outcome.hgvs_p,
            worst_outcome=outcome.effect,
            precedent=level,
            precedent_spacer=same,
            size_bp=editor.size_bp,
            source=editor.source,
            note=editor.note,
        )

    def _normal_allele(self, site: Site, start: int) -> NormalAllele:
        """What the guide meets on the other allele, laid on by the end that keeps the PAM."""
        allele, length, width = self.locus.allele, len(site.spacer), len(site.pam)
        normal = self.subject.other_allele(allele)
        plus = site.strand == "+"
        pam_at = start + length if plus else start - width
        begin = start + (allele.shift if pam_at >= allele.at else 0)
        guide = on_strand(normal[begin : begin + length], site.strand)
        place = begin + length if plus else begin - width
        pam = on_strand(normal[max(0, place) : max(0, place + width)], site.strand)
        same = len(guide) == length
        return NormalAllele(
            mismatches=tuple(
                k + 1 for k, base in enumerate(site.spacer) if not same or guide[k] != base
            ),
            pam=pam,
            pam_matches=matches(site.editor.pam, pam),
            target_editable=False,
        )


def extension_row(row: Extension) -> ExtensionRow:
    """An extension as the plan holds it, folded."""
    return ExtensionRow(
        rtt=row.rtt,
        pbs=row.pbs,
        rtt_length=len(row.rtt),
        pbs_length=len(row.pbs),
        homology=row.homology,
        pbs_tm=row.pbs_tm,
        pbs_gc=row.pbs_gc,
        longest_run=row.run,
        fold_energy=fold_energy(row.sequence),
        departures=row.departures,
    )


def _partner(row: NickingRow, site: Site, locus: Locus) -> Partner:
    return Partner(
        role=f"nicking guide ({row.kind})",
        editor=site.editor.name,
        spacer=row.spacer,
        pam=row.pam,
        pam_pattern=site.editor.pam,
        pam_side="3prime",
        strand=row.strand,
        contig=locus.allele.contig,
        start=row.start,
        end=row.end,
        pam_start=row.pam_start,
        pam_end=row.pam_end,
        on_edited=row.kind == "PE3b",
    )


def _names(variants: Sequence[Variant]) -> tuple[str, ...]:
    return tuple(name_of(item) for item in variants)
