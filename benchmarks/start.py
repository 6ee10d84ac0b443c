"""How soon the program answers, and how soon an empty database is ready."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from databases import running_postgres
from frame import RUNS, Row, ratio, seconds

from icengine.store.db import Database


def helping() -> Iterator[Row]:
    """`icengine --help` against what it is built on."""

    def run(*words: str) -> None:
        subprocess.run([sys.executable, *words], check=True, capture_output=True)

    yield ratio(
        "icengine --help / python -c 'import typer'",
        lambda: run("-m", "icengine", "--help"), lambda: run("-c", "import typer"), 3, runs=11,
    )  # fmt: skip


def migrating() -> Iterator[Row]:
    """Every migration, on an empty database."""
    with tempfile.TemporaryDirectory() as name, running_postgres(safe=True) as server:
        folder = Path(name)
        fresh = {
            "SQLite": lambda n: f"sqlite:///{folder / str(n)}.db",
            "PostgreSQL": lambda _n: server(migrated=False),
        }
        for kind, url in fresh.items():
            took = []
            for n in range(RUNS + 1):
                database = Database(url(n))
                took.append(seconds(database.migrate))
                database.close()
            yield Row(f"göra en tom databas klar, {kind}", statistics.median(took[1:]), "s", 3)


PARTS = (helping, migrating)
