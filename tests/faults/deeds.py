"""What is done by processes that are killed: the same calls that the web, a worker and a command make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from municipality import at, load_example

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.task import Answer, PlannedAction
from icengine.errors import Closed
from icengine.jobs import make_reports, run_due
from icengine.mail.mailer import Delivered, Email, Outcome
from icengine.services.evidence import Sent, add_files
from icengine.services.plans import adopt_plan
from icengine.services.tasks import LinkHolder, follow_link, record_answer
from icengine.store.db import Database

ACTOR = System("test")
DAY = at("2023-01-31", "10:00")
"""Everything has opened, and mails leave."""
ANSWER = Answer(
    result="Två av nio har redovisat.",
    rating="gul",
    actions=(PlannedAction("Påminn nämnderna.", "HR-strategen", "2023-06-30"),),
)
_EXAMPLE = load_example()


class Points:
    """Where a process may be killed; nobody is, here."""

    def point(self, *_: object, **__: object) -> None:
        """One of them."""

    def mark(self, *_: object) -> None:
        """One that is more than a statement."""


class Postbox:
    """A mailer that leaves a line for each mail in a file: its Message-ID and its receiver."""

    def __init__(self, path: Path, points: Points) -> None:
        self.path, self.points = path, points

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        assert now.tzinfo is not None
        for email in emails:
            self.points.mark()
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{email.message_id} {email.to}\n")
            self.points.mark()
        return [Delivered()] * len(emails)


def adopt(database: Database, _points: Points) -> None:
    """A plan is adopted."""
    now = at("2021-12-15")
    with database.unit_of_work(ACTOR, now) as session:
        adopt_plan(
            session, actor=ACTOR, now=now, plan=_EXAMPLE[1], dnr="KS 2021/0412",
            decided=date(2021, 12, 14), paragraph="§ 214",
        )  # fmt: skip


def answer(
    database: Database, _points: Points, secret: str, task: int, submit: bool = True
) -> None:
    """An answer is saved or handed in with a file, by a link: as the page does it. Where it had been, the page
    shows what was."""
    with database.reading() as session:
        holder = follow_link(session, secret=secret)
    with suppress(Closed):
        _send(database, holder, task, submit)


def _send(database: Database, holder: LinkHolder, task: int, submit: bool) -> None:
    actor = holder.actor
    with database.unit_of_work(actor, DAY) as session:
        wrong = add_files(
            session, actor=actor, now=DAY, task_id=task, files=[Sent("lista.txt", b"Lista")],
            answers_as=holder.function, checked=False,
        )  # fmt: skip
        assert not wrong
    with database.unit_of_work(actor, DAY) as session:
        record_answer(
            session, actor=actor, now=DAY, task_id=task, answer=ANSWER,
            answers_as=holder.function, base_version=0, submit=submit,
        )  # fmt: skip


def timetable(database: Database, points: Points, postbox: str, minutes: int = 0) -> None:
    """The timetable runs: what is due opens, and its mails leave."""
    mailer = Postbox(Path(postbox), points)
    run_due(Engine(Settings(), database, mailer), DAY + timedelta(minutes=minutes))


def files(database: Database, _points: Points) -> None:
    """The files of a report that is fixed are made."""
    make_reports(Engine(Settings(), database, None), lambda: DAY)


def migrate(database: Database, points: Points) -> None:
    """The tables are brought up to date."""
    database.migrate()
    points.mark()


DEEDS: dict[str, Callable[..., Any]] = {
    "adopt": adopt,
    "answer": answer,
    "timetable": timetable,
    "files": files,
    "migrate": migrate,
}
