"""The power goes: what has been said to be saved is on the disk, and what was half written is not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from databases import Postgres
from municipality import adopt_example, load_example
from sqlalchemy import create_engine, text

from icengine.store.db import Database

TORN = 40
"""Places at which the journal is cut off."""


def tables(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    names = (
        "event",
        "plan",
        "task",
        "risk",
        "control",
        "task_state",
        "outbox",
        "holding",
        "person",
    )
    with database.engine.connect() as connection:
        there = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
        return {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}"))
            for name in names if name in there
        }  # fmt: skip


def test_each_commit_waits_for_the_disk(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    with database.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2, "FULL"
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    database.close()


def test_nor_does_the_program_tell_postgresql_not_to_wait(postgres: Postgres) -> None:
    url = postgres()
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    name = url.rpartition("/")[2].partition("?")[0]
    with engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = on'))
    engine.dispose()
    database = Database(url)
    with database.reading() as session:
        assert session.connection().scalar(text("SHOW synchronous_commit")) == "on"
    database.close()
    postgres.drop(url)


@pytest.fixture
def journal(sqlite_template: Path, tmp_path: Path) -> tuple[Path, bytes]:
    """A file as it was before two commits, and the journal that has them, as they lie on the disk."""
    shutil.copy(sqlite_template, tmp_path / "a.db")
    database = Database(f"sqlite:///{tmp_path}/a.db")
    with (
        database.engine.connect() as connection
    ):  # keeps the journal from being taken in at the end
        connection.execute(text("PRAGMA wal_autocheckpoint = 0"))
        before = tmp_path / "före.db"
        shutil.copy(tmp_path / "a.db", before)
        adopt_example(database, load_example())
        written = (tmp_path / "a.db-wal").read_bytes()
        assert (tmp_path / "a.db").read_bytes() == before.read_bytes()
    database.close()
    return before, written


def test_a_journal_that_breaks_off_anywhere_leaves_whole_commits(
    journal: tuple[Path, bytes], tmp_path: Path
) -> None:
    before, written = journal
    found = []
    for number in range(TORN + 1):
        for left in tmp_path.glob("b.db*"):
            left.unlink()
        shutil.copy(before, tmp_path / "b.db")
        (tmp_path / "b.db-wal").write_bytes(written[: len(written) * number // TORN])
        database = Database(f"sqlite:///{tmp_path}/b.db")
        with database.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert list(connection.execute(text("PRAGMA foreign_key_check"))) == []
        counts = tables(database)
        if counts not in found:
            found.append(counts)
        database.close()
    assert len(found) == 3, "before, with the organisation, and with the plan"
    assert [counts["plan"] for counts in found] == [0, 0, 1]
    assert [counts["task"] for counts in found] == [0, 0, 14]
