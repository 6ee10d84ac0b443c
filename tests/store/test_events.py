"""Every change has an event, and the chain shows every tampering."""

from __future__ import annotations

from threading import Thread

import pytest
from municipality import at
from sqlalchemy import insert, text

from icengine.domain.access import System
from icengine.store.chain import verify
from icengine.store.db import Database
from icengine.store.events import count_events
from icengine.store.tables import PlanRow

TEST = System("test")
NOW = at("2026-01-01")


def write(database: Database, count: int = 3) -> None:
    for n in range(count):
        with database.unit_of_work(TEST, NOW) as session:
            session.record("prov", f"ämne:{n}", text="åäö", n=n)


def test_a_change_without_an_event_is_refused_and_not_stored(database: Database) -> None:
    with (
        pytest.raises(RuntimeError, match="without an event"),
        database.unit_of_work(TEST, NOW) as session,
    ):
        session.execute(insert(PlanRow), [{"key": "a-2026", "unit": "a", "year": 2026}])
    with database.reading() as session:
        assert session.get(PlanRow, "a-2026") is None


def test_a_unit_of_work_that_changes_nothing_writes_nothing(database: Database) -> None:
    with database.unit_of_work(TEST, NOW):
        pass
    with database.reading() as session:
        assert count_events(session) == 0


def test_a_fault_leaves_neither_change_nor_event(database: Database) -> None:
    with pytest.raises(ValueError, match="avbrott"):
        interrupted(database)
    with database.reading() as session:
        assert count_events(session) == 0
        assert session.get(PlanRow, "a-2026") is None


def interrupted(database: Database) -> None:
    with database.unit_of_work(TEST, NOW) as session:
        session.add(PlanRow(key="a-2026", unit="a", year=2026))
        session.record("prov", "ämne")
        raise ValueError("avbrott")


def test_an_untouched_chain_is_whole_and_its_head_is_found(database: Database) -> None:
    write(database)
    with database.reading() as session:
        first = verify(session)
    write(database, 2)
    with database.reading() as session:
        later = verify(session, first.head)
    assert (later.faults, later.count, later.head_found) == ((), 5, True)


def test_an_empty_log_is_whole(database: Database) -> None:
    with database.reading() as session:
        assert verify(session).faults == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE event SET actor = 'någon annan' WHERE seq = 2", "har ändrats"),
        ("UPDATE event SET at = '2020-01-01 00:00:00' WHERE seq = 2", "har ändrats"),
        ("UPDATE event_payload SET payload = '{}' WHERE seq = 2", "Innehållet i händelse 2"),
        ("DELETE FROM event_payload WHERE seq = 2", "saknas utan gallringsbeslut"),
        ("DELETE FROM event WHERE seq = 2", "Händelse 2 saknas"),
    ],
)
def test_tampering_shows(database: Database, statement: str, said: str) -> None:
    write(database)
    tamper(database, statement)
    with database.reading() as session:
        assert any(said in fault for fault in verify(session).faults)


def test_a_removed_tail_shows_only_against_a_kept_head(database: Database) -> None:
    write(database)
    with database.reading() as session:
        head = verify(session).head
    tamper(database, "DELETE FROM event_payload WHERE seq = 3", "DELETE FROM event WHERE seq = 3")
    with database.reading() as session:
        assert verify(session).faults == ()
        assert verify(session, head).head_found is False


def test_writers_at_once_make_one_chain(database: Database) -> None:
    threads = [Thread(target=write, args=(database, 5)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        result = verify(session)
    assert (result.count, result.faults) == (20, ())


def tamper(database: Database, *statements: str) -> None:
    """Change the log behind the program's back: whoever owns the database can drop a trigger."""
    with database._writer.begin() as connection:
        for table in ("event", "event_payload"):
            for verb in ("update", "delete"):
                on = "" if database.is_sqlite else f" ON {table}"
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}"))
        if database.is_sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            for table in ("event_payload", "event_about"):
                constraint = f"DROP CONSTRAINT IF EXISTS {table}_seq_fkey"
                connection.execute(text(f"ALTER TABLE {table} {constraint}"))
        for statement in statements:
            connection.execute(text(statement))
        if database.is_sqlite:
            for table in ("event_payload", "event_about"):
                gone = "WHERE seq NOT IN (SELECT seq FROM event)"
                connection.execute(text(f"DELETE FROM {table} {gone}"))
