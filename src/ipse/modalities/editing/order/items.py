"""An order, item by item: each sequence as it is pasted into a vendor's form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from ipse.core.model import Model
from ipse.modalities.editing.order.cloning import Pair, guide_pair, pegrna_pairs
from ipse.modalities.editing.order.guides import (
    guide_dna,
    protected,
    rna,
    t7_start,
    t7_template,
)
from ipse.modalities.editing.order.parts import (
    Backbone,
    Scaffold,
    backbones,
    bench,
    ends,
    guide_backbones,
    scaffold_of,
)

What = Literal[
    "synthetic guide", "synthetic pegRNA", "cloning oligo", "T7 template oligo", "donor template",
    "editor",
]  # fmt: skip


class Item(Model):
    """One thing to order.

    Attributes
    ----------
    name
        Short name for the tube, unique within an order.
    what
        Kind of item.
    sequence
        5' to 3', ready to paste; empty for an editor.
    plain
        The same letters without modifications.
    length
        Bases [nt]; for an editor, of its coding sequence [bp], None where not known.
    use
        What it is for.
    note
        What was added to it, and what it needs.
    source
        Identifiers it rests on.
    """

    name: str
    what: What
    sequence: str
    plain: str
    length: int | None
    use: str
    note: str = ""
    source: tuple[str, ...] = ()


NOTATION = "mN: 2'-O-methyl, *: phosphorothioate bond, N: RNA"


def guide_items(
    name: str,
    spacer: str,
    enzyme: str | None,
    scaffold: Scaffold | None = None,
    *,
    cuts: bool = True,
) -> tuple[Item, ...]:
    """Everything a guide may be ordered as: synthetic, cloned, or transcribed in a tube.

    Parameters
    ----------
    name
        Prefix of the items' names.
    spacer
        DNA letters.
    enzyme
        Protein it leads; without a scaffold for it, the spacer's cloning pairs and synthetic form
        are left out and the caller says so.
    scaffold
        Constant part; the default one of the protein without it.
    cuts
        Whether a nuclease is wanted: plasmids that bring one are left out otherwise.
    """
    scaffold = scaffold or (scaffold_of(enzyme) if enzyme else None)
    if scaffold is None:
        return ()
    whole = rna(guide_dna(spacer, scaffold, tail=True))
    pattern = ends()
    items = [
        Item(
            name=f"{name}-guide",
            what="synthetic guide",
            sequence=protected(whole, pattern),
            plain=whole,
            length=len(whole),
            use="RNP or mRNA",
            note=f"{scaffold.name}; {pattern.name} ends; no base added",
            source=tuple(dict.fromkeys((*scaffold.source, *pattern.source))),
        )
    ]
    items += _pair_items(name, _grouped(spacer, scaffold, cuts=cuts))
    items += _t7_items(name, spacer, scaffold)
    return tuple(items)


def _grouped(spacer: str, scaffold: Scaffold, *, cuts: bool) -> dict[Pair, list[Backbone]]:
    """Pairs with the backbones that take them; plasmids with the same overhangs share a pair."""
    found: dict[Pair, list[Backbone]] = {}
    for backbone in guide_backbones(scaffold.enzyme, cuts=cuts):
        found.setdefault(guide_pair(spacer, backbone), []).append(backbone)
    return found


def _pair_items(name: str, pairs: dict[Pair, list[Backbone]]) -> Iterator[Item]:
    for number, (pair, plasmids) in enumerate(pairs.items(), start=1):
        use = "; ".join(
            f"{row.name} (addgene {row.addgene}{', ' + row.cut_with if row.cut_with else ''}"
            f"{', brings ' + row.brings if row.brings else ''})"
            for row in plasmids
        )
        sources = tuple(dict.fromkeys(source for row in plasmids for source in row.source))
        suffix = "" if len(pairs) == 1 else f"{number}"
        yield from _two(f"{name}-U6{suffix}", pair, use, sources)


def _two(name: str, pair: Pair, use: str, sources: tuple[str, ...]) -> Iterator[Item]:
    notes = [pair.note] if pair.note else []
    if pair.phosphate:
        notes.append("5' phosphate")
    for end, sequence in (("F", pair.top), ("R", pair.bottom)):
        yield Item(
            name=f"{name}-{end}",
            what="cloning oligo",
            sequence=f"/5Phos/{sequence}" if pair.phosphate else sequence,
            plain=sequence,
            length=len(sequence),
            use=use,
            note="; ".join([*notes, f"anneal with {name}-{'R' if end == 'F' else 'F'}"]),
            source=sources,
        )


def _t7_items(name: str, spacer: str, scaffold: Scaffold) -> Iterator[Item]:
    forward, reverse = t7_template(spacer, scaffold)
    start = t7_start(spacer if scaffold.side == "3prime" else scaffold.sequence)
    row = bench("t7_first")
    constant = scaffold.side == "3prime"
    shared = f"the same for every guide of the {scaffold.name}"
    yield Item(
        name=f"{name}-T7-F",
        what="T7 template oligo",
        sequence=forward,
        plain=forward,
        length=len(forward),
        use="transcription in a tube",
        note=f"{start.note}; fill in with {name}-T7-R",
        source=row.source,
    )
    yield Item(
        name=f"{name}-T7-R",
        what="T7 template oligo",
        sequence=reverse,
        plain=reverse,
        length=len(reverse),
        use="transcription in a tube",
        note=shared if constant else "complement of the whole template",
        source=row.source,
    )


def pegrna_items(
    name: str, spacer: str, extensions: Mapping[str, str], scaffold: Scaffold | None = None
) -> tuple[Item, ...]:
    """A pegRNA as synthetic molecules and as the pairs of its Golden Gate assembly.

    Parameters
    ----------
    name
        Prefix of the items' names.
    spacer
        DNA letters.
    extensions
        Form of the pegRNA (``pegRNA``, ``epegRNA tevopreQ1``) -> its 3' extension: template,
        primer-binding site, and linker and motif if any; DNA letters, 5' to 3'. Spacer and
        scaffold pairs are the same for all.
    scaffold
        Constant part between them; SpCas9's default without it.
    """
    scaffold = scaffold or scaffold_of("SpCas9")
    assert scaffold is not None
    pattern = ends()
    items = []
    for form, extension in extensions.items():
        whole = rna(spacer + scaffold.sequence + extension)
        items.append(
            Item(
                name=f"{name}-{_tag(form)}",
                what="synthetic pegRNA",
                sequence=protected(whole, pattern),
                plain=whole,
                length=len(whole),
                use="mRNA or RNP",
                note=f"{form}; {scaffold.name}; {pattern.name} ends; no base added",
                source=tuple(dict.fromkeys((*scaffold.source, *pattern.source))),
            )
        )
    for backbone in backbones():
        if backbone.takes != "pegRNA" or backbone.enzyme != scaffold.enzyme:
            continue
        use = f"{backbone.name} (addgene {backbone.addgene}, {backbone.cut_with})"
        for number, (form, extension) in enumerate(extensions.items()):
            for pair in pegrna_pairs(spacer, extension, scaffold, backbone):
                if pair.part == "extension":
                    label = f"{name}-{_tag(form)}-extension"
                    items += _two(label, pair, f"{use}, {form}", backbone.source)
                elif number == 0:
                    items += _two(f"{name}-{pair.part}", pair, use, backbone.source)
    return tuple(items)


def _tag(form: str) -> str:
    """A form's name as part of a tube's."""
    return form.replace(" ", "-")


def template_item(name: str, sequence: str, source: Iterable[str] = ()) -> Item:
    """A single-stranded donor template."""
    return Item(
        name=f"{name}-ssODN",
        what="donor template",
        sequence=sequence,
        plain=sequence,
        length=len(sequence),
        use="with RNP, for repair of the cut",
        source=tuple(source),
    )


def donor_item(
    name: str, sequence: str, packaged: int, fit: str, source: Iterable[str] = ()
) -> Item:
    """A donor for an adeno-associated virus, between its terminal repeats.

    Parameters
    ----------
    packaged
        From repeat to repeat [nt].
    fit
        Whether that is packaged well, in a word.
    """
    return Item(
        name=f"{name}-AAV6",
        what="donor template",
        sequence=sequence,
        plain=sequence,
        length=len(sequence),
        use="in AAV6, with RNP, for repair of the cut",
        note=f"between the repeats; {packaged:,} nt packaged: {fit.replace('_', ' ')}",
        source=tuple(source),
    )


def editor_item(editor: str, size_bp: int | None, source: Iterable[str] = ()) -> Item:
    """The editor itself, as mRNA or protein; its sequence is the maker's."""
    size = f"{size_bp:,} bp of code without tags" if size_bp else "size of its code not known"
    return Item(
        name=editor,
        what="editor",
        sequence="",
        plain="",
        length=size_bp,
        use="mRNA or protein",
        note=f"{size}; cap, untranslated regions and poly(A) of an mRNA come on top",
        source=tuple(source),
    )
