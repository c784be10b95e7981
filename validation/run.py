"""Every slow check, one after the other: ``uv run python validation/run.py``.

20,000 mutated inputs for each reader (phenopackets, facts and VCFs; FASTA and annotations; variant
names): each must end in an answer or a clean error, never a crash or a hang. Takes about half an
hour on one core. Exit status 1 if any check failed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    failed = []
    for script in sorted(HERE.glob("fuzz_*.py")):
        print(f"== {script.name}", flush=True)
        if subprocess.run([sys.executable, str(script)], check=False).returncode:
            failed.append(script.name)
    print(f"failed: {', '.join(failed)}" if failed else "every check passed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
