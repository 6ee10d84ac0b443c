"""Web and workers on PostgreSQL, as many processes as one likes: each thing is done once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import httpx2
import pytest
from databases import Postgres, adopt
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
from icengine.store.db import Database

ACTOR = System("test")
LOGS_IN = "controller@kommun.example"
OPENS = 14
"""Occurrences of the example whose day has come."""


class Place:
    """A database with the example adopted, and processes of the program on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database = Database(url)
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ICENGINE_")}
        self.environment |= {
            "ICENGINE_DATABASE_URL": url,
            "ICENGINE_QUEUE": "postgresql",
            "ICENGINE_MAIL_FOLDER": str(folder / "mail"),
            "PYTHONUNBUFFERED": "1",
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "icengine", *words], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.running.append(process)
        return process

    def run(self, *words: str, **more: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "icengine", *words], cwd=self.folder,
            env=self.environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.communicate()
        self.database.close()

    def opened(self) -> int:
        with self.database.reading() as session:
            return len(task_list(session, actor=ACTOR, states=[State.OPEN], limit=1000))

    def unsent(self) -> int:
        with self.database.reading() as session:
            query = text("SELECT count(*) FROM outbox WHERE state IN ('väntar', 'sänds')")
            return int(session.connection().execute(query).scalar_one())

    def mails(self) -> list[str]:
        """The Message-ID of every mail that was written."""
        files = sorted((self.folder / "mail").glob("*.eml"))
        return [str(message_from_bytes(file.read_bytes())["Message-ID"]) for file in files]

    def queued(self) -> tuple[int, int, int]:
        """Jobs that wait, jobs that run, and workers."""
        with self.database.reading() as session:
            figures = queue_figures(session, actor=ACTOR)
        assert figures is not None
        return figures.waiting, figures.running, figures.workers


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def place(postgres: Postgres, tmp_path: Path) -> Iterator[Place]:
    url = postgres()
    adopt(url)
    made = Place(url, tmp_path)
    code, said = made.run("init")
    assert (code, "Kön för arbetarna är gjord." in said) == (0, True), said
    yield made
    made.stop()
    postgres.drop(url)


def until(what: Callable[[], bool], seconds: float = 60) -> bool:
    """Has it come about within so many seconds?"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)
    return what()


def by_day() -> str:
    """Ten o'clock on the next working day: mails leave by day."""
    day = local_date(now()) + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return f"{day}T10:00"


def said_by(process: subprocess.Popen[str], words: str) -> None:
    """Read until it says so."""
    assert process.stdout is not None
    heard = []
    for line in process.stdout:
        heard.append(line)
        if words in line:
            return
    raise AssertionError("".join(heard))


def test_three_workers_and_commands_beside_them_do_each_thing_once(place: Place) -> None:
    workers = [place.start("worker") for _ in range(3)]
    for worker in workers:
        said_by(worker, "tar jobb")
    ticks = [place.start("tick", "--now", by_day()) for _ in range(3)]
    code, said = place.run("jobs", "retry")  # rings, so that nobody waits for the minute
    assert code == 0, said
    for one in ticks:
        one.wait(60)
        assert one.returncode == 0, one.communicate()[0]
    assert until(lambda: place.opened() == OPENS and not place.unsent())
    ids = place.mails()
    assert ids
    assert not [id for id, times in Counter(ids).items() if times > 1]
    with place.database.reading() as session:
        events = text("SELECT count(*) FROM event WHERE kind = 'kontrolltillfällen öppnade'")
        assert session.connection().execute(events).scalar_one() == 1
    assert place.queued()[2] == 3
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    for worker in workers:
        out, _ = worker.communicate(timeout=40)
        assert worker.returncode == 0, out
        assert "Arbetaren är klar." in out
        assert "Traceback" not in out
    code, said = place.run("jobs", "status")
    assert code == 0, said
    assert "Öppna kontroller och påminna: klar" in said
    assert "0 misslyckades. Inga arbetare hörs av." in said
    code, said = place.run("audit", "verify")
    assert code == 0, said


def test_what_a_killed_worker_had_is_taken_by_another(place: Place) -> None:
    worker = place.start("worker")
    said_by(worker, "tar jobb")
    worker.kill()
    worker.wait()
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
    said_by(other, "försvann från jobbet timetable")
    assert until(lambda: place.opened() == OPENS)


def test_the_web_runs_no_timetable_but_rings_for_whoever_waits(place: Place, port: int) -> None:
    place.environment["ICENGINE_PORT"] = str(port)
    site = f"http://127.0.0.1:{port}"
    webs = [place.start("serve")]
    said_by(webs[0], "svarar på")
    assert until(lambda: answers(site))
    asked = httpx2.post(f"{site}/logga-in", data={"e": LOGS_IN}, trust_env=False)
    assert asked.status_code in (200, 303), asked.text
    assert until(lambda: place.queued() == (1, 0, 0)), place.queued()
    assert not place.mails()
    assert place.opened() == 0
    worker = place.start("worker")
    assert until(place.mails), "the login link is sent at once, day or night"
    assert until(lambda: place.opened() == OPENS)
    for process in (worker, *webs):
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)


def answers(site: str) -> bool:
    """Is there somebody there?"""
    try:
        return httpx2.get(f"{site}/healthz", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def test_a_bell_is_rung_once_however_often(place: Place) -> None:
    settings = Settings(database_url=place.database.url, queue="postgresql")
    bell = Doorbell(assemble(settings))
    for _ in range(3):
        bell.ring(Job.REPORTS)
    bell.close()
    assert place.queued() == (1, 0, 0)


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
