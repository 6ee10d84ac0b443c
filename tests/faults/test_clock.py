"""A clock that jumps back an hour and forward a week: nothing double, nothing lost, nothing undone."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from municipality import at
from sqlalchemy import text

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.task import State
from icengine.jobs import run_due
from icengine.mail.mailer import Delivered, Email, Outcome, Refused
from icengine.services.audit import verify_log
from icengine.services.tasks import follow_link, task_list
from icengine.store.db import Database

ACTOR = System("test")
START = at("2022-12-27", "10:00")
"""The last task of the example opens: most are open already, and some are late."""
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
STEADY = [START + n * DAY for n in range(16)]
JUMPS = {
    "back an hour": [START, START - HOUR, START - HOUR / 2, START + HOUR, *STEADY[1:]],
    "forward a week and back": [START, START + WEEK, START + HOUR, START + 2 * HOUR, *STEADY[1:]],
    "forward a week": [START, START + WEEK, *STEADY[8:]],
    "back an hour while mails wait": [START, START - HOUR, *STEADY[1:]],
}


class Office:
    """A mail server that takes everything; for a while, nothing."""

    def __init__(self) -> None:
        self.took: list[Email] = []
        self.away = 0
        """How many rounds more it is away."""

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        await asyncio.sleep(0)
        assert now.tzinfo is not None
        if self.away:
            self.away -= 1
            return [Refused(permanent=False, reason="nere") for _ in emails]
        self.took += emails
        return [Delivered() for _ in emails]


def opened(database: Database) -> set[int]:
    with database.reading() as session:
        found = task_list(session, actor=ACTOR, states=[State.OPEN], limit=1000)
    return {item.task.id for item in found}


def keys(database: Database, where: str = "") -> set[str]:
    """The names of the mails that are or were owed."""
    with database.reading() as session:
        return set(session.connection().scalars(text(f"SELECT key FROM outbox {where}")))


def unsent(database: Database) -> set[str]:
    return keys(database, "WHERE state IN ('väntar', 'sänds')")


def lived(database: Database, moments: Sequence[datetime], away: int = 0) -> Office:
    """The timetable at those moments; nothing that has opened is ever closed by it."""
    office, before = Office(), set[int]()
    office.away = away
    engine = Engine(Settings(), database, office)
    for moment in moments:
        run_due(engine, moment)
        assert opened(database) >= before
        before = opened(database)
    return office


@pytest.mark.parametrize("name", JUMPS)
def test_what_was_owed_is_sent_once_whatever_the_clock_does(adopted: Database, name: str) -> None:
    office = lived(adopted, JUMPS[name], away="wait" in name)
    assert set(Counter(mail.message_id for mail in office.took).values()) == {1}
    assert len(opened(adopted)) == 14
    assert unsent(adopted) == set()
    with adopted.at_one_moment() as session:
        assert verify_log(session, actor=ACTOR).faults == ()


@pytest.fixture(scope="module")
def steady(sqlite_adopted: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is owed where the clock goes on as it should."""
    path = tmp_path_factory.mktemp("stadig") / "stadig.db"
    shutil.copy(sqlite_adopted, path)
    database = Database(f"sqlite:///{path}")
    lived(database, STEADY)
    found = keys(database)
    database.close()
    return found


@pytest.mark.parametrize("name", [name for name in JUMPS if "back" in name])
def test_a_clock_that_is_put_right_again_has_cost_nobody_a_mail(
    adopted: Database, steady: set[str], name: str
) -> None:
    lived(adopted, JUMPS[name])
    assert keys(adopted) == steady


def test_a_link_that_was_mailed_before_the_jump_works_after_it(adopted: Database) -> None:
    office = lived(adopted, [START])
    secrets = [
        mail.text.split("/svar/")[1].split()[0] for mail in office.took if "/svar/" in mail.text
    ]
    assert secrets
    lived(adopted, [START - HOUR, START + WEEK])
    for secret in secrets:
        with adopted.reading() as session:
            assert follow_link(session, secret=secret).actor.tasks
