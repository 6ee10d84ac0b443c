"""Told to stop, `icengine serve` answers what was asked and ends the job at hand, and no more than that."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import create_engine, text
from test_serve import answering
from test_serve import port as port  # the fixture
from test_workers import Place, said_by, until
from test_workers import place as place  # the fixture

from icengine.bootstrap import assemble
from icengine.clock import now
from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.job import Job
from icengine.domain.task import State
from icengine.jobs.queue import Doorbell
from icengine.services.tasks import task_list
from icengine.store import jobs, links
from icengine.store.db import Database
from icengine.store.events import LOCK

ACTOR = System("test")
SOON = 20
"""Seconds in which a process that is told to stop has done so, where there is nothing to wait for."""
GREEN = {"bedomning": "gron", "resultat": "Allt fungerar som avsett."}


class Served:
    """`icengine serve` in a process of its own, on the adopted example plan."""

    def __init__(self, database: Database, port: int, folder: Path, *words: str, tick: int) -> None:
        self.database, self.url = database, f"http://127.0.0.1:{port}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ICENGINE_")}
        environment |= {
            "ICENGINE_DATABASE_URL": database.url,
            "ICENGINE_PORT": str(port),
            "ICENGINE_MAIL_FOLDER": "mail",
            "ICENGINE_TICK_SECONDS": str(tick),
            "ICENGINE_LOG_FORMAT": "json",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "icengine", "serve", *words], cwd=folder, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert answering(f"{self.url}/healthz").status_code == 200
        self.until(lambda: self.ended() is not None)

    def until(self, what: Callable[[], bool]) -> None:
        for _ in range(600):
            if what():
                return
            time.sleep(0.05)
        raise AssertionError(what)

    def ended(self) -> float | None:
        """When the timetable last ended well."""
        with self.database.reading() as session:
            at = jobs.last_end(session, Job.REPORTS)  # the last of a run
        return at.timestamp() if at else None

    def task(self) -> tuple[int, State]:
        """One that is answered without figures, and how it is."""
        with self.database.reading() as session:
            found = task_list(session, actor=ACTOR)
        return next((i.task.id, i.task.state) for i in found if i.task.control == "K6")

    def link(self) -> str:
        """To that task."""
        wanted = links.Wanted("hr@kommun.example", "HR-strategen", (self.task()[0],))
        with self.database.unit_of_work(ACTOR, now()) as session:
            (secret,) = links.mint(session, [wanted], now())
            session.record("prov", "utskick")
        return f"{self.url}/svar/{secret}"

    def hand_in(self, link: str, page: str) -> httpx2.Response:
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        return httpx2.post(link, data={**fields, **GREEN}, trust_env=False, timeout=60)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def gone(self, seconds: float = SOON) -> list[dict[str, object]]:
        """It has ended well; every line of its log."""
        said, log = self.process.communicate(timeout=seconds)
        assert self.process.returncode == 0, log
        assert "Traceback" not in said + log
        return [json.loads(line) for line in log.splitlines()]


Start = Callable[..., Served]


@pytest.fixture
def start(adopted: Database, port: int, tmp_path: Path) -> Iterator[Start]:
    running: list[Served] = []

    def started(*words: str, tick: int = 86_400) -> Served:
        running.append(Served(adopted, port, tmp_path, *words, tick=tick))
        return running[-1]

    yield started
    for served in running:
        served.process.kill()
        served.process.communicate()


@contextmanager
def nobody_commits(database: Database) -> Iterator[Callable[[], None]]:
    """Everybody who writes waits, until what is handed out is called or it ends."""
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if database.is_sqlite:
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            connection.execute(text("BEGIN"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
            connection.execute(text("LOCK TABLE heartbeat IN EXCLUSIVE MODE"))
        held = [True]

        def let_go() -> None:
            if held:
                held.clear()
                connection.execute(text("ROLLBACK"))

        yield let_go
        let_go()
    engine.dispose()


def under_way(served: Served, asked: Future[httpx2.Response]) -> None:
    """The request waits in the process."""

    def waits() -> bool:
        said = httpx2.get(f"{served.url}/metrics", trust_env=False).text
        found = re.search(r"(?m)^icengine_http_requests_in_progress (\S+)", said)
        assert found
        return float(found[1]) == 2  # it, and this one

    served.until(waits)
    assert not asked.done()


def test_an_answer_that_is_being_handed_in_is_kept_and_nobody_new_is_let_in(start: Start) -> None:
    served = start()
    link = served.link()
    page = httpx2.get(link, trust_env=False).text
    with ThreadPoolExecutor() as pool, nobody_commits(served.database) as let_go:
        asked = pool.submit(served.hand_in, link, page)
        under_way(served, asked)
        served.stop()
        time.sleep(1)
        assert served.process.poll() is None, "it waits for the answer"
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{served.url}/healthz", trust_env=False)
        let_go()
        answer = asked.result(timeout=20)
        assert (answer.status_code, "fel" in answer.headers["location"]) == (303, False)
    rows = served.gone()
    assert served.task()[1] is State.APPROVED
    assert [row["status"] for row in rows if row.get("method") == "POST"] == [303]


def test_a_job_at_hand_ends(start: Start) -> None:
    served = start(tick=1)
    with nobody_commits(served.database) as let_go:
        time.sleep(4)  # the next run has begun by now, and waits
        served.stop()
        time.sleep(1)
        assert served.process.poll() is None, "it waits for the job"
        before = now().timestamp()
        let_go()
        served.gone()
    ended = served.ended()
    assert ended is not None
    assert ended > before


def test_what_does_not_end_is_broken_off_and_leaves_nothing_behind(start: Start) -> None:
    served = start("--stopptid", "1")
    link = served.link()
    page = httpx2.get(link, trust_env=False).text
    with ThreadPoolExecutor() as pool, nobody_commits(served.database):
        asked = pool.submit(served.hand_in, link, page)
        under_way(served, asked)
        served.stop()
        rows = served.gone()
        answer = asked.result(timeout=20)
        assert answer.status_code == 503
        assert "Vänta en stund och välj Försök igen" in answer.text
    assert [row for row in rows if "avbröts" in str(row["message"])]
    assert served.task()[1] is State.OPEN


def test_where_nothing_is_at_hand_it_stops_at_once(start: Start) -> None:
    served = start()
    with httpx2.Client(trust_env=False) as browser:  # whose connection stays open
        browser.get(f"{served.url}/healthz")
        served.stop()
        served.gone(10)


def test_a_worker_too_ends_what_it_has_and_is_bounded(place: Place) -> None:
    patient, hasty = place.start("worker"), place.start("worker", "--stopptid", "1")
    for worker in (patient, hasty):
        said_by(worker, "tar jobb")
    with nobody_commits(place.database) as let_go:
        bell = Doorbell(assemble(Settings(database_url=place.database.url, queue="postgresql")))
        for job in (Job.TIMETABLE, Job.MAILS, Job.REPORTS):
            bell.ring(job)
        bell.close()
        assert until(lambda: place.queued()[1] >= 3), "both have jobs, which wait"
        for worker in (patient, hasty):
            worker.send_signal(signal.SIGTERM)
        said, _ = hasty.communicate(timeout=SOON)
        assert hasty.returncode == 0, said
        assert patient.poll() is None, "it waits for the job"
        let_go()
        said, _ = patient.communicate(timeout=SOON)
    assert patient.returncode == 0, said
    assert "Arbetaren är klar." in said
    assert "Traceback" not in said
