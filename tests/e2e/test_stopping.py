"""Told to stop, `icengine serve` answers what was asked and ends the job at hand, and no more than that."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from hardship import SAYS, WAITS
from programs import PLAIN, Mortals, Place, until
from sqlalchemy import create_engine, text
from test_workers import queued

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

    def __init__(self, place: Place, *words: str, tick: int) -> None:
        self.database = place.database
        more = {"ICENGINE_TICK_SECONDS": str(tick), "ICENGINE_LOG_FORMAT": "json", SAYS: "ja"}
        self.url = place.serve(*words, **more)
        self.process = place.running[-1]
        assert until(lambda: self.ended() is not None)

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
        return httpx2.post(link, data={**fields, **GREEN}, timeout=60, **PLAIN)

    def stop(self) -> None:
        self.process.signal(signal.SIGTERM)

    def asks(self) -> None:
        """Wait until it turns to the database again."""
        times = self.process.said.count(WAITS)
        assert until(lambda: self.process.said.count(WAITS) > times)

    def gone(self, seconds: float = SOON) -> list[dict[str, object]]:
        """It has ended well; every line of its log."""
        assert until(self.process.ended, seconds)
        said = self.process.said
        assert self.process.code == 0, said
        assert "Traceback" not in said
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


Start = Callable[..., Served]


@pytest.fixture
def start(mortals: Mortals, adopted: Database, tmp_path: Path) -> Iterator[Start]:
    place = Place(mortals, adopted.url, tmp_path)

    def started(*words: str, tick: int = 86_400) -> Served:
        return Served(place, *words, tick=tick)

    yield started
    place.stop()


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
        said = httpx2.get(f"{served.url}/metrics", **PLAIN).text
        found = re.search(r"(?m)^icengine_http_requests_in_progress (\S+)", said)
        assert found
        return float(found[1]) == 2  # it, and this one

    assert until(waits)
    assert not asked.done()


def test_an_answer_that_is_being_handed_in_is_kept_and_nobody_new_is_let_in(start: Start) -> None:
    served = start()
    link = served.link()
    page = httpx2.get(link, **PLAIN).text
    with ThreadPoolExecutor() as pool, nobody_commits(served.database) as let_go:
        asked = pool.submit(served.hand_in, link, page)
        under_way(served, asked)
        served.stop()
        time.sleep(1)
        assert not served.process.ended(), "it waits for the answer"
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{served.url}/healthz", **PLAIN)
        let_go()
        answer = asked.result(timeout=20)
        assert (answer.status_code, "fel" in answer.headers["location"]) == (303, False)
    rows = served.gone()
    assert served.task()[1] is State.APPROVED
    assert [row["status"] for row in rows if row.get("method") == "POST"] == [303]


def test_a_job_at_hand_ends(start: Start) -> None:
    served = start(tick=1)
    with nobody_commits(served.database) as let_go:
        served.asks()  # the next run has begun, and waits
        served.stop()
        time.sleep(1)
        assert not served.process.ended(), "it waits for the job"
        before = now().timestamp()
        let_go()
        served.gone()
    ended = served.ended()
    assert ended is not None
    assert ended > before


def test_what_does_not_end_is_broken_off_and_leaves_nothing_behind(start: Start) -> None:
    served = start("--stopptid", "1")
    link = served.link()
    page = httpx2.get(link, **PLAIN).text
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
    with httpx2.Client(**PLAIN) as browser:  # whose connection stays open
        browser.get(f"{served.url}/healthz")
        served.stop()
        served.gone(10)


def test_a_worker_too_ends_what_it_has_and_is_bounded(postgres_place: Place) -> None:
    place = postgres_place
    patient, hasty = place.start("worker"), place.start("worker", "--stopptid", "1")
    for worker in (patient, hasty):
        worker.says("tar jobb")
    with nobody_commits(place.database) as let_go:
        bell = Doorbell(assemble(Settings(database_url=place.database.url, queue="postgresql")))
        for job in (Job.TIMETABLE, Job.MAILS, Job.REPORTS):
            bell.ring(job)
        bell.close()
        assert until(lambda: queued(place)[1] >= 3), "both have jobs, which wait"
        for worker in (patient, hasty):
            worker.signal(signal.SIGTERM)
        assert until(hasty.ended, SOON)
        assert hasty.code == 0, hasty.said
        assert not patient.ended(), "it waits for the job"
        let_go()
        assert until(patient.ended, SOON)
    assert patient.code == 0, patient.said
    assert "Arbetaren är klar." in patient.said
    assert "Traceback" not in patient.said
