"""Prime editing by hand, in plain strings, from the biology: nick, prime, copy, pair, join.

Written from the description of the method (doi:10.1038/s41586-019-1711-4 and
doi:10.1038/s41587-021-01133-w), without a look at the design code; it takes what a laboratory
would order and an allele, and gives the allele that comes out.
"""

from __future__ import annotations

PAIRS = {"A": "T", "C": "G", "G": "C", "T": "A", "N": "N"}
LETTERS = {"N": "ACGT", "R": "AG", "Y": "CT", "A": "A", "C": "C", "G": "G", "T": "T"}
SEED = 10  # bases of a flap's end that must pair
NICK = 3  # bases between nick and PAM, H840A nicks the strand that carries the PAM


def other_strand(sequence: str) -> str:
    return "".join(PAIRS[base] for base in reversed(sequence))


def nicks(strand: str, spacer: str, pam: str) -> list[int]:
    """Where a strand is nicked: index of the base behind each nick."""
    found = []
    at = strand.find(spacer)
    while at >= 0:
        beside = strand[at + len(spacer) : at + len(spacer) + len(pam)]
        if len(beside) == len(pam) and all(
            b in LETTERS[p] for p, b in zip(pam, beside, strict=True)
        ):
            found.append(at + len(spacer) - NICK)
        at = strand.find(spacer, at + 1)
    return found


def primed(strand: str, spacer: str, pam: str, pbs: str) -> int:
    """The one nick whose 3' end pairs with the binding site."""
    fitting = [
        nick for nick in nicks(strand, spacer, pam)
        if strand[max(0, nick - len(pbs)) : nick] == other_strand(pbs)
    ]  # fmt: skip
    assert len(fitting) == 1, f"{len(fitting)} nicks prime"
    return fitting[0]


def edit(allele: str, strand: str, spacer: str, pam: str, pbs: str, rtt: str) -> str:
    """The allele after the flap of one pegRNA has been taken in.

    The flap's 3' end pairs with the strand across behind the nick, where most of its end fits;
    the old flap up to there is cut away, the new one is joined, and the strand across is repaired
    after it.
    """
    top = allele if strand == "+" else other_strand(allele)
    nick = primed(top, spacer, pam, pbs)
    flap = other_strand(rtt)
    near = top[nick:]
    ends: dict[int, int] = {}
    at = near.find(flap[-SEED:])
    while at >= 0:
        end, paired = at + SEED, SEED
        while paired < min(end, len(flap)) and flap[-1 - paired] == near[end - 1 - paired]:
            paired += 1
        ends[nick + end] = paired
        at = near.find(flap[-SEED:], at + 1)
    most = max(ends.values(), default=0)
    best = [end for end, paired in ends.items() if paired == most]
    assert len(best) == 1, f"the end of the flap pairs equally well at {len(best)} places"
    made = top[:nick] + flap + top[best[0] :]
    return made if strand == "+" else other_strand(made)


def twin_edit(
    allele: str, left: tuple[str, str, str, str], right: tuple[str, str, str, str]
) -> str:
    """The allele after two flaps that pair with each other have replaced what lay between.

    Each pegRNA is (spacer, PAM pattern, binding site, template); the left one nicks the plus
    strand, the right one the minus strand.
    """
    spacer, pam, pbs, rtt = left
    start = primed(allele, spacer, pam, pbs)
    one = other_strand(rtt)  # the flap on the plus strand, 5' to 3'
    spacer, pam, pbs, rtt = right
    across = other_strand(allele)
    end = len(allele) - primed(across, spacer, pam, pbs)
    other = rtt  # the plus-strand letters of the flap on the minus strand
    assert start < end
    shared = max(k for k in range(min(len(one), len(other)) + 1) if one.endswith(other[:k]))
    assert shared >= 10, "the flaps do not pair"
    return allele[:start] + one + other[shared:] + allele[end:]
