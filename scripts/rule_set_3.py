"""Rule Set 3 scores of the public screens, for ``scripts/train_efficiency.py --rule-set-3``.

uv run --extra rs3 python scripts/rule_set_3.py --data FOLDER --out FILE
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from efficiency.screens import read_screens

from ipse.genome.efficiency.rule_set_3 import RuleSet3Scorer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    screens, _ = read_screens(options.data)
    near = sorted(set(screens.near[screens.known].tolist()))
    letters = np.array([list(text.encode()) for text in near], np.uint8)
    scores = RuleSet3Scorer().score(letters).value
    lines = ["context30\tscore", *(f"{a}\t{b:.7g}" for a, b in zip(near, scores, strict=True))]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{options.out}: {len(near)} contexts")


if __name__ == "__main__":
    main()
