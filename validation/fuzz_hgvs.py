"""20,000 broken variant texts: an answer or a clean error, never a crash or a hang.

    python validation/fuzz_hgvs.py [--count N] [--seed N]

Texts are mutated from real notations (HGVS of every kind, positions, SPDI, traditional names),
spliced from two of them, or made of random characters; each is parsed and located on the
embedded loci. Prints how many gave an answer, an error, and the slowest text.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from ipse.core.errors import InputError, NotInReference
from ipse.genome.embedded import embedded
from ipse.genome.hgvs import parse
from ipse.genome.resolve import locate

SLOWEST_S = 2.0
"""A text that takes longer counts as a hang [s]."""

SEEDS = (
    "NM_001875.4:c.1003C>T", "NM_000518.5(HBB):c.20A>T (p.Glu7Val)",
    "NM_000492.3:c.1521_1523delCTT",
    "NM_000518.5:c.92+1G>A", "NM_000518.5:c.-78A>G", "NM_000371.3:c.*5C>T", "CPS1 p.Q335X",
    "NM_004006.2:c.4072-1234_5155-246del", "NM_004006.2:c.5657_5660inv", "NM_004006.2:c.20_23dup",
    "NM_004006.2:c.169_170insATTGCA", "NM_004006.2:c.6775_6777delinsCGA", "LRG_663t1:c.3846G>A",
    "NC_000002.12:g.210591886C>T", "NC_000002.12:210591885:C:T", "chr7-117559590-ATCT-A",
    "NP_000509.1:p.(Glu7Val)", "p.Arg97ProfsTer23", "p.Ter110GlnextTer17", "p.Lys23_Val25del",
    "TTR V30M", "FIX R338L", "delta-F508", "ΔF508", "HBB IVS1-110G>A", "exon 7 of SMN1", "HbS",
    "m.3243A>G", "c.(4071+1_4072-1)_(5154+1_5155-1)del", "c.[76A>C;83G>C]", "c.54GCA[21]",
)  # fmt: skip
LETTERS = " \t:_-+*>=?()[];.,/0123456789ACGTUNacgtdelinsupfxXMTerpmrnΔδ→−éß²Ⅶ\u200b\x00🧬"


def mutated(draw: random.Random) -> str:
    """One broken text."""
    if draw.random() < 0.05:
        return "".join(chr(draw.randrange(1, 0x3000)) for _ in range(draw.randrange(40)))
    text = draw.choice(SEEDS)
    if draw.random() < 0.25:
        other = draw.choice(SEEDS)
        text = text[: draw.randrange(len(text) + 1)] + other[draw.randrange(len(other) + 1) :]
    for _ in range(draw.randrange(5)):
        place = draw.randrange(len(text) + 1)
        end = min(len(text), place + draw.choice((0, 0, 1, 1, 3)))
        new = "".join(draw.choice(LETTERS) for _ in range(draw.choice((0, 1, 1, 2))))
        if draw.random() < 0.05:
            new = draw.choice(("9" * 30, "A" * 3000, "(" * 500, "_1" * 200, "0", " " * 200))
        text = text[:place] + new + text[end:]
    return text


def main() -> None:
    """Parse and locate the texts, count what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    draw, genome = random.Random(options.seed), embedded()
    counts: Counter[str] = Counter()
    slowest, slowest_text = 0.0, ""
    for _ in range(options.count):
        text = mutated(draw)
        began = time.perf_counter()
        for what, read in (
            ("parse", parse),
            ("locate", lambda t: locate(t, genome, draw.choice((None, "HBB", "CPS1")))),
        ):
            try:
                read(text)
            except (InputError, NotInReference) as error:
                if not error.message or not (error.expected or error.next_step):
                    sys.exit(f"an error says too little for {text!r}: {error}")
                counts[f"{what}: clean error"] += 1
            except Exception as error:
                sys.exit(f"crash of {what} on {text!r}: {error!r}")
            else:
                counts[f"{what}: answer"] += 1
        if (seconds := time.perf_counter() - began) > slowest:
            slowest, slowest_text = seconds, text
    for what, count in sorted(counts.items()):
        sys.stdout.write(f"{what}: {count}\n")
    sys.stdout.write(f"slowest: {slowest:.3f} s on {slowest_text[:80]!r}\n")
    if slowest > SLOWEST_S:
        sys.exit("a text took too long")


if __name__ == "__main__":
    main()
