"""A year on a simulated clock, where nobody answers anything: with its weekends, its red days, the
nights when the clocks are changed, New Year, five days without the engine and five without a mail
server."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from municipality import at
from sqlalchemy import select

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.calendar import local_date
from icengine.domain.mailhours import in_hours
from icengine.jobs import run_due
from icengine.mail.mailer import Delivered, Email, Outcome, Refused
from icengine.store.chain import Verified, verify
from icengine.store.db import Database
from icengine.store.mail_tables import OutboxRow

FIRST, LAST = date(2022, 1, 1), date(2023, 1, 31)
INFO, BOSS, CONTROLLER = (
    "informationssakerhet@kommun.example", "kommundirektor@kommun.example",
    "controller@kommun.example",
)  # fmt: skip
CLOCKS = ("06:59", "07:00", "18:00")
CHANGES = (datetime(2022, 3, 27, 0, 30, tzinfo=UTC), datetime(2022, 3, 27, 1, 30, tzinfo=UTC),
           datetime(2022, 10, 30, 0, 30, tzinfo=UTC), datetime(2022, 10, 30, 1, 30, tzinfo=UTC))  # fmt: skip
"""Within the hour that is not there, and the one that is there twice."""
SILENT = (date(2022, 4, 27), date(2022, 5, 3))
"""From and to, both counted: five working days on which the engine does not run."""
DOWN = (date(2022, 10, 27), date(2022, 11, 2))
"""Five working days on which the mail server takes nothing."""


@dataclass
class Office:
    """A mail server that keeps its mails with the moment they came."""

    took: list[tuple[datetime, Email]] = field(default_factory=list)

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """Taken; on the days when it is down, to be tried again."""
        if DOWN[0] <= local_date(now) <= DOWN[1]:
            return [Refused(permanent=False, reason="nere") for _ in emails]
        self.took += [(now, email) for email in emails]
        return [Delivered() for _ in emails]


@dataclass(frozen=True)
class Year:
    """What came of it."""

    took: list[tuple[datetime, Email]]
    rows: list[OutboxRow]
    audit: Verified

    def days(self, to: str) -> list[date]:
        """The days on which somebody got a mail."""
        return [local_date(now) for now, mail in self.took if mail.to == to]


def moments() -> list[datetime]:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    there = [day for day in days if not SILENT[0] <= day <= SILENT[1]]
    return sorted([at(str(day), clock) for day in there for clock in CLOCKS] + list(CHANGES))


@pytest.fixture(scope="module")
def year(sqlite_adopted: Path, tmp_path_factory: pytest.TempPathFactory) -> Year:
    path = tmp_path_factory.mktemp("year") / "year.db"
    shutil.copy(sqlite_adopted, path)
    database, office = Database(f"sqlite:///{path}"), Office()
    for now in moments():
        run_due(Engine(Settings(), database, office), now)
    with database.at_one_moment() as session:
        rows = list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))  # type: ignore[arg-type]
        audit = verify(session)
    database.close()
    return Year(office.took, rows, audit)


def test_no_mail_leaves_at_night_at_weekends_or_on_red_days(year: Year) -> None:
    assert len(year.took) > 100
    assert [now for now, _ in year.took if not in_hours(now)] == []


def test_nobody_gets_two_mails_on_one_day(year: Year) -> None:
    found = Counter((mail.to, local_date(now)) for now, mail in year.took)
    assert [about for about, n in found.items() if n > 1] == []


def test_every_mail_leaves_at_the_first_moment_that_it_may(year: Year) -> None:
    usual = {at(str(local_date(now)), "07:00") for now, _ in year.took}
    elsewhen = {local_date(now) for now, _ in year.took if now not in usual}
    assert elsewhen <= {DOWN[1] + timedelta(days=1)}


def test_each_reminder_is_given_once_to_each(year: Year) -> None:
    sent = [row for row in year.rows if row.state == "sänd" and row.task]
    given = Counter((row.email, row.task, row.kind, row.notice["stage"]) for row in sent)
    assert [about for about, n in given.items() if n > 1] == []
    opened = Counter((row.email, row.task) for row in sent if row.kind == "öppnad")
    assert len({task for _, task in opened}) == 14


def test_nothing_is_lost_or_left_waiting(year: Year) -> None:
    assert {row.state for row in year.rows} <= {"sänd", "inställd"}
    stronger = {row.error for row in year.rows if row.state == "inställd"}
    assert stronger <= {
        "Samma mejl säger det tydligare.", "Någon annan har uppgiften nu.", "Ingenting väntade.",
    }  # fmt: skip


def test_five_days_without_the_engine_are_one_mail_that_is_right(year: Year) -> None:
    back = SILENT[1] + timedelta(days=1)
    for who in (INFO, BOSS, CONTROLLER):
        assert [d for d in year.days(who) if SILENT[0] <= d <= back] in ([back], [])
    first = next(m for now, m in year.took if local_date(now) == back and m.to == INFO)
    assert "försena" in first.subject


def test_five_days_without_a_mail_server_are_one_mail_that_is_right(year: Year) -> None:
    back = DOWN[1] + timedelta(days=1)
    assert [d for d in year.days(INFO) if DOWN[0] <= d <= back] == [back]
    (mail,) = [m for now, m in year.took if local_date(now) == back and m.to == INFO]
    assert "Skulle ha lämnats in måndag 31 oktober" in mail.text
    assert "Lämna in senast måndag 31 oktober" not in mail.text
    weekly = [m for now, m in year.took if local_date(now) == back and m.to == CONTROLLER]
    assert len(weekly) == 1
    assert weekly[0].subject.startswith("Internkontrollen vecka 44")


def test_the_controllers_week_comes_once_a_week_on_its_first_working_day(year: Year) -> None:
    found = [
        local_date(now) for now, m in year.took
        if m.to == CONTROLLER and m.subject.startswith("Internkontrollen vecka")
    ]  # fmt: skip
    weeks = [day.isocalendar()[:2] for day in found]
    assert len(weeks) == len(set(weeks))
    assert len(weeks) > 40
    for day in found:
        usual = day.weekday() == 0 or day in (
            date(2022, 4, 19), date(2022, 6, 7), date(2022, 12, 27),  # after a red Monday
            SILENT[1] + timedelta(days=1), DOWN[1] + timedelta(days=1),
        )  # fmt: skip
        assert usual, day


def test_the_manager_is_told_of_each_task_once(year: Year) -> None:
    told = Counter(row.task for row in year.rows if row.email == BOSS and row.kind == "eskalerad")
    assert told
    assert set(told.values()) == {1}


def test_everything_about_a_task_stands_in_one_thread(year: Year) -> None:
    mine = [mail for _, mail in year.took if mail.to == INFO]
    assert len({mail.message_id for mail in mine}) == len(mine)
    first, *later = mine
    assert all(mail.references for mail in mine)
    assert any(set(first.references) <= set(mail.references) for mail in later)


def test_the_log_is_whole(year: Year) -> None:
    assert year.audit.faults == ()
