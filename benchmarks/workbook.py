"""How long a workbook with 300 controls takes to be read, checked and shown, and to be written.

    .venv/bin/python benchmarks/workbook.py

What is asked is in seconds: a person waits for it. The machine is shared and noisy, so what counts is
the processor's time, the median of five runs, and beside it stands the same plan as YAML.
"""

from __future__ import annotations

import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from municipality import PLANS, load_example

from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_document import plan_document
from icengine.intake.planfile import plan_text, read_plan_path
from icengine.intake.workbook import write_workbook

RUNS = 5
CONTROLS = 300
ASKED = 1.0
"""Seconds."""


def grown(plan: Plan) -> Plan:
    """A hundred risks with three controls each, with the texts of the example."""
    controlled = [risk for risk in plan.risks if risk.controls]
    risks = []
    for n in range(CONTROLS // 3):
        risk = controlled[n % len(controlled)]
        three = tuple(replace(risk.controls[0], id=f"K{3 * n + k + 100}") for k in range(3))
        risks.append(replace(risk, id=f"R{n + 100}", controls=three))
    return replace(plan, risks=tuple(risks))


def seconds(work: Callable[[], object]) -> float:
    """Of the processor: the median of several runs."""
    found = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return statistics.median(found)


def command(*args: str) -> None:
    """A command without the price of a new process."""
    from icengine.cli import app

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        app(list(args), standalone_mode=False)


def read(path: Path, organisation: Organisation, plan: Plan) -> None:
    """Fails where the file is not the plan."""
    assert read_plan_path(path, organisation).plan == plan


def main() -> int:
    organisation, example = load_example()
    plan = grown(example)
    document = plan_document(plan, organisation)
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        excel, text = Path("plan.xlsx"), Path("plan.yaml")
        excel.write_bytes(write_workbook(document, organisation))
        text.write_text(plan_text(document), encoding="utf-8")
        command("init")
        command("organisation", "import", str(PLANS / "organisation.yaml"))
        rows = (
            ("read and check the workbook", lambda: read(excel, organisation, plan), ASKED),
            ("the same, and show the difference (plan import --dry-run)",
             lambda: command("plan", "import", "plan.xlsx", "--dry-run"), ASKED),
            ("read and check the same plan as YAML", lambda: read(text, organisation, plan), None),
            ("write the workbook", lambda: write_workbook(document, organisation), None),
        )  # fmt: skip
        worst = 0
        for what, work, asked in rows:
            took = seconds(work)
            worst |= asked is not None and took > asked
            limit = f" (asked at most {asked:.1f} s)" if asked else ""
            print(f"{CONTROLS} controls, {what}: {took:.2f} s{limit}")
        os.chdir("/")
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
