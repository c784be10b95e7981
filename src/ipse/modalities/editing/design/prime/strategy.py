"""Prime editing as a family of strategies: one flap, or two that pair."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from ipse.construct.genbank import Feature
from ipse.core.evidence import Evidence
from ipse.core.files import sha256, write_text
from ipse.core.finding import Finding
from ipse.core.logic import Criterion
from ipse.core.proposal import Artefact, Proposal, Restoration
from ipse.core.sections import Block, Mark, Track
from ipse.modalities.editing import checks
from ipse.modalities.editing.catalogue import Precedent
from ipse.modalities.editing.design.family import Attempt, Draft, Family, Refusal, Site, Tried
from ipse.modalities.editing.design.prime import report
from ipse.modalities.editing.design.prime.catalogue import prime_editors, prime_rules
from ipse.modalities.editing.design.prime.checks import (
    evidence_of,
    in_short,
    parts_of,
    placed,
    restoration,
)
from ipse.modalities.editing.design.prime.designs import METHOD, Maker
from ipse.modalities.editing.design.prime.findings import design_findings, left_out_finding
from ipse.modalities.editing.design.prime.locus import flank_needed, locus_of
from ipse.modalities.editing.design.prime.pegrnas import (
    PegSite,
    peg_sites,
    repeated_sites,
    why_none,
)
from ipse.modalities.editing.design.prime.silent import judge_of
from ipse.modalities.editing.design.prime.table import COLUMNS, Place, rows_of
from ipse.modalities.editing.design.prime.twin import twin_pairs
from ipse.modalities.editing.design.subject import same_edit
from ipse.modalities.editing.findings import patient_findings
from ipse.modalities.editing.locus import Drawn, allele_of, subject_of, transcript_of, variant_of
from ipse.modalities.editing.model import EditDesign
from ipse.modalities.protocol import Context
from ipse.patient.model import Case

PEGRNAS = "pegrnas.tsv"
FLEXIBLE = 4
"""Spacers of PAM-flexible editors that become proposals of a plan, beside all of the first
editor's; the file has every one."""
PAIRS = 4
"""Pairs of flaps that become proposals of a plan."""


