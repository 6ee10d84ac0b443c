"""Every change has an event, and the chain shows every tampering."""

from __future__ import annotations

from threading import Thread

import pytest
from databases import counting
from municipality import at
from sqlalchemy import event, insert, text
from sqlalchemy.exc import DBAPIError

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


def test_what_happens_while_the_log_is_proved_is_no_fault(database: Database) -> None:
    write(database)
    prover, asked = Database(database.url), []

    def something_happens(*_: object) -> None:
        asked.append(1)
        write(database, 1)

    event.listen(prover.engine, "before_cursor_execute", something_happens)
    with prover.at_one_moment() as session:
        checked = verify(session)
    prover.close()
    assert checked.faults == ()
    assert checked.count < 3 + len(asked)  # what came after its first question is not in it


def interrupted(database: Database) -> None:
    with database.unit_of_work(TEST, NOW) as session:
        session.add(PlanRow(key="a-2026", unit="a", year=2026))
        session.record("prov", "ämne")
        raise ValueError("avbrott")


def test_an_untouched_chain_is_whole_and_its_head_is_found(database: Database) -> None:
    write(database)
    with database.at_one_moment() as session:
        first = verify(session)
    write(database, 2)
    with database.at_one_moment() as session:
        later = verify(session, first.head)
    assert (later.faults, later.count, later.head_found) == ((), 5, True)


def test_an_empty_log_is_whole(database: Database) -> None:
    with database.at_one_moment() as session:
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
    with database.at_one_moment() as session:
        assert any(said in fault for fault in verify(session).faults)


def test_a_removed_tail_shows_only_against_a_kept_head(database: Database) -> None:
    write(database)
    with database.at_one_moment() as session:
        head = verify(session).head
    tamper(database, "DELETE FROM event_payload WHERE seq = 3", "DELETE FROM event WHERE seq = 3")
    with database.at_one_moment() as session:
        assert verify(session).faults == ()
        assert verify(session, head).head_found is False


def test_writers_at_once_make_one_chain(database: Database) -> None:
    threads = [Thread(target=write, args=(database, 5)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.at_one_moment() as session:
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


def log_faults(database: Database, kept: str = "") -> tuple[str, ...]:
    with database.at_one_moment() as session:
        return verify(session, kept).faults


def test_an_exchanged_pair_is_named(database: Database) -> None:
    write(database, 5)
    tamper(
        database,
        "DELETE FROM event_about WHERE seq IN (2, 4)",
        *swapped("event_payload", 2, 4),
        *swapped("event", 2, 4),
    )
    assert "Händelserna 2 och 4 har bytt plats." in log_faults(database)


def test_an_inserted_event_is_named_though_the_others_were_given_new_numbers(
    database: Database,
) -> None:
    write(database, 5)
    tamper(
        database,
        "DELETE FROM event_about",
        *(moved(table, seq, seq + 1) for seq in (5, 4, 3) for table in ("event_payload", "event")),
        "INSERT INTO event SELECT 3, at, 'person:9', kind, subject, digest, previous, hash "
        "FROM event WHERE seq = 2",
        "INSERT INTO event_payload SELECT 3, salt, payload FROM event_payload WHERE seq = 2",
    )
    found = log_faults(database)
    assert "Händelse 3 har lagts in i efterhand, och de följande har fått nya nummer." in found
    assert "Händelserna 4–6 var från början händelserna 3–5." in found


def test_a_removed_event_is_named_though_the_others_were_given_new_numbers(
    database: Database,
) -> None:
    write(database, 5)
    tamper(
        database,
        "DELETE FROM event_about",
        "DELETE FROM event_payload WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
        *(moved(table, seq, seq - 1) for seq in (3, 4, 5) for table in ("event_payload", "event")),
    )
    found = log_faults(database)
    assert "Händelse 2, som den var, har tagits bort, och de följande har fått nya nummer." in found


def test_a_removed_tail_shows_against_a_sum_with_a_number(database: Database) -> None:
    write(database, 4)
    with database.at_one_moment() as session:
        whole = verify(session)
    assert whole.sum == f"4:{whole.head}"
    tamper(database, "DELETE FROM event_payload WHERE seq = 4", "DELETE FROM event WHERE seq = 4")
    with database.at_one_moment() as session:
        cut = verify(session, whole.sum)
        assert (cut.faults, cut.head_found, cut.sound) == ((), False, False)
        assert verify(session, cut.sum).sound
        assert not verify(session, f"2:{cut.head}").sound


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event_about WHERE seq = 2",
        "UPDATE event_about SET unit = 'ks' WHERE seq = 2",
        "INSERT INTO event_about VALUES (2, 'ks', 'ks-2022', 'K3')",
    ],
)
def test_an_event_that_is_hidden_from_its_page_is_named(database: Database, statement: str) -> None:
    write(database)
    tamper(database, statement)
    assert log_faults(database) == (
        "Händelse 2 är inte sorterad efter det den gäller, "
        "och visas därför inte överallt där den ska.",
    )


@pytest.mark.parametrize("table", ["event", "event_payload"])
@pytest.mark.parametrize("verb", ["UPDATE {0} SET seq = 9 WHERE seq = 2", "DELETE FROM {0}"])
def test_the_database_itself_refuses(database: Database, table: str, verb: str) -> None:
    write(database)
    with pytest.raises(DBAPIError), database._writer.begin() as connection:
        connection.execute(text(verb.format(table)))
    assert log_faults(database) == ()


def test_the_number_of_statements_does_not_grow(database: Database) -> None:
    counts = []
    for more in (3, 40):
        write(database, more)
        with counting(database) as sent:
            log_faults(database)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def moved(table: str, seq: int, to: int) -> str:
    return f"UPDATE {table} SET seq = {to} WHERE seq = {seq}"


def swapped(table: str, one: int, other: int) -> list[str]:
    return [moved(table, one, 99), moved(table, other, one), moved(table, 99, other)]
