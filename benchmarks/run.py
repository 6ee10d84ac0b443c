"""Every benchmark, as a table: what is asked and what was measured, all in this run.

    make bench
    PYTHONPATH=tests:tests/domain:tests/web .venv/bin/python benchmarks/run.py [--json FIL] [ord …]

With words only the parts whose names hold one of them run. Code 1 where a row falls short.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import answers
import country
import mails
import pages
import reports
import start
from frame import Row, kept, shown

import plans

PARTS = (
    *start.PARTS, *plans.PARTS, *pages.PARTS, *answers.PARTS, *mails.PARTS, *country.PARTS, *reports.PARTS,
)  # fmt: skip


def main() -> int:
    """Run them, print the table, keep the rows."""
    parser = argparse.ArgumentParser(description="Mät, i kvoter mot det som mäts i samma körning.")
    parser.add_argument("--json", type=Path, help="fil att spara raderna i")
    parser.add_argument("words", nargs="*", help="delar vars namn har ett av orden")
    asked = parser.parse_args()
    rows: list[Row] = []
    for part in PARTS:
        if not asked.words or any(word in part.__name__ for word in asked.words):
            for row in part():
                rows.append(row)
                print(shown([row]).splitlines()[1], flush=True)
    print()
    print(shown(rows))
    if asked.json:
        kept(rows, asked.json)
    short = [row.name for row in rows if row.short]
    print(f"\n{len(short)} rader når inte det som är begärt." if short else "\nAlla rader håller.")
    return int(bool(short))


if __name__ == "__main__":
    sys.exit(main())
