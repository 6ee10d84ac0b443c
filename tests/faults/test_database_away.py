"""PostgreSQL goes away and comes back: a clear page, no lost answer, and nobody starts anything again."""

from __future__ import annotations

import signal
import socket
import threading
import time
from typing import Any

import httpx2
import pytest
from databases import Postgres
from forms import TYPED, given_back, send
from programs import DAY, PLAIN, Place, until
from sqlalchemy import NullPool, create_engine, text

from icengine.errors import DatabaseNotReady
from icengine.store import db
from icengine.store.events import LOCK

LOGS_IN = "controller@kommun.example"


def test_what_was_handed_in_while_it_was_away_is_saved_when_it_is_back(
    postgres: Postgres, postgres_place: Place
) -> None:
    place = postgres_place
    link = place.link("K5")
    page = place.serve() + link
    web = place.running[-1]
    worker = place.start("worker")
    worker.says("tar jobb")
    assert httpx2.get(page, **PLAIN).status_code == 200
    place.database.close()
    with postgres.away():
        for _ in range(3):
            read = httpx2.get(page, **PLAIN)
            assert (read.status_code, "Försök igen" in read.text) == (503, True)
            given = given_back(send(page, TYPED))
        code, said = place.run("tick", "--now", DAY)
        assert (code, "servern" in said, "Traceback" in said) == (1, True, False), said
        ready = httpx2.get(page.partition("/svar")[0] + "/readyz", **PLAIN)
        assert ready.status_code == 503
        assert httpx2.get(page.partition("/svar")[0] + "/healthz", **PLAIN).is_success
    sent = send(page, given)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{link}/kvitto"), sent.text
    assert place.rows("SELECT version, submitted FROM answer") == [[1, True]]
    [[content]] = place.rows("SELECT content FROM answer")
    assert content["result"] == TYPED["resultat"]
    before = len(place.mails())
    asked = send(page.partition("/svar")[0] + "/logga-in", {"e": LOGS_IN})
    assert asked.is_success or asked.is_redirect, asked.text
    assert until(lambda: len(place.mails()) > before), "the worker never came back"
    assert place.faults() == ()
    web.end(signal.SIGTERM)
    assert "Traceback" not in web.said, web.said


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(db.WAITS, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = db.Database(f"postgresql+psycopg://ik@127.0.0.1:{silent.getsockname()[1]}/ik")
        began = time.monotonic()
        with pytest.raises(DatabaseNotReady, match="servern svarar inte"), database.reading() as s:
            s.connection()
        assert time.monotonic() - began < 60, "of itself it would wait for more than two minutes"
        database.close()


def test_whoever_comes_after_the_server_ended_every_connection_notices_nothing(
    postgres: Postgres,
) -> None:
    database = db.Database(postgres())
    held = [database.engine.connect() for _ in range(3)]
    for connection in held:
        connection.close()
    engine = create_engine(database.url, poolclass=NullPool)
    with engine.connect() as other:
        ended = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = "
        mine = "current_database() AND pid <> pg_backend_pid()"
        assert other.scalars(text(ended + mine)).all() == [True] * 3
    for _ in range(3):
        with database.reading() as session:
            assert session.connection().scalar(text("SELECT 1")) == 1
    database.close()


def test_what_the_address_says_of_waiting_goes_first() -> None:
    url = "postgresql+psycopg://ik@127.0.0.1:9/ik?connect_timeout=3"
    database = db.Database(url)
    arguments = database.engine.dialect.create_connect_args(database.engine.url)[1]
    assert arguments["connect_timeout"] == "3"


def test_an_answer_that_is_on_its_way_when_it_stops_is_given_back(
    postgres: Postgres, postgres_place: Place
) -> None:
    place = postgres_place
    page = place.serve() + place.link("K5")
    engine = create_engine(place.database.url)
    holder = engine.connect()
    holder.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
    answers: list[Any] = []
    sending = threading.Thread(target=lambda: answers.append(send(page, TYPED)))
    sending.start()
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    assert until(lambda: place.rows(waits) != [[0]]), "it never came to the commit"
    place.database.close()
    with postgres.away():
        sending.join()
    holder.invalidate()
    holder.close()
    engine.dispose()
    assert place.rows("SELECT count(*) FROM answer") == [[0]]
    assert send(page, given_back(answers[0])).status_code == 303
    assert place.rows("SELECT version, submitted FROM answer") == [[1, True]]
    assert place.faults() == ()
