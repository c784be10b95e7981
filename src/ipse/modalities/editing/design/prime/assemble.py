"""A pegRNA from end to end: spacer, scaffold, template, binding site, linker, 3' motif."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from ipse.core.sequence import reverse_complement
from ipse.modalities.editing.design.prime.catalogue import PrimeRules, epegrna_motifs
from ipse.modalities.editing.design.prime.features import longest_run
from ipse.modalities.editing.design.prime.model import WholeGuide
from ipse.modalities.editing.order.parts import scaffold_of

LINKER_NOTE = (
    "the linker is the one of A and C alone whose longest stretch that could pair with the rest "
    "of the pegRNA is shortest; pegLIT, which weighs all pairings, is not reproduced here"
)


def whole_guides(spacer: str, rtt: str, pbs: str, rules: PrimeRules) -> tuple[WholeGuide, ...]:
    """The plain pegRNA, and one epegRNA for each motif of the table."""
    scaffold = scaffold_of("SpCas9")
    assert scaffold is not None
    plain = spacer + scaffold.sequence + rtt + pbs
    made = [WholeGuide(name="pegRNA", sequence=plain, length=len(plain))]
    joint = linker(plain, rules.linker_length, rules.linker_run_max)
    for motif in epegrna_motifs():
        whole = plain + joint + motif.sequence
        made.append(
            WholeGuide(
                name=f"epegRNA {motif.name}",
                linker=joint,
                motif=motif.sequence,
                sequence=whole,
                length=len(whole),
            )
        )
    return tuple(made)


@lru_cache(maxsize=4096)
def linker(guide: str, length: int, run: int) -> str:
    """A linker of A and C that pairs least with a guide.

    Parameters
    ----------
    guide
        Everything before the linker, DNA letters.
    length, run
        Length of the linker, and of its longest run of one base [nt].
    """
    pairing = reverse_complement(guide)
    end = guide[-run:]
    made = [
        letters
        for item in product("AC", repeat=length)
        if longest_run(end + (letters := "".join(item))) <= max(run, longest_run(end))
        and longest_run(letters) <= run
    ]
    return min(made, key=lambda letters: (_longest_shared(letters, pairing), letters))


def _longest_shared(short: str, long: str) -> tuple[int, int]:
    """Length of the longest stretch both hold, and how often one of that length stands there."""
    for size in range(len(short), 0, -1):
        pieces = {short[k : k + size] for k in range(len(short) - size + 1)}
        found = sum(long.count(piece) for piece in pieces)
        if found:
            return size, found
    return 0, 0
