"""What a benchmark says and how it is judged: ratios and counts of one run, against what is asked.

The machine is shared and noisy. A row's subject and its baseline are therefore measured in turn, and
what counts is the ratio of their medians.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RUNS = 5


@dataclass(frozen=True)
class Row:
    """A measurement."""

    name: str
    measured: float
    unit: str
    """"gånger" of the baseline, "s", "satser"."""
    asked: float | None = None
    """At most this; None where the row only tells."""
    told: str = ""
    """The figures behind it."""
    least: bool = False
    """`asked` is the least it may be, and not the most."""

    @property
    def short(self) -> bool:
        """Does it fall short?"""
        if self.asked is None:
            return False
        return self.measured < self.asked if self.least else self.measured > self.asked


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, by the wall."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ratio(
    name: str,
    subject: Callable[[], object],
    baseline: Callable[[], object],
    asked: float | None = None,
    runs: int = RUNS,
) -> Row:
    """The subject's median time against the baseline's, measured in turn after one run of each."""
    subject()
    baseline()
    own, base = [], []
    for _ in range(runs):
        own.append(seconds(subject))
        base.append(seconds(baseline))
    a, b = statistics.median(own), statistics.median(base)
    return Row(name, a / b, "gånger", asked, f"{a * 1000:.0f} ms mot {b * 1000:.0f} ms")


def shown(rows: Iterable[Row]) -> str:
    """The table."""
    lines = [f"{'':2} {'rad':74} {'uppmätt':>16} {'begärt':>10}  bakom"]
    for row in rows:
        sign = "!!" if row.short else "ok" if row.asked is not None else "  "
        asked = "" if row.asked is None else f"{'≥' if row.least else '≤'} {row.asked:g}"
        measured = f"{row.measured:.2f} {row.unit}"
        lines.append(f"{sign:2} {row.name:74} {measured:>16} {asked:>10}  {row.told}")
    return "\n".join(lines)


def kept(rows: Iterable[Row], path: Path) -> None:
    """Write the rows as JSON."""
    found = [asdict(row) | {"short": row.short} for row in rows]
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
