"""A task's life: whatever people do in whatever order, the rules hold.

The machine is in `task_machine.py`.
"""

from __future__ import annotations

from pathlib import Path

from databases import Postgres
from machines import on_postgresql, on_sqlite, run
from task_machine import TaskMachine


def test_the_rules_hold_in_any_order(sqlite_template: Path, tmp_path: Path) -> None:
    run(TaskMachine, on_sqlite(sqlite_template, tmp_path), examples=15, steps=30)


def test_the_rules_hold_on_postgresql_too(postgres: Postgres) -> None:
    run(TaskMachine, on_postgresql(postgres), examples=2, steps=15)