class PrimeEditing(Family):
    """Nick beside the variant and write the wild type from the pegRNA's own template."""

    strategies: ClassVar = ("prime-correct", "prime-twin")
    too_large = "the templates of pegRNAs write some tens of bases"

    def of_variant(self, site: Site) -> Iterator[Attempt]:
        """Every spacer for one flap; pairs of flaps where one flap does not do."""
        editors, rules = prime_editors(), prime_rules()
        allele = allele_of(site.variant, site.context, flank_needed(editors, rules))
        subject = subject_of(site.variant, allele, site.transcript, site.context)
        locus = locus_of(subject, allele)
        maker = Maker(subject, locus, site.transcript, site.context.reference, editors, rules)
        pegs = peg_sites(locus.change, editors, rules)
        shown = proposed(pegs)
        if shown:
            remark = _left_out(pegs, shown, repeated_sites(locus.change, editors, rules))
            designs = tuple(maker.single(peg) for peg in shown)
            yield Tried("prime-correct", designs, left_out=remark)
            reason = "one flap writes the edit: a pair of pegRNAs would add a second nick only"
            yield Tried("prime-twin", (), Refusal("one-flap-is-enough", reason))
            return
        code, reason = why_none(locus.change, editors, rules)
        yield Tried("prime-correct", (), Refusal(code, reason))
        pairs = twin_pairs(locus.change, editors, rules)
        if pairs:
            rest = len(pairs) - PAIRS
            remark = f"{rest} further pairs of nicks are not listed" if rest > 0 else ""
            yield Tried(
                "prime-twin", tuple(maker.pair(pair) for pair in pairs[:PAIRS]), left_out=remark
            )
            return
        reason = (
            f"no two nicks around the edit have flaps of at most {rules.rtt_max} nt that pair "
            f"over {rules.twin_overlap} and hold what lies between"
        )
        yield Tried("prime-twin", (), Refusal("no-pair-in-reach", reason))

    def title(self, draft: Draft) -> str:
        """E.g. ``Correct CPS1 c.1003C>T: PE2 prime editing, TTCATT...``."""
        design = draft.design
        parts = parts_of(design)
        name = checks.short_name(draft)
        if parts.twin is not None:
            pair = f"{design.spacer} and {parts.twin.spacer}"
            return f"Correct {name}: {design.editor} twin prime editing, {pair}"
        second = f" with {parts.nicking[0].kind} nick" if parts.nicking else ""
        return f"Correct {name}: {design.editor} prime editing{second}, {design.spacer}"

    def criteria(self, draft: Draft, case: Case) -> tuple[Criterion, ...]:
        """The person and the variant, nick and template, and what the edit gives."""
        assert draft.site is not None
        return (
            *checks.of_variant(draft.site.variant, case),
            placed(draft.design),
            *checks.of_repair(draft.design),
        )

    def restoration(self, design: EditDesign) -> Restoration:
        """The wild type, unless another pathogenic variant stays on the allele."""
        return restoration(design)

    def in_short(self, design: EditDesign) -> str:
        """Nick, lengths, second nick."""
        return in_short(design)

    def findings(self, draft: Draft, context: Context) -> Iterator[Finding]:
        """Precedents, by-products, the second nick, the rules, and the patient's alleles."""
        yield from design_findings(draft.design, _before(draft))
        yield from left_out_finding(draft.tried.left_out)
        yield from patient_findings(draft, context)

    def evidence(self, draft: Draft) -> tuple[Evidence, ...]:
        """Editor, rules, precedents."""
        return evidence_of(draft.design, _before(draft))

    def blocks(self, design: EditDesign, context: Context) -> list[Block]:
        """pegRNA, its alternatives, nicking guides, silent changes."""
        return report.blocks(design)

    def features(self, design: EditDesign, places: Drawn) -> Iterable[Feature]:
        """Nick, binding site, template, second guide."""
        return report.features(design, places)

    def tracks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Track]:
        """Binding site and template."""
        return report.tracks(design, places, shift)

    def marks(self, design: EditDesign, places: Drawn, shift: int) -> Iterable[Mark]:
        """The nick."""
        return report.marks(design, places, shift)

    def files(
        self,
        mine: Sequence[tuple[Proposal, EditDesign]],
        detailed: Sequence[tuple[Proposal, EditDesign]],
        folder: Path,
        context: Context,
    ) -> dict[str, list[Artefact]]:
        """``pegrnas.tsv``: every spacer with every extension and guide for a second nick."""
        singles = [design for _, design in mine if design.strategy == "prime-correct"]
        if not singles:
            return {}
        editors, rules = prime_editors(), prime_rules()
        text = io.StringIO()
        writer = csv.writer(text, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        left_out = 0
        for design in {design.variant: design for design in singles}.values():
            variant = variant_of(design, context)
            assert variant is not None
            allele = allele_of(variant, context, flank_needed(editors, rules))
            transcript = transcript_of(design, context)
            locus = locus_of(subject_of(variant, allele, transcript, context), allele)
            made = rows_of(
                design.variant_hgvs,
                peg_sites(locus.change, editors, rules),
                Place(allele.contig, allele.start, allele.at, len(allele.alt), len(allele.ref)),
                rules,
                judge_of(allele.start, allele.contig, transcript, context.reference),
                fold=None,
            )
            writer.writerows(["" if cell is None else cell for cell in row] for row in made.rows)
            left_out += made.left_out
        write_text(folder / PEGRNAS, text.getvalue())
        more = f" ({left_out} further rows, the last of each spacer, are left out: ipse pegrna)"
        title = "All pegRNAs and nicking guides" + (more if left_out else "")
        return {
            "": [Artefact(path=PEGRNAS, kind="tsv", title=title, sha256=sha256(folder / PEGRNAS))]
        }


def proposed(pegs: Sequence[PegSite]) -> list[PegSite]:
    """Spacers that become proposals: all of the first editor, the best of the others."""
    first = prime_editors()[0]
    plain = [peg for peg in pegs if peg.site.editor == first]
    return [*plain, *[peg for peg in pegs if peg.site.editor != first][:FLEXIBLE]]


def _left_out(pegs: Sequence[PegSite], shown: Sequence[PegSite], repeated: int) -> str:
    parts = []
    if len(pegs) > len(shown):
        rest = len(pegs) - len(shown)
        parts.append(f"{rest} further spacers, of PAM-flexible editors, stand in {PEGRNAS} alone")
    if repeated:
        parts.append(f"{repeated} spacers in reach fit a second place nearby and are left out")
    return "; ".join(parts)


def _before(draft: Draft) -> list[Precedent]:
    assert draft.site is not None
    result = draft.design.alternatives[0].result_p
    return same_edit(draft.site.subject.precedents, METHOD, result, draft.design.intended)
