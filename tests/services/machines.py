"""Runs a state machine, each life of it on a new database of either kind."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

from databases import Postgres
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from icengine.store.db import Database

NewDatabase = Callable[[], tuple[Database, Callable[[], None]]]
"""Makes a database, and what takes it away again."""


def on_sqlite(template: Path, folder: Path) -> NewDatabase:
    """Databases in a folder."""
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


def on_postgresql(postgres: Postgres) -> NewDatabase:
    """Databases on a server."""

    def new() -> tuple[Database, Callable[[], None]]:
        url = postgres()
        database = Database(url)

        def close() -> None:
            database.close()
            postgres.drop(url)

        return database, close

    return new


def run(
    machine: Callable[[NewDatabase], RuleBasedStateMachine],
    new: NewDatabase,
    *,
    examples: int,
    steps: int,
) -> None:
    """So many lives of so many steps."""
    run_state_machine_as_test(
        lambda: machine(new),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
