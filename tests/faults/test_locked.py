"""SQLite that another process keeps locked: whoever writes waits; readers do not. What waits too long is
said, and what was typed is given back."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from forms import TYPED, given_back, send
from hardship import PATIENCE, SAYS, WAITS
from programs import DAY, PLAIN, Place, until

from icengine.errors import DatabaseNotReady
from icengine.store.db import Database

SHORT = {PATIENCE: "100"}
"""Milliseconds, in place of thirty seconds."""


@contextmanager
def locked(place: Place) -> Iterator[sqlite3.Connection]:
    """Somebody else writes, and does not end."""
    assert place.database.file is not None
    holder = sqlite3.connect(place.database.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield holder
    if holder.in_transaction:
        holder.rollback()
    holder.close()


def test_the_timetable_waits_until_the_other_is_done(sqlite_place: Place) -> None:
    with locked(sqlite_place) as holder:
        tick = sqlite_place.start("tick", "--now", DAY, **{SAYS: "ja"})
        tick.says(WAITS)
        assert not tick.ended()
        assert sqlite_place.rows("SELECT count(*) FROM task WHERE state = 'öppen'") == [[0]]
        holder.rollback()
        assert tick.end() == 0, tick.said
    assert sqlite_place.rows("SELECT count(*) FROM task WHERE state = 'öppen'") == [[14]]


def test_the_timetable_that_has_waited_too_long_says_so_and_the_next_one_does_it(
    sqlite_place: Place,
) -> None:
    with locked(sqlite_place):
        code, said = sqlite_place.run("tick", "--now", DAY, **SHORT)
    assert code == 1
    assert "den är upptagen av ett annat program" in said
    assert "Traceback" not in said
    assert sqlite_place.rows("SELECT count(*) FROM task WHERE state = 'öppen'") == [[0]]
    assert sqlite_place.run("tick", "--now", DAY)[0] == 0
    assert sqlite_place.rows("SELECT count(*) FROM task WHERE state = 'öppen'") == [[14]]


def test_an_answer_that_has_waited_too_long_is_given_back_and_pages_are_read_meanwhile(
    sqlite_place: Place,
) -> None:
    link = sqlite_place.link("K5")
    page = sqlite_place.serve(**SHORT) + link
    with locked(sqlite_place):
        assert httpx2.get(page, **PLAIN).status_code == 200
        given = given_back(send(page, TYPED))
    sent = send(page, given)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{link}/kvitto")
    assert sqlite_place.rows("SELECT version, submitted FROM answer") == [[1, 1]]
    assert "Traceback" not in sqlite_place.running[-1].said


def test_whoever_is_logged_in_reads_meanwhile(sqlite_place: Place) -> None:
    site = sqlite_place.serve(**SHORT)
    code, said = sqlite_place.run("login", "controller@kommun.example")
    assert code == 0, said
    [link] = [word for word in said.split() if "/logga-in/" in word]
    with httpx2.Client(**PLAIN) as browser:
        assert browser.post(link).status_code == 303
        assert sqlite_place.database.file is not None
        with sqlite3.connect(
            sqlite_place.database.file
        ) as own:  # so long ago that it is to be noted
            own.execute("UPDATE web_session SET seen_at = datetime(seen_at, '-10 minutes')")
        own.close()
        with locked(sqlite_place):
            page = browser.get(f"{site}/planer")
        assert page.status_code == 200, page.text
        assert browser.get(f"{site}/planer").status_code == 200
    assert "gick inte att skriva upp" in sqlite_place.running[0].said


def test_an_answer_waits_until_the_other_is_done(sqlite_place: Place) -> None:
    link = sqlite_place.link("K5")
    page = sqlite_place.serve(**{SAYS: "ja"}) + link
    web = sqlite_place.running[-1]
    answers: list[Any] = []
    with locked(sqlite_place) as holder:
        said = len(web.said)
        sending = threading.Thread(target=lambda: answers.append(send(page, TYPED)))
        sending.start()
        assert until(lambda: WAITS in web.said[said:])
        holder.rollback()
        sending.join()
    assert answers[0].status_code == 303, answers[0].text


def test_more_at_once_than_there_are_connections_is_said_as_plainly(
    sqlite_adopted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{sqlite_adopted}")
    monkeypatch.setattr(database.engine.pool, "_timeout", 0.05)
    with ExitStack() as all_of_them:
        for _ in range(15):
            all_of_them.enter_context(database.reading()).connection()
        with pytest.raises(DatabaseNotReady, match="upptagen"), database.reading() as session:
            session.connection()
    database.close()
