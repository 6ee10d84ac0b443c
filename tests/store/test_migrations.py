"""Migrations go up and down, equal the tables, and guard the event log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sharing as make
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from municipality import at
from newest import told_otherwise
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from icengine.domain.access import Scope, System
from icengine.domain.action import Content
from icengine.domain.facts import ActionStatus
from icengine.errors import DatabaseNotReady
from icengine.store import mail_tables, report_tables, tables, task_tables
from icengine.store.action_lists import open_actions
from icengine.store.actions import NewAction, NewState, add_actions, add_states
from icengine.store.db import Database, migrations

TEST = System("test")
EVERY_TABLE = (tables, mail_tables, task_tables, report_tables)


def test_the_migrations_equal_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(database: Database) -> None:
    _down_to(database, "base")
    with database.engine.connect() as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}
        assert left == set()
    assert database.migrate() == ("", "0012")
    assert database.migrate() == ("0012", "0012")


def test_atgarder_from_before_are_found_by_what_their_newest_versions_say(
    database: Database,
) -> None:
    make.known(database)
    make.adopt(database, make.plan(make.control(None)))
    with database.unit_of_work(TEST, at("2022-01-04")) as session:
        new = [NewAction("K1", None, "", f"Nr {n}", "Vd", date(2022, n, 1)) for n in range(1, 7)]
        first, *_ = ids = add_actions(session, "ks-2022", new, by="test", now=at("2022-01-04"))
        said = Content(
            "Nr 1", "Rektorn", date(2022, 9, 1), ActionStatus.DONE, follow_up=date(2022, 12, 1)
        )
        add_states(session, [NewState(first, said, "test")], at("2022-01-05"))
        session.record("prov", "ämne")
    _down_to(database, "0010")
    with database.engine.connect() as connection:
        columns = {column["name"] for column in inspect(connection).get_columns("action")}
        assert "status" not in columns
    assert database.migrate() == ("0010", "0012")
    assert told_otherwise(database) == []
    with database.reading() as session:
        found = open_actions(session, Scope(everything=True), today=date(2022, 1, 5))
    assert [action.id for action in found] == ids[1:]


def test_controls_from_before_that_wait_for_something_are_found(database: Database) -> None:
    make.known(database)
    whole = make.plan(make.control(None), make.control(None, "vid behov", id="K2"))
    make.adopt(database, whole)
    _down_to(database, "0011")
    database.migrate()
    with database.reading() as session:
        rows = session.connection().execute(text("SELECT id, on_event FROM control ORDER BY id"))
        assert [(row.id, bool(row.on_event)) for row in rows] == [("K1", False), ("K2", True)]


def _down_to(database: Database, revision: str) -> None:
    config = migrations()
    with database._writer.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET kind = 'annat'",
        "DELETE FROM event",
        "UPDATE event_payload SET payload = '{}'",
        "DELETE FROM event_payload",
    ],
)
def test_the_event_log_cannot_be_changed(database: Database, statement: str) -> None:
    with database.unit_of_work(TEST, at("2026-01-01")) as session:
        session.record("prov", "ämne", a=1)
    with (
        database.engine.begin() as connection,
        pytest.raises(DBAPIError, match=r"event log|gallring"),
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize("use", [Database.check_ready, Database.migrate])
def test_a_database_of_a_newer_program_is_left_alone(
    database: Database, use: Callable[[Database], object]
) -> None:
    with database._writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNotReady, match="nyare version av programmet") as caught:
        use(database)
    assert caught.value.hint == "Uppdatera programmet."
    with database.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "9999"


def test_an_empty_database_is_not_ready_and_says_what_to_do(tmp_path: object) -> None:
    with pytest.raises(DatabaseNotReady, match="icengine init"):
        Database(f"sqlite:///{tmp_path}/saknas.db").check_ready()
