"""Versions and tasks: whatever happens in whatever order, the rules of a revision hold.

The machine is in `plan_machine.py`; `make fuzz` runs it for longer.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from plan_machine import PlanMachine

from icengine.store.db import Database

NewDatabase = Callable[[], tuple[Database, Callable[[], None]]]


def on_sqlite(template: Path, folder: Path) -> NewDatabase:
    """Makes databases that go away when they are closed."""
    numbers = itertools.count()

    def new() -> tuple[Database, Callable[[], None]]:
        path = folder / f"{next(numbers)}.db"
        shutil.copy(template, path)
        database = Database(f"sqlite:///{path}")

        def close() -> None:
            database.close()
            for left in folder.glob(f"{path.name}*"):
                left.unlink()

        return database, close

    return new


def run(new: NewDatabase, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: PlanMachine(new),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_rules_hold_in_any_order(sqlite_template: Path, tmp_path: Path) -> None:
    run(on_sqlite(sqlite_template, tmp_path), examples=20, steps=15)


def test_the_rules_hold_on_postgresql_too(postgres: Callable[[], str]) -> None:
    def new() -> tuple[Database, Callable[[], None]]:
        url = postgres()
        database = Database(url)

        def close() -> None:
            database.close()
            postgres.drop(url)  # type: ignore[attr-defined]

        return database, close

    run(new, examples=4, steps=12)
