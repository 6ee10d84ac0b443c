"""A task's life: whatever people do in whatever order, the rules hold.

The machine is in `task_machine.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from task_machine import TaskMachine
from test_plan_machine import NewDatabase, on_sqlite

from icengine.store.db import Database


def run(new: NewDatabase, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: TaskMachine(new),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_rules_hold_in_any_order(sqlite_template: Path, tmp_path: Path) -> None:
    run(on_sqlite(sqlite_template, tmp_path), examples=15, steps=30)


def test_the_rules_hold_on_postgresql_too(postgres: Callable[[], str]) -> None:
    def new() -> tuple[Database, Callable[[], None]]:
        url = postgres()
        database = Database(url)

        def close() -> None:
            database.close()
            postgres.drop(url)  # type: ignore[attr-defined]

        return database, close

    run(new, examples=2, steps=15)
