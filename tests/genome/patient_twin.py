"""Plain reading of a person's sites: every combination of arms written out and searched."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import sites_twin as twin

Key = tuple[str, str, int, int, str, str]
"""Guide, strand, PAM base and letters beyond it, aligned target, aligned guide."""


@dataclass(frozen=True)
class Call:
    """A record: 0-based start, REF, ALTs, GT as in the file, phase set."""

    contig: str
    start: int
    ref: str
    alts: tuple[str, ...]
    gt: str
    phase_set: int | None = None


@dataclass(frozen=True)
class Edit:
    start: int
    ref: str
    alt: str
    arms: frozenset[int]
    block: object
    order: int

    @property
    def end(self) -> int:
        return self.start + len(self.ref)


@dataclass
class Query:
    guides: list[str]
    patterns: list[str]
    side: int
    seed: int
    limits: tuple[int, int, int, bool]


def trimmed(start: int, ref: str, alt: str) -> tuple[int, str, str]:
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return start, ref, alt


def edits_of(calls: list[Call]) -> list[Edit]:
    made = []
    for number, call in enumerate(calls):
        alleles = call.gt.replace("|", "/").split("/")
        if len(alleles) > 2:
            continue
        for allele in dict.fromkeys(alleles):
            if allele in ".0":
                continue
            alt = call.alts[int(allele) - 1]
            if not set(alt) <= set("ACGTN") or alt == call.ref:
                continue
            start, ref, alt = trimmed(call.start, call.ref, alt)
            arms = frozenset(k for k, own in enumerate(alleles) if own == allele)
            if len(alleles) == 1 or len(arms) == 2:
                block: object = None
                arms = frozenset({0, 1})
            elif "|" in call.gt:
                block = ("phase set", call.phase_set)
            else:
                block = ("unphased", number)
            made.append(Edit(start, ref, alt, arms, block, len(made)))
    return sorted(made, key=lambda edit: (edit.start, edit.end, edit.order))


def single_copy(calls: list[Call], length: int) -> set[int]:
    """Positions of which there is one copy."""
    called = [c for c in calls if set(c.gt) - set("./|") and c.gt.count("/") + c.gt.count("|") < 2]
    haploid = ["/" not in c.gt and "|" not in c.gt for c in called]
    if called and all(haploid):
        return set(range(length))
    positions: set[int] = set()
    run: list[Call] = []
    for call, one in [*zip(called, haploid, strict=True), (None, False)]:
        if one and call:
            run.append(call)
            continue
        if run:
            first = min(c.start for c in run)
            positions |= set(range(first, max(c.start + len(c.ref) for c in run)))
        run = []
    return positions


Letter = tuple[str, int, int]
"""A letter, the base it stands for, and letters beyond it."""


def written(letters: str, edits: list[Edit]) -> tuple[list[Letter], list[tuple[int, Edit]]]:
    """A haplotype, and where each edit it has begins on it."""
    out: list[Letter] = []
    places = []
    here = reached = 0
    inserted = -1
    for edit in edits:
        if edit.start < reached or (not edit.ref and edit.start == inserted):
            continue
        out += [(letters[k], k, 0) for k in range(here, edit.start)]
        places.append((len(out), edit))
        for k, letter in enumerate(edit.alt):
            if k < len(edit.ref):
                out.append((letter, edit.start + k, 0))
            else:
                out.append((letter, max(edit.end - 1, 0), k - len(edit.ref) + 1))
        here = reached = edit.end
        if not edit.ref:
            inserted = edit.start
    out += [(letters[k], k, 0) for k in range(here, len(letters))]
    return out, places


@cache
def _searched(text: str, guide: str, patterns: tuple[str, ...], side: int, seed: int,
              limits: tuple[int, int, int, bool]) -> tuple[twin.Row, ...]:  # fmt: skip
    return tuple(twin.search([guide], {"c": text}, list(patterns), side, seed, *limits))


def name(letters: str, contig: str, edit: Edit) -> str:
    start, ref, alt = edit.start, letters[edit.start : edit.end], edit.alt
    if not ref or not alt:
        if start:
            start -= 1
            ref, alt = letters[start] + ref, letters[start] + alt
        else:
            ref, alt = ref + letters[edit.end], alt + letters[edit.end]
    return f"{contig}:{start + 1}:{ref}:{alt}"


@dataclass
class Seen:
    combinations: set[int] = field(default_factory=set)
    row: dict[str, Any] = field(default_factory=dict)


def rows_of(
    contig: str, letters: str, haplotype: list[Letter], places: list[tuple[int, Edit]], query: Query
) -> list[tuple[Key, dict[str, Any]]]:
    text = "".join(letter for letter, _, _ in haplotype)
    found = []
    for guide in query.guides:
        for row in _searched(text, guide, tuple(query.patterns), query.side, query.seed,
                             query.limits):  # fmt: skip
            leftward = (query.side == 3) == (row.strand == "+")
            beside = row.end - len(row.pam) if leftward else row.start + len(row.pam) - 1
            _, base, beyond = haplotype[beside]
            stands = [
                name(letters, contig, edit)
                for at, edit in places
                if (row.start < at + len(edit.alt) and at < row.end if edit.alt
                    else row.start < at < row.end)
            ]  # fmt: skip
            found.append(
                (
                    (guide, row.strand, base, beyond, row.target_aligned, row.guide_aligned),
                    {
                        **row._asdict(), "contig": contig, "start": haplotype[row.start][1],
                        "end": haplotype[row.end - 1][1] + 1, "variants": ";".join(stands),
                    },
                )
            )  # fmt: skip
    return found


def search_person(contigs: dict[str, str], calls: list[Call], query: Query) -> list[dict[str, Any]]:
    """Rows without scores; ``change`` of equal edits is ``same or by score``."""
    rows: list[dict[str, Any]] = []
    for contig, given in contigs.items():
        letters = given.upper()
        own = [call for call in calls if call.contig == contig]
        edits = edits_of(own)
        blocks = list(dict.fromkeys(e.block for e in edits if e.block is not None))
        single = single_copy(own, len(letters))
        seen: dict[Key, Seen] = {}
        plain = [(letter, k, 0) for k, letter in enumerate(letters)]
        reference = dict(rows_of(contig, letters, plain, [], query))
        everything = set(range(1 << len(blocks)))
        for combination in sorted(everything):
            arm = {block: combination >> k & 1 for k, block in enumerate(blocks)}
            applied = [e for e in edits if e.block is None or arm[e.block] in e.arms]
            for key, row in rows_of(contig, letters, *written(letters, applied), query):
                entry = seen.setdefault(key, Seen(row=row))
                entry.combinations.add(combination)
        sites = {key[:4] for key in seen}
        for key in {**reference, **seen}:
            entry = seen.get(key, Seen())
            labels = ["ref"] if key in reference else []
            if not entry.combinations:
                if key[:4] in sites:
                    continue
                rows.append({**reference[key], "haplotypes": "ref", "change": "lost"})
                continue
            label = _label(entry.combinations, everything, blocks)
            if label == ["1", "2"] and key[2] in single:
                label = ["1"]
            here = [r for k, r in reference.items() if k[:4] == key[:4]]
            if key in reference:
                change = "same"
            elif not here:
                change = "gained"
            else:
                now, then = (r["mismatches"] + r["bulge_size"] for r in (entry.row, here[0]))
                change = "same or by score"
                if now != then:
                    change = "stronger" if now < then else "weaker"
            rows.append(
                {
                    **(reference.get(key) or entry.row),
                    "haplotypes": ",".join(labels + label), "change": change,
                }
            )  # fmt: skip
    return rows


def _label(having: set[int], everything: set[int], blocks: list[object]) -> list[str]:
    if having == everything:
        return ["1", "2"]
    label, covered = [], set()
    for arm in (0, 1):
        halves = [
            {c for c in everything if c >> k & 1 == arm}
            for k, block in enumerate(blocks)
            if block[0] == "phase set"  # type: ignore[index]
        ]
        sure = [half for half in halves if half <= having]
        if sure:
            label.append(str(arm + 1))
            covered |= set().union(*sure)
    return label + (["u"] if having - covered else [])


def vcf_text(contigs: dict[str, str], calls: list[Call]) -> str:
    """The calls as a VCF of one sample, S."""
    lines = ["##fileformat=VCFv4.2"]
    lines += [f"##contig=<ID={n},length={len(letters)}>" for n, letters in contigs.items()]
    lines += [
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS",
    ]
    order = {n: k for k, n in enumerate(contigs)}
    assert all((order[a.contig], a.start) <= (order[b.contig], b.start) for a, b in pairwise(calls))
    for call in calls:
        keys, values = "GT", call.gt
        if call.phase_set is not None:
            keys, values = "GT:PS", f"{call.gt}:{call.phase_set}"
        lines.append(
            f"{call.contig}\t{call.start + 1}\t.\t{call.ref}\t{','.join(call.alts)}\t.\t.\t.\t"
            f"{keys}\t{values}"
        )
    return "\n".join(lines) + "\n"
