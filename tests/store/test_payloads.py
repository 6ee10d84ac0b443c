"""What an event says goes by gallring only, and what is gone is proved by the chain."""

from __future__ import annotations

import json

import pytest
from municipality import at
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from test_events import tamper

from icengine.domain.access import System
from icengine.store.chain import verify
from icengine.store.db import Database

TEST = System("test")
NOW = at("2026-01-01")


def written(database: Database, *kinds: str) -> None:
    with database.unit_of_work(TEST, NOW) as session:
        for n, kind in enumerate(kinds):
            session.record(kind, f"ämne:{n}", text="åäö")


def dispose(database: Database, *events: int) -> None:
    with database.unit_of_work(TEST, NOW) as session:
        session.dispose("gallring:prov", events, dnr="KS 2026/1")


def left(database: Database) -> list[int]:
    with database.reading() as session:
        return list(
            session.connection().scalars(text("SELECT seq FROM event_payload ORDER BY seq"))
        )


def faults(database: Database) -> tuple[str, ...]:
    with database.at_one_moment() as session:
        return verify(session).faults


def test_gallring_takes_what_it_names_and_the_chain_is_whole(database: Database) -> None:
    written(database, *["prov"] * 5)
    dispose(database, 2, 3, 5)
    assert left(database) == [1, 4, 6]
    assert faults(database) == ()
    with database.reading() as session:
        said = session.connection().scalar(text("SELECT payload FROM event_payload WHERE seq = 6"))
    assert json.loads(said)["events"] == [[2, 3], [5, 5]]


def test_gallring_that_finds_nothing_is_an_event_all_the_same(database: Database) -> None:
    written(database, "prov")
    dispose(database)
    assert left(database) == [1, 2]
    assert faults(database) == ()


@pytest.mark.parametrize("kind", ["plan antagen", "svar inlämnat", "gallring"])
def test_what_proves_an_adoption_an_answer_or_a_gallring_never_goes(
    database: Database, kind: str
) -> None:
    written(database, kind)
    with pytest.raises(DBAPIError, match="gallring only"):
        dispose(database, 1)
    assert left(database) == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event_payload WHERE seq = 1",
        "UPDATE event_payload SET payload = '{}' WHERE seq = 1",
        "INSERT INTO event_disposed (seq, decision) VALUES (1, 2)",
        "DELETE FROM event_disposed",
        "UPDATE event_disposed SET seq = 1",
    ],
)
def test_the_database_refuses_everything_else(database: Database, statement: str) -> None:
    written(database, "prov", "prov", "prov")
    dispose(database, 3)
    with (
        database.engine.begin() as connection,
        pytest.raises(DBAPIError, match=r"gallring only|append-only"),
    ):
        connection.execute(text(statement))
    assert left(database) == [1, 2, 4]


def test_a_payload_that_is_put_on_an_older_gallrings_list_shows(database: Database) -> None:
    written(database, "prov", "prov")
    dispose(database, 2)
    with database._writer.begin() as connection:
        connection.execute(text("INSERT INTO event_disposed (seq, decision) VALUES (1, 3)"))
        connection.execute(text("DELETE FROM event_payload WHERE seq = 1"))
    assert faults(database) == ("Innehållet i händelse 1 saknas utan gallringsbeslut.",)


def test_a_gallring_that_is_made_to_say_more_shows(database: Database) -> None:
    written(database, "prov", "prov")
    dispose(database, 2)
    tamper(
        database,
        "DELETE FROM event_payload WHERE seq = 1",
        """UPDATE event_payload SET payload = replace(payload, '[[2,2]]', '[[1,2]]') WHERE seq = 3""",
    )
    assert faults(database) == ("Innehållet i händelse 3 har ändrats.",)


def test_what_may_never_go_is_missed_even_where_a_gallring_names_it(database: Database) -> None:
    written(database, "plan antagen")
    with database.unit_of_work(TEST, NOW) as session:
        session.record("gallring", "gallring:prov", events=[[1, 1]])
    tamper(database, "DELETE FROM event_payload WHERE seq = 1")
    assert "Innehållet i händelse 1 saknas utan gallringsbeslut." in faults(database)
