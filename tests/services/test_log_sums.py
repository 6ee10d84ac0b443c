"""The log's sum, mailed once a day to those who keep it elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from municipality import at
from sqlalchemy import select
from test_mailing import Postman

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import System
from icengine.errors import NotAllowed
from icengine.jobs import run_due
from icengine.mail.mailer import Email, Refused
from icengine.services.audit import log_head, owe_heads, verify_log
from icengine.store.db import Database
from icengine.store.mail_tables import OutboxRow
from icengine.store.tables import EventRow

TEST = System("test")
OUTSIDE = "revisor@revision.example"
QUIET = "2022-01-12"
"""A day on which nothing opens."""


def go(
    database: Database, now: datetime, postman: Postman | None = None, to: str = OUTSIDE
) -> list[Email]:
    """The mails with sums that a run of the timetable sends."""
    postman = postman or Postman()
    before = len(postman.seen)
    run_due(Engine(Settings(audit_head_to=to), database, postman), now)
    return [mail for mail in postman.seen[before:] if "summa" in mail.subject]


def something_happens(database: Database, now: datetime) -> None:
    with database.unit_of_work(TEST, now) as session:
        session.record("prov", "organisation")


def test_the_sum_is_mailed_once_a_day_after_six(adopted: Database) -> None:
    assert go(adopted, at(QUIET, "05:59")) == []
    (mail,) = go(adopted, at(QUIET, "06:00"))
    assert mail.to == OUTSIDE
    for clock in ("06:00", "06:01", "23:59"):
        something_happens(adopted, at(QUIET, clock))
        assert go(adopted, at(QUIET, clock)) == []


def test_the_mail_holds_the_sum_that_the_log_is_proved_with(adopted: Database) -> None:
    with adopted.reading() as session:
        head = log_head(session, actor=TEST)
    (mail,) = go(adopted, at(QUIET))
    kept = f"{head.count}:{head.hash}"
    assert mail.subject == f"Händelseloggens summa 12 januari 2022: händelse {head.count}"
    assert f"\n{kept}\n" in mail.text
    assert kept in mail.html
    assert "http" not in mail.text
    assert "Länken" not in mail.text
    assert "href" not in mail.html
    with adopted.at_one_moment() as session:
        assert verify_log(session, actor=TEST, head=kept).sound


def test_the_next_days_silence_is_not_broken_by_the_mail_itself(adopted: Database) -> None:
    assert go(adopted, at(QUIET))
    for day in (13, 14, 15):
        assert go(adopted, at(f"2022-01-{day}")) == []
    something_happens(adopted, at("2022-01-16"))
    assert len(go(adopted, at("2022-01-16"))) == 1


def test_a_mail_that_is_tried_again_is_no_reason_for_another(adopted: Database) -> None:
    refusing = Postman(answers=[Refused(False, "nere")] * 3)
    assert go(adopted, at(QUIET), refusing)
    go(adopted, at("2022-01-13"), refusing)
    go(adopted, at("2022-01-14"), refusing)
    with adopted.reading() as session:
        kinds = session.scalars(select(EventRow.kind)).all()  # type: ignore[call-overload]
    assert kinds.count("loggsumma lagd i utkorgen") == 1
    assert kinds.count("mejl levererade") > 1


def test_after_a_weeks_silence_one_mail_comes_with_todays_sum(adopted: Database) -> None:
    assert go(adopted, at("2022-01-03"))
    something_happens(adopted, at("2022-01-04"))
    (mail,) = go(adopted, at("2022-01-11"))
    assert "11 januari 2022" in mail.subject


def test_every_address_gets_one_and_each_only_once(adopted: Database) -> None:
    sent = go(adopted, at(QUIET), to=f"{OUTSIDE}, annan@revision.example,{OUTSIDE}")
    assert sorted(mail.to for mail in sent) == ["annan@revision.example", OUTSIDE]
    with adopted.reading() as session:
        kinds = session.scalars(select(EventRow.kind)).all()  # type: ignore[call-overload]
    assert kinds.count("loggsumma lagd i utkorgen") == 1


def test_nothing_is_mailed_where_no_address_is_set_or_nothing_is_there(
    adopted: Database,
) -> None:
    assert go(adopted, at(QUIET), to="") == []


def test_an_empty_database_owes_nothing(database: Database) -> None:
    assert go(database, at(QUIET)) == []


def test_ticks_at_once_owe_one_mail(adopted: Database) -> None:
    now = at(QUIET)
    for later in (0, 0, 1):
        with adopted.unit_of_work(TEST, now) as session:
            owe_heads(session, actor=TEST, now=now + timedelta(seconds=later), addresses=(OUTSIDE,))
    with adopted.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.email == OUTSIDE)).all()  # type: ignore[arg-type]
    assert len(rows) == 1


def test_only_the_engine_owes_sums(adopted: Database) -> None:
    reader = System("sidhuvudet", read_only=True)
    with adopted.reading() as session, pytest.raises(NotAllowed):
        owe_heads(session, actor=reader, now=at(QUIET), addresses=(OUTSIDE,))
