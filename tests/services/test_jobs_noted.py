"""How each job went is noted and told, with the cause; what failed is tried again when somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from municipality import at

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import Person, System
from icengine.domain.job import Job, JobStatus, RunState
from icengine.errors import NotAllowed
from icengine.jobs import run_due, run_job
from icengine.mail.mailer import Delivered, Email, Outcome, Refused
from icengine.services.jobs import job_status, note_start, try_again
from icengine.store.db import Database

ACTOR, NOW = System("test"), at("2022-02-01", "09:00")
DOWN = Refused(permanent=False, reason="451 Servern är upptagen.")


class Postman:
    """A mailer that answers each mail as it is told, or fails."""

    def __init__(self, answer: Outcome | Exception) -> None:
        self.answer = answer

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        assert now.tzinfo is not None
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer for _ in emails]


def engine(database: Database, answer: Outcome | Exception) -> Engine:
    return Engine(Settings(), database, Postman(answer))


def status(database: Database, now: datetime = NOW) -> dict[Job, JobStatus]:
    with database.reading() as session:
        return {item.run.job: item for item in job_status(session, actor=ACTOR, now=now)}


def test_nothing_has_gone_in_a_new_database(adopted: Database) -> None:
    assert {item.run.state(NOW) for item in status(adopted).values()} == {RunState.NEVER}


def test_what_goes_well_is_noted_with_its_time(adopted: Database) -> None:
    run_due(engine(adopted, Delivered()), NOW)
    found = status(adopted)
    for job in (Job.TIMETABLE, Job.MAILS, Job.REPORTS):
        assert found[job].run.state(NOW) is RunState.WELL
        assert found[job].run.ended_at == NOW
        assert not found[job].failed(NOW)
    assert Job.FILES not in found, "there is no virus check"


def test_a_job_that_fails_says_why_and_keeps_no_other_back(adopted: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        run_due(engine(adopted, ZeroDivisionError("delat med noll")), NOW)
    found = status(adopted)
    assert found[Job.MAILS].run.state(NOW) is RunState.FAILED
    assert "ZeroDivisionError" in found[Job.MAILS].run.cause
    assert "Loggen säger mer" in found[Job.MAILS].run.cause
    assert found[Job.MAILS].failed(NOW)
    assert found[Job.REPORTS].run.state(NOW) is RunState.WELL
    later = NOW + timedelta(minutes=30)
    run_due(engine(adopted, Delivered()), later)
    assert status(adopted, later)[Job.MAILS].run.state(later) is RunState.WELL


def test_mails_that_wait_are_told_of_with_the_servers_words_and_the_next_try(
    adopted: Database,
) -> None:
    run_due(engine(adopted, DOWN), NOW)
    mails = status(adopted)[Job.MAILS]
    assert mails.waiting == 2
    [fault] = mails.faults
    assert (fault.what, fault.cause) == ("två mejl gick inte att skicka", DOWN.reason)
    assert fault.again_at is not None
    assert fault.again_at > NOW


def test_whoever_says_so_has_them_sent_at_once(adopted: Database) -> None:
    run_due(engine(adopted, DOWN), NOW)
    soon = NOW + timedelta(seconds=30)
    assert run_due(engine(adopted, Delivered()), soon).delivery.sent == 0
    with adopted.unit_of_work(ACTOR, soon) as session:
        assert try_again(session, actor=ACTOR, now=soon) == (2, 0)
    assert run_due(engine(adopted, Delivered()), soon).delivery.sent == 1
    mails = status(adopted, soon)[Job.MAILS]
    assert (mails.waiting, mails.faults) == (0, ())


def test_one_that_never_ended_was_broken_off(adopted: Database) -> None:
    with adopted.upkeep() as session:
        note_start(session, actor=ACTOR, now=NOW, job=Job.REPORTS)
    assert status(adopted)[Job.REPORTS].run.state(NOW) is RunState.RUNNING
    later = NOW + timedelta(hours=2)
    assert status(adopted, later)[Job.REPORTS].run.state(later) is RunState.BROKEN_OFF
    run_job(engine(adopted, Delivered()), Job.REPORTS, lambda: later)
    assert status(adopted, later)[Job.REPORTS].run.state(later) is RunState.WELL


def test_only_who_administers_the_whole_sees_it(adopted: Database) -> None:
    somebody = Person(1, "nagon@kommun.example", ())
    with adopted.reading() as session, pytest.raises(NotAllowed):
        job_status(session, actor=somebody, now=NOW)
    with adopted.unit_of_work(ACTOR, NOW) as session, pytest.raises(NotAllowed):
        try_again(session, actor=somebody, now=NOW)
