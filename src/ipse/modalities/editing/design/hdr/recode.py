"""Code of an integrated cDNA: other codons for the same protein.

Written as in the gene, a cDNA would be homologous to the exons behind the cut, and recombination
could end inside it. Each codon is therefore replaced by the one used most among its synonyms.
"""

from __future__ import annotations

from functools import cache

from ipse.core.sequence import translate
from ipse.modalities.editing.design.hdr.rules import codon_usage


@cache
def _other_codon(codon: str) -> str:
    """Most used synonym of a codon; the codon itself where it has none."""
    residue = translate(codon)
    usage = codon_usage()
    others = [other for other in usage if other != codon and translate(other) == residue]
    return max(others, key=lambda other: (usage[other], other), default=codon)


def recoded(code: str, first: int = 0) -> str:
    """Code with every whole codon from ``first`` on replaced by a synonym.

    Parameters
    ----------
    code
        Coding letters with the stop codon; whole codons.
    first
        Letters left as they are, from the start; a codon they end in is left too.
    """
    kept = -(-first // 3) * 3
    codons = (code[k : k + 3] for k in range(kept, len(code), 3))
    return code[:kept] + "".join(_other_codon(codon) for codon in codons)


def share_recoded(before: str, after: str) -> float:
    """Share of codons written otherwise [%]."""
    codons = range(0, len(before) - 2, 3)
    changed = sum(before[k : k + 3] != after[k : k + 3] for k in codons)
    return 100 * changed / max(1, len(codons))


def longest_shared(before: str, after: str) -> int:
    """Longest stretch in which two codes of one length have the same letters [nt]."""
    longest = run = 0
    for one, other in zip(before, after, strict=True):
        run = run + 1 if one == other else 0
        longest = max(longest, run)
    return longest
