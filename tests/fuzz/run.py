"""`make fuzz`: rounds of the fuzz tests with new examples until FUZZ_SECONDS (120) have passed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
EXAMPLES = 300
"""Of each test in a round; fewer at first, to see how long a round takes."""


def main() -> int:
    """Rounds until the time is out; 1 where one found something."""
    seconds = float(os.environ.get("FUZZ_SECONDS", "120"))
    started = time.perf_counter()
    done, examples = 0, 40
    while True:
        begun = time.perf_counter()
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(HERE)],
            env={**os.environ, "FUZZ_EXAMPLES": str(examples)}, check=False,
        ).returncode  # fmt: skip
        if code:
            print(
                "Something fell. Mend it, and keep what made it fall in tests/fuzz/test_found.py."
            )
            return code
        done += examples
        took, left = time.perf_counter() - begun, started + seconds - time.perf_counter()
        if left < took / 2:
            print(f"{done} examples of each, nothing fell ({time.perf_counter() - started:.0f} s)")
            return 0
        examples = max(20, min(EXAMPLES, int(examples * left / took * 0.8)))


if __name__ == "__main__":
    sys.exit(main())
