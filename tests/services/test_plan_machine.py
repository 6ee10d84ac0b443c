"""Versions and tasks: whatever happens in whatever order, the rules of a revision hold.

The machine is in `plan_machine.py`; `make fuzz` runs it for longer.
"""

from __future__ import annotations

from pathlib import Path

from databases import Postgres
from machines import on_postgresql, on_sqlite, run
from plan_machine import PlanMachine


def test_the_rules_hold_in_any_order(sqlite_template: Path, tmp_path: Path) -> None:
    run(PlanMachine, on_sqlite(sqlite_template, tmp_path), examples=20, steps=15)


def test_the_rules_hold_on_postgresql_too(postgres: Postgres) -> None:
    run(PlanMachine, on_postgresql(postgres), examples=4, steps=12)
