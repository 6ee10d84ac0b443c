"""What the tests of faults share: the program in processes of its own, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import Postgres, adopt
from programs import Mortals, Place


@pytest.fixture
def sqlite_place(mortals: Mortals, sqlite_adopted: Path, tmp_path: Path) -> Iterator[Place]:
    """The example on a SQLite file."""
    shutil.copy(sqlite_adopted, tmp_path / "internkontroll.db")
    made = Place(mortals, f"sqlite:///{tmp_path}/internkontroll.db", tmp_path)
    yield made
    made.stop()


@pytest.fixture
def postgres_place(mortals: Mortals, postgres: Postgres, tmp_path: Path) -> Iterator[Place]:
    """The example on PostgreSQL, with the queue of the workers."""
    url = postgres()
    adopt(url)
    made = Place(mortals, url, tmp_path)
    made.environment["ICENGINE_QUEUE"] = "postgresql"
    code, said = made.run("init")
    assert code == 0, said
    yield made
    made.stop()
    postgres.drop(url)


@pytest.fixture(scope="session")
def mortals() -> Iterator[Mortals]:
    """The program whose processes are killed."""
    found = Mortals()
    yield found
    found.end()
