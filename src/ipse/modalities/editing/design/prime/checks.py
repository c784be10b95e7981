"""What a prime edit is judged by."""

from __future__ import annotations

from collections.abc import Iterable

from ipse.core.evidence import Evidence
from ipse.core.logic import Criterion, Truth
from ipse.core.proposal import Restoration
from ipse.modalities.editing.catalogue import Precedent
from ipse.modalities.editing.checks import precedent_evidence
from ipse.modalities.editing.design.prime.catalogue import rule_sources
from ipse.modalities.editing.design.prime.model import PrimeParts
from ipse.modalities.editing.model import EditDesign

NICK = "a nick 5' of the change, and a template that spans it"


def parts_of(design: EditDesign) -> PrimeParts:
    """What is special to the design; it is there for every prime edit."""
    assert design.prime is not None
    return design.prime


def placed(design: EditDesign) -> Criterion:
    """That nick and template reach the change."""
    parts = parts_of(design)
    row = parts.extension
    if parts.twin is None:
        detail = (
            f"{parts.nick_to_edit} unchanged bases between nick and change; template of "
            f"{row.rtt_length} nt with {row.homology} nt beyond the change"
        )
    else:
        detail = (
            f"two nicks around the change; flaps of {row.rtt_length} and "
            f"{parts.twin.extension.rtt_length} nt that pair over {parts.twin.overlap}"
        )
    return Criterion(
        name=NICK,
        value=Truth.TRUE,
        detail=detail,
        source=tuple(
            dict.fromkeys(
                (*design.alternatives[0].source, *rule_sources("rtt_max", "homology_min"))
            )
        ),
    )


def restoration(design: EditDesign) -> Restoration:
    """What the patient's allele becomes; docs/plan.md defines each value.

    The intended allele is the wild type letter by letter; what else stays on it decides.
    """
    if design.stays_in_cis:
        return "none"
    if design.may_be_in_cis or design.on_one_allele:
        return "unknown"
    return "wild_type"


def in_short(design: EditDesign) -> str:
    """What sets a design apart from others of its strategy, in a few words."""
    parts = parts_of(design)
    row = parts.extension
    lengths = f"binding site {row.pbs_length}, template {row.rtt_length} nt"
    if parts.twin is not None:
        return (
            f"{len(parts.twin.replaced)} bp between two nicks replaced by "
            f"{len(parts.twin.written)}; {lengths}"
        )
    place = f"{parts.nick_to_edit} nt from" if parts.nick_to_edit else "at"
    second = f"; {parts.nicking[0].kind} guide at hand" if parts.nicking else "; no second guide"
    return f"nick {place} the variant ({design.strand} strand), {lengths}{second}"


def evidence_of(design: EditDesign, precedents: Iterable[Precedent]) -> tuple[Evidence, ...]:
    """What a design rests on: its editor, the rules, and who made the same edit before."""
    parts = parts_of(design)
    found = [
        Evidence(source=source, reason=f"{design.editor}: PAM, nick and chemistry")
        for source in design.alternatives[0].source
    ]
    found += [
        Evidence(source=source, reason="design rules of binding site, template and second nick")
        for source in parts.source
    ]
    return tuple(dict.fromkeys([*found, *precedent_evidence(design, precedents)]))
