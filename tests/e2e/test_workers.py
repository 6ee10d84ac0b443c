"""Web and workers on PostgreSQL, as many processes as one likes: each thing is done once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import httpx2
import pytest
from programs import PLAIN, Place, until
from sqlalchemy import create_engine, text

from icengine.bootstrap import assemble
from icengine.clock import now
from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.calendar import is_working_day, local_date
from icengine.domain.job import Job
from icengine.domain.task import State
from icengine.jobs.queue import Doorbell
from icengine.services.jobs import queue_figures
from icengine.services.tasks import task_list

ACTOR = System("test")
LOGS_IN = "controller@kommun.example"
OPENS = 14
"""Occurrences of the example whose day has come."""


@pytest.fixture
def place(postgres_place: Place) -> Place:
    """Processes of the program on PostgreSQL."""
    return postgres_place


def opened(place: Place) -> int:
    """Tasks that are open."""
    with place.database.reading() as session:
        return len(task_list(session, actor=ACTOR, states=[State.OPEN], limit=1000))


def unsent(place: Place) -> int:
    """Mails that have not left."""
    return int(place.rows("SELECT count(*) FROM outbox WHERE state IN ('väntar', 'sänds')")[0][0])


def queued(place: Place) -> tuple[int, int, int]:
    """Jobs that wait, jobs that run, and workers."""
    with place.database.reading() as session:
        figures = queue_figures(session, actor=ACTOR)
    assert figures is not None
    return figures.waiting, figures.running, figures.workers


def by_day() -> str:
    """Ten o'clock on the next working day: mails leave by day."""
    day = local_date(now()) + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return f"{day}T10:00"


def test_three_workers_and_commands_beside_them_do_each_thing_once(place: Place) -> None:
    workers = [place.start("worker") for _ in range(3)]
    for worker in workers:
        worker.says("tar jobb")
    ticks = [place.start("tick", "--now", by_day()) for _ in range(3)]
    code, said = place.run("jobs", "retry")  # rings, so that nobody waits for the minute
    assert code == 0, said
    for one in ticks:
        assert one.end() == 0, one.said
    assert until(lambda: opened(place) == OPENS and not unsent(place))
    ids = [str(mail["Message-ID"]) for mail in place.mails()]
    assert ids
    assert not [id for id, times in Counter(ids).items() if times > 1]
    events = "SELECT count(*) FROM event WHERE kind = 'kontrolltillfällen öppnade'"
    assert place.rows(events) == [[1]]
    assert queued(place)[2] == 3
    for worker in workers:
        worker.signal(signal.SIGTERM)
    for worker in workers:
        assert worker.end() == 0, worker.said
        assert "Arbetaren är klar." in worker.said
        assert "Traceback" not in worker.said
    code, said = place.run("jobs", "status")
    assert code == 0, said
    assert "Öppna kontroller och påminna: klar" in said
    assert "0 misslyckades. Inga arbetare hörs av." in said
    code, said = place.run("audit", "verify")
    assert code == 0, said


def test_what_a_killed_worker_had_is_taken_by_another(place: Place) -> None:
    worker = place.start("worker")
    worker.says("tar jobb")
    worker.end(signal.SIGKILL)
    engine = create_engine(place.database.url)
    with engine.begin() as connection:  # as the one that was killed in the middle of it left it
        connection.execute(text("SET LOCAL search_path TO icengine_queue"))
        connection.execute(text("DELETE FROM procrastinate_periodic_defers"))
        connection.execute(text("DELETE FROM procrastinate_jobs"))
        connection.execute(text("DELETE FROM procrastinate_workers"))
        connection.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, attempts) "
                "VALUES ('icengine', 'timetable', 'timetable', 'doing', 1)"
            )
        )
        connection.execute(
            text("INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
                 "VALUES ('default', 'retry_stalled', '{\"timestamp\": 0}')")
        )  # fmt: skip
    engine.dispose()
    other = place.start("worker")
    other.says("försvann från jobbet timetable")
    assert until(lambda: opened(place) == OPENS)


def test_the_web_runs_no_timetable_but_rings_for_whoever_waits(place: Place) -> None:
    asked = httpx2.post(f"{place.serve()}/logga-in", data={"e": LOGS_IN}, **PLAIN)
    assert asked.status_code in (200, 303), asked.text
    assert until(lambda: queued(place) == (1, 0, 0)), queued(place)
    assert not place.mails()
    assert opened(place) == 0
    place.start("worker")
    assert until(place.mails), "the login link is sent at once, day or night"
    assert until(lambda: opened(place) == OPENS)
    for process in place.running:
        assert process.end(signal.SIGTERM) == 0, process.said


def test_a_bell_is_rung_once_however_often(place: Place) -> None:
    settings = Settings(database_url=place.database.url, queue="postgresql")
    bell = Doorbell(assemble(settings))
    for _ in range(3):
        bell.ring(Job.REPORTS)
    bell.close()
    assert queued(place) == (1, 0, 0)


def test_a_bell_whose_database_is_away_is_said_and_keeps_nobody_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = "postgresql+psycopg://ingen@127.0.0.1:9/borta?connect_timeout=2"
    bell = Doorbell(assemble(Settings(database_url=away, queue="postgresql")))
    began = time.monotonic()
    bell.ring(Job.TIMETABLE)
    bell.close()
    assert time.monotonic() - began < 20
    assert "görs inom en minut" in caplog.text


def test_a_worker_says_what_it_needs(place: Place) -> None:
    code, said = place.run("worker", ICENGINE_QUEUE="inbyggd")
    assert (code, "ICENGINE_QUEUE=postgresql" in said) == (1, True), said
    engine = create_engine(place.database.url)
    with engine.begin() as connection:
        connection.execute(text("COMMENT ON SCHEMA icengine_queue IS '0.1'"))
    engine.dispose()
    code, said = place.run("worker")
    assert (code, "icengine init" in said) == (1, True), said
    code, said = place.run("init")
    assert (code, "Kön för arbetarna är gjord." in said) == (0, True), said
    code, said = place.run("worker", ICENGINE_DATABASE_URL="sqlite:///x.db")
    assert (code, "ICENGINE_DATABASE_URL" in said) == (1, True), said


def test_a_worker_begins_in_a_program_of_its_own(place: Place) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "icengine", "worker"], cwd=place.folder, env=place.environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    assert any("tar jobb" in line for line in worker.stdout)
    assert until(lambda: opened(place) == OPENS)
    worker.send_signal(signal.SIGTERM)
    said, _ = worker.communicate(timeout=40)
    assert (worker.returncode, "Arbetaren är klar." in said) == (0, True), said
