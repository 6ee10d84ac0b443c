"""What an åtgärd is found by never says anything else than its newest version, whatever happens.

The machine is in `found_machine.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Thread

import sharing as make
from databases import Postgres
from found_machine import EVERYTHING, FoundMachine
from machines import on_postgresql, on_sqlite, run
from municipality import at
from newest import told_otherwise

from icengine.domain.action import Content
from icengine.domain.facts import ActionStatus
from icengine.services import actions as services
from icengine.store import action_lists, actions
from icengine.store.db import Database, Session

NOW = at("2022-04-05")


def test_an_atgard_is_found_by_its_newest_version_in_any_order(
    sqlite_template: Path, tmp_path: Path
) -> None:
    run(FoundMachine, on_sqlite(sqlite_template, tmp_path), examples=30, steps=20)


def test_so_it_is_on_postgresql_too(postgres: Postgres) -> None:
    run(FoundMachine, on_postgresql(postgres), examples=8, steps=20)


def version(session: Session, id: int, status: ActionStatus, by: str) -> None:
    """A new version of it, without a question whether anybody else writes one."""
    content = Content("Gör det.", "Ekonomichefen", date(2022, 9, 1), status)
    actions.add_states(session, [actions.NewState(id, content, by)], NOW)
    session.record("prov", f"åtgärd:{id}")


def test_where_two_write_at_once_the_last_version_is_what_it_is_found_by(
    postgres: Callable[[], str],
) -> None:
    """One holds the åtgärd when the other comes, who writes without having asked for it first."""
    database = Database(postgres())
    make.known(database)
    make.adopt(database, make.plan(make.control(None)))
    terms = services.Terms("Gör det.", "Ekonomichefen", date(2022, 9, 1))
    with database.unit_of_work(make.OPERATOR, NOW) as session:
        id = services.add_action(
            session, actor=make.OPERATOR, now=NOW, wish=services.Wish("ks-2022", terms, "K1")
        ).id

    def other() -> None:
        with database.unit_of_work(make.OPERATOR, NOW) as session:
            version(session, id, ActionStatus.DROPPED, "den andra")

    second = Thread(target=other)
    with database.unit_of_work(make.OPERATOR, NOW) as session:
        assert action_lists.get(session, EVERYTHING, id, lock=True)
        second.start()
        second.join(0.5)
        assert second.is_alive(), "it waits"
        version(session, id, ActionStatus.STARTED, "den första")
    second.join()
    with database.reading() as session:
        assert [s.by for s in action_lists.history(session, id)][1:] == ["den första", "den andra"]
    assert told_otherwise(database) == []
    database.close()
