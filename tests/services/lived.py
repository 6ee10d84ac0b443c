"""Some years with the engine: answers, mails and logins that have grown old, and some that have not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from municipality import at
from sqlalchemy import text
from test_answers import GREEN, YELLOW, Owner, owner_of

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import System
from icengine.jobs import run_due
from icengine.mail.mailer import Delivered, Email, Outcome
from icengine.services.audit import verify_log
from icengine.services.evidence import Sent, add_files
from icengine.services.login import (
    Browser,
    SessionRules,
    console_link,
    enter_by_link,
    log_out,
    visitor,
)
from icengine.services.reports import Cover, report_for
from icengine.store.chain import Verified
from icengine.store.db import Database

TEST = System("test")
NOW = at("2026-03-01")
"""When everything below but the last login is old."""
GONE = "hr.vikarie@kommun.example"
"""Was HR-strategen from September 2022 to February 2023."""
STAYED = "controller@kommun.example"
RULES = SessionRules(timedelta(hours=1), timedelta(hours=12))


class Postman:
    """A mailer that delivers everything."""

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        assert now.tzinfo is not None
        return [Delivered()] * len(emails)


def log_in(database: Database, email: str, now: datetime, *, out: bool = False) -> str:
    """Somebody logs in, and out again where asked; the cookie's secret."""
    with database.unit_of_work(TEST, now, "10.1.2.3") as session:
        link = console_link(session, email=email, base_url="", now=now)
    with database.unit_of_work(TEST, now, "10.1.2.3") as session:
        entered = enter_by_link(
            session, secret=link.rpartition("/")[2], now=now,
            browser=Browser("10.1.2.3", "Firefox, Windows"), rules=RULES,
        )  # fmt: skip
    if out:
        with database.unit_of_work(TEST, now) as session:
            found = visitor(session, secret=entered.secret, now=now, rules=RULES)
            assert found is not None
            log_out(session, visitor=found, now=now)
    return entered.secret


def deliver(database: Database, day: str) -> None:
    """The timetable and the mails of a day."""
    run_due(Engine(Settings(), database, Postman()), at(day, "10:00"))


def give(owner: Owner) -> None:
    """Underlag to the answer."""
    actor, now = owner.holder.actor, at("2022-12-06", "11:00")
    with owner.database.unit_of_work(actor, now) as session:
        add_files(
            session, actor=actor, now=now, task_id=owner.task, files=[Sent("lista.txt", b"Lista")],
            answers_as=owner.holder.function, checked=False,
        )  # fmt: skip


def live(database: Database) -> Owner:
    """December 2022: K6 is answered by somebody who then leaves. March 2026: somebody logs in."""
    owner = owner_of(database, "K6", "2022-12-01")
    deliver(database, "2022-12-01")
    owner.save(YELLOW, now=at("2022-12-05"))
    owner.save(GREEN, version=1, now=at("2022-12-06"))
    give(owner)
    owner.save(GREEN, version=2, submit=True, now=at("2022-12-07"))
    deliver(database, "2022-12-08")
    log_in(database, GONE, at("2022-12-08"), out=True)
    log_in(database, STAYED, at("2026-03-01", "07:30"))
    return owner


def audit(database: Database) -> Verified:
    with database.at_one_moment() as session:
        return verify_log(session, actor=TEST)


def report(database: Database) -> Any:
    """The slutrapport as it is made now."""
    with database.reading() as session:
        return report_for(session, actor=TEST, key="ks-2022", as_of=NOW, cover=Cover())


def scalars(database: Database, statement: str) -> list[Any]:
    """The first column of what a query gives."""
    with database.reading() as session:
        return list(session.connection().scalars(text(statement)))


def everything(database: Database) -> str:
    """All that is stored in every table, as one text."""
    with database.reading() as session:
        connection = session.connection()
        names = sorted(_tables())
        return "\n".join(
            str(row)
            for name in names
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
        )


def _tables() -> list[str]:
    from sqlmodel import SQLModel

    return [table.name for table in SQLModel.metadata.tables.values()]
