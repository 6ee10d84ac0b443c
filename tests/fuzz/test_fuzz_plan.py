"""The machine over versions and tasks, for longer than with the other tests."""

from __future__ import annotations

import os
from pathlib import Path

from machines import on_sqlite, run
from plan_machine import PlanMachine

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8")) // 4


def test_the_rules_of_a_revision_hold_for_long(sqlite_template: Path, tmp_path: Path) -> None:
    run(PlanMachine, on_sqlite(sqlite_template, tmp_path), examples=max(EXAMPLES, 1), steps=40)
